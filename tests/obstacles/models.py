"""Models with something in them that cannot be saved."""

import threading
from collections.abc import Callable, Iterator
from typing import Any


class Wrapper:
    """Holds whatever it is given, as attributes."""

    def __init__(self, **held: Any) -> None:
        """Hold it."""
        self.__dict__.update(held)


class Node:
    """One of a chain."""

    def __init__(self) -> None:
        """Be the last."""
        self.next: Node | None = None


class Slotted:
    """Has no ``__dict__``."""

    __slots__ = ("empty", "lock")

    def __init__(self) -> None:
        """Hold a lock."""
        self.lock = threading.Lock()


class LeavesOut:
    """Leaves out what cannot be saved."""

    def __init__(self) -> None:
        """Hold a lock and a number."""
        self.lock, self.number = threading.Lock(), 1

    def __getstate__(self) -> dict[str, Any]:
        """Return the number alone."""
        return {"number": self.number}


class Renames:
    """Stores a lock under a name that is no attribute of its."""

    def __init__(self) -> None:
        """Hold a lock."""
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Return the lock under another name."""
        return {"guard": self._lock}


class Reduces:
    """Says by itself what to call to make it anew."""

    def __init__(self, lock: Any = None, path: str = "") -> None:
        """Hold a lock."""
        self.lock, self.path = lock, path

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the class, a lock that is an attribute, and one that is none."""
        return type(self), (self.lock, [threading.Lock()])


class Refuses:
    """Raises when it is asked for its state."""

    def __getstate__(self) -> dict[str, Any]:
        """Refuse."""
        raise ValueError("not fitted")


class Reticent:
    """Raises whatever attribute it is asked for."""

    def __getattribute__(self, name: str) -> Any:
        """Refuse."""
        raise RuntimeError(f"no {name} for you")


class Endless:
    """Looks for each attribute in an attribute that it does not have."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Return an attribute that there is not."""
        return self.missing

    def __getattr__(self, name: str) -> Any:
        """Look further, without end."""
        return getattr(self, f"{name}_")


class Impostor:
    """Raises when it is asked for its class."""

    @property  # type: ignore[misc] # that is its fault
    def __class__(self) -> Any:
        """Refuse."""
        raise RuntimeError("guess")


def chain(length: int) -> Node:
    """Return the first of so many nodes."""
    first = last = Node()
    for _ in range(length - 1):
        last.next = Node()
        last = last.next
    return first


def numbers() -> Iterator[int]:
    """Yield a number."""
    yield 1


def local_class() -> type:
    """Return a class that no import reaches."""

    class Local(Wrapper):
        pass

    return Local


def closure(held: Any) -> Callable[[], Any]:
    """Return a function that holds something."""

    def get() -> Any:
        return held

    return get
