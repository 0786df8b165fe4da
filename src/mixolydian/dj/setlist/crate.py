"""A crate as arrays: what a set needs to know of each of its n tracks.

A track can be left and entered at some of its lines; `PLACES` of each are kept, the best by how
strong the line is, how much it makes sense to leave or enter there, and how much of the track is
then heard (the same tables as `transitions/scores.py`). What sounds in the 16 bars from there on is
kept per place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.names import same_name
from mixolydian.core.types import FloatArray
from mixolydian.dj.compatibility.tonal import tonal_vectors
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.transitions.candidates import QUICK_POINTS
from mixolydian.dj.transitions.kinds import Template
from mixolydian.dj.transitions.lines import lines_of, points_in, points_out
from mixolydian.dj.transitions.profile import CHROMA, ENERGY, VOICE, profile_of
from mixolydian.dj.transitions.scores import AROUND, HEARD_ENOUGH, WEIGHTS
from mixolydian.dj.transitions.sense import into_sense, out_sense
from mixolydian.estimators.energy import LEVEL_RANGE

PLACES = 4
BARS = 16
HEARD_SHARE = 0.7
"""of a track's length that a mix plays: `planner.plan_mix` without a wished length played 0.70 of
24 composed and 25 recorded tracks, and reaches anything from 0.5 to 0.85 when it is wished."""
_BLEND = (Template("blend", BARS, BARS / 2),)
_SLOTS = 48


@dataclass(frozen=True, eq=False)
class Places:
    """Places (n, PLACES) of every track, on leaving or on entering.

    `worth`: logarithm of what line, sense and what is heard are worth; `tonal` (…, 6) unit tonal
    vectors; `clear` how sure they are; `groove` (…, 48) unit onset patterns of a bar; `voice`
    and `energy` in [0, 1].
    """

    worth: FloatArray
    tonal: NDArray[np.complex64]
    clear: FloatArray
    groove: FloatArray
    voice: FloatArray
    energy: FloatArray


@dataclass(frozen=True, eq=False)
class Crate:
    """`levels`: energy 1–10; `minutes`: how long each is heard in a mix; `timbre` (n, d) unit
    vectors, 0 where there is none; `artists`: number of the artist, below 0 for none."""

    portraits: tuple[Portrait, ...]
    bpm: FloatArray
    steady: NDArray[np.bool_]
    meter: NDArray[np.int64]
    levels: FloatArray
    minutes: FloatArray
    timbre: FloatArray
    artists: NDArray[np.int64]
    leaving: Places
    entering: Places

    def __len__(self) -> int:
        return len(self.portraits)


def crate_of(portraits: Sequence[Portrait], levels: Sequence[float | None] = ()) -> Crate:
    """The crate of `portraits`; `levels` replace what is heard, where a human said otherwise."""
    said = list(levels) or [None] * len(portraits)
    heard = [level_of(p) if x is None else float(x) for p, x in zip(portraits, said, strict=True)]
    return Crate(
        tuple(portraits),
        np.array([p.bpm for p in portraits], dtype=np.float64),
        np.array([p.steady for p in portraits], dtype=bool),
        np.array([p.meter for p in portraits], dtype=np.int64),
        np.array(heard, dtype=np.float64),
        np.array([HEARD_SHARE * p.duration / 60.0 for p in portraits]),
        _timbres(portraits),
        _artists(portraits),
        _gathered([_leaving(p) for p in portraits]),
        _gathered([_entering(p) for p in portraits]),
    )


def level_of(portrait: Portrait) -> float:
    """Energy from 1 to 10 as the analysis scales it: the mean of the curve's upper half."""
    if not portrait.n_beats:
        return 1.0
    strong = np.sort(portrait.energy)[portrait.n_beats // 2 :]
    low, high = LEVEL_RANGE
    return float(np.clip(1.0 + 9.0 * (float(strong.mean()) - low) / (high - low), 1.0, 10.0))


def _timbres(portraits: Sequence[Portrait]) -> FloatArray:
    """Standardised over the crate, so that the cosine of two says how alike they are within it."""
    wide = max((len(p.vector) for p in portraits), default=0)
    known = np.array([len(p.vector) == wide and wide > 0 for p in portraits])
    rows = np.zeros((len(portraits), wide))
    rows[known] = [p.vector for p in portraits if len(p.vector) == wide and wide > 0] or 0.0
    if known.any():
        spread = rows[known].std(axis=0)
        rows[known] = (rows[known] - rows[known].mean(axis=0)) / np.where(spread > 1e-9, spread, 1)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 1e-9, length, 1.0))


