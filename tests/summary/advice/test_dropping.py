"""Who is dropped early, and that the best never is."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from savebench.summary.advice import Candidate, Estimate, Needs, advise, drops_of
from tests.summary.advice.measured import FOREST, KNN, MB, candidate, facts


def test_a_file_whose_download_alone_takes_longer_than_all_of_another_is_dropped() -> None:
    """182 MB at 10 MB/s: 18.2 s; the other is ready in 3.56 s. Its own load is timed once."""
    slow = Candidate(serializer="pickle", estimates={"size_bytes": Estimate.exactly(182 * MB)})
    loaded = replace(slow, estimates={**slow.estimates, "load_predict_s": Estimate(0.13)})
    needs = Needs.of(bandwidth="10MB/s")

    assert drops_of([slow, FOREST[8]], needs) == {}
    assert drops_of([loaded, FOREST[8]], needs) == {
        "pickle": "at 10 MB/s its download alone takes 18.2 s, longer than pickle+zstd3 takes in "
        "all (3.56 s)"
    }


def test_a_codec_that_leaves_the_file_no_smaller_is_dropped_unmeasured() -> None:
    """Work for nothing."""
    plain = candidate("joblib", 512, 0.43, n=1)
    codec = Candidate(serializer="joblib+lz4", estimates={"size_bytes": Estimate.exactly(514 * MB)})

    found = drops_of([plain, codec], Needs())

    assert found == {
        "joblib+lz4": "compresses nothing: its file of 514 MB is no smaller than that of joblib"
    }


@pytest.mark.parametrize(("load", "is_dropped"), [(0.39, False), (0.41, True)])
def test_after_one_round_four_times_as_slow_is_dropped_and_less_is_not(
    load: float, *, is_dropped: bool
) -> None:
    """A factor of 2 either way."""
    fast = candidate("pickle", 10, 0.1, n=1)
    slow = candidate("joblib", 10, load, dump=0.4, n=1)

    assert bool(drops_of([fast, slow], Needs())) is is_dropped


def test_who_is_slower_but_smaller_stays_while_size_matters() -> None:
    """Without a bandwidth the size is an axis of its own."""
    rows = [candidate("pickle", 182, 0.1, n=1), candidate("joblib+xz3", 21, 9.0, n=1)]

    assert drops_of(rows, Needs()) == {}


@pytest.mark.parametrize(
    ("asked", "dropped", "reason"),
    [
        ({"safe": True}, "pickle", "loading it runs code that the file names"),
        ({"max_size": "100MB"}, "pickle", "its file of 512 MB is over 100 MB"),
        ({"memory": "100MB"}, "pickle", "loading it takes 517 MB of memory, over 100 MB"),
        (
            {"read_by": "python=3.7"},
            "pickle",
            "takes python 3.8 to read (pickle protocol 5), not python==3.7",
        ),
    ],
)
def test_who_cannot_meet_a_need_is_dropped_with_the_need(
    asked: dict[str, str], dropped: str, reason: str
) -> None:
    """Before any time is spent on it."""
    assert drops_of(KNN, Needs.of(**asked))[dropped] == reason  # type: ignore[arg-type] # of strings


def test_memory_near_the_limit_is_no_reason_to_drop() -> None:
    """It may vary by some pages."""
    assert "pickle" not in drops_of(KNN[:1], Needs.of(memory="500MB"))


def test_nothing_is_dropped_for_what_was_not_measured() -> None:
    """Neither by itself nor against others."""
    bare = [Candidate(serializer="pickle"), Candidate(serializer="joblib")]

    assert drops_of(bare, Needs.of(bandwidth="1MB/s", workers=8, memory="10MB", exact=True)) == {}


def test_who_may_yet_fail_is_no_measure_for_others() -> None:
    """The fast one is not known to come back bit for bit."""
    fast = candidate("pickle", 10, 0.1, exact=None)
    slow = candidate("joblib", 10, 9.0)

    assert drops_of([fast, slow], Needs.of(exact=True)) == {}


def test_while_memory_is_not_known_time_alone_drops_nobody_from_workers() -> None:
    """A slow row may hold little."""
    rows = [candidate("pickle", 10, 0.1), candidate("joblib-mmap", 10, 9.0)]

    assert drops_of(rows, Needs.of(workers=8)) == {}


def test_who_was_dropped_before_is_not_told_again() -> None:
    """Nor compared with."""
    gone = replace(candidate("pickle", 10, 0.01), dropped="by hand")

    assert drops_of([gone, candidate("joblib", 10, 9.0)], Needs()) == {}


NAMES = ("pickle", "joblib", "joblib-mmap", "joblib+zlib3", "joblib+zstd3", "skops")
NEEDS: tuple[dict[str, object], ...] = (
    {},
    {"bandwidth": "10MB/s"},
    {"bandwidth": "300MB/s", "loads_per_dump": 2},
    {"workers": 8},
    {"workers": 4, "memory": "900MB"},
    {"memory": "300MB", "bandwidth": "100MB/s"},
    {"safe": True},
    {"max_size": "100MB"},
)
truths = st.lists(
    st.tuples(
        st.floats(1, 500),  # size, MB
        st.floats(0.01, 10),  # load
        st.floats(0.01, 10),  # dump
        st.floats(5, 600),  # memory, MB
    ),
    min_size=len(NAMES),
    max_size=len(NAMES),
)


def measured(
    truth: list[tuple[float, float, float, float]], rounds: int, noise: random.Random
) -> list[Candidate]:
    """Return candidates after so many rounds: times within 30 % of the truth, memory within 2 %."""
    found = []
    by_name = dict(zip(NAMES, truth, strict=True))
    for name, (size, load, dump, memory) in zip(NAMES, truth, strict=True):
        plain = by_name[name.partition("+")[0]]
        # A codec is work on top of the same pickler's, and leaves the same model in memory.
        load_s = max(load, 1.3 * plain[1]) if "+" in name else load
        dump_s = max(dump, 1.3 * plain[2]) if "+" in name else dump
        memory = plain[3] if "+" in name else memory  # noqa: PLW2901 - as the line above says
        row = candidate(name, size, load_s, dump_s, peak=memory, worker=memory)
        times = {
            metric: Estimate.of([value * noise.uniform(0.7, 1.3) for _ in range(rounds)])
            for metric, value in (("load_predict_s", load_s), ("dump_s", dump_s))
        }
        bytes_ = {
            metric: Estimate.of([memory * MB * noise.uniform(0.98, 1.02) for _ in range(rounds)])
            for metric in ("load_peak_bytes", "worker_bytes")
        }
        found.append(replace(row, estimates={**row.estimates, **times, **bytes_}))
    return found


@settings(max_examples=150, deadline=None)
@given(truths, st.sampled_from(NEEDS), st.integers(1, 9), st.integers(0, 2**32))
def test_whoever_is_taken_in_the_end_was_never_dropped(
    truth: list[tuple[float, float, float, float]],
    asked: dict[str, object],
    rounds: int,
    seed: int,
) -> None:
    """With noise of 30 % in each time, after any number of rounds."""
    noise = random.Random(seed)  # noqa: S311 - noise, no secret
    needs = Needs.of(**asked)  # type: ignore[arg-type] # as above

    dropped = drops_of(measured(truth, rounds, noise), needs)
    answer = advise(measured(truth, 41, noise), needs, facts())

    assert answer.take not in dropped
    assert answer.choice.best not in dropped
