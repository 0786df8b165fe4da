"""Songs by humans, played by random instruments: the sound and what the corpus says of it.

A song is cut, brought to another tempo and key, given instruments (General MIDI through
FluidSynth with a random soundfont, or our own voices), perhaps drums and a bass, and mixed.
Every part is a stem. Tuning is −50 … +50 cents in half of the items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.core.types import Beats, Chord, Note
from mixolydian.theory.key import make_key
from mixolydian.training.datasets import fluidsynth
from mixolydian.training.datasets.accompany import GROOVES, LANES, bass_part, drum_part
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    Samples,
    Truth,
    content,
    truth_document,
)
from mixolydian.training.datasets.midi import MidiPart
from mixolydian.training.datasets.mixing import mixed
from mixolydian.training.datasets.own_voices import choose_voice, play_drums, play_part
from mixolydian.training.datasets.song import (
    Song,
    bar_lines,
    excerpt,
    joined,
    scaled,
    tempo_of,
    transposed,
)

TAIL = 1.5
"""seconds of sound after the last beat."""
PROGRAMS: dict[str, tuple[int, ...]] = {
    "MELODY": (0, 4, 11, 22, 24, 25, 26, 40, 52, 56, 61, 64, 65, 68, 71, 73, 75, 80, 81, 85),
    "BRIDGE": (0, 5, 10, 11, 24, 27, 40, 45, 46, 48, 50, 60, 73, 79, 88, 98),
    "CHORDS": (0, 1, 2, 4, 5, 6, 7, 16, 17, 21, 24, 25, 26, 27, 46, 48, 50, 51, 89, 90),
    "BASS": (32, 33, 34, 35, 36, 38, 39),
}
"""General MIDI programs (0 = grand piano) per role; roles not named here play CHORDS."""
KITS = (0, 8, 16, 24, 25, 32, 40)


@dataclass(frozen=True, eq=False)
class Band:
    """What plays: role → notes, and role → General MIDI program or name of our own voice."""

    parts: dict[str, tuple[Note, ...]]
    instruments: dict[str, int | str]
    soundfont: Path | None
    """None: our own voices."""
    cents: float


def varied(song: Song, seconds: float, rng: np.random.Generator) -> Song:
    """About `seconds` of `song` in another key and at 80–120 % of its tempo."""
    faster = float(rng.uniform(0.8, 1.2))
    return transposed(
        scaled(excerpt(song, seconds * faster - TAIL, rng), 1 / faster), int(rng.integers(-5, 7))
    )


def orchestrate(song: Song, soundfonts: Sequence[Path], rng: np.random.Generator) -> Band:
    """Instruments for the song's tracks; one song in four goes to our own voices, drums and a
    bass come in where they are missing in about 60 %."""
    parts = {r: _played(notes, r, rng) for r, notes in song.tracks.items() if notes}
    if "BRIDGE" in parts and rng.random() < 0.2:
        del parts["BRIDGE"]
    if song.meter in GROOVES and "DRUMS" not in parts and rng.random() < 0.6:
        enter = min(int(rng.choice([0, 0, 4, 8])), len(bar_lines(song)) // 3)
        parts["DRUMS"] = drum_part(song, enter, rng)
        if song.chords and "BASS" not in parts:
            parts["BASS"] = bass_part(song, enter, rng)
    own = not soundfonts or rng.random() < 0.25
    soundfont = None if own else soundfonts[int(rng.integers(len(soundfonts)))]
    cents = round(float(rng.uniform(-50, 50)), 1) if rng.random() < 0.5 else 0.0
    instruments = {role: _instrument(role, own, rng) for role in parts}
    return Band(parts, instruments, soundfont, cents)


def _played(notes: Sequence[Note], role: str, rng: np.random.Generator) -> tuple[Note, ...]:
    """The notes louder or softer, a melody now and then in another octave."""
    gain = float(rng.uniform(0.7, 1.1))
    octave = int(rng.choice([0, 12, -12], p=[0.76, 0.14, 0.1])) if role == "MELODY" else 0
    return tuple(
        replace(n, pitch=n.pitch + octave, velocity=int(np.clip(n.velocity * gain, 20, 120)))
        for n in notes
    )


def _instrument(role: str, own: bool, rng: np.random.Generator) -> int | str:
    if role == "DRUMS":
        return "kit" if own else int(rng.choice(KITS))
    if own:
        return choose_voice(role, rng)
    return int(rng.choice(PROGRAMS.get(role, PROGRAMS["CHORDS"])))


def play_band(band: Band, seconds: float, rng: np.random.Generator) -> dict[str, Samples]:
    """Every part by itself: role → float32 (2, n) of `seconds`."""
    room = bool(rng.random() < 0.3)
    return {role: _play(band, role, seconds, room, rng) for role in band.parts}


def _play(band: Band, role: str, seconds: float, room: bool, rng: np.random.Generator) -> Samples:
    notes, instrument = band.parts[role], band.instruments[role]
    if isinstance(instrument, int) and band.soundfont is not None:
        pan = 64 if role in ("BASS", "DRUMS") else int(rng.integers(36, 92))
        part = MidiPart(instrument, notes, role == "DRUMS", pan, band.cents)
        return fluidsynth.play([part], band.soundfont, seconds, room)
    if role == "DRUMS":
        return play_drums(notes, seconds, rng)
    return play_part(notes, str(instrument), seconds, band.cents, int(rng.integers(2**31)))


def item_of(request: Request, song: Song, soundfonts: Sequence[Path], corpus: str) -> Item:
    """`song` rendered as the request's seed says; needs FluidSynth when there are soundfonts."""
    rng = request.rng()
    song = varied(song, request.seconds, rng)
    band = orchestrate(song, soundfonts, rng)
    seconds = float(song.beats[-1]) + TAIL
    done = mixed(play_band(band, seconds, rng), rng)
    truth = truth_of(song, band, request, corpus, done.samples.shape[1] / SAMPLE_RATE)
    return Item(request.name, done.samples, SAMPLE_RATE, truth, done.stems)


