"""The user's taste, learnt from what they like and skip, opinion by opinion.

Rocchio's update (1971) on the tracks' unit vectors of sound: every liked track pulls, every skipped
one pushes half as hard, and the sum is divided by how much was said plus some doubt, so that the
first opinions move little and none is lost. Artists are judged the same way. Of the tracks
themselves is remembered: what was liked is worth more, what was skipped less until other things
have been said; what was banned never comes back. Fresh opinions count more than old ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.shelf import Array, Shelf

PULLS = {"like": 1.0, "skip": -0.5, "ban": -1.0}
HALF_LIFE = 150.0
"""opinions after which one counts half."""
SKIP_HALF_LIFE = 20.0
"""opinions after which a skipped track is half forgiven."""
SOUND_DOUBT, ARTIST_DOUBT = 2.0, 1.5
SOUND_SLOPE, ARTIST_SLOPE = 6.0, 1.5
LIKED, SKIPPED = 1.0, 4.0
"""what is added to the logit of a liked track, taken from that of a skipped one."""
TOLD = 0.05


@dataclass(frozen=True, eq=False)
class Taste:
    """Worth (n,) in [0, 1], 0.5 where nothing is known; `banned` (n,); and for words, of each
    track the part of its logit from `sound` and `artist` (n,), and `own`: place → kind."""

    worth: Array
    banned: NDArray[np.bool_]
    sound: Array
    artist: Array
    own: dict[int, str]

    @property
    def says(self) -> bool:
        """Whether the user has said anything."""
        return bool(self.own)

    def words(self, place: int) -> str:
        """Why it is worth what it is."""
        if place in self.own:
            return {"like": "you liked it", "skip": "you skipped it"}.get(self.own[place], "banned")
        sound, artist = self.sound[place], self.artist[place]
        said = []
        if abs(sound) > TOLD:
            said.append("sounds like what you " + ("like" if sound > 0 else "skip"))
        if abs(artist) > TOLD:
            said.append("by an artist you " + ("like" if artist > 0 else "skip"))
        return ", ".join(said) or "your likes say nothing about it"


def learn(shelf: Shelf, said: Sequence[tuple[int, str]]) -> Taste:
    """The taste behind (place, kind) opinions, oldest first; the last on a track holds."""
    last = {place: (age, kind) for age, (place, kind) in enumerate(said)}
    places = np.array(list(last), dtype=np.intp)
    ages = np.array([len(said) - 1 - age for age, _ in last.values()], dtype=np.float64)
    kinds = [kind for _, kind in last.values()]
    pulls = np.array([PULLS[kind] for kind in kinds]) * 0.5 ** (ages / HALF_LIFE)
    sound, artist = _sound(shelf, places, pulls), _artist(shelf, places, pulls)
    logit = sound + artist
    logit[places] += [_memory(kind, age) for kind, age in zip(kinds, ages, strict=True)]
    banned = np.zeros(shelf.n, dtype=bool)
    banned[places] = [kind == "ban" for kind in kinds]
    own = dict(zip((int(p) for p in places), kinds, strict=True))
    return Taste(1.0 / (1.0 + np.exp(-logit)), banned, sound, artist, own)


def _memory(kind: str, age: float) -> float:
    if kind == "like":
        return LIKED
    return -SKIPPED * float(0.5 ** (age / SKIP_HALF_LIFE))


def _sound(shelf: Shelf, places: NDArray[Any], pulls: Array) -> Array:
    heard = shelf.heard[places]
    weights = pulls[heard]
    direction = weights @ shelf.sounds[places[heard]].astype(np.float64)
    direction = direction / (np.abs(weights).sum() + SOUND_DOUBT)
    return np.asarray(SOUND_SLOPE * (shelf.sounds @ direction.astype(np.float32)), np.float64)


def _artist(shelf: Shelf, places: NDArray[Any], pulls: Array) -> Array:
    artists = shelf.artists[places]
    known, n = artists >= 0, int(shelf.artists.max(initial=-1)) + 1
    pulled = np.bincount(artists[known], pulls[known], minlength=n + 1)
    weight = np.bincount(artists[known], np.abs(pulls[known]), minlength=n + 1)
    opinion = ARTIST_SLOPE * pulled / (weight + ARTIST_DOUBT)
    return np.asarray(np.where(shelf.artists >= 0, opinion[shelf.artists], 0.0))
