"""Fit the constants of `models/mir_scale.py`: our measurements on the emotion table's scale.

Usage: python -m benchmarks.fit_emotion_scale --data DIR --frames FOLDER > mir_scale.py

DIR holds the corpora (turkish_music_emotion, electronic, and the scores that are rendered);
FOLDER keeps the frames of what is heard. The reference is a broad mixture of music: composed
pieces, rendered scores of pop, folk and classical music, singing, and the finished electronic
tracks, each source with the same weight. Columns whose unit is the toolbox's are left as they
are; for the others (`MOVED`) the reference's median and quartiles are put on the table's. That
assumes that the mixture and the table hold equally rough, clear or lively music: an assumption,
not a measurement, and the card says so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixolydian.models import mir
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.recipes.emotion import CORPUS, read
from mixolydian.training.rendered import SECONDS, SEED
from mixolydian.training.sounds import COMPOSED, Ear, Sound, frames_of, hear, rendered

Float64 = NDArray[np.float64]
MOVED = frozenset(
    {
        "_Fluctuation_Mean",
        "_Roughness_Mean",
        "_AttackTime_Mean",
        "_Pulseclarity_Mean",
        "_Rolloff_Mean",
        "_Spectralspread_Mean",
        "_Spectralflatness_Mean",
        "_EntropyofSpectrum_Mean",
        mir.HCDF + "Mean",
        mir.HCDF + "Std",
        mir.HCDF + "PeriodAmp",
        mir.HCDF + "PeriodEntropy",
        mir.HCDF + "PeriodFreq",
    }
)
"""measured in another unit, with another resolution, or over half the bandwidth."""
PER_SOURCE = 24
SOURCES = ("pop909", "nottingham", "when_in_rome", "singing")
MIN_SECONDS = 15.0


def reference(data: Path, frames: Path) -> Float64:
    """Measured rows (n, 37) of the mixture."""
    sounds = rendered(COMPOSED, range(0, 1120, 1120 // PER_SOURCE), SEED, SECONDS)
    for source in SOURCES:
        seconds = 20.0 if source == "singing" else 30.0
        sounds += rendered(source, range(2 * PER_SOURCE), SEED, seconds)
    tracks = sorted((data / "electronic").rglob("*.ogg"))
    sounds += [Sound("electronic", path=str(p)) for p in tracks]
    ear, rows = Ear(frames, Stock(data)), {}
    for sound, failure in hear(sounds, ear):
        print(f"{sound.name}: {failure.message}", file=sys.stderr)
    for sound in sounds:
        found = frames_of(sound, ear).features
        mine = rows.setdefault(sound.source, [])
        if found.duration >= MIN_SECONDS and not found.is_silent and len(mine) < PER_SOURCE:
            mine.append(mir.measured(found))
    return np.concatenate([np.array(part) for part in rows.values()])


def fitted(ours: Float64, table: Float64) -> dict[str, list[float]]:
    """The constants, by name."""
    quartiles = (25.0, 50.0, 75.0)
    low, middle, high = np.percentile(ours, quartiles, axis=0)
    their_low, their_middle, their_high = np.percentile(table, quartiles, axis=0)
    moved = np.array([name in MOVED for name in mir.COLUMNS])
    stretch = np.where(moved, (their_high - their_low) / np.maximum(high - low, 1e-6), 1.0)
    shift = np.where(moved, their_middle - stretch * middle, 0.0)
    lowest, highest = np.percentile(table, (1.0, 99.0), axis=0)
    return {
        name: [float(f"{v:.5g}") for v in values]
        for name, values in (
            ("SHIFT", shift), ("STRETCH", stretch), ("LOWEST", lowest), ("HIGHEST", highest),
        )
    }  # fmt: skip


def text(constants: dict[str, list[float]]) -> str:
    """The module that holds them."""
    lines = [
        '"""From our measurements to the emotion table\'s scale: one number per column of',
        "`models.mir.COLUMNS`. Made by `python -m benchmarks.fit_emotion_scale`, which explains",
        'how; not to be edited by hand."""',
        "",
    ]
    for name, values in constants.items():
        lines += [f"{name}: tuple[float, ...] = ("]
        lines += [f"    {v!r},  # {c}" for v, c in zip(values, mir.COLUMNS, strict=True)]
        lines += [")"]
    return "\n".join(lines)


def main() -> None:
    """Print the module."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--frames", type=Path, required=True)
    wish = parser.parse_args()
    table = mir.portable(read(wish.data / CORPUS).rows)
    print(text(fitted(reference(wish.data, wish.frames), table)))


if __name__ == "__main__":
    main()
