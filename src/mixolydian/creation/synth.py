"""Voices: one note in, stereo samples out.

A subtractive voice reads single-cycle tables of a harmonic spectrum that has already been
through a resonant low-pass at 48 cutoffs; sweeping the filter means reading between two
tables (wavetable synthesis with the filter folded into the tables, so nothing aliases and
nothing has to be filtered sample by sample). FM voices follow Chowning, "The Synthesis of
Complex Audio Spectra by Means of Frequency Modulation" (JAES 1973).

Samples are float32 (2, n) at `SAMPLE_RATE`; a note begins on its first sample.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
from mixolydian.creation.voices import Voice

SAMPLE_RATE = 44100
TABLE = 4096
N_CUTOFFS = 48
CUTOFFS = np.geomspace(50.0, 18000.0, N_CUTOFFS)


FORMANTS = {
    "a": ((730, 1.0), (1090, 0.5), (2440, 0.12), (3400, 0.06)),
    "o": ((500, 1.0), (880, 0.45), (2540, 0.05), (3300, 0.04)),
    "e": ((530, 1.0), (1840, 0.3), (2480, 0.18), (3500, 0.06)),
    "i": ((300, 1.0), (2290, 0.25), (3010, 0.2), (3600, 0.08)),
}
"""(Hz, level) of each vowel's resonances, after Peterson & Barney (JASA 1952)."""


def vowel_amplitudes(vowel: str, freqs: FloatArray) -> FloatArray:
    """Levels of partials at `freqs` Hz of a voice singing `vowel`: a falling source through
    four resonances of 80–160 Hz bandwidth."""
    gains = np.full(len(freqs), 0.02)
    for hz, level in FORMANTS[vowel]:
        gains += level / (1 + ((freqs - hz) / (60 + 0.04 * hz)) ** 2)
    return np.asarray(3 * gains / np.arange(1, len(freqs) + 1) ** 0.6)


def harmonic_amplitudes(wave: str, hz: float, n: int) -> FloatArray:
    """Amplitudes of harmonics 1…n (n,) of a named wave whose fundamental is `hz`."""
    k = np.arange(1, n + 1, dtype=np.float64)
    if wave.startswith("vox"):
        return vowel_amplitudes(wave[-1], hz * k)
    if wave == "saw":
        return 1 / k
    if wave == "square":
        return np.where(k % 2 == 1, 1 / k, 0.0)
    if wave == "pulse":
        return np.abs(np.sin(np.pi * k * 0.27)) / k
    if wave == "triangle":
        return np.where(k % 2 == 1, 1 / k**2, 0.0)
    if wave == "organ":
        drawbars = {1: 1.0, 2: 0.8, 3: 0.55, 4: 0.45, 6: 0.25, 8: 0.22, 10: 0.1, 12: 0.08}
        return np.array([drawbars.get(int(i), 0.0) for i in k])
    if wave == "string":
        return np.abs(np.sin(np.pi * k * 0.137)) / k**1.1 * 2
    return np.where(k == 1, 1.0, 0.0)


def lowpass_response(hz: FloatArray, cutoff: float, resonance: float) -> FloatArray:
    """Complex response of a four-pole low-pass: one resonant pair, one plain pair."""
    x = hz / cutoff
    resonant = 1.0 / (1 - x**2 + 1j * x / resonance)
    plain = 1.0 / (1 - x**2 + 1j * x / 0.6)
    return np.asarray(resonant * plain)


