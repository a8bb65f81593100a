"""Where an error was raised is told, unless that is savebench's own file or a pickler's."""

import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from savebench.obstacles.raised import named, place_of, texts_of
from savebench.units import parse_size
from tests.obstacles.models import Refuses


def _error(deed: Callable[[], Any]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any
        deed()
    return caught.value


def test_a_line_of_savebenchs_own_is_not_told() -> None:
    """It says nothing of what the person wrote."""
    assert place_of(_error(lambda: parse_size("much"))) == ""


def test_a_line_of_the_standard_librarys_picklers_is_not_told() -> None:
    """It is the same for all models."""
    pickler = pickle._Pickler(io.BytesIO())  # the one in Python

    assert place_of(_error(lambda: pickler.dump(number for number in [0]))) == ""


def test_a_line_of_the_models_is_told() -> None:
    """File, line and function."""
    error = _error(lambda: pickle.dumps(Refuses()))

    assert place_of(error).startswith("models.py, line ")
    assert place_of(error).endswith(", in __getstate__")


def test_an_error_that_cannot_say_what_it_is_has_a_name_all_the_same() -> None:
    """Its type."""

    class Mute(Exception):  # noqa: N818 - it is silent
        def __str__(self) -> str:
            raise RuntimeError

    assert named(Mute()) == "Mute"
    assert named(ValueError("two\nlines")) == "ValueError: two lines"


def test_errors_are_alike_whatever_the_addresses_and_whoever_wrapped_them() -> None:
    """A lambda's address is another each time."""
    first, second = ValueError("at 0x7f00"), ValueError("at 0x8f01")
    second.__cause__ = TypeError("below")

    assert texts_of(first) < texts_of(second)
