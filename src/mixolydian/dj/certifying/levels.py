"""Loudness through a transition, and how much of its course is the mix's own fault.

Music gets louder and softer by itself, so the mix is held against the decks: at every moment
its short-term loudness (BS.1770, 3 s) should lie in the corridor between the quieter and the
louder deck, each as it would sound by itself; of the louder, what it had in the last 4 s counts,
for that is what an echo carries on. What the mix falls below the corridor is a dip, what it rises
above a bump. What a limiter does throughout is no fault of the transition: the corridor is moved
by the median distance outside of it. The hand-over compares both decks' loudness, each relative
to what its own track has at that place (the portrait's level).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.loudness import STEP, integrated_loudness, measure_loudness
from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.measures import LoudnessCourse
from mixolydian.dj.certifying.scene import Deck, Scene, Sound, own_beats

_WINDOW = 30
"""steps of 0.1 s: short-term loudness."""
_LEAST = 10
"""steps of a window in which a deck must play to bear on the corridor."""
_ECHO = 40
"""steps: an echo may keep up for 4 s what was heard before it, even over a silence."""
_OFFSET = -0.691
_QUIET = 1e-7


def levels_of(scene: Scene) -> LoudnessCourse:
    """The loudness of a transition."""
    mix = _powers(scene.excerpt.mix, scene.rate)
    decks = [_powers(d.dry, scene.rate) for d in (scene.outgoing, scene.incoming)]
    deviation, inside = _deviation(scene, mix, decks)
    dip, bump = _extremes(deviation, inside)
    handover, reason = _handover(scene)
    step = max(dip, bump, abs(handover or 0.0))
    before, during, after = _three(scene, mix)
    return LoudnessCourse(before, during, after, dip, bump, handover, step, reason)


def _powers(sound: Sound, rate: int) -> FloatArray:
    """K-weighted power of every 400 ms, 0.1 s apart, (n,)."""
    momentary = measure_loudness(sound, rate).momentary
    return np.asarray(10.0 ** ((momentary - _OFFSET) / 10.0))


def _three(scene: Scene, mix: FloatArray) -> tuple[float | None, float | None, float | None]:
    """Gated loudness before, in and after the transition."""
    first, last = _edges(scene)
    parts = mix[: max(0, first)], mix[max(0, first) : last], mix[last:]
    values = [integrated_loudness(part) for part in parts]
    before, during, after = (v if np.isfinite(v) else None for v in values)
    return before, during, after


def _edges(scene: Scene) -> tuple[int, int]:
    """First and last step of the transition; a reading covers the 0.4 s before it."""
    seconds = scene.second(np.array([scene.transition.start, scene.transition.end]))
    first, last = np.ceil(seconds / STEP).astype(int)
    return int(first), max(int(first), int(last) - 3)


def _smooth(powers: FloatArray, weights: FloatArray, least: int = _LEAST) -> FloatArray:
    """Mean of the playing steps (weight 1) of every window, (n - window + 1,); NaN where there
    are fewer than `least`."""
    window = min(_WINDOW, len(powers))
    ones = np.ones(window)
    count = np.convolve(weights, ones, "valid")
    total = np.convolve(powers * weights, ones, "valid")
    return np.where(count >= min(least, window), total / np.maximum(count, 1), np.nan)


def _deviation(
    scene: Scene, mix: FloatArray, decks: list[FloatArray]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """LU of the mix outside the corridor (below negative, above positive), and which windows
    touch the transition."""
    if not len(mix):
        return np.zeros(0), np.zeros(0, dtype=bool)
    course = _lu(_smooth(mix, np.ones(len(mix))))
    playing = [(p > _QUIET).astype(np.float64) for p in decks]
    pairs = list(zip(decks, playing, strict=True))
    alone = np.stack([_lu(_smooth(p, w)) for p, w in pairs])
    known = np.isfinite(alone)
    low = np.where(known, alone, np.inf).min(axis=0)
    # a deck that has only just come in may be loud at once, though it is too early to ask it to be
    begun = np.stack([_lu(_smooth(p, w, 1)) for p, w in pairs])
    high = np.where(np.isfinite(begun), begun, -np.inf).max(axis=0)
    lately = np.pad(high, (_ECHO, 0), constant_values=-np.inf)
    high = np.lib.stride_tricks.sliding_window_view(lately, _ECHO + 1).max(axis=1)
    first, last = _edges(scene)
    starts = np.arange(len(course))
    inside = (starts + min(_WINDOW, len(mix)) > first) & (starts < max(last, first + 1))
    usual = _usual(course, low, high, known, ~inside)
    high = np.maximum(high, low)
    below, above = course - low - usual, course - high - usual
    deviation = np.where(below < 0, below, np.where(above > 0, above, 0.0))
    return np.where(known.any(axis=0), deviation, 0.0), inside


def _usual(
    course: FloatArray,
    low: FloatArray,
    high: FloatArray,
    known: NDArray[np.bool_],
    outside: NDArray[np.bool_],
) -> float:
    """What lies between mix and deck where one deck plays alone (a limiter's work)."""
    alone = outside & (known.sum(axis=0) == 1) & np.isfinite(course)
    return float(np.median((course - low)[alone])) if alone.any() else 0.0


def _lu(power: FloatArray) -> FloatArray:
    return np.asarray(_OFFSET + 10 * np.log10(np.maximum(power, 1e-10)))


def _extremes(deviation: FloatArray, inside: NDArray[np.bool_]) -> tuple[float, float]:
    part = deviation[inside]
    if not part.size:
        return 0.0, 0.0
    return max(0.0, -float(part.min())), max(0.0, float(part.max()))


def _handover(scene: Scene) -> tuple[float | None, str]:
    """LU by which the incoming deck is louder than the outgoing, each against its own track."""
    levels = [_against_track(scene, deck) for deck in (scene.outgoing, scene.incoming)]
    if levels[0] is None or levels[1] is None:
        return None, "the decks' loudness cannot be held against their tracks without portraits"
    return levels[1] - levels[0], ""


def _against_track(scene: Scene, deck: Deck) -> float | None:
    """Loudness of the deck less what the portrait says of the beats heard: about the loudness
    of the whole track as the mix plays it."""
    if deck.portrait is None:
        return None
    beats = scene.places(1.0)[:-1]
    own = own_beats(scene, deck, beats)
    known = np.flatnonzero(~np.isnan(own))
    rows = np.floor(own[known] + 0.5).astype(int)
    known = known[(rows >= 0) & (rows < deck.portrait.n_beats)]
    if known.size < 8:
        return None
    first, last = scene.sample(beats[known[0]]), scene.sample(beats[known[-1]] + 1)
    powers = _powers(deck.dry[:, int(first) : int(last)], scene.rate)
    rows = np.floor(own[known] + 0.5).astype(int)
    level = 10.0 ** (deck.portrait.level[rows].astype(np.float64) / 10.0)
    if not len(powers) or powers.mean() < _QUIET:
        return None
    return float(_lu(powers.mean()) - 10 * np.log10(max(level.mean(), 1e-6)))
