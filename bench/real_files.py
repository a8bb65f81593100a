"""Model files that packages ship: what `savebench inspect` says of each. A study.

``python bench/real_files.py [CACHE]`` downloads the packages of the table (without what they
need), unpacks them below the cache, inspects every model file in them, and prints a table.
Nothing of theirs is installed or imported, and none of their files is loaded.
"""

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from savebench.errors import SavebenchError
from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection

LISTED = 3
"""So many classes, and names that are not trusted, are told for each file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A distribution that ships models."""

    name: str
    version: str
    form: str = "wheel"
    """"wheel" or "sdist"."""


PACKAGES = (
    Package(name="alt-profanity-check", version="1.9.1"),
    Package(name="profanity-check", version="1.0.3"),
    Package(name="bacphlip", version="0.9.6", form="sdist"),
    Package(name="passeval", version="0.2.0"),
    Package(name="soft404", version="0.2.1", form="sdist"),
    Package(name="talon", version="1.4.4", form="sdist"),
    Package(name="dysgu", version="1.8.2"),
    Package(name="joblib", version="1.6.0", form="sdist"),
    Package(name="check-swear", version="0.1.4"),
    Package(name="clasv", version="1.0.6"),
    Package(name="intronic", version="3.0.0"),
    Package(name="plasclass", version="0.1"),
    Package(name="pyAudioAnalysis", version="0.3.14", form="sdist"),
    Package(name="spam-detector-ai", version="2.3.1"),
    Package(name="yasa", version="0.8.1"),
)
ENDINGS = (
    ".pkl", ".pickle", ".joblib", ".model", ".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4", ".skops",
    ".npz", ".npy", ".sav", ".pck", ".p", ".cpickle", ".dat", ".bin", ".onnx", ".ubj",
)  # fmt: skip
"""What a model's file may be called; of those without an ending the first byte decides."""
NO_MODELS = ("/doc/", "/docs/", "/test_data/", "/fixtures/", ".egg-info", ".dist-info")
COMPANION = re.compile(r"_\d\d\.npy(\.z)?$")
"""An array of the multi-file format; it is read with the file that names it."""
SMALL_BYTES = 100
"""No model is smaller."""
PICKLED = (b"\x80", b"c", b"(", b"]", b"}")
"""How a pickle may begin."""


def download(package: Package, cache: Path) -> Path:
    """Return the package's archive, which pip brought into the cache."""
    folder = cache / f"{package.name}-{package.version}"
    if not folder.is_dir():
        only = "--only-binary" if package.form == "wheel" else "--no-binary"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", only, ":all:"]
        wanted = f"{package.name}=={package.version}"
        subprocess.run([*command, "--dest", str(folder), wanted], check=True)
    return next(path for path in sorted(folder.iterdir()) if path.is_file())


def unpack(archive: Path) -> Path:
    """Unpack an archive beside itself, and return the folder."""
    folder = archive.parent / "unpacked"
    if folder.is_dir():
        return folder
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder)  # noqa: S202 - zipfile keeps names within the folder
    else:
        with tarfile.open(archive) as source:
            source.extractall(folder, filter="data")
    return folder


def models(folder: Path) -> Iterator[Path]:
    """Yield what may be a model's file, in the order of its path."""
    for path in sorted(folder.rglob("*")):
        within = f"/{path.relative_to(folder)}"
        if not path.is_file() or COMPANION.search(within):
            continue
        if not any(part in within for part in NO_MODELS):
            ending = path.suffix.lower()
            if ending in ENDINGS or (not ending and _pickled(path)):
                yield path


def _pickled(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(1) in PICKLED and path.stat().st_size > SMALL_BYTES


def row(package: Package, path: Path, folder: Path) -> str:
    """Return a file's line of the table."""
    place = path.relative_to(folder)
    name = "/".join(place.parts[-3:])
    try:
        cells = told(inspect_file(path))
    except SavebenchError as error:
        said = str(error).replace(f"{path}: ", "").partition(";")[0]
        cells = ["-", "-", "-", "-", "-", said]
    return "| " + " | ".join([f"{package.name} {package.version}", name, *cells]) + " |"


def told(found: Inspection) -> list[str]:
    """Return the cells of what was found."""
    writers = ", ".join(f"{name} {version}" for name, version in found.written_by.items())
    protocol = "-" if found.protocol is None else str(found.protocol)
    classes = ", ".join(found.classes[:LISTED])
    return [found.container, found.compression, protocol, writers, classes, _answer(found)]


def _answer(found: Inspection) -> str:
    if found.damage:
        return f"damaged: {found.damage}"
    if found.trusted:
        return "trusted"
    names = [each.name for each in found.globals if not each.trusted]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return "refused: " + ", ".join([*names[:LISTED], *found.distrust]) + more


def main(cache: Path) -> None:
    """Print the table."""
    print("| package | file | container | compression | protocol | written by | classes | answer |")
    print("|---|---|---|---|--:|---|---|---|")
    for package in PACKAGES:
        folder = unpack(download(package, cache))
        for path in models(folder):
            print(row(package, path, folder), flush=True)


if __name__ == "__main__":
    default = platformdirs.user_cache_path("savebench") / "real-files"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
