"""ONNX by skl2onnx, answered by onnxruntime: what is needed to predict, and no estimator.

The file tells, in its metadata, which of the graph's outputs answers which method.
"""

import json
from functools import partial
from pathlib import Path
from typing import Any

from savebench.catalogue.rows import Serializer
from savebench.errors import Unsupported
from savebench.serializers._onnx_export import ABOUT, export
from savebench.serializers._onnx_feed import feed, has_missing
from savebench.serializers._onnx_inputs import Input

MAX_FILE_BYTES = 2**31 - 1  # protobuf's limit for one message


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
        about = json.loads(session.get_modelmeta().custom_metadata_map[ABOUT])
        self._session = session
        self._columns: list[str] | None = about["columns"]
        self._inputs = [Input(**each) for each in about["inputs"]]
        self._methods: dict[str, list[str]] = about["methods"]
        self._labels: str = about["labels"]
        self._takes_missing: bool = about["missing"]
        self._predicts_tables: bool = about["tables"]

    def __getattr__(self, name: str) -> Any:
        """Return the method, if an output of the graph answers it."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._methods:
            raise NoSuchOutput(
                f"the ONNX export does not answer {name}, only {', '.join(self._methods)}"
            )
        return partial(self._answer, name)

    def _answer(self, method: str, table: Any) -> Any:
        fed = feed(table, self._inputs, self._columns)
        if not self._takes_missing and any(map(has_missing, fed.values())):
            raise Unsupported(
                "the ONNX export takes no missing values: skl2onnx does not convert what this "
                "model does with NaN; use a round-trip serializer"
            )
        rows = len(next(iter(fed.values())))
        answers = [
            _as_sklearn_shapes(method, answer, rows)
            for answer in self._session.run(self._methods[method], fed)
        ]
        if method == "predict" and self._labels:
            answers = [answer.astype(self._labels) for answer in answers]
        if method == "predict" and self._predicts_tables:
            answers = [answer.reshape(rows, -1) for answer in answers]
        return answers[0] if len(answers) == 1 else tuple(answers)


def _as_sklearn_shapes(method: str, answer: Any, rows: int) -> Any:
    """Return one value a row where scikit-learn gives one and ONNX a table."""
    two, three = 2, 3
    if method == "predict_proba" and (isinstance(answer, list) or answer.ndim == three):
        return list(answer)  # one table a target
    if method == "decision_function" and answer.ndim == two and answer.shape[1] == two:
        return answer[:, 1]  # of two classes, ONNX scores both
    one_a_row = answer.ndim == two and answer.shape in {(rows, 1), (1, rows)}
    return answer.ravel() if one_a_row and method not in {"transform", "kneighbors"} else answer


def _dump(model: Any, path: Path) -> None:
    from google.protobuf.message import EncodeError  # type: ignore[import-untyped] # ships none

    graph = export(model)
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
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised, and need not be written too
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except (errors.Fail, errors.InvalidGraph, errors.NotImplemented) as error:
        said = " ".join(str(error).replace(str(path), "it").split())
        raise Unsupported(
            f"onnxruntime {onnxruntime.__version__} cannot load what skl2onnx made of this model: "
            f"{said[:300]}; use a round-trip serializer"
        ) from error
    return OnnxModel(session)
