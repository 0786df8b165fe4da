"""What an arrangement says to every question of an analysis that its own document leaves open.

Energy, music, cues, harmony and rhythm in the words of `estimators/`, from exact values:

energy      curve: the energy asked of the section that holds, 0 outside the piece, at every
            half second. level 1–10: the mean of the curve's louder half, 0.4 of it as asked,
            0.3 strokes of any kind per second (2 → 0, 20 → 1) and 0.3 kicks and bass notes
            per second (0 → 0, 5 → 1), the scales of `estimators/energy.py`.
music       music from the first to the last sound; before it silence, or noise where the
            master hisses.
cues        as `estimators/cues.py` reads them off exact sections and drops.
harmony     mode, the row of chords as numerals (`theory.harmony.main_progression` over the
            triads that are heard), chords per bar, share inside the key. No absolute pitch,
            so that it stays true when the sound is played at another speed.
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
from mixolydian.estimators.cues import KINDS, breakdowns, mix_in, mix_out
from mixolydian.theory.chord import ChordSymbol, parse_chord, reduce_majmin
from mixolydian.theory.harmony import diatonic_share, main_progression, roman_numeral
from mixolydian.theory.mode import family
from mixolydian.theory.pitch import pitch_class

HOP = 0.5
"""seconds between values of the energy curve."""
BUSY = (2.0, 20.0)
"""strokes per second that count as 0 and 1."""
PUNCHY = 5.0
"""kicks and bass notes per second that count as 1."""
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
    low, high = BUSY
    busy = np.clip((_rate(starts(arrangement), at) - low) / (high - low), 0.0, 1.0)
    punch = np.clip(_rate(starts(arrangement, ("kick", "bass")), at) / PUNCHY, 0.0, 1.0)
    upper = np.argsort(curve, kind="stable")[len(curve) // 2 :]
    drive = float(np.mean((0.4 * curve + 0.3 * busy + 0.3 * punch)[upper]))
    return Energy(int(np.clip(round(1 + 9 * drive), 1, 10)), at, curve)


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


def _at_home(arrangement: Arrangement) -> list[tuple[ChordSymbol, float]]:
    """(chord moved to the piece's first key, seconds) of all chords that are heard as such."""
    home = pitch_class(arrangement.brief.tonic)
    rows = []
    for chord in arrangement.chords:
        symbol = parse_chord(chord.label)
        if symbol.root is None:
            continue
        keys = [k for k in arrangement.key_changes if k.start <= chord.start + 1e-6]
        shift = home - (pitch_class(keys[-1].tonic) if keys else home)
        moved = ChordSymbol((symbol.root + shift) % 12, symbol.quality, symbol.intervals)
        rows.append((moved, chord.end - chord.start))
    return rows


def _triad(symbol: ChordSymbol) -> ChordSymbol:
    plain = reduce_majmin(symbol)
    return symbol if plain.root is None else plain


def harmony_of(arrangement: Arrangement) -> Summary | None:
    """The harmony in words, or None where no chord is heard."""
    brief, timed = arrangement.brief, _at_home(arrangement)
    if not timed:
        return None
    tonic, mode = pitch_class(brief.tonic), family(brief.mode)
    triads = [symbol for symbol, _ in groupby(_triad(s) for s, _ in timed)]
    row = main_progression(triads)
    numerals = [roman_numeral(s, tonic, mode) for s in (row.symbols if row else triads[:1])]
    seconds = float(np.median([s for _, s in timed]))
    bars = (arrangement.end - float(arrangement.beats.times[0])) / brief.n_bars
    share = diatonic_share([s for s, _ in timed], [s for _, s in timed], tonic, mode)
    facts = {
        "mode": brief.mode,
        "progression": {"numerals": numerals, "share": round(row.share if row else 1.0, 3)},
        "harmonic_rhythm": {"chords_per_bar": round(bars / seconds, 2)},
        "diatonic_share": round(share, 3),
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
