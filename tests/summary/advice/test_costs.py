"""Costs against hand calculations."""

from dataclasses import replace

import pytest

from savebench.summary.advice import Candidate, Estimate, Needs, basis_of, cost_of
from savebench.summary.advice.costs import Cost
from savebench.summary.advice.holding import COUNTED_WITH, holding_of
from savebench.trial.forked import WORKERS
from tests.summary.advice.measured import FOREST, KNN, MB, candidate

PICKLE, MMAP = KNN[0], KNN[2]


def cost(of: Candidate, needs: Needs) -> Cost:
    """Return the cost of one candidate among those of the k-NN."""
    basis = basis_of(KNN, needs)
    assert basis
    found = cost_of(of, needs, basis)
    assert found
    return found


def test_ready_is_download_and_load_with_the_first_answer() -> None:
    """512 MB at 100 MB/s are 5.12 s, and 0.42 s to load and answer."""
    found = cost(PICKLE, Needs.of(bandwidth="100MB/s"))

    assert found.download_s == pytest.approx(5.12)
    assert found.ready_s.median == pytest.approx(5.54)
    assert (found.ready_s.low, found.ready_s.high) == pytest.approx((5.5232, 5.5568))
    assert found.per_use_s == found.ready_s


def test_without_a_bandwidth_nothing_is_downloaded() -> None:
    """The file is there."""
    assert cost(PICKLE, Needs()).ready_s.median == pytest.approx(0.42)


def test_a_dump_is_shared_by_the_loads_it_serves() -> None:
    """0.55 s over 50 loads are 11 ms of each; ends with ends."""
    found = cost(PICKLE, Needs.of(loads_per_dump=50))

    assert found.per_use_s.median == pytest.approx(0.42 + 0.011)
    assert found.per_use_s.low == pytest.approx(0.42 * 0.96 + 0.011 * 0.96)
    assert found.per_use_s.high == pytest.approx(0.42 * 1.04 + 0.011 * 1.04)


def test_a_cold_file_counts_with_its_cold_load() -> None:
    """0.42 s, and 512 MB from the device at 500 MB/s."""
    assert cost(PICKLE, Needs.of(cold=True)).ready_s.median == pytest.approx(0.42 + 1.024)


def test_where_nobody_was_timed_cold_the_warm_load_serves_all() -> None:
    """One metric for all."""
    warm = Candidate(serializer="pickle", estimates={"load_predict_s": Estimate(0.4)})

    basis = basis_of([warm], Needs.of(cold=True))

    assert basis
    assert basis.load == "load_predict_s"


def test_where_nobody_answered_the_load_alone_counts() -> None:
    """Saved state was compared."""
    basis = basis_of([Candidate(serializer="pickle", estimates={"load_s": Estimate(0.4)})], Needs())

    assert basis
    assert basis.load == "load_s"


def test_a_part_that_was_not_measured_makes_no_cost() -> None:
    """No number is made up."""
    unsized = Candidate(serializer="pickle", estimates={"load_predict_s": Estimate(0.4)})
    needs = Needs.of(bandwidth="100MB/s")
    basis = basis_of([unsized], needs)
    assert basis

    assert cost_of(unsized, needs, basis) is None


def test_too_few_rounds_leave_a_sum_without_an_interval() -> None:
    """Its rounds are those of the part with the fewest."""
    few = candidate("pickle", 512, 0.42, 0.55, n=3)
    found = cost(few, Needs.of(bandwidth="100MB/s", loads_per_dump=2))

    assert found.per_use_s.median == pytest.approx(5.815)
    assert (found.per_use_s.low, found.per_use_s.high, found.per_use_s.n) == (None, None, 3)


def test_time_times_memory_decides_for_workers_without_a_limit() -> None:
    """8 workers of 100 MB, and 8 x 520 MB of model: 0.42 s x 4.96 GB."""
    found = cost(PICKLE, Needs.of(workers=8))

    assert found.memory_bytes
    assert found.memory_bytes.median == 4160 * MB
    assert found.deciding.median == pytest.approx(0.42 * 4960 * MB)


