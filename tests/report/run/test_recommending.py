"""What is recommended by default, and what else where: it follows from the table."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from savebench.records.schema import Run
from savebench.records.series import values_by_case
from savebench.report.run.content import content_of
from savebench.stats import paired_ratio
from savebench.summary import summarize
from tests.report.synthetic import Failure, Profile, RunBuilder

LARGE = ("knn-brute@16MB", "arrays@16MB", "random-forest@16MB")
WHY_PICKLE = (
    "By default use pickle, protocol 5: plain joblib does not clearly save 5 % or more of its time "
    "to load and predict over 3 models"
)
MMAP = Profile(fixed_s=0.1e-3, load_s_per_mb=0.02e-3, maps_file=True)


def advice(run: Run) -> str:
    """Return a run's last sentence."""
    return content_of(run).answers[4]


def run_of(profiles: dict[str, Profile], models: tuple[str, ...] = LARGE) -> Run:
    """Return a run of eight rounds without noise, beside pickle and a joblib that is like it."""
    rows = {"pickle": Profile(), "joblib": Profile(), **profiles}
    return RunBuilder(models=models, profiles=rows, rounds=8, noise=0, round_noise=0).build()


def test_a_mapped_row_that_is_fastest_by_far_is_what_to_use_where_its_file_can_stay() -> None:
    """One gigabyte of arrays ended in "by default use pickle" and not a word of it."""
    text = advice(run_of({"joblib-mmap": MMAP}))

    assert text == (
        f"{WHY_PICKLE}; where the file can stay in place unchanged, use joblib-mmap (0.056x "
        "pickle's time on all 3 models)."
    )


def test_a_mapped_row_that_is_faster_only_while_its_file_is_cached_says_so() -> None:
    """From the device it has to read what pickle has to read."""
    slow_disk = Profile(fixed_s=0.1e-3, load_s_per_mb=0.02e-3, maps_file=True, cold=70)

    text = advice(run_of({"joblib-mmap": slow_disk}))

    assert "(0.056x pickle's time on all 3 models; cold 1.31x, n = 2: no interval)" in text


def test_what_is_only_as_fast_as_pickle_changes_nothing() -> None:
    """Tied with the fastest, it stays the default, and no other is named."""
    text = advice(run_of({"cloudpickle": Profile(requires=("cloudpickle",))}))

    assert text == f"{WHY_PICKLE}."


def test_a_row_that_reads_anywhere_and_is_clearly_faster_is_the_default() -> None:
    """Nothing speaks against it: no mapped file, no other package, no slow dump."""
    text = advice(run_of({"joblib": Profile(load_s_per_mb=0.25e-3)}))

    assert text == (
        "By default use joblib without compression: 0.51x pickle's time to load and predict over 3 "
        "models (faster on 3)."
    )


def test_a_row_of_another_package_a_layout_of_our_own_and_a_plug_in_are_used_where_they_are() -> (
    None
):
    """Whoever reads the file must have what reads it."""
    quick = Profile(load_s_per_mb=0.25e-3)
    text = advice(
        run_of(
            {
                "cloudpickle": Profile(load_s_per_mb=0.25e-3, requires=("cloudpickle",)),
                "pickle-oob": quick,
                "mine": Profile(load_s_per_mb=0.25e-3, distribution="mypackage 2.0"),
            }
        )
    )

    assert "; where cloudpickle is installed, use cloudpickle (0.5" in text
    assert "; where savebench is there to read it, use pickle-oob (0.5" in text
    assert "; where mypackage is installed, use mine (0.5" in text


def test_a_restricted_row_that_is_fastest_is_named_with_what_it_restricts() -> None:
    """Kinds are not ranked against each other, yet its table shows that it took less."""
    text = advice(run_of({"skops": Profile(kind="restricted", load_s_per_mb=0.1e-3)}))

    assert text == (
        f"{WHY_PICKLE}; where it knows all types in the model, use skops (0.21x pickle's time on "
        "all 3 models)."
    )


