"""What Python calls: typed, with names, and the same for the command line."""

import doctest
import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import savebench
from savebench import api
from savebench.api.own import modules_of
from savebench.cli import main
from savebench.comparing.in_step.ab import AbRequest
from savebench.errors import UsageError
from savebench.measuring.settings import Request
from savebench.results import Results

FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "run": savebench.run,
    "load_run": savebench.load_run,
    "compare": savebench.compare,
    "ab": savebench.ab,
    "load_history": savebench.load_history,
    "advise": savebench.advise,
    "inspect": savebench.inspect,
    "claims": savebench.claims,
}
VERBS: Mapping[str, click.Command] = main.commands


class _Measured(Exception):  # noqa: N818 - no fault: it ends what the test is about
    """Holds what was asked, in the stead of measuring it."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return what a call asks of `run` or `ab`, before anything is measured."""

    def measured(request: Request | AbRequest, watch: object) -> Any:
        del watch
        raise _Measured(request)

    monkeypatch.setattr("savebench.api.measuring.measure", measured)
    monkeypatch.setattr("savebench.comparing.in_step.ab.run_ab", measured)

    def call(function: Callable[..., object], **arguments: object) -> Any:
        with pytest.raises(_Measured) as caught:
            function(**arguments)
        return caught.value.args[0]

    return call


SIDES = {"base": "old/bin/python", "head": "."}


@pytest.mark.parametrize(("function", "sides"), [(savebench.run, {}), (savebench.ab, SIDES)])
def test_one_glob_is_a_glob_and_a_text_is_a_folder(
    asked: Callable[..., Any], function: Callable[..., object], sides: dict[str, str]
) -> None:
    """And not its characters; whatever holds several is taken as they are."""
    one = asked(function, **sides, workloads="knn-*", serializers="joblib*", out="x", storage="y")
    several = asked(function, **sides, workloads=["a", "b"], serializers={"c": 1}, out=Path("x"))

    assert (one.workloads, one.serializers) == (("knn-*",), ("joblib*",))
    assert (one.out, one.storage) == (Path("x"), Path("y"))
    assert (several.workloads, several.serializers) == (("a", "b"), ("c",))
    assert (several.out, several.storage) == (Path("x"), None)


def test_numbers_of_numpys_are_numbers(asked: Callable[..., Any]) -> None:
    """People have them from loops over arrays."""
    request = asked(savebench.run, rounds=np.int64(3), threads=np.int32(2), seed=np.uint8(1))

    assert (request.rounds, request.threads, request.seed) == (3, 2, 1)


def test_sides_are_texts_or_paths(asked: Callable[..., Any]) -> None:
    """An interpreter's path may be either, a requirement is a text."""
    request = asked(savebench.ab, base="joblib==1.4.2", head=Path("new/bin/python"))

    assert (request.base, request.head) == ("joblib==1.4.2", "new/bin/python")


def test_a_margin_is_a_percentage_or_a_fraction(asked: Callable[..., Any]) -> None:
    """The same rule either way."""
    text = asked(savebench.ab, **SIDES, margin="5%", detect="20%").rule
    number = asked(savebench.ab, **SIDES, margin=0.05, detect=0.2).rule

    assert text == number
    assert (text.margin, text.detect) == (0.05, 0.2)


BOTH = {"base": "a", "head": "b"}
MINE = {"model": object()}
ANYTHING = {"model", "X", "what"}
"""Arguments that are a person's own objects."""


