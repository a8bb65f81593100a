"""Pickles that strike from under one or several layers of compression."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator

import lz4.frame
import zstandard

from tests.inspecting.hostile.kinds import Body, Hostile, file_of
from tests.inspecting.hostile.opcodes import system, whole


def _lz4(payload: bytes) -> bytes:
    compressed: bytes = lz4.frame.compress(payload)
    return compressed


COMPRESSED: dict[str, Body] = {
    "gzip": lambda m: gzip.compress(whole(system(m))),
    "zlib": lambda m: zlib.compress(whole(system(m))),
    "bz2": lambda m: bz2.compress(whole(system(m))),
    "xz": lambda m: lzma.compress(whole(system(m))),
    "lzma": lambda m: lzma.compress(whole(system(m)), format=lzma.FORMAT_ALONE),
    "lz4": lambda m: _lz4(whole(system(m))),
    "gzip that names a file": lambda m: _named_member(whole(system(m))),
    "ZF of joblib before 0.10": lambda m: _zfile(whole(system(m))),
}
"""joblib.load opens them by itself."""

UNOPENED: dict[str, Body] = {
    "gzip in two members": lambda m: _halves(whole(system(m))),
    "zstd": lambda m: zstandard.compress(whole(system(m))),
    "zstd in two frames": lambda m: (
        zstandard.compress(whole(system(m))[:9]) + zstandard.compress(whole(system(m))[9:])
    ),
    "gzip in gzip": lambda m: gzip.compress(gzip.compress(whole(system(m)))),
    "gzip in xz in zstd": lambda m: zstandard.compress(
        lzma.compress(gzip.compress(whole(system(m))))
    ),
    "ZF in gzip": lambda m: gzip.compress(_zfile(whole(system(m)))),
    "zlib in bz2": lambda m: bz2.compress(zlib.compress(whole(system(m)))),
}


def _halves(payload: bytes) -> bytes:
    return gzip.compress(payload[:7]) + gzip.compress(payload[7:])


def _named_member(payload: bytes) -> bytes:
    target = io.BytesIO()
    with gzip.GzipFile("../../../../tmp/owned\x1b[2J", "wb", fileobj=target) as stream:
        stream.write(payload)
    return target.getvalue()


def _zfile(payload: bytes) -> bytes:
    return b"ZF" + hex(len(payload)).ljust(19).encode() + zlib.compress(payload)


def files() -> Iterator[Hostile]:
    """Yield them all."""
    for name, body in COMPRESSED.items():
        yield Hostile(name=name, write=file_of(body), strikes="joblib", culprit="os.system")
    for name, body in UNOPENED.items():
        yield Hostile(name=name, write=file_of(body), culprit="os.system")
