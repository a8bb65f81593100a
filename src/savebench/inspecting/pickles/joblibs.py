"""joblib's ways of its own: arrays as raw bytes between opcodes, and in files beside the pickle.

After BUILD has given one of joblib's wrappers its state, joblib's loader reads the array itself
and puts it in the wrapper's place. What it reads is computed here from the same state.
"""

from savebench.inspecting.limits import NESTED
from savebench.inspecting.pickles import companions
from savebench.inspecting.pickles.content import Content
from savebench.inspecting.pickles.ghost import would_go_on, would_run
from savebench.inspecting.pickles.machine import Machine
from savebench.inspecting.pickles.values import KNOWN_KEYS, Array, DType, Global, Node, items_of

INLINE, BESIDE, ZIPPED = "NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"
_GHOST_BYTES = 1 << 16
_MODULES = ("joblib.numpy_pickle", "joblib.numpy_pickle_compat")


def after_build(m: Machine, node: Node) -> None:
    """Read an array where joblib's loader would."""
    made = node.made
    if made is None or made.name not in {INLINE, BESIDE, ZIPPED}:
        return
    if not made.module.removeprefix("sklearn.externals.").startswith(_MODULES):
        return
    if node.facts is not None:
        raise m.fault("a wrapper of joblib gets a second state")
    known = node.known
    if known is None or len(known) >= KNOWN_KEYS or node.odd:
        raise m.fault("a wrapper of joblib has no state that could be read")
    m.session.classes[node.type] -= 1
    m.session.hints["pickler"] = "joblib"
    if made.module.startswith("sklearn.externals"):
        m.session.hints["vendored joblib"] = "yes"
    if made.name == INLINE:
        _inline(m, node)
    else:
        m.session.hints["joblib"] = "<0.10"
        companions.read(m, node, zipped=made.name == ZIPPED)
    subclass = known.get("subclass")
    node.type = subclass.full if isinstance(subclass, Global) else "numpy.ndarray"
    m.session.classes[node.type] += 1
    node.known = node.attrs = None


def _inline(m: Machine, node: Node) -> None:
    """Read an array that follows in the stream."""
    known = node.known or {}
    dtype, shape, order = known.get("dtype"), items_of(known.get("shape")), known.get("order")
    if not isinstance(dtype, DType) or shape is None:
        raise m.fault("joblib's wrapper of an array does not say its dtype and shape")
    if not all(isinstance(each, int) and each >= 0 for each in shape):
        raise m.fault("joblib's wrapper of an array has no shape")
    if not dtype.sound:
        raise m.fault("an array's dtype contradicts itself")
    if m.stream.tell() < m.frame_end:
        m.session.suspect(
            f"an array begins within a frame of opcodes, at byte {m.at:,}: loaders go on elsewhere"
        )
        raise m.fault("an array begins within a frame of opcodes")
    aligned = known.get("numpy_array_alignment_bytes") is not None
    _date(m, aligned=aligned)
    nbytes = dtype.itemsize
    for each in shape:
        nbytes *= each
    node.facts = Array(dtype, shape, "F" if order == "F" else "C", nbytes)
    if dtype.hasobject:
        inner = _nested(m)
        node.kids, node.texts = inner.kids, inner.texts
        return
    if would_go_on(m.stream.peek(_GHOST_BYTES)):
        _suspect_ghost(m)
    if aligned:
        m.stream.skip(m.stream.take(1)[0])
    _pass_over(m, node.facts)


def _date(m: Machine, *, aligned: bool) -> None:
    """Note which joblib wrote it: arrays are aligned since 1.2."""
    if aligned:
        m.session.hints["joblib"] = ">=1.2"
    else:
        m.session.hints.setdefault("joblib", ">=0.10,<1.2")


def _nested(m: Machine) -> Node:
    """Follow a pickle within the pickle, which has a memo of its own.

    joblib reads it with Python's own loader: a wrapper in it is an object like any other.
    """
    from savebench.inspecting.pickles.walk import HANDLERS

    if m.depth >= NESTED:
        raise m.fault(f"more than {NESTED} pickles stand within each other")
    inner = Machine(m.stream, m.session, m.beside, m.depth + 1)
    m.session.note("object arrays are pickles of their own within the file")
    value = inner.run(HANDLERS)
    m.session.protocol = max(m.session.protocol, inner.needs)
    return value if isinstance(value, Node) else Node("numpy.ndarray")


def _suspect_ghost(m: Machine) -> None:
    m.session.suspect(
        f"the bytes of the array at {m.stream.tell():,} are code to a loader that is not joblib"
    )


def _pass_over(m: Machine, array: Array) -> None:
    """Pass over an array's raw bytes, as long as they are."""
    start = m.stream.peek(min(array.nbytes, _GHOST_BYTES))
    if would_run(start[: array.nbytes]):
        _suspect_ghost(m)
    content = Content(array.nbytes, m.session)
    m.stream.skip(array.nbytes, content.update)
    array.digest, array.shrinks_to = content.digest, content.shrinks_to
