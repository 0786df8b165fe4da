"""Look into an ONNX file before anything runs it: what it needs, and what it would reach for.

An ONNX file is one protocol buffer (ModelProto of onnx.proto3). Only its skeleton is walked
here, without a parser library: the opsets it imports, and tensors whose values lie in another
file. Nothing of it is executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

OPSETS: Mapping[str, int] = {"": 22, "ai.onnx": 22, "ai.onnx.ml": 5}
"""domain → newest version of its operators that the oldest supported onnxruntime runs."""
DEEPEST = 64
"""levels of graphs within graphs; more is no network but an attack."""

_PARTS: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 8: "opset", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "function": {7: "node", 9: "opset", 11: "attribute"},
}
"""message → field number → the message in it (field numbers of onnx.proto3)."""
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
Value = int | memoryview


def complaint(content: bytes) -> str | None:
    """Why these bytes cannot be run as a network; None when nothing speaks against it."""
    try:
        parts = list(_walk("model", memoryview(content), 0))
    except ValueError as error:
        return f"it is not a whole ONNX file ({error})"
    kinds = {kind for kind, _ in parts}
    if not {"graph", "opset"} <= kinds:
        return "it is not an ONNX file (it holds no graph)"
    if any(kind == "tensor" and _is_external(found) for kind, found in parts):
        return "its numbers lie in another file (external data)"
    return next(
        (why for kind, found in parts if kind == "opset" and (why := _foreign(found))), None
    )


def _walk(kind: str, message: memoryview, depth: int) -> Iterator[tuple[str, dict[int, Value]]]:
    """Every message of interest, with its last value per field."""
    if depth > DEEPEST:
        raise ValueError("graphs are nested too deeply")
    values: dict[int, Value] = {}
    inside = _PARTS.get(kind, {})
    for number, value in _fields(message):
        values[number] = value
        if number in inside:
            if isinstance(value, int):
                raise ValueError(f"field {number} of a {kind} is a number")
            yield from _walk(inside[number], value, depth + 1)
    yield kind, values


def _fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """Field number and value of each field; a fixed-width number is skipped over."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        number, wire = tag >> 3, tag & 7
        if number == 0 or wire not in (0, 1, 2, 5):
            raise ValueError("no protocol buffer")
        if wire == 0:
            value, place = _varint(message, place)
            yield number, value
            continue
        size, place = _varint(message, place) if wire == 2 else ({1: 8, 5: 4}[wire], place)
        if place + size > len(message):
            raise ValueError("it ends early")
        if wire == 2:
            yield number, message[place : place + size]
        place += size


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """A number of 7 bits per byte, lowest first, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise ValueError("it ends early")
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("no protocol buffer")


def _is_external(tensor: Mapping[int, Value]) -> bool:
    return _EXTERNAL_DATA in tensor or tensor.get(_DATA_LOCATION, 0) == 1


def _foreign(opset: Mapping[int, Value]) -> str | None:
    named, version = opset.get(1, b""), opset.get(2, 0)
    domain = bytes(named).decode("utf-8", "replace") if not isinstance(named, int) else ""
    if domain not in OPSETS:
        return f"it needs operators of the foreign set {domain!r}"
    if not isinstance(version, int) or not 1 <= version <= OPSETS[domain]:
        return (
            f"it needs version {version} of the operators {domain or 'ai.onnx'}, "
            f"this program knows 1 to {OPSETS[domain]}"
        )
    return None
