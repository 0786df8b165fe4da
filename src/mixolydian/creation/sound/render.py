"""Arrangement → Signal: the doors of the sound engine.

`render_stems` gives the stems one by one, `mix_bus` their sum, `render` the mastered track.
The same arrangement gives the same samples; 44.1 kHz stereo, float32.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mixolydian.core.types import FloatArray, Signal
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.sound.mastering import Master, master
from mixolydian.creation.sound.stems import n_samples
from mixolydian.creation.sound.stems import render_stems as render_stems
from mixolydian.creation.sound.units import SAMPLE_RATE


def render(arrangement: Arrangement, fixed: Master | None = None) -> Signal:
    """The mastered mix; `fixed` are the gains of an earlier mastering to be kept."""
    bus = mix_bus(arrangement, render_stems(arrangement))
    samples, _ = master(bus, arrangement.brief.mix, fixed)
    return Signal(samples, SAMPLE_RATE)


def mix_bus(arrangement: Arrangement, stems: Iterable[tuple[str, FloatArray]]) -> FloatArray:
    """The sum (2, n) of `stems`, in the order in which they come."""
    bus = np.zeros((2, n_samples(arrangement)), dtype=np.float32)
    for _, stem in stems:
        bus += stem
        del stem  # freed before the next one is asked for
    return bus
