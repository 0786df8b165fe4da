"""A crate to mix: pieces in DJs' genres, with the composer's truth beside each.

Usage: python -m benchmarks.dj_crate FOLDER [--seed 200] [--minutes 2.5]

Writes FOLDER/NN_genre.flac and FOLDER/NN_genre.json (its arrangement.json). What is there already
stays, so that an interrupted run goes on. Tempi lie within 12 % of one another, but for the fast
and the broken genres, which a mix has to reach by other means than a long blend.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from mixolydian.creation.ask import Wish
from mixolydian.workflows.compose import DOCUMENT, ComposeRequest, compose

PIECES = (
    ("techno", "131", "8A"), ("techno", "129.4", "7A"), ("techno", "134", "9A"),
    ("house", "123", "5A"), ("house", "124.6", "4B"), ("house", "126", "6A"),
    ("deep house", "120", "4A"), ("deep house", "122.3", "5A"), ("tech house", "127", "8A"),
    ("tech house", "125.8", "9A"), ("trance", "137", "11B"), ("trance", "138.5", "12A"),
    ("trance", "136", "11A"), ("progressive", "125", "7B"), ("progressive", "128", "8B"),
    ("minimal", "126.7", "10A"), ("electro", "130", "2A"), ("psytrance", "142", "6A"),
    ("psytrance", "144", "7A"), ("acid", "132", "3A"), ("breakbeat", "133", "1A"),
    ("drum & bass", "174", "3A"), ("drum & bass", "172.5", "4A"), ("dubstep", "140", "10A"),
)  # fmt: skip


def made(folder: Path, seed: int, minutes: float) -> list[Path]:
    """The files of the crate, composed where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for i, (genre, bpm, key) in enumerate(PIECES):
        path = folder / f"{i:02d}_{genre.replace(' & ', '_and_').replace(' ', '_')}.flac"
        paths.append(path)
        if path.exists() and path.with_suffix(".json").exists():
            continue
        wish = Wish(genre, seed + i, bpm, key, 60 * minutes)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            request = ComposeRequest(f"{work}/piece", wish, form="flac", stems=False)
            piece = compose(request)
            shutil.move(piece.folder / DOCUMENT, path.with_suffix(".json"))
            shutil.move(piece.mix, path)
    return paths


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=2.5)
    given = parser.parse_args()
    made(given.folder, given.seed, given.minutes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
