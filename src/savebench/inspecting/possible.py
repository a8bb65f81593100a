"""What could be done about what a model holds: sentences, each with its figure and its price."""

from collections.abc import Iterator

from savebench.inspecting.found import Inspection, Part
from savebench.inspecting.purposes import purpose_of
from savebench.inspecting.tree import duplicates, every_part
from savebench.units import human_bytes

_WORTH = 0.02
"""Of the whole; what is less is not worth a sentence."""
_SHRINKS = 0.8
_HARDLY = 0.93
_MOST_DUPLICATES = 3
_SMALL_FILE = 64 * 1024
_DATA = "the training data itself"
_LONGEST = 100


def possibilities(inspection: Inspection) -> Iterator[str]:
    """Yield what could be done, the largest first; nothing of it has been done."""
    root = inspection.root
    if root is None or inspection.container in {"onnx", "xgboost", "lightgbm"}:
        return
    yield from _unread(root)
    if not any("holds the same" in note for note in inspection.notes):
        yield from _twice(root)
    yield from _doubles(root)
    if inspection.compression == "none" and root.bytes >= _SMALL_FILE:
        yield from _compressible(root)


def _share(size: int, root: Part) -> str:
    return f"{human_bytes(size)}, {100 * size / root.bytes:.0f} %" if root.bytes else ""


def _unread(root: Part) -> Iterator[str]:
    """Say what could be deleted before saving."""
    found: dict[tuple[str, str, str], list[Part]] = {}
    inside: str | None = None
    for owner, part in _owned(root):
        if inside is not None and part.path.startswith(inside):
            continue
        attribute = part.path.removeprefix(owner.path).removeprefix(".")
        purpose = purpose_of(owner.type, attribute)
        if purpose is not None and purpose.not_read and not purpose.zeroed:
            inside = part.path
            key = (attribute, purpose.not_read, purpose.lost)
            found.setdefault(key, []).append(part)
    for (attribute, method, lost), parts in found.items():
        size = sum(part.bytes for part in parts)
        if root.bytes and size >= _WORTH * root.bytes:
            price = f"; lost: {lost}" if lost else ""
            where = parts[0].path[:_LONGEST] if len(parts) == 1 else f"{attribute} of {len(parts)}"
            yield (
                f"{where} could be deleted before saving ({_share(size, root)}): {method} answers "
                f"the same{price}"
            )


def _owned(root: Part) -> Iterator[tuple[Part, Part]]:
    for _, owner in every_part(root):
        for part in owner.parts:
            yield owner, part


def _twice(root: Part) -> Iterator[str]:
    for part in [each for each in duplicates(root) if each.bytes][:_MOST_DUPLICATES]:
        same = part.array.same_as if part.array is not None else ""
        if part.bytes >= _WORTH * root.bytes:
            yield (
                f"{part.path[:_LONGEST]} holds the same {human_bytes(part.bytes)} as "
                f"{same[:_LONGEST]}: pickle keeps them once only if both are one object"
            )


def _doubles(root: Part) -> Iterator[str]:
    """Say which training data in doubles could be kept in singles."""
    for _, part in every_part(root):
        doubles = part.array is not None and "float64" in part.array.dtype
        if part.what.startswith(_DATA) and doubles and part.bytes >= _WORTH * root.bytes:
            yield (
                f"{part.path[:_LONGEST]} is float64 ({_share(part.bytes, root)}): training on "
                "float32 halves it; answers change slightly"
            )


def _compressible(root: Part) -> Iterator[str]:
    """Say what a codec would leave, by the samples of the arrays."""
    tried = [
        (part.bytes, part.array.shrinks_to)
        for _, part in every_part(root)
        if part.array is not None and part.array.shrinks_to is not None
    ]
    size = sum(each for each, _ in tried)
    if size < root.bytes / 2:
        return
    left = sum(each * share for each, share in tried) / size
    if left <= _SHRINKS:
        yield (
            f"its arrays shrink to about {100 * left:.0f} % with a fast codec: joblib+zlib3, "
            "joblib+lz4 or a codec of zstd saves room and download; loading takes longer, and "
            "what is compressed cannot be mapped"
        )
    elif left >= _HARDLY:
        yield (
            f"its arrays hardly shrink (to {100 * left:.0f} %): compressing costs time and saves "
            "little"
        )
