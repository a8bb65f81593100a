"""What measures in another interpreter: this very savebench, on a path of its own.

Both sides of `savebench ab` are measured by the same code, the one that runs the command. It is
copied to a folder that holds nothing else, so that nothing of this interpreter's packages reaches
the other; where the other lacks what the harness itself needs, that is laid beside it.

One part is under test: where a person asks for a savebench (``--base
git+file:///savebench@main --head .``), each side saves and loads by its own serializers.
"""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from savebench.comparing.environments.environment import Interpreter, Run, Shop
from savebench.errors import UsageError

NEEDS = ("msgspec",)
"""Distributions that the code inside a trial imports."""
_ROWS = "serializers"


def harness_path(
    interpreter: Interpreter, shop: Shop, user_path: Sequence[str], *, own_rows: bool = False
) -> list[str]:
    """Return what an interpreter must have on its path to conduct trials.

    Parameters
    ----------
    interpreter
        The one that will measure.
    shop
        In whose folder the copies are kept.
    user_path
        What the person has put on PYTHONPATH; it comes first.
    own_rows
        Save and load by the serializers of the savebench that is installed there, if one is.

    Raises
    ------
    UsageError
        When something that is needed cannot be installed.
    """
    lacking = [name for name in NEEDS if interpreter.version(name) is None]
    folder = shop.folder.parent / "harness"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    theirs = Path(interpreter.savebench) / _ROWS if own_rows and interpreter.savebench else None
    path = [*user_path, str(_copy_of_savebench(folder, theirs))]
    if lacking:
        path.append(str(_install_beside(interpreter, lacking, folder, shop.run)))
    return path


def _copy_of_savebench(folder: Path, rows: Path | None) -> Path:
    """Return a folder that holds this savebench, with another's serializers if they are named."""
    source = Path(__file__).parents[2]
    rows = rows or source / _ROWS
    total = hashlib.sha256()
    for file in [*sorted(source.rglob("*.py")), *sorted(rows.rglob("*.py"))]:
        total.update(file.name.encode())
        total.update(file.read_bytes())
    kept = folder / f"savebench-{total.hexdigest()[:16]}"
    if not kept.exists():
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
        compiled = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, draft / "savebench", ignore=compiled)
        shutil.rmtree(draft / "savebench" / _ROWS)
        shutil.copytree(rows, draft / "savebench" / _ROWS, ignore=compiled)
        _move_into_place(draft, kept)
    return kept


def _install_beside(
    interpreter: Interpreter, distributions: Sequence[str], folder: Path, run: Run
) -> Path:
    major, minor, _ = interpreter.version_info
    kept = folder / f"{'-'.join(distributions)}-{sys.platform}-{major}.{minor}"
    if kept.exists():
        return kept
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    ran = run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--target", str(draft), "--python-version", f"{major}.{minor}"),
            *("--only-binary", ":all:", *distributions),
        ]
    )
    if ran.code:
        shutil.rmtree(draft, ignore_errors=True)
        raise UsageError(
            f"{interpreter.executable} lacks {', '.join(distributions)}, which the harness needs; "
            f"install it there: {interpreter.executable} -m pip install {' '.join(distributions)}"
        )
    _move_into_place(draft, kept)
    return kept


def _move_into_place(draft: Path, kept: Path) -> None:
    """Rename a complete folder; one that another command has put there meanwhile stays."""
    try:
        draft.rename(kept)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not kept.exists():
            raise
