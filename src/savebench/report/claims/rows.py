"""What a run says of folklore, for scripts: one row a line of a claim."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from savebench.report.claims.words import told_claims
from savebench.summary.claims import Judged

if TYPE_CHECKING:
    import pandas as pd

_LISTS = ("models", "yes", "no", "same", "few")


def objects_of(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return an object a line: claim, verdict, figure, models and sources.

    `ratio`, `ratio_low`, `ratio_high` and `n` are null where a verdict rests on no ratio, the ends
    also where no round has all of the models.
    """
    return [_object(each) for each in judged]


def as_json(judged: Sequence[Judged]) -> str:
    """Return the same as JSON text."""
    return msgspec.json.encode(objects_of(judged)).decode()


def to_frame(judged: Sequence[Judged]) -> "pd.DataFrame":
    """Return a frame of the same, with counts in the stead of models and without sources."""
    import pandas as pd

    rows = [
        {
            name: len(value) if name in _LISTS else value
            for name, value in row.items()
            if name not in {"sources", "by_kind", "note"}
        }
        for row in objects_of(judged)
    ]
    return pd.DataFrame(rows)


def _object(judged: Judged) -> dict[str, Any]:
    claim, finding = judged.claim, judged.finding
    figure = finding.figure
    return {
        "claim": claim.name,
        "sentence": claim.sentence,
        "aspect": judged.line.aspect,
        "verdict": finding.verdict,
        "when": finding.when,
        "of": figure.of if figure else "",
        "metric": figure.metric if figure else "",
        "ratio": figure.ratio if figure else None,
        "ratio_low": figure.low if figure else None,
        "ratio_high": figure.high if figure else None,
        "is_range": figure.is_range if figure else None,
        "n": figure.n if figure else None,
        **{name: list(getattr(finding, name)) for name in _LISTS},
        "by_kind": dict(finding.by_kind or {}),
        "why": finding.why,
        "command": finding.command,
        "note": claim.note,
        "sources": [{"title": each.title, "url": each.url} for each in claim.sources],
    }


def to_table(judged: Sequence[Judged]) -> "pd.DataFrame":
    """Return what a person reads: the sentence, its part, the verdict and the figure as texts."""
    import pandas as pd

    rows = [
        (told.claim.sentence, row.aspect, row.verdict, row.figure)
        for told in told_claims(judged)
        for row in told.rows
    ]
    return pd.DataFrame(rows, columns=["what people say", "part", "verdict", "figure"])
