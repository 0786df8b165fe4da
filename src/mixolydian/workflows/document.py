"""The documents of `mixolydian.analysis/1`: what `--json` prints, one per line.

Times in seconds, tempi in beats per minute. Keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from mixolydian.core.convert import SCHEMA, estimate_to_json, plain
from mixolydian.core.types import QUESTIONS, Track


def track_document(
    track: Track,
    path: str | None = None,
    questions: Iterable[str] | None = None,
    warnings: Iterable[str] = (),
) -> dict[str, Any]:
    """Everything known about `track`; a question never asked is null.

    `path` stands in for the track's own (a sound may lie in several files); with `questions`
    the document holds only these. `warnings` say what of the file had to be repaired.
    """
    answers = track.analysis.estimates
    wanted = QUESTIONS if questions is None else tuple(q for q in QUESTIONS if q in set(questions))
    return {
        "schema": SCHEMA,
        "path": track.path if path is None else path,
        "track_id": track.track_id,
        "duration": round(track.duration, 4),
        "tags": {k: plain(v) for k, v in asdict(track.tags).items() if v is not None},
        **{q: estimate_to_json(q, answers[q]) if q in answers else None for q in wanted},
        **({"warnings": said} if (said := list(warnings)) else {}),
        "errors": [],
    }


def failure_document(path: str, kind: str, message: str) -> dict[str, Any]:
    """What is said of a file that could not be analysed."""
    return {"schema": SCHEMA, "path": path, "errors": [{"type": kind, "message": message}]}
