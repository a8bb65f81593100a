"""Which rows can be read by whom."""

import pytest

from savebench.summary.advice import Candidate, Needs
from savebench.summary.advice.reading import unreadable, version_risk

WRITER = {"python": "3.11.7", "numpy": "2.4.6", "scikit-learn": "1.9.1", "joblib": "1.6.0"}


def said(name: str, read_by: str, versions: dict[str, str] | None = None) -> str:
    """Return why a row cannot be read there."""
    kind = "inference" if name == "onnx" else "round-trip"
    row = Candidate(serializer=name, kind=kind)  # type: ignore[arg-type] # one of the two
    return unreadable(row, Needs.of(read_by=read_by).read_by, versions or WRITER)


@pytest.mark.parametrize(
    ("name", "read_by"),
    [
        ("pickle", "python=3.8"),
        ("pickle", "python>=3.8,<3.10"),
        ("pickle-p4", "python=3.6"),
        ("joblib", "python=3.6"),
        ("joblib+zstd3", "joblib=1.2"),
        ("joblib", "numpy=1.26"),
        ("skops", "numpy=1.20"),
        ("onnx", "python=3.6,numpy=1.20"),
        ("pickle", "scikit-learn=1.6"),
        ("cloudpickle", "python=3.11"),
    ],
)
def test_nothing_speaks_against_a_reader_that_is_new_enough(name: str, read_by: str) -> None:
    """Or that says nothing of versions."""
    assert said(name, read_by) == ""


@pytest.mark.parametrize(
    ("name", "read_by", "reason"),
    [
        ("pickle", "python=3.7", "takes python 3.8 to read (pickle protocol 5), not python==3.7"),
        (
            "pickle+zstd3",
            "python<3.8",
            "takes python 3.8 to read (pickle protocol 5), not python<3.8",
        ),
        (
            "joblib+lz4",
            "joblib=1.1",
            "takes joblib 1.2 to read (padding before each array), not joblib==1.1",
        ),
        (
            "pickle",
            "numpy=1.24",
            (
                "takes numpy 1.26.1 to read (names of numpy._core, which NumPy 2 writes), not "
                "numpy==1.24"
            ),
        ),
        (
            "pickle-oob",
            "python=3.10",
            "takes python 3.11 to read (savebench reads it), not python==3.10",
        ),
        (
            "cloudpickle",
            "python=3.12",
            "is read only by the Python that wrote it (3.11.7), not python==3.12",
        ),
    ],
)
def test_a_reader_that_is_too_old_is_named(name: str, read_by: str, reason: str) -> None:
    """With what it would take."""
    assert reason == said(name, read_by)


def test_numpy_1_writes_what_numpy_1_reads() -> None:
    """The rule is about what wrote the file."""
    assert said("pickle", "numpy=1.24", {"numpy": "1.26.4"}) == ""


def test_python_3_14_writes_joblib_in_protocol_5() -> None:
    """It is the default there."""
    assert said("joblib", "python=3.7", {"python": "3.14.1"}) == (
        "takes python 3.8 to read (pickle protocol 5, the default of the Python that writes it), "
        "not python==3.7"
    )


def test_another_scikit_learn_is_a_risk_that_is_told() -> None:
    """Not a reason to rule out: every format that gives back the model has it."""
    assert version_risk(Needs.of(read_by="scikit-learn=1.6").read_by, WRITER) == (
        "scikit-learn 1.9.1 writes it and scikit-learn==1.6 reads it: scikit-learn supports no "
        "loading by another version, in any format that gives back the model; try it there before "
        "you rely on it, or export to ONNX"
    )
    assert version_risk(Needs.of(read_by="scikit-learn=1.9").read_by, WRITER) == ""
