"""ONNX files, read by hand."""

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.inspecting.formats.reading import parts, read, recognised


def model(weights: np.ndarray) -> bytes:
    """Return a model that multiplies by weights, and adds the same once more."""
    nodes = [
        helper.make_node("MatMul", ["x", "W"], ["z"]),
        helper.make_node("Add", ["z", "V"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 40])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 40])],
        [numpy_helper.from_array(weights, "W"), numpy_helper.from_array(weights, "V")],
    )
    made = helper.make_model(
        graph, producer_name="skl2onnx", opset_imports=[helper.make_opsetid("", 14)]
    )
    made.producer_version = "1.20.0"
    made.ir_version = 8
    return bytes(made.SerializeToString())


WEIGHTS = np.zeros((40, 40), np.float32)


def test_a_graph_is_told_by_its_weights_and_operators(tmp_path: Path) -> None:
    """Who made it, which operators it takes, which weights it holds twice."""
    path = tmp_path / "m.onnx"
    path.write_bytes(model(WEIGHTS))

    found = read(path)

    assert found.container == "onnx"
    assert found.damage == ""
    assert found.written_by == {"skl2onnx": "1.20.0"}
    assert found.classes == ("ai.onnx.MatMul", "ai.onnx.Add")
    assert "operators of ai.onnx 14" in found.notes
    weights = parts(found)["initializer['W']"]
    assert weights.bytes == 6400
    assert weights.array is not None
    assert (weights.array.dtype, weights.array.shape) == ("float32", (40, 40))
    twice = parts(found)["initializer['V']"].array
    assert twice is not None
    assert twice.same_as == "initializer['W']"
    assert found.trusted


@pytest.mark.parametrize("end", range(1000, 13000, 1000))
def test_a_graph_that_is_cut_is_damage(end: int, tmp_path: Path) -> None:
    """Where it breaks off is said."""
    path = tmp_path / "m.onnx"
    path.write_bytes(model(WEIGHTS)[:end])

    found = read(path)

    assert "breaks off" in found.damage


def test_weights_in_another_file_are_named(tmp_path: Path) -> None:
    """A file beside it belongs to it; one elsewhere speaks against loading it."""
    tensor = TensorProto(name="W", data_type=TensorProto.FLOAT, dims=[10])
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    graph = helper.make_graph([helper.make_node("Relu", ["W"], ["y"])], "g", [], [], [tensor])
    path = tmp_path / "m.onnx"
    path.write_bytes(helper.make_model(graph).SerializeToString())

    found = read(path)

    assert not found.trusted
    assert len(found.distrust) == 1
    assert found.distrust[0].startswith("its weights lie in '../../etc/passwd', which is not ")


@pytest.mark.parametrize("content", [b"\x08\x07", b"\x08\x01hello", b"\x0a\x05hello", b"\x08" * 90])
def test_other_bytes_are_no_graph(content: bytes, tmp_path: Path) -> None:
    """Protocol buffers are told by their fields."""
    path = tmp_path / "m"
    path.write_bytes(content)

    assert recognised(path) == ""
