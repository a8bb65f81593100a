"""Artifacts on disk: sizes, fingerprints, and in or out of the page cache."""

import sys
from pathlib import Path

import pytest

from savebench.system import cache, files

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the page cache of Linux")


def _folder(path: Path) -> Path:
    (path / "inner").mkdir(parents=True)
    (path / "a").write_bytes(b"12345")
    (path / "inner" / "b").write_bytes(b"678")
    return path


def test_the_size_is_all_bytes_under_the_path(tmp_path: Path) -> None:
    """Of a folder, and of a file."""
    folder = _folder(tmp_path / "artifact")
    assert files.size_bytes(folder) == 8
    assert files.size_bytes(folder / "a") == 5


def test_a_digest_tells_names_and_bytes_apart(tmp_path: Path) -> None:
    """The same twice; another when a byte or a name changes."""
    one, two = _folder(tmp_path / "one"), _folder(tmp_path / "two")
    assert files.digest(one) == files.digest(two)
    (two / "a").write_bytes(b"12346")
    assert files.digest(one) != files.digest(two)
    (two / "a").unlink()
    (two / "c").write_bytes(b"12345")
    assert files.digest(one) != files.digest(two)


@linux_only
def test_a_warm_file_is_in_the_page_cache_and_an_evicted_one_is_not(tmp_path: Path) -> None:
    """Where the file system can evict."""
    path = tmp_path / "artifact"
    path.write_bytes(bytes(300_000))
    files.warm(path)
    assert cache.resident_pages(path) == 74
    reason = cache.evict(path)
    if reason:
        pytest.skip(f"this file system does not evict: {reason}")
    assert cache.resident_pages(path) == 0


@linux_only
def test_a_file_that_stays_in_memory_has_a_reason_instead_of_a_value() -> None:
    """A tmpfs is memory: nothing can be evicted."""
    shm = Path("/dev/shm")  # noqa: S108 - the tmpfs that every Linux has
    if not shm.is_dir():
        pytest.skip("no tmpfs at hand")
    path = shm / "savebench-test-artifact"
    try:
        path.write_bytes(bytes(100_000))
        assert "pages stayed in memory" in cache.evict(path)
    finally:
        path.unlink()


@linux_only
def test_a_large_artifact_is_resident_as_long_as_all_of_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small one is read anyway: that warms more than the page cache."""
    path = tmp_path / "artifact"
    path.write_bytes(bytes(300_000))
    assert not cache.is_resident(path)

    monkeypatch.setattr(cache, "_LARGE_BYTES", 300_000)

    assert cache.is_resident(path)
    cache.evict(path)
    assert not cache.is_resident(path)
