"""The plan of a mix as a document: `mixolydian.mixplan/1`, to be read, changed and played again.

Numbers are written to the last digit, so that what is read back gives the same samples. A track's
`path` may be relative to the document's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.dj.checks import check
from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import SCHEMA, Controls, Loop, MixPlan, PlannedTrack, Transition
from mixolydian.dj.timeline import clock_of

NUMBERS = ("duration", "at", "start", "end", "ratio", "semitones", "gain_db")


def plan_document(plan: MixPlan) -> dict[str, Any]:
    """Everything about a plan. `begins` and `ends` (seconds of the mix) are for the reader only."""
    mix = clock_of(plan)
    return {
        "schema": SCHEMA,
        "proposer": plan.proposer,
        "meter": plan.meter,
        "loudness": plan.loudness,
        "ceiling": plan.ceiling,
        "sample_rate": plan.sample_rate,
        "notes": list(plan.notes),
        "tempo": plan.tempo.to_json(),
        "tracks": [_track_to(track) for track in plan.tracks],
        "transitions": [_transition_to(transition, mix) for transition in plan.transitions],
    }


def _track_to(track: PlannedTrack) -> dict[str, Any]:
    return {
        "title": track.title,
        "path": track.path,
        "track_id": track.track_id,
        **{name: getattr(track, name) for name in NUMBERS},
        "locked": track.locked,
        "loops": [[loop.beat, loop.length, loop.times] for loop in track.loops],
        "grid": track.grid.to_json(),
    }


def _transition_to(transition: Transition, mix: Grid) -> dict[str, Any]:
    return {
        "kind": transition.kind,
        "start": transition.start,
        "end": transition.end,
        "begins": round(mix.time_at(transition.start), 3),
        "ends": round(mix.time_at(transition.end), 3),
        "score": transition.score,
        "parts": dict(transition.parts),
        "why": transition.why,
        "outgoing": transition.outgoing.to_json(),
        "incoming": transition.incoming.to_json(),
    }


def plan_from_document(document: Any, name: str, folder: Path | None = None) -> MixPlan:
    """The plan that a document describes; `name` is what errors call it, and relative paths are
    taken from `folder`.

    Raises
    ------
    RequestError
        It is no plan, something is missing or malformed, or it contradicts itself.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, Mapping) else document
        raise RequestError(
            f"{name}: expected a plan of schema {SCHEMA}, found {str(found)[:80]!r}; "
            f"mixo mix writes one beside every mix"
        )
    try:
        plan = _plan(document, folder)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise RequestError(
            f"{name}: not a whole plan ({type(error).__name__}: {error}); "
            f"plan the mix again with mixo mix"
        ) from error
    except RequestError as error:
        raise RequestError(f"{name}: {error}") from error
    check(plan, name)
    return plan


def _plan(document: Mapping[str, Any], folder: Path | None) -> MixPlan:
    return MixPlan(
        tracks=tuple(_track_from(track, folder) for track in document["tracks"]),
        transitions=tuple(_transition_from(each) for each in document["transitions"]),
        tempo=Curve.from_json(document["tempo"]),
        meter=int(document["meter"]),
        loudness=float(document["loudness"]),
        ceiling=float(document["ceiling"]),
        sample_rate=int(document["sample_rate"]),
        proposer=str(document.get("proposer", "")),
        notes=tuple(str(note) for note in document.get("notes", ())),
    )


def _track_from(document: Mapping[str, Any], folder: Path | None) -> PlannedTrack:
    path = Path(str(document["path"]))
    return PlannedTrack(
        path=str(path if folder is None else folder / path),
        track_id=str(document["track_id"]),
        title=str(document["title"]),
        grid=Grid.from_json(document["grid"]),
        locked=bool(document.get("locked", True)),
        loops=tuple(Loop(float(b), float(n), int(times)) for b, n, times in document["loops"]),
        **{name: float(document[name]) for name in NUMBERS},
    )


def _transition_from(document: Mapping[str, Any]) -> Transition:
    score = document.get("score")
    return Transition(
        kind=str(document["kind"]),
        start=float(document["start"]),
        end=float(document["end"]),
        outgoing=Controls.from_json(document["outgoing"]),
        incoming=Controls.from_json(document["incoming"]),
        score=None if score is None else float(score),
        parts={str(k): float(v) for k, v in document.get("parts", {}).items()},
        why=str(document.get("why", "")),
    )
