"""What a fitted model takes: one matrix, or the columns of a data frame, of numbers or of strings.

Nothing but the model is at hand, so each column is what the first estimator that looks at it was
fitted on: an encoder knows its categories, an imputer its statistics, all others take numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from savebench.errors import Unsupported
from savebench.serializers._onnx_rewrite import estimators_in

Kind = Literal["number", "integer", "string", "string or missing"]
Kinds = list[Kind | None]
"""One a column; None where the model does not look at it, or passes it on as it is."""

MATRIX = "X"
"""The only input of a model that takes one matrix; numbered where a matrix is of several kinds."""


@dataclass(frozen=True, slots=True)
class Input:
    """An input of the graph."""

    name: str
    kind: Kind
    columns: int | None
    """How many columns of the table it takes; None: one value a row, and no table."""
    first: int = 0
    """The number of the first of them."""


def inputs_of(model: Any) -> tuple[Input, ...]:
    """Return the inputs of a rewritten model, in the order of its columns.

    Raises
    ------
    Unsupported
        When it takes no table of numbers and strings, or nobody can tell what a column holds.
    """
    _refuse_text(model)
    width = getattr(model, "n_features_in_", None)
    if width is None:
        return (_labels(model),)
    names = getattr(model, "feature_names_in_", None)
    kinds = _kinds_of(model, int(width), names)
    if len(set(kinds)) == 1 and not _picks_columns(model):
        return (Input(MATRIX, kinds[0], int(width)),)
    if names is None:
        names = [f"{MATRIX}{at}" for at in range(width)]
    return tuple(Input(str(names[at]), kind, 1, at) for at, kind in enumerate(kinds))


def _refuse_text(model: Any) -> None:
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer

    for each in estimators_in(model):
        if isinstance(each, CountVectorizer | HashingVectorizer):
            raise Unsupported(
                f"this {type(each).__name__} takes text, and ONNX splits text by other rules; "
                "use a round-trip serializer"
            )


def _labels(model: Any) -> Input:
    """Return the input of what encodes labels, one a row."""
    from sklearn.preprocessing import LabelBinarizer, LabelEncoder

    if isinstance(model, LabelBinarizer | LabelEncoder):
        return Input(MATRIX, _kind_of(model.classes_, "the labels"), None)
    raise Unsupported(
        f"this {type(model).__name__} takes no table of numbers or strings (it has no "
        "n_features_in_); use a round-trip serializer"
    )


def _picks_columns(model: Any) -> bool:
    """Whether a part of the model that is given the table picks columns from it."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import FeatureUnion, Pipeline

    if isinstance(model, Pipeline):
        parts = [model.steps[0][1]]
    elif isinstance(model, FeatureUnion):
        parts = [each for _, each in model.transformer_list]
    else:
        parts = [*_children(model)]
    return isinstance(model, ColumnTransformer) or any(map(_picks_columns, parts))


def _kinds_of(model: Any, width: int, names: Any) -> list[Kind]:
    labels = [f"column {at}" for at in range(width)] if names is None else [*map(repr, names)]
    if not any(_knows_its_columns(each) for each in estimators_in(model)):
        return ["number"] * max(width, 1)
    return [kind or "number" for kind in _kinds(model, labels)]


def _knows_its_columns(model: Any) -> bool:
    return hasattr(model, "categories_") or hasattr(model, "statistics_")


def _kinds(model: Any, labels: list[str]) -> Kinds:
    """Return what an estimator takes each of the columns for that it is given."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import FeatureUnion, Pipeline

    if isinstance(model, ColumnTransformer):
        return _kinds_by_part(model.transformers_, labels)
    if isinstance(model, Pipeline):
        return _kinds_by_step([step for _, step in model.steps], labels)
    if known := _known_kinds(model, labels):
        return known
    if isinstance(model, FeatureUnion):
        parts = [each for _, each in model.transformer_list]
    else:
        parts = [each for each in _children(model) if _takes(each, len(labels))]
    return _agreed([_kinds(each, labels) for each in parts], labels) if parts else _numbers(labels)


def _known_kinds(model: Any, labels: list[str]) -> Kinds:
    """Return what an estimator itself says of its columns, if it does."""
    from sklearn.preprocessing import FunctionTransformer

    if isinstance(model, str) or (isinstance(model, FunctionTransformer) and model.func is None):
        return [None] * len(labels)
    if len(getattr(model, "categories_", ())) == len(labels):
        return [_kind_of(*each) for each in zip(model.categories_, labels, strict=True)]
    if len(getattr(model, "statistics_", ())) == len(labels):
        return [_kind_of_statistic(value) for value in model.statistics_]
    return []


def _numbers(labels: list[str]) -> Kinds:
    return ["number"] * len(labels)


def _takes(model: Any, width: int) -> bool:
    return bool(getattr(model, "n_features_in_", None) == width)


def _kinds_by_part(parts: list[tuple[str, Any, list[int]]], labels: list[str]) -> Kinds:
    """Return what the parts of a `ColumnTransformer` take their columns for."""
    taken: list[Kinds] = [[None] * len(labels)]
    for _, part, columns in parts:
        kinds: Kinds = [None] * len(labels)
        for at, kind in zip(columns, _kinds(part, [labels[at] for at in columns]), strict=True):
            kinds[at] = kind
        taken.append(kinds)
    return _agreed(taken, labels)


def _kinds_by_step(steps: list[Any], labels: list[str]) -> Kinds:
    """Return what the first step takes the columns for, and the next where that does not care."""
    kinds = _kinds(steps[0], labels)
    passes_all_on = kinds == [None] * len(labels)
    return _kinds_by_step(steps[1:], labels) if passes_all_on and steps[1:] else kinds


def _children(model: Any) -> Iterator[Any]:
    """Yield the estimators that are given the same table as a model."""
    for name in ("estimator_", "estimators_", "calibrated_classifiers_"):
        value = getattr(model, name, ())
        for each in value if isinstance(value, list | tuple) else [value]:
            yield getattr(each, "estimator", each) if name.startswith("calibrated") else each


def _agreed(taken: list[Kinds], labels: list[str]) -> Kinds:
    return [_agree(set(kinds), label) for *kinds, label in zip(*taken, labels, strict=True)]


def _agree(kinds: set[Kind | None], label: str) -> Kind | None:
    known = kinds - {None}
    if known == {"string", "string or missing"}:
        return "string or missing"
    if known & {"string", "string or missing"} and len(known) > 1:
        raise Unsupported(
            f"the model takes {label} for strings in one place and for numbers in another, and an "
            "input of ONNX has one type; use a round-trip serializer"
        )
    return "number" if len(known) > 1 else next(iter(known), None)


def _kind_of(values: Any, label: str) -> Kind:
    """Return the kind of the categories that an encoder knows."""
    if values.dtype.kind in "iub":
        return "integer"
    if values.dtype.kind == "f":
        return "number"
    if values.dtype.kind in "UT":
        return "string"
    types = {type(value) for value in values if not _is_missing(value)}
    if values.dtype.kind == "O" and types == {str}:
        return "string or missing" if any(map(_is_missing, values)) else "string"
    if values.dtype.kind == "O" and all(issubclass(each, int | float) for each in types):
        return "number"
    found = ", ".join(sorted(each.__name__ for each in types)) or str(values.dtype)
    raise Unsupported(
        f"{label} holds {found}, and ONNX takes numbers or strings; use a round-trip serializer"
    )


def _kind_of_statistic(value: Any) -> Kind:
    return "string or missing" if isinstance(value, str) else "number"


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN alone differs from itself
