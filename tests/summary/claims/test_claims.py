"""Each claim can hold, can fail, and says what it lacks."""

import random
import shlex
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from savebench.catalogue.providers import load_catalogue
from savebench.records.schema import Run
from savebench.report.claims.words import told_claims
from savebench.summary.claims import CLAIMS, Finding, judge_claims
from tests.report.synthetic import quick_run
from tests.summary.claims.made import RESIDENT, Costs, run_of

QUICK, SLOW = 1.0, 3.0

DECIDED: dict[str, tuple[dict[str, Costs], dict[str, Costs]]] = {
    # claim: (a run in which all of its lines hold, one in which none does)
    "joblib-large-arrays": ({"joblib": 1, "pickle": 3}, {"joblib": 3, "pickle": 1}),
    "pickle-small-objects": ({"pickle": 1, "joblib": 3}, {"pickle": 3, "joblib": 1}),
    "joblib-forests": ({"joblib": 1, "pickle": 3}, {"joblib": 3, "pickle": 1}),
    "protocol-5-is-enough": ({"pickle": 1, "joblib": 1}, {"pickle": 3, "joblib": 1}),
    "mapping-shares": ({"joblib-mmap": 0.4, "joblib": 1}, {"joblib-mmap": 0.7, "joblib": 1}),
    "mapping-is-instant": ({"joblib-mmap": 1, "joblib": 3}, {"joblib-mmap": 3, "joblib": 1}),
    "lz4-faster-than-none": ({"joblib+lz4": 1, "joblib": 3}, {"joblib+lz4": 3, "joblib": 1}),
    "zlib-3-best": (
        {"joblib+zlib3": {"size_bytes": 0.5}, "joblib+lz4": {"size_bytes": 0.7, "dump_s": 0.1}},
        {"joblib+zlib3": 1, "pickle+zstd3": 0.5},
    ),
    "zstd-beats-zlib": (
        {"joblib+zstd3": 1, "joblib+zlib3": 3},
        {"joblib+zstd3": 3, "joblib+zlib3": 1},
    ),
    "zstd-beats-lz4": ({"joblib+zstd3": 1, "joblib+lz4": 3}, {"joblib+zstd3": 3, "joblib+lz4": 1}),
    "higher-levels-read-slower": (
        {
            **dict.fromkeys(("joblib+zlib1", "pickle+zstd1", "joblib+xz1", "joblib+bz23"), QUICK),
            **dict.fromkeys(("joblib+zlib9", "pickle+zstd19", "joblib+xz6", "joblib+bz29"), SLOW),
        },
        {
            **dict.fromkeys(("joblib+zlib1", "pickle+zstd1", "joblib+xz1", "joblib+bz23"), SLOW),
            **dict.fromkeys(("joblib+zlib9", "pickle+zstd19", "joblib+xz6", "joblib+bz29"), QUICK),
        },
    ),
    "joblib-compresses-lighter": (
        {"joblib+zstd3": 1, "pickle+zstd3": 3},
        {"joblib+zstd3": 3, "pickle+zstd3": 1},
    ),
    "forests-shrink": ({"joblib+zlib3": 0.3, "joblib": 1}, {"joblib+zlib3": 0.7, "joblib": 1}),
    "xz-smallest": (
        {"joblib+xz3": 0.4, "joblib+zlib3": 0.5, "pickle": 1},
        {"joblib+xz3": 0.4, "joblib+bz29": 0.3, "pickle": 0.1},
    ),
    "protocols": (
        {"pickle": 1, "pickle-p4": 1, "pickle-p2": 3},
        {"pickle": 4, "pickle-p4": 3, "pickle-p2": 1},
    ),
    "cloudpickle-as-fast": ({"cloudpickle": 1, "pickle": 1}, {"cloudpickle": 1.1, "pickle": 1}),
    "dill-slower": ({"dill": 3, "pickle": 1}, {"dill": 1, "pickle": 3}),
    "skops-slower": ({"skops": 3, "pickle": 1}, {"skops": 1, "pickle": 3}),
    "onnx-loads-faster": ({"onnx": 1, "pickle": 3}, {"onnx": 3, "pickle": 1}),
    "compressed-not-mapped": (
        {"joblib-mmap": 0.01, "joblib+zlib3": 1.1},
        {"joblib-mmap": 0.01, "joblib+zlib3": 0.02},
    ),
    "compressed-load-memory": (
        {"joblib+zlib3": 3, "pickle+zstd3": 3},
        {"joblib+zlib3": 1.2, "pickle+zstd3": 1.2},
    ),
    "dump-needs-a-copy": (
        {"pickle": 1, "joblib": 1, "joblib+zlib3": 2, "skops": 3},
        {"pickle": 0.1, "joblib": 0.5, "joblib+zlib3": 0.1, "skops": 0.1},
    ),
    "forest-heavier-than-file": (
        {"pickle": {RESIDENT: 1.3}, "joblib": {RESIDENT: 1.3}},
        {"pickle": {RESIDENT: 0.9}, "joblib": {RESIDENT: 0.9}},
    ),
}
BY_FACTS = {"onnx-answers", "same-bytes"}
"""Decided by no number: tested by name below."""


