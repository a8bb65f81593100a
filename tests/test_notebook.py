"""What a person sees who asks in a notebook."""

import html
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.notebooks import browser, drawn, executed, looked_at, page_of, printed_by, results_of

CELLS = (
    """
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.neighbors import KNeighborsClassifier

import savebench

class Nearest(BaseEstimator):
    def fit(self, X, y):
        self.table_ = X
        setattr(self, "<script>document.title='run'</script>", np.zeros(1000))
        return self

    def predict(self, X):
        return (X @ self.table_.mean(axis=0) > 0).astype(int)

X = np.random.default_rng(0).normal(size=(2000, 16))
y = (X[:, 0] > 0).astype(int)
knn = KNeighborsClassifier().fit(X, y)
own = Nearest().fit(X, y)
""",
    "savebench.inspect(knn)",
    "savebench.inspect(own)",
    """
savebench.advise(
    knn, X[:50], bandwidth="100MB/s", budget="3s", out="knn",
    serializers=["pickle", "joblib", "joblib+zstd3", "joblib-mmap", "skops"],
)
""",
    """
advice = savebench.advise(
    own, X[:50], budget="3s", out="own", serializers=["pickle", "joblib", "cloudpickle"]
)
advice
""",
    "print(advice)",
)
KNN_INSPECTED, OWN_INSPECTED, KNN_ADVICE, OWN_ADVICE = range(4)
SCRIPT = "<script>document.title"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the notebook with its results."""
    return executed(CELLS, tmp_path_factory.mktemp("notebook"))


def test_a_notebook_shows_a_models_parts_and_how_to_save_it(notebook: Any) -> None:
    """Tables and pictures that need no file beside them; and text, for who has no page."""
    shown = results_of(notebook)
    pages, texts = [each["text/html"] for each in shown], [each["text/plain"] for each in shown]

    assert "_fit_X</td>" in pages[KNN_INSPECTED]
    assert "the training data itself</td>" in pages[KNN_INSPECTED]
    assert "<strong>Take " in pages[KNN_ADVICE]
    assert ">serializer</th>" in pages[KNN_ADVICE]
    assert "joblib+zstd3" in pages[KNN_ADVICE]
    assert [min(1, each.count('src="data:image/png;base64,')) for each in pages] == [1, 1, 1, 1]
    assert texts[KNN_INSPECTED].startswith("sklearn.neighbors._classification.KNeighborsClassifier")
    assert texts[KNN_ADVICE].startswith("How to save KNeighborsClassifier\n")


def test_what_a_model_says_of_itself_is_never_markup(notebook: Any) -> None:
    """An attribute may have any name."""
    page = results_of(notebook)[OWN_INSPECTED]["text/html"]

    assert html.escape(SCRIPT) in page
    assert "<script" not in "".join(each["text/html"] for each in results_of(notebook))


def test_a_class_of_the_notebook_is_carried_by_its_code_alone_and_says_what_to_do(
    notebook: Any,
) -> None:
    """Pickle and joblib store its name; nothing but the notebook has it."""
    text = " ".join(results_of(notebook)[OWN_ADVICE]["text/plain"].split())

    assert "Take cloudpickle" in text
    assert "cloudpickle takes the least time" in text
    assert (
        "class Nearest stands in __main__, the notebook or script that runs: no other process can "
        "import it from there, so only cloudpickle and dill carry it" in text
    )
    assert (
        "failed: cannot store the model itself: an object of class Nearest of __main__, which no "
        "other process can import from there; move class Nearest of __main__ into a module that is "
        "installed where the model is loaded" in text
    )


def test_what_is_printed_is_what_the_command_line_prints(notebook: Any) -> None:
    """Once, as text: nothing is displayed by the way, and the line of progress is gone."""
    displayed = [
        output["data"]["text/plain"]
        for cell in notebook.cells
        for output in cell.outputs
        if output["output_type"] == "display_data"
    ]

    assert printed_by(notebook).rstrip() == results_of(notebook)[OWN_ADVICE]["text/plain"].rstrip()
    assert displayed == ["", ""]


@pytest.mark.skipif(browser() is None, reason="draws the page in Chromium, which is not here")
def test_the_page_of_a_notebook_can_be_read_in_either_theme_and_a_narrow_window(
    notebook: Any, tmp_path: Path
) -> None:
    """Nothing is wider than the page, each picture is one, and text stands out."""
    light = page_of(notebook, tmp_path / "light.html", "light")
    dark = page_of(notebook, tmp_path / "dark.html", "dark")

    narrow, wide = looked_at(light, 480), looked_at(dark, 1100)
    with Image.open(drawn(light, tmp_path / "light.png", 1100, 3000)) as picture:
        colours = picture.convert("RGB").getcolors(maxcolors=1 << 24)

    assert (narrow.too_wide, wide.too_wide) == (0, 0)
    assert min(wide.images) > 400
    assert min(narrow.contrast, wide.contrast) > 7
    assert len(colours or []) > 100
    assert "run" not in (narrow.title, wide.title)
