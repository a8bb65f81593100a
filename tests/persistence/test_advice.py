"""Advice is never what was done: a table over who failed, and how."""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.persistence.asked import Asked, parse_asked
from savebench.persistence.carrying import Carried, site_of
from savebench.persistence.diagnosis import diagnose
from savebench.persistence.explaining import message_of, reason_of
from savebench.persistence.others import Way
from savebench.persistence.production import Production
from savebench.persistence.result import Line, Persistence
from savebench.persistence.sources import Sources
from savebench.subjects.subject import Subject
from tests.persistence.models import Doubler, Holder


class Homemade(Holder):
    """An estimator that lives in a test module."""


OUTCOMES: dict[str, Carried] = {
    "ok": Carried(outcome="ok"),
    "mismatch": Carried(outcome="mismatch", stage="load", reason="answers differently"),
    "timeout": Carried(outcome="timeout", stage="load", reason="took longer"),
    "crashed": Carried(outcome="crashed", stage="load", reason="killed"),
    "unsupported": Carried(outcome="unsupported", stage="dump", reason="not this one"),
    "load failed": Carried(outcome="failed", stage="load", reason="load raised"),
    "lacks the test": Carried(outcome="failed", stage="load", absent=__name__),
    "dump failed": Carried(outcome="failed", stage="dump", error=ValueError("no room")),
}
ROWS = ("pickle", "cloudpickle", "dill")
MODELS: dict[str, Callable[[], Any]] = {
    "lambda": lambda: Doubler(lambda x: x),
    "lock": lambda: Holder(lock=threading.Lock()),
    "class of the test": Homemade,
    "nothing": Doubler,
}


def _advice(message: str) -> list[str]:
    """Return the lines below the table."""
    parts = message.split("\n\n")
    return parts[2].splitlines() if len(parts) > 2 else []


def _carried(model: Any, asked: Asked, row: str, outcome: str, folder: Path) -> Carried:
    """Return an outcome; a dump fails with what it does raise, if it does."""
    if outcome != "dump failed":
        return OUTCOMES[outcome]
    with suppress(OSError):
        (folder / row).mkdir()
    try:
        asked.serializers[row].row.dump(model, folder / row / "model")
    except Exception as error:  # noqa: BLE001 - as rows do
        return Carried(outcome="failed", stage="dump", reason="dump raised", error=error)
    return OUTCOMES[outcome]


@pytest.mark.parametrize("name", list(MODELS))
@pytest.mark.parametrize("rows", [ROWS, ("pickle",), ("cloudpickle", "dill")], ids=" ".join)
def test_advice_is_never_what_was_done(
    name: str, rows: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever failed in whatever way: no row is named that was asked for and failed."""
    pytest.importorskip("dill")
    model = MODELS[name]()
    asked = parse_asked(
        model,
        load_catalogue(),
        serializers=rows,
        method=None,
        max_size=None,
        max_ratio=None,
        rounds=6,
        timeout=1,
        production=Production(sources=Sources(tests={__name__: __file__})),
    )
    site = site_of(asked.production, tmp_path)
    subject = Subject(name="model", method="predict", folder=tmp_path / "reference")
    monkeypatch.setattr(
        "savebench.persistence.diagnosis.ways_that_carry",
        lambda *_: tuple(Way(row) for row in ROWS if row not in rows),
    )
    for outcomes in product(OUTCOMES, repeat=len(rows)):
        carried = {
            row: _carried(model, asked, row, outcome, tmp_path)
            for row, outcome in zip(rows, outcomes, strict=True)
        }
        failed = [row for row, each in carried.items() if each.outcome != "ok"]
        found = diagnose(model, carried, asked, subject, site)
        lines = tuple(
            Line(serializer=row, outcome=each.outcome, reason=reason_of(row, each, found))
            for row, each in carried.items()
        )
        advice = _advice(message_of(Persistence("Model", lines), failed, [], found))

        named = {row for line in advice for row in ROWS if re.search(rf"\b{row}\b", line)}
        assert not named & set(failed), outcomes
        if not {"dump failed", "lacks the test"} & set(outcomes):
            assert not [line for line in advice if not line.startswith("Of those")], outcomes
