"""What a run shows while it measures: a bar where a person watches, plain lines where none does.

The bar is redrawn between trials only, never by a thread of its own: nothing runs beside a measured
operation.
"""

from time import monotonic
from typing import TYPE_CHECKING

from savebench.records.schema import UNEXPECTED, Record, Trial
from savebench.units import counted, human_duration, human_seconds

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from savebench.measuring.bench import Spent
    from savebench.summary.advice.answer import Answer

_REDRAW_S = 0.2
_PLAIN_LINE_S = 15.0


class Bar:
    """Draws one line on stderr: round, case, share of the budget, time left."""

    def __init__(self, console: "Console", budget_s: float | None) -> None:
        """Draw on `console`; `budget_s` is the whole command's, None where rounds bound it."""
        self._console = console
        self._budget_s = budget_s
        self._started_s = monotonic()
        self._drawn_s = 0.0
        self._round = 0
        self._trials_left = 0
        self._doing = "starting"
        self._built = 0
        self._models = 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        if console.is_terminal:
            self._bar, self._task = self._start()

    def building(self, models: int) -> None:
        """Models are about to be built, or found in the cache."""
        self._models = models
        self._say(f"building {counted(models, 'model')}")

    def built(self, name: str) -> None:
        """One is there."""
        self._built += 1
        self._say(f"model {self._built} of {self._models}: {name}")

    def warn(self, message: str) -> None:
        """Print a line above the bar."""
        self._console.print(f"savebench: {message}", highlight=False, markup=False, soft_wrap=True)

    def measured(self, spent: "Spent") -> None:
        """Show nothing: where the time went matters to who works on the harness."""

    def reporting(self) -> None:
        """Measuring is over."""
        self._say("writing the report", force=True)

    def stage(self, stage: str, number: int, series: int) -> None:
        """Take note that a round of a comparison begins."""
        self._say(f"{stage}ing {series} series, round {number}", force=True)

    def round_started(self, number: int, trials: int) -> None:
        """Take note that a round begins."""
        self._round = number
        self._trials_left = trials
        self._say(f"round {number}", force=True)

    def trials_started(self, trials: list[Trial]) -> None:
        """Take note of trials that are prepared together, and measured in turn."""
        self._say(f"round {self._round}: {trials[0].kind} {trials[0].case}")

    def trial_ended(self, record: Record, spent_s: float, left_s: float | None) -> None:
        """Count it; a failure is said at once."""
        del spent_s, left_s
        self._trials_left -= 1
        if record.outcome in UNEXPECTED:
            self.warn(f"{record.case}: {record.outcome}: {record.reason}")

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def _start(self) -> "tuple[Progress, TaskID]":
        from rich.progress import BarColumn, Progress, TextColumn

        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[left]}"),
            console=self._console,
            auto_refresh=False,
            transient=True,
        )
        bar.start()
        return bar, bar.add_task("starting", total=1.0, left="")

    @property
    def _is_redrawn(self) -> bool:
        return self._bar is not None

    def _say(self, doing: str, *, force: bool = False) -> None:
        self._doing = doing
        now_s = monotonic()
        pause_s = _REDRAW_S if self._is_redrawn else _PLAIN_LINE_S
        if now_s - self._drawn_s < pause_s and not (force and self._is_redrawn):
            return
        self._drawn_s = now_s
        spent_s = now_s - self._started_s
        share = min(1.0, spent_s / self._budget_s) if self._budget_s else 0.0
        left = f"{human_duration(round(self._budget_s - spent_s))} left" if self._budget_s else ""
        self._draw(doing, spent_s, share, left)

    def _draw(self, doing: str, spent_s: float, share: float, left: str) -> None:
        """Show what goes on: in the bar, or as a line."""
        if self._bar is not None and self._task is not None:
            room = max(20, self._console.width - 50)
            self._bar.update(
                self._task, description=doing[:room].ljust(room), completed=share, left=left
            )
            self._bar.refresh()
        else:
            self.warn(f"{human_duration(round(spent_s))}: {doing}{', ' if left else ''}{left}")


class AdviceBar(Bar):
    """Shows besides, above the bar, each answer that is being refined."""

    was_interrupted = False
    """Whether the answer comes from what was measured until Ctrl-C."""
    _told = ""

    def answered(self, answer: "Answer", spent_s: float) -> None:
        """Print a first answer, and another one; it is being refined."""
        if answer.take is None or answer.take == self._told:
            return
        taken = answer.take
        cost = answer.row(taken).cost
        ready = f" ({human_seconds(cost.ready_s.median)} to the first answer)" if cost else ""
        more = "" if self._told else "; refining, Ctrl-C answers from what is measured"
        self._told = taken
        self.warn(f"after {human_duration(round(spent_s, 1))}: take {taken}{ready}{more}")

    def interrupted(self) -> None:
        """Take note that the answer comes from what was measured until now."""
        self.was_interrupted = True
        self.warn("interrupted: this is the answer from what was measured so far")
