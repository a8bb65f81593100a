"""The recommendation in a sentence: what to use by default, and what else where."""

from collections.abc import Iterable, Iterator

from savebench.report.words import listed
from savebench.stats import FEWEST_FOR_INTERVAL
from savebench.summary.choosing import Condition
from savebench.summary.recommending import Recommendation, Use, Where, WhyBaseline, WhyNone
from savebench.units import aligned_ratio, counted, human_bytes

_MOST_NAMES = 4
_BOTH = 2

_WHY_NONE: dict[WhyNone, str] = {
    "nothing-timed": (
        "No round trip gave a time, so there is nothing to recommend: see what failed."
    ),
    "no-baseline": "Without pickle to compare with, this run names no default.",
    "too-few-rounds": (
        "No default can be named: telling rows apart takes "
        f"{FEWEST_FOR_INTERVAL} rounds; measure again with --rounds {FEWEST_FOR_INTERVAL} or "
        "more, or with a larger --budget."
    ),
}
_WHY_PICKLE: dict[WhyBaseline, str] = {
    "unknown": "plain joblib has too few rounds to be told from it",
    "no-saving": "plain joblib does not clearly save 5 % or more of its time to load and predict",
    "not-measured": "plain joblib was not measured on every model that pickle was",
}


def recommendation_sentence(found: Recommendation | WhyNone) -> str:
    """Return the sentence, which also says why no default is named where none is."""
    if not isinstance(found, Recommendation):
        return _WHY_NONE[found]
    return f"{'; '.join(_parts(found))}."


def condition_text(condition: Condition) -> str:
    """Return a condition as it follows *where*."""
    if condition.what == "types":
        return "it knows all types in the model"
    if condition.what == "in-place":
        return "the file can stay in place unchanged"
    if condition.what == "savebench":
        return "savebench is there to read it"
    if condition.what == "dump":
        return f"a dump may take {aligned_ratio(condition.ratio)} pickle's time"
    return f"{listed(condition.names)} {'is' if len(condition.names) == 1 else 'are'} installed"


def _parts(found: Recommendation) -> Iterator[str]:
    default = found.default.name
    yield _head(found)
    for use in found.best:
        ratio = aligned_ratio(use.ratio)
        yield f"{_where(use.where)} use {use.name} ({ratio} {default}'s time)"
    if found.not_best:
        rows = listed([_use(each, default) for each in found.not_best])
        yield f"faster than {default} and not the fastest: {rows}"
    for conditions, uses in _by_conditions(found.conditional).items():
        yield f"where {conditions}, use {' or '.join(_use(each, default) for each in uses)}"
    if found.little:
        verb = "saves" if len(found.little) == 1 else "save"
        yield f"{listed(found.little)} {verb} less than 5 %"
    if found.undecided:
        yield f"too few rounds to tell {_where(found.undecided)}"
    for name, model in found.carriers:
        yield f"{name} carries {model}, which pickle did not"
    yield from _to_save_room(found)


def _head(found: Recommendation) -> str:
    default = found.default
    models = counted(default.models, "model")
    if default.why is not None:
        return f"By default use pickle, protocol 5: {_WHY_PICKLE[default.why]} over {models}"
    plain = " without compression" if default.name == "joblib" else ""
    return (
        f"By default use {default.name}{plain}: {aligned_ratio(default.mean)} pickle's time to "
        f"load and predict over {models} (faster on {default.faster})"
    )


def _by_conditions(uses: Iterable[Use]) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(_conditions(use.conditions), []).append(use)
    return found


def _conditions(conditions: Iterable[Condition]) -> str:
    return listed([condition_text(each) for each in conditions])


def _use(use: Use, default: str) -> str:
    ratio = aligned_ratio(use.ratio)
    return f"{use.name} ({ratio} {default}'s time {_where(use.where)}{_cold(use)})"


def _cold(use: Use) -> str:
    if use.cold is None:
        return ""
    few = use.cold.few_rounds
    said = "" if few is None else f", n = {few}: no interval"
    return f"; cold {aligned_ratio(use.cold.mean)}{said}"


def _to_save_room(found: Recommendation) -> Iterator[str]:
    room = found.room
    if room is None:
        return
    where = f", where {_conditions(room.conditions)}," if room.conditions else ""
    prices = [
        f"{aligned_ratio(ratio)} pickle's {what}"
        for ratio, what in ((room.size, "size"), (room.time, "time to load and predict"))
        if ratio is not None
    ]
    yield f"to save room{where} use {room.name}: {' for '.join(prices)}"


def _where(where: Where) -> str:
    """Return on which models: by name while they are few, by size where that parts them."""
    count = len(where.models)
    if 1 < count == where.of:
        return "on both models" if count == _BOTH else f"on all {count} models"
    if where.from_bytes is not None:
        return f"on the models from {human_bytes(where.from_bytes)} on"
    if where.up_to_bytes is not None:
        return f"on the models up to {human_bytes(where.up_to_bytes)}"
    if count <= _MOST_NAMES:
        return f"on {listed(where.models)}"
    return f"on {count} of {where.of} models"
