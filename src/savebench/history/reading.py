"""One run reduced to its medians: only what trends need is decoded, and nothing is kept of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from statistics import median

import msgspec

from savebench.errors import DataError
from savebench.machine.noise import kernel_times
from savebench.records.schema import CONTROL, Case, Environment, Header, Settings
from savebench.records.series import ByRound, add
from savebench.records.store import header_of, run_bytes

Key = tuple[str, str]
"""A case's name and a metric's."""

EXACT = frozenset({"size_bytes"})
"""Metrics that repeat exactly, unless a run shows that they do not."""


class _Facts(msgspec.Struct, frozen=True, gc=False):
    kernels: msgspec.Raw = msgspec.Raw(b"")


class _Record(msgspec.Struct, frozen=True, gc=False):
    """The part of a record that trends are made from; the case is decoded once, not once a line."""

    case: msgspec.Raw
    round: int
    outcome: str
    metrics: dict[str, float] = {}
    facts: _Facts = _Facts()


_RECORDS = msgspec.json.Decoder(_Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMedians:
    """A run as one point of each of its series."""

    folder: Path
    """As it was found; a file where it is not called as a run's file is."""
    started: datetime
    seed: int
    environment: Environment
    settings: Settings
    medians: Mapping[Key, float]
    """Of the trials that went well; finite."""
    inexact: frozenset[Key]
    """Series of `EXACT` metrics whose trials differ within the run."""
    kernels: Mapping[str, float]
    """Median time of each control kernel in seconds; empty where none ran."""


def read_medians(folder: Path) -> RunMedians:
    """Return the medians of the run that a folder holds.

    Raises
    ------
    DataError
        When it is missing, damaged, cut off, of a newer schema, no run, or holds no trial that went
        well; the message names the file, and the line where one is to blame.
    """
    try:
        path, data = run_bytes(folder)
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror})") from error
    first, _, rest = data.partition(b"\n")
    try:
        header = header_of(path, first)
        records = _RECORDS.decode_lines(rest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(_blame(path, rest, error)) from None
    values, kernels = _grouped(path, records)
    if not values:
        raise DataError(f"{path}: no trial in it went well, so there is nothing to follow")
    return RunMedians(
        folder=folder,
        started=_moment(path, header.started),
        seed=header.seed,
        environment=header.environment,
        settings=header.settings,
        medians={key: _median(found) for key, found in values.items()},
        inexact=frozenset(
            key for key, found in values.items() if key[1] in EXACT and min(found) != max(found)
        ),
        kernels=_kernel_medians(header, kernels),
    )


def _grouped(
    path: Path, records: list[_Record]
) -> tuple[dict[Key, list[float]], list[dict[str, float]]]:
    """Return the values of each series, and the control kernels' times of each round."""
    found: dict[tuple[bytes, str], ByRound] = {}
    kernels = []
    for record in records:
        if record.facts.kernels:
            times = _kernels(bytes(record.facts.kernels))
            kernels += [times] if times else []
        if record.outcome == "ok":
            add(found, bytes(record.case), record.round, record.metrics)
    values: dict[Key, list[float]] = {}
    for (raw, metric), by_round in found.items():
        name = _case_name(path, raw)
        each = list(by_round.values())
        sound = each if math.isfinite(sum(each)) else [*filter(math.isfinite, each)]
        if name and sound:
            values.setdefault(_key(name, metric), []).extend(sound)
    return values, kernels


def _kernels(raw: bytes) -> dict[str, float] | None:
    try:
        return kernel_times({"kernels": msgspec.json.decode(raw)})
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _case_name(path: Path, raw: bytes) -> str:
    """Return a case's name, empty for the control trials of old runs."""
    try:
        return _decoded_name(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: a record's case is none ({error})") from None


@lru_cache(maxsize=10_000)
def _decoded_name(raw: bytes) -> str:
    case = msgspec.json.decode(raw, type=Case)
    return "" if case == CONTROL else str(case)


@lru_cache(maxsize=100_000)
def _key(name: str, metric: str) -> Key:
    """Return the one key of a series: a thousand runs share it."""
    return (name, metric)


def _kernel_medians(header: Header, rounds: list[dict[str, float]]) -> dict[str, float]:
    """Return each kernel's median over the rounds, else what the header keeps."""
    if not rounds:
        noise = header.noise
        kept = {name: each.median_s for name, each in noise.kernels.items()} if noise else {}
        return kernel_times({"kernels": kept}) or {}
    names = set.intersection(*map(set, rounds))
    return {name: median(times[name] for times in rounds) for name in sorted(names)}


def _median(values: list[float]) -> float:
    """Return the median; `statistics.median` takes four times as long, half a million times."""
    values.sort()
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _moment(path: Path, started: str) -> datetime:
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        raise DataError(f"{path}, line 1: {started!r} is no time that a run started") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _blame(path: Path, rest: bytes, error: Exception) -> str:
    """Return which line is damaged, and how."""
    lines = rest.split(b"\n")
    for number, line in enumerate(lines, start=2):
        try:
            if line:
                _RECORDS.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as found:
            cut = "; the file was cut off" if number == len(lines) + 1 else ""
            return f"{path}, line {number}: not a record ({found}){cut}"
    return f"{path}: not a run ({error})"
