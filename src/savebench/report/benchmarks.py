"""A pytest-benchmark file as tables: grouped as in the file, each row with its interval."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from savebench.comparing.benchmarks import remarks_of, side_of_pytest_benchmark
from savebench.foreign.layout import Benchmark, BenchmarkFile, Mark, mark_of
from savebench.metrics import Unit
from savebench.report.tables import MISSING, one_line, ratio_text
from savebench.stats import Interval, median_interval, paired_ratio
from savebench.summary import BASELINE
from savebench.units import human_seconds

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

FASTEST = "fastest"

_COLUMNS = (
    ("benchmark", 26),
    ("n", 5),
    ("median", 9),
    ("ratio", 22),
    ("95 % interval", 17),
    ("min", 9),
)
"""Headings and widths; a longer name goes on in the next line, for names differ at their ends."""
_FULL_WIDTH = sum(width for _, width in _COLUMNS) + 2 * (len(_COLUMNS) - 1)
_NARROW_COLUMNS = 4


class BenchmarkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark of a file; None where the file does not say."""

    group: str | None
    name: str
    """In a table: the serializer where savebench measured it."""
    fullname: str
    metric: str
    unit: Unit = "s"
    n: int
    median: float
    low: float | None
    """The interval of the median (`savebench.stats.median_interval`)."""
    high: float | None
    is_range: bool | None
    min: float
    ratio: float | None
    """To the baseline serializer, paired by round; else of medians, to the group's fastest."""
    ratio_low: float | None
    ratio_high: float | None
    ratio_to: str
    """``pickle`` or ``fastest``."""
    independent: bool
    """Whether each value comes from a process of its own."""
    size_bytes: int | None
    """Of the artifact, where the file says it."""


def benchmark_rows(file: BenchmarkFile) -> list[BenchmarkRow]:
    """Return a file's benchmarks: groups in the order of the file, each from fastest to slowest."""
    baselines = {
        (mark.workload, mark.size, mark.metric): _by_round(each, mark)
        for each in file.benchmarks
        if (mark := mark_of(each)) and mark.serializer == BASELINE
    }
    return [
        _row(each, baselines, group[0].stats.median)
        for group in _groups(file.benchmarks)
        for each in group
    ]


def print_benchmarks(file: BenchmarkFile, label: str, console: "Console") -> None:
    """Print what a reader must know of a file, a table a group, and what did not end well."""
    from rich.text import Text

    side = side_of_pytest_benchmark(file, label)
    rows = benchmark_rows(file)
    facts = (side.party.started, side.party.python, side.party.machine.get("processor", ""))
    console.print(Text(f"{label}: {', '.join(filter(None, map(one_line, facts)))}", style="bold"))
    for remark in _remarks(file, rows):
        console.print(Text(f"* {one_line(remark)}"))
    groups: dict[str | None, list[BenchmarkRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    for group, members in groups.items():
        title = "no group" if group is None else one_line(group)
        console.print(Text(f"\n{title}", style="bold"))
        console.print(_table(members, wide=console.width >= _FULL_WIDTH))
    if side.troubles:
        console.print()
    for series, reason in side.troubles.items():
        line = Text(f"  {one_line(series)}: {one_line(reason)}")
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def _remarks(file: BenchmarkFile, rows: Iterable[BenchmarkRow]) -> Iterator[str]:
    found = list(rows)
    for remark in remarks_of(file):
        yield remark[0].upper() + remark[1:] + "."
    if all(row.independent for row in found):
        yield "Each value is the first operation of a fresh process, measured by savebench."
    if any(row.is_range for row in found):
        yield "Fewer than six values have no 95 % interval: their range stands there."


def _groups(benchmarks: Iterable[Benchmark]) -> list[list[Benchmark]]:
    groups: dict[str | None, list[Benchmark]] = {}
    for each in benchmarks:
        groups.setdefault(each.group, []).append(each)
    return [sorted(group, key=lambda each: each.stats.median) for group in groups.values()]


def _by_round(benchmark: Benchmark, mark: Mark) -> dict[int, float]:
    """Return the times by round; none where the file keeps none (``--benchmark-save`` alone)."""
    data = benchmark.stats.data
    if data is None:
        return {}
    return dict(zip(mark.rounds or range(1, len(data) + 1), data, strict=True))


def _row(
    benchmark: Benchmark,
    baselines: Mapping[tuple[str, str, str], dict[int, float]],
    fastest_s: float,
) -> BenchmarkRow:
    mark, stats = mark_of(benchmark), benchmark.stats
    interval = median_interval(stats.data) if stats.data else None
    baseline = baselines.get((mark.workload, mark.size, mark.metric)) if mark else None
    paired = _paired(_by_round(benchmark, mark), baseline) if mark and baseline else None
    if paired:
        ratio: float | None = paired.median
    else:
        ratio = stats.median / fastest_s if fastest_s > 0 else None
    size = benchmark.extra_info.get("size_bytes")
    return BenchmarkRow(
        group=benchmark.group,
        name=mark.serializer if mark else benchmark.name,
        fullname=benchmark.fullname,
        metric=mark.metric if mark else "time_s",
        n=stats.rounds,
        median=interval.median if interval else stats.median,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        is_range=interval.is_range if interval else None,
        min=min(stats.data) if stats.data else stats.min,
        ratio=ratio,
        ratio_low=paired.low if paired else None,
        ratio_high=paired.high if paired else None,
        ratio_to=BASELINE if paired else FASTEST,
        independent=bool(mark and mark.independent),
        size_bytes=size if mark and isinstance(size, int) else None,
    )


def _paired(by_round: Mapping[int, float], baseline: Mapping[int, float]) -> Interval | None:
    try:
        return paired_ratio(by_round, baseline)
    except ValueError:
        return None


def _table(rows: Sequence[BenchmarkRow], *, wide: bool) -> "Table":
    from rich.table import Table
    from rich.text import Text

    shown = len(_COLUMNS) if wide else _NARROW_COLUMNS
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for heading, width in _COLUMNS[:shown]:
        is_name = heading == "benchmark"
        table.add_column(
            f"vs {rows[0].ratio_to}" if heading == "ratio" else heading,
            width=width,
            no_wrap=not is_name,
            overflow="fold",
            justify="left" if is_name else "right",
        )
    for row in rows:
        table.add_row(*map(Text, _cells(row)[:shown]))
    return table


def _cells(row: BenchmarkRow) -> tuple[str, ...]:
    interval = MISSING
    if row.low is not None and row.high is not None and row.n > 1:
        interval = f"{human_seconds(row.low)}-{human_seconds(row.high)}"
    return (
        one_line(row.name),
        str(row.n),
        human_seconds(row.median),
        _ratio_cell(row),
        interval,
        human_seconds(row.min),
    )


def _ratio_cell(row: BenchmarkRow) -> str:
    if row.ratio is None:
        return MISSING
    if row.ratio_low is None or row.ratio_high is None:
        return FASTEST if row.ratio == 1 else ratio_text(row.ratio)
    if row.name == BASELINE:
        return "baseline"
    if row.n == 1:
        return ratio_text(row.ratio)
    is_same = row.ratio_low <= 1 <= row.ratio_high
    text = "same" if is_same else ratio_text(row.ratio)
    return f"{text} [{ratio_text(row.ratio_low)[:-1]}-{ratio_text(row.ratio_high)[:-1]}]"
