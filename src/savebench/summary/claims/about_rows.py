"""What people say of pickle, joblib, skops, ONNX and others: the claims as data."""

from savebench.summary.claims import sources
from savebench.summary.claims.claim import (
    EVERY,
    LARGE_ARRAYS,
    LARGE_KNN,
    LARGE_TREES,
    SMALL_OBJECTS,
    TREES,
    Claim,
    Line,
    Models,
)
from savebench.summary.claims.questions import NOT_WORSE_NOTE, Compare, Expects
from savebench.summary.claims.special import SameAnswers
from savebench.summary.evidence import WARM

_ASPECTS = {
    "dump": "dump_s",
    "load": WARM,
    "memory of a dump": "dump_peak_bytes",
    "memory of a load": "load_peak_bytes",
}
"""What is asked apart. A load is a load and the first answer: a lazy one must not look quick."""
_SHARED = 0.5
"""A mapping shares the model where a further worker adds at most half of what it adds without."""


def _apart(  # noqa: PLR0913, PLR0917 - the columns of a table
    row: str,
    other: str,
    models: Models,
    expects: Expects = "less",
    aspects: tuple[str, ...] = tuple(_ASPECTS),
    before: str = "",
) -> tuple[Line, ...]:
    """Return a line for each aspect in which one row is held against another."""
    return tuple(
        Line(
            aspect=before + aspect,
            models=models,
            question=Compare(row=row, other=other, metric=_ASPECTS[aspect], expects=expects),
        )
        for aspect in aspects
    )


def _size(row: str, other: str, before: str = "") -> Line:
    return Line(
        aspect=f"{before}file size",
        models=EVERY,
        question=Compare(row=row, other=other, metric="size_bytes", expects="not more"),
    )


def _sharing(aspect: str, models: Models) -> Line:
    question = Compare(row="joblib-mmap", other="joblib", metric="worker_bytes", bound=_SHARED)
    return Line(aspect=aspect, models=models, question=question)


_TIMES = ("dump", "load")

JOBLIB = (
    Claim(
        name="joblib-large-arrays",
        sentence="joblib is more efficient than pickle on large NumPy arrays",
        sources=(sources.JOBLIB, sources.SKLEARN_OLD, sources.STACK_OVERFLOW),
        lines=_apart("joblib", "pickle", LARGE_ARRAYS),
    ),
    Claim(
        name="pickle-small-objects",
        sentence="pickle is faster than joblib on many small Python objects",
        sources=(sources.STACK_OVERFLOW, sources.JOBLIB_SLOW),
        lines=_apart("pickle", "joblib", SMALL_OBJECTS, aspects=_TIMES),
    ),
    Claim(
        name="joblib-forests",
        sentence="joblib is better with many smallish arrays (forests)",
        sources=(sources.SKLEARN_OLD,),
        lines=_apart("joblib", "pickle", TREES),
        note="scikit-learn's manual meant all fitted estimators: a forest is its usual example",
    ),
    Claim(
        name="protocol-5-is-enough",
        sentence="since protocol 5 pickle needs no joblib: it is never worse on large arrays",
        sources=(sources.PEP_574, sources.STACK_OVERFLOW, sources.SKLEARN),
        lines=_apart("pickle", "joblib", LARGE_ARRAYS, "not more"),
        note=NOT_WORSE_NOTE,
    ),
    Claim(
        name="mapping-shares",
        sentence="mapping the file lets workers share the model's memory",
        sources=(sources.STACK_OVERFLOW, sources.SKLEARN),
        lines=(_sharing("k-NN", LARGE_KNN), _sharing("forests", LARGE_TREES)),
        note="shared: a further worker adds at most half of what it adds with a plain joblib load",
    ),
    Claim(
        name="mapping-is-instant",
        sentence="a mapped load is quicker than reading the file",
        sources=(sources.STACK_OVERFLOW,),
        lines=(
            Line(
                aspect="load alone",
                models=LARGE_ARRAYS,
                question=Compare(row="joblib-mmap", other="joblib", metric="load_s"),
            ),
            Line(
                aspect="load and answer",
                models=LARGE_ARRAYS,
                question=Compare(row="joblib-mmap", other="joblib", metric=WARM),
            ),
        ),
    ),
)

OTHERS = (
    Claim(
        name="protocols",
        sentence="a bigger protocol number is never worse",
        sources=(sources.PYTHON_PICKLE, sources.HIGHEST_PROTOCOL),
        lines=(
            *_apart("pickle", "pickle-p4", EVERY, "not more", _TIMES, "5 for 4: "),
            _size("pickle", "pickle-p4", "5 for 4: "),
            *_apart("pickle-p4", "pickle-p2", EVERY, "not more", _TIMES, "4 for 2: "),
            _size("pickle-p4", "pickle-p2", "4 for 2: "),
        ),
        note=NOT_WORSE_NOTE,
    ),
    Claim(
        name="cloudpickle-as-fast",
        sentence="cloudpickle is as efficient as pickle",
        sources=(sources.SKLEARN,),
        lines=_apart("cloudpickle", "pickle", EVERY, "not more", _TIMES),
        note=NOT_WORSE_NOTE,
    ),
    Claim(
        name="dill-slower",
        sentence="dill is slower than pickle",
        sources=(sources.DILL_SLOW,),
        lines=_apart("dill", "pickle", EVERY, "more", _TIMES),
    ),
    Claim(
        name="skops-slower",
        sentence="skops is slower than pickle",
        sources=(sources.SKLEARN,),
        lines=_apart("skops", "pickle", EVERY, "more", _TIMES),
    ),
    Claim(
        name="onnx-answers",
        sentence="ONNX gives the same answers",
        sources=(sources.ONNX_CONVERTERS, sources.ONNX_FLOAT),
        lines=(
            Line(
                aspect="within its tolerance",
                models=EVERY,
                question=SameAnswers("onnx", exactly=False),
            ),
            Line(
                aspect="to the last bit", models=EVERY, question=SameAnswers("onnx", exactly=True)
            ),
        ),
        note="over the models that it exports at all",
    ),
    Claim(
        name="onnx-loads-faster",
        sentence="ONNX loads faster than pickle",
        sources=(sources.ONNX_SLOW_LOAD,),
        lines=(
            Line(
                aspect="load alone",
                models=EVERY,
                question=Compare(row="onnx", other="pickle", metric="load_s"),
            ),
            Line(
                aspect="load and answer",
                models=EVERY,
                question=Compare(row="onnx", other="pickle", metric=WARM),
            ),
        ),
        note="what is imported beforehand, scikit-learn or onnxruntime, is not timed",
    ),
)
