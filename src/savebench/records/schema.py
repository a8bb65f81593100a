"""What is written down: cases, records and a run's header, as JSON both ways.

``run.jsonl`` holds one header line and then one `Record` a line, in the order the trials ended. The
types are strict when read: a field of the wrong type is an error, a field that is not known is not.
"""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

SCHEMA = 1

Outcome = Literal[
    "ok", "mismatch", "unsupported", "failed", "crashed", "timeout", "out-of-memory", "skipped"
]
UNEXPECTED: frozenset[str] = frozenset(
    {"mismatch", "failed", "crashed", "timeout", "out-of-memory"}
)
"""Outcomes that are somebody's fault: a run that has one ends with exit code 4."""

TrialKind = Literal[
    "build",
    "dump",
    "load",
    "load-cold",
    "dump-memory",
    "load-memory",
    "workers",
    "count-dump",
    "count-load",
    "steady",
    "load-hundred",
    "serving",
    "preload",
    "control",
    "check",
    "sample",
]


class Case(msgspec.Struct, frozen=True, order=True):
    """A workload at one size, and a serializer."""

    workload: str
    size: str
    serializer: str

    def __str__(self) -> str:
        """Return ``knn-brute@16MB x joblib+zlib3``."""
        return f"{self.model} x {self.serializer}"

    @property
    def model(self) -> str:
        """The sized workload: ``knn-brute@16MB``."""
        return f"{self.workload}@{self.size}"


_WALL = "wall_s"

CONTROL = Case("control", "-", "kernels")
"""The case of `control` trials: fixed work that says how steady the machine was.

It is never among a header's cases: what reads a run passes records of it over.
"""

CARRIERS = "carriers"
"""A fact of a dump that failed: serializers that save this model as it is, found by trying."""
KERNELS = "kernels"
"""A fact of a control trial: kernel -> seconds. Older runs have it at a round's first record."""


class Trial(msgspec.Struct, frozen=True):
    """One thing to be done for one case, once, in one fresh process."""

    case: Case
    kind: TrialKind
    round: int


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one trial yielded."""

    schema: int = SCHEMA
    case: Case
    round: int
    """From 1; a build is of round 0."""
    trial: TrialKind
    outcome: Outcome
    reason: str = ""
    """Empty when ok; else what happened and what a person can do."""
    metrics: dict[str, float] = {}
    facts: dict[str, Any] = {}
    wall_s: float = 0.0
    """What the trial cost in all, preparing included; 0 for what was not tried."""
    launch: str
    """``"zygote"`` or ``"spawn"``; of what was counted, ``"counting"``."""
    started: str
    """UTC, ISO 8601, milliseconds."""


def of_cases(records: Iterable[Record]) -> list[Record]:
    """Return the records of what was asked for: those of control trials are passed over."""
    return [record for record in records if record.case != CONTROL]


class SerializerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a report needs to know of a serializer, without importing what brought it."""

    kind: str
    runs_code: bool
    maps_file: bool
    note: str
    distribution: str
    versions: dict[str, str | None]


class WorkloadInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a report needs to know of a built model."""

    method: str
    stresses: str
    distribution: str
    versions: dict[str, str | None]
    model_bytes: int | None
    """Size of the model pickled with protocol 5; None when it could not be built."""
    array_bytes: int | None
    """Bytes in its array buffers."""
    array_count: int | None
    build_s: float | None
    model_digest: str = ""
    """Fingerprint of the pickled model; empty where it is not known, and in older runs."""
    varies: str = ""
    """How the model's own answers vary; empty where it equals itself."""
    model_class: str = ""
    """What it is: ``"sklearn.linear_model._base.LinearRegression"``; empty in older runs."""
    imports: list[str] = []
    """What loading it was seen to import: imported beforehand, for every row alike."""
    reference: str = ""
    """The row that keeps the model for dump trials; empty: a pickle."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a run was asked to measure."""

    suite: str
    budget_s: float | None
    precision: float
    """Target half-width of the 95 % interval, as a fraction of the median."""
    min_rounds: int
    max_rounds: int | None
    kinds: dict[str, int | None]
    """Trial kinds, and in how many rounds each takes part (None: in all)."""
    timeout_s: float
    memory_limit_bytes: int | None
    launch: str
    threads: int
    storage: str | None
    """The folder whose disk was measured, where one was named."""
    least_rounds: dict[str, int] = {}
    """By size: rounds that a slow case has though its share of the budget is spent; else none."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """The machine and the libraries under measurement."""

    python: str
    platform: str
    processor: str
    cores: int
    memory_bytes: int
    filesystem: str
    """Type of the file system that holds the artifacts: ``ext4``."""
    versions: dict[str, str]
    fingerprint: str
    """Twelve hexadecimal digits: equal when the fields above are."""
    notes: list[str] = []
    """What this platform cannot measure, and what made the machine noisy."""


class KernelNoise(msgspec.Struct, frozen=True, kw_only=True):
    """How much a control kernel's time differs between processes."""

    median_s: float
    spread: float
    """1.4826 * MAD / median: the standard deviation, were the times normal; outliers add little."""
    span: float
    """From the 5 % to the 95 % quantile, as a fraction of the median: outliers included."""
    n: int
    """Processes, one time each."""


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """How steadily the machine did fixed work (`savebench.trial.kernels`)."""

    kernels: dict[str, KernelNoise]
    """By name, as `cpu_s`."""
    when: Literal["before", "throughout"] = "before"
    """Measured before the rounds, or once in each round."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of ``run.jsonl``."""

    schema: int = SCHEMA
    savebench: str
    """The version that wrote the run."""
    started: str
    seed: int
    settings: Settings
    environment: Environment
    cases: list[Case]
    serializers: dict[str, SerializerInfo]
    workloads: dict[str, WorkloadInfo]
    """By sized name: ``knn-brute@16MB``."""
    noise: Noise | None = None
    """Just before the rounds; None where it could not be measured, and in older runs."""
    notes: list[str] = []
    """What a reader must know of the models: whose size is far off its name; none in older runs."""


class Run(msgspec.Struct, frozen=True):
    """A header and its records."""

    header: Header
    records: list[Record]


def encode_line(value: Header | Record) -> bytes:
    """Return one JSON line, newline included."""
    return msgspec.json.encode(value) + b"\n"


def decode_header(line: bytes) -> Header:
    """Return the header that a line holds.

    Raises
    ------
    msgspec.DecodeError, msgspec.ValidationError
        When the line is not JSON, or not a header.
    """
    return msgspec.json.decode(line, type=Header)


def decode_record(line: bytes) -> Record:
    """Return the record that a line holds.

    Raises
    ------
    msgspec.DecodeError, msgspec.ValidationError
        When the line is not JSON, or not a record.
    """
    record = msgspec.json.decode(line, type=Record)
    if _WALL not in record.facts:
        return record
    facts = dict(record.facts)  # of an older run, which told a trial's cost among its facts
    wall_s = msgspec.convert(facts.pop(_WALL), float)
    return msgspec.structs.replace(record, facts=facts, wall_s=wall_s)
