"""What is said of each series, from made-up evidence."""

import math
from typing import Any

from savebench.comparing.in_step.gate import Call
from savebench.comparing.in_step.stages import Evidence
from savebench.comparing.in_step.verdicts import change_of, change_of_size, change_of_trouble
from savebench.comparing.rule import DEFAULT
from savebench.comparing.series import Pairs, log_ratio
from savebench.records.schema import Case, Outcome, Record
from tests.fakes import case

SERIES = (case("joblib"), "load_s")
PAIRS = Pairs(base={1: 0.01, 2: 0.01}, head={1: 0.011, 2: 0.011})
QUIET = [0.001, -0.001, 0.002, -0.002, 0.0005, -0.0005, 0.0015, -0.0015]


def _evidence(screened: list[float], **rest: Any) -> Evidence[tuple[Case, str]]:
    return Evidence(screened={SERIES: screened}, **rest)


def _suspect(
    fresh: list[float], call: Call | None, *, let_go: bool = False
) -> Evidence[tuple[Case, str]]:
    return _evidence(
        [0.1 + each for each in QUIET],
        suspects={SERIES: "regressed"},
        confirmed={SERIES: fresh},
        calls={} if call is None else {SERIES: call},
        let_go={SERIES} if let_go else set(),
    )


def _record(outcome: Outcome, reason: str) -> Record:
    return Record(
        case=case("joblib"),
        round=1,
        trial="load",
        outcome=outcome,
        reason=reason,
        launch="zygote",
        started="2026-11-24T09:00:00.000Z",
    )


def test_a_quiet_series_without_a_change_passes() -> None:
    """And says which change would have been found."""
    change = change_of(SERIES, PAIRS, _evidence(QUIET), DEFAULT)
    assert (change.verdict, change.gates) == ("passed", True)
    assert change.detectable is not None
    assert DEFAULT.margin <= change.detectable < 0.05


def test_a_noisy_series_never_passes() -> None:
    """A change of the size asked for could hide in it."""
    change = change_of(SERIES, PAIRS, _evidence([100 * each for each in QUIET]), DEFAULT)
    assert change.verdict == "inconclusive"
    assert "would be found" in change.note


def test_a_confirmed_regression_shows_the_fresh_rounds_only() -> None:
    """The screening that made it suspect is biased towards a change."""
    fresh = [0.08 + each for each in QUIET * 2]
    change = change_of(SERIES, PAIRS, _suspect(fresh, "regressed"), DEFAULT)
    assert change.verdict == "regressed"
    assert change.ratio is not None
    assert math.isclose(change.ratio, math.exp(0.08), rel_tol=0.001)
    assert "16 fresh rounds" in change.note


def test_a_suspect_without_fresh_rounds_stays_open() -> None:
    """There was no time for any."""
    change = change_of(SERIES, PAIRS, _suspect([], None), DEFAULT)
    assert change.verdict == "inconclusive"
    assert "no time" in change.note


def test_a_suspect_with_a_few_fresh_rounds_stays_open() -> None:
    """However quiet: so few cannot prove a change, and so cannot exclude one."""
    for few in (1, 5, 12):
        change = change_of(SERIES, PAIRS, _suspect([0.07] * few, "same"), DEFAULT)
        assert change.verdict == "inconclusive"


def test_a_suspect_whose_change_can_be_excluded_passes() -> None:
    """Let go, or measured to the end."""
    fresh = QUIET * 2
    for let_go in (True, False):
        evidence = _suspect(fresh, "same", let_go=let_go)
        assert change_of(SERIES, PAIRS, evidence, DEFAULT).verdict == "passed"


def test_a_suspect_neither_proven_nor_excluded_stays_open() -> None:
    """Not proven is not passed."""
    fresh = [0.095 + 20 * each for each in QUIET * 2]
    change = change_of(SERIES, PAIRS, _suspect(fresh, "same"), DEFAULT)
    assert change.verdict == "inconclusive"


def test_a_byte_more_is_a_regression_and_a_byte_less_is_not() -> None:
    """Where no dump ever differs."""
    sizes = dict.fromkeys(range(8), 1000000.0)
    for more, verdict in ((1, "regressed"), (0, "passed"), (-1, "improved")):
        head = {number: size + more for number, size in sizes.items()}
        change = change_of_size(case("joblib"), Pairs(base=sizes, head=head), DEFAULT)
        assert (change.verdict, change.exact, change.gates) == (verdict, True, True)
    assert change.note == "-1 bytes in every dump"


def test_a_size_that_varies_is_demoted() -> None:
    """A few bytes are then no change; half as much again is one."""
    base = {number: 1000.0 + number % 7 for number in range(8)}
    slightly = {number: size + 1 for number, size in base.items()}
    half = {number: size * 1.5 for number, size in base.items()}
    passed = change_of_size(case("x"), Pairs(base=base, head=slightly), DEFAULT)
    assert (passed.verdict, passed.exact) == ("passed", False)
    assert passed.note.startswith("demoted: its size varies between dumps (1,000 to 1,006 bytes")
    larger = change_of_size(case("x"), Pairs(base=base, head=half), DEFAULT)
    assert larger.verdict == "regressed"


def test_the_size_of_another_model_is_demoted() -> None:
    """Other libraries fit other low bits, and a codec makes other bytes of them."""
    base, head = dict.fromkeys(range(8), 1000.0), dict.fromkeys(range(8), 1001.0)
    change = change_of_size(case("x"), Pairs(base=base, head=head), DEFAULT, same_model=False)
    assert (change.verdict, change.exact) == ("passed", False)
    assert change.note == "demoted: both sides fitted another model; +1 bytes in every dump"


def test_a_case_that_fails_on_head_alone_has_regressed() -> None:
    """On base alone it got better; on both nothing is known, but where both decline."""
    failed = _record("failed", "ValueError: no")
    regressed = change_of_trouble(case("joblib"), None, failed)
    assert regressed is not None
    assert (regressed.verdict, regressed.metric) == ("regressed", "outcome")
    assert regressed.note == "head: failed in load: ValueError: no"
    improved = change_of_trouble(case("joblib"), failed, None)
    assert improved is not None
    assert improved.verdict == "improved"
    unsupported = _record("unsupported", "no lambdas")
    assert change_of_trouble(case("joblib"), unsupported, unsupported) is None
    for other in (failed, _record("crashed", "SIGSEGV")):
        both = change_of_trouble(case("joblib"), failed, other)
        assert both is not None
        assert both.verdict == "inconclusive"


def test_small_peaks_are_given_an_allowance() -> None:
    """Allocators move by pages: 40 KB more on 100 KB is none; times have no allowance."""
    assert log_ratio("load_peak_bytes", 100_000, 140_000) == 0
    more = log_ratio("load_peak_bytes", 1_000_000, 2_000_000 + 256 * 1024)
    assert math.isclose(more, math.log(2))
    assert log_ratio("load_peak_bytes", 2_000_000 + 256 * 1024, 1_000_000) == -more
    assert math.isclose(log_ratio("load_s", 0.1, 0.14), math.log(1.4), rel_tol=1e-6)
