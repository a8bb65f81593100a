"""The sentences of an answer: why this row, how sure that is, what must be known."""

from collections.abc import Iterator, Mapping, Sequence

from savebench.stats import FEWEST_FOR_INTERVAL
from savebench.summary.advice.candidates import Candidate, Estimate, Facts
from savebench.summary.advice.choosing import Choice, Impossible, extra_requirements
from savebench.summary.advice.costs import PROCESS_BYTES, Basis, Cost
from savebench.summary.advice.needs import Needs, human_rate
from savebench.summary.advice.workers import WorkersTable
from savebench.summary.advice.worth import WORTH_S
from savebench.units import counted, human_bytes, human_seconds

_MOST_NAMED = 4
_CLEARLY_LESS = 0.8


def reason_sentence(
    choice: Choice,
    failed: Impossible | None,
    costs: Mapping[str, Cost],
    candidates: Mapping[str, Candidate],
    needs: Needs,
) -> str:
    """Return why this row is taken, or why none is."""
    if choice.take is None:
        return _nobody(failed)
    if not choice.keeps_estimator:
        ready = _ready(costs[choice.take], needs, candidates[choice.take])
        return (
            f"{choice.take} is what is left that runs no code on load; it keeps no estimator, only "
            f"its answers: ready in {ready}"
        )
    if choice.best != choice.take:
        return _simpler(choice, costs, needs, candidates)
    return _least(choice, costs, needs, candidates)


def _least(
    choice: Choice,
    costs: Mapping[str, Cost],
    needs: Needs,
    candidates: Mapping[str, Candidate],
) -> str:
    take = choice.take or ""
    mine = costs[take]
    said = f"{take} {_superlative(needs, mine)}: {_ready(mine, needs, candidates[take])}"
    if len(choice.order) == 1:
        return f"{said}; nothing else can be taken"
    following = choice.order[1]
    return f"{said}, against {_short(costs[following], needs)} of {following}, the next"


def _superlative(needs: Needs, cost: Cost) -> str:
    what = "takes the least time to the first answer"
    if needs.loads_per_dump is not None:
        what = "takes the least time per use, its share of a save included,"
    if cost.deciding != cost.per_use_s:
        what = "takes the least time x memory"
    limits = needs.limits()
    return f"{what} of all with {' and '.join(limits)}" if limits else what.rstrip(",")


def _ready(cost: Cost, needs: Needs, candidate: Candidate) -> str:
    parts = []
    if cost.download_s and needs.bandwidth_bytes_per_s and candidate.size_bytes:
        parts.append(
            f"{human_seconds(cost.download_s)} to download {human_bytes(candidate.size_bytes)} at "
            f"{human_rate(needs.bandwidth_bytes_per_s)}"
        )
        parts.append(f"{human_seconds(cost.load_s.median)} to load and answer")
    if cost.dump_share_s is not None and needs.loads_per_dump is not None:
        parts.append(f"{human_seconds(cost.dump_share_s.median)} as its share of a save")
    what = f" ({', '.join(parts)})" if parts else ""
    return f"{_short(cost, needs)}{what}"


def _short(cost: Cost, needs: Needs) -> str:
    said = human_seconds(cost.per_use_s.median)
    if cost.memory_bytes is not None and needs.workers is not None:
        held = human_bytes(cost.memory_bytes.median)
        said += f" and {held} in {counted(needs.workers, 'worker')}"
    return said


def _simpler(
    choice: Choice,
    costs: Mapping[str, Cost],
    needs: Needs,
    candidates: Mapping[str, Candidate],
) -> str:
    take, best = choice.take or "", choice.best or ""
    mine, least = costs[take], costs[best]
    said = f"{take} is the simplest of the best: {_ready(mine, needs, candidates[take])}"
    if best in choice.alike:
        return f"{said}; it cannot be told apart from {best} ({_short(least, needs)})"
    return f"{said}; {best} takes {_less(mine, least)} less, too little for what it asks"


def _less(mine: Cost, least: Cost) -> str:
    """Return by how much one costs less: ``"4.7 %"``, with the seconds where so few decide."""
    share = 1 - least.deciding.median / mine.deciding.median
    seconds = mine.per_use_s.median - least.per_use_s.median
    if mine.deciding == mine.per_use_s and seconds <= WORTH_S:
        return f"{human_seconds(seconds)} ({100 * share:.1f} %)"
    return f"{100 * share:.1f} %"


