"""The decks summed, limited and written, block by block, as far as they are there.

Every sample of the mix is the sum of the decks in their order, whatever the blocks, so the
same decks give the same mix. A deck's files go as soon as nothing needs them any more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.limiter import Limiter
from mixolydian.audio.loudness import LoudnessStream
from mixolydian.audio.writer import SoundWriter
from mixolydian.dj.deck import DeckSound, DeckTask
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import MixPlan

Float32 = NDArray[np.float32]
BLOCK = 1 << 17
AROUND = 16.0
"""beats of an excerpt before and after its transition."""


class Stopped(Exception):  # noqa: N818 - a signal between threads, never seen outside
    """The mix is no longer wanted."""


@dataclass(frozen=True)
class Window:
    """Samples of the mix, from `first` up to `stop`."""

    first: int
    stop: int


def windows(plan: MixPlan, clock: Grid, n: int) -> list[Window]:
    """Where the excerpt of each transition lies in a mix of `n` samples."""
    found = []
    for t in plan.transitions:
        first = round(clock.time_at(t.start - AROUND) * plan.sample_rate)
        stop = round(clock.time_at(t.end + AROUND) * plan.sample_rate)
        found.append(Window(min(n, max(0, first)), max(0, min(n, stop))))
    return found


class Mixdown:
    """Takes the decks in their order and writes the mix.

    `keep` gets the excerpt of each transition in order, `tick` the share that is done.
    """

    def __init__(
        self,
        plan: MixPlan,
        tasks: Sequence[DeckTask],
        writer: SoundWriter,
        keep: Callable[[Excerpt], None] | None,
        tick: Callable[[float], None] | None,
    ) -> None:
        self.n_samples = max(task.end for task in tasks)
        self._rate = plan.sample_rate
        self._begins = [task.first for task in tasks]
        self._windows = windows(plan, tasks[0].clock, self.n_samples)
        self._writer, self._keep, self._tick = writer, keep, tick
        self._decks: dict[int, DeckSound] = {}
        self._next_excerpt = 0
        self._summed = 0
        self._finished = 0
        self._mix: list[tuple[int, Float32]] = []
        self.limiter = Limiter(2, plan.ceiling)
        self.loudness = LoudnessStream(plan.sample_rate, 2)
        self.stopped = False

    def take(self, deck: DeckSound) -> None:
        """Add the next deck and mix as far as the decks so far allow."""
        self._decks[deck.index] = deck
        coming = self._begins[deck.index + 1 :]
        until = min([*coming, self.n_samples])
        while self._summed < until:
            if self.stopped:
                raise Stopped
            stop = min(until, self._summed + BLOCK)
            self._finish(self.limiter.push(self._sum(self._summed, stop)))
            self._summed = stop
        if not coming:
            self._finish(self.limiter.finish())

    def _sum(self, start: int, stop: int) -> Float32:
        total = np.zeros((2, stop - start), dtype=np.float32)
        for index in sorted(self._decks):
            deck = self._decks[index]
            _add(total, start, deck.path, deck.first, deck.n)
        return total

    def _finish(self, block: Float32) -> None:
        """Write finished samples, and give the excerpts they complete."""
        if not block.shape[1]:
            return
        self._writer.push(block)
        self.loudness.push(block)
        if self._keep is not None:
            self._mix.append((self._finished, block))
        self._finished += block.shape[1]
        self._give_excerpts()
        self._forget()
        if self._tick is not None:
            self._tick(self._finished / self.n_samples)

    def _give_excerpts(self) -> None:
        while self._next_excerpt < len(self._windows):
            index = self._next_excerpt
            if self._windows[index].stop > self._finished or index + 1 not in self._decks:
                return
            if self._keep is not None:
                self._keep(self._excerpt(index))
            self._next_excerpt += 1

    def _excerpt(self, index: int) -> Excerpt:
        window = self._windows[index]
        mix = np.zeros((2, window.stop - window.first), dtype=np.float32)
        for first, block in self._mix:
            _put(mix, window.first, block, first)
        (out, into), (out_dry, into_dry) = (
            [_deck_part(self._decks[i], window, dry) for i in (index, index + 1)]
            for dry in (False, True)
        )
        return Excerpt(index, self._rate, window.first, out_dry, into_dry, out, into, mix)

    def _forget(self) -> None:
        """Let go of what no later excerpt or sample needs."""
        pending = self._windows[self._next_excerpt :]
        wanted = min([w.first for w in pending], default=self.n_samples)
        self._mix = [(f, b) for f, b in self._mix if f + b.shape[1] > wanted]
        for index, deck in list(self._decks.items()):
            if self._next_excerpt > index and deck.end <= self._finished:
                del self._decks[index]
                remove_files(deck)


def remove_files(deck: DeckSound) -> None:
    """Delete the raw files of `deck`."""
    for path in (deck.path, *(kept.path for kept in deck.kept)):
        with suppress(FileNotFoundError):
            os.unlink(path)


def _deck_part(deck: DeckSound, window: Window, dry: bool) -> Float32:
    """A deck in `window`, (2, n), before its controls or after them."""
    out = np.zeros((2, window.stop - window.first), dtype=np.float32)
    _add(out, window.first, deck.path, deck.first, deck.n)
    if dry:
        for kept in deck.kept:
            start, stop = _common(window.first, window.stop, kept.first, kept.first + kept.n)
            if start < stop:
                out[:, start - window.first : stop - window.first] = 0.0
                _add(out, window.first, kept.path, kept.first, kept.n)
    return out


def _common(a: int, b: int, c: int, d: int) -> tuple[int, int]:
    return max(a, c), min(b, d)


def _add(into: Float32, begins: int, path: str, first: int, n: int) -> None:
    """Add to `into` (2, m), which begins at sample `begins`, what the raw file of `n` frames
    from sample `first` on holds there. Read, not mapped: mapped pages would pile up."""
    start, stop = _common(begins, begins + into.shape[1], first, first + n)
    if start >= stop:
        return
    frames = np.fromfile(path, np.float32, 2 * (stop - start), offset=8 * (start - first))
    into[:, start - begins : stop - begins] += frames.reshape(-1, 2).T


def _put(into: Float32, begins: int, block: Float32, first: int) -> None:
    """Copy `block`, which begins at sample `first`, to its place in `into`."""
    start, stop = _common(begins, begins + into.shape[1], first, first + block.shape[1])
    if start < stop:
        into[:, start - begins : stop - begins] = block[:, start - first : stop - first]
