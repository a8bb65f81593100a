"""What a command line that cannot be understood was probably meant to say.

click tells what it could not parse. Here stands what people mean by it: a model where a verb or a
run belongs, a pattern that the shell has replaced with the names of files, a misspelt verb.
"""

import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import click

from savebench.own_model import looks_like_a_model, said_of_file

_TAKE_PATTERNS = frozenset({"-w", "--workload", "-s", "--serializer", "--only"})
_FEWEST = 2
"""So many letters in common tell how a pattern ended."""


@dataclass(slots=True)
class _Stretch:
    """An option with its value, if it takes one, and the words behind it up to the next."""

    option: str = ""
    value: str = ""
    rest: list[str] = field(default_factory=list)


def meant(error: click.UsageError, words: Sequence[str]) -> str:
    """Return what to say instead of what click does, ``""`` where click says it best.

    Parameters
    ----------
    error
        What click raised.
    words
        The command line, from the verb on.
    """
    command = error.ctx.command if error.ctx is not None else None
    if isinstance(command, click.Group):
        return _meant_verb(command, words)
    if command is None:
        return ""
    stretches = list(_stretches(command, words[1:]))
    plain = [word for each in stretches for word in each.rest]
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    takes = [each.human_readable_name for each in arguments]
    too_many = len(plain) > len(takes)
    if too_many and (pattern := _by_the_shell(stretches)):
        return pattern
    for word in plain:
        if looks_like_a_model(Path(word)):
            return said_of_file(word)
    return _of_no_use(str(command.name), takes, plain) if too_many else ""


def by_the_shell(pattern: str) -> str:
    """Return a remark on a name that matches nothing and is a file's, ``""`` where it is none."""
    if not os.path.lexists(pattern):
        return ""
    return (
        f" (a file here is called {pattern}: if you wrote a pattern, the shell has expanded it; "
        "quote it, like 'knn-*')"
    )


def _meant_verb(group: click.Group, words: Sequence[str]) -> str:
    verb = next((word for word in words if not word.startswith("-")), "")
    if not verb or verb in group.commands:
        return ""
    for word in words:
        if looks_like_a_model(Path(word)):
            return said_of_file(word)
    near = difflib.get_close_matches(verb.lower(), list(group.commands), n=1, cutoff=0.6)
    if os.path.lexists(verb):
        hint = f"to see what is stored there: savebench report {verb}."
    elif near:
        hint = f"did you mean {near[0]}?"
    else:
        hint = f"there are {', '.join(sorted(group.commands))}."
    return f"no such command {verb!r}: {hint} More with: savebench --help"


def _stretches(command: click.Command, words: Sequence[str]) -> Iterator[_Stretch]:
    """Yield the words of a command line as click would take them apart."""
    options = [each for each in command.params if isinstance(each, click.Option)]
    flags = {
        name for each in options if each.is_flag for name in (*each.opts, *each.secondary_opts)
    }
    current, left = _Stretch(), list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            current.rest += left
            break
        if not word.startswith("-") or word == "-":
            current.rest.append(word)
            continue
        yield current
        has_value = word in flags or "=" in word or (word[1] != "-" and len(word) > len("-w"))
        current = _Stretch(word, "" if has_value or not left else left.pop(0))
    yield current


def _by_the_shell(stretches: Sequence[_Stretch]) -> str:
    """Return which pattern the shell has replaced with the names of files, or ``""``.

    Where all of them are models, what to do with models is the better answer.
    """
    for each in stretches:
        names = [each.value, *each.rest]
        if each.option not in _TAKE_PATTERNS or not all(map(os.path.lexists, names[:2])):
            continue
        if len(names) > 1 and not all(looks_like_a_model(Path(name)) for name in names):
            return (
                f"{each.option} {' '.join(names[:2])} names files here, so the shell has probably "
                f"expanded a pattern; quote it: {each.option} '{_pattern(*names[:2])}'"
            )
    return ""


def _pattern(first: str, second: str) -> str:
    """Return a pattern that two names may have come from."""
    if start := _common_start(first, second):
        return f"{start}*"
    end = _common_start(first[::-1], second[::-1])[::-1]
    return f"*{end}" if len(end) >= _FEWEST else "*"


def _common_start(first: str, second: str) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    return "".join(letter for letter, _ in pairs)


def _of_no_use(verb: str, takes: Sequence[str], plain: Sequence[str]) -> str:
    """Return what to say of words that a command has no use for."""
    if verb in {"run", "ab"}:
        return (
            f"{verb} has no use for {plain[0]!r} by itself: name workloads with -w and serializers "
            "with -s, once for each name"
        )
    if verb not in {"report", "compare", "history"} or not all(map(os.path.lexists, plain)):
        return ""
    said = f"{verb} takes {' and '.join(takes)}, and {len(plain)} paths were given"
    if verb == "history":
        return f"{said}; name the folder that holds them all"
    return f"{said}; has the shell expanded a pattern? Leave out the others"