def sized_workloads() -> set[str]:
    """Return what ``-w`` can name."""
    rows = [entry.row for entry in load_catalogue().workloads.values()]
    return {f"{row.name}@{size}" for row in rows for size in row.sizes}


def findings(name: str, run: Run) -> list[Finding]:
    """Return what a run says of the lines of one claim."""
    return [each.finding for each in judge_claims(run) if each.claim.name == name]


def verdicts(name: str, run: Run) -> set[str]:
    """Return the verdicts on the lines of one claim."""
    return {finding.verdict for finding in findings(name, run)}


@pytest.mark.parametrize("name", DECIDED)
def test_a_claim_holds_where_the_numbers_bear_it_out(name: str) -> None:
    """All of its lines, on every model that it is about."""
    assert verdicts(name, run_of(DECIDED[name][0])) == {"holds"}


@pytest.mark.parametrize("name", DECIDED)
def test_a_claim_does_not_hold_where_the_numbers_refute_it(name: str) -> None:
    """None of its lines."""
    assert verdicts(name, run_of(DECIDED[name][1])) == {"does not hold"}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_a_claim_without_evidence_says_what_would_give_it(claim: object) -> None:
    """A run of a row that nobody talks about; the command names rows and models that there are."""
    run = run_of({"npz": 1})

    found = findings(claim.name, run)  # type: ignore[attr-defined]

    assert {finding.verdict for finding in found} == {"cannot tell here"}
    for finding in found:
        words = shlex.split(finding.command)
        after = {word: words[at + 1] for at, word in enumerate(words) if word in {"-w", "-s"}}
        assert words[:2] == ["savebench", "run"]
        assert after["-w"] in sized_workloads()
        assert after["-s"] in load_catalogue().serializers
        assert finding.why
        assert finding.figure is None


def test_a_run_without_models_of_a_kind_names_some_that_the_catalogue_has() -> None:
    """By their sizes, too."""
    for judged in judge_claims(run_of({"pickle": 1}, models=("own@1MB",))):
        words = shlex.split(judged.finding.command)
        named = {words[at + 1] for at, word in enumerate(words) if word == "-w"}
        assert named <= sized_workloads()


def test_every_claim_is_tested_has_a_name_of_its_own_and_says_who_says_so() -> None:
    """One that is added is added here."""
    names = [claim.name for claim in CLAIMS]

    assert set(names) == DECIDED.keys() | BY_FACTS
    assert len(set(names)) == len(names)
    assert all(claim.sources and claim.lines for claim in CLAIMS)
    assert all(each.url.startswith("https://") for claim in CLAIMS for each in claim.sources)


def test_dump_load_and_memory_are_told_apart() -> None:
    """A row may be quicker to load and slower to dump."""
    costs = {"dump_s": 3.0, "load_predict_s": 0.5, "dump_peak_bytes": 0.5, "load_peak_bytes": 1}

    found = findings("joblib-large-arrays", run_of({"joblib": costs, "pickle": 1}))

    assert [finding.verdict for finding in found] == [
        "does not hold",
        "holds",
        "holds",
        "cannot be told apart",
    ]
    assert [finding.figure and round(finding.figure.ratio, 3) for finding in found] == [
        3.0,
        0.5,
        0.5,
        1.0,
    ]


def test_too_few_rounds_tell_no_time_but_a_peak_of_memory() -> None:
    """A count of pages that is three times as large needs no interval; the figure is shown."""
    found = findings("joblib-large-arrays", run_of({"joblib": 3, "pickle": 1}, rounds=2))

    assert [finding.verdict for finding in found] == [
        "cannot tell here",
        "cannot tell here",
        "does not hold",
        "does not hold",
    ]
    assert found[0].why == "2 rounds, and an interval takes 6"
    assert found[0].figure
    assert (round(found[0].figure.ratio, 3), found[0].figure.is_range) == (3.0, True)
    assert found[0].command == (
        "savebench run -w arrays@16MB -w knn-brute@16MB -s joblib -s pickle --rounds 8"
    )


def test_cold_loads_and_workers_are_measured_by_the_suite_that_repeats_them() -> None:
    """The others take two rounds of them, or one."""
    run = run_of({"npz": 1})

    cold = findings("lz4-faster-than-none", run)[1].command
    workers = findings("mapping-shares", run)[0].command

    assert "--suite full" in cold
    assert "--suite full" in workers


