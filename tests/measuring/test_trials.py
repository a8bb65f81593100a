"""Every outcome, for real, on both launchers: planted serializers that fail in one way each."""

import json
from pathlib import Path
from typing import Any

import pytest

import savebench
from savebench.errors import UsageError
from savebench.launch.launchers import available
from savebench.records.schema import Record, of_cases
from savebench.system.files import digest
from savebench.trial.operations import fingerprint

LAUNCHERS = available()[::-1]

pytestmark = pytest.mark.usefixtures("planted")


def _measure(folder: Path, launch: str, *serializers: str, rounds: int = 1) -> list[Record]:
    from savebench.measuring.run import Silent
    from savebench.measuring.settings import Request
    from savebench.running import measure_only

    request = Request(
        workloads=["planted-tiny@1KB"],
        serializers=serializers,
        rounds=rounds,
        launch=launch,
        timeout="2s",
        memory_limit="700MB",
        out=folder / "run",
    )
    return measure_only(request, Silent()).run.records


FAULTS = {
    "planted-raise": ("failed", "load.* raised ValueError: planted | `trouble` in two lines"),
    "planted-refuse": ("unsupported", "planted: this model cannot be carried"),
    "planted-segfault": ("crashed", "killed the process with SIGSEGV"),
    "planted-kill": ("crashed", "killed the process with SIGKILL"),
    "planted-exit": ("crashed", "ended the process with exit code 3"),
    "planted-sys-exit": ("crashed", "raised SystemExit: planted farewell"),
    "planted-hang": ("timeout", "did not end within 2 s and was killed; give it longer"),
    "planted-hang-with-child": ("timeout", "did not end within 2 s"),
    "planted-hoard": ("out-of-memory", "over the limit of 700 MB; raise it with --memory-limit"),
    "planted-nothing": ("failed", "wrote nothing at the path it was given"),
    "planted-beside": ("failed", "outside the path it was given: model.npy (1 KB) beside it;"),
    "planted-litter": ("failed", "in the folder above, model.pkl (.*, and nothing at the path; a"),
    "planted-link": ("failed", "dump made a link to /.*.planted, at the path it was given; a dump"),
    "planted-wrong": ("mismatch", "answers differently: values differ by up to 0.5"),
    "planted-none": ("failed", "load returned a NoneType without predict()"),
}


@pytest.fixture(scope="module", params=LAUNCHERS)
def faulty_records(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[Record]:
    """Measure every fault at once: none may disturb another."""
    from tests.conftest import PLANTED

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLANTED))
        patch.setenv("PYTHONPATH", str(PLANTED))
        folder = tmp_path_factory.mktemp(request.param)
        return _measure(folder, request.param, "planted-good", *FAULTS)


@pytest.mark.parametrize("name", list(FAULTS))
def test_a_fault_costs_one_record_with_a_reason(faulty_records: list[Record], name: str) -> None:
    """The outcome says what kind, the reason what happened."""
    outcome, reason = FAULTS[name]
    bad = [
        record
        for record in faulty_records
        if record.case.serializer == name and record.outcome != "ok"
    ]
    assert len(bad) == 1
    assert bad[0].outcome == outcome
    for part in reason.split(".*"):
        assert part in bad[0].reason


def test_faults_leave_the_others_alone(faulty_records: list[Record]) -> None:
    """The good serializer has all its trials."""
    good = [record for record in faulty_records if record.case.serializer == "planted-good"]
    assert {record.outcome for record in good} == {"ok"}
    assert {record.trial for record in good} >= {"dump", "load"}


@pytest.mark.parametrize("launch", LAUNCHERS)
def test_what_a_serializer_prints_is_a_fact_and_breaks_nothing(tmp_path: Path, launch: str) -> None:
    """Even when it prints what looks like an answer."""
    records = _measure(tmp_path, launch, "planted-print")
    loads = [record for record in records if record.trial == "load"]
    assert loads[0].outcome == "ok"
    printed = loads[0].facts["printed"]
    assert printed.count("planted noise on stdout") == 1
    assert printed.count("planted noise on stderr") == 1


@pytest.mark.parametrize("launch", LAUNCHERS)
def test_a_folder_is_an_artifact_too(tmp_path: Path, launch: str) -> None:
    """Its size is all the bytes under it."""
    records = _measure(tmp_path, launch, "planted-folder", "planted-good")
    assert {record.outcome for record in records} == {"ok"}
    sizes = {
        record.case.serializer: record.metrics["size_bytes"]
        for record in records
        if record.trial == "dump"
    }
    assert sizes["planted-folder"] == sizes["planted-good"]


