"""From subjects and serializers to what the trials of their cases need to know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from savebench.catalogue.rows import Entry, Serializer
from savebench.catalogue.selection import Selection
from savebench.launch.messages import RowRef
from savebench.records.schema import Case
from savebench.subjects.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSetup:
    """What a trial of one case needs to know."""

    subject: Subject
    serializer: RowRef
    modules: tuple[str, ...]
    """Imported before the clock starts, for the model and the serializer."""
    answers: bool = True
    """Whether what is loaded answers the subject's method (a floor does not)."""


def setup_of(subject: Subject, entry: Entry[Serializer], trust: tuple[str, ...] = ()) -> CaseSetup:
    """Return the setup of a subject and a serializer, which may be told to trust types."""
    return CaseSetup(
        subject=subject,
        serializer=RowRef(entry.provider, entry.row.name, trust),
        modules=(*subject.modules, entry.provider.partition(":")[0], *entry.row.modules),
        answers=entry.row.kind != "floor",
    )


def setups_of(selection: Selection, subjects: Mapping[str, Subject]) -> dict[Case, CaseSetup]:
    """Return what trials need to know, for each case that is installed and whose model is there."""
    return {
        case: setup_of(subjects[case.model], selection.serializers[case.serializer])
        for case in selection.cases
        if case not in selection.unavailable and subjects[case.model].facts
    }


def shared_modules(setups: Iterable[CaseSetup]) -> tuple[str, ...]:
    """Return what all processes of a bench may have imported: what its subjects need."""
    subjects = {id(setup.subject): setup.subject for setup in setups}.values()
    modules = [*(name for each in subjects for name in each.modules)]
    imports = [*(name for each in subjects for name in each.imports)]
    return tuple(dict.fromkeys([*modules, *imports]))
