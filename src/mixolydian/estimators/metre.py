"""Which pulse of a grid is the beat, and which beat is the first of the bar.

Given pulses at the beat's tempo, but of unknown phase, every position in a bar is described
by what tends to happen there: drum onsets per band, changes of harmony, of texture, and the
entrance of the music. A bar template (kick on one, backbeats, chords that change on the
bar line, music that enters on it) is turned through all phases and the best fit wins: a
conditional logit whose coefficients are listed in :mod:`mixolydian.estimators.templates`.

Bars are cut in sixteenths: ``4 * meter`` slots, slot 0 on the downbeat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from mixolydian.audio import onset, pulse
from mixolydian.audio.features import Features
from mixolydian.core.types import TempoSegment
from mixolydian.estimators import grid, templates

SLOTS_PER_BEAT = 4
EVIDENCE = (
    "onset 30-150 Hz",
    "onset 150-500 Hz",
    "onset 500-1400 Hz",
    "onset 1400-3500 Hz",
    "onset 3500-11000 Hz",
    "chord change",
    "bass note change",
    "texture change",
    "low end enters",
    "music enters",
)

Float = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Pulses:
    """Times (n,) of evenly counted pulses at the beat's tempo; their phase is still open."""

    times: NDArray[np.float64]

    def phase(self, times: Float) -> NDArray[np.float64]:
        """Pulse number, with fractions, at each of `times` (extended at the last tempo)."""
        index = np.arange(len(self.times), dtype=np.float64)
        inside = np.interp(times, self.times, index)
        first = (times - self.times[0]) / (self.times[1] - self.times[0])
        last = index[-1] + (times - self.times[-1]) / (self.times[-1] - self.times[-2])
        return np.where(
            times < self.times[0], first, np.where(times > self.times[-1], last, inside)
        )

    def at(self, phase: Float) -> NDArray[np.float64]:
        """The inverse of :meth:`phase`."""
        index = np.arange(len(self.times), dtype=np.float64)
        inside = np.interp(phase, index, self.times)
        first = self.times[0] + phase * (self.times[1] - self.times[0])
        last = self.times[-1] + (phase - index[-1]) * (self.times[-1] - self.times[-2])
        return np.where(phase < 0, first, np.where(phase > index[-1], last, inside))


def _fold_mean(values: Float, slots: NDArray[np.int64], n_slots: int) -> NDArray[np.float64]:
    """Mean (r, n_slots) of `values` (r, n) per slot."""
    counts = np.maximum(np.bincount(slots, minlength=n_slots), 1)
    return np.array([np.bincount(slots, row, n_slots) / counts for row in values])


def frame_slots(features: Features, pulses: Pulses, slots_per_beat: int) -> NDArray[np.int64]:
    """The slot (n,) each onset frame falls into, counted from the first pulse."""
    times = np.arange(features.onset_bands.shape[1]) / features.mel_rate + onset.LATENCY
    return np.floor(pulses.phase(times) * slots_per_beat + 0.5).astype(np.int64)


def _cosine_distance(left: Float, right: Float) -> NDArray[np.float64]:
    norm = np.linalg.norm(left, axis=0) * np.linalg.norm(right, axis=0)
    return np.where(norm > 0, 1 - (left * right).sum(axis=0) / np.maximum(norm, 1e-12), 0.0)


