"""What pytest-benchmark is given: a row a serializer and operation, marked as savebench's own."""

from types import SimpleNamespace

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.persistence import table
from savebench.persistence.asked import parse_asked
from savebench.persistence.carrying import Carried
from savebench.persistence.production import Production
from savebench.persistence.timing import Times
from savebench.pytest_benchmark.layout import MARK
from tests.persistence.models import Doubler


def test_a_serializer_that_failed_in_a_later_round_has_no_rows(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rounds before that do not make it one to be ranked."""
    rows: list[SimpleNamespace] = []

    def benchmark(_: pytest.Item) -> SimpleNamespace:
        rows.append(SimpleNamespace(extra_info={}))
        return rows[-1]

    monkeypatch.setattr(table, "_benchmark", benchmark)
    monkeypatch.setattr(table, "replay", lambda row, values_s: setattr(row, "values_s", values_s))
    asked = parse_asked(
        Doubler(),
        load_catalogue(),
        serializers=["pickle", "joblib"],
        method=None,
        max_size=None,
        max_ratio=None,
        rounds=6,
        timeout="1s",
        production=Production(),
    )
    carried = {
        "pickle": Carried(outcome="ok", size_bytes=7),
        "joblib": Carried(outcome="crashed", reason="in round 3: it fell"),
    }
    times = Times({name: {"load_s": {1: 0.5, 3: 0.25}} for name in carried}, launch="spawn")
    table.enter_rows(request.node, 2, asked, carried, times)
    (row,) = rows
    assert row.values_s == [0.5, 0.25]
    assert row.extra_info[MARK] == {
        "schema": 1,
        "independent": True,
        "metric": "load_s",
        "workload": f"{request.node.nodeid} #2",
        "size": "",
        "serializer": "pickle",
        "launch": "spawn",
        "outcome": "ok",
        "reason": "",
        "rounds": [1, 3],
        "counts": {"size_bytes": {"1": 7}},
    }
