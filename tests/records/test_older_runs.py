"""Older runs read as new ones do: a trial's cost, and control trials, lay among their facts."""

import json
from pathlib import Path

import pytest

from savebench.comparing.sides.side import side_of_run
from savebench.history.reading import read_medians
from savebench.machine.noise import noise_of_run, noise_sentence
from savebench.measuring.plan import progress_of
from savebench.records.schema import Run, encode_line
from savebench.records.store import read_run
from savebench.report.run.page import write_report
from tests.fakes import control_record
from tests.report.synthetic import RunBuilder

ROUNDS = 6


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Write a run as it is written now, its control trials noisy."""
    run = RunBuilder(models=["knn-brute@1MB"], rounds=ROUNDS).build()
    controls = [
        control_record(number, {"kernels": {"cpu_s": 0.004 * (1 + number % 2)}})
        for number in range(1, ROUNDS + 1)
    ]
    return _written(tmp_path / "new", Run(run.header, [*run.records, *controls]))


@pytest.fixture
def old(new: Path, tmp_path: Path) -> Path:
    """Write the same as an older version did."""
    header, *lines = (new / "run.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    kernels = {
        each["round"]: each["facts"]["kernels"] for each in records if each["trial"] == "control"
    }
    trials = [each for each in records if each["trial"] != "control"]
    for each in trials:
        each["facts"]["wall_s"] = each.pop("wall_s")
        if each["round"] in kernels:
            each["facts"]["kernels"] = kernels.pop(each["round"])
    folder = tmp_path / "old"
    folder.mkdir()
    text = "\n".join([header, *map(json.dumps, trials)]) + "\n"
    (folder / "run.jsonl").write_text(text, encoding="utf-8")
    return folder


def _written(folder: Path, run: Run) -> Path:
    folder.mkdir()
    lines = [encode_line(run.header), *(encode_line(record) for record in run.records)]
    (folder / "run.jsonl").write_bytes(b"".join(lines))
    return folder


def test_a_comparison_knows_the_same_of_them(new: Path, old: Path) -> None:
    """Series, troubles, and the control kernels by which times are divided."""
    expected = side_of_run(read_run(new), "run")
    assert len(expected.kernels) == ROUNDS
    assert side_of_run(read_run(old), "run") == expected


def test_the_same_is_said_of_their_noise(new: Path, old: Path) -> None:
    """The kernels of the rounds, not those before them."""
    expected = noise_of_run(read_run(new))
    assert expected is not None
    assert expected.kernels["cpu_s"].n == ROUNDS
    assert noise_of_run(read_run(old)) == expected
    assert noise_sentence(read_run(old)) == noise_sentence(read_run(new)) != ""


def test_a_history_has_the_same_points_and_paces(new: Path, old: Path) -> None:
    """Medians of each series, and of each kernel."""
    expected, found = read_medians(new), read_medians(old)
    assert expected.kernels == {"cpu_s": 0.006}
    assert found.kernels == expected.kernels
    assert found.medians == expected.medians


def test_a_resumed_run_plans_alike(new: Path, old: Path) -> None:
    """What each case has had, and what it cost."""
    run = read_run(new)
    cases, kinds = run.header.cases, run.header.settings.kinds
    expected = progress_of(cases, kinds, run.records)
    assert expected[run.header.cases[0]].spent_s > 1
    assert progress_of(cases, kinds, read_run(old).records) == expected


def test_their_reports_are_alike(new: Path, old: Path, tmp_path: Path) -> None:
    """To the last character: no control trial is counted among the trials."""
    texts = [
        write_report(read_run(folder), tmp_path / "report").read_text(encoding="utf-8")
        for folder in (new, old)
    ]
    assert texts[1] == texts[0]
