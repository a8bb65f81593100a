"""A comparison as tables for a terminal."""

import io
from dataclasses import replace

import msgspec
import pytest
from rich.console import Console

from savebench.comparing.apart.runs import compare_sides
from savebench.comparing.comparison import Change, Comparison, Moved
from savebench.report.comparison.terminal import conclusion, print_comparison
from savebench.report.comparison.wording import change_text
from tests.comparing.made_sides import CASES, change_in, side_of, with_party, with_values, without

KNN = CASES[0]
LONG = "hist-gradient-boosting@16MB x pickle-oob-mmap"


def shown(comparison: Comparison, width: int = 100, *, show_all: bool = False) -> str:
    """Return what a plain terminal of that width shows."""
    console = Console(width=width, record=True, file=io.StringIO(), color_system=None)
    print_comparison(comparison, console, show_all=show_all)
    return console.export_text()


def worse() -> Comparison:
    """Return a comparison of everything: worse, better, gone, new, failed, slower, unsure."""
    cases = [*CASES, LONG, "gone@1MB x joblib", "[red]new[/red]@1MB x joblib"]
    base = without(side_of(cases=cases), cases[-1])
    head = side_of(
        seed=1, cases=cases, factors={(LONG, "load_s"): 123.4, (CASES[2], "load_s"): 0.5}
    )
    head = with_values(without(head, cases[-2]), (KNN, "size_bytes"), [1e6 + 1] * 3)
    return compare_sides(base, without(head, CASES[1], "crashed: signal 11\nin [bold]load"))


@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("show_all", [False, True])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(
    width: int, *, show_all: bool
) -> None:
    """The longest name goes on in a second line; markup in names is text."""
    text = shown(worse(), width, show_all=show_all)

    assert max(map(len, text.splitlines())) <= width
    assert "+1 B" in text
    assert "123.4x" not in text
    assert "123x [" in text
    if width > 60:
        assert "hist-gradient-boosting@16MB" in text
        assert "[red]new[/red]@1MB x joblib" in text
    assert "pickle-oob-mmap" in text
    assert "[bold]load" in text


def test_what_gates_stands_first_and_what_passed_is_a_count() -> None:
    """Then advice, then the rest."""
    text = shown(worse())

    order = [
        "regressed: 2 series",
        "regressed (advice): 1 series",
        "missing: 3 series",
        "improved (advice): 1 series",
        "new: 3 series",
        "passed: ",
        "Regressed: 2 series (exit code 1)",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert f"{CASES[3]}  " not in text
    assert CASES[3] in shown(worse(), show_all=True)


def test_remarks_stand_above_the_tables_and_what_is_not_compared_is_counted() -> None:
    """One line for all of it, not a row each."""
    head = with_party(side_of(seed=1), machine={"processor": "B"})

    text = shown(compare_sides(side_of(), head))

    assert text.index("! Another machine: processor A -> B") < text.index("inconclusive")
    assert "8 series: other machine" in text
    assert text.count("\n") < 15


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_reason_for_what_is_missing_is_shown_whole(width: int) -> None:
    """It says what to do at its end."""
    reason = f"crashed: {' '.join(f'word{number}' for number in range(40))}; use another row"
    head = without(side_of(seed=1), CASES[1], reason)

    text = shown(compare_sides(side_of(), head), width)

    assert reason in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= width


def test_a_long_section_ends_with_how_many_more_there_are() -> None:
    """And --all shows them."""
    cases = [f"w{number}@1MB x pickle" for number in range(40)]
    base = side_of(cases=cases)
    head = side_of(cases=cases, factors={(case, "size_bytes"): 1.1 for case in cases})

    comparison = compare_sides(base, head)

    assert "20 more: --all shows them" in shown(comparison)
    assert shown(comparison, show_all=True).count("+100,000 B") == 40


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"ratio": 1.1371, "low": 1.1024, "high": 1.1744}, "+13.7 % [+10.2, +17.4]"),
        ({"ratio": 0.9999, "low": 0.95, "high": 1.02}, "+0.0 % [-5.0, +2.0]"),
        ({"ratio": 2.31, "low": 2.2, "high": 2.5}, "+131 % [+120, +150]"),
        ({"ratio": 12.0, "low": 11.0, "high": 14.0}, "12.0x [11.0-14.0]"),
        ({"ratio": 1.05}, "+5.0 %"),
        ({}, "-"),
        ({"exact": True, "base": 16e6, "head": 16e6 + 1, "ratio": 1.0}, "+1 B"),
        ({"exact": True, "base": 5.0, "head": 5.0, "ratio": 1.0}, "same"),
    ],
)
def test_a_change_reads_as_people_say_it(fields: dict[str, float], text: str) -> None:
    """Per cent, from threefold on a ratio; bytes for a count."""
    change = Change(
        series="s",
        metric="m",
        unit="s",
        verdict="passed",
        gates=True,
        **fields,  # type: ignore[arg-type]
    )

    assert change_text(change) == text


