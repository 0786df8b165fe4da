"""Scores of the classical canon, played as such: one ensemble, a hall, no drums.

The other players of scores (:mod:`~mixolydian.training.datasets.scores`) dress them as pop, for
the sake of chords and beats; here the instruments are those the music was written for, so that
its sound can be told from that of a band.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets.item import SAMPLE_RATE, Item, Request
from mixolydian.training.datasets.mixing import mixed
from mixolydian.training.datasets.scores import TAIL, Band, play_band, truth_of, varied
from mixolydian.training.datasets.song import Song

ENSEMBLES: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "piano": ((0,), (0,)),
    "harpsichord": ((6,), (6,)),
    "organ": ((19,), (19, 20)),
    "quartet": ((40,), (40, 41, 42)),
    "strings": ((48, 40), (48, 49, 42, 43)),
    "winds": ((73, 68, 71), (70, 71, 60, 68)),
    "orchestra": ((40, 73, 68, 48), (48, 60, 70, 71, 42, 49)),
    "song": ((52, 53), (0,)),
    "choir": ((52,), (52, 53)),
    "duo": ((40, 42, 73, 71, 68), (0,)),
    "guitar": ((24,), (24,)),
}
"""name → General MIDI programs of the melody, and of the other parts in turn."""
DRUMS = "DRUMS"


def ensemble(song: Song, soundfonts: Sequence[Path], rng: np.random.Generator) -> Band:
    """The song's parts for one of ``ENSEMBLES``."""
    if not soundfonts:
        raise RequestError("classical scores need FluidSynth and a soundfont; found none")
    first, others = ENSEMBLES[str(rng.choice(list(ENSEMBLES)))]
    parts = {role: notes for role, notes in song.tracks.items() if notes and role != DRUMS}
    lead = int(rng.choice(first))
    instruments: dict[str, int | str] = {
        role: lead if i == 0 else others[(i - 1) % len(others)] for i, role in enumerate(parts)
    }
    cents = round(float(rng.uniform(-35, 35)), 1) if rng.random() < 0.5 else 0.0
    soundfont = soundfonts[int(rng.integers(len(soundfonts)))]
    return Band(parts, instruments, soundfont, cents)


def item_of(request: Request, song: Song, soundfonts: Sequence[Path], corpus: str) -> Item:
    """`song` by a classical ensemble, as the request's seed says."""
    rng = request.rng()
    song = varied(song, request.seconds, rng)
    band = ensemble(song, soundfonts, rng)
    done = mixed(play_band(band, float(song.beats[-1]) + TAIL, rng), rng)
    truth = truth_of(song, band, request, corpus, done.samples.shape[1] / SAMPLE_RATE)
    return Item(
        request.name, done.samples, SAMPLE_RATE, {**truth, "style": "classical"}, done.stems
    )
