"""Pickle or joblib, compressed or not? Five sentences drawn from a run."""

from collections.abc import Iterable, Sequence

from savebench.records import Run
from savebench.report.words import listed, span
from savebench.stats import FEWEST_FOR_INTERVAL
from savebench.summary import BASELINE, OutcomeRow, SummaryRow
from savebench.summary.evidence import WARM, Against, Evidence
from savebench.summary.recommending import recommendation
from savebench.units import aligned_ratio, counted

_OTHER_KINDS = ("restricted", "inference")
"""Kinds that rank by load + predict too, apart from the round trips."""


def answer_sentences(
    run: Run, rows: Sequence[SummaryRow], outcomes: Sequence[OutcomeRow]
) -> list[str]:
    """Return five sentences: joblib or pickle, the fastest, compression, mapping, the default.

    Ratios are geometric means over models of the paired ratios to pickle, over round trips that
    did not fail. A name with ``+`` compresses, as in the catalogue. What was not measured is said
    to be so, and where the rounds are too few for an interval nothing is called faster.
    """
    evidence = Evidence(run, rows, outcomes)
    return [
        _joblib_or_pickle(evidence),
        _fastest(evidence),
        _compression(evidence),
        _mapping(evidence),
        recommendation(evidence),
    ]


def _joblib_or_pickle(evidence: Evidence) -> str:
    if not evidence.timed(BASELINE):
        return "Pickle gave no time to load and use a model here, so nothing can be set against it."
    load, dump = evidence.against("joblib", WARM), evidence.against("joblib", "dump_s")
    if not load:
        return "Plain joblib was not measured beside pickle here, so the two cannot be compared."
    saving = f", and {aligned_ratio(dump.mean)} to dump" if dump else ""
    return (
        f"Plain joblib takes {aligned_ratio(load.mean)} pickle's time to load and predict{saving} "
        f"(geometric mean over {counted(load.models, 'model')}; load + predict {_counts(load)})."
    )


def _fastest(evidence: Evidence) -> str:
    models = evidence.models()
    if not models:
        return "No round trip gave a time to load and predict, so none can be called the fastest."
    firsts: dict[str, list[bool]] = {}
    for name in evidence.names():
        for row in evidence.timed(name).values():
            if row.rank == 1:
                firsts.setdefault(name, []).append(bool(row.tied))
    if not firsts:
        return _too_few(evidence)
    most = max(map(len, firsts.values()))
    best = [name for name, ties in firsts.items() if len(ties) == most]
    shared = sum(firsts[best[0]])
    sharing = ""
    if len(best) == 1 and shared:
        sharing = f", {shared} of them shared with rows that cannot be told apart from it"
    each = " each" if len(best) > 1 else ""
    return (
        f"Fastest to load and predict{_among(evidence)}: {listed(best)}, first{each} in {most} of "
        f"{counted(len(models), 'model')}{sharing} ({_rounds(evidence)})."
    )


def _too_few(evidence: Evidence) -> str:
    """Return why no row is called the fastest, and who is ahead all the same."""
    ahead: dict[str, int] = {}
    for model in evidence.models():
        medians = {
            name: evidence.timed(name)[model].median
            for name in evidence.names()
            if model in evidence.timed(name)
        }
        least = min(medians, key=lambda name: medians[name])
        ahead[least] = ahead.get(least, 0) + 1
    most = max(ahead.values())
    names = [name for name, count in ahead.items() if count == most]
    of = f"{most} of {counted(len(evidence.models()), 'model')}"
    return (
        f"None can be called the fastest to load and predict: {_rounds(evidence)}, and an interval "
        f"takes {FEWEST_FOR_INTERVAL}; by the medians alone {listed(names)} "
        f"{'is' if len(names) == 1 else 'are each'} ahead on {of}."
    )


