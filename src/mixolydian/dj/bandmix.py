"""What a transition would measure like, worked out from the bands of a scene beat by beat.

No sound is touched: decks count as uncorrelated, a control acts on the power of a band as a
whole, and a filter takes away the share of the band's octaves beyond its cutoff. The words and
the limits are those of the certificate, which measures the rendered sound; these figures are for
choosing and learning, not for proving.

`Hands` are what the controls stand at in each beat, as (T, 2, 6): deck (outgoing, incoming) and
fader, low, mid, high (factors of amplitude), high-pass and low-pass (0 open to 1 closed).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import OPEN_HIGHPASS, OPEN_LOWPASS, Controls
from mixolydian.dj.scene import SILENT_LUFS, Scene, Side

Float = NDArray[np.float64]
Hands = NDArray[np.float64]
FADER, LOW, MID, HIGH, HIGHPASS, LOWPASS = range(6)
CLOSED_HIGHPASS, CLOSED_LOWPASS = 1000.0, 200.0
"""Hz at which a filter counts as closed (1)."""
EDGES = ((30.0, 180.0), (180.0, 2800.0), (2800.0, 16000.0))
"""Hz between which a band's octaves are counted."""
WEIGHTS = (0.6, 1.15, 2.3)
"""the K filter's gain of power (ITU-R BS.1770), about, in the low, mid and high band."""
SHORT_TERM = 6
"""beats over which loudness is a mean: about the 3 s of EBU Tech 3341 at dance tempi."""
BASS_DB, BASS_FLOOR_DB = 10.0, -45.0
"""two basses sound at once when they are this near to each other and above the floor."""
WITHIN = (0.125, 0.375, 0.625, 0.875)
"""places in a beat at which a curve is looked at."""


@dataclass(frozen=True)
class Figures:
    """What is measured; lower is better, but for `together`."""

    dip: float
    """LU the mix falls at most under the corridor of its decks' own loudness."""
    bump: float
    """LU it rises at most over it."""
    bass_beats: float
    """longest run of beats with two basses."""
    clash_beats: float
    """beats for which two voices sound at once, each weighted by how audible both are."""
    together: float
    """share of the transition in which both are audible (0 a cut, 1 equally loud throughout)."""

    @property
    def step(self) -> float:
        """The larger of dip and bump."""
        return max(self.dip, self.bump)

    @property
    def merit(self) -> float:
        """One value in [0, 1]: 3 LU, 2 beats of two basses or 8 of two voices cost a third."""
        costs = (self.step / 3.0, self.bass_beats / 2.0, self.clash_beats / 8.0)
        return 1.0 - sum(min(1.0, cost) for cost in costs) / 3.0

    def to_json(self) -> dict[str, float]:
        """Name → value."""
        return {**asdict(self), "step": self.step, "merit": self.merit}


def hands_of(scene: Scene, outgoing: Controls, incoming: Controls) -> Hands:
    """Where the controls stand in each beat of the scene, (T, 2, 6): means over the beat."""
    at = scene.beats[:, None] + np.array(WITHIN)
    return np.stack([_stand(each, at) for each in (outgoing, incoming)], axis=1)


def _stand(controls: Controls, at: Float) -> Float:
    factors = [
        np.sqrt(np.mean(curve.at(at) ** 2, axis=1))
        for curve in (controls.fader, controls.low, controls.mid, controls.high)
    ]
    highpass = closed(controls.highpass, at, OPEN_HIGHPASS, CLOSED_HIGHPASS)
    lowpass = closed(controls.lowpass, at, OPEN_LOWPASS, CLOSED_LOWPASS)
    return np.stack([*factors, highpass, lowpass], axis=-1)


def closed(curve: Curve, at: Float, opened: float, shut: float) -> Float:
    """How far a filter is closed (0 to 1, in octaves), as means over the rows of `at`."""
    place = np.log(curve.at(at) / opened) / np.log(shut / opened)
    return np.asarray(np.clip(place, 0.0, 1.0).mean(axis=1))