def test_k_nn_and_forests_share_apart() -> None:
    """What holds for one large array need not hold for many small ones."""
    run = run_of(
        {"joblib-mmap": {"worker_bytes": 0.1}, "joblib": 1},
        on={("joblib-mmap", "random-forest@16MB"): {"worker_bytes": 0.9}},
    )

    assert [each.verdict for each in findings("mapping-shares", run)] == ["holds", "does not hold"]


def test_small_models_do_not_show_what_workers_share() -> None:
    """What each needs for itself outweighs it: a run of such models says nothing."""
    costs: dict[str, Costs] = {"joblib-mmap": {"worker_bytes": 0.7}, "joblib": 1}

    found = findings("mapping-shares", run_of(costs, models=("knn-brute@1MB", "mlp@16MB")))

    assert found[0].why == "no k-NN models of 10 MB and more in this run"
    assert found[0].command == (
        "savebench run --suite full -w knn-brute@16MB -w knn-kdtree@16MB -s joblib-mmap -s joblib "
        "--rounds 8"
    )


def test_two_dumps_are_the_same_bytes_by_their_fingerprints() -> None:
    """Of the rows that write a time of day into the file they are not."""
    run = run_of(
        {"pickle": 1, "joblib": 1, "skops": 1},
        facts={"pickle": {"digest": "a"}, "joblib": {"digest": "{n}"}, "skops": {"digest": "b"}},
    )

    pickle, joblib, every = findings("same-bytes", run)

    assert (pickle.verdict, joblib.verdict) == ("holds", "does not hold")
    assert (every.verdict, every.when) == ("holds when", "all rows but joblib")
    assert len(every.yes) == 8
    assert every.no[0] == "joblib on arrays@16MB"


def test_one_dump_alone_says_nothing_of_the_next() -> None:
    """Nor do large ones, whose bytes are not on record."""
    once = run_of({"pickle": 1}, rounds=1, facts={"pickle": {"digest": "a"}})
    large = run_of({"pickle": 1})

    assert verdicts("same-bytes", once) == {"cannot tell here"}
    assert verdicts("same-bytes", large) == {"cannot tell here"}


def test_onnx_may_answer_within_its_tolerance_and_not_to_the_last_bit() -> None:
    """Single precision."""
    run = run_of({"onnx": 1}, facts={"onnx": {"exact": False, "max_abs_difference": 1e-6}})

    assert [each.verdict for each in findings("onnx-answers", run)] == ["holds", "does not hold"]


def test_compressed_files_are_compared_only_where_a_mapped_load_shows_what_mapping_saves() -> None:
    """Else the measure may be blind."""
    blind = run_of({"joblib-mmap": 1, "joblib+zlib3": 1.1})

    (found,) = findings("compressed-not-mapped", blind)

    assert found.verdict == "cannot tell here"
    assert found.why == "not even a mapped load takes clearly less memory than the model here"


def test_joblib_ignores_a_wish_to_map_what_is_compressed(tmp_path: Path) -> None:
    """As the note on that claim says."""
    joblib.dump(np.zeros(1000), tmp_path / "model", compress=3)

    with pytest.warns(UserWarning, match="flag will be ignored"):
        loaded = joblib.load(tmp_path / "model", mmap_mode="r")

    assert not isinstance(loaded, np.memmap)


def test_the_best_trade_off_names_who_beats_it() -> None:
    """The figure is against the row that does so most often."""
    run = run_of({"joblib+zlib3": 1, "pickle+zstd3": 0.5, "joblib+lz4": {"size_bytes": 2}})

    (found,) = findings("zlib-3-best", run)

    assert found.figure
    assert (found.figure.of, found.figure.ratio) == ("joblib+zlib3 by pickle+zstd3", 2.0)


def test_of_a_case_that_failed_nothing_is_concluded() -> None:
    """Its good trials included."""
    run = quick_run()
    plagued = [each for each in judge_claims(run) if each.claim.name == "skops-slower"]

    assert all("tfidf@100KB" not in each.finding.models for each in plagued)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0, 1))
def test_no_claim_raises_whatever_a_run_holds(seed: int, share: float) -> None:
    """A run may be interrupted anywhere, and its trials may give no value; all lines are told."""
    chance = random.Random(seed)  # noqa: S311 - noise, not secrets
    whole = WHOLE
    kept = [record for record in whole.records if chance.random() < share]

    judged = judge_claims(Run(header=whole.header, records=kept))

    assert len(judged) == sum(len(claim.lines) for claim in CLAIMS)
    assert len(told_claims(judged)) == len(CLAIMS)
    assert all(
        each.finding.command for each in judged if each.finding.verdict == "cannot tell here"
    )


WHOLE = quick_run()
