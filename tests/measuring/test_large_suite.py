"""The suite of large models, on a small one."""

from collections import Counter
from pathlib import Path

from savebench.measuring.run import Silent
from savebench.measuring.settings import Request
from savebench.running import measure_only


def test_the_large_suite_measures_warm_cold_memory_and_workers(tmp_path: Path) -> None:
    """Floors take part in all of it."""
    request = Request(
        suite="large",
        workloads=["arrays@100KB"],
        serializers=["pickle", "read-file"],
        rounds=1,
        out=tmp_path / "run",
    )

    records = measure_only(request, Silent()).run.records

    kinds = Counter(each.trial for each in records if each.case.workload == "arrays")
    assert kinds == dict.fromkeys(
        ("dump", "load", "load-cold", "dump-memory", "load-memory", "workers"), 2
    )
    assert {each.outcome for each in records} == {"ok"}
