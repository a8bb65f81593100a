"""An inspection as a treemap, as HTML, as markdown, as a table; and the result that wraps it."""

import io
import json
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox
from PIL import Image

from savebench.errors import UsageError
from savebench.inspected import Inspected
from savebench.inspecting.found import Inspection, Part
from savebench.inspecting.objects import inspect_object
from savebench.report.inspection.squares import Box, squarified
from savebench.report.inspection.treemap import treemap
from tests.report.inspection.samples import HOSTILE, array, forest


def of(root: Part | None) -> Inspection:
    """Return an inspection of a tree."""
    size = root.bytes if root is not None else 0
    return Inspection(
        source="model.joblib",
        container="joblib",
        file_bytes=size,
        uncompressed_bytes=size,
        root=root,
        notes=("a note",),
    )


UNREAD = "state of the optimizer, not read by predict"
MANY = Part(
    path="",
    type="a.Model",
    bytes=210_000,
    parts=tuple(
        array(f"attribute_{number}.of_length", 8 * 125 * number, UNREAD if number == 20 else "")
        for number in range(1, 21)
    ),
)


@pytest.mark.parametrize("sizes", [[1.0], [6, 6, 4, 3, 2, 2, 1], [1000, 1, 1, 1], [5] * 40])
def test_areas_are_in_proportion_fill_the_box_and_do_not_overlap(sizes: list[float]) -> None:
    """Whatever the sizes."""
    box = Box(0, 0, 6, 4)

    placed = squarified(sizes, box)

    areas = [each.width * each.height for each in placed]
    assert areas == pytest.approx([24 * size / sum(sizes) for size in sizes])
    assert all(each.x >= -1e-9 and each.x + each.width <= 6 + 1e-9 for each in placed)
    assert all(each.y >= -1e-9 and each.y + each.height <= 4 + 1e-9 for each in placed)
    for number, one in enumerate(placed):
        for other in placed[number + 1 :]:
            apart = (
                one.x + one.width <= other.x + 1e-9
                or other.x + other.width <= one.x + 1e-9
                or one.y + one.height <= other.y + 1e-9
                or other.y + other.height <= one.y + 1e-9
            )
            assert apart


def test_the_rectangles_of_the_paper_come_out() -> None:
    """The example of Bruls, Huizing and van Wijk: 6, 6, 4, 3, 2, 2, 1 in 6 by 4."""
    placed = squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))

    assert placed[0] == pytest.approx((0, 0, 3, 2))
    assert placed[1] == pytest.approx((0, 2, 3, 2))
    assert placed[2][:2] == pytest.approx((3, 0))


def holds(outer: Bbox, inner: Bbox) -> bool:
    """Return whether one rectangle lies in another, to the pixel."""
    across = outer.x0 <= inner.x0 + 1 and inner.x1 <= outer.x1 + 1
    return bool(across and outer.y0 <= inner.y0 + 1 and inner.y1 <= outer.y1 + 1)


def test_labels_stay_within_their_rectangles_and_clear_of_each_other() -> None:
    """As they are drawn."""
    plot = treemap(of(MANY))
    assert plot is not None
    plot.figure.draw_without_rendering()

    axes = plot.figure.axes[0]
    boxes = [text.get_window_extent() for text in axes.texts]
    tiles = [patch.get_window_extent() for patch in axes.patches]

    assert len(boxes) >= 10
    assert not [
        1
        for one, other in pairwise(sorted(boxes, key=lambda each: each.x0))
        if (one.overlaps(other))
    ]
    for box in boxes:
        assert any(
            tile.x0 <= box.x0
            and box.x1 <= tile.x1 + 1
            and tile.y0 <= box.y0 + 1
            and box.y1 <= tile.y1
            for tile in tiles
        )


def test_what_is_not_read_is_striped_in_its_share() -> None:
    """All of the one, 38 % of the other; the legend says what stripes mean."""
    root = Part(
        path="",
        type="a.B",
        bytes=2000,
        parts=(
            array("a", 1000, UNREAD),
            array("nodes", 1000, "38 % of it (impurity) not read by predict"),
        ),
    )

    plot = treemap(of(root))

    assert plot is not None
    patches = [each for each in plot.figure.axes[0].patches if isinstance(each, Rectangle)]
    stripes = sorted(patch.get_width() for patch in patches if patch.get_hatch())
    plain = [patch.get_width() for patch in patches if not patch.get_hatch()]
    assert stripes == pytest.approx([0.38 * plain[0], plain[1]])
    assert [text.get_text() for text in plot.figure.legends[0].texts] == [
        "not read by predict (or transform)"
    ]


