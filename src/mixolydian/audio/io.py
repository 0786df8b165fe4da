"""The door for sound: files in, float32 blocks out, and back.

Conventions
-----------
A block is float32 (n_channels, n), full scale ±1, always finite. Everything a file can do
wrong is found here, once: what leaves is sound, or a MixolydianError of one line that
names the file. Only regular files are opened (a pipe or a device could block for ever).

A damaged file is answered for what is there, with a line in `AudioStream.warnings`; a file
of which nothing decodes is refused. NaN, infinite and absurdly large samples (beyond
+96 dBFS) become silence, with a warning, unless they are more than 1 % of the file.

The track id is a hash of the decoded sound, so a renamed, moved or retagged file, and a
16-bit sound in another lossless container, is the same track.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from types import TracebackType

import numpy as np
import soundfile
from numpy.typing import NDArray

from mixolydian.audio.decode import Chunk, Source, open_source
from mixolydian.core.errors import (
    DecodeError,
    EmptySignalError,
    InputError,
    RequestError,
    UnreadableError,
)
from mixolydian.core.files import write_whole
from mixolydian.core.types import Signal

AUDIO_SUFFIXES = frozenset(
    {
        ".wav",
        ".wave",
        ".w64",
        ".rf64",
        ".aiff",
        ".aif",
        ".aifc",
        ".au",
        ".snd",
        ".caf",
        ".flac",
        ".mp3",
        ".mp2",
        ".ogg",
        ".oga",
        ".opus",
        ".m4a",
        ".m4b",
        ".m4p",
        ".aac",
        ".mp4",
        ".m4v",
        ".mka",
        ".mkv",
        ".mov",
        ".webm",
        ".avi",
        ".wma",
        ".wmv",
        ".asf",
        ".ape",
        ".wv",
        ".tta",
        ".ac3",
    }
)
"""Suffixes, lower case, of files worth trying. Content decides, not the suffix."""

TRACK_ID_LENGTH = 32
MAX_HOURS = 12
MAX_READ_BYTES = 4 << 30
"""Largest sound `read` takes into memory: about three hours of 44.1 kHz stereo."""

_LOUDEST_SQUARE = 2.0**32
"""A block whose energy stays below this holds no sample beyond ±2**16, and no NaN."""
_WORST_FRACTION = 0.01
_REASONS = {
    errno.ENOENT: ("there is no such file", "check the path, or scan the folder again"),
    errno.ENOTDIR: ("there is no such file", "check the path, or scan the folder again"),
    errno.EACCES: ("it may not be read", "check its permissions"),
    errno.EPERM: ("it may not be read", "check its permissions"),
    errno.ELOOP: ("its symbolic links go in a circle", "remove the link"),
    errno.ENAMETOOLONG: ("its name is too long for the file system", "shorten it"),
}

PathLike = str | os.PathLike[str]


def shown(path: PathLike) -> str:
    """`path` as it can be printed: one line, valid text, nothing a terminal would obey."""
    text = os.fsdecode(path).encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


# --------------------------------------------------------------------------- opening


def open_audio(path: PathLike) -> AudioStream:
    """Open `path` as sound, by its content. Use as a context manager.

    Raises
    ------
    UnreadableError
        No such file, a folder, a pipe or device, a circle of links, no permission.
    DecodeError
        Not sound, damaged from the start, encrypted, or an absurd header.
    EmptySignalError
        An empty file, or one without samples.
    """
    file = _open_regular(path)
    try:
        source, chunks = open_source(file, shown(path))
        return AudioStream(path, file, source, chunks)
    except BaseException:
        file.close()
        raise


def _open_regular(path: PathLike) -> FileIO:
    """The file, opened without ever waiting for a pipe or a device."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        _check_regular(path, os.stat(path).st_mode)
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    file = FileIO(descriptor, "rb")
    try:
        status = os.fstat(descriptor)
        _check_regular(path, status.st_mode)
        if status.st_size == 0:
            raise EmptySignalError(
                f"{shown(path)}: expected sound, found an empty file (0 bytes); copy it again"
            )
    except BaseException:
        file.close()
        raise
    return file


