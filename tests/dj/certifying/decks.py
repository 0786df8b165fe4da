"""Two small decks of known beats, and the excerpt in which one gives way to the other.

At 150 BPM and 22 050 Hz: a kick on every beat, a hat on every half-beat, a bass note and a
chord per bar. The outgoing track is heard for 32 beats, the incoming one for 32 from beat 16 on.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Key
from mixolydian.dj.curve import Curve
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Controls, MixPlan, PlannedTrack, Transition
from mixolydian.dj.portrait import Phrase, Portrait

RATE = 22050
BPM = 150.0
BEAT = 60.0 / BPM
START, END, BEATS = 16, 32, 48
Float32 = NDArray[np.float32]
SEMITONE = 2 ** (1 / 12)


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def _kick() -> NDArray[np.float64]:
    t = _time(0.2)
    body = np.sin(2 * np.pi * (50 * t + 6 * (1 - np.exp(-t * 40)))) * np.exp(-t * 14)
    knock = np.random.default_rng(5).standard_normal(t.size) * np.exp(-t * 400)
    return 0.5 * body + 0.25 * knock


def _hat(seed: int) -> NDArray[np.float64]:
    t = _time(0.06)
    return 0.12 * np.random.default_rng(seed).standard_normal(t.size) * np.exp(-t * 80)


def _chord(root: float, seconds: float) -> NDArray[np.float64]:
    t = _time(seconds)
    fade = np.minimum(1.0, np.minimum(t, seconds - t) / 0.05)
    tones = [root * SEMITONE**k * h for k in (0, 3, 7) for h in (1, 2, 3)]
    return fade * sum(0.02 * np.sin(2 * np.pi * f * t) for f in tones)


def _bass(root: float, seconds: float) -> NDArray[np.float64]:
    t = _time(seconds)
    fade = np.minimum(1.0, np.minimum(t, seconds - t) / 0.05)
    return np.asarray(0.12 * fade * np.sin(2 * np.pi * root / 4 * t))


def _add(y: NDArray[np.float64], sound: NDArray[np.float64], second: float) -> None:
    """At a fraction of a sample: by the phase of the spectrum."""
    start = int(np.floor(second * RATE))
    rest = second * RATE - start
    padded = np.concatenate([np.zeros(8), sound, np.zeros(8)])
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(padded.size) * rest)
    moved = np.fft.irfft(np.fft.rfft(padded) * turn, padded.size)
    first = max(0, 8 - start)
    at = start - 8 + first
    n = min(padded.size - first, y.size - at)
    if n > 0:
        y[at : at + n] += moved[first : first + n]


@cache
def deck(
    first: int,
    last: int,
    root: float = 220.0,
    late: float = 0.0,
    speed: float = 1.0,
    seed: int = 0,
) -> Float32:
    """Float32 (2, n): beats `first` to `last` of the excerpt, `late` seconds late, at `speed`."""
    y = np.zeros(round(BEATS * BEAT * RATE))
    for half in range(2 * first, 2 * last):
        at = (first + (half / 2 - first) / speed) * BEAT + late
        _add(y, _hat(seed + half % 2), at)
        if half % 2 == 0:
            _add(y, (1.0 if half % 16 else 0.4) * _kick(), at)
    for bar in range(first, last, 4):
        # turned down now and then, so that beats can be told from one another
        gain = (0.3, 1.0, 0.55, 1.0, 0.15)[(bar - first) // 4 % 5]
        _add(y, gain * _chord(root, 4 * BEAT), bar * BEAT)
        _add(y, max(0.5, gain) * _bass(root, 4 * BEAT), bar * BEAT)
    y[: round(first * BEAT * RATE)] = 0.0
    y[round(last * BEAT * RATE) :] = 0.0
    sound = np.stack([y, y]).astype(np.float32) * np.float32(0.6)
    sound.setflags(write=False)
    return sound


def low_cut(sound: Float32) -> Float32:
    """Without what lies below 250 Hz."""
    spectrum = np.fft.rfft(sound, axis=1)
    spectrum[:, np.fft.rfftfreq(sound.shape[1], 1 / RATE) < 250.0] = 0.0
    return np.fft.irfft(spectrum, sound.shape[1], axis=1).astype(np.float32)


def fader(values: tuple[tuple[float, float], ...]) -> Float32:
    """Gain (n,) along (beat, value) knots, a hand's 5 ms at every jump."""
    beats = np.arange(round(BEATS * BEAT * RATE)) / RATE / BEAT
    gain = Curve(values).at(beats)
    width = round(0.005 * RATE) | 1
    return np.convolve(np.pad(gain, width // 2, "edge"), np.ones(width) / width, "valid").astype(
        np.float32
    )


def swap(outgoing: Float32, incoming: Float32, at: float = 24.0) -> tuple[Float32, Float32]:
    """A bass swap on beat `at`, mids together with straight equal-power faders."""
    rise = tuple((START + k, float(np.sin(np.pi / 2 * k / 16))) for k in range(17))
    fall = tuple((START + k, float(np.cos(np.pi / 2 * k / 16))) for k in range(17))
    out_low = fader(((at, 1.0), (at, 0.0)))
    in_low = fader(((at, 0.0), (at, 1.0)))
    out_high, in_high = low_cut(outgoing), low_cut(incoming)
    out = out_high * fader(fall) + (outgoing - out_high) * out_low
    into = in_high * fader(rise) + (incoming - in_high) * in_low
    return out.astype(np.float32), into.astype(np.float32)


def plan(**changes: object) -> MixPlan:
    """Both tracks at one tempo, a swap of 16 beats."""
    grid = Grid.steady(BPM)
    tracks = tuple(
        PlannedTrack(
            f"{name}.wav", name * 64, f"track {name}", 32 * BEAT, grid, float(at), 0.0, 32.0
        )
        for name, at in (("a", 0), ("b", START))
    )
    curves = (
        Controls(fader=Curve(((16.0, 1.0), (32.0, 0.0))), low=Curve(((24.0, 1.0), (24.0, 0.0)))),
        Controls(fader=Curve(((16.0, 0.0), (32.0, 1.0))), low=Curve(((24.0, 0.0), (24.0, 1.0)))),
    )
    made = MixPlan(
        tracks,
        (Transition("eq-swap", float(START), float(END), *curves),),
        Curve.constant(BPM),
        sample_rate=RATE,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def excerpt(
    outgoing: Float32 | None = None,
    incoming: Float32 | None = None,
    heard: tuple[Float32, Float32] | None = None,
    mix: Float32 | None = None,
) -> Excerpt:
    """The whole mix as one excerpt; what is not given is a clean swap of two clean decks."""
    out = deck(0, 32) if outgoing is None else outgoing
    into = deck(START, BEATS, seed=40) if incoming is None else incoming
    out_heard, in_heard = swap(out, into) if heard is None else heard
    total = out_heard + in_heard if mix is None else mix
    return Excerpt(0, RATE, 0, out, into, out_heard, in_heard, total.astype(np.float32))


def portrait(
    sound: Float32, first: int, phrases: tuple[int, ...] = (0, 32), beats: int = 32
) -> Portrait:
    """What an analysis would know of `deck(first, …)`: bands and level of its `beats`."""
    length = round(BEAT * RATE)
    parts = [sound[0, (first + k) * length :][:length] for k in range(beats)]
    spectra = np.array([np.abs(np.fft.rfft(part)) ** 2 / length**2 for part in parts])
    edges = np.searchsorted(np.fft.rfftfreq(length, 1 / RATE), [0, 180, 2800, RATE])
    pairs = pairwise(edges)
    bands = np.stack([spectra[:, a:b].sum(axis=1) for a, b in pairs], axis=1)
    n = len(parts)
    return Portrait(
        "a" * 64, "a.wav", "a", "", beats * BEAT, BPM, 4, True, "", Grid.steady(BPM), 1.0,
        tuple(Phrase(beat, 8) for beat in phrases), (), (), Key("A", "minor", "8A", "1m"), 1.0,
        0.0, -14.0, -1.0, ("N",) * n, bands, np.zeros(n), np.ones(n), np.zeros(n),
        np.zeros((n, 4, 3)), np.zeros((n, 12)), np.zeros((n, 12)), np.zeros((n, 84)),
        np.zeros((n, 16)), np.zeros(0),
    )  # fmt: skip
