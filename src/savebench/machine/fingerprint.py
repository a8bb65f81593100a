"""The machine's and the libraries' fingerprint."""

import hashlib
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from savebench.records.schema import Environment

ALWAYS = ("savebench", "scikit-learn", "numpy", "scipy", "joblib", "pandas")
"""Distributions that every header names."""


def environment_of(python: str, versions: Mapping[str, str], storage: Path) -> Environment:
    """Return this machine with an interpreter and libraries that need not be this process's."""
    filesystem = filesystem_of(storage)
    machine = (
        python,
        platform.platform(),
        processor_name(),
        str(os.cpu_count()),
        filesystem,
        *(f"{name}={version}" for name, version in versions.items()),
    )
    return Environment(
        python=python,
        platform=platform.platform(),
        processor=processor_name(),
        cores=os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        filesystem=filesystem,
        versions=dict(versions),
        fingerprint=hashlib.sha256("\n".join(machine).encode()).hexdigest()[:12],
        notes=_notes(filesystem),
    )


def processor_name() -> str:
    """Return the processor's name as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def filesystem_of(path: Path) -> str:
    """Return the type of the file system that holds a path: ``ext4``, ``tmpfs``."""
    inside = [
        part
        for part in psutil.disk_partitions(all=True)
        if path.resolve().is_relative_to(part.mountpoint)
    ]
    return max(inside, key=lambda part: len(part.mountpoint)).fstype if inside else "unknown"


def _notes(filesystem: str) -> list[str]:
    notes = []
    if sys.platform != "linux":
        notes.append(
            "Not Linux: no cold loads, no peak memory, no memory of workers, no memory limit, "
            "no zygote (untested here)."
        )
    if filesystem in {"tmpfs", "ramfs"}:
        notes.append(
            f"Artifacts lie on {filesystem}, in memory: nothing here tells of a disk. "
            "Name a folder on one with --storage."
        )
    return notes
