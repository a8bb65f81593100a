"""What a run lacks for a line to be decided, and the command that would measure it."""

import shlex
from collections.abc import Mapping, Sequence

from savebench.records.metrics import METRICS
from savebench.stats import FEWEST_FOR_INTERVAL
from savebench.summary.claims.claim import Models
from savebench.summary.claims.finding import Finding
from savebench.summary.claims.ground import Ground, kind_of_model
from savebench.summary.claims.naming import listed
from savebench.units import counted

_ROUNDS = 8
_MOST_MODELS = 3
_RARE = frozenset({"load-cold", "workers"})
"""Trials that only the suite `full` has in rounds enough."""
RESIDENT = "resident_bytes"
WORDS: Mapping[str, str] = {
    "dump_s": "time to dump",
    "dump_sync_s": "time to dump and fsync",
    "size_bytes": "file size",
    "load_s": "time to load",
    "load_predict_s": "time to load and predict",
    "load_cold_s": "time of a cold load",
    "load_cold_predict_s": "time to load cold and predict",
    "dump_peak_bytes": "peak memory of a dump",
    "load_peak_bytes": "peak memory of a load",
    "worker_bytes": "memory of a further worker",
    RESIDENT: "memory held after the load",
}


def lacking(ground: Ground, models: Models, rows: Sequence[str], metric: str) -> Finding:
    """Return why nothing of these rows, models and this metric can be told."""
    chosen = models.of(ground)
    command = command_for(chosen, models, rows, metric)
    if not chosen:
        why = f"no {models.words} in this run"
    elif not any(ground.series(row, model, metric) for row in rows for model in chosen):
        why = f"{WORDS[metric]} was not measured here of {listed(rows)} on {models.words}"
    else:
        bare = [row for row in rows if not any(ground.series(row, each, metric) for each in chosen)]
        why = (
            f"{listed(bare)} gave no {WORDS[metric]} on {models.words}"
            if bare
            else f"{listed(rows)} share no model with a {WORDS[metric]}"
        )
    return Finding(verdict="cannot tell here", why=why, command=command)


def too_few(
    measured: Sequence[str], models: Models, rows: Sequence[str], metric: str, most: int
) -> Finding:
    """Return that rounds are too few, `most` at the most."""
    return Finding(
        verdict="cannot tell here",
        why=f"{counted(most, 'round')}, and an interval takes {FEWEST_FOR_INTERVAL}",
        command=command_for(measured, models, rows, metric),
    )


def command_for(measured: Sequence[str], models: Models, rows: Sequence[str], metric: str) -> str:
    """Return the command that measures rows in rounds enough: on the first of a run's models.

    A person's own cannot be built again by name: there it is on examples.
    """
    known = [model for model in measured if kind_of_model(model) != "other"] or models.examples
    trial = METRICS[metric].trial if metric in METRICS else "load-memory"
    words = ["savebench", "run"]
    if trial in _RARE:
        words += ["--suite", "full"]
    for model in list(dict.fromkeys(known))[:_MOST_MODELS]:
        words += ["-w", model]
    for row in rows:
        words += ["-s", row]
    return shlex.join([*words, "--rounds", str(_ROUNDS)])
