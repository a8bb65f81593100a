"""skops' files: the tree, and what loading it would import and call."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from savebench.inspecting.found import Inspection
from tests.inspecting.formats.reading import parts, read

X = np.random.default_rng(0).random((100, 5))
Y = (X[:, 0] > 0.5).astype(int)
NULL = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "1"}


def node(name: str, loader: str, **more: Any) -> dict[str, Any]:
    """Return a node of a tree, by its dotted name."""
    module, _, class_ = name.rpartition(".")
    return {"__class__": class_, "__module__": module, "__loader__": loader, **more}


def inspected(path: Path, tree: Any, **more: Any) -> Inspection:
    """Return what is found in a file with that tree."""
    with zipfile.ZipFile(path, "w") as archive:
        top = tree if isinstance(tree, str) else json.dumps({"protocol": 2, **tree, **more})
        archive.writestr("schema.json", top)
    return read(path)


def test_a_model_is_told_by_attribute_path(tmp_path: Path) -> None:
    """As from a pickle: attributes, places, arrays with their dtypes."""
    path = tmp_path / "m.skops"
    model = make_pipeline(StandardScaler(), KNeighborsClassifier()).fit(X, Y)
    skops.io.dump(model, path)

    found = read(path)

    assert found.container == "skops"
    assert found.damage == ""
    assert found.written_by["skops"] == skops.__version__
    assert found.written_by["scikit-learn"].startswith("1.")
    data = parts(found)["steps[1][1]._fit_X"]
    assert data.bytes == X.nbytes
    assert data.array is not None
    assert (data.array.dtype, data.array.shape) == ("float64", (100, 5))
    assert parts(found)["steps[0][1].mean_"].bytes == 40
    assert parts(found)["schema.json"].what.startswith("the tree itself as JSON")
    assert found.root is not None
    assert found.root.bytes == path.stat().st_size
    assert "sklearn.neighbors._classification.KNeighborsClassifier" in found.classes
    assert found.trusted


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(3).fit(X, Y),
        TfidfVectorizer().fit(["one two", "two three"]),
        np.array(["a", None], object),
        {"a": [1, "two", (3.0, None)], "b": {1, 2}},
        [np.random.default_rng(0), np.random.RandomState(0), np.dtype("f4")],
    ],
)
def test_models_of_many_kinds_are_read_and_trusted(model: Any, tmp_path: Path) -> None:
    """Nothing of them is missed, nothing is suspected without cause."""
    path = tmp_path / "m.skops"
    skops.io.dump(model, path)

    found = read(path)

    assert found.damage == ""
    assert [each for each in found.globals if not each.trusted] == []
    assert found.distrust == ()


def test_a_function_that_skops_would_not_load_is_named(tmp_path: Path) -> None:
    """One of the user's own."""
    path = tmp_path / "m.skops"
    skops.io.dump(FunctionTransformer(json.dumps), path)

    found = read(path)

    assert not found.trusted
    assert [each.name for each in found.globals if not each.trusted] == ["json.dumps"]


