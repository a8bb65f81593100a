"""What a file looks like that is no model, so that a person sees what was mixed up."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file; Keras and PyTables write such"),
    (b"PAR1", "a Parquet table"),
    (b"ARROW1", "an Arrow table"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"PK\x03\x04", "a zip archive of something else"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"<!DOCTYPE", "a web page; was a download refused?"),
    (b"<html", "a web page; was a download refused?"),
    (b"<?xml", "XML"),
    (b"version https://git-lfs", "a pointer of Git LFS; fetch the file itself with git lfs pull"),
    (b"#!", "a script"),
)
_TAR_AT = 257
_TEXT_SHARE = 0.95


def looks_like(head: bytes) -> str:
    """Return in words what bytes look like that no reader knows."""
    for magic, words in _MAGIC:
        if head[: len(magic)].lower() == magic.lower():
            return words
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "a tar archive"
    text = _as_text(head)
    if text is None:
        return "no format that savebench knows"
    first = text.lstrip()
    if first[:1] in {"{", "["}:
        return "JSON"
    lines = text.splitlines()
    for mark, name in ((",", "CSV"), ("\t", "tab-separated text"), (";", "CSV")):
        counts = {line.count(mark) for line in lines[:5] if line.strip()}
        if len(counts) == 1 and counts.pop() > 0:
            return f"a table ({name})"
    return "text"


def _as_text(head: bytes) -> str | None:
    try:
        text = head[:4096].decode("utf-8", "ignore")
    except UnicodeDecodeError:
        return None
    printable = sum(each.isprintable() or each in "\n\r\t" for each in text)
    enough = len(text) and printable >= _TEXT_SHARE * len(text) and b"\0" not in head[:4096]
    return text if enough and len(text) >= len(head[:4096]) * _TEXT_SHARE / 2 else None
