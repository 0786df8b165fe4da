"""A small network's proposal for the hands on both decks, given where the tracks overlap.

The rule engine chooses the place; the network looks at both tracks beat by beat (a
:class:`~mixolydian.dj.scene.Scene`) and says how fader, EQ and filters move. What a DJ never does
it cannot say: the first track is alone at the start and the second at the end, every hand-over
goes one way, and one bass gives way to the other within half a beat. The faders are then trimmed
for a smooth loudness, as the rule engine trims its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.bandmix import (
    CLOSED_HIGHPASS,
    CLOSED_LOWPASS,
    FADER,
    HIGH,
    HIGHPASS,
    LOW,
    LOWPASS,
    MID,
    Hands,
    cutoff,
    levelled,
    measure,
)
from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import OPEN_HIGHPASS, OPEN_LOWPASS, Controls, MixPlan, Transition
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.scene import Scene, Side, can_be_seen, scene
from mixolydian.models.bundle import Model
from mixolydian.models.store import Store

Float32 = NDArray[np.float32]
Answer = Callable[[Float32], Float32]
"""scenes (n, T, `COLUMNS`) → hands (n, T · 12)."""
MODEL = "transition"
KINDS = ("blend", "eq-swap", "filter", "breakdown-to-intro", "drop-on-drop")
"""of transition whose hands may be the network's; loops, echoes, cuts and fades stay as planned."""
SIDE_COLUMNS = 27
COMMON_COLUMNS = 6
COLUMNS = 2 * SIDE_COLUMNS + COMMON_COLUMNS
BANDS, LOUDNESS, VOCALS, CHROMA, HEARD = slice(0, 3), 3, 5, slice(9, 21), 22
"""places of what a loss must read, within a side's columns."""
INSIDE = 2 * SIDE_COLUMNS
SWAP = 0.5
"""beats in which one bass gives way to the other."""
EVEN = 1e-3
"""a curve that moves less than this is no curve."""


def encode(seen: Scene) -> Float32:
    """What the network is fed: (T, `COLUMNS`), outgoing, incoming, and what they share."""
    sides = [_columns(side) for side in (seen.outgoing, seen.incoming)]
    n = seen.end - seen.start
    bar = 2 * np.pi * (seen.beats - seen.start) / seen.meter
    common = [
        seen.inside,
        (seen.beats - seen.start) / n,
        np.full(len(seen.beats), n / 64.0),
        np.sin(bar),
        np.cos(bar),
        _likeness(seen),
    ]
    return np.concatenate([*sides, np.stack(common, axis=1)], axis=1).astype(np.float32)


def _columns(side: Side) -> Float32:
    turns = [2 * np.pi * turn for turn in (side.bar, side.phrase)]
    rows: list[NDArray[Any]] = [
        side.bands,
        side.loudness[:, None],
        side.energy[:, None],
        side.vocals[:, None],
        side.onsets,
        side.chroma,
        side.present[:, None],
        np.zeros((len(side.present), 1)),
        *[np.stack([np.sin(turn), np.cos(turn)], axis=1) for turn in turns],
    ]
    found = np.concatenate(rows, axis=1).astype(np.float32)
    found[:, HEARD] = side.heard
    return found


def _likeness(seen: Scene) -> Float32:
    """Cosine (T,) of the two chromas."""
    a, b = seen.outgoing.chroma, seen.incoming.chroma
    size = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.asarray((a * b).sum(axis=1) / np.maximum(size, 1e-9), dtype=np.float32)


def proposed(seen: Scene, network: Answer) -> Hands:
    """The network's hands (T, 2, 6) at the beginning of each beat; see `dj.bandmix`."""
    flat = network(encode(seen)[np.newaxis])[0]
    return np.asarray(flat.reshape(len(seen.beats), 2, 6), dtype=np.float64)


