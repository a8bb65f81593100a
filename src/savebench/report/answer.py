"""Pickle or joblib, compressed or not? Five sentences drawn from a summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from savebench.report.tables import ratio_text, span
from savebench.stats import geometric_mean
from savebench.summary import BASELINE, SummaryRow, summary_rows

if TYPE_CHECKING:
    import pandas as pd

_WORTH_SWITCHING = 0.95
"""Another default than pickle must take less than this share of pickle's time."""

_FEWEST_FOR_INTERVAL = 6


@dataclass(frozen=True, slots=True)
class _Against:
    """How one serializer stands against pickle in one metric, over the models both have."""

    mean: float
    """Geometric mean of the ratios."""
    less: int
    """Models where it takes clearly less."""
    more: int
    same: int

    @property
    def models(self) -> int:
        """How many models were compared."""
        return self.less + self.more + self.same


class _Facts:
    """The round-trip rows of a summary, ready for questions."""

    def __init__(self, rows: Iterable[SummaryRow]) -> None:
        self.by_serializer: dict[str, dict[str, dict[str, SummaryRow]]] = {}
        self.models: set[str] = set()
        for row in rows:
            if row.kind == "round-trip":
                model = f"{row.workload}@{row.size}"
                metrics = self.by_serializer.setdefault(row.serializer, {})
                metrics.setdefault(row.metric, {})[model] = row
                if row.metric == "load_predict_s":
                    self.models.add(model)

    def rows(self, serializer: str, metric: str) -> Mapping[str, SummaryRow]:
        """Return a serializer's rows of one metric, by model."""
        return self.by_serializer.get(serializer, {}).get(metric, {})

    def ranked(self, serializer: str) -> Mapping[str, SummaryRow]:
        """Return its load + first call where it has a rank: no failed case has one."""
        rows = self.rows(serializer, "load_predict_s")
        return {model: row for model, row in rows.items() if row.rank is not None}

    def against(self, serializer: str, metric: str) -> _Against | None:
        """Return how it stands against pickle, or None where there is nothing to compare."""
        rows = [
            row
            for model, row in self.rows(serializer, metric).items()
            if row.ratio is not None and model in self.ranked(serializer)
        ]
        ratios = [row.ratio for row in rows if row.ratio is not None]
        if not ratios:
            return None
        clear = [row for row in rows if _is_clear(row)]
        less = sum(row.ratio is not None and row.ratio < 1 for row in clear)
        return _Against(
            mean=geometric_mean(ratios),
            less=less,
            more=len(clear) - less,
            same=len(rows) - len(clear),
        )

    def names(self, *, compressed: bool, mapped: bool = False) -> list[str]:
        """Return the ranked serializers that do or do not compress and map."""
        return [
            name
            for name in self.by_serializer
            if self.ranked(name) and ("+" in name, "mmap" in name) == (compressed, mapped)
        ]


def answer_sentences(summary: "pd.DataFrame") -> list[str]:
    """Return five sentences: joblib or pickle, the fastest, compression, mapping, the default.

    Ratios are geometric means over models of the paired ratios to pickle, over round trips that
    took a rank. A name with ``+`` compresses and one with ``mmap`` maps its file, as in the
    catalogue. What was not measured is said to be so.
    """
    facts = _Facts(summary_rows(summary))
    return [
        _joblib_or_pickle(facts),
        _fastest(facts),
        _compression(facts),
        _mapping(facts),
        _default(facts),
    ]


def _joblib_or_pickle(facts: _Facts) -> str:
    if not facts.ranked(BASELINE):
        return "Pickle gave no time to load and use a model here, so nothing can be set against it."
    load, dump = facts.against("joblib", "load_predict_s"), facts.against("joblib", "dump_s")
    if not load:
        return "Plain joblib was not measured beside pickle here, so the two cannot be compared."
    saving = f", and {ratio_text(dump.mean)} to dump" if dump else ""
    return (
        f"Plain joblib takes {ratio_text(load.mean)} pickle's time to load and predict{saving} "
        f"(geometric mean over {_models(load.models)}; load + predict {_counts(load)})."
    )


def _fastest(facts: _Facts) -> str:
    firsts: dict[str, list[bool]] = {}
    for name in facts.by_serializer:
        for row in facts.ranked(name).values():
            if row.rank == 1:
                firsts.setdefault(name, []).append(bool(row.tied))
    if not firsts:
        return "No round trip gave a time to load and predict, so none can be called the fastest."
    most = max(map(len, firsts.values()))
    best = [name for name, ties in firsts.items() if len(ties) == most]
    shared = sum(firsts[best[0]])
    sharing = ""
    if len(best) == 1 and shared:
        sharing = f", {shared} of them shared with rows that cannot be told apart from it"
    each = " each" if len(best) > 1 else ""
    return (
        f"Fastest to load and predict: {_listed(best)}, first{each} in {most} of "
        f"{_models(len(facts.models))}{sharing} ({_rounds(facts)})."
    )


