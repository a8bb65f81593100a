"""Make an ONNX graph of a fitted model by skl2onnx, and write down which output answers what."""

import json
import re
import traceback
import warnings
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from savebench.errors import Unsupported
from savebench.serializers._onnx_faults import (
    refuse_wrong_answers,
    takes_missing_values,
    withheld_methods,
)
from savebench.serializers._onnx_inputs import Input, inputs_of
from savebench.serializers._onnx_options import answers_scores, options_of
from savebench.serializers._onnx_rewrite import estimators_in, last_of, rewritten

ABOUT = "savebench"
"""The key of the file's metadata under which inputs and methods stand, as JSON."""

# Opset 18 with version 3 of the machine-learning operators: the newest that every converter knows.
_OPSETS = {"": 18, "ai.onnx.ml": 3}
_OURS = (KeyError, AttributeError, TypeError, IndexError)
"""Raised by accident: what they say is nothing without their name and place."""

_SAID_CHARACTERS = 300

Methods = dict[str, list[str]]
"""A method of the model -> the outputs that answer it."""


def export(model: Any) -> Any:
    """Return the model as an ONNX graph that knows its inputs and its methods.

    Raises
    ------
    Unsupported
        When skl2onnx cannot convert the model, in its words, or its export would answer wrong.
    """
    from onnx.helper import set_model_props

    plain = rewritten(model)
    inputs = inputs_of(plain)
    if any(hasattr(getattr(each, "coef_", None), "toarray") for each in estimators_in(plain)):
        raise Unsupported("skl2onnx takes no sparse coefficients; call the model's densify() first")
    refuse_wrong_answers(plain, type(model).__name__)
    graph = _convert(model, plain, inputs)
    methods = _methods(plain, [output.name for output in graph.graph.output])
    names = getattr(plain, "feature_names_in_", None)
    about = {
        "inputs": [asdict(each) for each in _used_inputs(graph.graph, inputs)],
        "columns": None if names is None else [str(name) for name in names],
        "methods": {name: methods[name] for name in methods.keys() - withheld_methods(plain)},
        "labels": _dtype_of_labels(model),
        "missing": takes_missing_values(plain),
        "tables": _predicts_tables(plain),
    }
    set_model_props(graph, {ABOUT: json.dumps(about)})
    return graph


def _used_inputs(graph: Any, inputs: tuple[Input, ...]) -> list[Input]:
    """Return the inputs by the names that skl2onnx gave them, without the columns that are dropped.

    These leave the graph too.
    """
    named = [replace(each, name=made.name) for each, made in zip(inputs, graph.input, strict=True)]
    used = {name for node in graph.node for name in node.input}
    for each in [each for each in graph.input if each.name not in used]:
        graph.input.remove(each)
    return [each for each in named if each.name in used]


def _convert(model: Any, plain: Any, inputs: tuple[Input, ...]) -> Any:
    import skl2onnx

    options = options_of(plain)
    try:
        with warnings.catch_warnings():
            # The converters read attributes that scikit-learn has deprecated.
            warnings.simplefilter("ignore")
            return skl2onnx.to_onnx(
                plain,
                initial_types=[(each.name, _type_of(each)) for each in inputs],
                options=options,
                target_opset=_OPSETS,
            )
    except MemoryError:
        raise
    except Exception as error:  # converters raise whatever they stumble over
        raise Unsupported(
            f"skl2onnx {skl2onnx.__version__} cannot convert this {type(model).__name__}: "
            f"{_in_its_words(error)}; use a round-trip serializer"
        ) from error


def _type_of(each: Input) -> Any:
    from skl2onnx.common import data_types

    kinds = {
        "number": data_types.FloatTensorType,
        "integer": data_types.Int64TensorType,
        "string": data_types.StringTensorType,
        "string or missing": data_types.StringTensorType,
    }
    return kinds[each.kind]([None] if each.columns is None else [None, each.columns])


def _methods(model: Any, outputs: list[str]) -> Methods:
    """Return which outputs answer which method of the model."""
    from sklearn.base import ClassifierMixin, RegressorMixin
    from sklearn.mixture._base import BaseMixture
    from sklearn.neighbors import NearestNeighbors

    last = last_of(model)
    if len(outputs) == 1:
        predicts = isinstance(last, RegressorMixin) or not hasattr(last, "transform")
        return {"predict" if predicts else "transform": outputs}
    if isinstance(last, NearestNeighbors):
        return {"kneighbors": outputs[::-1]}
    if isinstance(last, ClassifierMixin):
        scores = "decision_function" if answers_scores(last) else "predict_proba"
    elif isinstance(last, BaseMixture):
        scores = "predict_proba"
    else:
        scores = "transform" if hasattr(last, "transform") else "decision_function"
    answers = zip(("predict", scores, "score_samples"), outputs, strict=False)
    return {name: [output] for name, output in answers if hasattr(last, name)}


def _predicts_tables(model: Any) -> bool:
    """Whether `predict` answers with a column a target, even where there is one target."""
    import numpy as np
    from sklearn.base import RegressorMixin
    from sklearn.cross_decomposition import PLSRegression
    from sklearn.linear_model import RANSACRegressor
    from sklearn.linear_model._base import LinearModel
    from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
    from sklearn.neighbors import KNeighborsRegressor

    last = last_of(model)
    if isinstance(last, RANSACRegressor):
        last = last.estimator_
    if isinstance(last, PLSRegression):
        return not last._predict_1d  # noqa: SLF001 - the only trace
    if isinstance(last, KNeighborsRegressor):
        return bool(last._y.ndim > 1)  # noqa: SLF001 - as above
    if isinstance(last, LinearModel) and isinstance(last, RegressorMixin):
        return np.ndim(last.coef_) > 1
    return isinstance(last, MultiOutputClassifier | MultiOutputRegressor)


def _dtype_of_labels(model: Any) -> str:
    """Return ``"bool"`` where the labels are truths, for which ONNX has numbers, else ``""``."""
    classes = getattr(model, "classes_", None)
    each = classes if isinstance(classes, list) else [classes]
    return "bool" if all(str(getattr(one, "dtype", "")) == "bool" for one in each) else ""


def _in_its_words(error: BaseException) -> str:
    """Return what skl2onnx says, in one line: all of it but the values of an operator's attributes.

    What was raised by accident (an attribute that is not there) comes with its name and place.
    """
    said = re.sub(r"attributes=\{.*\}", "attributes={...}", str(error), flags=re.DOTALL)
    said = " ".join(said.split("\nIt usually means")[0].split()).rstrip(".,:; ")
    if isinstance(error, _OURS) or not said:
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"({Path(at.filename).name}, line {at.lineno})"
        said = " ".join(filter(None, [f"{type(error).__name__}:", said, where]))
    if len(said) > _SAID_CHARACTERS:
        said = f"{said[:_SAID_CHARACTERS]}..."
    cause = error.__cause__
    return f"{said}: {_in_its_words(cause)}" if cause is not None else said
