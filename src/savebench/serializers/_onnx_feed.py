"""What an ONNX graph is fed: the columns of a table, each as the type that the graph takes."""

from typing import Any

from savebench.errors import Unsupported
from savebench.serializers._onnx_inputs import Input

_NAMES_OF_MISSING = {"nan", "None"}
_UNKNOWN = "\0"


def feed(table: Any, inputs: list[Input], columns: list[str] | None) -> dict[str, Any]:
    """Return the inputs by name, from a data frame, an array (dense or sparse) or lists.

    A frame's columns are found by name where the model was fitted on a frame.

    Raises
    ------
    Unsupported
        When a column holds what its type cannot.
    ValueError
        When columns are missing.
    """
    import numpy as np

    if hasattr(table, "toarray"):
        table = table.toarray()
    if columns is None or not hasattr(table, "columns"):
        array = np.asarray(table)
        return {each.name: _values(_part(array, each), each) for each in inputs}
    needed = {each.name: columns[each.first : each.first + (each.columns or 0)] for each in inputs}
    missing = [name for names in needed.values() for name in names if name not in table.columns]
    if missing:
        raise ValueError(f"columns are missing: {', '.join(missing)}")
    return {each.name: _values(table[needed[each.name]], each) for each in inputs}


def _part(array: Any, each: Input) -> Any:
    if each.columns is None:
        return array
    return array[:, each.first : each.first + each.columns]


def _values(values: Any, each: Input) -> Any:
    import numpy as np

    if each.kind.startswith("string"):
        return _strings(np.asarray(values, dtype=object), each)
    try:
        array = np.asarray(values, dtype=np.float32 if each.kind == "number" else np.float64)
    except (TypeError, ValueError) as error:
        raise _refusal(each, str(error)) from error
    if each.kind == "number":
        return array
    whole = np.asarray(values).astype(np.int64)
    if (whole != array).any():
        raise _refusal(each, "there are others")
    return whole


def _strings(values: Any, each: Input) -> Any:
    """Return strings, and what is missing by its name, as skl2onnx calls it.

    Where the model knows nothing of what is missing, by a name that no category has.
    """
    import numpy as np

    known = each.kind == "string or missing"
    if known and _NAMES_OF_MISSING & {value for value in values.ravel() if isinstance(value, str)}:
        raise Unsupported(
            f"the ONNX export takes the string 'nan' in {each.name} for a missing value; "
            "use a round-trip serializer"
        )
    texts = [
        value if isinstance(value, str) else str(value) if known else _UNKNOWN
        for value in values.ravel()
    ]
    return np.array(texts, dtype=object).reshape(values.shape)


def _refusal(each: Input, why: str) -> Unsupported:
    return Unsupported(
        f"the ONNX export takes {each.name} as {each.kind}s, and cannot be given this: {why}"
    )


def has_missing(values: Any) -> bool:
    """Whether numbers are NaN."""
    import numpy as np

    return values.dtype.kind == "f" and bool(np.isnan(values).any())
