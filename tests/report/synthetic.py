"""Runs made up from known medians and seeded noise, for tests of what reads runs."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from savebench.records.schema import (
    Case,
    Environment,
    Header,
    Record,
    Run,
    SerializerInfo,
    Settings,
    TrialKind,
    WorkloadInfo,
)
from savebench.units import parse_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a made-up serializer truly costs, relative to a model's bytes."""

    kind: str = "round-trip"
    fixed_s: float = 60e-6
    load_s_per_mb: float = 0.5e-3
    """Charged in the load; a mapped load charges it to the first call."""
    dump_s_per_mb: float = 0.8e-3
    size_ratio: float = 1.0
    peak_ratio: float = 1.0
    maps_file: bool = False
    runs_code: bool = True
    digests_differ: bool = False
    cold: float = 3.0
    """A cold load takes so many times as long."""
    requires: tuple[str, ...] = ()
    distribution: str = "savebench 0.1.0"


PROFILES: dict[str, Profile] = {
    "pickle": Profile(),
    "joblib": Profile(fixed_s=180e-6, load_s_per_mb=0.5e-3, peak_ratio=1.01),
    "joblib-mmap": Profile(fixed_s=260e-6, load_s_per_mb=0.3e-3, maps_file=True, peak_ratio=0.02),
    "joblib+zlib3": Profile(load_s_per_mb=6e-3, dump_s_per_mb=30e-3, size_ratio=0.55),
    "joblib+lz4": Profile(load_s_per_mb=1.5e-3, dump_s_per_mb=3e-3, size_ratio=0.7),
    "pickle-p4": Profile(load_s_per_mb=0.52e-3, peak_ratio=1.1),
    "pickle-oob": Profile(load_s_per_mb=0.42e-3, dump_s_per_mb=0.5e-3),
    "pickle-oob-mmap": Profile(load_s_per_mb=0.25e-3, maps_file=True, peak_ratio=0.03),
    "cloudpickle": Profile(fixed_s=90e-6, digests_differ=True),
    "joblib+gzip3": Profile(load_s_per_mb=6.5e-3, dump_s_per_mb=32e-3, size_ratio=0.56),
    "joblib+xz3": Profile(
        load_s_per_mb=40e-3, dump_s_per_mb=400e-3, size_ratio=0.42, peak_ratio=2.4
    ),
    "joblib+zstd3": Profile(load_s_per_mb=2e-3, dump_s_per_mb=5e-3, size_ratio=0.52),
    "pickle+zstd3": Profile(
        load_s_per_mb=1.8e-3, dump_s_per_mb=4.6e-3, size_ratio=0.52, peak_ratio=2
    ),
    "skops": Profile(
        kind="restricted", fixed_s=9e-3, load_s_per_mb=2e-3, runs_code=False, peak_ratio=1.9
    ),
    "raw-copy": Profile(kind="floor", fixed_s=20e-6, load_s_per_mb=0.2e-3, runs_code=False),
}
"""The quick suite's rows; the first five are the smoke suite's."""

SMOKE_MODELS = ("home-prices@1KB", "knn-brute@1MB", "tfidf@100KB", "arrays@1MB")
QUICK_MODELS = (
    "home-prices@1KB",
    "knn-brute@1MB",
    "knn-brute@16MB",
    "tfidf@100KB",
    "arrays@1MB",
    "arrays@16MB",
    "random-forest@1MB",
    "random-forest@16MB",
    "mlp@1MB",
)

SETTINGS = Settings(
    suite="quick",
    budget_s=120.0,
    precision=0.05,
    min_rounds=5,
    max_rounds=None,
    kinds={"dump": None, "load": None, "load-cold": 2, "dump-memory": 1, "load-memory": 1},
    timeout_s=30.0,
    memory_limit_bytes=None,
    launch="zygote",
    threads=1,
    storage=None,
)