def test_with_a_limit_of_memory_time_decides_for_workers() -> None:
    """What fits, fits."""
    found = cost(PICKLE, Needs.of(workers=8, memory="5GB"))

    assert found.deciding == found.per_use_s


def test_a_plain_row_is_private_in_each_worker() -> None:
    """8 x 520 MB at rest; at a peak of 514 MB no more while they load."""
    holding = holding_of(PICKLE)
    assert holding

    assert holding.in_each(8).median == 8 * 520 * MB
    assert holding.while_loading(8).median == 8 * 520 * MB


def test_a_mapped_row_is_shared_once() -> None:
    """Each of 4 counts 136 MB, 2 MB of it private at load: min(512, 4 x 134) = 512 MB are shared.

    So 136 - 512 / 4 = 8 MB are private, and 8 workers hold 8 x 8 + 512 MB.
    """
    holding = holding_of(MMAP)
    assert holding

    assert (holding.private.median, holding.shared.median) == (8 * MB, 512 * MB)
    assert holding.in_each(8).median == 576 * MB


def test_what_is_shared_is_no_more_than_was_touched() -> None:
    """4 x (50 - 6) = 176 of 182 MB; 50 - 176 / 4 = 6 MB are private."""
    holding = holding_of(candidate("joblib-mmap", 182, 0.08, peak=6, worker=50))
    assert holding

    assert (holding.private.median, holding.shared.median) == (6 * MB, 176 * MB)


def test_a_mapped_model_that_copies_its_arrays_shares_nothing() -> None:
    """The forest: a peak of 385 MB, 193 MB in each."""
    holding = holding_of(FOREST[3])
    assert holding

    assert (holding.private.median, holding.shared.median) == (193 * MB, 0)
    assert holding.while_loading(8).median == 8 * 385 * MB


def test_loaded_before_the_fork_the_arrays_are_held_once() -> None:
    """520 MB once, and what each of 8 writes to: 520 - 512 = 8 MB."""
    holding = holding_of(PICKLE)
    assert holding

    assert holding.before_fork(8, model_bytes=512 * MB).median == (520 + 8 * 8) * MB


def test_what_a_model_takes_beyond_its_pickled_size_is_written_to_in_each_fork() -> None:
    """Counting references writes to objects: 74 - 24 = 50 MB; never less than nothing."""
    holding = holding_of(candidate("pickle", 24, 0.19, peak=70, worker=74))
    assert holding

    assert holding.before_fork(8, 24 * MB).median == (74 + 8 * 50) * MB
    assert holding.before_fork(8, 90 * MB).median == 74 * MB


def test_without_a_count_of_workers_the_peak_is_a_bound() -> None:
    """More than stays."""
    holding = holding_of(candidate("pickle", 512, 0.42, peak=514))
    assert holding

    assert (holding.private.median, holding.is_bound) == (514 * MB, True)


def test_without_any_memory_there_is_no_holding() -> None:
    """Nothing is made up."""
    assert holding_of(candidate("pickle", 512, 0.42)) is None


def test_the_formula_knows_with_how_many_workers_was_counted() -> None:
    """A page that 4 share counts a quarter."""
    assert COUNTED_WITH == WORKERS


def test_memory_decides_only_when_that_of_all_who_may_win_is_known() -> None:
    """Half-way through, the mapped row is not known yet, and may win; a slow one may not."""
    needs = Needs.of(workers=8)
    bare = {key: KNN[2].estimates[key] for key in ("size_bytes", "load_predict_s")}
    unknown = replace(KNN[2], estimates=bare)
    slow = replace(KNN[3], estimates={**bare, "load_predict_s": Estimate(6.3)})

    half, most = basis_of([PICKLE, unknown], needs), basis_of([PICKLE, slow], needs)

    assert half
    assert not half.weighs_memory  # 0.16 s x 800 MB may be less than 0.42 s x 4.96 GB
    assert most
    assert most.weighs_memory  # 6.3 s x 800 MB may not
