"""Beats, downbeats, meter and phrases.

Beats come from the tempo's grid, carried through parts where nothing beats. The meter is
the number of beats after which the sound is most like itself; the downbeat is where the
bar template of :mod:`mixolydian.estimators.metre` fits; phrases are counted in eight, sixteen
or thirty-two bars from the boundaries of the form.

Tolerance behind `confidence`: ±70 ms on the beats (F-measure of Davies et al. 2009).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio import onset
from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Estimate, Phrase, Tempo
from mixolydian.estimators import form, grid, metre
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.estimators.sections import SPREAD, partition

METERS = (4, 3, 6, 5, 7)
PHRASE_BARS = (32, 16, 8)

Float = NDArray[np.floating[Any]]


def choose_meter(similarity: Float, advantage: float) -> int:
    """The meter, from the similarity (16,) of the sound with itself 1, 2, … beats later.

    A meter's score is how far similarity rises over its neighbours at the first two
    multiples: chords that are held let it sink and swell slowly, which is no meter. Another
    meter than four must win by `advantage`. Twelve beats are also four bars of three, so
    six must show itself against its own half: the sound must be less like itself after 3
    and 9 beats than after 6.
    """
    rise = similarity[1:-1] - (similarity[:-2] + similarity[2:]) / 2
    scores = {m: float(rise[[m - 2, 2 * m - 2]].mean()) for m in METERS}
    half_bar = float(max(similarity[2], similarity[8]))
    scores[6] = min(scores[6], scores[3] + float(similarity[5]) - half_bar - advantage / 2)
    scores[6] -= advantage / 2
    scores[4] += advantage
    return max(METERS, key=lambda m: scores[m])


@dataclass(frozen=True)
class BeatsEstimator(Estimator):
    """Answers "beats" with :class:`~mixolydian.core.types.Beats`."""

    question: ClassVar[str] = "beats"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("tempo",)
    min_seconds: ClassVar[float] = 3.0

    meter_advantage: float = 0.08
    """How much more self-similar another meter must be than 4/4, which most music is in."""

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        tempo: Tempo | None = given["tempo"].value if "tempo" in given else None
        if tempo is None:
            return unanswered("no beats without a steady tempo")
        segments = tempo.segments
        if not segments:
            segments = metre.locate(features, grid.trace(features, tempo.bpm)).segments
        times = grid.pulse_times(segments, features.duration)
        if len(times) < 4:
            return unanswered(f"only {len(times)} beats fit into {features.duration:.1f} s")
        return self._bars(features, metre.Pulses(times), given)

    def _bars(self, features: Features, pulses: metre.Pulses, given: Given) -> Estimate[Any]:
        meter = choose_meter(metre.bar_similarity(features, pulses), self.meter_advantage)
        scores = metre.phase_scores(features, pulses, meter)[:: metre.SLOTS_PER_BEAT]
        downbeat = int(scores.argmax())
        odds = np.exp(scores - scores.max())
        probability = odds / odds.sum()
        n = len(pulses.times)
        positions = (np.arange(n) - downbeat) % meter + 1
        beats = Beats(pulses.times, positions, meter)
        beats = replace(beats, phrases=phrases(features, beats))
        tempo_confidence = given["tempo"].confidence
        certain = 1.0 if tempo_confidence is None else tempo_confidence
        others = [k for k in np.argsort(-probability) if k != downbeat][:1]
        return Estimate(
            beats,
            confidence=float(certain * (0.9 + 0.1 * agreement(features, pulses))),
            alternatives=tuple(
                ({"downbeat": round(float(pulses.times[k]), 3)}, float(probability[k]))
                for k in others
                if k < n
            ),
        )


def agreement(features: Features, pulses: metre.Pulses) -> float:
    """In [0, 1]: how much more starts on the beats than between them."""
    times = np.arange(len(features.onset_envelope)) / features.mel_rate + onset.LATENCY
    phase = pulses.phase(times) % 1.0
    on = np.minimum(phase, 1 - phase) < 0.12
    between = np.abs(phase - 0.5) < 0.12
    a, b = features.onset_envelope[on].sum(), features.onset_envelope[between].sum()
    return float(np.clip(0.5 + 0.5 * (a - b) / max(a + b, 1e-9) + 0.25, 0.0, 1.0))


def phrases(features: Features, beats: Beats) -> tuple[Phrase, ...]:
    """Phrases of 32, 16 or 8 bars, counted anew from every boundary of the form.

    What is left before the next boundary is a phrase of its own, however short.
    """
    downbeats = beats.downbeats
    if len(downbeats) < 9:
        return ()
    layout = form.beat_grid(features, beats)
    sound = form.beat_sound(features, layout.times)
    lines = layout.bars()
    if len(lines) < 9:
        return ()
    points = form.describe_bars(sound.gather(lines))
    edges = layout.times[lines[partition(points, SPREAD)]]
    bars = np.unique(np.abs(edges[:, np.newaxis] - downbeats).argmin(axis=1))
    bars = np.unique(np.concatenate([[0], bars[bars < len(downbeats)]]))
    return tuple(
        Phrase(float(downbeats[start]), length)
        for first, last in pairwise([*bars, len(downbeats)])
        for start, length in _split(int(first), int(last))
    )


def _split(first: int, last: int) -> Iterator[tuple[int, int]]:
    """(start, length) of the phrases that fill bars `first` to `last`, longest first."""
    while first < last:
        length = next((b for b in PHRASE_BARS if b <= last - first), last - first)
        yield first, length
        first += length
