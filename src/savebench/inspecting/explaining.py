"""An inspection with what its parts are for, and what could be done about them."""

import ast
import re
from dataclasses import replace

from savebench.inspecting.distributions import brings, risks
from savebench.inspecting.drafts import Draft, every_draft, frozen, thawed
from savebench.inspecting.found import Inspection
from savebench.inspecting.possible import possibilities
from savebench.inspecting.purposes import NODE_BYTES, NODE_FIELDS, PACKAGES, purpose_of

_NODES = "nodes"
_ITEMSIZE = re.compile(r"\|?V(\d{1,6})\b")
_LONGEST_DTYPE = 4096


def explained(inspection: Inspection) -> Inspection:
    """Return an inspection whose parts say what they are for, as far as that is known.

    Beside that, what is missing here names the distribution that has it, and the notes say what
    could be done, and what loading it with the versions installed here would risk. Of a file and
    of an object alike; to explain twice changes nothing.
    """
    root = inspection.root
    if root is not None:
        draft = thawed(root)
        _annotate(draft)
        root = frozen(draft)
    found = replace(inspection, root=root)
    added = [*risks(found), *possibilities(found)]
    return replace(
        found,
        missing={name: known or brings(name) for name, known in found.missing.items()},
        notes=tuple(dict.fromkeys((*found.notes, *added))),
    )


def _annotate(root: Draft) -> None:
    for owner in every_draft(root):
        package = owner.type.partition(".")[0]
        if package not in PACKAGES:
            continue
        for part in owner.parts:
            attribute = part.path.removeprefix(owner.path).removeprefix(".")
            said = _purpose(owner.type, attribute, part)
            if said and said not in part.what:
                part.what = f"{said}; {part.what}" if part.what else said


def _purpose(owner: str, attribute: str, part: Draft) -> str:
    class_ = owner.rpartition(".")[2]
    if attribute == _NODES and class_ in NODE_FIELDS and part.array is not None:
        return _nodes(class_, part.array.dtype)
    purpose = purpose_of(owner, attribute)
    return purpose.said if purpose is not None else ""


def _nodes(class_: str, dtype: str) -> str:
    """Return what of a tree's nodes is not read, as a share of each."""
    fields = ", ".join(NODE_FIELDS[class_])
    size = _itemsize(dtype)
    if not size:
        return f"of it {fields}: not read by predict"
    return f"{100 * NODE_BYTES[class_] / size:.0f} % of it ({fields}) not read by predict"


def _itemsize(dtype: str) -> int:
    """Return the bytes of an item of a structured array, 0 where its dtype does not tell."""
    found = _ITEMSIZE.match(dtype)
    if found is not None:
        return int(found[1])
    try:
        spelled = ast.literal_eval(dtype[:_LONGEST_DTYPE])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return 0
    if isinstance(spelled, dict):
        size = spelled.get("itemsize")
        return size if isinstance(size, int) else 0
    sizes = [
        int(digits)
        for field in spelled
        if isinstance(field, tuple)
        for digits in re.findall(r"\d{1,4}", str(field[1])[:10])[:1]
    ]
    return sum(sizes)
