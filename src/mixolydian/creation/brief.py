"""What a piece should be, to the last decision that is not left to the seed.

A brief is complete: `creation.ask` makes one from the few words of a user, and the composer
reads nothing else. Every roll of the dice is named after its purpose (and its section), so
that changing one thing leaves all others as they were.

Conventions
-----------
`bpm` counts the beats of `core.types.Beats`: quarters, and eighths in 6/8 (meter 6).
Half-time genres keep the notated tempo (dubstep 140, drum & bass 174). `swing` is the delay
of every second eighth or sixteenth as a fraction of its length: 0 straight, 1/3 triplets.
Bars are counted from 0. Levels are in dB relative to the genre's own balance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from zlib import crc32

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.creation.genres import GENRES
from mixolydian.creation.settings import check_setting
from mixolydian.theory.mode import MODES
from mixolydian.theory.pitch import PITCH_CLASS_NAMES

SECTION_LABELS = (
    "intro", "verse", "buildup", "drop", "breakdown", "chorus", "bridge", "outro",
)  # fmt: skip
TONICS = PITCH_CLASS_NAMES
METERS = (3, 4, 5, 6, 7)
MOODS = ("neutral", "dark", "bright", "melancholic", "euphoric", "calm", "aggressive")
BPM = (40.0, 250.0)
MAX_BARS = 2048


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise RequestError(f"{name} must lie in [{low:g}, {high:g}], found {value!r}")


def _one_of(name: str, value: object, allowed: Iterable[object]) -> None:
    allowed = tuple(allowed)
    if value not in allowed:
        raise RequestError(f"{name} must be one of {', '.join(map(str, allowed))}; found {value!r}")


@dataclass(frozen=True)
class Mix:
    """The balance and colour of the master; every field has its own allowed range."""

    drums: float = field(default=0.0, metadata={"range": (-24.0, 12.0)})
    """dB on all drums but the kick."""
    kick: float = field(default=0.0, metadata={"range": (-24.0, 12.0)})
    bass: float = field(default=0.0, metadata={"range": (-24.0, 12.0)})
    harmony: float = field(default=0.0, metadata={"range": (-24.0, 12.0)})
    """dB on chords, pad and arpeggio."""
    lead: float = field(default=0.0, metadata={"range": (-24.0, 12.0)})
    """dB on lead and vocal."""
    sidechain: float = field(default=0.3, metadata={"range": (0.0, 1.0)})
    """depth by which each kick pushes bass and harmony down."""
    reverb: float = field(default=0.3, metadata={"range": (0.0, 1.0)})
    delay: float = field(default=0.2, metadata={"range": (0.0, 1.0)})
    drive: float = field(default=0.3, metadata={"range": (0.0, 1.0)})
    """saturation and compression of the master."""
    tilt: float = field(default=0.0, metadata={"range": (-9.0, 9.0)})
    """dB of treble against bass over the whole spectrum."""
    loudness: float = field(default=-10.0, metadata={"range": (-30.0, -5.0)})
    """integrated loudness of the master, LUFS."""
    air: float = field(default=20000.0, metadata={"range": (2000.0, 20000.0)})
    """Hz above which the master rolls off."""
    hiss: float = field(default=-100.0, metadata={"range": (-100.0, -20.0)})
    """steady noise (tape, vinyl, room) in dB against the loud parts."""

    def __post_init__(self) -> None:
        for f in fields(self):
            _within(f"mix.{f.name}", getattr(self, f.name), *f.metadata["range"])


@dataclass(frozen=True)
class Brief:
    """Everything that decides a piece; the same brief always gives the same samples.

    Parameters
    ----------
    genre
        A name of `creation.genres.GENRES`.
    bpm
        40–250, fractions welcome.
    tonic, mode
        The key, e.g. "Eb", "minor"; `mode` one of `theory.mode.MODES`.
    form
        (label, bars) per section, labels of `SECTION_LABELS`.
    meter
        3, 4, 5, 6 (6/8 counted in eighths) or 7 beats per bar.
    energy
        One level in [0, 1] per section of the form; empty leaves them to the labels.
    progression
        (Roman numeral, bars) per chord, repeated through every section; empty leaves the
        harmony to the genre and the seed.
    mood
        One of `MOODS`: it colours harmony, brightness and density.
    half_time
        Whether the drums play at half the tempo (snare on the third beat).
    tempo_changes, tempo_ramps, key_changes
        (bar, bpm) from that bar on; (bar, last bar, bpm) in even steps per beat from the
        tempo before to bpm; (bar, tonic, mode) from that bar on.
    settings
        (path, value) of every decision taken out of the seed's hands, such as
        ("bass.pattern", "r-..r-..r-..r-.."); `creation.settings` has the paths.
    drift
        Slow wandering of the tempo, as a relative deviation (0.01 = about ±1 %).
    jitter
        Standard deviation in milliseconds of the players around the grid.
    lead_in
        Seconds of silence before the first downbeat.

    Raises
    ------
    RequestError
        A value outside what is allowed; the message says what is.
    """

    genre: str
    bpm: float
    tonic: str
    mode: str
    form: tuple[tuple[str, int], ...]
    meter: int = 4
    swing: float = 0.0
    seed: int = 0
    energy: tuple[float, ...] = ()
    progression: tuple[tuple[str, float], ...] = ()
    mood: str = "neutral"
    half_time: bool = False
    tuning_cents: float = 0.0
    tempo_changes: tuple[tuple[int, float], ...] = ()
    tempo_ramps: tuple[tuple[int, int, float], ...] = ()
    key_changes: tuple[tuple[int, str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    drift: float = 0.0
    jitter: float = 0.0
    lead_in: float = 0.0
    mix: Mix = field(default_factory=Mix)

    def __post_init__(self) -> None:
        _one_of("genre", self.genre, GENRES)
        _one_of("tonic", self.tonic, TONICS)
        _one_of("mode", self.mode, MODES)
        _one_of("meter", self.meter, METERS)
        _one_of("mood", self.mood, MOODS)
        _within("bpm", self.bpm, *BPM)
        _within("swing", self.swing, 0.0, 0.4)
        _within("tuning_cents", self.tuning_cents, -50.0, 50.0)
        _within("drift", self.drift, 0.0, 0.05)
        _within("jitter", self.jitter, 0.0, 30.0)
        _within("lead_in", self.lead_in, 0.0, 30.0)
        if self.seed < 0:
            raise RequestError(f"seed must be 0 or more, found {self.seed}")
        self._check_form()
        self._check_changes()
        for path, value in self.settings:
            check_setting(path, value, self.section_names)

    def _check_form(self) -> None:
        if not self.form:
            raise RequestError("form must hold at least one (label, bars) section, found none")
        for label, bars in self.form:
            _one_of("section label", label, SECTION_LABELS)
            _within(f"bars of {label}", bars, 1, MAX_BARS)
        _within("bars in all", self.n_bars, 1, MAX_BARS)
        if self.energy and len(self.energy) != len(self.form):
            raise RequestError(
                f"energy must have one level per section ({len(self.form)}), "
                f"found {len(self.energy)}"
            )
        for level in self.energy:
            _within("energy", level, 0.0, 1.0)

    def _check_changes(self) -> None:
        for bar, bpm in self.tempo_changes:
            _within("bar of a tempo change", bar, 1, self.n_bars - 1)
            _within("bpm of a tempo change", bpm, *BPM)
        for bar, last, bpm in self.tempo_ramps:
            _within("first bar of a tempo ramp", bar, 0, self.n_bars - 1)
            _within("last bar of a tempo ramp", last, bar + 1, self.n_bars)
            _within("bpm of a tempo ramp", bpm, *BPM)
        for bar, tonic, mode in self.key_changes:
            _within("bar of a key change", bar, 1, self.n_bars - 1)
            _one_of("tonic", tonic, TONICS)
            _one_of("mode", mode, MODES)

    @property
    def n_bars(self) -> int:
        """Bars in the whole form."""
        return sum(bars for _, bars in self.form)

    @property
    def section_names(self) -> tuple[str, ...]:
        """A name for every section: its label and which of that label it is (drop1, drop2)."""
        seen: dict[str, int] = {}
        names = []
        for label, _ in self.form:
            seen[label] = seen.get(label, 0) + 1
            names.append(f"{label}{seen[label]}")
        return tuple(names)

    def setting(self, path: str, section: str = "") -> str | None:
        """What is set for `path`, in `section` first and then everywhere; None when nothing."""
        chosen = dict(self.settings)
        return chosen.get(f"{section}.{path}", chosen.get(path))

    def random(self, purpose: str, section: str = "") -> np.random.Generator:
        """The dice for one `purpose` (in one section): independent of every other purpose."""
        words = f"{purpose}@{section}" if section else purpose
        return np.random.default_rng([self.seed, crc32(f"{self.genre}: {words}".encode())])
