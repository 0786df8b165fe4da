"""What a transition would measure like, worked out from the bands of a scene beat by beat.

No sound is touched: decks count as uncorrelated, a control acts on the power of a band as a
whole, and a filter takes away the share of the band's octaves beyond its cutoff. The words and
the limits are those of the certificate, which measures the rendered sound; these figures are for
choosing and learning, not for proving.

`Hands` are what the controls stand at, as (…, 2, 6): deck (outgoing, incoming) and fader, low,
mid, high (factors of amplitude), high-pass and low-pass (0 open to 1 closed).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.plan import OPEN_HIGHPASS, OPEN_LOWPASS, Controls
from mixolydian.dj.scene import SILENT_LUFS, Scene, Side

Float = NDArray[np.float64]
Hands = NDArray[np.float64]
FADER, LOW, MID, HIGH, HIGHPASS, LOWPASS = range(6)
CLOSED_HIGHPASS, CLOSED_LOWPASS = 2000.0, 200.0
"""Hz at which a filter counts as closed (1)."""
EDGES = ((30.0, 180.0), (180.0, 2800.0), (2800.0, 16000.0))
"""Hz between which a band's octaves are counted."""
WEIGHTS = (0.6, 1.15, 2.3)
"""the K filter's gain of power (ITU-R BS.1770), about, in the low, mid and high band."""
SHORT_TERM = 6
"""beats over which loudness is a mean: about the 3 s of EBU Tech 3341 at dance tempi."""
TRIMS = (-6.0, 2.0)
"""dB by which faders may be trimmed."""
LEAST = 2
"""beats of these in which a deck must play to bear on the corridor."""
BASS_DB, BASS_QUIET_DB = 10.0, 20.0
"""two basses sound at once when they are this near to each other, and less than that below the
louder deck's usual bass (its 90th percentile)."""
KEPT_TOGETHER = 0.8
"""share of another transition's togetherness that is no less a blend."""
WITHIN = (0.125, 0.375, 0.625, 0.875)
"""places in a beat at which the controls are looked at."""


@dataclass(frozen=True)
class Figures:
    """What is measured; lower is better, but for `together`."""

    dip: float
    """LU the mix falls at most under the corridor of its decks' own loudness."""
    bump: float
    """LU it rises at most over it."""
    bass_beats: float
    """beats with two basses, in quarters."""
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

    def worth(self, beside: Figures) -> float:
        """The merit, but less where the tracks are together for much less than `beside`: a hard
        cut has neither two basses nor two voices, and is no blend."""
        wanted = KEPT_TOGETHER * beside.together
        return self.merit * min(1.0, self.together / wanted if wanted > 0 else 1.0)

    def to_json(self) -> dict[str, float]:
        """Name → value."""
        return {**asdict(self), "step": self.step, "merit": self.merit}


def hands_at(outgoing: Controls, incoming: Controls, beats: Float) -> Hands:
    """Where the controls of both decks stand at mix `beats` (…), as (…, 2, 6)."""
    return np.stack([_stand(each, beats) for each in (outgoing, incoming)], axis=-2)


def _stand(controls: Controls, at: Float) -> Float:
    factors = [
        curve.at(at) for curve in (controls.fader, controls.low, controls.mid, controls.high)
    ]
    highpass = closed(controls.highpass.at(at), OPEN_HIGHPASS, CLOSED_HIGHPASS)
    lowpass = closed(controls.lowpass.at(at), OPEN_LOWPASS, CLOSED_LOWPASS)
    return np.stack([*factors, highpass, lowpass], axis=-1)


def closed(hertz: Float, opened: float, shut: float) -> Float:
    """How far a filter is closed, from 0 to 1 in octaves."""
    return np.asarray(np.clip(np.log(hertz / opened) / np.log(shut / opened), 0.0, 1.0))


def cutoff(place: Float, opened: float, shut: float) -> Float:
    """Hz of a filter closed as far as `place`."""
    return np.asarray(opened * (shut / opened) ** place)


def passed(hands: Hands) -> Float:
    """Gain of power (…, 2, 3) of each deck's low, mid and high band."""
    through = np.stack([_through(hands, low, high) for low, high in EDGES], axis=-1)
    return np.asarray((hands[..., :1] * hands[..., LOW : HIGH + 1]) ** 2 * through)


def _through(hands: Hands, low: float, high: float) -> Float:
    """Share of a band's octaves that both filters let pass."""
    width = np.log(high / low)
    floor = np.log(cutoff(hands[..., HIGHPASS], OPEN_HIGHPASS, CLOSED_HIGHPASS) / low)
    ceiling = np.log(cutoff(hands[..., LOWPASS], OPEN_LOWPASS, CLOSED_LOWPASS) / low)
    share = (np.clip(ceiling, 0, width) - np.clip(floor, 0, width)) / width
    return np.asarray(np.clip(share, 0.0, 1.0))


