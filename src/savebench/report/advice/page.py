"""The advice as a folder: ``advice.md`` and ``plots/``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from savebench.report.advice.content import MARK, Content, content_of
from savebench.report.advice.plots import plots_of
from savebench.report.drawing.figures import StoredPlot, store_all
from savebench.report.markdown import render
from savebench.summary.advice.answer import Answer

_TEMPLATE = "advice.md.j2"


def write_advice(answer: Answer, folder: Path) -> Path:
    """Write ``advice.md`` and ``plots/`` into a folder; return the page's path.

    The folder is made where it is missing; files of the same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plots = store_all(plots_of(answer), folder / "plots")
    path = folder / "advice.md"
    path.write_text(page_of(content_of(answer), plots), encoding="utf-8", newline="\n")
    return path


def page_of(content: Content, plots: Sequence[StoredPlot]) -> str:
    """Return the text of ``advice.md``; its pictures lie in ``plots/`` beside it."""
    page = render(_TEMPLATE, _FILTERS, advice=content, plots=plots, mark=MARK)
    return "\n".join(_without_gaps(page.splitlines())) + "\n"


def _without_gaps(lines: Sequence[str]) -> list[str]:
    """Return lines with no two blank ones in a row: parts that say nothing leave none behind."""
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _capitalized(text: str) -> str:
    """Return a sentence with a capital, but for a row's name, which is written as it is."""
    return text[:1].upper() + text[1:] if text.startswith("below") else text


_FILTERS: dict[str, Callable[..., Any]] = {"capitalized": _capitalized}
