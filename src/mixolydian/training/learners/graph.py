"""Small ONNX graphs, written node by node.

A graph takes "input" (float32, first axis free) and gives "scores" (float32, (n, n_labels)).
Between the two it counts in double precision, as training does, so that both give the same
probabilities; large tables of examples are stored in single precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, inliner, numpy_helper

from mixolydian.core.errors import RequestError
from mixolydian.training.learners.base import INPUT, OUTPUT

OPSET, TREES_OPSET, IR = 17, 3, 9
NEWEST = 21
"""the newest opset that is written; the operations used here are the same from OPSET to there."""
TREES = "ai.onnx.ml"


class Graph:
    """Nodes and constants as they come; every method returns the name of a tensor."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.opset, self.n_included = OPSET, 0

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """The (first) output of an operation."""
        return self.ops(kind, inputs, 1, domain, attributes)[0]

    def ops(
        self,
        kind: str,
        inputs: Sequence[str],
        n_outputs: int,
        domain: str = "",
        attributes: Any = None,
    ) -> list[str]:
        """All the outputs of an operation."""
        names = [f"t{len(self.nodes)}_{i}" for i in range(n_outputs)]
        node = helper.make_node(kind, list(inputs), names, domain=domain, **(attributes or {}))
        self.nodes.append(node)
        return names

    def constant(self, value: Any) -> str:
        """An array as it is."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def numbers(self, value: Any) -> str:
        """An array to count with: double precision, however it is stored."""
        array = np.asarray(value)
        name = self.constant(array)
        return name if array.dtype == np.float64 else self.double(name)

    def double(self, tensor: str) -> str:
        """A tensor in double precision."""
        return self.op("Cast", tensor, to=TensorProto.DOUBLE)

    def single(self, tensor: str) -> str:
        """A tensor in single precision."""
        return self.op("Cast", tensor, to=TensorProto.FLOAT)

    def affine(self, tensor: str, weights: NDArray[Any], bias: NDArray[Any]) -> str:
        """``tensor @ weights + bias``."""
        product = self.op("MatMul", tensor, self.numbers(weights))
        return self.op("Add", product, self.numbers(bias))

    def include(self, model: bytes, source: str) -> str:
        """Another network inside this one: its scores when it is fed `source` (float32).

        Raises
        ------
        RequestError
            It wants more than one input, or an opset that is not written here.
        """
        proto = inliner.inline_local_functions(onnx.load_model_from_string(model))
        self.opset = max(self.opset, _opset(proto))
        proto = compose.add_prefix(proto, f"m{self.n_included}_")
        inputs, (output,) = proto.graph.input, proto.graph.output
        if len(inputs) != 1:
            names = ", ".join(i.name for i in inputs)
            raise RequestError(f"only a network of one input can be built in, found {names}")
        self.n_included += 1
        self.nodes.append(helper.make_node("Identity", [source], [inputs[0].name]))
        self.nodes.extend(proto.graph.node)
        self.constants.extend(proto.graph.initializer)
        return str(output.name)

    def finished(self, scores: str, shape: Sequence[int], n_labels: int) -> bytes:
        """The network as a file: `shape` is that of one example."""
        cast = helper.make_node("Cast", [scores], [OUTPUT], to=TensorProto.FLOAT)
        graph = helper.make_graph(
            [*self.nodes, cast],
            "mixolydian",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", *shape])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", n_labels])],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=self._opsets(), ir_version=IR)
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())

    def _opsets(self) -> list[Any]:
        found = [helper.make_opsetid("", self.opset)]
        if any(node.domain == TREES for node in self.nodes):
            found.append(helper.make_opsetid(TREES, TREES_OPSET))
        return found


def _opset(proto: Any) -> int:
    version = next((o.version for o in proto.opset_import if o.domain in ("", "ai.onnx")), OPSET)
    if not OPSET <= version <= NEWEST:
        raise RequestError(
            f"expected a network of opset {OPSET} to {NEWEST}, found {version}; export it again"
        )
    return int(version)