def test_names_of_any_script_are_drawn_without_a_warning() -> None:
    """Warnings are errors here; what the font lacks is a question mark."""
    root = Part(
        path="",
        type="a.B",
        bytes=1600,
        parts=(array("\u6a21\u578b_$x$", 800), array("\U0001f600\x1b\u202e", 800)),
    )

    plot = treemap(of(root))

    assert plot is not None
    plot.figure.savefig(io.BytesIO())
    written = " ".join(text.get_text() for text in plot.figure.axes[0].texts)
    assert "??_$x$" in written
    assert "\x1b" not in written


def test_nothing_is_drawn_of_nothing() -> None:
    """And a person who asks for it is told so."""
    with pytest.raises(UsageError, match=r"^model\.joblib: nothing in it could be read"):
        Inspected(of(None)).plot()


class Tags(HTMLParser):
    """Notes the tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Note it."""
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Note it."""
        self.text += data


def test_a_notebook_shows_facts_treemap_table_and_tree() -> None:
    """The picture lies within the page, and says what it shows."""
    page = Inspected(of(forest()))._repr_html_()

    tags = Tags(page).tags
    assert tags.count("img") == 1
    assert 'alt="A treemap of 1 MB; the largest parts: estimators_[*].tree_.nodes 80 %' in page
    assert 'src="data:image/png;base64,iVBORw0KGgo' in page
    assert {"h4", "table", "details", "pre", "ul"} <= set(tags)
    assert "100 like float64 (1000), shrinks to 30\N{NO-BREAK SPACE}%" in Tags(page).text


def test_what_a_file_says_is_text_in_a_page() -> None:
    """No script, no escape, no markup."""
    page = Inspected(HOSTILE)._repr_html_()
    found = Tags(page)

    assert "script" not in found.tags
    assert "<script>alert(1)</script>" in found.text
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_markdown_shows_names_as_they_are(tmp_path: Path) -> None:
    """No tag is left open to a renderer; the treemap lies beside the page."""
    page = Inspected(HOSTILE).write_report(tmp_path / "out")

    text = page.read_text()
    assert r"\<script\>" in text
    assert "<script>" not in text
    assert "](plots/treemap.svg)" in text
    assert (page.parent / "plots" / "treemap.png").stat().st_size > 1000
    assert text.startswith("# mo\\\\x1b\\[31mdel.pkl: a pickle\n")


def test_the_table_has_a_row_a_part() -> None:
    """Shares are of the whole."""
    frame = Inspected(of(MANY)).to_frame()

    assert list(frame.columns[:7]) == ["path", "type", "bytes", "share", "dtype", "shape", "what"]
    assert len(frame) == 21
    row = frame[frame.path == "attribute_20.of_length"].iloc[0]
    assert (row["bytes"], row["dtype"], row["what"]) == (20_000, "float64", UNREAD)
    assert row["shape"] == (2500,)
    assert row.share == pytest.approx(20_000 / 210_000)


def test_json_is_what_the_command_prints() -> None:
    """The keys that scripts read."""
    found = json.loads(Inspected(of(forest())).to_json())

    assert found["container"] == "joblib"
    assert found["largest"][0] == {
        "path": "estimators_[*].tree_.nodes",
        "bytes": 800_000,
        "what": "",
    }
    assert found["arrays"] == {"count": 200, "bytes": 1_000_000}


def test_a_result_prints_what_the_command_prints() -> None:
    """In a hundred columns."""
    text = str(Inspected(inspect_object({"a": np.zeros(1000)})))

    assert text.startswith("dict: an object in memory\n  size        8.")
    assert max(map(len, text.splitlines())) <= 100


def test_the_treemap_can_be_read_in_grey() -> None:
    """Letters are far darker than what they stand on."""
    plot = treemap(of(forest()))
    assert plot is not None
    stream = io.BytesIO()
    with mpl.rc_context():
        plot.figure.savefig(stream, format="png", dpi=60)

    grey = np.asarray(Image.open(stream).convert("L"))

    assert np.percentile(grey, 5) > 150
    assert grey.min() < 90
