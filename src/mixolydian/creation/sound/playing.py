"""Playing: drum strokes, notes and gestures put into a stem, each at its sample.

Equal notes are rendered once and reused; what a note sounds like never depends on what was
played before. Stems are float32 (2, n) at 44.1 kHz, changed in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mixolydian.core.types import FloatArray, Note
from mixolydian.creation.arrangement import GESTURES, Arrangement, Automation, Gesture, Hit, Part
from mixolydian.creation.names import STEM_OF_LANE
from mixolydian.creation.sound import automation, levels
from mixolydian.creation.sound.gestures import ENDS_AT_END, gesture
from mixolydian.creation.sound.kits import Kit
from mixolydian.creation.sound.synth import Strike, render_note
from mixolydian.creation.sound.units import gain, sample_of
from mixolydian.creation.sound.voices import Voice
from mixolydian.theory.pitch import midi_to_hz, pitch_class

LENGTH_STEP = 0.02
"""seconds to which held lengths are rounded, so that equal notes are rendered once."""
EDGE = 2e-3
"""seconds inside a note at which knobs are read, so that a note that ends where a section
ends knows nothing of the next one."""
OCTAVE_STEP = 0.25
"""octaves to which the cutoff of a note is rounded."""
CACHE_BYTES = 48 << 20
CHOKES = {"open": "hat"}
"""lane → lane whose stroke silences it."""
CHOKE_FADE = 220


def _place(y: FloatArray, sound: FloatArray, start: int, amount: float) -> None:
    """Add `sound` (2, m) to `y` (2, n) from sample `start` on; what lies outside is cut."""
    first, end = max(0, start), min(start + sound.shape[1], y.shape[1])
    if first < end:
        y[:, first:end] += np.float32(amount) * sound[:, first - start : end - start]


# --------------------------------------------------------------------------- drums


def add_hits(y: FloatArray, arrangement: Arrangement, lane: str) -> None:
    """Play one lane of the drums into `y`."""
    hits, brief = arrangement.drums[lane], arrangement.brief
    kit = Kit(arrangement.kit, brief.seed)
    own = levels.LANE_LEVEL[lane] - levels.loudness(kit.stroke(lane))
    level = gain(own + levels.stem_level(STEM_OF_LANE[lane], brief))
    pan = levels.LANE_PAN.get(lane, 0.0)
    sides = level * np.sqrt(np.array([[1 - pan], [1 + pan]], dtype=np.float32) / 2)
    shots: dict[int, FloatArray] = {}
    chokers = _times(arrangement, CHOKES.get(lane))
    for hit, variant in zip(hits, _variants(arrangement, hits), strict=True):
        stroke = kit.stroke(lane, hit.velocity, variant)
        shot = shots.setdefault(id(stroke), sides * stroke)
        _place(y, _choked(shot, hit.time, chokers), sample_of(hit.time), hit.velocity)


def _times(arrangement: Arrangement, lane: str | None) -> FloatArray:
    hits = arrangement.drums.get(lane, ()) if lane else ()
    return np.array(sorted(hit.time for hit in hits))


def _choked(shot: FloatArray, time: float, chokers: FloatArray) -> FloatArray:
    """`shot` cut where the next of `chokers` comes."""
    k = int(np.searchsorted(chokers, time + 1e-3))
    if k == len(chokers):
        return shot
    n = sample_of(float(chokers[k])) - sample_of(time) + CHOKE_FADE
    if n >= shot.shape[1]:
        return shot
    cut = shot[:, :n].copy()
    fade = min(n, CHOKE_FADE)
    cut[:, -fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return cut


def _variants(arrangement: Arrangement, hits: tuple[Hit, ...]) -> list[int]:
    """Which variant of a stroke each hit plays: by its sixteenth in the bar."""
    beats = arrangement.beats
    if not len(beats.times):
        return [0] * len(hits)
    at = np.interp([h.time for h in hits], beats.times, np.arange(len(beats.times)))
    nearest = np.clip(np.floor(at + 1e-6).astype(int), 0, len(beats.times) - 1)
    steps = (beats.positions[nearest] - 1) * 4 + np.round((at - nearest) * 4).astype(int)
    return [int(step * 2654435761 % 97) % 3 for step in steps]


# --------------------------------------------------------------------------- notes


def add_part(y: FloatArray, arrangement: Arrangement, part: Part) -> None:
    """Play the notes of `part` into `y`."""
    brief = arrangement.brief
    voice = in_tempo(part.voice, arrangement.tempo.bpm)
    cutoff = automation.knob(arrangement.automation, part.name, "cutoff")
    level = gain(levels.voice_gain(voice, part.stem) + levels.stem_level(part.stem, brief))
    sounds: dict[Strike, FloatArray] = {}
    size = 0
    for note, strike in strikes(part.notes, voice, cutoff, brief.tuning_cents):
        if strike not in sounds:
            if size > CACHE_BYTES:
                sounds, size = {}, 0
            sounds[strike] = level * render_note(voice, strike, brief.seed)
            size += sounds[strike].nbytes
        _place(y, sounds[strike], sample_of(note.onset), (note.velocity / 127) ** 1.2)


def in_tempo(voice: Voice, bpm: float) -> Voice:
    """`voice` with its wobble in time."""
    return replace(voice, wobble_rate=voice.sync * bpm / 60) if voice.sync else voice


def strikes(
    notes: tuple[Note, ...], voice: Voice, cutoff: Automation | None, cents: float
) -> Iterator[tuple[Note, Strike]]:
    """Each note and what the voice has to play for it."""
    ordered = sorted(notes, key=lambda n: (n.onset, n.pitch))
    ends = [_end(ordered, i) if voice.slide else n.offset for i, n in enumerate(ordered)]
    openings = _octaves(cutoff, [n.onset + EDGE for n in ordered])
    closings = _octaves(cutoff, [end - EDGE for end in ends])
    for i, (note, end) in enumerate(zip(ordered, ends, strict=True)):
        held = max(1, round((end - note.onset) / LENGTH_STEP)) * LENGTH_STEP
        touch = voice.touch * (note.velocity / 127 - 0.7)
        yield (
            note,
            Strike(
                midi_to_hz(note.pitch + cents / 100),
                round(held, 3),
                _stepped(touch + openings[i]),
                _stepped(touch + closings[i]),
                _tied_from(ordered, i, cents) if voice.slide else 0.0,
            ),
        )


def _tied_from(ordered: list[Note], i: int, cents: float) -> float:
    """Hz of the note that note `i` is tied to; 0 when it stands alone."""
    onset = ordered[i].onset
    for earlier in reversed(ordered[max(0, i - 8) : i]):
        if earlier.onset < onset:
            tied = earlier.offset >= onset - 1e-3 and earlier.pitch != ordered[i].pitch
            return float(midi_to_hz(earlier.pitch + cents / 100)) if tied else 0.0
    return 0.0


def _end(ordered: list[Note], i: int) -> float:
    """When a voice that plays one note at a time lets go of note `i`."""
    note = ordered[i]
    later = (n.onset for n in ordered[i + 1 : i + 8] if n.onset > note.onset)
    return min(note.offset, next(later, note.offset))


def _octaves(cutoff: Automation | None, times: list[float]) -> list[float]:
    if cutoff is None:
        return [0.0] * len(times)
    return [float(v) for v in automation.curve(cutoff, np.array(times))]


def _stepped(octaves: float) -> float:
    return round(octaves / OCTAVE_STEP) * OCTAVE_STEP


# --------------------------------------------------------------------------- gestures


def add_gestures(y: FloatArray, arrangement: Arrangement, stem: str) -> None:
    """Play the gestures of `stem` into `y`; those of one kind, length and root are rendered
    once, one kind after the other."""
    gestures = [g for g in arrangement.gestures if GESTURES[g.kind] == stem]
    level = gain(levels.stem_level(stem, arrangement.brief))
    sounds: dict[tuple[str, int, float], FloatArray] = {}
    for item in sorted(gestures, key=lambda g: (g.kind, g.start)):
        n, root = sample_of(item.end - item.start), _root(arrangement, item)
        if (item.kind, n, root) not in sounds:
            sounds = {key: s for key, s in sounds.items() if key[0] == item.kind}
            sounds[item.kind, n, root] = gesture(item.kind, n, arrangement.brief, root)
        sound = sounds[item.kind, n, root]
        start = sample_of(item.start)
        if item.kind in ENDS_AT_END:
            start = sample_of(item.end) - sound.shape[1]
        _place(y, sound, start, float(level) * item.level)


def _root(arrangement: Arrangement, item: Gesture) -> float:
    """Hz of the tonic that holds at the gesture, in the octave above A1."""
    keys = arrangement.key_changes
    tonic = next((k.tonic for k in reversed(keys) if k.start <= item.start + 1e-6), "A")
    pitch = 33 + (pitch_class(tonic) - 9) % 12
    return float(midi_to_hz(pitch + arrangement.brief.tuning_cents / 100))
