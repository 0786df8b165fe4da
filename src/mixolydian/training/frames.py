"""Frames on disk: everything estimators look at of one sound, without the sound.

One ``.npz`` per sound holds the frames of :class:`~mixolydian.audio.features.Features` in half
precision (powers and levels as their logarithm, so that half precision is 0.04 dB) and what is
true of the sound, as JSON. Nothing is pickled. About 15 kB a second.

What a file holds depends on the code of the floors below; :func:`frames_version` names it, and
the cache keeps one folder per version, so that changed code never meets old frames.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.audio.loudness import LoudnessMeasurement
from mixolydian.audio.spectrum import Spectrum
from mixolydian.core.files import write_bytes

LOGARITHMIC = ("mel", "rms", "peak", "constant_q", "flatness")
DECIDING = ("chroma", "decode", "features", "frames", "io", "loudness", "spectrum")
"""modules of ``audio/`` that decide the frames that are kept."""
FLOOR = 1e-10
"""added before the logarithm: −100 dB of power."""
BROKEN = (OSError, ValueError, KeyError, BadZipFile)
"""what reading a file that is not whole raises."""
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Heard:
    """The `features` of a sound, and the `truth` about it."""

    features: Features
    truth: Mapping[str, Any]


@cache
def frames_version() -> str:
    """A short hash of the code that decides the frames."""
    folder, digest = files("mixolydian.audio"), hashlib.sha256()
    for name in DECIDING:
        digest.update((folder / f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


def write_frames(path: Path, heard: Heard) -> None:
    """Write the frames and the truth; the file is whole or not there."""
    arrays = _packed(heard.features)
    arrays["truth"] = np.frombuffer(json.dumps(dict(heard.truth)).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    write_bytes(path, buffer.getvalue(), durable=False)


def read_frames(path: Path) -> Heard:
    """What :func:`write_frames` wrote.

    Raises
    ------
    OSError, ValueError, KeyError, BadZipFile
        The file is not there, or is not whole (``BROKEN``).
    """
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    truth = json.loads(arrays.pop("truth").tobytes())
    return Heard(_unpacked(arrays), truth)


def read_mel(path: Path) -> tuple[NDArray[np.float32], Mapping[str, Any]]:
    """Mel power (64, n) and the truth alone, a good deal quicker than everything."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        mel, truth = kept["mel"], json.loads(kept["truth"].tobytes())
    return _plain("mel", mel), truth


def _packed(features: Features) -> Arrays:
    families = features.families
    spectrum, loudness = families["spectrum"], families["loudness"]
    rows = {field.name: getattr(spectrum, field.name) for field in fields(Spectrum)}
    rows["constant_q"] = families["constant_q"]
    packed = {
        name: _half(np.log10(frames + FLOOR) if name in LOGARITHMIC else frames)
        for name, frames in rows.items()
    }
    meter = {field.name: getattr(loudness, field.name) for field in fields(LoudnessMeasurement)}
    packed |= {f"loudness.{name}": np.asarray(value, np.float32) for name, value in meter.items()}
    facts = [features.sample_rate, features.n_channels, features.duration]
    return {**packed, "facts": np.array(facts, dtype=np.float64)}


def _half(frames: NDArray[Any]) -> NDArray[np.float16]:
    return np.asarray(np.clip(frames, -65000, 65000), dtype=np.float16)


def _unpacked(arrays: Arrays) -> Features:
    def full(name: str) -> NDArray[np.float32]:
        return _plain(name, arrays[name])

    spectrum = Spectrum(**{field.name: full(field.name) for field in fields(Spectrum)})
    meter = {
        field.name: _scalar(arrays[f"loudness.{field.name}"])
        for field in fields(LoudnessMeasurement)
    }
    families = {
        "spectrum": spectrum,
        "constant_q": full("constant_q"),
        "loudness": LoudnessMeasurement(**meter),
    }
    sample_rate, n_channels, duration = arrays["facts"]
    return Features.from_families(families, int(sample_rate), int(n_channels), float(duration))


def _plain(name: str, kept: NDArray[Any]) -> NDArray[np.float32]:
    """Frames as they were before they were packed."""
    frames = kept.astype(np.float32)
    if name not in LOGARITHMIC:
        return frames
    return np.asarray(np.maximum(10.0**frames - np.float32(FLOOR), 0.0), dtype=np.float32)


def _scalar(array: NDArray[Any]) -> Any:
    return float(array) if array.ndim == 0 else array.astype(np.float64)