def measure(scene: Scene, outgoing: Controls, incoming: Controls) -> Figures:
    """The figures of a scene mixed with these controls."""
    sides = (scene.outgoing, scene.incoming)
    heard = np.stack([side.heard for side in sides], axis=1).astype(np.float64)
    power = np.stack([10 ** (side.bands / 10.0) for side in sides], axis=1) * heard[..., None]
    at = scene.beats[:, None] + np.array(WITHIN)
    out = power[:, None] * passed(hands_at(outgoing, incoming, at))
    dry = np.stack([_own(side) for side in sides], axis=1)
    wet = dry * _kept(power, out.mean(axis=1))
    dip, bump = _corridor(dry, heard, wet.sum(axis=1))
    shares = wet / np.maximum(wet.sum(axis=1, keepdims=True), 1e-12)
    both = np.clip(2 * shares.min(axis=1), 0.0, 1.0)
    voices = scene.outgoing.vocals * scene.incoming.vocals
    return Figures(
        dip=dip,
        bump=bump,
        bass_beats=float(_two_basses(power[..., 0], out[..., 0]).mean(axis=1).sum()),
        clash_beats=float((voices * both).sum()),
        together=float(both[scene.inside].mean()),
    )


def levelled(scene: Scene, hands: Hands) -> Hands:
    """Hands (T, 2, 6) whose faders are trimmed, both alike, so that the sum goes smoothly from
    the one track's own loudness to the other's; outside the transition they stay."""
    sides = (scene.outgoing, scene.incoming)
    heard = np.stack([side.heard for side in sides], axis=1).astype(np.float64)
    power = np.stack([10 ** (side.bands / 10.0) for side in sides], axis=1) * heard[..., None]
    dry = np.stack([_own(side) for side in sides], axis=1)
    dry = np.stack([_summed(x) for x in dry.T], axis=1)
    wet = dry * _kept(power, power * passed(hands))
    total = np.maximum(wet.sum(axis=1), 1e-12)
    wanted = (10 * np.log10(np.maximum(dry, 1e-12)) * wet).sum(axis=1) / total
    trim = np.clip(wanted - 10 * np.log10(total), *TRIMS) * scene.inside
    smooth = _summed(trim) / SHORT_TERM * scene.inside
    smooth[np.argmax(scene.inside)] = 0.0  # the first knot: no jump from what sounds before it
    out = hands.copy()
    out[..., FADER] *= 10 ** (smooth / 20)[:, None]
    return out


def _own(side: Side) -> Float:
    """Loudness power (T,) of a deck as it comes, 0 where it is not heard."""
    loud = 10 ** (side.loudness.astype(np.float64) / 10)
    return np.asarray(loud * side.heard * (side.loudness > SILENT_LUFS))


def _kept(power: Float, out: Float) -> Float:
    """Share (T, 2) of a deck's loudness power that its controls leave."""
    weights = np.array(WEIGHTS)
    return np.asarray((out @ weights) / np.maximum(power @ weights, 1e-12))


def _corridor(dry: Float, heard: Float, mix: Float) -> tuple[float, float]:
    """LU the mix lies under the quieter, and over the louder of the decks that are heard."""
    count = np.stack([_summed(x) for x in heard.T], axis=1)
    alone = np.stack([_summed(x) for x in dry.T], axis=1) / np.maximum(count, 1.0)
    level = np.where(count >= LEAST, _lufs(alone), np.nan)
    course = _lufs(_summed(mix) / _summed(np.ones(len(mix))))
    known = np.isfinite(level).any(axis=1)
    low = np.where(np.isnan(level), np.inf, level).min(axis=1)[known]
    high = np.where(np.isnan(level), -np.inf, level).max(axis=1)[known]
    dip, bump = (low - course[known]).max(initial=0.0), (course[known] - high).max(initial=0.0)
    return float(dip), float(bump)


def _summed(row: Float) -> Float:
    """Sums over `SHORT_TERM` beats around each."""
    return np.asarray(np.convolve(row, np.ones(SHORT_TERM), mode="same"))


def _lufs(power: Float) -> Float:
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENT_LUFS / 10))))


def _two_basses(own: Float, low: Float) -> NDArray[np.bool_]:
    """Quarter beats (T, 4) in which both decks' basses (T, 4, 2) sound; `own` (T, 2) is what they
    have by themselves."""
    level = 10 * np.log10(np.maximum(low, 1e-9))
    usual = 10 * np.log10(np.percentile(own, 90, axis=0).max() + 1e-9)
    near = np.abs(level[..., 0] - level[..., 1]) < BASS_DB
    return np.asarray(near & (level.min(axis=-1) > max(usual - BASS_QUIET_DB, -60.0)))
