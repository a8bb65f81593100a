"""``savebench compare`` and ``savebench.compare``: what they print and how they end."""

import json
import subprocess
from pathlib import Path

import msgspec
import pytest

import savebench
from savebench.records import Record, Run, encode_line
from tests.commands import LIMIT_S, command
from tests.commands import savebench as run_command
from tests.report.synthetic import RunBuilder

MODEL = "knn-brute@1MB"


def kept(folder: Path, run: Run) -> Path:
    """Write a run into a folder."""
    folder.mkdir()
    lines = [encode_line(run.header), *map(encode_line, run.records)]
    (folder / "run.jsonl").write_bytes(b"".join(lines))
    return folder


def a_byte_more(run: Run) -> Run:
    """Return a run whose joblib files are a byte larger."""

    def grown(record: Record) -> Record:
        size = record.metrics.get("size_bytes")
        if size is None or record.case.serializer != "joblib":
            return record
        return msgspec.structs.replace(record, metrics={**record.metrics, "size_bytes": size + 1})

    return Run(run.header, [grown(record) for record in run.records])


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Return two runs of the same code, and one whose files are a byte larger."""
    same = RunBuilder(models=[MODEL], rounds=8, round_noise=0.0).build()
    return (
        kept(tmp_path / "base", same),
        kept(tmp_path / "same", same),
        kept(tmp_path / "more", a_byte_more(same)),
    )


def test_equal_runs_pass_and_one_byte_more_fails(runs: tuple[Path, Path, Path]) -> None:
    """Exit codes 0 and 1, the table on stdout, nothing on stderr."""
    base, same, more = runs

    passed, failed = run_command("compare", base, same), run_command("compare", base, more)

    assert (passed.code, failed.code) == (0, 1)
    assert "+1 B" in failed.out
    assert f"{MODEL} x joblib " in failed.out
    assert passed.err + failed.err == ""
    assert max(map(len, failed.out.splitlines())) <= 100


def test_what_stays_open_is_exit_code_3_when_strict(runs: tuple[Path, Path, Path]) -> None:
    """And 0 else; chosen series alone may be closed."""
    base, same, _ = runs

    assert (
        run_command("compare", base, same, "--strict", "--margin", "0.05%", "--detect", "0.1%").code
        == 3
    )
    assert run_command("compare", base, same, "--strict", "--only", "size_bytes").code == 0


def test_json_holds_the_whole_comparison(runs: tuple[Path, Path, Path]) -> None:
    """For a script."""
    base, _, more = runs

    ended = run_command("compare", base, more, "--format", "json")

    found = json.loads(ended.out)
    worst = found["changes"][0]
    assert (worst["verdict"], worst["gates"]) == ("regressed", True)
    assert worst["head"] - worst["base"] == 1
    assert found["kind"] == "compare"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere", "nowhere"], "no such run"),
        (["{base}", "{base}", "--alias", "joblib"], "OLD=NEW"),
        (["{base}", "{base}", "--alias", "jobli=x"], "did you mean joblib"),
        (["{base}", "{base}", "--margin", "much"], "not a percentage"),
        (["{base}", "{base}", "--only", "nothing"], "matches no series"),
        (["{base}", "{base}", "--format", "xml"], "there is no format 'xml'"),
        (["{base}"], "Missing argument"),
    ],
)
def test_bad_input_gets_a_line_and_exit_code_2(
    runs: tuple[Path, Path, Path], arguments: list[str], complaint: str
) -> None:
    """Never a traceback."""
    ended = run_command("compare", *(each.format(base=runs[0]) for each in arguments))

    assert ended.code == 2
    assert complaint in ended.err
    assert "Traceback" not in ended.err


def test_from_python_it_prints_tabulates_and_has_an_exit_code(
    runs: tuple[Path, Path, Path],
) -> None:
    """Paths or results, in either place."""
    base, _, more = runs

    compared = savebench.compare(savebench.load_run(base), str(more), margin="5%")

    assert compared.exit_code == 1
    assert compared.comparison.margin == pytest.approx(0.05)
    frame = compared.to_frame()
    assert frame.iloc[0][["verdict", "metric"]].to_list() == ["regressed", "size_bytes"]
    assert "+1 B" in str(compared)
    assert "<table" in compared._repr_html_()


def test_the_public_name_is_the_function_whatever_was_imported_before() -> None:
    """No module of that name takes its place."""
    code = (
        "import savebench, savebench.comparing.runs, savebench.compared\n"
        "print(callable(savebench.compare))"
    )
    done = subprocess.run(
        [command()[0], "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT_S
    )
    assert done.stdout == "True\n"
