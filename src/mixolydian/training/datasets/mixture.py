"""Music, speech, noise and silence one after another, as on the radio or in a video.

Each stretch lasts 4–20 s, has a level of its own, and fades in and out within half a second
inside its boundaries, which are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mixolydian.core.types import Segment
from mixolydian.training.datasets.ambience import scene
from mixolydian.training.datasets.backing import random_song
from mixolydian.training.datasets.degrade import fit
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    Samples,
    truth_document,
)
from mixolydian.training.datasets.levels import loud_rms
from mixolydian.training.datasets.melodies import random_melody
from mixolydian.training.datasets.scores import item_of as played
from mixolydian.training.datasets.singing import item_of as sung
from mixolydian.training.datasets.speech import heard, labelled, spans, talk

KINDS = {"music": 0.35, "singing": 0.1, "speech": 0.3, "noise": 0.2, "silence": 0.05}
"""what a stretch may hold, and how often; singing is music."""
SHORTEST = 0.3


def stretch(
    kind: str, seconds: float, seed: tuple[int, ...], soundfonts: Sequence[Path]
) -> tuple[Samples, tuple[Segment, ...]]:
    """(samples (2, n), what sounds when) of one stretch."""
    n, rng = round(seconds * SAMPLE_RATE), np.random.default_rng(list(seed))
    whole = (Segment(0.0, seconds, "music" if kind == "singing" else kind),)
    if kind == "music":
        request = Request("music", seed, seconds + 4)
        item = played(request, random_song(seconds + 6, rng), soundfonts, "backing")
        return _cut(item.samples, n), whole
    if kind == "singing":
        item = sung(Request("singing", seed, seconds), random_melody(seconds, rng))
        return _cut(item.samples, n), whole
    if kind == "speech":
        talked = talk(seconds, rng, start=0.0)
        return _cut(heard(talked, rng), n), labelled(spans(talked.turns), (), seconds)
    if kind == "noise":
        return scene(n, rng)[0], whole
    return np.zeros((2, n), dtype=np.float32), whole


def _cut(y: Samples, n: int) -> Samples:
    return np.pad(y[:, :n], ((0, 0), (0, max(0, n - y.shape[1]))))


def _plan(seconds: float, rng: np.random.Generator) -> list[tuple[str, float]]:
    """(kind, seconds) of the stretches: no two of one kind in a row."""
    rows: list[tuple[str, float]] = []
    names, chances = list(KINDS), np.array(list(KINDS.values()))
    left = seconds
    while left > SHORTEST:
        kind = str(rng.choice(names, p=chances))
        if rows and kind == rows[-1][0]:
            continue
        length = float(rng.uniform(4, 20)) if kind != "silence" else float(rng.uniform(1, 4))
        length = left if left - length < 4 else length
        rows.append((kind, length))
        left -= length
    return rows


def item_of(request: Request, soundfonts: Sequence[Path] = ()) -> Item:
    """A mixture of the request's length; stems are music, speech and noise."""
    rng = request.rng()
    n = round(request.seconds * SAMPLE_RATE)
    stems = {name: np.zeros((2, n), dtype=np.float32) for name in ("music", "speech", "noise")}
    segments: list[Segment] = []
    now = 0.0
    for number, (kind, seconds) in enumerate(_plan(request.seconds, rng)):
        fade = float(rng.uniform(0.005, 0.5))
        y, rows = stretch(kind, seconds, (*request.seed, number), soundfonts)
        level = 10 ** (float(rng.uniform(-30, -13)) / 20) / max(loud_rms(y, SAMPLE_RATE), 1e-6)
        name = {"singing": "music", "silence": "noise"}.get(kind, kind)
        _lay(stems[name], y * np.float32(level), now, fade)
        segments += [Segment(now + s.start, now + s.end, s.label) for s in rows]
        now += seconds
    mix = np.sum(list(stems.values()), axis=0, dtype=np.float32)
    gain = float(min(1.0, 0.97 / max(float(np.abs(mix).max()), 1e-6)))
    values = {"music": tuple(segments)}
    truth = truth_document("mixture", list(request.seed), request.seconds, values)
    sound = {name: (y * gain).astype(np.float32) for name, y in stems.items()}
    return Item(request.name, fit(np.asarray(mix * gain)), SAMPLE_RATE, truth, sound)


def _lay(out: Samples, y: Samples, start: float, seconds: float) -> None:
    """`y` into `out` from `start` on, its first and last `seconds` faded."""
    fade = min(round(seconds * SAMPLE_RATE), y.shape[1] // 2)
    if fade:
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        y[:, :fade] *= ramp
        y[:, -fade:] *= ramp[::-1]
    first = round(start * SAMPLE_RATE)
    length = min(y.shape[1], out.shape[1] - first)
    out[:, first : first + length] += y[:, :length]
