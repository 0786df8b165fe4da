"""Small sound files of every format, and of every defect, made when a test asks for them.

Nothing binary lives in the repository. The sound is a rising tone with a click at every
half second, so length, level, timing and channel order can be checked after a round trip.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 44_100
Sound = NDArray[np.float32]


def sound(seconds: float = 1.0, sample_rate: int = RATE, n_channels: int = 2) -> Sound:
    """Float32 (n_channels, n); channel c is at level 0.5 / (c + 1)."""
    t = np.arange(round(seconds * sample_rate)) / sample_rate
    y = 0.6 * np.sin(2 * np.pi * (220.0 + 40.0 * t) * t)
    clicks = np.exp(-(t % 0.5) * 400.0) * np.sin(2 * np.pi * 1500.0 * t)
    level = 0.5 / np.arange(1, n_channels + 1)
    return (level[:, None] * (y + clicks)).astype(np.float32)


def click_track(seconds: float = 2.0, sample_rate: int = RATE, at: float = 0.5) -> Sound:
    """Silence with one short burst at `at` seconds, one channel."""
    y = np.zeros(round(seconds * sample_rate), dtype=np.float32)
    start = round(at * sample_rate)
    y[start : start + 200] = 0.8 * np.hanning(200)
    return y[None, :]


# --------------------------------------------------------------------------- writing


def plain(path: Path, y: Sound, sample_rate: int, form: str, subtype: str) -> Path:
    """Write with libsndfile."""
    soundfile.write(path, y.T, sample_rate, subtype, format=form)
    return path


def encoded(
    path: Path,
    y: Sound,
    sample_rate: int,
    codec: str,
    container: str,
    *,
    bit_rate: int | None = None,
    options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    picture: bool = False,
    sample_format: str | None = None,
) -> Path:
    """Write with FFmpeg; `picture` adds a video track beside the sound."""
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[len(y)]
    with av.open(str(path), "w", format=container, options=options or {}) as file:
        file.metadata.update(tags or {})
        stream = file.add_stream(codec, rate=sample_rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        if sample_format:
            stream.codec_context.format = sample_format
        if picture:
            _add_picture(file, len(y[0]) / sample_rate)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(y), "fltp", layout)
        frame.sample_rate = sample_rate
        frame.pts = 0
        _encode(file, stream, frame)
    return path


def _encode(file, stream, frame) -> None:
    context = stream.codec_context
    context.open(strict=False)
    size = context.frame_size or 1024
    resampler = av.AudioResampler(context.format, context.layout, context.sample_rate, size)
    pieces = [*resampler.resample(frame), *resampler.resample(None)]
    for piece in pieces:
        file.mux(stream.encode(piece))
    file.mux(stream.encode(None))


def _add_picture(file, seconds: float) -> None:
    stream = file.add_stream("mpeg4", rate=25)
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p"
    for _ in range(max(1, round(seconds * 25))):
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def _plain(form: str, subtype: str) -> Callable[[Path, Sound, int], Path]:
    return lambda path, y, sr: plain(path, y, sr, form, subtype)


def _encoded(codec: str, container: str, bit_rate: int | None = None, **more):
    return lambda path, y, sr: encoded(path, y, sr, codec, container, bit_rate=bit_rate, **more)


LOSSLESS: dict[str, Callable[[Path, Sound, int], Path]] = {
    "pcm16.wav": _plain("WAV", "PCM_16"),
    "pcm24.wav": _plain("WAV", "PCM_24"),
    "pcm32.wav": _plain("WAV", "PCM_32"),
    "float.wav": _plain("WAV", "FLOAT"),
    "double.wav": _plain("WAV", "DOUBLE"),
    "extensible.wav": _plain("WAVEX", "PCM_16"),
    "rf64.wav": _plain("RF64", "PCM_16"),
    "wave64.w64": _plain("W64", "PCM_16"),
    "pcm16.aiff": _plain("AIFF", "PCM_16"),
    "pcm24.aif": _plain("AIFF", "PCM_24"),
    "float.aifc": _plain("AIFF", "FLOAT"),
    "pcm16.au": _plain("AU", "PCM_16"),
    "pcm16.caf": _plain("CAF", "PCM_16"),
    "alac.caf": _plain("CAF", "ALAC_16"),
    "flac16.flac": _plain("FLAC", "PCM_16"),
    "flac24.flac": _plain("FLAC", "PCM_24"),
    "alac.m4a": _encoded("alac", "ipod"),
    "wavpack.wv": _encoded("wavpack", "wv", sample_format="s16p"),
    "tta.tta": _encoded("tta", "tta", sample_format="s16"),
}
"""Name → writer of a format that keeps at least 16 bits."""

COARSE: dict[str, Callable[[Path, Sound, int], Path]] = {
    "u8.wav": _plain("WAV", "PCM_U8"),
    "s8.flac": _plain("FLAC", "PCM_S8"),
    "ulaw.wav": _plain("WAV", "ULAW"),
    "alaw.au": _plain("AU", "ALAW"),
    "adpcm.wav": _plain("WAV", "MS_ADPCM"),
}
"""Name → writer of a format with eight bits or fewer per sample."""

LOSSY: dict[str, Callable[[Path, Sound, int], Path]] = {
    "xing.mp3": _encoded("libmp3lame", "mp3", 192_000),
    "sndfile.mp3": _plain("MP3", "MPEG_LAYER_III"),
    "bare.mp3": _encoded(
        "libmp3lame", "mp3", 192_000, options={"write_xing": "0", "id3v2_version": "0"}
    ),
    "mp3.wav": _encoded("libmp3lame", "wav", 192_000),
    "vorbis.ogg": _plain("OGG", "VORBIS"),
    "opus.ogg": _plain("OGG", "OPUS"),
    "opus.opus": _encoded("libopus", "opus", 128_000),
    "opus.webm": _encoded("libopus", "webm", 128_000),
    "opus.mp4": _encoded("libopus", "mp4", 128_000),
    "aac.m4a": _encoded("aac", "ipod", 192_000),
    "aac.aac": _encoded("aac", "adts", 192_000),
    "aac.mp4": _encoded("aac", "mp4", 192_000, picture=True),
    "aac.mov": _encoded("aac", "mov", 192_000, picture=True),
    "aac.mkv": _encoded("aac", "matroska", 192_000, picture=True),
    "mp3.avi": _encoded("libmp3lame", "avi", 192_000, picture=True),
    "wmav2.wma": _encoded("wmav2", "asf", 192_000),
    "ac3.ac3": _encoded("ac3", "ac3", 192_000),
    "ac3.mka": _encoded("ac3", "matroska", 192_000),
}
"""Name → writer of a lossy format."""

ALL_FORMATS = LOSSLESS | COARSE | LOSSY

FUZZ_SEEDS = (
    "pcm16.wav",
    "pcm24.wav",
    "float.wav",
    "adpcm.wav",
    "rf64.wav",
    "pcm16.aiff",
    "float.aifc",
    "pcm16.au",
    "alac.caf",
    "wave64.w64",
    "flac16.flac",
    "xing.mp3",
    "bare.mp3",
    "vorbis.ogg",
    "opus.opus",
    "aac.m4a",
    "alac.m4a",
    "aac.aac",
    "aac.mp4",
    "aac.mkv",
    "opus.webm",
    "wmav2.wma",
)
"""The formats whose mutants the decoder door is tried with."""


def native_rate(name: str) -> int:
    """The rate a format is written at here: Opus knows only 48 kHz."""
    return 48_000 if "opus" in name else RATE


def make(folder: Path, name: str, seconds: float = 1.0, n_channels: int = 2) -> Path:
    """Write one of ALL_FORMATS into `folder` and return its path."""
    rate = native_rate(name)
    return ALL_FORMATS[name](folder / name, sound(seconds, rate, n_channels), rate)


# --------------------------------------------------------------------------- hand-made headers


def wav_bytes(
    data: bytes,
    *,
    sample_rate: int = RATE,
    n_channels: int = 1,
    bits: int = 16,
    tag: int = 1,
    riff_size: int | None = None,
    data_size: int | None = None,
) -> bytes:
    """A wav file whose header says whatever it is told to say."""
    align = max(1, n_channels * bits // 8)
    rate = sample_rate & 0xFFFFFFFF
    fmt = struct.pack(
        "<HHIIHH", tag, n_channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits
    )
    size = len(data) if data_size is None else data_size
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", len(body) if riff_size is None else riff_size) + body


def pcm16(y: Sound) -> bytes:
    """`y` (n_channels, n) as interleaved little-endian 16-bit samples."""
    return np.rint(y.T * 32767.0).astype("<i2").tobytes()


def id3v2(frames: dict[str, str]) -> bytes:
    """An ID3v2.3 tag of text frames."""
    body = b""
    for name, text in frames.items():
        payload = b"\x01" + text.encode("utf-16")
        body += name.encode() + struct.pack(">IH", len(payload), 0) + payload
    size = len(body)
    sizes = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + sizes + body


def id3v1(title: str, artist: str) -> bytes:
    """A 128-byte ID3v1 tag."""
    return (
        b"TAG"
        + title.encode("latin-1").ljust(30, b"\0")[:30]
        + artist.encode("latin-1").ljust(30, b"\0")[:30]
        + bytes(30)
        + b"1999"
        + bytes(30)
        + b"\x11"
    )
