"""A small assembler of pickles, for files that no pickler would write."""

import pickle
import struct
from shlex import quote

MARK, STOP, POP, DUP = b"(", b".", b"0", b"2"
REDUCE, BUILD, NEWOBJ, OBJ = b"R", b"b", b"\x81", b"o"
STACK_GLOBAL, MEMOIZE = b"\x93", b"\x94"
NONE, TRUE, EMPTY_DICT, EMPTY_LIST, EMPTY_TUPLE = b"N", b"\x88", b"}", b"]", b")"


def text(value: str) -> bytes:
    """Push a string (BINUNICODE)."""
    encoded = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def data(value: bytes) -> bytes:
    """Push bytes (BINBYTES)."""
    return b"B" + struct.pack("<I", len(value)) + value


def number(value: int) -> bytes:
    """Push an integer (LONG1 or LONG4)."""
    encoded = pickle.encode_long(value)
    if len(encoded) < 256:
        return b"\x8a" + bytes([len(encoded)]) + encoded
    return b"\x8b" + struct.pack("<i", len(encoded)) + encoded


def glob(module: str, name: str) -> bytes:
    """Push what a module holds under a name (GLOBAL)."""
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


def stack_global(module: str, name: str) -> bytes:
    """Push what a module holds under a dotted name (STACK_GLOBAL)."""
    return text(module) + text(name) + STACK_GLOBAL


def many(*items: bytes) -> bytes:
    """Push a tuple of what the items push."""
    return MARK + b"".join(items) + b"t"


def listed(*items: bytes) -> bytes:
    """Push a list of what the items push."""
    return EMPTY_LIST + MARK + b"".join(items) + b"e"


def table(**items: bytes) -> bytes:
    """Push a dict with these keys."""
    pairs = b"".join(text(key) + value for key, value in items.items())
    return EMPTY_DICT + MARK + pairs + b"u"


def call(function: bytes, *arguments: bytes) -> bytes:
    """Call what one item pushes with what the others push (REDUCE)."""
    return function + many(*arguments) + REDUCE


def made(of: bytes, *arguments: bytes) -> bytes:
    """Make an object without its ``__init__`` (NEWOBJ)."""
    return of + many(*arguments) + NEWOBJ


def built(thing: bytes, state: bytes) -> bytes:
    """Give an object its state (BUILD)."""
    return thing + state + BUILD


def put(slot: int) -> bytes:
    """Remember the top of the stack (BINPUT, LONG_BINPUT)."""
    return b"q" + bytes([slot]) if slot < 256 else b"r" + struct.pack("<I", slot)


def get(slot: int) -> bytes:
    """Push what was remembered (BINGET, LONG_BINGET)."""
    return b"h" + bytes([slot]) if slot < 256 else b"j" + struct.pack("<I", slot)


def whole(body: bytes, protocol: int = 4) -> bytes:
    """Make a file of it: the protocol first (none for 0 and 1), STOP at its end."""
    head = b"\x80" + bytes([protocol]) if protocol >= 2 else b""
    return head + body + STOP


def shell(marker: str) -> str:
    """Return the command that leaves the marker."""
    return f"touch {quote(marker)}"


def python(marker: str) -> str:
    """Return the Python expression that leaves the marker."""
    return f"__import__('pathlib').Path({marker!r}).touch()"


def system(marker: str) -> bytes:
    """Push the answer of ``os.system`` to the command that leaves the marker."""
    return call(glob("os", "system"), text(shell(marker)))
