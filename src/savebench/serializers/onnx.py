"""ONNX by skl2onnx, answered by onnxruntime: what is needed to predict, and no estimator.

The file tells, in its metadata, which of the graph's outputs answers which method.
"""

import json
import warnings
from functools import partial
from pathlib import Path
from typing import Any

from savebench.catalogue import Serializer
from savebench.errors import Unsupported

MAX_FILE_BYTES = 2**31 - 1  # protobuf's limit for one message

# Opset 18 with version 3 of the machine-learning operators: the newest that every converter knows.
_OPSETS = {"": 18, "ai.onnx.ml": 3}
_INPUT = "X"
_METHODS = "savebench.methods"
_STRINGS = "savebench.strings"


def rows() -> tuple[Serializer, ...]:
    """Return the ONNX export."""
    return (
        Serializer(
            name="onnx",
            dump=_dump,
            load=_load,
            modules=("skl2onnx", "skl2onnx.algebra.onnx_operator_mixin", "onnxruntime"),
            requires=("skl2onnx", "onnxruntime"),
            kind="inference",
            runs_code=False,
            note="answers in dense float32, on one thread; no estimator comes back",
        ),
    )


class NoSuchOutput(Unsupported, AttributeError):  # noqa: N818 - an answer, as its base is
    """The export has no output that answers this method."""


class OnnxModel:
    """Answers the methods that the exported graph has outputs for."""

    def __init__(self, session: Any) -> None:
        """Wrap an onnxruntime session over a file that `rows` has written."""
        about = session.get_modelmeta().custom_metadata_map
        self._session = session
        self._strings = json.loads(about[_STRINGS])
        self._methods: dict[str, str] = json.loads(about[_METHODS])

    def __getattr__(self, name: str) -> Any:
        """Return the method, if an output of the graph answers it."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._methods:
            raise NoSuchOutput(
                f"the ONNX export does not answer {name}, only {', '.join(self._methods)}"
            )
        return partial(self._answer, name)

    def _answer(self, method: str, features: Any) -> Any:
        import numpy as np

        dense = features.toarray() if hasattr(features, "toarray") else features
        values = np.asarray(dense, dtype=object if self._strings else np.float32)
        (answer,) = self._session.run([self._methods[method]], {_INPUT: values})
        return _as_sklearn_shapes(method, answer)


def _as_sklearn_shapes(method: str, answer: Any) -> Any:
    """Return one value a row where scikit-learn gives one and ONNX a table."""
    binary = 2
    if method == "decision_function" and answer.ndim == binary and answer.shape[1] == binary:
        return answer[:, 1]  # of two classes, ONNX scores both
    one_column = answer.ndim > 1 and answer.shape[1] == 1
    return answer.ravel() if one_column and method != "transform" else answer


def _dump(model: Any, path: Path) -> None:
    from google.protobuf.message import EncodeError  # type: ignore[import-untyped] # ships none

    graph = _convert(model)
    try:
        message = graph.SerializeToString()
    except (ValueError, EncodeError) as error:
        raise _too_large(model) from error
    if len(message) > MAX_FILE_BYTES:
        raise _too_large(model)
    path.write_bytes(message)


def _too_large(model: Any) -> Unsupported:
    return Unsupported(
        f"this {type(model).__name__} makes an ONNX file of more than {MAX_FILE_BYTES} bytes, "
        "protobuf's limit; use a round-trip serializer"
    )


def _load(path: Path) -> OnnxModel:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return OnnxModel(
        onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    )


def _convert(model: Any) -> Any:
    """Return the model as an ONNX graph that knows its methods."""
    import skl2onnx
    from onnx.helper import set_model_props

    strings, inputs = _input_type(model)
    if hasattr(getattr(model, "coef_", None), "toarray"):
        raise Unsupported("skl2onnx takes no sparse coefficients; call the model's densify() first")
    try:
        with warnings.catch_warnings():
            # The converters read attributes that scikit-learn has deprecated.
            warnings.simplefilter("ignore")
            graph = skl2onnx.to_onnx(
                model,
                initial_types=[(_INPUT, inputs)],
                options=_options(model),
                target_opset=_OPSETS,
            )
    except MemoryError:
        raise
    except Exception as error:  # converters raise whatever they stumble over
        reason = (str(error).splitlines() or [type(error).__name__])[0].split(". ")[0]
        raise Unsupported(
            f"skl2onnx {skl2onnx.__version__} cannot convert this {type(model).__name__}: "
            f"{reason[:150].rstrip('.,')}; use a round-trip serializer"
        ) from error
    methods = _methods(model, [output.name for output in graph.graph.output])
    set_model_props(graph, {_STRINGS: json.dumps(strings), _METHODS: json.dumps(methods)})
    return graph


def _input_type(model: Any) -> tuple[bool, Any]:
    """Return whether the model takes strings, and the ONNX type of its input."""
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    features = getattr(model, "n_features_in_", None)
    if features is None:
        raise Unsupported(
            f"this {type(model).__name__} takes no table of numbers or strings (it has no "
            "n_features_in_), and ONNX splits text by other rules; use a round-trip serializer"
        )
    categories = getattr(model, "categories_", [])
    strings = bool(categories) and all(values.dtype.kind in "OUS" for values in categories)
    return strings, (StringTensorType if strings else FloatTensorType)([None, features])


def _options(model: Any) -> dict[str, bool]:
    """Return the converter's options that make every output a plain array."""
    from sklearn.base import is_classifier, is_outlier_detector

    if is_classifier(model):
        scores = {} if hasattr(model, "predict_proba") else {"raw_scores": True}
        return {"zipmap": False, **scores}
    return {"score_samples": True} if is_outlier_detector(model) else {}


def _methods(model: Any, outputs: list[str]) -> dict[str, str]:
    """Return which output answers which method of the model."""
    from sklearn.base import is_classifier

    if is_classifier(model):
        second = "predict_proba" if hasattr(model, "predict_proba") else "decision_function"
        return dict(zip(("predict", second), outputs, strict=False))
    if "label" not in outputs:
        return {"predict" if hasattr(model, "predict") else "transform": outputs[0]}
    scores = "transform" if hasattr(model, "transform") else "decision_function"
    return dict(zip(("predict", scores, "score_samples"), outputs, strict=False))
