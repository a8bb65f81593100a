"""Pickle or joblib, compressed or not? What can be claimed from a run, as values.

Ratios are geometric means over models of the paired ratios to pickle, over round trips that did not
fail. A name with ``+`` compresses, as in the catalogue. Where the rounds are too few for an
interval nothing is called faster.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from savebench.records.schema import Run
from savebench.summary.evidence import WARM, Against, Evidence
from savebench.summary.outcomes import OutcomeRow
from savebench.summary.ranks import BASELINE
from savebench.summary.recommending import Recommendation, WhyNone, recommendation_of
from savebench.summary.table import SummaryRow

_OTHER_KINDS = ("restricted", "inference")
"""Kinds that rank by load + predict too, apart from the round trips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joblib:
    """Plain joblib against pickle."""

    is_pickle_timed: bool
    load: Against | None
    """Load and predict; None where the two cannot be compared."""
    dump: Against | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fastest:
    """Which round trips take the least time to load and predict."""

    models: int
    best: tuple[str, ...]
    """First on the most models; none where no row has an interval."""
    firsts: int
    """On so many."""
    shared: int
    """Of these, with rows that cannot be told apart from it."""
    ahead: tuple[str, ...]
    """By the medians alone, where there is no best."""
    ahead_on: int
    is_beaten: bool
    """A row of another kind took less somewhere."""
    rounds: frozenset[int]
    """Of all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a compressed row costs against pickle; None where not measured."""

    name: str
    size: Against
    load_predict: Against | None
    dump: Against | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """The smallest files, and the least time among compressed rows."""

    smallest: Price
    quickest: Price | None
    """None where it is the smallest too, or no time was measured."""
    is_complete: bool
    """Every compressed row managed as many models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A load that leaves arrays mapped to the file."""

    name: str
    load_predict: Against
    load: Against | None
    """The load alone, which puts off work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a run answers."""

    joblib: Joblib
    fastest: Fastest | None
    """None where no round trip gave a time."""
    compression: Compression | None
    mapped: Mapped | None
    recommendation: Recommendation | WhyNone


def answer_of(run: Run, rows: Iterable[SummaryRow], outcomes: Iterable[OutcomeRow]) -> Answer:
    """Return what a run answers; what was not measured is None.

    Parameters
    ----------
    run
        The run.
    rows, outcomes
        Its summary (`table.rows_of`) and what became of its cases (`outcomes.outcomes_of`).
    """
    evidence = Evidence(run, rows, outcomes)
    return Answer(
        joblib=Joblib(
            is_pickle_timed=bool(evidence.timed(BASELINE)),
            load=evidence.against("joblib", WARM),
            dump=evidence.against("joblib", "dump_s"),
        ),
        fastest=_fastest(evidence) if evidence.models() else None,
        compression=_compression(evidence),
        mapped=_mapped(evidence),
        recommendation=recommendation_of(evidence),
    )


def _fastest(evidence: Evidence) -> Fastest:
    firsts: dict[str, list[bool]] = {}
    rounds: set[int] = set()
    for name in evidence.names():
        for row in evidence.timed(name).values():
            rounds.add(row.n)
            if row.rank == 1:
                firsts.setdefault(name, []).append(bool(row.tied))
    most = max(map(len, firsts.values()), default=0)
    best = [name for name, ties in firsts.items() if len(ties) == most]
    ahead = {} if best else _ahead(evidence)
    ahead_on = max(ahead.values(), default=0)
    return Fastest(
        models=len(evidence.models()),
        best=tuple(best),
        firsts=most,
        shared=sum(firsts[best[0]]) if best else 0,
        ahead=tuple(name for name, count in ahead.items() if count == ahead_on),
        ahead_on=ahead_on,
        is_beaten=_is_beaten(evidence),
        rounds=frozenset(rounds),
    )


def _ahead(evidence: Evidence) -> dict[str, int]:
    """Return on how many models each row has the least median."""
    ahead: dict[str, int] = {}
    for model in evidence.models():
        medians = {
            name: evidence.timed(name)[model].median
            for name in evidence.names()
            if model in evidence.timed(name)
        }
        least = min(medians, key=lambda name: medians[name])
        ahead[least] = ahead.get(least, 0) + 1
    return ahead


def _is_beaten(evidence: Evidence) -> bool:
    least: dict[str, float] = {}
    for name in evidence.names():
        for model, row in evidence.timed(name).items():
            least[model] = min(row.median, least.get(model, row.median))
    return any(
        model in least and row.median < least[model]
        for kind in _OTHER_KINDS
        for name in evidence.names(kind)
        for model, row in evidence.timed(name).items()
    )


def _compression(evidence: Evidence) -> Compression | None:
    prices = {
        name: Price(
            name=name,
            size=size,
            load_predict=evidence.against(name, WARM),
            dump=evidence.against(name, "dump_s"),
        )
        for name in evidence.names()
        if "+" in name and (size := evidence.against(name, "size_bytes"))
    }
    if not prices:
        return None
    complete = [prices[name] for name in _widest(evidence, prices)]
    smallest = min(complete, key=lambda price: price.size.mean)
    times = {price.name: price.load_predict.mean for price in complete if price.load_predict}
    quickest = min(times, key=lambda name: times[name], default=smallest.name)
    return Compression(
        smallest=smallest,
        quickest=None if quickest == smallest.name else prices[quickest],
        is_complete=len(complete) == len(prices),
    )


def _mapped(evidence: Evidence) -> Mapped | None:
    found = {
        name: against
        for name in evidence.names()
        if evidence.info(name).maps_file and (against := evidence.against(name, WARM))
    }
    if not found:
        return None
    name = "joblib-mmap" if "joblib-mmap" in found else next(iter(found))
    return Mapped(name=name, load_predict=found[name], load=evidence.against(name, "load_s"))


def _widest(evidence: Evidence, names: Iterable[str]) -> list[str]:
    """Return the names compared on the most models: means over fewer would not be comparable."""
    counts = {name: len(evidence.timed(name)) for name in names}
    return [name for name, count in counts.items() if count == max(counts.values())]