def truth_of(song: Song, band: Band, request: Request, corpus: str, duration: float) -> Truth:
    """The corpus's words on `song` as a truth document, with what was added here.

    `note_parts` holds for every note the place of its part in `parts`.
    """
    rows = [
        (n, i) for i, role in enumerate(band.parts) if role != "DRUMS" for n in band.parts[role]
    ]
    rows.sort(key=lambda row: (row[0].onset, row[0].pitch, row[1]))
    changes = song.keys if len(song.keys) > 1 else ()
    values: dict[str, Any] = {
        "tempo": tempo_of(song),
        "beats": Beats(song.beats, song.positions, song.meter),
        "key": make_key(song.tonic, song.mode, band.cents, changes),
        "chords": _heard_chords(song, band) or None,
        "notes": notes_in_tune([n for n, _ in rows], band.cents),
        "music": content("music", duration),
    }
    facts: dict[str, Any] = {
        "corpus": corpus,
        "song": song.name,
        "soundfont": band.soundfont.name if band.soundfont else None,
        "parts": dict(band.instruments),
        "note_parts": [i for _, i in rows],
        "drums": drum_lanes(band.parts.get("DRUMS", ())),
    }
    if song.audio_bpm is not None:
        facts["tracked_bpm"] = round(song.audio_bpm, 2)
    return truth_document(corpus, list(request.seed), duration, values, facts)


def _heard_chords(song: Song, band: Band) -> tuple[Chord, ...]:
    """The song's chords where some part plays them; a tune with drums and bass has none."""
    if set(band.parts) <= {"MELODY", "BASS", "DRUMS"}:
        return ()
    return joined(song.chords, float(song.beats[-1]))


def notes_in_tune(notes: Sequence[Note], cents: float) -> tuple[Note, ...]:
    """The notes as they sound: pitches with the tuning in them."""
    return tuple(replace(n, pitch=n.pitch + cents / 100) for n in notes) if cents else tuple(notes)


def drum_lanes(notes: Sequence[Note]) -> dict[str, list[float]]:
    """General MIDI drum notes as lane → times."""
    lanes: dict[str, list[float]] = {}
    for note in sorted(notes, key=lambda n: n.onset):
        lane = LANES.get(int(note.pitch), "perc")
        lanes.setdefault(lane, []).append(round(note.onset, 4))
    return lanes
