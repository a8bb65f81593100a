"""Two builds measured in step, with planted differences. One interpreter stands behind both."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from savebench.comparing.comparison import Comparison
from savebench.comparing.in_step.ab import AbRequest, run_ab
from savebench.comparing.in_step.gate import FEWEST
from savebench.comparing.in_step.watching import SilentWatch
from savebench.comparing.rule import rule_of
from savebench.errors import UsageError
from savebench.records.store import read_run
from tests.commands import savebench


def build(folder: Path, name: str, **differs: object) -> Path:
    """Return a build of this interpreter that differs in what is planted."""
    path = folder / name
    path.write_text(
        f"#!/bin/sh\nSAVEBENCH_PLANTED_BUILD='{json.dumps(differs)}' "
        f"exec '{sys.executable}' \"$@\"\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def compare(folder: Path, head: Mapping[str, object], **asked: object) -> Comparison:
    """Return what is found of a head that differs so."""
    request = AbRequest(
        base=str(build(folder, "base-python")),
        head=str(build(folder, "head-python", **head)),
        workloads=["planted-tiny@1KB"],
        out=folder / "ab",
        **{"serializers": ["planted-build"], "budget": 1.0, **asked},  # type: ignore[arg-type] # fields by name
    )
    return run_ab(request, SilentWatch())


def verdicts(comparison: Comparison) -> dict[str, str]:
    """Return metric -> verdict."""
    return {change.metric: change.verdict for change in comparison.changes}


@pytest.mark.usefixtures("planted")
def test_one_byte_more_is_caught_and_every_record_is_kept(tmp_path: Path) -> None:
    """The size has regressed, exactly; both arms had the same trials in the same rounds."""
    found = compare(tmp_path, {"more_bytes": 1})
    size = next(change for change in found.changes if change.metric == "size_bytes")
    assert (size.verdict, size.exact, size.note) == ("regressed", True, "+1 bytes in every dump")
    runs = [read_run(tmp_path / "ab" / side) for side in ("base", "head")]
    trials = [[(each.trial, each.round) for each in run.records] for run in runs]
    assert trials[0] == trials[1]
    assert len([each for each in trials[0] if each[0] == "load"]) >= FEWEST
    assert not (tmp_path / "ab" / "base" / "work").exists()


@pytest.mark.usefixtures("planted")
def test_a_megabyte_more_of_peak_memory_and_twice_the_time_are_caught(tmp_path: Path) -> None:
    """By fresh rounds; the same artifact's size passes."""
    asked = {"rule": rule_of(0.03, 0.5), "budget": 60.0}  # few rounds are enough for large changes
    found = compare(tmp_path, {"dump_peak_bytes": 4_000_000, "slower": 2.0}, **asked)
    called = verdicts(found)
    assert called["dump_peak_bytes"] == called["load_s"] == "regressed"
    assert called["size_bytes"] == "passed"
    assert called["load_peak_bytes"] in {"passed", "inconclusive"}
    assert found.rounds["confirm"] > 0


@pytest.mark.usefixtures("planted")
def test_a_dump_that_fails_on_head_alone_has_regressed(tmp_path: Path) -> None:
    """With the reason; the comparison goes on."""
    found = compare(tmp_path, {"dump_raises": True}, serializers=["planted-build", "planted-good"])
    outcome = next(change for change in found.changes if change.metric == "outcome")
    assert (outcome.verdict, outcome.gates) == ("regressed", True)
    assert "planted: this build cannot dump" in outcome.note
    assert any(change.series.endswith("planted-good") for change in found.changes)


@pytest.mark.usefixtures("planted")
def test_head_loads_what_base_wrote(tmp_path: Path) -> None:
    """With --same-artifact, head's dump is never called: it would raise."""
    found = compare(tmp_path, {"dump_raises": True}, same_artifact=True)
    assert verdicts(found).keys() == {"load_s", "load_predict_s"}
    head = read_run(tmp_path / "ab" / "head")
    assert {(each.trial, each.outcome) for each in head.records} == {("load", "ok")}


@pytest.mark.usefixtures("planted")
def test_the_verb_has_the_exit_codes_and_formats(tmp_path: Path) -> None:
    """1 for a regression; one format on stdout; the comparison kept and shown again."""
    base, head = build(tmp_path, "base"), build(tmp_path, "head", more_bytes=1)
    words = ("-w", "planted-tiny@1KB", "-s", "planted-build", "--budget", "1s")
    out = tmp_path / "out"
    ended = savebench(
        "ab", "--base", base, "--head", head, *words, "--out", out, "--format", "github"
    )
    assert ended.code == 1
    assert ended.out.startswith("::error ")
    again = savebench("report", out, "--format", "github")
    assert (again.code, again.out) == (0, ended.out)
    assert "regressed: 1 series" in savebench("report", out).out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--base", "/nowhere/python", "--head", sys.executable], "there is no such file"),
        (["--base", sys.executable], "--head"),
        (["--base", sys.executable, "--head", sys.executable, "--format", "xml"], "no format"),
        (["--base", sys.executable, "--head", sys.executable, "--detect", "2%"], "margin"),
        (["--base", sys.executable, "--head", sys.executable, "-w", "knn-brut"], "did you mean"),
        (["--base", sys.executable, "--head", sys.executable, "--budget", "soon"], "duration"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(
    tmp_path: Path, words: list[str], complaint: str
) -> None:
    """And leaves nothing behind."""
    ended = savebench("ab", *words, "--out", tmp_path / "out")
    assert ended.code == 2
    assert complaint in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("planted")
def test_a_folder_that_holds_a_comparison_is_not_overwritten(tmp_path: Path) -> None:
    """Records are never lost."""
    compare(tmp_path, {})
    with pytest.raises(UsageError, match="holds a comparison already"):
        compare(tmp_path, {})


def test_a_side_that_lacks_what_a_row_needs_is_named(tmp_path: Path) -> None:
    """With the command that mends it, when nothing else is left to measure."""
    bare = tmp_path / "bare-python"
    versions = dict.fromkeys(("joblib", "msgspec", "numpy", "scikit-learn", "scipy"), "1")
    probe = json.dumps({"version_info": [3, 11, 0], "python": "CPython", "versions": versions})
    bare.write_text(f"#!/bin/sh\necho '{probe}'\n", encoding="utf-8")
    bare.chmod(0o755)
    request = AbRequest(
        base=sys.executable,
        head=str(bare),
        workloads=["home-prices"],
        serializers=["joblib+lz4"],
        out=tmp_path / "ab",
    )
    with pytest.raises(UsageError, match=f"head needs lz4: {bare} -m pip install lz4"):
        run_ab(request, SilentWatch())
