"""Scenes without music or speech: one to three noises in a place, for the not-music class.

The truth is the content word "noise" from beginning to end; ``ambience`` names the noises.
"""

from __future__ import annotations

import numpy as np

from mixolydian.training.datasets.degrade import crackle, room
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    Samples,
    at_peak,
    content,
    truth_document,
)
from mixolydian.training.datasets.noise_events import EVENTS
from mixolydian.training.datasets.noises import STEADY, dull, room_tone

FLOOR_DB = (-60.0, -35.0)
"""dB of the room tone below the scene, so that no moment is digital silence."""


def placed(mono: Samples, rng: np.random.Generator) -> Samples:
    """(n,) → (2, n) somewhere in the stereo field; wide noises get two different sides."""
    if rng.random() < 0.4:
        other = np.roll(mono, int(rng.integers(2000, len(mono) // 2 + 2001)))
        return np.stack([mono, other])
    pan = float(rng.uniform(0.2, 0.8))
    return np.stack([np.sqrt(1 - pan) * mono, np.sqrt(pan) * mono]).astype(np.float32)


def scene(n: int, rng: np.random.Generator) -> tuple[Samples, list[str]]:
    """(samples (2, n), names of the noises) of a scene at 44.1 kHz."""
    count = int(rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2]))
    makers = {**STEADY, **EVENTS}
    names = [str(x) for x in rng.choice(sorted(makers), count, replace=False)]
    out = np.zeros((2, n), dtype=np.float32)
    for name in names:
        layer = makers[name](n, SAMPLE_RATE, rng)
        if rng.random() < 0.3:
            layer = dull(layer, SAMPLE_RATE, float(rng.uniform(300, 4000)))
        level = np.float32(10 ** (rng.uniform(-15, 0) / 20) / (np.abs(layer).max() + 1e-9))
        out += level * placed(layer, rng)
    floor = 10 ** (float(rng.uniform(*FLOOR_DB)) / 20)
    out += np.float32(floor) * placed(room_tone(n, SAMPLE_RATE, rng), rng)
    if rng.random() < 0.08:
        out += np.float32(0.3) * crackle(n, SAMPLE_RATE, float(rng.uniform(5, 60)), rng)
        names.append("vinyl")
    return out, names


def item_of(request: Request) -> Item:
    """A scene of the request's length."""
    rng = request.rng()
    samples, names = scene(round(request.seconds * SAMPLE_RATE), rng)
    if rng.random() < 0.3:
        samples = room(samples, SAMPLE_RATE, rng)
    samples = at_peak(samples, float(10 ** (rng.uniform(-20, -1) / 20)))
    duration = samples.shape[1] / SAMPLE_RATE
    values = {"music": content("noise", duration)}
    truth = truth_document("ambience", list(request.seed), duration, values, {"ambience": names})
    return Item(request.name, samples, SAMPLE_RATE, truth)
