"""The environments of `savebench ab`: an interpreter that is there, or a requirement to install.

What savebench installs goes to a cache, one folder an environment. Two that are installed for one
comparison differ in what was asked and in nothing else, as far as their requirements allow: both
get the versions of the libraries under test that this process runs with; where a requirement
forbids those, the other side is given what that one got.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs
from filelock import FileLock

from savebench.catalogue.rows import installed_version
from savebench.comparing.environments.asked import Asked, normalised
from savebench.comparing.environments.installable import is_archive, project_of
from savebench.errors import UsageError
from savebench.subjects.cache import VARIABLE

SUBJECTS = ("joblib", "numpy", "pandas", "scikit-learn", "scipy")
"""Installed in every environment, whatever was asked for."""
_HARNESS = ("msgspec",)
_OLDEST = (3, 11)
_COMMAND_LIMIT_S = 1800.0
"""Guards against hangs: building a package from source takes minutes."""
_NOT_RUN = 127
_KEPT_S = 30 * 86400.0
_PROBE = """
import importlib.metadata as metadata, importlib.util, json, os, platform, sys
savebench = importlib.util.find_spec("savebench")
versions = {}
for each in metadata.distributions():
    name = each.metadata["Name"]
    if name:
        versions.setdefault(name, each.version)
print(json.dumps({
    "version_info": list(sys.version_info[:3]),
    "python": platform.python_implementation() + " " + platform.python_version(),
    "versions": versions,
    "savebench": os.path.dirname(savebench.origin) if savebench and savebench.origin else "",
}))
"""

Run = Callable[[Sequence[str]], "Ran"]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


class Interpreter(msgspec.Struct, frozen=True):
    """What a Python interpreter says of itself."""

    version_info: tuple[int, int, int]
    python: str
    """``CPython 3.11.7``"""
    versions: dict[str, str]
    """Of every distribution that it sees, by its normalised name."""
    executable: str = ""
    """As it was named: what stands behind a wrapper's path is the wrapper's business."""
    savebench: str = ""
    """The folder of the savebench that is installed there; empty where there is none."""

    def version(self, distribution: str) -> str | None:
        """Return the installed version of a distribution, None where it is not."""
        return self.versions.get(normalised(distribution))


def run_command(words: Sequence[str]) -> Ran:
    """Run a command without a shell, and return how it ended."""
    try:
        done = subprocess.run(
            list(words),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            stdin=subprocess.DEVNULL,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
            timeout=_COMMAND_LIMIT_S,
            check=False,
        )
    except OSError as error:
        return Ran(_NOT_RUN, "", f"{words[0]}: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Ran(_NOT_RUN, "", f"{words[0]} did not end within {_COMMAND_LIMIT_S:.0f} s")
    return Ran(done.returncode, done.stdout, done.stderr)


def examine(executable: Path, side: str, run: Run = run_command) -> Interpreter:
    """Ask an interpreter what it is.

    Raises
    ------
    UsageError
        When it does not run, or is older than savebench works with.
    """
    ran = run([str(executable), "-I", "-c", _PROBE])
    try:
        found = msgspec.json.decode(ran.out, type=Interpreter) if ran.code == 0 else None
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise UsageError(f"--{side} {executable}: not a Python interpreter ({error})") from None
    if found is None:
        raise UsageError(f"--{side} {executable}: not a Python interpreter; {_last_line(ran.err)}")
    if found.version_info[:2] < _OLDEST:
        raise UsageError(
            f"--{side} {executable}: {found.python} is too old; the harness needs Python 3.11"
        )
    versions: dict[str, str] = {}
    for name, version in found.versions.items():  # the first on its path is the one it imports
        versions.setdefault(normalised(name), version)
    return msgspec.structs.replace(found, executable=str(executable), versions=versions)


@dataclass(frozen=True, slots=True)
class Shop:
    """Makes and caches environments."""

    folder: Path
    say: Callable[[str], None]
    run: Run = run_command

    @classmethod
    def default(cls, say: Callable[[str], None]) -> "Shop":
        """Return the one in the user's cache; SAVEBENCH_CACHE_DIR names another."""
        named = os.environ.get(VARIABLE)
        root = Path(named).absolute() if named else Path(platformdirs.user_cache_dir("savebench"))
        return cls(root / "environments", say)

    def provide(
        self, base: Asked, head: Asked, distributions: Sequence[str]
    ) -> tuple[Interpreter, Interpreter]:
        """Return an interpreter for each side, installing what is not there yet.

        Parameters
        ----------
        base, head
            What was asked for.
        distributions
            What the chosen serializers and workloads need, beside `SUBJECTS`.

        Raises
        ------
        UsageError
            When something cannot be found or installed, or was hardly meant.
        """
        for asked in (base, head):
            asked.check()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.folder / ".lock"):  # two may want to make the same one
            return self._provide(base, head, distributions)

    def _provide(
        self, base: Asked, head: Asked, distributions: Sequence[str]
    ) -> tuple[Interpreter, Interpreter]:
        wanted = tuple(sorted({*map(normalised, (*SUBJECTS, *_HARNESS, *distributions))}))
        ours = {name: installed for name in wanted if (installed := installed_version(name))}
        sides = {each.side: each for each in (base, head)}
        found = {side: self._first_try(asked, wanted, ours) for side, asked in sides.items()}
        for side, other in ((base.side, head.side), (head.side, base.side)):
            if found[side] is None:
                made = found[side] = self._install_or_raise(sides[side], wanted)
                if sides[other].interpreter() is None:  # the same versions for it, if it can
                    shared = {name: made.versions[name] for name in wanted if name in made.versions}
                    found[other] = self._install(sides[other], wanted, shared) or found[other]
        at_base, at_head = found[base.side], found[head.side]
        if at_base is None or at_head is None:
            raise AssertionError("each side was found, made or refused")
        return at_base, at_head

    def _first_try(
        self, asked: Asked, wanted: Sequence[str], pins: Mapping[str, str]
    ) -> Interpreter | None:
        path = asked.interpreter()
        if path is not None:
            return examine(path, asked.side, self.run)
        return self._install(asked, wanted, pins)

    def _install_or_raise(self, asked: Asked, wanted: Sequence[str]) -> Interpreter:
        made = self._install(asked, wanted, {})
        if made is None:
            complaint = (self.folder / f"failed-{asked.side}.txt").read_text(encoding="utf-8")
            raise UsageError(
                f"--{asked.side} {asked.text}: cannot be installed; {_last_error(complaint)}"
            )
        return made

    def _install(
        self, asked: Asked, wanted: Sequence[str], pins: Mapping[str, str]
    ) -> Interpreter | None:
        """Return the interpreter of an environment with these pins; None where they conflict."""
        free = {name: pin for name, pin in pins.items() if name not in asked.names()}
        folder = self.folder / self._key(asked, wanted, free)
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not (folder / _COMPLETE).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            self._drop_unused()
            self.say(f"making an environment for --{asked.side} {asked.text}")
            if not self._make(folder, python, asked, wanted, free):
                return None
        (folder / _COMPLETE).touch()
        return examine(python, asked.side, self.run)

    def _drop_unused(self) -> None:
        """Delete the environments that no comparison has used for a month; each is large."""
        oldest_s = time.time() - _KEPT_S
        for mark in self.folder.glob(f"*/{_COMPLETE}"):
            if mark.stat().st_mtime < oldest_s:
                shutil.rmtree(mark.parent, ignore_errors=True)

    def _make(
        self,
        folder: Path,
        python: Path,
        asked: Asked,
        wanted: Sequence[str],
        pins: Mapping[str, str],
    ) -> bool:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = self.run([sys.executable, "-m", "venv", str(folder)])
        if made.code:
            raise UsageError(f"{folder}: no environment there; {_last_line(made.err or made.out)}")
        constraints = folder / "constraints.txt"
        constraints.write_text(
            "".join(f"{name}=={pin}\n" for name, pin in pins.items()), encoding="utf-8"
        )
        ran = self.run(
            [
                *(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--constraint", str(constraints)),
                *asked.requirements(),
                *(name for name in wanted if name not in asked.names()),
            ]
        )
        if ran.code:
            complaint = self.folder / f"failed-{asked.side}.txt"
            complaint.write_text(ran.err, encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)
            return False
        (folder / _COMPLETE).touch()
        return True

    def _key(self, asked: Asked, wanted: Sequence[str], pins: Mapping[str, str]) -> str:
        parts = [
            sys.version,
            sys.base_prefix,
            *(self._identity(word, asked.side) for word in asked.requirements()),
            *wanted,
            json.dumps(pins, sort_keys=True),
        ]
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        readable = re.sub(r"[^A-Za-z0-9.=+-]+", "_", asked.text).strip("_")[:40]
        return f"{readable}-{digest}"

    def _identity(self, requirement: str, side: str) -> str:
        """Return what decides a requirement's content: a commit, the files of a folder, itself."""
        if folder := project_of(requirement):
            return f"{requirement} {_content(folder, self.run)}"
        if is_archive(requirement):
            return f"{requirement} {hashlib.sha256(Path(requirement).read_bytes()).hexdigest()}"
        _, is_git, url = requirement.partition("git+")
        if not is_git:
            return requirement
        url, _, revision = _parted(url.partition("#")[0])
        ran = self.run(["git", "ls-remote", "--", url, revision or "HEAD"])
        if ran.code:
            raise UsageError(f"--{side} {requirement}: git says: {_last_line(ran.err)}")
        return f"{requirement} {ran.out}"


_COMPLETE = "savebench-complete"
_IGNORED = frozenset(
    {".git", ".venv", "venv", "__pycache__", "build", "dist", "node_modules", "savebench-runs"}
)
"""What making or measuring a project leaves in its folder, and is not the project."""


def _parted(url: str) -> tuple[str, str, str]:
    """Return a URL, ``@``, and the revision behind it, which may have slashes of its own."""
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    path, at, revision = path.partition("@")
    return f"{scheme}{slashes}{host}{slash}{path}", at, revision


def _content(folder: Path, run: Run) -> str:
    """Return a fingerprint of a folder's files: those that git knows, or all."""
    listed = run(["git", "-C", str(folder), "ls-files", "-co", "--exclude-standard", "-z"])
    if listed.code == 0:
        files = [folder / name for name in sorted(listed.out.split("\0")) if name]
    else:
        files = sorted(folder.rglob("*"))
    total = hashlib.sha256()
    for path in files:
        if path.is_file() and not _IGNORED & set(path.relative_to(folder).parts):
            total.update(os.fsencode(path) + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"


def _last_error(text: str) -> str:
    """Return pip's own first word of an error: the last lines only point to its manual."""
    errors = [line.strip() for line in text.splitlines() if line.strip().startswith("ERROR:")]
    return errors[0][:300] if errors else _last_line(text)
