"""Stand-ins for time and processes, so that rounds are tested without either."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from savebench.launch.child import Child
from savebench.launch.messages import Answer, Task
from savebench.records.schema import CONTROL, Case, Outcome, Record, Settings


@dataclass(slots=True)
class FakeClock:
    """Time that passes only when told to."""

    now_s: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


@dataclass(slots=True)
class FakeChild:
    """Answers what the script says, after the time it says."""

    task: Task
    clock: FakeClock
    cost_s: float
    answer: Answer

    def await_ready(self, timeout_s: float) -> None:
        """Be ready at once."""

    def finish(self, timeout_s: float) -> Answer:
        """Let time pass, and answer; or time out."""
        self.clock.now_s += min(self.cost_s, timeout_s)
        if self.cost_s > timeout_s:
            return Answer(outcome="timeout", reason="too slow")
        if self.task.kind == "dump":
            from pathlib import Path

            Path(self.task.artifact).write_bytes(b"artifact")
        return self.answer

    def set_aside(self) -> None:
        """Leave nothing."""

    kill = end = open_gate = set_aside


@dataclass(slots=True)
class FakeLauncher:
    """Starts fake children, and remembers which tasks and hash seeds it was given."""

    clock: FakeClock
    script: Callable[[Task], tuple[float, Answer]]
    name: str = "fake"
    tasks: list[Task] = field(default_factory=list)
    hash_seeds: list[int] = field(default_factory=list)

    def close(self) -> None:
        """Have nothing to leave."""

    def begin_round(self, hash_seed: int, next_hash_seed: int | None = None) -> None:
        """Remember the seed."""
        del next_hash_seed
        self.hash_seeds.append(hash_seed)

    def warm(self) -> None:
        """Nothing to begin."""

    def make_ready(self, modules: tuple[str, ...]) -> None:
        """Have nothing to do."""

    def start(self, task: Task) -> Child:
        """Start a child that follows the script."""
        self.tasks.append(task)
        cost_s, answer = self.script(task)
        return FakeChild(task, self.clock, cost_s, answer)  # type: ignore[return-value] # a stand-in


def settings(  # noqa: PLR0913 - each of them is a default that some test changes
    *,
    budget_s: float | None = None,
    min_rounds: int = 5,
    max_rounds: int | None = None,
    precision: float = 0.05,
    kinds: dict[str, int | None] | None = None,
    timeout_s: float = 1000.0,
) -> Settings:
    """Return settings for a test."""
    return Settings(
        suite="quick",
        budget_s=budget_s,
        precision=precision,
        min_rounds=min_rounds,
        max_rounds=max_rounds,
        kinds=kinds or {"dump": None, "load": None},
        timeout_s=timeout_s,
        memory_limit_bytes=None,
        launch="zygote",
        threads=1,
        storage=None,
    )


def case(serializer: str, workload: str = "model", size: str = "1MB") -> Case:
    """Return a case for a test."""
    return Case(workload, size, serializer)


def control_record(
    number: int, facts: Mapping[str, object], outcome: Outcome = "ok", reason: str = ""
) -> Record:
    """Return the record of a round's control trial."""
    return Record(
        case=CONTROL,
        round=number,
        trial="control",
        outcome=outcome,
        reason=reason,
        facts=dict(facts),
        wall_s=0.15,
        launch="spawn",
        started="2026-11-23T09:00:01.000Z",
    )
