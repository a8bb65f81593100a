"""Folklore, tested: what documentation and forums say, and what the run at hand says of it.

A claim is data (`claim`): a sentence as people say it, where it is said (`sources`), and a line for
each part of it, with the question that decides that part. The claims stand in `about_rows` and
`about_files`; the questions in `questions` and `special`. A question looks at each model by itself
and tells less, more or no difference (`ground` holds the series of the run); the verdict counts
models (`finding`), and where they disagree it says where the claim holds (`naming`). What a run
lacks is said with the command that would measure it (`missing`).

To add a claim: a row there, and a test that it can hold and can fail.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from savebench.records.schema import Run
from savebench.summary.claims.about_files import COMPRESSION, FILES, MEMORY
from savebench.summary.claims.about_rows import JOBLIB, OTHERS
from savebench.summary.claims.claim import Claim, Line, Source
from savebench.summary.claims.finding import Figure, Finding, Verdict
from savebench.summary.claims.ground import Ground

__all__ = [
    "CLAIMS",
    "Claim",
    "Figure",
    "Finding",
    "Judged",
    "Line",
    "Source",
    "Verdict",
    "judge_claims",
]

CLAIMS: tuple[Claim, ...] = (*JOBLIB, *COMPRESSION, *OTHERS, *FILES, *MEMORY)
"""In the order of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A line of a claim, and what the run says of it."""

    claim: Claim
    line: Line
    finding: Finding


def judge_claims(run: Run, claims: Iterable[Claim] = CLAIMS) -> list[Judged]:
    """Return what a run says of each line of each claim, in their order."""
    ground = Ground(run)
    return [
        Judged(claim=claim, line=line, finding=line.question.decide(ground, line.models))
        for claim in claims
        for line in claim.lines
    ]
