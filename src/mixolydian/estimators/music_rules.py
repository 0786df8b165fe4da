"""Content over time: music, speech, noise or silence, by rules a reader can check.

This answers where no model is installed, and is what a model has to beat.

Every second is judged on the 3 s around it. Eight measurements, all free of gain, each
turned into evidence in [0, 1] between two thresholds (``RULES``), and averaged per class:

stability   similarity of the constant-Q peaks to those 0.2 s later: notes hold their
            pitch, a voice glides through it, noise has no peaks that return.
tuning      share of the constant-Q peaks that lie on the same third of every semitone:
            instruments are tuned to a scale of semitones, voices and machines are not.
partials    share of constant-Q bins that stand out: many notes sound together.
pulse       highest autocorrelation of 8 s of onset envelope at 0.25–1.6 s: beats return
            (Scheirer & Slaney, ICASSP 1997, "pulse metric"), syllables do not.
bass        share of the power below about 100 Hz: bass and drums have it, voices do not.
gaps        share of frames 30 dB under the window's loudest: words are parted by pauses.
alternation spread of the spectral centroid in octaves over the sounding frames: vowels
            against consonants (Saunders, ICASSP 1996, used zero crossings for the same).
syllables   share of the level's modulation at 2.5–8 Hz: syllables come about 4 a second
            (Houtgast & Steeneken 1985).

Silence is judged on level alone, frame by frame. Classes are smoothed by a running vote,
and no segment is shorter than ``min_segment``. Singing without accompaniment counts as
music, speech over music as whichever leads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft as sp_fft
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from mixolydian.audio.features import Features
from mixolydian.core.types import Estimate, Segment
from mixolydian.estimators.base import Estimator, Given
from mixolydian.estimators.content import labelled_segments, silent_stretches

LABELS = ("music", "speech", "noise", "silence")
MEASURES = ("stability", "tuning", "partials", "pulse", "bass", "gaps", "alternation", "syllables")

RULES: dict[str, tuple[tuple[str, float, float, float], ...]] = {
    # measurement, no evidence at, full evidence at, weight
    "notes": (
        # running speech lies at 0.52 ± 0.03, held notes above 0.65
        ("stability", 0.50, 0.70, 0.25),
        # chance is a third and a little more in 3 s; tuned instruments reach half
        ("tuning", 0.39, 0.52, 0.4),
        # speech and noise have 2 % of the bins standing out, mixed music over 5 %
        ("partials", 0.02, 0.06, 0.35),
    ),
    "groove": (
        # chance level of 8 s without a pulse is about 0.25; drum loops reach 0.8
        ("pulse", 0.25, 0.65, 0.5),
        # the fundamental of a low male voice leaves 0.3 % there, a bass line over 10 %
        ("bass", 0.01, 0.15, 0.5),
    ),
    "speech": (
        ("stability", 0.62, 0.52, 0.2),
        ("tuning", 0.46, 0.40, 0.15),
        # fluent speech pauses 2–20 % of the time; mixed music never falls by 30 dB
        ("gaps", 0.0, 0.06, 0.2),
        # vowels lie near 700 Hz, fricatives two and more octaves higher
        ("alternation", 0.25, 0.45, 0.2),
        ("bass", 0.03, 0.004, 0.15),
        ("syllables", 0.15, 0.45, 0.1),
    ),
    "noise": (
        ("stability", 0.80, 0.52, 0.15),
        ("tuning", 0.48, 0.40, 0.25),
        ("partials", 0.06, 0.02, 0.2),
        # steady noise keeps its colour: under a tenth of an octave
        ("alternation", 0.45, 0.15, 0.2),
        ("pulse", 0.60, 0.30, 0.2),
    ),
}

PULSE_SECONDS = 8.0
"""A pulse needs several periods to be told from chance: 8 s hold two bars at 60 BPM."""

PART = 2048
"""Windows measured at once."""

FloatMatrix = NDArray[np.float64]


def _windows(x: NDArray[Any], centres: FloatMatrix, length: int) -> NDArray[Any]:
    """Stretches (…, len(centres), min(length, n)) of `x` (…, n) around frames `centres`."""
    length = min(length, x.shape[-1])
    first = np.clip(np.round(centres - length / 2).astype(int), 0, x.shape[-1] - length)
    return np.asarray(sliding_window_view(x, length, axis=-1)[..., first, :])


def tonal_frames(constant_q: NDArray[np.float32]) -> FloatMatrix:
    """Six measures per frame (6, n - 2) of constant-Q magnitude (n_bins, n).

    They are taken from :func:`tonal_peaks`: the product of a frame with the one two frames
    (0.2 s) later, the product of both norms, the peaks over 4 dB summed on each third of
    the semitone (3 rows), and the share of bins over 8 dB.
    """
    floor = max(float(constant_q.max(initial=0.0)) * 1e-4, 1e-9)
    n = max(0, constant_q.shape[1] - 2)
    parts = [
        _tonal_part(tonal_peaks(constant_q[:, start : min(start + PART, n) + 2], floor))
        for start in range(0, n, PART)
    ]
    return np.concatenate(parts, axis=1) if parts else np.zeros((6, 0))


def tonal_peaks(constant_q: NDArray[np.float32], floor: float) -> NDArray[np.float32]:
    """How far each bin stands out over the quarter octave around it, 0–20 dB."""
    level = 20 * np.log10(np.maximum(constant_q, np.float32(floor)))
    return np.asarray(np.clip(level - uniform_filter1d(level, 9, axis=0), 0.0, 20.0))


def _tonal_part(peaks: NDArray[np.float32]) -> FloatMatrix:
    now, later = peaks[:, :-2], peaks[:, 2:]
    energy = np.einsum("ij,ij->j", peaks, peaks)
    strong = np.maximum(now - 4.0, 0.0)
    thirds = [strong[i::3].sum(axis=0) for i in range(3)]
    share = (now > 8.0).mean(axis=0)
    dot = np.einsum("ij,ij->j", now, later)
    return np.stack([dot, np.sqrt(energy[:-2] * energy[2:]), *thirds, share]).astype(np.float64)


def pulse_strength(onset_envelope: NDArray[Any], frames_per_second: float) -> FloatMatrix:
    """Highest autocorrelation (n_windows,) at 0.25–1.6 s of each row of (n_windows, n)."""
    n = onset_envelope.shape[1]
    lags = np.arange(int(0.25 * frames_per_second), min(int(1.6 * frames_per_second), n // 2))
    if lags.size == 0:
        return np.zeros(len(onset_envelope))
    centred = onset_envelope - onset_envelope.mean(axis=1, keepdims=True)
    power = np.abs(sp_fft.rfft(centred, sp_fft.next_fast_len(2 * n, real=True), axis=1)) ** 2
    correlation = sp_fft.irfft(power, axis=1)
    scale = np.maximum(correlation[:, :1], 1e-9) * (1 - lags / n)
    return np.asarray(np.clip((correlation[:, lags] / scale).max(axis=1), 0.0, 1.0))


def syllable_share(level: NDArray[Any], frames_per_second: float) -> FloatMatrix:
    """Share (n_windows,) of each row's modulation (0.3–20 Hz) that lies at 2.5–8 Hz."""
    n = level.shape[1]
    window = np.hanning(n + 2)[1:-1]
    spectrum = np.abs(sp_fft.rfft((level - level.mean(axis=1, keepdims=True)) * window)) ** 2
    rate = sp_fft.rfftfreq(n, 1 / frames_per_second)
    inside = spectrum[:, (rate > 2.5) & (rate < 8.0)].sum(axis=1)
    return np.asarray(inside / np.maximum(spectrum[:, (rate > 0.3) & (rate < 20)].sum(1), 1e-20))


