"""Levels: how loud a patch is, where each stem stands in the mix, what goes to which effect.

Gain staging is by patch, never by outcome: one reference note (or stroke) of each patch is
measured, K-weighted as in ITU-R BS.1770, and brought to a fixed level. What a part plays
does not change its level. All levels in dB.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.sound.synth import Strike, render_note
from mixolydian.creation.sound.units import SAMPLE_RATE
from mixolydian.creation.sound.voices import Voice
from mixolydian.theory.pitch import midi_to_hz

STEM_LEVEL = {
    "kick": -11.0, "snare": -12.5, "hats": -21.0, "percussion": -20.0, "bass": -16.5,
    "chords": -22.5, "pad": -26.0, "arpeggio": -22.0, "lead": -19.0, "vocal": -19.0,
    "texture": -36.0, "fx": -21.0,
}  # fmt: skip
"""dB of a reference note or stroke of each stem at full velocity."""

LANE_LEVEL = {
    "kick": 0.0, "snare": 0.0, "clap": -0.5, "rim": -5.0, "hat": 0.0, "open": 0.0, "ride": -2.0,
    "crash": 2.0, "shaker": -3.0, "perc": 0.0, "cowbell": -3.0, "tom": 4.0,
}  # fmt: skip
"""dB of each lane against its stem."""

LANE_PAN = {
    "hat": 0.15, "open": -0.1, "ride": 0.3, "perc": -0.35, "shaker": 0.4, "tom": -0.2,
    "cowbell": 0.3, "crash": -0.15,
}  # fmt: skip
"""lane → place between left (−1) and right (1)."""

REFERENCE_PITCH = {"bass": 36.0, "pad": 57.0, "chords": 60.0, "arpeggio": 69.0}
"""stem → MIDI pitch of its reference note; 66 elsewhere."""

GROUP = {
    "kick": "kick", "snare": "drums", "hats": "drums", "percussion": "drums", "bass": "bass",
    "chords": "harmony", "pad": "harmony", "arpeggio": "harmony", "lead": "lead", "vocal": "lead",
}  # fmt: skip
"""stem → fader of `brief.Mix` that moves it."""

ROOM_SEND = {
    "snare": 0.3, "percussion": 0.35, "chords": 0.5, "pad": 0.6, "arpeggio": 0.6,
    "lead": 0.5, "vocal": 0.6, "fx": 0.5,
}  # fmt: skip
"""share of each stem that goes to the room."""
ECHO_SEND = {"percussion": 0.12, "chords": 0.35, "arpeggio": 0.6, "lead": 0.7, "vocal": 0.6}
DUCKED = {
    "hats": 0.12, "percussion": 0.2, "bass": 1.0, "chords": 0.8, "pad": 0.9, "arpeggio": 0.5,
    "lead": 0.4, "vocal": 0.3, "texture": 0.8, "fx": 0.6,
}  # fmt: skip
"""share of the side-chain that each stem obeys."""

_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (-1.69065929318241, 0.73248077421585),
)
_HIGHPASS = ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
"""the two filters of BS.1770 as it gives them for 48 kHz."""


@lru_cache(maxsize=64)
def _weighting(m: int) -> FloatArray:
    """Squared K-weighting of the bins of an FFT of size `m`."""
    z = np.exp(-2j * np.pi * scipy.fft.rfftfreq(m, 1 / SAMPLE_RATE) / 48000)
    power = np.ones(len(z))
    for (b0, b1, b2), (a1, a2) in (_SHELF, _HIGHPASS):
        power *= np.abs((b0 + b1 * z + b2 * z**2) / (1 + a1 * z + a2 * z**2)) ** 2
    return np.asarray(power, dtype=np.float32)


def loudness(y: FloatArray, window: float = 0.1) -> float:
    """K-weighted dB of the loudest `window` seconds of `y`, (n,) or (2, n), channels summed;
    −120 for silence."""
    y = np.atleast_2d(y)
    m = scipy.fft.next_fast_len(y.shape[1] + 4096, real=True)
    weighted = scipy.fft.irfft(scipy.fft.rfft(y, m) * np.sqrt(_weighting(m)), m)[:, : y.shape[1]]
    size = max(1, round(window * SAMPLE_RATE / 4))
    power = np.sum(weighted**2, axis=0)
    blocks = np.add.reduceat(power, np.arange(0, len(power), size), dtype=np.float64)
    loudest = np.convolve(blocks, np.ones(4)).max() / (4 * size)
    return float(10 * np.log10(loudest + 1e-12))


@lru_cache(maxsize=512)
def voice_gain(voice: Voice, stem: str) -> float:
    """dB that bring the reference note of `voice` to 0 dB loudness."""
    strike = Strike(midi_to_hz(REFERENCE_PITCH.get(stem, 66.0)), 0.3 + 1.5 * voice.attack)
    return -loudness(render_note(voice, strike), 0.2)


def stem_level(stem: str, brief: Brief) -> float:
    """dB of `stem` in the mix of `brief`: common balance, the genre's, the brief's own."""
    genre = GENRES[brief.genre].balance.get(stem, 0.0)
    own = getattr(brief.mix, GROUP[stem]) if stem in GROUP else 0.0
    return STEM_LEVEL[stem] + genre + float(own)
