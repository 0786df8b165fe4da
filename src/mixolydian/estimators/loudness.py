"""Loudness by EBU R128: integrated LUFS, true peak in dBTP, loudness range in LU.

The measuring is done in ``audio.loudness``; this estimator turns it into an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mixolydian.audio.features import Features
from mixolydian.core.types import Estimate, Loudness
from mixolydian.estimators.base import Estimator, Given, unanswered


@dataclass(frozen=True)
class LoudnessEstimator(Estimator):
    """Integrated loudness, range and true peak of all channels."""

    question: ClassVar[str] = "loudness"
    version: ClassVar[str] = "1"

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """A measurement, so its confidence is 1; below −70 LUFS there is none."""
        measured = features.loudness
        if not np.isfinite(measured.lufs):
            return unanswered(
                "no 400 ms of the sound reach -70 LUFS, the gate of EBU R128: nothing to measure"
            )
        value = Loudness(
            lufs=float(measured.lufs),
            true_peak_dbtp=float(measured.true_peak_dbtp),
            range_lu=float(measured.range_lu),
        )
        return Estimate(value, confidence=1.0)
