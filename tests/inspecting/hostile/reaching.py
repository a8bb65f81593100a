"""Files that name only what is on the reviewed list, and reach for more by what they say with it.

By objects that pass on what they are asked, as states; by reconstructors that make what keeps a
function; by methods, functions and files that a model's answer is told to use.
"""

from collections.abc import Iterator

from tests.inspecting.hostile.kinds import Body, Hostile, refused
from tests.inspecting.hostile.listed import MANY_LISTS
from tests.inspecting.hostile.opcodes import (
    BUILD,
    EMPTY_LIST,
    EMPTY_TUPLE,
    MARK,
    NEWOBJ,
    NONE,
    POP,
    built,
    call,
    data,
    get,
    glob,
    listed,
    many,
    number,
    put,
    table,
    text,
    whole,
)

LINEAR = glob("sklearn.linear_model._base", "LinearRegression") + EMPTY_TUPLE + NEWOBJ
PARTIAL = glob("functools", "partial")
DEFAULTS = glob("collections", "defaultdict")
BUNCH = glob("sklearn.utils._bunch", "Bunch")
FROZEN = glob("sklearn.frozen._frozen", "FrozenEstimator") + EMPTY_TUPLE + NEWOBJ
STACKING = glob("sklearn.ensemble._stacking", "StackingClassifier") + EMPTY_TUPLE + NEWOBJ
PADDING = {f"a{i}": NONE for i in range(70)}
"""More keys than a reader remembers."""
HOOK = table(_sklearn_version=text("1.9.1"), __setstate__=glob("builtins", "sorted"))
BYTES = call(
    glob("numpy._core.numeric", "_frombuffer"),
    data(b"import os\n"),
    call(glob("numpy", "dtype"), text("u1")),
    many(number(10)),
    text("C"),
)


def _of(module: str, name: str, **state: bytes) -> bytes:
    return built(glob(module, name) + EMPTY_TUPLE + NEWOBJ, table(**state))


def _stack(methods: bytes) -> bytes:
    return whole(built(STACKING, table(stack_method_=methods)))


def _words(**state: bytes) -> bytes:
    return _of("sklearn.feature_extraction.text", "TfidfVectorizer", **state)


def _steps(steps: bytes) -> Body:
    return lambda _: whole(_of("sklearn.pipeline", "Pipeline", steps=steps))


def _spelled(letters: str) -> bytes:
    """Push a text that only loading spells."""
    return call(glob("builtins", "str"), data(letters.encode()), text("ascii"))


