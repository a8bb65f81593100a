"""Good files after accidents: no error escapes, no loader asks for a name that was not listed.

Some hundred by default; SAVEBENCH_MUTATIONS=20000 in the environment makes that many.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mutants are loaded in forks")
ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("SAVEBENCH_MUTATIONS", "300"))
LIMIT_S = 60 + COUNT
"""Guards against hangs only."""
LIMIT_BYTES = 500 * 10**6
SLOWEST_S = 5.0


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Make, inspect and load mutants in one child."""
    scratch = tmp_path_factory.mktemp("mutants")
    done = subprocess.run(
        [sys.executable, "-m", "tests.inspecting.hostile.mutants", str(scratch), "0", str(COUNT)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_error_but_savebenchs_own_escapes_an_inspection(told: dict[str, Any]) -> None:
    """Whatever befell the file."""
    assert told["escaped"] == []


def test_every_name_that_a_loader_asks_for_is_listed(told: dict[str, Any]) -> None:
    """Python's two loaders and joblib's, of each file that is not called damaged."""
    assert told["missed"] == []


def test_loading_a_mutant_that_is_trusted_does_nothing_else(told: dict[str, Any]) -> None:
    """No program, no socket, no file made or taken away; and some were loaded."""
    assert told["ran"] == []
    assert told["loaded"] > 0


def test_mutants_take_little_time_and_memory(told: dict[str, Any]) -> None:
    """A lying length costs nothing."""
    assert told["slowest_s"] < SLOWEST_S
    assert told["peak_bytes"] < LIMIT_BYTES
