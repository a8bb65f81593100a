"""A run never recommends against its own table."""

import math
from collections.abc import Sequence
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from savebench.records.schema import Case, Run
from savebench.records.series import values_by_case
from savebench.stats import median_interval
from savebench.summary.regimes import Cell
from tests.report.synthetic import Failure, Profile, RunBuilder
from tests.summary.regimes.runs import decided

SECONDS = st.sampled_from([10e-6, 50e-6, 60e-6, 200e-6, 2e-3])
PER_MB = st.sampled_from([0.02e-3, 0.2e-3, 0.45e-3, 0.48e-3, 0.5e-3, 0.55e-3, 1e-3, 9e-3])
NAMES = ("joblib", "joblib-mmap", "pickle-p4", "joblib+lz4", "pickle-oob", "skops")
MODELS = ("arrays@1KB", "knn-brute@1MB", "tfidf@100KB", "knn-brute@16MB", "arrays@16MB")


@st.composite
def profiles(draw: st.DrawFn, name: str) -> Profile:
    """Return costs that cross each other, and facts that may speak against a row."""
    return Profile(
        kind="restricted" if name == "skops" else "round-trip",
        runs_code=name != "skops" and draw(st.booleans()),
        fixed_s=draw(SECONDS),
        load_s_per_mb=draw(PER_MB),
        dump_s_per_mb=draw(PER_MB),
        size_ratio=draw(st.sampled_from([0.4, 0.97, 1.0])),
        peak_ratio=draw(st.sampled_from([0.02, 0.9, 1.0, 2.0])),
        maps_file=draw(st.booleans()),
        requires=draw(st.sampled_from([(), ("joblib",), ("lz4",)])),
    )


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Return a small run of rows that cost anything, some of which failed or had few rounds."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    models = draw(st.lists(st.sampled_from(MODELS), min_size=1, max_size=3, unique=True))
    failing = draw(st.lists(st.tuples(st.sampled_from(models), st.sampled_from(names)), max_size=2))
    return RunBuilder(
        models=models,
        profiles={"pickle": Profile(), **{name: draw(profiles(name)) for name in names}},
        rounds=draw(st.sampled_from([1, 3, 6, 8])),
        rounds_of=draw(st.dictionaries(st.sampled_from(names), st.integers(1, 7), max_size=2)),
        noise=draw(st.sampled_from([0.005, 0.05, 0.3])),
        failures=dict.fromkeys(failing, Failure(outcome="failed", reason="planted")),
        workers=draw(st.booleans()),
        seed=draw(st.integers(0, 99)),
    ).build()


@settings(deadline=None, max_examples=150)
@given(runs())
def test_nobody_costs_less_than_the_taken_row_beyond_both_intervals_unless_it_is_said(
    run: Run,
) -> None:
    """And then by no more than 5 %, or by a tenth of a millisecond."""
    for cell in decided(run).cells:
        mine = cell.costs[cell.take]
        for name, cost in cell.costs.items():
            if cost.most < mine.least:
                said = cell.why == "little" and name in cell.beaten_by
                assert said or name in cell.unsure, (cell, name)
                if said and cell.use in {"file size", "memory"}:
                    assert mine.median <= cost.median * 1.05


@settings(deadline=None, max_examples=100)
@given(runs())
def test_what_a_cell_says_of_load_times_follows_from_the_records(run: Run) -> None:
    """Reckoned anew: each round's geometric mean of ratios to pickle, their median, its ends."""
    for cell in decided(run).cells:
        if cell.use == "load time":
            table = {name: anew(run, name, cell.models) for name in run.header.serializers}
            mine = table[cell.take]
            assert mine
            assert math.isclose(mine[1], cell.ratio.median)
            for name, ends in table.items():
                if ends and ends[2] < mine[0]:
                    assert name in cell.beaten_by
                    assert (
                        worth_s(run, cell, mine[1] - ends[1]) <= 1e-4 or mine[1] <= ends[1] * 1.05
                    )


def case_of(model: str, serializer: str) -> Case:
    """Return the case of a sized workload."""
    workload, _, size = model.partition("@")
    return Case(workload, size, serializer)


def anew(run: Run, name: str, models: Sequence[str]) -> tuple[float, float, float] | None:
    """Return low end, median and high end of a row's ratio to pickle; None where it has none."""
    failed = {record.case for record in run.records if record.outcome != "ok"}
    values = values_by_case(run.records)
    rounds: dict[int, list[float]] = {}
    for model in models:
        mine, theirs = (case_of(model, each) for each in (name, "pickle"))
        if mine in failed:
            return None
        pickled = values[theirs, "load_predict_s"]
        for number, value in values.get((mine, "load_predict_s"), {}).items():
            rounds.setdefault(number, []).append(math.log(value / pickled[number]))
    logs = [sum(each) / len(each) for each in rounds.values() if len(each) == len(models)]
    if len(logs) < 6:
        return None
    found = median_interval(logs)
    return math.exp(found.low), math.exp(found.median), math.exp(found.high)


def worth_s(run: Run, cell: Cell, share: float) -> float:
    """Return a share of pickle's time on the cell's typical model, in seconds."""
    values = values_by_case(run.records)
    medians = [
        median(values[case_of(model, "pickle"), "load_predict_s"].values()) for model in cell.models
    ]
    return share * math.exp(sum(map(math.log, medians)) / len(medians))
