"""Where in its form each deck stands: bars into the phrase, and downbeat against downbeat.

What the plan claims is not believed: the deck's power per beat in three bands is laid beside the
portrait's at the claimed beats and at every shift up to 32 beats. Where another shift is clearly
more alike, the sound contradicts the plan, and the shift that fits is what counts; music that
repeats itself often fits several shifts alike, and then the claim stands as "ambiguous".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.measures import DeckPlace, Place
from mixolydian.dj.certifying.scene import Deck, Scene, own_beats
from mixolydian.dj.portrait import Portrait

SUBPHRASE = 8
"""bars: a boundary inside a phrase of 16 or 32 bars counts as well (transitions of DJs peak at
multiples of 32 beats, Kim et al. 2020)."""
MOST_SHIFT = 32
FEWEST_BEATS = 12
CLEARLY = 0.15
"""of correlation that another shift must be better by."""
LIKE = 0.6
_SPLIT = (180.0, 2800.0)
_SLACK = 0.5
"""beats: half a beat from a boundary is on it (the beat offset is measured elsewhere)."""


def place_of(scene: Scene) -> Place:
    """Phrases and downbeats of both decks."""
    for name, deck in (("outgoing", scene.outgoing), ("incoming", scene.incoming)):
        if deck.portrait is None:
            return Place(None, None, None, None, f"no portrait of the {name} track")
        if not deck.portrait.steady or not deck.track.locked:
            why = deck.portrait.reason or "it does not follow the mix's beat"
            return Place(None, None, None, None, f"the {name} track has no bars here: {why}")
    out, into = _deck_place(scene, scene.outgoing), _deck_place(scene, scene.incoming)
    if out is None or into is None:
        return Place(out, into, None, None, "a deck is not heard at the transition's edges")
    return Place(out, into, _on_phrase(scene, out, into), _apart(scene, out, into), "")


def _on_phrase(scene: Scene, out: DeckPlace, into: DeckPlace) -> bool:
    """Both on a boundary at the start, or both at the end."""
    starts = _boundary(scene.outgoing, out.start_beat) and _boundary(
        scene.incoming, into.start_beat
    )
    ends = _boundary(scene.outgoing, out.end_beat) and _boundary(scene.incoming, into.end_beat)
    return starts or ends


def _boundary(deck: Deck, beat: float) -> bool:
    """Whether a phrase, or 8, 16 or 24 bars of it, begin within half a beat."""
    if deck.portrait is None:
        return False
    unit = SUBPHRASE * deck.portrait.meter
    starts = np.array([phrase.beat for phrase in deck.portrait.phrases], dtype=np.float64)
    since = beat - starts[starts <= beat + _SLACK]
    if since.size and abs(since[-1] - unit * round(since[-1] / unit)) <= _SLACK:
        return True
    return bool(np.any(np.abs(starts - beat) <= _SLACK))


def _apart(scene: Scene, out: DeckPlace, into: DeckPlace) -> float:
    """Beats between the downbeats of both decks at the transition's start."""
    meter = scene.plan.meter
    gap = (out.start_beat / scene.outgoing.track.ratio) - (
        into.start_beat / scene.incoming.track.ratio
    )
    return float(abs(gap - meter * round(gap / meter)))


def _deck_place(scene: Scene, deck: Deck) -> DeckPlace | None:
    portrait = deck.portrait
    edges = np.array([scene.transition.start, scene.transition.end])
    planned = own_beats(scene, deck, edges)
    if portrait is None or np.isnan(planned).any():
        return None
    shift, likeness, heard = _confirm(scene, deck, portrait)
    start, end = planned + shift
    return DeckPlace(
        float(start),
        float(end),
        _bars_in(portrait, start),
        _bars_in(portrait, end),
        heard,
        shift,
        likeness,
    )


def _bars_in(portrait: Portrait, beat: float) -> float | None:
    """Bars since the phrase began."""
    starts = [p.beat for p in portrait.phrases if p.beat <= beat + _SLACK]
    return float(beat - starts[-1]) / portrait.meter if starts else None


def _confirm(scene: Scene, deck: Deck, portrait: Portrait) -> tuple[int, float | None, str]:
    """The shift that fits the sound, its likeness, and what that says of the plan."""
    beats = scene.places(1.0 / deck.track.ratio)[:-1]
    own = own_beats(scene, deck, beats)
    known = ~np.isnan(own)
    if known.sum() < FEWEST_BEATS:
        return 0, None, "ambiguous"
    heard = _powers(scene, deck, beats[known])
    shifts = np.arange(-MOST_SHIFT, MOST_SHIFT + 1)
    likeness = np.array([_likeness(heard, portrait, own[known] + s) for s in shifts])
    here, best = float(likeness[MOST_SHIFT]), int(np.argmax(likeness))
    if likeness[best] > max(LIKE, here + CLEARLY):
        return int(shifts[best]), float(likeness[best]), "contradicted"
    rivals = np.sum(likeness > here - 0.05)
    return 0, here, "confirmed" if here >= LIKE and rivals == 1 else "ambiguous"


def _powers(scene: Scene, deck: Deck, beats: FloatArray) -> FloatArray:
    """Power of the deck in dB in each own beat from mix beats `beats` (n,) on, (n, 3)."""
    edges = scene.sample(np.stack([beats, beats + 1.0 / deck.track.ratio]))
    columns = [_mean_power(band, edges) for band in _bands(deck.dry, scene.rate)]
    return np.asarray(10 * np.log10(np.stack(columns, axis=1) + 1e-9))


def _bands(sound: NDArray[np.float32], rate: int) -> list[FloatArray]:
    kinds = (("lowpass", _SPLIT[0]), ("bandpass", _SPLIT), ("highpass", _SPLIT[1]))
    mono = sound.mean(axis=0)
    return [sosfilt(butter(2, at, kind, fs=rate, output="sos"), mono) for kind, at in kinds]


def _mean_power(band: FloatArray, edges: NDArray[np.int64]) -> FloatArray:
    total = np.concatenate([[0.0], np.cumsum(np.square(band, dtype=np.float64))])
    return np.asarray((total[edges[1]] - total[edges[0]]) / np.maximum(1, edges[1] - edges[0]))


def _likeness(heard: FloatArray, portrait: Portrait, own: FloatArray) -> float:
    """Correlation of the bands' courses over beats with the portrait's at beats `own`."""
    rows = np.round(own).astype(int)
    inside = (rows >= 0) & (rows < portrait.n_beats)
    if inside.sum() < FEWEST_BEATS:
        return -1.0
    a = heard[inside]
    b = 10 * np.log10(portrait.bands[rows[inside]].astype(np.float64) + 1e-9)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / scale) if scale > len(a) else -1.0
