"""A subject that somebody hands over as an object: it is asked here, and its answers are kept."""

from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from savebench.errors import UsageError
from savebench.obstacles.explaining import Examination
from savebench.obstacles.paths import WHOLE
from savebench.obstacles.raised import named, one_line
from savebench.obstacles.references import pickle_and_note
from savebench.obstacles.writing import write_pickle
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject
from savebench.trial.absence import MAIN
from savebench.trial.answering import method_of
from savebench.trial.one_worker import one_worker
from savebench.trial.reference import ANSWERS, PROBE, save_variation
from savebench.trial.variation import between_calls, unlike_own_copy

NAME = "model"
_MEND = "ask with arrays, frames or plain Python values"


def hand_over(  # noqa: PLR0913 - a model, its question, and what others know of both
    model: Any,
    probe: Any,
    method: str,
    folder: Path,
    *,
    absent: Container[str] = (MAIN,),
    whence: Callable[[str], str] = lambda _: "",
) -> tuple[Subject, Any]:
    """Write the probe into a new folder, have the model answer it, and write the answers.

    The model itself is not written: each serializer saves it first, as it was handed over.

    Parameters
    ----------
    model, probe, method
        ``model.method(probe)`` is what is asked, with one thread and one worker.
    folder
        Is made; only this user should be able to read it.
    absent
        Modules that the processes which load it cannot import.
    whence
        Says where this process has such a module from.

    Returns
    -------
    The subject, with how its answers vary between calls; and the answers.

    Raises
    ------
    UsageError
        When another process could not read them, or nothing can tell whether answers are equal.
    """
    folder.mkdir()
    _pack(folder / PROBE, probe, "the input X", absent, whence)

    def ask() -> Any:
        return answers_of(model, method, probe)

    answers = ask()
    what = f"the answer of {method}()"
    _pack(folder / ANSWERS, answers, what, absent, whence)
    _check_comparable(answers, what)
    variation = between_calls(ask, answers)
    save_variation(folder, variation)
    facts = BuiltModel(variation=variation, model_class=_dotted(type(model)))
    return Subject(name=NAME, method=method, folder=folder, facts=facts), answers


def answers_of(model: Any, method: str, probe: Any) -> Any:
    """Return what the model answers with one thread and one worker, as the fresh processes do.

    Sums over several threads may differ in their last bits.
    """
    with threadpool_limits(limits=1), one_worker():
        return method_of(model, method)(probe)


def _dotted(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _check_comparable(answers: Any, what: str) -> None:
    """Refuse answers that do not even equal their own copy: every serializer would seem wrong."""
    try:
        why = unlike_own_copy(answers)
    except MemoryError as error:
        raise UsageError(
            f"comparing {what} with its own copy ran out of memory ({one_line(str(error))}); "
            "ask with fewer rows"
        ) from None
    if why:
        raise UsageError(
            f"{what} is a {type(answers).__qualname__}, which cannot be compared: it does not "
            f"equal its own copy ({one_line(why)}); name a method that returns arrays: method='...'"
        )


def _pack(
    path: Path, value: Any, what: str, absent: Container[str], whence: Callable[[str], str]
) -> None:
    try:
        data, homeless = pickle_and_note(value, absent)
    except Exception as error:
        explanation = Examination(value).explain(error, write_pickle)
        why = explanation.what.replace(f"{WHOLE}: ", "") if explanation else named(error)
        raise UsageError(f"{what} cannot be pickled: {why}; {_MEND}") from error
    if homeless:
        first = homeless[0]
        place = "" if first.module == MAIN else f": {whence(first.module)}"
        raise UsageError(
            f"{what} holds {first.name}, which another process cannot import{place}; {_MEND}"
        )
    path.write_bytes(data)
