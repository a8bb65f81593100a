"""Cost against model size: a fixed cost and a cost per byte, fitted to each serializer's curve."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from savebench.stats import CostLine, fit_cost_line
from savebench.summary.table import SummaryRow

ALL_WORKLOADS = "all workloads"
METRICS = ("load_predict_s", "dump_s")
"""The costs that are followed over size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One serializer's cost over the sizes of one family."""

    family: str
    """A workload, or `ALL_WORKLOADS` where none was measured in two sizes."""
    serializer: str
    metric: str
    points: tuple[tuple[float, float], ...]
    """(model bytes, seconds), by rising size."""
    line: CostLine | None
    """Seconds and seconds a byte; None where the points are of different workloads."""


def curves_of(rows: Sequence[SummaryRow]) -> list[Curve]:
    """Return the cost of each round trip over size, in families measured in two sizes or more.

    Where no workload has two sizes, the models of all workloads make one family, without lines: a
    model's kind would pass for its size.
    """
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    sizes: dict[str, set[str]] = {}
    for row in rows:
        if _counts(row):
            sizes.setdefault(row.workload, set()).add(row.size)
    growing = {workload for workload, names in sizes.items() if len(names) > 1}
    for row in rows:
        if _counts(row) and (not growing or row.workload in growing):
            family = row.workload if growing else ALL_WORKLOADS
            points = found.setdefault((family, row.metric, row.serializer), [])
            points.append((float(row.model_bytes or 0), row.median))
    return [
        Curve(
            family=family,
            metric=metric,
            serializer=serializer,
            points=tuple(sorted(points)),
            line=_line(points) if growing else None,
        )
        for (family, metric, serializer), points in found.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The lines of one serializer over the sizes of one family; None where there is none."""

    family: str
    serializer: str
    load_predict: CostLine | None
    dump: CostLine | None


def fits_of(curves: Sequence[Curve], shown: Collection[str]) -> list[Fit]:
    """Return the lines of the serializers that are shown, in the order of the curves."""
    lines: dict[tuple[str, str], dict[str, CostLine]] = {}
    for one in curves:
        if one.serializer in shown and one.line:
            lines.setdefault((one.family, one.serializer), {})[one.metric] = one.line
    return [
        Fit(
            family=family,
            serializer=name,
            load_predict=found.get("load_predict_s"),
            dump=found.get("dump_s"),
        )
        for (family, name), found in lines.items()
    ]


def _counts(row: SummaryRow) -> bool:
    return (
        row.metric in METRICS
        and row.kind == "round-trip"
        and bool(row.model_bytes)
        and row.median > 0
    )


def _line(points: Sequence[tuple[float, float]]) -> CostLine | None:
    sizes, costs = zip(*points, strict=True)
    return fit_cost_line(sizes, costs) if len(set(sizes)) > 1 else None
