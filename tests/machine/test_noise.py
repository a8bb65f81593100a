"""From control kernels' times to a verdict on the machine."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.machine.noise import (
    NOISY_SPREAD,
    kernel_times,
    noise_of,
    noise_of_run,
    noise_sentence,
    noisy_kernels,
    percent,
    typical_rounds,
)
from savebench.records.schema import KernelNoise, Noise, Run
from savebench.stats import detectable_change
from tests.fakes import control_record
from tests.report.synthetic import RunBuilder

QUIET = Noise(kernels={"cpu_s": KernelNoise(median_s=0.004, spread=0.01, span=0.04, n=8)})
NOISY = Noise(kernels={"cpu_s": KernelNoise(median_s=0.004, spread=0.21, span=0.8, n=8)})


def _times(spread: float, count: int, seed: int = 0) -> list[dict[str, float]]:
    rng = random.Random(seed)  # noqa: S311 - noise, not secrets
    return [
        {"cpu_s": 0.004 * rng.lognormvariate(0, spread), "copy_s": 0.002 * (1 + 1e-6 * number)}
        for number in range(count)
    ]


def _run(noise: Noise | None, times: list[dict[str, float]], rounds: int = 6) -> Run:
    run = RunBuilder(rounds=rounds).build()
    controls = [
        control_record(number, {"kernels": each}) for number, each in enumerate(times, start=1)
    ]
    return Run(msgspec.structs.replace(run.header, noise=noise), [*run.records, *controls])


def test_a_planted_spread_is_found_again() -> None:
    """Twenty per cent in one kernel, none in the other."""
    noise = noise_of(_times(0.2, 400))

    assert noise is not None
    assert noise.kernels["cpu_s"].spread == pytest.approx(0.2, rel=0.15)
    assert noise.kernels["cpu_s"].span == pytest.approx(2 * 1.645 * 0.2, rel=0.15)
    assert noise.kernels["cpu_s"].median_s == pytest.approx(0.004, rel=0.05)
    assert noise.kernels["copy_s"].spread < 0.001
    assert noise.kernels["copy_s"].n == 400
    assert set(noisy_kernels(noise)) == {"cpu_s"}


def test_one_outlier_widens_the_span_and_not_the_spread() -> None:
    """One process in ten that was held up does not make the machine noisy."""
    times = [{"cpu_s": 0.004 + 0.00001 * (number % 3)} for number in range(10)]
    times[4] = {"cpu_s": 0.040}

    noise = noise_of(times)

    assert noise is not None
    assert noise.kernels["cpu_s"].span > 1
    assert noisy_kernels(noise) == {}


def test_four_processes_say_nothing_of_a_spread() -> None:
    """None, not a number that pretends."""
    assert noise_of(_times(0.2, 4)) is None
    assert noise_of([]) is None


def test_a_kernel_that_some_trials_lack_is_left_out() -> None:
    """Only what every process did is compared."""
    noise = noise_of([*_times(0.1, 5), {"cpu_s": 0.004}])

    assert noise is not None
    assert set(noise.kernels) == {"cpu_s"}


def test_the_threshold_is_where_ten_rounds_no_longer_find_thirteen_per_cent() -> None:
    """As the reason for it says."""
    assert detectable_change(NOISY_SPREAD, 10) > 0.13
    assert detectable_change(0.9 * NOISY_SPREAD, 10) < 0.13


@pytest.mark.parametrize(
    "kernels",
    [None, {}, {"cpu_s": "fast"}, {"cpu_s": 0.0}, {"cpu_s": -1.0}, [1.0], {"cpu_s": 1e999}],
)
def test_facts_without_sound_times_count_for_nothing(kernels: object) -> None:
    """A damaged record never stops a report."""
    assert kernel_times({"kernels": kernels}) is None


def test_five_rounds_of_control_trials_speak_for_the_run() -> None:
    """They cover all its time; the header's second does not."""
    noise = noise_of_run(_run(QUIET, _times(0.3, 9)))

    assert noise is not None
    assert noise.when == "throughout"
    assert noise.kernels["cpu_s"].n == 9


def test_with_fewer_control_trials_the_header_speaks() -> None:
    """As it does in a run without any."""
    assert noise_of_run(_run(QUIET, _times(0.3, 4))) == QUIET
    assert noise_of_run(_run(QUIET, [])) == QUIET
    assert noise_of_run(_run(None, [])) is None


def test_a_quiet_run_and_an_old_one_say_nothing() -> None:
    """The head of a report is for what matters."""
    assert noise_sentence(_run(QUIET, [])) == ""
    assert noise_sentence(_run(None, [])) == ""


def test_a_noisy_run_says_what_was_measured_and_what_it_means() -> None:
    """In one sentence."""
    sentence = noise_sentence(_run(NOISY, []))

    change = percent(detectable_change(0.21, 6))
    assert sentence == (
        "This run was noisy: between 8 processes just before its rounds, the times of fixed work "
        f"spread by more than 7.0 % (arithmetic 21 %); with 6 rounds a case, differences below "
        f"about {change} may be chance (by the middle kernel)."
    )


def test_a_noisy_run_without_rounds_has_a_sentence_too() -> None:
    """Interrupted before its first load."""
    sentence = noise_sentence(_run(NOISY, _times(0.3, 12), rounds=0))

    assert "between 12 processes during its rounds" in sentence
    assert "may be chance" not in sentence


def test_the_typical_case_counts_its_good_loads() -> None:
    """Control trials, dumps and failures are none."""
    assert typical_rounds(_run(None, _times(0.1, 9), rounds=7).records) == 7
    assert typical_rounds([]) == 0


@given(st.lists(st.floats(1e-6, 10.0), min_size=5, max_size=30))
def test_noise_survives_the_way_through_a_header(times_s: list[float]) -> None:
    """JSON both ways."""
    noise = noise_of([{"cpu_s": time_s} for time_s in times_s])

    assert msgspec.json.decode(msgspec.json.encode(noise), type=Noise) == noise


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.034, "3.4 %"), (0.0999, "10 %"), (0.27, "27 %"), (1.2, "120 %")]
)
def test_a_percentage_has_two_digits(fraction: float, text: str) -> None:
    """More would pretend."""
    assert percent(fraction) == text
