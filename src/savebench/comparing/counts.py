"""What counts say of a change, beside what times say of it. Pure functions.

Instructions repeat to a thousandth in one interpreter, so a few of them are enough: a change is
what leaves every count of one side beyond the margin from every count of the other. What does not
repeat that well is demoted: it gates nothing. The margin is that of times, unless a person asks for
less: two interpreters of one environment differed by up to 0.54 % here, one comparison of two
environments by 2.7 %. Why is not known yet; objects that lie at other addresses, in tables that are
hashed by address (a pickler's memo), are the first suspect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from savebench.comparing.comparison import Change, Moved, Verdict
from savebench.comparing.series import Series
from savebench.records.metrics import METRICS
from savebench.system.callgrind import moved
from savebench.units import human_change

_REPEATS_WITHIN = 0.01
"""Counts of one side that are further apart do not repeat."""
_PERCENT = 100
_SAME_WORK: Mapping[str, str] = {"dump_instructions": "dump_s", "load_instructions": "load_s"}
"""What is counted, and what times the same."""
_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What two sides' counts of one series say."""

    verdict: Verdict
    low: float
    """The least ratio of a count of head to one of base."""
    high: float
    spread: float
    """How far the counts of one side are apart, as a fraction: of the side that varies more."""
    detectable: float
    note: str

    @property
    def repeats(self) -> bool:
        """Whether the counts repeat well enough to gate."""
        return self.spread <= _REPEATS_WITHIN


def judge_counts(base: Sequence[float], head: Sequence[float], margin: float) -> Count:
    """Return the verdict of counts; both sides have one at least, and none is zero.

    A ratio up to 1 + margin is no change.
    """
    low, high = min(head) / max(base), max(head) / min(base)
    spread = max(max(side) / min(side) - 1 for side in (base, head))
    verdict: Verdict = "inconclusive" if spread > _REPEATS_WITHIN else "passed"
    if low > 1 + margin:
        verdict = "regressed"
    elif high < 1 / (1 + margin):
        verdict = "improved"
    varies = f"demoted: its counts vary by {_PERCENT * spread:.2g} % on one side"
    return Count(
        verdict=verdict,
        low=low,
        high=high,
        spread=spread,
        detectable=(1 + margin) * high / low - 1,
        note=varies if spread > _REPEATS_WITHIN else "",
    )


def change_of_counts(
    series: Series,
    base: Sequence[float],
    head: Sequence[float],
    margin: float,
    *,
    same_model: bool = True,
) -> Change:
    """Return what is said of a series that was counted on both sides."""
    case, metric = series
    count = judge_counts(base, head, margin)
    other = "" if same_model else "both sides fitted another model"
    return Change(
        series=str(case),
        metric=metric,
        unit=METRICS[metric].unit,
        verdict=count.verdict,
        gates=count.repeats,
        base=median(base),
        head=median(head),
        base_n=len(base),
        head_n=len(head),
        ratio=median(head) / median(base),
        low=count.low,
        high=count.high,
        detectable=count.detectable,
        note="; ".join(filter(None, (count.note, other))),
    )


def disagreements(changes: Sequence[Change]) -> list[str]:
    """Return a sentence for each case whose counts and times say different things."""
    found = {(each.series, each.metric): each for each in changes}
    sentences = []
    for (series, metric), count in found.items():
        time = found.get((series, _SAME_WORK.get(metric, "")))
        if time is not None and count.ratio is not None and time.ratio is not None:
            said = _disagreement(count, time)
            if said:
                sentences.append(f"{series}, {metric.partition('_')[0]}: {said}")
    return sentences


def _disagreement(count: Change, time: Change) -> str:
    changed = {"regressed", "improved"}
    if count.verdict == time.verdict or not {count.verdict, time.verdict} & changed:
        return ""
    more, slower = human_change(count.ratio or 1.0), human_change(time.ratio or 1.0)
    if time.verdict not in changed:
        return f"{more} instructions, but no change of the time could be seen ({slower})"
    why = "memory, the kernel or the disk: counts do not see them"
    if count.verdict not in changed:
        return f"the same instructions ({more}), but {slower} of the time: {why}"
    return f"{more} instructions, but {slower} of the time: {why}"


def most_moved(
    changes: Sequence[Change],
    base: Mapping[Series, Mapping[str, float]],
    head: Mapping[Series, Mapping[str, float]],
) -> list[Moved]:
    """Return the functions whose instructions moved most, of the series that regressed most.

    `base` and `head` are by series: function -> instructions. Empty where no count has regressed.
    """
    regressed = {
        (each.series, each.metric): each.ratio or 1.0
        for each in changes
        if each.verdict == "regressed"
    }
    worst = sorted(
        (series for series in base if (str(series[0]), series[1]) in regressed and series in head),
        key=lambda series: -regressed[str(series[0]), series[1]],
    )
    return [
        Moved(series=str(case), metric=metric, function=name, base=before, head=after)
        for case, metric in worst[:1]
        for name, before, after in moved(base[case, metric], head[case, metric], _ROWS)
    ]
