"""A fitted model as skl2onnx takes it: the same answers, without what its converters stumble over.

The copy shares all arrays with the model, which is left alone.
"""

from collections.abc import Callable, Iterator
from typing import Any


def rewritten(model: Any) -> Any:
    """Return a copy of the model, and of every estimator in it, that answers as the model does."""
    copy = _Rewriter().of(model)
    for each in estimators_in(copy):
        if each is not last_of(copy):
            _take_options_of_others(each)
    return copy


def estimators_in(model: Any) -> Iterator[Any]:
    """Yield a model and every estimator that it holds, each once."""
    seen: set[int] = set()
    pending = [model]
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if _holds_estimators(value):
            yield value
            pending.extend(vars(value).values())
        else:
            pending.extend(_items(value))


def last_of(model: Any) -> Any:
    """Return the estimator whose converter makes a model's outputs: of a pipeline, the last."""
    from sklearn.pipeline import Pipeline

    while isinstance(model, Pipeline):
        model = model.steps[-1][1]
    return model


class _Rewriter:
    def __init__(self) -> None:
        self._done: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        if id(value) in self._done:
            return self._done[id(value)]
        if (inner := _delegate(value)) is not None:
            copy = self.of(inner)
        elif _holds_estimators(value):
            copy = object.__new__(type(value))
            self._done[id(value)] = copy
            vars(copy).update({name: self.of(each) for name, each in vars(value).items()})
            for kind, change in _changes().items():
                if isinstance(value, kind):
                    change(copy)
        elif type(value) in {list, tuple}:
            copy = type(value)(self.of(each) for each in value)
        else:
            return value
        self._done[id(value)] = copy
        return copy


def _holds_estimators(value: Any) -> bool:
    from sklearn.base import BaseEstimator

    inside = type(value).__name__ == "_CalibratedClassifier"  # an estimator's part, and none itself
    return (isinstance(value, BaseEstimator) or inside) and not isinstance(value, type)


def _items(value: Any) -> Iterator[Any]:
    import numpy as np

    if isinstance(value, list | tuple):
        yield from value
    elif isinstance(value, np.ndarray) and value.dtype.hasobject and value.size:
        first = value.flat[0]  # of the trees of gradient boosting, and not of a million strings
        yield from value.ravel() if _holds_estimators(first) else ()


def _delegate(value: Any) -> Any:
    """Return the estimator that answers in place of a search or a freezer, or None."""
    from sklearn.model_selection._search import BaseSearchCV

    if isinstance(value, BaseSearchCV):
        return getattr(value, "best_estimator_", None)
    if type(value).__module__.startswith("sklearn.frozen"):
        return value.estimator
    return None


def _changes() -> dict[type, Callable[[Any], None]]:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import (
        AdaBoostClassifier,
        RandomTreesEmbedding,
        VotingClassifier,
        VotingRegressor,
    )
    from sklearn.impute import SimpleImputer
    from sklearn.neighbors import NearestNeighbors
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder

    return {
        AdaBoostClassifier: _number_truths,
        ColumnTransformer: _number_columns,
        KBinsDiscretizer: _be_dense,
        NearestNeighbors: _count_neighbours,
        OneHotEncoder: _ignore_unknowns,
        Pipeline: _leave_out_idle_steps,
        RandomTreesEmbedding: _be_dense,
        SimpleImputer: _name_what_is_missing,
        VotingClassifier: _vote_plainly,
        VotingRegressor: _vote_plainly,
    }


def _take_options_of_others(classifier: Any) -> None:
    """Make a `LinearSVC` within others a `Perceptron`, which asks its coefficients the same way.

    skl2onnx gives every classifier in a pipeline or an ensemble options that this one lacks.
    """
    import numpy as np
    from sklearn.linear_model import Perceptron
    from sklearn.svm import LinearSVC

    if type(classifier) is LinearSVC and hasattr(classifier, "coef_"):
        classifier.__class__ = Perceptron
        classifier.loss = "perceptron"
        scores = len(classifier.coef_)
        classifier.intercept_ = np.broadcast_to(classifier.intercept_, scores)


def _number_truths(model: Any) -> None:
    """Give classes that are truths as 0 and 1, which the export turns back."""
    if hasattr(model, "classes_") and model.classes_.dtype.kind == "b":
        model.classes_ = model.classes_.astype(int)


def _be_dense(transformer: Any) -> None:
    """Answer in a dense table, as every export does."""
    if hasattr(transformer, "encode"):
        transformer.encode = {"onehot": "onehot-dense"}.get(transformer.encode, transformer.encode)
    else:
        transformer.sparse_output = False


def _count_neighbours(neighbours: Any) -> None:
    """Leave out the radius: skl2onnx wants one of the two, and only kneighbors() is answered."""
    if neighbours.n_neighbors is not None:
        neighbours.radius = None


def _number_columns(transformer: Any) -> None:
    """Give columns by number: skl2onnx knows no slices or masks, and names only of inputs."""
    numbers = getattr(transformer, "_transformer_to_input_indices", {})
    transformer.transformers_ = [
        (name, each, [int(number) for number in numbers[name]] if name in numbers else columns)
        for name, each, columns in getattr(transformer, "transformers_", [])
    ]


def _ignore_unknowns(encoder: Any) -> None:
    """Say ignore where there is no infrequent category that could take what is unknown."""
    if encoder.handle_unknown in {"infrequent_if_exist", "warn"} and not getattr(
        encoder, "_infrequent_enabled", True
    ):
        encoder.handle_unknown = "ignore"


def _leave_out_idle_steps(pipeline: Any) -> None:
    """Drop steps that do nothing, unless there are no others."""
    steps = [step for step in pipeline.steps if step[1] not in {None, "passthrough"}]
    pipeline.steps = steps or pipeline.steps


def _name_what_is_missing(imputer: Any) -> None:
    """Give what is missing among strings the name under which it is fed: ``nan`` or ``None``."""
    if any(isinstance(value, str) for value in getattr(imputer, "statistics_", ())):
        imputer.missing_values = str(imputer.missing_values)


def _vote_plainly(voting: Any) -> None:
    """Ask for answers alone, and give each weight to the estimator that it belongs to."""
    import numpy as np

    if hasattr(voting, "flatten_transform"):  # only transform() depends on it
        voting.flatten_transform = False
    if voting.weights is not None:
        voting.weights = np.array(voting._weights_not_none)  # noqa: SLF001 - without the dropped
