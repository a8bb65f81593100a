"""An inspection in a notebook: facts, treemap, the largest parts, the tree, what could be done."""

import base64
import html
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from savebench.inspecting.found import Inspection
from savebench.inspecting.tree import largest
from savebench.report.drawing.style import RC
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
    visible,
)
from savebench.units import human_bytes

_DPI = 110
_CELL = "text-align:left;vertical-align:top;padding:2px 10px 2px 0;border:0"
_NUMBER = "text-align:right;vertical-align:top;padding:2px 10px 2px 0;border:0;white-space:nowrap"
_TREE = "line-height:1.2;font-family:monospace;white-space:pre;overflow-x:auto"
"""A long line is moved within the tree, and does not widen the page."""
_LONGEST = 600
_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")
"""A browser would part a number from its sign there."""


def inspection_html(inspection: Inspection) -> str:
    """Return the whole as HTML for a notebook's cell; all that a file says is escaped."""
    return "".join(_pieces(inspection))


def _pieces(inspection: Inspection) -> Iterator[str]:
    yield '<div class="savebench-inspection" style="max-width:960px;overflow-wrap:break-word">'
    yield f"<h4>{_text(heading(inspection))}</h4>"
    yield _table((), [(label, text) for label, text in facts(inspection)], numbers=())
    yield _list(against(inspection), "What speaks against loading it")
    yield _picture(inspection)
    root = inspection.root
    if root is not None:
        rows = [
            (
                path_text(each.path),
                human_bytes(each.bytes),
                share_text(share_of(each.bytes, root)),
                large_text(each),
                each.what,
            )
            for each in largest(root)
        ]
        yield _table(("part", "bytes", "share", "what it is", "for"), rows, numbers=(1, 2))
        yield "<details><summary>The tree</summary>"
        yield _tree(inspection)
        yield "</details>"
    yield _list(inspection.notes, "Notes")
    yield _list(inspection.left_out, "Not told without loading it")
    yield "</div>"


def _text(value: str) -> str:
    return html.escape(_BEFORE_PERCENT.sub("\N{NO-BREAK SPACE}", visible(value, _LONGEST)))


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int]) -> str:
    def cells(texts: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} style="{_NUMBER if at in numbers else _CELL}">{_text(text)}</{tag}>'
            for at, text in enumerate(texts)
        )

    head = f"<thead><tr>{cells(headings, 'th')}</tr></thead>" if headings else ""
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    table = f'<table style="border-collapse:collapse">{head}<tbody>{body}</tbody></table>'
    return f'<div style="overflow-x:auto">{table}</div>'


def _tree(inspection: Inspection) -> str:
    if inspection.root is None:
        return ""
    lines = branches(inspection.root)
    width = max(len(each.guide) + len(each.label) for each in lines)
    texts = []
    for each in lines:
        name = f"{each.guide}{each.label}"
        what = ": ".join(filter(None, (each.kind, each.what)))
        texts.append(f"{name:<{width}}  {human_bytes(each.bytes):>8}  {what}".rstrip())
    return f'<pre style="{_TREE}">{html.escape(chr(10).join(texts))}</pre>'


def _list(lines: Sequence[str], title: str) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f"<p><b>{html.escape(title)}</b></p><ul>{items}</ul>"


def _picture(inspection: Inspection) -> str:
    """Return the treemap as a picture within the page."""
    import matplotlib as mpl

    with mpl.rc_context(rc=RC):
        plot = treemap(inspection)
        if plot is None:
            return ""
        stream = io.BytesIO()
        plot.figure.savefig(stream, format="png", dpi=_DPI, metadata={"Software": None})
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return (
        f'<img alt="{html.escape(plot.alt, quote=True)}" style="max-width:100%;height:auto" '
        f'src="data:image/png;base64,{data}">'
    )
