"""Sides made up from seeded noise, for tests of what compares them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from savebench.comparing.comparison import Change, Comparison, Party
from savebench.comparing.sides.side import Key, Measurement, Side

MACHINE = {"processor": "A", "cores": "2", "platform": "Linux", "filesystem": "ext4"}
SETTINGS = {"launch": "zygote", "threads": "1", "seed": "0"}
VERSIONS = {"joblib": "1.6.0", "numpy": "2.4.0", "savebench": "0.1.0"}
KERNELS_S = {"cpu_s": 0.004, "copy_s": 0.002, "zlib_s": 0.006, "alloc_s": 0.001, "write_s": 0.003}

CASES = ("knn@1MB x pickle", "knn@1MB x joblib", "svc@1MB x pickle", "svc@1MB x joblib")


def side_of(  # noqa: PLR0913 - each of them is a default that some test changes
    *,
    label: str = "base",
    seed: int = 0,
    rounds: int = 20,
    noise: float = 0.02,
    slower: float = 1.0,
    cases: Sequence[str] = CASES,
    factors: Mapping[Key, float] | None = None,
) -> Side:
    """Return a side of cases with three metrics each.

    Parameters
    ----------
    label, seed, rounds
        The party's label, of the noise, and values a series.
    noise
        Standard deviation of the logarithm of each time.
    slower
        What the moment multiplies every time by, those of the control kernels too.
    cases
        Names of series.
    factors
        What the code under test multiplies one series' values by.
    """
    rng = random.Random(seed)  # noqa: S311 - noise, not secrets
    planted = factors or {}
    numbers = tuple(range(1, rounds + 1))

    def times(key: Key) -> Measurement:
        true_s = 0.01 * slower * planted.get(key, 1.0)
        values = tuple(true_s * rng.lognormvariate(0, noise) for _ in numbers)
        return Measurement(unit="s", values=values, rounds=numbers)

    def count(key: Key, true_bytes: float, repeated: int) -> Measurement:
        values = (true_bytes * planted.get(key, 1.0),) * repeated
        return Measurement(unit="bytes", values=values, rounds=numbers[:repeated])

    return Side(
        party=Party(
            label=label,
            python="CPython 3.11.7",
            versions=dict(VERSIONS),
            machine=dict(MACHINE),
            settings=dict(SETTINGS),
        ),
        source="savebench",
        measurements={
            **{(case, "load_s"): times((case, "load_s")) for case in cases},
            **{(case, "size_bytes"): count((case, "size_bytes"), 1e6, rounds) for case in cases},
            **{
                (case, "load_peak_bytes"): count((case, "load_peak_bytes"), 2e6, 1)
                for case in cases
            },
        },
        kernels=tuple(
            {
                name: time_s * slower * rng.lognormvariate(0, noise / 2)
                for name, time_s in KERNELS_S.items()
            }
            for _ in numbers
        ),
    )


def with_party(side: Side, **changes: object) -> Side:
    """Return a side whose party differs; dictionaries are merged into its own."""
    party = side.party
    fields: dict[str, object] = {
        name: {**getattr(party, name), **value} if isinstance(value, dict) else value
        for name, value in changes.items()
    }
    import msgspec

    return replace(side, party=msgspec.structs.replace(party, **fields))


def with_values(side: Side, key: Key, values: Sequence[float]) -> Side:
    """Return a side with other values of one series."""
    changed = replace(
        side.measurements[key], values=tuple(values), rounds=tuple(range(1, len(values) + 1))
    )
    return replace(side, measurements={**side.measurements, key: changed})


def without(side: Side, case: str, trouble: str = "") -> Side:
    """Return a side that lacks a case, for a reason if one is given."""
    kept = {key: value for key, value in side.measurements.items() if key[0] != case}
    troubles = {**side.troubles, case: trouble} if trouble else dict(side.troubles)
    return replace(side, measurements=kept, troubles=troubles)


def change_in(comparison: Comparison, series: str, metric: str) -> Change:
    """Return the one change of a series."""
    found = [each for each in comparison.changes if (each.series, each.metric) == (series, metric)]
    assert len(found) == 1
    return found[0]
