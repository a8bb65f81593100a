"""What a reader must know of a model is said once."""

from typing import Any

import msgspec
import pytest

from savebench.records.schema import WorkloadInfo
from savebench.report.run.remarks import by_reason, model_remarks, row_remarks, trouble_lines
from savebench.summary import OutcomeRow
from tests.report.synthetic import RunBuilder

PLAIN = WorkloadInfo(
    method="predict",
    stresses="nothing",
    distribution="mine 1.0",
    versions={},
    model_bytes=1,
    array_bytes=1,
    array_count=1,
    build_s=1.0,
)


def _trouble(serializer: str, reason: str) -> OutcomeRow:
    return OutcomeRow(
        workload="tiny",
        size="1KB",
        serializer=serializer,
        kind="round-trip",
        outcome="failed",
        reason=reason,
        rounds=0,
        exact=None,
        repeatable=None,
        max_abs_difference=None,
        printed="",
    )


@pytest.mark.parametrize(
    ("facts", "remark"),
    [
        ({"varies": "it draws"}, "it draws"),
        (
            {"reference": "dill"},
            "pickle does not carry this model; dill keeps it for the dumps of all rows",
        ),
        (
            {
                "imports": ["atexit", "pandas", "_sysdata", "xgboost.core", "numpy.random"],
                "model_class": "xgboost.sklearn.XGBRegressor",
            },
            "loading this model imports xgboost and pandas: done beforehand, for every row alike",
        ),
    ],
    ids=["varies", "reference", "imports"],
)
def test_what_was_found_out_of_a_model_is_said(facts: dict[str, Any], remark: str) -> None:
    """In a line each."""
    (said,) = model_remarks(msgspec.structs.replace(PLAIN, **facts))
    assert said.partition(". ")[0] == remark


@pytest.mark.parametrize(
    "facts", [{}, {"imports": ["json", "numpy.linalg"]}, {"distribution": "savebench 1"}]
)
def test_of_a_model_with_nothing_special_nothing_is_said(facts: dict[str, Any]) -> None:
    """Nor of what Python brings, nor of savebench's own rows."""
    assert model_remarks(msgspec.structs.replace(PLAIN, **facts)) == ()


def test_a_trouble_is_said_once_for_all_that_it_befell() -> None:
    """A model that could not be built befalls every serializer."""
    troubles = [_trouble("pickle", "no disk"), _trouble("joblib", "no disk"), _trouble("dill", "x")]
    assert trouble_lines(troubles) == ["pickle and joblib: failed: no disk", "dill: failed: x"]
    assert [row.serializers for row in by_reason(troubles)] == ["pickle, joblib", "dill"]


def test_of_many_packages_the_first_are_named() -> None:
    """A line stays a line."""
    info = msgspec.structs.replace(PLAIN, imports=list("abcde"))
    assert "imports a, b, c and 2 more: done beforehand" in model_remarks(info)[0]


def test_who_imports_while_it_is_timed_is_said() -> None:
    """Once, whatever the rounds."""
    records = [
        msgspec.structs.replace(record, facts={"imported": ["slow", "slow.core"]})
        for record in RunBuilder(rounds=2).build().records
        if record.case.serializer == "joblib" and record.trial == "load"
    ]
    (said,) = row_remarks(records)
    assert said.startswith("joblib: imports slow while its load is timed")
