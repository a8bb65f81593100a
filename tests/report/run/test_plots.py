"""The plots: what is drawn, and that it can be read."""

import io
import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.image import imread
from matplotlib.text import Annotation, Text

from savebench.records.schema import Run
from savebench.report.drawing.figures import Plot, freeze
from savebench.report.drawing.style import RC, log_ticks, looks
from savebench.report.run.content import content_of
from savebench.report.run.plots.heatmap import heatmap_plots
from savebench.report.run.plots.peaks import peak_plots
from savebench.report.run.plots.scaling import scaling_plots
from savebench.report.run.plots.storing import draw_all
from savebench.report.run.plots.tradeoff import Point, pareto_front, tradeoff_plots
from savebench.summary import SummaryRow
from savebench.summary.fits import ALL_WORKLOADS, curves_of
from savebench.summary.peaks import peak_multiples
from tests.report.synthetic import PROFILES, Profile, RunBuilder, quick_run


def rows_of(run: Run) -> list[SummaryRow]:
    """Return the rows that plots are drawn from."""
    return content_of(run).sound


@pytest.fixture(scope="module")
def quick_plots() -> Iterator[list[Plot]]:
    """Return every plot of a quick run, laid out."""
    with mpl.rc_context(rc=RC):
        rows = rows_of(quick_run())
        plots = [
            *tradeoff_plots(rows),
            *heatmap_plots(rows),
            *scaling_plots(rows),
            *peak_plots(rows),
        ]
        for plot in plots:
            freeze(plot.figure)
        yield plots


def test_a_smoke_run_yields_at_least_four_plots_as_png_and_svg(tmp_path: Path) -> None:
    """Four workloads, five serializers, three rounds."""
    run = RunBuilder(rounds=3).build()

    paths = draw_all(rows_of(run), tmp_path / "plots")

    assert sum(path.suffix == ".png" for path in paths) >= 4
    assert sorted(path.with_suffix("") for path in paths if path.suffix == ".svg") == sorted(
        path.with_suffix("") for path in paths if path.suffix == ".png"
    )
    assert all(path.stat().st_size > 1000 for path in paths)


def test_nothing_is_clipped_at_the_edge_of_a_figure(quick_plots: list[Plot]) -> None:
    """Each picture has a white border all round."""
    for plot in quick_plots:
        file = io.BytesIO()
        plot.figure.savefig(file, format="png")
        pixels = imread(io.BytesIO(file.getvalue()))
        for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
            assert (edge == 1.0).all(), plot.name


def test_no_two_labels_of_points_overlap(quick_plots: list[Plot]) -> None:
    """And most points have one."""
    for plot in quick_plots:
        for axes in plot.figure.axes:
            labels = [text for text in axes.texts if isinstance(text, Annotation)]
            boxes = [Text.get_window_extent(label) for label in labels]
            for one, two in itertools.combinations(boxes, 2):
                assert not one.shrunk(0.9, 0.6).overlaps(two.shrunk(0.9, 0.6)), plot.name


def test_every_highlighted_point_of_a_quick_run_is_labelled(quick_plots: list[Plot]) -> None:
    """Seven series, in each of nine panels."""
    labels = [
        {text.get_text() for text in axes.texts}
        for plot in quick_plots
        if plot.name.startswith("tradeoff")
        for axes in plot.figure.axes
        if axes.texts
    ]

    assert len(labels) == 9
    assert all(set(looks(list(PROFILES))) <= panel for panel in labels)


def test_axes_are_read_in_units(quick_plots: list[Plot]) -> None:
    """Not in powers of ten."""
    axes = quick_plots[0].figure.axes[0]

    assert all(
        label.get_text().endswith(" s")
        or label.get_text().endswith("us")
        or label.get_text().endswith("ms")
        for label in axes.get_yticklabels()
    )
    assert all(label.get_text().endswith("B") for label in axes.get_xticklabels())


def test_the_front_holds_what_no_other_point_beats() -> None:
    """Smaller or faster than every other."""

    def point(name: str, size: float, time: float) -> Point:
        return Point(name, "round-trip", size, time)

    points = [point("a", 1, 9), point("b", 2, 9), point("c", 2, 5), point("d", 3, 1)]

    assert [one.serializer for one in pareto_front(points)] == ["a", "c", "d"]


def test_heat_maps_are_split_into_even_pages_above_25_columns() -> None:
    """Thirty models make two pages of fifteen."""
    models = [f"model-{number}@1MB" for number in range(30)]
    rows = rows_of(RunBuilder(models=models, rounds=1).build())

    with mpl.rc_context(rc=RC):
        plots = list(heatmap_plots(rows))

    columns = [len(plot.figure.axes[0].get_xticks()) for plot in plots]
    assert columns == [15, 15]


def test_each_cell_of_a_heat_map_has_its_number_or_is_hatched(quick_plots: list[Plot]) -> None:
    """Fifteen serializers by nine models; the floor predicts nothing, and two cases failed."""
    figure = next(plot.figure for plot in quick_plots if plot.name == "ratios-1")

    counts = [(len(axes.texts), len(axes.patches)) for axes in figure.axes[:3]]

    assert counts == [(135 - 11, 11), (135 - 2, 2), (135 - 2, 2)]


