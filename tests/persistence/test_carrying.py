"""Models go to a fresh process and answer there; those that cannot are told apart, with reasons."""

import pickle
import sys
import xml.dom.minidom  # noqa: F401 - what the Borrower relies on
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import joblib  # noqa: F401 - before dill, which teaches lambdas to picklers made after it
import numpy as np
import pytest

from savebench.errors import UsageError
from savebench.launch.child import Child
from savebench.launch.line import DescriptorLine, Line
from savebench.launch.messages import Answer, Task
from savebench.launch.spawn import SpawnLauncher
from savebench.measuring.site import here
from savebench.persistence.carrying import check_all, in_our_words
from savebench.persistence.fixture import PersistenceFixture
from savebench.persistence.result import PersistenceError
from tests.persistence.models import (
    Anew,
    Borrower,
    Doubler,
    Mutable,
    Opaque,
    Shuffled,
    WithArray,
    draw,
    jitter,
    threads,
)

X = np.arange(5.0)


class Homemade(Doubler):
    """A model that lives in a test module."""


class FakeProcess:
    """A process that was never started."""

    line: Line = DescriptorLine(-1, -1)

    def kill(self, number: int = 0) -> None:
        """Do nothing."""

    def wait(self, timeout_s: float) -> int | None:
        """Return that it has ended."""
        del timeout_s
        return 0

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture
def by_value() -> Iterator[None]:
    """Have cloudpickle store what this module defines."""
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


def _message(check: PersistenceFixture, model: Any, *serializers: str) -> str:
    with pytest.raises(PersistenceError) as caught:
        check(model, X, serializers=serializers)
    return str(caught.value)


def _row(message: str, serializer: str) -> str:
    """Return the message's line on a serializer."""
    return next(line for line in message.splitlines() if line.strip().startswith(f"{serializer} "))


def test_a_model_that_survives_comes_back_with_sizes(check: PersistenceFixture) -> None:
    """With pickle and joblib unless others are asked for."""
    result = check(Doubler(), X)
    assert [line.serializer for line in result.lines] == ["pickle", "joblib"]
    assert {line.outcome for line in result.lines} == {"ok"}
    assert result["pickle"].size_bytes == len(pickle.dumps(Doubler(), protocol=5))
    assert "pickle" in str(result)
    assert list(result.to_frame()["outcome"]) == ["ok", "ok"]


def test_a_class_of_the_test_module_is_refused_with_what_to_do(check: PersistenceFixture) -> None:
    """Production has no such module, so neither has the fresh process."""
    message = _message(check, Homemade(), "pickle", "cloudpickle", "dill")
    assert "3 of 3 serializers do not carry this Homemade" in message
    for serializer in ("pickle", "cloudpickle", "dill"):
        assert "stores class Homemade of tests.persistence.test_carrying by reference" in _row(
            message, serializer
        )
    assert "only this test run can import" in message
    assert (
        "After cloudpickle.register_pickle_by_value(tests.persistence.test_carrying), "
        "cloudpickle carries this model as it is (tried)."
    ) in message


@pytest.mark.skipif(sys.platform == "win32", reason="ulimit is POSIX")
def test_a_load_that_maps_too_many_arrays_says_which_limit_it_met(
    check: PersistenceFixture,
) -> None:
    """A process that may have 256 files open cannot map 400 arrays with one descriptor each."""
    import resource

    model = Doubler()
    vars(model)["arrays"] = [np.zeros(2) for _ in range(400)]
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    try:
        message = _message(check, model, "joblib", "joblib-mmap")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (
        "load ran out of file descriptors: ulimit -n allows 256, and each array that is mapped "
        "keeps one open; raise it with: ulimit -n "
    ) in _row(message, "joblib-mmap")
    assert "joblib ok" in " ".join(message.split())


@pytest.mark.usefixtures("by_value")
def test_the_advice_for_a_class_of_the_test_module_works(check: PersistenceFixture) -> None:
    """Cloudpickle carries it by value, once told to."""
    assert check(Homemade(), X, serializers="cloudpickle")["cloudpickle"].outcome == "ok"


def _closure(factor: int) -> Callable[[Any], Any]:
    def times(x: Any) -> Any:
        return x * factor

    return times


