"""What is stored, a run or a comparison, in the format that someone else reads."""

from pathlib import Path

from savebench.comparing.stored import FILE_NAME, read_comparison
from savebench.report.ci.formats import render, render_readings
from savebench.report.ci.readings import readings_of_summary
from savebench.store import RUN_FILE, read_run
from savebench.summary import summarize, summary_rows


def holds_comparison(path: Path) -> bool:
    """Whether a path is that of a comparison: a ``.json`` file, or the folder that has one."""
    if path.is_dir():
        return (path / FILE_NAME).is_file() and not (path / RUN_FILE).exists()
    return path.suffix == ".json"


def export(path: Path, name: str) -> str:
    """Return a stored run or comparison in the format of that name.

    Raises
    ------
    DataError
        When neither is stored there, or it is damaged.
    UsageError
        When there is no such format for it.
    """
    if holds_comparison(path):
        return render(read_comparison(path), name)
    return render_readings(readings_of_summary(summary_rows(summarize(read_run(path)))), name)
