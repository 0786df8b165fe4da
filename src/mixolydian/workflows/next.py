"""`next`: what to play next, and why; and what the user says of what was suggested.

Content (sound, tempo, key, energy), the lists and histories the user imported, where energy should
go, and the user's own likes, skips and bans are weighed (`dj/recommending`). No sound is opened and
nothing analysed; where portraits are kept, the mix engine judges the best few transitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.dj.recommending.learned import with_voices
from mixolydian.dj.recommending.recommend import (
    Suggestion,
    Weighed,
    Wish,
    weigh,
    with_transitions,
)
from mixolydian.dj.recommending.steps import CONTEXTS
from mixolydian.dj.recommending.taste import learn
from mixolydian.dj.transitions.candidates import transition_value
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.profile import Opinion
from mixolydian.library.records import TrackRow
from mixolydian.workflows.matching import ids_of_playlist
from mixolydian.workflows.recommending import (
    Known,
    forget,
    known,
    portrait_at,
    rows_at,
    say,
    with_emotions,
)
from mixolydian.workflows.shelf import find_track, name_of, open_library
from mixolydian.workflows.voices import speaking

EMOTIONS = ("relaxed", "happy", "sad", "angry")
SHORTLIST = 12
"""tracks whose transitions the mix engine judges."""
MOST = 1000


@dataclass(frozen=True)
class NextRequest:
    """What was `played` (path, id or title; oldest first) or the playlist `set_file` of it, what is
    wanted, and what is said of tracks."""

    played: tuple[str, ...] = ()
    set_file: str = ""
    context: str = ""
    """One of warmup, peak, closing, or empty."""
    emotion: str = ""
    avoid_artist_repeat: bool = False
    like: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    ban: tuple[str, ...] = ()
    limit: int = 10

    def __post_init__(self) -> None:
        if self.played and self.set_file:
            raise RequestError("expected tracks, or --set FILE, found both; leave one out")
        if self.context not in CONTEXTS:
            names = ", ".join(filter(None, CONTEXTS))
            raise RequestError(f"expected a context out of {names}, found {self.context!r}")
        if self.emotion and self.emotion not in EMOTIONS:
            raise RequestError(
                f"expected an emotion out of {', '.join(EMOTIONS)}, found {self.emotion!r}"
            )
        if not 1 <= self.limit <= MOST:
            raise RequestError(f"expected a limit of 1 to {MOST}, found {self.limit}")
        if not (self.asks or self.says):
            raise RequestError(
                "expected a track, --set FILE, or --context; or what you think of a track "
                "(--like, --skip, --ban)"
            )

    @property
    def asks(self) -> bool:
        """Whether a suggestion is wanted."""
        return bool(self.played or self.set_file or self.context or self.emotion)

    @property
    def says(self) -> bool:
        """Whether something is said of tracks."""
        return bool(self.like or self.skip or self.ban)


@dataclass(frozen=True)
class Next:
    """A suggested track and why."""

    row: TrackRow
    suggestion: Suggestion


@dataclass(frozen=True)
class NextResult:
    """After the `played` rows the `suggestions`, best first; `said` and `notes` in words."""

    played: tuple[TrackRow, ...]
    suggestions: tuple[Next, ...]
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def next_track(request: NextRequest, settings: Settings | None = None) -> NextResult:
    """What to play next; what is said of tracks is kept first and counts at once.

    Raises
    ------
    UnknownTrackError, RequestError
        The library holds no such track, several fit, or nothing that was played is in it.
    UnreadableError, InputError
        The playlist cannot be read.
    LibraryError, StorageError
        The library cannot be used.
    ModelError
        A model trained on the user's sets is in use, but damaged.
    """
    settings = read_settings() if settings is None else settings
    said = _say(request, settings) if request.says else ()
    if not request.asks:
        return NextResult((), (), said)
    with open_library(settings) as catalogue:
        played, notes = _played(catalogue, request)
        found = known(catalogue)
        if request.emotion:
            found = with_emotions(catalogue, found)
        places = tuple(found.shelf.places[i] for i in played if i in found.shelf.places)
        heard = speaking(found.shelf, settings)
        weighed = _weighed(catalogue, found, places, request)
        weighed = with_voices(weighed, heard.voices, places)
        best = _best(catalogue, found, weighed, places, request, settings)
        rows = tuple(rows_at(catalogue, found, places))
    notes = (*notes, *heard.notes, *_notes(found, best, request))
    return NextResult(rows, best, said, notes)


def forget_profile(settings: Settings | None = None) -> int:
    """Forget all the user ever said of tracks; how many opinions that were."""
    return forget(settings)


# ---------------------------------------------------------------------- what is said


def _say(request: NextRequest, settings: Settings) -> tuple[str, ...]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    opinions, words = {}, []
    with open_library(settings) as catalogue:
        for kind, past in (("like", "liked"), ("skip", "skipped"), ("ban", "banned")):
            for text in getattr(request, kind):
                track_id = find_track(catalogue, text)
                if track_id in opinions:
                    raise RequestError(f"{shown(text)!r} is judged twice; decide for one")
                opinions[track_id] = Opinion(track_id, kind, now)
                words.append(f"{past}: {name_of(catalogue.row(track_id))}")
    say(list(opinions.values()), settings)
    return tuple(words)


# ---------------------------------------------------------------------- what was played


def _played(catalogue: Catalogue, request: NextRequest) -> tuple[list[str], tuple[str, ...]]:
    """Track ids, oldest first, and what is worth saying."""
    if not request.set_file:
        return [find_track(catalogue, text) for text in request.played], ()
    return ids_of_playlist(catalogue, request.set_file)


# ---------------------------------------------------------------------- the answer


def _weighed(
    catalogue: Catalogue, found: Known, places: tuple[int, ...], request: NextRequest
) -> Weighed:
    shelf = found.shelf
    opinions = [
        (shelf.places[o.track_id], o.kind)
        for o in catalogue.opinions()
        if o.track_id in shelf.places
    ]
    if request.emotion and request.emotion not in shelf.emotions:
        raise RequestError("no track's emotion is known yet; analyze with all questions")
    wish = Wish(places, request.context, request.emotion, request.avoid_artist_repeat)
    taste = learn(shelf, opinions) if opinions or shelf.votes.any else None
    weighed = weigh(shelf, wish, found.company, taste)
    weighed.out[found.missing] = True
    return weighed


def _best(
    catalogue: Catalogue,
    found: Known,
    weighed: Weighed,
    places: tuple[int, ...],
    request: NextRequest,
    settings: Settings,
) -> tuple[Next, ...]:
    reach = max(request.limit, SHORTLIST)
    order: Sequence[Any] = list(weighed.best(found.shelf.n))
    if request.avoid_artist_repeat:
        order = _one_each(found, order)
    best = [weighed.suggestion(int(place)) for place in order[:reach]]
    if places:
        judged = _judged(catalogue, found, places[-1], best[:SHORTLIST], settings)
        best = with_transitions(best, judged)
    best = best[: request.limit]
    rows = rows_at(catalogue, found, [s.place for s in best])
    return tuple(Next(row, found_one) for row, found_one in zip(rows, best, strict=True))


def _one_each(found: Known, order: Iterable[Any]) -> list[int]:
    """`order` with the best track of every artist; tracks without one stay."""
    kept, met = [], set()
    for place in map(int, order):
        artist = int(found.shelf.artists[place])
        if artist < 0 or artist not in met:
            kept.append(place)
            met.add(artist)
    return kept


def _judged(
    catalogue: Catalogue, found: Known, last: int, best: list[Suggestion], settings: Settings
) -> dict[int, float]:
    """place → worth of the transition, of those for which both portraits are kept."""
    start = portrait_at(catalogue, found, last, settings)
    if start is None:
        return {}
    portraits = {s.place: portrait_at(catalogue, found, s.place, settings) for s in best}
    return {p: transition_value(start, b) for p, b in portraits.items() if b is not None}


def _notes(found: Known, best: tuple[Next, ...], request: NextRequest) -> tuple[str, ...]:
    notes = []
    if len(best) < request.limit:
        few = {0: "no other track is", 1: "only one other track is"}
        left = few.get(len(best), f"only {len(best)} other tracks are")
        notes.append(f"{left} left to suggest")
    if not found.company.n_lists:
        notes.append("no playlists or histories imported yet: suggestions rest on the tracks alone")
    return tuple(notes)
