"""Rhythm of a sound: attacks, pulse and fluctuation, as the emotion table has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from mixolydian.audio.features import Features
from mixolydian.models.mir_statistics import autocorrelation, peaks, slope

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
GAP_SECONDS = 0.08
"""between two onsets that count."""
STRONG = 0.25
"""of the strong onsets (98th percentile), for one to count."""
ATTACK_SECONDS = 0.2
"""a rise is looked for this long before and after an onset."""
TEMPI = (40.0, 200.0)
FAVOURED_PERIOD = 0.5
"""seconds: the period people prefer to tap (Toiviainen & Snyder 2003)."""
SLOW, FAST = 0.5, 10.0
"""Hz: the modulations that are felt as fluctuation."""
SEGMENT_SECONDS = 6.0
DB_RANGE = 60.0


def onsets(features: Features) -> NDArray[np.int64]:
    """Frames (k,) at ``mel_rate`` where something starts."""
    envelope = features.onset_envelope
    found = peaks(envelope)
    if not len(found):
        return found
    near = maximum_filter1d(envelope, 2 * round(GAP_SECONDS * features.mel_rate) + 1)
    strong = STRONG * np.percentile(envelope, 98)
    kept = found[(envelope[found] >= near[found]) & (envelope[found] > strong)]
    return np.asarray(kept)


def attacks(features: Features) -> dict[str, float]:
    """Onsets per second, the mean time their level takes to rise, and that time's trend.

    The rise is counted from 10 % to 90 % of the way between the lowest level before an onset
    and the highest after it, between frames by straight lines.
    """
    found = onsets(features)
    times = np.array([t for i in found if (t := _rise(features, int(i))) > 0])
    return {
        "_Eventdensity_Mean": len(found) / max(features.duration, 1.0),
        "_AttackTime_Mean": float(times.mean()) if len(times) else ATTACK_SECONDS,
        "_AttackTime_Slope": slope(times),
    }


def _rise(features: Features, frame: int) -> float:
    """Seconds of the rise around an onset; 0 where the level does not rise."""
    reach = round(ATTACK_SECONDS * features.mel_rate)
    level = features.rms[max(0, frame - reach) : frame + reach // 2 + 1]
    middle = min(frame, reach)
    top = middle + int(level[middle : middle + reach // 2 + 1].argmax())
    bottom = int(level[: top + 1].argmin())
    curve = np.maximum.accumulate(level[bottom : top + 1].astype(np.float64))
    if len(curve) < 2 or curve[-1] <= curve[0] * 1.01:
        return 0.0
    marks = curve[0] + np.array([0.1, 0.9]) * (curve[-1] - curve[0])
    low, high = np.interp(
        marks, curve + 1e-9 * curve[-1] * np.arange(len(curve)), range(len(curve))
    )
    return float(high - low) / features.mel_rate


def pulse(features: Features) -> dict[str, float]:
    """Tempo in BPM and pulse clarity in [0, 1], from the onset envelope's autocorrelation.

    The tempo is the peak that is highest when periods near half a second are favoured; the
    clarity is the highest peak itself (Lartillot et al., ISMIR 2008, "maximum").
    """
    rate = features.mel_rate
    curve = autocorrelation(features.onset_envelope, round(60.0 / TEMPI[0] * rate))
    lags = peaks(curve)
    lags = lags[lags >= 60.0 / TEMPI[1] * rate]
    if not len(lags):
        return {"_Tempo_Mean": 120.0, "_Pulseclarity_Mean": 0.0}
    period = lags / rate
    favour = np.maximum(1.0 - 0.25 * np.log2(period / FAVOURED_PERIOD) ** 2, 0.1)
    chosen = lags[int((curve[lags] * favour).argmax())]
    return {
        "_Tempo_Mean": 60.0 * rate / float(chosen),
        "_Pulseclarity_Mean": float(max(curve[lags].max(), 0.0)),
    }


def fluctuation(mel: Float32, rate: float = Features.mel_rate) -> float:
    """How strongly the levels of 16 bands move at 0.5–10 Hz (Pampalk et al. 2002).

    The spectrum of each band's level in dB, over segments of 6 s, weighted by the sensation of
    fluctuation (highest at 4 Hz; Fastl 1982) and summed over the bands.
    """
    bands = mel.reshape(16, -1, mel.shape[1]).mean(axis=1)
    loud = max(float(np.percentile(bands, 99)), 1e-20)
    level = 10.0 * np.log10(np.maximum(bands / loud, 10.0 ** (-DB_RANGE / 10.0)))
    size = min(round(SEGMENT_SECONDS * rate), level.shape[1])
    count = max(level.shape[1] // max(size, 1), 1)
    segments = level[:, : count * size].reshape(16, count, size)
    segments = (segments - segments.mean(axis=2, keepdims=True)) * np.hanning(size)
    f = np.fft.rfftfreq(size, 1 / rate)
    chosen = (f >= SLOW) & (f <= FAST)
    if not chosen.any():
        return 0.0
    lines = np.abs(np.fft.rfft(segments, axis=2)[:, :, chosen]).mean(axis=1) * 2.0 / size
    weight = 2.0 / (f[chosen] / 4.0 + 4.0 / f[chosen])
    return float((lines * weight).sum(axis=0).mean())
