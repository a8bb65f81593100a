"""Is what ``savebench advise`` takes the best of all, measured in full? Models x needs.

``python -m bench.advice [FOLDER]`` makes five fitted models, measures every candidate of each in
full (no row is dropped), asks for advice on each model for each set of needs as a person would, and
holds what was taken against the full measurement: its total cost for those needs, as a share above
the best that satisfies them. Writes FOLDER/README.md and the records (``results/advice``); what
lies there already is not measured again. About an hour on two cores.
"""

import argparse
import gzip
import itertools
import json
import statistics
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import joblib
import msgspec
import numpy as np

from savebench.advising.asked import Asked, entries_of, settings_for, site_of
from savebench.advising.named import advise_named, named_file
from savebench.advising.session import Silent
from savebench.catalogue.rows import Entry, Serializer
from savebench.measuring.plan import hash_seed
from savebench.measuring.survey import Survey
from savebench.records.schema import Case, Record
from savebench.subjects.adopted import Adoption, adopt_source
from savebench.subjects.builder import carriers_of
from savebench.summary.advice.answer import Answer
from savebench.summary.advice.candidates import Candidate
from savebench.summary.advice.constraints import violations_of
from savebench.summary.advice.costs import basis_of
from savebench.summary.advice.costs import costs_of as all_costs
from savebench.summary.advice.measured import candidates_of
from savebench.summary.advice.needs import Needs
from savebench.units import human_bytes, human_seconds

WITHIN = 0.05
"""What was taken is right if it costs no more than this share above the best."""
_RANDOM = 0


def forest() -> Any:
    """Return a forest: many small arrays that compress well."""
    from sklearn.ensemble import RandomForestClassifier

    random = np.random.default_rng(_RANDOM)
    data = random.normal(size=(12_000, 20))
    return RandomForestClassifier(60, random_state=0).fit(data, data[:, 0] + data[:, 1] > 0)


def texts() -> Any:
    """Return a pipeline of TF-IDF and a linear model: one large dict of strings."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline

    random = np.random.default_rng(_RANDOM)
    words = [f"w{number:x}{number * 7919 % 1009}" for number in range(150_000)]
    lines = [" ".join(random.choice(words, 60)) for _ in range(12_000)]
    return make_pipeline(TfidfVectorizer(), SGDClassifier(random_state=0)).fit(
        lines, random.integers(0, 2, len(lines))
    )


def neighbours() -> Any:
    """Return a k-NN of 512 MB: one large array that does not compress."""
    from sklearn.neighbors import KNeighborsRegressor

    random = np.random.default_rng(_RANDOM)
    data = random.normal(size=(1_000_000, 64))
    return KNeighborsRegressor(5, algorithm="brute").fit(data, data[:, 0])


def boosted_by_xgboost() -> Any:
    """Return a model of XGBoost: one string of bytes."""
    from xgboost import XGBRegressor

    random = np.random.default_rng(_RANDOM)
    data = random.normal(size=(20_000, 20))
    return XGBRegressor(n_estimators=400, max_depth=8, n_jobs=1).fit(data, data[:, 0] * data[:, 1])


def boosted_by_lightgbm() -> Any:
    """Return a model of LightGBM: one long text."""
    from lightgbm import LGBMRegressor

    random = np.random.default_rng(_RANDOM)
    data = random.normal(size=(20_000, 20))
    return LGBMRegressor(n_estimators=600, num_leaves=63, n_jobs=1, verbose=-1).fit(
        data, data[:, 0] * data[:, 1]
    )


MODELS: Mapping[str, Callable[[], Any]] = {
    "forest": forest,
    "texts": texts,
    "xgboost": boosted_by_xgboost,
    "lightgbm": boosted_by_lightgbm,
    "neighbours": neighbours,
}
NEEDS: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "--safe": {"safe": True},
    "--workers 8": {"workers": 8},
    "--bandwidth 10MB/s": {"bandwidth": "10MB/s"},
    "--bandwidth 1GB/s": {"bandwidth": "1GB/s"},
    "--memory 2.5 x model": {"memory": 2.5},
    "--loads-per-dump 1": {"loads_per_dump": 1},
    "--max-size 0.5 x model": {"max_size": 0.5},
    "--cold": {"cold": True},
    "--workers 4 --bandwidth 100MB/s": {"workers": 4, "bandwidth": "100MB/s"},
}
"""A number stands for so many times the model's size."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was taken for some needs, and how it fares in the full measurement."""

    model: str
    needs: str
    take: str | None
    best: str | None
    excess: float | None
    """How much more the taken row costs than the best, as a share; None: nothing satisfies."""
    spent_s: float
    first: str
    """The reason that was given."""

    @property
    def is_right(self) -> bool:
        """Whether it is within reach of the best, or both say that nothing satisfies."""
        if self.best is None or self.take is None:
            return self.best == self.take
        return self.excess is not None and self.excess <= WITHIN


