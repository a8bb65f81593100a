"""Files that name only what is on the reviewed list, and strike or read all the same.

Each of them was called trusted once. They hold a callable where something calls it while the file
is loaded, or have joblib's loader go on at another byte than a reader expects.
"""

from collections.abc import Iterator

from tests.inspecting.hostile.kinds import Body, Hostile, Verdict, file_of, refused
from tests.inspecting.hostile.opcodes import (
    BUILD,
    EMPTY_TUPLE,
    MARK,
    NEWOBJ,
    NONE,
    REDUCE,
    STOP,
    TRUE,
    built,
    call,
    data,
    get,
    glob,
    listed,
    many,
    number,
    put,
    shell,
    system,
    table,
    text,
    whole,
)

FALSE = b"\x89"
WRAPPER = glob("joblib.numpy_pickle", "NumpyArrayWrapper")
PLAIN = glob("sklearn.model_selection._split", "KFold") + EMPTY_TUPLE + NEWOBJ
ORDERED = glob("collections", "OrderedDict")
MANY_LISTS = b"]0" * 900_000
"""As much as makes a reader forget what it remembered."""


def _partial(function: bytes, *arguments: bytes, **keywords: bytes) -> bytes:
    state = many(function, many(*arguments), table(**keywords), NONE)
    return built(call(glob("functools", "partial"), function), state)


def _memmap(marker: str) -> bytes:
    """Push a function that makes or empties a file."""
    settings = {"mode": text("w+"), "shape": many(number(4))}
    return _partial(glob("numpy", "memmap"), text(marker), **settings)


def _default(factory: bytes) -> bytes:
    return call(glob("collections", "defaultdict"), factory)


def _bunch(marker: str) -> bytes:
    bunch = glob("sklearn.utils._bunch", "Bunch") + EMPTY_TUPLE + NEWOBJ
    return bunch + MARK + text("__array__") + _memmap(marker) + b"u"


CALLED: dict[str, Body] = {
    "a defaultdict that makes a file, asked by dtype": lambda m: whole(
        call(glob("numpy", "dtype"), _default(_memmap(m)))
    ),
    "a Bunch that makes a file, asked by float64": lambda m: whole(
        call(glob("numpy", "float64"), _bunch(m))
    ),
    "a Bunch that makes a file, asked by pandas": lambda m: whole(
        call(glob("pandas", "CategoricalDtype"), _bunch(m))
    ),
}
STILL: dict[str, Body] = {
    "a defaultdict that reads a file": lambda _: whole(
        call(
            glob("numpy", "dtype"),
            _default(_partial(glob("lightgbm.basic", "Booster"), model_file=text("/etc/hosts"))),
        )
    ),
    "a defaultdict of memmap itself": lambda _: whole(_default(glob("numpy", "memmap"))),
    "a partial made by copyreg": lambda m: whole(
        call(
            glob("copyreg", "__newobj_ex__"),
            glob("functools", "partial"),
            many(glob("numpy", "memmap"), text(m)),
            table(mode=text("w+")),
        )
    ),
    "a constructor called by copyreg": lambda _: whole(
        call(
            glob("copyreg", "_reconstructor"),
            glob("lightgbm.basic", "Booster"),
            glob("lightgbm.basic", "Booster"),
            table(),
        )
    ),
    "a constructor called by NumPy's generators": lambda _: whole(
        call(
            glob("numpy.random._pickle", "__generator_ctor"),
            table(),
            glob("lightgbm.basic", "Booster"),
        )
    ),
    "a scorer's list calls what an attribute holds": lambda m: whole(
        call(
            glob("builtins", "list"),
            built(
                glob("sklearn.model_selection._search", "ParameterSampler") + EMPTY_TUPLE + NEWOBJ,
                table(
                    n_iter=number(1),
                    random_state=NONE,
                    param_distributions=listed(table(a=built(PLAIN, table(rvs=_memmap(m))))),
                ),
            ),
        )
    ),
}


def _raw(count: int, kind: str = "u1") -> bytes:
    """Push the state of an inline array of so many bytes."""
    return table(
        subclass=glob("numpy", "ndarray"),
        shape=many(number(count)),
        order=text("C"),
        dtype=call(glob("numpy", "dtype"), text(kind), FALSE, TRUE),
        allow_mmap=FALSE,
    )


def _hidden(marker: str) -> bytes:
    """Return an opcode with its length, which joblib takes for raw bytes, and code behind it."""
    code = b"0" + system(marker) + STOP
    return b"B" + len(code).to_bytes(4, "little") + code + STOP


def _short_names(marker: str) -> bytes:
    return b"0U\x02osU\x06system\x93" + many(text(shell(marker))) + b"R0N."


def _classed(class_state: bytes) -> Body:
    """Return an object that becomes joblib's wrapper by its slots, and raw bytes after it."""
    return lambda m: b"\x80\x04" + PLAIN + _raw(5) + class_state + b"\x86" + BUILD + _hidden(m)


def _dtype(kind: str, *state: bytes) -> bytes:
    """Push a dtype with a state of version 3."""
    made = call(glob("numpy", "dtype"), text(kind), FALSE, TRUE)
    return built(made, many(number(3), text("|"), *state))


def _objects(flags: int) -> bytes:
    return _dtype("O8", NONE, NONE, NONE, number(-1), number(-1), number(flags))