@lru_cache(maxsize=256)
def filtered_tables(wave: str, hz: float, resonance: float) -> FloatArray:
    """Single cycles (N_CUTOFFS, TABLE) of `wave` at `hz` through the filter at each cutoff."""
    n = int(max(1, min(TABLE // 2 - 1, 19000 / hz)))
    amplitudes = harmonic_amplitudes(wave, hz, n)
    freqs = hz * np.arange(1, n + 1)
    spectra = np.zeros((N_CUTOFFS, TABLE // 2 + 1), dtype=np.complex64)
    for i, cutoff in enumerate(CUTOFFS):
        spectra[i, 1 : n + 1] = -1j * amplitudes * lowpass_response(freqs, cutoff, resonance)
    tables = scipy.fft.irfft(spectra, TABLE, axis=1) * (TABLE / 2)
    return np.asarray(tables, dtype=np.float32)


def envelope(voice: Voice, n_hold: int, n: int) -> FloatArray:
    """Attack, exponential decay to the sustain level, release after `n_hold` samples (n,)."""
    t = np.arange(n, dtype=np.float32) / SAMPLE_RATE
    level = voice.sustain + (1 - voice.sustain) * np.exp(-t / max(voice.decay / 2, 1e-3))
    level *= np.minimum(1.0, (t + 1 / SAMPLE_RATE) / max(voice.attack, 1e-4))
    tail = n - n_hold
    if tail > 0:
        level[n_hold:] *= np.exp(-np.arange(tail) / (voice.release / 4 * SAMPLE_RATE))
        fade = min(tail, 256)
        level[n - fade :] *= np.linspace(1, 0, fade)
    return np.asarray(level, dtype=np.float32)


def render_note(voice: Voice, hz: float, duration: float, seed: int = 0) -> FloatArray:
    """One note of `duration` seconds held, plus its release: float32 (2, n), peak about 1."""
    n_hold = max(1, round(duration * SAMPLE_RATE))
    n = n_hold + round(voice.release * SAMPLE_RATE) + 64
    hz = hz * 2.0**voice.octave
    rng = np.random.default_rng([seed, round(hz * 100)])
    y = _fm(voice, hz, n) if voice.wave == "fm" else _subtractive(voice, hz, n, rng)
    if voice.sub:
        t = np.arange(n, dtype=np.float32)
        y = y + np.float32(voice.sub) * np.sin(np.float32(np.pi * hz / SAMPLE_RATE) * t)
    if voice.noise:
        y = y + np.float32(voice.noise) * rng.standard_normal(n).astype(np.float32)
    if voice.drive:
        y = np.tanh(y * np.float32(1 + voice.drive)) / np.float32(np.tanh(1 + voice.drive / 2))
    return np.asarray(y * envelope(voice, n_hold, n), dtype=np.float32)


def _phase(voice: Voice, hz: float, n: int, start: float) -> FloatArray:
    """Phase in cycles (n,), with the glide into the note and a vibrato that fades in."""
    t = np.arange(n, dtype=np.float64) / SAMPLE_RATE
    if voice.glide:
        below = 1 - 2.0 ** (-voice.glide / 1200)
        t = t - below * 0.02 * (1 - np.exp(-t / 0.02))
    if voice.vibrato:
        depth = voice.vibrato / 1200 * np.log(2) * np.minimum(1, t / 0.4)
        t = t - depth * np.cos(2 * np.pi * 5.3 * t) / (2 * np.pi * 5.3)
    return np.asarray(start + hz * t)


def _fm(voice: Voice, hz: float, n: int) -> FloatArray:
    """Two-operator FM, the modulator's index decaying; (2, n)."""
    phase = 2 * np.pi * _phase(voice, hz, n, 0.0)
    t = np.arange(n) / SAMPLE_RATE
    index = voice.index * np.exp(-t / voice.index_decay) + 0.12 * voice.index
    left = np.sin(phase + index * np.sin(voice.ratio * phase))
    return np.stack([left, left]).astype(np.float32)


def _cutoff_path(voice: Voice, hz: float, n: int) -> FloatArray:
    """Fractional table index (n,) that the filter follows."""
    t = np.arange(n, dtype=np.float32) / SAMPLE_RATE
    octaves = voice.sweep * np.exp(-t / voice.sweep_decay)
    if voice.wobble:
        octaves = octaves + voice.wobble * np.sin(2 * np.pi * voice.wobble_rate * t - 0.6)
    rest = voice.cutoff * (hz / 220.0) ** voice.keytrack
    spacing = np.log2(CUTOFFS[1] / CUTOFFS[0])
    index = (np.log2(rest / CUTOFFS[0]) + octaves) / spacing
    return np.asarray(np.clip(index, 0, N_CUTOFFS - 1.001), dtype=np.float32)


def _subtractive(voice: Voice, hz: float, n: int, rng: np.random.Generator) -> FloatArray:
    """Unison oscillators reading filtered tables, spread over the stereo field; (2, n)."""
    wave = f"vox_{rng.choice(list(FORMANTS))}" if voice.wave == "vox" else voice.wave
    tables = filtered_tables(wave, round(hz, 3), voice.resonance)
    moving = bool(voice.sweep or voice.wobble)
    path = _cutoff_path(voice, hz, n if moving else 1)
    rows = path.astype(np.int32)
    share = path - rows
    out = np.zeros((2, n), dtype=np.float32)
    spread = np.linspace(-1, 1, voice.unison) if voice.unison > 1 else np.zeros(1)
    for offset in spread:
        cents = voice.detune * offset
        start = float(rng.random()) if voice.unison > 1 else 0.0
        phase = _phase(voice, hz * 2.0 ** (cents / 1200), n, start)
        place = (phase * TABLE).astype(np.int64) & (TABLE - 1)
        if moving:
            flat = tables.reshape(-1)
            at = rows * TABLE + place
            low = flat[at]
            y = low + share * (flat[at + TABLE] - low)
        else:
            y = tables[int(rows[0])][place]
        pan = 0.5 + 0.5 * voice.width * offset
        out[0] += y * np.float32(np.sqrt(1 - pan))
        out[1] += y * np.float32(np.sqrt(pan))
    return out * np.float32(1.0 / np.sqrt(voice.unison))
