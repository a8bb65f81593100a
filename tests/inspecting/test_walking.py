"""The machine that follows pickles: what it tells, and what it does not let pass."""

import collections
import functools
import gzip
import os
import pickle
import pickletools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error

from savebench.inspecting.limits import NAMES
from savebench.inspecting.pickles.session import Session
from tests.commands import savebench as run_command
from tests.inspecting.files import inspected, part_at, pickled, untrusted


class _Calls:
    """Pickles as a call."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def __reduce__(self) -> tuple[Any, ...]:
        return self.parts


@pytest.mark.parametrize("protocol", range(6))
def test_a_call_of_a_shell_is_named_whatever_the_protocol(tmp_path: Path, protocol: int) -> None:
    """And it is said what it means."""
    found = pickled(tmp_path, _Calls(os.system, ("true",)), protocol)

    assert not found.trusted
    (named,) = (each for each in found.globals if not each.trusted)
    assert (named.name, named.called, named.why) == ("posix.system", True, "runs a shell command")


def test_a_name_that_only_loading_would_tell_is_distrusted(tmp_path: Path) -> None:
    """STACK_GLOBAL of what a call gave."""
    raw = b"\x80\x04\x8c\x08builtins\x8c\x03str\x93\x8c\x02os\x85R\x8c\x06system\x93."

    found = inspected(tmp_path, raw)

    assert "it imports a name that only loading would tell" in found.distrust[0]


def test_remembered_texts_are_names_like_others(tmp_path: Path) -> None:
    """STACK_GLOBAL of two texts out of the memo."""
    raw = b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x9400h\x00h\x01\x93."

    assert untrusted(inspected(tmp_path, raw)) == ["posix.system"]


def test_a_listed_value_may_be_named_and_not_called(tmp_path: Path) -> None:
    """numpy.log1p belongs in a FunctionTransformer, not on the left of a call."""
    named = pickled(tmp_path, np.log1p)
    called = pickled(tmp_path, _Calls(np.log1p, (1,)))

    assert (named.trusted, untrusted(called)) == (True, ["numpy.log1p"])


def test_a_partial_of_a_listed_function_is_trusted_and_of_another_is_not(tmp_path: Path) -> None:
    """Its function is looked at, in its arguments and in its state."""
    assert pickled(tmp_path, functools.partial(np.add, 1.0)).trusted
    assert pickled(tmp_path, functools.partial(mean_absolute_error, multioutput=None)).trusted
    assert untrusted(pickled(tmp_path, functools.partial(np.mean, axis=0))) == ["functools.partial"]
    assert not pickled(tmp_path, functools.partial(os.getcwd)).trusted
    swapped = pickle.dumps(functools.partial(np.mean)).replace(b"\x8c\x04mean", b"\x8c\x04load")
    assert untrusted(inspected(tmp_path, swapped))


def test_bytes_of_old_protocols_are_trusted_in_latin1_alone(tmp_path: Path) -> None:
    """Other codecs decompress, or come from a registry."""
    import codecs

    assert pickled(tmp_path, b"\xe9\xff" * 3, 2).trusted
    assert not pickled(tmp_path, _Calls(codecs.encode, ("x", "rot13"))).trusted


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x80\x02\x82\x01.", "extension code 1"),
        (b"Pid\n.", "a persistent object"),
        (b"\x80\x04NQ.", "a persistent object"),
        (b"\x80\x02cnumpy\nmean\n}X\x01\0\0\0aK\x01sb.", "sets attributes of a type"),
        (b"\x80\x02]}X\x01\0\0\0aK\x01sb.", "sets attributes of a list"),
        (b"\x80\x02cnumpy\nlog1p\nK\x01a.", "appends to a type"),
        (b"\x80\x02)K\x01K\x02s.", "sets items of a tuple"),
        (b"\x80\x02X\x02\0\0\0os)R.", "it calls no function"),
        (b"\x80\x02ccollections\nOrderedDict\n)R)R.", "it calls what the file itself made"),
    ],
)
def test_what_no_model_does_is_distrusted(tmp_path: Path, raw: bytes, reason: str) -> None:
    """Each is a way to run what the names alone do not show."""
    found = inspected(tmp_path, raw)

    assert not found.trusted
    assert reason in " ".join(found.distrust)


def test_a_state_may_not_set_what_python_looks_at(tmp_path: Path) -> None:
    """A second state would call the first one's __setstate__."""
    raw = (
        b"\x80\x04\x8c\x15sklearn.preprocessing\x8c\x06Binari\x930"
        b"\x8c\x1bsklearn.preprocessing._data\x94\x8c\x0eStandardScaler\x93)\x81"
        b"}\x8c\x0c__setstate__\x8c\x05numpy\x8c\x05log1p\x93sb."
    )

    found = inspected(tmp_path, raw)

    assert "it sets __setstate__ of an object" in found.distrust[0]


