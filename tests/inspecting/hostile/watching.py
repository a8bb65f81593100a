"""A child that inspects files one after another, and tells what it did, took and found.

``python -m tests.inspecting.hostile.watching SCRATCH < paths`` prints a line of JSON for each path:
first that it begins, then how it ended. What Python itself reports as done meanwhile (audit events)
and nobody may do is listed.
"""

import codecs
import io
import json
import os
import pickle
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import skops.io
import zstandard

from savebench.cli import main
from savebench.errors import SavebenchError
from savebench.inspecting.file import inspect_file

FORBIDDEN = (
    "code.__new__",
    "cpython.run",
    "ctypes.",
    "exec",
    "ftplib.",
    "function.__new__",
    "http.",
    "imaplib.",
    "marshal.",
    "os.chmod",
    "os.chown",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.putenv",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.symlink",
    "os.system",
    "os.truncate",
    "pickle.find_class",
    "pty.",
    "shutil.",
    "smtplib.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "telnetlib.",
    "tempfile.mkdtemp",
    "urllib.",
    "webbrowser.",
)
SLOW_S = 0.4
"""Files that take longer, bombs above all, are inspected once."""
OURS = ("savebench", "encodings")
"""Modules that may be imported late."""


@dataclass(slots=True)
class Seen:
    """What came of one path."""

    path: str
    outcome: str = ""
    """"trusted", "refused", "damaged", or the name of an error that nobody may let through."""
    why: str = ""
    names: list[str] = field(default_factory=list)
    """Those that are not trusted."""
    seconds: float = 0.0
    """Of the processor."""
    peak_bytes: int = 0
    """The most that this process ever had in memory, up to here."""
    did: list[str] = field(default_factory=list)
    """What it must not do."""
    code: int | None = None
    """The command's exit code; None: the file took long, and was not read three times."""
    printed: str = ""
    """What the command printed for a person, to both streams."""
    json_code: int | None = None
    json: str = ""


class Watch:
    """An audit hook that notes what must not happen while it is on."""

    def __init__(self, scratch: str) -> None:
        """Allow writing below `scratch` only."""
        self.scratch = scratch
        self.on = False
        self.allowed = ""
        self.did: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take one event."""
        if not self.on:
            return
        self.on = False
        if event == "open":
            self._opened(*arguments)
        elif event == "import" and not str(arguments[0]).startswith(OURS):
            self.did.append(f"import {arguments[0]}")
        elif event == "compile" and arguments[1] != "<unknown>":  # that is ast.literal_eval's
            self.did.append(f"compile {arguments[1]}")
        elif event.startswith(FORBIDDEN) and not (event == "exec" and self._ours(arguments[0])):
            self.did.append(f"{event} {arguments!r:.200}")
        self.on = True

    def _opened(self, path: object, _mode: object, flags: int) -> None:
        where = os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes) else ""
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and not where.startswith(self.scratch):
            self.did.append(f"open to write {path!r}")
        code = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[3]), self.scratch)
        if where and not where.startswith((self.allowed, *code)):
            self.did.append(f"open elsewhere {path!r}")

    def _ours(self, code: Any) -> bool:
        return "savebench" in code.co_filename or "encodings" in code.co_filename


def inspected(path: str, watch: Watch) -> Seen:
    """Inspect one path from Python and from the command line."""
    seen = Seen(path)
    watch.did.clear()
    watch.allowed = os.path.realpath(Path(path).parent)
    began = time.process_time()
    watch.on = True
    try:
        found = inspect_file(Path(path))
    except SavebenchError as error:
        seen.outcome, seen.why = "damaged", str(error)
    except BaseException as error:  # noqa: BLE001 - none may come through, whatever it is
        seen.outcome, seen.why = type(error).__name__, str(error)[:500]
    else:
        seen.outcome = "trusted" if found.trusted else "damaged" if found.damage else "refused"
        seen.names = [each.name[:200] for each in found.globals if not each.trusted][:30]
        seen.why = found.damage or "; ".join(found.distrust)
    watch.on = False
    seen.seconds = time.process_time() - began
    if seen.seconds < SLOW_S:
        watch.on = True
        seen.code, seen.printed = _commanded("inspect", path)
        seen.json_code, seen.json = _commanded("inspect", path, "--json")
        watch.on = False
    seen.peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    seen.did = list(watch.did)
    return seen


def _commanded(*words: str) -> tuple[int, str]:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    code: object = 0
    with redirect_stdout(out), redirect_stderr(out):
        try:
            main(list(words), standalone_mode=False)
        except SystemExit as left:
            code = left.code
        except BaseException as error:  # noqa: BLE001 - none may come through, whatever it is
            return 99, f"Traceback: {error!r}"
    out.flush()
    printed = out.buffer
    assert isinstance(printed, io.BytesIO)
    return int(str(code or 0)), printed.getvalue().decode("utf-8", "surrogateescape")


def watched(scratch: str) -> None:
    """Inspect the paths of standard input."""
    warnings.simplefilter("ignore")
    watch = Watch(os.path.realpath(scratch))
    paths = [json.loads(line) for line in sys.stdin]
    for path in _harmless(Path(scratch)):  # what is imported late and read once is ours
        inspected(str(path), watch)
    for codec in ("raw_unicode_escape", "unicode_escape", "latin-1", "ascii", "idna", "utf-16"):
        codecs.lookup(codec)
    sys.addaudithook(watch)
    for path in paths:
        _tell({"begins": path})
        _tell(asdict(inspected(path, watch)))


def _harmless(scratch: Path) -> Iterator[Path]:
    """Write a few good files, so that what is loaded late is loaded before the watch begins."""
    for compress in (0, "zlib", "gzip", "bz2", "lzma", "xz", "lz4"):
        joblib.dump({"a": np.zeros(3), "b": "c"}, scratch / "good", compress=compress)
        yield scratch / "good"
    np.savez(scratch / "good.npz", a=np.zeros(3))
    yield scratch / "good.npz"
    skops.io.dump({"a": np.zeros(3)}, scratch / "good.skops")
    yield scratch / "good.skops"
    (scratch / "good").write_bytes(zstandard.compress(pickle.dumps([None])))
    yield scratch / "good"


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    watched(sys.argv[1])
