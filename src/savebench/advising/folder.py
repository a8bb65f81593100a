"""The folder of a piece of advice, which goes again where nothing came of it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from savebench.records.store import COMPRESSED_FILE, LOCK_FILE, RUN_FILE


@contextmanager
def going_where_nothing_came(folder: Path) -> Iterator[None]:
    """Take away again what was made of a folder and those above it, if no trial was recorded.

    What was there before stays, and so does what another process writes there.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    is_taken = any((folder / name).exists() for name in (RUN_FILE, COMPRESSED_FILE, LOCK_FILE))
    try:
        yield
    except BaseException:
        with suppress(OSError):
            if not is_taken and not _has_records(folder / RUN_FILE):
                (folder / RUN_FILE).unlink(missing_ok=True)
                for each in made:  # the innermost first; one that holds something stays
                    each.rmdir()
        raise


def _has_records(file: Path) -> bool:
    """Whether anything stands below a run's header."""
    if not file.is_file():
        return False
    with file.open("rb") as lines:
        lines.readline()
        return bool(lines.readline())