ENVIRONMENT = Environment(
    python="3.11.7",
    platform="Linux-6.1-x86_64",
    processor="A processor of 2 cores",
    cores=2,
    memory_bytes=8 * 10**9,
    filesystem="ext4",
    versions={"scikit-learn": "1.9.0", "numpy": "2.4.0", "joblib": "1.6.0"},
    fingerprint="0123456789ab",
    notes=["the clock speed of the processor was not fixed"],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A planted failure: what its trial yields instead of metrics."""

    outcome: str
    reason: str
    trial: TrialKind = "load"


@dataclass(slots=True, kw_only=True)
class RunBuilder:
    """Builds a run; every field has a default that suits most tests."""

    models: Sequence[str] = SMOKE_MODELS
    profiles: Mapping[str, Profile] = field(
        default_factory=lambda: dict(list(PROFILES.items())[:5])
    )
    rounds: int = 6
    rounds_of: Mapping[str, int] = field(default_factory=dict)
    """Fewer rounds of some serializers: they are slow, and left play."""
    noise: float = 0.05
    """Standard deviation of the logarithm of each time."""
    round_noise: float = 0.1
    """As `noise`, shared by all trials of a round."""
    failures: Mapping[tuple[str, str], Failure] = field(default_factory=dict)
    """By (sized workload, serializer)."""
    differences: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Largest difference of an inexact answer, by (sized workload, serializer)."""
    evicts: bool = True
    workers: bool = True
    resident: bool = False
    """Whether load trials say what stays; older runs do not."""
    seed: int = 0

    def build(self) -> Run:
        """Return the run."""
        cases = [
            Case(model.split("@")[0], model.split("@")[1], serializer)
            for model in self.models
            for serializer in self.profiles
        ]
        rng = random.Random(self.seed)  # noqa: S311 - noise, not secrets
        records = [
            record
            for number in range(1, self.rounds + 1)
            for record in self._round(cases, number, rng)
        ]
        return Run(header=self._header(cases), records=records)

    def _header(self, cases: list[Case]) -> Header:
        return Header(
            savebench="0.1.0",
            started="2026-11-23T09:00:00.123Z",
            seed=self.seed,
            settings=SETTINGS,
            environment=ENVIRONMENT,
            cases=cases,
            serializers={name: _serializer(profile) for name, profile in self.profiles.items()},
            workloads={model: _workload(model) for model in self.models},
        )

    def _round(self, cases: list[Case], number: int, rng: random.Random) -> Iterator[Record]:
        pace = rng.lognormvariate(0.0, self.round_noise)
        for case in cases:
            if number > self.rounds_of.get(case.serializer, number):
                continue
            failure = self.failures.get((case.model, case.serializer))
            yield from self._dumps(case, number, failure, pace, rng)
            yield from self._loads(case, number, failure, pace, rng)
            if number == 1:
                yield from self._memory(case, failure)

    def _dumps(
        self, case: Case, number: int, failure: Failure | None, pace: float, rng: random.Random
    ) -> Iterator[Record]:
        if failure and failure.trial == "dump":
            if number == 1:
                yield _failed(case, failure)
            return
        profile, size_bytes = self.profiles[case.serializer], model_bytes(case.model)
        dump_s = profile.fixed_s + profile.dump_s_per_mb * size_bytes / 1e6
        dump_s *= pace * rng.lognormvariate(0.0, self.noise)
        digest = str(number) if profile.digests_differ else "same"
        metrics = {
            "dump_s": dump_s,
            "dump_sync_s": dump_s + 2e-3,
            "size_bytes": 120.0 + profile.size_ratio * size_bytes,
        }
        yield _record(case, number, "dump", metrics, {"digest": digest})

    def _loads(
        self, case: Case, number: int, failure: Failure | None, pace: float, rng: random.Random
    ) -> Iterator[Record]:
        if failure:
            if number == 1 and failure.trial == "load":
                yield _failed(case, failure)
            return
        profile = self.profiles[case.serializer]
        noise = pace * rng.lognormvariate(0.0, self.noise)
        load_s, predict_s = true_load_s(profile, case.model)
        metrics = {"load_s": load_s * noise}
        facts: dict[str, object] = {}
        if profile.kind != "floor":
            metrics |= {"predict_s": predict_s * noise}
            metrics |= {"load_predict_s": (load_s + predict_s) * noise}
            difference = self.differences.get((case.model, case.serializer), 0.0)
            facts |= {"exact": difference == 0, "max_abs_difference": difference}
        yield _record(case, number, "load", metrics, facts)
        if number <= 2 and profile.kind != "floor":
            yield self._cold(case, number, metrics)

    def _cold(self, case: Case, number: int, metrics: Mapping[str, float]) -> Record:
        if not self.evicts:
            return _record(
                case, number, "load-cold", {}, {"no_value": "its pages stayed in memory"}
            )
        factor = self.profiles[case.serializer].cold
        cold = {
            "load_cold_s": metrics["load_s"] * factor,
            "load_cold_predict_s": metrics["load_predict_s"] * factor,
        }
        return _record(case, number, "load-cold", cold, {})

    def _memory(self, case: Case, failure: Failure | None) -> Iterator[Record]:
        if failure:
            return
        profile, size_bytes = self.profiles[case.serializer], model_bytes(case.model)
        peak = {"dump_peak_bytes": 4096 + 0.3 * profile.peak_ratio * size_bytes}
        yield _record(case, 1, "dump-memory", peak, {})
        peak = {"load_peak_bytes": 8192 + profile.peak_ratio * size_bytes}
        if self.resident:
            peak["resident_bytes"] = 4096.0 if profile.maps_file else 4096 + size_bytes
        yield _record(case, 1, "load-memory", peak, {})
        if self.workers:
            shared = 4 if profile.maps_file else 1
            held = {"worker_bytes": 8192 + size_bytes / shared}
            yield _record(case, 1, "workers", held, {"workers": 4})


def model_bytes(model: str) -> int:
    """Return the made-up pickled size of a sized workload."""
    return round(parse_size(model.split("@")[1]) * 1.03)


def true_load_s(profile: Profile, model: str) -> tuple[float, float]:
    """Return the true median of load and of the first call, both in seconds."""
    work_s = profile.load_s_per_mb * model_bytes(model) / 1e6
    call_s = 40e-6
    if profile.maps_file:
        return profile.fixed_s, call_s + work_s
    return profile.fixed_s + work_s, call_s


def quick_run(seed: int = 0) -> Run:
    """Return a run of the quick suite's shape: nine models, fifteen serializers, some trouble."""
    return RunBuilder(
        models=QUICK_MODELS,
        profiles=PROFILES,
        rounds=8,
        seed=seed,
        failures={
            ("tfidf@100KB", "skops"): Failure(
                outcome="unsupported", reason="Untrusted types: <class 'a|b'>\nname them `trusted`"
            ),
            ("mlp@1MB", "joblib+xz3"): Failure(
                outcome="timeout", reason="the trial took longer than 30 s", trial="dump"
            ),
        },
        differences={("mlp@1MB", "skops"): 2.5e-7},
    ).build()


def _serializer(profile: Profile) -> SerializerInfo:
    return SerializerInfo(
        kind=profile.kind,
        runs_code=profile.runs_code,
        maps_file=profile.maps_file,
        note="a made-up row",
        distribution=profile.distribution,
        versions=dict.fromkeys(profile.requires, "1.0"),
    )


def _workload(model: str) -> WorkloadInfo:
    return WorkloadInfo(
        method="predict",
        stresses="a made-up model",
        distribution="savebench 0.1.0",
        versions={},
        model_bytes=model_bytes(model),
        array_bytes=model_bytes(model) - 100,
        array_count=3,
        build_s=0.5,
    )


def _failed(case: Case, failure: Failure) -> Record:
    return Record(
        case=case,
        round=1,
        trial=failure.trial,
        outcome=failure.outcome,  # type: ignore[arg-type]
        reason=failure.reason,
        launch="zygote",
        started="2026-11-23T09:00:01.000Z",
    )


def _record(
    case: Case,
    number: int,
    trial: TrialKind,
    metrics: Mapping[str, float],
    facts: Mapping[str, object],
) -> Record:
    return Record(
        case=case,
        round=number,
        trial=trial,
        outcome="ok",
        metrics=dict(metrics),
        facts=dict(facts),
        wall_s=0.1,
        launch="zygote",
        started="2026-11-23T09:00:01.000Z",
    )
