"""Decoders: from an open file to float32 chunks, whatever the bytes hold.

Two libraries share the work, chosen by content and never by the file's name:

- libsndfile (`soundfile`) reads plain samples: wav, aiff, au, caf, w64, rf64;
- FFmpeg (PyAV) reads everything compressed. It goes on after a damaged packet, where
  libsndfile stops the whole file (measured: one 20 kB hole in the middle of an mp3 costs
  0.3 % of the sound instead of 50 %), and it does not cut a variable-rate mp3 that has no
  length header.

FFmpeg is libsndfile's second opinion, and the other way round for flac and ogg. Chunks are
(n_channels, n) float32, full scale ±1, of a length that depends on the file only.
"""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Iterator
from io import FileIO
from itertools import islice
from typing import Any, Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from mixolydian.core.errors import DecodeError, EmptySignalError, InputError

MIN_SAMPLE_RATE = 8_000
MAX_SAMPLE_RATE = 192_000
MAX_CHANNELS = 8
CHUNK = 1 << 17
"""Frames decoded at a time: about three seconds, one or two MiB."""

Chunk = NDArray[np.float32]

_PLAIN_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"caff", b".snd", b"riff")
_SECOND_MAGIC = (b"fLaC", b"OggS", b"NIST")
_PLAIN_FORMATS = ("WAV", "WAVEX", "AIFF", "AU", "CAF", "W64", "RF64", "SVX", "NIST", "FLAC", "OGG")
_MPEG_TAGS = (0x50, 0x55)
_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,loas,matroska,webm,mov,mp4,m4a,mp3,"
    "mpeg,mpegts,ogg,tta,w64,wav,wv"
)
_ENCRYPTED_TAGS = frozenset({"drms", "enca", "aavd"})
_ASF_ENCRYPTION = (
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),  # content encryption object
    bytes.fromhex("14e68a292226174cb935dae07ee9289c"),  # extended content encryption object
)
_SETTLING_FRAMES = 8
_LEAST_DAMAGED_SECONDS = 0.1


class Source(Protocol):
    """A file a decoder has accepted."""

    sample_rate: int
    n_channels: int
    duration_hint: float | None
    """Length in seconds as the file states it; None when it does not, or absurdly."""
    warnings: list[str]

    def chunks(self) -> Iterator[Chunk]:
        """The sound, once. Raises DecodeError when a decoder gives up."""

    def close(self) -> None: ...


def open_source(file: FileIO, name: str) -> tuple[Source, Iterator[Chunk]]:
    """The decoder that finds sound in `file`, and the sound.

    Raises
    ------
    DecodeError
        Neither decoder finds sound, the sound is encrypted, or its shape is absurd.
    EmptySignalError
        The file is well formed and holds no sample.
    """
    failures: list[InputError] = []
    for backend in _backends(_head(file, 32)):
        try:
            return _first_sound(backend, file, name)
        except InputError as error:
            failures.append(error)
        except MemoryError:
            failures.append(_refusal(name, "its header asks for more memory than there is"))
    raise failures[0]


def _backends(head: bytes) -> tuple[type[Any], ...]:
    """Which decoders to ask, in which order; libsndfile never sees mpeg sound."""
    magic = head[:4]
    is_mpeg = magic == b"RIFF" and int.from_bytes(head[20:22], "little") in _MPEG_TAGS
    if magic in _PLAIN_MAGIC and not is_mpeg:
        return SoundFileSource, FFmpegSource
    if magic in _SECOND_MAGIC:
        return FFmpegSource, SoundFileSource
    return (FFmpegSource,)


def _first_sound(backend: type[Any], file: FileIO, name: str) -> tuple[Source, Iterator[Chunk]]:
    """Open with one decoder and hold it to its word: there must be a first chunk."""
    file.seek(0)
    source: Source = backend(file, name)
    chunks = source.chunks()
    try:
        first = next(chunks, None)
    except BaseException:
        source.close()
        raise
    if first is None:
        source.close()
        raise EmptySignalError(f"{name}: expected sound, found no samples in it; replace the file")
    return source, _chain(first, chunks)


