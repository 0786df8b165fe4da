"""The tree in the docstring is the tree in the code, codes and statuses included."""

from __future__ import annotations

import inspect
import re

import pytest

from mixolydian.core import errors

CLASSES = {
    name: cls
    for name, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, Exception)
}
DRAWN = {
    name: (int(code), int(status))
    for name, code, status in re.findall(
        r"^[ │├└─]+(\w+Error)\s+(\d)\s+(\d{3})", errors.__doc__, re.M
    )
}


def test_every_class_is_drawn():
    assert set(DRAWN) == set(CLASSES)


@pytest.mark.parametrize("name", CLASSES)
def test_codes_are_as_drawn(name):
    cls = CLASSES[name]
    assert (cls.exit_code, cls.http_status) == DRAWN[name]
    assert cls.__doc__


@pytest.mark.parametrize("name", CLASSES)
def test_one_root(name):
    assert issubclass(CLASSES[name], errors.MixolydianError)


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("UnreadableError", "InputError"),
        ("DecodeError", "InputError"),
        ("EmptySignalError", "InputError"),
        ("UnknownTrackError", "RequestError"),
    ],
)
def test_branches(child, parent):
    assert issubclass(CLASSES[child], CLASSES[parent])
