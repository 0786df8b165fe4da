"""The pieces everything here is measured on: random wishes of the fourteen genres, rendered once.

A crate is a folder with one flac and one truth file (`mixolydian.truth/1`) per piece, and a
`NAME.health.json` with what was measured on its stems and mix while they were at hand. A
piece that stands there, made by the same code, is not rendered again, so all benchmarks
share one crate. Times in seconds, levels in dB.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import soundfile

import mixolydian
from benchmarks.compose.vitals import Vitals
from mixolydian.core.types import FloatArray
from mixolydian.creation.arrange import arrange
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.brief import TONICS
from mixolydian.creation.genres import GENRES
from mixolydian.creation.sound.mastering import master
from mixolydian.creation.sound.render import render_stems
from mixolydian.creation.sound.units import SAMPLE_RATE
from mixolydian.creation.truth import truth_document

REQUIRED = (
    "house", "deep house", "tech house", "techno", "minimal", "acid", "trance", "progressive",
    "drum & bass", "dubstep", "hardcore", "electro", "breakbeat", "ambient",
)  # fmt: skip
"""The genres that every claim is made about."""

SECONDS = (120.0, 240.0)
A = TypeVar("A")
B = TypeVar("B")


def random_wish(genre: str, seed: int) -> Wish:
    """A wish of any of the 24 keys, a tempo of the genre's to 0.01 BPM, two to four minutes."""
    rng = np.random.default_rng([seed, REQUIRED.index(genre)])
    mode = ("major", "minor")[int(rng.integers(2))]
    return Wish(
        genre=genre,
        seed=seed,
        bpm=f"{rng.uniform(*GENRES[genre].tempo):.2f}",
        key=f"{TONICS[int(rng.integers(12))]} {mode}",
        seconds=round(float(rng.uniform(*SECONDS)), 1),
    )


def name_of(genre: str, seed: int) -> str:
    """File name of a piece, without its ending."""
    return f"{genre.replace(' ', '_').replace('&', 'and')}_{seed:03d}"


@cache
def fingerprint(*packages: str) -> str:
    """A short hash of the source of `packages` of mixolydian, so that old renders are seen."""
    root = Path(mixolydian.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(p for name in packages for p in (root / name).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def composer() -> str:
    """The fingerprint of all code that decides what a piece sounds like."""
    return fingerprint("creation", "theory")


# ------------------------------------------------------------------------- rendering


@dataclass(frozen=True)
class Order:
    """One piece to be rendered into `folder`."""

    folder: Path
    genre: str
    seed: int

    @property
    def name(self) -> str:
        return name_of(self.genre, self.seed)

    @property
    def sound(self) -> Path:
        return self.folder / f"{self.name}.flac"

    @property
    def truth(self) -> Path:
        return self.folder / f"{self.name}.json"

    @property
    def health(self) -> Path:
        return self.folder / f"{self.name}.health.json"

    def stands(self) -> bool:
        """Whether the piece is there, made by the code as it is now."""
        if not (self.sound.is_file() and self.truth.is_file() and self.health.is_file()):
            return False
        return bool(json.loads(self.health.read_text("utf-8"))["composer"] == composer())


def orders(folder: Path, genres: Iterable[str], seeds: Iterable[int]) -> list[Order]:
    """Every genre with every seed, seed by seed, so that a part of the run has all genres."""
    genres = tuple(genres)
    return [Order(folder, genre, seed) for seed in seeds for genre in genres]


def fill(folder: Path, genres: Iterable[str], seeds: Iterable[int], jobs: int) -> list[Order]:
    """Render what is missing of a crate; its pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = orders(folder, genres, seeds)
    missing = [order for order in wanted if not order.stands()]
    for _ in mapped(render_order, missing, jobs, "rendering"):
        pass
    return wanted


def render_order(order: Order) -> None:
    """Render one piece; the health file comes last, so that a piece cut short is redone."""
    arrangement = arrange(ask(random_wish(order.genre, order.seed)))
    start = time.perf_counter()
    mix, vitals = render_with_vitals(arrangement)
    seconds = time.perf_counter() - start
    soundfile.write(order.sound, mix.T, SAMPLE_RATE, subtype="PCM_16")
    document = truth_document(arrangement, mix.shape[1] / SAMPLE_RATE)
    facts = {"path": order.sound.name, "style": order.genre}
    order.truth.write_text(json.dumps(facts | document), "utf-8")
    found = vitals.report() | {
        "genre": order.genre,
        "seed": order.seed,
        "target_lufs": arrangement.brief.mix.loudness,
        "render_seconds": round(seconds, 2),
        "composer": composer(),
    }
    order.health.write_text(json.dumps(found), "utf-8")


def render_with_vitals(arrangement: Arrangement) -> tuple[FloatArray, Vitals]:
    """The mastered mix (2, n), and what was seen of the stems and of the mix on the way."""
    vitals = Vitals(SAMPLE_RATE)
    bus: FloatArray | None = None
    for name, stem in render_stems(arrangement):
        vitals.see_stem(name, stem)
        bus = stem.copy() if bus is None else bus + stem
    if bus is None:
        raise SystemExit(f"{arrangement.brief.genre}, seed {arrangement.brief.seed}: no stem")
    mix, _ = master(bus, arrangement.brief.mix)
    vitals.see_mix(mix)
    return mix, vitals


# -------------------------------------------------------------------------- processes


def mapped(task: Callable[[A], B], items: Sequence[A], jobs: int, what: str) -> Iterator[B]:
    """`task` over `items` on `jobs` processes, in order, counted on stderr."""
    start = time.monotonic()
    with ProcessPoolExecutor(max(1, jobs)) as pool:
        results = pool.map(task, items) if jobs > 1 else map(task, items)
        for i, result in enumerate(results, 1):
            spent = time.monotonic() - start
            print(f"\r{what} {i}/{len(items)} {spent:.0f} s", end="", file=sys.stderr)
            yield result
    if items:
        print(file=sys.stderr)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document