@pytest.mark.parametrize("launch", LAUNCHERS)
def test_what_a_dump_tidies_up_is_no_fault(tmp_path: Path, launch: str) -> None:
    """Nor a link within, which counts once; nor what a rehearsal left."""
    records = _measure(tmp_path, launch, "planted-tidy", "planted-good", rounds=2)
    assert {record.outcome for record in records} == {"ok"}
    sizes = {
        (record.case.serializer, record.metrics["size_bytes"])
        for record in records
        if record.trial == "dump"
    }
    assert len({size for _, size in sizes}) == 1


def test_a_trial_yields_the_metrics_of_its_kind(tmp_path: Path) -> None:
    """And says where and when it ran."""
    records = _measure(tmp_path, LAUNCHERS[-1], "planted-good")
    metrics = {record.trial: set(record.metrics) for record in records}
    assert metrics["dump"] == {"dump_s", "dump_sync_s", "size_bytes"}
    assert metrics["load"] == {"load_s", "predict_s", "load_predict_s"}
    assert all(record.launch == LAUNCHERS[-1] for record in of_cases(records))


def test_load_and_first_answer_add_up(tmp_path: Path) -> None:
    """The sum is the sum, in every trial."""
    records = _measure(tmp_path, LAUNCHERS[-1], "planted-good", rounds=3)
    for record in records:
        if record.trial == "load":
            total_s = record.metrics["load_s"] + record.metrics["predict_s"]
            assert record.metrics["load_predict_s"] == pytest.approx(total_s)


def test_two_dumps_of_the_same_model_have_the_same_digest(tmp_path: Path) -> None:
    """Whether a serializer repeats is a fact on record."""
    records = _measure(tmp_path, LAUNCHERS[-1], "planted-good", rounds=3)
    assert len({record.facts["digest"] for record in records if record.trial == "dump"}) == 1


def test_a_large_artifact_is_not_read_again_for_its_digest(tmp_path: Path) -> None:
    """That would take longer than what is measured; what is not there cannot be read."""
    small = tmp_path / "small"
    small.write_bytes(b"model")

    assert fingerprint(small, 5) == {"digest": digest(small)}
    assert fingerprint(tmp_path / "large", 256 * 10**6 + 1) == {}


@pytest.mark.parametrize("launch", LAUNCHERS)
def test_planted_costs_read_as_planted(tmp_path: Path, launch: str) -> None:
    """7 ms in dump and 23 ms in load, as ratios with room for a busy machine."""
    from statistics import median

    records = _measure(tmp_path, launch, "planted-burn", rounds=7)
    dump_s = median(record.metrics["dump_s"] for record in records if record.trial == "dump")
    load_s = median(record.metrics["load_s"] for record in records if record.trial == "load")
    assert 1.0 <= dump_s / 0.007 < 1.5
    assert 1.0 <= load_s / 0.023 < 1.5
    assert 2.3 < load_s / dump_s < 4.5


@pytest.mark.parametrize("launch", LAUNCHERS)
def test_a_planted_peak_reads_as_planted(tmp_path: Path, launch: str) -> None:
    """96 MiB that a load touches and frees again."""
    peaks = {
        record.case.serializer: record.metrics["load_peak_bytes"]
        for record in _measure(tmp_path, launch, "planted-touch", "planted-good")
        if record.trial == "load-memory"
    }
    planted_bytes = peaks["planted-touch"] - peaks["planted-good"]
    assert planted_bytes == pytest.approx(96 * 2**20, rel=0.05)


def test_a_model_that_cannot_be_built_costs_its_cases(tmp_path: Path) -> None:
    """One record each, with the reason; the run goes on."""
    results = savebench.run(
        workloads=["planted-tiny@1KB", "planted-unbuildable"],
        serializers=["pickle"],
        rounds=1,
        out=tmp_path / "run",
    )
    failed = results.failures
    assert [record.case.workload for record in failed] == ["planted-unbuildable"]
    assert "could not be built: build raised ZeroDivisionError" in failed[0].reason


def test_no_process_and_no_scratch_is_left(tmp_path: Path) -> None:
    """Not even the child that a hanging serializer started."""
    import psutil

    _measure(tmp_path, LAUNCHERS[-1], "planted-hang-with-child", "planted-good")
    ours = [
        process
        for process in psutil.process_iter(["cmdline", "cwd"])
        if str(tmp_path) in str(process.info)
    ]
    assert ours == []
    assert not (tmp_path / "run" / "work").exists()


def test_an_import_that_ends_the_process_costs_one_record(tmp_path: Path) -> None:
    """The zygote that tried it is given up; the trial itself finds out."""
    records = _measure(tmp_path, LAUNCHERS[-1], "planted-bad-import", "planted-good")
    bad = [each for each in records if each.case.serializer == "planted-bad-import"]
    assert [each.outcome for each in bad] == ["crashed"]
    good = [each for each in records if each.case.serializer == "planted-good"]
    assert {each.outcome for each in good} == {"ok"}