STATES: dict[str, Body] = {
    "a frozen dict as a state": lambda _: whole(
        built(LINEAR, built(FROZEN, table(estimator=HOOK)))
    ),
    "a frozen estimator as a state": lambda _: whole(
        built(LINEAR, built(FROZEN, table(estimator=LINEAR)))
    ),
    "a table of pandas as a state": lambda _: whole(
        built(LINEAR, glob("pandas", "DataFrame") + EMPTY_TUPLE + NEWOBJ)
    ),
    "an object of a listed type as a pair's dict": lambda _: whole(
        built(LINEAR, many(NONE, built(FROZEN, table(estimator=LINEAR))))
    ),
    "a list as a state": lambda _: whole(built(LINEAR, listed(many(text("a"), NONE)))),
    "a frozen estimator that was forgotten, as a state": lambda _: whole(
        MANY_LISTS + built(FROZEN, table(estimator=LINEAR)) + put(7) + POP + LINEAR + get(7) + BUILD
    ),
    "a factory set by a defaultdict's slots": lambda _: whole(
        built(call(DEFAULTS), many(NONE, table(default_factory=LINEAR)))
    ),
}
MAKERS: dict[str, Body] = {
    "a partial of an object, made by copyreg.__newobj__": lambda _: whole(
        call(glob("copyreg", "__newobj__"), PARTIAL, LINEAR)
    ),
    "a partial of an object, made by copyreg.__newobj_ex__": lambda _: whole(
        call(glob("copyreg", "__newobj_ex__"), PARTIAL, many(LINEAR), table())
    ),
    "a partial of an object, made by copyreg._reconstructor": lambda _: whole(
        call(glob("copyreg", "_reconstructor"), PARTIAL, PARTIAL, LINEAR)
    ),
    "a defaultdict that calls an object, made by copyreg._reconstructor": lambda _: whole(
        call(glob("copyreg", "_reconstructor"), DEFAULTS, DEFAULTS, LINEAR)
    ),
    "a partial, made by pandas": lambda _: whole(
        call(glob("pandas.core.indexes.base", "_new_Index"), PARTIAL, table())
    ),
    "a defaultdict that calls an object, made by copyreg.__newobj__": lambda _: whole(
        call(glob("copyreg", "__newobj__"), DEFAULTS, LINEAR)
    ),
    "an object that is asked for its text": lambda _: whole(call(glob("builtins", "str"), LINEAR)),
    "an object that is asked for its dtype": lambda _: whole(call(glob("numpy", "dtype"), LINEAR)),
}
KEYS: dict[str, Body] = {
    "a Bunch with a key that only loading spells": lambda _: whole(
        BUNCH + EMPTY_TUPLE + NEWOBJ + MARK + _spelled("__array_interface__") + table() + b"u"
    ),
    "a Bunch with a key that NumPy spells": lambda _: whole(
        BUNCH
        + EMPTY_TUPLE
        + NEWOBJ
        + MARK
        + call(glob("numpy", "str_"), text("__array_interface__"))
        + table()
        + b"u"
    ),
    "a Bunch filled by copyreg": lambda _: whole(
        call(
            glob("copyreg", "_reconstructor"),
            BUNCH,
            glob("builtins", "dict"),
            table(__array_interface__=table()),
        )
    ),
}
METHODS: dict[str, Body] = {
    "stacking that calls tofile": lambda _: _stack(listed(text("predict"), text("tofile"))),
    "stacking that calls a method that only loading spells": lambda _: _stack(
        listed(_spelled("tofile"))
    ),
    "stacking that calls tofile, after many attributes": lambda _: whole(
        built(STACKING, table(**PADDING, stack_method_=listed(text("tofile"))))
    ),
    "stacking that calls the last of many methods": lambda _: _stack(
        listed(*[text("predict")] * 64, text("tofile"))
    ),
    "stacking whose methods come after it": lambda _: whole(
        EMPTY_LIST
        + put(3)
        + POP
        + built(STACKING, table(stack_method_=get(3)))
        + get(3)
        + text("tofile")
        + b"a"
        + POP
    ),
    "stacking whose methods are a pair": lambda _: _stack(many(text("predict"), text("dump"))),
    "a scorer that calls tofile": lambda _: whole(
        _of("sklearn.metrics._scorer", "_Scorer", _response_method=text("tofile"))
    ),
    "a chain that calls tofile": lambda _: whole(
        _of("sklearn.multioutput", "ClassifierChain", chain_method_=text("tofile"))
    ),
    "a threshold that calls tofile": lambda _: whole(
        _of(
            "sklearn.model_selection._classification_threshold",
            "FixedThresholdClassifier",
            response_method=text("tofile"),
        )
    ),
    "importances from behind an object": lambda _: whole(
        _of(
            "sklearn.feature_selection._from_model",
            "SelectFromModel",
            importance_getter=text("__class__.__init__.__globals__"),
        )
    ),
    "a model whose predict is another function": lambda _: whole(
        built(LINEAR, table(**PADDING, predict=glob("numpy", "take")))
    ),
    "a frozen array": lambda _: whole(built(FROZEN, table(estimator=BYTES))),
    "stacking of arrays": lambda _: whole(built(STACKING, table(estimators_=listed(BYTES)))),
    "a pipeline of an array": lambda _: whole(
        _of("sklearn.pipeline", "Pipeline", steps=listed(many(text("a"), BYTES)))
    ),
    **{
        f"a pipeline whose steps are {what}": _steps(steps)
        for what, steps in {
            "a tuple": many(many(text("a"), BYTES)),
            "lists": listed(listed(text("a"), BYTES)),
            "an array": BYTES,
            "a dict": table(a=BYTES),
            "a deque": call(glob("collections", "deque"), listed(many(text("a"), BYTES))),
            "functions": listed(many(text("a"), glob("numpy", "take"))),
            "what a reader no longer keeps": MANY_LISTS + listed(many(text("a"), BYTES)),
            "begun before a reader keeps no more": EMPTY_LIST
            + MARK
            + many(text("a"), BYTES)
            + MANY_LISTS
            + b"e",
        }.items()
    },
    "a tokenizer that opens files": lambda _: whole(_words(tokenizer=glob("numpy", "memmap"))),
    "a tokenizer that opens files, behind much else": lambda _: whole(
        _words(**PADDING, tokenizer=glob("numpy", "memmap"))
    ),
    "an analyzer that makes objects": lambda _: whole(
        _words(analyzer=glob("copyreg", "__newobj__"))
    ),
    "voting of a tuple of arrays": lambda _: whole(
        _of("sklearn.ensemble._voting", "VotingClassifier", estimators_=many(BYTES))
    ),
    "voting whose estimators come after it": lambda _: whole(
        EMPTY_LIST
        + put(3)
        + POP
        + _of("sklearn.ensemble._voting", "VotingClassifier", estimators_=get(3))
        + get(3)
        + BYTES
        + b"a"
        + POP
    ),
}
FUNCTIONS: dict[str, Body] = {
    "a partial of take": lambda _: whole(
        call(PARTIAL, glob("numpy", "take"), listed(text("/etc/hosts")))
    ),
    "a partial of a constructor": lambda _: whole(
        call(PARTIAL, glob("builtins", "bytearray"), number(10**10))
    ),
    "a transformer that counts its input": lambda _: whole(
        _of(
            "sklearn.preprocessing._function_transformer",
            "FunctionTransformer",
            func=glob("builtins", "len"),
        )
    ),
    "a target that is turned back by take": lambda _: whole(
        _of(
            "sklearn.compose._target",
            "TransformedTargetRegressor",
            inverse_func=glob("numpy", "take"),
        )
    ),
    "words of files that the input names": lambda _: whole(
        _of("sklearn.feature_extraction.text", "TfidfVectorizer", input=text("filename"))
    ),
    "words of files that the input is": lambda _: whole(
        _of("sklearn.feature_extraction.text", "HashingVectorizer", input=text("file"))
    ),
    "words of files, as only loading spells": lambda _: whole(
        _of("sklearn.feature_extraction.text", "CountVectorizer", input=_spelled("filename"))
    ),
}


