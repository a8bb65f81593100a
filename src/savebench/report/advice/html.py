"""The advice as a notebook shows it: one piece of HTML, its plots inside; every text is escaped."""

import base64
import html
import io
from collections.abc import Iterable, Iterator, Sequence

from savebench.report.advice.content import MARK, Cells, Content, content_of
from savebench.report.advice.plots import plots_of
from savebench.report.drawing.figures import Plot
from savebench.report.drawing.style import RC
from savebench.report.words import one_line
from savebench.summary.advice.answer import Answer

_DPI = 110
_NAMES = 2
"""So many columns of a table are texts; the others are numbers."""
_CAPTION = "text-align:left;caption-side:top;white-space:nowrap"
_CODE = (
    "margin:0.3em 0;padding:0.5em;border:1px solid #88888880;"
    "font-family:monospace;white-space:pre;overflow-x:auto"
)
_WIDE = "overflow-x:auto;margin:0.8em 0"
"""Around a table: in a narrow window it is moved, and not the page."""


def html_of(answer: Answer) -> str:
    """Return the answer as HTML: what the terminal says first, the table, and the plots."""
    content = content_of(answer)
    start = '<div class="savebench-advice" style="max-width:960px;overflow-wrap:break-word">'
    return "\n".join((start, *_parts(content), *map(_picture, plots_of(answer)), "</div>"))


def _parts(content: Content) -> Iterator[str]:
    heading = f"Take {content.take}" if content.take else "Take none of them"
    yield f"<p>{_text(content.title)}: {_text(content.measured)}; {_text(content.needs)}.</p>"
    yield f"<p><strong>{_text(heading)}.</strong> {_text(content.reason)}.</p>"
    for text in filter(None, (content.save, content.load)):
        yield f'<pre style="{_CODE}">{html.escape(text)}</pre>'
    if content.code_remark:
        yield f"<p>{_text(content.code_remark)}.</p>"
    yield from _table(f"On the Pareto front of {content.axes}", content.columns, content.front)
    yield from _table("Beaten in all of that", content.columns, content.others)
    yield from _workers(content)
    yield from _listed("Choosing otherwise", content.otherwise)
    yield from _listed("How sure", content.sure)
    yield from _listed("At another bandwidth", filter(None, [content.crossovers]))
    yield from _listed("To check by hand", (*content.formulas, *content.crossover_lines))
    yield from _listed("Must be known", (*content.remarks, *content.apart), is_open=True)
    yield from _listed("Cannot be taken", content.out_lines)


def _table(caption: str, columns: Sequence[str], rows: Sequence[Cells]) -> Iterator[str]:
    if rows:
        lines = [((MARK if row.taken else "", row.name, *row.texts), row.taken) for row in rows]
        yield _grid(caption, ("", "serializer", *columns), lines)


def _workers(content: Content) -> Iterator[str]:
    if content.workers:
        heads = ("", "serializer", *map(str, content.counts))
        lines = [((line.way, line.name, *line.texts), False) for line in content.workers]
        yield _grid("Memory of all workers, of the model alone", heads, lines)


def _grid(caption: str, heads: Sequence[str], rows: Iterable[tuple[Sequence[str], bool]]) -> str:
    """Return a table; the first two of a row's texts are names, the second stressed if taken."""
    head = "".join(_cell("th", at, _text(text)) for at, text in enumerate(heads))
    body = "".join(f"<tr>{_line(texts, taken=taken)}</tr>" for texts, taken in rows)
    return (
        f'<div style="{_WIDE}"><table><caption style="{_CAPTION}">{_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line(texts: Sequence[str], *, taken: bool) -> str:
    mark, name, *numbers = map(_text, texts)
    cells = (mark, f"<strong>{name}</strong>" if taken else name, *numbers)
    return "".join(_cell("td", at, cell) for at, cell in enumerate(cells))


def _cell(tag: str, at: int, inner: str) -> str:
    side = "left" if at < _NAMES else "right"
    return f'<{tag} style="text-align:{side};white-space:nowrap">{inner}</{tag}>'


def _listed(heading: str, lines: Iterable[str], *, is_open: bool = False) -> Iterator[str]:
    items = [f"<li>{_text(line)}</li>" for line in lines]
    if items:
        yield f"<details{' open' if is_open else ''}><summary>{_text(heading)}</summary>"
        yield f"<ul>{''.join(items)}</ul></details>"


def _picture(plot: Plot) -> str:
    """Return a plot as an image that needs no file beside it."""
    import matplotlib as mpl

    stream = io.BytesIO()
    with mpl.rc_context(rc=RC):
        plot.figure.savefig(stream, format="png", dpi=_DPI)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return (
        f'<figure style="margin:0.5em 0"><figcaption>{_text(plot.title)}</figcaption>'
        f'<img style="max-width:100%;height:auto" alt="{_text(plot.alt)}" '
        f'src="data:image/png;base64,{data}">'
        "</figure>"
    )


def _text(text: str) -> str:
    return html.escape(one_line(text))
