"""A sound through a lossy codec and back, the codec's delay taken out to the sample.

mp3, AAC and Opus go through PyAV, Ogg Vorbis through libsndfile. Opus knows 48 kHz only, so
other rates are resampled on the way there and back.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import av
import numpy as np
import scipy.fft
import soundfile
import soxr

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets.item import Samples

SEARCH = 5000
"""samples within which a codec's delay is looked for."""
BIT_RATES = (64_000, 96_000, 128_000, 160_000, 192_000, 256_000, 320_000)
_ENCODERS = {"mp3": ("libmp3lame", "mp3"), "aac": ("aac", "adts"), "opus": ("libopus", "ogg")}


@lru_cache(maxsize=1)
def codecs() -> tuple[str, ...]:
    """The codecs this machine can encode, of mp3, aac, opus and vorbis."""
    found = [name for name, (encoder, _) in _ENCODERS.items() if _can_encode(encoder)]
    return (*found, *(["vorbis"] if "VORBIS" in soundfile.available_subtypes("OGG") else []))


def _can_encode(encoder: str) -> bool:
    try:
        av.codec.Codec(encoder, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True


def round_trip(y: Samples, sample_rate: int, codec: str, bit_rate: int) -> Samples:
    """`y` (2, n) through `codec` at `bit_rate` bits per second; same length, same timing.

    Raises
    ------
    RequestError
        No such codec here.
    """
    if codec not in codecs():
        raise RequestError(f"expected a codec of {', '.join(codecs())}, found {codec!r}")
    if codec == "vorbis":
        return aligned(_vorbis(y, sample_rate, bit_rate), y)
    if codec == "opus" and sample_rate != 48_000:
        return _resampled_trip(y, sample_rate, bit_rate)
    # LAME's search for the best coding is what takes its time; a rough search will do here
    options = {"compression_level": "8"} if codec == "mp3" else None
    return aligned(_coded(y, sample_rate, codec, bit_rate, options), y)


def _resampled_trip(y: Samples, sample_rate: int, bit_rate: int) -> Samples:
    up = soxr.resample(y.T, sample_rate, 48_000).T
    back = aligned(_coded(up, 48_000, "opus", bit_rate), up)
    down: Samples = soxr.resample(back.T, 48_000, sample_rate).T
    return _of_length(down, y.shape[1])


def mp3_round_trip(y: Samples, sample_rate: int, bit_rate: int) -> Samples:
    """`y` through libmp3lame and back, the codec's delay taken out by correlation."""
    return aligned(_coded(y, sample_rate, "mp3", bit_rate), y)


def _coded(
    y: Samples, sample_rate: int, codec: str, bit_rate: int, options: dict[str, str] | None = None
) -> Samples:
    encoder, container = _ENCODERS[codec]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as file:
        stream: Any = file.add_stream(encoder, rate=sample_rate, options=options or {})
        stream.layout = "stereo"
        stream.bit_rate = min(bit_rate, 510_000)
        _encode(file, stream, y, sample_rate)
    buffer.seek(0)
    with av.open(buffer) as file:
        return _decode(file)


def _encode(file: Any, stream: Any, y: Samples, rate: int) -> None:
    """`y` in blocks, in the sample format and frame size the encoder wants."""
    context = stream.codec_context
    context.open(strict=False)
    size = context.frame_size or 1152
    resampler = av.AudioResampler(context.format, context.layout, rate, size)
    for start in range(0, y.shape[1], size * 64):
        block = np.ascontiguousarray(y[:, start : start + size * 64])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = rate
        frame.pts = start
        for piece in resampler.resample(frame):
            file.mux(stream.encode(piece))
    for piece in resampler.resample(None):
        file.mux(stream.encode(piece))
    file.mux(stream.encode(None))


def _decode(file: Any) -> Samples:
    """All of the sound as float32 (2, n)."""
    resampler = av.AudioResampler("fltp", "stereo")
    blocks = [
        piece.to_ndarray() for frame in file.decode(audio=0) for piece in resampler.resample(frame)
    ]
    return np.concatenate(blocks, axis=1)


def _vorbis(y: Samples, sample_rate: int, bit_rate: int) -> Samples:
    buffer = io.BytesIO()
    # libsndfile counts quality from 0 (best, about 500 kbit/s) to 1 (about 45 kbit/s)
    level = float(np.clip(1.0 - np.log2(bit_rate / 45_000) / 3.5, 0.0, 1.0))
    with soundfile.SoundFile(
        buffer, "w", sample_rate, 2, "VORBIS", format="OGG", compression_level=level
    ) as file:
        for start in range(0, y.shape[1], 65536):  # larger blocks overflow libvorbis' stack
            file.write(y[:, start : start + 65536].T)
    buffer.seek(0)
    decoded: Samples = soundfile.read(buffer, dtype="float32", always_2d=True)[0].T
    return decoded


def _loudest(y: Samples, width: int) -> slice:
    """Where the loudest stretch of about `width` samples lies."""
    k = max(y.shape[1] // width, 1)
    power = [float(np.sum(y[0, i * width : (i + 1) * width] ** 2)) for i in range(k)]
    start = int(np.argmax(power)) * width
    return slice(start, start + width)


def aligned(decoded: Samples, y: Samples) -> Samples:
    """`decoded` moved onto `y` by the lag of highest correlation within ±5000 samples."""
    span = _loudest(y, min(2**17, y.shape[1]))
    a, b = y[0, span], decoded[0, span]
    m = min(len(a), len(b))
    size = 2 * max(m, 1)
    cross = scipy.fft.irfft(
        np.conj(scipy.fft.rfft(a[:m], size)) * scipy.fft.rfft(b[:m], size), size
    )
    reach = min(SEARCH, size // 2)
    lags = np.concatenate([np.arange(0, reach), np.arange(-reach, 0)])
    lag = int(lags[np.argmax(cross[lags])])
    moved = decoded[:, lag:] if lag >= 0 else np.pad(decoded, ((0, 0), (-lag, 0)))
    return _of_length(moved, y.shape[1])


def _of_length(y: Samples, n: int) -> Samples:
    return np.ascontiguousarray(np.pad(y[:, :n], ((0, 0), (0, max(0, n - y.shape[1])))))
