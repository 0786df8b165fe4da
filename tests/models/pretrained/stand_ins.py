"""Tiny networks in the place of the real ones: the mean over time, spread over the vector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def stand_in(
    shape: list[int | str],
    bands_axis: int,
    dimensions: int,
    extra: int = 0,
) -> onnx.ModelProto:
    """Patches of `shape` to vectors: the mean over all axes but the first and the bands', then
    times :func:`weights`; `extra` adds a first output of so many numbers, as YAMNet's classes."""
    bands = shape[bands_axis]
    assert isinstance(bands, int)
    axes = [i for i in range(1, len(shape)) if i != bands_axis]
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["mean"], axes=axes, keepdims=0),
        helper.make_node("MatMul", ["mean", "w"], ["vectors"]),
    ]
    outputs = [("vectors", dimensions)]
    held = [numpy_helper.from_array(weights(bands, dimensions), "w")]
    if extra:
        nodes.append(helper.make_node("MatMul", ["mean", "v"], ["classes"]))
        outputs.insert(0, ("classes", extra))
        held.append(numpy_helper.from_array(np.zeros((bands, extra), np.float32), "v"))
    graph = helper.make_graph(
        nodes,
        "stand-in",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, [shape[0], d]) for n, d in outputs],
        held,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def weights(bands: int, dimensions: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(bands, dimensions)).astype(np.float32)


def put(home: Path, name: str, content: bytes) -> Path:
    path = home / "models" / "pretrained" / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
