"""The study of the harness' own memory: how a tree of processes is weighed."""

import sys
from pathlib import Path

import pytest
from bench.own_memory import peak_of

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the study reads Linux's /proc")

_TWO = """
import subprocess, sys
held = b"1" * 60_000_000
subprocess.run([sys.executable, "-c", "held = b'1' * 60_000_000; import numpy"], check=True)
"""


@linux_only
def test_a_peak_is_that_of_a_process_and_all_that_it_started(tmp_path: Path) -> None:
    """Two that hold 60 MB each at one time hold 120 MB, and it is known who held what."""
    peak = peak_of([sys.executable, "-c", _TWO], tmp_path)

    assert peak.total_bytes > 120_000_000
    assert all(size > 60_000_000 for size in peak.processes_bytes[:2])


@linux_only
def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    """What it printed is said."""
    with pytest.raises(RuntimeError, match="ended with 3: trouble"):
        peak_of([sys.executable, "-c", "print('trouble'); raise SystemExit(3)"], tmp_path)
