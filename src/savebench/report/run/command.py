"""The command line that repeats a run, put together from its header."""

import shlex
from collections.abc import Iterable, Iterator

from savebench.catalogue.suites import ON_REQUEST
from savebench.measuring.plan import COUNTED
from savebench.records.schema import Header

_WIDTH = 96


def command_line(header: Header) -> str:
    """Return the shell command that measures the same cases in the same way, over several lines.

    Workloads and serializers are named one by one: a suite may hold other rows elsewhere.
    """
    settings = header.settings
    words = ["savebench run", f"--suite {shlex.quote(settings.suite)}"]
    if settings.budget_s is not None:
        words.append(f"--budget {settings.budget_s:g}s")
    words += [
        f"--precision {settings.precision * 100:g}%",
        f"--launch {shlex.quote(settings.launch)}",
        f"--seed {header.seed}",
    ]
    if any(kind in settings.kinds for kind in COUNTED):
        words.append("--count")
    if settings.storage is not None:
        words.append(f"--storage {shlex.quote(settings.storage)}")
    words += [f"--{name}" for name, (kind, _) in ON_REQUEST.items() if kind in settings.kinds]
    words += [f"-w {shlex.quote(model)}" for model in _distinct(c.model for c in header.cases)]
    words += [f"-s {shlex.quote(name)}" for name in _distinct(c.serializer for c in header.cases)]
    return " \\\n  ".join(_filled(words))


def _filled(words: Iterable[str]) -> Iterator[str]:
    """Yield lines as full as they may be; a word that is longer stands alone."""
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > _WIDTH:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
