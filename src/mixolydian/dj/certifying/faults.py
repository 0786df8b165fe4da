"""What must not be in a mix: clipped samples, clicks, holes of silence.

A click is a jump of the waveform that no deck has by itself: a second difference of the mix far
above what the dry decks show within a millisecond, and far above the mix's own in the 5 ms
around. An edge at which a deck starts or stops does not excuse one; an echo (the deck heard
again three quarters of a beat later) does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from mixolydian.audio.loudness import measure_loudness
from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.measures import Faults
from mixolydian.dj.certifying.scene import Deck, Scene, Sound

FULL_SCALE = 1.0 - 2.0**-15
"""the largest sample of 16 bits: a sample at or over it is clipped."""
ECHO_BEATS = 0.75
_ECHOES = 6
_BEYOND_DECKS, _BEYOND_MIX, _SMALLEST = 3.0, 8.0, 0.01
"""how many times the decks' largest and the mix's mean second difference, and the least."""
_MOST_CLICKS = 50
SILENT, PLAYS, SHORTEST_GAP = 1e-6, 1e-5, 0.02
"""mean power of a gap and of a deck that plays (-60 and -50 dBFS); seconds."""
REST_BEATS = 0.5
"""beats that music rests at most between two strokes, before and after."""


def faults_of(scene: Scene) -> Faults:
    """Everything that is plainly wrong in the excerpt."""
    mix = scene.excerpt.mix
    peak = measure_loudness(mix, scene.rate).true_peak_dbtp
    return Faults(
        int(np.sum(np.abs(mix) >= FULL_SCALE)),
        peak if np.isfinite(peak) else None,
        tuple(clicks(scene)),
        1e3 * _gap(scene),
    )


def clicks(scene: Scene) -> list[float]:
    """Seconds of the mix at which there is one, 50 at most."""
    bend = _bends(scene.excerpt.mix)
    width = round(0.005 * scene.rate)
    around = uniform_filter1d(bend, 2 * width + 1) * (2 * width + 1) - _near_sum(bend)
    usual = np.maximum(around, 0.0) / (2 * width - 4)
    excused = _excuse(scene)
    found = (bend > _BEYOND_DECKS * excused + _SMALLEST) & (bend > _BEYOND_MIX * usual)
    places = np.flatnonzero(found)
    apart = places[np.diff(places, prepend=-width - 1) > width]
    return [float((scene.excerpt.start + p) / scene.rate) for p in apart[:_MOST_CLICKS]]


def _bends(sound: Sound) -> FloatArray:
    """The larger second difference of the channels, (n,)."""
    bend = np.zeros(sound.shape[1])
    if sound.shape[1] > 2:
        bend[1:-1] = np.abs(np.diff(sound, 2, axis=1)).max(axis=0)
    return bend


def _near_sum(bend: FloatArray) -> FloatArray:
    """What the five samples around hold: the click itself."""
    return np.asarray(uniform_filter1d(bend, 5) * 5)


def _excuse(scene: Scene) -> FloatArray:
    """The largest second difference of the dry decks within a millisecond, echoes included."""
    reach = 2 * round(0.001 * scene.rate) + 1
    total = np.zeros(scene.excerpt.mix.shape[1])
    controls = scene.transition.outgoing, scene.transition.incoming
    for deck, hands in zip((scene.outgoing, scene.incoming), controls, strict=True):
        own = maximum_filter1d(_without_edges(deck), reach)
        total += own if _is_closed(hands.echo.knots) else _echoed(scene, own)
    return total


def _is_closed(knots: tuple[tuple[float, float], ...]) -> bool:
    return all(value == 0.0 for _, value in knots)


def _without_edges(deck: Deck) -> FloatArray:
    """The deck's second differences, but for those at which it starts or stops; where the excerpt
    is cut off, it does neither."""
    bend = _bends(deck.dry)
    sounding = np.flatnonzero(deck.dry.any(axis=0))
    if sounding.size:
        for edge in (int(sounding[0]), int(sounding[-1])):
            if 2 < edge < len(bend) - 3:
                bend[edge - 2 : edge + 3] = 0.0
    return bend


def _echoed(scene: Scene, own: FloatArray) -> FloatArray:
    """The envelope with itself some echoes later."""
    bpm = float(np.asarray(scene.clock.bpm_at(scene.transition.start)))
    delay = round(ECHO_BEATS * 60.0 / bpm * scene.rate)
    wide = maximum_filter1d(own, 2 * round(0.01 * scene.rate) + 1)
    total = own.copy()
    for k in range(1, _ECHOES + 1):
        if k * delay < len(own):
            total[k * delay :] = np.maximum(total[k * delay :], wide[: len(own) - k * delay])
    return total


def _gap(scene: Scene) -> float:
    """Seconds of the longest stretch in which the mix is silent although a deck plays.

    Between two strokes of a deck that is heard the music itself rests: that is no gap, whatever
    the other deck still holds while it goes.
    """
    length = max(1, round(0.005 * scene.rate))
    decks = scene.outgoing, scene.incoming
    dry = [maximum_filter1d(_frames(deck.dry, length), 3) for deck in decks]
    heard = [_frames(deck.heard, length) for deck in decks]
    beat = 60.0 / float(np.asarray(scene.clock.bpm_at(scene.transition.start)))
    near = 2 * round(REST_BEATS * beat * scene.rate / length) + 1
    rests = [(d < PLAYS) & (maximum_filter1d(h, near) > PLAYS) for d, h in zip(dry, heard)]  # noqa: B905
    lost = (np.maximum(*dry) > PLAYS) & ~(rests[0] | rests[1])
    silent = (_frames(scene.excerpt.mix, length) < SILENT) & (lost | (np.maximum(*heard) > PLAYS))
    ends = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(np.int8), [0]])))
    longest = float(np.max(ends[1::2] - ends[::2], initial=0)) * length / scene.rate
    return longest if longest >= SHORTEST_GAP else 0.0


def _frames(sound: Sound, length: int) -> NDArray[np.float64]:
    """Mean power of every `length` samples."""
    n = sound.shape[1] // length * length
    power = np.square(sound[:, :n], dtype=np.float64).mean(axis=0)
    return np.asarray(power.reshape(-1, length).mean(axis=1))
