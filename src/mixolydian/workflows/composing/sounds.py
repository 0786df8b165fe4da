"""The sound files of a piece: its stems, the bus they sum to, and the mastered mix.

Stems are rendered one after another and written while the next one is made, so that a piece
of any length needs the memory of a few stems only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from mixolydian.audio import io
from mixolydian.audio.loudness import measure_loudness
from mixolydian.core.types import FloatArray, Signal
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.names import STEMS
from mixolydian.creation.sound.mastering import Master, master
from mixolydian.creation.sound.stems import render_stems
from mixolydian.creation.sound.units import SAMPLE_RATE

SUFFIXES = {"wav": "PCM_24", "flac": "PCM_24", "mp3": None, "ogg": None}
"""Format → how its samples are stored; stems of lossy formats are written as flac."""
HEADROOM = 0.5
"""gain (−6 dB) of the stems and their bus in their files, which then never clip."""
N_OVERVIEW = 1600
"""stretches of the waveform that a picture shows."""


@dataclass(frozen=True, eq=False)
class Sounds:
    """What was written: `stems` by name, the `bus` they sum to, the mastered `mix`."""

    mix: Path
    sha256: str
    """of the mix file."""
    stems: Mapping[str, Path]
    duration: float
    sample_rate: int
    master: Master
    lufs: float
    true_peak_dbtp: float
    waveform: FloatArray
    """(2, n): smallest and largest sample of equal stretches of the mix."""


def write_sounds(
    arrangement: Arrangement,
    fixed: Master | None,
    folder: Path,
    form: str,
    sample_rate: int,
    stems: bool,
    told: Callable[[str, float], None],
) -> Sounds:
    """Render and write a piece into `folder`; `fixed` is a master to keep."""
    desk = _Desk(folder, form, sample_rate)
    bus, files = _stems(arrangement, desk, stems, told)
    told("mastering", 0.75)
    samples, gains = master(bus, arrangement.brief.mix, fixed)
    told("writing the mix", 0.9)
    with ThreadPoolExecutor(1) as writer:
        mix = folder / f"mix.{form}"
        fingerprint = writer.submit(desk.write_mix, mix, samples)
        loudness = measure_loudness(samples, SAMPLE_RATE)
    return Sounds(
        mix=mix,
        sha256=fingerprint.result(),
        stems=files,
        duration=samples.shape[1] / SAMPLE_RATE,
        sample_rate=sample_rate,
        master=gains,
        lufs=round(loudness.lufs, 2),
        true_peak_dbtp=round(loudness.true_peak_dbtp, 2),
        waveform=_overview(samples),
    )


def _stems(
    arrangement: Arrangement, desk: _Desk, wanted: bool, told: Callable[[str, float], None]
) -> tuple[FloatArray, dict[str, Path]]:
    """The bus (2, n), and the files of the stems where they are `wanted`."""
    bus: FloatArray | None = None
    files: dict[str, Path] = {}
    jobs: list[Future[Path]] = []
    with ThreadPoolExecutor(2) as writer:
        for name, stem in render_stems(arrangement):
            told(f"rendered {name}", 0.05 + 0.7 * (STEMS.index(name) + 1) / len(STEMS))
            if wanted:
                files[name] = desk.stem_file(name)
                if len(jobs) > 1:
                    jobs[-2].result()
                jobs.append(writer.submit(desk.write_stem, files[name], stem))
            bus = stem.copy() if bus is None else np.add(bus, stem, out=bus)
            del stem  # freed before the next one is asked for
        if bus is None:
            bus = np.zeros((2, round(arrangement.end * SAMPLE_RATE)), dtype=np.float32)
        if wanted:
            jobs.append(writer.submit(desk.write_stem, desk.bus_file, bus))
        for job in jobs:
            job.result()
    return bus, files


@dataclass(frozen=True)
class _Desk:
    """Where sounds go and in which form."""

    folder: Path
    form: str
    sample_rate: int

    def stem_file(self, name: str) -> Path:
        (self.folder / "stems").mkdir(exist_ok=True)
        return self.folder / "stems" / f"{name}.{self._lossless}"

    @property
    def bus_file(self) -> Path:
        return self.folder / f"premaster.{self._lossless}"

    @property
    def _lossless(self) -> str:
        return self.form if SUFFIXES[self.form] else "flac"

    def write_mix(self, path: Path, samples: FloatArray) -> str:
        """Write the mix; the SHA-256 of its file."""
        self.write(path, samples, SUFFIXES[self.form])
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def write_stem(self, path: Path, samples: FloatArray) -> Path:
        """Write (2, n) samples 6 dB down, 24 bits deep."""
        return self.write(path, samples * np.float32(HEADROOM), "PCM_24")

    def write(self, path: Path, samples: FloatArray, subtype: str | None) -> Path:
        """Write (2, n) samples at the desk's sample rate."""
        if self.sample_rate != SAMPLE_RATE:
            samples = soxr.resample(samples.T, SAMPLE_RATE, self.sample_rate, "VHQ").T
        io.write(path, Signal(samples, self.sample_rate), subtype)
        return path


def _overview(samples: FloatArray) -> FloatArray:
    """Smallest and largest sample (2, n) of equal stretches."""
    mono = samples.mean(axis=0)
    width = max(1, len(mono) // N_OVERVIEW)
    rows = mono[: len(mono) // width * width].reshape(-1, width)
    return np.stack([rows.min(axis=1), rows.max(axis=1)])
