"""The gate on this machine: builds that are the same, and builds that differ by what is planted.

A *build* is an interpreter behind a small script that sets one variable, which the planted rows
(`tests/planted`) read: how much slower, how many bytes more, how much more memory.
"""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import msgspec

from bench.gate_report import Outcome
from bench.other_rules import RULES
from savebench.comparing.comparison import Comparison
from savebench.comparing.environments.asked import Asked
from savebench.comparing.environments.environment import Shop
from savebench.comparing.in_step.ab import TIMED, AbRequest, run_ab
from savebench.comparing.in_step.stages import Stage
from savebench.records.series import Values, values_by_case
from savebench.records.store import read_run

PLANTED = Path(__file__).resolve().parent.parent / "tests" / "planted"
MODELS = ("home-prices", "knn-brute@1MB", "random-forest@100KB", "tfidf@100KB")
WAYS = ("pickle", "joblib")
"""Two ways of saving four models: eight cases of three times each, 24 series."""


class Quiet:
    """Watches an `ab`, and says what stops nothing on stderr."""

    def warn(self, message: str) -> None:
        """Say it."""
        print(message, file=sys.stderr)

    def building(self, models: int) -> None:
        """Say nothing."""

    def built(self, name: str) -> None:
        """Say nothing."""

    def stage(self, stage: Stage, number: int, series: int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares two interpreters, again and again, and keeps what was found."""

    folder: Path

    def compare(  # noqa: PLR0913 - what differs between the studies
        self,
        label: str,
        base: Path | str,
        head: Path | str,
        *,
        models: Sequence[str] = MODELS,
        ways: Sequence[str] = WAYS,
        budget_s: float,
        seed: int,
    ) -> Outcome:
        """Return what one comparison found."""
        started_s = monotonic()
        with tempfile.TemporaryDirectory(dir=self.folder) as out:
            request = AbRequest(
                base=str(base),
                head=str(head),
                workloads=models,
                serializers=ways,
                budget=budget_s,
                seed=seed,
                out=Path(out),
            )
            comparison = run_ab(request, Quiet())
            values = [values_by_case(read_run(Path(out) / side).records) for side in _SIDES]
        return _outcome(label, comparison, monotonic() - started_s, values[0], values[1])


_SIDES = ("base", "head")


def _outcome(
    label: str, comparison: Comparison, wall_s: float, base: Values, head: Values
) -> Outcome:
    changes = {f"{each.series}: {each.metric}": each for each in comparison.changes}
    return Outcome(
        label=label,
        wall_s=round(wall_s, 1),
        rounds=comparison.rounds,
        verdicts={name: each.verdict for name, each in changes.items()},
        changes={
            name: (round(each.ratio, 4), round(each.low or 0, 4), round(each.high or 0, 4))
            for name, each in changes.items()
            if each.ratio is not None
        },
        detectable={
            name: round(each.detectable, 4)
            for name, each in changes.items()
            if each.detectable is not None
        },
        others={
            name: [
                f"{case}: {metric}"
                for case, metric in base
                if metric in TIMED
                and rule(
                    list(base[case, metric].values()),
                    list(head.get((case, metric), base[case, metric]).values()),
                )
            ]
            for name, rule in RULES.items()
        },
    )


def separate_environments(folder: Path, requirement: str) -> tuple[Path, Path]:
    """Return two interpreters whose environments were installed one after the other."""
    made = []
    for name in _SIDES:
        shop = Shop(folder / name, Quiet().warn)
        asked = Asked("base", requirement), Asked("head", requirement)
        made.append(Path(shop.provide(*asked, ())[0].executable))
    return made[0], made[1]


def build(folder: Path, name: str, differs: Mapping[str, object]) -> Path:
    """Return a build of this interpreter that differs in what is planted."""
    path = folder / name
    planted = msgspec.json.encode(differs).decode()
    path.write_text(
        f"#!/bin/sh\nSAVEBENCH_PLANTED_BUILD='{planted}' exec '{sys.executable}' \"$@\"\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def install_planted() -> None:
    """Put the planted rows where this process and the measured ones find them."""
    sys.path.insert(0, str(PLANTED))
    os.environ["PYTHONPATH"] = str(PLANTED)
