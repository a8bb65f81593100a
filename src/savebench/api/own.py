"""Ask about a model of one's own from Python: `advise` and `inspect`."""

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from savebench.advised import Advice
from savebench.advising.asked import Asked, folder_for
from savebench.advising.folder import going_where_nothing_came
from savebench.advising.named import advise_named
from savebench.advising.session import Silent, Watcher, advise_object
from savebench.arguments import (
    Names,
    StrPath,
    all_in_python,
    flag_given,
    names_given,
    optional,
    path_given,
    refusing_others,
    text_given,
    watcher_given,
)
from savebench.defaults import ADVISE_BUDGET
from savebench.errors import UsageError
from savebench.inspected import Inspected
from savebench.inspecting.named import inspect_named
from savebench.inspecting.objects import inspect_object
from savebench.summary.advice.answer import Answer
from savebench.summary.advice.needs import Needs
from savebench.trial.absence import MAIN
from savebench.units import seconds_of
from savebench.watching import bar_here


@refusing_others("write advise(model, X, bandwidth='100MB/s')")
def advise(  # noqa: PLR0913 - what a person may need
    model: Any,
    X: Any = None,  # noqa: N803 - scikit-learn's name for it
    *,
    method: str | None = None,
    bandwidth: str | float | None = None,
    loads_per_dump: str | float | None = None,
    workers: str | int | None = None,
    memory: str | int | None = None,
    cold: bool = False,
    safe: bool = False,
    exact: bool = False,
    read_by: Names | None = None,
    max_size: str | int | None = None,
    budget: str | float = ADVISE_BUDGET,
    serializers: Names = (),
    out: StrPath | None = None,
    trust: bool = False,
    watcher: Watcher | Literal[False] | None = None,
) -> Advice:
    """Say how a model should be saved, measured on the model itself, for what is needed.

    Parameters
    ----------
    model
        A fitted model; or the path of its file, or ``"package.module:attribute"``, which are
        loaded in fresh processes only.
    X
        The input whose answers are compared: arrays, frames or plain Python values; for a file the
        path of a ``.npy``, ``.csv`` or ``.parquet``. Made up from what the model says of its
        columns where left out; where that does not do, its saved state is compared.
    method
        What answers; else the first of predict, transform, kneighbors, ... that the model has.
    bandwidth
        It is downloaded at this rate before it is loaded: ``"100MB/s"``, or bytes per second.
    loads_per_dump
        How often it is loaded each time it is saved.
    workers
        Processes on one machine that each hold it.
    memory
        What loading, or all workers together, may take: ``"512MB"``, or bytes.
    cold
        Whether the file is not in the page cache when it is loaded.
    safe
        Whether only formats count that run no code on load.
    exact
        Whether only what comes back bit for bit counts.
    read_by
        What is installed where it will be loaded: ``"python=3.11,scikit-learn=1.6"``.
    max_size
        The file may not be larger: ``"50MB"``, or bytes.
    budget
        Wall time of it all: ``"1min"``, or seconds.
    serializers
        Names or globs of the rows to try; those that a person would consider where left out.
    out
        Folder for the records, which must hold no run. A new one under ``savebench-runs/`` where
        left out.
    trust
        Whether a file may be loaded that names what nobody has reviewed: its code runs as you.
        A file that is loaded without this is confined: it writes nowhere else, starts nothing.
    watcher
        Is told what goes on. Where left out, a line shows it in a notebook and in a terminal, and
        nothing does elsewhere; False: nothing does anywhere.

    Returns
    -------
    Advice
        What to take and why; it prints, turns into a DataFrame, and shows itself in a notebook.

    Raises
    ------
    UsageError
        When something asked for makes no sense, or the model cannot be asked.
    DataError
        When a file is no model, is damaged or is refused, or nothing carries the model.
    Interrupted
        On Ctrl-C before anything was measured.

    Examples
    --------
    >>> import savebench
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = KNeighborsClassifier().fit(X, y)
    >>> advice = savebench.advise(
    ...     model, X, bandwidth="100MB/s", budget="6s", serializers=["pickle", "joblib"], out="iris"
    ... )
    >>> advice.take in {"pickle", "joblib"}
    True
    >>> sorted(advice.to_frame()["serializer"])
    ['joblib', 'pickle']
    """
    where = "savebench.advise"
    _check_model(model, f"{where}, model")
    needs = Needs.of(
        bandwidth=bandwidth,
        loads_per_dump=loads_per_dump,
        workers=workers,
        memory=memory,
        cold=flag_given(cold, f"{where}, cold"),
        safe=flag_given(safe, f"{where}, safe"),
        exact=flag_given(exact, f"{where}, exact"),
        read_by=optional(_read_by, read_by, f"{where}, read_by"),
        max_size=max_size,
    )
    budget_s = seconds_of(budget, "budget")
    names = names_given(serializers, f"{where}, serializers")
    answers = optional(text_given, method, f"{where}, method")
    folder = optional(path_given, out, f"{where}, out")
    is_trusted = flag_given(trust, f"{where}, trust")
    if isinstance(model, str | Path):
        probe = optional(path_given, X, f"{where}, X")
        with _watching(watcher, budget_s) as watching:
            return _advice(
                advise_named(
                    str(model),
                    needs,
                    probe=probe,
                    method=answers,
                    budget_s=budget_s,
                    serializers=names,
                    out=folder,
                    trust=is_trusted,
                    watcher=watching,
                )
            )
    asked = Asked(
        needs=needs,
        budget_s=budget_s,
        out=folder_for(folder),
        serializers=names,
        source_name=type(model).__name__,
        modules=modules_of(model),
        cautions=cautions_of(model),
    )
    with going_where_nothing_came(asked.out), _watching(watcher, budget_s) as watching:
        return _advice(advise_object(model, X, answers, asked, watching))


