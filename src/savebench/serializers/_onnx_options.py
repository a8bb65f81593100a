"""Which of skl2onnx's options each estimator in a model is converted with, of those that it has."""

from typing import Any

from savebench.serializers._onnx_rewrite import estimators_in, last_of

_TWO = 2


def options_of(model: Any) -> dict[int, dict[str, bool]]:
    """Return the options that make every output a plain array, for all the estimators in a model.

    Each gets only those that its converter has. None is left out: skl2onnx would give a pipeline's
    options to a step that has no such option.
    """
    asked = scored_in(model)
    options = {}
    for each in estimators_in(model):
        wanted = {
            "zipmap": False,
            "score_samples": each is last_of(model),
            "raw_scores": id(each) in asked,
        }
        known = known_options(each)
        options[id(each)] = {name: value for name, value in wanted.items() if name in known}
    return options


def known_options(estimator: Any) -> Any:
    """Return the names of the options that an estimator's converter has, as skl2onnx lists them."""
    from skl2onnx._supported_operators import sklearn_operator_name_map
    from skl2onnx.common._registration import get_converter
    from sklearn.pipeline import Pipeline

    name = sklearn_operator_name_map.get(type(estimator))
    if name is None or isinstance(estimator, Pipeline):  # a pipeline hands its options to a step
        return ()
    return get_converter(name).get_allowed_options() or ()


def answers_scores(model: Any) -> bool:
    """Whether a classifier is to answer `decision_function`, and not `predict_proba`.

    Where it has no probabilities; and where skl2onnx gets them, or the classes from them, wrong.
    """
    if not _classifies(model) or not hasattr(model, "predict_proba"):
        return _classifies(model)
    return mistakes_probabilities(model) or _ties_probabilities(model)


def mistakes_probabilities(model: Any) -> bool:
    """Whether skl2onnx takes the softmax of two scores, of which scikit-learn takes the sigmoid."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return isinstance(model, LinearDiscriminantAnalysis) and len(_classes(model)) == _TWO


def scored_in(model: Any) -> frozenset[int]:
    """Return the ids of the classifiers in a model whose scores are asked for."""
    from sklearn.ensemble import VotingClassifier
    from sklearn.multiclass import OneVsOneClassifier

    scored = {id(last_of(model))} if answers_scores(last_of(model)) else set()
    for each in estimators_in(model):
        if _classifies(each) and not hasattr(each, "predict_proba"):
            scored.add(id(each))
        if type(each).__name__ == "_CalibratedClassifier":
            scored |= _with_scores([each.estimator])
        elif isinstance(each, OneVsOneClassifier):
            scored |= _with_scores(getattr(each, "estimators_", ()))
        elif isinstance(each, VotingClassifier) and each.voting == "hard":
            bases = map(last_of, getattr(each, "estimators_", ()))
            scored |= {id(base) for base in bases if answers_scores(base)}
    return frozenset(scored)


def _with_scores(bases: Any) -> set[int]:
    lasts = map(last_of, bases)
    return {id(last) for last in lasts if hasattr(last, "decision_function")}


def _ties_probabilities(model: Any) -> bool:
    """Whether scores decide, and probabilities made of them are cut off, and tie."""
    from sklearn.linear_model import SGDClassifier

    return isinstance(model, SGDClassifier) and len(_classes(model)) > _TWO


def _classifies(model: Any) -> bool:
    from sklearn.base import ClassifierMixin

    return isinstance(model, ClassifierMixin)


def _classes(model: Any) -> Any:
    return getattr(model, "classes_", ())
