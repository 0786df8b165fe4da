"""A song's parts through our own synthesizer: the voices and drums of creation/sound."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mixolydian.core.types import Note
from mixolydian.creation.sound.kits import KITS, Kit
from mixolydian.creation.sound.synth import Strike, render_note
from mixolydian.creation.sound.voices import VOICES, varied
from mixolydian.theory.pitch import midi_to_hz
from mixolydian.training.datasets.accompany import LANES
from mixolydian.training.datasets.item import SAMPLE_RATE, Samples

LONGEST = 6.0
"""seconds a note is held at most."""
STEP = 1 / 32
"""seconds to which lengths are rounded, so that equal notes are rendered once."""
LEVELS = {
    "kick": 1.0, "snare": 0.8, "clap": 0.75, "hat": 0.32, "open": 0.36, "ride": 0.25, "crash": 0.4,
    "tom": 0.6, "perc": 0.35, "rim": 0.45, "cowbell": 0.25, "shaker": 0.3,
}  # fmt: skip
"""how strong the strokes of a lane are beside the kick."""
CHOICES: dict[str, tuple[str, ...]] = {
    "BASS": (
        "sub", "round", "saw", "square", "fm", "808", "organbass", "picked", "rolling", "upright",
        "acid",
    ),
    "MELODY": (
        "lead", "fmlead", "vox", "flute", "squarelead", "brass", "organ", "bell", "strings",
        "whistle", "trancelead", "moog", "marimba", "chip", "ooh", "aah", "synclead", "harp",
    ),
    "CHORDS": (
        "pad", "strings", "supersaw", "brass", "pluck", "organ", "piano", "guitar", "crunch",
        "epiano", "choir", "dark", "warm", "wurli", "stab", "clav", "glass", "kalimba", "harp",
    ),
}  # fmt: skip
"""voices that suit a role; BASS and MELODY have their own, all others play CHORDS."""


def choose_voice(role: str, rng: np.random.Generator) -> str:
    """The name of a voice that suits `role`."""
    suited = [v for v in CHOICES.get(role, CHOICES["CHORDS"]) if v in VOICES]
    return str(rng.choice(suited or sorted(VOICES)))


def play_part(
    notes: Iterable[Note], voice: str, seconds: float, cents: float, seed: int
) -> Samples:
    """The notes in `voice`, `cents` above 440 Hz tuning: float32 (2, n), onsets to the sample."""
    patch = varied(VOICES[voice], np.random.default_rng(seed))
    n = round(seconds * SAMPLE_RATE)
    out = np.zeros((2, n), dtype=np.float32)
    known: dict[tuple[float, int], Samples] = {}
    for note in notes:
        start = round(note.onset * SAMPLE_RATE)
        held = max(1, round(min(note.offset - note.onset, LONGEST) / STEP))
        key = (note.pitch, held)
        if key not in known:
            # a voice that transposes by octaves is asked for the octave it makes of it
            hz = midi_to_hz(note.pitch + cents / 100 - 12 * patch.octave)
            known[key] = np.asarray(render_note(patch, Strike(hz, held * STEP), seed))
        _add(out, known[key], start, note.velocity)
    return out


def _add(out: Samples, shot: Samples, start: int, velocity: int) -> None:
    """`shot` (2, m) into `out` at sample `start`; loudness follows velocity."""
    length = min(shot.shape[-1], out.shape[1] - start)
    if length > 0:
        out[:, start : start + length] += np.float32((velocity / 100) ** 1.5) * shot[..., :length]


def play_drums(notes: Iterable[Note], seconds: float, rng: np.random.Generator) -> Samples:
    """General MIDI drum notes on one of our kits: float32 (2, n)."""
    kit = Kit(str(rng.choice(sorted(KITS))), int(rng.integers(2**31)))
    out = np.zeros((2, round(seconds * SAMPLE_RATE)), dtype=np.float32)
    for number, note in enumerate(notes):
        lane = LANES.get(int(note.pitch), "perc")
        shot = np.float32(LEVELS[lane]) * kit.stroke(lane, note.velocity / 127, number)
        _add(out, np.atleast_2d(shot), round(note.onset * SAMPLE_RATE), note.velocity)
    return out
