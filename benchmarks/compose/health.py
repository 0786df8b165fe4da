"""Health of the mix: nothing clips, nothing is silent, loudness on target, spectra beside music's.

Usage: python -m benchmarks.compose.health --crate DIR [--music FOLDER] --out FILE.json
       [--picture docs/images/spectral-balance.svg] [--seeds 1-8] [--jobs 2]

Every piece is rendered in float and measured before it is written: stems as they reach the
bus, the mix as it leaves the master. `--music` is a folder of real electronic recordings
whose long-term spectra (third octaves, each against its own sum) are drawn behind those of
every genre.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.compose import document
from benchmarks.compose.pieces import fill, mapped, read_json
from benchmarks.compose.spectrum_picture import Panel, picture
from benchmarks.compose.vitals import CENTRES, third_octaves
from mixolydian.audio.io import open_audio

LOUDNESS_TOLERANCE = 0.5
TRUE_PEAK = -1.0
DC = 1e-4
MIN_STEMS = 8
ENDINGS = (".ogg", ".flac", ".wav", ".mp3")
LIMITS = {"lufs": LOUDNESS_TOLERANCE, "true_peak": TRUE_PEAK, "dc": DC, "stems": MIN_STEMS}


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a piece."""

    piece: str
    what: str


def complaints(record: Mapping[str, Any]) -> list[Complaint]:
    """Everything that a piece's record breaks."""
    mix, name = record["mix"], f"{record['genre']} {record['seed']}"
    off = mix["lufs"] - record["target_lufs"]
    said = [
        (not mix["finite"], "samples that are not numbers"),
        (mix["clipped"] > 0, f"{mix['clipped']} clipped samples"),
        (mix["true_peak_dbtp"] > TRUE_PEAK, f"true peak {mix['true_peak_dbtp']} dBTP"),
        (abs(off) > LOUDNESS_TOLERANCE, f"loudness {off:+.2f} LU off its target"),
        (mix["dc"] >= DC, f"DC {mix['dc']:.2g} in the mix"),
        (len(record["stems"]) < MIN_STEMS, f"{len(record['stems'])} stems"),
    ]
    for stem, seen in record["stems"].items():
        said.append((seen["silent"], f"{stem} is silent"))
        said.append((seen["dc"] >= DC, f"DC {seen['dc']:.2g} in {stem}"))
    return [Complaint(name, words) for broken, words in said if broken]


def summary(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Worst figures over all pieces."""
    off = [r["mix"]["lufs"] - r["target_lufs"] for r in records]
    peaks = [r["mix"]["true_peak_dbtp"] for r in records]
    return {
        "pieces": len(records),
        "clipped_samples": sum(r["mix"]["clipped"] for r in records),
        "highest_true_peak_dbtp": max(peaks),
        "largest_loudness_error_lu": round(max(map(abs, off)), 3),
        "largest_dc_of_mixes": max(r["mix"]["dc"] for r in records),
        "largest_dc_of_stems": max(s["dc"] for r in records for s in r["stems"].values()),
        "silent_stems": sum(s["silent"] for r in records for s in r["stems"].values()),
        "fewest_stems": min(len(r["stems"]) for r in records),
        "render_seconds_per_minute": round(_render_speed(records), 3),
    }


def _render_speed(records: Sequence[Mapping[str, Any]]) -> float:
    """Wall seconds of rendering per minute of music, while other processes ran beside."""
    minutes = sum(r["mix"]["seconds"] for r in records) / 60
    return float(sum(r["render_seconds"] for r in records) / minutes)


# ---------------------------------------------------------------------------- spectra


def music_spectrum(path: Path) -> list[float]:
    """Third octaves (30,) of a recording, in dB against their sum."""
    with open_audio(str(path)) as audio:
        blocks = [np.asarray(block) for block in audio.blocks()]
        rate = audio.sample_rate
    return [round(float(x), 2) for x in third_octaves(np.concatenate(blocks, axis=1), rate)]


def spectra_of(folder: Path | None, jobs: int) -> NDArray[np.float64]:
    """Third octaves (n, 30) of every recording under `folder`."""
    if folder is None:
        return np.zeros((0, len(CENTRES)))
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    if not paths:
        raise SystemExit(
            f"--music {folder}: expected recordings ({', '.join(ENDINGS)}), found none"
        )
    return np.array(list(mapped(music_spectrum, paths, jobs, "music")))


def balance(
    records: Sequence[Mapping[str, Any]], music: NDArray[np.float64]
) -> dict[str, dict[str, Any]]:
    """Genre → median third octaves, and the mean distance in dB to the music's median, 40 Hz
    to 12.5 kHz."""
    middle = np.median(music, axis=0) if len(music) else None
    inside = (CENTRES > 36) & (CENTRES < 13000)
    result = {}
    for genre, rows in _by_genre(records).items():
        median = np.median(rows, axis=0)
        result[genre] = {"third_octaves": median.round(1).tolist()}
        if middle is not None:
            apart = np.abs(median - middle)[inside].mean()
            result[genre]["mean_distance_to_music_db"] = round(float(apart), 2)
    return result


def _by_genre(records: Sequence[Mapping[str, Any]]) -> dict[str, NDArray[np.float64]]:
    names = dict.fromkeys(r["genre"] for r in records)
    return {
        name: np.array([r["mix"]["third_octaves"] for r in records if r["genre"] == name])
        for name in names
    }


# ----------------------------------------------------------------------------- report


def main() -> int:
    """Render, measure, draw, print and write; 1 when any piece breaks a limit."""
    line = document.parser("health", "1-8")
    line.add_argument("--music", type=Path, help="folder of real electronic recordings")
    line.add_argument("--picture", type=Path, help="write the spectra here as SVG")
    args = line.parse_args()
    seeds, genres = document.seeds_of(args.seeds), document.genres_of(args.genres)
    records = [read_json(o.health) for o in fill(args.crate, genres, seeds, args.jobs)]
    music = spectra_of(args.music, args.jobs)
    found = [c for record in records for c in complaints(record)]
    total = summary(records)
    print("".join(f"{k}: {v}\n" for k, v in total.items()), end="")
    print("".join(f"{c.piece}: {c.what}\n" for c in found), end="")
    if args.picture:
        panels = [Panel(genre, rows) for genre, rows in _by_genre(records).items()]
        args.picture.parent.mkdir(parents=True, exist_ok=True)
        args.picture.write_text(picture(panels, music), "utf-8")
    report = total | {
        "limits": LIMITS,
        "recordings": len(music),
        "broken": [f"{c.piece}: {c.what}" for c in found],
        "music_third_octaves": np.median(music, axis=0).round(1).tolist() if len(music) else None,
        "genres": balance(records, music),
    }
    document.write("health", args.out, report)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
