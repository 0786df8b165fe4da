"""What the hands do in each kind of transition: the curves of both decks from beat 0 on.

One bass at a time: the low bands of the decks are complementary and change hands within half a
beat before a downbeat, so that the new kick is the first thing heard of it.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import OPEN_HIGHPASS, Controls
from mixolydian.dj.transitions.kinds import Template

SWAP_BEATS, FADE_SWAP_BEATS = 0.5, 1.0
ARC_KNOTS = 9
ECHO_BEATS, ECHO_SEND, ECHO_BASS = 4.0, 0.6, 1.0
DECLICK = 1 / 48
"""beats in which a cut closes: about 10 ms."""
SWEEP_TO, SWEEP_FROM = 1800.0, 500.0
"""Hz to which the high-pass of the outgoing deck rises, and from which the other's falls."""
CENTRES = np.array([80.0, 700.0, 6000.0])
"""Hz that stand for the three bands when a filter is judged."""
STEPS = 8
"""parts of a transition in which it is judged."""
Knots = tuple[tuple[float, float], ...]


@lru_cache(maxsize=512)
def shape(template: Template, meter: int) -> tuple[Controls, Controls]:
    """Curves of the outgoing and the incoming deck over 0 … bars × meter beats."""
    n, swap = float(template.bars * meter), float(template.swap * meter)
    return _SHAPES[template.kind](n, swap)


def _arc(begin: float, end: float, rising: bool, top: float = 1.0) -> Knots:
    """A quarter of a sine: two of these, one rising and one falling, keep the power."""
    x = np.linspace(0.0, 1.0, ARC_KNOTS)
    y = np.sin(x * np.pi / 2) if rising else np.cos(x * np.pi / 2)
    return _knots(begin + x * (end - begin), top * np.round(y, 6))


def _sweep(begin: float, end: float, low: float, high: float) -> Knots:
    """A filter's cutoff that moves by equal intervals."""
    x = np.linspace(0.0, 1.0, ARC_KNOTS)
    return _knots(begin + x * (end - begin), np.round(low * (high / low) ** x, 3))


def _knots(x: FloatArray, y: FloatArray) -> Knots:
    return tuple((float(a), float(b)) for a, b in zip(x, y, strict=True))


def _swapped(swap: float, width: float = SWAP_BEATS) -> tuple[Curve, Curve]:
    """The low bands of both decks: they change hands in the `width` beats before `swap`."""
    before = max(swap - width, 0.0)
    return Curve(((before, 1.0), (swap, 0.0))), Curve(((before, 0.0), (swap, 1.0)))


def _blend(n: float, swap: float) -> tuple[Controls, Controls]:
    low_out, low_in = _swapped(swap)
    outgoing = Controls(fader=Curve(_arc(swap, n, False)), low=low_out)
    return outgoing, Controls(fader=Curve(_arc(0.0, swap, True)), low=low_in)


def _eq_swap(n: float, swap: float) -> tuple[Controls, Controls]:
    low_out, low_in = _swapped(swap)
    quick = n / 8
    outgoing = Controls(
        fader=Curve(_arc(n - 2 * quick, n, False)),
        low=low_out,
        mid=Curve(((swap - SWAP_BEATS, 1.0), (swap, 0.7), (n, 0.4))),
    )
    into = Controls(
        fader=Curve(_arc(0.0, quick, True)),
        low=low_in,
        mid=Curve(((0.0, 0.4), (swap - SWAP_BEATS, 0.7), (swap, 1.0))),
    )
    return outgoing, into


def _filter(n: float, swap: float) -> tuple[Controls, Controls]:
    low_out, low_in = _swapped(swap)
    outgoing = Controls(
        fader=Curve(_arc(n - n / 8, n, False)),
        low=low_out,
        highpass=Curve(_sweep(swap, n, OPEN_HIGHPASS, SWEEP_TO)),
    )
    into = Controls(
        fader=Curve(_arc(0.0, swap, True)),
        low=low_in,
        highpass=Curve(_sweep(0.0, swap, SWEEP_FROM, OPEN_HIGHPASS)),
    )
    return outgoing, into


