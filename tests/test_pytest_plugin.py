"""The plug-in in other people's suites: real pytest sessions, in processes of their own."""

import json
from pathlib import Path
from textwrap import dedent

import pytest

from savebench.comparing.sides.reading import read_side

pytest_plugins = "pytester"

LIMIT_S = 60
"""Guards against hangs only."""
MODELS = """
    class Doubler:
        def predict(self, x):
            return x * 2
"""
HEAD = """
    import numpy as np
    from my_models import Doubler

    X = np.arange(5.0)
"""
UNTIMED = ("-p", "no:benchmark")


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return a place for a suite of tests beside a module of models that can be imported.

    By any process: pytester names that folder in PYTHONPATH.
    """
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # by it, benchmarks disable themselves
    pytester.makepyfile(my_models=MODELS)
    return pytester


def _run(suite: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return suite.runpytest_subprocess("-p", "no:cacheprovider", *arguments, timeout=LIMIT_S)


def test_a_suite_that_does_not_use_it_imports_nothing(pytester: pytest.Pytester) -> None:
    """Beyond the plug-in itself, which imports pytest only."""
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            ours = {name for name in sys.modules if name.partition(".")[0] == "savebench"}
            assert ours == {"savebench", "savebench.pytest_plugin"}
            assert not {"numpy", "joblib", "pandas", "sklearn", "msgspec"} & set(sys.modules)
        """
    )
    result = _run(pytester)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*savebench: *")


@pytest.mark.usefixtures("planted")
def test_times_are_rows_of_the_benchmark_table_and_limits_fail_readably(
    suite: pytest.Pytester, tmp_path: Path
) -> None:
    """A row a serializer and operation, each round a fresh process; one serializer is slow."""
    suite.makepyfile(
        HEAD
        + """
    def test_rows(persistence):
        result = persistence(Doubler(), X, serializers=["pickle", "planted-good"], rounds=6)
        assert result["pickle"].times_s["load_s"].n == 6

    def test_slow(persistence):
        persistence(
            Doubler(), X, serializers="planted-burn", rounds=6,
            max_size="1MB", max_ratio={"load_s": ("pickle", 5)},
        )
    """
    )
    file = tmp_path / "benchmarks.json"
    result = _run(suite, "--benchmark-only", f"--benchmark-json={file}", "-W", "error")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*not used at all*")
    result.stdout.fnmatch_lines(
        ["*savebench: sizes*", "*::test_rows: pickle * B, planted-good * B"]
    )
    result.stdout.fnmatch_lines(
        [
            "E  *PersistenceError: 1 limit is exceeded:",
            "E  *planted-burn: load_s is *x pickle's (95 % interval *), above the limit of 5x",
            "E  *Choose another serializer*",
            "E  *serializer *outcome *size *load_s*",
        ]
    )
    rows = json.loads(file.read_text(encoding="utf-8"))["benchmarks"]
    passed = [row for row in rows if row["fullname"].partition("[")[0].endswith("::test_rows")]
    assert {row["name"] for row in passed} == {
        f"test_rows[{serializer}: {operation}]"
        for serializer in ("pickle", "planted-good")
        for operation in ("dump", "load", "load+predict")
    }
    assert len({row["group"] for row in passed}) == 3
    assert all(len(row["stats"]["data"]) == 6 for row in passed)
    assert all(row["extra_info"]["size_bytes"] > 0 for row in passed)
    side = read_side(file)
    assert not side.remarks
    (loads,) = (
        measurement
        for (series, metric), measurement in side.measurements.items()
        if series.endswith("::test_rows x pickle") and metric == "load_s"
    )
    assert loads.independent
    assert loads.rounds == (1, 2, 3, 4, 5, 6)


def test_a_fixture_of_that_name_that_is_not_ours_is_let_be(suite: pytest.Pytester) -> None:
    """``--benchmark-only`` leaves its tests out."""
    suite.makepyfile(
        """
        import pytest

        @pytest.fixture
        def persistence():
            return 3

        def test_own(persistence):
            assert persistence == 3
        """
    )
    _run(suite, "--benchmark-only").assert_outcomes(skipped=1)


