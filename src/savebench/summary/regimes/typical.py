"""One typical model for many: what each row costs on it, as `advise` has it of a person's own.

Method: in each round a row has one ratio to pickle, the geometric mean over the models of the
ratios measured in that round. Their median over the rounds, with its exact interval
(`stats.median_interval`), is the row's ratio; times the geometric mean of pickle's medians it is
what the row costs. So one round stays one sample, and what slows a whole round cancels. Only
rounds count that have all models; where there are none the medians of the models stand for it,
without an interval. Pickle's ratio to itself is 1: rows are told apart from it by their own
interval. The interval tells of the noise of measuring these very models, and nothing of others.

A row has no estimate where it lacks one of the models: means over others would not compare. Memory
is counted in pages, and less than one page is one. A size is exact, and takes no rounds.
"""

import math
from collections.abc import Sequence

from savebench.records.series import ByRound
from savebench.stats import geometric_mean, median_interval
from savebench.summary.advice.candidates import (
    ANSWERS_ONLY,
    GIVES_BACK,
    Candidate,
    CandidateKind,
    Estimate,
)
from savebench.summary.evidence import WARM, Evidence
from savebench.summary.ranks import BASELINE

METRICS = (WARM, "dump_s", "size_bytes", "load_peak_bytes", "worker_bytes")
_EXACT = frozenset({"size_bytes"})
_IN_PAGES = frozenset({"load_peak_bytes", "worker_bytes"})
_PAGE_BYTES = 4096.0


def typical_candidates(evidence: Evidence, models: Sequence[str]) -> list[Candidate]:
    """Return every row as a candidate for the typical model of these models, floors excepted."""
    return [
        _candidate(evidence, name, models)
        for kind in (*sorted(GIVES_BACK), ANSWERS_ONLY)
        for name in evidence.names(kind)
    ]


def _candidate(evidence: Evidence, name: str, models: Sequence[str]) -> Candidate:
    info = evidence.info(name)
    provider = info.distribution.split(" ")[0]
    kind: CandidateKind = info.kind  # type: ignore[assignment] # of the catalogue's kinds
    found = {metric: typical_of(evidence, name, metric, models) for metric in METRICS}
    return Candidate(
        serializer=name,
        kind=kind,
        runs_code=info.runs_code,
        maps_file=info.maps_file,
        requires=(*info.versions, *(() if provider == "savebench" else (provider,))),
        note=info.note,
        estimates={metric: each for metric, each in found.items() if each is not None},
    )


def typical_of(
    evidence: Evidence, name: str, metric: str, models: Sequence[str]
) -> Estimate | None:
    """Return what a row costs on the typical model; None where it lacks one of the models."""
    pairs = [_pair(evidence, name, metric, model) for model in models]
    if not pairs or not all(mine and theirs for mine, theirs in pairs):
        return None
    base = geometric_mean([_median(theirs) for _, theirs in pairs])
    middle = geometric_mean([_median(mine) for mine, _ in pairs])
    n = min(len(mine) for mine, _ in pairs)
    if metric in _EXACT:
        return Estimate.exactly(middle, n)
    ratios = _ratios_by_round(pairs)
    if not ratios:
        return Estimate(middle, n=n)
    found = Estimate.of([math.log(each) for each in ratios])
    low, high = (None if end is None else base * math.exp(end) for end in (found.low, found.high))
    return Estimate(base * math.exp(found.median), low, high, found.n)


def _pair(evidence: Evidence, name: str, metric: str, model: str) -> tuple[ByRound, ByRound]:
    """Return a row's values on a model and pickle's, those above zero."""
    least = _PAGE_BYTES if metric in _IN_PAGES else 0.0
    mine, theirs = (
        {
            number: max(value, least)
            for number, value in evidence.values(each, model, metric).items()
            if max(value, least) > 0
        }
        for each in (name, BASELINE)
    )
    return mine, theirs


def _ratios_by_round(pairs: Sequence[tuple[ByRound, ByRound]]) -> list[float]:
    """Return each round's ratio over all models, of the rounds that have them all."""
    shared = set.intersection(*(mine.keys() & theirs.keys() for mine, theirs in pairs))
    return [
        geometric_mean([mine[number] / theirs[number] for mine, theirs in pairs])
        for number in shared
    ]


def _median(values: ByRound) -> float:
    return median_interval(list(values.values())).median
