"""Where DJ programs put time 0 of an MP3, seen from where we put it.

An MP3 does not say in so many words where its sound starts. The encoder puts its own delay before
the first sample (LAME: 576), a decoder adds 528 + 1 samples of its own, and many files open with a
frame that holds a Xing/Info tag and no sound (1152 samples, 26 ms at 44.1 kHz). Programs differ in
which of these they skip, so one cue has different seconds in two of them. docs/dj-formats.md
explains it at length.

The layout of the tag: "mp3 info tag, revision 1" (gabriel.mp3-tech.org/mp3infotag.html). The four
cases A–D and who plays the tag as sound: issue 3 of digital-dj-tools/dj-data-converter, found on
some thousands of tracks. That rekordbox trims no encoder delay: its release notes of 1.5.4. What
FFmpeg, and so this program, does: measured by the test with a click. Mixxx: measured in Mixxx 2.3.3
on Linux (which decodes MP3 with libmad) by the sample at which it says that the sound of a click
track begins, exact to the sample on 16 MP3s of LAME and FFmpeg, 22 to 48 kHz, mono and stereo: it
leaves out the first frame whether that holds a tag or sound, and trims no delay. On wav, flac,
aiff, ogg, opus and m4a it starts where we do. Serato: Mixxx's developers compared it with Mixxx
(mixxxdj/mixxx, pull request 2707): on every MP3 it is one frame later, 26 ms at 44.1 kHz and 24 ms
at 48 kHz, so it plays all frames, the tag's too.

Offsets are in seconds and are *added to our time* to get the program's. What nobody has published
is 0, and `known` says so. Other formats than MP3 have no offset here: samples of flac, wav and aiff
are numbered the same by everybody; what others than Mixxx do with m4a differs by some ms and is
unknown.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Case = Literal["A", "B", "C", "D"]
DECODER_DELAY = 528 + 1
"""Samples by which every layer III decoder is late."""
KNOWN_PROGRAMS = ("rekordbox", "traktor", "mixxx", "serato")
"""Programs whose way with the four cases is published or measured."""

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Version bits of a frame's header → sample rates."""
_HEAD = 1 << 16
"""Bytes after the ID3 tag within which the first frame must start."""
_FIELDS = ((1, 4), (2, 4), (4, 100), (8, 4))
"""Flag of a Xing tag → bytes of the field it announces: frames, bytes, seek table, quality."""
_VBRI_AT = 4 + 32
"""Where Fraunhofer's tag stands in its frame, whatever the channels."""
_TRIMMED = (b"LAME", b"Lavf", b"Lavc")
"""Encoders whose delay field FFmpeg believes."""


@dataclass(frozen=True)
class Mp3Start:
    """How an MP3 begins.

    `encoder` is the name in its info tag (empty without one), `delay` what the tag says the
    encoder put before the sound, in samples; `crc_holds` whether the tag's own checksum is right.
    """

    sample_rate: int
    frame: int
    """samples in a frame: 1152, or 576 below 32 kHz."""
    has_tag: bool = False
    encoder: bytes = b""
    delay: int = 0
    crc_holds: bool = False
    has_vbri: bool = False
    """whether the first frame holds Fraunhofer's tag instead, and no sound."""

    @property
    def case(self) -> Case:
        """A: no tag; B: a tag that is not LAME's own; C: LAME's, checksum wrong; D: right."""
        if not self.has_tag:
            return "A"
        if not self.encoder.startswith(b"LAME"):
            return "B"
        return "D" if self.crc_holds else "C"

    @property
    def trimmed(self) -> float:
        """Seconds that our decoder takes away at the start, besides the tag's frame."""
        if not self.encoder.startswith(_TRIMMED):
            return 0.0
        return (self.delay + DECODER_DELAY) / self.sample_rate


def offset(path: str | Path, program: str) -> float:
    """Seconds to add to our time to get the time `program` shows for the same moment in `path`.

    0.0 for other files than MP3, files that cannot be read, and programs of which nothing is
    known (see :func:`known`).
    """
    start = mp3_start(path) if known(program) else None
    if start is None:
        return 0.0
    return start.trimmed + _frames_more(start, program) * start.frame / start.sample_rate


def _frames_more(start: Mp3Start, program: str) -> int:
    """Frames that `program` plays and we do not, at the start; negative the other way round."""
    if program == "traktor":
        return int(start.case in ("B", "C"))
    has_silent_frame = start.has_tag or start.has_vbri
    if program == "mixxx":
        return 0 if has_silent_frame else -1
    if program == "serato":
        return int(has_silent_frame)
    return 0


def known(program: str) -> bool:
    """Whether it is published, or was measured, where `program` starts an MP3."""
    return program in KNOWN_PROGRAMS


def mp3_start(path: str | Path) -> Mp3Start | None:
    """How the MP3 at `path` begins; None when it is none, or cannot be read."""
    if os.path.splitext(path)[1].lower() != ".mp3":
        return None
    try:
        head = _head(path)
    except (OSError, ValueError):
        return None
    for at in range(len(head) - 4):
        if head[at] == 0xFF and (rate := _sample_rate(head[at + 1], head[at + 2])):
            return _start(head[at:], rate)
    return None


def _head(path: str | Path) -> bytes:
    """The bytes after an ID3 tag; nothing of pipes and devices, which could block."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        return b""
    with open(path, "rb") as file:
        tag = file.read(10)
        size = 0
        if tag[:3] == b"ID3" and len(tag) == 10:
            a, b, c, d = (byte & 0x7F for byte in tag[6:])
            size = 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if tag[5] & 0x10 else 0)
        file.seek(size)
        return file.read(_HEAD)


def _sample_rate(second: int, third: int) -> int:
    """Hz of the layer III frame whose header has these bytes; 0 when it is no such header."""
    rates = _RATES.get(second >> 3 & 3, ())
    sound = second & 0xE6 == 0xE2 and third >> 4 not in (0, 15)
    place = third >> 2 & 3
    return rates[place] if sound and place < len(rates) else 0


def _start(frame: bytes, rate: int) -> Mp3Start:
    """What the first frame, and the info tag it may hold, says."""
    mpeg1 = frame[1] >> 3 & 3 == 3
    mono = frame[3] >> 6 == 3
    length = 1152 if mpeg1 else 576
    at = 4 + ((17 if mono else 32) if mpeg1 else (9 if mono else 17))
    if frame[at : at + 4] not in (b"Xing", b"Info"):
        return Mp3Start(rate, length, has_vbri=frame[_VBRI_AT : _VBRI_AT + 4] == b"VBRI")
    flags = int.from_bytes(frame[at + 4 : at + 8], "big")
    more = at + 8 + sum(size for flag, size in _FIELDS if flags & flag)
    encoder = frame[more : more + 9].rstrip(b"\0 ")
    delay = int.from_bytes(frame[more + 21 : more + 24], "big") >> 12
    said = int.from_bytes(frame[more + 34 : more + 36], "big")
    return Mp3Start(rate, length, True, encoder, delay, said == _crc16(frame[: more + 34]))


def _crc16(data: bytes) -> int:
    """The checksum of the info tag: CRC-16 with polynomial 0x8005, lowest bit first, from 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
