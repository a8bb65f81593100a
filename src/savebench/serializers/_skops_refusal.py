"""Say which names of a skops file nobody has reviewed, and which of them no one should trust.

A person may trust types of models and of their parts. To trust a function, a lock or a module's
machinery would let a file call it; these are named apart, and never offered.
"""

import json
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from savebench.errors import Unsupported, UsageError

Trust = Sequence[str | type]

_CALLED = frozenset({"FunctionNode", "MethodNode", "OperatorFuncNode", "PartialNode"})
"""Nodes of a skops file that stand for what can be called, not for a value."""
_VALUES = frozenset({"collections", "datetime", "decimal", "fractions", "uuid", "zoneinfo"})
"""Modules of the standard library that hold values; what others hold opens, calls or locks."""
_RUNS_TEXT = ("scipy.stats.",)
"""Their distributions run a text that is part of their state."""
_ROOM = 240
"""Characters for names: a reason is one line of 500."""


def names_of(trust: Trust) -> tuple[str, ...]:
    """Return the names of types that a person trusts.

    Raises
    ------
    UsageError
        When they are no names of types, or what nobody should trust is among them.
    """
    given = [trust] if isinstance(trust, str | type) or not isinstance(trust, Iterable) else trust
    names = tuple(
        f"{each.__module__}.{each.__qualname__}" if isinstance(each, type) else each
        for each in given
    )
    if isinstance(trust, str) or not all(isinstance(name, str) and "." in name for name in names):
        raise UsageError(
            f"trust={trust!r}: write the full names of types, like "
            "trust=['xgboost.sklearn.XGBClassifier']"
        )
    never = [name for name in names if _never(name)]
    if never:
        raise UsageError(
            f"trust names {_list(never)}: no type of a model, and a file could run what it likes; "
            "use a round-trip serializer for a model that holds it"
        )
    return names


def refusal(path: Path, untrusted: Iterable[str]) -> Unsupported:
    """Return what to say of a file that needs names which are not trusted."""
    called = set(_called_in(path))
    names = sorted(untrusted)
    never = [name for name in names if name in called or _never(name)]
    types = [name for name in names if name not in never]
    if never:
        others = f"; nobody has reviewed {_list(types)} either" if types else ""
        return Unsupported(
            f"skops refuses {_list(never)}: no type of a model, and who trusts it lets a file run "
            f"what it likes{others}; use a round-trip serializer, or keep it out of the model"
        )
    return Unsupported(
        f"skops refuses types that nobody has reviewed: {_list(types)}. Where you trust "
        f"{'them' if len(types) > 1 else 'it'}, measure all the same: in a test by trust=[...], "
        "on the command line by a row of your own, which "
        "savebench.serializers.skops.skops(trust=[...], name='skops+mine') makes"
    )


def untrusted_in(path: Path, trusted: Iterable[str]) -> list[str]:
    """Return the names that a file needs and that are not trusted."""
    import skops.io

    return sorted(set(skops.io.get_untrusted_types(file=path)) - set(trusted))


def _never(name: str) -> bool:
    """Whether a name is, by where it lies, no type of a model or of its parts."""
    module = name.partition(".")[0]
    if module in _VALUES:
        return False
    if module in sys.stdlib_module_names or name.startswith(_RUNS_TEXT) or "<" in name:
        return True
    holder, _, attribute = name.rpartition(".")  # nothing is imported to find out
    value = getattr(sys.modules.get(holder), attribute, type)
    return callable(value) and not isinstance(value, type)


def _called_in(path: Path) -> Iterator[str]:
    """Yield the names of functions and methods in a file, as skops reports them."""
    with zipfile.ZipFile(path) as archive:
        pending: list[Any] = [json.loads(archive.read("schema.json"))]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            loader = value.get("__loader__")
            name = f"{value.get('__module__')}.{value.get('__class__')}"
            if loader == "MethodNode":
                yield f"{name}.{value['content']['func']}"
            elif loader in _CALLED:
                yield name
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)


def _list(names: Sequence[str]) -> str:
    shown = [
        name for at, name in enumerate(names) if not at or len(", ".join(names[: at + 1])) <= _ROOM
    ]
    more = [f"{len(names) - len(shown)} more"] if len(shown) < len(names) else []
    return ", ".join([*shown, *more])
