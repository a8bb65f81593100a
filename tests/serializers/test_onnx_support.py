"""What becomes of every estimator that skl2onnx converts: it answers rightly, or is refused.

`python -m bench.onnx_support` prints the same as a table.
"""

from importlib.metadata import version

import pytest
from bench.onnx_cases import cases_of, converted_estimators
from bench.onnx_nested import INNER, OUTER, nested_cases
from bench.onnx_support import verdict_of

from savebench.serializers import _onnx_export

ESTIMATORS = converted_estimators()

# Estimator, what its case's name holds, and what skl2onnx (or onnxruntime, or we) say of it.
UNSUPPORTED = [
    ("BaggingClassifier", "LinearSVC", "the votes of estimators without predict_proba"),
    ("BaggingRegressor", "two targets", "several targets come out as one"),
    ("CalibratedClassifierCV", "isotonic", "takes the nearest step of an isotonic calibration"),
    ("CalibratedClassifierCV", "temperature", "no attribute 'out_of_bounds'"),
    ("CountVectorizer", "", "takes text, and ONNX splits text by other rules"),
    ("DictVectorizer", "", "takes no table of numbers or strings"),
    ("FeatureHasher", "", "takes no table of numbers or strings"),
    ("FunctionTransformer", "func", "not supported unless the transform function is None"),
    ("GaussianProcessClassifier", "", "onnxruntime has no operator Solve"),
    ("GradientBoostingClassifier", "LogisticRegression", "Setting init to an estimator"),
    ("GradientBoostingClassifier", "'zero', three", "onnxruntime 1"),
    ("GradientBoostingClassifier", "'zero', whole", "onnxruntime 1"),
    ("GradientBoostingRegressor", "Ridge", "Setting init to an estimator is not supported"),
    # skl2onnx 1.20 hands truths over for numbers, which protobuf took before its release 7.
    *(
        (f"HistGradientBoosting{kind}", "", "AttributeProto.ints: Expected an int, got a boolean")
        for kind in ("Classifier", "Regressor")
        if int(version("protobuf").split(".")[0]) >= 7
    ),
    ("KNNImputer", "indicator", "leaves out the indicator of what was missing"),
    ("KNeighborsClassifier", "chebyshev", "metric='chebyshev' is not implemented"),
    ("KNeighborsClassifier", "distance", "weighs neighbours wrong"),
    ("KNeighborsRegressor", "distance", "weighs neighbours wrong"),
    ("LabelBinarizer", "strings", "Type 'tensor(string)' of input parameter"),
    ("LocalOutlierFactor", "False", "is novelty is True"),
    ("MLPRegressor", "two targets", "several targets come out as one"),
    ("Normalizer", "max", "the norm max is another"),
    ("OneHotEncoder", "min_frequency=35, strings", "Infrequent categories are not implemented"),
    ("OneHotEncoder", "min_frequency=35, integers", "Infrequent categories are not implemented"),
    ("OneVsOneClassifier", "names", "answers with the number of a class"),
    ("OneVsOneClassifier", "numbers", "answers with the number of a class"),
    ("OneVsOneClassifier", "floats", "answers with the number of a class"),
    ("OneVsRestClassifier", "SVC(), two targets", "cuts scores at 0.5"),
    ("OrdinalEncoder", "min_frequency=35, strings", "onnxruntime 1"),
    ("OrdinalEncoder", "min_frequency=35, integers", "onnxruntime 1"),
    ("QuantileTransformer", "normal", "output_distribution='normal' is not supported"),
    ("RadiusNeighborsClassifier", "", "fails where a row has not all others in its radius"),
    ("RadiusNeighborsRegressor", "", "fails where a row has not all others in its radius"),
    ("SimpleImputer", "indicator", "leaves out the indicator of what was missing"),
    ("StackingClassifier", "SVC())], cv=2, tr", "stacks two scores where scikit-learn stacks one"),
    ("StackingClassifier", "SVC())], cv=2, two", "stacks two scores where scikit-learn stacks one"),
    ("TargetEncoder", "three names", "only support TargetEncoder for binary classification"),
    ("TfidfTransformer", "sublinear", "sublinear_tf is lost"),
    ("TfidfVectorizer", "", "takes text, and ONNX splits text by other rules"),
    ("TunedThresholdClassifierCV", "", "its threshold is lost"),
]

# Within the one, all others of `bench.onnx_nested` but these.
NESTED = {
    "soft vote": {"lda, truths"},
    "stack": {
        "lda, truths",
        "linear-svc, truths",
        "ridge, truths",
        "sgd, truths",
        "steps-linear-svc, truths",
        "svc, truths",
    },
    "stack on": {"lda, truths"},
    "calibration": {"qda, names", "qda, truths"},
    "calibration of one": {"qda, truths"},
    "bagging": {
        f"{inner}, {target}"
        for inner in ("linear-svc", "ridge", "sgd", "steps-linear-svc", "svc")
        for target in ("names", "truths")
    }
    | {"lda, truths"},
    "one against rest": {"lda, names", "lda, truths"},
    "one against one": {f"{inner}, names" for inner in INNER} | {"forest, truths", "qda, truths"},
}


@pytest.mark.parametrize(("name", "kind"), ESTIMATORS.items(), ids=ESTIMATORS)
def test_an_export_answers_rightly_or_the_row_says_why_not(name: str, kind: type) -> None:
    """In all settings that matter and on labels of every kind."""
    for case in cases_of(name, kind):
        verdict, reason = verdict_of(case)

        why = _why_unsupported(name, case.name)
        assert (case.name, verdict) == (case.name, "unsupported" if why else "right"), reason
        assert why in reason
        assert "\n" not in reason


@pytest.mark.parametrize("outer", OUTER)
def test_a_classifier_within_another_answers_rightly_or_is_refused(outer: str) -> None:
    """Whatever options skl2onnx has for the one and for the other."""
    verdicts = {name: verdict_of(case) for name, case in nested_cases(outer).items()}

    assert not {name: reason for name, (verdict, reason) in verdicts.items() if verdict == "wrong"}
    unsupported = {name for name, (verdict, _) in verdicts.items() if verdict == "unsupported"}
    assert unsupported == NESTED.get(outer, set())


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _, _ in UNSUPPORTED))
def test_what_is_refused_for_its_answers_would_answer_wrong(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release of skl2onnx that is mended ends here, and the refusal can go."""
    monkeypatch.setattr(_onnx_export, "refuse_wrong_answers", lambda *_: None)
    for case in cases_of(name, ESTIMATORS[name]):
        if _why_unsupported(name, case.name):
            verdict, _ = verdict_of(case)
            assert (case.name, verdict) != (case.name, "right")


def _why_unsupported(name: str, case: str) -> str:
    for estimator, part, why in UNSUPPORTED:
        if name == estimator and part in case:
            return why
    return ""
