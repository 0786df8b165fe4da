"""Rhythm: what a listener would say about the groove, in words and numbers.

Facts: the tempo in words, how steady it is, the meter, swing, how many onsets fall on a
beat, how syncopated they are, and the drum pattern of an average bar per frequency band.

Swing is the share of a pair of eighths (or sixteenths) that the first of them takes: 0.5
is straight, 0.667 is triplet swing (Friberg & Sundström, Music Perception 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats, Estimate, Summary, Tempo
from mixolydian.estimators import metre
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.estimators.tempo import onsets_per_second

TEMPO_WORDS = ((60, "very slow"), (85, "slow"), (110, "moderate"), (135, "lively"), (165, "fast"))
PATTERN_ROWS = {"kick": (0, 1), "snare": (2, 4), "hats": (4, 5)}
SWING_SLOTS = 48
"""Per beat: fine enough to tell 0.50 from 0.54."""
MIN_OFFBEAT = 0.1
"""Of the strongest slot: what an off-beat must reach to be one, not the noise between."""

Float = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class RhythmEstimator(Estimator):
    """Answers "rhythm" with a :class:`~mixolydian.core.types.Summary`."""

    question: ClassVar[str] = "rhythm"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("tempo", "beats")
    min_seconds: ClassVar[float] = 3.0

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        tempo: Tempo | None = given["tempo"].value if "tempo" in given else None
        beats: Beats | None = given["beats"].value if "beats" in given else None
        if tempo is None or beats is None or len(beats.times) < 8:
            return unanswered("no rhythm to describe without a steady beat")
        pulses = metre.Pulses(beats.times)
        profile = beat_profile(features, pulses)
        swing, unit = swing_ratio(profile)
        pattern = bar_pattern(features, beats)
        facts: dict[str, Any] = {
            "bpm": round(tempo.bpm, 2),
            "tempo": tempo_word(tempo.bpm),
            "steady": len(tempo.segments) <= 1,
            "meter": f"{beats.meter}/{8 if beats.meter == 6 else 4}",
            "swing": round(swing, 3),
            "swing_unit": unit,
            "onsets_per_beat": round(onsets_per_beat(features, pulses), 2),
            "syncopation": round(syncopation(pattern, beats.meter), 3),
            "pattern": {name: _text(row) for name, row in pattern.items()},
        }
        facts["text"] = _sentence(facts, tempo)
        return Estimate(Summary(facts), confidence=given["beats"].confidence)


def tempo_word(bpm: float) -> str:
    """A plain word for a tempo in BPM."""
    return next((word for limit, word in TEMPO_WORDS if bpm < limit), "very fast")


def beat_profile(features: Features, pulses: metre.Pulses) -> NDArray[np.float64]:
    """Mean onset strength (SWING_SLOTS,) through one beat, slot 0 on the beat."""
    slots = metre.frame_slots(features, pulses, SWING_SLOTS) % SWING_SLOTS
    counts = np.maximum(np.bincount(slots, minlength=SWING_SLOTS), 1)
    return np.asarray(np.bincount(slots, features.onset_envelope, SWING_SLOTS) / counts)


def swing_ratio(profile: Float) -> tuple[float, str]:
    """(ratio, "eighth" or "sixteenth"): where the off-beat falls between its neighbours.

    0.5 when there is no clear off-beat.
    """
    smooth = (np.roll(profile, 1) + profile + np.roll(profile, -1)) / 3
    floor = float(np.median(smooth))
    n = len(smooth)
    for unit, span in (("eighth", n), ("sixteenth", n // 2)):
        low, high = round(0.46 * span), round(0.72 * span)
        window = smooth[low : high + 1]
        if span < n:
            window = window + smooth[n // 2 + low : n // 2 + high + 1]
        i = int(window.argmax())
        least = max(1.5 * floor, MIN_OFFBEAT * float(smooth.max())) * (1 if span == n else 2)
        clear = window[i] > least and 0 < i < len(window) - 1
        ratio = (low + i) / span
        if clear and ratio >= 0.53:
            return ratio, unit
    return 0.5, "eighth"


def bar_pattern(features: Features, beats: Beats) -> dict[str, NDArray[np.float64]]:
    """Mean onset strength of an average bar in sixteenths, per drum register, peak 1."""
    first = int(np.argmax(beats.positions == 1))
    pulses = (
        metre.Pulses(beats.times[first:])
        if len(beats.times) - first >= 4
        else (metre.Pulses(beats.times))
    )
    n_slots = metre.SLOTS_PER_BEAT * beats.meter
    slots = metre.frame_slots(features, pulses, metre.SLOTS_PER_BEAT) % n_slots
    counts = np.maximum(np.bincount(slots, minlength=n_slots), 1)
    rows = {}
    for name, (a, b) in PATTERN_ROWS.items():
        strength = np.bincount(slots, features.onset_bands[a:b].sum(axis=0), n_slots) / counts
        strength = strength - strength.min()
        rows[name] = strength / max(float(strength.max()), 1e-9)
    return rows


def _text(row: Float) -> str:
    """A row as a step-sequencer line: X strong, x present, · empty."""
    return "".join("X" if v > 0.66 else "x" if v > 0.33 else "·" for v in row)


def onsets_per_beat(features: Features, pulses: metre.Pulses) -> float:
    """How many onsets fall on one beat, on average."""
    rate = onsets_per_second(features.onset_envelope, features.duration)
    return rate * features.duration / max(len(pulses.times), 1)


def syncopation(pattern: dict[str, NDArray[np.float64]], meter: int) -> float:
    """Share in [0, 1] of kick and snare strength that does not fall on a beat."""
    total = pattern["kick"] + pattern["snare"]
    on = total[:: metre.SLOTS_PER_BEAT].sum()
    return float(1 - on / max(float(total.sum()), 1e-9))


def _sentence(facts: dict[str, Any], tempo: Tempo) -> str:
    """One sentence a reader understands."""
    steadiness = "steady" if facts["steady"] else f"in {len(tempo.segments)} tempo pieces"
    swing = (
        f"swung {facts['swing_unit']}s ({100 * facts['swing']:.0f} %)"
        if facts["swing"] > 0.5
        else "straight"
    )
    busy = facts["onsets_per_beat"]
    density = "sparse" if busy < 1 else "busy" if busy > 3 else "moderately busy"
    return (
        f"{facts['tempo'].capitalize()} at {facts['bpm']:g} BPM, {steadiness}, "
        f"{facts['meter']}, {swing}, {density} ({busy:g} onsets a beat)."
    )
