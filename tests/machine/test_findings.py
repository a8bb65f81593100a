"""What is seen of a machine whose files are planted."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from savebench.machine.findings import (
    UNREADABLE,
    Finding,
    Probes,
    cpu_quota,
    eviction_trouble,
    file_system,
    free_space,
    governor,
    huge_pages,
    load_average,
    look_around,
    notes_of,
    smallest_clock_step_s,
    stolen_time,
    swap,
    timer,
    turbo,
    virtualisation,
)

EVERY = [
    *("cores", "load", "governor", "turbo", "virtualised", "stolen time", "file system"),
    *("free space", "cold loads", "huge pages", "swap", "timer", "launcher"),
]
CPU = "sys/devices/system/cpu"
QUIET = {
    "proc/loadavg": "0.10 0.20 0.30 1/100 4242\n",
    "proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu sse2\n",
    "proc/stat": "cpu  100 0 100 9000 0 0 0 0 0 0\ncpu0 1 2 3\n",
    "proc/meminfo": "MemTotal: 8000000 kB\nSwapTotal: 1000000 kB\nSwapFree: 1000000 kB\n",
    "proc/sys/vm/swappiness": "60\n",
    "proc/self/cgroup": "0::/\n",
    f"{CPU}/cpu0/cpufreq/scaling_governor": "performance\n",
    f"{CPU}/cpu1/cpufreq/scaling_governor": "performance\n",
    f"{CPU}/intel_pstate/no_turbo": "1\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
}


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a root and return it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def probes_of(root: Path) -> Probes:
    """Return probes that see a planted tree, and a machine without fault elsewhere."""
    return Probes(
        root=root,
        online_cores=lambda: 4,
        allowed_cores=lambda: 4,
        filesystem_of=lambda _folder: "ext4",
        free_bytes=lambda _folder: 10**11,
        clock_resolution_s=lambda: 1e-9,
        smallest_clock_step_s=lambda: 5e-8,
        launch=lambda: ("zygote", ""),
        eviction_trouble=lambda _folder: "",
    )


def test_a_quiet_machine_is_ok_in_every_respect(tmp_path: Path) -> None:
    """Every finding, in order, and no warning."""
    findings = look_around(tmp_path, probes_of(plant(tmp_path, QUIET)))

    assert [finding.what for finding in findings] == EVERY
    assert {finding.level for finding in findings} == {"ok"}
    assert notes_of(findings) == []


def test_what_cannot_be_read_says_so_and_is_not_left_out(tmp_path: Path) -> None:
    """A system without /proc and /sys."""
    findings = look_around(tmp_path, probes_of(tmp_path / "nothing"))

    assert [finding.what for finding in findings] == EVERY
    unreadable = [finding.what for finding in findings if finding.value == UNREADABLE]
    assert unreadable == [
        *("load", "governor", "turbo", "virtualised", "stolen time", "huge pages", "swap")
    ]
    assert notes_of(findings) == []


def test_the_real_machine_can_be_looked_at(tmp_path: Path) -> None:
    """Whatever it is; nothing is left in the folder."""
    findings = look_around(tmp_path, Probes())

    assert [finding.what for finding in findings] == EVERY
    assert all(finding.value for finding in findings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("load", "level"), [("0.50", "ok"), ("2.50", "info"), ("4.00", "info"), ("9.00", "warn")]
)
def test_a_load_above_the_cores_is_a_warning(tmp_path: Path, load: str, level: str) -> None:
    """Above half of them, a remark; four cores here."""
    root = plant(tmp_path, {"proc/loadavg": f"{load} 0 0 1/2 3\n"})

    finding = load_average(root, 4)

    assert finding.level == level
    assert finding.value == f"{load} over the last minute"


@pytest.mark.parametrize(
    ("names", "value", "level"),
    [
        (["performance", "performance"], "performance", "ok"),
        (["schedutil", "schedutil"], "schedutil", "info"),
        (["performance", "powersave"], "performance, powersave", "warn"),
    ],
)
def test_the_governor_of_every_core_counts(
    tmp_path: Path, names: list[str], value: str, level: str
) -> None:
    """One that saves power is enough for a warning."""
    files = {
        f"{CPU}/cpu{number}/cpufreq/scaling_governor": f"{name}\n"
        for number, name in enumerate(names)
    }

    finding = governor(plant(tmp_path, files))

    assert (finding.value, finding.level) == (value, level)


@pytest.mark.parametrize(
    ("file", "text", "value"),
    [
        ("intel_pstate/no_turbo", "0\n", "on"),
        ("intel_pstate/no_turbo", "1\n", "off"),
        ("cpufreq/boost", "1\n", "on"),
        ("cpufreq/boost", "0\n", "off"),
    ],
)
def test_turbo_is_read_from_either_driver(tmp_path: Path, file: str, text: str, value: str) -> None:
    """One counts what is off, the other what is on."""
    assert turbo(plant(tmp_path, {f"{CPU}/{file}": text})).value == value


def test_a_hypervisor_is_seen_by_its_flag_or_its_folder(tmp_path: Path) -> None:
    """A flag that only contains the word is none."""
    flagged = plant(tmp_path / "a", {"proc/cpuinfo": "flags\t: fpu hypervisor sse\n"})
    listed = plant(
        tmp_path / "b",
        {"proc/cpuinfo": "flags\t: fpu\n", "sys/hypervisor/type": "xen\n"},
    )
    bare = plant(tmp_path / "c", {"proc/cpuinfo": "flags\t: no_hypervisor_here\n"})

    assert virtualisation(flagged).value == virtualisation(listed).value == "yes"
    assert virtualisation(bare).level == "ok"


def test_stolen_time_is_a_share_of_the_time_in_use(tmp_path: Path) -> None:
    """Idle time is not stolen from anybody: 50 of 500."""
    root = plant(tmp_path, {"proc/stat": "cpu  400 0 50 90000 0 0 0 50 0 0\n"})

    finding = stolen_time(root)

    assert finding.value == "10.0 % of the time in use since boot"
    assert finding.level == "warn"


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000"}, None),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "150000 100000"}, 1.5),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/b/cpu.max": "300000 100000",
                "sys/fs/cgroup/a/cpu.max": "200000 100000",
            },
            2.0,
        ),
        ({"proc/self/cgroup": "0::/elsewhere\n", "sys/fs/cgroup/cpu.max": "50000 100000"}, 0.5),
        (
            {
                "proc/self/cgroup": "3:memory:/a\n2:cpu,cpuacct:/a\n",
                "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "250000",
                "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000",
            },
            2.5,
        ),
        (
            {
                "proc/self/cgroup": "2:cpu,cpuacct:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            },
            None,
        ),
        ({}, None),
    ],
)
def test_the_tightest_quota_of_all_control_groups_counts(
    tmp_path: Path, files: dict[str, str], quota: float | None
) -> None:
    """Of versions 1 and 2, of this group and of all above."""
    assert cpu_quota(plant(tmp_path, files)) == quota


def test_a_quota_below_the_cores_is_a_warning(tmp_path: Path) -> None:
    """It stops processes in the middle of what is measured."""
    files = {**QUIET, "sys/fs/cgroup/cpu.max": "150000 100000"}

    found = look_around(tmp_path, probes_of(plant(tmp_path, files)))[0]

    assert found.value == "4 online, 4 allowed, a quota of 1.5 (cgroup)"
    assert found.level == "warn"


@pytest.mark.parametrize(
    ("fstype", "level"),
    [
        ("ext4", "ok"),
        ("xfs", "ok"),
        ("apfs", "ok"),
        ("overlay", "info"),
        ("unknown", "info"),
        *((name, "warn") for name in ("tmpfs", "ramfs", "nfs", "nfs4", "cifs", "smb3", "9p")),
        *((name, "warn") for name in ("ceph", "fuse.sshfs", "fuse.gcsfuse", "lustre")),
    ],
)
def test_memory_and_networks_are_no_disks(fstype: str, level: str) -> None:
    """Each has its own advice."""
    finding = file_system(fstype)

    assert finding.level == level
    assert bool(finding.advice) == (level != "ok" and fstype != "unknown")


def test_free_space_is_held_against_what_the_cases_take() -> None:
    """With room for the copies in the making."""
    assert free_space(10**9, 4 * 10**8).level == "ok"
    assert free_space(10**9, 6 * 10**8).level == "warn"


@pytest.mark.parametrize(("chosen", "level"), [("always", "info"), ("never", "ok")])
def test_the_chosen_huge_pages_are_those_in_brackets(
    tmp_path: Path, chosen: str, level: str
) -> None:
    """The others are what could be chosen."""
    text = "always madvise never".replace(chosen, f"[{chosen}]")
    root = plant(tmp_path, {"sys/kernel/mm/transparent_hugepage/enabled": text})

    assert (huge_pages(root).value, huge_pages(root).level) == (chosen, level)


@pytest.mark.parametrize(
    ("total", "free", "value", "level"),
    [
        (0, 0, "none", "ok"),
        (1_000_000, 999_000, "1.02 MB of 1.02 GB used, swappiness 60", "ok"),
        (1_000_000, 500_000, "512 MB of 1.02 GB used, swappiness 60", "warn"),
    ],
)
def test_swap_in_use_tells_of_short_memory(
    tmp_path: Path, total: int, free: int, value: str, level: str
) -> None:
    """A little of it is left from long ago."""
    meminfo = f"MemTotal: 8000000 kB\nSwapTotal: {total} kB\nSwapFree: {free} kB\n"
    root = plant(tmp_path, {**QUIET, "proc/meminfo": meminfo})

    assert (swap(root).value, swap(root).level) == (value, level)


def test_a_coarse_clock_is_a_warning() -> None:
    """Whether it says so, does so, or stands still."""
    assert timer(1e-9, 5e-8).level == "ok"
    assert timer(1.5e-2, 5e-8).level == "warn"
    assert timer(1e-9, 1e-3).level == "warn"
    assert timer(1e-9, 0.0).value == "1 ns said, no step seen"


def test_the_clock_here_steps() -> None:
    """By more than nothing."""
    assert smallest_clock_step_s() > 0


def test_a_folder_that_takes_no_file_has_an_eviction_trouble(tmp_path: Path) -> None:
    """Said, not raised."""
    assert "No such file" in eviction_trouble(tmp_path / "missing")


def test_warnings_become_notes_but_for_what_the_environment_notes_itself() -> None:
    """Files in memory are said once."""
    findings = [
        Finding("load", "9.00 over the last minute", "warn", "wait for it"),
        Finding("turbo", "on", "info", "heat"),
        file_system("tmpfs"),
    ]

    assert notes_of(findings) == ["load: 9.00 over the last minute; wait for it."]
