"""A candidate's curves in mix beats, the faders trimmed so that the sum of both decks goes
smoothly from the one track's own level to the other's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import Controls
from mixolydian.dj.transitions.candidates import Candidate
from mixolydian.dj.transitions.profile import POWER, Profile, profile_of
from mixolydian.dj.transitions.shapes import band_gains, moved, shape

SMOOTH = 4
"""beats over which the trim is averaged: what a listener hears as level is not single strokes."""
LOWEST, HIGHEST = -9.0, 2.0
"""dB by which both faders may be trimmed."""
TOP = 1.26
"""largest factor of a fader (+2 dB)."""


def own_beats(candidate: Candidate, beats: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Own beats of both tracks that are heard at `beats` of the transition, loops followed; the
    incoming track's lie before its start while it is not heard."""
    form, relation = candidate.template, candidate.relation
    bar = relation.meter
    out = beats % (form.loop_out * bar) if form.loop_out else beats
    into = beats - form.enters * bar
    if form.loop_in:
        loop, swap = form.loop_in * bar, form.swap * bar
        into = np.where(beats < swap, beats % loop, beats - swap + loop)
    return candidate.out_start + relation.own_a * out, candidate.in_start + relation.own_b * into


def controls_of(candidate: Candidate, start: float) -> tuple[Controls, Controls]:
    """Curves of the outgoing and the incoming deck, the transition beginning on mix beat
    `start`."""
    form, meter = candidate.template, candidate.relation.meter
    out, into = shape(form, meter)
    if not form.enters:
        trim = _trim(candidate, out, into)
        out = replace(out, fader=_trimmed(out.fader, trim))
        into = replace(into, fader=_trimmed(into.fader, trim))
    return moved(out, start), moved(into, start)


def _trim(candidate: Candidate, out: Controls, into: Controls) -> Curve:
    """dB over the transition's beats that bring the sum to its way between both levels."""
    n = candidate.template.bars * candidate.relation.meter
    beats = np.arange(n) + 0.5
    own_a, own_b = own_beats(candidate, beats)
    space = candidate.search.space
    wet_a, dry_a = _heard(profile_of(space.a), own_a, candidate.relation.own_a, out, beats)
    wet_b, dry_b = _heard(profile_of(space.b), own_b, candidate.relation.own_b, into, beats)
    total = wet_a + wet_b
    wanted = (dry_a * wet_a + dry_b * wet_b) / total
    trim = _smooth(np.clip(wanted - 10.0 * np.log10(total), LOWEST, HIGHEST))
    # outside the transition nothing is trimmed, and the fader must not jump there
    knots = [(0.0, 0.0), *zip(beats.tolist(), trim.tolist(), strict=True), (float(n), 0.0)]
    return Curve(tuple((float(x), float(y)) for x, y in knots))


def _heard(
    profile: Profile, own: FloatArray, ratio: float, deck: Controls, beats: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Power after the controls (n,), and level in LU without them (n,), around each beat."""
    power = profile.means(own - SMOOTH / 2 * ratio, own + SMOOTH / 2 * ratio)[:, POWER]
    wet = (power * np.square(band_gains(deck, beats))).sum(axis=-1)
    return wet + 1e-9, 10.0 * np.log10(power.sum(axis=-1) + 1e-6)


def _smooth(trim: FloatArray) -> FloatArray:
    padded = np.pad(trim, (SMOOTH // 2, SMOOTH - 1 - SMOOTH // 2), mode="edge")
    return np.convolve(padded, np.full(SMOOTH, 1.0 / SMOOTH), mode="valid")


def _trimmed(fader: Curve, trim: Curve) -> Curve:
    """The fader times the trim, with a knot wherever either has one."""
    x = sorted({*(b for b, _ in fader.knots), *(b for b, _ in trim.knots)})
    beats = np.array(x)
    values = np.minimum(fader.at(beats) * 10.0 ** (trim.at(beats) / 20.0), TOP)
    return Curve(tuple((b, float(round(v, 5))) for b, v in zip(x, values, strict=True)))
