"""One track of a mix as its deck plays it: stretched, in its place, under its controls.

The deck goes into a raw file of float32 frames (n, 2) that begins at sample `first` of the mix;
where a transition's controls touched it, what was there before is kept beside it. Neighbouring
pieces fade into each other over `FADE` just before the beat on which they meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.stretch import interpolated, stretched
from mixolydian.dj.grid import Grid
from mixolydian.dj.hands import Hand, handled
from mixolydian.dj.pieces import Piece, pieces
from mixolydian.dj.plan import MixPlan, PlannedTrack, end_beat
from mixolydian.dj.source import Source, unpack
from mixolydian.dj.timeline import Stretch, played

Float32 = NDArray[np.float32]
FADE, QUIET = 0.012, 0.002
"""seconds before a join at which the fade begins and ends."""
SETTLING = 0.25
"""seconds of the source before and after a piece that the stretch hears too."""
COPYING = 4.0
"""samples by which a piece may leave its place in all to be copied bit for bit (0.1 ms)."""
AT_EDGE = 0.01
"""beats within which a deck begins or ends with a transition."""


@dataclass(frozen=True, eq=False)
class DeckTask:
    """All that is needed to render a deck; samples and beats are the mix's."""

    index: int
    track: PlannedTrack
    stretches: tuple[Stretch, ...]
    hands: tuple[Hand, ...]
    clock: Grid
    meter: int
    sample_rate: int
    folder: str
    """where its files go."""

    @property
    def first(self) -> int:
        """Its first sample."""
        begins = round(self.stretches[0].start * self.sample_rate)
        return max(0, begins - round(FADE * self.sample_rate))

    @property
    def dry_end(self) -> int:
        """The sample after its last one, its echo not counted."""
        return round(self.stretches[-1].end * self.sample_rate)

    @property
    def end(self) -> int:
        """The sample after its last one."""
        ends = [self.dry_end]
        for hand in self.hands:
            tail = hand.tail(self.clock, self.sample_rate)
            if tail:
                stop = min(hand.span(self.clock, self.sample_rate)[1], self.dry_end)
                ends.append(stop + tail)
        return max(ends)


@dataclass(frozen=True)
class Kept:
    """`n` frames of the deck from sample `first` of the mix on, as they were before controls."""

    first: int
    n: int
    path: str


@dataclass(frozen=True)
class DeckSound:
    """A rendered deck: the raw file `path` of its `n` frames from sample `first` on."""

    index: int
    first: int
    n: int
    path: str
    kept: tuple[Kept, ...]

    @property
    def end(self) -> int:
        """The sample of the mix after its last one."""
        return self.first + self.n


def deck_tasks(plan: MixPlan, clock: Grid, folder: str) -> list[DeckTask]:
    """The decks of `plan`."""
    return [
        DeckTask(
            index=i,
            track=track,
            stretches=tuple(played(track, clock)),
            hands=tuple(_hands(plan, i)),
            clock=clock,
            meter=plan.meter,
            sample_rate=plan.sample_rate,
            folder=folder,
        )
        for i, track in enumerate(plan.tracks)
    ]


def _hands(plan: MixPlan, i: int) -> list[Hand]:
    """The hands on deck `i`: coming in, then going out."""
    hands = []
    begins, ends = plan.tracks[i].at, end_beat(plan, i)
    for index in (i - 1, i):
        if 0 <= index < len(plan.transitions):
            t = plan.transitions[index]
            controls = t.incoming if index < i else t.outgoing
            before = index < i and begins >= t.start - AT_EDGE
            after = index == i and ends <= t.end + AT_EDGE
            hands.append(Hand(index, t.start, t.end, controls, before, after))
    return hands


# ---------------------------------------------------------------------------- rendering


def render_deck(task: DeckTask) -> DeckSound:
    """Render a deck into its files; what a worker process does.

    Raises what reading the track raises, InputError when it has changed, StorageError when
    the disk is full, RequestError for a stretch beyond what can be done.
    """
    folder, track = Path(task.folder), task.track
    raw, path = folder / f"source-{task.index}.raw", folder / f"deck-{task.index}.raw"
    source = unpack(track.path, track.track_id, task.sample_rate, raw)
    n = task.end - task.first
    deck = np.memmap(path, dtype=np.float32, mode="w+", shape=(max(1, n), 2))
    for piece in pieces(task.stretches, task.clock, task.meter):
        _place(deck, task, piece, source)
    del source
    raw.unlink()
    kept = tuple(k for hand in task.hands if (k := _handle(deck, task, hand)) is not None)
    return DeckSound(task.index, task.first, n, str(path), kept)


