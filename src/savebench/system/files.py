"""An artifact is a file or a folder: measure it, write it through, fingerprint it."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

_CHUNK_BYTES = 1 << 20


def files_under(path: Path) -> list[Path]:
    """Return the artifact's files, sorted: the path itself, or all files below the folder."""
    if path.is_dir():
        return sorted(entry for entry in path.rglob("*") if entry.is_file())
    return [path]


def size_bytes(path: Path) -> int:
    """Return all bytes under the path, as copying it would: holes of sparse files are bytes too.

    What has several names there (hard links, or links to what lies there anyway) counts once.
    """
    found = [file.lstat() for file in files_under(path)]
    files = [each for each in found if stat.S_ISREG(each.st_mode)]
    shared = {(each.st_dev, each.st_ino): each.st_size for each in files if each.st_nlink > 1}
    return sum(each.st_size for each in files if each.st_nlink == 1) + sum(shared.values())


def sync(path: Path) -> None:
    """Write files and folders through to the device: ``fsync`` of each, and of the parent."""
    folders = (
        [path, *(entry for entry in path.rglob("*") if entry.is_dir())] if path.is_dir() else []
    )
    for entry in [*files_under(path), *folders, path.parent]:
        _fsync(entry)


def remove(path: Path) -> None:
    """Remove the artifact, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def warm(path: Path) -> None:
    """Read the artifact once, so that its pages are in the page cache."""
    for chunk in _chunks(path):
        del chunk


def digest(path: Path) -> str:
    """Return a fingerprint of the artifact's names and bytes (SHA-256, 16 hexadecimal digits)."""
    total = hashlib.sha256()
    for file in files_under(path):
        total.update(str(file.relative_to(path)).encode())
        for chunk in _chunks(file):
            total.update(chunk)
    return total.hexdigest()[:16]


def _chunks(path: Path) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_CHUNK_BYTES))
    for file in files_under(path):
        with file.open("rb", buffering=0) as stream:
            while count := stream.readinto(buffer):
                yield buffer[:count]


def _fsync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows has no handle of a folder to flush
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
