"""Sound written to a file while it is being made, in bounded memory."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import soundfile
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError, StorageError

FORMS = {
    ".wav": ("WAV", "PCM_24"),
    ".flac": ("FLAC", "PCM_24"),
    ".aiff": ("AIFF", "PCM_24"),
    ".mp3": ("MP3", None),
    ".ogg": ("OGG", None),
}
"""Suffix → libsndfile's format and how samples are stored (24 bits, or the codec's own)."""
STEP = 1 << 16


def form_of(path: Path) -> tuple[str, str | None]:
    """Format and subtype for the suffix of `path`.

    Raises
    ------
    RequestError
        A suffix that cannot be written.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        known = " ".join(FORMS)
        raise RequestError(
            f"{path}: expected a format that can be written ({known}), found suffix "
            f"{path.suffix!r}; choose another"
        )
    return form


class SoundWriter:
    """A context manager that writes float32 blocks (n_channels, n) one after another.

    Raises RequestError for a suffix that cannot be written, StorageError when the disk or the
    encoder stops. What is there after an error is not whole: write to a temporary name.
    """

    def __init__(self, path: Path, sample_rate: int, n_channels: int) -> None:
        form, subtype = form_of(path)
        self._path = path
        self.n_samples = 0
        try:
            self._file = soundfile.SoundFile(
                path, "w", sample_rate, n_channels, subtype, format=form
            )
        except (soundfile.LibsndfileError, OSError) as error:
            raise self._failed(error) from error

    def push(self, block: NDArray[np.float32]) -> None:
        """Add a block."""
        try:
            for start in range(0, block.shape[1], STEP):
                self._file.write(np.ascontiguousarray(block[:, start : start + STEP].T))
        except (soundfile.LibsndfileError, AssertionError, OSError) as error:
            raise self._failed(error) from error
        self.n_samples += block.shape[1]

    def __enter__(self) -> SoundWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def _failed(self, error: Exception) -> StorageError:
        return StorageError(
            f"{self._path}: cannot be written ({error or 'short write'}); "
            "choose another place or free some space"
        )
