"""Whom to take, and who is named beside it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from savebench.summary.advice import Candidate, Estimate, Needs, advise, drops_of
from savebench.summary.advice.worth import is_below
from tests.summary.advice.measured import FOREST, KNN, LINEAR, TFIDF, candidate, facts

SILENT = (
    "the model was not made to answer: its saved state was compared, and times are of the load "
    "alone; a probe (--probe) would tell more"
)
FIRST = (
    "after 2 rounds this is a first estimate: an interval takes 6 rounds, and rows within 30 % are "
    "not told apart before"
)


def take(rows: tuple[Candidate, ...], **asked: object) -> str | None:
    """Return whom to take."""
    return advise(rows, Needs.of(**asked), facts()).take  # type: ignore[arg-type] # of strings


def test_needs_change_who_is_taken_from_a_forest() -> None:
    """By hand: pickle 182 MB and 130 ms, pickle+zstd3 33 MB and 260 ms, joblib+xz3 21 MB, 2.6 s."""
    assert take(FOREST) == "pickle"
    assert take(FOREST, bandwidth="100MB/s") == "pickle+zstd3"  # 0.59 s; pickle 1.95
    assert take(FOREST, bandwidth="2GB/s") == "pickle"  # 0.221 s; zstd3 0.277
    assert take(FOREST, bandwidth="2MB/s") == "joblib+xz3"  # 10.5 + 2.6 s; zstd3 16.5 + 0.26
    assert take(FOREST, safe=True) == "skops"
    assert take(FOREST, max_size="25MB") == "joblib+xz3"
    assert take(FOREST, read_by="python=3.7") == "pickle-p4"
    assert take(FOREST, bandwidth="1GB/s", loads_per_dump=1) == "pickle"  # 522 ms; zstd3 913


def test_workers_share_a_mapped_file() -> None:
    """8 x 100 MB and 576 MB of k-NN, against 8 x 620 MB."""
    assert take(KNN, workers=8) == "joblib-mmap"


def test_memory_rules_out_what_does_not_fit() -> None:
    """8 x 520 MB are 4.16 GB; the mapped file takes 576 MB."""
    found = advise(KNN, Needs.of(workers=8, memory="2GB"), facts("knn"))

    assert found.take == "joblib-mmap"
    assert found.ruled_out["pickle"] == ("8 workers that load it take 4.18 GB of memory, over 2 GB")


def test_a_simpler_row_is_taken_where_two_cannot_be_told_apart() -> None:
    """190 and 192 ms, 4 % either way; cloudpickle must be installed."""
    rows = (candidate("cloudpickle", 24, 0.190), candidate("pickle", 24, 0.192))
    found = advise(rows, Needs(), facts("tfidf"))

    assert (found.take, found.choice.alike) == ("pickle", ("cloudpickle",))
    assert found.reason == (
        "pickle is the simplest of the best: 192 ms; it cannot be told apart from cloudpickle "
        "(190 ms)"
    )
    assert "these cannot be told apart from pickle: cloudpickle" in found.sure


def test_after_few_rounds_the_simplest_is_taken_only_where_it_may_cost_the_least() -> None:
    """Of one round 22 % less may be luck; four that agree on it are a better guess."""

    def rows(n: int) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(
                serializer=name,
                requires=requires,
                estimates={
                    "load_predict_s": Estimate(load_s, n=n),
                    "size_bytes": Estimate.exactly(24e6),
                },
            )
            for name, load_s, requires in (
                ("pickle", 0.060, ()),
                ("cloudpickle", 0.049, ("cloudpickle",)),
            )
        )

    assert take(rows(1)) == "pickle"
    assert take(rows(4)) == "cloudpickle"


def test_who_cannot_be_told_apart_but_has_a_clearly_lower_median_is_taken() -> None:
    """Wide intervals: 8 % less is the better guess."""
    wide = Estimate(0.92, 0.7, 1.2, 8)
    rows = (
        candidate("pickle", 24, 1.0),
        Candidate(
            serializer="cloudpickle",
            requires=("cloudpickle",),
            estimates={"load_predict_s": wide, "size_bytes": Estimate.exactly(24e6)},
        ),
    )
    found = advise(rows, Needs(), facts("tfidf"))

    assert (found.take, found.choice.alike) == ("cloudpickle", ("pickle",))


def test_who_is_a_little_better_beyond_both_intervals_is_named() -> None:
    """5.12 s of download; 260 ms less of 5.54 s."""
    found = advise(KNN, Needs.of(bandwidth="100MB/s"), facts("knn"))

    assert (found.take, found.choice.beaten_by) == ("pickle", ("joblib-mmap",))
    assert found.sure[-1] == (
        "joblib-mmap takes 4.7 % less than pickle, beyond both intervals, but asks for more; take "
        "it where that counts"
    )


def test_a_few_microseconds_are_not_worth_another_habit() -> None:
    """70 us against 78 us, in a layout that only savebench reads."""
    assert take(LINEAR) == "pickle"
    assert take(LINEAR, workers=8) == "pickle"


def test_a_simpler_row_is_not_taken_where_a_smaller_one_is_as_fast() -> None:
    """As fast but for 2 %, and a fifth of the size, where size matters."""
    rows = (candidate("pickle", 100, 1.02), candidate("pickle+zstd3", 20, 1.0))

    assert take(rows) == "pickle+zstd3"


def test_a_few_bytes_less_keep_nobody_on_the_front() -> None:
    """150 B of 64.6 MB, and 68 % more time."""
    rows = (candidate("joblib-mmap", 64.60015, 0.114), candidate("pickle", 64.6, 0.192))

    assert advise(rows, Needs(), facts("knn")).front == ("joblib-mmap",)


def test_an_export_is_listed_apart_and_taken_only_where_no_code_leaves_nothing_else() -> None:
    """It keeps no estimator."""
    exports = tuple(each for each in FOREST if each.serializer != "skops")

    found = advise(exports, Needs.of(safe=True), facts())

    assert [each.name for each in found.apart] == ["onnx"]
    assert found.take == "onnx"
    assert found.reason == (
        "onnx is what is left that runs no code on load; it keeps no estimator, only its answers: "
        "ready in 1.1 s"
    )
    assert take(FOREST, safe=True) == "skops"
    assert take(exports, safe=True, exact=True) is None


def test_floors_are_left_out() -> None:
    """They give back no model."""
    found = advise(FOREST, Needs(), facts())

    assert "raw-copy" not in [each["serializer"] for each in found.as_json()["candidates"]]


def test_the_need_that_rules_out_all_is_named_with_the_nearest() -> None:
    """The smallest file has 21 MB."""
    found = advise(FOREST, Needs.of(max_size="10MB"), facts())

    assert found.take is None
    assert found.code is None
    assert found.reason == (
        "no row meets all needs: --max-size rules out all; joblib+xz3 comes nearest (its file of "
        "21 MB is over 10 MB)"
    )


def test_needs_that_only_together_rule_out_all_are_named_together() -> None:
    """Either alone leaves somebody; each could be given up."""
    found = advise(FOREST, Needs.of(max_size="100MB", memory="374.5MB"), facts())

    assert found.reason == (
        "no row meets all needs: one of --max-size and --memory would have to be given up; "
        "pickle+zstd3 comes nearest (loading it takes 375 MB of memory, over 374 MB)"
    )


def test_a_need_that_had_all_dropped_early_is_named_all_the_same() -> None:
    """Their loads were never timed."""
    needs = Needs.of(max_size="10MB", workers=8)
    sized = [
        replace(each, estimates={"size_bytes": each.estimates["size_bytes"]}) for each in FOREST[:9]
    ]
    dropped = drops_of(sized, needs)
    gone = [replace(each, dropped=dropped[each.serializer]) for each in sized]

    found = advise(gone, needs, facts())

    assert len(found.dropped) == 9
    assert found.reason == (
        "no row meets all needs: --max-size rules out all; joblib+xz3 comes nearest (its file of "
        "21 MB is over 10 MB)"
    )


def test_who_was_dropped_is_listed_with_the_reason_and_not_taken() -> None:
    """Though what is known of it would have it win."""
    gone = replace(candidate("pickle", 10, 0.01), dropped="4x the time of joblib")
    found = advise([gone, candidate("joblib", 10, 0.1)], Needs(), facts())

    assert found.take == "joblib"
    assert found.dropped == {"pickle": "4x the time of joblib"}
    assert found.as_json()["candidates"][1]["dropped"] == "4x the time of joblib"


def test_who_was_dropped_at_this_bandwidth_is_still_named_for_others() -> None:
    """Its load was timed once."""
    needs = Needs.of(bandwidth="10MB/s")
    rows = [
        replace(each, dropped=drops_of(FOREST, needs).get(each.serializer, "")) for each in FOREST
    ]

    found = advise(rows, needs, facts())

    assert "pickle" in found.dropped
    assert found.crossovers.sentence() == (
        "below 5.13 MB/s take joblib+xz3, up to 1.15 GB/s pickle+zstd3, above that pickle"
    )


def test_two_rounds_of_memory_leave_what_decides_an_interval() -> None:
    """Memory varies by pages: 5 % either way."""
    rows = [
        replace(
            each,
            estimates={
                **each.estimates,
                "worker_bytes": Estimate(each.estimates["worker_bytes"].median, None, None, 2),
                "load_peak_bytes": Estimate(
                    each.estimates["load_peak_bytes"].median, None, None, 2
                ),
            },
        )
        for each in KNN
    ]
    found = advise(rows, Needs.of(workers=8), facts("knn"))

    assert found.take == "joblib-mmap"
    assert not found.choice.is_rough
    taken = found.row("joblib-mmap").cost
    assert taken
    assert taken.memory_bytes == Estimate(576e6, 0.95 * 576e6, 1.05 * 576e6, 2)


def test_a_budget_that_was_too_short_is_not_the_models_fault() -> None:
    """Whoever was not tried might carry it."""
    broken = Candidate(serializer="pickle", outcome="failed", reason="cannot pickle a lock")
    late = Candidate(serializer="cloudpickle", outcome="skipped", reason="the budget was spent")

    found = advise([broken, late], Needs(), facts())

    assert found.take is None
    assert found.reason == ("no row can be recommended: the budget was spent before all were tried")


def test_nobody_that_carries_the_model_is_an_answer() -> None:
    """Nothing to take."""
    broken = Candidate(serializer="pickle", outcome="failed", reason="cannot pickle a lock")
    found = advise([broken], Needs(), facts())

    assert found.take is None
    assert found.reason == "no row can be recommended: none that was tried carries this model"
    assert found.ruled_out == {"pickle": "failed: cannot pickle a lock"}


def test_nothing_measured_is_an_answer() -> None:
    """Before the first round."""
    found = advise([Candidate(serializer="pickle")], Needs(), facts())

    assert (found.take, found.reason) == (
        None,
        "no row can be recommended: no load was timed",
    )


def test_too_few_rounds_say_so() -> None:
    """A first answer."""
    rows = (candidate("pickle", 24, 0.19, n=2), candidate("joblib", 24, 0.5, n=2))
    found = advise(rows, Needs(), facts())

    assert found.take == "pickle"
    assert found.choice.is_rough
    assert found.sure == (FIRST,)


def test_choosing_otherwise_has_its_price() -> None:
    """Per use, in bytes of the file, and of memory."""
    found = advise(FOREST, Needs.of(bandwidth="100MB/s", workers=4), facts())

    by_name = {each.name: each for each in found.otherwise}
    assert found.take == "pickle+zstd3"
    pickle = by_name["pickle"]
    assert pickle.seconds == pytest.approx(1.95 - 0.59)
    assert pickle.ratio == pytest.approx(1.95 / 0.59)
    assert pickle.size_bytes == 149e6
    assert pickle.memory_bytes == 0.0
    assert by_name["joblib-mmap"].memory_bytes == (4 * 193 - 4 * 192) * 1e6
    assert (pickle.seconds_low, pickle.seconds_high) == pytest.approx((1.3444, 1.3756))


def test_the_json_has_the_keys_that_scripts_read() -> None:
    """As DESIGN section 11 has them."""
    found = advise(TFIDF, Needs.of(bandwidth="10MB/s"), facts("tfidf")).as_json()

    assert {"take", "reason", "candidates", "needs", "trusted"} <= found.keys()
    assert found["take"] == "joblib+zstd3"
    assert found["candidates"][0] == {
        "serializer": "joblib+zstd3",
        "on_front": True,
        "load_predict_s": 0.25,
        "size_bytes": 6_400_000,
        "load_peak_bytes": 71_000_000,
        "ready_s": pytest.approx(0.89),
        "dropped": "",
    }
    assert (found["trusted"], found["compares"], found["model_bytes"]) == (
        True,
        "answers",
        24_000_000,
    )


@pytest.mark.parametrize("rows", [FOREST, KNN, LINEAR, TFIDF, ()])
def test_every_answer_is_json_that_any_reader_reads(rows: tuple[Candidate, ...]) -> None:
    """No infinity, no NaN."""
    needs = Needs.of(workers=4, read_by="python=3.11", bandwidth="1GB/s")
    found = advise(rows, needs, facts()).as_json()

    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_what_must_be_known_of_the_taken_row_is_told() -> None:
    """Of its file, of what reads it, of a server that forks."""
    mapped = advise(KNN, Needs.of(memory="250MB", read_by="scikit-learn=1.6"), facts("knn"))
    codec = advise(FOREST, Needs.of(bandwidth="100MB/s", workers=8), facts())

    assert mapped.remarks[0] == (
        "joblib-mmap leaves the arrays in the file, which must stay where it is, unchanged, while "
        "the model is used; what it reads of the file while it answers comes on top of its peak, "
        "as file cache that the kernel takes back where memory is short"
    )
    assert mapped.remarks[1].startswith("scikit-learn 1.9.1 writes it and scikit-learn==1.6 reads")
    assert codec.remarks[0] == ("zstandard must be installed where pickle+zstd3 is loaded, too")
    assert codec.remarks[-1] == (
        "a server that loads pickle+zstd3 before it forks 8 workers would hold 272 MB at most, "
        "rather than 1.54 GB"
    )


def test_saved_state_instead_of_answers_is_told() -> None:
    """Times are of the load alone then."""
    silent = replace(facts(), compares="saved state")
    found = advise(
        [Candidate(serializer="pickle", estimates={"load_s": Estimate(1)})], Needs(), silent
    )

    assert found.take == "pickle"
    assert found.remarks == (SILENT,)


NAMES = ("pickle", "joblib", "joblib-mmap", "joblib+zstd3", "cloudpickle", "skops")
random_rows = st.lists(
    st.tuples(
        st.floats(1, 500), st.floats(0.01, 3), st.floats(0.01, 3), st.floats(5, 600), st.booleans()
    ),
    min_size=1,
    max_size=len(NAMES),
)
random_needs = st.sampled_from(
    (
        {},
        {"bandwidth": "50MB/s"},
        {"loads_per_dump": 3},
        {"workers": 8},
        {"workers": 2, "memory": "800MB"},
        {"memory": "300MB"},
        {"max_size": "100MB", "bandwidth": "1GB/s"},
        {"exact": True},
        {"safe": True},
        {"cold": True},
    )
)


@settings(max_examples=150, deadline=None)
@given(random_rows, random_needs, st.sampled_from((2, 8)))
def test_nobody_who_meets_the_needs_and_beats_the_taken_row_goes_unnamed(
    values: list[tuple[float, float, float, float, bool]], asked: dict[str, object], n: int
) -> None:
    """Beyond both intervals; and the taken row is on the front, and hardly worse than the best."""
    rows = [
        candidate(name, size, load, dump, memory, memory, exact=exact, n=n)
        for name, (size, load, dump, memory, exact) in zip(NAMES, values, strict=False)
    ]
    found = advise(rows, Needs.of(**asked), facts())  # type: ignore[arg-type] # as above

    able = [each for each in found.rows if not each.out]
    assert (found.take is None) == (not able)
    if found.take is None:
        return
    taken = found.row(found.take)
    assert taken.cost
    said = " ".join((found.reason, *found.sure))
    for each in able:
        assert each.cost
        if is_below(each.cost.deciding, taken.cost.deciding):
            assert each.name in said
        close = 1.05 if n >= 6 else 1.3  # few rounds: who is told apart, else the simplest
        assert taken.cost.deciding.median <= each.cost.deciding.median * close + 1e-4
    assert taken.on_front