def test_helpers_beside_the_tests_are_hidden_and_modules_of_the_root_are_not(
    suite: pytest.Pytester,
) -> None:
    """Production has no folder of tests."""
    folder = suite.mkdir("checks")
    (folder / "helpers.py").write_text(dedent(MODELS.replace("Doubler", "Helper")))
    (folder / "test_both.py").write_text(
        dedent(
            HEAD
            + """
    from helpers import Helper

    def test_root(persistence):
        persistence(Doubler(), X, serializers="pickle")

    def test_helper(persistence):
        persistence(Helper(), X, serializers="pickle")
    """
        )
    )
    suite.makeini("[pytest]\npythonpath = .\nsavebench_path = .")
    result = _run(suite, *UNTIMED)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E  *stores class Helper of helpers by reference, and only *"])


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    "arguments",
    [UNTIMED, ("-n", "2", "--benchmark-disable")],
    ids=["without pytest-benchmark", "disabled and on two workers"],
)
def test_limits_are_checked_without_benchmarks_too(
    suite: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    """Without pytest-benchmark, and with it disabled, under pytest-xdist."""
    suite.makepyfile(
        HEAD
        + """
    def test_slow(persistence):
        persistence(
            Doubler(), X, serializers=["pickle", "planted-burn"], rounds=6,
            max_ratio={"load_s": ("pickle", 5)},
        )

    def test_large(persistence):
        persistence(Doubler(), X, serializers="pickle", max_size={"pickle": "10B"})

    def test_good(persistence):
        result = persistence(Doubler(), X, serializers="pickle", max_size="1KB")
        assert not result["pickle"].times_s

    """
    )
    result = _run(suite, *arguments)
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines_random(
        [
            "E  *planted-burn: load_s is *, above the limit of 5x",
            "E  *pickle: size_bytes * bytes), above the limit of 10 B (10 bytes)",
        ]
    )


def test_what_cannot_be_told_is_said_and_a_misspelt_name_fails_clearly(
    suite: pytest.Pytester,
) -> None:
    """The interval covers the limit, so the test passes; no traceback of ours for the other."""
    suite.makepyfile(
        HEAD
        + """
    from savebench.persistence import fixture
    from savebench.persistence.timing import Times

    def test_close(persistence, monkeypatch):
        noisy = {number: 1 + number / 10 for number in range(10)}
        steady = dict.fromkeys(noisy, 1.4)
        times = Times({"pickle": {"load_s": steady}, "joblib": {"load_s": noisy}})
        monkeypatch.setattr(fixture, "time_operations", lambda *_: times)
        result = persistence(Doubler(), X, max_ratio={"load_s": ("pickle", 1)})
        assert "cannot be told" in str(result)

    def test_misspelt(persistence):
        persistence(Doubler(), X, serializers="pickel")
    """
    )
    result = _run(suite, *UNTIMED)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "E  *UsageError: no serializer is called or matches 'pickel': did you mean pickle*",
            "*savebench: limits that cannot be told*",
            "*::test_close: joblib: load_s is *",
        ]
    )
    result.stdout.no_fnmatch_line("*asked.py*")


def test_models_of_main_and_of_conftest_are_told_apart(suite: pytest.Pytester) -> None:
    """Cloudpickle and dill carry what lives in ``__main__``; nobody has conftest."""
    suite.makeconftest(MODELS.replace("Doubler", "InConftest"))
    suite.makepyfile(
        HEAD
        + """
    import __main__
    from conftest import InConftest

    def test_main(persistence):
        persistence(__main__.InMain(), X, serializers=["pickle", "joblib", "cloudpickle", "dill"])

    def test_conftest(persistence):
        persistence(InConftest(), X, serializers="cloudpickle")
    """
    )
    script = suite.makepyfile(
        script=MODELS.replace("Doubler", "InMain")
        + """
    import pytest
    import sys

    sys.exit(pytest.main(["-p", "no:benchmark", "-p", "no:cacheprovider"]))
    """
    )
    result = suite.runpython(script)
    result.stdout.fnmatch_lines(
        [
            "E  *2 of 4 serializers do not carry this InMain to another process.",
            "E  *pickle *failed *stores class InMain of __main__ by reference*",
            "E  *joblib *failed *stores class InMain of __main__ by reference*",
            "E  *cloudpickle *ok*",
            "E  *dill *ok*",
            "E  *Of those asked for, cloudpickle and dill carry this model as it is.",
            "E  *stores class InConftest of conftest by reference, and only this test run*",
        ]
    )
