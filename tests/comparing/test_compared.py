"""``savebench compare`` and ``savebench.compare``: what they print and how they end."""

import gzip
import json
import subprocess
from pathlib import Path

import msgspec
import pytest

import savebench
from savebench.records.schema import Record, Run, encode_line
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


def test_one_run_by_two_names_is_said_to_be_one(
    runs: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    """By the same path, a link, a copy, compressed, exported; and it passes."""
    base, copy, more = runs
    (tmp_path / "link").symlink_to(base)
    (tmp_path / "packed").mkdir()
    lines = (base / "run.jsonl").read_bytes()
    (tmp_path / "packed" / "run.jsonl.gz").write_bytes(gzip.compress(lines))
    exported = tmp_path / "exported.json"
    run = ("report", base, "--format", "pytest-benchmark")
    exported.write_text(run_command(*run).out, encoding="utf-8")

    said = "Both are one run, started 2026-11-23T09:00:00.123Z: nothing can have changed."
    for head in (base, base / "run.jsonl", tmp_path / "link", copy, tmp_path / "packed", exported):
        ended = run_command("compare", base, head)
        assert ended.code == 0
        assert said in " ".join(ended.out.split())
        assert "of different moments" not in ended.out
    assert "Both are one run" not in run_command("compare", base, more).out
    as_json = run_command("compare", base, copy, "--format", "json")
    assert said in json.loads(as_json.out)["remarks"][0]


def test_a_run_and_an_earlier_state_of_it_are_one_run(
    runs: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    """As a copy that was taken before it was resumed."""
    base, _, _ = runs
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    lines = (base / "run.jsonl").read_bytes().splitlines(keepends=True)
    (earlier / "run.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))

    ended = run_command("compare", earlier, base)

    assert ended.code == 0
    assert "one holds more of it than the other" in ended.out


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
        "import savebench, savebench.comparing.apart.runs, savebench.api\n"
        "print(callable(savebench.compare))"
    )
    done = subprocess.run(
        [command()[0], "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT_S
    )
    assert done.stdout == "True\n"
