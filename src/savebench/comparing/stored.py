"""A comparison as a file: written as JSON, and read again against its type."""

import re
from pathlib import Path
from typing import Any

import msgspec

from savebench.comparing.comparison import SCHEMA, Comparison
from savebench.errors import DataError

FILE_NAME = "comparison.json"
"""What a comparison is called in the folder of ``savebench ab --out``."""


class _AnySchema(msgspec.Struct):
    schema: int


def encode_comparison(comparison: Comparison) -> str:
    """Return a comparison as indented JSON that ends in a line feed; what reads it ignores both.

    Half a character (a lone surrogate, as a foreign file may name a series) becomes U+FFFD.
    """
    try:
        data = msgspec.json.encode(comparison)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_whole(msgspec.to_builtins(comparison)))
    return msgspec.json.format(data, indent=2).decode() + "\n"


def read_comparison(path: Path) -> Comparison:
    """Return the comparison that a file, or the folder of ``savebench ab --out``, holds.

    Raises
    ------
    DataError
        When there is none, or what is there is not a comparison of this schema.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"{file}: no such comparison; make one with: savebench ab --out {file.parent}"
        ) from None
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror})") from None
    try:
        schema = msgspec.json.decode(data, type=_AnySchema).schema
        if schema != SCHEMA:
            raise DataError(
                f"{file}: a comparison of schema {schema}, and this savebench reads {SCHEMA}; "
                "show it with the savebench that made it"
            )
        return msgspec.json.decode(data, type=Comparison)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{file}: not a comparison ({error}); make it anew with: savebench ab or compare"
        ) from None


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value
