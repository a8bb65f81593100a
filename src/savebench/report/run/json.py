"""A run for scripts: its summary, and what it decides, as JSON."""

import msgspec

from savebench.report.run.content import Content
from savebench.summary import summary_frame


def as_json(content: Content) -> str:
    """Return an array of objects, one a row of the summary; keys are the fields of `SummaryRow`."""
    return str(summary_frame(content.rows).to_json(orient="records"))


def regimes_json(content: Content) -> bytes:
    """Return an object of ``regimes``, ``missing`` and ``crossovers`` (`Regimes.as_json`)."""
    return msgspec.json.format(msgspec.json.encode(content.regimes.as_json())) + b"\n"
