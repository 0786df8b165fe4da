"""The tracks a set is chosen from, and which of them a user means by a name.

A name is a file, the start of a track id (at least four characters), a title, or words of artist
and title. ``A/B`` names two; where a slash also stands in a name, the way to part it is the first
one by which both sides mean a track, whole names before words.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mixolydian.core.errors import RequestError
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.setlist.problem import Locks
from mixolydian.workflows.portrayed import Unusable

_ID = re.compile(r"[0-9a-f]{4,64}")
_SHOWN = 4


@dataclass(frozen=True, eq=False)
class Shelf:
    """Every sound once, and what could not be used."""

    tracks: tuple[Portrait, ...]
    left_out: tuple[Unusable, ...] = ()
    sketched: frozenset[str] = frozenset()
    """ids of the tracks that nobody has listened to again: portraits out of the analysis alone."""

    @classmethod
    def of(
        cls,
        tracks: Iterable[Portrait],
        left_out: Iterable[Unusable] = (),
        sketched: frozenset[str] = frozenset(),
    ) -> Shelf:
        """A shelf on which a sound under several names lies once, under the first."""
        firsts: dict[str, Portrait] = {}
        twice = []
        for track in tracks:
            first = firsts.setdefault(track.track_id, track)
            if first is not track and first.path != track.path:
                why = f"is the same sound as {first.path}; a set plays it once"
                twice.append(Unusable(track.path, why))
        return cls(tuple(firsts.values()), (*left_out, *twice), sketched)

    def place(self, name: str, words: bool = True) -> int | None:
        """Number of the track that `name` means here; None if it means none. Without `words`
        only whole names count.

        Raises
        ------
        RequestError
            It fits several.
        """
        ways = (self._by_file, self._by_id, self._by_title, self._by_words)
        for fits in ways if words else ways[:-1]:
            found = fits(name)
            if len(found) > 1:
                some = ", ".join(
                    f"{self.tracks[i].track_id[:8]} ({self.tracks[i].title})"
                    for i in found[:_SHOWN]
                )
                more = ", …" if len(found) > _SHOWN else ""
                raise RequestError(
                    f"{name!r} fits several tracks: {some}{more}; give one of these ids"
                )
            if found:
                return found[0]
        return None

    def _by_file(self, name: str) -> list[int]:
        path = os.path.abspath(name)
        return [i for i, t in enumerate(self.tracks) if os.path.abspath(t.path) == path]

    def _by_id(self, name: str) -> list[int]:
        if not _ID.fullmatch(name.lower()):
            return []
        return [i for i, t in enumerate(self.tracks) if t.track_id.startswith(name.lower())]

    def _by_title(self, name: str) -> list[int]:
        wanted = name.casefold().strip()
        return [i for i, t in enumerate(self.tracks) if t.title.casefold().strip() == wanted]

    def _by_words(self, name: str) -> list[int]:
        wanted = name.casefold().split()
        texts = [f"{t.artist} {t.title}".casefold() for t in self.tracks]
        return [i for i, text in enumerate(texts) if wanted and all(w in text for w in wanted)]


@dataclass(frozen=True)
class Asked:
    """The locks as a user names them."""

    start: str = ""
    end: str = ""
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    artist_gap: int = 0


def locks_of(shelf: Shelf, asked: Asked) -> Locks:
    """The locks in numbers of the shelf's tracks.

    Raises
    ------
    RequestError
        A name means no track or several, or a pair is one track twice.
    """
    return Locks(
        _place(shelf, asked.start) if asked.start else None,
        _place(shelf, asked.end) if asked.end else None,
        frozenset(_place(shelf, name) for name in asked.must),
        frozenset(_pair(shelf, text) for text in asked.never),
        asked.artist_gap,
    )


def _place(shelf: Shelf, name: str) -> int:
    found = shelf.place(name)
    if found is None:
        raise RequestError(
            f"the crate holds no track {name!r}; expected a file, the start of a track id, or "
            "words of its title"
        )
    return found


def _pair(shelf: Shelf, text: str) -> tuple[int, int]:
    halves = [(text[: m.start()].strip(), text[m.end() :].strip()) for m in re.finditer("/", text)]
    halves = [(a, b) for a, b in halves if a and b]
    if not halves:
        raise RequestError(f"expected two tracks parted by a slash, A/B; found {text!r}")
    for words in (False, True):
        for names in halves:
            a, b = (_known(shelf, name, words) for name in names)
            if a is not None and b is not None:
                return _apart(shelf, a, b)
    a, b = (_place(shelf, name) for name in halves[0])
    return _apart(shelf, a, b)


def _known(shelf: Shelf, name: str, words: bool) -> int | None:
    try:
        return shelf.place(name, words)
    except RequestError:
        return None  # half a name may fit several; another slash may be meant


def _apart(shelf: Shelf, a: int, b: int) -> tuple[int, int]:
    if a == b:
        raise RequestError(f"{shelf.tracks[a].title} cannot be kept from itself; name two tracks")
    return a, b
