"""What an arrangement asserts about its sound, in the JSON words of an analysis.

The document ``mixolydian.truth/1`` holds the exact values under the same names and forms
that an analysis uses, so that the two can be laid side by side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mixolydian.core.convert import value_to_json
from mixolydian.core.types import Key, KeyChange
from mixolydian.creation.answers import (
    cues_of,
    energy_of,
    harmony_of,
    music_of,
    rhythm_of,
)
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.brief import TONICS
from mixolydian.theory.key import make_key
from mixolydian.theory.mode import family

SCHEMA = "mixolydian.truth/1"


def key_truth(arrangement: Arrangement) -> Key:
    """The brief's key, with its changes when there are any."""
    brief = arrangement.brief
    changes: tuple[KeyChange, ...] = ()
    if len(arrangement.key_changes) > 1:
        changes = arrangement.key_changes
    return make_key(TONICS.index(brief.tonic), family(brief.mode), brief.tuning_cents, changes)


def truth_document(arrangement: Arrangement, duration: float) -> dict[str, Any]:
    """The truth about a rendering of `duration` seconds; notes and drum hits included."""
    brief = arrangement.brief
    notes = [n for p in arrangement.parts for n in p.notes]
    values = {
        "tempo": arrangement.tempo,
        "beats": arrangement.beats,
        "key": key_truth(arrangement),
        "chords": arrangement.chords,
        "sections": arrangement.sections,
        "drops": arrangement.drops,
        "energy": energy_of(arrangement, duration),
        "music": music_of(arrangement, duration),
        "cues": cues_of(arrangement),
        "harmony": harmony_of(arrangement),
        "rhythm": rhythm_of(arrangement),
        "notes": tuple(sorted(notes, key=lambda n: (n.onset, n.pitch))),
    }
    return {
        "schema": SCHEMA,
        "genre": {brief.genre: 1.0},
        "mode": brief.mode,
        "variant": "clean",
        "seed": brief.seed,
        "duration": round(duration, 4),
        **{question: value_to_json(question, value) for question, value in values.items()},
        "swing": brief.swing,
        "drift": brief.drift,
        "jitter": brief.jitter,
        "parts": {p.name: p.stem for p in arrangement.parts},
        "drums": {
            lane: [round(h.time, 4) for h in hits] for lane, hits in arrangement.drums.items()
        },
        "onsets": _onsets(arrangement),
    }


def _onsets(arrangement: Arrangement) -> list[float]:
    """Times at which anything starts, moments closer than 10 ms joined."""
    times = [h.time for hits in arrangement.drums.values() for h in hits]
    times += [n.onset for p in arrangement.parts for n in p.notes]
    if not times:
        return []
    ordered = np.unique(np.round(times, 4))
    keep = np.concatenate([[True], np.diff(ordered) > 0.01])
    return [round(float(t), 4) for t in ordered[keep]]
