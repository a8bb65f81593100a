"""A history in words: what there is, on which machines, what was updated."""

from savebench.history.machines import Machine
from savebench.history.trends import History
from savebench.units import counted, human_change, human_ratio, human_value

_FEW = 0.001
_DOUBLE = 2


def summary_sentence(history: History) -> str:
    """Return what there is, in one sentence."""
    runs, machines = history.runs, history.machines
    series = {(each.name, each.metric) for machine in machines for each in machine.series}
    first, last = runs[0].started, runs[-1].started
    return (
        f"{counted(len(runs), 'run')} on {counted(len(machines), 'machine')}, "
        f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, {len(series)} series."
    )


def machine_sentence(machine: Machine) -> str:
    """Return what a machine is and which runs are its own."""
    about = machine.about
    return (
        f"Machine {machine.number}, {counted(len(machine.runs), 'run')} (#{machine.runs[0]} to "
        f"#{machine.runs[-1]}): {about['processor']}, {counted(int(about['cores']), 'core')}, "
        f"{about['filesystem']}, {about['platform']}; {about['launch']}, "
        f"{counted(int(about['threads']), 'thread')}"
    )


def pace_sentence(machine: Machine) -> str:
    """Return what was done about the machine's pace."""
    paces = sorted(machine.paces.values())
    without = len(machine.runs) - len(paces)
    if not paces:
        return "No run has control kernels: times stand as they were measured."
    kept = (
        f"; {counted(without, 'run')} without them, whose times stand as measured"
        if without
        else ""
    )
    return (
        "Times are relative to the control kernels of their run, which took from "
        f"{paces[0]:.2f}x to {paces[-1]:.2f}x their usual time{kept}."
    )


def value_text(value: float | None, unit: str, *, exact: bool = False) -> str:
    """Return a value with its unit; bytes that count exactly to the last one, ``-`` for none."""
    return "-" if value is None else human_value(value, unit, exact=exact)


def step_text(before: float, after: float) -> str:
    """Return a change as ``+10.3 %``, from the double on as ``2.4x``, a tiny one in bytes."""
    ratio = after / before
    if not 1 / _DOUBLE < ratio < _DOUBLE:
        return human_ratio(ratio)
    if abs(ratio - 1) < _FEW:
        return f"{after - before:+,.0f} B"
    return human_change(ratio)
