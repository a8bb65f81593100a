"""What lies on this disk and can be run or installed: interpreters, projects, archives."""

import re
import tomllib
from pathlib import Path

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

EXTRAS = re.compile(r"\[[\w\s,.-]*\]$")
"""What may stand behind a project's folder: ``.[tests]``."""
_ARCHIVES = (".whl", ".tar.gz", ".zip")


def project_of(text: str) -> Path | None:
    """Return the folder that can be installed and that a text names, extras or not, else None.

    A bare name may be a folder that just lies here: then it is none.
    """
    named = EXTRAS.sub("", text.strip())
    folder = path_of(named)
    is_project = any(is_file(folder / name) for name in ("pyproject.toml", "setup.py"))
    return folder if named and is_project else None


def is_archive(text: str) -> bool:
    """Whether a text names a wheel or a source archive that is there."""
    return text.endswith(_ARCHIVES) and is_file(path_of(text))


def project_name(folder: Path) -> set[str]:
    """Return the normalised name that a project bears; empty where it does not tell."""
    try:
        told = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        return {canonicalize_name(told["project"]["name"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def archive_name(path: Path) -> set[str]:
    """Return the normalised name of what an archive holds; empty where its own does not tell."""
    try:
        if path.suffix == ".whl":
            return {parse_wheel_filename(path.name)[0]}
        return {parse_sdist_filename(path.name)[0]}
    except (InvalidWheelFilename, InvalidSdistFilename):
        return set()


def python_of(folder: Path) -> Path | None:
    """Return the interpreter of an environment's folder, None where there is none."""
    for name in ("bin/python", "Scripts/python.exe"):
        if (folder / name).is_file():
            return (folder / name).absolute()
    return None


def path_of(text: str) -> Path:
    """Return the path that a text names, from the home folder where it says so."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ``~name`` of nobody
        return Path(text)


def is_file(path: Path) -> bool:
    """Whether there is a file; no file can have some names."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_dir(path: Path) -> bool:
    """Whether there is a folder; no folder can have some names."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
