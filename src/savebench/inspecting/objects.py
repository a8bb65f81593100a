"""What an object in memory consists of: bytes by attribute path, as pickle would store it."""

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Literal

from savebench.inspecting.drafts import Draft, frozen
from savebench.inspecting.explaining import explained
from savebench.inspecting.found import ArrayFacts, Inspection
from savebench.inspecting.object_parts import (
    Atoms,
    Child,
    Pieces,
    dotted,
    is_plain_array,
    is_text,
    pieces_of,
)
from savebench.inspecting.sampling import digest, raw_bytes, shrinks_to, with_equals

_MOST_OBJECTS = 2_000_000
_MOST_PARTS = 200_000
_LARGE_BYTES = 1024
_LONGEST_PATH = 1000
"""What lies deeper counts for the part that is so deep."""
_MOST_SAMPLED = 100
_LONG_TABLE = 1000
_BUDGET_S = 30.0


def inspect_object(
    model: Any, *, budget_s: float = _BUDGET_S, clock: Callable[[], float] = monotonic
) -> Inspection:
    """Return what an object consists of, nothing being written or changed.

    Of the object's own code only what pickling runs is called (``__reduce_ex__``,
    ``__getstate__``). What raises there is named among `left_out`, and costs its own part.

    Parameters
    ----------
    model
        Any object.
    budget_s
        Seconds after which the rest is left out, and said so.
    clock
        By which the seconds are told.
    """
    walk = _Walk(model, clock() + budget_s, clock)
    walk.run()
    walk.mark_duplicates()
    walk.sample()
    root = frozen(walk.root)
    found = Inspection(
        source=dotted(type(model)),
        container="unknown",
        file_bytes=root.bytes,
        uncompressed_bytes=root.bytes,
        classes=tuple(name for name, _ in walk.classes.most_common()),
        root=root,
        left_out=tuple(walk.left_out),
    )
    return explained(found)


@dataclass(slots=True)
class _Array:
    """An array that was met."""

    draft: Draft
    value: Any


class _Walk:
    """One walk over a model; holds what it met, so that no address is given out twice."""

    def __init__(self, model: Any, deadline_s: float, clock: Callable[[], float]) -> None:
        self.root = Draft(path="", type=dotted(type(model)))
        self.classes: Counter[str] = Counter()
        self.left_out: list[str] = []
        self._deadline_s = deadline_s
        self._clock = clock
        self._seen: dict[int, tuple[Any, str]] = {}
        self._arrays: list[_Array] = []
        self._drafts = 1
        self._waiting: list[tuple[Draft, Pieces]] = []
        self._enter(self.root, model)

    def run(self) -> None:
        """Go through all of the model, depth first, without recursion."""
        texts: Counter[int] = Counter()
        while self._waiting:
            if len(self._seen) > _MOST_OBJECTS or self._clock() > self._deadline_s:
                self.left_out.append(
                    f"what lies beyond the first {len(self._seen):,} objects: time or room ran out"
                )
                return
            draft, pieces = self._waiting[-1]
            try:
                piece = next(pieces, None)
            except Exception as error:  # noqa: BLE001 - an object may raise anything when asked
                self._refused(draft, error)
                piece = None
            if piece is None:
                self._waiting.pop()
                _say_texts(draft, texts.pop(id(draft), 0))
            elif isinstance(piece, Atoms):
                draft.bytes += piece.bytes
                texts[id(draft)] += piece.texts
            else:
                self._meet(draft, piece)

    def _meet(self, parent: Draft, child: Child) -> None:
        known = self._seen.get(id(child.value))
        if known is not None:
            self._meet_again(parent, child, known[1])
            return
        path = f"{parent.path}{child.step}" if parent.path else child.step.removeprefix(".")
        draft = Draft(path=path, type=dotted(type(child.value)))
        if self._drafts < _MOST_PARTS and len(path) < _LONGEST_PATH:
            self._drafts += 1
            parent.parts.append(draft)
            self._enter(draft, child.value)
        else:  # its bytes are its parent's
            self._enter(parent, child.value)

    def _meet_again(self, parent: Draft, child: Child, path: str) -> None:
        if is_plain_array(child.value) and child.value.nbytes >= _LARGE_BYTES:
            own = f"{parent.path}{child.step}".removeprefix(".")
            what = f"the same array as {path or 'the model'}, stored once"
            parent.parts.append(Draft(path=own, type=dotted(type(child.value)), what=what))

    def _enter(self, draft: Draft, value: Any) -> None:
        self._seen[id(value)] = (value, draft.path)
        kind = type(value)
        if kind.__module__ != "builtins":
            self.classes[dotted(kind)] += 1
        if is_text(value):
            draft.bytes += sys.getsizeof(value)
            return
        if is_plain_array(value):
            draft.bytes += value.nbytes
            draft.array = _facts(value)
            if not value.dtype.hasobject:
                self._arrays.append(_Array(draft, value))
                return
        else:
            draft.bytes += object.__sizeof__(value)
        try:
            self._waiting.append((draft, pieces_of(value)))
        except Exception as error:  # noqa: BLE001 - an object may raise anything when asked
            self._refused(draft, error)

    def _refused(self, draft: Draft, error: Exception) -> None:
        said = " ".join(str(error).split())[:200]
        self.left_out.append(
            f"{draft.path or 'the model'}: {draft.type} cannot be pickled "
            f"({type(error).__name__}: {said})"
        )

    def mark_duplicates(self) -> None:
        """Say of each array whether one before it holds the same bytes."""
        arrays = [each for each in self._arrays if each.value.nbytes >= _LARGE_BYTES]
        twice = with_equals((each.value.nbytes, each.value.dtype.str) for each in arrays)
        first: dict[tuple[str, bytes], str] = {}
        for each in arrays:
            dtype = each.value.dtype.str
            if (each.value.nbytes, dtype) not in twice or self._clock() > self._deadline_s:
                continue
            path = each.draft.path
            earlier = first.setdefault((dtype, digest(raw_bytes(each.value))), path)
            if earlier is not path and each.draft.array is not None:
                each.draft.array = replace(each.draft.array, same_as=earlier or "the model")

    def sample(self) -> None:
        """Try on the largest arrays how far a fast codec shrinks them."""
        largest = sorted(self._arrays, key=lambda each: -each.value.nbytes)[:_MOST_SAMPLED]
        for each in largest:
            if self._clock() > self._deadline_s or each.draft.array is None:
                return
            share = shrinks_to(raw_bytes(each.value))
            each.draft.array = replace(each.draft.array, shrinks_to=share)


def _facts(array: Any) -> ArrayFacts:
    flags = array.flags
    order: Literal["C", "F", "strided"]
    order = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "strided"
    shape = tuple(int(each) for each in array.shape)
    return ArrayFacts(dtype=str(array.dtype), shape=shape, order=order)


def _say_texts(draft: Draft, count: int) -> None:
    if count >= _LONG_TABLE and not draft.what:
        draft.what = f"a table of {count:,} texts"
