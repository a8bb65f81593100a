"""The lines that save and load do so, for every row of the catalogue."""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.summary.advice.code import code_for

ROWS = [
    entry.row
    for entry in load_catalogue().serializers.values()
    if entry.is_ours and not entry.missing()
]


def model() -> Any:
    """Return a small pipeline, fitted."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    table = np.random.default_rng(0).normal(size=(200, 5))
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(table, table[:, 0] > 0)


@pytest.fixture
def here(tmp_path: Path) -> Any:
    """Work in an empty folder, and come back."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.kind != "floor"])
def test_the_lines_of_a_row_save_a_model_that_answers_as_before(name: str, here: Path) -> None:
    """They are executed as they stand, the saving ones and the loading ones apart."""
    probe = np.random.default_rng(1).normal(size=(50, 5))
    saved, loaded = {"model": model()}, {}  # type: dict[str, Any], dict[str, Any]
    code = code_for(name)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that a row uses
        exec(code.save_text, saved)  # noqa: S102 - the lines are what is tested
        exec(code.load_text, loaded)  # noqa: S102 - as above

    assert [each.name for each in here.iterdir()] == [code.file]
    assert np.array_equal(saved["model"].predict(probe), loaded["model"].predict(probe))


@pytest.mark.parametrize("name", [row.name for row in ROWS])
def test_the_lines_are_two_at_most_beside_the_imports(name: str) -> None:
    """To be copied."""
    code = code_for(name)

    assert 1 <= len(code.save) <= 2
    assert 1 <= len(code.load) <= 2
    assert all(line.startswith(("import ", "from ")) for line in code.save_imports)
    assert all(line.startswith(("import ", "from ")) for line in code.load_imports)
    assert all(len(line) <= 100 for line in (*code.save, *code.load))


@pytest.mark.parametrize("row", [row for row in ROWS if "+" in row.name], ids=lambda row: row.name)
def test_the_lines_compress_as_the_row_does(row: Any, here: Path) -> None:
    """To the hundredth: what was measured is what is saved."""
    big = {"table": np.round(np.random.default_rng(0).normal(size=(400, 100)), 2)}
    code = code_for(row.name)

    exec(code.save_text, {"model": big})  # noqa: S102 - the lines are what is tested
    row.dump(big, here / "by-the-row")

    ours, theirs = (here / code.file).stat().st_size, (here / "by-the-row").stat().st_size
    assert ours == pytest.approx(theirs, rel=0.01)


def test_pickle_reads_as_everybody_writes_it() -> None:
    """Two lines each."""
    code = code_for("pickle")

    assert code.save_text == (
        'import pickle\nwith open("model.pkl", "wb") as file:\n'
        "    pickle.dump(model, file, protocol=5)"
    )
    assert code.load_text == (
        'import pickle\nwith open("model.pkl", "rb") as file:\n    model = pickle.load(file)'
    )


def test_a_row_that_somebody_else_brought_goes_through_the_catalogue() -> None:
    """Its libraries are not known here."""
    assert code_for("theirs").save == (
        'row = load_catalogue().serializers["theirs"].row',
        'row.dump(model, Path("model.saved"))',
    )
