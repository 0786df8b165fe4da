"""Stems to a mix that is exactly their sum: levels, one room, one gain for all.

The compressor and the limiter are gains over time that are worked out on the sum and applied
to every stem, so the stems of a finished mix still add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixolydian.training.datasets.item import SAMPLE_RATE, Samples
from mixolydian.training.datasets.levels import compressor, limiter, loud_rms, per_sample
from mixolydian.training.datasets.rooms import convolve, reverb_kernel

FADE = 0.5
"""seconds over which the end fades."""


@dataclass(frozen=True, eq=False)
class Mixed:
    """The mix (2, n) and its stems, which sum to it."""

    samples: Samples
    stems: dict[str, Samples]


def mixed(stems: Mapping[str, Samples], rng: np.random.Generator) -> Mixed:
    """A mix with levels, room, compression and loudness drawn at random."""
    sounding = {k: y for k, y in stems.items() if np.abs(y).max(initial=0.0) > 0}
    if not sounding:
        silent = next(iter(stems.values()))
        return Mixed(np.zeros_like(silent), dict(stems))
    levelled = {name: _levelled(y, name, rng) for name, y in sounding.items()}
    if rng.random() < 0.7:
        levelled = _in_a_room(levelled, rng)
    total = np.sum(list(levelled.values()), axis=0)
    gain = bus_gain(total, float(rng.uniform(1.0, 3.0)), float(rng.uniform(-24, -10)))
    done: dict[str, Samples] = {name: (y * gain).astype(np.float32) for name, y in levelled.items()}
    return Mixed(np.sum(list(done.values()), axis=0, dtype=np.float32), done)


def _levelled(y: Samples, name: str, rng: np.random.Generator) -> Samples:
    """A stem at a level around that of the others; the melody usually leads."""
    lead = {"MELODY": 2.0, "DRUMS": 0.0, "BASS": -1.0}.get(name, -3.0)
    db = lead + float(np.clip(rng.normal(0, 3), -8, 7))
    return np.asarray(y * np.float32(0.1 * 10 ** (db / 20) / max(loud_rms(y, SAMPLE_RATE), 1e-6)))


def _in_a_room(stems: Mapping[str, Samples], rng: np.random.Generator) -> dict[str, Samples]:
    """Every stem with its share of one reverb."""
    seconds, damping = float(rng.uniform(0.4, 2.5)), float(rng.uniform(2500, 9000))
    kernel = reverb_kernel(seconds, damping, SAMPLE_RATE, rng)
    wet = float(rng.uniform(0.03, 0.35))
    share = {name: wet * (0.3 if name in ("BASS", "DRUMS") else 1.0) for name in stems}
    return {n: y + np.float32(share[n]) * convolve(y, kernel) for n, y in stems.items()}


def bus_gain(y: Samples, ratio: float, level_db: float) -> Samples:
    """Gain per sample (n,): to `level_db` dBFS, compressed, limited and faded at the end."""
    n = y.shape[1]
    base = 10 ** (level_db / 20) / max(loud_rms(y, SAMPLE_RATE), 1e-9)
    path = base * compressor(y * np.float32(base), SAMPLE_RATE, level_db, ratio)
    gain = per_sample(path * limiter(y, path), n)
    fade = min(n, round(FADE * SAMPLE_RATE))
    gain[n - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return gain
