"""Runs whose decisions are known beforehand."""

from collections.abc import Sequence

from savebench.records.schema import Run
from savebench.summary import outcomes_of, rows_of
from savebench.summary.regimes import Cell, Missing, Regimes, UseName, regimes_of
from tests.report.synthetic import Profile, RunBuilder

MEDIUM = ("knn-brute@16MB", "arrays@16MB")
MMAP = Profile(fixed_s=0.1e-3, load_s_per_mb=0.02e-3, peak_ratio=0.02, maps_file=True)


def decided(run: Run) -> Regimes:
    """Return what a run decides."""
    return regimes_of(run, rows_of(run), outcomes_of(run))


def exact_run(profiles: dict[str, Profile], models: Sequence[str] = MEDIUM, rounds: int = 8) -> Run:
    """Return a run without noise, beside pickle and a joblib that is like it."""
    rows = {"pickle": Profile(), "joblib": Profile(), **profiles}
    return RunBuilder(models=models, profiles=rows, rounds=rounds, noise=0, round_noise=0).build()


def cell(found: Regimes, use: UseName, size: str = "medium", kind: str = "arrays") -> Cell:
    """Return a cell that must be there."""
    (each,) = [one for one in found.cells if (one.size, one.kind, one.use) == (size, kind, use)]
    return each


def missing(found: Regimes, use: UseName) -> Missing:
    """Return a cell that must not be there, of a run of one size class and kind."""
    (each,) = [one for one in found.missing if one.use == use]
    return each
