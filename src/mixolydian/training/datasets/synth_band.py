"""Synthesizers playing what a rock band plays, from a grid and on machines' drums: electronic.

Beside `rock`, whose chords, rhythms and way through the mix it shares, it leaves the sound of the
instruments as what tells the two apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.training.datasets import fluidsynth
from mixolydian.training.datasets.accompany import DRUM_NOTES
from mixolydian.training.datasets.bands import (
    Ground,
    bass_line,
    finished,
    ground_of,
    power_chords,
    strokes_of,
    tune_of,
    voice,
)
from mixolydian.training.datasets.groove import click
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    Samples,
    content,
    truth_document,
)
from mixolydian.training.datasets.midi import MidiPart

GROOVES = (
    {"kick": "x...x...x...x...", "open": "..x...x...x...x.", "snare": "....x.......x..."},
    {"kick": "x...x...x...x...", "hat": "x.x.x.x.x.x.x.x.", "snare": "....x.......x..."},
    {"kick": "x.....x...x.....", "hat": "xxxxxxxxxxxxxxxx", "snare": "....x.......x..."},
    {"kick": "x..x..x...x.....", "hat": "x.xxx.x.x.xxx.x.", "snare": "....x.......x..x"},
)
KITS = (8, 24, 25, 25)
CHORDS = (50, 51, 62, 63, 80, 81, 84, 89, 90, 91, 94, 95)
ARPEGGIO = (80, 81, 82, 86, 87, 98, 99)
LEADS = (80, 81, 82, 83, 84, 85, 87)
BASSES = (38, 39, 87, 81)
"""General MIDI programs."""


def _drums(ground: Ground, rng: np.random.Generator) -> tuple[Note, ...]:
    groove, notes = GROOVES[int(rng.integers(len(GROOVES)))], []
    for b in range(ground.bars):
        for lane, pattern in groove.items():
            for place, c in enumerate(pattern):
                if c == "x":
                    at = (b + place / 16) * ground.bar
                    loud = 110 if place % 4 == 0 else 85
                    notes.append(Note(at, at + 0.1, float(DRUM_NOTES[lane]), loud))
    return tuple(notes)


def _arpeggio(ground: Ground, rng: np.random.Generator) -> tuple[Note, ...]:
    """Sixteenths or eighths up and down the chord."""
    per_bar, steps = int(rng.choice([8, 16])), rng.permutation([0, 7, 12, 15, 19, 12])
    notes = []
    for b, root in enumerate(ground.roots):
        for i in range(per_bar):
            at = (b + i / per_bar) * ground.bar
            pitch = ground.key + 12 + root + int(steps[i % len(steps)])
            notes.append(Note(at, at + 0.9 * ground.bar / per_bar, float(pitch), 90))
    return tuple(notes)


def _stems(
    ground: Ground, font: Path, seconds: float, rng: np.random.Generator
) -> dict[str, Samples]:
    strokes = strokes_of(ground, rng)

    def played(programs: Sequence[int], notes: Sequence[Note], pan: int = 64) -> Samples:
        part = MidiPart(int(rng.choice(programs)), notes, False, pan)
        return fluidsynth.play([part], font, seconds)

    kit = MidiPart(int(rng.choice(KITS)), _drums(ground, rng), True)
    stems = {
        "DRUMS": fluidsynth.play([kit], font, seconds),
        "BASS": played(BASSES, bass_line(ground, strokes)),
        "CHORDS": played(CHORDS, power_chords(ground, strokes, rng), int(rng.integers(24, 104))),
    }
    if rng.random() < 0.6:
        stems["ARPEGGIO"] = played(ARPEGGIO, _arpeggio(ground, rng), int(rng.integers(24, 104)))
    tune, lead = tune_of(ground, rng), rng.random()
    if lead < 0.5:
        stems["MELODY"] = played(LEADS, tune.notes)
    elif lead < 0.7:
        stems["MELODY"] = voice(tune, seconds, rng)
    return stems


def item_of(request: Request, soundfonts: Sequence[Path]) -> Item:
    """A piece of the request's seconds at 85–150 BPM.

    Raises
    ------
    RequestError
        There is no soundfont, or FluidSynth is not installed.
    """
    if not soundfonts:
        raise RequestError("synthesizers need FluidSynth and a soundfont; found none")
    rng = request.rng()
    font = soundfonts[int(rng.integers(len(soundfonts)))]
    bpm, seconds = float(rng.uniform(85, 150)), request.seconds
    samples = finished(_stems(ground_of(bpm, seconds, rng), font, seconds, rng), 8.0, 0.3, rng)
    duration = samples.shape[1] / SAMPLE_RATE
    values = {**click(bpm, 4, duration), "music": content("music", duration)}
    facts: dict[str, Any] = {"corpus": "own", "soundfont": font.name}
    truth = truth_document("synthesizers", list(request.seed), duration, values, facts)
    return Item(request.name, samples, SAMPLE_RATE, truth)
