"""Memory and cold loads, for real, against planted costs, on both launchers."""

import os
from pathlib import Path

import pytest

from savebench.catalogue.suites import Suite
from savebench.launch.launchers import available
from savebench.records.schema import Record
from savebench.system.cache import evict, resident_pages
from savebench.system.pages import can_populate

LAUNCHERS = available()[::-1]
PLANTED_BYTES = 96 * 2**20
MAPPED_BYTES = 64 * 2**20
KINDS: dict[str, int | None] = {
    "dump": None,
    "load": None,
    "load-cold": 1,
    "load-memory": 1,
    "workers": 1,
}

needs_workers = pytest.mark.skipif(
    not (can_populate() and Path("/proc/self/smaps_rollup").exists()),
    reason="workers need Linux 5.14",
)
pytestmark = pytest.mark.usefixtures("planted")


def _measure(
    folder: Path, launch: str, *serializers: str, rounds: int = 1, storage: Path | None = None
) -> list[Record]:
    from savebench.catalogue import suites
    from savebench.measuring.run import Silent
    from savebench.measuring.settings import Request
    from savebench.running import measure_only

    suite = Suite(
        name="planted",
        serializers=(),
        models=(),
        largest="1KB",
        budget_s=60,
        min_rounds=1,
        timeout_s=2,
        kinds=KINDS,
    )
    request = Request(
        suite="planted",
        workloads=["planted-tiny@1KB"],
        serializers=serializers,
        rounds=rounds,
        launch=launch,
        memory_limit="700MB",
        storage=storage,
        out=folder / "run",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(suites.SUITES, "planted", suite)
        return measure_only(request, Silent()).run.records


def _of(records: list[Record], serializer: str, trial: str) -> Record:
    found = [
        record
        for record in records
        if record.case.serializer == serializer and record.trial == trial
    ]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module", params=LAUNCHERS)
def memory_records(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[Record]:
    """Measure every planted cost of memory at once."""
    from tests.conftest import PLANTED

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLANTED))
        patch.setenv("PYTHONPATH", str(PLANTED))
        names = ("good", "hold", "touch", "mapped", "copied", "witness")
        return _measure(
            tmp_path_factory.mktemp(request.param),
            request.param,
            *(f"planted-{name}" for name in names),
        )


@needs_workers
@pytest.mark.parametrize(
    ("serializer", "planted_bytes", "tolerance"),
    [
        ("planted-hold", PLANTED_BYTES, 0.02),
        ("planted-copied", MAPPED_BYTES, 0.02),
        ("planted-mapped", MAPPED_BYTES / 4, 0.05),
    ],
)
def test_a_worker_adds_what_it_has_for_itself_and_its_share_of_what_is_mapped(
    memory_records: list[Record], serializer: str, planted_bytes: float, tolerance: float
) -> None:
    """Private pages count whole, pages of a file that four map count a quarter."""
    record = _of(memory_records, serializer, "workers")
    assert record.metrics["worker_bytes"] == pytest.approx(planted_bytes, rel=tolerance)


@needs_workers
@pytest.mark.parametrize("serializer", ["planted-mapped", "planted-copied"])
def test_a_worker_alone_shares_with_nobody(memory_records: list[Record], serializer: str) -> None:
    """So the first worker's growth is the whole file either way."""
    facts = _of(memory_records, serializer, "workers").facts
    assert facts["workers"] == 4
    assert facts["alone_bytes"] == pytest.approx(MAPPED_BYTES, rel=0.02)


@needs_workers
def test_a_worker_with_a_tiny_model_adds_next_to_nothing(memory_records: list[Record]) -> None:
    """The copies that a fork makes of its parent's pages are not charged to the model."""
    record = _of(memory_records, "planted-good", "workers")
    assert 0 <= record.metrics["worker_bytes"] < 2**20


def test_a_held_peak_reads_as_planted(memory_records: list[Record]) -> None:
    """96 MiB by the kernel's high-water mark, within 2 %."""
    peaks = {
        name: _of(memory_records, name, "load-memory").metrics["load_peak_bytes"]
        for name in ("planted-hold", "planted-good")
    }
    assert peaks["planted-hold"] - peaks["planted-good"] == pytest.approx(PLANTED_BYTES, rel=0.02)


@pytest.mark.parametrize(
    ("serializer", "held_bytes"),
    [
        ("planted-copied", MAPPED_BYTES),
        ("planted-hold", PLANTED_BYTES),
        ("planted-touch", 0),
        ("planted-mapped", 0),
    ],
)
def test_what_a_load_holds_reads_as_planted(
    memory_records: list[Record], serializer: str, held_bytes: int
) -> None:
    """What it freed again does not count, nor do pages of a mapped file that nobody has read."""
    record = _of(memory_records, serializer, "load-memory")
    assert record.metrics["resident_bytes"] == pytest.approx(held_bytes, rel=0.02, abs=2**20)


