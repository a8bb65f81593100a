"""joblib's files of any age: arrays inline, in files beside, zipped, nested pickles."""

import io
import pickle
from pathlib import Path

import joblib
import numpy as np
import pytest
from joblib.numpy_pickle_compat import NDArrayWrapper, ZNDArrayWrapper, write_zfile

from savebench.inspecting.file import inspect_file
from tests.inspecting.files import inspected, part_at, untrusted


def test_arrays_inline_are_told_by_path_dtype_shape_and_order(tmp_path: Path) -> None:
    """Raw bytes stand between opcodes; C and Fortran order differ in the wrapper alone."""
    model = {"a": np.zeros((30, 4), order="F"), "b": [np.ones(7, "i2")], "c": np.array("text")}
    joblib.dump(model, tmp_path / "m")

    found = inspect_file(tmp_path / "m")

    first, second = part_at(found, "['a']").array, part_at(found, "['b'][0]").array
    assert first is not None
    assert second is not None
    assert (first.dtype, first.shape, first.order) == ("float64", (30, 4), "F")
    assert (second.dtype, second.shape, second.order) == ("int16", (7,), "C")
    assert (found.container, found.trusted, found.damage) == ("joblib", True, "")


def test_an_object_array_is_followed_as_the_pickle_that_it_is(tmp_path: Path) -> None:
    """What it names is listed like anything else."""
    joblib.dump({"a": np.array([1, "x", _Own()], dtype=object), "b": np.ones(3)}, tmp_path / "m")

    found = inspect_file(tmp_path / "m")

    assert untrusted(found) == [f"{__name__}._Own"]
    array = part_at(found, "['b']").array
    assert array is not None
    assert array.shape == (3,)


def test_structured_and_text_arrays_have_the_sizes_that_their_dtypes_say(tmp_path: Path) -> None:
    """A byte too many or too few, and what follows would be misread."""
    kinds = [
        np.zeros(5, [("a", "i4"), ("b", "f8", (2,))]),
        np.zeros(5, [("a", "i4"), ("b", "f8")]).view(np.recarray),
        np.array(["long", "text"]),
        np.array([b"ab"]),
        np.zeros(3, "M8[ns]"),
        np.zeros(3, ">f4"),
        np.zeros((2, 3), np.longdouble),
        np.zeros(4, bool),
        np.zeros((0, 4)),
        np.float64(3),
    ]
    joblib.dump(kinds, tmp_path / "m")

    found = inspect_file(tmp_path / "m")

    assert (found.damage, found.distrust, found.trusted) == ("", (), True)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_every_protocol_of_joblib_is_read_to_its_end(tmp_path: Path, protocol: int) -> None:
    """Frames end before the raw bytes of an array begin."""
    joblib.dump([np.arange(1000), "after", np.eye(3)], tmp_path / "m", protocol=protocol)

    found = inspect_file(tmp_path / "m")

    assert ("", protocol) == (found.damage, found.protocol)


def test_arrays_beside_the_pickle_belong_to_it(tmp_path: Path) -> None:
    """Joblib before 0.10 kept each array in a file of its own."""
    np.save(tmp_path / "m_01.npy", np.arange(5000.0))
    wrapper = NDArrayWrapper("m_01.npy", np.ndarray)
    (tmp_path / "m").write_bytes(pickle.dumps({"coef_": wrapper}, 2))

    found = inspect_file(tmp_path / "m")

    array = part_at(found, "['coef_']").array
    assert array is not None
    assert (array.dtype, array.shape) == ("float64", (5000,))
    assert (found.container, found.written_by["joblib"], found.trusted) == ("joblib", "<0.10", True)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert size == found.file_bytes


def test_an_object_array_beside_the_pickle_is_followed_too(tmp_path: Path) -> None:
    """NumPy would load it as a pickle."""
    np.save(tmp_path / "m_01.npy", np.array([_Own()], dtype=object))
    (tmp_path / "m").write_bytes(pickle.dumps(NDArrayWrapper("m_01.npy", np.ndarray), 2))

    assert untrusted(inspect_file(tmp_path / "m")) == [f"{__name__}._Own"]


