"""A run's figures and what can be claimed from them: pure values, and nothing of how they look."""

from savebench.records.series import ByRound, Values, values_by_case
from savebench.summary.outcomes import (
    RANKED_OUTCOMES,
    SEVERITY,
    OutcomeRow,
    outcomes_of,
    worst_outcomes,
)
from savebench.summary.ranks import BASELINE, Place, kind_of, rank, rank_metric
from savebench.summary.table import (
    SummaryRow,
    case_outcomes,
    outcome_rows,
    outcomes_frame,
    rows_of,
    sound_rows,
    summarize,
    summary_frame,
    summary_rows,
    write_csv,
)

__all__ = [
    "BASELINE",
    "RANKED_OUTCOMES",
    "SEVERITY",
    "ByRound",
    "OutcomeRow",
    "Place",
    "SummaryRow",
    "Values",
    "case_outcomes",
    "kind_of",
    "outcome_rows",
    "outcomes_frame",
    "outcomes_of",
    "rank",
    "rank_metric",
    "rows_of",
    "sound_rows",
    "summarize",
    "summary_frame",
    "summary_rows",
    "values_by_case",
    "worst_outcomes",
    "write_csv",
]
