"""Run folders: append, read, resume, lock, and what is said of damaged ones."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.errors import DataError, UsageError
from savebench.machine.noise import noise_sentence
from savebench.records.schema import (
    Case,
    Environment,
    Header,
    KernelNoise,
    Noise,
    Record,
    Settings,
    decode_record,
    encode_line,
)
from savebench.records.store import create, read_run, resume
from tests.fakes import control_record

HEADER = Header(
    savebench="0.1.0",
    started="2026-11-23T09:00:00.000Z",
    seed=0,
    settings=Settings(
        suite="quick",
        budget_s=120.0,
        precision=0.05,
        min_rounds=5,
        max_rounds=None,
        kinds={"dump": None, "load": None},
        timeout_s=30.0,
        memory_limit_bytes=None,
        launch="zygote",
        threads=1,
        storage=None,
    ),
    environment=Environment(
        python="CPython 3.11.7",
        platform="Linux",
        processor="a processor",
        cores=2,
        memory_bytes=10**10,
        filesystem="ext4",
        versions={},
        fingerprint="0" * 12,
    ),
    cases=[],
    serializers={},
    workloads={},
)


def _record(number: int) -> Record:
    return Record(
        case=Case("home-prices", "1KB", "pickle"),
        round=number,
        trial="load",
        outcome="ok",
        metrics={"load_s": 0.001 * number},
        launch="zygote",
        started="2026-11-23T09:00:01.000Z",
    )


def _written(folder: Path, records: int) -> Path:
    with create(folder) as writer:
        writer.append(HEADER)
        for number in range(1, records + 1):
            writer.append(_record(number))
    return folder / "run.jsonl"


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Header and records are equal."""
    _written(tmp_path / "run", 3)
    run = read_run(tmp_path / "run")
    assert run.header == HEADER
    assert run.records == [_record(1), _record(2), _record(3)]


def test_a_record_is_a_json_line_of_the_agreed_fields(tmp_path: Path) -> None:
    """Other programs rely on them."""
    line = _written(tmp_path / "run", 1).read_text(encoding="utf-8").splitlines()[1]
    assert list(json.loads(line)) == [
        "schema",
        "case",
        "round",
        "trial",
        "outcome",
        "reason",
        "metrics",
        "facts",
        "wall_s",
        "launch",
        "started",
    ]


_TEXT = st.text(max_size=20)


@given(
    st.builds(
        Record,
        case=st.builds(Case, _TEXT, _TEXT, _TEXT),
        round=st.integers(0, 10**6),
        trial=st.sampled_from(
            ["dump", "load", "load-cold", "dump-memory", "load-memory", "workers"]
        ),
        outcome=st.sampled_from(["ok", "failed", "crashed", "timeout", "skipped"]),
        reason=_TEXT,
        metrics=st.dictionaries(_TEXT, st.floats(allow_nan=False, allow_infinity=False)),
        facts=st.dictionaries(_TEXT, st.none() | st.booleans() | _TEXT),
        wall_s=st.floats(0, 1e6),
        launch=st.sampled_from(["zygote", "spawn"]),
        started=_TEXT,
    )
)
def test_any_record_survives_its_line(record: Record) -> None:
    """JSON both ways, whatever the names and reasons."""
    line = encode_line(record)
    assert line.count(b"\n") == 1
    assert decode_record(line) == record


def test_what_a_trial_cost_is_read_of_an_older_record_too() -> None:
    """It told it among its facts; the others stay."""
    line = encode_line(_record(1)).replace(b'"facts":{}', b'"facts":{"exact":true,"wall_s":0.75}')
    old = line.replace(b'"wall_s":0.0,', b"")
    assert b'"wall_s":0.0' not in old

    record = decode_record(old)

    assert (record.wall_s, record.facts) == (0.75, {"exact": True})


def test_an_older_record_whose_cost_is_no_number_is_damaged() -> None:
    """As any field of the wrong type is."""
    line = encode_line(_record(1)).replace(b'"facts":{}', b'"facts":{"wall_s":"long"}')
    with pytest.raises(msgspec.ValidationError, match="float"):
        decode_record(line)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _garble_the_middle(path: Path) -> None:
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], b"garble", *lines[3:]]))


def _newer_schema(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"schema":1', b'"schema":2'))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _not_a_run(path: Path) -> None:
    path.write_bytes(b"a,b,c\n1,2,3\n")


def _other_json(path: Path) -> None:
    path.write_bytes(b'{"schema": 1, "benchmarks": []}\n')


def _binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def _remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (_truncate, r"line 4: not a record .*the 2 before it are kept\. Resume with"),
        (_garble_the_middle, r"line 3: not a record .*mend or delete that line"),
        (_newer_schema, "schema 2 is newer than this savebench reads"),
        (_empty, "empty, nothing was measured"),
        (_not_a_run, "line 1: not the header of a savebench run"),
        (_other_json, "line 1: not the header of a savebench run"),
        (_binary, "line 1: not the header of a savebench run"),
        (_remove, "not a run"),
    ],
)
def test_a_damaged_run_is_refused_with_what_and_where(
    tmp_path: Path, damage: Callable[[Path], None], complaint: str
) -> None:
    """The message names the line and what to do."""
    damage(_written(tmp_path / "run", 3))
    with pytest.raises(DataError, match=complaint):
        read_run(tmp_path / "run")


