"""A trained torch network as one ONNX file: "input" (n, …) → "scores" (n, n_labels).

The first axis is free, and the second (time) of a sequence too. Exported by tracing, which for
networks without branches gives a small graph in a fraction of a second.
"""

from __future__ import annotations

import io
import warnings

import torch
from torch import nn

from mixolydian.training.learners.base import INPUT, OUTPUT

OPSET = 17


def onnx_bytes(network: nn.Module, shape: tuple[int, ...]) -> bytes:
    """The network for inputs of `shape` (without the first axis)."""
    names = {0: "n"} if len(shape) == 1 else {0: "n", 1: "t"}
    example = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
    buffer = io.BytesIO()
    network.eval()
    with warnings.catch_warnings(), torch.no_grad():
        # Tracing announces its age; the newer exporter needs ten times as long and writes more.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (example,),
            buffer,
            input_names=[INPUT],
            output_names=[OUTPUT],
            opset_version=OPSET,
            dynamo=False,
            dynamic_axes={INPUT: names, OUTPUT: {0: "n"}},
        )
    return buffer.getvalue()
