"""Hand-made shelves of a few tracks."""

from __future__ import annotations

import numpy as np

from mixolydian.dj.recommending.shelf import Entry, shelf_of, unit_sounds


def shelf(*rows, vectors=None, emotions=None):
    """A shelf of (bpm, camelot, energy, artist, stars, plays) rows, called t0, t1, …"""
    entries = tuple(Entry(f"t{n}", *row) for n, row in enumerate(rows))
    vectors = np.zeros((len(rows), 0)) if vectors is None else np.asarray(vectors, np.float32)
    return shelf_of(entries, unit_sounds(vectors), emotions)
