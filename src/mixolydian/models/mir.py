"""The 50 features of the Turkish Music Emotion table, measured on our own frames.

The table (Er, "Turkish Music Emotion", UCI Machine Learning Repository, data set 862;
CC BY 4.0) was made with MIRtoolbox (Lartillot & Toiviainen, DAFx 2007). The
definitions follow its published manual; `docs/models/emotion.md` says one by one where our
front end differs: it hears up to 11 kHz (the table's sound went up to 22 kHz), sees spectra as
64 mel bands, and keeps no samples. :func:`measure` therefore gives values near those of the
toolbox, not equal to them.

A model sees the 37 :data:`COLUMNS` of :func:`portable`. Two things of the table cannot be carried
to other collections and are left out: the 12 pitch classes (which keys a collection happens to
contain) and the level (which changes with every mastering); roughness, which grows with the
square of the level, is taken relative to it. Skewed quantities are logarithms. :func:`vector`
also shifts and stretches those columns whose unit is not the toolbox's by robust constants, so
that a broad mixture of music, as we measure it, has the table's medians and quartiles, and holds
all columns within the table's range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.errors import ModelError
from mixolydian.models.mir_harmony import change_in_harmony, pitch_classes, roughness
from mixolydian.models.mir_rhythm import attacks, fluctuation, pulse
from mixolydian.models.mir_scale import HIGHEST, LOWEST, SHIFT, STRETCH
from mixolydian.models.mir_statistics import slope
from mixolydian.models.mir_timbre import dynamics, timbre

Float64 = NDArray[np.float64]
Float32 = NDArray[np.float32]

HCDF = "_HarmonicChangeDetectionFunction_"
NAMES: tuple[str, ...] = (
    "_RMSenergy_Mean",
    "_Lowenergy_Mean",
    "_Fluctuation_Mean",
    "_Tempo_Mean",
    *(f"_MFCC_Mean_{i}" for i in range(1, 14)),
    "_Roughness_Mean",
    "_Roughness_Slope",
    "_Zero-crossingrate_Mean",
    "_AttackTime_Mean",
    "_AttackTime_Slope",
    "_Rolloff_Mean",
    "_Eventdensity_Mean",
    "_Pulseclarity_Mean",
    "_Brightness_Mean",
    *(f"_Spectral{name}_Mean" for name in ("centroid", "spread", "skewness", "kurtosis")),
    "_Spectralflatness_Mean",
    "_EntropyofSpectrum_Mean",
    *(f"_Chromagram_Mean_{i}" for i in range(1, 13)),
    *(HCDF + name for name in ("Mean", "Std", "Slope")),
    *(HCDF + "Period" + name for name in ("Freq", "Amp", "Entropy")),
)
"""the table's columns, in its order."""
LEVEL, ROUGH = "_RMSenergy_Mean", "_Roughness_Mean"
LOGARITHMIC = frozenset(
    {
        "_Fluctuation_Mean",
        "_Tempo_Mean",
        ROUGH,
        "_Zero-crossingrate_Mean",
        "_AttackTime_Mean",
        "_Rolloff_Mean",
        "_Eventdensity_Mean",
        "_Pulseclarity_Mean",
        "_Spectralcentroid_Mean",
        "_Spectralspread_Mean",
        "_Spectralskewness_Mean",
        "_Spectralkurtosis_Mean",
        "_Spectralflatness_Mean",
        HCDF + "PeriodFreq",
    }
)
COLUMNS = tuple(n for n in NAMES if n != LEVEL and not n.startswith("_Chromagram"))
"""what a model sees, (37,)."""
LEAST = 1e-3
"""of what a logarithm is taken."""
REFERENCE_LUFS = -14.0
"""the loudness to which every sound is turned before its level is stated."""


def measure(features: Features) -> dict[str, float]:
    """The 50 features of a sound, by name, in the units of the toolbox.

    Cost: a few milliseconds per minute of sound beyond the frames themselves.
    """
    gain = 10.0 ** ((REFERENCE_LUFS - max(features.loudness.lufs, -70.0)) / 20.0)
    found = {**dynamics(features), **timbre(features), **attacks(features), **pulse(features)}
    rough = roughness(features.constant_q)
    found |= {LEVEL: found[LEVEL] * gain, "_Fluctuation_Mean": fluctuation(features.mel)}
    found |= {ROUGH: float(rough.mean()) * gain**2, "_Roughness_Slope": slope(rough)}
    found |= {f"_Chromagram_Mean_{i + 1}": v for i, v in enumerate(pitch_classes(features.chroma))}
    harmony = change_in_harmony(features.chroma, features.chroma_rate)
    found |= {HCDF + name: value for name, value in harmony.items()}
    return {name: float(found[name]) for name in NAMES}


def portable(rows: Float64) -> Float64:
    """Rows (n, 50) in the table's units as what a model sees, (n, 37).

    Raises
    ------
    ModelError
        Rows of another length.
    """
    if rows.ndim != 2 or rows.shape[1] != len(NAMES):
        raise ModelError(f"expected rows of {len(NAMES)} features, found {rows.shape}")
    place = {name: i for i, name in enumerate(NAMES)}
    level = np.maximum(rows[:, place[LEVEL]], LEAST)
    columns = []
    for name in COLUMNS:
        values = rows[:, place[name]]
        if name == ROUGH:
            values = values / level**2
        columns.append(np.log(np.maximum(values, LEAST)) if name in LOGARITHMIC else values)
    return np.stack(columns, axis=1)


def measured(features: Features) -> Float64:
    """What a model sees of a sound, (37,), before it is shifted and stretched."""
    values = measure(features)
    row = portable(np.array([[values[name] for name in NAMES]]))[0]
    return np.asarray(np.nan_to_num(row, posinf=0.0, neginf=0.0))


def scaled(rows: Float64) -> Float32:
    """Measured rows (n, 37) on the table's scale, held within its range."""
    moved = np.asarray(SHIFT) + np.asarray(STRETCH) * rows
    return np.asarray(np.clip(moved, LOWEST, HIGHEST), dtype=np.float32)


def vector(features: Features) -> Float32:
    """The input of the emotion model, (37,)."""
    return np.asarray(scaled(measured(features)[np.newaxis])[0])
