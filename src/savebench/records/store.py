"""Run folders: create, append to, read, resume. Nothing else opens ``run.jsonl``.

Records are appended one by one, each by a single write, so that a process killed at any instant
loses at most the trial in flight. A folder is locked while it is written.
"""

import gzip
import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from filelock import FileLock, Timeout

from savebench.errors import DataError, UsageError
from savebench.own_model import refuse_model
from savebench.records.schema import (
    SCHEMA,
    Header,
    Record,
    Run,
    decode_header,
    decode_record,
    encode_line,
)

RUN_FILE = "run.jsonl"
COMPRESSED_FILE = "run.jsonl.gz"
"""A finished run may be kept so; it is read, never written or resumed."""
WORK = "work"
"""Artifacts and scratch of a run that is going on, or that was interrupted."""
LOCK_FILE = ".lock"
_HEADER_BYTES = 1 << 24


class RunWriter:
    """Holds the lock of a run folder, and appends to its ``run.jsonl``."""

    def __init__(self, folder: Path, lock: FileLock, descriptor: int) -> None:
        """Use `create` or `resume`."""
        self.folder = folder
        self._lock = lock
        self._descriptor = descriptor

    def append(self, value: Header | Record) -> None:
        """Write one line.

        Raises
        ------
        UsageError
            When the disk is full; what was written before is kept.
        """
        line = encode_line(value)
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            advice = (
                "nothing was measured yet. Make room, and start again"
                if isinstance(value, Header)
                else "what was measured is kept. Make room, then: "
                f"savebench run --resume {self.folder}"
            )
            raise UsageError(
                f"{self.folder / RUN_FILE}: cannot write ({error.strerror}); {advice}"
            ) from error

    def close(self) -> None:
        """Close the file and give the lock back."""
        os.close(self._descriptor)
        path = self.folder / RUN_FILE
        if path.is_file() and b"\n" not in path.read_bytes()[:_HEADER_BYTES]:
            path.unlink()  # it came to nothing; the folder may be used again
        self._lock.release()
        (self.folder / LOCK_FILE).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()


def create(folder: Path) -> RunWriter:
    """Make a run folder and lock it.

    Raises
    ------
    UsageError
        When the folder holds a run already, is in use, or cannot be written.
    """
    lock = _locked(folder)
    path = folder / RUN_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
    except FileExistsError:
        lock.release()
        raise UsageError(
            f"{folder} holds a run already, and nothing is overwritten: name another folder with "
            f"--out, or go on with: savebench run --resume {folder}"
        ) from None
    except OSError as error:
        lock.release()
        raise _unwritable(folder, error) from error
    return RunWriter(folder, lock, descriptor)


def resume(folder: Path) -> tuple[RunWriter, Run, str]:
    """Lock a run folder to go on with it; return the writer, the run so far and a remark.

    A last line that was cut off is dropped from the file; the remark says so.

    Raises
    ------
    DataError
        When there is no run, or it is damaged elsewhere than in its last line.
    UsageError
        When the folder is in use.
    """
    path = _run_file(folder)
    if path.suffix == ".gz":
        raise UsageError(f"{path}: a compressed run is finished; to go on: gunzip {path}")
    lock = _locked(folder)
    try:
        remark = _drop_partial_line(path)
        run = read_run(folder)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    except OSError as error:
        lock.release()
        raise _unwritable(folder, error) from error
    except BaseException:
        lock.release()
        raise
    return RunWriter(folder, lock, descriptor), run, remark


def read_run(folder: Path) -> Run:
    """Return the run that a folder (or a ``run.jsonl``) holds.

    Raises
    ------
    DataError
        When it is missing, empty, of a newer schema, no run, or damaged; the message names the
        line.
    """
    path, data = run_bytes(folder)
    lines = data.split(b"\n")
    header = header_of(path, lines[0])
    records: list[Record] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line and number == len(lines):
            break
        try:
            records.append(decode_record(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _damaged(path, number, len(lines), error) from None
    return Run(header, records)


def run_bytes(folder: Path) -> tuple[Path, bytes]:
    """Return the path of a run's file, and its lines as they were written, decompressed.

    Raises
    ------
    DataError
        When it is missing, empty or cannot be decompressed.
    """
    path = _run_file(folder)
    data = path.read_bytes()
    return path, _decompressed(path, data) if path.suffix == ".gz" else data


def _decompressed(path: Path, data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path}: cannot be decompressed ({error}); get another copy of it"
        ) from None


def header_of(path: Path, line: bytes) -> Header:
    """Return the header that a run's first line holds.

    Raises
    ------
    DataError
        When it is none, or of a newer schema; the message names the file.
    """
    try:
        schema = msgspec.json.decode(line, type=_AnySchema).schema
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DataError(
            f"{path}, line 1: not the header of a savebench run; name a folder that "
            "`savebench run` made"
        ) from None
    if schema > SCHEMA:
        raise DataError(
            f"{path}: schema {schema} is newer than this savebench reads ({SCHEMA}); "
            "update it with: pip install -U savebench"
        )
    try:
        return decode_header(line)
    except msgspec.ValidationError as error:
        raise DataError(f"{path}, line 1: not the header of a savebench run ({error})") from None


class _AnySchema(msgspec.Struct):
    schema: int


def is_locked(folder: Path) -> bool:
    """Whether a run is going on in a folder; also where that cannot be known.

    A killed run leaves its lock file, which nobody holds, behind.
    """
    path = folder / LOCK_FILE
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except (Timeout, OSError):
        return True


def _damaged(path: Path, number: int, count: int, error: Exception) -> DataError:
    kept = f"the {number - 2} before it are kept"
    if number == count:
        return DataError(
            f"{path}, line {number}: not a record ({error}); {kept}. "
            f"Resume with: savebench run --resume {path.parent}"
        )
    return DataError(
        f"{path}, line {number}: not a record ({error}); mend or delete that line to read the rest"
    )


def _run_file(folder: Path) -> Path:
    refuse_model(folder)
    path = folder if folder.is_file() else folder / RUN_FILE
    if not path.exists() and (folder / COMPRESSED_FILE).is_file():
        path = folder / COMPRESSED_FILE
    if not folder.exists():
        raise DataError(f"{folder}: no such run; make one with: savebench run --out {folder}")
    if not path.is_file():
        raise DataError(f"{folder}: no {RUN_FILE} in it, so not a run; name a run's folder")
    if not path.stat().st_size:
        raise DataError(f"{path}: empty, nothing was measured; delete the folder and run again")
    return path


def _drop_partial_line(path: Path) -> str:
    data = path.read_bytes()
    whole, _, partial = data.rpartition(b"\n")
    if not partial:
        return ""
    try:
        decode_record(partial)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if not whole:
            return ""  # not even a header: reading says so
        os.truncate(path, len(whole) + 1)
        return f"{path}: the last line was cut off ({len(partial)} bytes) and is dropped"
    with path.open("ab") as stream:
        stream.write(b"\n")
    return ""


def _locked(folder: Path) -> FileLock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_FILE, timeout=0)
        lock.acquire()
    except Timeout:
        raise UsageError(
            f"{folder} is in use by another savebench run; wait for it or name another --out"
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from error
    return lock


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{folder}: cannot write there ({error.strerror}); name another folder with --out"
    )
