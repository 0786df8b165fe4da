"""The user's taste, learnt from what they like and skip, and a little from stars and plays.

Rocchio's update (1971) on the tracks' unit vectors of sound: every liked track pulls, every skipped
one pushes half as hard, and the sum is divided by how much was said plus some doubt, so that the
first opinions move little and none is lost. Artists are judged the same way. Of the tracks
themselves is remembered: what was liked is worth more, what was skipped less until other things
have been said; what was banned never comes back. Fresh opinions count more than old ones.

Stars and plays from DJ programs are votes, not opinions: stars may mean energy or the hour, and
much played is also what was asked for. So a vote is half a like at most, all votes together weigh
in sound no more than one like, and where the user has said something of a track its vote is void.
Stars count against what this user usually gives, plays by rank among the tracks that were played:
on other listeners rank did no worse than the logarithm, and weighing by plays little in all
(benchmarks/next_taste.py), which is why they stay weak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.shelf import Array, Shelf, Votes

PULLS = {"like": 1.0, "skip": -0.5, "ban": -1.0}
HALF_LIFE = 150.0
"""opinions after which one counts half."""
SKIP_HALF_LIFE = 20.0
"""opinions after which a skipped track is half forgiven."""
SOUND_DOUBT, ARTIST_DOUBT = 2.0, 1.5
SOUND_SLOPE, ARTIST_SLOPE = 6.0, 1.5
LIKED, SKIPPED = 1.0, 4.0
"""what is added to the logit of a liked track, taken from that of a skipped one."""
STAR, MOST_STARS = 0.15, 0.3
"""vote of one star above what is usual, and of however many; below it counts as much against."""
USUAL_STARS, STAR_DOUBT = 3.0, 5.0
"""what is usual before anything is rated, and how many ratings move it half way."""
MOST_PLAYS = 0.2
"""vote of a track that was played more than all others."""
TOLD = 0.05
_GIVEN = ("", "one star", "two stars", "three stars", "four stars", "five stars")


@dataclass(frozen=True, eq=False)
class Taste:
    """Worth (n,) in [0, 1], 0.5 where nothing is known; `banned` (n,); and for words, of each
    track the part of its logit from `sound` and `artist` (n,), `own`: place → kind, and the
    `votes` with their `weight` (n,) in likes."""

    worth: Array
    banned: NDArray[np.bool_]
    sound: Array
    artist: Array
    own: dict[int, str]
    votes: Votes
    weight: Array

    @property
    def says(self) -> bool:
        """Whether the user has said anything, or rated or played a track elsewhere."""
        return bool(self.own) or bool(self.weight.any())

    def words(self, place: int) -> str:
        """Why it is worth what it is."""
        if place in self.own:
            return {"like": "you liked it", "skip": "you skipped it"}.get(self.own[place], "banned")
        good = bool(self.worth[place] >= 0.5)
        said = []
        if self.weight[place] and (self.weight[place] > 0) == good:
            said.append(self._vote_words(place))
        if abs(self.sound[place]) > TOLD and (self.sound[place] > 0) == good:
            said.append(f"sounds {self._sound_words(good)}")
        if abs(self.artist[place]) > TOLD and (self.artist[place] > 0) == good:
            said.append(f"by an artist you {self._verb(good)}")
        return ", ".join(said) or "your likes say little about it"

    def _verb(self, good: bool) -> str:
        if good:
            return "like" if "like" in self.own.values() else "rate or play most"
        return "skip" if {"skip", "ban"} & set(self.own.values()) else "rate low"

    def _sound_words(self, good: bool) -> str:
        """What a track sounds like, or unlike where the user said only the contrary."""
        liked, voted = "like" in self.own.values(), bool((self.weight > 0).any())
        skipped = bool({"skip", "ban"} & set(self.own.values()))
        low = bool((self.weight < 0).any())
        if (good and (liked or voted)) or (not good and (skipped or low)):
            return f"like what you {self._verb(good)}"
        return f"unlike what you {self._verb(not good)}"

    def _vote_words(self, place: int) -> str:
        stars, plays = self.votes.stars[place], self.votes.plays[place]
        said = []
        if np.isfinite(stars):
            said.append(f"gave it {_GIVEN[int(np.clip(round(stars), 1, 5))]}")
        if plays > 0:
            said.append(f"played it {'once' if plays == 1 else f'{plays:.0f} times'}")
        return f"you {' and '.join(said)}" if said else ""


def learn(shelf: Shelf, said: Sequence[tuple[int, str]]) -> Taste:
    """The taste behind (place, kind) opinions, oldest first; the last on a track holds."""
    last = {place: (age, kind) for age, (place, kind) in enumerate(said)}
    places = np.array(list(last), dtype=np.intp)
    ages = np.array([len(said) - 1 - age for age, _ in last.values()], dtype=np.float64)
    kinds = [kind for _, kind in last.values()]
    pulls = np.array([PULLS[kind] for kind in kinds]) * 0.5 ** (ages / HALF_LIFE)
    votes = weights_of(shelf.votes)
    votes[places] = 0.0
    sound = _sound(shelf, places, pulls, votes)
    artist = _artist(shelf, places, pulls, votes)
    logit = sound + artist + LIKED * votes
    logit[places] += [_memory(kind, age) for kind, age in zip(kinds, ages, strict=True)]
    banned = np.zeros(shelf.n, dtype=bool)
    banned[places] = [kind == "ban" for kind in kinds]
    own = dict(zip((int(p) for p in places), kinds, strict=True))
    worth = 1.0 / (1.0 + np.exp(-logit))
    return Taste(worth, banned, sound, artist, own, shelf.votes, votes)


def _memory(kind: str, age: float) -> float:
    if kind == "like":
        return LIKED
    return -SKIPPED * float(0.5 ** (age / SKIP_HALF_LIFE))


def weights_of(votes: Votes) -> Array:
    """The weight (n,) of each track's vote, in likes: 0 without one, at most a half."""
    found = np.zeros(len(votes.stars))
    rated = np.isfinite(votes.stars)
    stars = votes.stars[rated]
    usual = (USUAL_STARS * STAR_DOUBT + stars.sum()) / (STAR_DOUBT + len(stars))
    found[rated] = np.clip(STAR * (stars - usual), -MOST_STARS, MOST_STARS)
    played = votes.plays > 0
    found[played] += MOST_PLAYS * _ranks(votes.plays[played])
    return found


