"""Composed pieces: a random brief, its arrangement and sound, and all that is true of it.

The truth answers every question of an analysis but emotion and timbre, on which there is no
truth. Beside it stand the brief, drum hits by lane, and whose notes are whose (`note_parts`:
for every note, the number of its part in `parts`). Pitches are as they sound, tuning and
all; a piece without pitch has no key.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mixolydian.audio.loudness import measure_loudness
from mixolydian.core.convert import value_to_json
from mixolydian.core.types import Loudness, Note
from mixolydian.creation.arrange import arrange
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.brief import Brief
from mixolydian.creation.document import brief_to_json
from mixolydian.creation.sound.mastering import master
from mixolydian.creation.sound.stems import n_samples, render_stems
from mixolydian.creation.sound.units import SAMPLE_RATE
from mixolydian.creation.truth import truth_document
from mixolydian.training.datasets.item import Item, Samples, Truth

CEILING = 0.99
"""peak that stems are brought down to."""
QUIETEST = -70.0
"""LUFS, the gate of EBU R128: what is quieter has no loudness."""


def composed_item(name: str, brief: Brief, stems: bool = False) -> Item:
    """The sound of `brief` and its truth; with `stems` also what the mix was mastered from."""
    arrangement = arrange(brief)
    bus = np.zeros((2, n_samples(arrangement)), dtype=np.float32)
    kept: dict[str, Samples] = {}
    for stem, samples in render_stems(arrangement):
        bus += samples
        if stems:
            kept[stem] = samples
    kept, lowered = _with_headroom(kept)
    mix, _ = master(bus, brief.mix)
    truth = composed_truth(arrangement, mix.shape[1] / SAMPLE_RATE)
    if stems:
        truth |= {"stems_sum": False, "stems_gain_db": lowered}
    return Item(name, np.asarray(mix, dtype=np.float32), SAMPLE_RATE, truth, kept)


def _with_headroom(stems: dict[str, Samples]) -> tuple[dict[str, Samples], float]:
    """Stems that fit into full scale, and the gain in dB that all of them were given for it."""
    peak = max((float(np.abs(y).max(initial=0.0)) for y in stems.values()), default=0.0)
    if peak <= CEILING:
        return stems, 0.0
    factor = np.float32(CEILING / peak)
    return {name: y * factor for name, y in stems.items()}, round(20 * float(np.log10(factor)), 4)


def composed_truth(arrangement: Arrangement, duration: float) -> Truth:
    """All that is true of `duration` seconds of the arrangement, its loudness apart."""
    truth = truth_document(arrangement, duration)
    truth |= {"style": arrangement.brief.genre, **_notes(arrangement)}
    if not arrangement.parts:
        truth["key"] = None
    return {**truth, "brief": brief_to_json(arrangement.brief)}


def _notes(arrangement: Arrangement) -> dict[str, Any]:
    """The notes at their sounding pitches, and the part of each."""
    cents = arrangement.brief.tuning_cents
    rows = [(n, i) for i, part in enumerate(arrangement.parts) for n in part.notes]
    rows.sort(key=lambda row: (row[0].onset, row[0].pitch, row[1]))
    notes = tuple(Note(n.onset, n.offset, n.pitch + cents / 100, n.velocity) for n, _ in rows)
    return {"notes": value_to_json("notes", notes), "note_parts": [i for _, i in rows]}


def with_loudness(item: Item) -> Item:
    """`item` with the loudness of its samples, as they are, in its truth."""
    measured = measure_loudness(item.samples, item.sample_rate)
    value = None
    if measured.lufs > QUIETEST:
        value = Loudness(
            float(measured.lufs), float(measured.true_peak_dbtp), float(measured.range_lu)
        )
    return replace(item, truth={**item.truth, "loudness": value_to_json("loudness", value)})
