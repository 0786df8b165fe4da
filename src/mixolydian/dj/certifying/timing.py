"""How exactly two decks' beats lie on one another, from their attacks.

Attacks are looked for near every beat and half-beat of the mix's clock (strokes.py), in each
deck by itself, before faders and filters, and compared in one band. What a deck does steadily on
one place of the bar is its sound or its groove, and is taken out of the offset; a beat's offset
is the median of the strokes within two beats of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import theilslopes

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.attacks import BANDS, Envelope, envelopes
from mixolydian.dj.certifying.measures import BeatTiming, DeckTiming, Offsets
from mixolydian.dj.certifying.scene import Scene
from mixolydian.dj.certifying.strokes import Strokes, course_of, scatter_of, strokes_of

FEWEST = 6
"""offsets under which nothing is said."""
ENOUGH = 16
NEIGHBOURS = 2.0
"""beats either way whose strokes tell of a beat."""
SYSTEMATIC = {"mid": 1.5, "high": 0.2}
"""ms by which tracks on the same beat differ in a band: below 2.8 kHz strokes rise slowly."""
WIDEST = 15.0
"""ms of scatter (a robust standard deviation) over which strokes do not mark a beat."""
TIGHT = 5.0
"""ms of scatter allowed where two decks are compared that never strike together."""
DRIFT_BEATS = 8.0
"""beats that a drift is looked for in at least."""
_GROOVE = 2.0
"""ms that half-beats may lie apart from beats in one deck and not in the other."""


def time_beats(scene: Scene) -> BeatTiming:
    """The beat offset of a transition, or why there is none."""
    out_bands, in_bands = (
        envelopes(deck.dry, scene.rate) for deck in (scene.outgoing, scene.incoming)
    )
    decks = {b: (heard(scene, out_bands[b]), heard(scene, in_bands[b])) for b in BANDS}
    band = min(BANDS, key=lambda name: _doubt(scene, name, *decks[name]))
    out, into = decks[band]
    reason = _obstacle(scene) or _trouble(out, into)
    beats, raw, how = _pairs(scene, out, into)
    if not reason and len(raw) < FEWEST:
        reason = f"only {len(raw)} attacks to compare, {FEWEST} are needed"
    if not reason and how == "join" and _loose(beats, raw, scene.transition.end) > TIGHT:
        reason = "the attacks beside the cut do not gather round the beats"
    if reason:
        return BeatTiming(None, None, None, 0.0, band, how, reason, _deck(out), _deck(into), ())
    single = _without_groove(scene, out, into, beats, raw) if how == "overlap" else raw
    plain = _settled(beats, single)
    points = tuple((float(b), float(ms)) for b, ms in zip(beats, plain, strict=True))
    sureness = min(1.0, len(raw) / ENOUGH)
    return BeatTiming(
        _offsets(plain, raw), *_drift(scene, beats, single, how), sureness, band, how, "",
        _deck(out), _deck(into), points,
    )  # fmt: skip


def _loose(beats: FloatArray, offsets: FloatArray, cut: float) -> float:
    """Scatter in ms of the strokes before and after a cut, the larger of the two."""
    before = beats < cut
    return max(scatter_of(offsets[before]), scatter_of(offsets[~before]))


def heard(scene: Scene, envelope: Envelope) -> Strokes:
    """The strokes of a deck's `envelope` at the beats and half-beats of the excerpt."""
    beats = scene.places(0.5)
    length = 60.0 / np.asarray(scene.clock.bpm_at(beats))
    return strokes_of(envelope, beats, scene.second(beats), length)


def _doubt(scene: Scene, band: str, out: Strokes, into: Strokes) -> float:
    """Standard error of the offset in a band, in ms: the smaller, the better the band."""
    both = out.found & into.found & scene.inside(out.beats)
    n = int(both.sum()) if both.sum() >= FEWEST else min(out.found.sum(), into.found.sum()) / 4
    scatter = np.hypot(scatter_of(out.late), scatter_of(into.late))
    return float(np.hypot(scatter / np.sqrt(n), SYSTEMATIC[band])) if n else np.inf


def _obstacle(scene: Scene) -> str:
    """Why the beats of these tracks are not compared at all."""
    for name, deck in (("outgoing", scene.outgoing), ("incoming", scene.incoming)):
        if not deck.track.locked:
            return f"the {name} track does not follow the beat of the mix"
    return ""