def test_a_row_whose_dump_is_slow_is_used_where_that_does_not_matter() -> None:
    """Saved once, loaded often."""
    text = advice(run_of({"joblib+zlib1": Profile(load_s_per_mb=0.1e-3, dump_s_per_mb=8e-3)}))

    assert (
        "; where a dump may take 9.96x pickle's time, use joblib+zlib1 (0.21x pickle's time on "
        "all 3 models)" in text
    )


def test_a_compressed_row_that_is_smaller_and_barely_slower_is_worth_a_word() -> None:
    """It is no rival in time; it saves room for hardly any."""
    barely = Profile(load_s_per_mb=0.52e-3, size_ratio=0.6, requires=("lz4",))

    text = advice(run_of({"joblib+lz4": barely, "joblib+xz3": Profile(load_s_per_mb=9e-3)}))

    assert text == (
        f"{WHY_PICKLE}; to save room, where lz4 is installed, use joblib+lz4: 0.60x pickle's size "
        "for 1.04x pickle's time to load and predict."
    )


def test_small_and_large_models_that_differ_are_both_answered() -> None:
    """A row with a high fixed cost and a low one a byte wins from some size on."""
    models = ("home-prices@1KB", "tfidf@10KB", "svc@10KB", "knn-brute@16MB", "arrays@16MB")
    late = Profile(fixed_s=0.5e-3, load_s_per_mb=0.1e-3)

    text = advice(run_of({"joblib": late}, models))

    assert text == (
        "By default use pickle, protocol 5: plain joblib does not clearly save 5 % or more of its "
        "time to load and predict over 5 models; on the models from 16.5 MB on use joblib (0.26x "
        "pickle's time)."
    )


def test_of_two_rows_that_beat_the_default_only_the_better_one_is_for_use() -> None:
    """The other is named as what it is."""
    models = ("home-prices@1KB", "tfidf@10KB", "svc@10KB", "knn-brute@16MB", "arrays@16MB")
    late = Profile(fixed_s=0.5e-3, load_s_per_mb=0.1e-3)
    later = Profile(fixed_s=0.5e-3, load_s_per_mb=0.2e-3)

    text = advice(run_of({"joblib": late, "pickle-p4": later}, models))

    assert "; on the models from 16.5 MB on use joblib (0.26x pickle's time)" in text
    assert "; faster than pickle and not the fastest: pickle-p4 (0.46x pickle's time on the" in text


def test_a_default_other_than_pickle_leaves_pickle_the_models_on_which_it_is_faster() -> None:
    """The exception is named, too."""
    models = ("home-prices@1KB", *LARGE)
    late = Profile(fixed_s=0.5e-3, load_s_per_mb=0.1e-3)

    text = advice(run_of({"joblib": late}, models))

    assert text.startswith("By default use joblib without compression: ")
    assert "(faster on 3); on home-prices@1KB use pickle (0.19x joblib's time)." in text


def test_a_gain_of_less_than_five_per_cent_is_no_reason_to_switch_and_is_said() -> None:
    """It is clear beyond its interval, and small."""
    text = advice(run_of({"pickle-p4": Profile(load_s_per_mb=0.485e-3)}))

    assert text == f"{WHY_PICKLE}; pickle-p4 saves less than 5 %."


def test_a_model_that_pickle_does_not_carry_gets_a_row_that_does() -> None:
    """What failed is no default for it."""
    failures = {("arrays@16MB", "pickle"): Failure(outcome="failed", reason="cannot pickle it")}
    profiles = {"pickle": Profile(), "cloudpickle": Profile(requires=("cloudpickle",))}
    run = RunBuilder(models=LARGE, profiles=profiles, failures=failures, rounds=8).build()

    assert "; cloudpickle carries arrays@16MB, which pickle did not." in advice(run)


def test_where_everything_failed_there_is_nothing_to_recommend() -> None:
    """The reasons stand elsewhere."""
    broken = Failure(outcome="crashed", reason="signal 11")
    failures = {(model, name): broken for model in LARGE for name in ("pickle", "joblib")}
    profiles = {"pickle": Profile(), "joblib": Profile()}
    run = RunBuilder(models=LARGE, profiles=profiles, failures=failures).build()

    assert advice(run) == (
        "No round trip gave a time, so there is nothing to recommend: see what failed."
    )


