"""The cache of built models: a folder that only its owner can read.

An entry's key is made of all that decides a model: the recipe's source, its size and seed, and the
versions of Python and the libraries. Entries are folders that are renamed into place when complete.
"""

import hashlib
import os
import platform
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from savebench.catalogue.rows import Entry, Workload, installed_version
from savebench.errors import UsageError
from savebench.launch.messages import RowRef
from savebench.system import files
from savebench.trial.variation import STEADY, Variation

VARIABLE = "SAVEBENCH_CACHE_DIR"
_FACTS = "facts.json"
_FACTS_SCHEMA = "3"
"""Part of the key: models of which less is known (1: no fingerprint, 2: not how their own answers
vary, nor what loading them imports) are built anew."""
_DEPENDS = ("numpy", "scipy", "scikit-learn", "joblib", "pandas", "cloudpickle", "dill")
_LIMIT_BYTES = 20 * 10**9


class BuiltModel(msgspec.Struct, frozen=True):
    """What is known of a built model."""

    build_s: float | None = None
    """None where no recipe built it."""
    model_bytes: int | None = None
    """Size of its pickle with protocol 5, or of the file that another row keeps it in."""
    array_bytes: int | None = None
    """Bytes in its array buffers; None where pickle does not carry it."""
    array_count: int | None = None
    digest: str = ""
    """Fingerprint of its pickled size and array buffers."""
    is_kept: bool = True
    """Whether a new process can load it from its folder; else each dump trial builds it anew."""
    reference: RowRef | None = None
    """The row that keeps it; None: a pickle."""
    was_reproduced: bool = False
    """Whether what was kept answered alike in the first process that loaded it."""
    variation: Variation = STEADY
    """How its own answers vary."""
    model_class: str = ""
    """What it is: ``"sklearn.linear_model._base.LinearRegression"``."""
    imports: list[str] = []
    """What loading it and its first answer imported, beside what its row names."""
    file_bytes: int = 0
    """Of all its files but this one, when they were complete; 0 where that was not noted."""


@dataclass(frozen=True, slots=True)
class ModelCache:
    """The folder of built models."""

    folder: Path

    @classmethod
    def default(cls) -> "ModelCache":
        """Return the user's own cache; the variable SAVEBENCH_CACHE_DIR names another."""
        named = os.environ.get(VARIABLE)
        root = Path(named).absolute() if named else Path(platformdirs.user_cache_dir("savebench"))
        return cls(root / "models")

    def prepare(self) -> None:
        """Make the folder, readable by its owner alone.

        Raises
        ------
        UsageError
            When it cannot be made, or others own it or may write to it: the models in it are
            pickles, and whoever can write them can run code as you.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            facts = self.folder.stat()
            if os.name == "posix":
                if facts.st_uid != os.getuid():
                    raise UsageError(
                        f"{self.folder}: the cache of models belongs to another user; "
                        f"name a folder of your own in {VARIABLE}"
                    )
                if stat.S_IMODE(facts.st_mode) != 0o700:  # noqa: PLR2004 - owner only
                    self.folder.chmod(0o700)
        except OSError as error:
            raise UsageError(
                f"{self.folder}: cannot keep built models there ({error.strerror}); "
                f"name another folder in {VARIABLE}"
            ) from error

    def folder_of(self, entry: Entry[Workload], size: str, seed: int) -> Path:
        """Return where the model is, or shall be."""
        parts = [
            _FACTS_SCHEMA,
            entry.provider,
            entry.distribution,
            entry.row.name,
            _recipe_source(entry),
            size,
            str(seed),
            platform.python_version(),
            *(f"{name}={installed_version(name)}" for name in (*_DEPENDS, *entry.row.requires)),
        ]
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        name = "".join(char if char.isalnum() or char in "-_." else "_" for char in entry.row.name)
        return self.folder / f"{name}@{size}-{key}"

    def find(self, folder: Path) -> BuiltModel | None:
        """Return what is known of the model in a folder, or None when it must be built.

        What is not as large as it was, on a disk that was full or mended, is deleted.
        """
        built = _read_facts(folder)
        if built is None:
            return None
        if built.file_bytes not in {0, _file_bytes(folder)}:
            shutil.rmtree(folder)
            return None
        os.utime(folder)
        return built

    def holds(self, folder: Path) -> bool:
        """Whether a model lies in a folder, without a closer look."""
        return (folder / _FACTS).exists()

    def new_folder(self, final: Path) -> Path:
        """Return an empty folder in which to build."""
        draft = final.with_name(f".{final.name}.{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        return draft

    def keep(self, draft: Path, final: Path, built: BuiltModel) -> None:
        """Move a complete model into place; a model built meanwhile by another run stays."""
        built = msgspec.structs.replace(built, file_bytes=_file_bytes(draft))
        (draft / _FACTS).write_bytes(msgspec.json.encode(built))
        try:
            draft.rename(final)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            if self.find(final) is None:
                raise

    def trim(self, keep: set[Path]) -> None:
        """Delete the models that were used longest ago while the cache is over 20 GB."""
        entries = [path for path in self.folder.iterdir() if path.is_dir()]
        sizes = {path: _file_bytes(path) for path in entries}
        total_bytes = sum(sizes.values())
        for path in sorted(entries, key=lambda path: path.stat().st_mtime):
            if total_bytes <= _LIMIT_BYTES:
                return
            if path not in keep:
                shutil.rmtree(path, ignore_errors=True)
                total_bytes -= sizes[path]


def _read_facts(folder: Path) -> BuiltModel | None:
    try:
        return msgspec.json.decode((folder / _FACTS).read_bytes(), type=BuiltModel)
    except (OSError, msgspec.DecodeError):
        return None


def _file_bytes(folder: Path) -> int:
    """Return the size of all files of a model but its facts."""
    return sum(files.size_bytes(each) for each in folder.iterdir() if each.name != _FACTS)


def _recipe_source(entry: Entry[Workload]) -> str:
    """Return a fingerprint of the code beside the recipe (all of its package's modules)."""
    module = sys.modules[entry.provider.partition(":")[0]]
    if not module.__file__:
        return ""
    total = hashlib.sha256()
    path = Path(module.__file__)
    beside = sorted(path.parent.glob("*.py")) if module.__package__ else [path]
    for file in beside:
        total.update(file.read_bytes())
    return total.hexdigest()
