"""The demo crate: a few short tracks of known tempo, key and form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mixolydian.core.types import Signal
from mixolydian.creation.arrange import arrange
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.brief import Brief
from mixolydian.creation.sound.render import render
from mixolydian.creation.truth import truth_document

_CLUB = "intro:8 buildup:4 drop:12 breakdown:8 buildup:4 drop:12 outro:4"
_FAST = "intro:8 buildup:8 drop:16 breakdown:8 buildup:4 drop:16 outro:8"
_SONG = "intro:4 verse:8 chorus:8 verse:8 bridge:4 chorus:8 outro:4"
_BALLAD = "intro:4 verse:8 chorus:8 verse:8"
LEAD_IN = 0.5
"""seconds of silence before the ballad."""


def demo_crate() -> tuple[Brief, ...]:
    """Six briefs of 75–105 s: house, drum & bass, dubstep, a waltz, a ballad, techno."""
    ballad = ask(Wish("ballad", seed=15, bpm="72.25", key="Eb", structure=_BALLAD))
    return (
        ask(Wish("house", seed=11, bpm="124", key="Am", structure=_CLUB)),
        ask(Wish("drum & bass", seed=12, bpm="174", key="Fm", structure=_FAST)),
        ask(Wish("dubstep", seed=13, bpm="140", key="C#m", structure=_CLUB)),
        ask(Wish("waltz", seed=14, bpm="102.5", key="G", structure=_SONG)),
        replace(ballad, lead_in=LEAD_IN),
        ask(Wish("techno", seed=16, bpm="132.4", key="Dm", structure=_CLUB)),
    )


def render_demo(brief: Brief) -> tuple[Signal, dict[str, Any]]:
    """The sound of `brief` and the truth about it."""
    arrangement = arrange(brief)
    signal = render(arrangement)
    return signal, truth_document(arrangement, signal.duration)
