"""What stands behind ``--base`` or ``--head``: an interpreter, or requirements to install.

A package registry is asked for what a person clearly means, and for nothing else: a misspelt name
may be a stranger's package, and installing one runs its code. So a name alone must be installed
here already; a version, a URL or a path that exists says that it is meant.
"""

import difflib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from savebench.comparing.environments.installable import (
    EXTRAS,
    archive_name,
    is_archive,
    is_dir,
    is_file,
    path_of,
    project_name,
    project_of,
    python_of,
)
from savebench.errors import UsageError
from savebench.own_model import looks_like_a_model, said_of_file

_INTERPRETER = re.compile(r"(python|pypy)[\d.]*t?")
_URL = re.compile(r"[A-Za-z+]+://.+|file:.+")
_VERSION_MARKED_OTHERWISE = re.compile(r"([A-Za-z][\w.-]*?)\s*[-_@: =]\s*v?(\d[\w.]*)")
"""As in ``joblib-1.4.2``, ``joblib=1.4.2`` and ``joblib@1.4.2``."""
_WHAT_TO_NAME = (
    "name a Python interpreter, a folder with a pyproject.toml, or a requirement like joblib==1.4.2"
)


def normalised(name: str) -> str:
    """Return a distribution's name as registries compare it: ``Scikit_Learn`` -> scikit-learn."""
    return canonicalize_name(name)


def installed_names() -> frozenset[str]:
    """Return the normalised names of all distributions that are installed here."""
    names = (each.metadata["Name"] for each in distributions())
    return frozenset(normalised(name) for name in names if name)


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands behind ``--base`` or ``--head``."""

    side: str
    text: str

    def interpreter(self) -> Path | None:
        """Return the interpreter that is named, None where a requirement is.

        Raises
        ------
        UsageError
            When nothing is named, or a path where nothing is.
        """
        if not self.text.strip():
            raise UsageError(f"--{self.side} is empty; {_WHAT_TO_NAME}")
        path = path_of(self.text)
        if is_dir(path) and (inside := python_of(path)):
            return inside
        if is_file(path) and os.access(path, os.X_OK):
            return path.absolute()
        if _INTERPRETER.fullmatch(self.text):
            found = shutil.which(self.text)
            if found:
                return Path(found)
            raise self._fault("no such interpreter on the PATH")
        is_one_word = len(self.text.split()) == 1
        if is_one_word and (fault := _why_no_path(self.text)):
            raise self._fault(fault)
        return None

    def requirements(self) -> list[str]:
        """Return the requirements, local folders and archives made absolute.

        Several may stand in one text, parted by spaces; one that has spaces of its own (a marker, a
        folder, ``name @ url``, ``joblib >= 1.4``) stands alone.

        Raises
        ------
        UsageError
            When one begins with a hyphen: it would be an option of pip's.
        """
        marked = ";" in self.text or " @ " in self.text
        alone = marked or project_of(self.text) or _parsed(self.text)
        words = [self.text.strip()] if alone else self.text.split()
        for word in words:
            if word.startswith("-"):
                raise self._fault(f"{word!r} is no requirement")
        return [_absolute(word) for word in words]

    def names(self) -> set[str]:
        """Return the distributions that are asked for, as far as their names can be told."""
        found: set[str] = set()
        for word in self.requirements():
            at = re.sub(r"^.*git\+file://", "", word).partition("#")[0]
            folder = project_of(at) or project_of(at.rpartition("@")[0])
            if folder is not None:
                found |= project_name(folder)
            elif is_archive(word):
                found |= archive_name(Path(word))
            elif (parsed := _parsed(word)) is not None:
                found.add(normalised(parsed.name))
        return found

    def check(self, installed: Callable[[], frozenset[str]] = installed_names) -> None:
        """Refuse what was hardly meant, before anything is asked of a registry.

        Raises
        ------
        UsageError
            When a path leads nowhere, a requirement is none, or a name comes without a version and
            is not installed here; the message says how to insist.
        """
        if self.interpreter() is not None:
            return
        for word in self.requirements():
            if project_of(word) or is_archive(word) or _URL.fullmatch(word):
                continue
            if fault := _why_no_path(word) or _why_not_asked_for(word, self.text, installed()):
                raise self._fault(fault)

    def _fault(self, what: str) -> UsageError:
        return UsageError(f"--{self.side} {self.text}: {what}")


def _absolute(word: str) -> str:
    if folder := project_of(word):
        extras = EXTRAS.search(word)
        return f"{folder.resolve()}{extras[0] if extras else ''}"
    return str(path_of(word).resolve()) if is_archive(word) else word


def _why_no_path(text: str) -> str:
    """Return why a text that is written as a path can be neither run nor installed, or ``""``."""
    written_as_path = text.startswith((".", "~")) or "/" in text or os.sep in text
    if not written_as_path or _URL.fullmatch(text) or _parsed(text) is not None:
        return ""
    if project_of(text) or is_archive(text):
        return ""
    return _what_is_there(text) or f"there is no such file or folder; {_WHAT_TO_NAME}"


def _what_is_there(text: str) -> str:
    """Return why what lies at a path, or would, is of no use; ``""`` where that is not known."""
    path = path_of(text)
    if looks_like_a_model(path):
        return said_of_file(text)
    if is_file(path):
        return f"that file can be neither run nor installed; {_WHAT_TO_NAME}"
    if is_dir(path):
        return f"no bin/python, pyproject.toml or setup.py in that folder; {_WHAT_TO_NAME}"
    return ""


def _why_not_asked_for(word: str, text: str, installed: frozenset[str]) -> str:
    """Return why a registry is not asked for a word, and how to insist; ``""`` where it may be."""
    parsed = _parsed(word)
    if parsed is not None and (parsed.specifier or parsed.url):
        return ""
    if parsed is not None and normalised(parsed.name) in installed:
        return ""
    if there := _what_is_there(word):
        return there
    if meant := _meant_version(word, text, installed):
        return f"{word!r} gives no version, as pip reads it: did you mean {meant}?"
    near = _nearest(word, installed)
    hint = f": did you mean {near}?" if near else "."
    if parsed is None:
        return f"{word!r} is no requirement{hint} {_WHAT_TO_NAME[0].upper()}{_WHAT_TO_NAME[1:]}"
    return (
        f"{parsed.name} is not installed here, and a misspelt name may be a stranger's package"
        f"{hint} To install it all the same, give it a version, like '{parsed.name}>=0'; or name "
        "a path that exists"
    )


def _meant_version(word: str, text: str, installed: frozenset[str]) -> str:
    """Return the requirement that was meant by a version behind another mark, or ``""``."""
    for each in (word, text):
        found = _VERSION_MARKED_OTHERWISE.fullmatch(each)
        if found and normalised(found[1]) in installed:
            return f"{found[1]}=={found[2]}"
    return ""


def _nearest(word: str, installed: frozenset[str]) -> str:
    """Return the installed name, or ``python``, that was probably meant; or ``""``."""
    known = sorted({*installed, "python"})
    name = re.split(r"[^\w.-]", word)[0]
    near = difflib.get_close_matches(normalised(name), known, n=1, cutoff=0.6)
    return near[0] if near else ""


def _parsed(text: str) -> Requirement | None:
    """Return the requirement that a text is, None where it is none."""
    try:
        requirement = Requirement(text.strip())
    except InvalidRequirement:
        return None
    return None if requirement.url and ":" not in requirement.url else requirement
