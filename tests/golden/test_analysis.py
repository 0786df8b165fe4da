"""The analysis of one rendered piece is what it was when the golden file was written.

Words and counts must be equal. Numbers may differ by what another processor's arithmetic
may change, far less than any musical tolerance. ``python -m tests.golden.make`` rewrites.
"""

from __future__ import annotations

import json
from functools import cache

import pytest

from mixolydian.estimators import answerable
from tests.golden.make import GOLDEN, golden_analysis

TOLERANCE = 0.01
"""Seconds, BPM, dB, probabilities."""
RELATIVE = 0.005
"""Of large numbers: Hz."""


@cache
def heard():
    return golden_analysis()


@cache
def golden():
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


def differences(wanted, found, where=""):
    """Lines that say where `found` is not `wanted`."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in wanted.keys() | found.keys():
            yield from differences(wanted.get(key), found.get(key), f"{where}.{key}")
    elif isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            yield f"{where}: {len(wanted)} entries wanted, {len(found)} found"
        for i, (a, b) in enumerate(zip(wanted, found, strict=False)):
            yield from differences(a, b, f"{where}[{i}]")
    elif isinstance(wanted, float) and isinstance(found, (int, float)):
        if abs(wanted - found) > TOLERANCE + RELATIVE * abs(wanted):
            yield f"{where}: {wanted} wanted, {found} found"
    elif wanted != found:
        yield f"{where}: {wanted!r} wanted, {found!r} found"


def test_the_same_questions_are_answered():
    assert set(golden()) == {"duration", *answerable()} == set(heard())


@pytest.mark.parametrize("question", ["duration", *answerable()])
def test_the_answer_is_the_golden_one(question):
    assert list(differences(golden()[question], heard()[question], question)) == []


def test_differences_are_seen():
    assert list(differences({"a": [1.0, "x"]}, {"a": [1.0, "x"]})) == []
    assert len(list(differences({"a": [1.0, "x"]}, {"a": [1.1, "y"]}))) == 2
    assert len(list(differences({"a": [1.0], "b": 1}, {"a": []}))) == 2