def _chain(first: Chunk, rest: Iterator[Chunk]) -> Iterator[Chunk]:
    yield first
    yield from rest


def _head(file: FileIO, size: int, offset: int = 0) -> bytes:
    file.seek(offset)
    return file.read(size) or b""


def _refusal(name: str, found: str, remedy: str = "convert or replace the file") -> DecodeError:
    return DecodeError(f"{name}: expected sound, but {found}; {remedy}")


def check_shape(name: str, sample_rate: int, n_channels: int) -> None:
    """Raise DecodeError unless rate and channels are ones this program works with."""
    if not MIN_SAMPLE_RATE <= sample_rate <= MAX_SAMPLE_RATE:
        found = f"its sample rate is {sample_rate} Hz"
        raise _refusal(
            name, found, f"resample it to {MIN_SAMPLE_RATE}–{MAX_SAMPLE_RATE} Hz or replace it"
        )
    if not 1 <= n_channels <= MAX_CHANNELS:
        found = f"it has {n_channels} channels"
        raise _refusal(name, found, f"mix it down to 1–{MAX_CHANNELS} channels or replace it")


# --------------------------------------------------------------------------- libsndfile


class _Sequential(soundfile.SoundFile):  # type: ignore[misc]
    """A SoundFile read front to back.

    soundfile seeks to its own position after every read; in an mp3 that restarts the
    decoder and changes the samples at each seam.
    """

    def seekable(self) -> bool:
        return False


class SoundFileSource:
    """Plain samples through libsndfile."""

    def __init__(self, file: FileIO, name: str) -> None:
        self.warnings: list[str] = []
        self._name = name
        promised = _promised_size(_head(file, 12))
        size = file.seek(0, 2)
        file.seek(0)
        try:
            self._file = _Sequential(file.fileno(), closefd=False)
        except (soundfile.LibsndfileError, OSError, ValueError, TypeError) as error:
            raise _refusal(name, f"its header is no use ({_error_text(error)})") from error
        try:
            self._check(name)
        except DecodeError:
            self._file.close()
            raise
        self.sample_rate = int(self._file.samplerate)
        self.n_channels = int(self._file.channels)
        self.duration_hint = _plausible(self._file.frames / self.sample_rate)
        if promised > size:
            self.warnings.append(f"cut short: {size} of {promised} bytes are there")

    def _check(self, name: str) -> None:
        if self._file.format not in _PLAIN_FORMATS:
            raise _refusal(name, f"its format is {self._file.format}, which holds no music")
        check_shape(name, int(self._file.samplerate), int(self._file.channels))

    def chunks(self) -> Iterator[Chunk]:
        """(n_channels, ≤ CHUNK) float32, until the file or the decoder ends."""
        found = False
        while True:
            try:
                frames = self._file.read(CHUNK, dtype="float32", always_2d=True)
            except (soundfile.LibsndfileError, OSError) as error:
                if not found:
                    raise _refusal(self._name, f"it is damaged ({_error_text(error)})") from error
                self.warnings.append(f"damaged: the decoder stopped early ({_error_text(error)})")
                return
            if not len(frames):
                return
            found = True
            yield np.ascontiguousarray(frames.T)

    def close(self) -> None:
        self._file.close()


def _error_text(error: BaseException) -> str:
    """libsndfile's own words on one line, without the file name it was not given."""
    text = " ".join(str(getattr(error, "error_string", error)).split())
    return text.rstrip(".")[:120] or type(error).__name__


def _promised_size(head: bytes) -> int:
    """Bytes a RIFF or FORM header says the file has; 0 when it is open-ended or no header."""
    order = {b"RIFF": "little", b"FORM": "big", b"RIFX": "big"}.get(head[:4])
    if order is None or len(head) < 8:
        return 0
    size = int.from_bytes(head[4:8], "little" if order == "little" else "big")
    return 0 if size >= 0x7FFF_0000 else size + 8


def _plausible(seconds: float) -> float | None:
    """A stated length, unless it is nonsense (programs that stream write 'endless')."""
    return seconds if 0.0 < seconds < 7 * 24 * 3600.0 else None