def test_a_file_beside_that_is_no_array_is_followed_as_a_pickle(tmp_path: Path) -> None:
    """numpy.load would hand it to pickle."""
    (tmp_path / "m_01.npy").write_bytes(pickle.dumps(_Own()))
    (tmp_path / "m").write_bytes(pickle.dumps(NDArrayWrapper("m_01.npy", np.ndarray), 2))

    assert untrusted(inspect_file(tmp_path / "m")) == [f"{__name__}._Own"]


@pytest.mark.parametrize("name", ["../m_01.npy", "/etc/passwd", "a/b.npy", "..", ""])
def test_an_array_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """Joblib itself writes plain names only."""
    (tmp_path / "m").write_bytes(pickle.dumps(NDArrayWrapper(name, np.ndarray), 2))

    found = inspect_file(tmp_path / "m")

    assert (
        found.trusted,
        found.damage.partition(",")[0],
    ) == (False, "an array is said to lie in another folder")


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    """The files of one model are easily torn apart."""
    (tmp_path / "m").write_bytes(pickle.dumps(NDArrayWrapper("m_01.npy", np.ndarray), 2))

    expected = "its array m_01.npy is not beside it; put all files of it in one folder"
    assert expected == inspect_file(tmp_path / "m").damage


def test_a_link_beside_the_pickle_is_not_followed(tmp_path: Path) -> None:
    """It may lead anywhere."""
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "m_01.npy").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "m").write_bytes(pickle.dumps(NDArrayWrapper("m_01.npy", np.ndarray), 2))

    assert "is not beside it" in inspect_file(tmp_path / "m").damage


def test_zipped_files_of_the_oldest_kind_are_read(tmp_path: Path) -> None:
    """A ZF header, zlib data; arrays zipped in files beside."""
    array = np.arange(2000.0)
    with (tmp_path / "m_01.npy.z").open("wb") as file:
        write_zfile(file, array.tobytes())
    wrapper = ZNDArrayWrapper(
        "m_01.npy.z", (np.ndarray, (0,), b"b"), (1, (2000,), np.dtype("f8"), False)
    )
    with (tmp_path / "m").open("wb") as file:
        write_zfile(file, pickle.dumps({"a": wrapper}, 2))

    found = inspect_file(tmp_path / "m")

    expected = ("joblib", "joblib-zf", "", True)
    assert expected == (found.container, found.compression, found.damage, found.trusted)
    facts = part_at(found, "['a']").array
    assert facts is not None
    assert (facts.dtype, facts.shape) == ("float64", (2000,))


def test_a_frame_that_reaches_into_an_array_is_refused(tmp_path: Path) -> None:
    """The loader would go on reading opcodes where this reader sees numbers, and the reverse."""
    file = io.BytesIO()
    joblib.dump(np.arange(100), file, protocol=4)
    raw = bytearray(file.getvalue())
    at = raw.index(b"\x95") + 1
    raw[at : at + 8] = (int.from_bytes(raw[at : at + 8], "little") + 40).to_bytes(8, "little")

    found = inspected(tmp_path, bytes(raw))

    assert not found.trusted
    assert "within a frame" in found.distrust[0]


def test_an_array_that_is_code_to_another_loader_is_refused(tmp_path: Path) -> None:
    """pickle.load takes joblib's raw bytes for opcodes."""
    code = b"cposix\nsystem\n(X\x02\0\0\0lstR."
    array = np.frombuffer(code.ljust(64, b"\0"), "u1")
    joblib.dump(array, tmp_path / "m")

    found = inspect_file(tmp_path / "m")

    assert not found.trusted
    assert "are code to a loader that is not joblib" in found.distrust[0]


class _Own:
    """A class of the person's own."""
