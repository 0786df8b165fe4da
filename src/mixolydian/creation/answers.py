"""What an arrangement says to the questions of an analysis that no part of it answers by itself.

Energy, music, cues, harmony and rhythm in the words of `estimators/`, from exact values:

energy      curve: the energy asked of the section that holds, 0 outside the piece, at every
            half second. level 1–10 for 0.25–0.95 of this, over the curve's upper half:
            0.35 the curve, 0.2 strokes of any kind per second (2 → 0, 30 → 1), 0.2 kicks and
            bass notes per second (0 → 0, 6 → 1), 0.25 the tempo while there are kicks or
            bass (60 BPM → 0, 190 BPM → 1).
music       music from the first to the last sound; before it silence, or noise where the
            master hisses.
cues        as `estimators/cues.py` reads them off exact sections and drops.
harmony     mode; the row of chords that most of the piece stands on, as numerals of triads in
            the key that holds, with their bars and the share of the time; chords per bar;
            share inside the key. No absolute pitch, so that it stays true when the sound is
            played at another speed.
rhythm      tempo, meter, swing (share of the first of a pair: 0.5 straight, 0.667 triplets),
            half-time, onsets per beat, strokes per bar of every drum lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from mixolydian.core.types import Cue, Energy, FloatArray, Segment, Summary
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.genres import GENRES
from mixolydian.creation.harmony import Harmony
from mixolydian.creation.spans import ChordSpan, chord_spans
from mixolydian.creation.structure import plan_sections
from mixolydian.estimators.cues import KINDS, breakdowns, mix_in, mix_out
from mixolydian.theory.chord import ChordSymbol, parse_chord, reduce_majmin
from mixolydian.theory.harmony import is_diatonic, roman_numeral
from mixolydian.theory.mode import family
from mixolydian.theory.pitch import pitch_class

Row = tuple[tuple[str, float], ...]
"""(numeral, bars) of the chords of a progression."""

HOP = 0.5
"""seconds between values of the energy curve."""
BUSY = (2.0, 30.0)
"""strokes per second that count as 0 and 1."""
PUNCHY = 6.0
"""kicks and bass notes per second that count as 1."""
PACE = (60.0, 190.0)
"""BPM that count as 0 and 1."""
LEVELS = (0.25, 0.95)
"""energies that read 1 and 10."""
LEAST_SILENCE = 0.05
"""seconds of silence that are worth a segment of their own."""
AUDIBLE_HISS = -60.0
"""dB of hiss from which a lead-in is noise and not silence."""


def starts(arrangement: Arrangement, only: Sequence[str] | None = None) -> FloatArray:
    """Sorted times at which a stroke or note begins, of all stems or `only` these parts and
    lanes."""
    rows = {lane: [h.time for h in hits] for lane, hits in arrangement.drums.items()}
    rows |= {part.name: [n.onset for n in part.notes] for part in arrangement.parts}
    names = rows.keys() if only is None else only
    return np.sort(np.array([t for name in names for t in rows.get(name, [])], dtype=np.float64))


def _rate(times: FloatArray, at: FloatArray) -> FloatArray:
    """Events per second in the 2 s around each moment."""
    return np.asarray((np.searchsorted(times, at + 1) - np.searchsorted(times, at - 1)) / 2.0)


def energy_of(arrangement: Arrangement, duration: float) -> Energy:
    """The level and the curve; see the module's text."""
    at = np.asarray((np.arange(max(1, int(duration / HOP))) + 0.5) * HOP, dtype=np.float64)
    curve = np.zeros(len(at))
    for section in arrangement.sections:
        curve[(at >= section.start) & (at < section.end)] = section.energy
    upper = np.argsort(curve, kind="stable")[len(curve) // 2 :]
    drive = float(np.mean((0.35 * curve + _drive(arrangement, at))[upper]))
    low, high = LEVELS
    level = round(1 + 9 * (drive - low) / (high - low))
    return Energy(int(np.clip(level, 1, 10)), at, curve)


def _drive(arrangement: Arrangement, at: FloatArray) -> FloatArray:
    """How the notes drive (n,), 0–0.65, around each moment."""
    busy = _on_scale(_rate(starts(arrangement), at), BUSY)
    low_end = _rate(starts(arrangement, ("kick", "bass")), at)
    pace = _on_scale(np.full(len(at), arrangement.tempo.bpm), PACE) * (low_end > 0)
    return np.asarray(0.2 * busy + 0.2 * np.clip(low_end / PUNCHY, 0, 1) + 0.25 * pace)


def _on_scale(values: FloatArray, scale: tuple[float, float]) -> FloatArray:
    low, high = scale
    return np.asarray(np.clip((values - low) / (high - low), 0.0, 1.0))


def music_of(arrangement: Arrangement, duration: float) -> tuple[Segment, ...]:
    """Music, and what lies before it."""
    sounds = [*starts(arrangement), *(g.start for g in arrangement.gestures)]
    first = min(sounds, default=0.0)
    if first < LEAST_SILENCE:
        return (Segment(0.0, duration, "music"),)
    before = "noise" if arrangement.brief.mix.hiss >= AUDIBLE_HISS else "silence"
    return Segment(0.0, first, before), Segment(first, duration, "music")


def cues_of(arrangement: Arrangement) -> tuple[Cue, ...]:
    """Mix-in, drops, breakdowns and mix-out, in order of time."""
    sections = arrangement.sections
    cues = [Cue(mix_in(sections), "mix-in"), *(Cue(d.time, "drop") for d in arrangement.drops)]
    cues += [Cue(time, "breakdown") for time in breakdowns(sections)]
    if (out := mix_out(sections)) > cues[0].time:
        cues.append(Cue(out, "mix-out"))
    return tuple(sorted(cues, key=lambda cue: (cue.time, KINDS.index(cue.kind))))


def _triad(harmony: Harmony) -> ChordSymbol:
    """The chord in root position, without sevenths and ninths where it is major or minor."""
    symbol = Harmony(harmony.root, harmony.quality, harmony.root).symbol
    plain = reduce_majmin(symbol)
    return symbol if plain.root is None else plain


def _row(spans: Sequence[ChordSpan], meter: int) -> Row:
    """(numeral, bars) of the chords of one section up to where they begin anew."""
    rows = [
        (roman_numeral(_triad(s.harmony), s.tonic, family(s.mode)), (s.end - s.start) / meter)
        for s in spans
    ]
    names = [name for name, _ in rows]
    lengths = range(1, len(names) + 1)
    period = next(p for p in lengths if all(n == names[i % p] for i, n in enumerate(names)))
    return tuple(rows[:period])


def _joined(row: Row) -> tuple[list[str], list[float]]:
    """Numerals and bars of the row, equal neighbours joined."""
    groups = [(name, list(group)) for name, group in groupby(row, key=lambda step: step[0])]
    bars = [round(sum(length for _, length in group), 3) for _, group in groups]
    return [name for name, _ in groups], bars


def _main_row(arrangement: Arrangement) -> tuple[Row, float]:
    """The row that most of the piece stands on, and its share of the time.

    A section too short for the whole row stands on it as well.
    """
    brief = arrangement.brief
    plans = plan_sections(brief)
    spans = chord_spans(brief, plans)
    sections = [
        (
            _row(spans.inside(p.first_bar * brief.meter, p.last_bar * brief.meter), brief.meter),
            s.end - s.start,
        )
        for p, s in zip(plans, arrangement.sections, strict=True)
    ]

    def lasting(row: Row) -> float:
        names = [name for name, _ in row]
        return sum(t for r, t in sections if [name for name, _ in r] == names[: len(r)])

    best = max((row for row, _ in sections), key=lambda row: (lasting(row), len(row)))
    return best, lasting(best) / sum(seconds for _, seconds in sections)


def _diatonic(arrangement: Arrangement) -> float | None:
    """Share of the chords' time that stays inside the key that holds; None without chords."""
    inside, total = 0.0, 0.0
    for chord in arrangement.chords:
        symbol = parse_chord(chord.label)
        if symbol.root is None:
            continue
        begun = [k for k in arrangement.key_changes if k.start <= chord.start + 1e-6]
        key = begun[-1] if begun else arrangement.key_changes[0]
        total += chord.end - chord.start
        if is_diatonic(symbol, pitch_class(key.tonic), key.mode):
            inside += chord.end - chord.start
    return inside / total if total else None


def harmony_of(arrangement: Arrangement) -> Summary | None:
    """The harmony in words, or None where no chord is heard."""
    diatonic = _diatonic(arrangement)
    if diatonic is None:
        return None
    row, share = _main_row(arrangement)
    numerals, bars = _joined(row)
    facts = {
        "mode": arrangement.brief.mode,
        "progression": {"numerals": numerals, "bars": bars, "share": round(share, 3)},
        "harmonic_rhythm": {"chords_per_bar": round(len(bars) / sum(bars), 3)},
        "diatonic_share": round(diatonic, 3),
        "key_changes": len(arrangement.key_changes) - 1,
    }
    return Summary(facts)


def rhythm_of(arrangement: Arrangement) -> Summary:
    """The rhythm in words."""
    brief = arrangement.brief
    unit = "eighth" if GENRES[brief.genre].swing_unit == 0.5 else "sixteenth"
    onsets = starts(arrangement)
    distinct = 1 + int((np.diff(onsets) > 0.01).sum()) if len(onsets) else 0
    facts: dict[str, Any] = {
        "bpm": round(arrangement.tempo.bpm, 3),
        "steady": len(arrangement.tempo.segments) <= 1,
        "meter": f"{brief.meter}/{8 if brief.meter == 6 else 4}",
        "swing": round((1 + brief.swing) / 2, 4),
        "swing_unit": unit,
        "half_time": brief.half_time,
        "onsets_per_beat": round(distinct / len(arrangement.beats.times), 2),
        "strokes_per_bar": {
            lane: round(len(hits) / brief.n_bars, 2) for lane, hits in arrangement.drums.items()
        },
    }
    return Summary(facts)
