"""What a run says below its table of what to take: what it lacks, crossovers, what is given up."""

from collections.abc import Iterable, Iterator

from savebench.report.run.regimes import given_up, models_text
from savebench.report.words import listed
from savebench.stats import FEWEST_FOR_INTERVAL
from savebench.summary import BASELINE
from savebench.summary.evidence import Against
from savebench.summary.regimes import Cell, Crossover, Missing, Regimes
from savebench.units import aligned_ratio, counted, human_bytes

_WHY_NONE = {
    "nothing-timed": (
        "No round trip gave a time, so there is nothing to recommend: see what failed."
    ),
    "no-baseline": "Without pickle to compare with, nothing can be recommended.",
}
_WHY_MISSING = {
    "not measured": "not measured",
    "too few rounds": (
        f"too few rounds: telling rows apart takes {FEWEST_FOR_INTERVAL}; measure again with "
        f"--rounds {FEWEST_FOR_INTERVAL} or more, or with a larger --budget"
    ),
    "nobody": "no row that runs no code on load was measured and carried these models",
}


def answer_sentences(found: Regimes) -> list[str]:
    """Return a sentence for each thing that the table of what to take does not say."""
    if found.why_none:
        return [_WHY_NONE[found.why_none]]
    return [
        *_lacking(found),
        *_joblib(found),
        *_crossovers(found.crossovers),
        *_carriers(found),
        *_prices(found.cells),
    ]


def _lacking(found: Regimes) -> Iterator[str]:
    """Yield what the run has no evidence for, once for each reason."""
    by_why: dict[str, dict[str, list[Missing]]] = {}
    for each in found.missing:
        by_why.setdefault(each.why, {}).setdefault(each.use, []).append(each)
    filled = {cell.use for cell in found.cells}
    for why, by_use in by_why.items():
        uses = [
            f"{use} of {listed([f'{each.size} {each.kind}' for each in missing])}"
            if use in filled
            else use
            for use, missing in by_use.items()
        ]
        yield f"No evidence in this run for {listed(uses)}: {_WHY_MISSING[why]}."


def _joblib(found: Regimes) -> Iterator[str]:
    """Yield the answer to the question that people ask first."""
    load, dump = found.joblib_load, found.joblib_dump
    if load:
        saving = f", and {aligned_ratio(dump.mean)} to dump" if dump else ""
        yield (
            f"Plain joblib takes {aligned_ratio(load.mean)} pickle's time to load and "
            f"predict{saving} (geometric mean over {counted(load.models, 'model')}; load + predict "
            f"{_counts(load)})."
        )


def _counts(against: Against) -> str:
    parts = [
        f"{word} on {count}"
        for word, count in (
            ("faster", against.less),
            ("slower", against.more),
            ("no clear difference", against.same),
            ("too few rounds to tell", against.unknown),
        )
        if count
    ]
    return ", ".join(parts)


def _crossovers(crossovers: Iterable[Crossover]) -> Iterator[str]:
    never: dict[tuple[str, str], list[str]] = {}
    for each in crossovers:
        if each.outcome in {"never", "slower"}:
            never.setdefault((each.row, each.other), []).append(each.workload)
        else:
            yield (
                f"{each.row} loads and predicts faster than {each.other} {_from(each)} "
                f"({each.workload}: {each.kind}, measured from "
                f"{human_bytes(each.sizes_bytes[0])} to {human_bytes(each.sizes_bytes[-1])})."
            )
    if never:
        said = [f"{row} than {other} ({', '.join(of)})" for (row, other), of in never.items()]
        yield f"Faster at no size measured: {'; '.join(said)}."


def _from(found: Crossover) -> str:
    smallest, largest = (human_bytes(found.sizes_bytes[end]) for end in (0, -1))
    low = human_bytes(found.low_bytes) if found.low_bytes else f"below {smallest}"
    high = human_bytes(found.high_bytes) if found.high_bytes else f"beyond {largest}"
    ends = f"[{low} to {high}]"
    if found.outcome == "from":
        at = f"{human_bytes(found.at_bytes)} " if found.at_bytes else ""
        return f"from {at}{ends} on"
    if found.outcome == "up to":
        at = f"{human_bytes(found.at_bytes)} " if found.at_bytes else ""
        return f"up to {at}{ends}"
    return "at every size" if found.outcome == "always" else "only at sizes in between"


def _carriers(found: Regimes) -> Iterator[str]:
    for model, names in found.carriers:
        able = listed(names) if names else "no other row"
        yield f"Pickle does not carry {model}; {able} {'do' if len(names) > 1 else 'does'}."


def _prices(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield what each taken row gives up, once for all uses that say the same."""
    said: dict[tuple[str, str, str], list[str]] = {}
    for cell in cells:
        if text := given_up(cell):
            said.setdefault((models_text(cell), cell.take, text), []).append(cell.use)
    for (models, name, text), uses in said.items():
        gives = "With" if name == BASELINE else "Given up with"
        yield f"{gives} {name} ({models}, {listed(uses)}): {text}."
