"""What README shows in Python runs as it stands there."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from savebench import Serializer, Workload
from savebench.catalogue.providers import load_catalogue
from savebench.serializers.pickles import rows

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"(?ms)^```python\n(.*?)^```$", README.read_text(encoding="utf-8"))
IN_LESS_TIME = (
    ('workers=4, budget="30s"', 'budget="3s"'),
    ('budget="30s"', "rounds=1"),
    ("knn-brute@1MB", "knn-brute@10KB"),
    ('("pickle", 1.5)', '("pickle", 100.0)'),
)
"""The same on a busy machine: a shorter run, and a limit that no noise reaches."""


def _ran(block: str) -> dict[str, Any]:
    """Run a block, with what its reader would have of their own; return the names it made."""
    workload = load_catalogue().workloads["home-prices"].row
    pickle = next(each for each in rows() if each.name == "pickle")
    model = workload.build(1000, 0)
    own = {"model": model, "X": workload.probe(model, 0)}
    own |= {"dump": pickle.dump, "load": pickle.load}
    own |= {"build": workload.build, "probe": workload.probe}
    for as_shown, shorter in IN_LESS_TIME:
        block = block.replace(as_shown, shorter)
    exec(compile(block, str(README), "exec"), own)  # noqa: S102 - our own README
    return own


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_python_example_runs(
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    persistence: Callable[..., object],
) -> None:
    """Scripts as they are, tests with the fixture, rows as a package offers them."""
    monkeypatch.chdir(tmp_path)

    made = _ran(BLOCKS[number])

    if results := made.get("results"):
        assert {"load_s", "size_bytes"} <= set(results.to_frame()["metric"])
    if test := made.get("test_my_model"):
        test(persistence)
    if serializers := made.get("serializers"):
        assert [type(each) for each in serializers()] == [Serializer]
    if workloads := made.get("workloads"):
        assert [type(each) for each in workloads()] == [Workload]


def test_there_are_examples() -> None:
    """Else the test above would test nothing."""
    assert BLOCKS
