"""A run for scripts: its summary as JSON."""

from savebench.report.run.content import Content
from savebench.summary import summary_frame


def as_json(content: Content) -> str:
    """Return an array of objects, one a row of the summary; keys are the fields of `SummaryRow`."""
    return str(summary_frame(content.rows).to_json(orient="records"))