def test_families_of_two_sizes_get_a_line_that_finds_the_planted_costs() -> None:
    """Within the noise of the medians."""
    rows = rows_of(
        RunBuilder(models=["arrays@1MB", "arrays@100MB", "tfidf@1MB"], rounds=20).build()
    )

    series = {(one.family, one.serializer, one.metric): one for one in curves_of(rows)}

    line = series["arrays", "joblib+zlib3", "dump_s"].line
    assert line is not None
    assert line.per_unit * 1e6 == pytest.approx(PROFILES["joblib+zlib3"].dump_s_per_mb, rel=0.15)
    assert {family for family, _, _ in series} == {"arrays"}


def test_without_a_family_of_two_sizes_all_workloads_are_pooled_and_it_is_said() -> None:
    """Points of different workloads are no family."""
    rows = rows_of(RunBuilder(rounds=2).build())

    with mpl.rc_context(rc=RC):
        plot = next(scaling_plots(rows))

    assert {one.family for one in curves_of(rows)} == {ALL_WORKLOADS}
    assert all(one.line is None for one in curves_of(rows))
    assert "no workload was measured in two sizes" in plot.title


def test_one_model_alone_is_drawn_without_a_line() -> None:
    """One size has no slope."""
    rows = rows_of(RunBuilder(models=["arrays@1MB"], rounds=2).build())

    with mpl.rc_context(rc=RC):
        plots = list(scaling_plots(rows))

    assert len(plots) == 1
    assert all(one.line is None for one in curves_of(rows))


def test_tiny_models_stay_out_of_the_memory_plot_unless_there_are_no_others() -> None:
    """A page of memory is many times a model of 1 KB."""
    mixed = peak_multiples(rows_of(RunBuilder(rounds=1).build()))
    tiny = peak_multiples(rows_of(RunBuilder(models=["home-prices@1KB"], rounds=1).build()))

    assert max(mixed["pickle"]["load_peak_bytes"]) < 1.1
    assert min(tiny["pickle"]["load_peak_bytes"]) > 5


def test_series_differ_in_colour_marker_and_line() -> None:
    """So that grey prints and colour-blind eyes can follow them; seven at most."""
    found = looks([f"serializer-{number}" for number in range(40)])

    assert len(found) == 7
    assert len({look.color for look in found.values()}) == 7
    assert len({look.marker for look in found.values()}) == 7
    assert len({look.line for look in found.values()}) == 7


@pytest.mark.parametrize(
    ("low", "high"), [(1e-5, 1e3), (5.1e5, 1.2e6), (900.0, 1100.0), (3e-4, 4e-2)]
)
def test_a_log_axis_has_two_to_six_round_ticks(low: float, high: float) -> None:
    """Wide or narrow."""
    ticks = log_ticks(low, high)

    assert 2 <= len(ticks) <= 6
    assert all(low <= tick <= high for tick in ticks)
    assert all(float(f"{tick:.1e}") == pytest.approx(tick) for tick in ticks)


def test_a_run_of_pickle_alone_and_a_run_without_it_can_be_drawn(tmp_path: Path) -> None:
    """Whatever has no data is left out."""
    alone = RunBuilder(profiles={"pickle": Profile()}, rounds=1).build()
    without = RunBuilder(profiles={"joblib": Profile()}, rounds=1).build()
    nothing = RunBuilder(rounds=0).build()

    assert len(draw_all(rows_of(alone), tmp_path / "alone")) == 8
    assert len(draw_all(rows_of(without), tmp_path / "without")) == 6
    assert draw_all(rows_of(nothing), tmp_path / "nothing") == []


def test_names_that_look_like_formulas_are_drawn_as_they_stand(tmp_path: Path) -> None:
    """A plug-in may call its row what it likes."""
    run = RunBuilder(
        models=["$x^$@1MB", "a_b@1MB"], profiles={"pickle": Profile(), "$\\bad": Profile()}
    ).build()

    assert draw_all(rows_of(run), tmp_path)


def test_drawing_imports_no_pyplot_and_leaves_the_global_style_alone(tmp_path: Path) -> None:
    """A caller's own plots are not touched."""
    code = (
        "import sys, pathlib, matplotlib as mpl\n"
        "from tests.report.synthetic import RunBuilder\n"
        "from savebench.report.run.plots.storing import draw_all\n"
        "from savebench.summary import rows_of\n"
        "before = mpl.rcParams.copy()\n"
        "run = RunBuilder(models=['arrays@1MB'], rounds=1).build()\n"
        "draw_all(rows_of(run), pathlib.Path(sys.argv[1]))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        # Reading the backend would make matplotlib choose one, and import pyplot for it.
        "keys = [key for key in before if key != 'backend']\n"
        "assert [key for key in keys if mpl.rcParams[key] != before[key]] == []\n"
    )
    root = Path(__file__).parents[3]

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_importing_the_report_imports_nothing_heavy() -> None:
    """So that every other verb starts at once."""
    code = (
        "import sys\n"
        "import savebench.report.run.page, savebench.report.run.terminal\n"
        "import savebench.report.run.plots.storing\n"
        "heavy = {'pandas', 'matplotlib', 'numpy', 'jinja2', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
