"""Small files that have a constructor, not the reader, take all memory once they are loaded."""

from collections.abc import Iterator

from tests.inspecting.hostile.kinds import Body, Hostile, refused
from tests.inspecting.hostile.opcodes import (
    NEWOBJ,
    call,
    data,
    get,
    glob,
    listed,
    many,
    number,
    put,
    text,
    whole,
)

FALSE = b"\x89"
ARRAY = glob("numpy", "ndarray")
HUGE = 60 * 10**9
RECONSTRUCT = glob("numpy._core.multiarray", "_reconstruct")
EMPTY = call(RECONSTRUCT, ARRAY, many(number(0)), data(b"b"))


def _range(*ends: int) -> bytes:
    return call(glob("builtins", "range"), *map(number, ends))


def _in_parts() -> bytes:
    """Reserve ten gigabytes in pieces of which each may be."""
    piece = call(glob("builtins", "bytearray"), number(5 * 10**7))
    return whole(listed(*[piece] * 200))


def _doubled() -> bytes:
    """Copy one list of a million numbers a thousand times."""
    numbers = call(glob("builtins", "list"), _range(10**6)) + put(1)
    copies = [call(glob("builtins", "list"), get(1))] * 1000
    return whole(listed(numbers, *copies))


BOMBS: dict[str, Body] = {
    "bytes of a number": lambda _: whole(call(glob("builtins", "bytes"), number(HUGE))),
    "a bytearray of a number": lambda _: whole(call(glob("builtins", "bytearray"), number(HUGE))),
    "a bytearray of a number of many digits": lambda _: whole(
        call(glob("builtins", "bytearray"), number(10**200))
    ),
    "a list of a range": lambda _: whole(call(glob("builtins", "list"), _range(10**12))),
    "a set of a range with both ends": lambda _: whole(
        call(glob("builtins", "set"), _range(-(10**9), 10**9, 2))
    ),
    "bytes of a number, without a constructor": lambda _: whole(
        glob("builtins", "bytes") + many(number(HUGE)) + NEWOBJ
    ),
    "bytes of a number, by copyreg": lambda _: whole(
        call(glob("copyreg", "__newobj__"), glob("builtins", "bytes"), number(HUGE))
    ),
    "a void of a number": lambda _: whole(call(glob("numpy", "void"), number(HUGE))),
    "a scalar without bytes": lambda _: whole(
        call(
            glob("numpy._core.multiarray", "scalar"),
            call(glob("numpy", "dtype"), text("V2000000000"), FALSE, b"\x88"),
        )
    ),
    "an array of a shape, without a constructor": lambda _: whole(
        ARRAY + many(many(number(10**6), number(10**5))) + NEWOBJ
    ),
    "an empty array that is none": lambda _: whole(
        call(RECONSTRUCT, ARRAY, many(number(HUGE)), data(b"b"))
    ),
    "an empty array of large items": lambda _: whole(
        call(RECONSTRUCT, ARRAY, many(number(1)), text("V2000000000"))
    ),
    "a masked array that is none": lambda _: whole(
        call(
            glob("numpy.ma.core", "_mareconstruct"),
            glob("numpy.ma.core", "MaskedArray"),
            ARRAY,
            many(number(HUGE)),
            data(b"b"),
        )
    ),
    "an array of objects with a shape and no list": lambda _: whole(
        EMPTY
        + many(
            number(1),
            many(number(HUGE)),
            call(glob("numpy", "dtype"), text("O8"), FALSE, b"\x88"),
            FALSE,
            listed(),
        )
        + b"b"
    ),
    "nodes of a tree": lambda _: whole(
        call(glob("sklearn.tree._tree", "Tree"), number(1), EMPTY, number(HUGE))
    ),
    "much in many parts": lambda _: _in_parts(),
    "one list copied over and over": lambda _: _doubled(),
}


def files() -> Iterator[Hostile]:
    """Yield them all; none is loaded, for that would take all memory."""
    yield from refused(BOMBS, strikes="none")
