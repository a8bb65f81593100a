"""What a pickle's opcodes put on the stack, as far as it must be known: light, and never expanded.

Plain values stand for themselves: None, truth values, short texts and bytes, whole numbers, and
tuples of such. The rest is one of these classes.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple


class Global:
    """Something imported; one object for each module and name."""

    __slots__ = ("full", "module", "name", "role")

    def __init__(self, module: str, name: str, role: str) -> None:
        """Carry both halves as the file spells them, and the role it was reviewed for."""
        self.module = module
        self.name = name
        self.full = f"{module}.{name}"
        self.role = role


class Opaque:
    """A value of which the type is all that is kept; one object for each type."""

    __slots__ = ("made", "type")

    def __init__(self, type_: str, made: Global | None = None) -> None:
        """Carry the type's dotted name, and what made it."""
        self.type = type_
        self.made = made


@dataclass(slots=True)
class Blob:
    """Bytes or a text too long to be kept."""

    type: str
    size: int
    digest: bytes = b""
    shrinks_to: float | None = None


@dataclass(slots=True)
class DType:
    """What a dtype's arguments and state say."""

    name: str
    itemsize: int
    hasobject: bool
    sound: bool = True
    """Its state does not contradict its name."""
    settled: bool = False
    """It has got its state."""
    exposed: bool = False
    """Somebody got hold of it before that."""


@dataclass(slots=True)
class Array:
    """What is known of an array."""

    dtype: DType | None
    shape: tuple[int, ...]
    order: str
    nbytes: int
    digest: bytes = b""
    shrinks_to: float | None = None


class Kid(NamedTuple):
    """A value within another: where, and how many bytes of the stream it takes."""

    key: Any
    value: Any
    size: int


class Node:
    """Something with parts: a list, a dict, a tuple, an object."""

    __slots__ = (
        "attrs",
        "count",
        "facts",
        "items",
        "kids",
        "known",
        "made",
        "odd",
        "state_of",
        "strange",
        "texts",
        "type",
        "words",
    )

    def __init__(self, type_: str, made: Global | None = None) -> None:
        """Make one of a type, by its dotted name, made by what."""
        self.type = type_
        self.made = made
        self.count = 0
        """Of a list: how long it is."""
        self.kids: list[Kid] | None = None
        self.attrs: list[Kid] | None = None
        self.items: tuple[Any, ...] | None = None
        """All of a tuple."""
        self.known: dict[str, Any] | None = None
        """What a dict holds, by keys that are texts; the first of them."""
        self.facts: Array | DType | None = None
        self.texts: list[int] | None = None
        """How many texts it holds, and bytes of them."""
        self.odd = ""
        """A key that no state should have."""
        self.state_of = False
        """It has been given to an object as its state, or decides what a state means."""
        self.strange = False
        """Of a list: it holds what is no estimator and no pair that names one, kept or not."""
        self.words: tuple[str | None, ...] = ()
        """Of a list, how its first texts begin; OTHER for what is neither a text nor None."""


FLOAT = Opaque("float")
COMPLEX = Opaque("complex")
INT = Opaque("int")
TEXT = Opaque("str")
BYTES = Opaque("bytes")
TUPLE = Opaque("tuple")
UNKNOWN = Opaque("object")

KNOWN_KEYS = 64
OTHER = "?"
"""Stands among texts for what is none."""


def type_of(value: Any) -> str:
    """Return the dotted name of a value's type, builtins without their module."""
    if isinstance(value, Node | Opaque | Blob):
        return value.type
    if isinstance(value, Global):
        return "type"
    if isinstance(value, DType):
        return "numpy.dtype"
    return "None" if value is None else type(value).__name__


def items_of(value: Any) -> tuple[Any, ...] | None:
    """Return what a tuple holds; None where it is no tuple, or not known."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, Node) and value.type == "tuple":
        return value.items
    return None
