"""Beats, downbeats, meter and phrases.

Beats come from the tempo's grid, carried through parts where nothing beats. The meter is
the number of beats after which the sound is most like itself; the downbeat is where the
bar template of :mod:`mixolydian.estimators.metre` fits; phrases start where the texture
changes most at multiples of eight bars.

Tolerance behind `confidence`: ±70 ms on the beats (F-measure of Davies et al. 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio import onset
from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Estimate, Phrase, Tempo
from mixolydian.estimators import grid, metre
from mixolydian.estimators.base import Estimator, Given, unanswered

METERS = (4, 3, 6, 5, 7)
PHRASE_BARS = (32, 16, 8)

Float = NDArray[np.floating[Any]]


def choose_meter(similarity: Float, advantage: float) -> tuple[int, float]:
    """(meter, margin) from the similarity (16,) of the sound with itself 1, 2, … beats later.

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
    best = max(METERS, key=lambda m: scores[m])
    rest = max(scores[m] for m in METERS if m != best)
    return best, scores[best] - rest


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
        meter, _ = choose_meter(metre.bar_similarity(features, pulses), self.meter_advantage)
        scores = metre.phase_scores(features, pulses, meter)[:: metre.SLOTS_PER_BEAT]
        downbeat = int(scores.argmax())
        odds = np.exp(scores - scores.max())
        probability = odds / odds.sum()
        n = len(pulses.times)
        positions = (np.arange(n) - downbeat) % meter + 1
        beats = Beats(
            pulses.times,
            positions,
            meter,
            phrases(features, pulses.times[positions == 1]),
        )
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


def phrases(features: Features, downbeats: Float) -> tuple[Phrase, ...]:
    """Phrase starts among `downbeats` (k,): a grid of 8 bars, joined to 16 or 32 where the
    texture does not change at the joint; bars before the grid's first line stand alone."""
    if len(downbeats) < 9:
        return ()
    change = bar_change(features, downbeats)
    offset = int(np.argmax([change[k::8].mean() for k in range(8)]))
    starts = list(range(offset, len(downbeats), 8))
    if offset:
        starts.insert(0, 0)
    strong = float(np.percentile(change, 75))
    found: list[Phrase] = []
    i = 0
    while i < len(starts):
        bars = next(
            (
                b
                for b in PHRASE_BARS
                if (b == 8 or i > 0 or not offset)
                and i + b // 8 <= len(starts)
                and all(change[starts[j]] < strong for j in range(i + 1, i + b // 8))
            ),
            8,
        )
        found.append(Phrase(float(downbeats[starts[i]]), bars))
        i += bars // 8
    return tuple(found)


def bar_change(features: Features, downbeats: Float) -> NDArray[np.float64]:
    """How much the texture changes (k,) at each of `downbeats`, four bars against four."""
    total = features.running_sum("texture")
    at = np.clip(np.round(downbeats * features.mel_rate), 0, total.shape[1] - 1).astype(np.int64)
    at = np.append(at, total.shape[1] - 1)
    means = np.diff(total[:, at], axis=1) / np.maximum(np.diff(at), 1)
    out = np.zeros(len(downbeats))
    for i in range(1, len(downbeats)):
        before, after = means[:, max(0, i - 4) : i], means[:, i : i + 4]
        out[i] = np.abs(after.mean(axis=1) - before.mean(axis=1)).mean()
    return out
