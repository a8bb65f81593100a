"""What to take, as lines of a table: one a size, kind and use, and one for all that take pickle."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from savebench.report.words import MISSING, listed, span, with_ends
from savebench.summary import BASELINE
from savebench.summary.advice.candidates import Estimate
from savebench.summary.advice.costs import PROCESS_BYTES
from savebench.summary.advice.worth import WORTH, WORTH_S
from savebench.summary.regimes import Cell, UseName
from savebench.units import aligned_ratio, counted, human_bytes, human_seconds

_SIZES = {"small": "to 1 MB", "medium": "to 100 MB", "large": "above 100 MB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeLine:
    """One row to take."""

    uses: str
    """``"load time, memory"``."""
    take: str
    ratio: str
    """To pickle: ``"0.81x [0.73-0.94]"``."""
    alike: str
    """Who cannot be told apart from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeBlock:
    """The lines of the models of one size class and kind."""

    models: str
    """``"small arrays (to 1 MB)"``."""
    evidence: str
    """``"12 models, n = 7"``."""
    lines: tuple[RegimeLine, ...]


def regime_blocks(cells: Iterable[Cell]) -> list[RegimeBlock]:
    """Return a block for each size class and kind."""
    grouped = groupby(cells, key=lambda cell: (cell.size, cell.kind))
    return [_block(list(found)) for _, found in grouped]


def models_text(cell: Cell) -> str:
    """Return what models a cell is of: ``"small arrays"``."""
    return f"{cell.size} {'models' if cell.kind == 'other' else cell.kind}"


def _block(cells: Sequence[Cell]) -> RegimeBlock:
    models = {model for cell in cells for model in cell.models}
    return RegimeBlock(
        models=f"{models_text(cells[0])} ({_SIZES[cells[0].size]})",
        evidence=f"{counted(len(models), 'model')}, n = {span(cell.rounds for cell in cells)}",
        lines=tuple(_lines(cells)),
    )


def _lines(cells: Sequence[Cell]) -> Iterator[RegimeLine]:
    pickled = [cell for cell in cells if cell.take == BASELINE]
    if pickled:
        yield RegimeLine(
            uses=", ".join(cell.use for cell in pickled),
            take=BASELINE,
            ratio="baseline",
            alike=_alike([each for each in pickled[0].alike if _in_all(each, pickled)]),
        )
    for cell in cells:
        if cell.take != BASELINE:
            yield RegimeLine(
                uses=cell.use,
                take=cell.take,
                ratio=ratio_text(cell.ratio),
                alike=_alike(cell.alike),
            )


def _in_all(name: str, cells: Iterable[Cell]) -> bool:
    return all(name in cell.alike for cell in cells)


def _alike(names: Sequence[str]) -> str:
    if not names:
        return MISSING
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def ratio_text(ratio: Estimate) -> str:
    """Return a ratio with its interval, or with how few rounds it is of; a count stands alone."""
    text = aligned_ratio(ratio.median)
    if ratio.low is None or ratio.high is None:
        return f"{text} (n = {ratio.n})"
    return text if ratio.low == ratio.high else with_ends(text, ratio.low, ratio.high)


def given_up(cell: Cell) -> str:
    """Return what a taken row costs beside pickle and asks for; empty: nothing."""
    return "; ".join(_given_up(cell))


_WHAT = {
    "load_predict_s": "load + predict",
    "size_bytes": "size",
    "dump_s": "dump",
    "load_peak_bytes": "load peak",
    "worker_bytes": "memory a worker",
}


_SHARE = f"{WORTH * 100:g} %"
_LITTLE: dict[UseName, str] = {
    "load time": f"{_SHARE} or {human_seconds(WORTH_S)}",
    "file size": _SHARE,
    "memory": (
        f"{_SHARE} of what the process holds, {human_bytes(PROCESS_BYTES)} of Python included"
    ),
    "many workers": f"{_SHARE} or {human_seconds(WORTH_S)}",
    "safety": f"{_SHARE} or {human_seconds(WORTH_S)}",
}
"""What is not worth another habit."""


def _given_up(cell: Cell) -> Iterator[str]:
    if cell.prices:
        yield ", ".join(f"{_WHAT[each.metric]} {aligned_ratio(each.ratio)}" for each in cell.prices)
    if cell.maps_file:
        yield "the file must stay in place, unchanged"
    if cell.installs:
        yield f"needs {listed(cell.installs)} to load it"
    if cell.is_restricted:
        yield "carries only types that it knows"
    if not cell.keeps_estimator:
        yield "keeps no estimator, only its answers"
    if cell.others:
        yield f"not for {listed(cell.others)}: not carried, or not measured"
    if cell.slower_on and cell.use in {"load time", "safety"}:
        yield f"slower than pickle on {len(cell.slower_on)} of {counted(len(cell.models), 'model')}"
    if cell.beaten_by:
        takes = "takes" if len(cell.beaten_by) == 1 else "take"
        yield f"{listed(cell.beaten_by)} {takes} less, by no more than {_LITTLE[cell.use]}"
    if cell.unsure:
        yield f"{listed(cell.unsure)}: less by the medians, of too few rounds to tell"
