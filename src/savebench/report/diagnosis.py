"""What the doctor says, as tables and sentences for a terminal."""

from typing import TYPE_CHECKING

from savebench.doctor import Diagnosis, Forecast, TrialCost, middle_change
from savebench.machine.noise import KERNELS, NOISY_SPREAD, noisy_kernels, percent
from savebench.records.schema import Noise
from savebench.report.columns import Column, fitting, new_table
from savebench.report.lines import print_wrapped
from savebench.units import human_duration, human_seconds

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_NOISE_COLUMNS = (
    Column(heading="control kernel", width=14, least=11, left=True),
    Column(heading="median", width=8),
    Column(heading="spread", width=7),
    Column(heading="5-95 % span", width=11, leaves=1),
    Column(heading="processes", width=9),
    Column(heading="would find", width=10),
)
_GAP, _EDGES = 3, 2
"""What the table's style takes between columns, and at both ends."""
_STYLES = {"ok": "green", "info": "", "warn": "bold yellow"}


def render(diagnosis: Diagnosis, console: "Console") -> None:
    """Print the findings, the noise and what a run could tell apart."""
    console.print(_findings(diagnosis))
    if diagnosis.noise:
        console.print(_noise(diagnosis.noise, diagnosis.forecast, console.width))
    for sentence in sentences(diagnosis):
        print_wrapped(sentence, console, first="* ")


def sentences(diagnosis: Diagnosis) -> list[str]:
    """Return what to conclude: warnings, noise, what a run could find, what went wrong."""
    warnings = [finding.what for finding in diagnosis.findings if finding.level == "warn"]
    count = len(warnings)
    said = [
        f"{count} warning{'' if count == 1 else 's'}: {', '.join(warnings)}."
        if warnings
        else "Nothing stands against measuring here."
    ]
    if diagnosis.noise:
        said.append(_noise_sentence(diagnosis.noise))
    if diagnosis.forecast:
        said += _forecast_sentences(diagnosis.forecast)
    return [*said, *(f"Not known: {trouble}." for trouble in diagnosis.troubles)]


def _noise_sentence(noise: Noise) -> str:
    noisy = noisy_kernels(noise)
    if not noisy:
        return f"The noise is low: no kernel's times spread by more than {percent(NOISY_SPREAD)}."
    names = ", ".join(KERNELS.get(name, name) for name in noisy)
    return (
        f"Noisy now ({names}): times spread by more than {percent(NOISY_SPREAD)}. End what else "
        "runs, or give the run a larger budget."
    )


def _forecast_sentences(forecast: Forecast) -> list[str]:
    estimate = (
        f"The estimate: {forecast.cases} cases; {_cost(forecast.cost)}. Models are taken as built; "
        "slow operations leave fewer rounds."
    )
    run = f"A {forecast.suite} run of {human_duration(forecast.budget_s)}"
    if not forecast.rounds:
        return [
            f"{run} has no time for one round of all cases: give it more with --budget.",
            estimate,
        ]
    rounds = f"about {forecast.rounds} round{'' if forecast.rounds == 1 else 's'}"
    change = middle_change(forecast)
    if change is None:
        return [f"{run} gives each case {rounds}.", estimate]
    worst, best = max(forecast.detectable.values()), min(forecast.detectable.values())
    found = (
        f"{run} gives each case {rounds}: a difference of {percent(change)} would be found nine "
        f"times in ten (the middle kernel; from {percent(best)} to {percent(worst)})."
    )
    return [found, estimate]


def _cost(cost: TrialCost) -> str:
    trial = f"to prepare a {cost.launch} trial takes {human_seconds(cost.trial_s)}"
    zygote = (
        f", a round's new zygote {human_seconds(cost.round_s)}" if cost.launch == "zygote" else ""
    )
    return f"{trial}{zygote}, both measured now with the suite's imports"


def _findings(diagnosis: Diagnosis) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("what", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("found", overflow="fold", ratio=2)
    table.add_column("what it means", overflow="fold", ratio=3)
    table.add_row("storage", "", Text(diagnosis.storage), "")
    for finding in diagnosis.findings:
        table.add_row(
            finding.what,
            Text(finding.level, style=_STYLES[finding.level]),
            Text(finding.value),
            Text(finding.advice),
        )
    return table


def _noise(noise: Noise, forecast: Forecast | None, room: int) -> "Table":
    from rich.box import SIMPLE_HEAD

    detectable = forecast.detectable if forecast else {}
    columns, _ = fitting(_NOISE_COLUMNS, room - _EDGES, gaps=(_GAP,))
    table = new_table(columns, box=SIMPLE_HEAD)
    for name, kernel in noise.kernels.items():
        change = detectable.get(name)
        cells = {
            "control kernel": KERNELS.get(name, name),
            "median": human_seconds(kernel.median_s),
            "spread": percent(kernel.spread),
            "5-95 % span": percent(kernel.span),
            "processes": str(kernel.n),
            "would find": "-" if change is None else percent(change),
        }
        table.add_row(*(cells[each.heading] for each in columns))
    return table
