"""How what was loaded is asked: by a method of its own, or by looking at its state."""

from collections.abc import Callable
from typing import Any

from savebench.errors import Unsupported
from savebench.trial.faults import NotTheModel
from savebench.trial.state import STATE, state_of


def method_of(loaded: Any, name: str) -> Callable[[Any], Any]:
    """Return the method with which a loaded model answers.

    Raises
    ------
    NotTheModel
        When it has none of that name.
    """
    if name == STATE:
        return lambda _: state_of(loaded)
    try:
        method: Callable[[Any], Any] = getattr(loaded, name)
    except Unsupported:
        raise
    except AttributeError:
        raise NotTheModel(f"load returned a {type(loaded).__name__} without {name}()") from None
    return method
