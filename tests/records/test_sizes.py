"""Models whose size is far off their name."""

from pathlib import Path

import msgspec
import pytest

from savebench.records.schema import WorkloadInfo, decode_header, encode_line
from savebench.records.sizes import size_notes, sizes_sentence
from tests.commands import savebench
from tests.report.synthetic import RunBuilder


def info(model_bytes: int | None) -> WorkloadInfo:
    """Return what a header says of a model of that size."""
    header = RunBuilder(models=["knn@1MB"], rounds=0).build().header
    return msgspec.structs.replace(header.workloads["knn@1MB"], model_bytes=model_bytes)


def test_a_model_far_off_its_name_is_noted_with_what_was_asked_and_made() -> None:
    """A recipe that says 1MB and makes 5 KB."""
    assert size_notes({"knn@1MB": info(5_100)}) == [
        "knn@1MB is 5.1 KB, 0.0051 of its name: what is said of 1MB holds for 5.1 KB"
    ]
    assert size_notes({"knn@1MB": info(3_000_000)}) == [
        "knn@1MB is 3 MB, 3 times its name: what is said of 1MB holds for 3 MB"
    ]


@pytest.mark.parametrize(
    ("model", "model_bytes"),
    [
        ("knn@1MB", 1_000_000),
        ("knn@1MB", 750_000),
        ("knn@1MB", 1_250_000),
        ("home-prices@1KB", 414),
        ("tiny@1KB", 1_999),
        ("knn@1MB", None),
        ("read from elsewhere", 5),
        ("knn@-", 5),
    ],
)
def test_within_a_quarter_or_a_kilobyte_nothing_is_said(
    model: str, model_bytes: int | None
) -> None:
    """A note that stands on every run is read by nobody: home-prices is small by nature."""
    assert size_notes({model: info(model_bytes)}) == []
    assert sizes_sentence({model: info(model_bytes)}) == ""


@pytest.mark.parametrize(
    ("model", "model_bytes"), [("knn@1MB", 749_999), ("knn@1MB", 1_250_001), ("tiny@1KB", 2_001)]
)
def test_from_a_quarter_and_a_kilobyte_on_it_is_noted(model: str, model_bytes: int) -> None:
    """The design keeps a size to within 25 % of its name."""
    assert len(size_notes({model: info(model_bytes)})) == 1


def test_a_report_says_one_sentence_for_all() -> None:
    """One line, whatever a plug-in brings."""
    off = {"knn@1MB": info(5_100), "knn@16MB": info(5_100), "svc@1MB": info(1_000_000)}

    assert sizes_sentence({"knn@1MB": info(5_100)}) == (
        "knn@1MB is 5.1 KB, 0.0051 of its name: what is said of 1MB holds for 5.1 KB."
    )
    assert sizes_sentence(off) == (
        "knn@1MB is 5.1 KB, 0.0051 of its name; knn@16MB is 5.1 KB, 0.00032 of its name: what is "
        "said of a size holds for the size that was made."
    )


def test_a_header_without_notes_is_read_and_one_with_notes_keeps_them() -> None:
    """Schema 1 stays as it is: older files have no such field."""
    header = RunBuilder(models=["knn@1MB"], rounds=0).build().header
    noted = msgspec.structs.replace(header, notes=["a note"])
    older = encode_line(header).replace(b',"notes":[]', b"")

    assert b"notes" in encode_line(header)
    assert decode_header(older).notes == []
    assert decode_header(encode_line(noted)).notes == ["a note"]


@pytest.mark.usefixtures("planted")
def test_a_run_notes_it_in_its_header_its_tables_and_its_report(tmp_path: Path) -> None:
    """The plug-in's model ignores the size that it is asked for."""
    out = tmp_path / "run"

    ended = savebench(
        *("run", "-w", "planted-any-size@1MB", "-s", "pickle", "--rounds", 1, "--out", out)
    )

    header = decode_header((out / "run.jsonl").read_bytes().splitlines()[0])
    (note,) = header.notes
    assert note.startswith("planted-any-size@1MB is 2.")
    assert note.endswith(" of its name: what is said of 1MB holds for 2.06 KB")
    assert f"{note}." in " ".join(ended.out.split())
    assert f"{note}." in " ".join(savebench("report", out).out.split())
    report = (out / "report.md").read_text(encoding="utf-8").splitlines()
    assert f"**{note}.**" in report[:6]
