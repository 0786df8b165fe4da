"""`playlist`: tracks of one emotion, as long as wanted, in a smooth order.

Only tracks whose answer says so with the wanted confidence are taken; the others are left
out and counted, with the reason. Works on what the library knows; no sound is opened.
Tracks are sifted (`sifting`), the surest fill the time (`choosing`), and the smoothest order is
looked for (`sequencing`). Tempi in BPM, lengths in seconds, energy 1–10.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import m3u8
from mixolydian.library.query import parse_query
from mixolydian.library.records import TrackRow
from mixolydian.theory.key import parse_key, wheel_distance
from mixolydian.workflows.choosing import POOL, SPARE_SECONDS, choose, links, reached
from mixolydian.workflows.sequencing import (
    ARCS,
    Stop,
    along_tempo,
    costs,
    smooth_order,
    tempo_steps,
)
from mixolydian.workflows.shelf import open_library
from mixolydian.workflows.sifting import (
    APART,
    HIGHEST_ENERGY,
    LEFT_OUT,
    LONG,
    LOWEST_ENERGY,
    SPARE,
    UNASKED,
    UNTOLD,
    Candidate,
    Limits,
    Sifted,
    sift,
    tempo_ranges,
)

EMOTIONS = ("relaxed", "happy", "sad", "angry")
ALL = "all"
LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True)
class PlaylistRequest:
    """The `emotion` (one of EMOTIONS, or "all" for a playlist of each) and the limits."""

    emotion: str
    min_confidence: float = 0.8
    """In [0, 1]; whoever is less sure is left out."""
    minutes: float = 45.0
    min_energy: int | None = None
    max_energy: int | None = None
    bpm: str = ""
    """A tempo or range of tempi as in a search: `50-80`, `<=90`."""
    tempo_step: float | None = None
    """Greatest step of tempo from a track to the next, in per cent."""
    arc: str = ""
    """How energy goes, one of ARCS; free when empty."""
    query: str = ""
    """Only tracks that match (`genre:ambient`)."""
    out: str = ""
    """The playlist to write (.m3u8); a folder for "all"; none when empty."""
    relative: bool = False
    """Whether the paths in it are relative to its folder."""

    def __post_init__(self) -> None:
        if self.emotion not in (*EMOTIONS, ALL):
            raise RequestError(
                f"expected an emotion out of {', '.join((*EMOTIONS, ALL))}, found {self.emotion!r}"
            )
        if self.arc and self.arc not in ARCS:
            raise RequestError(f"expected an arc out of {', '.join(ARCS)}, found {self.arc!r}")
        self._check_numbers()

    def _check_numbers(self) -> None:
        if not 0.0 <= self.min_confidence <= 1.0:
            raise RequestError(f"expected a confidence of 0 to 1, found {self.min_confidence:g}")
        if not 0.0 < self.minutes <= LONGEST_MINUTES:
            raise RequestError(
                f"expected more than 0 and at most {LONGEST_MINUTES} minutes, "
                f"found {self.minutes:g}"
            )
        if self.tempo_step is not None and not 0.0 < self.tempo_step <= 40.0:
            raise RequestError(f"expected a tempo step of 0 to 40 %, found {self.tempo_step:g}")
        low, high = self.limits.energies
        if not LOWEST_ENERGY <= low <= high <= HIGHEST_ENERGY:
            raise RequestError(f"expected energies from 1 to 10, found {low} to {high}")

    @property
    def limits(self) -> Limits:
        """What every track must keep to."""
        low = LOWEST_ENERGY if self.min_energy is None else self.min_energy
        high = HIGHEST_ENERGY if self.max_energy is None else self.max_energy
        tempi = tempo_ranges(self.bpm)
        return Limits(self.min_confidence, (low, high), tempi, self.tempo_step is not None)


@dataclass(frozen=True)
class Step:
    """From the track before: tempo in per cent (octaves folded), energy in levels, key in steps.

    None where it is not known of one of the two.
    """

    tempo: float | None
    energy: int | None
    key: int | None


@dataclass(frozen=True)
class Chosen(Candidate):
    """A track of the playlist, and the step that leads to it."""

    step: Step | None = None
    """None for the first."""

    @property
    def reason(self) -> str:
        """Why it was chosen, in words."""
        if self.human:
            return "you said so"
        return f"probability {self.probability:.0%}, sure {self.confidence:.0%}"


@dataclass(frozen=True)
class Playlist:
    """The tracks `chosen` for an `emotion`, in order, and how many were `left_out` and why."""

    emotion: str
    chosen: tuple[Chosen, ...]
    left_out: dict[str, int]
    """Key of LEFT_OUT → number of tracks."""
    notes: tuple[str, ...] = ()
    """What the user should know: too few tracks, tracks without an answer."""
    path: Path | None = None
    """The file written."""

    @property
    def seconds(self) -> float:
        """Length of all tracks."""
        return sum(c.row.duration for c in self.chosen)


@dataclass(frozen=True)
class PlaylistResult:
    """One playlist, or one per emotion."""

    playlists: tuple[Playlist, ...]


# ---------------------------------------------------------------------- the verb


def playlist(request: PlaylistRequest, settings: Settings | None = None) -> PlaylistResult:
    """The playlist, or one per emotion; written to `request.out` where it holds a track.

    Raises
    ------
    RequestError
        A query that cannot be read, or a path that a playlist cannot hold.
    StorageError
        The file cannot be written.
    """
    wanted = EMOTIONS if request.emotion == ALL else (request.emotion,)
    query = parse_query(request.query, lambda text: parse_key(text).camelot)
    with open_library(settings) as catalogue:
        rows, answers = catalogue.rows(query), catalogue.answers("emotion")
        made = [
            _playlist(emotion, sift(rows, answers, emotion, request.limits), request)
            for emotion in wanted
        ]
        return PlaylistResult(tuple(_written(catalogue, entry, request) for entry in made))


def _playlist(emotion: str, sifted: Sifted, request: PlaylistRequest) -> Playlist:
    wanted = 60.0 * request.minutes
    fitting = [c for c in sifted.candidates if c.row.duration <= wanted + SPARE_SECONDS]
    pool = fitting[:POOL]
    limit = None if request.tempo_step is None else request.tempo_step / 100.0
    linked = links([c.row.bpm for c in pool], limit)
    lengths = np.array([c.row.duration for c in pool], dtype=np.float64)
    places = choose(lengths, linked, wanted)
    apart = len(pool) - len(reached(linked, places[0])) if places else 0
    spare = len(fitting) - len(places) - apart
    long = len(sifted.candidates) - len(fitting)
    counts = sifted.left_out + Counter({LONG: long, APART: apart, SPARE: spare})
    left_out = {reason: counts[reason] for reason in LEFT_OUT if counts[reason]}
    chosen = _in_order([pool[i] for i in places], request.arc, limit)
    notes = (*_shortage(chosen, sifted, request), *_unanswered(sifted))
    return Playlist(emotion, chosen, left_out, notes)


def _in_order(found: list[Candidate], arc: str, limit: float | None) -> tuple[Chosen, ...]:
    stops = [_stop(c.row) for c in found]
    hint = along_tempo([stop.bpm for stop in stops])
    ordered = [found[i] for i in smooth_order(costs(stops, arc, limit), hint)]
    steps = [None, *(_step(a.row, b.row) for a, b in pairwise(ordered))][: len(ordered)]
    return tuple(
        Chosen(c.row, c.probability, c.confidence, c.human, step)
        for c, step in zip(ordered, steps, strict=True)
    )


def _stop(row: TrackRow) -> Stop:
    return Stop(row.bpm, row.energy, None if row.camelot is None else parse_key(row.camelot))


def _step(before: TrackRow, after: TrackRow) -> Step:
    a, b = _stop(before), _stop(after)
    tempo = float(tempo_steps([a.bpm, b.bpm])[0, 1])
    return Step(
        None if np.isnan(tempo) else 100.0 * tempo,
        None if a.energy is None or b.energy is None else b.energy - a.energy,
        None if a.key is None or b.key is None else wheel_distance(a.key, b.key),
    )


# ---------------------------------------------------------------------- what to say of it


def _shortage(
    chosen: tuple[Chosen, ...], sifted: Sifted, request: PlaylistRequest
) -> tuple[str, ...]:
    if not chosen:
        if sifted.candidates:
            return (f"every track that fits is longer than {request.minutes:g} minutes",)
        empty = not sifted.left_out.total()
        return ("the library holds no such track" if empty else "no track fits",)
    seconds = sum(c.row.duration for c in chosen)
    if seconds >= 60.0 * request.minutes - max(c.row.duration for c in chosen):
        return ()
    return (f"only {seconds / 60.0:.1f} of {request.minutes:g} minutes could be filled",)


def _unanswered(sifted: Sifted) -> tuple[str, ...]:
    found = []
    if n := sifted.left_out[UNASKED]:
        found.append(f"{n} never asked for the emotion; run `mixo analyze` on them again")
    if n := sifted.left_out[UNTOLD]:
        found.append(f"{n} without an answer" + (f": {sifted.refusal}" if sifted.refusal else ""))
    return tuple(found)


def _written(catalogue: Catalogue, made: Playlist, request: PlaylistRequest) -> Playlist:
    if not request.out or not made.chosen:
        return made
    path = Path(request.out)
    path = path / f"{made.emotion}.m3u8" if request.emotion == ALL else path
    tracks = (catalogue.track(c.row.track_id) for c in made.chosen)
    (written,) = m3u8.write(tracks, path, request.relative)
    return replace(made, path=written)
