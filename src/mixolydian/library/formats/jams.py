"""JAMS 0.3: the annotation format of music-information research.

Humphrey et al., "JAMS: a JSON annotated music specification for reproducible MIR research"
(ISMIR 2014). One file describes one sound. Namespaces written:

================  ===================================================================
tempo             BPM per stretch of steady tempo
beat              beat times, value = position in the bar
key_mode          ``A:minor`` per stretch of one key
chord_harte       Harte syntax; stretches of unknown harmony (X) are left out, because the
                  namespace has no word for them
segment_open      sections
tag_open          moments a DJ marks: drop, mix-in, breakdown, mix-out
================  ===================================================================

A question without an answer has no annotation; its reason stands in the sandbox. Reading is in
`jams_reading.py`. Times and durations are in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_text
from mixolydian.core.types import Provenance, Track
from mixolydian.library.formats.jams_reading import Annotated, read, read_annotated
from mixolydian.library.formats.json import one_line

__all__ = ["Annotated", "document", "dumps", "file_name", "read", "read_annotated", "write"]

JAMS_VERSION = "0.3.5"
Observation = dict[str, Any]
_NO_SHORTHAND = {"sus2": "(2,5)", "maj11": "maj9(11)", "min11": "min9(11)", "11": "9(11)"}
"""Harte shorthands the namespace does not know, written out as degrees."""
_UNSAFE = re.compile(r"[^\w.-]+")


def _observation(start: float, end: float, value: Any, confidence: float | None) -> Observation:
    return {
        "time": round(max(0.0, start), 4),
        "duration": round(max(0.0, end - start), 4),
        "value": value,
        "confidence": None if confidence is None else round(confidence, 4),
    }


def _tempo(track: Track, tempo: Any, confidence: float | None) -> list[Observation]:
    sure = 1.0 if confidence is None else confidence  # the schema wants one
    if not tempo.segments:
        return [_observation(0.0, track.duration, round(tempo.bpm, 3), sure)]
    return [_observation(s.start, s.end, round(s.bpm, 3), sure) for s in tempo.segments]


def _beat(track: Track, beats: Any, confidence: float | None) -> list[Observation]:
    pairs = zip(beats.times.tolist(), beats.positions.tolist(), strict=True)
    return [_observation(t, t, position, confidence) for t, position in pairs]


def _key_mode(track: Track, key: Any, confidence: float | None) -> list[Observation]:
    if not key.changes:
        return [_observation(0.0, track.duration, f"{key.tonic}:{key.mode}", confidence)]
    return [_observation(c.start, c.end, f"{c.tonic}:{c.mode}", confidence) for c in key.changes]


def harte(label: str) -> str | None:
    """A chord label in the namespace's spelling; None for X, which it cannot express."""
    if label == "X":
        return None
    root, colon, rest = label.partition(":")
    quality, slash, bass = rest.partition("/")
    return root + colon + _NO_SHORTHAND.get(quality, quality) + slash + bass


def _chord_harte(track: Track, chords: Any, confidence: float | None) -> list[Observation]:
    spelled = [(chord, harte(chord.label)) for chord in chords]
    return [
        _observation(chord.start, chord.end, label, confidence)
        for chord, label in spelled
        if label is not None
    ]


def _segment_open(track: Track, sections: Any, confidence: float | None) -> list[Observation]:
    return [_observation(s.start, s.end, s.label, confidence) for s in sections]


def _drops(track: Track, drops: Any, confidence: float | None) -> list[Observation]:
    return [_observation(d.time, d.time, "drop", d.strength) for d in drops]


def _cues(track: Track, cues: Any, confidence: float | None) -> list[Observation]:
    return [_observation(c.time, c.time, c.kind, confidence) for c in cues]


_Observer = Callable[[Track, Any, float | None], list[Observation]]
_WRITERS: tuple[tuple[str, str, _Observer], ...] = (
    ("tempo", "tempo", _tempo),
    ("beats", "beat", _beat),
    ("key", "key_mode", _key_mode),
    ("chords", "chord_harte", _chord_harte),
    ("sections", "segment_open", _segment_open),
    ("drops", "tag_open", _drops),
    ("cues", "tag_open", _cues),
)


def _metadata(provenance: Provenance | None) -> dict[str, Any]:
    """Who made an annotation, in the fields JAMS has for it."""
    source = provenance or Provenance("unknown", "")
    human = source.kind == "human"
    return {
        "curator": {"name": "", "email": ""},
        "annotator": {"name": source.source} if human else {},
        "version": source.version,
        "corpus": "",
        "annotation_tools": "" if human else f"mixolydian {source.source}",
        "annotation_rules": "",
        "validation": "",
        "data_source": {"machine": "program", "human": "manual"}.get(source.kind, source.kind),
    }


def _annotation(track: Track, question: str, namespace: str, observe: _Observer) -> dict[str, Any]:
    estimate = track.analysis.estimates[question]
    return {
        "namespace": namespace,
        "data": observe(track, estimate.value, estimate.confidence),
        "annotation_metadata": _metadata(estimate.provenance),
        "sandbox": {"question": question},
        "time": 0.0,
        "duration": round(track.duration, 4),
    }


def document(track: Track) -> dict[str, Any]:
    """The JAMS document of one track, ready for `one_line`."""
    annotations = [
        _annotation(track, question, namespace, observe)
        for question, namespace, observe in _WRITERS
        if track.analysis.value(question) is not None
    ]
    estimates = track.analysis.estimates
    reasons = {q: e.reason for q, e in estimates.items() if e.value is None}
    return {
        "file_metadata": _file_metadata(track),
        "annotations": annotations,
        "sandbox": {"path": track.path, "cannot_tell": reasons},
    }


def _file_metadata(track: Track) -> dict[str, Any]:
    return {
        "title": track.tags.title or "",
        "artist": track.tags.artist or "",
        "release": track.tags.album or "",
        "duration": round(track.duration, 4),
        "identifiers": {"mixolydian": track.track_id},
        "jams_version": JAMS_VERSION,
    }


def dumps(track: Track) -> str:
    """The document of one track as text."""
    return one_line(document(track)) + "\n"


def file_name(track: Track) -> str:
    """A name for the track's file: its own name and the head of its id, so none collide."""
    stem = _UNSAFE.sub("_", Path(track.path).stem)[:80].strip("._") or "track"
    head = _UNSAFE.sub("", track.track_id)[:8]
    return f"{stem}-{head}.jams" if head else f"{stem}.jams"


def write(tracks: Iterable[Track], path: Path) -> list[Path]:
    """Write one file per track; returns the files written.

    A `path` that ends in ``.jams`` takes a single track; otherwise it is the folder the
    files go to.

    Raises
    ------
    RequestError
        One ``.jams`` file is asked for, and there is not exactly one track.
    """
    if path.suffix.lower() != ".jams":
        return [write_text(path / file_name(track), dumps(track)) for track in tracks]
    known = list(tracks)
    if len(known) != 1:
        raise RequestError(
            f"{path}: a JAMS file describes one track, found {len(known)}; "
            "name a folder to get one file per track"
        )
    return [write_text(path, dumps(known[0]))]