def _break(n: float, swap: float) -> tuple[Controls, Controls]:
    """A breakdown has little bass, so the incoming groove may have its own from the start."""
    low_out, low_in = _swapped(swap)
    outgoing = Controls(fader=Curve(_arc(n / 2, n, False)), low=low_out)
    return outgoing, Controls(fader=Curve(_arc(0.0, n / 4, True)), low=low_in)


def _drops(n: float, swap: float) -> tuple[Controls, Controls]:
    low_out, low_in = _swapped(swap)
    outgoing = Controls(
        fader=Curve(_arc((swap + n) / 2, n, False)),
        low=low_out,
        mid=Curve(((swap - SWAP_BEATS, 1.0), (swap, 0.6))),
    )
    into = Controls(
        fader=Curve(_arc(0.0, swap / 2, True)),
        low=low_in,
        mid=Curve(((swap - SWAP_BEATS, 0.6), (swap, 1.0))),
    )
    return outgoing, into


def _echo(n: float, swap: float) -> tuple[Controls, Controls]:
    """The last bar is sent into the echo more and more, its last beat without the bass, which
    would go on under that of the next track; then the echo alone goes on."""
    begin = max(n - ECHO_BEATS, 0.0)
    low_out, _ = _swapped(n - ECHO_BASS)
    outgoing = Controls(
        fader=Curve(((n - DECLICK, 1.0), (n, 0.0))),
        low=low_out,
        echo=Curve(((begin, 0.0), (n - DECLICK, ECHO_SEND), (n, 0.0))),
    )
    return outgoing, Controls()


def _cut(n: float, swap: float) -> tuple[Controls, Controls]:
    return Controls(fader=Curve(((n - DECLICK, 1.0), (n, 0.0)))), Controls()


def _fade(n: float, swap: float) -> tuple[Controls, Controls]:
    low_out, low_in = _swapped(swap, FADE_SWAP_BEATS)
    outgoing = Controls(fader=Curve(_arc(0.0, n, False)), low=low_out)
    return outgoing, Controls(fader=Curve(_arc(0.0, n, True)), low=low_in)


_SHAPES = {
    "blend": _blend,
    "eq-swap": _eq_swap,
    "loop": _eq_swap,
    "filter": _filter,
    "breakdown-to-intro": _break,
    "drop-on-drop": _drops,
    "echo-out": _echo,
    "cut": _cut,
    "fade": _fade,
}


def band_gains(controls: Controls, beats: Any) -> FloatArray:
    """Factors of amplitude (…, 3) of a deck's bands at `beats` (…), filters included."""
    fader = np.asarray(controls.fader.at(beats))[..., np.newaxis]
    bands = np.stack([c.at(beats) for c in (controls.low, controls.mid, controls.high)], axis=-1)
    high = np.asarray(controls.highpass.at(beats))[..., np.newaxis] / CENTRES
    low = CENTRES / np.asarray(controls.lowpass.at(beats))[..., np.newaxis]
    gains: FloatArray = fader * bands / np.sqrt((1.0 + high**4) * (1.0 + low**4))
    return gains


@lru_cache(maxsize=512)
def step_gains(template: Template, meter: int) -> FloatArray:
    """Power (2, STEPS, 3) that the decks let through in each eighth of the transition."""
    n = template.bars * meter
    beats = (np.arange(STEPS * 8) + 0.5) * n / (STEPS * 8)
    both = [np.square(band_gains(deck, beats)) for deck in shape(template, meter)]
    if template.enters:
        both[1] = np.zeros_like(both[1])
    means: FloatArray = np.stack(both).reshape(2, STEPS, 8, 3).mean(axis=2)
    return means


@lru_cache(maxsize=512)
def bar_overlap(template: Template, meter: int) -> FloatArray:
    """How much both decks are heard in each of its bars: the product of their middle bands."""
    beats = (np.arange(template.bars * 4) + 0.5) * meter / 4
    out, into = (band_gains(deck, beats)[:, 1] for deck in shape(template, meter))
    found: FloatArray = (out * into).reshape(template.bars, 4).mean(axis=1)
    return found


def moved(controls: Controls, by: float) -> Controls:
    """The same curves `by` beats later."""
    plain = Controls()
    changed = {
        f.name: Curve(tuple((x + by, y) for x, y in getattr(controls, f.name).knots))
        for f in fields(controls)
        if getattr(controls, f.name) != getattr(plain, f.name)
    }
    return Controls(**changed)
