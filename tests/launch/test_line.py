"""Lines between a parent and a process."""

import os
import socket
from collections.abc import Iterator

import pytest

from savebench.launch.line import DescriptorLine


@pytest.fixture
def ends() -> Iterator[tuple[DescriptorLine, DescriptorLine]]:
    """Return both ends of a line over a socket."""
    one, other = socket.socketpair()
    with one, other:
        yield (
            DescriptorLine(one.fileno(), one.fileno()),
            DescriptorLine(other.fileno(), other.fileno()),
        )


def test_lines_arrive_one_by_one(ends: tuple[DescriptorLine, DescriptorLine]) -> None:
    """However they were sent."""
    one, other = ends
    one.send(b"first\nsec")
    one.send(b"ond\n")
    assert [other.read(1.0), other.read(1.0)] == [b"first", b"second"]


def test_a_deadline_ends_the_wait(ends: tuple[DescriptorLine, DescriptorLine]) -> None:
    """A part of a line is none, and is kept for the rest."""
    one, other = ends
    one.send(b"half")
    assert other.read(0.01) is None
    one.send(b" and half\n")
    assert other.read(1.0) == b"half and half"


def test_an_end_that_is_gone_is_told_by_reading() -> None:
    """Sending to it does nothing."""
    reading, writing = os.pipe()
    os.close(reading)
    line = DescriptorLine(os.open(os.devnull, os.O_RDONLY), writing)
    line.send(b"anybody?\n")
    assert line.read() is None
