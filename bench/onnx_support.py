"""What becomes of the estimators that skl2onnx converts? ``python -m bench.onnx_support``.

Each is fitted in the settings that matter to skl2onnx and on labels of every kind, exported, loaded
and asked. Prints a line an estimator, and the counts. A minute or two.
"""

import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import numpy as np
from threadpoolctl import threadpool_limits

from bench.onnx_cases import OnnxCase, cases_of, converted_estimators
from savebench.errors import Unsupported
from savebench.serializers import onnx

Verdict = Literal["right", "wrong", "unsupported"]

METHODS = (
    "predict",
    "predict_proba",
    "decision_function",
    "score_samples",
    "transform",
    "kneighbors",
)
_TIE = 1e-6


def main() -> None:
    """Print a line an estimator, and the counts."""
    verdicts: Counter[str] = Counter()
    worst: Counter[str] = Counter()
    for name, kind in converted_estimators().items():
        found = {case.name: verdict_of(case) for case in cases_of(name, kind)}
        counts = Counter(verdict for verdict, _ in found.values())
        verdicts += counts
        worst["/".join(each for each in ("right", "wrong", "unsupported") if counts[each])] += 1
        print(f"{name:32}", ", ".join(f"{count} {each}" for each, count in counts.items()))
        for reason in dict.fromkeys(reason for verdict, reason in found.values() if reason):
            print(f"    {reason}")
    print("cases:", dict(verdicts))
    print("estimators:", dict(worst))


def verdict_of(case: OnnxCase) -> tuple[Verdict, str]:
    """Return whether the export answers rightly all that it answers, and why not."""
    quiet, one_thread = warnings.catch_warnings(), threadpool_limits(limits=1)
    with quiet, one_thread, tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # of estimators, as they are fitted to so little
        model = case.fit()
        try:
            exported = export(model, Path(folder) / "model.onnx")
        except Unsupported as error:
            return "unsupported", str(error)
        except Exception as error:  # noqa: BLE001 - what else comes is a fault of the row
            return "wrong", f"load raised {type(error).__name__}: {error}"
        answered = {name: _difference(model, exported, name, case.probe) for name in METHODS}
    wrong = [f"{name} {each}" for name, each in answered.items() if each]
    if all(each is None for each in answered.values()):
        return "wrong", "answers nothing"
    return ("wrong", f"{case.name}: {'; '.join(wrong)}") if wrong else ("right", "")


def export(model: Any, path: Path) -> Any:
    """Save a model as ONNX and return what comes back."""
    (row,) = onnx.rows()
    row.dump(model, path)
    return row.load(path)


def _difference(model: Any, exported: Any, name: str, probe: Any) -> str | None:
    """Return how an answer differs, ``""`` where it does not, or None where there is none."""
    ours, theirs = getattr(exported, name, None), getattr(model, name, None)
    if ours is None or theirs is None:
        return None if ours is None else "is answered, and the model does not answer it"
    expected = theirs(probe)
    try:
        actual = ours(probe)
    except Exception as error:  # noqa: BLE001 - an export may fail in any way
        return f"raised {type(error).__name__}: {error}"[:200]
    return differ(expected, actual, _ties(model, probe) if name == "predict" else None)


def differ(expected: Any, actual: Any, ties: Any = None) -> str:
    """Return how answers differ beyond what float32 explains, or ``""``."""
    if isinstance(expected, list | tuple) or isinstance(actual, list | tuple):
        if type(expected) is not type(actual) or len(expected) != len(actual):
            return f"is a {type(actual).__name__} of {len(actual)}"
        return next(filter(None, map(differ, expected, actual)), "")
    expected, actual = (
        each.toarray() if hasattr(each, "toarray") else np.asarray(each)
        for each in (expected, actual)
    )
    if expected.shape != actual.shape:
        return f"has shape {actual.shape} instead of {expected.shape}"
    if expected.dtype.kind in "bOUS":
        same = (expected == actual) | (False if ties is None else ties)
        return "" if same.all() else f"differs in {(~same).sum()} of {same.size}"
    gaps = np.abs(expected.astype(float) - actual.astype(float))
    allowed = 1e-4 + 1e-3 * np.abs(expected.astype(float))
    far = (gaps > allowed) & (True if ties is None or ties.shape != gaps.shape else ~ties)
    return f"differs by up to {gaps[far].max():.3g}" if far.any() else ""


def _ties(model: Any, probe: Any) -> Any:
    """Return the rows of which two classes have one probability: rounding decides."""
    if not hasattr(model, "predict_proba"):
        return None
    probabilities = model.predict_proba(probe)
    if isinstance(probabilities, list):  # one a target
        return None
    ranked = np.sort(probabilities, axis=1)
    return ranked[:, -1] - ranked[:, -2] < _TIE


if __name__ == "__main__":
    main()