def _trouble(out: Strokes, into: Strokes) -> str:
    """What speaks against the strokes of a deck."""
    for name, strokes in (("outgoing", out), ("incoming", into)):
        if int(strokes.found.sum()) < FEWEST:
            return f"the {name} deck has {int(strokes.found.sum())} clear attacks on the beat"
        if strokes.scatter > WIDEST:
            return (
                f"the attacks of the {name} deck do not gather round the beats "
                f"(scatter {strokes.scatter:.0f} ms)"
            )
    return ""


def _pairs(scene: Scene, out: Strokes, into: Strokes) -> tuple[FloatArray, FloatArray, str]:
    """Mix beats, offsets in ms, and how they were had."""
    both = out.found & into.found & scene.inside(out.beats)
    if _grooves_apart(out, into, both):
        both &= out.beats % 1 == 0
    if both.sum() >= FEWEST:
        return out.beats[both], out.late[both] - into.late[both], "overlap"
    last = out.beats[out.found & (out.beats <= scene.transition.end)][-ENOUGH:]
    first = into.beats[into.found & (into.beats >= scene.transition.start)][:ENOUGH]
    before, after = (s.late[np.isin(s.beats, kept)] for s, kept in ((out, last), (into, first)))
    if not before.size or not after.size:
        return np.zeros(0), np.zeros(0), "join"
    offsets = np.concatenate([before - np.median(after), np.median(before) - after])
    return np.concatenate([last, first]), offsets, "join"


def _grooves_apart(out: Strokes, into: Strokes, both: NDArray[np.bool_]) -> bool:
    """Whether half-beats lie otherwise in one deck than in the other (swing, late hats)."""
    whole = out.beats % 1 == 0
    if min((both & whole).sum(), (both & ~whole).sum()) < 4:
        return False
    gap = out.late - into.late
    return bool(abs(np.median(gap[both & whole]) - np.median(gap[both & ~whole])) > _GROOVE)


def _settled(beats: FloatArray, offsets: FloatArray) -> FloatArray:
    """Each beat's offset as the median of the strokes within two beats: no two strokes of a
    recording rise alike, while what a mix does to a beat it does to its neighbours."""
    near = np.abs(beats[:, np.newaxis] - beats[np.newaxis, :]) <= NEIGHBOURS
    return np.array([np.median(offsets[row]) for row in near])


def _without_groove(
    scene: Scene, out: Strokes, into: Strokes, beats: FloatArray, raw: FloatArray
) -> FloatArray:
    """Offsets without what a deck does in every bar on the same place."""
    at = np.searchsorted(out.beats, beats)
    return np.asarray(raw - _groove(scene, out)[at] + _groove(scene, into)[at])


def _groove(scene: Scene, strokes: Strokes) -> FloatArray:
    """How far each stroke's place in the bar usually lies from the deck's course, in ms."""
    apart = strokes.late - course_of(strokes.late)
    place = np.round(2 * strokes.beats).astype(int) % (2 * scene.plan.meter)
    groove = np.zeros(len(apart))
    for k in range(2 * scene.plan.meter):
        here = (place == k) & ~np.isnan(apart)
        if here.sum() >= 3:
            groove[place == k] = np.median(apart[here])
    return groove


def _offsets(plain: FloatArray, raw: FloatArray) -> Offsets:
    size = np.abs(plain)
    return Offsets(
        float(np.median(plain)),
        float(np.percentile(size, 95)),
        float(size.max()),
        len(plain),
        float(np.percentile(np.abs(raw), 95)),
    )


def _drift(
    scene: Scene, beats: FloatArray, offsets: FloatArray, how: str
) -> tuple[float | None, float | None]:
    """ms per minute and how sure, by the median of all slopes (Theil 1950, Sen 1968)."""
    if how != "overlap" or np.ptp(beats) < DRIFT_BEATS:
        return None, None
    found = theilslopes(offsets, scene.second(beats) / 60.0)
    return float(found.slope), float(found.high_slope - found.low_slope) / 2


def _deck(strokes: Strokes) -> DeckTiming:
    late = strokes.late[strokes.found]
    if not late.size:
        return DeckTiming(None, None, 0, strokes.set_aside)
    middle = float(np.median(late))
    spread = float(np.percentile(np.abs(late - middle), 95))
    return DeckTiming(middle, spread, len(late), strokes.set_aside)
