"""What the catalogue offers, as a table or as JSON."""

import json
from typing import TYPE_CHECKING, Any

from savebench.catalogue import KINDS, Catalogue, Entry, Serializer, Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from rich.table import Table


def render(catalogue: Catalogue, kinds: "Sequence[str]", console: "Console") -> None:
    """Print a table of serializers, of workloads or of both; what is missing comes last."""
    if "serializers" in kinds:
        console.print(_serializers(catalogue))
    if "workloads" in kinds:
        console.print(_workloads(catalogue))
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


def _serializers(catalogue: Catalogue) -> "Table":
    table = _table("serializer", "here", "kind", "runs code on load", "note")
    ordered = sorted(
        catalogue.serializers.values(),
        key=lambda entry: (KINDS.index(entry.row.kind), entry.row.name),
    )
    for entry in ordered:
        row = entry.row
        note = f"[{entry.distribution}] {row.note}" if not entry.is_ours else row.note
        _add(table, row.name, _here(entry), row.kind, "yes" if row.runs_code else "no", note)
    return table


def _workloads(catalogue: Catalogue) -> "Table":
    table = _table("workload", "here", "sizes", "stresses")
    for entry in catalogue.workloads.values():
        row = entry.row
        stresses = f"[{entry.distribution}] {row.stresses}" if not entry.is_ours else row.stresses
        _add(table, row.name, _here(entry), " ".join(row.sizes), stresses)
    return table


def _table(*columns: str) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold", no_wrap=column in {columns[0], "kind"})
    return table


def _add(table: "Table", *cells: str) -> None:
    """Add a row as it is written: a name may hold what rich would take for markup."""
    from rich.text import Text

    table.add_row(*map(Text, cells))


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
