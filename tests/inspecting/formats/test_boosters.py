"""XGBoost's and LightGBM's own formats."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.inspecting.formats.reading import parts, read, recognised

TREE: dict[str, Any] = {
    "base_weights": [0.5, -1.25, 3e-05],
    "categories": [],
    "id": 0,
    "left_children": [1, -1, -1],
    "loss_changes": [1.5, 0.0, 0.0],
    "split_conditions": [0.5, -1.25, 3e-05],
    "sum_hessian": [2.0, 1.0, 1.0],
    "tree_param": {"num_nodes": "3", "size_leaf_vector": "1"},
}
MODEL: dict[str, Any] = {
    "learner": {
        "gradient_booster": {
            "model": {"gbtree_model_param": {"num_trees": "2"}, "trees": [TREE, TREE]},
            "name": "gbtree",
        },
        "objective": {"name": "binary:logistic"},
    },
    "version": [3, 2, 0],
}


def ubjson(value: Any) -> bytes:
    """Return a value in binary JSON as XGBoost writes it: arrays of one type have a length."""
    if isinstance(value, dict):
        items = b"".join(ubjson(key)[1:] + ubjson(each) for key, each in value.items())
        return b"{" + items + b"}"
    if isinstance(value, str):
        return b"SL" + struct.pack(">q", len(value)) + value.encode()
    if isinstance(value, int):
        return b"i" + struct.pack(">b", value)
    assert isinstance(value, list)
    if value and all(isinstance(each, float) for each in value):
        count = b"[$d#L" + struct.pack(">q", len(value))
        return count + b"".join(struct.pack(">f", each) for each in value)
    return b"[" + b"".join(map(ubjson, value)) + b"]"


@pytest.mark.parametrize(
    ("content", "weights_bytes"),
    [(json.dumps(MODEL).encode(), 19), (json.dumps(MODEL, indent=2).encode(), 75)],
)
def test_xgboosts_json_is_told_by_tree_and_array(
    content: bytes, weights_bytes: int, tmp_path: Path
) -> None:
    """However it is indented."""
    path = tmp_path / "m.json"
    path.write_bytes(content)

    found = read(path)

    assert found.container == "xgboost"
    assert found.damage == ""
    assert found.written_by == {"xgboost": "3.2.0"}
    assert found.notes[0] == "2 trees (gbtree), JSON, objective binary:logistic"
    assert parts(found)["trees[1].base_weights"].bytes == weights_bytes
    assert parts(found)["trees[1].sum_hessian"].what == (
        "for importances, explanations (SHAP) and refits; not read by predict"
    )
    assert found.trusted


def test_xgboosts_binary_json_is_told_by_tree_and_array(tmp_path: Path) -> None:
    """Typed arrays count their bytes, not their items."""
    path = tmp_path / "m.ubj"
    path.write_bytes(ubjson(MODEL))

    found = read(path)

    assert found.damage == ""
    assert found.written_by == {"xgboost": "3.2.0"}
    assert found.notes == ("2 trees (gbtree), UBJSON, objective binary:logistic",)
    assert parts(found)["trees[0].base_weights"].bytes == 12
    assert found.root is not None
    assert found.root.bytes == path.stat().st_size


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
@pytest.mark.parametrize("content", [json.dumps(MODEL).encode(), ubjson(MODEL)])
def test_a_model_of_xgboost_that_is_cut_is_damage(
    content: bytes, share: float, tmp_path: Path
) -> None:
    """What came before the cut is told."""
    path = tmp_path / "m"
    path.write_bytes(content[: int(len(content) * share)])

    found = read(path)

    assert found.damage
    assert "get a whole copy" in found.damage or "a text without an end" in found.damage


@pytest.mark.parametrize(
    "content",
    [
        b'{"learner":' + b"[" * 200_000,
        b'{"learner":{"a":"' + b"\\" * 100_000,
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[$[#L\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[$N#L\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner" + b"[" * 100_000,
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[#L\xff\xff\xff\xff\xff\xff\xff\xff",
    ],
)
def test_a_hostile_model_of_xgboost_is_damage(content: bytes, tmp_path: Path) -> None:
    """Depths, lengths and towers of any size."""
    path = tmp_path / "m"
    path.write_bytes(content)

    assert read(path).damage


def test_xgboosts_old_binary_is_told_by_its_parameters(tmp_path: Path) -> None:
    """Its trees are one block; which versions still read it is said."""
    parameters = struct.pack("<fIiiiII", 0.5, 30, 0, 0, 0, 1, 2) + bytes(108)
    objective = b"binary:logistic"
    path = tmp_path / "m.model"
    path.write_bytes(
        b"binf" + parameters + len(objective).to_bytes(8, "little") + objective + bytes(500)
    )

    found = read(path)

    assert found.container == "xgboost"
    assert found.written_by == {"xgboost": "1.2"}
    assert found.notes[0] == (
        "XGBoost's old binary: 30 features, 0 classes, objective binary:logistic"
    )


LIGHTGBM = """tree
version=v4
num_class=1
max_feature_idx=3
objective=binary sigmoid:1
tree_sizes=100 100

