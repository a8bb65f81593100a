"""A comparison that was interrupted goes on, and comes to what it would have come to."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from savebench.comparing.in_step.ab import AbRequest, resume_ab, run_ab
from savebench.comparing.in_step.duel import Duel
from savebench.comparing.in_step.gate import FEWEST
from savebench.comparing.in_step.resuming import stage_after
from savebench.comparing.in_step.stages import Stage
from savebench.comparing.in_step.watching import SilentWatch
from savebench.comparing.series import Series
from savebench.errors import DataError, Interrupted, UsageError
from savebench.measuring.ledger import Ledger
from savebench.records.schema import Record, Trial
from savebench.records.store import read_run
from tests.comparing.in_step.test_ab import build
from tests.fakes import case

SIDES = ("base", "head")


def _request(folder: Path) -> AbRequest:
    return AbRequest(
        base=str(build(folder, "base-python")),
        head=str(build(folder, "head-python", more_bytes=1)),
        workloads=["planted-tiny@1KB"],
        serializers=["planted-build"],
        budget=1.0,
        out=folder / "ab",
    )


def _interrupt_after(monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    whole = Duel.__call__
    done: list[Stage] = []

    def interrupted(self: Duel, stage: Stage, names: Sequence[Series]) -> Mapping[Series, float]:
        if len(done) == rounds:
            raise KeyboardInterrupt
        done.append(stage)
        return whole(self, stage, names)

    monkeypatch.setattr(Duel, "__call__", interrupted)


@pytest.mark.usefixtures("planted")
def test_an_interrupted_comparison_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every trial is measured once, and the byte is found."""
    request = _request(tmp_path)
    with monkeypatch.context() as patch:
        _interrupt_after(patch, 3)
        with pytest.raises(Interrupted, match=f"savebench ab --resume {request.out}"):
            run_ab(request, SilentWatch())
    before = {side: len(read_run(request.out / side).records) for side in SIDES}

    found = resume_ab(request.out, None, SilentWatch())

    assert found.rounds["screen"] >= FEWEST
    size = next(change for change in found.changes if change.metric == "size_bytes")
    assert (size.verdict, size.note) == ("regressed", "+1 bytes in every dump")
    for side in SIDES:
        records = read_run(request.out / side).records
        assert len(records) > before[side]
        trials = Counter((each.trial, each.round) for each in records if each.round)
        assert set(trials.values()) == {1}
        assert {number for kind, number in trials if kind == "load"} == set(
            range(1, sum(found.rounds.values()) + 1)
        )


@pytest.mark.usefixtures("planted")
def test_a_finished_comparison_and_none_at_all_do_not_go_on(tmp_path: Path) -> None:
    """One line, with what to do."""
    run_ab(_request(tmp_path), SilentWatch())
    with pytest.raises(UsageError, match=r"holds a finished comparison; see it with: savebench"):
        resume_ab(tmp_path / "ab", None, SilentWatch())
    with pytest.raises(DataError, match="holds no comparison that savebench ab could go on with"):
        resume_ab(tmp_path, None, SilentWatch())


def test_a_request_that_is_damaged_is_refused(tmp_path: Path) -> None:
    """With its file's name."""
    (tmp_path / "request.json").write_text('{"base": ', encoding="utf-8")
    with pytest.raises(DataError, match=r"request\.json: damaged"):
        resume_ab(tmp_path, None, SilentWatch())


@pytest.mark.usefixtures("planted")
def test_a_side_that_is_another_now_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times of two sets of versions do not mix."""
    request = _request(tmp_path)
    with monkeypatch.context() as patch:
        _interrupt_after(patch, 1)
        with pytest.raises(Interrupted):
            run_ab(request, SilentWatch())
    path = request.out / "base" / "run.jsonl"
    header, *records = path.read_text(encoding="utf-8").splitlines()
    told = json.loads(header)
    told["environment"]["fingerprint"] = "another"
    path.write_text("\n".join([json.dumps(told), *records, ""]), encoding="utf-8")

    with pytest.raises(UsageError, match="base was measured on another machine or with other vers"):
        resume_ab(request.out, None, SilentWatch())


def test_what_is_on_record_is_taken_once_and_tells_the_stage() -> None:
    """Dumps outside the rounds are not: what they made is gone."""
    records = [
        Record(
            case=case("a"),
            round=number,
            trial="load",
            outcome="ok",
            launch="",
            started="",
            facts={"stage": stage},
        )
        for number, stage in ((0, ""), (1, "screen"), (2, "confirm"))
    ]
    ledger = Ledger(records)
    first, second = (Trial(case("a"), "load", number) for number in (1, 2))

    assert not ledger.has_left(Trial(case("a"), "load", 0))
    assert [stage_after(ledger, number) for number in (0, 1, 2)] == ["screen", "confirm", None]
    assert ledger.take(first) == records[1]
    assert not ledger.has_left(first)
    assert ledger.has_left(second)
