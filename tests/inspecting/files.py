"""Files to inspect, written for one test."""

import pickle
from pathlib import Path
from typing import Any

from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection, Part


def inspected(folder: Path, raw: bytes, name: str = "model.bin") -> Inspection:
    """Return what is found in a file of these bytes."""
    path = folder / name
    path.write_bytes(raw)
    return inspect_file(path)


def pickled(folder: Path, value: Any, protocol: int = 5) -> Inspection:
    """Return what is found in a pickle of a value."""
    return inspected(folder, pickle.dumps(value, protocol))


def part_at(found: Inspection, path: str) -> Part:
    """Return the part that stands at a path."""
    waiting = [found.root]
    while waiting:
        part = waiting.pop()
        if part is None:
            continue
        if part.path == path:
            return part
        waiting.extend(part.parts)
    raise AssertionError(f"nothing stands at {path!r}")


def untrusted(found: Inspection) -> list[str]:
    """Return the names that are not trusted."""
    return [each.name for each in found.globals if not each.trusted]
