"""Tiny networks in ONNX, and a card for them."""

from __future__ import annotations

import dataclasses

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from mixolydian.models.calibration import Calibration
from mixolydian.models.card import Card

LABELS = ("speech", "music", "noise")
WEIGHTS = np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(4, 3)


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def linear(weights=WEIGHTS, opset=17, domain="", names=("input", "scores"), first="n"):
    """A network that multiplies its inputs (n, d) by `weights` (d, k)."""
    given, gone = names
    graph = helper.make_graph(
        [helper.make_node("MatMul", [given, "w"], [gone])],
        "linear",
        [value(given, [first, weights.shape[0]])],
        [value(gone, [first, weights.shape[1]])],
        [numpy_helper.from_array(weights, "w")],
    )
    opsets = [helper.make_opsetid("", opset)]
    if domain:
        opsets.append(helper.make_opsetid(domain, 1))
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def masked():
    """The mean of the frames (n, t, 3) where the mask is true; as many labels as bands."""
    nodes = [
        helper.make_node("Cast", ["mask"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["float", "two"], ["wide"]),
        helper.make_node("Mul", ["input", "wide"], ["heard"]),
        helper.make_node("ReduceSum", ["heard", "one"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["wide", "one"], ["count"], keepdims=0),
        helper.make_node("Div", ["sum", "count"], ["scores"]),
    ]
    axes = [numpy_helper.from_array(np.array([i]), n) for i, n in ((1, "one"), (2, "two"))]
    graph = helper.make_graph(
        nodes,
        "masked",
        [value("input", ["n", "t", 3]), value("mask", ["n", "t"], TensorProto.BOOL)],
        [value("scores", ["n", 3])],
        axes,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def content(model: onnx.ModelProto) -> bytes:
    return model.SerializeToString()


def scores(value: float, low: float, high: float, f1: tuple[float, ...] = (0.9, 0.85, 0.8)):
    """Scores as a card keeps them."""
    return {
        "values": {"macro_f1": value},
        "intervals": {"macro_f1": [low, high]},
        "per_class": [{"label": n, "f1": each} for n, each in zip(LABELS, f1, strict=True)],
    }


def card(**changes) -> Card:
    """A card that passes the gate."""
    plain = Card(
        name="tiny",
        question="music",
        recipe_version="1",
        learner="linear-svm",
        settings={"c": 1.0, "widths": (8, 4)},
        labels=LABELS,
        exclusive=True,
        inputs="summary",
        input_shape=(4,),
        data=("rendered music, CC0",),
        sizes={"train": 100, "valid": 20, "real": 50},
        scores={"real": scores(0.9, 0.86, 0.93)},
        baseline={"real": scores(0.4, 0.35, 0.45)},
        calibration=Calibration("temperature", (2.0,)),
        not_for=("sounds shorter than a second",),
        command="mixo train tiny --model linear-svm",
        facts={"robustness": {"mp3": 0.85}},
    )
    return dataclasses.replace(plain, **changes)
