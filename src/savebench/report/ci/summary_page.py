"""Markdown for a job summary: what fails the build first, under GitHub's limit of 1 MiB a step."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from savebench.comparing.comparison import Change, Comparison, Moved, Party
from savebench.report.comparison.standing import Standing, by_standing
from savebench.report.comparison.wording import (
    amount,
    change_text,
    detectable_text,
    name_text,
    note_text,
    tally,
    verdict_text,
)
from savebench.report.markdown import escape_markdown, unbroken
from savebench.units import human_duration

LIMIT_BYTES = 1_000_000
"""GitHub drops a summary above 1,048,576 bytes; what else the step writes needs room, too."""

_SECTION_BYTES = 400
"""More than the heading and the table head of a section take."""

_MOST_REMARKS = 40
_MOST_FACTS = 60
_TITLES: dict[Standing, str] = {
    "failure": "Regressed",
    "open": "Not decided, or missing",
    "advice": "Advice: fails no build",
    "news": "Improved or new",
    "fine": "passed",
}
_TABLE_HEAD = (
    "| series | metric | base | head | change [95 %] | detectable | verdict |",
    "|---|---|--:|--:|--:|--:|---|",
)


@dataclass(frozen=True, slots=True)
class _Section:
    standing: Standing
    rows: tuple[str, ...]
    count: int
    """How many it would have with room for all."""


def render_summary_page(comparison: Comparison, limit_bytes: int = LIMIT_BYTES) -> str:
    """Return a page of at most so many bytes; what has no room is counted at its end."""
    head, foot = _head(comparison), [*_moved(comparison.moved), *_foot(comparison)]
    room = limit_bytes - len("\n".join([*head, *foot]).encode()) - _SECTION_BYTES
    sections, left_out = _fit(by_standing(comparison.changes), room)
    lines = [*head]
    for section in sections:
        lines += _section_lines(section)
    if left_out:
        lines += [
            "",
            f"**And {len(left_out)} more**, left out for want of room: {tally(left_out)}.",
        ]
    return "\n".join([*lines, *foot]) + "\n"


def _head(comparison: Comparison) -> list[str]:
    sides = f"Base {_name(comparison.base.label)}, head {_name(comparison.head.label)}"
    margin = f"A change up to {comparison.margin * 100:.3g} % is no regression."
    lines = [
        f"## savebench: {tally(comparison.changes)}",
        "",
        f"{sides}{_how(comparison)}. {margin}",
    ]
    if comparison.remarks:
        lines += ["", *_listed(comparison.remarks)]
    return lines


def _how(comparison: Comparison) -> str:
    if comparison.kind == "compare":
        return ", measured at different moments"
    rounds = ", ".join(f"{_name(stage)} {count}" for stage, count in comparison.rounds.items())
    spent = "" if comparison.spent_s is None else f" in {human_duration(comparison.spent_s)}"
    return f", measured in step{spent}{f' (rounds: {rounds})' if rounds else ''}"


def _listed(remarks: list[str]) -> list[str]:
    lines = [f"- {_block_safe(escape_markdown(note_text(each)))}" for each in remarks]
    if len(lines) <= _MOST_REMARKS:
        return lines
    return [*lines[:_MOST_REMARKS], f"- and {len(lines) - _MOST_REMARKS} more remarks"]


def _fit(groups: dict[Standing, list[Change]], room: int) -> tuple[list[_Section], list[Change]]:
    """Return the sections with the rows that there is room for, in order, and what is left."""
    sections, left_out = [], []
    for each, changes in groups.items():
        room -= _SECTION_BYTES if changes else 0
        rows: list[str] = []
        for position, change in enumerate(changes):
            row = _row(change)
            room -= len(row.encode()) + 1
            if room < 0:  # and stays so: nothing better than what was left out is shown
                left_out += changes[position:]
                break
            rows.append(row)
        if rows:
            sections.append(_Section(each, tuple(rows), len(changes)))
    return sections, left_out


def _section_lines(section: _Section) -> list[str]:
    table = [*_TABLE_HEAD, *section.rows]
    title = _TITLES[section.standing]
    if section.standing != "fine":
        return ["", f"### {title}", "", *table]
    summary = f"<summary>{section.count} {title}</summary>"
    return ["", "<details>", summary, "", *table, "", "</details>"]


def _row(change: Change) -> str:
    verdict = verdict_text(change)
    if change.note:
        verdict += f": {note_text(change.note)}"
    cells = (
        _name(change.series),
        _name(change.metric),
        unbroken(amount(change.base, change.unit, exact=change.exact)),
        unbroken(amount(change.head, change.unit, exact=change.exact)),
        unbroken(change_text(change)),
        unbroken(detectable_text(change)),
        escape_markdown(verdict),
    )
    return f"| {' | '.join(cells)} |"


def _moved(moved: Sequence[Moved]) -> list[str]:
    """Return where the worst regression by counts comes from, as a table."""
    if not moved:
        return []
    rows = [
        f"| {_name(each.function)} | {amount(each.base, 'instructions')} | "
        f"{amount(each.head, 'instructions')} |"
        for each in moved
    ]
    title = f"Where {_name(moved[0].metric)} of {_name(moved[0].series)} moved"
    return ["", f"### {title}", "", "| function | base | head |", "|---|--:|--:|", *rows]


def _foot(comparison: Comparison) -> list[str]:
    facts = [
        (kind, key, base.get(key, ""), head.get(key, ""))
        for kind, base, head in _facts(comparison.base, comparison.head)
        for key in sorted(base.keys() | head.keys())
    ]
    if not facts:
        return []
    rows = [f"| {' | '.join(map(_name, row))} |" for row in facts[:_MOST_FACTS]]
    more = [f"| and {len(facts) - _MOST_FACTS} more | | | |"] if len(facts) > _MOST_FACTS else []
    return [
        "",
        "<details>",
        "<summary>What was compared</summary>",
        "",
        "| | | base | head |",
        "|---|---|---|---|",
        *rows,
        *more,
        "",
        "</details>",
    ]


def _facts(base: Party, head: Party) -> Iterable[tuple[str, dict[str, str], dict[str, str]]]:
    yield "", _moment(base), _moment(head)
    yield "version", base.versions, head.versions
    yield "machine", base.machine, head.machine
    yield "setting", base.settings, head.settings


def _moment(party: Party) -> dict[str, str]:
    facts = {"python": party.python, "started": party.started}
    return {key: value for key, value in facts.items() if value}


def _name(text: str) -> str:
    return escape_markdown(name_text(text))


def _block_safe(text: str) -> str:
    """Return a list item's text so that it opens no list, rule or heading of its own."""
    text = re.sub(r"^([-+=])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", text)
