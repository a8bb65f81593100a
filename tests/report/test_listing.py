"""What the catalogue offers, as a terminal shows it."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from savebench.catalogue.providers import Catalogue, load_catalogue
from savebench.catalogue.rows import Entry, Serializer, Workload
from savebench.report.listing import render

BOTH = ("serializers", "workloads")


def shown(catalogue: Catalogue, width: int) -> list[str]:
    """Return the lines that a plain terminal of that width shows."""
    stream = io.StringIO()
    render(catalogue, BOTH, Console(file=stream, width=width))
    return stream.getvalue().splitlines()


def _dump(model: object, path: Path) -> None:
    raise NotImplementedError


def _load(path: Path) -> object:
    raise NotImplementedError


def offer(note: str = "a note", requires: tuple[str, ...] = ()) -> Catalogue:
    """Return a catalogue of one row of each kind, from another package."""
    serializer = Serializer(name="[red]mine", dump=_dump, load=_load, requires=requires, note=note)
    workload = Workload(
        name="model",
        build=lambda target_bytes, seed: (target_bytes, seed),
        probe=lambda model, seed: (model, seed),
        sizes=("1KB", "1MB", "16MB"),
        stresses="nothing",
    )
    other = Workload(
        name="other",
        build=workload.build,
        probe=workload.probe,
        sizes=("1KB", "10KB", "1MB"),
        stresses="nothing",
    )
    return Catalogue(
        {"[red]mine": Entry(serializer, "m:rows", "mypackage 2.0")},
        {row.name: Entry(row, "m:rows", "mypackage 2.0") for row in (workload, other)},
    )


def test_every_row_of_ours_is_one_line_of_a_hundred_columns() -> None:
    """Whole, with what can be used here."""
    catalogue = load_catalogue()

    lines = shown(catalogue, 100)

    for rows, field in ((catalogue.serializers, "note"), (catalogue.workloads, "stresses")):
        for name, entry in rows.items():
            (line,) = [line for line in lines if line.startswith(f"{name} ")]
            assert line.split()[1] == ("-" if entry.missing() else "yes")
            assert line.endswith(f"  {getattr(entry.row, field)}")
    extra = len(lines) - len(catalogue.serializers) - len(catalogue.workloads)
    assert extra <= 11  # headings, kinds, a line between, what the columns mean, what to install
    assert max(map(len, lines[:-1])) <= 100


@pytest.mark.parametrize("width", [60, 80])
def test_where_it_is_narrower_texts_go_on_and_nothing_is_lost(width: int) -> None:
    """Beside their row, or below it."""
    catalogue = load_catalogue()

    lines = shown(catalogue, width)

    text = " ".join(" ".join(lines).split())
    assert max(map(len, lines[:-1])) <= width
    assert all(entry.row.note in text for entry in catalogue.serializers.values())
    assert all(entry.row.stresses in text for entry in catalogue.workloads.values())
    assert len(lines) < 2.5 * (len(catalogue.serializers) + len(catalogue.workloads))


def test_rows_of_another_package_say_whose_they_are_and_how_to_get_what_they_need() -> None:
    """Markup in a name is text; a long note goes on under its beginning."""
    lines = shown(offer("word " * 30, requires=("no-such-distribution",)), 100)

    first = next(number for number, line in enumerate(lines) if line.startswith("[red]mine"))
    assert lines[first].startswith("[red]mine   -     yes   [mypackage 2.0] word word")
    assert lines[first + 1].startswith(" " * 24 + "word")
    assert lines[-1] == "Not installed (-): get them with: pip install no-such-distribution"


def test_sizes_are_a_span_only_where_no_step_between_is_left_out() -> None:
    """1KB-16MB would promise 10KB."""
    lines = shown(offer(), 100)

    sizes = {line.split()[0]: line for line in lines if "[mypackage 2.0] nothing" in line}
    assert "  1KB 1MB 16MB  " in sizes["model"]
    assert "  1KB-1MB  " in sizes["other"]
    assert "sizes: steps of 1KB, 10KB, 1MB, 16MB; " in lines[-2] + lines[-1]
