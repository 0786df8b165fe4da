"""What a genre is: everything the composer knows about it, as data.

A genre is one file of this folder that defines ``GENRE``; the folder is searched, so adding
a file adds the genre (docs/howto/add-a-genre.md).

Conventions
-----------
A groove maps a drum lane to a pattern of one or more bars separated by ``|``; a bar is
divided evenly by the length of its string. ``X`` accent, ``x`` stroke, ``o`` ghost stroke,
``?`` a stroke half of the time, ``.`` rest. Chord rhythms use the same language. Patterns
are written for four beats (or for the genre's own meter) and fitted to other meters.
Bass idioms are names of `patterns.BASS_IDIOMS` or riffs of one bar in its letters.
Voices are names of `sound.voices.VOICES`, kits names of `sound.kits.KITS`.
Tempi are in the beats of `core.types.Beats` (eighths in 6/8); ranges are (low, high).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Groove = Mapping[str, str]

FOUR = "X...X...X...X..."
BACKBEAT = "....X.......X..."
OFF = "..x...x...x...x."
EIGHTHS = "x.o.x.o.x.o.x.o."
SIXTEENTHS = "xoxoxoxoxoxoxoxo"
HOLD = "hold"
"""chord rhythm: the chord is held for its whole length."""

STABS = (
    "x..x..x...x..x..",
    "..x...x...x...x.",
    "x.....x...x.....",
    "...x..x....x..x.",
    "x..x..x.........",
)


@dataclass(frozen=True)
class Genre:
    """How one genre is usually played."""

    name: str
    tempo: tuple[float, float]
    grooves: tuple[Groove, ...]
    """drum grooves; the seed picks two, the second for variations."""
    kits: tuple[str, ...]
    bass: tuple[str, ...]
    """bass idioms or riffs."""
    bass_voices: tuple[str, ...]
    chord_voices: tuple[str, ...]
    chord_rhythms: tuple[str, ...]
    lead_voices: tuple[str, ...]
    pad_voices: tuple[str, ...] = ("pad", "dark", "strings", "choir")
    arpeggio_voices: tuple[str, ...] = ("pluck", "bell", "square", "epiano")
    vocal_voices: tuple[str, ...] = ("vox",)
    progressions: str | Mapping[str, tuple[str, ...]] = "club"
    """bank of `harmony.PROGRESSIONS`, or own progressions per mode: major, minor and, where
    the genre has a habit in them, other modes (`harmony.MODAL` has something for the rest)."""
    form: str = "club"
    """family of forms: club, song or ambient; it decides what plays in which section."""
    forms: tuple[str, ...] = ()
    """forms the seed chooses among, in the words of a brief (bars for about four minutes);
    empty: those of the family."""
    meter: int = 4
    minor: float = 0.7
    """share of pieces in minor."""
    sevenths: float = 0.2
    inversions: float = 0.15
    swing: tuple[float, float] = (0.0, 0.0)
    swing_unit: float = 0.25
    """beats between the strokes that swing: 0.25 sixteenths, 0.5 eighths."""
    jitter: tuple[float, float] = (0.0, 0.0)
    sidechain: tuple[float, float] = (0.2, 0.7)
    """depth by which a kick pushes the others down, 0–1."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """layer → share of pieces that have it, for pad, chords, arpeggio, lead, vocal, texture
    and percussion; `DEFAULT_SHARES` where it says nothing."""
    balance: Mapping[str, float] = field(default_factory=dict)
    """stem → dB against the common balance (`names.STEMS` has the names)."""
    bars_per_chord: tuple[float, ...] = (1, 1, 2)
    lead_step: tuple[float, ...] = (0.25, 0.5, 0.5)
    """beats between the places a melody may use."""
    arpeggio_step: tuple[float, ...] = (0.25, 0.5)
    reverb: tuple[float, float] = (0.15, 0.45)
    delay: tuple[float, float] = (0.05, 0.35)
    drive: tuple[float, float] = (0.2, 0.6)
    tilt: tuple[float, float] = (-1.5, 1.5)
    loudness: float = -9.0
    """integrated loudness of the master, LUFS."""
    soft_intro: float = 0.3
    """share of pieces whose intro has no beat."""
    sweep: float = 0.5
    """how far filters travel through a section, 0 (never) to 1 (acid)."""
    fills: float = 0.3
    """share of four-bar groups that end in a fill."""
    about: str = ""
    """what tells it from its neighbours, in one line."""
    bass_register: tuple[int, int] = (28, 34)
    """MIDI pitches among which the lowest note of the bass's octave is chosen."""
    chord_register: tuple[int, int] = (58, 66)
    """MIDI pitches among which the middle of the chords is chosen."""
    lead_register: tuple[int, int] = (64, 71)
    """MIDI pitches among which the lowest note of the melody is chosen."""

    def share(self, layer: str) -> float:
        """How often pieces of this genre have `layer`."""
        return self.shares.get(layer, DEFAULT_SHARES[layer])


DEFAULT_SHARES: Mapping[str, float] = {
    "chords": 1.0, "pad": 0.7, "arpeggio": 0.35, "lead": 0.7, "vocal": 0.15, "texture": 0.5,
    "percussion": 0.9,
}  # fmt: skip
