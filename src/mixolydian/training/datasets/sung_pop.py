"""Pop as it is sung: a song of POP909 whose melody is sung, over a band that is not distorted.

Beside `rock` it leaves a voice over drums as what does not tell the two apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.training.datasets.accompany import bass_part, drum_part
from mixolydian.training.datasets.bands import finished, voice
from mixolydian.training.datasets.item import SAMPLE_RATE, Item, Request
from mixolydian.training.datasets.melodies import melody_of
from mixolydian.training.datasets.scores import TAIL, Band, play_band, truth_of, varied
from mixolydian.training.datasets.song import Song

PROGRAMS = (0, 0, 2, 4, 5, 24, 25, 25, 26, 27, 48, 50, 89, 90)
KITS, BASSES = (0, 0, 8, 24, 25, 40), (32, 33, 35, 38)
"""General MIDI programs."""
DRUMMED = (3, 4)
"""meters that get drums and a bass."""


def _parts(song: Song, rng: np.random.Generator) -> dict[str, tuple[Note, ...]]:
    """What the band plays: the song without its melody, mostly with drums and a bass."""
    parts = {role: notes for role, notes in song.tracks.items() if notes}
    if song.meter in DRUMMED and rng.random() < 0.85:
        parts["DRUMS"] = drum_part(song, 0, rng)
        parts["BASS"] = bass_part(song, 0, rng)
    if rng.random() < 0.4:
        parts.pop("BRIDGE", None)
    parts.pop("MELODY", None)
    return parts


def _band(song: Song, font: Path, rng: np.random.Generator) -> Band:
    parts = _parts(song, rng)
    instruments: dict[str, int | str] = {role: int(rng.choice(PROGRAMS)) for role in parts}
    for role, programs in (("DRUMS", KITS), ("BASS", BASSES)):
        if role in parts:
            instruments[role] = int(rng.choice(programs))
    kept = {role: notes for role, notes in parts.items() if notes}
    return Band(kept, {role: instruments[role] for role in kept}, font, 0.0)


def item_of(request: Request, song: Song, soundfonts: Sequence[Path], corpus: str) -> Item:
    """`song` sung and played, as the request's seed says.

    Raises
    ------
    RequestError
        There is no soundfont, or FluidSynth is not installed.
    """
    if not soundfonts:
        raise RequestError("a pop band needs FluidSynth and a soundfont; found none")
    rng = request.rng()
    song = varied(song, request.seconds, rng)
    melody = melody_of(song)
    font = soundfonts[int(rng.integers(len(soundfonts)))]
    band = _band(song, font, rng)
    seconds = float(song.beats[-1]) + TAIL
    stems = play_band(band, seconds, rng)
    if melody is not None:
        stems["MELODY"] = voice(melody, seconds, rng)
    samples = finished(stems, 6.0, 0.2, rng)
    truth = truth_of(song, band, request, corpus, samples.shape[1] / SAMPLE_RATE)
    return Item(request.name, samples, SAMPLE_RATE, {**truth, "style": "pop"})