DILL_ARRAY = glob("dill._dill", "_create_array")
MAKER = glob("numpy._core.multiarray", "_reconstruct")
EMPTY = many(glob("numpy", "ndarray"), many(number(0)), data(b"b"))
NUMBERS = many(
    number(1),
    many(number(1)),
    call(glob("numpy", "dtype"), text("u1"), b"\x89", b"\x88"),
    b"\x89",
    data(b"a"),
)
DILLED: dict[str, Body] = {
    "dill's arrays made by another function": lambda _: whole(
        call(DILL_ARRAY, glob("numpy", "take"), EMPTY, NUMBERS, NONE)
    ),
    "dill's arrays made by an object": lambda _: whole(
        call(DILL_ARRAY, LINEAR, EMPTY, NUMBERS, NONE)
    ),
    "dill's arrays with another state": lambda _: whole(
        call(DILL_ARRAY, MAKER, EMPTY, built(FROZEN, table(estimator=LINEAR)), NONE)
    ),
    "dill's arrays with attributes": lambda _: whole(
        call(DILL_ARRAY, MAKER, EMPTY, NUMBERS, table(a=NONE))
    ),
    "dill's arrays with attributes of an object": lambda _: whole(
        call(DILL_ARRAY, MAKER, EMPTY, NUMBERS, LINEAR)
    ),
    "dill's type of functions": lambda _: whole(
        call(glob("dill._dill", "_load_type"), text("FunctionType"))
    ),
    "dill's type by a name that only loading spells": lambda _: whole(
        call(glob("dill._dill", "_load_type"), _spelled("CodeType"))
    ),
}


def files() -> Iterator[Hostile]:
    """Yield them all; none is loaded, for what they do shows when a model answers."""
    for bodies in (STATES, MAKERS, KEYS, METHODS, FUNCTIONS, DILLED):
        yield from refused(bodies, strikes="none")
