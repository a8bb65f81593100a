"""The corpus is alive: who loads its files is struck."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inspecting.hostile import oversized
from tests.inspecting.hostile.corpus import SOURCES, hostile, write_all

ROOT = Path(__file__).parents[2]


def test_names_of_hostile_files_differ() -> None:
    """Each is known by its name."""
    names = [each.name for each in hostile()]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.skipif(sys.platform != "linux", reason="victims are forked")
def test_loading_hostile_files_runs_what_they_hold(tmp_path: Path) -> None:
    """Each that is said to strike leaves its marker."""
    alive = [
        each
        for source in SOURCES
        if source is not oversized  # it takes seconds to write and strikes by its size
        for each in source.files()
        if each.strikes != "none"
    ]
    written = write_all(alive, tmp_path)
    lines = [json.dumps((each.what.strikes, str(each.path))) for each in written]

    subprocess.run(
        [sys.executable, "-m", "tests.inspecting.hostile.striking"],
        input="\n".join(lines),
        text=True,
        cwd=ROOT,
        check=True,
        timeout=120,
    )

    assert [each.what.name for each in written if not each.marker.exists()] == []
