"""Runs made of numbers: each row costs a multiple of one, in every metric or in those named."""

from collections.abc import Mapping, Sequence

from savebench.records.metrics import METRICS
from savebench.records.schema import Case, Header, Record, Run, SerializerInfo, WorkloadInfo
from savebench.units import parse_size
from tests.report.synthetic import ENVIRONMENT, SETTINGS

MODELS = ("arrays@16MB", "knn-brute@16MB", "random-forest@16MB", "tfidf@16MB")
"""One of each kind, and a k-NN."""
RESIDENT = "resident_bytes"

Costs = float | Mapping[str, float]
"""A multiple for all metrics; or by metric, and 1 for those not named."""


def run_of(
    costs: Mapping[str, Costs],
    *,
    models: Sequence[str] = MODELS,
    rounds: int = 6,
    on: Mapping[tuple[str, str], Costs] | None = None,
    facts: Mapping[str, Mapping[str, object]] | None = None,
) -> Run:
    """Return a run in which a row's times are its multiple of 1 ms, its bytes of the model's.

    Parameters
    ----------
    costs
        By row.
    models
        Sized workloads.
    rounds
        Of every trial. Odd rounds are a tenth slower, for all rows alike.
    on
        Other multiples, by (row, model).
    facts
        By row, of its dumps and loads; ``{n}`` in a text stands for the round.
    """
    cases = [Case(*_named(model), row) for model in models for row in costs]
    records = [
        record
        for number in range(1, rounds + 1)
        for case in cases
        for record in _records(
            case,
            number,
            (on or {}).get((case.serializer, case.model), costs[case.serializer]),
            (facts or {}).get(case.serializer, {}),
        )
    ]
    header = Header(
        savebench="0.1.0",
        started="2026-11-23T09:00:00.123Z",
        seed=0,
        settings=SETTINGS,
        environment=ENVIRONMENT,
        cases=cases,
        serializers={row: _serializer(row) for row in costs},
        workloads={model: _workload(model) for model in models},
    )
    return Run(header=header, records=records)


def _named(model: str) -> tuple[str, str]:
    workload, _, size = model.partition("@")
    return workload, size


def _records(case: Case, number: int, costs: Costs, facts: Mapping[str, object]) -> list[Record]:
    trials = {metric.name: metric.trial for metric in METRICS.values()} | {RESIDENT: "load-memory"}
    size_bytes, pace = parse_size(case.size), 1.1 if number % 2 else 1.0
    metrics: dict[str, dict[str, float]] = {}
    for metric, trial in trials.items():
        cost = costs if isinstance(costs, float | int) else costs.get(metric, 1.0)
        unit = size_bytes if metric.endswith("_bytes") else 1e-3 * pace
        metrics.setdefault(trial, {})[metric] = cost * unit
    told = {name: _in_round(fact, number) for name, fact in facts.items()}
    return [
        Record(
            case=case,
            round=number,
            trial=trial,  # type: ignore[arg-type]
            outcome="ok",
            metrics=values,
            facts=told,
            launch="zygote",
            started="2026-11-23T09:00:01.000Z",
        )
        for trial, values in metrics.items()
    ]


def _in_round(fact: object, number: int) -> object:
    return fact.format(n=number) if isinstance(fact, str) else fact


def _serializer(row: str) -> SerializerInfo:
    return SerializerInfo(
        kind={"onnx": "inference", "skops": "restricted"}.get(row, "round-trip"),
        runs_code=True,
        maps_file=row.endswith("mmap"),
        note="a made-up row",
        distribution="savebench 0.1.0",
        versions={},
    )


def _workload(model: str) -> WorkloadInfo:
    return WorkloadInfo(
        method="predict",
        stresses="a made-up model",
        distribution="savebench 0.1.0",
        versions={},
        model_bytes=parse_size(model.split("@")[1]),
        array_bytes=None,
        array_count=None,
        build_s=None,
    )
