"""Taking in a model that is there already: a file, an attribute, an object."""

import gzip
import pickle
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

from savebench.errors import DataError
from savebench.launch.messages import Source
from savebench.measuring.site import here
from savebench.subjects.adopted import Adoption, adopt_source, keep_handed
from savebench.subjects.handed import hand_over
from savebench.trial.state import STATE


def _adoption(folder: Path) -> Adoption:
    return Adoption(launcher=here(folder).launcher(), folder=folder / "model", scratch=folder)


def _line() -> LinearRegression:
    return LinearRegression().fit(np.arange(12.0).reshape(6, 2), np.arange(6.0))


def test_a_pickle_is_loaded_kept_and_asked_with_an_input_of_its_own_width(tmp_path: Path) -> None:
    """It says on how many columns it was fitted."""
    path = tmp_path / "line.pkl"
    path.write_bytes(pickle.dumps(_line()))
    subject, probed = adopt_source(
        Source(loader="pickle", where=str(path)), "line", _adoption(tmp_path)
    )
    assert subject.method == "predict"
    assert probed == "made up from what the model says of its columns"
    assert subject.facts is not None
    assert subject.facts.model_class == "sklearn.linear_model._base.LinearRegression"
    assert subject.facts.was_reproduced


def test_a_compressed_pickle_and_a_joblib_file_are_opened_as_what_they_are(tmp_path: Path) -> None:
    """Whatever their names say."""
    (tmp_path / "a.bin").write_bytes(gzip.compress(pickle.dumps(_line())))
    joblib.dump(_line(), tmp_path / "b.bin", compress=("xz", 1))
    for name, loader, compression in (("a.bin", "pickle", "gzip"), ("b.bin", "joblib", "xz")):
        source = Source(loader=loader, where=str(tmp_path / name), compression=compression)
        folder = tmp_path / loader
        folder.mkdir()
        subject, _ = adopt_source(source, "line", _adoption(folder))
        assert subject.method == "predict"


def test_what_cannot_be_asked_is_compared_by_its_saved_state(tmp_path: Path) -> None:
    """A dict around a model answers nothing."""
    path = tmp_path / "bundle.pkl"
    path.write_bytes(pickle.dumps({"model": _line(), "columns": ["a", "b"]}))
    subject, probed = adopt_source(
        Source(loader="pickle", where=str(path)), "bundle", _adoption(tmp_path)
    )
    assert subject.method == STATE
    assert probed.startswith("a dict has none of predict, ")
    assert subject.facts is not None
    assert subject.facts.was_reproduced


def test_a_probe_from_a_file_is_what_is_asked(tmp_path: Path) -> None:
    """Of a table the columns that the model has names for, or the first."""
    (tmp_path / "line.pkl").write_bytes(pickle.dumps(_line()))
    (tmp_path / "X.csv").write_text("a,b,target\n1,2,3\n4,5,6\n", encoding="utf-8")
    source = Source(
        loader="pickle", where=str(tmp_path / "line.pkl"), probe=str(tmp_path / "X.csv")
    )
    subject, probed = adopt_source(source, "line", _adoption(tmp_path))
    asked = pickle.loads((subject.folder / "probe.pickle").read_bytes())
    assert asked.tolist() == [[1, 2], [4, 5]]
    assert probed == f"from {tmp_path / 'X.csv'}"


def test_a_probe_that_the_model_refuses_is_said_in_one_line(tmp_path: Path) -> None:
    """It was the person's, so nothing else is asked instead."""
    (tmp_path / "line.pkl").write_bytes(pickle.dumps(_line()))
    np.save(tmp_path / "X.npy", np.zeros((2, 7)))
    source = Source(
        loader="pickle", where=str(tmp_path / "line.pkl"), probe=str(tmp_path / "X.npy")
    )
    with pytest.raises(DataError, match=r"line\.pkl: .*7 features, but"):
        adopt_source(source, "line", _adoption(tmp_path))


def test_a_file_that_does_not_load_is_said_with_what_it_raised(tmp_path: Path) -> None:
    """And the step in which it did."""
    (tmp_path / "half.pkl").write_bytes(pickle.dumps(_line())[:-40])
    source = Source(loader="pickle", where=str(tmp_path / "half.pkl"))
    with pytest.raises(DataError, match=r"half\.pkl: .*loading it"):
        adopt_source(source, "half", _adoption(tmp_path))


def test_an_object_is_kept_by_what_carries_it(tmp_path: Path) -> None:
    """By pickle, where another process can load that."""
    model = KNeighborsRegressor(2).fit(np.arange(12.0).reshape(6, 2), np.arange(6.0))
    adoption = _adoption(tmp_path)
    subject, _ = hand_over(model, np.ones((3, 2)), "predict", adoption.folder)
    kept = keep_handed(subject, model, adoption)
    assert kept.facts is not None
    assert kept.facts.reference is None
    assert kept.facts.is_kept
    assert kept.size_bytes > 0


def test_a_class_of_a_notebook_is_kept_by_cloudpickle(tmp_path: Path) -> None:
    """Another process has no such class."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(  # noqa: S102 - a cell of a notebook
        "class Mine:\n    def predict(self, X):\n        return [len(X)]", namespace
    )
    adoption = _adoption(tmp_path)
    subject, _ = hand_over(namespace["Mine"](), [[1]], "predict", adoption.folder)
    kept = keep_handed(subject, namespace["Mine"](), adoption)
    assert kept.facts is not None
    assert kept.facts.reference is not None
    assert kept.facts.reference.name == "cloudpickle"


def test_texts_are_made_of_the_words_that_a_vectorizer_knows(tmp_path: Path) -> None:
    """An input of numbers would be refused."""
    model = TfidfVectorizer().fit(["red green blue", "blue sky"])
    (tmp_path / "words.pkl").write_bytes(pickle.dumps(model))
    source = Source(loader="pickle", where=str(tmp_path / "words.pkl"))
    subject, _ = adopt_source(source, "words", _adoption(tmp_path))
    asked = pickle.loads((subject.folder / "probe.pickle").read_bytes())
    assert subject.method == "transform"
    assert set(" ".join(asked).split()) == {"red", "green", "blue", "sky"}
