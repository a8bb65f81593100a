"""Pruning: what a policy keeps, and what is never deleted."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from savebench.errors import UsageError
from savebench.history.policy import kept, parse_policy
from savebench.history.pruning import carry_out, plan
from tests.history.synthetic import START, HistoryBuilder

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _days(*days: float) -> list[datetime]:
    return [NOON - timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("policy", "ages_days", "positions"),
    [
        ("last:2", (0, 1, 2, 3), {0, 1}),
        ("last:2", (3, 2, 1, 0), {2, 3}),
        ("daily:2", (0, 0.1, 0.2, 1, 1.1, 2), {0, 3}),
        ("hourly:2", (0, 0.01, 0.03, 5), {0, 1}),
        ("daily:3", (0, 10, 400, 500), {0, 1, 2}),
        ("weekly:2", (0, 1, 8, 9, 30), {0, 2}),
        ("monthly:2", (0, 1, 2, 40), {0, 1}),
        ("yearly:9", (0, 70, 300, 800), {0, 1, 3}),
        ("all:2d", (0, 0.5, 1.9, 2.1), {0, 1, 2}),
        ("daily:1w", (0, 0.1, 3, 3.1, 8), {0, 2}),
        ("last:1,yearly:5y", (0, 1, 90, 500), {0, 2, 3}),
        ("last:1", (5,), {0}),
    ],
)
def test_a_policy_keeps_the_newest_run_of_each_period(
    policy: str, ages_days: Sequence[float], positions: set[int]
) -> None:
    """Counts of periods that have runs, or spans back from the newest run."""
    assert kept(_days(*ages_days), parse_policy(policy)).keys() == positions


def test_a_run_carries_the_first_rule_that_keeps_it() -> None:
    """So that a person sees why."""
    assert kept(_days(0, 1), parse_policy("last:1, daily:9")) == {0: "last:1", 1: "daily:9"}


@pytest.mark.parametrize(
    "policy", ["", "last", "last:0", "last:-1", "never:3", "daily:3h", "last:2;all:1d", "all:1d,"]
)
def test_what_is_no_policy_is_refused_with_an_example(policy: str) -> None:
    """Nothing is guessed where runs are at stake."""
    with pytest.raises(UsageError, match="write it like"):
        parse_policy(policy)


@given(
    st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=30),
    st.lists(
        st.sampled_from(["last:3", "all:30d", "daily:2", "weekly:9w", "monthly:1y", "yearly:2"]),
        min_size=1,
        max_size=3,
    ),
)
def test_the_newest_run_is_always_kept(moments: list[datetime], rules: list[str]) -> None:
    """Whatever the policy says."""
    newest = max(moments)

    assert newest in {moments[at] for at in kept(moments, parse_policy(",".join(rules)))}


def test_the_runs_that_no_rule_keeps_are_deleted_and_no_other(tmp_path: Path) -> None:
    """With their own files, and nothing is left of their folders."""
    folders = HistoryBuilder().write(tmp_path, 6)
    for name in ("summary.csv", "report.md", "report.html", ".lock"):
        (folders[0] / name).write_text("", encoding="utf-8")
    (folders[0] / "plots").mkdir()
    (folders[0] / "plots" / "ratios-1.png").write_bytes(b"png")

    gone, stayed = carry_out(plan(tmp_path, parse_policy("last:2")))

    assert gone == folders[:4]
    assert stayed == []
    assert sorted(tmp_path.iterdir()) == folders[4:]


def test_a_plan_deletes_nothing(tmp_path: Path) -> None:
    """It says what it would."""
    HistoryBuilder().write(tmp_path, 3)
    before = sorted(tmp_path.rglob("*"))

    pruning = plan(tmp_path, parse_policy("last:1"))

    assert [each.folder.name for each in pruning.delete] == ["000", "001"]
    assert all(each.size_bytes > 1000 for each in pruning.delete)
    assert sorted(tmp_path.rglob("*")) == before


def test_each_machine_is_looked_at_by_itself(tmp_path: Path) -> None:
    """A busy machine does not push another's runs out."""
    HistoryBuilder(processor=lambda run: "rare" if run == 0 else "busy").write(tmp_path, 9)

    pruning = plan(tmp_path, parse_policy("last:1"))

    assert [each.folder.name for each in pruning.keep] == ["000", "008"]


def test_what_is_not_a_finished_runs_own_stays(tmp_path: Path) -> None:
    """Foreign files, links, an interrupted run, a running one, a damaged one, a copy."""
    folders = HistoryBuilder().write(tmp_path / "runs", 8)
    outside = tmp_path / "outside"
    HistoryBuilder(started=lambda _: START - timedelta(days=9)).write_one(outside, 0)
    (folders[0] / "notes.txt").write_text("mine", encoding="utf-8")
    (folders[1] / "report.html").symlink_to(outside / "run.jsonl")
    (folders[2] / "plots").symlink_to(outside)
    (folders[3] / "work").mkdir()
    (folders[4] / "run.jsonl").write_bytes(b"damaged")
    (folders[6] / "plots").mkdir()
    (folders[6] / "plots" / "thesis.tex").write_text("mine", encoding="utf-8")
    (tmp_path / "runs" / "linked").symlink_to(outside)
    shutil.copytree(folders[7], tmp_path / "runs" / "copy")
    before = sorted(tmp_path.rglob("*"))

    with FileLock(folders[5] / ".lock"):
        pruning = plan(tmp_path / "runs", parse_policy("last:1"))
        gone, _ = carry_out(pruning)

    assert pruning.delete == ()
    assert gone == []
    assert [each.folder.name for each in pruning.keep] == ["007"]
    left = {(each.path.parent if each.path.is_file() else each.path).name for each in pruning.left}
    assert left == {*(f"{number:03d}" for number in range(7)), "copy"}
    assert [path for path in sorted(tmp_path.rglob("*")) if path.name != ".lock"] == [
        path for path in before if path.name != ".lock"
    ]


def test_what_changed_since_the_plan_is_looked_at_again(tmp_path: Path) -> None:
    """A file that came, and a run that someone resumed."""
    folders = HistoryBuilder().write(tmp_path, 4)
    pruning = plan(tmp_path, parse_policy("last:1"))
    (folders[0] / "notes.txt").write_text("mine", encoding="utf-8")

    with FileLock(folders[1] / ".lock"):
        gone, stayed = carry_out(pruning)

    assert gone == [folders[2]]
    assert not (folders[0] / ".lock").exists()
    assert {each.path: each.why for each in stayed} == {
        folders[0]: "it holds what is not the run's own: notes.txt",
        folders[1]: "a run is going on in it",
    }


def test_a_deletion_that_fails_half_way_leaves_the_records(tmp_path: Path) -> None:
    """They go last: the run is one still."""
    folders = HistoryBuilder().write(tmp_path, 2)
    (folders[0] / "report.md").write_text("", encoding="utf-8")
    (folders[0] / "summary.csv").write_text("", encoding="utf-8")
    pruning = plan(tmp_path, parse_policy("last:1"))
    deleted: list[Path] = []

    def refuse_the_second(path: Path) -> None:
        if deleted:
            raise PermissionError(13, "Permission denied")
        deleted.append(path)
        path.unlink()

    gone, stayed = carry_out(pruning, unlink=refuse_the_second)

    assert gone == []
    assert [each.why for each in stayed] == ["cannot be deleted (Permission denied)"]
    assert (folders[0] / "run.jsonl").is_file()
