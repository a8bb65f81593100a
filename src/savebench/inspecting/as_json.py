"""An inspection as the object that scripts read; its keys are fixed, and only added to."""

from typing import Any

from savebench.inspecting.found import Inspection, Part
from savebench.inspecting.tree import largest


def as_object(found: Inspection) -> dict[str, Any]:
    """Return an inspection as plain values, ready for JSON."""
    arrays = [part for part in _all(found.root) if part.array is not None]
    return {
        "source": found.source,
        "container": found.container,
        "compression": found.compression,
        "protocol": found.protocol,
        "file_bytes": found.file_bytes,
        "uncompressed_bytes": found.uncompressed_bytes,
        "written_by": dict(found.written_by),
        "globals": [
            {
                "name": each.name,
                "trusted": each.trusted,
                "count": each.count,
                "called": each.called,
                "at": each.at,
                "why": each.why,
            }
            for each in found.globals
        ],
        "trusted": found.trusted,
        "distrust": list(found.distrust),
        "classes": list(found.classes),
        "missing": dict(found.missing),
        "arrays": {
            "count": sum(part.count for part in arrays),
            "bytes": sum(part.bytes for part in arrays),
        },
        "largest": [
            {"path": part.path, "bytes": part.bytes, "what": part.what}
            for part in largest(found.root)
        ],
        "notes": list(found.notes),
        "left_out": list(found.left_out),
        "damage": found.damage,
    }


def _all(root: Part | None) -> list[Part]:
    """Return all parts in the order of the tree."""
    found, waiting = [], [root] if root is not None else []
    while waiting:
        part = waiting.pop()
        found.append(part)
        waiting.extend(reversed(part.parts))
    return found