SECONDS = st.sampled_from([10e-6, 50e-6, 60e-6, 200e-6, 2e-3])
PER_MB = st.sampled_from([0.02e-3, 0.2e-3, 0.45e-3, 0.5e-3, 0.55e-3, 1e-3, 9e-3])


@st.composite
def profiles(draw: st.DrawFn, kinds: tuple[str, ...] = ("round-trip",)) -> Profile:
    """Return costs that cross each other, and facts that may speak against a row."""
    return Profile(
        kind=draw(st.sampled_from(kinds)),
        fixed_s=draw(SECONDS),
        load_s_per_mb=draw(PER_MB),
        dump_s_per_mb=draw(PER_MB),
        size_ratio=draw(st.sampled_from([0.4, 1.0])),
        maps_file=draw(st.booleans()),
        requires=draw(st.sampled_from([(), ("joblib",), ("lz4",)])),
    )


NAMES = ("joblib", "joblib-mmap", "pickle-p4", "joblib+lz4", "pickle-oob", "skops")
MODELS = ("home-prices@1KB", "tfidf@100KB", "knn-brute@1MB", "arrays@16MB")


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Return a small run of rows that cost anything, some of which failed or had few rounds."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    models = draw(st.lists(st.sampled_from(MODELS), min_size=1, max_size=3, unique=True))
    cases = [(model, name) for model in models for name in ["pickle", *names]]
    failing = draw(st.lists(st.sampled_from(cases), max_size=2))
    return RunBuilder(
        models=models,
        profiles={
            "pickle": Profile(),
            **{
                name: draw(profiles(("restricted",) if name == "skops" else ("round-trip",)))
                for name in names
            },
        },
        rounds=draw(st.sampled_from([1, 3, 6, 8])),
        rounds_of=draw(st.dictionaries(st.sampled_from(names), st.integers(1, 7), max_size=2)),
        noise=draw(st.sampled_from([0.005, 0.05, 0.3])),
        failures=dict.fromkeys(failing, Failure(outcome="failed", reason="planted")),
        seed=draw(st.integers(0, 99)),
    ).build()


def beaten(run: Run, default: str) -> Iterator[str]:
    """Yield who takes less time than a serializer beyond the interval on some model."""
    bad = {record.case for record in run.records if record.outcome != "ok"}
    values = {
        case: by_round
        for (case, metric), by_round in values_by_case(run.records).items()
        if metric == "load_predict_s" and case not in bad
    }
    for ours in (case for case in values if case.serializer == default):
        for case, by_round in values.items():
            kind = run.header.serializers[case.serializer].kind
            if case.model == ours.model and kind == "round-trip" and case != ours:
                shared = by_round.keys() & values[ours].keys()
                if len(shared) >= 6 and paired_ratio(by_round, values[ours]).high < 1:
                    yield case.serializer


@settings(deadline=None, max_examples=150)
@given(runs())
def test_nobody_who_beats_the_default_beyond_its_interval_goes_unnamed(run: Run) -> None:
    """Each is for use somewhere, or it is said why not."""
    text = advice(run)

    found = re.match(r"By default use ([^\s,:]+)", text)
    if found is None:
        return
    parts = text.rstrip(".").split("; ")[1:]
    for name in beaten(run, found[1]):
        said = [
            part
            for part in parts
            if re.search(rf"(?<![\w+-]){re.escape(name)}(?![\w+-])", part)
            and re.match(r"where .* use |on .* use |faster than .*: |.* less than 5 %", part)
        ]
        assert said, (name, text)


@settings(deadline=None, max_examples=100)
@given(runs())
def test_nothing_is_called_first_tied_or_faster_that_has_no_interval(run: Run) -> None:
    """All five sentences, whatever was measured."""
    frame = summarize(run)
    sentences = content_of(run).answers

    assert len(sentences) == 5
    assert all(each.endswith(".") and ". " not in each for each in sentences)
    timed = frame[(frame["metric"] == "load_predict_s") & (frame["kind"] == "round-trip")]
    if timed["n"].max() < 6 and timed["serializer"].nunique() > 1:
        text = " ".join(sentences)
        assert not re.search(r"By default use|first (each )?in|shared with", text)
        assert not re.search(r"(?<!clear )(faster|slower) on|no clear difference", text)
