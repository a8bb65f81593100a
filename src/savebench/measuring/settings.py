"""What a person asks of a run, checked and turned into settings."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from savebench.catalogue.suites import ON_REQUEST, SUITES, Suite
from savebench.defaults import PRECISION, SEED, SUITE, THREADS
from savebench.errors import UsageError
from savebench.launch.counting import why_no_counting
from savebench.launch.launchers import choose
from savebench.measuring.plan import COUNTED, COUNTED_ROUNDS
from savebench.own_model import looks_like_a_model, said_of_file
from savebench.records.schema import Settings
from savebench.units import bytes_of, fraction_of, seconds_of

_MEMORY_SHARE = 0.8
_LEAST_MEMORY_BYTES = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks of a run; None and empty: as the suite has it."""

    suite: str = SUITE
    workloads: Sequence[str] = ()
    serializers: Sequence[str] = ()
    budget: str | float | None = None
    precision: str | float | None = None
    rounds: int | None = None
    timeout: str | float | None = None
    memory_limit: str | int | None = None
    launch: str | None = None
    threads: int = THREADS
    storage: Path | None = None
    out: Path | None = None
    seed: int = SEED
    count: bool = False
    also: Sequence[str] = ()
    """Kinds of trials that the suite may not have, by option (`ON_REQUEST`)."""


def suite_named(name: str) -> Suite:
    """Return the suite of that name.

    Raises
    ------
    UsageError
        When there is none.
    """
    if name not in SUITES and looks_like_a_model(Path(name)):
        raise UsageError(said_of_file(name))
    if name not in SUITES:
        raise UsageError(f"there is no suite {name!r}; choose one of {', '.join(SUITES)}")
    return SUITES[name]


def budget_s_of(budget: str | float | None, rounds: int | None, suite: Suite) -> float | None:
    """Return the wall time of a run in seconds; None where rounds bound it, and no budget too.

    Raises
    ------
    UsageError
        When the budget is no duration.
    """
    if budget is None and rounds is not None:
        return None
    return seconds_of(suite.budget_s if budget is None else budget, "budget")


def settings_of(request: Request, suite: Suite, warn: Callable[[str], None]) -> Settings:
    """Return the settings: what was asked, and the suite's own where nothing was.

    Raises
    ------
    UsageError
        When something asked for makes no sense.
    """
    if request.rounds is not None and request.rounds < 1:
        raise UsageError(f"--rounds {request.rounds}: a run has at least one round")
    if request.threads < 1:
        raise UsageError(f"--threads {request.threads}: a process has at least one thread")
    if request.count and (lacking := why_no_counting()):
        raise UsageError(f"--count: {lacking}")
    timeout = suite.timeout_s if request.timeout is None else request.timeout
    return Settings(
        suite=suite.name,
        budget_s=budget_s_of(request.budget, request.rounds, suite),
        precision=fraction_of(
            PRECISION if request.precision is None else request.precision, "precision"
        ),
        min_rounds=request.rounds or suite.min_rounds,
        max_rounds=request.rounds,
        kinds={
            **_kinds(suite, request.also),
            **(dict.fromkeys(COUNTED, COUNTED_ROUNDS) if request.count else {}),
        },
        timeout_s=seconds_of(timeout, "timeout"),
        memory_limit_bytes=_memory_limit(request.memory_limit),
        launch=_launch(request.launch, warn),
        threads=request.threads,
        storage=str(request.storage.resolve()) if request.storage else None,
        least_rounds={} if request.rounds else dict(suite.least_rounds),
    )


def _kinds(suite: Suite, also: Sequence[str]) -> dict[str, int | None]:
    """Return the suite's kinds of trials, and those asked for that it has not."""
    asked = dict(ON_REQUEST[name] for name in also)
    return {**suite.kinds, **{kind: asked[kind] for kind in asked if kind not in suite.kinds}}


def _launch(asked: str | None, warn: Callable[[str], None]) -> str:
    """Return the launcher to use: the one asked for, or the quickest that this machine allows."""
    name, remark = choose(asked)
    if remark:
        warn(remark)
    return name


def _memory_limit(asked: str | int | None) -> int | None:
    """Return the limit in bytes: a text has a unit, a number is bytes."""
    limit_bytes = (
        int(_MEMORY_SHARE * psutil.virtual_memory().total)
        if asked is None
        else bytes_of(asked, "memory limit")
    )
    if limit_bytes < _LEAST_MEMORY_BYTES:
        raise UsageError(
            f"memory limit {asked!r}: no process can do anything in {limit_bytes} bytes; "
            "write it like 8GB or 500MB"
        )
    return limit_bytes if sys.platform == "linux" else None