@pytest.mark.parametrize(
    ("function", "name"),
    [(lambda x: x * 3, "the lambda in line"), (_closure(3), "the closure times that")],
    ids=["lambda", "closure"],
)
def test_who_carries_a_function_without_a_name_is_told(
    check: PersistenceFixture, function: Callable[[Any], Any], name: str
) -> None:
    """Pickle cannot store it, dill refers to the test module, cloudpickle carries it."""
    message = _message(check, Doubler(function), "pickle", "cloudpickle", "dill", "joblib")
    assert f"cannot store function: {name}" in _row(message, "pickle")
    assert f"cannot store function: {name}" in _row(message, "joblib")
    assert "refers to tests.persistence.test_carrying" in _row(message, "dill")
    assert _row(message, "cloudpickle").split()[1] == "ok"
    assert "Of those asked for, cloudpickle carries this model as it is." in message


def test_a_local_class_is_refused_by_pickle_only(check: PersistenceFixture) -> None:
    """Cloudpickle stores the class itself."""

    class Local:
        def predict(self, x: Any) -> Any:
            return x

    message = _message(check, Local(), "pickle", "cloudpickle", "skops")
    assert "the model itself: an object of the local class Local" in _row(message, "pickle")
    assert _row(message, "cloudpickle").split()[1] == "ok"
    assert "refuses types that nobody has reviewed" in _row(message, "skops")


def test_the_base_of_a_local_class_is_found_too(check: PersistenceFixture) -> None:
    """Who stores the class itself refers to its base."""

    class Local(Homemade):
        pass

    message = _message(check, Local(), "cloudpickle")
    assert "stores class Homemade of" in _row(message, "cloudpickle")


def test_a_forest_whose_threads_add_up_as_they_arrive_survives(check: PersistenceFixture) -> None:
    """It answers with one worker here and there, so that its sums have one order."""
    from sklearn.ensemble import RandomForestRegressor

    data = np.random.default_rng(0).normal(size=(200, 5))
    model = RandomForestRegressor(50, n_jobs=-1, random_state=0).fit(data, data.sum(axis=1))
    result = check(model, data, serializers=["pickle"])
    assert result["pickle"].outcome == "ok"
    assert result.notes == ()


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            Shuffled(f"word {number}" for number in range(30)),
            "this model's own answers follow hash(): they differ between processes",
        ),
        (Doubler(draw), "between calls: it draws random numbers, or asking changes it"),
        (Doubler(jitter), "between calls: sums in another order"),
    ],
    ids=["hash", "random", "rounding"],
)
def test_a_model_that_does_not_equal_itself_is_named_and_no_serializer_blamed(
    check: PersistenceFixture, model: Any, words: str
) -> None:
    """Answers are compared within what the model itself varies."""
    result = check(model, X, serializers=["pickle", "joblib"])
    assert {line.outcome for line in result.lines} == {"ok"}
    (note,) = result.notes
    assert words in note


def test_what_is_made_anew_by_each_load_is_a_mismatch(check: PersistenceFixture) -> None:
    """The model here equals itself; what was saved of it never does."""
    message = _message(check, Anew(), "pickle")
    assert "mismatch" in _row(message, "pickle")
    assert "what was saved answers differently in every process that loads it" in message


def test_a_serializer_that_answers_wrong_is_found_beside_one_that_is_right(
    check: PersistenceFixture, planted: object
) -> None:
    """One exact answer in another process shows that the model is steady."""
    del planted
    message = _message(check, Doubler(), "pickle", "planted-wrong")
    assert "mismatch" in _row(message, "planted-wrong")
    assert "1 of 2 serializers does not carry" in message


def test_an_import_that_only_others_did_is_found(check: PersistenceFixture) -> None:
    """The reason says what is missing."""
    message = _message(check, Borrower(), "pickle")
    assert "predict raised AttributeError: module 'xml' has no attribute 'dom'" in message
    assert "import it where it is used" in message


def test_saving_that_changes_the_model_is_a_mismatch(check: PersistenceFixture) -> None:
    """Answers are taken before; the first method that there is gives them."""
    message = _message(check, Mutable(), "pickle")
    assert "values differ by up to 12" in message
    assert "Asked again in the test run, after saving, the model itself answers diff" in message


@pytest.mark.usefixtures("planted")
def test_a_glob_may_match_what_does_not_support_the_model(check: PersistenceFixture) -> None:
    """What is named in full must carry it."""
    result = check(Doubler(), X, serializers=["pickle", "planted-refus[e]"])
    assert result["planted-refuse"].outcome == "unsupported"
    with pytest.raises(PersistenceError, match="1 of 2 serializers does not carry this Doubler"):
        check(Doubler(), X, serializers=["pickle", "planted-refuse"])


