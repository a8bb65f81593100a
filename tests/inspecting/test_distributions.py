"""What is missing, and what an old file would risk."""

from dataclasses import replace
from pathlib import Path

import pytest

from savebench.inspecting.distributions import brings, risks
from savebench.inspecting.found import Inspection, Named
from savebench.inspecting.missing import is_here

FILE = Inspection(
    source="m.pkl",
    container="pickle",
    file_bytes=1,
    uncompressed_bytes=1,
    written_by={"scikit-learn": "1.2.2"},
    classes=("sklearn.tree._tree.Tree", "sklearn.tree._classes.DecisionTreeClassifier"),
)
HERE = {"scikit-learn": "1.9.1", "numpy": "2.4.6"}


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper", "scikit-learn<0.23 (or joblib"),
        ("sklearn.svm.classes.SVC", "scikit-learn<0.24"),
        ("sklearn.ensemble.forest.RandomForestClassifier", "scikit-learn<0.24"),
        ("sklearn.linear_model.logistic.LogisticRegression", "scikit-learn<0.24"),
        ("sklearn.preprocessing.imputation.Imputer", "scikit-learn<0.22"),
        ("sklearn.ensemble._gb_losses.BinomialDeviance", "scikit-learn<1.4"),
        ("sklearn._loss.loss.HalfBinomialLoss", "scikit-learn>=1.1"),
        ("sklearn.cross_validation.KFold", "scikit-learn<0.20"),
        ("sklearn.somewhere.Else", "scikit-learn, of the version that wrote the file"),
        ("numpy._core.multiarray._reconstruct", "numpy>=2 (or 1.26.1 and later)"),
        ("numpy._core.numeric._frombuffer", "numpy>=2"),
        ("pandas.core.indexes.numeric.Int64Index", "pandas<2"),
        ("scipy.sparse._csr.csr_matrix", "scipy>=1.8"),
        ("cv2.ml.SVM", "opencv-python"),
        ("PIL.Image.Image", "Pillow"),
        ("xgboost.sklearn.XGBClassifier", "xgboost"),
        ("lightgbm.basic.Booster", "lightgbm"),
        ("catboost.core.CatBoostClassifier", "catboost"),
        ("imblearn.pipeline.Pipeline", "imbalanced-learn"),
        ("category_encoders.ordinal.OrdinalEncoder", "category_encoders"),
        ("skopt.space.space.Real", "scikit-optimize"),
        ("umap.umap_.UMAP", "umap-learn"),
        ("hdbscan.hdbscan_.HDBSCAN", "hdbscan"),
        ("__main__.Mine", "the script that saved it"),
        ("my_module.Mine", ""),
        ("sklearnish.Mine", ""),
    ],
)
def test_a_missing_name_leads_to_what_has_it(name: str, distribution: str) -> None:
    """Whole pieces of the name count, the longest known beginning first."""
    assert brings(name).startswith(distribution)
    assert bool(brings(name)) == bool(distribution)


def test_a_file_of_the_same_version_risks_nothing() -> None:
    """Nor does one that does not say who wrote it."""
    assert list(risks(FILE, {"scikit-learn": "1.2.2"})) == []
    assert list(risks(replace(FILE, written_by={}), HERE)) == []


def test_trees_from_before_1_3_are_refused_by_later_versions() -> None:
    """And the policy is said first."""
    found = list(risks(FILE, HERE))

    assert found[0].startswith("written with scikit-learn 1.2.2, here is 1.9.1: scikit-learn ")
    assert [said[:44] for said in found[1:]] == [
        "its trees were written before scikit-learn 1",
        "its trees were written before scikit-learn 1",
    ]
    assert "missing_go_to_left" in found[1]
    assert "monotonic_cst" in found[2]


@pytest.mark.parametrize(
    ("written", "here", "breaks"),
    [
        ("1.2.2", "1.3.0", True),
        ("1.2.2", "1.2.1", False),
        ("1.3.0", "1.3.2", False),
        ("1.3", "1.3.0", False),
        ("<0.22", "1.9.1", True),
        ("0.18.dev0", "1.9.1", True),
        ("1.3.dev0", "1.9.1", False),
        ("nonsense", "1.9.1", False),
    ],
)
def test_a_break_concerns_files_from_before_it_on_versions_from_it_on(
    written: str, here: str, *, breaks: bool
) -> None:
    """Bounds count as versions just below them."""
    file = replace(FILE, written_by={"scikit-learn": written})

    found = [said for said in risks(file, {"scikit-learn": here}) if "missing_go" in said]

    assert bool(found) == breaks


@pytest.mark.parametrize(
    ("name", "here", "breaks"),
    [
        ("numpy._core.multiarray._reconstruct", "1.26.4", False),
        ("numpy._core.multiarray._reconstruct", "1.25.0", True),
        ("numpy._core.numeric._frombuffer", "1.26.4", True),
        ("numpy._core.numeric._frombuffer", "2.0.0", False),
        ("numpy.core.multiarray._reconstruct", "1.20.0", False),
    ],
)
def test_arrays_of_numpy_2_are_not_read_by_each_numpy_1(
    name: str, here: str, *, breaks: bool
) -> None:
    """It depends on what protocol 5 names."""
    named = Named(name=name, trusted=True, count=1, called=True, at=0, why="")
    file = replace(FILE, written_by={}, globals=(named,))

    assert bool(list(risks(file, {"numpy": here}))) == breaks


def test_a_module_that_lies_in_the_current_folder_is_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python puts that folder on its path; nothing is imported to find out."""
    (tmp_path / "scorers_of_mine.py").write_text("raise SystemExit")
    inner = tmp_path / "house_of_mine" / "inner"
    inner.mkdir(parents=True)
    (inner.parent / "__init__.py").write_text("raise SystemExit")
    (inner / "models.py").write_text("raise SystemExit")
    (tmp_path / "pictures_of_mine").mkdir()
    names = ["scorers_of_mine", "house_of_mine", "house_of_mine.inner.models"]
    absent = ["pictures_of_mine", "house_of_mine.cellar", "scorers_of_mine.below", "nowhere"]

    elsewhere = [is_here(name) for name in names]
    monkeypatch.chdir(tmp_path)

    assert elsewhere == [False, False, False]
    assert [is_here(name) for name in names] == [True, True, True]
    assert [is_here(name) for name in absent] == [False, False, False, False]