def measure(features: Features, times: FloatMatrix, seconds: float) -> dict[str, FloatMatrix]:
    """The ``MEASURES`` around `times`, each (n,), over stretches of `seconds`.

    Times are taken some thousand at once, which bounds the memory of hours.
    """
    tonal = tonal_frames(features.constant_q)
    parts = [
        _measure_part(features, tonal, times[start : start + PART], seconds)
        for start in range(0, len(times), PART)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _measure_part(
    features: Features, tonal: FloatMatrix, times: FloatMatrix, seconds: float
) -> dict[str, FloatMatrix]:
    rate, length = features.mel_rate, round(seconds * features.mel_rate)
    level = uniform_filter1d(features.rms.astype(np.float64), 3)
    loud = _windows(level, times * rate, length)
    decibel = 20 * np.log10(loud / np.maximum(loud.max(axis=1, keepdims=True), 1e-9) + 1e-6)
    onsets = uniform_filter1d(features.onset_envelope, 5)
    power = np.stack([features.mel[:2].sum(axis=0), features.mel.sum(axis=0)])
    bass, total = _windows(power, times * rate, length).sum(axis=-1)
    return _tonal_measures(tonal, features.chroma_rate, times, seconds) | {
        "pulse": pulse_strength(_windows(onsets, times * rate, round(PULSE_SECONDS * rate)), rate),
        "bass": bass / np.maximum(total, 1e-20),
        "gaps": (decibel < -30).mean(axis=1),
        "alternation": _alternation(features, times, seconds),
        "syllables": syllable_share(loud, rate),
    }


def _tonal_measures(
    frames: FloatMatrix, rate: float, times: FloatMatrix, seconds: float
) -> dict[str, FloatMatrix]:
    """Stability, tuning and partials; zero where there are too few frames to tell."""
    names = ("stability", "tuning", "partials")
    if frames.shape[1] < 2:
        return {name: np.zeros(len(times)) for name in names}
    dot, norm, *thirds, share = _windows(frames, times * rate - 1, round(seconds * rate)).mean(-1)
    tuned = np.max(thirds, axis=0) / np.maximum(np.sum(thirds, axis=0), 1e-9)
    return dict(zip(names, (dot / np.maximum(norm, 1e-9), tuned, share), strict=True))


def _alternation(features: Features, times: FloatMatrix, seconds: float) -> FloatMatrix:
    """Standard deviation in octaves of the centroid, over frames within 30 dB of the top."""
    rate = features.spectral_rate
    n = features.centroid.size
    octaves = np.log2(np.maximum(features.centroid.astype(np.float64), 50.0))
    step = round(features.mel_rate / rate)
    level = maximum_filter1d(features.rms, step)[::step][:n]
    x = _windows(octaves[: level.size], times * rate, round(seconds * rate))
    loud = _windows(level, times * rate, round(seconds * rate))
    weight = (loud > loud.max(axis=1, keepdims=True) * 10 ** (-30 / 20)).astype(float)
    total = np.maximum(weight.sum(axis=1), 1.0)
    mean = (weight * x).sum(axis=1) / total
    return np.asarray(np.sqrt((weight * (x - mean[:, np.newaxis]) ** 2).sum(axis=1) / total))


def evidence(measured: dict[str, FloatMatrix]) -> FloatMatrix:
    """Evidence (3, n) in [0, 1] for music, speech and noise from ``RULES``.

    Notes alone make music, and so does a groove (a pulse *and* bass); a groove is
    neither speech nor noise, however noisy its drums.
    """
    ramps = {
        label: [weight * np.clip((measured[name] - none) / (full - none), 0.0, 1.0)
                for name, none, full, weight in rules]
        for label, rules in RULES.items()
    }  # fmt: skip
    groove = 4 * np.prod(ramps["groove"], axis=0)
    music = 1 - (1 - np.sum(ramps["notes"], axis=0)) * (1 - groove)
    speech = np.sum(ramps["speech"], axis=0) * (1 - groove / 2)
    noise = np.sum(ramps["noise"], axis=0) * (1 - groove / 2)
    return np.stack([music, speech, noise])


@dataclass(frozen=True)
class MusicRules(Estimator):
    """Segments labelled music, speech, noise or silence; see the module's text."""

    question: ClassVar[str] = "music"
    version: ClassVar[str] = "1"

    window: float = 3.0
    """Seconds each decision looks at."""
    hop: float = 1.0
    """Seconds between decisions."""
    silence_dbfs: float = -60.0
    """Level under which a frame is silent: the noise floor of a quiet recording."""
    min_segment: float = 1.0
    """Shortest segment in seconds."""

    def refusal(self, features: Features) -> str | None:
        """Silence is an answer here, so nothing is refused."""
        return None

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Segments covering the whole sound; confidence is the mean margin of the votes."""
        if features.is_silent:
            return Estimate((Segment(0.0, features.duration, "silence"),), confidence=1.0)
        n = max(1, int(features.duration / self.hop))
        times: FloatMatrix = np.asarray((np.arange(n) + 0.5) * self.hop, dtype=np.float64)
        votes = evidence(measure(features, times, self.window))
        votes = uniform_filter1d(votes, 3, axis=1, mode="nearest")
        best = np.sort(votes, axis=0)
        margin = float(np.mean(best[-1] - best[-2]))
        edges = np.append(np.arange(len(times)) * self.hop, features.duration)
        silent = silent_stretches(features, self.silence_dbfs, self.min_segment)
        labels = [LABELS[i] for i in votes.argmax(axis=0)]
        segments = labelled_segments(labels, edges, silent, self.min_segment)
        return Estimate(segments, confidence=float(1 / (1 + np.exp(-(0.5 + 6 * margin)))))
