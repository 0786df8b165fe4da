"""What a piece should be: style, tempo, key, meter, form and mix, before a note is written.

Conventions
-----------
`bpm` counts the beats of `core.types.Beats`: quarters in 3/4 and 4/4, eighths in 6/8
(meter 6). Half-time styles keep the notated tempo (dubstep 140, drum & bass 174). `swing`
is the delay of every second eighth or sixteenth as a fraction of its length: 0 straight,
1/3 triplets. Levels are in dB relative to the style's own balance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from zlib import crc32

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.creation.styles import STYLES
from mixolydian.theory.pitch import PITCH_CLASS_NAMES

SECTION_LABELS = (
    "intro", "verse", "buildup", "drop", "breakdown", "chorus", "bridge", "outro",
)  # fmt: skip
TONICS = PITCH_CLASS_NAMES
MODES = ("major", "minor")
MAX_BARS = 1024


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise RequestError(f"{name} must lie in [{low:g}, {high:g}], found {value!r}")


def _one_of(name: str, value: object, allowed: tuple[object, ...]) -> None:
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
    lead: float = field(default=0.0, metadata={"range": (-24.0, 12.0)})
    sidechain: float = field(default=0.3, metadata={"range": (0.0, 1.0)})
    """depth by which each kick pushes bass and harmony down."""
    reverb: float = field(default=0.3, metadata={"range": (0.0, 1.0)})
    delay: float = field(default=0.2, metadata={"range": (0.0, 1.0)})
    drive: float = field(default=0.3, metadata={"range": (0.0, 1.0)})
    """saturation and compression of the master."""
    tilt: float = field(default=0.0, metadata={"range": (-9.0, 9.0)})
    """dB of treble against bass over the whole spectrum."""
    level: float = field(default=-13.0, metadata={"range": (-36.0, -6.0)})
    """RMS of the loudest parts in dBFS."""
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
    style
        A name of `creation.styles.STYLES`.
    bpm
        40–250, fractions welcome.
    tonic, mode
        The key, e.g. "Eb", "minor".
    form
        (label, bars) per section, labels of `SECTION_LABELS`.
    meter
        3, 4 or 6 (6/8 counted in eighths); it must be the one the style has grooves for.
    tempo_changes, key_changes
        (bar, bpm) and (bar, tonic, mode): from that bar on, bars counted from 0.
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

    style: str
    bpm: float
    tonic: str
    mode: str
    form: tuple[tuple[str, int], ...]
    meter: int = 4
    swing: float = 0.0
    seed: int = 0
    tuning_cents: float = 0.0
    tempo_changes: tuple[tuple[int, float], ...] = ()
    key_changes: tuple[tuple[int, str, str], ...] = ()
    drift: float = 0.0
    jitter: float = 0.0
    lead_in: float = 0.0
    mix: Mix = field(default_factory=Mix)

    def __post_init__(self) -> None:
        _one_of("style", self.style, tuple(STYLES))
        _one_of("tonic", self.tonic, TONICS)
        _one_of("mode", self.mode, MODES)
        _one_of(f"meter of {self.style}", self.meter, (STYLES[self.style].meter,))
        _within("bpm", self.bpm, 40.0, 250.0)
        _within("swing", self.swing, 0.0, 0.4)
        _within("tuning_cents", self.tuning_cents, -50.0, 50.0)
        _within("drift", self.drift, 0.0, 0.05)
        _within("jitter", self.jitter, 0.0, 30.0)
        _within("lead_in", self.lead_in, 0.0, 30.0)
        if self.seed < 0:
            raise RequestError(f"seed must be 0 or more, found {self.seed}")
        self._check_form()
        self._check_changes()

    def _check_form(self) -> None:
        if not self.form:
            raise RequestError("form must hold at least one (label, bars) section, found none")
        for label, bars in self.form:
            _one_of("section label", label, SECTION_LABELS)
            _within(f"bars of {label}", bars, 1, MAX_BARS)
        _within("bars in all", self.n_bars, 1, MAX_BARS)

    def _check_changes(self) -> None:
        for bar, bpm in self.tempo_changes:
            _within("bar of a tempo change", bar, 1, self.n_bars - 1)
            _within("bpm of a tempo change", bpm, 40.0, 250.0)
        for bar, tonic, mode in self.key_changes:
            _within("bar of a key change", bar, 1, self.n_bars - 1)
            _one_of("tonic", tonic, TONICS)
            _one_of("mode", mode, MODES)

    @property
    def n_bars(self) -> int:
        """Bars in the whole form."""
        return sum(bars for _, bars in self.form)

    def random(self, purpose: str) -> np.random.Generator:
        """The dice for one `purpose`: independent of every other purpose, fixed by the seed."""
        return np.random.default_rng([self.seed, crc32(purpose.encode())])
