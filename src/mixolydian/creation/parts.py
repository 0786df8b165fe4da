"""Pitched parts: chord spans, bass, chords, pads, arpeggios and lead as exact notes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray, IntArray, Note
from mixolydian.creation.brief import TONICS, Brief
from mixolydian.creation.grid import Grid
from mixolydian.creation.harmony import Harmony, progression, scale_pitches, voicing
from mixolydian.creation.patterns import BassStep, bass_riff, melody_phrase, strokes
from mixolydian.creation.percussion import brief_groove
from mixolydian.creation.structure import SectionPlan
from mixolydian.creation.styles import STYLES

Played = tuple[str, str, str, tuple[Note, ...]]
"""(name, stem, voice, notes) of one part."""


@dataclass(frozen=True)
class ChordSpan:
    """`harmony` from beat `start` to beat `end`, in the key of `tonic` (0–11) and `mode`."""

    start: float
    end: float
    harmony: Harmony
    tonic: int
    mode: str


def chord_spans(brief: Brief, plans: tuple[SectionPlan, ...]) -> tuple[ChordSpan, ...]:
    """The chords under the whole piece: one progression for the verse-like sections, perhaps
    another for chorus-like ones; each section starts its progression anew."""
    rng = brief.random("harmony")
    style = STYLES[brief.style]
    bars_per_chord = float(rng.choice(style.bars_per_chord))
    two = rng.random() < (0.7 if style.form == "song" else 0.25)
    seeds = {"main": int(rng.integers(2**31)), "other": int(rng.integers(2**31))}
    spans: list[ChordSpan] = []
    for plan in plans:
        which = "other" if two and plan.label in ("chorus", "bridge", "breakdown") else "main"
        spans += _section_spans(brief, plan, seeds[which], bars_per_chord)
    return tuple(spans)


def _section_spans(
    brief: Brief, plan: SectionPlan, seed: int, bars_per_chord: float
) -> list[ChordSpan]:
    style = STYLES[brief.style]
    width = bars_per_chord * brief.meter
    first, last = plan.first_bar * brief.meter, plan.last_bar * brief.meter
    out = []
    beat, i = float(first), 0
    while beat < last:
        tonic, mode = key_at(brief, int(beat // brief.meter))
        chords = progression(
            style.progressions, tonic, mode, np.random.default_rng(seed),
            style.sevenths, style.inversions,
        )  # fmt: skip
        end = min(beat + width, float(last))
        out.append(ChordSpan(beat, end, chords[i % len(chords)], tonic, mode))
        beat, i = end, i + 1
    return out


def key_at(brief: Brief, bar: int) -> tuple[int, str]:
    """(tonic pitch class, mode) that holds in `bar`."""
    tonic, mode = brief.tonic, brief.mode
    for start, t, m in sorted(brief.key_changes):
        if bar >= start:
            tonic, mode = t, m
    return TONICS.index(tonic), mode


class _Score:
    """Collects notes written in beats and turns them into seconds."""

    def __init__(self, brief: Brief, grid: Grid, purpose: str) -> None:
        self._grid, self._jitter = grid, brief.jitter / 1000
        self._rng = brief.random(purpose)
        self.notes: list[Note] = []

    def add(self, beat: float, length: float, pitch: int, velocity: float) -> None:
        late = float(np.clip(self._rng.normal(0, self._jitter), -0.03, 0.03))
        onset = max(0.0, self._grid.play(beat) + late)
        offset = max(onset + 0.03, self._grid.play(beat + length) + late)
        value = int(np.clip(round(127 * velocity), 1, 127))
        self.notes.append(Note(onset, offset, float(pitch), value))


def _span_at(spans: tuple[ChordSpan, ...], starts: FloatArray, beat: float) -> ChordSpan:
    index = int(np.searchsorted(starts, beat + 1e-6, side="right")) - 1
    return spans[max(index, 0)]


def play_bass(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: tuple[ChordSpan, ...], grid: Grid
) -> Played:
    """The bass line: a riff of one to four bars on the chords' basses."""
    rng = brief.random("bass")
    style = STYLES[brief.style]
    idiom = str(rng.choice(style.bass))
    voice = str(rng.choice(style.bass_voices))
    groove = brief_groove(brief)
    riff = bass_riff(idiom, brief.meter, groove.get("kick", "X..............."), rng)
    low = int(rng.integers(28, 34)) + (7 if idiom == "acid" else 0)
    starts = np.array([s.start for s in spans])
    score = _Score(brief, grid, "bass feel")
    for plan in plans:
        if "bass" not in plan.layers:
            continue
        for bar in range(plan.first_bar, plan.last_bar):
            for step in riff[(bar - plan.first_bar) % len(riff)]:
                beat = bar * brief.meter + step.position
                span = _span_at(spans, starts, beat)
                pitch = _bass_pitch(step, span, _span_at(spans, starts, span.end + 0.01), low, rng)
                end = min(beat + step.length, plan.last_bar * brief.meter)
                score.add(beat, max(end - beat, 0.05), pitch, step.velocity)
    return ("bass", "bass", voice, tuple(score.notes))


