"""Networks run as they were trained, and what is not one of ours is refused with the reason."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import ModelError  # noqa: E402
from mixolydian.models import network as module  # noqa: E402
from mixolydian.models.network import Network  # noqa: E402
from tests.models.networks import WEIGHTS, content, linear, masked  # noqa: E402


@pytest.fixture
def write(tmp_path):
    """Put bytes in a file of that name."""

    def to(data: bytes, name: str = "model.onnx") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return to


def test_runs(write):
    inputs = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    found = Network.read(write(content(linear())))(inputs)
    assert (found.dtype, found.shape) == (np.float32, (5, 3))
    np.testing.assert_allclose(found, inputs @ WEIGHTS, rtol=1e-5)


def test_batches_give_what_one_pass_gives(write, monkeypatch):
    inputs = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    network = Network.read(write(content(linear())))
    whole = network(inputs)
    monkeypatch.setattr(module, "BATCH_NUMBERS", 28)
    np.testing.assert_allclose(network(inputs), whole, rtol=1e-6)


def test_no_examples(write):
    assert Network.read(write(content(linear())))(np.zeros((0, 4))).shape == (0, 3)


def test_the_mask_hides_padding(write, monkeypatch):
    network = Network.read(write(content(masked())))
    inputs = np.ones((6, 5, 3), dtype=np.float32)
    inputs[:, 3:] = 100.0
    mask = np.arange(5)[np.newaxis] < np.full((6, 1), 3)
    monkeypatch.setattr(module, "BATCH_NUMBERS", 30)
    np.testing.assert_allclose(network(inputs, mask), 1.0)
    np.testing.assert_allclose(network(inputs), (3 + 200) / 5)


def test_a_mask_it_does_not_need_is_ignored(write):
    network = Network.read(write(content(linear())))
    assert network(np.zeros((2, 4), np.float32), np.ones((2, 4), bool)).shape == (2, 3)


def test_hash_and_size(write):
    data = content(linear())
    network = Network.read(write(data), hashlib.sha256(data).hexdigest())
    assert (network.sha256, network.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_inputs_of_another_shape(write):
    network = Network.read(write(content(linear())))
    with pytest.raises(ModelError, match="expected inputs of shape"):
        network(np.zeros((2, 7), dtype=np.float32))


def external():
    model = linear()
    (tensor,) = model.graph.initializer
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../secrets"
    return model


def external_in_a_branch():
    """The foreign tensor hides in an attribute of a node."""
    model = linear()
    hidden = external().graph.initializer[0]
    node = onnx.helper.make_node("Constant", [], ["unused"], value=hidden)
    branch = onnx.helper.make_graph([node], "branch", [], [])
    model.graph.node[0].attribute.append(onnx.helper.make_attribute("then_branch", branch))
    return model


class Unwanted:
    """Raises if anybody unpickles it."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


def unknown_operator():
    model = linear()
    model.graph.node[0].op_type = "Sorcery"
    return model


def integers():
    model = linear()
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.INT64
    model.graph.node[0].op_type = "Gather"
    return model


BAD = {
    "a pickle": (lambda: pickle.dumps(Unwanted()), "not a whole ONNX file"),
    "zeros": (lambda: bytes(1000), "not a whole ONNX file"),
    "nothing": (lambda: b"", "holds no graph"),
    "text": (lambda: b"<html>404</html>", "not a whole ONNX file"),
    "cut short": (lambda: content(linear())[:-20], "ends early"),
    "external data": (lambda: content(external()), "external data"),
    "hidden external data": (lambda: content(external_in_a_branch()), "external data"),
    "a newer opset": (lambda: content(linear(opset=99)), "version 99 of the operators ai.onnx"),
    "a foreign opset": (lambda: content(linear(domain="com.evil")), "foreign set 'com.evil'"),
    "an unknown operator": (lambda: content(unknown_operator()), "cannot be run"),
    "another input": (lambda: content(linear(names=("x", "scores"))), "found x and scores"),
    "another output": (lambda: content(linear(names=("input", "y"))), "found input and y"),
    "a fixed batch": (lambda: content(linear(first=8)), "free first axis"),
    "inputs that are integers": (lambda: content(integers()), "tensor\\(float\\)"),
}


@pytest.mark.parametrize("name", BAD)
def test_refused(name, write):
    make, reason = BAD[name]
    path = write(make())
    with pytest.raises(ModelError, match=reason) as caught:
        Network.read(path)
    assert str(path) in str(caught.value)
    assert "install it again" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_cut_is_refused(write):
    whole = content(linear())
    for end in range(len(whole)):
        with pytest.raises(ModelError):
            Network.read(write(whole[:end]))


def test_graphs_nested_too_deeply(write):
    inner = b""
    for _ in range(300):
        size = bytes([len(inner) & 0x7F | 0x80, len(inner) >> 7])
        inner = b"\x0a" + size + b"\x32" + size + inner if len(inner) < 16000 else inner
    with pytest.raises(ModelError):
        Network.read(write(b"\x3a" + bytes([len(inner) & 0x7F | 0x80, len(inner) >> 7]) + inner))


def test_wrong_hash(write):
    with pytest.raises(ModelError, match="expected the model with sha256 0000"):
        Network.read(write(content(linear())), "0" * 64)


def test_two_gigabytes_of_zeros_are_not_read(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.truncate(2**31)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read"))
    with pytest.raises(ModelError, match="at most 64 MB, found 2048 MB"):
        Network.read(path)


def test_missing_or_a_folder(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        Network.read(tmp_path / "none.onnx")
    with pytest.raises(ModelError, match="cannot be read"):
        Network.read(tmp_path)
