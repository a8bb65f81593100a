"""A comparison as a file."""

from pathlib import Path

import msgspec
import pytest

from savebench.comparing.stored import encode_comparison, read_comparison
from savebench.errors import DataError
from tests.report.ci.comparisons import comparison, every_verdict, hostile


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    """By the file's name and by its folder's."""
    expected = comparison(every_verdict())
    (tmp_path / "comparison.json").write_text(encode_comparison(expected), encoding="utf-8")

    assert expected == read_comparison(tmp_path)
    assert expected == read_comparison(tmp_path / "comparison.json")


def test_half_a_character_does_not_spoil_the_file(tmp_path: Path) -> None:
    """A foreign file may name a series so; all else is kept."""
    file = tmp_path / "comparison.json"
    file.write_text(encode_comparison(hostile()), encoding="utf-8")

    names = [change.series for change in read_comparison(file).changes]
    expected = [change.series.replace("\ud800", "\ufffd") for change in hostile().changes]
    assert expected == names


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "not a comparison"),
        (b"{}", "not a comparison"),
        (b"[1, 2]", "not a comparison"),
        (b'{"schema": 1}', "not a comparison"),
        (b'{"schema": 2}', "a comparison of schema 2, and this savebench reads 1"),
        (b"\xff\xfe", "not a comparison"),
        (
            encode_comparison(comparison(every_verdict())).replace("passed", "fine").encode(),
            "not a comparison",
        ),
    ],
)
def test_what_is_no_comparison_is_named_with_its_file(
    tmp_path: Path, data: bytes, complaint: str
) -> None:
    """In one line."""
    file = tmp_path / "comparison.json"
    file.write_bytes(data)

    with pytest.raises(DataError, match=complaint) as caught:
        read_comparison(file)

    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_a_missing_comparison_is_named_with_how_to_make_one(tmp_path: Path) -> None:
    """As a run is."""
    with pytest.raises(DataError, match="no such comparison; make one with: savebench ab --out"):
        read_comparison(tmp_path / "nowhere" / "comparison.json")


def test_the_json_has_every_field_of_a_comparison() -> None:
    """Defaults too: a script need not know them."""
    written = msgspec.json.decode(encode_comparison(comparison(every_verdict())))

    assert {"schema", "kind", "base", "head", "changes", "margin", "remarks"} <= written.keys()
    assert {"verdict", "gates", "ratio", "low", "high", "note"} <= written["changes"][0].keys()
