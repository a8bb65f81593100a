"""The sentence that says what to use by default, and what else where.

Whatever is faster than the default beyond its interval on some model is named, with the condition
under which it is the better choice or with why it is not: the sentence never contradicts the table.
"""

from collections.abc import Iterable, Sequence

from savebench.report.words import listed
from savebench.stats import FEWEST_FOR_INTERVAL, geometric_mean
from savebench.summary import BASELINE
from savebench.summary.choosing import (
    WORTH_SWITCHING,
    Rival,
    best_by_model,
    carries_all,
    choose_default,
    conditions_of,
    first_able,
    rivals_of,
    saves_room,
)
from savebench.summary.evidence import COLD, WARM, Evidence
from savebench.units import aligned_ratio, counted, human_bytes

_MOST_NAMES = 4
_BOTH = 2


def recommendation(evidence: Evidence) -> str:
    """Return the sentence, which also says why no default is named where none is."""
    if not evidence.models():
        return "No round trip gave a time, so there is nothing to recommend: see what failed."
    if not evidence.timed(BASELINE):
        return "Without pickle to compare with, this run names no default."
    others = [name for name in evidence.names() if name != BASELINE]
    if others and not any(evidence.told(name, BASELINE) for name in others):
        return (
            "No default can be named: telling rows apart takes "
            f"{FEWEST_FOR_INTERVAL} rounds; measure again with --rounds {FEWEST_FOR_INTERVAL} or "
            "more, or with a larger --budget."
        )
    default = choose_default(evidence)
    parts = [
        _head(default, evidence),
        *_rivals(default, evidence),
        *_undecided(default, evidence),
        *_not_carried(evidence),
        *_to_save_room(default, evidence),
    ]
    return f"{'; '.join(parts)}."


def _head(default: str, evidence: Evidence) -> str:
    if default == BASELINE:
        here = counted(len(evidence.timed(BASELINE)), "model")
        return f"By default use pickle, protocol 5: {_why_pickle(evidence)} over {here}"
    told = evidence.told(default, BASELINE)
    mean = geometric_mean([each.median for each in told.values()])
    plain = " without compression" if default == "joblib" else ""
    faster = sum(each.high < 1 for each in told.values())
    return (
        f"By default use {default}{plain}: {aligned_ratio(mean)} pickle's time to load and predict "
        f"over {counted(len(told), 'model')} (faster on {faster})"
    )


def _why_pickle(evidence: Evidence) -> str:
    joblib = evidence.against("joblib", WARM)
    if joblib and joblib.unknown == joblib.models:
        return "plain joblib has too few rounds to be told from it"
    if carries_all("joblib", evidence):
        return "plain joblib does not clearly save 5 % or more of its time to load and predict"
    return "plain joblib was not measured on every model that pickle was"


def _rivals(default: str, evidence: Evidence) -> list[str]:
    """Return a part for each reason to use, or not to use, what is faster than the default."""
    little: list[Rival] = []
    by_conditions: dict[tuple[str, ...], list[Rival]] = {}
    for rival in rivals_of(default, evidence):
        if rival.mean > WORTH_SWITCHING:
            little.append(rival)
        else:
            by_conditions.setdefault(rival.conditions, []).append(rival)
    parts = _without_conditions(by_conditions.pop((), []), default, evidence)
    for conditions, members in by_conditions.items():
        rows = " or ".join(_use(each, default, evidence) for each in members)
        parts.append(f"where {listed(conditions)}, use {rows}")
    if little:
        verb = "saves" if len(little) == 1 else "save"
        parts.append(f"{listed([each.name for each in little])} {verb} less than 5 %")
    return parts


def _without_conditions(rivals: Sequence[Rival], default: str, evidence: Evidence) -> list[str]:
    """Return what to use on some models, the best row of each, and what is not the best."""
    best = best_by_model(rivals)
    parts = []
    for rival in rivals:
        models = [model for model, chosen in best.items() if chosen is rival]
        if models:
            taken = aligned_ratio(geometric_mean([rival.ratios[model] for model in models]))
            where = _where(models, evidence)
            parts.append(f"{where} use {rival.name} ({taken} {default}'s time)")
    rest = [each for each in rivals if each not in best.values()]
    if rest:
        rows = listed([_use(each, default, evidence) for each in rest])
        parts.append(f"faster than {default} and not the fastest: {rows}")
    return parts


def _use(rival: Rival, default: str, evidence: Evidence) -> str:
    where = _where(list(rival.ratios), evidence)
    cold = _cold(rival, default, evidence)
    return f"{rival.name} ({aligned_ratio(rival.mean)} {default}'s time {where}{cold})"


def _cold(rival: Rival, default: str, evidence: Evidence) -> str:
    """Return what a row takes from the device, where that is no less than the default takes."""
    found = [evidence.ratio(rival.name, default, model, COLD) for model in rival.ratios]
    ratios = [each for each in found if each]
    if not ratios or (mean := geometric_mean([each.median for each in ratios])) < 1:
        return ""
    rounds = min(each.n for each in ratios)
    few = f", n = {rounds}: no interval" if any(each.is_range for each in ratios) else ""
    return f"; cold {aligned_ratio(mean)}{few}"


def _undecided(default: str, evidence: Evidence) -> list[str]:
    """Return on which models nothing can be told of the default."""
    others = [name for name in evidence.names() if name != default]
    told = {model for name in others for model in evidence.told(name, default)}
    left = [model for model in evidence.timed(default) if model not in told]
    return [f"too few rounds to tell {_where(left, evidence)}"] if others and left else []


def _not_carried(evidence: Evidence) -> list[str]:
    """Return what to use for models that pickle did not carry."""
    return [
        f"{first_able(model, evidence)} carries {model}, which pickle did not"
        for model in evidence.models()
        if evidence.failed(BASELINE, model)
    ]


def _to_save_room(default: str, evidence: Evidence) -> list[str]:
    """Return the compressed row that is smaller for hardly any time, where there is one."""
    name = saves_room(default, evidence)
    if name is None:
        return []
    conditions = conditions_of(name, evidence, evidence.timed(name))
    where = f", where {listed(conditions)}," if conditions else ""
    prices = [
        f"{aligned_ratio(found.mean)} pickle's {what}"
        for metric, what in (("size_bytes", "size"), (WARM, "time to load and predict"))
        if (found := evidence.against(name, metric))
    ]
    return [f"to save room{where} use {name}: {' for '.join(prices)}"]


def _where(models: Sequence[str], evidence: Evidence) -> str:
    """Return on which models: by name while they are few, by size where that parts them."""
    everywhere = evidence.models()
    if len(models) > 1:
        if len(models) == len(everywhere):
            return "on both models" if len(models) == _BOTH else f"on all {len(models)} models"
        inside = _sizes(models, evidence)
        outside = _sizes((each for each in everywhere if each not in models), evidence)
        if min(inside) > max(outside):
            return f"on the models from {human_bytes(min(inside))} on"
        if max(inside) < min(outside):
            return f"on the models up to {human_bytes(max(inside))}"
    if len(models) <= _MOST_NAMES:
        return f"on {listed(models)}"
    return f"on {len(models)} of {len(everywhere)} models"


def _sizes(models: Iterable[str], evidence: Evidence) -> list[int]:
    return [evidence.model_bytes(model) for model in models]
