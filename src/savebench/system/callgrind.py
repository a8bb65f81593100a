"""Read what callgrind writes: how many instructions, and in which functions.

The format is that of valgrind's manual, "Callgrind Format Specification". A function is given by
its symbol and the file that holds it, ``memcpy (libc.so.6)``; what has no symbol is one function a
file, because addresses differ between two builds. Each has the instructions that are its own.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

_LEAST_SHARE = 0.001
"""Of all instructions: a function with less cannot explain a change of a per cent."""
_NAMED = re.compile(r"(?P<what>ob|fn|cob|cfn)=(?:(?P<number>\(\d+\)) ?)?(?P<name>.*)")
_COST = re.compile(r"(?:[+*-]?(?:0x[0-9a-f]+|\d+)|\*) (?P<cost>\d+)$")
_UNNAMED = re.compile(r"0x[0-9a-f]+|\?\?\?|")
_TOTALS = re.compile(r"^totals: (\d+)", re.MULTILINE)


def total_of(text: str) -> int:
    """Return the instructions of a whole file.

    Raises
    ------
    ValueError
        When it does not say.
    """
    found = _TOTALS.search(text)
    if found is None:
        raise ValueError("callgrind's file has no totals")
    return int(found[1])


def functions_of(text: str) -> dict[str, int]:
    """Return the functions with at least a thousandth of all instructions, the most first."""
    own: dict[str, int] = {}
    for name, cost in _own_costs(text):
        own[name] = own.get(name, 0) + cost
    least = _LEAST_SHARE * sum(own.values())
    largest = sorted(own.items(), key=lambda each: (-each[1], each[0]))
    return {name: cost for name, cost in largest if cost >= least and cost}


def _own_costs(text: str) -> Iterator[tuple[str, int]]:
    """Yield each line of cost that is a function's own: those after ``calls=`` are a callee's."""
    objects: dict[str, str] = {}
    symbols: dict[str, str] = {}
    file = symbol = ""
    is_call = False
    for line in text.splitlines():
        if (named := _NAMED.match(line)) is not None:
            what, is_object = named["what"], named["what"].endswith("ob")
            name = _resolved(named, objects if is_object else symbols)
            if what == "ob":
                file = name
            elif what == "fn":
                symbol = name
        elif line.startswith("calls="):
            is_call = True
        elif (cost := _COST.match(line)) is not None:
            if not is_call:
                yield _function(symbol, file), int(cost["cost"])
            is_call = False


def _resolved(named: re.Match[str], known: dict[str, str]) -> str:
    """Return a name: the first time a number stands beside it, later the number alone."""
    number, name = named["number"], named["name"]
    if number and name:
        known[number] = name
    return name or known.get(number or "", "")


def _function(symbol: str, file: str) -> str:
    where = PurePosixPath(file).name if file not in {"", "???"} else "?"
    symbol = symbol.partition("'")[0]  # callgrind numbers the levels of a recursion
    return f"{symbol or '?'} ({where})" if not _UNNAMED.fullmatch(symbol) else f"({where})"


def moved(
    base: Mapping[str, float], head: Mapping[str, float], most: int = 10
) -> list[tuple[str, float, float]]:
    """Return the functions whose instructions differ most: name, those of base, those of head.

    A function that is not given counts as none: it had less than a thousandth.
    """
    names = {*base, *head}
    each = [(name, base.get(name, 0), head.get(name, 0)) for name in names]
    differing = [one for one in each if one[1] != one[2]]
    return sorted(differing, key=lambda one: (-abs(one[2] - one[1]), one[0]))[:most]
