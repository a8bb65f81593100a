"""The texts of a verdict, the same wherever it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from savebench.report.words import MISSING, listed, with_ends
from savebench.summary.claims import Claim, Figure, Finding, Judged
from savebench.summary.claims.missing import WORDS
from savebench.units import aligned_ratio, counted

_MOST_NAMES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a claim as texts."""

    aspect: str
    verdict: str
    figure: str
    told: str
    """Which models say what."""
    command: str
    """What would measure what is missing; empty where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A claim and what a run says of its lines, as texts."""

    claim: Claim
    of: str
    """What the ratios are of: ``"joblib by pickle"``; empty where there are none."""
    is_told: bool
    """The run tells at least one of its lines."""
    rows: tuple[Row, ...]


def told_claims(judged: Sequence[Judged]) -> list[Told]:
    """Return the claims with their lines as texts, in their order."""
    found: dict[str, list[Judged]] = {}
    for each in judged:
        found.setdefault(each.claim.name, []).append(each)
    return [
        Told(
            claim=each[0].claim,
            of=_of(each),
            is_told=any(one.finding.verdict != "cannot tell here" for one in each),
            rows=tuple(map(_row, each)),
        )
        for each in found.values()
    ]


def commands_of(claims: Sequence[Told]) -> list[str]:
    """Return the commands that would measure what is missing, each once."""
    return list(dict.fromkeys(row.command for told in claims for row in told.rows if row.command))


def verdict_text(finding: Finding) -> str:
    """Return a verdict in words: ``"holds when: trees"``."""
    if finding.verdict == "cannot be told apart":
        return f"cannot be told apart: {_neither(finding.figure)}"
    after = finding.when or finding.why
    return f"{finding.verdict}: {after}" if after else finding.verdict


def figure_text(finding: Finding) -> str:
    """Return the figure of a verdict: ``"2.68x [2.07-3.14] n=7, 8 models"``.

    Where there is no ratio, how many say yes; ``"range"`` where the rounds are too few.
    """
    figure = finding.figure
    if figure is None:
        told = len(finding.yes) + len(finding.no) + len(finding.same)
        return f"{len(finding.yes)} of {told}" if told else MISSING
    text = aligned_ratio(figure.ratio)
    if figure.low is not None and figure.high is not None and figure.low != figure.high:
        text = with_ends(text, figure.low, figure.high)
        text = f"{text} range" if figure.is_range else text
    rounds = f" n={figure.n}" if figure.n else ""
    return f"{text}{rounds}, {counted(len(finding.models), 'model')}"


def told_text(finding: Finding) -> str:
    """Return which models say what: ``"yes on 3 models; no clear difference on mlp@1MB"``."""
    parts = [
        f"{word} on {_named(names)}"
        for word, names in (
            ("yes", finding.yes),
            ("no clear difference", finding.same),
            ("no", finding.no),
            ("too few rounds", finding.few),
        )
        if names
    ]
    if finding.figure:
        parts.insert(0, f"{finding.figure.of}, {WORDS[finding.figure.metric]}")
    if finding.by_kind:
        means = [f"{kind} {aligned_ratio(mean)}" for kind, mean in finding.by_kind.items()]
        parts.append(f"on average {listed(means)}")
    return "; ".join(parts)


def _of(judged: Sequence[Judged]) -> str:
    figures = [each.finding.figure for each in judged]
    return "; ".join(dict.fromkeys(each.of for each in figures if each and each.of))


def _row(judged: Judged) -> Row:
    finding = judged.finding
    return Row(
        aspect=judged.line.aspect,
        verdict=verdict_text(finding),
        figure=figure_text(finding),
        told=told_text(finding),
        command=finding.command,
    )


def _neither(figure: Figure | None) -> str:
    is_time = figure is not None and figure.metric.endswith("_s")
    return "neither is faster" if is_time else "neither is smaller"


def _named(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return listed(names)
    return f"{len(names)} ({', '.join(names[:2])}, ...)"