Tree=0
num_leaves=3
split_gain=1.12345678901234 2.12345678901234 3.1234567
leaf_value=0.12345678901234 0.22345678901234 0.3234567

Tree=1
num_leaves=3
leaf_value=0.12345678901234 0.22345678901234 0.3234567

end of trees

feature_importances:
"""


def test_lightgbms_text_is_told_by_tree_and_array(tmp_path: Path) -> None:
    """Which version's format, how many trees, what predict does not read."""
    path = tmp_path / "m.txt"
    path.write_text(LIGHTGBM)

    found = read(path)

    assert found.container == "lightgbm"
    assert found.damage == ""
    assert found.written_by == {"lightgbm": ">=4"}
    assert found.notes == ("2 trees, LightGBM's text format v4, objective binary sigmoid:1",)
    assert parts(found)["trees[0].split_gain"].what.endswith("not read by predict")
    assert parts(found)["trees[1].leaf_value"].bytes == 55
    assert found.root is not None
    assert found.root.bytes == len(LIGHTGBM)


def test_a_text_of_lightgbm_that_is_cut_is_damage(tmp_path: Path) -> None:
    """Even where it is cut between two lines."""
    path = tmp_path / "m.txt"
    path.write_text(LIGHTGBM.partition("Tree=1")[0])

    assert read(path).damage == 'breaks off before "end of trees"; get a whole copy of the file'


def test_what_lightgbm_is_said_not_to_read_it_does_not_read() -> None:
    """Predictions are the same with zeros in the place of each of these."""
    import lightgbm
    import numpy as np

    from savebench.inspecting.formats.lightgbm import _NOT_READ

    inputs = np.random.default_rng(0).random((200, 5))
    targets = (inputs[:, 0] > 0.5).astype(int)
    model = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(inputs, targets)
    text = model.booster_.model_to_string()
    lines = []
    for line in text.splitlines():
        name, _, value = line.partition("=")
        zeros = " ".join("0" * len(each) for each in value.split(" "))  # as long as before
        lines.append(f"{name}={zeros}" if name in _NOT_READ else line)
    without = "\n".join(lines) + "\n"

    changed = lightgbm.Booster(model_str=without)

    assert without != text
    assert np.array_equal(changed.predict(inputs), model.booster_.predict(inputs))


@pytest.mark.parametrize("content", ['{"a": 1}', "tree\nhouse\n", "{", "binary"])
def test_other_texts_are_no_boosters(content: str, tmp_path: Path) -> None:
    """JSON of something else, and a poem."""
    path = tmp_path / "m"
    path.write_text(content)

    assert recognised(path) == ""
