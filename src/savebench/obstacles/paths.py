"""The way from a model down to one of its parts, as a person writes it in Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

WHOLE = "the model itself"

_LONGEST = 100
_LONGEST_KEY = 40
_PLAIN_KEYS = frozenset({str, int, float, bool, bytes, type(None)})
_SHOWN_STEPS = 6
_KEPT_STEPS = 20
_LONGEST_PERIOD = 6


class Step(NamedTuple):
    """One step down: a template over the path so far, and what it is filled with."""

    template: str
    key: Any = None


def attribute(name: str) -> Step:
    """Return the step to ``.name``."""
    return Step("{0}.{1}", name)


def item(key: Any) -> Step:
    """Return the step to ``[key]``."""
    return Step("{0}[{1!r}]", key)


def index(text: str) -> Step:
    """Return the step to ``[text]``."""
    return Step("{0}[{1}]", text)


def member(number: int) -> Step:
    """Return the step to what only an iteration reaches: of a set, a key of a dictionary."""
    return Step("list({0})[{1}]", number)


def value_of(key: Any, number: int) -> Step:
    """Return the step to a dictionary's value: by its key, or by its place for odd keys."""
    plain = _plain(key)
    return Step("list({0}.values())[{1}]", number) if plain is None else Step("{0}[{1}]", plain)


def column(name: Any, number: int) -> Step:
    """Return the step to a column of a frame: by its name, or by its place for odd names."""
    plain = _plain(name)
    return Step("{0}.iloc[:, {1}]", number) if plain is None else Step("{0}[{1}]", plain)


def within(first: Step, second: Step) -> Step:
    """Return two steps as one."""
    hole = "\0"
    inner = first.template.format(hole, first.key)
    whole = second.template.format(hole, second.key).replace(hole, inner)
    return Step(whole.replace("{", "{{").replace("}", "}}").replace(hole, "{0}"))


HERE = Step("{0}")
CLASS = Step("{0}.__class__")


def _plain(key: Any) -> str | None:
    """Return a key as source code, or None where it has none that is short."""
    if type(key) is tuple:
        parts = [_plain(each) for each in key]
        if any(part is None for part in parts):
            return None
        text = f"({', '.join(filter(None, parts))}{',' if len(parts) == 1 else ''})"
    elif type(key) in _PLAIN_KEYS:
        text = repr(key)
    elif type(key).__module__ == "numpy" and hasattr(key, "item"):
        text = repr(key.item())  # equals the key, and has its hash
    else:
        return None
    return text if len(text) <= _LONGEST_KEY else None


def path_of(steps: Sequence[Step]) -> str:
    """Return ``steps[-1][1].cache_['a']``; ``""`` for the model itself. What is long is cut."""
    if len(steps) > 2 * _KEPT_STEPS:
        return _cut(f"{_whole(steps[:_KEPT_STEPS])}...{_whole(steps[-_KEPT_STEPS:])}")
    return _cut(_whole(steps))


def _whole(steps: Sequence[Step]) -> str:
    path = ""
    for step in steps:
        base = path if step.template.startswith("{0}") else path.removeprefix(".") or "model"
        path = step.template.format(base, step.key)
    return path.removeprefix(".")


def _cut(path: str) -> str:
    if len(path) <= _LONGEST:
        return path
    return f"{path[: _LONGEST // 2]}...{path[-(_LONGEST // 2 - 3) :]}"


def chain_of(steps: Sequence[Step]) -> str:
    """Return the beginning of a long way down, as far as it does not repeat itself.

    ``root.next.next...``
    """
    for start in range(min(len(steps), _SHOWN_STEPS)):
        for period in range(1, _LONGEST_PERIOD + 1):
            unit, again = (
                [_likeness(step) for step in steps[begin : begin + period]]
                for begin in (start, start + period)
            )
            if len(unit) == period and unit == again:
                return f"{path_of(steps[: start + 2 * period])}..."
    return f"{path_of(steps[:_SHOWN_STEPS])}..."


def _likeness(step: Step) -> tuple[str, str]:
    """Return what two steps have in common that go alike: any place in a list is one of them."""
    return step.template, step.key if isinstance(step.key, str) else ""


@dataclass(slots=True)
class Node:
    """A part of the model that was met on the way down."""

    value: Any
    parent: "Node | None" = None
    step: Step = HERE

    def way(self) -> list["Node"]:
        """Return the nodes from the model down to this."""
        way = [self]
        while way[-1].parent is not None:
            way.append(way[-1].parent)
        return way[::-1]

    def path(self) -> str:
        """Return the way as a person writes it."""
        return path_of([node.step for node in self.way()[1:]])
