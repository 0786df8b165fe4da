"""What a command costs is measured on the command, not on who measures it."""

from __future__ import annotations

import os
import sys

import pytest
from benchmarks.commands import cost


def test_what_it_says_and_takes_comes_back():
    code = "print('one'); print('two'); sum(range(2_000_000)); held = b'x' * (64 << 20)"
    found = cost([sys.executable, "-c", code], os.environ)
    assert found.said == "one\ntwo"
    assert found.cpu_seconds > 0.0
    assert found.wall_seconds > 0.0
    assert found.peak_mib > 64.0


def test_memory_of_the_one_who_asks_does_not_count():
    held = bytearray(os.urandom(1 << 20) * 200)
    found = cost([sys.executable, "-S", "-c", ""], os.environ)
    assert found.peak_mib < len(held) / 2**20 / 2
    assert found.said == ""


def test_a_command_that_fails_says_why():
    code = "import sys; print('half'); sys.exit('the disk is full')"
    with pytest.raises(SystemExit, match="the disk is full"):
        cost([sys.executable, "-c", code], os.environ)
