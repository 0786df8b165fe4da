"""What everything that sounds agrees on: the sample rate and decibels."""

from __future__ import annotations

import numpy as np

SAMPLE_RATE = 44100
"""Hz at which everything is rendered."""


def gain(db: float) -> np.float32:
    """The factor of a level in dB."""
    return np.float32(10.0 ** (db / 20.0))


def sample_of(time: float) -> int:
    """The sample nearest to `time` in seconds."""
    return round(time * SAMPLE_RATE)