def _nobody(failed: Impossible | None) -> str:
    if failed is None or failed.nearest is None:
        if failed is not None and failed.carried:
            return "no row can be recommended: no load was timed"
        if failed is not None and failed.untried:
            return "no row can be recommended: the budget was spent before all were tried"
        return "no row can be recommended: none that was tried carries this model"
    why = "; ".join(each.reason for each in failed.violations)
    needs = " and ".join(failed.needs)
    if not failed.is_enough:
        said = f"to give up one of {needs} is not enough"
    elif len(failed.needs) > 1:
        said = f"one of {needs} would have to be given up"
    else:
        said = f"{needs} rules out all"
    return f"no row meets all needs: {said}; {failed.nearest} comes nearest ({why})"


def sure_sentences(choice: Choice, costs: Mapping[str, Cost], needs: Needs) -> Iterator[str]:
    """Yield its interval, who cannot be told apart from it, who is a little better."""
    if choice.take is None:
        return
    mine = costs[choice.take].per_use_s
    what = "per use" if needs.loads_per_dump is not None else "to the first answer"
    if mine.has_interval:
        yield (
            f"{choice.take} takes {human_seconds(mine.median)} {what}, "
            f"{interval_words(mine)} with 95 % confidence ({mine.n} rounds)"
        )
    else:
        yield (
            f"after {counted(mine.n, 'round')} this is a first estimate: an interval takes "
            f"{FEWEST_FOR_INTERVAL} rounds, and rows within 30 % are not told apart before"
        )
    if choice.alike:
        yield f"these cannot be told apart from {choice.take}: {_named(choice.alike)}"
    for name in choice.beaten_by:
        yield (
            f"{name} takes {_less(costs[choice.take], costs[name])} less than {choice.take}, "
            "beyond both intervals, but asks for more; take it where that counts"
        )


def interval_words(value: Estimate) -> str:
    """Return ``"1.2 s to 1.4 s"``."""
    return f"{human_seconds(value.least)} to {human_seconds(value.most)}"


def _named(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


def compares_sentence(facts: Facts) -> str:
    """Return that nothing was answered, where so."""
    if facts.compares == "answers":
        return ""
    return (
        "the model was not made to answer: its saved state was compared, and times are of the load "
        "alone; a probe (--probe) would tell more"
    )


def requires_sentence(candidate: Candidate) -> str:
    """Return what must be installed where the file is loaded, beside scikit-learn's own."""
    extra = extra_requirements(candidate)
    if not extra:
        return ""
    return f"{' and '.join(extra)} must be installed where {candidate.serializer} is loaded, too"


def mapped_sentence(candidate: Candidate, needs: Needs) -> str:
    """Return what a mapped file asks for, where so."""
    if not candidate.maps_file:
        return ""
    said = (
        f"{candidate.serializer} leaves the arrays in the file, which must stay where it is, "
        "unchanged, while the model is used"
    )
    if needs.memory_bytes is None or needs.workers is not None:
        return said
    return (
        f"{said}; what it reads of the file while it answers comes on top of its peak, as file "
        "cache that the kernel takes back where memory is short"
    )


def cold_sentence(needs: Needs, basis: Basis | None) -> str:
    """Return that no cold load was timed though one was asked for, where so."""
    if not needs.cold or basis is None or "cold" in basis.load:
        return ""
    return "no cold load could be timed here: the times are of a file in the page cache"


def memory_sentence(needs: Needs, basis: Basis | None) -> str:
    """Return how memory was weighed, where workers were named."""
    if needs.workers is None or basis is None:
        return ""
    if basis.weighs_memory:
        return (
            f"time and memory of all {needs.workers} workers count alike: their product decides, "
            f"with {human_bytes(PROCESS_BYTES)} a worker for its interpreter; --memory sets a "
            "limit instead, and then time decides"
        )
    if needs.memory_bytes is None:
        return "memory was not measured of all that may win: time alone decides"
    return "all workers may load at the same moment: each counts with its peak against --memory"


def fork_sentence(table: WorkersTable | None, needs: Needs, take: str | None) -> str:
    """Return what loading before the fork would hold, where it is clearly less."""
    if table is None or needs.workers is None or take is None:
        return ""
    totals = {
        line.way: dict(line.totals)[needs.workers].median
        for line in table.lines
        if line.serializer == take
    }
    each, forked = totals.get("loaded in each"), totals.get("loaded before fork")
    if each is None or forked is None or forked > each * _CLEARLY_LESS:
        return ""
    return (
        f"a server that loads {take} before it forks {counted(needs.workers, 'worker')} would hold "
        f"{human_bytes(forked)} at most, rather than {human_bytes(each)}"
    )
