"""Models that skl2onnx converts without a word into graphs that answer something else.

Found with skl2onnx 1.20 by asking every estimator that it has a converter for, alone and inside the
others. An export that answers wrong is worse than none, so these are refused, or lack the method.
"""

from collections.abc import Callable, Iterator
from typing import Any

from savebench.errors import Unsupported
from savebench.serializers._onnx_options import known_options, mistakes_probabilities, scored_in
from savebench.serializers._onnx_rewrite import estimators_in, last_of

_TWO = 2


def refuse_wrong_answers(model: Any, name: str) -> None:
    """Refuse a rewritten model whose export would answer something else.

    Raises
    ------
    Unsupported
        With what skl2onnx gets wrong, in which part of the model of that name.
    """
    scored = scored_in(model)
    for each in estimators_in(model):
        if _knows_one_class(each):
            raise Unsupported(
                f"this {name} has seen one class only, of which skl2onnx makes wrong answers; use "
                "a round-trip serializer"
            )
        kinds = {kind.__name__ for kind in type(each).__mro__}
        found = [fault(each) for kind, fault in _FAULTS.items() if kind in kinds]
        if mistakes_probabilities(each) and id(each) not in scored:
            found.append("the probabilities of two classes are others")
        for wrong in filter(None, found):
            raise Unsupported(
                f"skl2onnx converts this {name}, but its export answers differently "
                f"({_name(each).lstrip('_')}: {wrong}); use a round-trip serializer"
            )


def withheld_methods(model: Any) -> frozenset[str]:
    """Return the methods of a rewritten model that an output would answer wrong."""
    last = last_of(model)
    classes = getattr(last, "classes_", None)
    name = type(last).__name__
    if name == "MLPClassifier" and last._label_binarizer.y_type_ == "multilabel-indicator":  # noqa: SLF001 - says how it was fitted
        return frozenset({"predict_proba"})
    if isinstance(classes, list) and len({len(each) for each in classes}) > 1:
        return frozenset({"predict_proba"})  # padded to the most classes
    return frozenset()


def takes_missing_values(model: Any) -> bool:
    """Whether a graph does with NaN what the model does.

    Trees of scikit-learn learn where it goes, which skl2onnx forgets; so does PowerTransformer.
    """
    parts = [*estimators_in(model)]
    names = [_name(each) for each in parts]
    forgets = any(hasattr(each, "tree_") for each in parts) or "PowerTransformer" in names
    return not forgets or any(name.endswith("Imputer") for name in names)


def _knows_one_class(model: Any) -> bool:
    classes = getattr(model, "classes_", None)
    if classes is None:
        return False
    every = classes if isinstance(classes, list) else [classes]
    return any(len(each) < _TWO for each in every)


def _bases(model: Any) -> Iterator[Any]:
    """Yield the fitted estimators that an ensemble, or the like, asks."""
    for each in getattr(model, "estimators_", ()):
        if each != "drop":
            yield each


def _lacks_probabilities(model: Any) -> bool:
    return not hasattr(model, "predict_proba")


def _chooses_otherwise(model: Any) -> bool:
    """Whether an estimator's classes are not those of its highest probability."""
    return bool(getattr(last_of(model), "probability", False) is True)


def _has_no_scores_in_onnx(model: Any) -> bool:
    """Whether scikit-learn asks for scores where the converter knows probabilities alone."""
    last = last_of(model)
    scored = hasattr(last, "decision_function") and "raw_scores" not in known_options(last)
    return scored or _chooses_otherwise(last)


def _bagging(model: Any) -> str:
    if any(_lacks_probabilities(base) for base in _bases(model)):
        return "the votes of estimators without predict_proba are counted wrong"
    return ""


def _bagging_of_targets(model: Any) -> str:
    if any(getattr(base, "n_outputs_", 1) > 1 or _ndim(base) > 1 for base in _bases(model)):
        return "several targets come out as one"
    return ""


def _targets_of_network(model: Any) -> str:
    return "several targets come out as one" if getattr(model, "n_outputs_", 1) > 1 else ""


def _ndim(base: Any) -> int:
    coefficients = getattr(last_of(base), "coef_", None)
    return 1 if coefficients is None else coefficients.ndim


def _calibration(model: Any) -> str:
    if getattr(model, "method", "") == "isotonic":
        return "takes the nearest step of an isotonic calibration, and does not interpolate"
    if _has_no_scores_in_onnx(model.estimator):
        return f"calibrates probabilities of {_name(model.estimator)}, not its scores"
    return ""


