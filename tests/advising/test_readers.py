"""What is said of where a model will be read."""

import pytest

from savebench.advising.asked import readers_lack
from savebench.errors import UsageError
from savebench.summary.advice.needs import Needs, requirements_of


def test_a_python_that_has_no_such_scikit_learn_is_told() -> None:
    """The model was written with what is here."""
    [first, second] = readers_lack(requirements_of("python=3.7"))
    assert first.startswith("scikit-learn ")
    assert "where python==3.7 reads it there is another" in first
    assert second.startswith("numpy ")


def test_a_python_that_has_it_is_not_spoken_of() -> None:
    """Nor is what is no Python."""
    assert readers_lack(requirements_of("python=3.12,joblib=1.4")) == []


def test_a_reader_without_a_version_is_refused() -> None:
    """It says nothing."""
    with pytest.raises(UsageError, match="read-by 'python' is not a name and a version"):
        Needs.of(read_by="python")
