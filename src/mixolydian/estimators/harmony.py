"""Harmony: what the key and chords of a track amount to, in words a reader understands.

Conventions
-----------
A Summary of facts: `key`; `chords` (the most used, with their share of the sounding time);
`progression` (the row of chords that repeats most, as Roman numerals in the key, with the
share of all chords it covers); `harmonic_rhythm` (chords per bar, and seconds per chord);
`diatonic_share`; `cadences` (counts); `key_changes` (how many); `mode` (major, minor, or the
modal colour: dorian, phrygian, lydian, mixolydian, harmonic minor); and `text`, one sentence
that says it. Numerals are read in the key that holds when the chord sounds.
Shares lie in [0, 1]. The definitions are those of theory/harmony.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Chord, Estimate, Key, Summary
from mixolydian.estimators import tonal
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.theory import harmony as theory
from mixolydian.theory.chord import ChordSymbol, format_chord, parse_chord, reduce_majmin
from mixolydian.theory.key import tonic_pitch_class
from mixolydian.theory.pitch import pitch_class

_MIN_PROGRESSION_SHARE = 0.35
"""A row that covers less of the chords is not called the main progression."""


@dataclass(frozen=True)
class HarmonyEstimator(Estimator):
    """A summary of key and chords; see the module's text."""

    question: ClassVar[str] = "harmony"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("beats", "key", "chords")

    most_used: int = 6
    """How many chords are listed."""

    def answer(self, features: Features, given: Given) -> Estimate[Summary]:
        key = given["key"].value if "key" in given else None
        chords = given["chords"].value if "chords" in given else None
        if not isinstance(key, Key):
            return unanswered("needs a key: none was found")
        timed = _sounding(chords or (), key)
        if not timed:
            return unanswered("needs chords: none were found")
        facts = self._facts(key, timed, tonal.beats_of(given))
        confidences = (given["key"].confidence, given["chords"].confidence)
        known = [1.0 if c is None else c for c in confidences]
        return Estimate(Summary(facts), confidence=known[0] * known[1])

    def _facts(self, key: Key, timed: list[_Timed], beats: Beats | None) -> dict[str, Any]:
        tonic = tonic_pitch_class(key)
        symbols, durations = [c.at_home for c in timed], [c.seconds for c in timed]
        row = theory.main_progression(_triads(symbols))
        facts: dict[str, Any] = {
            "key": str(key),
            "mode": theory.modal_colour(_pitch_class_weights(timed), tonic, key.mode),
            "chords": _most_used(timed, key, self.most_used),
            "progression": _progression(row, tonic, key.mode),
            "harmonic_rhythm": _harmonic_rhythm(durations, beats),
            "diatonic_share": round(theory.diatonic_share(symbols, durations, tonic, key.mode), 3),
            "cadences": theory.cadences(symbols, tonic, key.mode),
            "key_changes": max(0, len(key.changes) - 1),
        }
        return facts | {"text": _sentence(facts)}


@dataclass(frozen=True)
class _Timed:
    """A chord, how long it sounds, and the same chord moved from the key that holds at the
    time to the main key: a song that shifts up keeps its progression."""

    symbol: ChordSymbol
    at_home: ChordSymbol
    seconds: float


def _sounding(chords: Sequence[Chord], key: Key) -> list[_Timed]:
    """Chords without N and X; a chord that returns right after those is joined."""
    timed: list[_Timed] = []
    for c in chords:
        symbol = parse_chord(c.label)
        if symbol.root is None:
            continue
        seconds = c.end - c.start
        if timed and timed[-1].symbol == symbol:
            seconds += timed.pop().seconds
        timed.append(_Timed(symbol, _move(symbol, _shift((c.start + c.end) / 2, key)), seconds))
    return timed


def _shift(time: float, key: Key) -> int:
    """Semitones from the tonic that holds at `time` to the main tonic."""
    for change in key.changes:
        if change.start <= time < change.end and change.mode == key.mode:
            return tonic_pitch_class(key) - pitch_class(change.tonic)
    return 0


def _move(symbol: ChordSymbol, semitones: int) -> ChordSymbol:
    root = None if symbol.root is None else (symbol.root + semitones) % 12
    return ChordSymbol(root, symbol.quality, symbol.intervals, symbol.bass)


def _root_position(symbol: ChordSymbol) -> ChordSymbol:
    """The same chord with its root in the bass: inversions do not make a new progression."""
    return ChordSymbol(symbol.root, symbol.quality, symbol.intervals)


def _triads(symbols: Sequence[ChordSymbol]) -> list[ChordSymbol]:
    """Chords without sevenths and inversions, neighbours differing: the row behind them."""
    triads: list[ChordSymbol] = []
    for symbol in symbols:
        triad = reduce_majmin(symbol)
        triad = triad if triad.root is not None else _root_position(symbol)
        if not triads or triads[-1] != triad:
            triads.append(triad)
    return triads


def _pitch_class_weights(timed: Sequence[_Timed]) -> list[float]:
    """Seconds for which each pitch class is part of the chord, (12,)."""
    weights = [0.0] * 12
    for chord in timed:
        for pc in chord.at_home.pitch_classes:
            weights[pc] += chord.seconds
    return weights


def _most_used(timed: Sequence[_Timed], key: Key, count: int) -> list[dict[str, Any]]:
    """The chords that sound longest: label, numeral and share of the sounding time."""
    seconds: dict[tuple[ChordSymbol, ChordSymbol], float] = {}
    for chord in timed:
        name = _root_position(chord.symbol), _root_position(chord.at_home)
        seconds[name] = seconds.get(name, 0.0) + chord.seconds
    total = sum(seconds.values())
    ranked = sorted(seconds.items(), key=lambda entry: -entry[1])
    return [
        {
            "label": format_chord(symbol, key.tonic, key.mode),
            "numeral": theory.roman_numeral(at_home, tonic_pitch_class(key), key.mode),
            "share": round(duration / total, 3),
        }
        for (symbol, at_home), duration in ranked[:count]
    ]


def _progression(row: theory.Progression | None, tonic: int, mode: str) -> dict[str, Any] | None:
    if row is None or row.share < _MIN_PROGRESSION_SHARE:
        return None
    numerals = [theory.roman_numeral(s, tonic, mode) for s in row.symbols]
    return {"numerals": numerals, "share": round(row.share, 3)}


def _harmonic_rhythm(durations: Sequence[float], beats: Beats | None) -> dict[str, float | None]:
    """Median length of a chord in seconds, and chords per bar where bars are known."""
    seconds = sorted(durations)[len(durations) // 2]
    per_bar = None
    if beats is not None and beats.downbeats.size > 1:
        downbeats = beats.downbeats
        bar = float((downbeats[-1] - downbeats[0]) / (downbeats.size - 1))
        per_bar = round(bar / seconds, 2)
    return {"seconds_per_chord": round(seconds, 2), "chords_per_bar": per_bar}


def _sentence(facts: dict[str, Any]) -> str:
    """One sentence that says what the facts say."""
    row = facts["progression"]
    if row is not None:
        what = f"circles through {'–'.join(row['numerals'])}"
    elif len(facts["chords"]) == 1:
        what = f"stays on {facts['chords'][0]['numeral']}"
    else:
        what = f"moves mostly between {' and '.join(c['numeral'] for c in facts['chords'][:2])}"
    colour = facts["mode"]
    plain = colour in ("major", "minor")
    name = facts["key"] if plain else f"{facts['key']} with a {colour} colour"
    diatonic = round(100 * facts["diatonic_share"])
    return f"In {name}, it {what}; {diatonic} % of the harmony stays in the key."
