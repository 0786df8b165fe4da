"""The demo crate: a few short tracks of known tempo, key and form."""

from __future__ import annotations

from typing import Any

from mixolydian.core.types import Signal
from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import Brief, Mix
from mixolydian.creation.sound.render import render
from mixolydian.creation.truth import truth_document

_CLUB = (
    ("intro", 8), ("buildup", 4), ("drop", 12), ("breakdown", 8), ("buildup", 4), ("drop", 12),
    ("outro", 4),
)  # fmt: skip
_FAST = (
    ("intro", 8), ("buildup", 8), ("drop", 16), ("breakdown", 8), ("buildup", 4), ("drop", 16),
    ("outro", 8),
)  # fmt: skip
_SONG = (("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 8), ("bridge", 4), ("chorus", 8))


def demo_crate() -> tuple[Brief, ...]:
    """Six briefs of 75–105 s: house, drum & bass, dubstep, a waltz, a ballad, techno."""
    return (
        Brief("house", 124.0, "A", "minor", _CLUB, seed=11, swing=0.1, mix=Mix(sidechain=0.5)),
        Brief("drum & bass", 174.0, "F", "minor", _FAST, seed=12, mix=Mix(drive=0.5)),
        Brief("dubstep", 140.0, "C#", "minor", _CLUB, seed=13, mix=Mix(drive=0.6)),
        Brief("waltz", 102.5, "G", "major", (*_SONG, ("outro", 4)), meter=3, seed=14, jitter=3.0),
        Brief("ballad", 72.25, "Eb", "major", _SONG[:4], seed=15, jitter=4.0, lead_in=0.5),
        Brief("techno", 132.4, "D", "minor", _CLUB, seed=16, mix=Mix(sidechain=0.7, drive=0.6)),
    )


def render_demo(brief: Brief) -> tuple[Signal, dict[str, Any]]:
    """The sound of `brief` and the truth about it."""
    arrangement = arrange(brief)
    signal = render(arrangement)
    return signal, truth_document(arrangement, signal.duration)
