"""A library whose owner always goes a fifth up: a habit that can be learnt, and is not shipped."""

from __future__ import annotations

import numpy as np

from mixolydian.core.settings import Settings
from mixolydian.core.types import Analysis, Energy, Estimate, FileTags, Summary, Tempo, Track
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.lists import KeptList, ListEntry
from mixolydian.library.records import FileState
from mixolydian.theory.key import make_key

TRACKS, SETS, LONG = 120, 72, 8


def track(number):
    """Track k has the tonic 7 k: one further is a fifth up."""
    dice = np.random.default_rng(number)
    answers = {
        "tempo": Estimate(Tempo(float(dice.uniform(124, 128))), 0.9),
        "key": Estimate(make_key(7 * number % 12, "minor"), 0.9),
        "energy": Estimate(Energy(int(dice.integers(4, 8)), [0.0], [0.5]), 0.9),
        "timbre": Estimate(Summary({"vector": dice.normal(size=6).round(4).tolist()}), 0.9),
    }
    tags = FileTags(title=f"Track {number}", artist=f"Artist {number % 20}", genre="house")
    return Track(f"{number:032x}", f"/music/{number}.flac", 240.0, tags, Analysis(240.0, answers))


def sets(n=SETS, seed=0):
    """Lists of places, each track a fifth above the one before it."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        start = int(dice.integers(12))
        kin = [dice.permutation(np.arange((start + k) % 12, TRACKS, 12)) for k in range(LONG)]
        found.append(np.array([options[0] for options in kin], dtype=np.int64))
    return found


def library(home, lists=None):
    """Fill the library of `home`."""
    lists = sets() if lists is None else lists
    with Catalogue(Settings(home=home).catalogue) as catalogue:
        for number in range(TRACKS):
            made = track(number)
            catalogue.remember(FileState(made.path, 1, 1), made, {}, "0")
        catalogue.keep_lists(
            KeptList(
                f"{k}",
                tuple(ListEntry(f"/{p}", f"{p:032x}") for p in row),
                date=f"2026-01-{k // 24 + 1:02d}T{k % 24:02d}:00",
            )
            for k, row in enumerate(lists)
        )
    return home
