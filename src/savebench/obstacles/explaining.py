"""Explain why a model could not be saved: `explain`, or an `Examination` for several serializers.

What the search finds counts only as far as the serializer itself refuses it: each obstacle is
written alone, and one of them has to raise what saving the model raised.
"""

import gc
import sys
import warnings
from collections.abc import Container, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from time import monotonic
from typing import Any

from savebench.obstacles.depth import Chain, find_chain
from savebench.obstacles.explanation import Explanation
from savebench.obstacles.raised import is_too_deep, named, texts_of
from savebench.obstacles.search import Found, Obstacle, find_obstacles
from savebench.obstacles.writing import Write, write_pickle, writes

_MOST_TRIED = 50
_SAFE_DEPTH = 5_000
"""Deeper, a raised limit ends in a stack overflow where picklers are written in C."""


class Examination:
    """Looks into one model, for one serializer after the other that could not save it."""

    def __init__(
        self, model: Any, *, absent: Container[str] | None = None, seconds: float = 1.0
    ) -> None:
        """Take the model.

        Parameters
        ----------
        model
            What could not be saved.
        absent
            Modules that the process which shall load it does not have; None: it is like this one.
        seconds
            How long to look at it for each serializer. Asking an object for its parts cannot be
            cut short, and takes as long as pickle took for that.
        """
        self._model = model
        self._absent = absent
        self._seconds = seconds
        self._found: dict[bool, Found] = {}
        self._chains: list[Chain | None] = []

    def found(self, *, by_value: bool) -> Found:
        """Return what cannot be saved by pickle, or by what stores functions by value as code."""
        if by_value not in self._found:
            deadline_s = monotonic() + self._seconds
            self._found[by_value] = find_obstacles(
                self._model, absent=self._absent, by_value=by_value, deadline_s=deadline_s
            )
        return self._found[by_value]

    def explain(self, error: BaseException, write: Write) -> Explanation:
        """Return why saving the model raised; nothing is raised, whatever the model does.

        Parameters
        ----------
        error
            What saving the model raised.
        write
            Writes an object as the model should have been written. Called with parts of the model.
        """
        try:
            with _without_collecting():
                return self._explain(error, write)
        except Exception:  # noqa: BLE001 - no explanation is better than another error
            return Explanation(named(error))

    def _chain(self) -> Chain | None:
        if not self._chains:
            self._chains.append(find_chain(self._model, monotonic() + self._seconds))
        return self._chains[0]

    def _explain(self, error: BaseException, write: Write) -> Explanation:
        if isinstance(error, MemoryError):
            return Explanation(named(error))
        found = self.found(by_value=stores_code(write))
        refused, are_all = _refused(found, error, write, monotonic() + self._seconds)
        if refused or not is_too_deep(error):
            return Explanation(named(error), refused, is_complete=are_all)
        chain = self._chain()
        helps = chain is not None and chain.depth <= _SAFE_DEPTH and _obeys_limit(error)
        return Explanation(named(error), chain=chain, limit_helps=helps)


def explain(
    model: Any,
    error: BaseException,
    write: Write = write_pickle,
    *,
    row: str = "",
    seconds: float = 1.0,
) -> Explanation:
    """Return why a model could not be saved, with the rows that save it as it is.

    ``str`` of it is a line: ``cannot store steps[-1][1].lock_: a lock (TypeError: cannot pickle
    '_thread.lock' object); write __getstate__ on Wrapper of my_models that leaves out lock_``. It
    is false where none of the model's parts is known to be the reason. Nothing is raised.

    Parameters
    ----------
    model
        What could not be saved. Its ``__reduce_ex__`` and ``__getstate__`` are called again.
    error
        What saving it raised.
    write
        Writes an object as the model should have been written, or raises; pickle unless given.
    row
        The row that failed: none of `Explanation.carriers`.
    seconds
        For each of three parts of the work: to look, to ask `write`, to try other rows.
    """
    explanation = Examination(model, seconds=seconds).explain(error, write)
    names = [name for name in candidates(explanation) if name != row]
    deadline_s = monotonic() + seconds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tried = tuple(name for name in names if writes(name, model, deadline_s))
    return replace(explanation, carriers=tried)


def candidates(explanation: Explanation) -> tuple[str, ...]:
    """Return installed rows that are known to carry all that stands in the way."""
    if explanation.chain is not None:
        return ("pickle",)
    every = [each.carriers for each in explanation.obstacles]
    return tuple(
        name
        for name in (every[0] if every else ())
        if all(name in carriers for carriers in every) and find_spec(name) is not None
    )


def stores_code(write: Write) -> bool:
    """Return whether a serializer stores the code of functions: tried with one."""
    return _alone(lambda: None, write) is None


def _refused(
    found: Found, error: BaseException, write: Write, deadline_s: float
) -> tuple[tuple[Obstacle, ...], bool]:
    """Return the obstacles that a serializer refuses alone, those that raise the same first.

    None, where none raises the same; and whether these are all.
    """
    texts, answers = texts_of(error), dict[Hashable, frozenset[str] | None]()
    same: list[Obstacle] = []
    others: list[Obstacle] = []
    for obstacle in found.obstacles:
        key = _likeness(obstacle)
        if key not in answers:
            if len(answers) == _MOST_TRIED or monotonic() > deadline_s:
                return _together(same, others), False
            raised = _alone(obstacle.subject, write)
            answers[key] = None if raised is None else texts_of(raised)
        answer = answers[key]
        if answer is not None:
            (same if answer & texts else others).append(obstacle)
    return _together(same, others), found.is_complete


def _together(same: Sequence[Obstacle], others: Sequence[Obstacle]) -> tuple[Obstacle, ...]:
    return (*same, *others) if same else ()


def _likeness(obstacle: Obstacle) -> Hashable:
    """Return what obstacles have in common that a serializer treats alike."""
    if obstacle.home is not None:
        return obstacle.home.cause, obstacle.home.module, isinstance(obstacle.subject, type)
    return type(obstacle.subject), obstacle.what


def _alone(value: Any, write: Write) -> BaseException | None:
    """Return what writing an object alone raises."""
    try:
        write(value)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a serializer may raise anything
        return error
    return None


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the garbage collector from going again and again through all that is looked at."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _obeys_limit(error: BaseException) -> bool:
    """Return whether ``sys.setrecursionlimit`` is what stopped it.

    Since Python 3.12 what is written in C, as pickle is, has a limit that cannot be set.
    """
    in_c = any("while pickling an object" in text for text in texts_of(error))
    return sys.version_info < (3, 12) or not in_c