def test_a_constructor_that_reads_files_may_not_be_called(tmp_path: Path) -> None:
    """A listed type is made without it."""
    raw = b"\x80\x02clightgbm.basic\nBooster\nNX\x04\0\0\0file\x86R."

    assert untrusted(inspected(tmp_path, raw)) == ["lightgbm.basic.Booster"]


def test_names_of_python_2_are_those_that_python_3_imports(tmp_path: Path) -> None:
    """Up to protocol 2 alone."""
    assert inspected(tmp_path, b"\x80\x02c__builtin__\nset\n]\x85R.").trusted
    assert not inspected(tmp_path, b"\x80\x04c__builtin__\nset\n]\x85R.").trusted
    assert untrusted(inspected(tmp_path, b"\x80\x02ccommands\ngetoutput\n.")) == [
        "commands.getoutput"
    ]


def test_strings_of_python_2_need_not_be_ascii(tmp_path: Path) -> None:
    """Protocol 0 escapes them, 1 and 2 hold their bytes."""
    found = inspected(tmp_path, b"(dp0\nS'caf\\xe9'\np1\nS'\\x00\\xff'\np2\ns.")

    assert (found.damage, found.written_by["python"], found.protocol) == ("", "2", 0)


def test_pickles_after_the_first_are_listed_too(tmp_path: Path) -> None:
    """A second call of a loader would read them."""
    raw = pickle.dumps([1]) + pickle.dumps(_Calls(os.system, ("true",)))

    found = inspected(tmp_path, raw)

    assert untrusted(found) == ["posix.system"]
    assert found.notes[0].startswith("1 more pickles follow the first from byte 17 on")


@pytest.mark.parametrize("count", [100_000, 1_000_000])
def test_depth_is_no_matter(tmp_path: Path, count: int) -> None:
    """Nothing recurses, neither while reading nor when the tree is made."""
    tuples = inspected(tmp_path, b"\x80\x02)" + b"\x85" * count + b".")
    lists = inspected(tmp_path, b"\x80\x02" + b"]" * count + b"a" * (count - 1) + b".")

    assert (tuples.damage, lists.damage) == ("", "")


def test_values_shared_a_thousandfold_are_told_once(tmp_path: Path) -> None:
    """Each level holds the one before twice."""
    found = inspected(tmp_path, b"\x80\x02]" + b"2\x86" * 10_000 + b".")

    assert (found.uncompressed_bytes, found.root.bytes if found.root else 0) == (20_004, 20_004)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x80\x04\x8e" + (10**10).to_bytes(8, "little") + b"x" * 1000,
        b"\x80\x04\x8d" + (10**10).to_bytes(8, "little") + b"x" * 1000,
        b"\x80\x05\x96" + (2**63).to_bytes(8, "little") + b"x",
        b"\x80\x04\x95" + (10**10).to_bytes(8, "little") + b"N.",
        b"\x80\x02\x8b\xff\xff\xff\x7f1.",
        b"\x80\x02T\xff\xff\xff\xff1.",
    ],
)
def test_a_length_that_the_file_does_not_have_is_damage(tmp_path: Path, raw: bytes) -> None:
    """Nothing is set aside for it."""
    found = inspected(tmp_path, raw)

    assert found.damage
    assert not found.trusted


