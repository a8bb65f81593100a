"""The file of array buffers: what goes in comes out, and a damaged file is refused."""

import io
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.serializers import _buffers


def write(path: Path, stream: bytes, contents: list[bytes]) -> bytes:
    """Write a file, and return its bytes."""
    with path.open("wb") as file:
        _buffers.begin(file)
        file.write(stream)
        _buffers.finish(file, [pickle.PickleBuffer(content) for content in contents])
    return path.read_bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a path that each example overwrites."""
    return tmp_path_factory.mktemp("buffers") / "file"


@given(stream=st.binary(max_size=300), contents=st.lists(st.binary(max_size=200), max_size=8))
def test_stream_and_buffers_come_back_in_order(
    path: Path, stream: bytes, contents: list[bytes]
) -> None:
    """Both ways of loading give what was written, empty buffers included."""
    write(path, stream, contents)

    for load in (_buffers.read, _buffers.map_privately):
        loaded_stream, loaded = load(path)
        assert loaded_stream == stream
        assert [bytes(memoryview(buffer)) for buffer in loaded] == contents


@given(position=st.integers(32, 2**40), lengths=st.lists(st.integers(0, 2**40), max_size=8))
def test_buffers_lie_aligned_one_behind_the_other(position: int, lengths: list[int]) -> None:
    """A mapped array is then fit for any dtype and any vector instruction."""
    spans = _buffers._place(position, lengths)

    assert [length for _, length in spans] == lengths
    for start, length in spans:
        assert start % 64 == 0
        assert 0 <= start - position < 64
        position = start + length


@given(
    contents=st.lists(st.binary(max_size=200), max_size=4),
    kept=st.floats(min_value=0, max_value=1, exclude_max=True),
)
def test_a_file_cut_anywhere_is_refused(path: Path, contents: list[bytes], kept: float) -> None:
    """However little is missing, the error names the file."""
    whole = write(path, b"stream", contents)
    path.write_bytes(whole[: int(len(whole) * kept)])

    for load in (_buffers.read, _buffers.map_privately):
        with pytest.raises(ValueError, match=r"file: (damaged|not a file of pickled buffers)"):
            load(path)


@given(header=st.binary(min_size=24, max_size=24), rest=st.binary(max_size=100))
def test_a_header_of_nonsense_is_refused_without_asking_for_memory(
    path: Path, header: bytes, rest: bytes
) -> None:
    """Counts and lengths are compared with the file before anything is read by them."""
    path.write_bytes(_buffers.MAGIC + header + b"\xff" * 8 + rest)

    with pytest.raises(ValueError, match="damaged"):
        _buffers.read(path)


@pytest.mark.parametrize("content", [b"", b"\x80\x05K\x01.", pickle.dumps([0.5] * 100)])
def test_a_foreign_file_is_refused(path: Path, content: bytes) -> None:
    """An empty file, a short pickle and a long one are not of this layout."""
    path.write_bytes(content)

    with pytest.raises(ValueError, match="not a file of pickled buffers"):
        _buffers.read(path)


def test_a_dump_that_was_cut_short_is_refused(path: Path) -> None:
    """The header comes last, so that a crash between leaves nothing that looks whole."""
    with path.open("wb") as file:
        _buffers.begin(file)
        file.write(b"stream")

    with pytest.raises(ValueError, match="not a file of pickled buffers"):
        _buffers.read(path)


def test_a_buffer_with_holes_is_an_error_at_once() -> None:
    """Only contiguous memory can be written as it is."""
    strided = pickle.PickleBuffer(memoryview(bytes(8))[::2])

    with pytest.raises(BufferError):
        _buffers.finish(io.BytesIO(bytes(32)), [strided])
