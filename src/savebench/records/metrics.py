"""The named quantities that trials yield.

To add one: a row here, and its value in the answer of the operation that measures it
(`savebench.trial.operations`). A new kind of trial also has a name in
`savebench.records.schema.TrialKind`, and a place in `savebench.measuring.plan`: timed or not.
"""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["s", "bytes", "instructions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One named quantity. Less is better for every one of them."""

    name: str
    unit: Unit
    trial: str
    what: str


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            name="dump_s",
            unit="s",
            trial="dump",
            what="dump from call to return: file made, written, closed, in the page cache",
        ),
        Metric(
            name="dump_sync_s",
            unit="s",
            trial="dump",
            what="the same, then fsync of file and folder",
        ),
        Metric(
            name="size_bytes",
            unit="bytes",
            trial="dump",
            what="all bytes under the artifact's path",
        ),
        Metric(
            name="load_s",
            unit="s",
            trial="load",
            what="load from call to return, artifact in the page cache",
        ),
        Metric(
            name="predict_s",
            unit="s",
            trial="load",
            what="the first call of the workload's method on the loaded model",
        ),
        Metric(
            name="load_predict_s",
            unit="s",
            trial="load",
            what="load + first call: what a lazy or mapped load really costs",
        ),
        Metric(
            name="load_cold_s",
            unit="s",
            trial="load-cold",
            what="load after the artifact's pages were evicted from the page cache",
        ),
        Metric(
            name="load_cold_predict_s",
            unit="s",
            trial="load-cold",
            what="load + first call, artifact evicted from the page cache before",
        ),
        Metric(
            name="dump_peak_bytes",
            unit="bytes",
            trial="dump-memory",
            what="peak resident memory during dump, above the level just before",
        ),
        Metric(
            name="load_peak_bytes",
            unit="bytes",
            trial="load-memory",
            what="peak resident memory during load, above the level just before",
        ),
        Metric(
            name="resident_bytes",
            unit="bytes",
            trial="load-memory",
            what="resident memory after load, above the level just before: the model alive, "
            "garbage collected, freed heap given back; of a mapped file the pages read so far",
        ),
        Metric(
            name="worker_bytes",
            unit="bytes",
            trial="workers",
            what="memory that each further process adds when 4 hold the loaded, used model "
            "(proportional set size: a page that n share counts an n-th)",
        ),
        Metric(
            name="dump_instructions",
            unit="instructions",
            trial="count-dump",
            what="instructions of dump, counted under valgrind; the kernel's are not",
        ),
        Metric(
            name="load_instructions",
            unit="instructions",
            trial="count-load",
            what="instructions of load, counted under valgrind; the kernel's are not",
        ),
        Metric(
            name="predict_instructions",
            unit="instructions",
            trial="count-load",
            what="instructions of the first call on the loaded model, counted likewise",
        ),
        Metric(
            name="dump_steady_s",
            unit="s",
            trial="steady",
            what="dump repeated in one process, as a hot loop has it: no first operation",
        ),
        Metric(
            name="load_steady_s",
            unit="s",
            trial="steady",
            what="load repeated in one process, the model freed within the time: a hot loop's",
        ),
        Metric(
            name="load_predict_100_s",
            unit="s",
            trial="load-hundred",
            what="load + a hundred answers: what mapped and lazy loads put off further",
        ),
        Metric(
            name="serving_stall_s",
            unit="s",
            trial="serving",
            what="the longest gap between two answers of one model while another is loaded in a "
            "thread, less the usual gap",
        ),
        Metric(
            name="load_in_thread_s",
            unit="s",
            trial="serving",
            what="that load, which shares the processor with the answers: no first operation",
        ),
        Metric(
            name="preload_worker_bytes",
            unit="bytes",
            trial="preload",
            what="memory that each of 4 workers adds that were forked after the load, once it has "
            "answered ten thousand times, or for 2 s: copies of pages that something wrote to",
        ),
    )
}

SIZE = "size_bytes"
MEMORY: frozenset[str] = frozenset(
    name for name, metric in METRICS.items() if metric.unit == "bytes" and name != SIZE
)
"""Counts that vary by pages; a size is exact."""
INSTRUCTIONS: frozenset[str] = frozenset(
    name for name, metric in METRICS.items() if metric.unit == "instructions"
)
"""What was counted, not timed: it ranks nothing, and repeats to a ten-thousandth or better."""
