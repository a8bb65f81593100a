"""A run's report as a folder: ``report.md``, ``summary.csv`` and ``plots/``."""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from savebench.metrics import METRICS
from savebench.noise import noise_sentence
from savebench.records import CONTROL, Record, Run
from savebench.report.drawing.style import looks
from savebench.report.markdown import Markdown, render, unbroken
from savebench.report.run.answer import answer_sentences
from savebench.report.run.blocks import blocks, cell, of_model_cell, plain_ratio_cell, ratio_cell
from savebench.report.run.command import command_line
from savebench.report.run.fidelity import fidelities
from savebench.report.run.plots.peaks import model_multiples, peak_multiples
from savebench.report.run.plots.scaling import Series, line_text, scaling_series
from savebench.report.run.plots.storing import sound_rows, store_plots
from savebench.report.run.remarks import by_reason, row_remarks, trouble_lines
from savebench.report.words import MISSING, shortened, span, with_ends
from savebench.sizes import sizes_sentence
from savebench.summary import (
    BASELINE,
    SummaryRow,
    case_outcomes,
    outcome_rows,
    summarize,
    summary_rows,
    write_csv,
)
from savebench.units import aligned_ratio, human_bytes, human_duration

_TEMPLATE = "report.md.j2"


def write_report(run: Run, folder: Path) -> Path:
    """Write ``report.md``, ``summary.csv`` and ``plots/`` into a folder; return the report's path.

    The folder is made where it is missing; files of the same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    summary, outcomes = summarize(run), case_outcomes(run)
    write_csv(summary, outcomes, folder / "summary.csv")
    plots = store_plots(run, summary, folder / "plots")
    rows, results = summary_rows(summary), outcome_rows(outcomes)
    sound = sound_rows(run, summary)
    text = render(
        _TEMPLATE,
        _FILTERS,
        header=run.header,
        environment=run.header.environment,
        settings=run.header.settings,
        answers=answer_sentences(run, summary),
        blocks=blocks(run.header, summary, outcomes),
        plots=plots,
        folder=folder,
        rounds=span(row.n for row in rows if row.metric == "load_s"),
        ranges=sum(row.is_range for row in rows if row.metric == "load_predict_s"),
        trials=sum(record.case != CONTROL for record in run.records),
        cautions=[*filter(None, (noise_sentence(run), sizes_sentence(run.header.workloads)))],
        peaks=_peak_cells(sound),
        workers_measured=any(row.metric == "worker_bytes" for row in rows),
        fits=_fits(sound),
        fidelities=fidelities(run.header, results),
        printed=[row for row in results if row.printed],
        troubles=by_reason(row for row in results if row.outcome != "ok"),
        row_remarks=row_remarks(run.records),
        no_values=_no_values(run.records),
        metrics=METRICS.values(),
        baseline=BASELINE,
        command=Markdown(command_line(run.header)),
    )
    path = folder / "report.md"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _interval_cell(text: str) -> Markdown:
    """Return a cell's text, its interval as markdown shows it: ``"1.24x [1.20, 1.31]"``."""
    return unbroken(text.replace("-", ", ") if "[" in text else text)


_FILTERS: dict[str, Callable[..., Any]] = {
    "cell": lambda row: unbroken(cell(row)),
    "ratio": lambda row: _interval_cell(ratio_cell(row)),
    "plain_ratio": plain_ratio_cell,
    "of_model": of_model_cell,
    "bytes": human_bytes,
    "duration": human_duration,
    "shortened": shortened,
    "interval": _interval_cell,
    "trouble_lines": trouble_lines,
}


def _peak_cells(rows: Sequence[SummaryRow]) -> list[tuple[str, str, str, str]]:
    """Return (serializer, dump peak, load peak, memory of a worker), as multiples of the model."""
    workers = model_multiples(rows, ("worker_bytes",))
    return [
        (
            name,
            _middle_and_ends(peaks["dump_peak_bytes"]),
            _middle_and_ends(peaks["load_peak_bytes"]),
            _middle_and_ends(workers.get(name, {}).get("worker_bytes", ())),
        )
        for name, peaks in peak_multiples(rows).items()
    ]


def _middle_and_ends(values: Sequence[float]) -> str:
    if not values:
        return MISSING
    middle = aligned_ratio(statistics.median(values))
    if len(values) == 1:
        return middle
    return with_ends(middle, min(values), max(values))


def _fits(rows: Sequence[SummaryRow]) -> list[tuple[str, str, str, str]]:
    """Return (family, serializer, load + predict, dump) of the series that the plots show."""
    series = scaling_series(rows)
    shown = looks(list(dict.fromkeys(one.serializer for one in series)))
    fitted: dict[tuple[str, str], dict[str, Series]] = {}
    for one in series:
        if one.serializer in shown and one.line:
            fitted.setdefault((one.family, one.serializer), {})[one.metric] = one
    return [
        (family, name, _line(lines.get("load_predict_s")), _line(lines.get("dump_s")))
        for (family, name), lines in fitted.items()
    ]


def _line(series: Series | None) -> str:
    return line_text(series.line) if series and series.line else MISSING


def _no_values(records: Sequence[Record]) -> dict[str, int]:
    """Return why trials that went well gave no value, and how many."""
    reasons: dict[str, int] = {}
    for record in records:
        reason = record.facts.get("no_value")
        if reason:
            reasons[str(reason)] = reasons.get(str(reason), 0) + 1
    return reasons
