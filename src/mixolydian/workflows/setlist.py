"""`set`: from a crate, a length and an energy arc to an ordered set, every step with its reason.

Tracks are portrayed as for a mix (kept portraits are used), planned by `dj/setlist`, and written as
a playlist (kept in the library too, under its file's name) with a picture of the wished and the
reached energy beside it; with `plan` also as the plan that `mixo mix --plan` plays.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.files import write_text
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Analysis, FileTags, Told, Track
from mixolydian.dj.checks import check
from mixolydian.dj.document import plan_document
from mixolydian.dj.planner import plan_mix
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.setlist.arc import Arc, parse_arc
from mixolydian.dj.setlist.planning import SetPlan, plan_set
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.library.formats import m3u8
from mixolydian.library.lists import OURS, KeptList, ListEntry
from mixolydian.workflows.portraits import portraits
from mixolydian.workflows.portrayed import Unusable
from mixolydian.workflows.search import SearchRequest, search
from mixolydian.workflows.setlist_names import Asked, Shelf, locks_of
from mixolydian.workflows.setlist_picture import set_svg
from mixolydian.workflows.shelf import open_library

USUAL = (("warmup", 0.25), ("build", 0.33), ("peak", 0.33), ("close", 0.09))
"""stages of a set for which no arc is asked, and their shares of its length."""
PORTRAYED, PLANNED = 0.6, 0.9
"""shares of the work that are done by then."""
LISTENED = 40
"""tracks without a portrait that are listened to again unasked; of more, what the analysis tells
has to do (the values of transitions then lie 0.01 too high on average)."""


@dataclass(frozen=True)
class SetRequest:
    """What to choose from, and what the set shall be.

    `tracks` (files, folders, ids or titles) and what `query` finds in the library are the crate.
    `never` are pairs "A/B" that must not be neighbours; `artist_gap` tracks lie between two of
    one artist. `start`, `end` and `must` are titles, ids or files.
    """

    tracks: tuple[str, ...] = ()
    query: str = ""
    minutes: float | None = None
    """Length of the set, mixed; the arc's own where None."""
    arc: str = ""
    fit_arc: bool = False
    """Bring the arc's lowest and highest level to what the crate has."""
    start: str = ""
    end: str = ""
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    artist_gap: int = 1
    max_stretch: float = 0.08
    """Largest share by which a track may be played faster or slower."""
    listen: bool = False
    """Listen again to every track that has no portrait, however many they are."""
    out: str = ""
    """The playlist to write (.m3u8); none when empty."""
    plan: bool = False
    """Write the mix's plan beside the playlist."""
    relative: bool = False
    overwrite: bool = False
    jobs: int | None = None

    def __post_init__(self) -> None:
        if not self.tracks and not self.query.strip():
            raise RequestError("a set needs a crate; name files or folders, or a --query")
        if self.minutes is None and not self.arc.strip():
            raise RequestError("how long is the set? give --minutes, or an --arc with minutes")
        if self.minutes is not None and not (math.isfinite(self.minutes) and _fits(self.minutes)):
            raise RequestError(f"minutes must lie between 1 and 1440, found {self.minutes:g}")
        if not 0 <= self.artist_gap <= 1000:
            raise RequestError(f"an artist's gap is 0 to 1000 tracks, found {self.artist_gap}")
        if self.out and Path(self.out).suffix.lower() != ".m3u8":
            raise RequestError(f"{self.out}: a set is written as .m3u8; name it so")
        if self.plan and not self.out:
            raise RequestError("the plan lies beside the playlist; name that with --out")
        _ = self.wished

    @property
    def wished(self) -> Arc:
        """The arc over the wished minutes."""
        if self.arc.strip():
            arc = parse_arc(self.arc)
            return arc if self.minutes is None else arc.lasting(self.minutes)
        long = self.minutes or 0.0
        return parse_arc(", ".join(f"{name} {share * long:.6f}" for name, share in USUAL))

    def files(self) -> tuple[Path, ...]:
        """What is written: playlist, picture, plan."""
        if not self.out:
            return ()
        out = Path(self.out)
        beside = (".svg", ".plan.json") if self.plan else (".svg",)
        return (out, *(out.with_suffix(ending) for ending in beside))


def _fits(minutes: float) -> bool:
    return 1.0 <= minutes <= 1440.0


@dataclass(frozen=True, eq=False)
class SetResult:
    """The set, the files written, and what could not be used or fulfilled."""

    plan: SetPlan
    notes: tuple[str, ...]
    left_out: tuple[Unusable, ...] = ()
    files: tuple[Path, ...] = ()


def set_(
    request: SetRequest, settings: Settings | None = None, told: Told | None = None
) -> SetResult:
    """Plan the set, and write what was asked for; `told` follows the steps.

    Raises
    ------
    RequestError
        No track is left, a name means none or several, or no order keeps the locks.
    StorageError
        A file cannot be written, or is there already.
    """
    settings = read_settings() if settings is None else settings
    told = told or (lambda step, share: None)
    _check_free(request)
    crate = _crate(request, settings, told)
    asked = Asked(request.start, request.end, request.must, request.never, request.artist_gap)
    made = plan_set(
        crate.tracks,
        request.wished,
        locks_of(crate, asked),
        _corrected(crate.tracks, settings),
        Wishes(max_stretch=request.max_stretch),
        request.fit_arc,
        lambda share: told("planning", PORTRAYED + (PLANNED - PORTRAYED) * share),
    )
    files = _written(request, made, crate, settings)
    told("done", 1.0)
    notes = (*_changed_length(request), *made.notes, *_unheard(crate))
    return SetResult(made, notes, crate.left_out, files)