def test_a_cold_load_begins_with_no_page_of_its_file_in_memory(
    memory_records: list[Record],
) -> None:
    """As mincore tells the load itself; a warm one has them all."""
    cold = _of(memory_records, "planted-witness", "load-cold")
    warm = _of(memory_records, "planted-witness", "load")
    assert warm.facts["printed"] == "resident pages: 1"
    if "no_value" in cold.facts:
        pytest.skip(f"this file system keeps its pages: {cold.facts['no_value']}")
    assert cold.facts["printed"] == "resident pages: 0"


WORKER_FAULTS = {
    "planted-worker-raise": ("failed", "workers raised ValueError: planted"),
    "planted-worker-segfault": ("crashed", "workers killed the process with SIGSEGV"),
    "planted-worker-exit": ("crashed", "workers ended the process with exit code 3"),
    "planted-worker-hang": ("timeout", "workers did not end within 2 s and was killed"),
    "planted-worker-hoard": (
        "out-of-memory",
        "ran out of memory, over the limit of 700 MB",
    ),
}


@needs_workers
@pytest.mark.parametrize("launch", LAUNCHERS)
def test_a_worker_that_fails_costs_one_record_with_a_reason(tmp_path: Path, launch: str) -> None:
    """And leaves no process behind, nor troubles the others."""
    import psutil

    records = _measure(tmp_path, launch, "planted-good", *WORKER_FAULTS)

    for name, (outcome, reason) in WORKER_FAULTS.items():
        record = _of(records, name, "workers")
        assert record.outcome == outcome
        assert reason in record.reason
    bad = {record.case.serializer for record in records if record.outcome != "ok"}
    assert bad == set(WORKER_FAULTS)
    left = [
        process
        for process in psutil.process_iter(["cmdline", "cwd"])
        if str(tmp_path) in str(process.info)
    ]
    assert left == []


@needs_workers
def test_what_four_workers_print_is_heard_once(tmp_path: Path) -> None:
    """They all print the same."""
    records = _measure(tmp_path, LAUNCHERS[-1], "planted-worker-print")
    printed = _of(records, "planted-worker-print", "workers").facts["printed"]
    assert printed.count("planted noise on stdout") == 1


def test_a_lazy_load_does_not_outrank_an_honest_one_by_its_bare_load(tmp_path: Path) -> None:
    """Its first answer pays for what the load put off, and ranks count both."""
    from savebench.records.store import read_run
    from savebench.summary import summarize, summary_rows

    _measure(tmp_path, LAUNCHERS[-1], "planted-lazy", "planted-good", rounds=7)

    rows = summary_rows(summarize(read_run(tmp_path / "run")))
    load = {row.serializer: row.median for row in rows if row.metric == "load_s"}
    ranks = {row.serializer: row.rank for row in rows if row.metric == "load_predict_s"}
    assert load["planted-lazy"] < load["planted-good"]
    assert ranks == {"planted-good": 1, "planted-lazy": 2}
    assert not [row for row in rows if row.metric == "load_s" and row.rank is not None]


def _tmpfs() -> Path | None:
    shm = Path("/dev/shm")  # noqa: S108 - asked for by name: a tmpfs
    return shm if shm.is_dir() and os.access(shm, os.W_OK) else None


@pytest.mark.skipif(_tmpfs() is None, reason="no tmpfs to write to")
def test_a_tmpfs_gives_no_cold_value_and_says_why(tmp_path: Path) -> None:
    """Its pages are the file: they cannot leave memory."""
    import tempfile

    with tempfile.TemporaryDirectory(dir=_tmpfs()) as storage:
        records = _measure(tmp_path, LAUNCHERS[-1], "planted-good", storage=Path(storage))

    cold = _of(records, "planted-good", "load-cold")
    assert cold.outcome == "ok"
    assert cold.metrics == {}
    assert "not measured cold: 1 pages stayed in memory (a tmpfs" in cold.facts["no_value"]


def test_pages_that_another_mapping_holds_are_found_to_have_stayed(tmp_path: Path) -> None:
    """The kernel ignores the advice without a word; mincore tells."""
    import mmap

    file = tmp_path / "model"
    file.write_bytes(bytes(8 * mmap.PAGESIZE))
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as held:
        assert sum(held[:: mmap.PAGESIZE]) == 0
        reason = evict(file)
        stayed = resident_pages(file)

    if stayed == 0:
        pytest.skip("this file system drops even mapped pages")
    assert reason.startswith(f"{stayed} pages stayed in memory")
    assert evict(file) == ""
    assert resident_pages(file) == 0
