"""Following a long task: plain lines now and then where nobody watches, a bar on a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from mixolydian.app.cli import follower
from mixolydian.app.cli.training import Teller


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_plain_lines_come_at_the_start_of_a_step_and_now_and_then(capsys, monkeypatch):
    with Teller() as teller:
        for done in (1, 2, 3):
            teller("fitting", done, 3, {"loss": 0.25})
        monkeypatch.setattr(follower, "PLAIN_EVERY", -1.0)
        teller("fitting", 3, 3, {})
    assert capsys.readouterr().err.splitlines() == ["fitting: 1 of 3, loss 0.25", "fitting: 3 of 3"]


@pytest.mark.parametrize("steps", [("fitting",), ("listening", "fitting")])
def test_a_terminal_has_one_bar_which_is_gone_at_the_end(steps, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Teller() as teller:
        for step in steps:
            teller(step, 1, 2, {})
        bar = teller.bar
        assert bar is not None
        assert bar.live.is_started
        teller.warn("one is damaged")
    assert not bar.live.is_started
    assert "mixo: one is damaged" in terminal.getvalue()
