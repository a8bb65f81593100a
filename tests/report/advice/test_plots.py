"""The plots of an answer."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Annotation

from savebench.report.advice.plots import plots_of
from savebench.report.advice.spreading import spread
from savebench.summary.advice import Needs, advise
from tests.report.advice.answers import answer
from tests.summary.advice.measured import SETS, candidate, facts


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 20)), min_size=1, max_size=8))
def test_spread_labels_never_overlap_and_keep_their_order(
    labels: list[tuple[float, float]],
) -> None:
    """Whatever crowds them."""
    wanted, sizes = [each[0] for each in labels], [each[1] for each in labels]

    places = spread(wanted, sizes)

    order = sorted(range(len(labels)), key=lambda index: wanted[index])
    for lower, upper in itertools.pairwise(order):
        assert places[upper] - places[lower] >= (sizes[lower] + sizes[upper]) / 2 - 1e-6


def test_labels_that_keep_clear_stay_where_they_are_wanted() -> None:
    """And those that do not move as little as can be."""
    assert spread([0.0, 50.0], [10, 10]) == [0.0, 50.0]
    assert spread([10.0, 10.0, 80.0], [10, 10, 10]) == [5.0, 15.0, 80.0]


def annotations(figure: Any) -> list[Any]:
    """Return the texts beside marks."""
    return [each for each in figure.axes[0].texts if isinstance(each, Annotation)]


@pytest.mark.parametrize("model", sorted(SETS))
@pytest.mark.parametrize(
    "asked", [{}, {"bandwidth": "30MB/s", "workers": 4}, {"workers": 8, "memory": "2GB"}]
)
def test_no_label_covers_another_or_leaves_the_picture(
    model: str, asked: dict[str, object]
) -> None:
    """As the pixels lie."""
    for plot in plots_of(answer(model, **asked)):  # type: ignore[arg-type] # of strings
        plot.figure.draw_without_rendering()
        renderer = plot.figure.canvas.get_renderer()  # type: ignore[attr-defined] # Agg has one
        # An annotation's own box holds its line too: the text alone counts.
        boxes = [
            (each.get_text(), super(Annotation, each).get_window_extent(renderer))
            for each in annotations(plot.figure)
        ]
        for number, (text, box) in enumerate(boxes):
            assert plot.figure.bbox.x0 <= box.x0 <= box.x1 <= plot.figure.bbox.x1, text
            assert plot.figure.bbox.y0 <= box.y0 <= box.y1 <= plot.figure.bbox.y1, text
            for other, other_box in boxes[number + 1 :]:
                assert not box.padded(-1).overlaps(other_box.padded(-1)), (text, other)


def test_crossovers_and_the_persons_own_bandwidth_are_marked() -> None:
    """With their figures."""
    plot = plots_of(answer("forest", bandwidth="100MB/s"))[0]

    texts = [each.get_text() for each in annotations(plot.figure)]
    assert {"5.13 MB/s", "1.15 GB/s", "yours: 100 MB/s"} <= set(texts)
    assert plot.alt.endswith(
        "below 5.13 MB/s take joblib+xz3, up to 1.15 GB/s pickle+zstd3, above that pickle."
    )


def test_each_line_has_a_colour_a_mark_and_a_stroke_of_its_own() -> None:
    """Grey paper will do."""
    plot = plots_of(answer("forest"))[0]

    drawn = [line for line in plot.figure.axes[0].lines if str(line.get_marker()) in "os^DvPX"]
    named = [line for line in drawn if len(line.get_xdata()) > 2]  # type: ignore[arg-type] # arrays
    assert len(named) == 7
    assert len({line.get_color() for line in named}) == 7
    assert len({line.get_marker() for line in named}) == 7


def test_the_three_ways_are_drawn_against_workers() -> None:
    """8 workers of the k-NN: 4.16 GB, 584 MB, 576 MB."""
    plot = plots_of(answer("knn", workers=8))[1]

    texts = [each.get_text() for each in annotations(plot.figure)]
    drawn: list[Any] = list(plot.figure.axes[0].lines[:3])
    ends = [float(line.get_ydata()[-1]) for line in drawn]
    assert texts == [
        "loaded in each\n(pickle)",
        "loaded before fork\n(pickle)",
        "mapped\n(joblib-mmap)",
    ]
    assert ends == [4160e6, 584e6, 576e6]


def test_nothing_is_drawn_of_what_was_not_measured() -> None:
    """No memory, no picture of it."""
    found = advise([candidate("pickle", 10, 0.1)], Needs(), facts())

    assert [plot.name for plot in plots_of(found)] == ["ready-by-bandwidth"]
    assert plots_of(advise([], Needs(), facts())) == []
