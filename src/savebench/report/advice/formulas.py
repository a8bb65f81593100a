"""The formulas of an answer with the numbers of the taken row, for a person to check by hand."""

from collections.abc import Iterator

from savebench.summary.advice.answer import AdviceRow, Answer
from savebench.summary.advice.costs import PROCESS_BYTES, Cost
from savebench.summary.advice.front import basis_words
from savebench.summary.advice.holding import COUNTED_WITH
from savebench.summary.advice.workers import WayLine, WorkersTable
from savebench.units import human_bytes, human_seconds


def formula_lines(answer: Answer) -> Iterator[str]:
    """Yield the formulas, general first, then with the numbers of the taken row."""
    if answer.take is None or answer.basis is None:
        return
    row = answer.row(answer.take)
    if row.cost is None:
        return
    yield from _of_time(answer, row, row.cost)
    if answer.workers:
        yield from _of_workers(answer, answer.workers)
    yield "ends of intervals are added low to low and high to high: wider than need be"


def _of_time(answer: Answer, row: AdviceRow, cost: Cost) -> Iterator[str]:
    words = basis_words(answer.basis) if answer.basis else ""
    bandwidth = answer.needs.bandwidth_bytes_per_s
    size = row.candidate.size_bytes
    load = _exactly(cost.load_s.median)
    if bandwidth is not None and size is not None:
        yield (
            f"ready = size / bandwidth + {words} = {size:,.0f} B / {bandwidth:,.0f} B/s + {load} = "
            f"{_exactly(cost.ready_s.median)} ({row.name})"
        )
    else:
        yield f"ready = {words} = {load} ({row.name}; no bandwidth: the file is at hand)"
    loads, dump = answer.needs.loads_per_dump, row.estimate("dump_s")
    if loads is not None and dump is not None:
        yield (
            f"per use = ready + save / loads per save = {_exactly(cost.ready_s.median)} + "
            f"{_exactly(dump.median)} / {loads:g} = {_exactly(cost.per_use_s.median)}"
        )


def _of_workers(answer: Answer, table: WorkersTable) -> Iterator[str]:
    count = answer.needs.workers or table.counts[-1]
    for line in table.lines:
        yield f"{line.way} ({line.serializer}): {_of_way(line, table, count)}"
    cost = answer.row(answer.take).cost if answer.take else None
    if answer.basis and answer.basis.weighs_memory and cost and cost.memory_bytes:
        yield (
            f"what decides = per use x ({count} x {human_bytes(PROCESS_BYTES)} + memory of all "
            f"workers) = {_exactly(cost.per_use_s.median)} x "
            f"{human_bytes(count * PROCESS_BYTES + cost.memory_bytes.median)}, the least of all"
        )


def _of_way(line: WayLine, table: WorkersTable, count: int) -> str:
    private, shared = line.holding.private.median, line.holding.shared.median
    total = human_bytes(dict(line.totals)[count].median)
    if line.way == "loaded before fork":
        each = (dict(line.totals)[count].median - private - shared) / count
        return (
            f"once + workers x what each writes to, at most private - model = "
            f"{human_bytes(private + shared)} + {count} x {human_bytes(each)} = {total}, with a "
            f"model of {human_bytes(table.model_bytes)}"
        )
    if line.way == "mapped":
        return (
            f"workers x private + shared once = {count} x {human_bytes(private)} + "
            f"{human_bytes(shared)} = {total}; private = worker_bytes - shared / {COUNTED_WITH}, "
            f"shared = min(size, {COUNTED_WITH} x (worker_bytes - load peak))"
        )
    bound = " (the load peak, a bound: worker_bytes was not measured)"
    what = bound if line.holding.is_bound else " (worker_bytes)"
    return f"workers x private{what} = {count} x {human_bytes(private)} = {total}"


def _exactly(value: float) -> str:
    """Return seconds as a calculation takes them, or as people read them where they are few."""
    return f"{value:.4f} s" if value >= 0.1 else human_seconds(value)  # noqa: PLR2004 - 4 digits of them
