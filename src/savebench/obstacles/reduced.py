"""What ``__reduce_ex__`` told of an object, as parts with the steps that lead to them."""

import copyreg
from pickle import PicklingError
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any
from weakref import WeakKeyDictionary

from savebench.obstacles import paths
from savebench.obstacles.containers import Parts, is_atom, notable, notable_pairs
from savebench.obstacles.paths import Step

_NEW_OBJECT: tuple[Any, ...] = tuple(
    getattr(copyreg, name) for name in ("__newobj__", "__newobj_ex__")
)


def reduced_parts(value: Any, reduced: tuple[Any, ...]) -> Parts:
    """Yield what ``__reduce_ex__`` returned: a callable, its arguments, state and items."""
    function, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
    if function in _NEW_OBJECT:
        function, *arguments = arguments
        if reduced[0] is _NEW_OBJECT[1]:
            arguments, keywords = arguments
            arguments = (*arguments, *keywords.values())
        if value.__class__ is not function:  # as pickle checks
            raise PicklingError(f"args[0] from {reduced[0].__name__} args has the wrong class")
    yield (paths.CLASS if function is type(value) else _told("[0]")), function
    yield from _arguments(value, tuple(arguments))
    if items is not None:
        yield from notable(items, paths.item)
    if pairs is not None:
        yield from notable_pairs(pairs)
    if state is not None:
        yield from _state(value, state)


def _told(part: str) -> Step:
    return Step("{0}.__reduce_ex__(5){1}", part)


def _arguments(value: Any, arguments: tuple[Any, ...]) -> Parts:
    own = _own(value) if any(not is_atom(each) for each in arguments) else {}
    for number, argument in enumerate(arguments):
        if not is_atom(argument):
            yield _step_by_identity(value, own, argument) or _told(f"[1][{number}]"), argument


def _state(value: Any, state: Any) -> Parts:
    """Yield what a state holds: a dictionary, one for slots beside it, or anything else."""
    getter: Any = type(value).__getstate__
    told = Step("{0}.__getstate__()") if getter is not object.__getstate__ else _told("[2]")
    if type(state) is dict:
        yield from _attributes(value, state, told)
    elif _is_slotted(state):
        for number, each in enumerate(state):
            yield from _attributes(value, each or {}, Step(f"{told.template}[{number}]", told.key))
    elif type(state) in {tuple, list}:
        own = _own(value)
        for number, each in enumerate(state):
            if not is_atom(each):
                step = _step_by_identity(value, own, each)
                yield step or Step(f"{told.template}[{number}]", told.key), each
    elif not is_atom(state):
        yield told, state


def _is_slotted(state: Any) -> bool:
    return (
        type(state) is tuple
        and len(state) == 2  # noqa: PLR2004 - a pair
        and (state[0] is None or type(state[0]) is dict)
        and type(state[1]) is dict
    )


def _attributes(value: Any, state: dict[Any, Any], told: Step) -> Parts:
    """Yield a state's values as attributes where they are, else as the state's items."""
    own: dict[str, Any] | None = None
    for number, (key, part) in enumerate(state.items()):
        if is_atom(part):
            continue
        own = _own(value) if own is None else own
        if isinstance(key, str) and key.isidentifier() and own.get(key) is part:
            yield paths.attribute(key), part
        else:
            yield paths.within(told, paths.value_of(key, number)), part


def _own(value: Any) -> dict[str, Any]:
    """Return an object's attributes, asking none of its own code."""
    found: dict[str, Any] = {}
    for name, descriptor in _slots(type(value)).items():
        try:
            found[name] = descriptor.__get__(value)
        except AttributeError:  # a slot that holds nothing
            continue
    try:
        found |= object.__getattribute__(value, "__dict__")
    except AttributeError:  # slots alone
        return found
    return found


def _slots(kind: type) -> dict[str, Any]:
    """Return a class's slots, and what built-in types have in their place."""
    if kind not in _KNOWN_SLOTS:
        _KNOWN_SLOTS[kind] = {
            name: descriptor
            for owner in reversed(kind.__mro__)
            for name, descriptor in vars(owner).items()
            if type(descriptor) is MemberDescriptorType
            or (type(descriptor) is GetSetDescriptorType and owner.__module__ == "builtins")
        }
    return _KNOWN_SLOTS[kind]


_KNOWN_SLOTS: WeakKeyDictionary[type, dict[str, Any]] = WeakKeyDictionary()


def _step_by_identity(value: Any, own: dict[str, Any], part: Any) -> Step | None:
    """Return the step to the attribute or item that a part is, if it is one."""
    for name, each in own.items():
        if each is part:
            return paths.attribute(name)
        if type(each) is tuple and any(held is part for held in each):
            number = next(number for number, held in enumerate(each) if held is part)
            return paths.within(paths.attribute(name), paths.item(number))
    if issubclass(type(value), tuple):
        fields = getattr(type(value), "_fields", ())
        for number, each in enumerate(tuple.__iter__(value)):
            if each is part:
                named = number < len(fields)
                return paths.attribute(fields[number]) if named else paths.item(number)
    return None
