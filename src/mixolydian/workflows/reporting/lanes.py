"""What the page's pictures are drawn from: one compact JSON record per track.

Times are whole milliseconds, levels whole numbers 0–100, the waveform is base64 of its
bytes (peak, low, mid, high, one plane after the other). A typical track takes 10–20 kB, so
that some hundred tracks still make one page a browser opens at once.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from mixolydian.core.types import Analysis, Beats, Energy, Key, Tempo, Track
from mixolydian.library.formats.json import one_line
from mixolydian.workflows.reporting import words

CURVE_POINTS = 400
_PLANES = ("peak", "low", "mid", "high")


def record(track: Track, waveform: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything the timeline of one track shows; lanes without an answer are left out."""
    analysis = track.analysis
    lanes = {
        "duration": _ms(track.duration),
        "wave": None if waveform is None else wave(waveform),
        "beats": _answer(analysis, "beats", _beats),
        "sections": _answer(analysis, "sections", _sections),
        "drops": _answer(analysis, "drops", lambda v: [[_ms(d.time), d.strength] for d in v]),
        "cues": _answer(analysis, "cues", lambda v: [[_ms(c.time), c.kind] for c in v]),
        "chords": _answer(analysis, "chords", _chords),
        "keys": _answer(analysis, "key", lambda v: _keys(v, track.duration)),
        "energy": _answer(analysis, "energy", _energy),
        "tempo": _answer(analysis, "tempo", _tempo),
        "content": _answer(analysis, "music", _content),
    }
    return {name: lane for name, lane in lanes.items() if lane}


def script_json(value: Any) -> str:
    """`value` as JSON that can lie inside a script element.

    ``<``, ``>`` and ``&`` are written as escapes, so no text can end the element.
    """
    text = one_line(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def wave(waveform: Mapping[str, Any]) -> str:
    """The four planes of a waveform (0–255 each) as base64."""
    planes = np.array([waveform[name] for name in _PLANES], dtype=np.uint8)
    return base64.b64encode(planes.tobytes()).decode("ascii")


def _answer(analysis: Analysis, question: str, convert: Any) -> Any:
    value = analysis.value(question)
    return None if value is None else convert(value)


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def _beats(beats: Beats) -> dict[str, Any]:
    """Beat times as differences (small numbers), positions as one digit per beat."""
    times = np.rint(1000 * beats.times).astype(int)
    return {
        "steps": np.diff(times, prepend=0).tolist(),
        "positions": "".join(str(min(9, p)) for p in beats.positions.tolist()),
        "meter": beats.meter,
        "phrases": [[_ms(p.time), p.bars] for p in beats.phrases],
    }


def _sections(sections: Any) -> list[list[Any]]:
    return [[_ms(s.start), _ms(s.end), s.label, round(100 * s.energy)] for s in sections]


def _chords(chords: Any) -> list[list[Any]]:
    """[start, end, label, hue]; the hue is the chord's place on the circle of fifths."""
    return [[_ms(c.start), _ms(c.end), c.label, chord_hue(c.label)] for c in chords]


def chord_hue(label: str) -> int | None:
    """Degrees on the colour wheel: neighbours in fifths get neighbouring colours.

    A minor chord has the colour of its relative major, as on the Camelot wheel.
    """
    root, _, quality = label.partition(":")
    root, quality = root.partition("/")[0], quality.partition("/")[0]
    minor = quality.startswith(("min", "dim", "hdim"))
    return hue(words.camelot(root, "minor" if minor else "major"))


def hue(camelot: str | None) -> int | None:
    """Degrees on the colour wheel of a Camelot name: 30 per hour of the clock."""
    return None if camelot is None else 30 * (int(camelot[:-1]) - 1)


def _keys(key: Key, duration: float) -> list[list[Any]]:
    """[start, end, name, Camelot, hue] per stretch of one key."""
    stretches = [(c.start, c.end, c.tonic, c.mode) for c in key.changes] or [
        (0.0, duration, key.tonic, key.mode)
    ]
    rows = []
    for start, end, tonic, mode in stretches:
        camelot = words.camelot(tonic, mode)
        rows.append([_ms(start), _ms(end), f"{tonic} {mode}", camelot or "", hue(camelot)])
    return rows


def _energy(energy: Energy) -> dict[str, Any] | None:
    """The curve at a steady step, at most ``CURVE_POINTS`` points."""
    if energy.times.size < 2:
        return None
    n_points = min(CURVE_POINTS, energy.times.size)
    times = np.linspace(energy.times[0], energy.times[-1], n_points)
    curve = np.interp(times, energy.times, energy.curve)
    return {
        "start": _ms(times[0]),
        "end": _ms(times[-1]),
        "level": int(energy.level),
        "curve": np.rint(100 * np.clip(curve, 0, 1)).astype(int).tolist(),
    }


def _tempo(tempo: Tempo) -> list[list[Any]] | None:
    """[start, end, bpm] per stretch; None when one tempo holds throughout."""
    if words.tempo_range(tempo) is None:
        return None
    return [[_ms(s.start), _ms(s.end), round(s.bpm, 2)] for s in tempo.segments]


def _content(segments: Any) -> list[list[Any]] | None:
    """[start, end, label]; None when all of it is music."""
    if {s.label for s in segments} <= {"music"}:
        return None
    joined = [[_ms(s.start), _ms(s.end), s.label] for s in segments]
    for previous, following in pairwise(joined):
        if previous[2] == following[2]:
            following[0] = previous[0]
            previous[1] = previous[0]
    return [row for row in joined if row[1] > row[0]]
