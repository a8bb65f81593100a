"""Importing this module teaches joblib the codec ``zstd``, for dump and for load."""

from typing import Any

import joblib
import zstandard
from joblib.compressor import CompressorWrapper


class ZstdWrapper(CompressorWrapper):  # type: ignore[misc] # joblib has no types
    """Opens zstd streams for joblib, which recognizes them by their first bytes."""

    def __init__(self) -> None:
        """Name the frame's magic number (RFC 8878, section 3.1.1) and the usual extension."""
        super().__init__(obj=None, prefix=b"\x28\xb5\x2f\xfd", extension=".zst")

    def compressor_file(self, fileobj: Any, compresslevel: int | None = None) -> Any:
        """Return a stream that compresses into a path or an open file."""
        level = 3 if compresslevel is None else compresslevel
        return zstandard.open(fileobj, "wb", cctx=zstandard.ZstdCompressor(level=level))

    def decompressor_file(self, fileobj: Any) -> Any:
        """Return a stream that decompresses an open file."""
        return zstandard.open(fileobj, "rb", closefd=False)


joblib.register_compressor("zstd", ZstdWrapper(), force=True)
