"""Made-up portraits and plans of two tracks, for tests of scenes and hands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Controls, MixPlan, Transition
from mixolydian.dj.portrait import Phrase, Portrait
from tests.dj.plans import track

BEATS = 256
POWERS = (0.02, 0.02, 0.003)
"""of the low, mid and high band of a full beat."""


def portrait(seed: int = 0, beats: int = BEATS, name: str = "x", **changes: object) -> Portrait:
    """Four beats a bar, 32 a phrase; some phrases without bass, some with a voice."""
    rng = np.random.default_rng(seed)
    phrase = np.arange(beats) // 32
    full = rng.random(phrase[-1] + 1)[phrase] > 0.3
    bands = np.array(POWERS) * rng.uniform(0.7, 1.3, (beats, 3))
    bands[~full, 0] *= 1e-3
    chroma = rng.random((beats, 12)) + 4 * np.eye(12)[rng.integers(12)]
    values: dict[str, object] = {
        "track_id": name * 64, "path": f"{name}.wav", "title": name, "artist": "",
        "duration": beats / 2, "bpm": 120.0, "meter": 4, "steady": True, "reason": "",
        "grid": Grid.steady(120.0), "grid_confidence": 1.0,
        "phrases": tuple(Phrase(b, 8) for b in range(0, beats, 32)), "sections": (),
        "drops": (), "key": None, "key_confidence": 0.0, "tuning": 0.0, "lufs": -10.0,
        "true_peak": -1.0, "chords": ("N",) * beats, "bands": bands,
        "level": np.where(full, 0.0, -3.0) + rng.normal(0, 0.3, beats),
        "energy": np.where(full, 0.9, 0.4),
        "vocals": (rng.random(phrase[-1] + 1)[phrase] > 0.6) * 0.9,
        "onsets": rng.random((beats, 4, 3)), "chroma": chroma / chroma.sum(1, keepdims=True),
        "bass_chroma": np.zeros((beats, 12)), "salience": np.zeros((beats, 84)),
        "texture": np.full((beats, 16), -30.0), "vector": np.zeros(0),
    }  # fmt: skip
    return Portrait(**(values | changes))  # type: ignore[arg-type]


def hand_over(start: float, end: float, kind: str = "blend") -> Transition:
    """Equal power, the bass swapped in the middle."""
    way = np.linspace(0, np.pi / 2, 9)
    at = np.linspace(start, end, 9)
    middle = (start + end) / 2
    down = Curve(tuple(zip(at.tolist(), np.cos(way).tolist(), strict=True)))
    up = Curve(tuple(zip(at.tolist(), np.sin(way).tolist(), strict=True)))
    swaps = [Curve(((middle - 0.5, x), (middle, 1.0 - x))) for x in (1.0, 0.0)]
    return Transition(kind, start, end, Controls(down, swaps[0]), Controls(up, swaps[1]))


def pair_plan(overlap: int = 32, beats: int = BEATS, kind: str = "blend") -> MixPlan:
    """Tracks "a" and "b" of 120 BPM, the last beats of one over the first of the other."""
    start = beats - overlap
    tracks = (
        replace(track(120.0, beats), track_id="a" * 64, title="a"),
        replace(track(120.0, beats, at=float(start)), track_id="b" * 64, title="b"),
    )
    return MixPlan(tracks, (hand_over(start, beats, kind),), Curve.constant(120.0))
