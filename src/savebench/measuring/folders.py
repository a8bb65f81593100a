"""The folders of measuring: where artifacts and scratch lie, and what they are called."""

import hashlib
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from savebench.errors import UsageError
from savebench.records.schema import Case
from savebench.records.store import WORK

_LEAST_FREE_BYTES = 64 * 10**6


def artifact_in(folder: Path, case: Case) -> Path:
    """Return where a case's artifact lies in a folder of artifacts."""
    return folder / slug(str(case)) / "model"


def slug(text: str) -> str:
    """Return a file name for a text: readable, and unique by a fingerprint."""
    readable = re.sub(r"[^A-Za-z0-9.+-]+", "_", text)[:80]
    return f"{readable}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def work_folder(storage: Path | None, folder: Path) -> Path:
    """Return where artifacts lie: in the run's folder, or in a folder of its own on the storage."""
    work = folder / WORK if storage is None else storage / slug(f"savebench-{folder.resolve()}")
    try:
        work.mkdir(parents=True, exist_ok=True)
        facts = os.statvfs(work) if hasattr(os, "statvfs") else None
    except OSError as error:
        where = "--out" if storage is None else "--storage"
        raise UsageError(
            f"{work}: cannot write there ({error.strerror}); name another folder with {where}"
        ) from error
    if facts and facts.f_bavail * facts.f_frsize < _LEAST_FREE_BYTES:
        raise UsageError(
            f"{work}: less than 64 MB free there; make room or name another folder with --storage"
        )
    return work.resolve()


def remove_work(work: Path) -> None:
    """Delete a finished run's artifacts and scratch."""
    with suppress(OSError):
        shutil.rmtree(work)
