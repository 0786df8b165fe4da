"""Two basses at once: beats in which both decks have one.

A deck's bass at a moment is the level it has by itself (untouched, over the beat around) times
what its controls leave of it just then. So a kick on the beat under a bass line off the beat is
a clash, and a clean swap on the beat is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import butter, sosfilt

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.measures import Bass
from mixolydian.dj.certifying.scene import Deck, Scene, Sound, mean_powers, thinned

CUTOFF = 120.0
"""Hz: well below the 180 Hz where the equaliser parts its bands, for its slope leaves a tenth of
what lies just under them."""
APART = 10.0
"""dB: closer than this the two are heard as two."""
QUIET = 20.0
"""dB below the louder deck's usual bass, under which there is none."""
STEP = 0.25
"""beats: a quarter of a beat is looked at at a time."""
_SILENT = 1e-9
_THIN = 8


def bass_of(scene: Scene) -> Bass:
    """Beats of two basses, in all and in the longest run."""
    own, levels = _both(scene)
    usual = max(float(np.percentile(o, 90)) for o in own)
    floor = max(10 * np.log10(usual + _SILENT) - QUIET, -60.0)
    both = (np.minimum(*levels) > floor) & (np.abs(levels[0] - levels[1]) < APART)
    return Bass(STEP * _longest(both), STEP * float(both.sum()))


def swap_of(scene: Scene) -> float | None:
    """The mix beat on which the bass is heard to change hands for good; None where it does not."""
    _, levels = _both(scene)
    theirs = np.flatnonzero(levels[0] > levels[1] + APART)
    ours = np.flatnonzero(levels[1] > levels[0] + APART)
    if not theirs.size or not ours.size or ours[-1] < theirs[-1]:
        return None
    first = ours[ours > theirs[-1]][0]
    return float(scene.places(STEP)[first])


def _both(scene: Scene) -> tuple[list[FloatArray], list[FloatArray]]:
    """Per deck, in quarter beats: its bass by itself (power), and what is heard of it (dB)."""
    edges = scene.sample(scene.places(STEP))
    found = [_levels(scene, deck, edges) for deck in _decks(scene)]
    levels = [10 * np.log10(np.maximum(dry * share, _SILENT)) for dry, share in found]
    return [dry for dry, _ in found], levels


def _decks(scene: Scene) -> tuple[Deck, Deck]:
    return scene.outgoing, scene.incoming


def _levels(scene: Scene, deck: Deck, edges: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Bass power by itself over a beat, and the share the controls leave, per quarter beat."""
    dry = _power(deck.dry, scene.rate, edges)
    heard = _power(deck.heard, scene.rate, edges)
    beat = round(1 / STEP)
    around = uniform_filter1d(dry, beat + 1, mode="constant")
    sounding = dry > 0.1 * maximum_filter1d(dry, 2 * beat + 1)
    sounding &= dry > _SILENT
    share = np.where(sounding, heard / np.maximum(dry, _SILENT), 0.0)
    places = np.flatnonzero(sounding)
    if not places.size:
        return dry, np.zeros(len(dry))
    share = np.interp(np.arange(len(dry)), places, share[places])
    return around, np.asarray(share)


def _power(sound: Sound, rate: int, edges: NDArray[np.int64]) -> FloatArray:
    sos = butter(4, CUTOFF, "lowpass", fs=rate / _THIN, output="sos")
    places = edges // _THIN
    return mean_powers(sosfilt(sos, thinned(sound, _THIN)), places[:-1], places[1:])


def _longest(flags: NDArray[np.bool_]) -> int:
    """The longest run of True."""
    ends = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return int(np.max(ends[1::2] - ends[::2], initial=0))
