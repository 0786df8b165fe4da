"""Parts of General MIDI played by the `fluidsynth` program with a soundfont.

FluidSynth is a program beside ours (LGPL), used for making data only.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets.item import SAMPLE_RATE, Samples
from mixolydian.training.datasets.midi import MidiPart, midi_bytes

BLOCK_DELAY = 96
"""samples by which FluidSynth is late on average: it acts on events per block of 64."""
PLACES = ("/usr/share/sounds/sf2", "/usr/share/soundfonts", "/usr/local/share/soundfonts")
TIME_LIMIT = 600
REMEDY = "install it (Debian: fluidsynth and fluid-soundfont-gm)"


@lru_cache(maxsize=1)
def program() -> str:
    """Path of the program; RequestError with the remedy where it is absent."""
    found = shutil.which("fluidsynth")
    if found is None:
        raise RequestError(f"expected the program fluidsynth on the PATH, found none: {REMEDY}")
    return found


@lru_cache(maxsize=1)
def soundfonts() -> tuple[Path, ...]:
    """The soundfonts of this machine; RequestError with the remedy where there are none."""
    found = sorted({p.resolve() for place in PLACES for p in Path(place).glob("*.sf[23]")})
    if not found:
        raise RequestError(f"expected a soundfont in {', '.join(PLACES)}, found none: {REMEDY}")
    return tuple(found)


def at_hand() -> tuple[Path, ...]:
    """The machine's soundfonts; none (our own voices play) where FluidSynth is not installed."""
    if shutil.which("fluidsynth") is None:
        return ()
    found = (p for place in PLACES for p in Path(place).glob("*.sf[23]"))
    return tuple(sorted({p.resolve() for p in found}))


def play(parts: Sequence[MidiPart], soundfont: Path, seconds: float, room: bool = False) -> Samples:
    """The first `seconds` of the parts: float32 (2, n), notes within ±32 samples of their time.

    Raises
    ------
    RequestError
        FluidSynth is absent, or it cannot read the soundfont.
    """
    n = round(seconds * SAMPLE_RATE)
    with tempfile.TemporaryDirectory() as folder:
        midi, sound = Path(folder) / "parts.mid", Path(folder) / "parts.wav"
        midi.write_bytes(midi_bytes(parts))
        command = [
            program(), "-n", "-i", "-q", "-r", str(SAMPLE_RATE), "-g", "0.4",
            "-o", "synth.dynamic-sample-loading=1", "-O", "float",
            "-R", str(int(room)), "-C", str(int(room)), "-F", str(sound), str(soundfont), str(midi),
        ]  # fmt: skip
        _run(command, sound, soundfont)
        y: Samples = soundfile.read(sound, dtype="float32", always_2d=True)[0].T
    y = y[:, BLOCK_DELAY : BLOCK_DELAY + n]
    return np.ascontiguousarray(np.pad(y, ((0, 0), (0, n - y.shape[1]))))


def _run(command: list[str], sound: Path, soundfont: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    if done.returncode or not sound.is_file() or "Failed to load" in done.stderr:
        told = " ".join(done.stderr.split())[:200]
        raise RequestError(f"{soundfont}: expected a soundfont FluidSynth can play, found: {told}")
