"""The sound of one transition, deck by deck: what a certificate is measured from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Excerpt:
    """Transition `index` with 16 beats of margin before and after, cut at the mix's ends.

    All arrays are float32 (2, n), full scale ±1, and begin at sample `start` of the mix.
    """

    index: int
    sample_rate: int
    """Hz."""
    start: int
    outgoing_dry: Float32
    """the deck after stretch, pitch and gain, before fader, equaliser and filters; zeros where
    the deck does not play."""
    incoming_dry: Float32
    outgoing: Float32
    """after all controls, its echo included."""
    incoming: Float32
    mix: Float32
    """the finished mix, after the limiter."""
