"""Crates of made portraits: club tracks in beats, without any sound, the same for every seed.

Seven styles with their tempi, energies and rhythms; forms of intro, build-up, drop, breakdown and
outro; chords in a key of their own; voices in every fourth track.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mixolydian.core.types import Section
from mixolydian.dj.grid import Grid
from mixolydian.dj.portrait import Phrase, Portrait
from mixolydian.theory.key import make_key

STYLES = (
    # tempo from, to; energy from, to (in the curve's units); strength of off-beat hats
    ("deep house", 118, 123, 0.30, 0.52, 0.4),
    ("house", 122, 127, 0.40, 0.62, 0.7),
    ("tech house", 125, 129, 0.50, 0.70, 0.9),
    ("techno", 129, 137, 0.55, 0.82, 0.6),
    ("trance", 134, 140, 0.45, 0.75, 1.0),
    ("ambient", 80, 110, 0.20, 0.35, 0.1),
    ("drum & bass", 170, 176, 0.60, 0.85, 0.5),
)
SHARES = (0.2, 0.22, 0.18, 0.2, 0.1, 0.04, 0.06)
LEVEL = {"intro": -5.0, "buildup": -3.0, "drop": 0.5, "breakdown": -7.0, "outro": -5.0}
BASS = {"intro": 0.03, "buildup": 0.01, "drop": 0.08, "breakdown": 0.0005, "outro": 0.03}
DRIVE = {"intro": 0.65, "buildup": 0.75, "drop": 1.0, "breakdown": 0.45, "outro": 0.65}
CHORDS = ((0, 3, 7), (8, 0, 3), (3, 7, 10), (10, 2, 5), (5, 8, 0))
"""triads of a minor key, from its tonic."""


def made_crate(count: int, seed: int) -> list[Portrait]:
    """`count` tracks."""
    rng = np.random.default_rng([seed, count])
    centres = rng.standard_normal((len(STYLES), 16))
    return [_track(i, rng, centres) for i in range(count)]


def _form(rng: np.random.Generator) -> list[tuple[str, int]]:
    ends = (16, 32)
    body = [("drop", 32), ("breakdown", int(rng.choice(ends))), ("buildup", 8), ("drop", 32)]
    if rng.random() < 0.4:
        body += [("breakdown", 16), ("drop", 16)]
    begin, end = (int(rng.choice(ends)) for _ in range(2))
    return [("intro", begin), ("buildup", 8), *body, ("outro", end)]


def _track(number: int, rng: np.random.Generator, centres: Any) -> Portrait:
    style = int(rng.choice(len(STYLES), p=SHARES))
    name, slow, fast, calm, wild, hats = STYLES[style]
    bpm, drive = float(rng.uniform(slow, fast)), float(rng.uniform(calm, wild))
    tonic, form = int(rng.integers(12)), _form(rng)
    labels = [label for label, bars in form for _ in range(4 * bars)]
    n, grid = len(labels), Grid.steady(bpm)
    starts = np.cumsum([0, *[4 * bars for _, bars in form]]).tolist()
    sections = tuple(
        Section(grid.time_at(a), grid.time_at(b), label, drive * DRIVE[label])
        for a, b, (label, _) in zip(starts, starts[1:], form, strict=False)
    )
    return Portrait(
        track_id=f"{number:08x}", path=f"/crate/{number}.flac", title=f"{name} {number}",
        artist=f"Artist {int(rng.integers(80))}", duration=float(grid.time_at(float(n))), bpm=bpm,
        meter=4, steady=True, reason="", grid=grid, grid_confidence=0.9,
        phrases=tuple(Phrase(s, bars) for s, (_, bars) in zip(starts, form, strict=False)),
        sections=sections,
        drops=tuple(float(s) for s, (x, _) in zip(starts, form, strict=False) if x == "drop"),
        key=make_key(tonic, "minor"), key_confidence=0.8, tuning=0.0, lufs=-9.0, true_peak=-0.5,
        chords=("N",) * n, **_rows(labels, tonic, drive, hats, rng),
        vector=centres[style] + 0.7 * rng.standard_normal(16),
    )  # fmt: skip


def _rows(
    labels: list[str], tonic: int, drive: float, hats: float, rng: np.random.Generator
) -> dict[str, Any]:
    n = len(labels)
    chroma = _chroma(n, tonic, rng)
    onsets = np.zeros((n, 4, 3))
    onsets[:, 0, 0] = [1.0 if BASS[x] > 0.005 else 0.0 for x in labels]
    onsets[:, 2, 2] = hats
    onsets[:, 1::2, 2] = rng.uniform(0, 0.5, (1, 2)) * rng.random((4, 1, 1)).mean()
    bands = np.stack([[BASS[x] for x in labels], np.full(n, 0.01), np.full(n, 0.004)], axis=1)
    sung = rng.random() < 0.25
    voices = np.array([0.8 if sung and x in ("drop", "breakdown") else 0.02 for x in labels])
    return {
        "bands": bands,
        "level": np.array([LEVEL[x] for x in labels]),
        "energy": np.clip([drive * DRIVE[x] for x in labels] + rng.normal(0, 0.02, n), 0, 1),
        "vocals": voices,
        "onsets": onsets,
        "chroma": chroma,
        "bass_chroma": chroma,
        "salience": np.zeros((n, 84)),
        "texture": np.zeros((n, 16)),
    }


def _chroma(n: int, tonic: int, rng: np.random.Generator) -> Any:
    """Four chords over four bars each, with a little of everything."""
    row = [CHORDS[i] for i in rng.choice(len(CHORDS), 4)]
    table = np.full((4, 12), 0.02)
    for k, chord in enumerate(row):
        table[k, [(tonic + step) % 12 for step in chord]] += 0.25
    spread = table[(np.arange(n) // 16) % 4] * rng.uniform(0.7, 1.3, (n, 12))
    return spread / spread.sum(axis=1, keepdims=True)
