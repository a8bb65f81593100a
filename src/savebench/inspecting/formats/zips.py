"""Zip archives, member by member, whatever their directory claims."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from savebench.inspecting.faults import Damaged, TooLarge
from savebench.inspecting.limits import FREE_BYTES, RATIO
from savebench.inspecting.opened import Opened
from savebench.inspecting.streams import Stream, chunks_of
from savebench.units import human_bytes

MAGIC = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
_END = b"PK\x05\x06"
_END_BYTES = 22
_COMMENT_BYTES = 1 << 16
_LARGEST_DIRECTORY = 1 << 24
"""So many bytes of directory name 200,000 members; no model has as many."""
_MOST_MEMBERS = 100_000


class Archive:
    """An open archive; together its members may unpack to no more than a bomb would."""

    def __init__(self, archive: zipfile.ZipFile, file_bytes: int) -> None:
        """Hold an archive of so many bytes on the disk."""
        self._archive = archive
        self._most = max(FREE_BYTES, RATIO * file_bytes)
        self._seen = 0
        members = archive.infolist()
        self.members = {each.filename: each for each in members}
        self.doubled = len(members) != len(self.members)

    @property
    def names(self) -> list[str]:
        """Names of the members, in the directory's order."""
        return list(self.members)

    def packed(self, name: str) -> int:
        """Return the bytes that a member takes in the archive, as it claims."""
        return self.members[name].compress_size

    @property
    def is_compressed(self) -> bool:
        """Whether any member is."""
        return any(each.compress_type != zipfile.ZIP_STORED for each in self.members.values())

    @contextmanager
    def member(self, name: str) -> Iterator[Stream]:
        """Open a member as a stream; what is wrong with it is `Damaged` when it is reached."""
        try:
            file = self._archive.open(self.members[name])
        except Exception as fault:  # noqa: BLE001 - zipfile raises six kinds
            raise _damaged(name, fault) from None
        with file:
            yield Stream(self._chunks(name, file))

    def _chunks(self, name: str, file: object) -> Iterator[bytes]:
        chunks = chunks_of(file.read)  # type: ignore[attr-defined] # a file of a member
        while True:
            try:
                chunk = next(chunks, None)
            except Exception as fault:  # noqa: BLE001 - zipfile and three codecs
                raise _damaged(name, fault) from None
            if chunk is None:
                return
            self._seen += len(chunk)
            if self._seen > self._most:
                raise TooLarge(
                    f"too large when unpacked: its members come to more than "
                    f"{human_bytes(self._most)}, which no model does; do not load it"
                )
            yield chunk

    def whole(self, name: str, most: int) -> bytes:
        """Return all of a member that holds no more than `most` bytes."""
        with self.member(name) as stream:
            content = stream.peek(most + 1)
            if len(content) > most:
                raise TooLarge(f"{name!r} in it holds more than {human_bytes(most)}")
            if stream.fault is not None:
                raise stream.fault
        return content


def _damaged(name: str, fault: Exception) -> Damaged:
    said = " ".join(str(fault).split())[:100] or type(fault).__name__
    return Damaged(f"{name!r} in it cannot be unpacked ({said}); get a whole copy of the file")


@contextmanager
def open_archive(opened: Opened) -> Iterator[Archive]:
    """Open a file as a zip archive.

    Raises
    ------
    Damaged
        Where it has no directory, or one that is too large to be honest.
    """
    with opened.file() as file:
        size = _directory_bytes(file)
        if size > _LARGEST_DIRECTORY:
            raise Damaged(f"a directory of {human_bytes(size)} in a zip archive; do not unpack it")
        try:
            archive = zipfile.ZipFile(file)
        except Exception as fault:  # noqa: BLE001 - as above
            said = " ".join(str(fault).split())[:100]
            raise Damaged(f"a zip archive without a directory ({said}); get a whole copy") from None
        with archive:
            found = Archive(archive, opened.file_bytes)
            if len(found.members) > _MOST_MEMBERS:
                raise Damaged(f"more than {_MOST_MEMBERS:,} members in a zip archive")
            yield found


def _directory_bytes(file: BinaryIO) -> int:
    """Return how much `zipfile` would read at once: from the directory's size, as it is told."""
    end = file.seek(0, 2)
    start = max(0, end - _COMMENT_BYTES - _END_BYTES)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        return 0
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if size != 0xFFFFFFFF:  # noqa: PLR2004 - "see the 64-bit record"
        return size
    record = tail.rfind(b"PK\x06\x06", 0, at)
    return int.from_bytes(tail[record + 40 : record + 48], "little") if record >= 0 else 0
