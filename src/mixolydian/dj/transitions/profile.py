"""A portrait ready for thousands of look-ups: running sums, from which any mean is one step.

Levels are heard levels: the power of each band weighted as K-weighting weighs it (ITU-R BS.1770)
and scaled so that the three together are the beat's loudness against the track's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.portrait import LOW, Portrait

HEARD = np.array([0.6, 1.0, 2.0])
"""K-weighting's power of the low, mid and high band, roughly."""
POWER, VOICE, BASS, ENERGY, CHROMA = slice(0, 3), 3, 4, 5, slice(6, 18)
COLUMNS = 18
QUARTERS = 4
BASS_RANGE = 15.0
"""dB under the track's usual bass at which there is none."""


@dataclass(frozen=True, eq=False)
class Profile:
    """`sums` (n + 1, COLUMNS): running sums per beat of heard power in three bands (1 = the
    track's own loudness), voice, bass (1 = as much as the track usually has), energy and
    chroma; `hits` (4 n + 1, 3): of the onsets per quarter of a beat and band."""

    sums: FloatArray
    hits: FloatArray

    def means(self, begin: FloatArray, end: FloatArray) -> FloatArray:
        """Means (…, COLUMNS) from own beats `begin` to `end` (…); what lies outside is 0."""
        width = np.maximum(end - begin, 1e-9)[..., np.newaxis]
        found: FloatArray = (_at(self.sums, end) - _at(self.sums, begin)) / width
        return found

    def grooves(self, edges: FloatArray) -> FloatArray:
        """Onsets (…, k, 3) between neighbouring own beats of `edges` (…, k + 1)."""
        return np.diff(_at(self.hits, edges * QUARTERS), axis=-2)


@lru_cache(maxsize=512)
def profile_of(portrait: Portrait) -> Profile:
    """The profile of a portrait; worked out once."""
    columns = np.zeros((portrait.n_beats, COLUMNS))
    columns[:, POWER] = heard_power(portrait)
    columns[:, VOICE] = portrait.vocals
    columns[:, BASS] = _bass(portrait)
    columns[:, ENERGY] = portrait.energy
    columns[:, CHROMA] = portrait.chroma
    hits = np.asarray(portrait.onsets, dtype=np.float64).reshape(-1, 3)
    return Profile(_running(columns), _running(hits))


def heard_power(portrait: Portrait) -> FloatArray:
    """Power (n, 3) of each band as it is heard; a beat's sum is its `level`."""
    weighted = portrait.bands.astype(np.float64) * HEARD
    share = weighted / np.maximum(weighted.sum(axis=1, keepdims=True), 1e-12)
    level = np.clip(portrait.level.astype(np.float64), -80.0, 20.0)
    power: FloatArray = share * np.power(10.0, level / 10.0)[:, np.newaxis]
    return power


def _bass(portrait: Portrait) -> FloatArray:
    """How much bass each beat has in [0, 1], 1 = as much as the track's fuller beats."""
    level = 10.0 * np.log10(portrait.bands[:, LOW].astype(np.float64) + 1e-12)
    usual = float(np.percentile(level, 80)) if len(level) else 0.0
    return np.clip(1.0 + (level - usual) / BASS_RANGE, 0.0, 1.0)


def _running(rows: FloatArray) -> FloatArray:
    return np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])


def _at(sums: FloatArray, beat: FloatArray) -> FloatArray:
    """Running sums (…, columns) at fractional `beat` (…)."""
    last = len(sums) - 1
    beat = np.clip(beat, 0.0, last)
    i = np.minimum(beat.astype(np.int64), max(last - 1, 0))
    share = (beat - i)[..., np.newaxis]
    found: FloatArray = sums[i] * (1.0 - share) + sums[np.minimum(i + 1, last)] * share
    return found
