"""Render human drum performances (Groove MIDI) that were played to a click.

``python -m benchmarks.crate.render_performances --out DIR --pieces 50 --seed 3``

Needs the `fluidsynth` program, a General MIDI soundfont, `mido`, and the Groove MIDI dataset
(Gillick et al., ICML 2019, CC BY 4.0) under ``--data``. The truth is the click: its tempo, and
its beats from time 0, whatever the drummer does around them. Only whole beats of over 25 s are
taken, not fills; the first minute of each is kept.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import mido
import numpy as np

from benchmarks.crate.render_scores import SAMPLE_RATE, SOUNDFONT, synthesise
from benchmarks.crate.store import write_piece
from mixolydian.core.convert import value_to_json
from mixolydian.training.datasets.groove import GENERAL_MIDI, Row, click, counted, performances
from mixolydian.training.datasets.store import write_index


def clicked(bpm: float, meter: int, duration: float) -> dict[str, Any]:
    """The answers "tempo" and "beats" for a steady click from time 0 to `duration` seconds."""
    return {q: value_to_json(q, v) for q, v in click(bpm, meter, duration).items()}


def chosen(data: Path, pieces: int, seed: int) -> list[Row]:
    """`pieces` performances drawn from the dataset, each a line of info.csv."""
    rows = list(performances(data))
    random.Random(seed).shuffle(rows)
    return rows[:pieces]


def in_general_midi(midi: mido.MidiFile) -> mido.MidiFile:
    """`midi` with the drum module's own pitches moved to the General MIDI ones, in place."""
    for track in midi.tracks:
        for message in track:
            if message.type in ("note_on", "note_off"):
                message.note = GENERAL_MIDI.get(message.note, message.note)
    return midi


def render_performance(folder: Path, row: Row, options: argparse.Namespace) -> str:
    """Render one performance; the name of its truth file."""
    name = row["id"].replace("/", "_")
    rng = np.random.default_rng([options.seed, *name.encode()])
    with tempfile.TemporaryDirectory() as scratch:
        midi = Path(scratch) / "performance.mid"
        in_general_midi(mido.MidiFile(options.data / row["midi_filename"])).save(midi)
        end = min(options.seconds, float(row["duration"]) + 1.0)
        y = synthesise(midi, options.soundfont, end, rng)
    return write_piece(folder, name, y, SAMPLE_RATE, truth_of(row, y.shape[1] / SAMPLE_RATE))


def truth_of(row: Row, duration: float) -> dict[str, Any]:
    """What the dataset says of a performance, in the words of a truth document."""
    return {
        "schema": "mixolydian.truth/1",
        "style": row["style"],
        "variant": "clean",
        "seed": row["id"],
        "song": row["id"],
        "duration": round(duration, 4),
        **clicked(*counted(row), duration),
    }


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the crate")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/open/groove_midi"))
    parser.add_argument("--pieces", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--soundfont", type=Path, default=Path(SOUNDFONT))
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Render the crate; returns the exit code."""
    options = _arguments(argv)
    names: list[str] = []
    facts = {"made_by": "benchmarks.crate.render_performances", "seed": options.seed}
    rows = chosen(options.data, options.pieces, options.seed)
    for row in rows:
        names.append(render_performance(options.out, row, options))
        write_index(options.out, names, facts)
        print(f"{len(names)}/{len(rows)} {names[-1]}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
