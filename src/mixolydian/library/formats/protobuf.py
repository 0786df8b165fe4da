"""The little of protocol buffers that DJ databases need: fields in, fields out.

A message is a sequence of (field number, value); values are numbers, doubles or bytes. Source of
truth: protobuf.dev, "Encoding".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_SIGN, _RANGE = 1 << 63, 1 << 64


def fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Each field's number and value: int (varint, signed), float (double or float), bytes.

    Raises
    ------
    ValueError
        The message is cut off or uses a wire type of no known meaning.
    """
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        value, position = _value(data, position, tag & 7)
        yield tag >> 3, value


def number(field: int, value: int) -> bytes:
    """A field that holds an integer (negative ones as 64-bit two's complement)."""
    return _key(field, VARINT) + _encoded(value % _RANGE)


def double(field: int, value: float) -> bytes:
    """A field that holds a double."""
    return _key(field, FIXED64) + struct.pack("<d", value)


def nested(field: int, content: bytes) -> bytes:
    """A field that holds bytes: text, or a message of its own."""
    return _key(field, BYTES) + _encoded(len(content)) + content


def _value(data: bytes, position: int, wire: int) -> tuple[int | float | bytes, int]:
    if wire == VARINT:
        value, position = _varint(data, position)
        return (value - _RANGE if value >= _SIGN else value), position
    if wire == BYTES:
        size, position = _varint(data, position)
        return _slice(data, position, size), position + size
    if wire in (FIXED64, FIXED32):
        size, form = (8, "<d") if wire == FIXED64 else (4, "<f")
        return float(struct.unpack(form, _slice(data, position, size))[0]), position + size
    raise ValueError(f"wire type {wire} is not understood")


def _slice(data: bytes, position: int, size: int) -> bytes:
    if position + size > len(data):
        raise ValueError("the message is cut off")
    return data[position : position + size]


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = _slice(data, position, 1)[0]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value % _RANGE, position
    raise ValueError("a number does not end")


def _key(field: int, wire: int) -> bytes:
    return _encoded(field << 3 | wire)


def _encoded(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
