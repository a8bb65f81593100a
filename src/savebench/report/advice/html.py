"""The advice as a notebook shows it: one piece of HTML, its plots inside; every text is escaped."""

import base64
import html
import io
from collections.abc import Iterable, Iterator, Sequence

from savebench.report.advice.content import MARK, Cells, Content, content_of
from savebench.report.advice.plots import plots_of
from savebench.report.drawing.figures import Plot
from savebench.report.drawing.style import RC
from savebench.summary.advice.answer import Answer

_DPI = 110
_LEFT, _RIGHT = ' style="text-align:left"', ' style="text-align:right;white-space:nowrap"'
_CODE = ' style="margin:0.3em 0;padding:0.5em;border:1px solid #cccccc"'


def html_of(answer: Answer) -> str:
    """Return the answer as HTML: what the terminal says first, the table, and the plots."""
    content = content_of(answer)
    return "\n".join(("<div>", *_parts(content), *map(_picture, plots_of(answer)), "</div>"))


def _parts(content: Content) -> Iterator[str]:
    heading = f"Take {content.take}" if content.take else "Take none of them"
    yield f"<p>{_text(content.title)}: {_text(content.measured)}; {_text(content.needs)}.</p>"
    yield f"<p><strong>{_text(heading)}.</strong> {_text(content.reason)}.</p>"
    for text in filter(None, (content.save, content.load)):
        yield f"<pre{_CODE}>{_text(text)}</pre>"
    if content.code_remark:
        yield f"<p>{_text(content.code_remark)}.</p>"
    yield from _table(f"On the Pareto front of {content.axes}", content.columns, content.front)
    yield from _listed("How sure", content.sure)
    yield from _listed("At another bandwidth", filter(None, [content.crossovers]))
    yield from _workers(content)
    yield from _listed("To check by hand", (*content.formulas, *content.crossover_lines))
    yield from _listed("Must be known", (*content.remarks, *content.apart))
    yield from _table("Beaten in all of that", content.columns, content.others)
    yield from _listed("Cannot be taken", content.out_lines)


def _table(caption: str, columns: Sequence[str], rows: Sequence[Cells]) -> Iterator[str]:
    if not rows:
        return
    yield f"<table><caption{_LEFT}>{_text(caption)}</caption><thead><tr><th></th>"
    yield f"<th{_LEFT}>serializer</th>{''.join(f'<th{_RIGHT}>{_text(c)}</th>' for c in columns)}"
    yield "</tr></thead><tbody>"
    for row in rows:
        cells = "".join(f"<td{_RIGHT}>{_text(each)}</td>" for each in row.texts)
        name = f"<strong>{_text(row.name)}</strong>" if row.taken else _text(row.name)
        yield f"<tr><td>{MARK if row.taken else ''}</td><td{_LEFT}>{name}</td>{cells}</tr>"
    yield "</tbody></table>"


def _workers(content: Content) -> Iterator[str]:
    if not content.workers:
        return
    heads = "".join(f"<th{_RIGHT}>{count}</th>" for count in content.counts)
    yield f"<table><caption{_LEFT}>Memory of all workers, of the model alone</caption><thead><tr>"
    yield f"<th></th><th{_LEFT}>serializer</th>{heads}</tr></thead><tbody>"
    for line in content.workers:
        cells = "".join(f"<td{_RIGHT}>{_text(each)}</td>" for each in line.texts)
        yield f"<tr><td{_LEFT}>{_text(line.way)}</td><td{_LEFT}>{_text(line.name)}</td>{cells}</tr>"
    yield "</tbody></table>"


def _listed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    items = [f"<li>{_text(line)}</li>" for line in lines]
    if items:
        yield f"<details><summary>{_text(heading)}</summary><ul>{''.join(items)}</ul></details>"


def _picture(plot: Plot) -> str:
    """Return a plot as an image that needs no file beside it."""
    import matplotlib as mpl

    stream = io.BytesIO()
    with mpl.rc_context(rc=RC):
        plot.figure.savefig(stream, format="png", dpi=_DPI)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return (
        f'<figure style="margin:0.5em 0"><figcaption>{_text(plot.title)}</figcaption>'
        f'<img style="max-width:100%" alt="{_text(plot.alt)}" src="data:image/png;base64,{data}">'
        "</figure>"
    )


def _text(text: str) -> str:
    return html.escape(text)