IN_STEP = {"ratio": 1.0, "low": 1.0, "high": 1.0, "detectable": 0.03}
AT_TWO_MOMENTS = {"ratio": 422 / 631}


@pytest.mark.parametrize("measured", [IN_STEP, AT_TWO_MOMENTS])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_memory_that_differs_by_less_than_is_counted_is_called_so_and_no_zero(
    width: int, measured: dict[str, float]
) -> None:
    """631 KB and 422 KB read "+0.0 %"; a reader knows better."""
    memory = Change(
        series=KNN,
        metric="dump_peak_bytes",
        unit="bytes",
        verdict="passed",
        gates=True,
        base=631_000,
        head=422_000,
        **measured,  # type: ignore[arg-type]
    )
    comparison = msgspec.structs.replace(worse(), changes=[memory])

    text = shown(comparison, width, show_all=True)

    row = next(line for line in text.splitlines() if "dump_peak_bytes" in line)
    assert "not counted below 256 KB" in row
    assert "0.0" not in row
    assert "-33" not in row
    assert row.split()[-2:] == ["256", "KB"]
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize(
    ("metric", "head", "ratio", "text"),
    [
        ("load_peak_bytes", 631_000.0, 1.0, "same"),
        ("load_peak_bytes", 631_001.0, 1.0, "not counted below 256 KB"),
        ("worker_bytes", 631_000.0 + 256 * 1024, 1.0, "not counted below 256 KB"),
        ("load_peak_bytes", 993_144.0, 1.158, "+15.8 % [+12.0, +20.0]"),
        ("size_bytes", 631_500.0, 1.0, "+0.0 % [+12.0, +20.0]"),
    ],
)
def test_what_is_counted_of_memory_is_shown_and_what_is_equal_is_the_same(
    metric: str, head: float, ratio: float, text: str
) -> None:
    """The allowance is of memory alone; a size that varies is compared by its interval."""
    change = Change(
        series=KNN,
        metric=metric,
        unit="bytes",
        verdict="passed",
        gates=True,
        base=631_000.0,
        head=head,
        ratio=ratio,
        low=1.12,
        high=1.2,
    )

    assert change_text(change) == text


def test_the_last_line_says_what_to_do() -> None:
    """For each way to end."""
    side = side_of()
    slower = side_of(seed=1, factors={(KNN, "load_s"): 1.5})

    assert conclusion(compare_sides(side, side)) == "Passed: 12 series, none worse than base."
    assert "exit code 1" in conclusion(worse())
    assert "savebench ab" in conclusion(compare_sides(side, slower))
    assert "--alias" in conclusion(compare_sides(side, without(side, KNN)))
    assert "--strict" in conclusion(compare_sides(side, side_of(rounds=3)))
    assert change_in(compare_sides(side, slower), KNN, "load_s").verdict == "regressed"


def test_a_label_or_remark_of_several_lines_stays_on_one() -> None:
    """Whatever a file brought along."""
    side = replace(with_party(side_of(), label="a\nb"), remarks=("one\ntwo",))

    text = shown(compare_sides(side, side))

    assert text.startswith("base a b, head a b\n")
    assert "base: one two" in text


def test_the_functions_of_the_worst_regression_have_a_table() -> None:
    """Ten rows at most, with what each came to on both sides; markup in a name is text."""
    moved = [
        Moved(
            series="model@1MB x joblib",
            metric="load_instructions",
            function="[red]memcpy[/red] (libc.so.6)",
            base=0,
            head=1_200_000,
        ),
        Moved(
            series="model@1MB x joblib",
            metric="load_instructions",
            function="inflate (libz.so.1)",
            base=36_400_000,
            head=30_000_000,
        ),
    ]
    comparison = msgspec.structs.replace(worse(), moved=moved)

    text = shown(comparison)

    assert "where load_instructions of model@1MB x joblib moved, by function:" in text
    lines = [line.split() for line in text.splitlines()]
    assert ["[red]memcpy[/red]", "(libc.so.6)", "0", "1.2", "M", "+1.2", "M"] in lines
    assert ["inflate", "(libz.so.1)", "36.4", "M", "30", "M", "-6.4", "M"] in lines