def test_a_truncated_file_says_where_it_breaks_off_and_keeps_what_was_read(tmp_path: Path) -> None:
    """At each twentieth of its length."""
    raw = pickle.dumps({"a": np.arange(1000.0), "b": collections.OrderedDict(c=[1, 2])})
    for part in range(1, 20):
        cut = raw[: len(raw) * part // 20]

        found = inspected(tmp_path, cut)

        assert f"breaks off after {len(cut):,} bytes; get a whole copy of the file" == found.damage


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """A gigabyte out of a megabyte is no model."""
    raw = gzip.compress(b"\x80\x04\x8e" + (6 * 10**8).to_bytes(8, "little") + bytes(6 * 10**8), 1)
    raw = gzip.compress(raw)

    found = inspected(tmp_path, raw)

    assert found.damage.startswith("too large when unpacked: ")


def test_arrays_are_told_by_path_and_twins_are_found(tmp_path: Path) -> None:
    """Two arrays of the same bytes, in any protocol."""
    data = np.random.default_rng(0).random(20_000)
    for protocol in range(2, 6):
        found = pickled(tmp_path, {"a": data, "b": [data.copy()]}, protocol)

        first, second = part_at(found, "['a']").array, part_at(found, "['b'][0]").array
        assert first is not None
        assert second is not None
        assert (first.dtype, first.shape, first.same_as) == ("float64", (20_000,), "")
        assert second.same_as == "['a']"


def test_a_sample_tells_how_far_an_array_shrinks(tmp_path: Path) -> None:
    """Zeros to nearly nothing, random numbers hardly."""
    random = np.random.default_rng(0).random(100_000)
    found = pickled(tmp_path, [np.zeros(100_000), random])

    zeros, noise = part_at(found, "[0]").array, part_at(found, "[1]").array
    assert zeros is not None
    assert noise is not None
    assert zeros.shrinks_to is not None
    assert noise.shrinks_to is not None
    assert zeros.shrinks_to < 0.02
    assert noise.shrinks_to > 0.9


def test_many_alike_are_told_as_one(tmp_path: Path) -> None:
    """A hundred arrays in a list, a vocabulary of many texts."""
    model = {"trees": [np.full(50, at, float) for at in range(100)]}
    model["words"] = {f"word {at}": at for at in range(5000)}  # type: ignore[assignment]

    found = pickled(tmp_path, model)

    group = part_at(found, "['trees'][*]")
    assert (group.count, group.type) == (100, "numpy.ndarray")
    assert group.array is not None
    assert group.array.shape == (50,)
    assert part_at(found, "['words']").what.startswith("4,936 texts of 43")


def test_every_opcode_that_python_knows_is_followed() -> None:
    """A new one would stop the walk."""
    from savebench.inspecting.pickles.walk import HANDLERS

    known = {ord(each.code) for each in pickletools.opcodes}

    assert known == {at for at, handler in enumerate(HANDLERS) if handler is not None}


def test_names_beyond_those_that_are_listed_take_no_memory() -> None:
    """A file may name millions; one that is on the list stays itself."""
    session = Session()
    for at in range(NAMES):
        session.refer("mine", f"n{at}", at, 4)

    further = {id(session.refer("mine", f"more{at}", at, 4)) for at in range(3)}

    assert len(further) == 1
    assert session.refer("numpy", "ndarray", 0, 4).full == "numpy.ndarray"
    assert "it names more than 5,000 things; the rest are not listed" in session.distrust


def test_the_command_writes_a_page_with_a_treemap_where_it_is_asked_to(tmp_path: Path) -> None:
    """And says where."""
    (tmp_path / "model.pkl").write_bytes(pickle.dumps({"weights": np.ones(1000)}))
    ended = run_command("inspect", tmp_path / "model.pkl", "--out", tmp_path / "out")
    assert ended.code == 0
    assert f"Report: {tmp_path / 'out'}" in ended.out
    assert "weights" in next((tmp_path / "out").glob("*.md")).read_text(encoding="utf-8")
    assert list((tmp_path / "out").rglob("*.png"))
