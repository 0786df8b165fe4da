"""What a user has played: the lists and histories of the library, to learn what comes next from.

A set is a list of at least `SHORTEST` tracks that the library knows, each named once, in the order
played; long ones are cut after `LONGEST`. Lists that share half of the shorter one's tracks or
more (the same set out of two programs, a playlist and what became of it) are one group and stay on
one side. The newest groups are held out, those before them choose when to stop, the rest is learnt
from. A group that holds more than a tenth of everything is learnt from, however new.

Licence: the lists are the user's. What is learnt from them is for the user alone and never ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from mixolydian.core.errors import RequestError
from mixolydian.core.names import same_name
from mixolydian.core.settings import Settings
from mixolydian.dj.recommending.learned import MOST_PLAYED, content
from mixolydian.dj.recommending.shelf import Entry, Shelf, shelf_of, sounds_of
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.lists import OURS, KeptList
from mixolydian.library.records import TrackRow

SHORTEST, LONGEST = 5, MOST_PLAYED
LEAST_GROUPS = 40
"""groups of sets below which nothing is learnt: a fifth of them must tell whether it helped."""
HELD_OUT, VALID = 0.2, 0.15
ALIKE, LARGE = 0.5, 0.1
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Crate:
    """What is learnt from: tracks as `content` (n, d), and `sets` of their places in the order
    played. `links` (m, 2) are pairs of a track and an artist or genre, these numbered from 0."""

    content: NDArray[np.float32]
    sets: tuple[Ints, ...]
    links: Ints

    @property
    def n(self) -> int:
        """How many tracks there are."""
        return len(self.content)

    @property
    def fame(self) -> NDArray[np.float32]:
        """(n,) logarithm of one plus how many sets hold each track."""
        held = [np.unique(row) for row in self.sets]
        counts = np.bincount(np.concatenate(held), minlength=self.n) if held else np.zeros(self.n)
        return np.asarray(np.log1p(counts), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Played:
    """The tracks (`shelf`), what links them (pairs of a track and an artist or genre, (m, 2)), the
    sets of each part, and which of those held out belong together (`groups`, one number each)."""

    shelf: Shelf
    links: Ints
    train: tuple[Ints, ...]
    valid: tuple[Ints, ...]
    held_out: tuple[Ints, ...]
    groups: Ints

    @property
    def crate(self) -> Crate:
        """What is learnt from."""
        return Crate(content(self.shelf), self.train, self.links)


def played(home: Path, name: str) -> Played:
    """The sets of the library in `home`, split; `name` is the recipe's, for errors.

    Raises
    ------
    RequestError
        The library holds too few sets.
    LibraryError
        It is locked or damaged.
    """
    place = Path(Settings(home=home).catalogue)
    if not place.is_file():
        raise RequestError(f"{name}: {too_few(0, 0)}")
    with Catalogue(place) as catalogue:
        rows = catalogue.rows()
        kept = [one for one in catalogue.lists() if one.program != OURS]
        ids, vectors = catalogue.timbres()
    places = {row.track_id: n for n, row in enumerate(rows)}
    sets = sets_of(kept, places)
    groups = grouped(sets, len(rows))
    found = len(set(groups.tolist()))
    if found < LEAST_GROUPS:
        raise RequestError(f"{name}: {too_few(found, len(sets))}")
    return split(_shelf(rows, places, ids, vectors), links_of(rows), sets, groups)


def too_few(found: int, lists: int) -> str:
    """How many sets are needed, in words; `found` different ones in so many `lists`."""
    alike = f" ({lists} lists, but those that share half of their tracks count as one)"
    return (
        f"expected at least {LEAST_GROUPS} different sets of {SHORTEST} analysed tracks or more, "
        f"found {found}{alike if lists > found else ''}; "
        "import more playlists and histories (mixo import), analyze their tracks"
    )


def _shelf(
    rows: Sequence[TrackRow],
    places: dict[str, int],
    ids: Sequence[str],
    vectors: NDArray[np.float32],
) -> Shelf:
    entries = tuple(Entry(r.track_id, r.bpm, r.camelot, r.energy, r.artist) for r in rows)
    return shelf_of(entries, sounds_of(ids, vectors, places))


def links_of(rows: Sequence[TrackRow]) -> Ints:
    """Pairs (m, 2) of a track and its artist or genre, the latter numbered together from 0."""
    names: dict[tuple[str, str], int] = {}
    found = []
    for place, row in enumerate(rows):
        for kind, text in (("artist", row.artist), ("genre", row.genre)):
            name = same_name(text or "")
            if name:
                found.append((place, names.setdefault((kind, name), len(names))))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


# ---------------------------------------------------------------------- sets


def sets_of(kept: Sequence[KeptList], places: dict[str, int]) -> list[Ints]:
    """The sets in lists, oldest first; lists without a date count as the oldest."""
    found = []
    for each in sorted(kept, key=lambda entry: entry.date):
        tracks = list(dict.fromkeys(places[i] for i in each.track_ids if i in places))
        if len(tracks) >= SHORTEST:
            found.append(np.array(tracks[:LONGEST], dtype=np.int64))
    return found


def grouped(sets: Sequence[Ints], n: int) -> Ints:
    """A number per set; those of one number share half of their tracks, or a chain of such."""
    if not sets:
        return np.zeros(0, dtype=np.int64)
    sizes = np.array([len(row) for row in sets])
    rows, ones = np.repeat(np.arange(len(sets)), sizes), np.ones(sizes.sum())
    held = sparse.csr_array((ones, (rows, np.concatenate(sets))), shape=(len(sets), n))
    shared = (held @ held.T).tocoo()
    alike = shared.data >= ALIKE * np.minimum(sizes[shared.row], sizes[shared.col])
    graph = sparse.coo_array(
        (shared.data[alike], (shared.row[alike], shared.col[alike])), shape=(len(sets), len(sets))
    )
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def split(shelf: Shelf, links: Ints, sets: Sequence[Ints], groups: Ints) -> Played:
    """`sets` (oldest first) in parts, no group in two of them."""
    newest = {int(group): n for n, group in enumerate(groups)}
    sizes = np.bincount(groups)
    order = sorted(
        (g for g in newest if sizes[g] <= max(1.0, LARGE * len(sets))), key=newest.__getitem__
    )
    n_held, n_valid = round(HELD_OUT * len(newest)), round(VALID * len(newest))
    held, valid = set(order[-n_held:]), set(order[-n_held - n_valid : -n_held])
    parts: dict[str, list[int]] = {"train": [], "valid": [], "held": []}
    for n, group in enumerate(groups.tolist()):
        parts["held" if group in held else "valid" if group in valid else "train"].append(n)
    train, stop, last = (tuple(sets[n] for n in parts[name]) for name in parts)
    return Played(shelf, links, train, stop, last, groups[parts["held"]])


def disturbed(shelf: Shelf, dice: np.random.Generator) -> Shelf:
    """The same tracks, a quarter of the keys wrong and energy off by a level half of the time."""
    other = np.where(np.isnan(shelf.wheel), np.nan, dice.integers(0, 12, shelf.n))
    off = dice.choice([-1.0, 0.0, 0.0, 1.0], shelf.n)
    return replace(
        shelf,
        wheel=np.where(dice.random(shelf.n) < 0.25, other, shelf.wheel),
        energy=np.clip(shelf.energy + off, 1.0, 10.0),
    )