def test_a_finished_run_may_be_kept_compressed(tmp_path: Path) -> None:
    """It reads the same; it is not resumed; a damaged one is named."""
    path = _written(tmp_path / "run", 3)
    before = read_run(tmp_path / "run")
    packed = path.with_name("run.jsonl.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert read_run(tmp_path / "run") == before
    with pytest.raises(UsageError, match="gunzip"):
        resume(tmp_path / "run")
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(DataError, match="cannot be decompressed"):
        read_run(tmp_path / "run")


def test_a_missing_run_is_refused(tmp_path: Path) -> None:
    """A path that does not exist is no run."""
    with pytest.raises(DataError, match="no such run"):
        read_run(tmp_path / "nowhere")


def test_reading_changes_nothing(tmp_path: Path) -> None:
    """Not even a truncated file."""
    path = _written(tmp_path / "run", 3)
    _truncate(path)
    before = path.read_bytes()
    with pytest.raises(DataError):
        read_run(tmp_path / "run")
    assert path.read_bytes() == before


@pytest.mark.parametrize("cut", [1, 2, 10, 100])
def test_resuming_drops_a_line_that_was_cut_off_and_keeps_the_rest(
    tmp_path: Path, cut: int
) -> None:
    """What was not written whole is measured again; a line without its end of line is whole."""
    path = _written(tmp_path / "run", 3)
    path.write_bytes(path.read_bytes()[:-cut])
    writer, run, remark = resume(tmp_path / "run")
    with writer:
        writer.append(_record(9))
    kept = 3 if cut == 1 else 2
    assert len(run.records) == kept
    assert bool(remark) == (cut > 1)
    assert [each.round for each in read_run(tmp_path / "run").records] == [
        *range(1, kept + 1),
        9,
    ]


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    """The second is refused and told how to go on."""
    path = _written(tmp_path / "run", 1)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="holds a run already, and nothing is overwritten"):
        create(tmp_path / "run")
    assert path.read_bytes() == before


def test_a_run_that_is_being_written_is_locked(tmp_path: Path) -> None:
    """Neither a new run nor a resumed one gets in."""
    with create(tmp_path / "run") as writer:
        writer.append(HEADER)
        with pytest.raises(UsageError, match="in use by another"):
            resume(tmp_path / "run")
        with pytest.raises(UsageError, match="in use by another"):
            create(tmp_path / "run")


def test_a_run_that_came_to_nothing_leaves_the_folder_free(tmp_path: Path) -> None:
    """Interrupted before its header, it may be started again."""
    create(tmp_path / "run").close()
    create(tmp_path / "run").close()
    assert list((tmp_path / "run").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file stands in the way."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot write there"):
        create(tmp_path / "file" / "run")


def test_a_full_disk_is_reported_and_what_was_written_stays(tmp_path: Path) -> None:
    """The message gives the command that goes on."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs Linux's /dev/full")
    writer = create(tmp_path / "run")
    (tmp_path / "run" / "run.jsonl").unlink()
    writer.close()
    (tmp_path / "run" / "run.jsonl").symlink_to(full)
    import os

    descriptor = os.open(full, os.O_WRONLY)
    broken = type(writer)(tmp_path / "run", writer._lock, descriptor)
    with pytest.raises(UsageError, match=r"No space left on device.*savebench run --resume"):
        broken.append(_record(1))
    os.close(descriptor)


def test_noise_and_control_trials_are_read_back(tmp_path: Path) -> None:
    """In the header, and beside the other records."""
    kernel = KernelNoise(median_s=0.004, spread=0.02, span=0.1, n=7)
    header = msgspec.structs.replace(HEADER, noise=Noise(kernels={"cpu_s": kernel}))
    control = control_record(1, {"kernels": {"cpu_s": 0.004}})
    with create(tmp_path / "run") as writer:
        writer.append(header)
        writer.append(control)
        writer.append(_record(1))

    writer, run, remark = resume(tmp_path / "run")
    writer.close()

    assert run.header == header
    assert run.records == [control, _record(1)]
    assert remark == ""


def test_a_run_from_before_noise_was_measured_is_read(tmp_path: Path) -> None:
    """Its header lacks the field, and its noise is not known."""
    path = _written(tmp_path / "run", 1)
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    older = {name: value for name, value in json.loads(header).items() if name != "noise"}
    path.write_text(f"{json.dumps(older)}\n{rest}", encoding="utf-8")

    assert read_run(tmp_path / "run").header.noise is None


def test_the_committed_standard_run_is_read_and_says_nothing_of_noise() -> None:
    """It was measured before there were control trials."""
    run = read_run(Path(__file__).parents[2] / "results" / "standard")

    assert run.header.noise is None
    assert noise_sentence(run) == ""