def _check_free(request: SetRequest) -> None:
    for file in request.files():
        if file.exists() and not request.overwrite:
            raise StorageError(f"{file}: is there already; choose another --out, or --overwrite")


def _crate(request: SetRequest, settings: Settings, told: Told) -> Shelf:
    """The tracks to choose from, and those that are named but lie elsewhere."""
    named = list(request.tracks)
    if request.query.strip():
        rows = search(SearchRequest(request.query), settings).rows
        named += [row.path for row in rows if not row.missing]
    listen = lambda share: told("listening", PORTRAYED * share)  # noqa: E731
    most = None if request.listen else LISTENED
    found = portraits(named, settings, tick=listen, jobs=request.jobs, listen_to=most)
    crate = Shelf.of(found.portraits, found.unusable, found.sketched)
    wanted = [name for name in (request.start, request.end, *request.must) if name]
    missing = [name for name in wanted if crate.place(name) is None]
    if missing:
        more = portraits(missing, settings, jobs=request.jobs)
        if more.unusable:
            raise RequestError(f"{more.unusable[0].path}: {more.unusable[0].reason}")
        crate = Shelf.of([*crate.tracks, *more.portraits], crate.left_out, crate.sketched)
    if not crate.tracks:
        first = next(iter(crate.left_out), None)
        why = "the query finds none" if first is None else f"{first.path}: {first.reason}"
        raise RequestError(f"no track is left to choose from; {why}")
    return crate


def _corrected(tracks: Sequence[Portrait], settings: Settings) -> list[float | None]:
    """The energy of each track where a human said it, else None."""
    with open_library(settings) as catalogue:
        rows = {row.track_id: row for row in catalogue.rows() if "energy" in row.corrected}
    found = [rows.get(track.track_id) for track in tracks]
    return [None if row is None or row.energy is None else float(row.energy) for row in found]


def _changed_length(request: SetRequest) -> tuple[str, ...]:
    if request.minutes is None or not request.arc.strip():
        return ()
    own = parse_arc(request.arc).minutes
    if abs(own / request.minutes - 1.0) < 0.01:
        return ()
    return (f"the arc's {own:g} minutes are brought to {request.minutes:g}",)


# ---------------------------------------------------------------------- written


def _unheard(crate: Shelf) -> tuple[str, ...]:
    if not crate.sketched:
        return ()
    count = f"{len(crate.sketched)} of the {len(crate.tracks)} tracks were"
    return (f"{count} judged by their analysis, not listened to again; --listen does so first",)


def _written(
    request: SetRequest, made: SetPlan, crate: Shelf, settings: Settings
) -> tuple[Path, ...]:
    if not request.out:
        return ()
    out, picture, *plans = request.files()
    tracks = [step.portrait for step in made.steps]
    text = ""
    if plans:  # may refuse: before any file
        text = _mixed(_listened(tracks, crate, request, settings), made.minutes, request)
    m3u8.write(map(_track, tracks), out, request.relative)
    write_text(picture, set_svg(out.stem, made))
    for file in plans:
        write_text(file, text)
    _remember(out.stem, tracks, settings)
    return request.files()


def _remember(name: str, tracks: Sequence[Portrait], settings: Settings) -> None:
    """Keep the set as a list of the library, so that it goes out with it to a DJ program."""
    entries = tuple(ListEntry(track.path, track.track_id) for track in tracks)
    with open_library(settings) as catalogue:
        catalogue.keep_lists([KeptList(name, entries, program=OURS)])


def _listened(
    tracks: Sequence[Portrait], crate: Shelf, request: SetRequest, settings: Settings
) -> list[Portrait]:
    """`tracks`, each listened to: a mix is planned from the sound."""
    rough = [track.path for track in tracks if track.track_id in crate.sketched]
    found = portraits(rough, settings, jobs=request.jobs) if rough else None
    if found is not None and found.unusable:
        raise RequestError(f"{found.unusable[0].path}: {found.unusable[0].reason}")
    heard = {p.track_id: p for p in found.portraits} if found is not None else {}
    return [heard.get(track.track_id, track) for track in tracks]


def _mixed(tracks: Sequence[Portrait], minutes: float, request: SetRequest) -> str:
    """The plan of the set's mix, as a document."""
    mixed = plan_mix(tracks, Wishes(minutes=minutes, max_stretch=request.max_stretch))
    check(mixed, "the plan")
    return json.dumps(plan_document(mixed), ensure_ascii=False, indent=1) + "\n"


def _track(portrait: Portrait) -> Track:
    """What a playlist needs to know of a track."""
    tags = FileTags(title=portrait.title, artist=portrait.artist or None)
    analysis = Analysis(portrait.duration, {})
    return Track(portrait.track_id, portrait.path, portrait.duration, tags, analysis)
