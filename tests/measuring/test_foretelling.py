"""Codecs that would take too much of the budget are left out, with the figure."""

from pathlib import Path

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.launch.launchers import SPAWN, make_launcher
from savebench.launch.messages import Answer, RowRef, Task
from savebench.launch.surroundings import Surroundings
from savebench.measuring import foretelling
from savebench.measuring.foretelling import too_slow
from savebench.measuring.setups import CaseSetup, setup_of
from savebench.records.schema import Case
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject
from savebench.trial.reference import save_model
from tests.fakes import FakeClock, FakeLauncher, case


def _setups(*names: str, size: str = "4GB", model_bytes: int = 4 * 10**9) -> dict[Case, CaseSetup]:
    facts = BuiltModel(model_bytes=model_bytes)
    subject = Subject(name="model", method="predict", folder=Path("models"), facts=facts)
    return {
        case(name, size=size): CaseSetup(
            subject=subject, serializer=RowRef("rows", name), modules=()
        )
        for name in names
    }


def _sampled(task: Task) -> tuple[float, Answer]:
    """Dump and load a sample of 3 MB: xz in a second each, the others in a thousandth."""
    assert task.serializer is not None
    took_s = 1.0 if task.serializer.name == "xz" else 0.001
    metrics = {"dump_s": took_s, "load_s": took_s}
    return took_s, Answer(metrics=metrics, facts={"sample_bytes": 3 * 10**6})


def test_a_codec_that_would_take_more_than_its_share_is_left_out_with_the_figure(
    tmp_path: Path,
) -> None:
    """4 GB at 3 MB/s to dump and as much to load take 44 minutes."""
    launcher = FakeLauncher(FakeClock(), _sampled)

    found = too_slow(_setups("xz", "pickle"), launcher, tmp_path, 3600)

    assert found == {
        case("xz", size="4GB"): (
            "not tried: at 3 MB/s to dump and 3 MB/s to load, as a sample suggests, once would "
            "take about 44 min 27 s for 4 GB, more than its share of the budget, 30 min 00 s; "
            "give it more with --budget"
        )
    }


def test_a_workload_is_sampled_once_for_all_its_sizes(tmp_path: Path) -> None:
    """Its bytes are of one kind."""
    launcher = FakeLauncher(FakeClock(), _sampled)
    setups = _setups("xz") | _setups("xz", size="1GB", model_bytes=10**9)

    found = too_slow(setups, launcher, tmp_path, 3600)

    assert len(launcher.tasks) == 1
    assert list(found) == [case("xz", size="4GB")]


def test_small_models_are_not_sampled(tmp_path: Path) -> None:
    """To measure them takes no longer."""
    launcher = FakeLauncher(FakeClock(), _sampled)
    assert not too_slow(_setups("xz", model_bytes=10**6), launcher, tmp_path, 0.1)
    assert not launcher.tasks


def test_samples_take_a_twentieth_of_the_budget_at_most(tmp_path: Path) -> None:
    """Of who has no turn then, nothing is foretold."""
    clock = FakeClock()
    launcher = FakeLauncher(clock, lambda task: (11.0, _sampled(task)[1]))

    too_slow(_setups("a", "b", "c", "d"), launcher, tmp_path, 400, clock)

    assert len(launcher.tasks) == 2


def test_the_baseline_is_measured_in_any_case(tmp_path: Path) -> None:
    """Ratios need it."""
    launcher = FakeLauncher(FakeClock(), _sampled)
    assert not too_slow(_setups("pickle"), launcher, tmp_path, 0.001)
    assert not launcher.tasks


def test_a_serializer_that_fails_on_a_sample_is_tried_on_the_model(tmp_path: Path) -> None:
    """A sample is an array of bytes, and not every row saves those."""
    refused = Answer(outcome="unsupported", reason="no estimator")
    launcher = FakeLauncher(FakeClock(), lambda _: (0.1, refused))
    assert not too_slow(_setups("onnx"), launcher, tmp_path, 3600)


@pytest.mark.usefixtures("planted")
def test_a_real_process_tells_a_slow_codec_from_a_quick_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 400 KB, one that takes a second a megabyte is out where a tenth of a second is left."""
    monkeypatch.setattr(foretelling, "_FROM_BYTES", 1)
    (tmp_path / "model").mkdir()
    save_model(tmp_path / "model", bytes(400_000))
    facts = BuiltModel(model_bytes=400_000)
    subject = Subject(name="m", method="predict", folder=tmp_path / "model", facts=facts)
    rows = load_catalogue().serializers
    names = ("planted-crawl", "planted-good")
    setups = {case(name): setup_of(subject, rows[name]) for name in names}

    launcher = make_launcher(SPAWN, Surroundings(), ())
    found = too_slow(setups, launcher, tmp_path, 0.2, clock=lambda: 0.0)

    assert list(found) == [case("planted-crawl")]
    assert "for 400 KB, more than its share of the budget, 100 ms" in found[case("planted-crawl")]