@pytest.mark.parametrize(
    "wrong", [{"rounds": "3"}, {"suite": ["x"]}, {"workloads": [3]}, {"nonsense": 1}]
)
def test_a_wrong_argument_from_python_is_a_usage_error(wrong: dict[str, Any]) -> None:
    """Not an accident later on."""
    with pytest.raises(UsageError, match=r"savebench\.run"):
        savebench.run(**wrong)


def test_the_run_file_is_plain_json_lines(tmp_path: Path) -> None:
    """A header, then records, whatever happened."""
    _measure(tmp_path, LAUNCHERS[-1], "planted-good", "planted-raise")
    lines = (tmp_path / "run" / "run.jsonl").read_text(encoding="utf-8").splitlines()
    header, *records = [json.loads(line) for line in lines]
    assert header["schema"] == 1
    assert all(record["schema"] == 1 and record["case"] for record in records)


def test_a_run_keeps_the_noise_of_the_moment_before_it(tmp_path: Path) -> None:
    """Five kernels, at least five processes each; each round's own are a record of the run."""
    results = savebench.run(
        workloads="planted-tiny@1KB", serializers="pickle", rounds=1, out=tmp_path / "run"
    )

    noise = savebench.load_run(tmp_path / "run").run.header.noise
    assert noise is not None
    assert len(noise.kernels) == 5
    assert all(kernel.n >= 5 for kernel in noise.kernels.values())
    controls = [record for record in results.run.records if record.trial == "control"]
    assert [record.round for record in controls] == [1]
    assert set(controls[0].facts["kernels"]) == set(noise.kernels)
    assert controls[0].wall_s > sum(controls[0].facts["kernels"].values())


def test_a_run_goes_on_where_its_noise_cannot_be_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says so."""
    from savebench.machine.kernels import Controls
    from savebench.measuring import run as session

    told: list[str] = []

    class Listening(session.Silent):
        def warn(self, message: str) -> None:
            told.append(message)

    monkeypatch.setattr(session, "run_controls", lambda *_, **__: Controls(trouble="planted"))
    results = savebench.run(
        workloads="planted-tiny@1KB",
        serializers="pickle",
        rounds=1,
        out=tmp_path / "run",
        watcher=Listening(),
    )

    assert results.run.header.noise is None
    assert told == ["the noise of this machine is not known: planted"]
    assert {record.outcome for record in results.run.records} == {"ok"}


def test_what_disturbs_is_noted_in_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted load of forty."""
    from savebench.machine.findings import Probes
    from savebench.measuring import run as session

    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "loadavg").write_text("40.00 0 0 1/2 3", encoding="ascii")
    monkeypatch.setattr(session, "Probes", lambda: Probes(root=tmp_path, online_cores=lambda: 4))
    results = savebench.run(
        workloads="planted-tiny@1KB", serializers="pickle", rounds=1, out=tmp_path / "run"
    )

    notes = results.run.header.environment.notes
    assert any(note.startswith("load: 40.00 over the last minute; more is") for note in notes)
    assert "load: 40.00" in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")


def test_a_control_trial_that_failed_is_no_failure_of_the_run(tmp_path: Path) -> None:
    """It says nothing against any serializer: the exit code stays."""
    from savebench.records.schema import Run
    from tests.fakes import control_record
    from tests.report.synthetic import RunBuilder

    run = RunBuilder(rounds=1).build()
    controls = [control_record(1, {}, "crashed", "planted")]

    results = savebench.Results(Run(run.header, [*run.records, *controls]), tmp_path)

    assert results.failures == []


@pytest.mark.parametrize("launch", LAUNCHERS)
def test_a_load_is_the_first_of_its_process(tmp_path: Path, launch: str) -> None:
    """A first load takes 30 ms and every later one 1 ms: no rehearsal, no loop may come before."""
    records = _measure(tmp_path, launch, "planted-first", rounds=5)
    loads_s = [record.metrics["load_s"] for record in records if record.trial == "load"]
    assert len(loads_s) == 5
    assert min(loads_s) >= 0.030


@pytest.mark.parametrize("launch", LAUNCHERS)
def test_every_round_has_a_hash_seed_of_its_own(tmp_path: Path, launch: str) -> None:
    """The same for all of a round: a fork that kept one zygote would never see another."""
    records = _measure(tmp_path, launch, "planted-hash", rounds=5)
    digests = {record.facts["digest"] for record in records if record.trial == "dump"}
    assert len(digests) == 5
