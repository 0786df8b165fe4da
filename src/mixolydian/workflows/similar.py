"""`similar`: the tracks that sound most like a track.

Likeness is the cosine of the tracks' timbre vectors after each dimension is standardised
over the library: 1 is the same sound, 0 is no more alike than chance, −1 the opposite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.library.records import TrackRow
from mixolydian.workflows.shelf import find_track, open_library


@dataclass(frozen=True)
class SimilarRequest:
    """The `track` to compare with (path, id or title), and how many to show."""

    track: str
    limit: int = 10

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise RequestError(f"expected a limit of at least 1, found {self.limit}")


@dataclass(frozen=True)
class Neighbour:
    """A track and its `likeness` in [−1, 1]."""

    row: TrackRow
    likeness: float


@dataclass(frozen=True)
class SimilarResult:
    """The track asked about, and its nearest neighbours, most alike first."""

    track: TrackRow
    neighbours: tuple[Neighbour, ...]


def similar(request: SimilarRequest, settings: Settings | None = None) -> SimilarResult:
    """The nearest neighbours of a track.

    Raises
    ------
    RequestError
        The track has no timbre vector (it is silent, or was analysed without).
    """
    with open_library(settings) as catalogue:
        track_id = find_track(catalogue, request.track)
        ids, vectors = catalogue.timbres()
        if track_id not in ids:
            raise RequestError(
                f"track {track_id[:8]} has no timbre to compare; analyze it with all questions"
            )
        place = ids.index(track_id)
        likeness = cosines(vectors, place)
        order = [i for i in np.argsort(-likeness, kind="stable") if i != place]
        rows = {row.track_id: row for row in catalogue.rows()}
        track = catalogue.row(track_id)
    near = [Neighbour(rows[ids[i]], float(likeness[i])) for i in order if ids[i] in rows]
    return SimilarResult(track, tuple(near[: request.limit]))


def cosines(vectors: NDArray[np.float32], place: int) -> NDArray[np.float64]:
    """Cosines (n,) of row `place` with every row of `vectors` (n, d), standardised first.

    A dimension in which all tracks agree says nothing and counts for nothing.
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    spread = centred.std(axis=0)
    scaled = centred / np.where(spread > 1e-9, spread, np.inf)
    lengths = np.linalg.norm(scaled, axis=1)
    units = scaled / np.where(lengths > 0.0, lengths, 1.0)[:, np.newaxis]
    result: NDArray[np.float64] = units @ units[place]
    return result
