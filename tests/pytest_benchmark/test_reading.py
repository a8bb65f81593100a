"""Reading pytest-benchmark files: what is needed is checked, what is not known is passed over."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.errors import DataError
from savebench.pytest_benchmark.layout import mark_of
from savebench.pytest_benchmark.reading import read_pytest_benchmark
from tests.benchmark_files import benchmark, document, made_by_pytest_benchmark, marked, write


def test_it_reads_what_pytest_benchmark_itself_wrote(tmp_path: Path) -> None:
    """With rounds and without, groups or none, NaN among the extra information."""
    made = made_by_pytest_benchmark(tmp_path)
    full, bare = read_pytest_benchmark(made.json), read_pytest_benchmark(made.saved)
    assert [(each.name, each.group) for each in full.benchmarks] == [
        ("test_sum[10]", "sums"),
        ("test_sum[1000]", "sums"),
        ("test_alone", None),
    ]
    assert [len(each.stats.data or ()) for each in full.benchmarks] == [8, 8, 3]
    assert [each.stats.data for each in bare.benchmarks] == [None, None, None]
    assert [each.stats.median for each in bare.benchmarks] == [
        each.stats.median for each in full.benchmarks
    ]


def test_a_compressed_file_is_read_as_it_is(tmp_path: Path) -> None:
    """Whatever it is called."""
    path = tmp_path / "kept.json.gz"
    path.write_bytes(gzip.compress(json.dumps(document()).encode()))
    assert read_pytest_benchmark(path).version == "5.3.1"


def test_files_of_other_versions_are_read_where_they_say_enough(tmp_path: Path) -> None:
    """An old one without groups and options, with fields that no longer exist."""
    old = {
        "name": "test_a",
        "fullname": "test_x.py::test_a",
        "stats": {"min": 1.0, "max": 3.0, "median": 2, "rounds": 2, "data": [1.0, 3.0], "o": 0},
    }
    path = write(tmp_path / "old.json", {"version": "2.5.0", "benchmarks": [old], "more": []})
    (found,) = read_pytest_benchmark(path).benchmarks
    assert (found.group, found.stats.data) == (None, [1.0, 3.0])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x80\x03", "not JSON"),
        (b"\x1f\x8bnot gzip", "cannot be read"),
        (b"{'benchmarks': []}", "line 1, column 2: not JSON"),
        (b'{"benchmarks": [', "cut off"),
        (b'{"benchmarks": "tes', "cut off"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "no list of benchmarks"),
        (b'{"benchmarks": 3}', "no list of benchmarks"),
        (b'{"benchmarks": []}', "no benchmark in it"),
        (b'{"benchmarks": [3]}', "benchmark 1: Expected `object`, got `int`"),
        (b'{"context": {}, "benchmarks": [{"name": "BM_a"}]}', "a file of Google Benchmark"),
        (b'{"benchmarks": [{"runs": []}], "version": "1.0"}', "a file of pyperf"),
    ],
)
def test_what_is_no_such_file_gets_one_clear_line(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    """It names the file and what to do."""
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_pytest_benchmark(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)
    assert ";" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        ({"median": "0.5"}, "Expected `float`, got `str` - at `$.stats.median`"),
        ({"median": None}, "Expected `float`, got `null`"),
        ({"median": float("nan")}, "nan is not a time, at `$.stats.median`"),
        ({"min": -1}, "-1.0 is not a time, at `$.stats.min`"),
        ({"max": 0.1}, "out of order"),
        ({"max": 10**400}, "test_x.py::test_b"),
        ({"rounds": 0, "data": None}, "0 rounds"),
        ({"rounds": 2}, "3 times in `$.stats.data` for 2 rounds"),
        ({"data": []}, "0 times in `$.stats.data` for 3 rounds"),
        ({"data": [0.25, "0.5", 0.75]}, "at `$.stats.data[1]`"),
        ({"data": [0.25, float("inf"), 0.75]}, "inf is not a time, at `$.stats.data[1]`"),
        ({"data": 3}, "Expected `array | null`, got `int`"),
    ],
)
def test_a_number_edited_by_hand_is_refused_and_its_benchmark_named(
    tmp_path: Path, edit: dict[str, Any], complaint: str
) -> None:
    """The message says which benchmark and which number."""
    broken = benchmark("test_b")
    broken["stats"] |= edit
    path = write(tmp_path / "file.json", document(benchmark(), broken))
    with pytest.raises(DataError, match=r"benchmark 2 \(test_x.py::test_b\)") as caught:
        read_pytest_benchmark(path)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("field", ["name", "fullname", "stats"])
def test_a_benchmark_of_another_kind_is_refused(tmp_path: Path, field: str) -> None:
    """What is needed and missing is named."""
    broken = benchmark()
    del broken[field]
    path = write(tmp_path / "file.json", document(broken))
    with pytest.raises(DataError, match=f"missing required field `{field}`"):
        read_pytest_benchmark(path)


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        ({"metric": 3}, "is not what savebench writes"),
        ({"rounds": [1, 1, 2]}, "2 rounds in savebench's mark for 3 times"),
        ({"counts": {"size_bytes": {}}}, "no sound values of size_bytes"),
    ],
)
def test_a_mark_of_savebench_edited_by_hand_is_refused(
    tmp_path: Path, edit: dict[str, Any], complaint: str
) -> None:
    """Better no answer than a series under a wrong name."""
    path = write(tmp_path / "file.json", document(marked("pickle", (0.1, 0.2, 0.3), **edit)))
    with pytest.raises(DataError, match=complaint):
        read_pytest_benchmark(path)


def test_somebody_elses_use_of_the_key_is_no_mark(tmp_path: Path) -> None:
    """Only an object is."""
    path = write(tmp_path / "file.json", document(benchmark(extra_info={"savebench": "1.2"})))
    (found,) = read_pytest_benchmark(path).benchmarks
    assert mark_of(found) is None


def test_a_header_of_savebench_edited_by_hand_is_refused(tmp_path: Path) -> None:
    """The message says how to make the file anew."""
    path = write(tmp_path / "file.json", document(savebench={"header": {"seed": "x"}}))
    with pytest.raises(DataError, match="export the run again"):
        read_pytest_benchmark(path)


@pytest.mark.parametrize("place", ["of a benchmark", "of the file"])
def test_what_a_newer_savebench_wrote_is_refused(tmp_path: Path, place: str) -> None:
    """Whatever else has changed in it."""
    newer = {"schema": 2, "independent": "in another sense"}
    content = (
        document(benchmark(extra_info={"savebench": newer}))
        if place == "of a benchmark"
        else document(savebench=newer)
    )
    path = write(tmp_path / "file.json", content)
    with pytest.raises(DataError, match=r"newer savebench .*: pip install -U savebench") as caught:
        read_pytest_benchmark(path)
    assert str(path) in str(caught.value)


@given(
    st.lists(st.floats(min_value=0, allow_infinity=False, allow_nan=False), min_size=1, max_size=20)
)
def test_any_times_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, times_s: list[float]
) -> None:
    """To the last bit."""
    path = write(tmp_path_factory.getbasetemp() / "times.json", document(benchmark("a", times_s)))
    (found,) = read_pytest_benchmark(path).benchmarks
    assert times_s == found.stats.data


@given(st.floats(min_value=0, max_value=1, exclude_max=True))
def test_a_file_cut_off_anywhere_is_an_error_of_one_line(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    """Never a traceback, never half a file taken for a whole one."""
    whole = json.dumps(document(), indent=4).encode()
    path = tmp_path_factory.getbasetemp() / "cut.json"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DataError) as caught:
        read_pytest_benchmark(path)
    assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.sampled_from(["group", "name", "params", "extra_info", "options", "stats"]), json_values)
def test_any_value_in_any_place_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, field: str, value: Any
) -> None:
    """No other exception comes out."""
    path = tmp_path_factory.getbasetemp() / "any.json"
    write(path, document(benchmark() | {field: value}))
    try:
        read_pytest_benchmark(path)
    except DataError as error:
        assert str(path) in str(error)  # noqa: PT017 - either way is right
