"""Which serializer by default, and which others where: decided from the intervals of a run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from savebench.records.schema import SerializerInfo
from savebench.stats import geometric_mean
from savebench.summary.evidence import WARM, Evidence
from savebench.summary.ranks import BASELINE

WORTH_SWITCHING = 0.95
"""Another default than pickle must take less than this share of pickle's time."""
_SLOW_DUMP = 2.0
"""From this multiple of pickle's time on, a dump speaks against a row."""
_WORTH_ITS_TIME, _WORTH_ITS_NAME = 1.1, 0.9
"""A compressed row that takes so little more time and so much less room is worth a word."""
_WITH_SCIKIT_LEARN = frozenset({"joblib", "numpy", "scikit-learn", "scipy", "threadpoolctl"})
_OWN_LAYOUT = frozenset({"pickle-oob", "pickle-oob-mmap"})
"""Rows of savebench whose file nothing else reads."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for a row to be the better choice."""

    what: Literal["types", "in-place", "savebench", "installed", "dump"]
    """It knows the model's types; its file stays where it is; savebench or what is named is there
    to read it; a dump may take so many times pickle's time."""
    names: tuple[str, ...] = ()
    ratio: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A row that takes less time than the default beyond its interval on some models."""

    name: str
    ratios: Mapping[str, float]
    """To the default's time, by model, of the models where it does."""
    conditions: tuple[Condition, ...]
    """What must hold for it to be the better choice; empty: nothing speaks against it."""

    @property
    def mean(self) -> float:
        """Geometric mean of its ratios to the default."""
        return geometric_mean(list(self.ratios.values()))


def conditions_of(name: str, evidence: Evidence, models: Collection[str]) -> tuple[Condition, ...]:
    """Return what must hold for a row to be the better choice for some models."""
    info = evidence.info(name)
    found = []
    if info.kind == "restricted":
        found.append(Condition("types"))
    if info.maps_file:
        found.append(Condition("in-place"))
    found += _to_be_installed(name, info)
    dump = evidence.against(name, "dump_s", models)
    if dump and dump.mean >= _SLOW_DUMP:
        found.append(Condition("dump", ratio=dump.mean))
    return tuple(found)


def _to_be_installed(name: str, info: SerializerInfo) -> list[Condition]:
    ours = info.distribution.split(" ")[0] == "savebench"
    if name in _OWN_LAYOUT and ours:
        return [Condition("savebench")]
    extra = [each for each in info.versions if each not in _WITH_SCIKIT_LEARN]
    needed = extra if ours else [info.distribution.split(" ")[0], *extra]
    return [Condition("installed", tuple(needed))] if needed else []


def choose_default(evidence: Evidence) -> str:
    """Return pickle, or the row without conditions that clearly saves the most of its time.

    Such a row carried every model that pickle did, takes less than `WORTH_SWITCHING` of pickle's
    time (geometric mean over the models where it can be told), and is clearly faster on more models
    than slower.
    """
    means: dict[str, float] = {}
    for name in evidence.names():
        told = evidence.told(name, BASELINE)
        faster = sum(each.high < 1 for each in told.values())
        slower = sum(each.low > 1 for each in told.values())
        eligible = carries_all(name, evidence) and faster > slower
        if eligible and not conditions_of(name, evidence, told):
            means[name] = geometric_mean([each.median for each in told.values()])
    best = min(means, key=lambda name: means[name], default=BASELINE)
    return best if means.get(best, 1.0) < WORTH_SWITCHING else BASELINE


def carries_all(name: str, evidence: Evidence) -> bool:
    """Whether a row was timed on every model that pickle was."""
    return evidence.timed(name).keys() >= evidence.timed(BASELINE).keys()


def rivals_of(default: str, evidence: Evidence) -> list[Rival]:
    """Return every row that brings a model back and beats the default somewhere, the best first."""
    rivals = [
        Rival(
            name=name,
            ratios={model: each.median for model, each in wins.items()},
            conditions=conditions_of(name, evidence, wins),
        )
        for name in [*evidence.names(), *evidence.names("restricted")]
        if name != default and (wins := evidence.wins(name, default))
    ]
    return sorted(rivals, key=lambda rival: rival.mean)


def best_by_model(rivals: Collection[Rival]) -> dict[str, Rival]:
    """Return the rival of the least ratio for each model that any of them wins."""
    models = dict.fromkeys(model for rival in rivals for model in rival.ratios)
    return {
        model: min(
            (rival for rival in rivals if model in rival.ratios),
            key=lambda rival: rival.ratios[model],
        )
        for model in models
    }


def first_able(model: str, evidence: Evidence) -> str:
    """Return a row that carries a model which pickle does not: of the fewest conditions."""
    able = {
        name: (len(conditions_of(name, evidence, [model])), evidence.timed(name)[model].median)
        for name in evidence.names()
        if model in evidence.timed(name)
    }
    return min(able, key=lambda name: able[name])


def saves_room(default: str, evidence: Evidence) -> str | None:
    """Return the smallest compressed row that takes hardly more time than the default, if any."""
    ours = evidence.against(default, WARM)
    sizes: dict[str, float] = {}
    for name in evidence.names():
        size, time = evidence.against(name, "size_bytes"), evidence.against(name, WARM)
        if "+" in name and name != default and ours and size and time:
            cheap = time.mean <= _WORTH_ITS_TIME * ours.mean and size.mean <= _WORTH_ITS_NAME
            if cheap and carries_all(name, evidence):
                sizes[name] = size.mean
    return min(sizes, key=lambda name: sizes[name], default=None)
