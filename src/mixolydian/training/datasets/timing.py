"""What happens to a truth when its sound is shifted, sped up or transposed: all in one place.

A truth is walked by the names of its fields, so words that are added later follow along as
long as they use these names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mixolydian.theory.chord import format_chord, parse_chord
from mixolydian.theory.key import make_key, parse_key, tonic_pitch_class
from mixolydian.training.datasets.item import Truth

MOMENTS = {"start", "end", "anchor", "time", "times", "onset", "offset", "onsets"}
"""fields that hold points in time; `drums` holds lists of them by lane."""
SPANS = {"duration", "step"}
"""fields that hold lengths of time."""
RATES = {"bpm", "tracked_bpm", "hz", "ramp_bpm"}
"""fields in beats per minute or Hz."""
KEPT = {"brief", "augmented"}
"""what was asked for and what was done: not a statement about the sound."""
DECIMALS = 6
_Change = Callable[[str, float], float]


def _walk(node: Any, change: _Change, word: str = "") -> Any:
    """`node` with `change(word, number)` applied to every number under a field of interest."""
    if isinstance(node, dict):
        lanes = word == "drums"
        return {
            k: v if k in KEPT else _walk(v, change, "times" if lanes else k)
            for k, v in node.items()
        }
    if isinstance(node, (list, tuple)):
        return [_walk(v, change, word) for v in node]
    number = isinstance(node, (int, float)) and not isinstance(node, bool)
    if not number or word not in MOMENTS | SPANS | RATES:
        return node
    return round(change(word, float(node)), DECIMALS)


def shifted(truth: Truth, seconds: float) -> Truth:
    """The truth of the same sound after `seconds` of silence."""
    moved = _walk(truth, lambda word, x: x + seconds if word in MOMENTS else x)
    moved["duration"] = round(truth["duration"] + seconds, DECIMALS)
    if moved.get("chords"):
        first = moved["chords"][0]["start"]
        moved["chords"] = [{"start": 0.0, "end": first, "label": "N"}, *moved["chords"]]
    if moved.get("music"):
        first = moved["music"][0]["start"]
        silence = {"start": 0.0, "end": first, "label": "silence"}
        moved["music"] = [silence, *moved["music"]]
    return dict(moved)


def _sped(word: str, x: float, speed: float) -> float:
    return x * speed if word in RATES else x / speed


def sped_up(truth: Truth, speed: float) -> Truth:
    """The truth of the same sound played `speed` times as fast, as a record is: pitch follows."""
    moved = _walk(truth, lambda word, x: _sped(word, x, speed))
    return raised(dict(moved), 1200.0 * float(np.log2(speed)))


def raised(truth: Truth, cents: float) -> Truth:
    """The truth with every pitch `cents` higher; whole semitones go to the key, the rest to
    its tuning (−50 … +50 cents)."""
    out = {**truth}
    old = truth["key"]["tuning_cents"] if truth.get("key") else 0.0
    total = old + cents
    steps = round(total / 100)
    if truth.get("key"):
        out["key"] = _raised_key(truth["key"], steps, total - 100 * steps)
    if truth.get("chords"):
        rows = truth["chords"]
        out["chords"] = [{**c, "label": transposed_label(c["label"], steps)} for c in rows]
    if truth.get("notes"):
        lift = cents / 100
        rows = truth["notes"]
        out["notes"] = [{**n, "pitch": round(n["pitch"] + lift, 4)} for n in rows]
    return out


def _raised_key(key: dict[str, Any], steps: int, tuning: float) -> dict[str, Any]:
    moved = make_key(_pitch_class(key) + steps, key["mode"])
    changes = []
    for change in key.get("changes", ()):
        tonic = make_key(_pitch_class(change) + steps, change["mode"]).tonic
        changes.append({**change, "tonic": tonic})
    return {
        "tonic": moved.tonic,
        "mode": moved.mode,
        "camelot": moved.camelot,
        "open_key": moved.open_key,
        "tuning_cents": round(tuning, 1),
        "changes": changes,
    }


def _pitch_class(key: dict[str, Any]) -> int:
    return tonic_pitch_class(parse_key(f"{key['tonic']} {key['mode']}"))


def transposed_label(label: str, steps: int) -> str:
    """A chord label `steps` semitones higher; N and X stay."""
    symbol = parse_chord(label)
    if symbol.root is None or steps % 12 == 0:
        return label
    return format_chord(replace(symbol, root=(symbol.root + steps) % 12))
