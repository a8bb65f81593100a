"""GitHub Actions' workflow commands: ``::error title=...::...`` on a line of standard output.

A step shows no more than ten annotations of a kind, so the worst nine are shown and the tenth says
how many there are besides. Escaping follows the runner's: ``%``, carriage return and line feed, and
in a property ``:`` and ``,`` too (actions/toolkit, packages/core/src/command.ts).
"""

from savebench.comparing.comparison import Change, Comparison
from savebench.report.comparison.standing import Standing, by_standing, standing
from savebench.report.comparison.wording import figures, name_text, sides_text, tally, verdict_text

MOST_SHOWN = 9
"""Annotations before the one that counts the rest."""

_LEVELS: dict[Standing, str] = {"failure": "error", "open": "warning", "news": "notice"}


def render_github(comparison: Comparison) -> str:
    """Return one command a change, the worst first; passed series are only counted."""
    groups = by_standing(comparison.changes)
    worth = [change for each, changes in groups.items() if each != "fine" for change in changes]
    lines = [_annotation(change) for change in worth[:MOST_SHOWN]]
    rest = worth[MOST_SHOWN:]
    if rest:
        text = f"{len(rest)} more: {tally(rest)}; {sides_text(comparison)}"
        lines.append(command(_level(rest[0]), f"savebench: {len(rest)} more", text))
    if not worth:
        text = f"{tally(comparison.changes)}; {sides_text(comparison)}"
        lines.append(command("notice", "savebench", text))
    return "".join(f"{line}\n" for line in lines)


def command(level: str, title: str, message: str) -> str:
    """Return a workflow command, escaped so that the runner reads the same text again."""
    return f"::{level} title={_escape_property(title)}::{_escape_data(message)}"


def _annotation(change: Change) -> str:
    series, metric = name_text(change.series), name_text(change.metric)
    title = f"savebench: {verdict_text(change)}: {metric} of {series}"
    return command(_level(change), title, f"{metric} of {series}: {figures(change)}")


def _level(change: Change) -> str:
    found = standing(change)
    if found == "advice":  # never an error: it fails no build
        return "notice" if change.verdict == "inconclusive" else "warning"
    return _LEVELS.get(found, "notice")


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
