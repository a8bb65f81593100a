"""How much memory new processes may take, by planted files of the kernel."""

from pathlib import Path

import pytest

from savebench.system.available import available_bytes

MEMINFO = "MemTotal:  24000 kB\nMemAvailable:    20000 kB\n"


def _plant(root: Path, files: dict[str, str]) -> None:
    for name, text in {"proc/meminfo": MEMINFO, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="ascii")


@pytest.mark.parametrize(
    ("files", "expected_bytes"),
    [
        ({}, 20_000 * 1024),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/memory.max": "5000000",
                "sys/fs/cgroup/a/memory.current": "3000000",
                "sys/fs/cgroup/a/memory.stat": "anon 2000000\nfile 900000\n",
            },
            2_900_000,
        ),
        (
            {
                "proc/self/cgroup": "5:memory:/a\n2:cpu:/elsewhere\n",
                "sys/fs/cgroup/memory/a/memory.limit_in_bytes": "4000000",
                "sys/fs/cgroup/memory/a/memory.usage_in_bytes": "1000000",
                "sys/fs/cgroup/memory/a/memory.stat": "cache 1\ntotal_cache 500000\n",
            },
            3_500_000,
        ),
        (
            {
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": "max",
                "sys/fs/cgroup/memory.current": "3000000",
            },
            20_000 * 1024,
        ),
    ],
    ids=["no group", "version 2", "version 1", "no limit"],
)
def test_the_least_of_machine_and_groups_counts(
    tmp_path: Path, files: dict[str, str], expected_bytes: int
) -> None:
    """What the page cache holds can be had back."""
    _plant(tmp_path, files)
    assert available_bytes(tmp_path) == expected_bytes
