"""The study of one buffer: what a process counts, and what is printed of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.buffers import OPERATIONS
from bench.one_buffer import ARMS, Found, losses_of, table_of

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the study reads Linux's /proc")


def _count(name: str, path: Path) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.buffers", name, "as it is", "8000000", str(path)]
    told: dict[str, float] = json.loads(
        subprocess.run(words, check=True, capture_output=True).stdout
    )
    return told


@linux_only
def test_protocol_4_copies_the_buffer_and_5_does_not(tmp_path: Path) -> None:
    """8 MB beside it, and next to nothing."""
    fifth = _count("pickle 5 dump", tmp_path / "5")
    fourth = _count("pickle 4 dump", tmp_path / "4")

    assert fifth["peak_bytes"] < 1_000_000
    assert 7_500_000 < fourth["peak_bytes"] < 9_500_000
    assert fifth["moved_bytes"] == pytest.approx(8_000_000, rel=0.01)


def _found(**speeds: float) -> dict[tuple[str, str], Found]:
    return {
        (name, arm): Found(
            speed=speeds.get(name.replace(" ", "_"), 1e9),
            faults=1954,
            peak_bytes=4e6,
            calls=4,
            moved_bytes=8e6,
        )
        for name in OPERATIONS
        for arm in ARMS
    }


def test_a_row_has_speeds_and_faults_with_and_without_huge_pages() -> None:
    """And the peak in buffers, the calls, and the bytes of each."""
    line = next(each for each in table_of(_found(), 8_000_000) if "pickle 5 dump" in each)
    assert line == (
        "| pickle 5 dump | 1 GB/s | 1 GB/s | 1 GB/s | 1,954 | 1,954 | 1,954 | 0.50 | 4 | 2 MB |"
    )


def test_losses_are_said_in_times_of_the_floor() -> None:
    """Half the speed is twice the time."""
    dumps = losses_of(_found(joblib_dump=0.5e9), 8_000_000)[2]
    assert "joblib 2.00x (0.50)" in dumps
    assert "pickle 5 1.00x" in dumps