def _ranks(values: Array) -> Array:
    """(m,) in (0, 1): the share that is smaller, and half of those that are equal."""
    order = np.sort(values)
    below, to = (np.searchsorted(order, values, side=side) for side in ("left", "right"))
    return np.asarray((below + to) / (2 * max(len(values), 1)))


def _sound(shelf: Shelf, places: NDArray[Any], pulls: Array, votes: Array) -> Array:
    heard = shelf.heard[places]
    weights = pulls[heard]
    total = weights @ shelf.sounds[places[heard]].astype(np.float64)
    voted = np.flatnonzero((votes != 0.0) & shelf.heard)
    much = float(np.abs(votes[voted]).sum())
    share = votes[voted] / max(much, 1.0)
    total += share.astype(np.float32) @ shelf.sounds[voted]
    direction = total / (np.abs(weights).sum() + min(much, 1.0) + SOUND_DOUBT)
    return np.asarray(SOUND_SLOPE * (shelf.sounds @ direction.astype(np.float32)), np.float64)


def _artist(shelf: Shelf, places: NDArray[Any], pulls: Array, votes: Array) -> Array:
    artists, n = shelf.artists[places], int(shelf.artists.max(initial=-1)) + 1
    known, signed = artists >= 0, shelf.artists >= 0
    pulled = np.bincount(artists[known], pulls[known], minlength=n + 1)
    weight = np.bincount(artists[known], np.abs(pulls[known]), minlength=n + 1)
    voted = np.bincount(shelf.artists[signed], votes[signed], minlength=n + 1)
    voted = np.clip(voted, -MOST_STARS - MOST_PLAYS, MOST_STARS + MOST_PLAYS)
    opinion = ARTIST_SLOPE * (pulled + voted) / (weight + np.abs(voted) + ARTIST_DOUBT)
    return np.asarray(np.where(signed, opinion[shelf.artists], 0.0))
