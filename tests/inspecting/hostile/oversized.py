"""Files that are small and ask for much: bombs, lying lengths, depth, and endless work."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import lz4.frame
import numpy as np
import zstandard

from tests.inspecting.hostile.kinds import Body, Hostile, damaged, file_of
from tests.inspecting.hostile.opcodes import (
    EMPTY_TUPLE,
    MARK,
    NONE,
    REDUCE,
    get,
    glob,
    put,
    system,
    text,
    whole,
)

GIGA = 10 * 2**30
"""Ten gigabytes."""
LESS = 2**30
"""One: as far as codecs go that shrink zeros to no less than a thousandth; a file stays small."""
BLOCK = 16 * 2**20
"""Of zeros, as one member of a bomb; as many follow as make ten gigabytes."""
LONG_BYTES = b"\x80\x04\x8e" + struct.pack("<Q", GIGA)
"""The head of a pickle that holds bytes for ten gigabytes (BINBYTES8)."""
POPS = b"N0" * 2**19
"""A megabyte of opcodes that lead nowhere."""


def _members(pack: Callable[[bytes], bytes], size: int = GIGA) -> bytes:
    """Return so many bytes as members of one compressed file."""
    return pack(LONG_BYTES) + pack(bytes(BLOCK)) * (size // BLOCK)


def _zlib_bomb(head: bytes, block: bytes, times: int) -> bytes:
    """Return one zlib stream whose middle is one full block, over and over."""
    packer = zlib.compressobj(9)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + middle * times


def _lz4(payload: bytes) -> bytes:
    packed: bytes = lz4.frame.compress(payload)
    return packed


def _zip_bomb(called: str, entry: str, head: bytes) -> Callable[[Path, str], Path]:
    """Return a writer of an archive with one entry of a gigabyte."""

    def write(folder: Path, _: str) -> Path:
        with (
            zipfile.ZipFile(folder / called, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open(entry, "w", force_zip64=True) as stream,
        ):
            stream.write(head)
            for _each in range(64):
                stream.write(bytes(BLOCK))
        return folder / called

    return write


def _npy_head(shape: tuple[int, ...], kind: str = "<f8") -> bytes:
    target = io.BytesIO()
    header = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_2_0(target, header)
    return target.getvalue()


BOMBS: dict[str, Body] = {
    "gzip bomb": lambda _: _members(lambda part: gzip.compress(part, 6), LESS),
    "gzip bomb in gzip": lambda _: gzip.compress(
        _members(lambda part: gzip.compress(part, 6), LESS), 6
    ),
    "zlib bomb": lambda _: _zlib_bomb(LONG_BYTES, bytes(BLOCK), LESS // BLOCK),
    "bz2 bomb": lambda _: _members(lambda part: bz2.compress(part, 1)),
    "xz bomb": lambda _: _members(lambda part: lzma.compress(part, preset=0)),
    "zstd bomb": lambda _: _members(zstandard.compress),
    "lz4 bomb": lambda _: _members(_lz4, LESS),
    "ZF bomb that tells its size": lambda _: (
        b"ZF" + hex(GIGA).ljust(19).encode() + _zlib_bomb(LONG_BYTES, bytes(BLOCK), LESS // BLOCK)
    ),
    "ZF bomb that lies about its size": lambda _: (
        b"ZF" + b"0x10".ljust(19) + _zlib_bomb(LONG_BYTES, bytes(BLOCK), LESS // BLOCK)
    ),
    "zstd bomb of opcodes": lambda _: (
        zstandard.compress(b"\x80\x04") + zstandard.compress(POPS * 64) * 160
    ),
    "zeros for a terabyte, said by zstd": lambda _: (
        b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 2**40) + b"\x01\x00\x00"
    ),
}
"""Some kilobytes or megabytes that unpack to ten gigabytes."""


def _doubling(times: int) -> bytes:
    """Push a list that holds the one before it twice, and so on."""
    body = b"]" + put(0)
    for slot in range(1, times + 1):
        body += b"](" + get(slot - 1) * 2 + b"e" + put(slot)
    return body


DEEP: dict[str, Body] = {
    "100,000 nested tuples": lambda m: whole(
        MARK * 100_000 + NONE + b"t" * 100_000 + b"0" + system(m)
    ),
    "100,000 nested lists": lambda m: whole(b"]" * 100_000 + b"a" * 99_999 + b"0" + system(m)),
    "100,000 nested dicts": lambda m: whole(
        b"}N" * 100_000 + NONE + b"s" * 100_000 + b"0" + system(m)
    ),
    "100,000 nested calls": lambda m: whole(
        glob("builtins", "list") * 100_000
        + EMPTY_TUPLE
        + (REDUCE + b"\x85") * 99_999
        + REDUCE
        + b"0"
        + system(m)
    ),
    "100,000 nested states": lambda m: whole(
        (glob("sklearn.dummy", "DummyClassifier") + b")\x81") * 100_000
        + b"b" * 99_999
        + b"0"
        + system(m)
    ),
    "lists that double 64 times": lambda m: whole(_doubling(64) + b"0" + system(m)),
    "strings that double 64 times": lambda m: whole(
        text("x" * 64) + put(0) + (get(0) + b"\x86" + put(0) + b"2") * 64 + b"0" + system(m)
    ),
    "a list in itself": lambda m: whole(b"]" + put(0) + get(0) + b"a0" + system(m)),
    "an object that is its own state": lambda m: whole(
        glob("sklearn.dummy", "DummyClassifier") + b")\x81" + put(0) + get(0) + b"b0" + system(m)
    ),
    "a million things remembered": lambda m: whole(NONE + b"\x94" * 1_000_000 + b"0" + system(m)),
    "a million copies on the stack": lambda m: whole(NONE + b"2" * 1_000_000 + system(m)),
    "a memo slot of 2**32": lambda m: whole(
        NONE + b"r\xff\xff\xff\xff0" + b"Np99999999999999999999\n0" + system(m)
    ),
    "a call of what two million opcodes made": lambda m: whole(
        MARK + NONE * 2_000_000 + b"t0" + system(m)
    ),
}
"""They are read to their end."""

LYING: dict[str, Body] = {
    "BINBYTES8 of ten gigabytes": lambda _: LONG_BYTES + b"few",
    "BINUNICODE8 of ten gigabytes": lambda _: b"\x80\x04\x8d" + struct.pack("<Q", GIGA) + b"few",
    "BYTEARRAY8 of ten gigabytes": lambda _: b"\x80\x05\x96" + struct.pack("<Q", GIGA) + b"few",
    "BINBYTES8 of 2**63": lambda _: b"\x80\x04\x8e" + struct.pack("<Q", 2**63) + b"few",
    "BINBYTES of two gigabytes": lambda _: b"\x80\x03B" + struct.pack("<I", 2**31) + b"few",
    "LONG4 of two gigabytes": lambda _: b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"few",
    "LONG4 of less than none": lambda _: b"\x80\x02\x8b" + struct.pack("<i", -5) + b"few.",
    "BINSTRING of less than none": lambda _: b"T" + struct.pack("<i", -5) + b"few.",
    "FRAME of ten gigabytes": lambda _: b"\x80\x04\x95" + struct.pack("<Q", GIGA) + b"N.",
    "FRAME of 2**64 - 1": lambda _: b"\x80\x04\x95" + struct.pack("<Q", 2**64 - 1) + b"N.",
    "a name without an end": lambda _: b"c" + b"o" * 5_000_000,
    "npy of ten gigabytes": lambda _: _npy_head((GIGA,)) + b"few",
    "npy of 2**80 rows": lambda _: _npy_head((2**80,)) + b"few",
    "npy of less than no rows": lambda _: _npy_head((-1,)) + b"few",
    "npy with code in its head": lambda _: (
        b"\x93NUMPY\x01\x00\x36\x00" + b"__import__('os').system('touch /nonexistent/marker')  "
    ),
    "npy with a head of four gigabytes": lambda _: b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
    "npy with a head nested deep": lambda _: (
        b"\x93NUMPY\x02\x00" + struct.pack("<I", 100_000) + b"(" * 100_000
    ),
}

DIGITS: dict[str, Body] = {
    "LONG of a million digits": lambda m: (
        b"\x80\x02L" + b"9" * 1_000_000 + b"L\n0" + system(m) + b"."
    ),
    "INT of a million digits": lambda m: (
        b"\x80\x02I" + b"9" * 1_000_000 + b"\n0" + system(m) + b"."
    ),
    "LONG4 of a million bytes": lambda m: (
        b"\x80\x02\x8b" + struct.pack("<i", 10**6) + b"\x7f" * 10**6 + b"0" + system(m) + b"."
    ),
    "FLOAT of a million digits": lambda m: (
        b"\x80\x02F" + b"9" * 1_000_000 + b"\n0" + system(m) + b"."
    ),
}


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield from damaged(BOMBS)
    yield from damaged(LYING)
    for name, body in DEEP.items():
        yield Hostile(name=name, write=file_of(body), culprit="os.system")
    for name, body in DIGITS.items():
        yield Hostile(name=name, write=file_of(body), culprit="os.system")
    for name, write in {
        "npz bomb": _zip_bomb("model.npz", "a.npy", _npy_head((2**27,))),
        "skops bomb": _zip_bomb("model.skops", "schema.json", b'{"a": "'),
    }.items():
        yield Hostile(name=name, write=write, verdict="damaged")
