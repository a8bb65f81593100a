"""What a file looks like that is no model of a kind known here, and what to do with it."""

import re
from typing import NamedTuple


class Look(NamedTuple):
    """What a person is told."""

    words: str
    advice: str = ""
    """What to do; empty: name the file of a model instead."""


_KERAS = "load it with keras.models.load_model"
_TORCH = "load it with torch.load(weights_only=True)"
_TABLE = "if it is the probe, give it as --probe"
_AGAIN = "download it again; a page that refuses came instead"

_MAGIC: tuple[tuple[bytes, Look], ...] = (
    (b"\x89PNG", Look("a PNG picture")),
    (b"\xff\xd8\xff", Look("a JPEG picture")),
    (b"GIF8", Look("a GIF picture")),
    (b"%PDF", Look("a PDF document")),
    (b"\x89HDF", Look("an HDF5 file, as Keras and PyTables write", _KERAS)),
    (b"GGUF", Look("a GGUF file, a language model", "llama.cpp and its kin read it")),
    (b"CBM1", Look("a model of CatBoost", "load it with catboost.CatBoost().load_model")),
    (b"\xba\x16\x4f\x2f", Look("a model of fastText", "load it with fasttext.load_model")),
    (b"\xac\xed\x00\x05", Look("a Java object", "Java and Weka read it")),
    (b"RDX", Look("a data file of R", "R's load reads it")),
    (b"MATLAB 5.0", Look("a data file of MATLAB", "scipy.io.loadmat reads it")),
    (b"PAR1", Look("a Parquet table", _TABLE)),
    (b"ARROW1", Look("an Arrow table", "pandas.read_feather reads it")),
    (b"SQLite format 3", Look("an SQLite database")),
    (b"\x7fELF", Look("a program")),
    (b"MZ", Look("a Windows program")),
    (b"Rar!", Look("a RAR archive", "unpack it, and name the model in it")),
    (b"7z\xbc\xaf", Look("a 7-Zip archive", "unpack it, and name the model in it")),
    (b"<!DOCTYPE", Look("a web page", _AGAIN)),
    (b"<html", Look("a web page", _AGAIN)),
    (b"<?xml", Look("XML, as PMML is", "pypmml reads PMML")),
    (
        b"version https://git-lfs",
        Look("a pointer of Git LFS", "fetch the file itself with git lfs pull"),
    ),
    (b"#!", Look("a script")),
)
_ZIP = b"PK"
_ZIPPED: tuple[tuple[re.Pattern[bytes], Look], ...] = (
    (re.compile(rb"/data\.pkl|/byteorder|/version"), Look("an archive of PyTorch", _TORCH)),
    (re.compile(rb"model\.weights\.h5|metadata\.json"), Look("a model of Keras", _KERAS)),
    (re.compile(rb"word/|xl/|ppt/|\[Content_Types\]"), Look("a document of an office")),
)
_SAFETENSORS = re.compile(rb".{5}\0\0\0\s*\{\"", re.DOTALL)
_TFLITE = b"TFL3"
_TAR_AT = 257
_TEXT_SHARE = 0.95


def looks_like(head: bytes) -> Look:
    """Return what bytes look like that no reader knows, and what to do with them."""
    look = _by_magic(head) or _zip_look(head) or _by_place(head)
    if look is not None:
        return look
    text = _as_text(head)
    return Look("no format that savebench knows") if text is None else _text_look(text)


def _by_magic(head: bytes) -> Look | None:
    found = (look for magic, look in _MAGIC if head[: len(magic)].lower() == magic.lower())
    return next(found, None)


def _zip_look(head: bytes) -> Look | None:
    if not head.startswith(_ZIP):
        return None
    found = (look for pattern, look in _ZIPPED if pattern.search(head))
    return next(found, Look("a zip archive of something else"))


def _by_place(head: bytes) -> Look | None:
    """Return what is told by bytes further in."""
    if head[4:8] == _TFLITE:
        return Look("a model of TensorFlow Lite", "its interpreter reads it")
    if _SAFETENSORS.match(head):
        return Look("a safetensors file", "load it with safetensors; it holds arrays only")
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return Look("a tar archive", "unpack it, and name the model in it")
    return None


def _text_look(text: str) -> Look:
    first = text.lstrip()
    if first[:1] in {"{", "["}:
        return Look("JSON")
    lines = text.splitlines()
    for mark, name in ((",", "CSV"), ("\t", "tab-separated text"), (";", "CSV")):
        counts = {line.count(mark) for line in lines[:5] if line.strip()}
        if len(counts) == 1 and counts.pop() > 0:
            return Look(f"a table ({name})", _TABLE)
    return Look("text")


def _as_text(head: bytes) -> str | None:
    try:
        text = head[:4096].decode("utf-8", "ignore")
    except UnicodeDecodeError:
        return None
    printable = sum(each.isprintable() or each in "\n\r\t" for each in text)
    enough = len(text) and printable >= _TEXT_SHARE * len(text) and b"\0" not in head[:4096]
    return text if enough and len(text) >= len(head[:4096]) * _TEXT_SHARE / 2 else None
