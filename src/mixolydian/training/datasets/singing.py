"""A sung-like voice that follows a melody, with the truth of its notes and of its f0.

A singer has a range, a throat, a taste for vibrato and portamento, and errors of intonation.
The truth holds the notes as meant (whole MIDI numbers; onset where the voice sets in on the
note, offset where it lets go) and the fundamental as sung: ``f0``: ``start``, ``step`` (10 ms)
and ``hz``, 0 where there is no voice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.theory.key import make_key
from mixolydian.training.datasets import degrade
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    Samples,
    Truth,
    at_peak,
    content,
    stereo,
    truth_document,
)
from mixolydian.training.datasets.melodies import Melody
from mixolydian.training.datasets.singer import (
    RATE,
    Line,
    Singer,
    Track,
    in_range,
    random_singer,
    sing_line,
    with_breaths,
)
from mixolydian.training.datasets.vocal_tract import (
    FORMANTS,
    HOP,
    Mono,
    glottal_source,
    through_tract,
)

F0_STEP = 0.01
VOWELS = "aeiouy@"


# --------------------------------------------------------------------------- sound


def sing(notes: tuple[Note, ...], line: Line, singer: Singer, rng: np.random.Generator) -> Mono:
    """The line as sound (n,) at 44.1 kHz: vowels, consonants, breaths."""
    n = round(len(line.pitch) / RATE * SAMPLE_RATE)
    at = np.arange(n) * (RATE / SAMPLE_RATE)
    ticks = np.arange(len(line.pitch))
    hz = 440.0 * 2 ** ((np.interp(at, ticks, line.pitch) - 69) / 12)
    level = np.interp(at, ticks, line.level).astype(np.float32)
    source = glottal_source(hz, singer.throat, SAMPLE_RATE, rng) * level
    formants = _vowels(notes, line, singer, len(hz) // HOP + 2, rng)
    y = through_tract(source, formants, singer.throat, SAMPLE_RATE)
    y /= max(float(np.abs(y).max()), 1e-9)
    for i, note in enumerate(notes):
        if line.fresh[i]:
            _consonant(y, note.onset, singer, rng)
        gap = note.onset - (notes[i - 1].offset if i else 0.0)
        if gap > 0.2 and rng.random() < 0.6:
            _breath(y, note.onset, gap, rng)
    return y


def _vowels(
    notes: tuple[Note, ...], line: Line, singer: Singer, frames: int, rng: np.random.Generator
) -> Track:
    """Formants (frames, 5): a vowel per syllable, some hummed onsets, smooth in between."""
    times = np.arange(frames) * HOP / SAMPLE_RATE
    rows = np.tile(np.array(FORMANTS["@"], dtype=np.float64), (frames, 1))
    vowel = "a"
    for note, new in zip(notes, line.fresh, strict=True):
        if new:
            vowel = str(rng.choice(list(VOWELS)))
        rows[times >= note.onset - 0.02] = FORMANTS[vowel]
        if new and rng.random() < 0.25:
            hummed = (times >= note.onset - 0.02) & (times < note.onset + rng.uniform(0.02, 0.07))
            rows[hummed] = FORMANTS["m"]
    rows *= singer.throat.size
    smooth = np.hanning(11) / np.hanning(11).sum()
    padded = np.pad(rows, ((5, 5), (0, 0)), mode="edge")
    rows = np.stack([np.convolve(c, smooth, "valid") for c in padded.T], axis=1)
    sung = np.interp(times * RATE, np.arange(len(line.pitch)), line.pitch)
    # singers open the mouth for high notes, so that the first formant is not below the pitch
    rows[:, 0] = np.maximum(rows[:, 0], 1.02 * 440 * 2 ** ((sung - 69) / 12))
    return np.maximum.accumulate(rows, axis=1)


def _noise_burst(m: int, low: float, high: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Noise (m,) of a band, peak 1, fading in and out."""
    spectrum = scipy.fft.rfft(rng.standard_normal(m))
    hz = scipy.fft.rfftfreq(m, 1 / SAMPLE_RATE)
    spectrum *= 1 / np.sqrt((1 + (low / np.maximum(hz, 1)) ** 6) * (1 + (hz / high) ** 6))
    noise = scipy.fft.irfft(spectrum, m) * np.hanning(m)
    return np.asarray(noise / max(float(np.abs(noise).max()), 1e-9))