@pytest.mark.parametrize(
    ("tree", "name"),
    [
        (node("os.system", "FunctionNode"), "os.system"),
        (
            node(
                "builtins.function",
                "FunctionNode",
                content={"module_path": "os", "function": "system"},
            ),
            "os.system",
        ),
        (node("os.system", "TypeNode"), "os.system"),
        (node("subprocess.Popen", "ObjectNode", content=None), "subprocess.Popen"),
        (node("subprocess.Popen", "ConstructorFromReduceNode", content=NULL), "subprocess.Popen"),
        (node("os.system", "DictNode", content={}, key_types=NULL), "os.system"),
        (node("os.system", "JsonNode", content="1"), "os.system"),
        (node("operator.methodcaller", "OperatorFuncNode", attrs=NULL), "operator.methodcaller"),
        (
            node(
                "sklearn.pipeline.Pipeline",
                "MethodNode",
                content={"func": "fit", "obj": node("sklearn.pipeline.Pipeline", "ObjectNode")},
            ),
            "sklearn.pipeline.Pipeline.fit",
        ),
        (
            node("functools.partial", "PartialNode", content={"func": NULL, "args": NULL}),
            "functools.partial",
        ),
        (
            node("builtins.dict", "DictNode", content={"a": {"b": [node("os.x", "TypeNode")]}}),
            "os.x",
        ),
        (
            node("builtins.list", "ListNode", content=[], key_types=node("os.y", "TypeNode")),
            "os.y",
        ),
        (
            node(
                "sklearn.tree._tree.Tree", "TreeNode", __reduce__={"args": node("os.z", "TypeNode")}
            ),
            "os.z",
        ),
    ],
)
def test_what_a_tree_would_import_is_named_wherever_it_stands(
    tree: dict[str, Any], name: str, tmp_path: Path
) -> None:
    """In each kind of node, in each of its fields."""
    found = inspected(tmp_path / "m.skops", tree)

    assert name in [each.name for each in found.globals if not each.trusted]
    assert not found.trusted


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"__loader__": "NewNode"}, "a node of a kind that was not reviewed: NewNode"),
        ({"protocol": 99}, "skops' protocol 99 is not one of those that were reviewed (0 to 2)"),
        ({"protocol": "2"}, "skops' protocol 2 is not one of those that were reviewed (0 to 2)"),
    ],
)
def test_what_is_not_known_of_skops_speaks_against_it(
    more: dict[str, Any], said: str, tmp_path: Path
) -> None:
    """A later version may read it in ways that nobody looked at."""
    found = inspected(tmp_path / "m.skops", node("builtins.list", "ListNode", content=[]), **more)

    assert said in found.distrust
    assert not found.trusted


def test_a_generator_that_would_call_something_else_is_refused(tmp_path: Path) -> None:
    """Skops looks its bit generator up by a text, and calls what it finds."""
    path = tmp_path / "m.skops"
    skops.io.dump(np.random.default_rng(0), path)
    with zipfile.ZipFile(path) as archive:
        text = archive.read("schema.json").decode()

    found = inspected(tmp_path / "n.skops", text.replace("PCG64", "test"))

    assert text.count("PCG64") > 0
    assert found.distrust == ("it calls numpy.random.test",)
    assert not found.trusted


@pytest.mark.parametrize(
    "tree",
    [
        "[" * 200_000,
        '{"__loader__": "ListNode", "content": ' * 50_000,
        "{",
        "[]",
        "\xff",
        '{"__loader__": 7, "content": [[[1]]], "file": {"a": "b"}, "__id__": []}',
        '{"__loader__": "NdArrayNode", "file": "gone.npy"}',
    ],
)
def test_a_hostile_tree_is_damage_or_distrusted(tree: str, tmp_path: Path) -> None:
    """Towers, wrong types, members that are not there."""
    found = inspected(tmp_path / "m.skops", tree)

    assert found.damage or found.distrust
    assert not found.trusted


def test_members_of_one_name_speak_against_it(tmp_path: Path) -> None:
    """Readers differ in which they take."""
    path = tmp_path / "m.skops"
    tree = json.dumps({"protocol": 2, **node("builtins.list", "ListNode", content=[])})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", tree)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("schema.json", tree)

    assert read(path).distrust == ("several of its members have one name",)


def test_a_tree_of_ten_thousand_nodes_is_read_in_a_second_and_once(tmp_path: Path) -> None:
    """Nodes that refer to one another by number are not gone through again."""
    inner = node("builtins.list", "ListNode", content=[NULL] * 10, __id__=7)
    found = inspected(
        tmp_path / "m.skops", node("builtins.list", "ListNode", content=[inner] * 10_000)
    )

    assert found.damage == ""
    assert parts(found)["[0]"].bytes == 10
    assert parts(found)["[1]"].bytes == 0
