"""Rows that are named as a way out do carry what they are named for: tried, one by one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from savebench.obstacles.homes import CARRIED_BY
from savebench.obstacles.kinds import COMPOSITES, LEAVES
from tests.obstacles.carried import KINDS, ROWS

KNOWN: dict[str, tuple[str, ...]] = {
    name: kind.carriers for name, kind in (LEAVES | COMPOSITES).items()
} | dict(CARRIED_BY.items())
"""Type or cause -> rows that are said to carry it."""


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Save each kind in one process, load and use it in another; return what works."""
    folder = tmp_path_factory.mktemp("carried")
    _python("-m", "tests.obstacles.carried", str(folder))
    program = (
        "import json, pathlib, sys; from tests.obstacles.carried import load_all; "
        "print(json.dumps(load_all(pathlib.Path(sys.argv[1]))))"
    )
    return frozenset(json.loads(_python("-c", program, str(folder))))


def _python(*words: str) -> str:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, *words], cwd=root, check=True, capture_output=True, text=True
    ).stdout


def test_every_kind_that_some_row_carries_is_tried() -> None:
    """No row is named on hearsay."""
    assert {kind for kind, rows in KNOWN.items() if rows} <= set(KINDS)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_rows_that_are_named_carry_it_and_the_others_do_not(
    kind: str, working: frozenset[str]
) -> None:
    """Saved, loaded in another process, and used there."""
    assert KNOWN[kind] == tuple(row for row in ROWS if f"{row} {kind}" in working)
