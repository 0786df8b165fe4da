"""Degraded copies of a sound: low-rate mp3, noise, a telephone line. Timing is kept exactly."""

from __future__ import annotations

from mixolydian.training.datasets.degrade import VARIANTS, add_noise, degrade, telephone

__all__ = ["VARIANTS", "add_noise", "degrade", "telephone"]