def main() -> None:
    """Measure what is not in the folder yet, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("results/advice"))
    parser.add_argument("--models", nargs="*", default=list(MODELS))
    parser.add_argument("--budget", type=float, default=30.0, help="of each advice, seconds")
    parser.add_argument("--full", type=float, default=240.0, help="of a full measurement, seconds")
    parser.add_argument("--at-most", type=int, default=1000, help="measurements, then stop")
    parser.add_argument("--fitted", type=Path, help="folder that keeps the fitted models")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="savebench-study-") as scratch:
        fitted = given.fitted or Path(scratch)
        steps = (step for name in given.models for step in _steps(name, given, fitted))
        for _ in itertools.islice(steps, given.at_most):
            write_page(given.folder)


def _steps(name: str, given: argparse.Namespace, fitted: Path) -> Iterator[None]:
    """Measure a model in full, then ask for advice for all needs; yield after each that was new."""
    kept, verdicts = given.folder / f"{name}.jsonl.gz", given.folder / f"{name}.json"
    told = _told(verdicts)
    done = {each.needs for each in told}
    if kept.exists() and done >= set(NEEDS):
        return
    path = _fitted(name, fitted)
    size = path.stat().st_size
    scale = max(1.0, size / 100e6)
    entries = entries_of(_asked(path, given.full * scale))
    if not kept.exists():
        records = _in_full(path, given.full * scale, entries)
        with gzip.open(kept, "wb") as stream:
            stream.write(b"\n".join(msgspec.json.encode(each) for each in records))
        yield
    with gzip.open(kept, "rb") as stream:
        truth = candidates_of(
            entries, [msgspec.json.decode(line, type=Record) for line in stream.readlines()]
        )
    for needs_name, asked in NEEDS.items():
        if needs_name not in done:
            needs = Needs.of(**_scaled(asked, size))
            answer = _advice(path, needs, given.budget * min(scale, 1.5))
            told.append(judge(name, needs_name, answer, truth, needs))
            print(told[-1], flush=True)
            content = msgspec.json.encode({"size_bytes": size, "verdicts": told})
            verdicts.write_bytes(msgspec.json.format(content))
            yield


def _told(path: Path) -> list[Verdict]:
    if not path.exists():
        return []
    kept = json.loads(path.read_text(encoding="utf-8"))
    return [msgspec.convert(each, Verdict) for each in kept["verdicts"]]


def _fitted(name: str, folder: Path) -> Path:
    """Return the file of a fitted model, made where it is not there yet."""
    path = folder / f"{name}.joblib"
    if not path.exists():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            joblib.dump(MODELS[name](), path)
    return path


def _scaled(asked: Mapping[str, Any], size: int) -> dict[str, Any]:
    return {
        key: int(value * size) if isinstance(value, float) else value
        for key, value in asked.items()
    }


def _asked(path: Path, budget_s: float) -> Asked:
    return Asked(
        needs=Needs.of(workers=8, cold=True, loads_per_dump=1),
        budget_s=budget_s,
        out=path.parent,
        source_name=path.name,
    )


def _in_full(
    path: Path, budget_s: float, entries: Mapping[str, Entry[Serializer]]
) -> Sequence[Record]:
    """Measure every candidate, none dropped, within a long budget."""
    records: list[Record] = []
    with tempfile.TemporaryDirectory(prefix="savebench-study-") as folder:
        work = Path(folder).resolve()
        asked = _asked(path, budget_s)
        site, settings = site_of(work), settings_for(asked, lambda _: None)
        named = named_file(path, path.name, trust=False)
        launcher = site.launcher(settings.launch, named.modules)
        with closing(launcher):
            launcher.begin_round(hash_seed(0, 1), hash_seed(0, 2))
            adoption = Adoption(
                launcher=site.launcher(),
                folder=work / "model",
                scratch=work,
                carriers=carriers_of(entries.values()),
                modules=named.modules,
            )
            subject, _ = adopt_source(named.source, "model", adoption)
            Survey(
                site=site,
                launcher=launcher,
                subject=subject,
                cases={Case(path.stem, "-", row): entry for row, entry in entries.items()},
                settings=settings,
                seed=0,
                store=records.append,
                observer=Silent(),
                dropped=lambda _: {},
                first_answer=lambda: None,
                started_s=monotonic(),
            ).run()
    return records


def _advice(path: Path, needs: Needs, budget_s: float) -> Answer:
    with tempfile.TemporaryDirectory(prefix="savebench-study-") as folder:
        return advise_named(
            str(path),
            needs,
            probe=None,
            method=None,
            budget_s=budget_s,
            serializers=(),
            out=Path(folder) / "out",
            trust=False,
            watcher=Silent(),
        )


def judge(
    model: str, needs_name: str, answer: Answer, truth: Sequence[Candidate], needs: Needs
) -> Verdict:
    """Hold what was taken against all candidates measured in full."""
    costs = costs_of(truth, needs)
    best = min(costs, key=costs.__getitem__, default=None)
    excess = None
    if best is not None and answer.take in costs:
        excess = costs[answer.take] / costs[best] - 1
    return Verdict(
        model=model,
        needs=needs_name,
        take=answer.take,
        best=best,
        excess=excess,
        spent_s=round(answer.facts.measured_s, 1),
        first=answer.reason,
    )


def costs_of(truth: Sequence[Candidate], needs: Needs) -> dict[str, float]:
    """Return the deciding cost of each that satisfies the needs, by the full measurement."""
    models = [each for each in truth if each.gives_back and each.outcome == "ok"]
    basis = basis_of(models, needs)
    if basis is None:
        return {}
    costs = all_costs(models, needs, basis)
    return {
        each.serializer: costs[each.serializer].deciding.median
        for each in models
        if each.serializer in costs and not violations_of(each, needs, basis, _versions())
    }


def _versions() -> dict[str, str]:
    return {"python": ".".join(map(str, sys.version_info[:3]))}


def write_page(folder: Path) -> None:
    """Write the table from what is kept in the folder."""
    rows, verdicts = [], []
    for path in sorted(folder.glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        for each in kept["verdicts"]:
            verdict = msgspec.convert(each, Verdict)
            verdicts.append(verdict)
            rows.append(_row(verdict, kept["size_bytes"]))
    right = sum(each.is_right for each in verdicts)
    excesses = [each.excess for each in verdicts if each.excess is not None]
    text = _PAGE.format(
        right=right,
        models=len({each.model for each in verdicts}),
        all=len(verdicts),
        within=f"{WITHIN:.0%}",
        median=f"{statistics.median(excesses):.1%}" if excesses else "-",
        worst=f"{max(excesses):.0%}" if excesses else "-",
        rows="\n".join(rows),
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def _row(verdict: Verdict, size: int) -> str:
    excess = "-" if verdict.excess is None else f"{verdict.excess:.1%}"
    said = verdict.first.replace("|", "/")
    return (
        f"| {verdict.model}, {human_bytes(size)} | {verdict.needs} | {verdict.take or 'nothing'} | "
        f"{verdict.best or 'nothing'} | {excess} | {'yes' if verdict.is_right else '**no**'} | "
        f"{human_seconds(verdict.spent_s)} | {said} |"
    )


_PAGE = """# Advice, held against the whole

`python -m bench.advice`: {models} fitted models, ten sets of needs each. For each model every
candidate was measured in full, none dropped (NAME.jsonl.gz, one record a line); then
`savebench advise` was asked as a person would, for each set of needs. What it took is right if its
total cost for those needs is within {within} of the best of all candidates that satisfy them, by
the full measurement.

**{right} of {all} are right.** Above the best: median {median}, worst {worst}.

By hand: the cost is `size_bytes / bandwidth + median(load_predict_s)`, plus
`median(dump_s) / loads` where loads per dump are given; of the cold times under `--cold`; under
`--workers` times (8 x 100 MB + memory of all workers). The records hold all of it.

Advice had 30 s each (45 s for more than 100 MB), half of what it has by default. Dumps of half a
gigabyte took on this machine ten times as long in one process as in the next (NAME.jsonl.gz has
both): who saves as often as it loads was told apart from few of them.

| model | needs | took | best in full | above it | right | after | why, in its words |
|---|---|---|---|--:|---|--:|---|
{rows}
"""


if __name__ == "__main__":
    main()