def _advice(answer: Answer) -> Advice:
    """Return an answer that speaks of arguments, not of options."""
    return Advice(all_in_python(answer, signature(advise).parameters))


def _check_model(model: Any, where: str) -> None:
    """Refuse what is no model, but often in its place."""
    if model is None or isinstance(model, type | ModuleType):
        what = "None" if model is None else f"{type(model).__name__} {model.__name__}"
        raise UsageError(f"{where}: cannot take {what}; hand over a fitted model, or name its file")


def _read_by(value: object, where: str) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else names_given(value, where)


@contextmanager
def _watching(watcher: Watcher | Literal[False] | None, budget_s: float) -> Iterator[Watcher]:
    """Yield who is told what goes on: who was named, else a line where a person watches."""
    bar = bar_here(budget_s) if watcher is None else None
    try:
        yield bar or watcher_given(watcher or None, Silent(), "savebench.advise, watcher")
    finally:
        if bar is not None:
            bar.close()


@refusing_others("name a file or hand over a model")
def inspect(what: Any) -> Inspected:
    """Say what is in a model: in its file, which is not loaded, or in the object itself.

    Parameters
    ----------
    what
        The path of a file (a pickle, joblib, skops, npz, ONNX, XGBoost's or LightGBM's own,
        compressed or not), ``"package.module:attribute"``, which a child imports, or a model.

    Returns
    -------
    Inspected
        Bytes by attribute path, classes, who wrote it, what loading it would run; it prints, turns
        into a DataFrame, and shows itself in a notebook.

    Raises
    ------
    DataError
        When there is no such file, module or attribute, or it is no model.

    Examples
    --------
    >>> import pickle, savebench
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> model = KNeighborsClassifier().fit([[0.0, 1.0], [1.0, 0.0]], [0, 1])
    >>> frame = savebench.inspect(model).to_frame()
    >>> frame.loc[frame["path"] == "_fit_X", "what"].item()
    'the training data itself'
    >>> with open("model.pkl", "wb") as file:
    ...     pickle.dump(model, file)
    >>> savebench.inspect("model.pkl").trusted
    True
    """
    if isinstance(what, str | Path):
        return Inspected(inspect_named(str(what)))
    return Inspected(inspect_object(what))


def modules_of(model: Any) -> tuple[str, ...]:
    """Return what a process that loads a model is known to import.

    A class of a notebook or script stands in no module: it brings those of the classes it is of.
    """
    homes = [each.__module__ for each in type(model).__mro__]
    if homes[0] != MAIN:
        return ("numpy", homes[0])
    return ("numpy", *dict.fromkeys(name for name in homes if name not in {MAIN, "builtins"}))


def cautions_of(model: Any) -> tuple[str, ...]:
    """Return what a person should know of where a model's class stands."""
    kind = type(model)
    if kind.__module__ != MAIN:
        return ()
    caution = (
        f"class {kind.__qualname__} stands in {MAIN}, the notebook or script that runs: no other "
        "process can import it from there, so only cloudpickle and dill carry it, with its code, "
        "for the same minor version of Python; moved into a module that is installed where the "
        "model is loaded, the other ways may carry it, too"
    )
    return (caution,)
