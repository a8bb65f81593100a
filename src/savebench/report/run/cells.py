"""The texts of a run's figures, the same wherever they stand in a cell."""

from savebench.report.run.speeds import Pace
from savebench.report.words import MISSING, with_ends
from savebench.summary import BASELINE, SummaryRow
from savebench.summary.peaks import Spread
from savebench.units import aligned_ratio, human_bytes, human_value


def cell(row: SummaryRow | None) -> str:
    """Return a median with its unit: ``"12.4 ms"``."""
    return MISSING if row is None else human_value(row.median, row.unit)


def ratio_cell(row: SummaryRow | None) -> str:
    """Return the ratio to the baseline with its interval: ``"1.24x [1.20-1.31]"``.

    ``"same [0.97-1.04]"`` where the interval covers 1. Where the rounds are too few for an interval
    the brackets hold the range, and nothing is called the same; one round has no brackets.
    """
    if row is None or row.ratio is None or row.ratio_low is None or row.ratio_high is None:
        return MISSING
    if row.serializer == BASELINE:
        return "baseline"
    text = "same" if row.same_as_baseline else aligned_ratio(row.ratio)
    if row.ratio_n == 1 or (row.same_as_baseline and row.ratio_low == row.ratio_high):
        return text
    return with_ends(text, row.ratio_low, row.ratio_high)


def plain_ratio_cell(row: SummaryRow | None) -> str:
    """Return the ratio to the baseline without an interval, for what hardly varies: a size."""
    if row is None or row.ratio is None:
        return MISSING
    return aligned_ratio(row.ratio)


def of_model_cell(row: SummaryRow | None) -> str:
    """Return bytes as a multiple of the model's size: ``"2.01x"``."""
    if row is None or not row.model_bytes:
        return MISSING
    return aligned_ratio(row.median / row.model_bytes)


def speed_cell(pace: Pace | None) -> str:
    """Return a speed: ``"1.24 GB/s"``."""
    return MISSING if pace is None else f"{human_bytes(pace.bytes_per_s)}/s"


def of_floor_cell(pace: Pace | None) -> str:
    """Return a time in times of the floor's: ``"2.01x"``."""
    return MISSING if pace is None or pace.of_floor is None else aligned_ratio(pace.of_floor)


def spread_cell(spread: Spread | None) -> str:
    """Return multiples over models: ``"1.02x [0.98-2.40]"``; of one model without brackets."""
    if spread is None:
        return MISSING
    middle = aligned_ratio(spread.median)
    return middle if spread.models == 1 else with_ends(middle, spread.least, spread.most)