def _void(base: bytes, names: bytes, fields: bytes, flags: int = 0) -> bytes:
    return _dtype("V8", base, names, fields, number(8), number(1), number(flags))


def _scalar(dtype: bytes) -> bytes:
    return whole(call(glob("numpy._core.multiarray", "scalar"), dtype, data(b"A" * 8)))


def _from_buffer(dtype: bytes) -> bytes:
    function = glob("numpy._core.numeric", "_frombuffer")
    return whole(call(function, data(b"A" * 8), dtype, many(number(1)), text("C")))


def _of_list(dtype: bytes, *items: bytes) -> bytes:
    empty = call(
        glob("numpy._core.multiarray", "_reconstruct"),
        glob("numpy", "ndarray"),
        many(number(0)),
        data(b"b"),
    )
    return whole(built(empty, many(number(1), many(number(1)), dtype, FALSE, listed(*items))))


ALL_FLAGS = 63
NAMED = many(text("a"))
WILD: dict[str, Body] = {
    "a scalar of objects whose flags deny them": lambda _: _scalar(_objects(0)),
    "a buffer of objects whose flags deny them": lambda _: _from_buffer(_objects(0)),
    "a scalar with an object in a field, denied": lambda _: _scalar(
        _void(NONE, NAMED, table(a=many(_objects(ALL_FLAGS), number(0))))
    ),
    "a buffer with an array of objects within, denied": lambda _: _from_buffer(
        _void(many(_objects(ALL_FLAGS), many(number(1))), NONE, NONE)
    ),
    "an object and a number in one place": lambda _: _of_list(
        _void(
            NONE,
            many(text("a"), text("b")),
            table(
                a=many(_objects(ALL_FLAGS), number(0)),
                b=many(call(glob("numpy", "dtype"), text("u8"), FALSE, TRUE), number(0)),
            ),
            27,
        ),
        many(NONE, number(0x41414141)),
    ),
    "a field outside of its item": lambda _: _of_list(
        _void(
            NONE,
            NAMED,
            table(a=many(call(glob("numpy", "dtype"), text("u8"), FALSE, TRUE), number(4096))),
        ),
        many(number(1)),
    ),
    "a dtype that changes after an array was made of it": lambda _: whole(
        call(glob("numpy", "dtype"), text("V8"), FALSE, TRUE)
        + put(9)
        + b"0"
        + call(
            glob("numpy._core.numeric", "_frombuffer"),
            data(b"A" * 8),
            get(9),
            many(number(1)),
            text("C"),
        )
        + get(9)
        + many(
            number(3),
            text("|"),
            NONE,
            NAMED,
            table(a=many(_objects(ALL_FLAGS), number(0))),
            number(8),
            number(1),
            number(27),
        )
        + BUILD
    ),
    "a dtype made without its constructor": lambda _: _from_buffer(
        built(
            glob("numpy", "dtype") + many(text("O8"), FALSE, TRUE) + NEWOBJ,
            many(number(3), text("|"), NONE, NONE, NONE, number(-1), number(-1), number(0)),
        )
    ),
}
"""They have NumPy take numbers of the file for addresses; who loads them crashes, or worse."""
CLASS_ITEM = listed(many(text("__class__"), WRAPPER))
DESYNCHRONISED: dict[str, Body] = {
    "an inline array whose wrapper was forgotten": lambda m: (
        b"\x80\x04"
        + MANY_LISTS
        + WRAPPER
        + EMPTY_TUPLE
        + NEWOBJ
        + put(3)
        + b"0"
        + get(3)
        + _raw(5)
        + BUILD
        + _hidden(m)
    ),
    "a class set by an OrderedDict's items": _classed(
        ORDERED + EMPTY_TUPLE + REDUCE + MARK + text("__class__") + WRAPPER + b"u"
    ),
    "a class set by an OrderedDict's arguments": _classed(call(ORDERED, CLASS_ITEM)),
    "a class set by a dict's arguments": _classed(call(glob("builtins", "dict"), CLASS_ITEM)),
    "a class set by a defaultdict's arguments": _classed(
        call(glob("collections", "defaultdict"), NONE, CLASS_ITEM)
    ),
    "a class set by a dict that was forgotten": lambda m: (
        b"\x80\x04"
        + MANY_LISTS
        + table(__class__=WRAPPER)
        + put(5)
        + b"0"
        + PLAIN
        + _raw(5)
        + get(5)
        + b"\x86"
        + BUILD
        + _hidden(m)
    ),
    "a wrapper within an array of objects, which is none": lambda m: (
        b"\x80\x04"
        + WRAPPER
        + EMPTY_TUPLE
        + NEWOBJ
        + _raw(1, "O")
        + BUILD
        + b"\x80\x04"
        + WRAPPER
        + EMPTY_TUPLE
        + NEWOBJ
        + _raw(len(_short_names(m)))
        + BUILD
        + _short_names(m)
        + b"0N."
    ),
}
FAULTY = {"an inline array whose wrapper was forgotten"}
"""A reader cannot go on where it does not know what a loader reads."""


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield from refused(CALLED)
    yield from refused(STILL, strikes="none")
    yield from refused(WILD, strikes="none")
    for name, body in DESYNCHRONISED.items():
        verdict: Verdict = "damaged" if name in FAULTY else "refused"
        yield Hostile(name=name, write=file_of(body), strikes="joblib", verdict=verdict)