def _place(deck: Float32, task: DeckTask, piece: Piece, source: Source) -> None:
    """Add a piece to the `deck` (n, 2), faded in before its first beat and out before the next."""
    rate = task.sample_rate
    start = max(0, round(piece.start * rate) - round(FADE * rate))
    stop = round(piece.end * rate)
    y = _sounded(task, piece, source, start, stop)
    if task.track.gain_db:
        y *= np.float32(10.0 ** (task.track.gain_db / 20.0))
    _fade(y, start, round(piece.start * rate), stop, rate)
    into = deck[start - task.first : stop - task.first]
    into += y[:, : len(into)].T


def _sounded(task: DeckTask, piece: Piece, source: Source, start: int, stop: int) -> Float32:
    """Samples `start` to `stop` of the mix as `piece` plays them, (2, stop − start)."""
    rate = task.sample_rate
    places = rate * piece.source_at(np.array([start, stop]) / rate)
    first = int(np.floor(min(places))) - round(SETTLING * rate)
    y = source.read(first, int(np.ceil(max(places))) + round(SETTLING * rate))
    speed = 1.0
    if task.track.semitones or not piece.is_plain:
        n = y.shape[1]
        y = stretched(y, piece.speed, task.track.semitones, rate)
        speed = n / y.shape[1]
    return _read_along(y, piece, (start, stop), rate, first, speed)


def _read_along(
    y: Float32, piece: Piece, span: tuple[int, int], rate: int, first: int, speed: float
) -> Float32:
    """The samples of the mix in `span`, read from `y`, in which sample k is sample
    `first` + k · `speed` of the source."""
    start, stop = span
    ends = (rate * piece.source_at(np.array([start, stop]) / rate) - first) / speed
    steady = len(piece.stretches) == 1
    if steady and abs((ends[1] - ends[0]) - (stop - start)) <= COPYING:
        at = round(float(ends.mean()) - (stop - start) / 2)
        return y[:, at : at + stop - start]
    times = np.arange(start, stop) / rate
    places = (rate * piece.source_at(times) - first) / speed
    return interpolated(y, places.astype(np.float64))


def _fade(y: Float32, start: int, begins: int, stop: int, rate: int) -> None:
    """Fade `y` in before sample `begins` and out before `stop`, in place; it begins at `start`.

    Both fades add up to 1. A piece at the very start of a mix has no room and begins at once.
    """
    fade, quiet = round(FADE * rate), round(QUIET * rate)
    ramp = np.zeros(fade, dtype=np.float32)
    ramp[: fade - quiet] = np.sin(np.linspace(0, np.pi / 2, fade - quiet)) ** 2
    ramp[fade - quiet :] = 1.0
    lead = begins - start
    if lead:
        y[:, :lead] *= ramp[fade - lead :]
    end = min(fade, y.shape[1])
    y[:, y.shape[1] - end :] *= (np.float32(1.0) - ramp)[fade - end :]


def _handle(deck: Float32, task: DeckTask, hand: Hand) -> Kept | None:
    """Put the deck under the controls of `hand`; what was there before, kept in a file."""
    span = hand.span(task.clock, task.sample_rate)
    first, stop = max(span[0], task.first), min(span[1], task.dry_end)
    if stop <= first:
        return None
    tail = hand.tail(task.clock, task.sample_rate)
    begin = first - task.first
    end = min(stop - task.first + tail, len(deck))
    kept = Kept(first, end - begin, f"{task.folder}/dry-{task.index}-{hand.index}.raw")
    np.ascontiguousarray(deck[begin:end]).tofile(kept.path)
    y = np.ascontiguousarray(deck[begin : stop - task.first].T)
    out = handled(y, hand, task.clock, task.sample_rate, first)
    n = stop - first
    deck[begin : begin + n] = out[:, :n].T
    deck[begin + n : end] += out[:, n : end - begin].T
    return kept