def _artists(portraits: Sequence[Portrait]) -> NDArray[np.int64]:
    names = [same_name(p.artist) for p in portraits]
    number = {name: i for i, name in enumerate(dict.fromkeys(filter(None, names)))}
    return np.array([number.get(name, -1 - i) for i, name in enumerate(names)], dtype=np.int64)


# ---------------------------------------------------------------------- places

Row = tuple[FloatArray, FloatArray]
"""Own beats of a track's places, and the logarithm of their worth."""


def _leaving(portrait: Portrait) -> dict[str, NDArray[Any]]:
    lines, points = lines_of(portrait), points_out(portrait, QUICK_POINTS)
    bars = BARS * portrait.meter
    points = points[points + bars <= lines.last + 1e-6]
    if not len(points):
        points = np.array([max(lines.last - bars, lines.first)])
    sense = out_sense(_BLEND, lines.label_at(points))[:, 0]
    enough = max(HEARD_ENOUGH * (lines.last - lines.first), 1.0)
    heard = np.clip((points - lines.first) / enough, 0.05, 1.0)
    chosen = _best(points, _worth(portrait, points, sense, heard))
    return _sounding(portrait, chosen, -AROUND * portrait.meter, 0)


def _entering(portrait: Portrait) -> dict[str, NDArray[Any]]:
    lines, points = lines_of(portrait), points_in(portrait, QUICK_POINTS)
    sense = into_sense(_BLEND, lines.label_at(points))[:, 0]
    enough = max(HEARD_ENOUGH * (lines.last - lines.first), 1.0)
    heard = np.clip((lines.last - points) / enough, 0.05, 1.0)
    chosen = _best(points, _worth(portrait, points, sense, heard))
    return _sounding(portrait, chosen, BARS * portrait.meter, (BARS + AROUND) * portrait.meter)


def _worth(portrait: Portrait, points: FloatArray, sense: FloatArray, heard: FloatArray) -> Any:
    """Half of the parts' logarithms: the scores take the root of both tracks' product."""
    line = lines_of(portrait).strength_at(points)
    line = line if portrait.steady else np.maximum(line, 0.75)
    parts = {"phrase": line, "sense": sense, "heard": heard}
    return sum(WEIGHTS[k] * 0.5 * np.log(np.maximum(v, 0.02)) for k, v in parts.items())


def _best(points: FloatArray, worth: FloatArray) -> Row:
    """Always `PLACES` places, the best repeated where there are fewer."""
    order = np.argsort(-worth, kind="stable")[:PLACES]
    order = np.concatenate([order, np.full(PLACES - len(order), order[0])])
    return points[order], worth[order]


def _sounding(portrait: Portrait, row: Row, since: float, until: float) -> dict[str, NDArray[Any]]:
    """What sounds in the bars from each place on, and the energy between `since` and `until`."""
    points, worth = row
    bars = BARS * portrait.meter
    profile = profile_of(portrait)
    means = profile.means(points, points + bars)
    vectors = tonal_vectors(means[..., CHROMA])
    length = np.linalg.norm(vectors, axis=-1)
    return {
        "worth": worth,
        "tonal": (vectors / np.maximum(length, 1e-9)[:, np.newaxis]).astype(np.complex64),
        "clear": np.minimum(length / 9.0, 1.0),
        "groove": _grooves(portrait, points),
        "voice": np.maximum(means[..., VOICE], 0.0),
        "energy": profile.means(points + since, points + until)[..., ENERGY],
    }


def _grooves(portrait: Portrait, points: FloatArray) -> FloatArray:
    """Unit onset patterns (PLACES, 48): the mean bar of the bars from each place on."""
    meter = portrait.meter
    starts = points[:, np.newaxis] + meter * np.arange(BARS)
    slots = meter * np.arange(_SLOTS // 3 + 1) / (_SLOTS // 3)
    hits = profile_of(portrait).grooves(starts[..., np.newaxis] + slots).mean(axis=1)
    flat = (hits - hits.mean(axis=1, keepdims=True)).reshape(len(points), -1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-9))


def _gathered(rows: Sequence[dict[str, NDArray[Any]]]) -> Places:
    stacked = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    single: dict[str, Any] = {
        k: v if k == "tonal" else v.astype(np.float32) for k, v in stacked.items()
    }
    return Places(**single)
