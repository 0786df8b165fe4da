"""Groove MIDI: human drum performances that were played to a click.

Gillick et al., ICML 2019, CC BY 4.0. The truth is the click: its tempo, and its beats from
time 0, whatever the drummer does around them. Only whole beats of over 25 s are taken, not
fills.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Beats, Note, Tempo, TempoSegment
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    content,
    truth_document,
)
from mixolydian.training.datasets.midi import read_midi
from mixolydian.training.datasets.mixing import mixed
from mixolydian.training.datasets.scores import KITS, Band, drum_lanes, play_band

MIN_SECONDS = 25.0
GENERAL_MIDI = {22: 42, 26: 46, 58: 43}
"""The drum module's pitches that General MIDI does not have (hi-hat edge, third tom)."""
Row = Mapping[str, str]
"""One line of the dataset's info.csv."""


@lru_cache(maxsize=4)
def performances(data: Path) -> tuple[Row, ...]:
    """Every long beat whose MIDI file is there; RequestError where the dataset is not."""
    try:
        with (data / "info.csv").open(newline="") as file:
            rows = [r for r in csv.DictReader(file) if is_long_beat(r)]
    except OSError as error:
        raise RequestError(f"{data}: expected Groove MIDI (info.csv …): {error}") from error
    return tuple(r for r in rows if (data / r["midi_filename"]).is_file())


def is_long_beat(row: Row) -> bool:
    """Whether a performance is a whole beat of over 25 s."""
    return row["beat_type"] == "beat" and float(row["duration"]) > MIN_SECONDS


def counted(row: Row) -> tuple[float, int]:
    """(bpm, meter) as counted: the file's tempo is in quarters, 6-8 is counted in eighths."""
    beats, unit = (int(n) for n in row["time_signature"].split("-"))
    return float(row["bpm"]) * unit / 4, beats


def click(bpm: float, meter: int, duration: float) -> dict[str, Any]:
    """Tempo and beats of a steady click from time 0 to `duration` seconds."""
    times = np.arange(int(duration * bpm / 60)) * 60 / bpm
    positions = np.arange(len(times)) % meter + 1
    return {
        "tempo": Tempo(bpm, (TempoSegment(0.0, duration, bpm, 0.0),)),
        "beats": Beats(times, positions, meter),
    }


def drum_notes(path: Path, speed: float, seconds: float) -> tuple[Note, ...]:
    """The hits of a performance, `speed` times as fast, in General MIDI pitches."""
    hits = (n for track in read_midi(path) for n in track.notes)
    return tuple(
        replace(
            n,
            onset=n.onset / speed,
            offset=n.offset / speed,
            pitch=float(GENERAL_MIDI.get(int(n.pitch), int(n.pitch))),
        )
        for n in hits
        if n.onset / speed < seconds
    )


def item_of(request: Request, row: Row, data: Path, soundfonts: Sequence[Path]) -> Item:
    """One performance at 80–120 % of its tempo, on a random kit."""
    rng = request.rng()
    speed = float(rng.uniform(0.8, 1.2))
    seconds = min(request.seconds, float(row["duration"]) / speed + 1.0)
    notes = drum_notes(data / row["midi_filename"], speed, seconds)
    own = not soundfonts or rng.random() < 0.25
    font = None if own else soundfonts[int(rng.integers(len(soundfonts)))]
    kit: int | str = "kit" if own else int(rng.choice(KITS))
    band = Band({"DRUMS": notes}, {"DRUMS": kit}, font, 0.0)
    done = mixed(play_band(band, seconds, rng), rng)
    duration = done.samples.shape[1] / SAMPLE_RATE
    bpm, meter = counted(row)
    values = {**click(bpm * speed, meter, duration), "music": content("music", duration)}
    facts: dict[str, Any] = {"corpus": "groove", "song": row["id"], "drum_style": row["style"]}
    facts |= {"drums": drum_lanes(notes), "parts": dict(band.instruments)}
    facts["soundfont"] = font.name if font else None
    truth = truth_document("groove", list(request.seed), duration, values, facts)
    return Item(request.name, done.samples, SAMPLE_RATE, truth, done.stems)
