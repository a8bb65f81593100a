"""Files looked at by a child that is watched: what came of each."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Watched:
    """What a child told, path by path."""

    seen: tuple[dict[str, Any], ...]
    """Of `watching.Seen` each."""
    broke_at: str
    """The path at which the child hung or died; empty: it came to its end."""


def watch(paths: Sequence[Path], scratch: Path, limit_s: float) -> Watched:
    """Inspect the paths in one child, which may take so long in all."""
    scratch.mkdir()
    command = [sys.executable, "-m", "tests.inspecting.hostile.watching", str(scratch)]
    lines = "\n".join(json.dumps(str(path)) for path in paths)
    try:
        done = subprocess.run(
            command,
            input=lines,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
            cwd=ROOT,
        )
        out, err = done.stdout, done.stderr
    except subprocess.TimeoutExpired as hung:
        out, err = _text(hung.stdout), _text(hung.stderr)
    told = [json.loads(line) for line in out.splitlines() if line.endswith("}")]
    seen = tuple(each for each in told if "outcome" in each)
    begun = [each["begins"] for each in told if "begins" in each]
    if len(seen) == len(paths):
        return Watched(seen, "")
    return Watched(seen, f"{begun[-1] if begun else 'the start'}: {err[-2000:]}")


def _text(streamed: bytes | str | None) -> str:
    return streamed.decode() if isinstance(streamed, bytes) else streamed or ""
