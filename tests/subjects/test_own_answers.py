"""Models that differ from themselves, or that pickle does not carry: who is to blame, for real."""

from collections.abc import Mapping
from pathlib import Path

import pytest

import savebench
from savebench.records.schema import Record, Run
from tests.conftest import PLANTED

MODELS = (
    *("draws", "hashes", "objects", "forgets", "anew"),
    *("lambda", "mutex", "unsaveable", "refuses", "no-probe"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Measure every model once, with three rows that carry more and more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLANTED))
        patch.setenv("PYTHONPATH", str(PLANTED))
        return savebench.run(
            workloads=[f"planted-{name}" for name in MODELS],
            serializers=["pickle", "cloudpickle", "dill"],
            rounds=1,
            out=tmp_path_factory.mktemp("own") / "run",
        ).run


def _outcomes(run: Run, model: str) -> dict[str, str]:
    """Return each serializer's worst outcome."""
    found: dict[str, str] = {}
    for record in _records(run, model):
        name = record.case.serializer
        found[name] = record.outcome if found.get(name, "ok") == "ok" else found[name]
    return found


def _records(run: Run, model: str) -> list[Record]:
    return [record for record in run.records if record.case.workload == f"planted-{model}"]


def _reasons(run: Run, model: str) -> set[str]:
    return {record.reason for record in _records(run, model) if record.outcome != "ok"}


def _all(outcome: str) -> Mapping[str, str]:
    return dict.fromkeys(("pickle", "cloudpickle", "dill"), outcome)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("draws", "it draws random numbers, or asking changes it"),
        ("hashes", "this model's own answers follow hash()"),
        ("objects", "cannot be compared: a object does not equal its own copy"),
    ],
)
def test_a_model_that_does_not_equal_itself_is_named_and_no_serializer_blamed(
    run: Run, model: str, words: str
) -> None:
    """In the header, and in the record of each load."""
    assert _outcomes(run, model) == _all("ok")
    assert words in run.header.workloads[f"planted-{model}@1KB"].varies
    loads = [record for record in _records(run, model) if record.trial == "load"]
    assert len(loads) == 3
    assert all(words in record.facts["varies"] for record in loads)


def test_a_model_that_saving_changes_is_a_mismatch(run: Run) -> None:
    """It equals itself before it is saved, and afterwards: but those are two models."""
    assert _outcomes(run, "forgets") == _all("mismatch")
    assert not run.header.workloads["planted-forgets@1KB"].varies
    assert all("values differ by up to 3" in reason for reason in _reasons(run, "forgets"))


def test_what_is_made_anew_by_each_load_is_a_mismatch_and_said_as_such(run: Run) -> None:
    """The reason says where to look."""
    assert _outcomes(run, "anew") == _all("mismatch")
    for reason in _reasons(run, "anew"):
        assert "not saved, but made anew by each load, or the process's own" in reason


@pytest.mark.parametrize(
    ("model", "kept_by", "outcomes"),
    [
        ("lambda", "cloudpickle", {"pickle": "failed", "cloudpickle": "ok", "dill": "ok"}),
        ("mutex", "dill", {"pickle": "failed", "cloudpickle": "failed", "dill": "ok"}),
    ],
)
def test_a_model_that_pickle_does_not_carry_is_measured_by_rows_that_do(
    run: Run, model: str, kept_by: str, outcomes: dict[str, str]
) -> None:
    """The first that carries it keeps it for the dumps of all."""
    assert _outcomes(run, model) == outcomes
    assert run.header.workloads[f"planted-{model}@1KB"].reference == kept_by


def test_a_model_that_nothing_carries_costs_each_row_its_own_reason(run: Run) -> None:
    """It is built anew for each dump."""
    assert _outcomes(run, "unsaveable") == _all("failed")
    assert {record.trial for record in _records(run, "unsaveable")} == {"dump"}
    assert all("planted: I stay where I am" in reason for reason in _reasons(run, "unsaveable"))


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("refuses", "its first predict() raised ValueError: no answers today to 5 questions"),
        ("no-probe", "making its probe raised RuntimeError: no probe"),
    ],
)
def test_the_step_that_failed_is_named(run: Run, model: str, reason: str) -> None:
    """It was not the build."""
    (told,) = _reasons(run, model)
    assert told.startswith(f"the model was built, but {reason}")


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("launch", ["spawn", "zygote"])
def test_what_a_load_imports_is_imported_beforehand(tmp_path: Path, launch: str) -> None:
    """0.3 s of it are no cost of a serializer; one that imports by itself pays, and it is said."""
    run = savebench.run(
        workloads=["planted-slow-import", "planted-tiny@1KB"],
        serializers=["pickle", "planted-late"],
        rounds=1,
        launch=launch,
        out=tmp_path / "run",
    ).run
    loads = {record.case: record for record in run.records if record.trial == "load"}
    by_name = {(case.workload, case.serializer): record for case, record in loads.items()}

    imported_before = by_name["planted-slow-import", "pickle"]
    assert imported_before.metrics["load_s"] < 0.3
    assert "imported" not in imported_before.facts
    assert "planted_slow" in run.header.workloads["planted-slow-import@1KB"].imports

    if launch == "spawn":  # a run's zygote imports for all of its models
        late = by_name["planted-tiny", "planted-late"]
        assert late.metrics["load_s"] >= 0.3
        assert late.facts["imported"] == ["planted_slow"]


@pytest.mark.usefixtures("planted")
def test_a_model_that_follows_the_hash_seed_by_halves_is_found_out_late(tmp_path: Path) -> None:
    """The first process may answer alike by chance; a mismatch later is looked at once more."""
    run = savebench.run(
        workloads=["planted-hashes-rarely"], serializers=["pickle"], rounds=8, out=tmp_path / "run"
    ).run
    loads = [record for record in run.records if record.trial == "load"]
    assert {record.outcome for record in loads} == {"ok"}
    assert len({record.facts["exact"] for record in loads}) == 2
