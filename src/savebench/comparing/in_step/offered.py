"""What both sides of `savebench ab` can measure, and what is said of the cases that one cannot."""

import dataclasses
from collections.abc import Callable, Mapping

from savebench.catalogue.selection import Selection
from savebench.comparing.comparison import Change, Verdict
from savebench.comparing.in_step.verdicts import outcome_change
from savebench.measuring.site import Site, why_not
from savebench.records.schema import Case
from savebench.subjects.subject import Subject


def installed_on_both(
    selection: Selection, base: Site, head: Site
) -> tuple[Selection, list[Change], list[str]]:
    """Return the cases whose packages both sides have, a change for each that one lacks, remarks.

    What head lacks alone is missing, what base lacks alone is new; what neither has was never there
    and costs a remark.
    """

    def why(case: Case) -> tuple[str, str]:
        return why_not(base, selection, case), why_not(head, selection, case)

    return _split(selection, why, ("new", "missing"))


def built_on_both(
    selection: Selection, at_base: Mapping[str, Subject], at_head: Mapping[str, Subject]
) -> tuple[Selection, list[Change], list[str]]:
    """Return the cases whose models both sides built, a change for each that one did not, remarks.

    A model that head alone cannot build has regressed, one that base alone cannot build is new.
    """

    def why(case: Case) -> tuple[str, str]:
        failures = (at_base[case.model].failure, at_head[case.model].failure)
        base, head = (f"cannot build it: {each.reason}" if each else "" for each in failures)
        return base, head

    return _split(selection, why, ("new", "regressed"))


def _split(
    selection: Selection,
    why: Callable[[Case], tuple[str, str]],
    verdicts: tuple[Verdict, Verdict],
) -> tuple[Selection, list[Change], list[str]]:
    """Return what is left, what is said of the rest, and remarks.

    `why` gives the reasons of base and head, empty where there is none; `verdicts` are those of a
    case that base alone, or head alone, cannot measure.
    """
    kept: list[Case] = []
    changes: list[Change] = []
    remarks: dict[str, None] = {}
    for case in selection.cases:
        base, head = why(case)
        if base and head:
            remarks[f"left out: {case.model if base == head else case}: both sides: {head}"] = None
        elif base:
            changes.append(outcome_change(str(case), verdicts[0], f"base {base}"))
        elif head:
            changes.append(outcome_change(str(case), verdicts[1], f"head {head}"))
        else:
            kept.append(case)
    left = dataclasses.replace(selection, cases=tuple(kept), unavailable={})
    return left, changes, list(remarks)
