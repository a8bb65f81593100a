"""Files that mean harm: each is read, none is trusted, and none does a thing."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.inspecting.hostile.corpus import Written, hostile, write_all
from tests.inspecting.hostile.watched import watch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes, devices, peak memory")
LIMIT_S = 20.0
"""Of the processor: no file may take longer; the usual one takes milliseconds."""
LIMIT_BYTES = 500 * 10**6
SLOW = 22
"""So many files at the most take so long that only the inspection itself is tried."""
EXITS = {"refused": 0, "damaged": 2}


@dataclass(frozen=True, slots=True)
class Inspected:
    """A hostile file, and what came of its inspection."""

    file: Written
    seen: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name in the corpus."""
        return self.file.what.name


@pytest.fixture(scope="module")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Inspected]]:
    """Inspect the whole corpus once, in one child."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus = write_all(hostile(), folder)
    watched = watch([each.path for each in corpus], folder / "scratch", 240.0)
    assert watched.broke_at == ""
    yield [Inspected(file, seen) for file, seen in zip(corpus, watched.seen, strict=True)]
    for each in corpus:
        if each.path.name == "model.pkl" and each.path.is_file():
            each.path.unlink()


def test_each_is_refused_or_called_damaged_as_the_table_says(inspected: list[Inspected]) -> None:
    """None is trusted, none raises anything but savebench's own error."""
    expected = {each.name: each.file.what.verdict for each in inspected}

    assert {each.name: each.seen["outcome"] for each in inspected} == expected


def test_the_name_that_means_harm_is_among_those_refused(inspected: list[Inspected]) -> None:
    """It is said what speaks against a file."""
    missed = {
        each.name: each.seen["names"]
        for each in inspected
        if each.file.what.culprit and each.file.what.culprit not in each.seen["names"]
    }

    assert missed == {}


def test_nothing_is_run_imported_written_or_read_elsewhere(inspected: list[Inspected]) -> None:
    """Python's audit events say so, and no marker appears."""
    assert {each.name: each.seen["did"] for each in inspected if each.seen["did"]} == {}
    assert [each.name for each in inspected if each.file.marker.exists()] == []


def test_none_hangs_or_takes_much_memory(inspected: list[Inspected]) -> None:
    """Bombs and lying lengths included."""
    assert {e.name: e.seen["seconds"] for e in inspected if e.seen["seconds"] > LIMIT_S} == {}
    assert {
        each.name: each.seen["peak_bytes"]
        for each in inspected
        if each.seen["peak_bytes"] > LIMIT_BYTES
    } == {}


def test_the_command_ends_with_the_code_of_its_answer(inspected: list[Inspected]) -> None:
    """Exit 0: read, whether trusted or not; 2: no model, damaged, too large."""
    commanded = [each for each in inspected if each.seen["code"] is not None]
    expected = {each.name: EXITS[each.file.what.verdict] for each in commanded}

    assert {each.name: each.seen["code"] for each in commanded} == expected
    assert {each.name: each.seen["json_code"] for each in commanded} == expected
    assert len(commanded) > len(inspected) - SLOW


def test_the_command_prints_no_traceback_and_no_fault_of_its_own(
    inspected: list[Inspected],
) -> None:
    """What it says is about the file."""
    words = ("Traceback", "fault of savebench")
    printed = {each.name: each.seen["printed"] + each.seen["json"] for each in inspected}

    assert {name: said for name, said in printed.items() if any(w in said for w in words)} == {}


def test_names_in_a_file_cannot_write_to_the_terminal(inspected: list[Inspected]) -> None:
    """Control characters, and those that turn text around, never come through raw."""
    printed = {each.name: each.seen["printed"] + each.seen["json"] for each in inspected}

    assert {name: raw for name, said in printed.items() if (raw := _raw(said))} == {}


def test_what_is_printed_for_scripts_is_json(inspected: list[Inspected]) -> None:
    """Of each that was read, the whole answer; never the word that it is trusted."""
    read = [each for each in inspected if each.seen["json_code"] == 0]

    assert [e.name for e in read if json.loads(e.seen["json"])["trusted"] is not False] == []


def _raw(said: str) -> str:
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    return "".join(
        sorted(
            {
                c
                for c in said
                if (ord(c) < 32 and c != "\n")
                or ord(c) == 127
                or 0x80 <= ord(c) < 0xA0
                or c in turning
                or 0xD800 <= ord(c) < 0xE000
            }
        )
    )
