"""Hands on two faders, read off the power of a mix of two known decks."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.dj.transitions.kinds import Template
from mixolydian.dj.transitions.shapes import band_gains, shape
from mixolydian.dj.untangling.balancing import BANDS
from mixolydian.dj.untangling.evidence import evidence
from mixolydian.dj.untangling.forms import Gesture
from mixolydian.dj.untangling.gestures import best_gesture, ramps
from mixolydian.dj.untangling.heard import MEL_RATE
from mixolydian.dj.untangling.pulse import beat_length

BEAT = 0.5
BAR = 4 * BEAT
SECONDS = 60.0
N = int(SECONDS * MEL_RATE)
TIMES = np.arange(N) / MEL_RATE


def deck(seed: int):
    """Power (64, N) of strokes of many colours, some on the beat."""
    rng = np.random.default_rng(seed)
    power = np.full((64, N), 1e-4)
    for time in np.arange(0.0, SECONDS, BEAT / 4):
        colour = rng.exponential(1.0, 64) * (rng.random(64) < 0.4)
        since = TIMES - time
        power += np.outer(colour, np.exp(-8.0 * since) * (since >= 0))
    return power.astype(np.float32)


A, B = deck(1), deck(2)


def mixed(out, into):
    """Power of the mix in which the bands have amplitudes `out` and `into` (3, N)."""
    gains = []
    for amplitudes in (out, into):
        rows = [np.repeat(g[np.newaxis] ** 2, b.stop - b.start, axis=0)
                for g, b in zip(amplitudes, BANDS, strict=True)]  # fmt: skip
        gains.append(np.concatenate(rows))
    # waves add up by chance: a few dB of doubt in every cell
    doubt = 10.0 ** (np.random.default_rng(3).normal(0.0, 0.2, (64, N)))
    return ((gains[0] * A + gains[1] * B) * doubt + 1e-6).astype(np.float32)


def crossfaded(start: float, end: float):
    x = np.clip((TIMES - start) / (end - start), 0.0, 1.0)
    return np.tile(1 - x, (3, 1)), np.tile(x, (3, 1))


def planned(kind: str, bars: int, start: float, gain: float = 1.0):
    """Amplitudes of a house transition, both faders times `gain` within it."""
    beats = (TIMES - start) / BEAT
    pair = [band_gains(c, beats).T for c in shape(Template(kind, bars, bars / 2), 4)]
    inside = (beats >= 0) & (beats < 4 * bars)
    return [np.where(inside, gain * g, g) for g in pair]


def found(mix, also=(), beats=(BEAT,)) -> Gesture:
    return best_gesture(evidence(mix, A, B, 100.0), beats, also)


@pytest.mark.parametrize("kind", ["blend", "eq-swap", "drop-on-drop"])
def test_house_transitions(kind):
    hands = found(mixed(*planned(kind, 8, 22.0)))
    assert hands.kind == kind
    assert hands.start == pytest.approx(122.0, abs=0.5)
    assert hands.end == pytest.approx(138.0, abs=0.5)
    assert hands.start <= hands.full_from <= hands.end
    assert hands.start <= hands.full_until <= hands.end


def test_both_faders_held_back():
    hands = found(mixed(*planned("eq-swap", 8, 22.0, gain=0.5)))
    assert (hands.start, hands.end) == pytest.approx((122.0, 138.0), abs=0.5)


def test_a_fade_that_keeps_to_no_bars():
    hands = found(mixed(*crossfaded(20.0, 31.3)), beats=(0.43,))
    assert (hands.start, hands.end) == pytest.approx((120.0, 131.3), abs=1.0)


def test_fades_apart():
    (a, b), (c, d) = (24.0, 40.0), (16.0, 19.0)
    mix = mixed(crossfaded(a, b)[0], crossfaded(c, d)[1])
    seen = evidence(mix, A, B, 100.0)
    (also,) = ramps(seen, (100 + a, 100 + b), (100 + c, 100 + d))
    hands = best_gesture(seen, (BEAT,), (also,))
    assert hands == also
    assert (hands.start, hands.end) == (116.0, 140.0)
    assert (hands.enters, hands.full_from, hands.full_until) == (116.0, 119.0, 124.0)
    assert ramps(seen, (100.0, 170.0), (101.0, 102.0)) == ()


def test_a_cut_is_a_moment():
    hands = found(mixed(*crossfaded(30.0, 30.01)))
    assert hands.kind == "cut"
    assert hands.start == hands.end == pytest.approx(130.0, abs=0.05)


def test_an_echo_is_told_from_a_cut():
    out, into = crossfaded(30.0, 30.01)
    send = np.where((TIMES > 28.0) & (TIMES < 30.0), 0.6 * (TIMES - 28.0) / BAR, 0.0)
    heard = mixed(out, into)
    sent = np.where(np.arange(64)[:, np.newaxis] < BANDS[0].stop, 0.0, A * send**2)
    for k in range(1, 7):
        late = round(k * 0.75 * BEAT * MEL_RATE)
        heard[:, late:] += (0.55 ** (2 * k) * sent[:, :-late]).astype(np.float32)
    hands = found(heard)
    assert hands.kind == "echo-out"
    assert hands.enters == hands.end == pytest.approx(130.0, abs=0.05)
    assert hands.start == pytest.approx(127.0, abs=0.1)


def test_the_beat():
    strokes = np.zeros((64, N), dtype=np.float32)
    for beat in np.arange(0.0, SECONDS - 1.0, 0.4615):
        strokes[:, int(beat * MEL_RATE)] = 1.0
    assert beat_length(strokes + np.float32(1e-3)) == pytest.approx(0.4615, rel=2e-3)
