"""An inspection as a page of markdown, the treemap beside it."""

from collections.abc import Iterator
from pathlib import Path

from savebench.inspecting.found import Inspection
from savebench.inspecting.tree import largest
from savebench.report.drawing.figures import StoredPlot, store_all
from savebench.report.inspection.branches import branches
from savebench.report.inspection.treemap import treemap
from savebench.report.inspection.words import (
    against,
    facts,
    heading,
    large_text,
    path_text,
    share_of,
    share_text,
)
from savebench.report.markdown import escape_markdown
from savebench.units import human_bytes

_PAGE = "inspection.md"
_PLOTS = "plots"


def write_page(inspection: Inspection, folder: Path) -> Path:
    """Write the page and the treemap into a folder made where missing; return the page's path.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plot = treemap(inspection)
    stored = store_all([plot], folder / _PLOTS) if plot is not None else []
    page = folder / _PAGE
    page.write_text(markdown(inspection, *stored), encoding="utf-8")
    return page


def markdown(inspection: Inspection, *plots: StoredPlot) -> str:
    """Return the page; names from the file are text in it, never markup."""
    return "\n".join(_lines(inspection, plots)) + "\n"


def _lines(inspection: Inspection, plots: tuple[StoredPlot, ...]) -> Iterator[str]:
    yield f"# {escape_markdown(heading(inspection))}"
    yield ""
    for label, text in facts(inspection):
        yield f"- **{label}**: {escape_markdown(text)}"
    warnings = against(inspection)
    if warnings:
        yield from ("", "## What speaks against loading it", "")
        yield from (f"- {escape_markdown(each)}" for each in warnings)
    for plot in plots:
        alt = escape_markdown(plot.alt)
        yield from ("", f"![{alt}]({_PLOTS}/{plot.svg.name})")
    yield from _tables(inspection)
    for title, lines in (
        ("Notes", inspection.notes),
        ("Not told without loading it", inspection.left_out),
    ):
        if lines:
            yield from ("", f"## {title}", "")
            yield from (f"- {escape_markdown(each)}" for each in lines)


def _tables(inspection: Inspection) -> Iterator[str]:
    root = inspection.root
    if root is None:
        return
    yield from ("", "## The largest parts", "")
    yield from ("| part | bytes | share | what it is | what it is for |", "|---|--:|--:|---|---|")
    for each in largest(root):
        cells = (
            path_text(each.path),
            human_bytes(each.bytes),
            share_text(share_of(each.bytes, root)),
            large_text(each),
            each.what,
        )
        yield f"| {' | '.join(map(escape_markdown, cells))} |"
    yield from ("", "## The tree", "", "| part | bytes | what |", "|---|--:|---|")
    for branch in branches(root):
        indent = "&nbsp;" * len(branch.guide)
        what = ": ".join(filter(None, (branch.kind, branch.what)))
        size = human_bytes(branch.bytes)
        yield f"| {indent}{escape_markdown(branch.label)} | {size} | {escape_markdown(what)} |"
