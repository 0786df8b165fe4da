"""Where in its form each deck stands: bars into the phrase, and downbeat against downbeat.

What the plan claims is not believed: the deck's power per beat in three bands is laid beside the
portrait's at the claimed beats and at every shift up to 32 beats. Where another shift is clearly
more alike, the sound contradicts the plan, and the shift that fits is what counts; music that
repeats itself often fits several shifts alike, and then the claim stands as "ambiguous".
"""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfilt

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.bass import swap_of
from mixolydian.dj.certifying.measures import DeckPlace, Place
from mixolydian.dj.certifying.scene import Deck, Scene, mean_powers, own_beats, thinned
from mixolydian.dj.portrait import Portrait

SUBPHRASE = 8
"""bars: a boundary inside a phrase of 16 or 32 bars counts as well (transitions of DJs peak at
multiples of 32 beats, Kim et al. 2020)."""
MOST_SHIFT = 32
FEWEST_BEATS, COVERED = 12, 0.75
"""beats that a place is told by, and the share of those heard that it must account for."""
LIKE, ALIKE = 0.6, 0.8
"""correlation that confirms a place, and that another place needs to contradict it."""
CLEARLY = 0.3
"""of correlation that the other place must be better by: bars of one loop differ by less."""
_SPLIT, _THIN = (180.0, 2800.0), (8, 2)
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
    """Whether both are on a boundary where the transition starts, ends, or the bass changes hands
    (as when one drop takes over from another)."""
    starts = _boundary(scene.outgoing, out.start_beat) and _boundary(
        scene.incoming, into.start_beat if into.start_beat is not None else into.end_beat
    )
    ends = _boundary(scene.incoming, into.end_beat) and _boundary(
        scene.outgoing, out.end_beat if out.end_beat is not None else out.start_beat
    )
    return starts or ends or _swaps_on_phrase(scene, out, into)


def _swaps_on_phrase(scene: Scene, out: DeckPlace, into: DeckPlace) -> bool:
    swap = swap_of(scene)
    if swap is None:
        return False
    beat = np.array([np.round(swap)])
    own = [own_beats(scene, deck, beat)[0] + place.shift for deck, place in _both(scene, out, into)]
    decks = scene.outgoing, scene.incoming
    known = not np.isnan(own).any()
    return known and all(_boundary(d, float(b)) for d, b in zip(decks, own, strict=True))


def _boundary(deck: Deck, beat: float | None) -> bool:
    """Whether a phrase, or 8, 16 or 24 bars of it, begin within half a beat."""
    if deck.portrait is None or beat is None:
        return False
    unit = SUBPHRASE * deck.portrait.meter
    starts = np.array([phrase.beat for phrase in deck.portrait.phrases], dtype=np.float64)
    since = beat - starts[starts <= beat + _SLACK]
    if since.size and abs(since[-1] - unit * round(since[-1] / unit)) <= _SLACK:
        return True
    return bool(np.any(np.abs(starts - beat) <= _SLACK))


def _apart(scene: Scene, out: DeckPlace, into: DeckPlace) -> float | None:
    """Beats between the downbeats of both decks, on the clock of the mix."""
    meter = scene.plan.meter
    ahead = [_ahead(scene, deck, found) for deck, found in _both(scene, out, into)]
    if ahead[0] is None or ahead[1] is None:
        return None
    gap = ahead[0] - ahead[1]
    return float(abs(gap - meter * round(gap / meter)))


def _both(scene: Scene, out: DeckPlace, into: DeckPlace) -> tuple[tuple[Deck, DeckPlace], ...]:
    return (scene.outgoing, out), (scene.incoming, into)


def _ahead(scene: Scene, deck: Deck, place: DeckPlace) -> float | None:
    """Mix beats by which the deck's own count is ahead of the clock's."""
    edges = scene.transition.start, scene.transition.end
    for own, beat in zip((place.start_beat, place.end_beat), edges, strict=True):
        if own is not None:
            return own / deck.track.ratio - beat
    return None


def _deck_place(scene: Scene, deck: Deck) -> DeckPlace | None:
    portrait = deck.portrait
    edges = np.array([scene.transition.start, scene.transition.end])
    planned = own_beats(scene, deck, edges)
    if portrait is None or np.isnan(planned).all():
        return None
    shift, likeness, heard = _confirm(scene, deck, portrait)
    start, end = (None if np.isnan(own) else float(own + shift) for own in planned)
    bars = _bars_in(portrait, start), _bars_in(portrait, end)
    return DeckPlace(start, end, *bars, heard, shift, likeness)


def _bars_in(portrait: Portrait, beat: float | None) -> float | None:
    """Bars since the phrase began."""
    if beat is None:
        return None
    starts = [p.beat for p in portrait.phrases if p.beat <= beat + _SLACK]
    return float(beat - starts[-1]) / portrait.meter if starts else None


def _confirm(scene: Scene, deck: Deck, portrait: Portrait) -> tuple[int, float | None, str]:
    """The shift that fits the sound, its likeness, and what that says of the plan."""
    length = 1.0 / deck.track.ratio
    beats = scene.places(length)[:-1]
    own = own_beats(scene, deck, beats)
    known = ~np.isnan(own) & ~np.isnan(own_beats(scene, deck, beats + length))  # heard to its end
    if known.sum() < FEWEST_BEATS:
        return 0, None, "ambiguous"
    heard = _powers(scene, deck, beats[known])
    shifts = np.arange(-MOST_SHIFT, MOST_SHIFT + 1)
    likeness = np.array([_likeness(heard, portrait, own[known] + s) for s in shifts])
    here, best = float(likeness[MOST_SHIFT]), int(np.argmax(likeness))
    if likeness[best] > max(ALIKE, here + CLEARLY):
        return int(shifts[best]), float(likeness[best]), "contradicted"
    rivals = np.sum(likeness > here - 0.05)
    return 0, here, "confirmed" if here >= LIKE and rivals == 1 else "ambiguous"


def _powers(scene: Scene, deck: Deck, beats: FloatArray) -> FloatArray:
    """Power of the deck in dB in each own beat from mix beats `beats` (n,) on, (n, 3)."""
    starts, ends = scene.sample(beats), scene.sample(beats + 1.0 / deck.track.ratio)
    sound = deck.dry.mean(axis=0, dtype=np.float64)
    below = [mean_powers(sound, starts, ends)]
    for thin, edge in zip(_THIN, _SPLIT, strict=True):
        sos = butter(4, edge, "lowpass", fs=scene.rate / thin, output="sos")
        low = sosfilt(sos, thinned(deck.dry, thin))
        below.append(mean_powers(low, starts // thin, ends // thin))
    whole, low, middle = below
    bands = np.stack([low, middle - low, whole - middle], axis=1)
    return np.asarray(10 * np.log10(np.maximum(bands, 0.0) + 1e-9))


def _likeness(heard: FloatArray, portrait: Portrait, own: FloatArray) -> float:
    """Correlation of the bands' courses over beats with the portrait's at beats `own`."""
    rows = np.round(own).astype(int)
    inside = (rows >= 0) & (rows < portrait.n_beats)
    if inside.sum() < max(FEWEST_BEATS, COVERED * len(rows)):
        return -1.0
    a = heard[inside]
    b = 10 * np.log10(portrait.bands[rows[inside]].astype(np.float64) + 1e-9)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / scale) if scale > len(a) else -1.0
