"""Two voices at once: seconds in which both decks sing and both are heard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.measures import Voices
from mixolydian.dj.certifying.scene import Deck, Scene, Sound, mean_powers, own_beats, thinned

SINGS = 0.5
"""probability from which a voice is taken to sound."""
HIDDEN = 15.0
"""dB below the other deck, or below its own untouched level, at which a voice is not heard."""
_BAND = (200.0, 4000.0)
_THIN = 2


def voices_of(scene: Scene) -> Voices:
    """Seconds of two voices; None without portraits."""
    if scene.outgoing.portrait is None or scene.incoming.portrait is None:
        return Voices(None, "no portraits of the tracks")
    beats = scene.places(0.5)
    levels = [_power(scene, deck.heard, beats) for deck in (scene.outgoing, scene.incoming)]
    loudest = np.maximum(*levels)
    sing = np.ones(len(beats) - 1, dtype=bool)
    for deck, level in zip((scene.outgoing, scene.incoming), levels, strict=True):
        sing &= _sings(scene, deck, beats[:-1]) & (level > loudest - HIDDEN)
        sing &= level > _power(scene, deck.dry, beats) - HIDDEN
    seconds = np.diff(scene.second(beats))
    return Voices(float(seconds[sing].sum()), "")


def _sings(scene: Scene, deck: Deck, beats: FloatArray) -> NDArray[np.bool_]:
    """Whether the portrait has a voice in the deck's beats heard at the mix's `beats`."""
    own = own_beats(scene, deck, beats)
    if deck.portrait is None or not deck.portrait.n_beats:
        return np.zeros(len(beats), dtype=bool)
    rows = np.clip(np.nan_to_num(own, nan=-1.0), -1, deck.portrait.n_beats - 1).astype(int)
    return np.asarray((rows >= 0) & (deck.portrait.vocals[np.maximum(rows, 0)] >= SINGS))


def _power(scene: Scene, sound: Sound, beats: FloatArray) -> FloatArray:
    """dB between 200 and 4000 Hz from each of `beats` (n,) to the next, (n - 1,)."""
    sos = butter(2, _BAND, "bandpass", fs=scene.rate / _THIN, output="sos")
    edges = scene.sample(beats) // _THIN
    powers = mean_powers(sosfilt(sos, thinned(sound, _THIN)), edges[:-1], edges[1:])
    return np.asarray(10 * np.log10(powers + 1e-9))