def _compression(facts: _Facts) -> str:
    sizes = _means(facts, facts.names(compressed=True), "size_bytes")
    if not sizes:
        return "No compressed row was measured beside pickle here, so its price is not known."
    complete = _widest(facts, sizes)
    smallest = min(complete, key=lambda name: sizes[name])
    among = "" if len(complete) == len(sizes) else ", among rows that managed as many models,"
    if sizes[smallest] >= 1:
        return (
            "Compression makes no file smaller than pickle's here; the least, "
            f"{smallest}: {_price(facts, smallest)} (geometric means against pickle)."
        )
    text = f"The smallest files{among} come from {smallest}: {_price(facts, smallest)}"
    times = _means(facts, complete, "load_predict_s")
    if times and (quickest := min(times, key=lambda name: times[name])) != smallest:
        text += f"; the compressed row that loads fastest is {quickest}: {_price(facts, quickest)}"
    return f"{text} (geometric means against pickle)."


def _price(facts: _Facts, name: str) -> str:
    parts = [
        f"{ratio_text(found.mean)} the {what}"
        for metric, what in (
            ("size_bytes", "size"),
            ("load_predict_s", "load + predict time"),
            ("dump_s", "dump time"),
        )
        if (found := facts.against(name, metric))
    ]
    found = facts.against(name, "size_bytes")
    return f"{_listed(parts)} over {_models(found.models if found else 0)}"


def _mapping(facts: _Facts) -> str:
    mapped = facts.names(compressed=False, mapped=True)
    times = _means(facts, mapped, "load_predict_s")
    if not times:
        return "No memory-mapped load was measured beside pickle here."
    name = "joblib-mmap" if "joblib-mmap" in times else next(iter(times))
    whole, alone = facts.against(name, "load_predict_s"), facts.against(name, "load_s")
    if not whole:
        return "No memory-mapped load was measured beside pickle here."
    before = f"the load alone takes {ratio_text(alone.mean)} pickle's time, " if alone else ""
    return (
        f"Memory mapping ({name}) leaves work to the first call: {before}load + predict "
        f"{ratio_text(whole.mean)} ({_counts(whole)}), and the file must stay where it is."
    )


def _default(facts: _Facts) -> str:
    if not facts.ranked(BASELINE):
        return "Without pickle to compare with, this run names no default."
    here = _models(len(facts.ranked(BASELINE)))
    standing = _clearly_faster(facts)
    joblib = standing.get("joblib")
    if joblib:
        text = (
            f"By default use joblib without compression: {ratio_text(joblib.mean)} pickle's time "
            f"to load and predict over {here} ({_counts(joblib)})"
        )
    else:
        text = f"By default use pickle, protocol 5: {_why_pickle(facts)} over {here}"
    bar = joblib.mean if joblib else 1.0
    better = {n: a.mean for n, a in standing.items() if a.mean < _WORTH_SWITCHING * bar}
    if not better:
        return f"{text}."
    best = min(better, key=lambda name: better[name])
    return f"{text}; {best} takes {ratio_text(better[best])} if a less common format is no trouble."


def _why_pickle(facts: _Facts) -> str:
    if facts.ranked("joblib").keys() >= facts.ranked(BASELINE).keys():
        return "plain joblib does not clearly save 5 % or more of its time to load and predict"
    return "plain joblib was not measured on every model that pickle was"


def _clearly_faster(facts: _Facts) -> dict[str, _Against]:
    """Return the plain rows that clearly beat pickle and managed every model that it did."""
    found = {
        name: facts.against(name, "load_predict_s")
        for name in facts.names(compressed=False)
        if facts.ranked(name).keys() >= facts.ranked(BASELINE).keys()
    }
    return {
        name: against
        for name, against in found.items()
        if against and against.mean < _WORTH_SWITCHING and against.less > against.more
    }


def _is_clear(row: SummaryRow) -> bool:
    return row.ratio_n > 1 and not row.same_as_baseline


def _means(facts: _Facts, names: Iterable[str], metric: str) -> dict[str, float]:
    found = {name: facts.against(name, metric) for name in names}
    return {name: against.mean for name, against in found.items() if against}


def _widest(facts: _Facts, names: Iterable[str]) -> list[str]:
    """Return the names compared on the most models: means over fewer would not be comparable."""
    counts = {name: len(facts.ranked(name)) for name in names}
    return [name for name, count in counts.items() if count == max(counts.values())]


def _rounds(facts: _Facts) -> str:
    counts = [row.n for name in facts.by_serializer for row in facts.ranked(name).values()]
    weak = "; below 6 rounds a range stands for the 95 % interval"
    return f"n = {span(counts)} rounds a row{weak if min(counts) < _FEWEST_FOR_INTERVAL else ''}"


def _counts(against: _Against) -> str:
    parts = [
        f"{word} on {count}"
        for word, count in (
            ("faster", against.less),
            ("slower", against.more),
            ("no clear difference", against.same),
        )
        if count
    ]
    return ", ".join(parts)


def _models(count: int) -> str:
    return f"{count} model{'' if count == 1 else 's'}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
