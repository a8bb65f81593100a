"""``savebench doctor``."""

from pathlib import Path

import click

from savebench.cli import options
from savebench.cli.showing import console_of
from savebench.defaults import SUITE
from savebench.errors import UsageError

_LONGEST_CONTROLS_S = 3600


@click.command()
@click.option(
    "--storage",
    type=options.PATH,
    default=".",
    help="Folder on the disk that a run would measure; else this one.",
)
@click.option("--suite", default=SUITE, show_default=True, help="The run that you think of.")
@click.option("--budget", metavar="TIME", help="And its wall time: 2min; else the suite's own.")
@click.option(
    "--seconds",
    metavar="TIME",
    default="5",
    show_default=True,
    help="How long control kernels run: 5, 1min; 0: not at all.",
)
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def doctor(storage: Path, suite: str, budget: str | None, seconds: str, *, as_json: bool) -> None:
    """Look at this machine before it matters: what disturbs, how much, what a run could find.

    Runs fixed work (arithmetic, memory copy, compression, allocation, file write) in fresh
    processes, one at a time, and says how much its times spread and which difference a run of
    the suite could tell from chance. Each run does the same for a second, and keeps it on record;
    where times spread by more than 7 %, its report says so at its head.

    \b
    Examples:
      savebench doctor
      savebench doctor --suite standard --budget 20min
      savebench doctor --storage /mnt/models --seconds 20
      savebench doctor --json

    \b
    Exit codes: 0 done, with warnings too; 2 wrong usage or data.
    """  # noqa: D301 - click reads the escape
    from savebench.doctor import check_storage, examine, plan_of
    from savebench.measuring.settings import suite_named
    from savebench.units import human_duration, seconds_of

    controls_s = _controls_s(seconds)
    budget_s = None if budget is None else seconds_of(budget, "budget")
    plan = plan_of(suite_named(suite), budget_s)
    check_storage(storage)
    click.echo(f"savebench: running control kernels for {human_duration(controls_s)}", err=True)
    diagnosis = examine(storage, plan, controls_s)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(diagnosis))
        return
    from savebench.report.diagnosis import render

    render(diagnosis, console_of())


def _controls_s(text: str) -> float:
    """Return how long control kernels are to run: a duration, or none at all."""
    from savebench.units import seconds_of

    try:
        time_s = float(text)
    except ValueError:
        time_s = seconds_of(text, "seconds")
    if not 0 <= time_s <= _LONGEST_CONTROLS_S:
        raise UsageError(f"--seconds {text}: name a time from 0 to {_LONGEST_CONTROLS_S} s")
    return time_s