def _id3_size(head: bytes) -> int:
    """Bytes an ID3v2 tag takes at the start of a file; 0 without one."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    a, b, c, d = (byte & 0x7F for byte in head[6:10])
    return 10 + (a << 21 | b << 14 | c << 7 | d)


def _ogg_ends(file: FileIO) -> bool:
    """Whether the last Ogg page is marked as the end of its stream (RFC 3533)."""
    size = file.seek(0, 2)
    tail = _head(file, 1 << 16, max(0, size - (1 << 16)))
    last = tail.rfind(b"OggS\0")
    return last >= 0 and len(tail) > last + 5 and bool(tail[last + 5] & 4)


def _full_scale(values: NDArray[Any]) -> Chunk:
    """Samples of any type as float32 with full scale ±1."""
    if values.dtype.kind == "f":
        return values.astype(np.float32, copy=False)
    if values.dtype.kind == "u":
        return (values.astype(np.float32) - 128.0) / np.float32(128.0)
    scale = np.float32(1.0 / (1 << (8 * values.dtype.itemsize - 1)))
    return values.astype(np.float32) * scale


# --------------------------------------------------------------------------- FFmpeg


def _joined(parts: list[Chunk]) -> Chunk:
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


def _codec_tag(context: Any) -> str:
    """The container's four letters for the codec; empty when they are not letters."""
    try:
        return "" if context is None else str(context.codec_tag)
    except UnicodeDecodeError:
        return ""


