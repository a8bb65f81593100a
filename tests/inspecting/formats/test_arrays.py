"""NumPy's files, read without NumPy's own reader."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from savebench.inspecting.found import ArrayFacts
from tests.inspecting.formats.reading import parts, read, recognised


def saved(array: np.ndarray) -> bytes:
    """Return an array as `numpy.save` writes it."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.zeros((3, 4), ">f4"), ArrayFacts(dtype="float32", shape=(3, 4), order="C")),
        (np.zeros((3, 4), order="F"), ArrayFacts(dtype="float64", shape=(3, 4), order="F")),
        (np.array(["ab", "c"]), ArrayFacts(dtype="<U2", shape=(2,), order="C")),
        (np.array([True]), ArrayFacts(dtype="bool", shape=(1,), order="C")),
        (np.array(7, np.int8), ArrayFacts(dtype="int8", shape=(), order="C")),
        (
            np.zeros(2, [("a", "<i8"), ("b", "<f4", (2,))]),
            ArrayFacts(dtype="[('a', '<i8'), ('b', '<f4', (2,))]", shape=(2,), order="C"),
        ),
    ],
)
def test_an_array_is_told_from_its_header(
    array: np.ndarray, expected: ArrayFacts, tmp_path: Path
) -> None:
    """Its dtype, shape and order; its bytes, and the header's as the file's own."""
    path = tmp_path / "a.npy"
    path.write_bytes(saved(array))

    found = read(path)

    assert found.container == "npy"
    assert found.damage == ""
    assert found.root is not None
    assert found.root.array == expected
    assert found.root.bytes == path.stat().st_size
    assert found.trusted


def test_an_archive_names_its_arrays_and_those_that_are_there_twice(tmp_path: Path) -> None:
    """Equal by content; how far each shrinks is tried on a sample."""
    random = np.random.default_rng(0).random(1000)
    path = tmp_path / "a.npz"
    np.savez(path, X=random, y=np.zeros(1000), again=random)

    found = read(path)

    arrays = {name: part.array for name, part in parts(found).items() if part.array}
    assert list(arrays) == ["['X']", "['y']", "['again']"]
    assert arrays["['again']"] is not None
    assert arrays["['again']"].same_as == "['X']"
    shrinks = {name: array.shrinks_to for name, array in arrays.items() if array}
    assert shrinks["['X']"] == pytest.approx(0.95, abs=0.05)
    assert shrinks["['y']"] == pytest.approx(0.01, abs=0.01)
    assert parts(found)["['X']"].bytes == 8000


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': __import__('os').system('touch /tmp/x'), 'fortran_order': False, 'shape': ()}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': ('a',)}",
        b"{'descr': '<f8'}",
        b"[" * 5000,
        b"(" * 30 + b")" * 30,
        b"-" * 5000 + b"1",
        b"1" + b"+1" * 20000,
        b"\xff" * 50,
        b"{'descr': " + b"[('a', " * 500 + b"'<f8'" + b")]" * 500 + b", 'shape': ()}",
    ],
)
def test_a_hostile_header_is_damage(header: bytes, tmp_path: Path) -> None:
    """Whatever Python's parser makes of it; nothing is evaluated."""
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\x02\x00" + len(header).to_bytes(4, "little") + header)

    found = read(path)

    assert found.damage == "an array's header is not what NumPy writes; get a whole copy"
    assert not found.trusted


def test_an_array_that_promises_more_than_there_is_costs_neither_memory_nor_time(
    tmp_path: Path,
) -> None:
    """Ten terabytes are declared; what is there is counted."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1250000000000,)}"
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(100))

    found = read(path)

    assert found.damage == "breaks off after 177 bytes; get a whole copy of the file"
    assert found.root is not None
    assert found.root.bytes == 177


def test_a_member_that_is_cut_costs_that_member(tmp_path: Path) -> None:
    """The others are told, and what is wrong names the one."""
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X.npy", saved(np.arange(1000))[:-8])
        archive.writestr("y.npy", saved(np.arange(10)))

    found = read(path)

    assert found.damage == "breaks off after 8,120 bytes; get a whole copy of the file"
    assert {name: part.bytes for name, part in parts(found).items() if name} == {
        "['X']": 7992,
        "['y']": 80,
    }


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    """Several gigabytes of zeros in a few megabytes are too many after 512 MB."""
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("X.npy", "w", force_zip64=True) as member,
    ):
        member.write(saved(np.zeros(80_000_000, np.int8))[:128])
        for _ in range(600):
            member.write(bytes(1 << 20))

    found = read(path)

    assert found.damage.startswith("too large when unpacked: its members come to more than ")


def test_a_member_with_a_lying_size_is_damage(tmp_path: Path) -> None:
    """The directory says 9,999 bytes where 207 are."""
    path = tmp_path / "a.npz"
    np.savez(path, X=np.arange(10))
    content = path.read_bytes()
    size = len(saved(np.arange(10))).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (9999).to_bytes(4, "little")))

    assert "'X.npy' in it cannot be unpacked" in read(path).damage


def test_a_zip_of_something_else_is_not_recognised(tmp_path: Path) -> None:
    """Documents of offices are zips, too."""
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<xml/>")

    assert recognised(path) == ""
