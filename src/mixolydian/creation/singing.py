"""From a melody's degree to the pitch that is sung over a chord.

Strong notes are pulled to a near tone of the chord, weak ones stay on the scale, in which the
chord's own accidentals replace their neighbours (the raised seventh under V in minor). All
pitches are MIDI numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from mixolydian.creation.melody import MelodyStep
from mixolydian.creation.spans import ChordSpan
from mixolydian.theory.mode import mode_scale

BELOW, ABOVE = 4, 12
"""semitones around the tonic within which a melody is kept: a tenth in all."""
REACH = 5
"""semitones by which a note leaves its degree at most."""
SHRILL = 93
"""MIDI pitch above which no octave is added."""


@dataclass(frozen=True)
class Sung:
    """A note as it was sung: the degree that was meant and the pitches, its own first."""

    degree: int
    pitches: tuple[int, ...]


def sung(step: MelodyStep, span: ChordSpan, low: int, last: Sung | None = None) -> Sung:
    """A step over `span` in the register of `low`, going the way the melody goes from `last`."""
    steps = scale_over(span)
    home = _home(span.tonic, low)
    wanted = _on(steps, home, step.degree)
    allowed = span.harmony.pitch_classes
    if not step.strong:
        allowed = tuple((span.tonic + s) % 12 for s in steps)
    near = _near(wanted, home, allowed)
    first = min(_onward(near, step.degree, last) or near, key=lambda p: (abs(p - wanted), p))
    seconds = (_second(_on(steps, home, step.degree + up), first, span) for up in step.also)
    return Sung(step.degree, (first, *seconds))


def _near(wanted: int, home: int, allowed: tuple[int, ...]) -> list[int]:
    """The allowed pitches around `wanted`, within a tenth around the tonic where it lies there."""
    lowest = max(wanted - REACH, min(home - BELOW, wanted))
    highest = min(wanted + REACH, max(home + ABOVE, wanted))
    return [p for p in range(lowest, highest + 1) if p % 12 in allowed]


def _onward(near: list[int], degree: int, last: Sung | None) -> list[int]:
    """Those pitches that rise where the melody rises and fall where it falls."""
    if last is None or degree == last.degree:
        return near
    return [p for p in near if (p - last.pitches[0]) * (degree - last.degree) > 0]


def scale_over(span: ChordSpan) -> tuple[int, ...]:
    """Semitones above the tonic of the scale that fits the chord, tonic first, ascending."""
    steps = {(pc - span.tonic) % 12 for pc in mode_scale(span.tonic, span.mode)}
    chord = {(pc - span.tonic) % 12 for pc in span.harmony.pitch_classes}
    for added in sorted(chord - steps):
        near = [n for n in ((added - 1) % 12, (added + 1) % 12) if n in steps - chord - {0}]
        options = [(steps | {added}) - {n} for n in near] or [steps | {added}]
        steps = min(options, key=lambda s: (_widest(s), 7 not in s))
    return tuple(sorted(steps))


def _widest(steps: set[int]) -> int:
    """The widest gap of a scale in semitones."""
    return max(b - a for a, b in pairwise([*sorted(steps), 12]))


def _home(tonic: int, low: int) -> int:
    """The tonic nearest to the register's foot."""
    return low - 4 + (tonic - (low - 4)) % 12


def _on(steps: tuple[int, ...], home: int, degree: int) -> int:
    octave, place = divmod(degree, len(steps))
    return home + 12 * octave + steps[place]


def _second(wanted: int, first: int, span: ChordSpan) -> int:
    """The pitch of a second voice: an octave stays one (below where it would be shrill), a
    third becomes a tone of the chord."""
    tones = span.harmony.pitch_classes
    above = [p for p in range(first + 3, first + 10) if p % 12 in tones]
    if above and wanted - first <= 9:
        return min(above, key=lambda p: (abs(p - wanted), p))
    return first + 12 if first + 12 <= SHRILL else first - 12
