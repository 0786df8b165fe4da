"""How wide the dice of random briefs fall.

Every field is a share of pieces in [0, 1] unless it says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """What may happen to a random piece, and how often."""

    near_tempo: float = 0.15
    """tempo up to 15 % outside the genre's range."""
    any_tempo: float = 0.15
    """tempo anywhere in 60–200 BPM."""
    modes: float = 0.2
    """a mode of the key's family other than major and minor."""
    other_meter: float = 0.2
    """another meter than the genre's, of 3, 4, 5, 6 and 7."""
    half_time: float = 0.08
    odd_swing: float = 0.15
    """swing outside the genre's range."""
    moods: float = 0.5
    energies: float = 0.3
    """levels of their own instead of the labels' habits."""
    progressions: float = 0.15
    """chords of another genre."""
    tuning: float = 0.35
    drift: float = 0.12
    jitter: float = 0.25
    """players off the grid where the genre has machines."""
    lead_in: float = 0.5
    tempo_change: float = 0.08
    tempo_ramp: float = 0.06
    key_change: float = 0.1
    sparse: float = 0.12
    """some stems never play."""
    beatless: float = 0.06
    drums_only: float = 0.03
    section_mutes: float = 0.2
    foreign_voice: float = 0.25
    foreign_kit: float = 0.2
    foreign_pattern: float = 0.15
    """drum lanes of another genre."""
    knobs: float = 0.35
    """octaves, filters and levels of parts turned."""
    air: float = 0.3
    hiss: float = 0.25
    loudness: tuple[float, float] = (-18.0, -6.0)
    """LUFS, lowest and highest."""


WIDE = Profile()
"""For training: everything that happens in music, more often than it does."""

BENCHMARK = Profile(
    near_tempo=0.0, any_tempo=0.0, modes=0.0, other_meter=0.0, half_time=0.0, odd_swing=0.0,
    moods=0.0, energies=0.0, progressions=0.0, tuning=0.3, drift=0.0, jitter=0.0,
    tempo_change=0.05, tempo_ramp=0.0, key_change=0.05, sparse=0.0, beatless=0.0,
    drums_only=0.0, section_mutes=0.0, foreign_voice=0.0, foreign_kit=0.0, foreign_pattern=0.0,
    knobs=0.0, loudness=(-18.0, -8.0),
)  # fmt: skip
"""For measuring: every genre as it is played, in all keys, with varied mixes."""
