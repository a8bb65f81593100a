"""How fast one moment was against another."""

import math

import pytest

from savebench.comparing.apart.pace import UNKNOWN, pace_between, pace_remark


def test_the_pace_is_the_geometric_mean_of_the_kernels_that_both_sides_timed() -> None:
    """Medians over processes; a kernel of one side alone says nothing."""
    base = [
        {"cpu_s": 1.0, "copy_s": 2.0},
        {"cpu_s": 3.0, "copy_s": 2.0},
        {"cpu_s": 2.0, "copy_s": 2.0},
    ]
    head = [{"cpu_s": 4.0, "copy_s": 1.0, "new_s": 9.0}]

    pace = pace_between(base, head, to_disk=False)

    assert pace.kernels == ("copy_s", "cpu_s")
    assert pace.log_ratio == pytest.approx(0.0)
    assert pace.log_spread == pytest.approx(math.log(2))


def test_the_file_write_speaks_for_the_disk_alone() -> None:
    """A slow disk makes no load from memory slow."""
    base, head = [{"cpu_s": 1.0, "write_s": 1.0}], [{"cpu_s": 1.0, "write_s": 4.0}]

    assert pace_between(base, head, to_disk=False).log_ratio == 0
    assert pace_between(base, head, to_disk=True).log_ratio == pytest.approx(math.log(2))


def test_without_shared_kernels_the_pace_is_not_known() -> None:
    """And the remark says so."""
    assert pace_between([], [{"cpu_s": 1.0}], to_disk=True) == UNKNOWN
    assert pace_between([{"a": 1.0}], [{"b": 1.0}], to_disk=True) == UNKNOWN
    assert "No control kernel" in pace_remark(UNKNOWN)
