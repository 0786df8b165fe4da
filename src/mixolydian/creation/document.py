"""The arrangement as a document: `mixolydian.arrangement/1`, which can be edited and played.

The musical values (tempo, beats, key, chords, sections, drops, notes) stand in the words of
an analysis. Beside them stand the brief, and every part, drum lane, gesture and knob to the
last digit, so that what is read back plays the same samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple
from typing import Any

from mixolydian.core.convert import value_from_json
from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.creation.arrange import key_changes
from mixolydian.creation.arrangement import Arrangement, Automation, Gesture, Hit, Part
from mixolydian.creation.brief import Brief, Mix
from mixolydian.creation.grid import make_grid, tempo_truth
from mixolydian.creation.sound.mastering import Master
from mixolydian.creation.sound.voices import Voice
from mixolydian.creation.truth import truth_document

SCHEMA = "mixolydian.arrangement/1"


def arrangement_document(
    arrangement: Arrangement, duration: float, master: Master
) -> dict[str, Any]:
    """Everything about a piece that sounds for `duration` seconds and was mastered so."""
    truth = truth_document(arrangement, duration)
    for replaced in ("parts", "drums", "onsets"):
        del truth[replaced]
    return {
        **truth,
        "schema": SCHEMA,
        "brief": brief_to_json(arrangement.brief),
        "master": asdict(master),
        "kit": arrangement.kit,
        "end": arrangement.end,
        "parts": [_part_to(p) for p in arrangement.parts],
        "drums": {
            lane: [[h.time, h.velocity] for h in hits] for lane, hits in arrangement.drums.items()
        },
        "gestures": [asdict(g) for g in arrangement.gestures],
        "automation": [asdict(a) for a in arrangement.automation],
    }


def _part_to(part: Part) -> dict[str, Any]:
    notes = [list(astuple(n)) for n in part.notes]
    return {"name": part.name, "stem": part.stem, "voice": asdict(part.voice), "notes": notes}


def arrangement_from_document(document: Mapping[str, Any], name: str) -> Arrangement:
    """The arrangement that a document describes; `name` is what errors call it.

    Raises
    ------
    RequestError
        It is no arrangement document, or something in it is missing or malformed.
    """
    _check_schema(document, name)
    try:
        return _arrangement(document)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise RequestError(
            f"{name}: not a whole arrangement ({type(error).__name__}: {error}); "
            f"write it again with mixo compose"
        ) from error


def _check_schema(document: Mapping[str, Any], name: str) -> None:
    if document.get("schema") != SCHEMA:
        raise RequestError(
            f"{name}: expected a document of schema {SCHEMA}, found {document.get('schema')!r}; "
            f"mixo compose writes one"
        )


def _arrangement(document: Mapping[str, Any]) -> Arrangement:
    def value(question: str) -> Any:
        return value_from_json(question, document[question])

    brief = brief_from_json(document["brief"])
    grid = make_grid(brief)
    return Arrangement(
        brief=brief,
        tempo=tempo_truth(brief, grid),
        beats=grid.beats(value("beats").phrases),
        key_changes=key_changes(brief, grid),
        chords=value("chords"),
        sections=value("sections"),
        drops=value("drops"),
        parts=tuple(_part_from(p) for p in document["parts"]),
        drums={
            str(lane): tuple(Hit(float(t), float(v)) for t, v in hits)
            for lane, hits in document["drums"].items()
        },
        kit=str(document["kit"]),
        gestures=tuple(Gesture(**g) for g in document["gestures"]),
        automation=tuple(
            Automation(
                a["target"], a["parameter"], tuple((float(t), float(v)) for t, v in a["points"])
            )
            for a in document["automation"]
        ),
        end=float(document["end"]),
    )


def _part_from(data: Mapping[str, Any]) -> Part:
    notes = tuple(Note(float(a), float(b), float(p), int(v)) for a, b, p, v in data["notes"])
    return Part(str(data["name"]), str(data["stem"]), Voice(**data["voice"]), notes)


def master_from_document(document: Mapping[str, Any], name: str) -> Master:
    """How the piece of a document was mastered; RequestError when it does not say."""
    _check_schema(document, name)
    try:
        return Master(**document["master"])
    except (KeyError, TypeError) as error:
        raise RequestError(f"{name}: says nothing usable about its master ({error})") from error


def brief_to_json(brief: Brief) -> dict[str, Any]:
    """The brief in plain JSON values."""
    return {**asdict(brief), "settings": dict(brief.settings)}


def brief_from_json(data: Mapping[str, Any]) -> Brief:
    """The brief of :func:`brief_to_json`; RequestError where a value is not allowed."""
    fields = {name: _tuples(value) for name, value in data.items()}
    fields["mix"] = Mix(**data.get("mix", {}))
    fields["settings"] = tuple(sorted(dict(data.get("settings", {})).items()))
    return Brief(**fields)


def brief_of_document(document: Mapping[str, Any], name: str) -> Brief:
    """The brief that a document was made from; RequestError when it has none."""
    _check_schema(document, name)
    try:
        return brief_from_json(document["brief"])
    except (KeyError, TypeError) as error:
        raise RequestError(f"{name}: says nothing usable about its brief ({error})") from error


def _tuples(value: Any) -> Any:
    """JSON arrays as tuples, all the way down."""
    return tuple(_tuples(v) for v in value) if isinstance(value, list | tuple) else value