@pytest.mark.usefixtures("planted")
def test_a_load_that_kills_its_process_fails_the_test_only(check: PersistenceFixture) -> None:
    """And so does one that hangs."""
    with pytest.raises(PersistenceError) as caught:
        check(Doubler(), X, serializers=["planted-segfault", "planted-hang"], timeout="1s")
    message = str(caught.value)
    assert "load killed the process with SIGSEGV" in message
    assert "did not end within 1 s and was killed; give it longer with timeout=" in message


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (Opaque, "a Opaque, which cannot be compared: it does not equal its own copy"),
        (WithArray, "a WithArray, which .* its own copy .ValueError: The truth value"),
    ],
)
def test_answers_that_nothing_can_compare_are_a_usage_error(
    check: PersistenceFixture, function: Callable[[Any], Any], message: str
) -> None:
    """Else every serializer would seem to lose the model."""
    with pytest.raises(UsageError, match=f"the answer of predict.. is {message}.*name a method"):
        check(Doubler(function), X)


def test_answers_are_asked_for_with_one_thread(check: PersistenceFixture) -> None:
    """As the fresh processes answer: more threads sum in another order."""
    result = check(Doubler(threads), np.ones((2, 2)))
    assert {line.outcome for line in result.lines} == {"ok"}


def test_a_dump_that_exits_fails_its_serializer_only(
    check: PersistenceFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test run goes on."""
    monkeypatch.setattr("savebench.persistence.carrying.written_bytes", lambda _: sys.exit(3))
    with pytest.raises(PersistenceError, match=r"pickle +crashed +dump raised SystemExit: 3"):
        check(Doubler(), X, serializers="pickle")


def test_an_input_may_be_named_as_scikit_learn_names_it(check: PersistenceFixture) -> None:
    """Also by a keyword."""
    assert check(Doubler(), X=X, serializers="pickle")["pickle"].outcome == "ok"


def test_an_export_that_answers_differently_says_by_how_much(check: PersistenceFixture) -> None:
    """In single precision: no failure, but to be known."""
    pytest.importorskip("skl2onnx")
    from sklearn.linear_model import LinearRegression

    data = np.linspace(0, 1, 30).reshape(10, 3) ** 2
    result = check(LinearRegression().fit(data, data.sum(axis=1) / 3), data, serializers="onnx")
    (note,) = result.notes
    assert note.startswith("onnx keeps what answers, not the model, and answers differently: ")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("check killed the process with SIGSEGV", "load killed the process with SIGSEGV"),
        ("dump raised E: check this", "dump raised E: check this"),
        (
            "check did not end; give it longer with --timeout",
            "load did not end; give it longer with timeout=",
        ),
        (
            "check was killed by the kernel for want of memory; lower --memory-limit",
            "load was killed by the kernel for want of memory",
        ),
    ],
)
def test_reasons_name_no_option_of_the_command_line(reason: str, expected: str) -> None:
    """And a serializer's own words stay as they are."""
    assert in_our_words(reason) == expected


def test_preparing_may_take_as_long_as_loading(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A longer timeout is given to slow imports too."""
    waited: list[float] = []
    monkeypatch.setattr(Child, "await_ready", lambda _, timeout_s: waited.append(timeout_s))
    monkeypatch.setattr(Child, "open_gate", lambda _: None)
    monkeypatch.setattr(Child, "finish", lambda *_: Answer())
    monkeypatch.setattr(SpawnLauncher, "start", lambda _, task: Child(FakeProcess(), task, int))
    task = Task(kind="check", model_folder="", scratch="")
    check_all({"pickle": task}, 1.0, here(tmp_path))
    check_all({"pickle": task}, 300.0, here(tmp_path))
    assert waited == [60.0, 300.0]


def test_an_input_of_the_test_module_is_a_usage_error(check: PersistenceFixture) -> None:
    """The fresh process could not read it."""
    with pytest.raises(UsageError, match=r"the input X holds class Homemade of .* ask with arrays"):
        check(Doubler(), Homemade())


def test_an_input_that_cannot_be_pickled_is_a_usage_error(check: PersistenceFixture) -> None:
    """The message names the input, not the model, and where in it."""
    with pytest.raises(
        UsageError, match=r"the input X cannot be pickled: \[-1\]: a generator; ask"
    ):
        check(Doubler(), [1, (number for number in range(3))])
    with pytest.raises(UsageError, match="the input X cannot be pickled: a generator; ask with"):
        check(Doubler(), (number for number in range(3)))
