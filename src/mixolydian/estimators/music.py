"""Content over time: music, speech, singing, noise, silence, and speech over music.

The model (recipe ``music``) looks at a window of 3 s every half second and tells for each of
music, speech, singing and noise whether it sounds in the half second that lies 1 s before the
window's end: a live stream can be labelled a second late. Music and speech at once are "speech
over music"; a voice that sings over instruments is music. Silence is judged on level alone.
Without a model the rules of :mod:`~mixolydian.estimators.music_rules` answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mixolydian.audio.features import Features
from mixolydian.core.settings import read_settings
from mixolydian.core.types import Estimate, Segment
from mixolydian.estimators.base import Estimator, Given
from mixolydian.estimators.content import labelled_segments, silent_stretches
from mixolydian.estimators.music_rules import MusicRules
from mixolydian.models import windows
from mixolydian.models.store import Model, Store

MODEL = "music"
HOP = windows.DECIDED.stop - windows.DECIDED.start
"""frames from one decision to the next: 0.51 s."""
OVER = "speech over music"
FloatArray = NDArray[np.float64]


def model() -> Model | None:
    """The model in use, if there is one."""
    return Store(read_settings().home).find(MODEL)


def presence(features: Features, asked: Model) -> FloatArray:
    """Probabilities (n, 4) that each label of the model sounds, one row per ``HOP`` frames."""
    power = windows.pooled(features.mel)
    n = max(1, -(-len(power) // HOP))
    first, length = windows.DECIDED.start, windows.WINDOW
    whole = np.pad(power, ((first, n * HOP + length - first - len(power)), (0, 0)))
    starts = np.arange(n, dtype=np.int64) * HOP
    return np.concatenate([asked.probabilities(part) for part in windows.parts(whole, starts)])


def named(
    row: FloatArray, labels: tuple[str, ...], least: float, least_talk: float
) -> tuple[str, float]:
    """What sounds, in one word, and the probability that this word is right; something sounds
    from the probability `least` on, speech beside music from `least_talk` on."""
    p = dict(zip(labels, row.tolist(), strict=True))
    if p["music"] >= least:
        if p["speech"] >= least_talk:
            return OVER, p["speech"] * p["music"]
        return "music", p["music"] * (1 - p["speech"])
    if p["speech"] >= least and p["speech"] >= p["singing"]:
        return "speech", p["speech"] * (1 - p["music"])
    best = max(p, key=lambda label: p[label])
    return best, p[best]


@dataclass(frozen=True)
class MusicEstimator(Estimator):
    """Segments of what sounds; see the module's text."""

    question: ClassVar[str] = "music"
    version: ClassVar[str] = "2"

    smoothing: int = 3
    """decisions that are averaged."""
    talk_smoothing: int = 9
    """decisions that are averaged for speech over music: 4.6 s."""
    least_probability: float = 0.5
    """from which on something is said to sound."""
    least_talk: float = 0.6
    """from which on speech is said to lie over music: sung lines reach a half at times."""
    silence_dbfs: float = -60.0
    """Level under which a frame is silent: the noise floor of a quiet recording."""
    min_segment: float = 1.0
    """Shortest segment in seconds."""

    def refusal(self, features: Features) -> str | None:
        """Silence is an answer here, so nothing is refused."""
        return None

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Segments covering the whole sound; confidence is the mean probability of their labels."""
        if features.is_silent:
            return Estimate((Segment(0.0, features.duration, "silence"),), confidence=1.0)
        asked = model()
        if asked is None:
            return MusicRules().answer(features, given)
        labels = asked.card.labels
        rows = self._smoothed(presence(features, asked), labels)
        least = self.least_probability, self.least_talk
        words = [named(row, labels, *least) for row in rows]
        edges = np.minimum(np.arange(len(rows) + 1) * HOP / windows.RATE, features.duration)
        edges[-1] = features.duration
        silent = silent_stretches(features, self.silence_dbfs, self.min_segment)
        segments = labelled_segments([w for w, _ in words], edges, silent, self.min_segment)
        return Estimate(segments, confidence=float(np.mean([p for _, p in words])))

    def _smoothed(self, rows: FloatArray, labels: tuple[str, ...]) -> FloatArray:
        """Running means (n, 4); of speech over longer stretches where there is music, since a
        sung line sounds like speech for a moment, and who talks over music goes on."""
        music, speech = labels.index("music"), labels.index("speech")
        smooth = uniform_filter1d(rows, self.smoothing, axis=0, mode="nearest")
        longer = uniform_filter1d(rows[:, speech], self.talk_smoothing, mode="nearest")
        over = smooth[:, music] >= self.least_probability
        smooth[over, speech] = longer[over]
        return np.asarray(smooth)

    def weights(self) -> str | None:
        """A new model makes old answers stale."""
        asked = model()
        return None if asked is None else asked.weights