def bar_evidence(features: Features, pulses: Pulses, meter: int) -> NDArray[np.float64]:
    """What happens in each sixteenth of the bar: (len(EVIDENCE), 4 * meter), rows unit-norm.

    Column 0 is the arbitrary first pulse of `pulses`; rolling the columns by −r asks what
    would be on the downbeat if it lay r sixteenths later.
    """
    n_slots = SLOTS_PER_BEAT * meter
    slots = frame_slots(features, pulses, SLOTS_PER_BEAT) % n_slots
    onsets = _fold_mean(features.sharp_onset_bands, slots, n_slots)
    first = np.ceil(pulses.phase(np.array([0.0]))[0] * SLOTS_PER_BEAT)
    last = np.floor(pulses.phase(np.array([features.duration]))[0] * SLOTS_PER_BEAT)
    ticks = np.arange(first, max(last, first) + 1)
    changes = _changes(features, pulses, ticks, meter)
    folded = _fold_mean(changes, ticks.astype(np.int64) % n_slots, n_slots)
    rows = np.concatenate([onsets, folded])
    rows -= rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _changes(features: Features, pulses: Pulses, ticks: Float, meter: int) -> Float:
    """Rows: chord change, bass change, texture change, low end enters, music enters."""
    beat, bar = SLOTS_PER_BEAT, SLOTS_PER_BEAT * meter

    chord = _cosine_distance(*_sides(features, "chroma", pulses, ticks, 2 * beat))
    bass = _cosine_distance(*_sides(features, "bass_chroma", pulses, ticks, beat))
    before, after = _sides(features, "texture", pulses, ticks, bar)
    texture = np.abs(after - before).mean(axis=0)
    low = np.maximum((after - before)[:2].mean(axis=0), 0.0)
    loud = uniform_filter1d(features.rms, 5)
    threshold = 0.1 * float(np.percentile(loud, 90))
    start = float(np.argmax(loud > threshold)) / features.mel_rate
    entrance = np.exp(-0.5 * ((pulses.at(ticks / SLOTS_PER_BEAT) - start) / 0.04) ** 2)
    return np.array([chord**2, bass**2, _peaky(texture), _peaky(low), entrance])


def _sides(
    features: Features, attribute: str, pulses: Pulses, ticks: Float, reach: int
) -> tuple[Float, Float]:
    """Means (r, k) of frames over the `reach` sixteenths before and after each of `ticks` (k,)."""
    rate = features.chroma_rate if "chroma" in attribute else features.mel_rate
    total = features.running_sum(attribute)

    def frame(offset: int) -> NDArray[np.int64]:
        times = pulses.at((ticks + offset) / SLOTS_PER_BEAT)
        return np.clip(np.round(times * rate), 0, total.shape[1] - 1).astype(np.int64)

    before, at, after = frame(-reach), frame(0), frame(reach)
    left = (total[:, at] - total[:, before]) / np.maximum(at - before, 1)
    right = (total[:, after] - total[:, at]) / np.maximum(after - at, 1)
    # nothing before the first frame or after the last: no change there
    left = np.where(at > before, left, right)
    return left, np.where(after > at, right, left)


def _peaky(curve: Float) -> NDArray[np.float64]:
    """Emphasises the few great changes over the many small ones."""
    scale = float(np.percentile(curve, 99)) if len(curve) else 0.0
    return np.asarray((curve / max(scale, 1e-9)) ** 4)


def rotations(evidence: Float) -> NDArray[np.float64]:
    """`evidence` (r, n) turned to every phase: (n, r * n); row k puts slot k on the downbeat."""
    n = evidence.shape[1]
    return np.array([np.roll(evidence, -k, axis=1).ravel() for k in range(n)])


def template(meter: int) -> NDArray[np.float64]:
    """Coefficients (len(EVIDENCE) * 4 * meter,) of the bar template for `meter`.

    The 4/4 table is stretched to other meters: what holds for the downbeat, for a beat and
    for its divisions holds there too, the backbeat does not.
    """
    table = np.array(templates.BAR).reshape(len(EVIDENCE), -1)
    if meter == 4:
        return table.ravel()
    first = table[:, :SLOTS_PER_BEAT]
    inner = table[:, SLOTS_PER_BEAT:].reshape(len(EVIDENCE), 3, SLOTS_PER_BEAT).mean(axis=1)
    return np.concatenate([first] + [inner] * (meter - 1), axis=1).ravel()


def phase_scores(features: Features, pulses: Pulses, meter: int) -> NDArray[np.float64]:
    """Log-odds (4 * meter,) that the downbeat lies k sixteenths after the first pulse."""
    return rotations(bar_evidence(features, pulses, meter)) @ template(meter)


