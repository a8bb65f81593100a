"""Run the command line as a person does: in a process of its own."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LIMIT_S = 180
"""Guards against hangs only."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def savebench(*arguments: object, env: Mapping[str, str] | None = None) -> Ended:
    """Run ``savebench`` with arguments, and return how it ended."""
    done = subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def command(*arguments: object) -> list[str]:
    """Return the command's words."""
    return [sys.executable, "-m", "savebench.cli", *map(str, arguments)]


def checked(tool: str, *arguments: object) -> str:
    """Run a checker that is installed beside this Python; return what it printed if all is well."""
    program = shutil.which(tool, path=str(Path(sys.executable).parent))
    assert program, f"{tool} is not installed: pip install -e '.[test]'"
    words = [program, *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