def controls(seen: Scene, hands: Hands) -> tuple[Controls, Controls]:
    """Hands as the curves of both decks, over the transition's beats."""
    rows = np.append(np.flatnonzero(seen.inside), np.flatnonzero(seen.inside)[-1] + 1)
    beats = np.arange(seen.start, seen.end + 1, dtype=np.float64)
    swap = _swap_beat(seen, hands[rows])
    swapped = hands.copy()
    swapped[:, 1, LOW] = seen.beats >= swap
    swapped[:, 0, LOW] = seen.beats < swap
    knots = levelled(seen, swapped)[rows]
    return _deck(beats, knots[:, 0], swap, 0), _deck(beats, knots[:, 1], swap, 1)


def _swap_beat(seen: Scene, knots: Hands) -> float:
    """The downbeat nearest to where the second bass becomes the stronger one."""
    over = knots[:, 1, LOW] >= knots[:, 0, LOW]
    beat = int(np.argmax(over)) if over.any() else len(knots) - 1
    bars = round(beat / seen.meter) * seen.meter
    return float(seen.start + min(max(bars, 0), len(knots) - 1))


def _deck(beats: NDArray[np.float64], hands: Hands, swap: float, side: int) -> Controls:
    def line(column: int) -> Curve:
        return _curve(beats, hands[:, column])

    def filtered(column: int, opened: float, shut: float) -> Curve:
        return _curve(beats, cutoff(hands[:, column], opened, shut), opened * EVEN)

    return Controls(
        fader=line(FADER),
        low=Curve(((max(swap - SWAP, beats[0]), 1.0 - side), (swap, float(side)))),
        mid=line(MID),
        high=line(HIGH),
        highpass=filtered(HIGHPASS, OPEN_HIGHPASS, CLOSED_HIGHPASS),
        lowpass=filtered(LOWPASS, OPEN_LOWPASS, CLOSED_LOWPASS),
    )


def _curve(beats: NDArray[np.float64], values: Hands, even: float = EVEN) -> Curve:
    """Straight lines through the values, without the knots that a line passes anyhow."""
    if np.ptp(values) < even:
        return Curve.constant(round(float(values[0]), 4))
    kept = [0]
    for i in range(1, len(values) - 1):
        if not _on_line(values, kept[-1], i + 1, even):
            kept.append(i)
    kept.append(len(values) - 1)
    return Curve(tuple((float(beats[i]), round(float(values[i]), 4)) for i in kept))


def _on_line(values: Hands, first: int, last: int, even: float) -> bool:
    line = np.interp(np.arange(first, last + 1), (first, last), values[[first, last]])
    return bool(np.abs(line - values[first : last + 1]).max() < even)


# ------------------------------------------------------------------------- in use


@dataclass(frozen=True)
class Proposer:
    """Puts a network's hands in the place of the rules', where that measures better."""

    network: Answer
    margin: float = 0.0
    """of merit (`dj.bandmix.Figures`) by which it must be better in a transition."""

    def plan(self, plan: MixPlan, portraits: Mapping[str, Portrait]) -> MixPlan:
        """`plan` with the network's curves; `portraits` by track id. Unchanged where no
        transition becomes better."""
        moves = tuple(self._better(plan, i, portraits) for i in range(len(plan.transitions)))
        if moves == plan.transitions:
            return plan
        return replace(plan, transitions=moves, proposer="model")

    def _better(self, plan: MixPlan, i: int, portraits: Mapping[str, Portrait]) -> Transition:
        move, pair = plan.transitions[i], plan.tracks[i : i + 2]
        known = [portraits.get(track.track_id) for track in pair]
        if move.kind not in KINDS or not can_be_seen(plan, i) or None in known:
            return move
        seen = scene(plan, i, *(p for p in known if p is not None))
        outgoing, incoming = controls(seen, proposed(seen, self.network))
        before = measure(seen, move.outgoing, move.incoming)
        after = measure(seen, outgoing, incoming)
        if not after.worth(before) > before.merit + self.margin:
            return move
        why = f"{move.why}; hands by the model".removeprefix("; ")
        return replace(move, outgoing=outgoing, incoming=incoming, why=why)


def installed(home: Path) -> Proposer | None:
    """The proposer whose model is in use, None where none is."""
    model: Model | None = Store(home).find(MODEL)
    return None if model is None else Proposer(model.network)
