"""Text spoken by the `espeak-ng` program (GPL): a program beside ours, for making data only."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets.item import SAMPLE_RATE

VARIANTS = (
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5",
    "klatt", "klatt2", "klatt3", "klatt4", "croak", "whisper",
)  # fmt: skip
"""espeak-ng's variants of every voice."""
TIME_LIMIT = 60


@dataclass(frozen=True)
class Speaker:
    """A voice: `language` and `variant` of espeak-ng, pitch 0–99, words per minute."""

    language: str
    variant: str
    pitch: int
    speed: int


@lru_cache(maxsize=1)
def program() -> str:
    """Path of the program; RequestError with the remedy where it is absent."""
    found = shutil.which("espeak-ng")
    if found is None:
        raise RequestError(
            "expected the program espeak-ng on the PATH, found none: install it (Debian: espeak-ng)"
        )
    return found


def random_speaker(language: str, rng: np.random.Generator) -> Speaker:
    """Somebody who speaks `language`."""
    chances = np.array([0.3 if v in ("croak", "whisper") else 1.0 for v in VARIANTS])
    variant = str(rng.choice(VARIANTS, p=chances / chances.sum()))
    return Speaker(language, variant, int(rng.integers(15, 80)), int(rng.integers(115, 215)))


def speak(text: str, speaker: Speaker) -> NDArray[np.float32]:
    """`text` as sound (n,) at 44.1 kHz, silence around it cut off.

    Raises
    ------
    RequestError
        espeak-ng is absent, or does not know the voice.
    """
    command = [
        program(), "-v", f"{speaker.language}+{speaker.variant}", "-p", str(speaker.pitch),
        "-s", str(speaker.speed), "--stdin", "--stdout",
    ]  # fmt: skip
    done = subprocess.run(
        command, input=text.encode(), capture_output=True, timeout=TIME_LIMIT, check=False
    )
    if done.returncode or len(done.stdout) < 100:
        told = done.stderr.decode(errors="replace").strip()[:200]
        raise RequestError(f"expected espeak-ng to speak {speaker.language!r}, found: {told}")
    return _sounding(_decoded(done.stdout))


def _decoded(wav: bytes) -> NDArray[np.float32]:
    """The samples of a wav whose header, written to a pipe, may not know its length."""
    y, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    return np.asarray(soxr.resample(y, rate, SAMPLE_RATE), dtype=np.float32)


def _sounding(y: NDArray[np.float32]) -> NDArray[np.float32]:
    loud = np.flatnonzero(np.abs(y) > 0.003)
    return y[loud[0] : loud[-1] + 1] if len(loud) else y[:0]