def _among(evidence: Evidence) -> str:
    """Return that only round trips are meant, where a row of another kind took less."""
    least: dict[str, float] = {}
    for name in evidence.names():
        for model, row in evidence.timed(name).items():
            least[model] = min(row.median, least.get(model, row.median))
    others = [
        (model, row.median)
        for kind in _OTHER_KINDS
        for name in evidence.names(kind)
        for model, row in evidence.timed(name).items()
    ]
    beaten = any(time_s < least[model] for model, time_s in others if model in least)
    return ", among round trips" if beaten else ""


def _compression(evidence: Evidence) -> str:
    compressed = [name for name in evidence.names() if "+" in name]
    sizes = _means(evidence, compressed, "size_bytes")
    if not sizes:
        return "No compressed row was measured beside pickle here, so its price is not known."
    complete = _widest(evidence, sizes)
    smallest = min(complete, key=lambda name: sizes[name])
    among = "" if len(complete) == len(sizes) else ", among rows that managed as many models,"
    if sizes[smallest] >= 1:
        return (
            "Compression makes no file smaller than pickle's here; the least, "
            f"{smallest}: {_price(evidence, smallest)} (geometric means against pickle)."
        )
    text = f"The smallest files{among} come from {smallest}: {_price(evidence, smallest)}"
    times = _means(evidence, complete, WARM)
    if times and (quickest := min(times, key=lambda name: times[name])) != smallest:
        text += (
            f"; the compressed row of the least time is {quickest}: {_price(evidence, quickest)}"
        )
    return f"{text} (geometric means against pickle)."


def _price(evidence: Evidence, name: str) -> str:
    parts = [
        f"{aligned_ratio(found.mean)} the {what}"
        for metric, what in (
            ("size_bytes", "size"),
            (WARM, "load + predict time"),
            ("dump_s", "dump time"),
        )
        if (found := evidence.against(name, metric))
    ]
    found = evidence.against(name, "size_bytes")
    return f"{listed(parts)} over {counted(found.models if found else 0, 'model')}"


def _mapping(evidence: Evidence) -> str:
    mapped = [name for name in evidence.names() if evidence.info(name).maps_file]
    times = _means(evidence, mapped, WARM)
    if not times:
        return "No memory-mapped load was measured beside pickle here."
    name = "joblib-mmap" if "joblib-mmap" in times else next(iter(times))
    whole, alone = evidence.against(name, WARM), evidence.against(name, "load_s")
    if not whole:
        return "No memory-mapped load was measured beside pickle here."
    before = f"the load alone takes {aligned_ratio(alone.mean)} pickle's time, " if alone else ""
    return (
        f"Memory mapping ({name}) leaves work to the first call: {before}load + predict "
        f"{aligned_ratio(whole.mean)} ({_counts(whole)}), and the file must stay where it is, "
        "unchanged."
    )


def _means(evidence: Evidence, names: Iterable[str], metric: str) -> dict[str, float]:
    found = {name: evidence.against(name, metric) for name in names}
    return {name: against.mean for name, against in found.items() if against}


def _widest(evidence: Evidence, names: Iterable[str]) -> list[str]:
    """Return the names compared on the most models: means over fewer would not be comparable."""
    counts = {name: len(evidence.timed(name)) for name in names}
    return [name for name, count in counts.items() if count == max(counts.values())]


def _rounds(evidence: Evidence) -> str:
    rounds = {row.n for name in evidence.names() for row in evidence.timed(name).values()}
    few = min(rounds) < FEWEST_FOR_INTERVAL <= max(rounds)
    rest = f"; fewer than {FEWEST_FOR_INTERVAL} count for nothing here" if few else ""
    return f"n = {span(rounds)} round{'' if rounds == {1} else 's'} a row{rest}"


def _counts(against: Against) -> str:
    parts = [
        f"{word} on {count}"
        for word, count in (
            ("faster", against.less),
            ("slower", against.more),
            ("no clear difference", against.same),
            ("too few rounds to tell", against.unknown),
        )
        if count
    ]
    return ", ".join(parts)
