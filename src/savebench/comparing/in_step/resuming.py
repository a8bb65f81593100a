"""Go on with a comparison that was interrupted: what was asked, and what each side measured so far.

The stages are a function of what was measured, so they are gone through again, and every trial that
is on record is taken from there; the first that is not is measured. A record says in which stage it
was made: how long a stage lasted hung on the time, which does not come back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from savebench.comparing.in_step.stages import Stage
from savebench.errors import DataError, UsageError
from savebench.measuring.ledger import Ledger
from savebench.records.schema import Run
from savebench.records.store import RUN_FILE, RunWriter, create, resume

STAGE = "stage"
"""A fact of a record: the stage of the gate in which it was made."""
_FILE = "request.json"
Asked = TypeVar("Asked")


def save_request(request: Any, folder: Path) -> None:
    """Keep what was asked beside what will be measured."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILE).write_bytes(msgspec.json.encode(request, enc_hook=str))


def load_request(folder: Path, kind: type[Asked]) -> Asked:
    """Return what was asked of the comparison in a folder.

    Raises
    ------
    DataError
        When the folder holds none, or a damaged one.
    """
    path = folder / _FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind, dec_hook=_from_text)
    except OSError:
        raise DataError(
            f"{folder} holds no comparison that savebench ab could go on with; name the folder "
            "that an interrupted one left"
        ) from None
    except msgspec.DecodeError as error:
        raise DataError(f"{path}: damaged ({error}); start anew with another --out") from None


def _from_text(kind: type, text: Any) -> Any:
    return kind(text)


def check_same(side: str, earlier: Run, fingerprint: str) -> None:
    """Make sure that a side is what it was.

    Raises
    ------
    UsageError
        When its machine or its versions are others now.
    """
    if earlier.header.environment.fingerprint != fingerprint:
        raise UsageError(
            f"{side} was measured on another machine or with other versions; their times do not "
            "mix. Start anew with another --out"
        )


@dataclass(frozen=True, slots=True)
class SideRun:
    """One side's run folder, open to go on writing, and what it holds already."""

    writer: RunWriter
    earlier: Run | None = None
    spent_s: float = 0.0
    """Of the budget: what its trials have cost so far, unless a new one was given."""


OpenSide = Callable[[Path], SideRun]


def begin_side(folder: Path) -> SideRun:
    """Return a side's new run folder."""
    return SideRun(create(folder))


def resume_side(folder: Path, *, new_budget: bool = False) -> SideRun:
    """Return a side's run folder as an interruption left it; a last line cut off is dropped.

    A side that had not begun has a new one.
    """
    if not (folder / RUN_FILE).exists():
        return begin_side(folder)
    writer, earlier, _ = resume(folder)
    spent_s = 0.0 if new_budget else sum(record.wall_s for record in earlier.records)
    return SideRun(writer, earlier, spent_s)


def stage_after(ledger: Ledger, number: int) -> Stage | None:
    """Return the stage of the first round after `number` that is on record, if any is."""
    record = ledger.next_after(number)
    stage: Stage | None = record.facts.get(STAGE) if record else None
    return stage
