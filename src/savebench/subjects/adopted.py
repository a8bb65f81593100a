"""A subject that is there already: a person's file or attribute, or an object of this process.

It is loaded in a fresh process, never here; kept there by pickle or by the first row that carries
it, so that what is measured does not hang on how the person happens to have saved it.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from savebench.errors import DataError, Unsupported
from savebench.launch.errands import conduct_all
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer, RowRef, Source, Task
from savebench.subjects.acquaintance import (
    CARRY_MORE,
    CHECK_SEED,
    TIMEOUT_S,
    check_task,
    known,
)
from savebench.subjects.cache import BuiltModel
from savebench.subjects.steadiness import Witness, first_check
from savebench.subjects.subject import Subject
from savebench.system import files
from savebench.trial.absence import MAIN
from savebench.trial.adopting import METHOD, PROBED
from savebench.trial.check import LOADED
from savebench.trial.reference import carried, describe_pickled, keep_model

_SEED = 0
_BUILD = re.compile(r"^build (?:raised ValueError: )?")
"""How a trial's reason begins; nothing was built here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What takes a model in: processes, a folder, and what may carry it."""

    launcher: Launcher
    folder: Path
    """Is made for the model; only this user should be able to read it."""
    scratch: Path
    carriers: tuple[RowRef, ...] = CARRY_MORE
    memory_limit_bytes: int | None = None
    modules: tuple[str, ...] = ()
    """What its processes import beforehand, as far as that is known from the file."""
    is_confined: bool = False
    """Whether it is a person's file, which they did not say they trust."""
    first_load: Callable[[Task], Answer] | None = None
    """Takes a source in quicker than a new interpreter does, if anything can;"""
    first_look: Callable[[Task], Answer] | None = None
    """does the first check so, under another hash seed."""

    def load(self, task: Task) -> Answer:
        """Have a process load what a source names, and keep it."""
        if self.first_load is None:
            return self.conduct(task, _SEED)
        return self.first_load(self._fresh(task))

    def look(self, task: Task) -> Answer:
        """Have a process load what was kept, and answer, for the first time."""
        if self.first_look is None:
            return self.conduct(task, CHECK_SEED)
        return self.first_look(self._fresh(task))

    def conduct(self, task: Task, hash_seed: int) -> Answer:
        """Do one task in a fresh process."""
        return conduct_all({"model": self._fresh(task)}, self.launcher, hash_seed, TIMEOUT_S)[
            "model"
        ]

    def _fresh(self, task: Task) -> Task:
        scratch = tempfile.mkdtemp(dir=self.scratch)
        return msgspec.structs.replace(task, scratch=scratch, is_confined=self.is_confined)


def adopt_source(source: Source, name: str, adoption: Adoption) -> tuple[Subject, str]:
    """Return the subject that a source names, and where its probe comes from.

    Raises
    ------
    DataError
        When it cannot be loaded, kept or asked.
    """
    adoption.folder.mkdir(mode=0o700)
    answer = adoption.load(
        Task(
            kind="build",
            source=source,
            carriers=adoption.carriers,
            imports=adoption.modules if adoption.is_confined else (),
            model_folder=str(adoption.folder),
            scratch="",
            memory_limit_bytes=adoption.memory_limit_bytes,
        )
    )
    if answer.outcome != "ok":
        raise DataError(f"{source.where}: {_BUILD.sub('', answer.reason)}")
    facts = dict(answer.facts)
    method, probed = str(facts.pop(METHOD)), str(facts.pop(PROBED))
    built = msgspec.convert(facts, BuiltModel)
    if not built.is_kept:
        raise DataError(
            f"{source.where}: nothing carries this model to another process, not pickle, "
            "cloudpickle or dill; savebench inspect tells what is in it"
        )
    subject = Subject(
        name=name,
        method=method,
        modules=adoption.modules,
        folder=adoption.folder,
        facts=built,
        is_confined=adoption.is_confined,
    )
    return _acquainted(subject, adoption), probed


def keep_handed(subject: Subject, model: Any, adoption: Adoption) -> Subject:
    """Keep an object that was handed over, by the first way in which another process loads it.

    Raises
    ------
    DataError
        When no way carries it.
    """
    reason = ""
    subject = replace(subject, modules=adoption.modules)
    for with_pickle, rows in _ways(model, adoption):
        kept = _kept(subject, model, rows, with_pickle=with_pickle)
        if kept is None:
            continue
        found = _acquainted(kept, adoption)
        if found.facts and found.facts.is_kept:
            return found
        reason = _why_not_loaded(kept, adoption)
    raise DataError(
        f"nothing carries this {type(model).__name__} to another process, not pickle, cloudpickle "
        f"or dill{f': {reason}' if reason else ''}"
    )


def _ways(model: Any, adoption: Adoption) -> Iterator[tuple[bool, tuple[RowRef, ...]]]:
    """Yield ways to keep a model, the likeliest first; each that fails costs two processes."""
    carried = [(False, (row,)) for row in adoption.carriers]
    pickled = (True, ())
    stands_here = type(model).__module__ == MAIN
    yield from (*carried, pickled) if stands_here else (pickled, *carried)


def _kept(
    subject: Subject, model: Any, rows: Sequence[RowRef], *, with_pickle: bool
) -> Subject | None:
    try:
        row = keep_model(subject.folder, model, rows, with_pickle=with_pickle)
    except Unsupported:
        return None
    facts = subject.facts or BuiltModel()
    if row is not None:
        size_bytes = files.size_bytes(carried(subject.folder))
        known_now = msgspec.structs.replace(facts, reference=row, model_bytes=size_bytes)
        return replace(subject, facts=known_now)
    pickled = describe_pickled(model)
    return replace(
        subject,
        facts=msgspec.structs.replace(
            facts,
            model_bytes=pickled.size_bytes,
            array_bytes=sum(pickled.buffers_bytes),
            array_count=len(pickled.buffers_bytes),
            digest=pickled.digest,
        ),
    )


def _acquainted(subject: Subject, adoption: Adoption) -> Subject:
    """Return the subject with what a process found out that loaded it."""
    facts = subject.facts or BuiltModel()
    task = first_check(_check_of(subject))
    answer = adoption.look(task)
    witness = Witness(task, answer, CHECK_SEED)
    return replace(subject, facts=known(facts, witness, subject.folder, adoption.conduct))


def _why_not_loaded(subject: Subject, adoption: Adoption) -> str:
    answer = adoption.conduct(_check_of(subject), CHECK_SEED)
    return "" if answer.facts.get(LOADED) else answer.reason


def _check_of(subject: Subject) -> Task:
    reference = subject.facts.reference if subject.facts else None
    task = check_task(subject.folder, reference, subject.method, "")
    return msgspec.structs.replace(task, modules=subject.modules)