def cutoff(place: Float, opened: float, shut: float) -> Float:
    """Hz of a filter closed as far as `place`."""
    return np.asarray(opened * (shut / opened) ** place)


def passed(hands: Hands) -> Float:
    """Gain of power (T, 2, 3) of each deck's low, mid and high band."""
    through = np.stack([_through(hands, low, high) for low, high in EDGES], axis=-1)
    return np.asarray((hands[..., :1] * hands[..., LOW : HIGH + 1]) ** 2 * through)


def _through(hands: Hands, low: float, high: float) -> Float:
    """Share of a band's octaves that both filters let pass."""
    width = np.log(high / low)
    floor = np.log(cutoff(hands[..., HIGHPASS], OPEN_HIGHPASS, CLOSED_HIGHPASS) / low)
    ceiling = np.log(cutoff(hands[..., LOWPASS], OPEN_LOWPASS, CLOSED_LOWPASS) / low)
    share = (np.clip(ceiling, 0, width) - np.clip(floor, 0, width)) / width
    return np.asarray(np.clip(share, 0.0, 1.0))


def measure(scene: Scene, hands: Hands) -> Figures:
    """The figures of a scene mixed with `hands`."""
    sides = (scene.outgoing, scene.incoming)
    heard = np.stack([side.heard for side in sides], axis=1).astype(np.float64)
    power = np.stack([10 ** (side.bands / 10.0) for side in sides], axis=1) * heard[..., None]
    out = power * passed(hands)
    dry = np.stack([_own(side) for side in sides], axis=1)
    wet = dry * _kept(power, out)
    dip, bump = _corridor(dry, wet.sum(axis=1))
    shares = wet / np.maximum(wet.sum(axis=1, keepdims=True), 1e-12)
    both = np.clip(2 * shares.min(axis=1), 0.0, 1.0)
    voices = scene.outgoing.vocals * scene.incoming.vocals
    n = max(int(scene.inside.sum()), 1)
    return Figures(
        dip=dip,
        bump=bump,
        bass_beats=_longest(_two_basses(out[..., 0])),
        clash_beats=float((voices * both).sum()),
        together=float(both[scene.inside].sum() / n),
    )


def _own(side: Side) -> Float:
    """Loudness power (T,) of a deck as it comes, 0 where it is not heard."""
    loud = 10 ** (side.loudness.astype(np.float64) / 10)
    return np.asarray(loud * side.heard * (side.loudness > SILENT_LUFS))


def _kept(power: Float, out: Float) -> Float:
    """Share (T, 2) of a deck's loudness power that its controls leave."""
    weights = np.array(WEIGHTS)
    return np.asarray((out @ weights) / np.maximum(power @ weights, 1e-12))


def _corridor(dry: Float, mix: Float) -> tuple[float, float]:
    """LU the mix lies under the quieter, and over the louder of the decks that are heard."""
    low = np.where(dry > 0, dry, np.inf).min(axis=1)
    low = np.where(np.isfinite(low), low, 0.0)
    lines = [_lufs(x) for x in (low, dry.max(axis=1), mix)]
    return float(max(0.0, (lines[0] - lines[2]).max())), float(
        max(0.0, (lines[2] - lines[1]).max())
    )


def _lufs(power: Float) -> Float:
    """Short-term loudness of a row of loudness powers."""
    kernel = np.ones(SHORT_TERM)
    count = np.convolve(np.ones(len(power)), kernel, mode="same")
    mean = np.convolve(power, kernel, mode="same") / count
    return np.asarray(10 * np.log10(np.maximum(mean, 10 ** (SILENT_LUFS / 10))))


def _two_basses(low: Float) -> NDArray[np.bool_]:
    """Beats (T,) in which both decks' basses (T, 2) sound."""
    level = 10 * np.log10(np.maximum(low, 1e-9))
    near = np.abs(level[:, 0] - level[:, 1]) < BASS_DB
    return np.asarray(near & (level.min(axis=1) > BASS_FLOOR_DB))


def _longest(which: NDArray[np.bool_]) -> float:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], which.astype(np.int8), [0]])))
    return float((edges[1::2] - edges[::2]).max(initial=0))
