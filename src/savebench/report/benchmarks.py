"""A pytest-benchmark file as tables: grouped as in the file, each row with its interval."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from savebench.comparing.sides.benchmarks import remarks_of, side_of_pytest_benchmark
from savebench.pytest_benchmark.layout import Benchmark, BenchmarkFile, Mark, mark_of
from savebench.records.metrics import Unit
from savebench.report.columns import Column, fitting, new_table
from savebench.report.lines import print_wrapped
from savebench.report.words import MISSING, one_line, with_ends
from savebench.stats import Interval, median_interval, paired_ratio
from savebench.summary import BASELINE
from savebench.units import aligned_ratio, human_seconds

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

FASTEST, LEAST = "fastest", "least"
"""What a ratio is to, for a script and in a table."""

_COLUMNS = (
    Column(heading="benchmark", width=26, least=18, left=True),
    Column(heading="n", width=5),
    Column(heading="median", width=9),
    Column(heading="ratio", width=22),
    Column(heading="95 % interval", width=17, leaves=2),
    Column(heading="min", width=9, leaves=1),
)
"""A longer name goes on in the next line, for names differ at their ends."""


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
    ratio_is_range: bool | None
    """Too few rounds for an interval of the ratio; None where it has no ends at all."""
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
    print_wrapped(
        f"{label}: {', '.join(filter(None, map(one_line, facts)))}", console, style="bold"
    )
    for remark in _remarks(file, rows):
        print_wrapped(one_line(remark), console, first="* ")
    groups: dict[str | None, list[BenchmarkRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    for group, members in groups.items():
        title = "no group" if group is None else one_line(group)
        console.print(Text(f"\n{title}", style="bold"))
        console.print(_table(members, console.width))
    if side.troubles:
        console.print()
    for series, reason in side.troubles.items():
        said = f"{one_line(series)}: {one_line(reason)}"
        print_wrapped(said, console, first="  ", rest="    ")


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
        ratio_is_range=paired.is_range if paired else None,
        ratio_to=BASELINE if paired else FASTEST,
        independent=bool(mark and mark.independent),
        size_bytes=size if mark and isinstance(size, int) else None,
    )


def _paired(by_round: Mapping[int, float], baseline: Mapping[int, float]) -> Interval | None:
    try:
        return paired_ratio(by_round, baseline)
    except ValueError:
        return None


def _table(rows: Sequence[BenchmarkRow], room: int) -> "Table":
    from rich.text import Text

    columns, gap = fitting(_COLUMNS, room)
    shown = (
        replace(each, heading=f"vs {_to(rows[0])}") if each.heading == "ratio" else each
        for each in columns
    )
    table = new_table(shown, box=None, padding=(0, gap, 0, 0))
    for row in rows:
        cells = _cells(row)
        table.add_row(*(Text(cells[each.heading]) for each in columns))
    return table


def _to(row: BenchmarkRow) -> str:
    """Return what a ratio is to: of a foreign file, the least median, which no interval backs."""
    return LEAST if row.ratio_to == FASTEST else row.ratio_to


def _cells(row: BenchmarkRow) -> dict[str, str]:
    """Return the texts of a row, by their columns' headings."""
    interval = MISSING
    if row.low is not None and row.high is not None and row.n > 1:
        interval = f"{human_seconds(row.low)}-{human_seconds(row.high)}"
    texts = (
        one_line(row.name),
        str(row.n),
        human_seconds(row.median),
        _ratio_cell(row),
        interval,
        human_seconds(row.min),
    )
    return {each.heading: text for each, text in zip(_COLUMNS, texts, strict=True)}


def _ratio_cell(row: BenchmarkRow) -> str:
    if row.ratio is None:
        return MISSING
    if row.ratio_low is None or row.ratio_high is None:
        return LEAST if row.ratio == 1 else aligned_ratio(row.ratio)
    if row.name == BASELINE:
        return "baseline"
    if row.n == 1:
        return aligned_ratio(row.ratio)
    is_same = row.ratio_low <= 1 <= row.ratio_high and not row.ratio_is_range
    text = "same" if is_same else aligned_ratio(row.ratio)
    return with_ends(text, row.ratio_low, row.ratio_high)
