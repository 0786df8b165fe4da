"""Values and analyses to and from plain JSON: the words of `mixolydian.analysis/1`.

Times are rounded to 0.1 ms, tempi to 0.001 BPM: finer than any estimate, and documents
stay small and stable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mixolydian.core.types import (
    Analysis,
    Beats,
    Chord,
    Cue,
    Drop,
    Energy,
    Estimate,
    Key,
    KeyChange,
    Loudness,
    Note,
    Phrase,
    Provenance,
    Section,
    Segment,
    Summary,
    Tags,
    Tempo,
    TempoSegment,
)

SCHEMA = "mixolydian.analysis/1"


def _seconds(x: float) -> float:
    return round(float(x), 4)


def _unit(x: float) -> float:
    return round(float(x), 4)


def plain(value: Any) -> Any:
    """`value` with numpy scalars and arrays, tuples and mappings made JSON-able."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return round(value, 6)
    return value


def _tempo_to(v: Tempo) -> Any:
    return {
        "bpm": round(v.bpm, 3),
        "segments": [
            {
                "start": _seconds(s.start),
                "end": _seconds(s.end),
                "bpm": round(s.bpm, 3),
                "anchor": _seconds(s.anchor),
            }
            for s in v.segments
        ],
    }


def _tempo_from(d: Any) -> Tempo:
    return Tempo(d["bpm"], tuple(TempoSegment(**s) for s in d.get("segments", ())))


def _beats_to(v: Beats) -> Any:
    return {
        "times": [round(t, 4) for t in v.times.tolist()],
        "positions": v.positions.tolist(),
        "meter": v.meter,
        "phrases": [{"time": _seconds(p.time), "bars": p.bars} for p in v.phrases],
    }


def _beats_from(d: Any) -> Beats:
    return Beats(
        d["times"], d["positions"], d["meter"], tuple(Phrase(**p) for p in d.get("phrases", ()))
    )


def _key_to(v: Key) -> Any:
    return {
        "tonic": v.tonic,
        "mode": v.mode,
        "camelot": v.camelot,
        "open_key": v.open_key,
        "tuning_cents": round(v.tuning_cents, 1),
        "changes": [
            {"start": _seconds(c.start), "end": _seconds(c.end), "tonic": c.tonic, "mode": c.mode}
            for c in v.changes
        ],
    }


def _key_from(d: Any) -> Key:
    return Key(**{**d, "changes": tuple(KeyChange(**c) for c in d.get("changes", ()))})


def _rows_to(*fields: str) -> Callable[[Any], Any]:
    """Converter for a tuple of flat records."""

    def convert(rows: Any) -> Any:
        return [
            {f: _unit(x) if isinstance(x := getattr(r, f), float) else x for f in fields}
            for r in rows
        ]

    return convert


def _rows_from(cls: Any) -> Callable[[Any], Any]:
    return lambda rows: tuple(cls(**r) for r in rows)


def _energy_to(v: Energy) -> Any:
    return {
        "level": v.level,
        "times": [_seconds(t) for t in v.times.tolist()],
        "curve": [_unit(x) for x in v.curve.tolist()],
    }


def _loudness_to(v: Loudness) -> Any:
    return {
        "lufs": round(v.lufs, 2),
        "true_peak_dbtp": round(v.true_peak_dbtp, 2),
        "range_lu": round(v.range_lu, 2),
    }


def _tags_to(v: Tags) -> Any:
    return {k: _unit(p) for k, p in v.probabilities.items()}


def _summary_to(v: Summary) -> Any:
    return plain(dict(v.facts))


_CONVERTERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "tempo": (_tempo_to, _tempo_from),
    "beats": (_beats_to, _beats_from),
    "key": (_key_to, _key_from),
    "chords": (_rows_to("start", "end", "label"), _rows_from(Chord)),
    "sections": (_rows_to("start", "end", "label", "energy"), _rows_from(Section)),
    "drops": (_rows_to("time", "strength"), _rows_from(Drop)),
    "cues": (_rows_to("time", "kind"), _rows_from(Cue)),
    "energy": (_energy_to, lambda d: Energy(d["level"], d["times"], d["curve"])),
    "loudness": (_loudness_to, lambda d: Loudness(**d)),
    "music": (_rows_to("start", "end", "label"), _rows_from(Segment)),
    "genre": (_tags_to, Tags),
    "emotion": (_tags_to, Tags),
    "notes": (_rows_to("onset", "offset", "pitch", "velocity"), _rows_from(Note)),
    "harmony": (_summary_to, Summary),
    "rhythm": (_summary_to, Summary),
    "timbre": (_summary_to, Summary),
}


def value_to_json(question: str, value: Any) -> Any:
    """`value`, an answer to `question`, in its JSON form (None stays None)."""
    return None if value is None else _CONVERTERS[question][0](value)


def value_from_json(question: str, data: Any) -> Any:
    """The inverse of :func:`value_to_json`."""
    return None if data is None else _CONVERTERS[question][1](data)


def provenance_to_json(p: Provenance) -> dict[str, Any]:
    """Provenance as a plain dict, empty fields left out."""
    data = {
        "source": p.source,
        "version": p.version,
        "settings": plain(p.settings),
        "weights": p.weights,
        "input": p.input,
        "given": dict(p.given),
        "kind": p.kind,
    }
    return {k: v for k, v in data.items() if v not in (None, "", {})}


def estimate_to_json(question: str, e: Estimate[Any]) -> dict[str, Any]:
    """One entry of the analysis document."""
    data: dict[str, Any] = {"value": value_to_json(question, e.value)}
    if e.confidence is not None:
        data["confidence"] = _unit(e.confidence)
    if e.alternatives:
        data["alternatives"] = [[plain(v), _unit(p)] for v, p in e.alternatives]
    if e.reason:
        data["reason"] = e.reason
    if e.provenance is not None:
        data["provenance"] = provenance_to_json(e.provenance)
    return data


def estimate_from_json(question: str, data: Mapping[str, Any]) -> Estimate[Any]:
    """The inverse of :func:`estimate_to_json`."""
    provenance = data.get("provenance")
    return Estimate(
        value=value_from_json(question, data["value"]),
        confidence=data.get("confidence"),
        provenance=None if provenance is None else Provenance(**provenance),
        alternatives=tuple((v, p) for v, p in data.get("alternatives", ())),
        reason=data.get("reason"),
    )


def analysis_to_json(a: Analysis) -> dict[str, Any]:
    """`duration` and one entry per answered question."""
    return {"duration": _seconds(a.duration)} | {
        q: estimate_to_json(q, e) for q, e in a.estimates.items()
    }


def analysis_from_json(data: Mapping[str, Any]) -> Analysis:
    """The inverse of :func:`analysis_to_json`; keys that are not questions are ignored."""
    return Analysis(
        data["duration"],
        {q: estimate_from_json(q, data[q]) for q in _CONVERTERS if data.get(q)},
    )