def _consonant(y: Mono, onset: float, singer: Singer, rng: np.random.Generator) -> None:
    """A hiss or a burst that ends where the vowel sets in; the tone before it is hushed."""
    if rng.random() < 0.35:
        return
    hiss = rng.random() < 0.5
    m = round(float(rng.uniform(0.05, 0.12) if hiss else rng.uniform(0.012, 0.03)) * SAMPLE_RATE)
    low = float(rng.uniform(2000, 5500) if hiss else rng.uniform(500, 3000)) * singer.throat.size
    end = round((onset + 0.008) * SAMPLE_RATE)
    start = end - m
    if start < 0 or end > len(y):
        return
    burst = _noise_burst(m, low, low * float(rng.uniform(1.6, 3)), rng)
    y[start:end] *= (1 - 0.9 * np.hanning(m)).astype(np.float32)
    y[start:end] += (float(rng.uniform(0.02, 0.15)) * burst).astype(np.float32)


def _breath(y: Mono, onset: float, gap: float, rng: np.random.Generator) -> None:
    """Air drawn in before a phrase."""
    m = round(min(float(rng.uniform(0.15, 0.4)), gap * 0.9) * SAMPLE_RATE)
    end = round((onset - 0.02) * SAMPLE_RATE)
    if end - m < 0:
        return
    air = _noise_burst(m, 400, float(rng.uniform(2000, 5000)), rng)
    y[end - m : end] += (float(10 ** rng.uniform(-2.5, -1.4)) * air).astype(np.float32)


def recorded(y: Mono, rate: int, rng: np.random.Generator) -> Samples:
    """The voice through a microphone: clean, or in a room with noise and a narrow band."""
    out = at_peak(stereo(y), float(rng.uniform(0.25, 0.95)))
    if rng.random() < 0.35:
        return out
    if rng.random() < 0.5:
        out = degrade.room(out, rate, rng)
    if rng.random() < 0.5:
        high = min(float(rng.uniform(4000, 16000)), 0.49 * rate)
        out = degrade.band_limit(out, rate, float(rng.uniform(30, 160)), high)
    return degrade.add_noise(out, float(rng.uniform(20, 50)), rng)


# --------------------------------------------------------------------------- items


def f0_truth(line: Line) -> dict[str, Any]:
    """The sung fundamental every 10 ms from time 0 on; 0 Hz where the voice is silent."""
    each = round(F0_STEP * RATE)
    pitch, level = line.pitch[::each], line.level[::each]
    hz = np.where(level > 0.03, 440.0 * 2 ** ((pitch - 69) / 12), 0.0)
    return {"start": 0.0, "step": F0_STEP, "hz": [round(float(x), 2) for x in hz]}


def item_of(request: Request, melody: Melody, sample_rate: int = SAMPLE_RATE) -> Item:
    """`melody` sung by a random singer for the request's seconds, at `sample_rate`.

    Raises
    ------
    RequestError
        No note of the melody falls within that time.
    """
    rng = request.rng()
    singer = random_singer(rng)
    melody = in_range(melody, singer)
    inside = tuple(n for n in melody.notes if n.onset < request.seconds - 0.15)
    kept = (replace(n, offset=min(n.offset, request.seconds - 0.05)) for n in inside)
    notes = with_breaths(tuple(n for n in kept if n.offset - n.onset > 0.05), rng)
    if not notes:
        raise RequestError(f"expected notes within {request.seconds:g} s to sing, found none")
    line = sing_line(notes, singer, request.seconds, rng)
    y = sing(notes, line, singer, rng)
    if sample_rate != SAMPLE_RATE:
        y = soxr.resample(y, SAMPLE_RATE, sample_rate)
    samples = recorded(y, sample_rate, rng)
    truth = _truth(request, melody, notes, line, singer, samples.shape[1] / sample_rate)
    return Item(request.name, samples, sample_rate, truth)


def _truth(
    request: Request, melody: Melody, notes: tuple[Note, ...], line: Line, singer: Singer,
    duration: float,
) -> Truth:  # fmt: skip
    values: dict[str, Any] = {"notes": notes, "music": content("music", duration)}
    if melody.tonic is not None:
        values["key"] = make_key(melody.tonic, melody.mode, singer.tuning)
    facts: dict[str, Any] = {"singer": singer.kind, "sung_cents": round(singer.tuning, 1)}
    facts["f0"] = f0_truth(line)
    if melody.bpm is not None:
        facts["tempo_sung"] = {"bpm": round(melody.bpm, 3)}
    return truth_document("singing", list(request.seed), duration, values, facts)