@pytest.mark.parametrize(
    ("name", "arguments", "fault"),
    [
        ("run", {"suite": ["x"]}, "savebench.run, suite: cannot take this list; write a name"),
        ("run", {"suit": "x"}, "savebench.run: there is no argument 'suit'; did you mean suite?"),
        ("run", {"verbose": 1}, "savebench.run: there is no argument 'verbose'; it takes suite, w"),
        ("run", {"workloads": 3}, "savebench.run, workloads: cannot take this int; write names"),
        ("run", {"rounds": "3"}, "savebench.run, rounds: cannot take this str; write a whole num"),
        ("run", {"rounds": True}, "savebench.run, rounds: cannot take this bool; write a whole nu"),
        ("run", {"rounds": 2.5}, "savebench.run, rounds: cannot take this float; write a whole nu"),
        ("run", {"threads": "1"}, "savebench.run, threads: cannot take this str; write a whole nu"),
        ("run", {"seed": None}, "savebench.run, seed: cannot take this NoneType; write a whole nu"),
        ("run", {"launch": 3}, "savebench.run, launch: cannot take this int; write a name"),
        ("run", {"out": 3}, "savebench.run, out: cannot take this int; name a path"),
        ("run", {"out": ""}, "savebench.run, out: cannot take this str; name a path"),
        ("run", {"storage": b"x"}, "savebench.run, storage: cannot take this bytes; name a path"),
        ("run", {"watcher": print}, "savebench.run, watcher: cannot take this builtin_function_or"),
        ("run", {"budget": [1]}, "budget [1] is not a duration; write it like 30s"),
        ("run", {"timeout": True}, "timeout True is not a duration; write it like 30s"),
        ("run", {"precision": 5}, "precision 5 is not a percentage; write it like 5%"),
        ("run", {"memory_limit": ["8GB"]}, "memory limit ['8GB'] is not a size; write it like 16"),
        ("load_run", {"folder": 3}, "savebench.load_run, folder: cannot take this int; name a pa"),
        ("load_run", {}, "savebench.load_run: missing a required argument: 'folder'"),
        ("load_history", {"folder": None}, "savebench.load_history, folder: cannot take this None"),
        ("compare", {"base": "a"}, "savebench.compare: missing a required argument: 'head'"),
        ("compare", {**BOTH, "base": 3}, "savebench.compare, base: cannot take this int; name a "),
        ("compare", {**BOTH, "margin": 3}, "margin 3 is not a percentage; write it like 5%"),
        ("compare", {**BOTH, "detect": None}, "detect None is not a percentage; write it like 5%"),
        ("compare", {**BOTH, "aliases": ["a=b"]}, "savebench.compare, aliases: cannot take this l"),
        ("compare", {**BOTH, "aliases": {"a": 1}}, "savebench.compare, aliases: cannot take this "),
        ("compare", {**BOTH, "only": 3}, "savebench.compare, only: cannot take this int; write na"),
        ("compare", {**BOTH, "strict": "no"}, "savebench.compare, strict: cannot take this str; w"),
        ("compare", {**BOTH, "trust_history": 1}, "savebench.compare, trust_history: cannot take"),
        ("ab", {"base": "a"}, "savebench.ab: missing a required argument: 'head'"),
        ("ab", {**BOTH, "base": 3}, "savebench.ab, base: cannot take this int; name a path"),
        ("ab", {**BOTH, "workloads": 3}, "savebench.ab, workloads: cannot take this int; write n"),
        ("ab", {**BOTH, "same_artifact": 1}, "savebench.ab, same_artifact: cannot take this int;"),
        ("ab", {**BOTH, "storage": 3}, "savebench.ab, storage: cannot take this int; name a path"),
        ("ab", {**BOTH, "out": 3}, "savebench.ab, out: cannot take this int; name a path"),
        ("ab", {**BOTH, "budget": "soon"}, "budget 'soon' is not a duration; write it like 30s"),
        ("ab", {**BOTH, "watch": 5}, "savebench.ab, watch: cannot take this int; it must have a "),
        ("advise", {}, "savebench.advise: missing a required argument: 'model'"),
        ("advise", {"model": None}, "savebench.advise, model: cannot take None; hand over a fitte"),
        ("advise", {"model": Path}, "savebench.advise, model: cannot take type Path; hand over a "),
        ("advise", {"model": np}, "savebench.advise, model: cannot take module numpy; hand over "),
        ("advise", {**MINE, "bandwith": 1}, "savebench.advise: there is no argument 'bandwith'; d"),
        ("advise", {**MINE, "bandwidth": "fast"}, "bandwidth 'fast' is not a rate; write it like"),
        ("advise", {**MINE, "workers": 0}, "workers 0 is not a whole number from 1 on; write it "),
        ("advise", {**MINE, "memory": [1]}, "memory [1] is not a size; write it like 16MB, 128KB"),
        ("advise", {**MINE, "cold": 1}, "savebench.advise, cold: cannot take this int; write Tru"),
        ("advise", {**MINE, "read_by": 5}, "savebench.advise, read_by: cannot take this int; wri"),
        ("advise", {**MINE, "watcher": print}, "savebench.advise, watcher: cannot take this buil"),
        ("advise", {**MINE, "watcher": True}, "savebench.advise, watcher: cannot take this bool;"),
        ("advise", {"model": "m.pkl", "X": 3}, "savebench.advise, X: cannot take this int; name "),
        ("claims", {}, "savebench.claims: missing a required argument: 'run'"),
        ("claims", {"run": 3}, "savebench.claims, run: cannot take this int; name a path"),
        ("inspect", {}, "savebench.inspect: missing a required argument: 'what'"),
        ("inspect", {"file": "x"}, "savebench.inspect: there is no argument 'file'; it takes wha"),
        ("ab", {**BOTH, "margin": "10%"}, "a change to be found of 0.1 must be larger than the m"),
    ],
)
def test_a_wrong_argument_is_one_line_that_names_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    arguments: dict[str, Any],
    fault: str,
) -> None:
    """A `UsageError`, before anything is read, measured or installed; nothing is left behind."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError) as raised:
        FUNCTIONS[name](**arguments)

    assert str(raised.value).startswith(fault)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_has_a_name_and_a_type(name: str) -> None:
    """No ``**asked``, and nothing that takes anything; what comes back has a type, too."""
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    hints = typing.get_type_hints(FUNCTIONS[name])

    kinds = {each.kind.name for each in parameters.values()}
    assert kinds <= {"POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY"}
    assert hints.keys() == {*parameters, "return"}
    ours = [str(hint) for name, hint in hints.items() if name not in ANYTHING]
    assert "Any" not in " ".join(ours)
    assert object not in hints.values()


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_takes_named_values(name: str) -> None:
    """None of them passes on what it does not know."""
    callback = VERBS[name].callback
    assert callback is not None

    parameters = inspect.signature(callback).parameters
    hints = typing.get_type_hints(callback)

    assert {each.kind.name for each in parameters.values()} <= {
        "POSITIONAL_OR_KEYWORD",
        "KEYWORD_ONLY",
    }
    assert set(parameters) == {each.name for each in VERBS[name].params}
    assert "Any" not in " ".join(map(str, hints.values()))


def _defaults(function: Callable[..., object]) -> dict[str, object]:
    return {
        name: each.default
        for name, each in inspect.signature(function).parameters.items()
        if isinstance(each.default, str | int | float) and each.default is not False
    }


def _shown(value: object) -> object:
    return f"{100 * value:g}%" if isinstance(value, float) else value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("run", {"suite": "quick", "threads": 1, "seed": 0}),
        ("compare", {"margin": "3%", "detect": "10%"}),
        ("advise", {"budget": "1min"}),
        (
            "ab",
            {
                "suite": "smoke",
                "margin": "3%",
                "detect": "10%",
                "by": "times",
                "threads": 1,
                "seed": 0,
            },
        ),
    ],
)
def test_python_and_the_command_line_have_the_same_defaults(
    name: str, expected: dict[str, object]
) -> None:
    """And what one takes, the other takes by the same name."""
    from_python = {key: _shown(value) for key, value in _defaults(FUNCTIONS[name]).items()}
    on_the_line = {
        each.name: each.default
        for each in VERBS[name].params
        if each.name in inspect.signature(FUNCTIONS[name]).parameters
    }

    assert from_python == expected
    assert {key: on_the_line[key] for key in expected} == expected


def test_a_model_that_cannot_be_asked_is_one_line(tmp_path: Path) -> None:
    """With what it raised, and nothing is left behind that would be in the way."""
    for _ in range(2):
        with pytest.raises(UsageError) as raised:
            savebench.advise(LinearRegression(), [[1.0]], budget="2s", out=tmp_path / "advice")

        assert str(raised.value).startswith(
            "the model cannot be asked: NotFittedError: This LinearRegression instance is not fit"
        )
        assert "\n" not in str(raised.value)


def test_a_class_of_a_notebook_brings_the_modules_of_what_it_is_derived_from() -> None:
    """Imported once beforehand, and not by each process that is timed."""
    mine = type("Mine", (LinearRegression,), {"__module__": "__main__"})

    modules = modules_of(mine())

    assert modules[:2] == ("numpy", "sklearn.linear_model._base")
    assert not {"__main__", "builtins"} & set(modules)


def test_the_public_names_are_those_of_before() -> None:
    """Whoever imports one goes on to find it."""
    assert set(savebench.__all__) == {
        *("Compared", "Results", "SavebenchError", "Serializer", "Unsupported", "Workload"),
        *("ab", "compare", "load_history", "load_run", "run"),
        *("Advice", "Inspected", "advise", "inspect"),
        *("Claims", "claims"),
    }
    assert all(getattr(savebench, name) is not None for name in savebench.__all__)


def test_the_types_of_a_call_are_checked_before_it_runs() -> None:
    """By mypy, as part of this project's own check: an ignore without a fault would be one."""

    def calls() -> None:  # pragma: no cover - mypy reads it, nobody runs it
        savebench.run(workloads="knn-*", budget=90, precision=0.05, out="x", memory_limit="8GB")
        savebench.run(rounds="3")  # type: ignore[arg-type]
        savebench.run(workloads=3)  # type: ignore[arg-type]
        savebench.run(nonsense=1)  # type: ignore[call-arg]
        savebench.run("knn-brute")  # type: ignore[call-arg]
        savebench.compare("a", Path("b"), margin="3%", only="*size_bytes")
        savebench.compare("a", 3)  # type: ignore[arg-type]
        savebench.ab(base="joblib==1.4.2", head=Path("new/bin/python"), same_artifact=True)
        savebench.ab(base="joblib==1.4.2")  # type: ignore[call-arg]
        typing.assert_type(savebench.load_run("x"), Results)

    assert callable(calls)


def test_every_example_in_the_docstrings_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which a person would try them, in one folder."""
    monkeypatch.chdir(tmp_path)
    finder = doctest.DocTestFinder()
    names = ("run", "load_run", "claims", "compare", "load_history", "ab", "advise", "inspect")
    functions = [getattr(api, name) for name in names]
    found = {f"api.{each.__name__}": finder.find(each)[0] for each in functions}
    runner = doctest.DocTestRunner()

    for name in names:
        assert found[f"api.{name}"].examples
        runner.run(found[f"api.{name}"], out=sys.stderr.write)

    assert runner.summarize(verbose=False).failed == 0
