"""What a reader must know of a model beside its figures, said once and not once a serializer."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from savebench.records.schema import Record, WorkloadInfo
from savebench.report.words import listed
from savebench.summary import OutcomeRow

_FEW = 3
_PYTHON = frozenset({*sys.stdlib_module_names, "numpy"})
"""What nobody needs to be told of: numpy is imported for every model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that went wrong with a model, and the serializers that it befell."""

    model: str
    serializers: str
    outcome: str
    reason: str


def model_remarks(info: WorkloadInfo) -> tuple[str, ...]:
    """Return what was found out of a model before any serializer was judged, a line each."""
    remarks = [info.varies] if info.varies else []
    if info.reference:
        remarks.append(
            f"pickle does not carry this model; {info.reference} keeps it for the dumps of all rows"
        )
    packages = sorted(_packages(info.imports), key=lambda name: not _is_own(name, info))
    if packages and not info.distribution.startswith("savebench "):
        remarks.append(
            f"loading this model imports {_few(packages)}: done beforehand, for every row alike. "
            "Name what it needs in the workload's modules="
        )
    return tuple(remarks)


def _is_own(package: str, info: WorkloadInfo) -> bool:
    """Whether a package is that of the model's class, which says most."""
    return info.model_class.startswith(f"{package}.")


def _packages(modules: Iterable[str]) -> list[str]:
    """Return the packages that are no part of Python, in the order of their import."""
    found = dict.fromkeys(name.partition(".")[0] for name in modules)
    return [name for name in found if name not in _PYTHON and not name.startswith("_")]


def row_remarks(records: Iterable[Record]) -> list[str]:
    """Return which serializers import something while they are timed: that is their own cost."""
    late: dict[tuple[str, str], dict[str, None]] = {}
    for record in records:
        names: list[str] = record.facts.get("imported", [])
        if names:
            packages = [name.partition(".")[0] for name in names]
            late.setdefault((record.case.serializer, record.trial), {}).update(
                dict.fromkeys(packages)
            )
    return [
        f"{serializer}: imports {_few(list(packages))} while its {trial} is timed, as it would "
        "for a person; that is part of its figures"
        for (serializer, trial), packages in late.items()
    ]


def trouble_lines(troubles: Iterable[OutcomeRow]) -> list[str]:
    """Return one line for each thing that went wrong, with all serializers that it befell."""
    befell: dict[tuple[str, str], list[str]] = {}
    for row in troubles:
        befell.setdefault((row.outcome, row.reason), []).append(row.serializer)
    return [f"{listed(names)}: {outcome}: {reason}" for (outcome, reason), names in befell.items()]


def by_reason(troubles: Iterable[OutcomeRow]) -> list[Trouble]:
    """Return the rows of a table of troubles: what befell a model, and with which serializers."""
    befell: dict[tuple[str, str, str], list[str]] = {}
    for row in troubles:
        model = f"{row.workload}@{row.size}"
        befell.setdefault((model, row.outcome, row.reason), []).append(row.serializer)
    return [
        Trouble(model=model, serializers=", ".join(names), outcome=outcome, reason=reason)
        for (model, outcome, reason), names in befell.items()
    ]


def _few(names: list[str]) -> str:
    return listed(names if len(names) <= _FEW else [*names[:_FEW], f"{len(names) - _FEW} more"])