def fit(features: Features, bpm: float) -> NDArray[np.float64]:
    """How well a beat at `bpm` explains the sound: (4,) terms.

    The 4/4 bar template at its best phase, the share of the sound that keeps to one grid,
    and the log agreement with the beat and with its sixteenths.
    """
    traced = grid.steady_trace(features, bpm)
    times = grid.pulse_times(traced.segments, features.duration)
    if len(times) < 8:
        return np.zeros(4)
    template_score = float(phase_scores(features, Pulses(times), 4).max())
    exact = traced.segments[0].bpm / 60
    strength = [grid.agreement(features, exact * k) for k in (1, SLOTS_PER_BEAT)]
    return np.array([template_score, traced.steadiness, *np.log(np.maximum(strength, 1e-3))])


def locate(features: Features, traced: grid.Trace) -> grid.Trace:
    """`traced` with its anchors moved onto the beat, to the millisecond where sound allows."""
    times = grid.pulse_times(traced.segments, features.duration)
    if len(times) < 8:
        return traced
    scores = phase_scores(features, Pulses(times), 4)
    sixteenth = int(scores.argmax()) % SLOTS_PER_BEAT
    moved = [replace(s, anchor=s.anchor + sixteenth * 15 / s.bpm) for s in traced.segments]
    segments = tuple(_sharpen(features, s) for s in moved)
    return grid.Trace(segments, traced.steadiness)


def _sharpen(features: Features, segment: TempoSegment) -> TempoSegment:
    """Move the anchor onto the attacks themselves: the peak of onset strength folded on the beat.

    The grid's phase averages over everything that sounds, off-beats included; the attack
    on the beat is what a listener and a mixer line up.
    """
    rate = features.mel_rate
    a, b = (int(max(0.0, t) * rate) for t in (segment.start, segment.end))
    envelope = features.onset_envelope[a:b]
    period = 60 / segment.bpm
    if (b - a) / rate < 8 * period:
        return segment
    n_slots = max(8, round(period / 0.002))
    start = a / rate + onset.LATENCY
    folded = pulse.fold(
        envelope[np.newaxis], rate, pulse.Grid(period, segment.anchor - start), n_slots
    )[0]
    smooth = gaussian_filter1d(folded, 0.008 / period * n_slots, mode="wrap")
    reach = round(min(0.045, period / 10) / period * n_slots)
    near = np.concatenate([smooth[-reach:], smooth[: reach + 1]])
    best = int(near.argmax())
    if not 0 < best < len(near) - 1 or near[best] < 1.2 * float(smooth.mean()):
        return segment
    shift = (best + pulse.parabola_peak(near, best) - reach) * period / n_slots
    return replace(segment, anchor=segment.anchor + shift)


def bar_similarity(features: Features, pulses: Pulses, longest: int = 16) -> NDArray[np.float64]:
    """Mean similarity (longest,) of the sound with itself 1, 2, … beats later.

    Each beat is described by its onsets per sixteenth and band, and by its chroma.
    """
    n = len(pulses.times)
    ticks = np.arange(n * SLOTS_PER_BEAT + 1) - 0.5
    edges = pulses.at(ticks / SLOTS_PER_BEAT)
    rhythm = _between(features.running_sum("sharp_onset_bands"), features.mel_rate, edges)
    tones = _between(features.running_sum("chroma"), features.chroma_rate, edges[::SLOTS_PER_BEAT])
    rows = [r.reshape(r.shape[0], n, -1).transpose(1, 0, 2).reshape(n, -1) for r in (rhythm, tones)]
    total = np.zeros(longest)
    for row in rows:
        z = row - row.mean(axis=0)
        z /= np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-9)
        total += [
            float((z[:-k] * z[k:]).sum(axis=1).mean()) if n > k else 0.0
            for k in range(1, longest + 1)
        ]
    return total / len(rows)


def _between(total: Float, rate: float, edges: Float) -> NDArray[np.float64]:
    """Means (r, k) between consecutive `edges` (k + 1,) s of frames with running sum `total`."""
    at = np.clip(np.round(edges * rate), 0, total.shape[1] - 1).astype(np.int64)
    return np.asarray((total[:, at[1:]] - total[:, at[:-1]]) / np.maximum(np.diff(at), 1))