def _check_regular(path: PathLike, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise UnreadableError(
            f"{shown(path)}: expected a sound file, found a folder; name the files in it"
        )
    if not stat.S_ISREG(mode):
        raise UnreadableError(
            f"{shown(path)}: expected a sound file, found a pipe, socket or device; "
            "save the sound to a file first"
        )


def _unreadable(path: PathLike, error: OSError | ValueError) -> UnreadableError:
    number = error.errno if isinstance(error, OSError) else None
    found, remedy = _REASONS.get(number or 0, (_system_words(error), "check the disk and the path"))
    return UnreadableError(f"{shown(path)}: expected a readable sound file, but {found}; {remedy}")


def _system_words(error: OSError | ValueError) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(words.split())


class AudioStream:
    """An open sound file, read once from front to back in bounded memory.

    Attributes
    ----------
    sample_rate : int
        8 000 to 192 000 Hz.
    n_channels : int
        1 to 8.
    duration_hint : float or None
        Length in seconds as the file states it. The true length is known at the end.
    warnings : list of str
        What had to be repaired or is missing; complete once the blocks are read.
    n_samples : int
        Frames handed out so far.
    """

    def __init__(
        self, path: PathLike, file: FileIO, source: Source, chunks: Iterator[Chunk]
    ) -> None:
        self.path = path
        self.sample_rate = source.sample_rate
        self.n_channels = source.n_channels
        self.duration_hint = source.duration_hint
        self.warnings = source.warnings
        self.n_samples = 0
        self._n_repaired = 0
        self._file = file
        self._source = source
        self._chunks = chunks

    def __enter__(self) -> AudioStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back; safe to call twice."""
        self._source.close()
        self._file.close()

    @property
    def duration(self) -> float:
        """Seconds handed out so far."""
        return self.n_samples / self.sample_rate

    def blocks(
        self, seconds: float = 10.0, hasher: SoundHasher | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Float32 blocks (n_channels, n), C order, of `seconds` each, the last one shorter.

        The samples do not depend on `seconds`. `hasher`, when given, sees every block.

        Raises
        ------
        DecodeError
            The sound is longer than MAX_HOURS, or hardly any of a damaged file decodes.
        EmptySignalError
            At the end: more than 1 % of the samples were NaN, infinite or absurd.
        """
        if not seconds > 0:
            raise RequestError(f"expected blocks of a positive length, found {seconds} s")
        length = max(1, round(seconds * self.sample_rate))
        for block in regroup(self._finite_chunks(), length):
            self.n_samples += block.shape[1]
            if hasher is not None:
                hasher.update(block)
            yield block
        self._judge_repairs()

    def _finite_chunks(self) -> Iterator[Chunk]:
        limit = MAX_HOURS * 3600 * self.sample_rate
        total = 0
        try:
            for chunk in self._chunks:
                total += chunk.shape[1]
                if total > limit:
                    raise DecodeError(
                        f"{shown(self.path)}: expected at most {MAX_HOURS} hours of sound, "
                        "found more; split the file"
                    )
                yield self._repaired(chunk)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _repaired(self, chunk: Chunk) -> Chunk:
        """`chunk` with NaN, infinite and absurd samples silenced (one pass when all is well)."""
        flat = chunk.reshape(-1)
        with np.errstate(over="ignore", invalid="ignore"):
            if np.dot(flat, flat) < _LOUDEST_SQUARE:
                return chunk
            good = np.abs(chunk) < _LOUDEST_SQUARE**0.5
        self._n_repaired += int(chunk.size - np.count_nonzero(good))
        return np.where(good, chunk, np.float32(0.0))

    def _judge_repairs(self) -> None:
        if not self._n_repaired:
            return
        fraction = self._n_repaired / max(1, self.n_samples * self.n_channels)
        if fraction > _WORST_FRACTION:
            raise EmptySignalError(
                f"{shown(self.path)}: expected sound, but {fraction:.1%} of its samples are NaN, "
                "infinite or beyond +96 dBFS; export it again"
            )
        self.warnings.append(f"repaired: {self._n_repaired} NaN, infinite or absurd samples")


def regroup(chunks: Iterator[Chunk], length: int) -> Iterator[Chunk]:
    """The same sound in blocks (n_channels, length), the last one shorter."""
    held: list[Chunk] = []
    n_held = 0
    for chunk in chunks:
        held.append(chunk)
        n_held += chunk.shape[1]
        if n_held < length:
            continue
        sound = held[0] if len(held) == 1 else np.concatenate(held, axis=1)
        n_whole = n_held // length * length
        for start in range(0, n_whole, length):
            yield np.ascontiguousarray(sound[:, start : start + length])
        held, n_held = [sound[:, n_whole:]], n_held - n_whole
    if n_held:
        yield np.ascontiguousarray(np.concatenate(held, axis=1))


def read(path: PathLike) -> Signal:
    """The whole file in memory. For long files use `open_audio(path).blocks()`.

    Raises what `open_audio` and `AudioStream.blocks` raise, and InputError when the sound
    would take more than MAX_READ_BYTES.
    """
    with open_audio(path) as stream:
        blocks: list[Chunk] = []
        for block in stream.blocks():
            blocks.append(block)
            if stream.n_samples * stream.n_channels * 4 > MAX_READ_BYTES:
                raise InputError(
                    f"{shown(path)}: expected sound that fits in {MAX_READ_BYTES >> 30} GiB, "
                    "found more; split the file"
                )
        return Signal(np.concatenate(blocks, axis=1), stream.sample_rate)


# --------------------------------------------------------------------------- identity


class SoundHasher:
    """The identity of a sound, fed block by block; how it is cut into blocks does not matter.

    SHA-256 over the sample rate, the channel count and the samples rounded to 16 bits and
    interleaved. 16 bits forgive the last digits in which builds of a decoder may differ.
    """

    _STEP = 1 << 14

    def __init__(self, sample_rate: int, n_channels: int) -> None:
        self._hash = hashlib.sha256(f"mixolydian.sound/1 {sample_rate} {n_channels} ".encode())
        self._floats = np.empty((self._STEP, n_channels), dtype=np.float32)
        self._words = np.empty((self._STEP, n_channels), dtype="<i2")

    def update(self, block: NDArray[np.float32]) -> None:
        """Add a block, float32 (n_channels, n)."""
        for start in range(0, block.shape[1], self._STEP):
            part = block[:, start : start + self._STEP].T
            floats, words = self._floats[: len(part)], self._words[: len(part)]
            np.multiply(part, np.float32(32768.0), out=floats)
            np.rint(floats, out=floats)
            np.clip(floats, -32768.0, 32767.0, out=floats)
            words[...] = floats
            self._hash.update(words.data)

    def hexdigest(self) -> str:
        """The track id so far: TRACK_ID_LENGTH hexadecimal digits."""
        return self._hash.hexdigest()[:TRACK_ID_LENGTH]


def track_id(path: PathLike) -> str:
    """The identity of the sound in `path`; raises what reading it raises."""
    with open_audio(path) as stream:
        hasher = SoundHasher(stream.sample_rate, stream.n_channels)
        for _ in stream.blocks(hasher=hasher):
            pass
        return hasher.hexdigest()


# --------------------------------------------------------------------------- writing

_FORMATS = {
    ".wav": "WAV",
    ".flac": "FLAC",
    ".aiff": "AIFF",
    ".aif": "AIFF",
    ".ogg": "OGG",
    ".mp3": "MP3",
    ".w64": "W64",
    ".caf": "CAF",
}


def write(path: PathLike, signal: Signal, subtype: str | None = None) -> None:
    """Write `signal`; the format follows the suffix. The file appears whole or not at all.

    `subtype` is libsndfile's name (`PCM_16`, `PCM_24`, `FLOAT`, `VORBIS` …); the default is
    the format's own. Samples beyond ±1 are clipped by integer subtypes.

    Raises
    ------
    RequestError
        A suffix or subtype that cannot be written.
    StorageError
        The disk is full, or the folder may not be written to (a missing one is made).
    """
    target = Path(path)
    form = _FORMATS.get(target.suffix.lower())
    if form is None or not soundfile.check_format(form, subtype):
        known = " ".join(sorted(_FORMATS))
        raise RequestError(
            f"{shown(path)}: expected a format that can be written ({known}), "
            f"found suffix {target.suffix!r} with subtype {subtype}; choose another"
        )
    write_whole(target, lambda name: _write_samples(name, signal, form, subtype), durable=False)


def _write_samples(temporary: str, signal: Signal, form: str, subtype: str | None) -> None:
    step = 1 << 16
    try:
        with soundfile.SoundFile(
            temporary, "w", signal.sample_rate, signal.n_channels, subtype, format=form
        ) as file:
            for start in range(0, signal.samples.shape[1], step):
                file.write(np.ascontiguousarray(signal.samples[:, start : start + step].T))
        written = soundfile.info(temporary).frames
    except (soundfile.LibsndfileError, AssertionError) as error:
        raise OSError(f"the encoder stopped: {error or 'short write'}") from error
    if written != signal.samples.shape[1]:
        raise OSError(f"{written} of {signal.samples.shape[1]} samples reached the disk")