def _boosting(model: Any) -> str:
    if any(_chooses_otherwise(base) for base in _bases(model)):
        return "chooses classes by probabilities where SVC chooses by scores"
    return ""


def _one_against_one(model: Any) -> str:
    import numpy as np

    classes = getattr(model, "classes_", None)
    if classes is None or np.array_equal(classes, np.arange(len(classes))):
        if any(_has_no_scores_in_onnx(base) for base in _bases(model)):
            return "asks for probabilities where scikit-learn asks for scores"
        return ""
    return "answers with the number of a class, and not the class"


def _one_against_rest(model: Any) -> str:
    bases = [last_of(base) for base in _bases(model)]
    if getattr(model, "multilabel_", False) and any(map(_lacks_probabilities, bases)):
        return "cuts scores at 0.5 as if they were probabilities"
    return _boosting(model)


def _outputs(model: Any) -> str:
    if any(_name(last_of(base)) == "OneVsOneClassifier" for base in _bases(model)):
        return "the classes of OneVsOneClassifier come out wrong"
    return ""


def _stacking(model: Any) -> str:
    methods = getattr(model, "stack_method_", [])
    if "predict" in methods:
        return "stacks probabilities where scikit-learn stacks predictions"
    scored = [
        base
        for base, method in zip(_bases(model), methods, strict=False)
        if method == "decision_function"
    ]
    if scored and len(model.classes_) == _TWO:
        return "stacks two scores where scikit-learn stacks one"
    if any(_has_no_scores_in_onnx(base) for base in scored):
        return "stacks probabilities where scikit-learn stacks scores"
    return ""


def _distance_weights(model: Any) -> str:
    uniform = isinstance(model.weights, str) and model.weights == "uniform"
    return "" if uniform else "weighs neighbours wrong"


def _imputer(model: Any) -> str:
    statistics = getattr(model, "statistics_", ())
    if any(value != value for value in statistics):  # noqa: PLR0124 - NaN alone differs from itself
        return "keeps columns that hold no values"
    return "leaves out the indicator of what was missing" if model.add_indicator else ""


def _neighbours_imputer(model: Any) -> str:
    if hasattr(model, "_valid_mask") and not model._valid_mask.all():  # noqa: SLF001 - the only trace
        return "fails on columns that hold no values"
    return "leaves out the indicator of what was missing" if model.add_indicator else ""


def _ordinal(model: Any) -> str:
    missing = any(
        value is None or value != value  # noqa: PLR0124 - NaN alone differs from itself
        for values in getattr(model, "categories_", ())
        for value in values
    )
    return "encodes what is missing as a category of its own" if missing else ""


def _histograms(model: Any) -> str:
    if getattr(model, "is_categorical_", None) is not None:
        return "takes categories for numbers"
    if getattr(model, "loss", "") in {"gamma", "poisson"}:
        return "answers with the logarithm"
    return ""


def _always(wrong: str) -> Callable[[Any], str]:
    return lambda _: wrong


_FAULTS: dict[str, Callable[[Any], str]] = {
    "AdaBoostClassifier": _boosting,
    "BaggingClassifier": _bagging,
    "BaggingRegressor": _bagging_of_targets,
    "MLPRegressor": _targets_of_network,
    "_CalibratedClassifier": _calibration,
    "GaussianProcessClassifier": _always("onnxruntime has no operator Solve"),
    "HistGradientBoostingClassifier": _histograms,
    "HistGradientBoostingRegressor": _histograms,
    "KNNImputer": _neighbours_imputer,
    "KNeighborsClassifier": _distance_weights,
    "KNeighborsRegressor": _distance_weights,
    "MultiOutputClassifier": _outputs,
    "Normalizer": lambda model: "the norm max is another" if model.norm == "max" else "",
    "OneVsOneClassifier": _one_against_one,
    "OneVsRestClassifier": _one_against_rest,
    "OrdinalEncoder": _ordinal,
    "RadiusNeighborsClassifier": _always("fails where a row has not all others in its radius"),
    "RadiusNeighborsRegressor": _always("fails where a row has not all others in its radius"),
    "SimpleImputer": _imputer,
    "StackingClassifier": _stacking,
    "TfidfTransformer": lambda model: "sublinear_tf is lost" if model.sublinear_tf else "",
    "TunedThresholdClassifierCV": _always("its threshold is lost"),
}


def _name(model: Any) -> str:
    return type(model).__name__
