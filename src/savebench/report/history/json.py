"""A history for scripts: one JSON object."""

import msgspec

from savebench.history.collecting import said
from savebench.history.pruning import Pruning
from savebench.history.steps import SinceRow, Step, since, steps, versions_since
from savebench.history.trends import History

SCHEMA = 1


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    number: int
    folder: str
    started: str
    machine: int
    pace: float | None
    """Its control kernels' times over the machine's usual ones; None without kernels."""
    updated: list[str]
    """What differs from the machine's run before."""


class MachineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One machine."""

    number: int
    about: dict[str, str]
    runs: int
    series: int


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """What is not as it was at a run."""

    run: int
    updated: dict[int, list[str]]
    """By machine."""
    rows: list[SinceRow]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Everything."""

    schema: int = SCHEMA
    machines: list[MachineRow]
    runs: list[RunRow]
    changes: list[Step]
    since: Since | None
    skipped: list[str]


def as_json(history: History, number: int | None) -> bytes:
    """Return a history, and what changed since a run where one is named."""
    page = Page(
        machines=[
            MachineRow(
                number=machine.number,
                about=dict(machine.about),
                runs=len(machine.runs),
                series=len(machine.series),
            )
            for machine in history.machines
        ],
        runs=sorted(_runs(history), key=lambda run: run.number),
        changes=steps(history),
        since=None
        if number is None
        else Since(
            run=number, updated=versions_since(history, number), rows=since(history, number)
        ),
        skipped=[said(each) for each in history.skipped],
    )
    return msgspec.json.encode(page)


def pruning_as_json(pruning: Pruning, gone: list[str]) -> bytes:
    """Return what a policy means, and which folders are gone."""
    return msgspec.json.encode(
        {
            "schema": SCHEMA,
            "keep": [{"folder": str(each.folder), "rule": each.rule} for each in pruning.keep],
            "delete": [
                {"folder": str(each.folder), "size_bytes": each.size_bytes}
                for each in pruning.delete
            ],
            "left": [said(each) for each in pruning.left],
            "deleted": gone,
        }
    )


def _runs(history: History) -> list[RunRow]:
    return [
        RunRow(
            number=number,
            folder=history.label(number),
            started=history.run(number).started.isoformat(),
            machine=machine.number,
            pace=machine.paces.get(number),
            updated=list(machine.mark_between(number - 1, number)),
        )
        for machine in history.machines
        for number in machine.runs
    ]
