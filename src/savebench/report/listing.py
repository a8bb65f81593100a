"""What the catalogue offers, as a table or as JSON."""

import json
from typing import TYPE_CHECKING, Any

from savebench.catalogue.providers import Catalogue
from savebench.catalogue.rows import KINDS, Entry, Serializer, Workload
from savebench.report.lines import print_wrapped
from savebench.report.words import KIND_LABELS, one_line
from savebench.units import parse_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

_GAP = 2
_LEAST_TEXT = 32
"""Narrower, a text stands below its row."""
_SPAN_FROM = 2


def render(catalogue: Catalogue, kinds: "Sequence[str]", console: "Console") -> None:
    """Print serializers, workloads or both, a line a row where 100 columns are there."""
    if "serializers" in kinds:
        _print_serializers(catalogue, console)
    if len(kinds) > 1:
        console.print()
    if "workloads" in kinds:
        _print_workloads(catalogue, console)
    entries: list[Entry[Any]] = [
        entry for kind in kinds for entry in getattr(catalogue, kind).values()
    ]
    missing = sorted({name for entry in entries for name in entry.missing()})
    if missing:
        console.print(
            f"Not installed (-): get them with: pip install {' '.join(missing)}", soft_wrap=True
        )


def as_json(catalogue: Catalogue, kinds: "Sequence[str]") -> str:
    """Return the rows' descriptions as one JSON object: kind of row -> list of rows."""
    describe: dict[str, Callable[[Any], dict[str, Any]]] = {
        "serializers": _describe_serializer,
        "workloads": _describe_workload,
    }
    return json.dumps(
        {
            kind: [describe[kind](entry) for entry in getattr(catalogue, kind).values()]
            for kind in kinds
        },
        indent=2,
    )


def _print_serializers(catalogue: Catalogue, console: "Console") -> None:
    entries = sorted(catalogue.serializers.values(), key=lambda entry: entry.row.name)
    head = ("serializer", "here", "code")
    columns = _Columns(head, [entry.row.name for entry in entries], console)
    columns.print_head("note")
    for kind in KINDS:
        rows = [entry for entry in entries if entry.row.kind == kind]
        if rows:
            print_wrapped(KIND_LABELS[kind], console, style="italic")
        for entry in rows:
            runs_code = "yes" if entry.row.runs_code else "no"
            columns.print_row((entry.row.name, _here(entry), runs_code), _text(entry, "note"))
    print_wrapped("code: whether a load may run code that the file names", console)


def _print_workloads(catalogue: Catalogue, console: "Console") -> None:
    entries = list(catalogue.workloads.values())
    steps = sorted({size for entry in entries for size in entry.row.sizes}, key=parse_size)
    sizes = {entry.row.name: _sizes(entry.row.sizes, steps) for entry in entries}
    head = ("workload", "here", "sizes".ljust(max(map(len, ["sizes", *sizes.values()]))))
    columns = _Columns(head, list(sizes), console)
    columns.print_head("stresses")
    for entry in entries:
        name = entry.row.name
        columns.print_row((name, _here(entry), sizes[name]), _text(entry, "stresses"))
    if steps:
        print_wrapped(
            f"sizes: steps of {', '.join(steps)}; where there are several, any other can be asked "
            "for: -w NAME@40MB",
            console,
        )


def _sizes(sizes: "Sequence[str]", steps: "Sequence[str]") -> str:
    """Return sizes as a span where they leave out no step between, else one by one."""
    first = steps.index(sizes[0])
    is_span = len(sizes) > _SPAN_FROM and list(sizes) == list(steps[first : first + len(sizes)])
    return f"{sizes[0]}-{sizes[-1]}" if is_span else " ".join(sizes)


class _Columns:
    """Prints short cells beside one another and a text behind them, or below where it is narrow."""

    def __init__(self, head: "Sequence[str]", names: "Sequence[str]", console: "Console") -> None:
        self._console = console
        self._head = head
        self._widths = [max(map(len, [head[0], *names])), *map(len, head[1:])]
        self._below = console.width < sum(self._widths) + len(head) * _GAP + _LEAST_TEXT

    def print_head(self, text: str) -> None:
        """Print the headings."""
        said = [*self._head, *([] if self._below else [text])]
        print_wrapped(self._joined(said), self._console, style="bold")

    def print_row(self, cells: "Sequence[str]", text: str) -> None:
        """Print a row, as it is written: a name may hold what rich would take for markup."""
        if self._below:
            print_wrapped(self._joined(cells), self._console)
            print_wrapped(text, self._console, first=" " * 4)
        else:
            print_wrapped(text, self._console, first=self._joined([*cells, ""]))

    def _joined(self, cells: "Sequence[str]") -> str:
        widths = [*self._widths, 0]
        return (" " * _GAP).join(
            cell.ljust(width) for cell, width in zip(cells, widths, strict=False)
        )


def _text(entry: Entry[Any], field: str) -> str:
    """Return what a row says of itself, and whose it is where it is not ours."""
    text = one_line(getattr(entry.row, field))
    return text if entry.is_ours else f"[{entry.distribution}] {text}"


def _here(entry: Entry[Any]) -> str:
    return "-" if entry.missing() else "yes"


def _describe_serializer(entry: Entry[Serializer]) -> dict[str, Any]:
    row = entry.row
    return {
        "name": row.name,
        "kind": row.kind,
        "runs_code": row.runs_code,
        "maps_file": row.maps_file,
        "note": row.note,
        **_origin(entry),
    }


def _describe_workload(entry: Entry[Workload]) -> dict[str, Any]:
    row = entry.row
    return {
        "name": row.name,
        "sizes": list(row.sizes),
        "method": row.method,
        "stresses": row.stresses,
        **_origin(entry),
    }


def _origin(entry: Entry[Any]) -> dict[str, Any]:
    return {
        "distribution": entry.distribution,
        "requires": list(entry.row.requires),
        "available": not entry.missing(),
        "install": f"pip install {' '.join(entry.missing())}" if entry.missing() else "",
    }
