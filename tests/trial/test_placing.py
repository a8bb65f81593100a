"""What a dump leaves outside its path is found, named and told from what is no fault."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from savebench.system import files
from savebench.trial.faults import WroteElsewhere
from savebench.trial.placing import Watch, place_in

Deed = Callable[[Path], None]


def _fault(folder: Path, dump: Deed) -> str:
    """Return what is said of a dump, without the rule; or ``""``."""
    (folder / "output.txt").write_text("it was there before", encoding="ascii")
    path = place_in(folder)
    watch = Watch.begin(folder)
    dump(path)
    try:
        watch.check(path)
    except WroteElsewhere as error:
        told, _, rule = str(error).partition("; a dump makes one file there, or a folder")
        assert rule
        return told
    return ""


def _write(path: Path, *names: str) -> None:
    """Write five bytes to files, each named relative to the path's folder."""
    for name in names:
        file = path.parent / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"12345")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["model", "model.npy"], "model.npy (5 B) beside it"),
        (["model.npz"], "model.npz (5 B) beside it, and nothing at the path"),
        (["model/a", "models/b"], "models/b (5 B) beside it"),
        (["model", "../note"], "note (5 B) in the folder above"),
        (["model", "../../tmp1"], "tmp1 (5 B) in the working directory or TMPDIR"),
        (
            ["model", *(f"m_{number:02d}.npy" for number in range(1, 13))],
            "m_01.npy (5 B) beside it, m_02.npy (5 B) beside it, m_03.npy (5 B) beside it, 9 more",
        ),
    ],
)
def test_what_lies_elsewhere_is_named_with_its_size(
    tmp_path: Path, names: list[str], expected: str
) -> None:
    """Beside the path, above it, or where temporary files go; a name that begins alike, too."""
    found = _fault(tmp_path, lambda path: _write(path, *names))
    assert found == f"dump wrote outside the path it was given: {expected}"


@pytest.mark.parametrize("names", [["model"], ["model/a", "model/deep/b"], []])
def test_what_lies_at_the_path_is_no_fault(tmp_path: Path, names: list[str]) -> None:
    """A file or a folder; whether there is anything at all is another question."""
    assert not _fault(tmp_path, lambda path: _write(path, *names))


def _leave_a_folder(path: Path) -> None:
    _write(path, "model")
    (path.parent / "empty").mkdir()


def _make_a_socket(path: Path) -> None:
    _write(path, "model")
    os.mkfifo(path.parent / "pipe")


def _replace_by_a_temporary_file(path: Path) -> None:
    _write(path, "model.tmp")
    (path.parent / "model.tmp").replace(path)


def _link_within(path: Path) -> None:
    _write(path, "model/deep/a")
    (path / "latest").symlink_to("deep")
    (path / "deep" / "b").symlink_to("../latest/a")


@pytest.mark.parametrize(
    "dump", [_leave_a_folder, _make_a_socket, _replace_by_a_temporary_file, _link_within]
)
def test_what_holds_no_bytes_or_is_gone_is_no_fault(tmp_path: Path, dump: Deed) -> None:
    """Nor a link from within to within, as caches of models have them."""
    assert not _fault(tmp_path, dump)


@pytest.mark.parametrize(
    ("link", "target", "where"),
    [
        ("model", "/usr/lib", "at the path"),
        ("model", "missing", "at the path"),
        ("model/deep/a", "/usr/lib", "deep/a, under the path"),
        ("model/deep/a", "../../beside", "deep/a, under the path"),
        ("model/a", "../model/b", "a, under the path"),
    ],
)
def test_a_link_that_leads_out_is_a_fault(
    tmp_path: Path, link: str, target: str, where: str
) -> None:
    """Its target stays behind when the artifact is moved; so does a way back under this name."""

    def dump(path: Path) -> None:
        (path.parent / link).parent.mkdir(parents=True, exist_ok=True)
        (path.parent / link).symlink_to(target)

    expected = f"dump made a link to {target}, {where} it was given"
    assert _fault(tmp_path, dump) == expected


def test_a_name_twice_is_counted_once_and_a_hole_as_bytes(tmp_path: Path) -> None:
    """As copying would: a link beside the path shares its bytes and counts in full."""
    folder = tmp_path / "model"
    _write(folder, "model/a")
    (folder / "b").hardlink_to(folder / "a")
    (folder / "c").symlink_to("a")
    (tmp_path / "elsewhere").hardlink_to(folder / "a")
    with (folder / "sparse").open("wb") as stream:
        stream.truncate(1_000_000)
    assert files.size_bytes(folder) == 1_000_005
    assert files.size_bytes(tmp_path / "elsewhere") == 5
