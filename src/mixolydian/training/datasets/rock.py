"""Rock as a band plays it: a drummer's performance, distorted guitars, a bass, a voice.

The drums are human performances (Groove MIDI, styles rock and punk). Over them: power chords on a
progression of four bars, by two guitars left and right through FluidSynth's overdriven and
distorted programs or through our own amplifier (a clean guitar, saturated, and the narrow band of
a loudspeaker), a bass on the roots, and a sung tune or a solo guitar in minor pentatonics. Times
in seconds, pitches as MIDI numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.training.datasets import fluidsynth
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
from mixolydian.training.datasets.degrade import band_limit
from mixolydian.training.datasets.groove import Row, click, counted, drum_notes, performances
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    Samples,
    content,
    truth_document,
)
from mixolydian.training.datasets.levels import loud_rms
from mixolydian.training.datasets.midi import MidiPart

STYLES = ("rock", "punk")
KITS, DISTORTED, CLEAN, BASSES = (0, 8, 16), (29, 30), (26, 27, 28), (33, 34)
"""General MIDI programs."""


def rows_of(data: Path) -> tuple[Row, ...]:
    """The performances in four-four of ``STYLES``; RequestError where there are none."""
    found = tuple(
        r
        for r in performances(data)
        if r["style"].split("/")[0] in STYLES and r["time_signature"] == "4-4"
    )
    if not found:
        raise RequestError(f"{data}: expected performances of rock of over 25 s, found none")
    return found


def amplified(y: Samples, rng: np.random.Generator) -> Samples:
    """A guitar (2, n) through an amplifier: overdriven softly, then a loudspeaker's band."""
    tight = band_limit(y, SAMPLE_RATE, float(rng.uniform(80, 200)), 9000.0)
    level = max(loud_rms(tight, SAMPLE_RATE), 1e-6)
    drive = 10 ** (float(rng.uniform(6, 34)) / 20)
    return cabinet(np.tanh(tight * np.float32(0.5 * drive / level)), rng)


def cabinet(y: Samples, rng: np.random.Generator) -> Samples:
    """The band of a guitar's loudspeaker."""
    return band_limit(y, SAMPLE_RATE, float(rng.uniform(70, 130)), float(rng.uniform(3500, 6500)))


def _stems(
    ground: Ground,
    drums: tuple[Note, ...],
    font: Path,
    seconds: float,
    rng: np.random.Generator,
) -> dict[str, Samples]:
    strokes = strokes_of(ground, rng)
    own = rng.random() < 0.5

    def played(program: int, notes: Sequence[Note], pan: int, cents: float = 0.0) -> Samples:
        return fluidsynth.play([MidiPart(program, notes, False, pan, cents)], font, seconds)

    def guitar(notes: Sequence[Note], pan: int) -> Samples:
        program = int(rng.choice(CLEAN if own else DISTORTED))
        y = played(program, notes, pan, float(rng.uniform(-6, 6)))
        return amplified(y, rng) if own else cabinet(y, rng)

    kit = MidiPart(int(rng.choice(KITS)), drums, True)
    stems = {
        "DRUMS": fluidsynth.play([kit], font, seconds, True),
        "BASS": played(int(rng.choice(BASSES)), bass_line(ground, strokes), 64),
        "GUITAR": guitar(power_chords(ground, strokes, rng), 16),
    }
    if rng.random() < 0.75:
        stems["GUITAR 2"] = guitar(power_chords(ground, strokes, rng), 112)
    tune, lead = tune_of(ground, rng), rng.random()
    if lead < 0.6:
        stems["MELODY"] = voice(tune, seconds, rng)
    elif lead < 0.8:
        stems["MELODY"] = guitar(tune.notes, 64)
    return stems


def item_of(request: Request, data: Path, soundfonts: Sequence[Path]) -> Item:
    """One performance, at 85–115 % of its tempo, with a band around it.

    Raises
    ------
    RequestError
        There is no soundfont, FluidSynth is not installed, or the corpus has no rock.
    """
    if not soundfonts:
        raise RequestError("a rock band needs FluidSynth and a soundfont; found none")
    rng = request.rng()
    rows = rows_of(data)
    row, font = rows[int(rng.integers(len(rows)))], soundfonts[int(rng.integers(len(soundfonts)))]
    speed = float(rng.uniform(0.85, 1.15))
    seconds = min(request.seconds, float(row["duration"]) / speed + 1.0)
    bpm = counted(row)[0] * speed
    drums = drum_notes(data / row["midi_filename"], speed, seconds)
    ground = ground_of(bpm, seconds, rng)
    samples = finished(_stems(ground, drums, font, seconds, rng), 8.0, 0.3, rng)
    duration = samples.shape[1] / SAMPLE_RATE
    values = {**click(bpm, 4, duration), "music": content("music", duration)}
    facts: dict[str, Any] = {"corpus": "groove", "song": row["id"], "soundfont": font.name}
    truth = truth_document("rock", list(request.seed), duration, values, facts)
    return Item(request.name, samples, SAMPLE_RATE, truth)
