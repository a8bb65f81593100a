"""A history's page and plots: what is shown, and that it can be read."""

import io
from datetime import timedelta
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.image import imread

from savebench.api import load_history
from savebench.history.trends import History
from savebench.report.drawing.figures import freeze
from savebench.report.drawing.style import RC
from savebench.report.history.page import write_history
from savebench.report.history.plots import changed_most, machine_plots
from tests.history.synthetic import START, HistoryBuilder
from tests.report.synthetic import ENVIRONMENT


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Return forty runs: a step up, a step down, an update, a size that grew."""
    folder = tmp_path_factory.mktemp("history")
    HistoryBuilder(
        load_s=lambda run: {0: 0.010, 1: 0.014, 2: 0.009}[run * 3 // 40],
        size_bytes=lambda run: 5000.0 + (run >= 20),
        pace=lambda run: 1 + 0.03 * (run % 5),
        versions=lambda run: {**ENVIRONMENT.versions, "joblib": f"1.{run // 20}.0"},
        started=lambda run: START + timedelta(days=run),
    ).write(folder, 40)
    return load_history(folder)


def test_the_series_that_changed_most_come_first(history: History) -> None:
    """And those that did not change are not drawn."""
    (machine,) = history.machines

    assert [(each.name.split()[-1], each.metric) for each in changed_most(machine)] == [
        ("pickle", "load_s"),
        ("joblib", "size_bytes"),
        ("pickle", "size_bytes"),
    ]


def test_a_plot_marks_levels_changes_and_updates_and_nothing_is_clipped(history: History) -> None:
    """A change by an arrow too, for eyes and printers without colour."""
    with mpl.rc_context(rc=RC):
        series, pace = machine_plots(history.machines[0])
        freeze(series.figure)
        texts = [text.get_text() for text in series.figure.axes[0].texts]
        for plot in (series, pace):
            file = io.BytesIO()
            plot.figure.savefig(file, format="png")
            pixels = imread(io.BytesIO(file.getvalue()))
            for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
                assert (edge == 1.0).all(), plot.name

    assert {text.strip()[0] for text in texts} == {
        "\N{UPWARDS ARROW}",
        "\N{DOWNWARDS ARROW}",
    }
    assert "load_s" in series.alt


def test_a_page_says_when_what_changed_and_is_the_same_each_time(
    history: History, tmp_path: Path
) -> None:
    """Byte by byte, plots too."""
    first = write_history(history, tmp_path / "a", 3)
    second = write_history(history, tmp_path / "b", 3)

    text = first.read_text(encoding="utf-8")
    assert "## Run #21, 2026-01-21 12:00: 2 changes" in text
    assert "updated: joblib 1.0.0 -\\> 1.1.0" in text
    assert "5,000\N{NO-BREAK SPACE}B" in text
    assert text == second.read_text(encoding="utf-8")
    for path in (tmp_path / "a" / "plots").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / "plots" / path.name).read_bytes()
