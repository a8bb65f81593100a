"""An inspection in a terminal."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from savebench.inspecting.found import Inspection, Part
from savebench.report.inspection.terminal import show
from tests.report.inspection.samples import HOSTILE, array, forest


def shown(inspection: Inspection, width: int = 100) -> list[str]:
    """Return the lines that a file of that width gets."""
    stream = io.StringIO()
    show(inspection, Console(file=stream, width=width))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def of(root: Part) -> Inspection:
    """Return an inspection of a joblib file that holds a tree."""
    return Inspection(
        source="model.joblib",
        container="joblib",
        compression="zlib",
        protocol=4,
        file_bytes=250_000,
        uncompressed_bytes=root.bytes,
        written_by={"scikit-learn": "1.9.1", "joblib": ">=0.10"},
        root=root,
    )


def test_the_facts_stand_first() -> None:
    """What it is, how large, who wrote it."""
    lines = shown(of(forest()))

    assert lines[:6] == [
        "model.joblib: a joblib file",
        "  size        250 KB on the disk, 1 MB unpacked",
        "  compression zlib",
        "  protocol    4 (pickle)",
        "  written by  scikit-learn 1.9.1, joblib >=0.10",
        "  trusted     yes: it names nothing to import",
    ]


def test_what_lies_alike_is_shown_once_and_counted() -> None:
    """A forest of a hundred trees takes eight lines, and the sizes add up."""
    lines = shown(of(forest()))

    start = next(number for number, line in enumerate(lines) if line.startswith("(the model)"))
    tree = [" ".join(line.split()) for line in lines[start : lines.index("Largest") - 1]]
    assert tree == [
        "(the model) 1 MB 100 % RandomForestClassifier",
        "└─ estimators_ 1 MB 100 % list",
        "├─ [0] 10 KB 1.0 % DecisionTreeClassifier",
        "│ └─ .tree_ 10 KB 1.0 % Tree",
        "│ ├─ .nodes 8 KB 0.8 % float64 (1000)",
        "│ └─ (1 smaller part) 2 KB 0.2 %",
        "└─ (99 more alike) 990 KB 99 %",
    ]


def test_the_largest_are_summed_over_places() -> None:
    """One line for the nodes of all trees."""
    lines = shown(of(forest()))

    assert lines[lines.index("Largest") + 1 :][:4] == [
        "  800 KB    80 %  estimators_[*].tree_.nodes",
        "                    100 like float64 (1000), shrinks to 30 %",
        "  200 KB    20 %  estimators_[*].tree_.values",
        "                    100 like float64 (250), shrinks to 30 %",
    ]


def test_what_speaks_against_loading_is_named_with_its_place() -> None:
    """And nothing in a name steers the terminal, or is taken as markup."""
    lines = shown(HOSTILE)

    assert lines[0] == r"mo\x1b[31mdel.pkl: a pickle"
    assert lines[4:7] == [
        "  trusted     no: 1 name in it is not on the reviewed list",
        "    ! os.system, called at byte 17, 2 times: runs commands",
        "    ! an extension code (EXT1 7) at byte 40",
    ]
    assert r"├─ ['[bold]\x1b[2J\u202e']" in "\n".join(lines)
    assert "\x1b" not in "\n".join(lines)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Long names go on in the next line."""
    long = "steps[1][1]." + "very_long_name_of_an_attribute." * 5
    what = "state of the optimizer, not read by predict"
    root = Part(path="", type="a.B", bytes=1600, parts=(array(long, 800), array("b", 800, what)))

    lines = shown(of(root), width)

    assert max(map(cell_len, lines)) <= width
    assert "not read by predict" in " ".join(" ".join(lines).split())


def test_a_deep_tree_ends() -> None:
    """Neither the depth of Python's stack nor the width of a terminal is a limit."""
    part = array("x" * 10, 800)
    for _ in range(5000):
        part = Part(path="x", type="list", bytes=800, parts=(part,))

    assert len(shown(of(part))) < 60
