"""A small dense piece written by hand, for the tests of the sound engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixolydian.core.types import Beats, KeyChange, Note, Section, Tempo
from mixolydian.creation.arrangement import Arrangement, Automation, Gesture, Hit, Part
from mixolydian.creation.brief import Brief, Mix
from mixolydian.creation.sound.voices import VOICES

BPM = 120.0
BEAT = 60 / BPM
MIX = Mix(sidechain=0.5, reverb=0.4, delay=0.3, drive=0.4, tilt=1.0, loudness=-10.0)


def piece(bars: int = 4, mix: Mix = MIX, seed: int = 3) -> Arrangement:
    """`bars` bars at 120 BPM with every stem, gestures and automation."""
    beats = np.arange(4 * bars) * BEAT
    end = 4 * bars * BEAT
    return Arrangement(
        brief=Brief("techno", BPM, "A", "minor", (("drop", bars),), seed=seed, mix=mix),
        tempo=Tempo(BPM),
        beats=Beats(beats, np.arange(4 * bars) % 4 + 1, 4),
        key_changes=(KeyChange(0.0, end, "A", "minor"),),
        chords=(),
        sections=(Section(0.0, end, "drop", 1.0),),
        drops=(),
        parts=parts(bars),
        drums=drums(beats),
        kit="techno",
        gestures=(
            Gesture("riser", end / 2, end),
            Gesture("impact", 0.0, 2.0),
            Gesture("noise", 0.0, end, 0.5),
        ),
        automation=(
            Automation("chords", "cutoff", ((0.0, -1.0), (end, 1.0))),
            Automation("hats", "highpass", ((0.0, 20.0), (end / 4, 20.0), (end / 2, 500.0))),
            Automation("pad", "gain", ((0.0, -6.0), (end, 0.0))),
        ),
        end=end,
    )


def drums(beats: np.ndarray) -> dict[str, tuple[Hit, ...]]:
    sixteenths = np.arange(4 * len(beats)) * BEAT / 4
    return {
        "kick": tuple(Hit(float(t), 1.0) for t in beats),
        "clap": tuple(Hit(float(t), 0.9) for t in beats[1::2]),
        "hat": tuple(Hit(float(t), 0.5 + 0.4 * (i % 2)) for i, t in enumerate(sixteenths)),
        "open": tuple(Hit(float(t) + BEAT / 2, 0.8) for t in beats),
        "perc": tuple(Hit(float(t) + BEAT / 4, 0.7) for t in beats),
    }


def parts(bars: int) -> tuple[Part, ...]:
    chord = (57, 60, 64)
    notes: dict[str, list[Note]] = {"bass": [], "chords": [], "pad": [], "arpeggio": [], "lead": []}
    for bar in range(bars):
        start = 4 * bar * BEAT
        for k in range(8):
            at = start + k * BEAT / 2
            notes["bass"].append(Note(at, at + 0.2, 33, 100))
            notes["arpeggio"].append(Note(at, at + 0.15, chord[k % 3] + 12, 90))
        notes["chords"] += [Note(start + 0.75, start + 1.0, p, 100) for p in chord]
        notes["pad"] += [Note(start, start + 4 * BEAT, p, 80) for p in chord]
        notes["lead"].append(Note(start + 0.5, start + 1.4, 69 + bar % 3, 110))
    voices = {
        "bass": "reese", "chords": "stab", "pad": "pad", "arpeggio": "pluck", "lead": "lead",
    }  # fmt: skip
    return tuple(Part(n, n, VOICES[voices[n]], tuple(notes[n])) for n in notes)


def with_note(arrangement: Arrangement, name: str, index: int, pitch: float) -> Arrangement:
    """`arrangement` with one note of one part at another pitch."""
    changed = []
    for part in arrangement.parts:
        if part.name == name:
            notes = list(part.notes)
            notes[index] = replace(notes[index], pitch=pitch)
            part = replace(part, notes=tuple(notes))
        changed.append(part)
    return replace(arrangement, parts=tuple(changed))