class _SteadyFile:
    """A file whose methods never raise: what a callback of FFmpeg raises ends up on stderr."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self.error: OSError | None = None
        """The first read that failed (a disk gone bad, a network share gone away)."""

    def read(self, size: int) -> bytes:
        try:
            return self._file.read(size) or b""
        except OSError as error:
            self.error = self.error or error
            return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError, ValueError):
            return -errno.EINVAL  # hostile headers point before the start

    def tell(self) -> int:
        return self._file.tell()


class FFmpegSource:
    """Everything compressed, and the sound of videos, through FFmpeg."""

    def __init__(self, file: FileIO, name: str) -> None:
        import av  # 70 ms and 100 MB of code: only when a file needs it
        import av.logging

        av.logging.set_level(None)
        self._av = av
        self._native_errors = (av.FFmpegError, OSError, ValueError, NotImplementedError)
        self.warnings: list[str] = []
        self._name = name
        self._errors = 0
        self._strangers = 0
        self._n_samples = 0
        self._head = _head(file, 1 << 16)
        self._file = file
        file.seek(0)
        self._bytes = _SteadyFile(file)
        try:
            self._container = av.open(
                self._bytes,
                mode="r",
                metadata_errors="replace",
                buffer_size=1 << 16,
                options={"format_whitelist": _CONTAINERS},
            )
        except self._native_errors as error:
            raise self._not_opened() from error
        try:
            self._stream = self._sound_stream()
            self._settle()
        except BaseException:
            self._container.close()
            raise
        self.duration_hint = self._stated_duration()

    def _not_opened(self) -> DecodeError:
        if self._head[4:8] == b"ftyp":
            found = "its table of contents is missing, as in a file that is cut short"
            return _refusal(self._name, found, "copy or download it again")
        return _refusal(self._name, "its bytes are in no sound format known here")

    def _sound_stream(self) -> Any:
        streams = self._container.streams
        stream = streams.best("audio")
        if self._is_encrypted():
            raise _refusal(self._name, "it is encrypted (DRM)", "use a copy without protection")
        if stream is None:
            raise _refusal(self._name, "there is no sound track in it")
        if stream.codec_context is None:
            raise _refusal(self._name, "there is no decoder for its codec")
        stream.codec_context.thread_count = 1
        return stream

    def _is_encrypted(self) -> bool:
        tags = {_codec_tag(stream.codec_context) for stream in self._container.streams}
        marks = any(mark in self._head for mark in _ASF_ENCRYPTION)
        return marks or not tags.isdisjoint(_ENCRYPTED_TAGS)

    def _settle(self) -> None:
        """Rate and channels are what most of the first frames say: one may be damaged."""
        self._frames = self._decoded()
        self._queue = list(islice(self._frames, _SETTLING_FRAMES))
        if not self._queue:
            if self._errors:
                raise _refusal(self._name, "none of it can be decoded")
            raise EmptySignalError(
                f"{self._name}: expected sound, found no samples in it; replace the file"
            )
        shapes = Counter((f.sample_rate, f.layout.nb_channels) for f in self._queue)
        (self.sample_rate, self.n_channels), _ = shapes.most_common(1)[0]
        check_shape(self._name, self.sample_rate, self.n_channels)

    def _decoded(self) -> Iterator[Any]:
        """Frames of sound; packets that do not decode are counted and skipped."""
        for packet in self._packets():
            try:
                yield from packet.decode()
            except self._av.error.EOFError:
                return
            except self._native_errors:
                self._errors += bool(packet.size)  # an empty packet is no loss

    def _packets(self) -> Iterator[Any]:
        try:
            yield from self._container.demux(self._stream)
        except self._av.error.EOFError:
            return
        except self._native_errors:
            self._errors += 1

    def chunks(self) -> Iterator[Chunk]:
        """(n_channels, about CHUNK) float32."""
        parts: list[Chunk] = []
        held = 0
        for part in self._parts():
            parts.append(part)
            held += part.shape[1]
            if held >= CHUNK:
                yield _joined(parts)
                parts, held = [], 0
        if parts:
            yield _joined(parts)
        self._report()

    def _parts(self) -> Iterator[Chunk]:
        """One array per frame of the stream's own sample rate."""
        for frame in self._all_frames():
            if frame.sample_rate != self.sample_rate:
                self._strangers += frame.samples
            elif frame.samples:
                self._n_samples += frame.samples
                yield self._as_float(frame)

    def _all_frames(self) -> Iterator[Any]:
        queue, self._queue = self._queue, []
        yield from queue
        yield from self._frames

    def _as_float(self, frame: Any) -> Chunk:
        """One frame as (self.n_channels, n) float32; a stray channel count is mixed to fit."""
        n_channels = frame.layout.nb_channels
        values = frame.to_ndarray()
        if not frame.format.is_planar:
            values = values.reshape(-1, n_channels).T
        chunk = _full_scale(values)
        if n_channels != self.n_channels:
            chunk = np.repeat(chunk.mean(axis=0, keepdims=True), self.n_channels, axis=0)
        return chunk

    def _report(self) -> None:
        """Say what is missing, once everything there is has been decoded."""
        if self._bytes.error is not None:
            raise self._bytes.error
        decoded = self._n_samples / self.sample_rate
        if self._errors and decoded < _LEAST_DAMAGED_SECONDS:
            raise _refusal(self._name, "hardly any of it can be decoded")
        if self._errors:
            packets = "1 packet" if self._errors == 1 else f"{self._errors} packets"
            self.warnings.append(f"damaged: {packets} could not be decoded")
        if self._strangers:
            self.warnings.append("damaged: stretches at another sample rate were left out")
        stated = self.duration_hint or 0.0
        if self._is_measured() and stated - decoded > max(0.5, 0.01 * stated):
            self.warnings.append(f"cut short: {decoded:.1f} s of {stated:.1f} s are there")

        if self._container.format.name == "ogg" and not _ogg_ends(self._file):
            self.warnings.append("cut short: the last page of the stream is missing")

    def _is_measured(self) -> bool:
        """Whether the stated length was written by the encoder, not guessed from the size."""
        name = self._container.format.name
        if name == "mp3":
            start = _id3_size(self._head)
            first_frame = _head(self._file, 512, start)
            return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))
        return name not in ("aac", "loas", "mpeg", "mpegts", "ac3", "eac3", "dts", "amr")

    def _stated_duration(self) -> float | None:
        stream = self._stream
        if stream.duration and stream.time_base:
            return _plausible(float(stream.duration * stream.time_base))
        duration = self._container.duration
        return _plausible(duration / self._av.time_base) if duration else None

    def close(self) -> None:
        self._container.close()