def _bass_pitch(
    step: BassStep, span: ChordSpan, following: ChordSpan, low: int, rng: np.random.Generator
) -> int:
    """MIDI pitch of one bass step, in the octave above `low` (the octave tone one higher)."""
    intervals = span.harmony.intervals
    base = low + (span.harmony.bass - low) % 12
    root = low + (span.harmony.root - low) % 12
    if step.tone == "third":
        return low + (root + intervals[1] - low) % 12
    if step.tone == "fifth":
        return root + intervals[2]
    if step.tone == "seventh":
        return root + (intervals[3] if len(intervals) > 3 else 10)
    if step.tone == "octave":
        return base + 12
    if step.tone == "approach":
        target = low + (following.harmony.bass - low) % 12
        return target + int(rng.choice([-2, -1, 1, 2]))
    return base


def play_chords(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: tuple[ChordSpan, ...], grid: Grid
) -> tuple[Played, ...]:
    """Comping, pad and arpeggio over the chord spans."""
    rng = brief.random("chords")
    style = STYLES[brief.style]
    comp, pad, arp = (_Score(brief, grid, f"{n} feel") for n in ("comping", "pad", "arpeggio"))
    rhythm = str(rng.choice(style.chord_rhythms))
    center = int(rng.integers(58, 67))
    arp_step = float(rng.choice([0.25, 0.5])) if brief.meter != 6 else 1.0
    shape = rng.permutation(8)
    hold = float(rng.uniform(0.4, 1.0))
    previous: tuple[int, ...] = ()
    for span in spans:
        plan = next(p for p in plans if p.first_bar <= span.start / brief.meter < p.last_bar)
        pitches = voicing(span.harmony, previous, center)
        previous = pitches
        if "chords" in plan.layers:
            _comp(comp, span, pitches, rhythm, hold, brief.meter, rng)
        if "pad" in plan.layers:
            for p in pitches:
                pad.add(span.start, span.end - span.start, p, 0.7)
        if "arpeggio" in plan.layers:
            _arpeggio(arp, span, pitches, arp_step, shape)
    voices = [str(v) for v in rng.permutation(style.chord_voices)]
    pad_voice = str(rng.choice(["pad", "pad", "dark", "strings", "choir"]))
    arp_voice = str(rng.choice(["pluck", "bell", "square", "epiano"]))
    return (
        ("comping", "harmony", voices[0], tuple(comp.notes)),
        ("pad", "harmony", pad_voice, tuple(pad.notes)),
        ("arpeggio", "harmony", arp_voice, tuple(arp.notes)),
    )


def _comp(
    score: _Score,
    span: ChordSpan,
    pitches: tuple[int, ...],
    rhythm: str,
    hold: float,
    meter: int,
    rng: np.random.Generator,
) -> None:
    if rhythm == "hold":
        for p in pitches:
            score.add(span.start, (span.end - span.start) * 0.98, p, 0.75)
        return
    first, last = int(span.start // meter), int(np.ceil(span.end / meter))
    for bar in range(first, last):
        for s in strokes(rhythm, bar, meter, rng):
            beat = bar * meter + s.position
            if not span.start - 1e-9 <= beat < span.end - 1e-9:
                continue
            length = min(max(s.length * hold, 0.2), span.end - beat)
            for p in pitches:
                score.add(beat, length, p, s.velocity * 0.9)


def _arpeggio(
    score: _Score, span: ChordSpan, pitches: tuple[int, ...], step: float, shape: IntArray
) -> None:
    """The chord's tones over two octaves in a fixed order of eight steps."""
    ladder = sorted({*pitches, *(p + 12 for p in pitches)})
    for i, beat in enumerate(np.arange(span.start, span.end - 1e-6, step)):
        pitch = ladder[int(shape[i % len(shape)]) % len(ladder)]
        score.add(float(beat), step * 0.8, pitch, 0.8 if i % 4 == 0 else 0.6)


def play_lead(
    brief: Brief, plans: tuple[SectionPlan, ...], spans: tuple[ChordSpan, ...], grid: Grid
) -> Played:
    """A melody: chord tones on strong positions, steps of the scale between them."""
    rng = brief.random("lead")
    style = STYLES[brief.style]
    voice = str(rng.choice(style.lead_voices))
    step = 1.0 if brief.meter == 6 else float(rng.choice([0.25, 0.5, 0.5]))
    phrases = {
        group: melody_phrase(int(rng.choice([2, 4, 8])), brief.meter, step, rng)
        for group in ("main", "chorus")
    }
    starts = np.array([s.start for s in spans])
    low = int(rng.integers(64, 72))
    score = _Score(brief, grid, "lead feel")
    for plan in plans:
        if "lead" not in plan.layers:
            continue
        phrase = phrases["chorus" if plan.label in ("chorus", "drop") else "main"]
        pitch = low + 6
        for bar in range(plan.first_bar, plan.last_bar):
            for note in phrase[(bar - plan.first_bar) % len(phrase)]:
                beat = bar * brief.meter + note.position
                span = _span_at(spans, starts, beat)
                pitch = _melody_pitch(pitch, note.steps, note.strong, span, low)
                score.add(beat, note.length, pitch, 0.9 if note.strong else 0.72)
    return ("lead", "lead", voice, tuple(score.notes))


def _melody_pitch(pitch: int, steps: int, strong: bool, span: ChordSpan, low: int) -> int:
    """The next pitch: `steps` along the scale, pulled to the chord on strong positions."""
    scale = np.array(scale_pitches(span.tonic, span.mode, low - 3, low + 17))
    index = int(np.argmin(np.abs(scale - pitch))) + steps
    wanted = int(scale[int(np.clip(index, 0, len(scale) - 1))])
    if not strong:
        return wanted
    tones = [p for p in range(low - 3, low + 18) if p % 12 in span.harmony.pitch_classes]
    return min(tones, key=lambda p: (abs(p - wanted), p))
