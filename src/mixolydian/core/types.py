"""The nouns everybody speaks: sound, values, estimates, analyses.

Conventions
-----------
Times are seconds from the first sample, as float. Tempi are beats per minute.
Pitch classes count from C = 0; tuning is in cents relative to A4 = 440 Hz.
Loudness is in LUFS, peaks in dBTP. Probabilities and confidences lie in [0, 1].
All types are frozen; arrays inside them are made read-only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import EmptySignalError

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
Tick = Callable[[float], None]
"""told the share of the work that is done."""
Told = Callable[[str, float], None]
"""told of every step: its name, and the share of all the work that is done."""
T = TypeVar("T")

QUESTIONS = (
    "tempo",
    "beats",
    "key",
    "chords",
    "sections",
    "drops",
    "cues",
    "energy",
    "loudness",
    "music",
    "genre",
    "emotion",
    "notes",
    "harmony",
    "rhythm",
    "timbre",
)
"""Every question an Analysis can answer, in the order they are shown."""


def frozen_array(values: Any, dtype: Any = np.float64) -> NDArray[Any]:
    """A read-only copy of `values` as an array of `dtype`."""
    array = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


# --------------------------------------------------------------------------- sound


@dataclass(frozen=True, eq=False)
class Signal:
    """Sound: `samples` float32 (n_channels, n_samples), finite and read-only, full scale ±1.

    Raises
    ------
    EmptySignalError
        No sample, a rate that is not positive, or NaN / infinite samples.
    """

    samples: NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        samples = np.asarray(self.samples, dtype=np.float32)
        if samples.ndim == 1:
            samples = samples[np.newaxis, :]
        if samples.ndim != 2 or samples.shape[1] == 0 or self.sample_rate <= 0:
            raise EmptySignalError(
                f"expected (n_channels, n_samples ≥ 1) at a positive sample rate, "
                f"found shape {samples.shape} at {self.sample_rate} Hz"
            )
        if not np.isfinite(samples).all():
            raise EmptySignalError("samples hold NaN or infinite values; repair the sound first")
        samples = samples.view()
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)

    @property
    def n_channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1] / self.sample_rate)


# --------------------------------------------------------------------------- values


@dataclass(frozen=True)
class TempoSegment:
    """One stretch of steady tempo: beats fall on `anchor + k * 60 / bpm` within [start, end)."""

    start: float
    end: float
    bpm: float
    anchor: float


@dataclass(frozen=True)
class Tempo:
    """The main `bpm` and the piecewise grid it comes from (one segment when steady)."""

    bpm: float
    segments: tuple[TempoSegment, ...] = ()


@dataclass(frozen=True)
class Phrase:
    """A phrase starts at `time` (always a downbeat) and lasts `bars` bars: 8, 16 or 32, or what
    is left before the form goes on."""

    time: float
    bars: int


@dataclass(frozen=True, eq=False)
class Beats:
    """Beat `times` (n,), `positions` in the bar (n,), 1 = downbeat, and the `meter`.

    `meter` is the number of beats in a bar (3, 4, 5, 6, 7); 6 stands for 6/8 counted in
    eighths grouped 3 + 3. `phrases` are the phrase starts, `phrase_confidence` follows
    the estimate's confidence.
    """

    times: NDArray[np.float64]
    positions: NDArray[np.int64]
    meter: int
    phrases: tuple[Phrase, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", frozen_array(self.times))
        object.__setattr__(self, "positions", frozen_array(self.positions, np.int64))

    @property
    def downbeats(self) -> NDArray[np.float64]:
        """Times of the beats at position 1."""
        return np.asarray(self.times[self.positions == 1])


@dataclass(frozen=True)
class KeyChange:
    """The key holds from `start` to `end`."""

    start: float
    end: float
    tonic: str
    mode: str


@dataclass(frozen=True)
class Key:
    """`tonic` spelled C, C#, D, Eb, E, F, F#, G, Ab, A, Bb, B; `mode` major or minor."""

    tonic: str
    mode: str
    camelot: str
    open_key: str
    tuning_cents: float = 0.0
    changes: tuple[KeyChange, ...] = ()

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode}"


@dataclass(frozen=True)
class Chord:
    """A chord in Harte syntax (`C:maj`, `A:min7/b3`, `N`, `X`) from `start` to `end`."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Section:
    """A section; `energy` in [0, 1] is relative to the track's own range."""

    start: float
    end: float
    label: str
    energy: float


@dataclass(frozen=True)
class Drop:
    """The moment the full beat comes (back) in; `strength` in [0, 1]."""

    time: float
    strength: float


@dataclass(frozen=True)
class Cue:
    """A point a DJ would mark: `kind` is mix-in, drop, breakdown or mix-out."""

    time: float
    kind: str


@dataclass(frozen=True, eq=False)
class Energy:
    """`level` 1–10 and the `curve` in [0, 1] at `times`."""

    level: int
    times: NDArray[np.float64]
    curve: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", frozen_array(self.times))
        object.__setattr__(self, "curve", frozen_array(self.curve))


@dataclass(frozen=True)
class Loudness:
    """EBU R128: integrated `lufs`, `true_peak_dbtp`, loudness range `range_lu`."""

    lufs: float
    true_peak_dbtp: float
    range_lu: float


@dataclass(frozen=True)
class Segment:
    """A labelled stretch of time (content: music, speech, noise, silence)."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Tags:
    """label → probability."""

    probabilities: Mapping[str, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "probabilities", MappingProxyType(dict(self.probabilities)))


@dataclass(frozen=True)
class Note:
    """A note: `pitch` MIDI number (fractions are cents / 100), `velocity` 1–127."""

    onset: float
    offset: float
    pitch: float
    velocity: int


@dataclass(frozen=True)
class Summary:
    """Named facts a reader understands (harmony, rhythm, timbre): JSON-able values only."""

    facts: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))


# --------------------------------------------------------------------------- estimates


@dataclass(frozen=True)
class Provenance:
    """Where an answer comes from. Equal provenance means nothing to recompute."""

    source: str
    """estimator name, person, or program."""
    version: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    weights: str | None = None
    """sha256 of the weights, when there are any; several are joined by "+"."""
    input: str = ""
    """track id the answer was computed from."""
    given: Mapping[str, str] = field(default_factory=dict)
    """question → fingerprint of the estimates this one builds on."""
    kind: Literal["machine", "human", "imported"] = "machine"


@dataclass(frozen=True, eq=False)
class Estimate(Generic[T]):
    """An answer. `value` None means "cannot tell", and then `reason` is mandatory.

    `confidence` is the probability that the value is right by the field's own tolerance.
    `alternatives` are (value in its JSON form, probability), most probable first.
    """

    value: T | None
    confidence: float | None = None
    provenance: Provenance | None = None
    alternatives: tuple[tuple[Any, float], ...] = ()
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError("an Estimate without a value needs a reason")
        if self.confidence is not None and not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must lie in [0, 1], found {self.confidence}")

    @property
    def is_human(self) -> bool:
        """Whether a person gave the answer: here, or in another program."""
        return self.provenance is not None and self.provenance.kind == "human"

    @property
    def refusal(self) -> str:
        """The words "cannot tell: …" with the reason, or an empty string when there is a value."""
        if self.value is not None or self.reason is None:
            return ""
        told = self.reason.startswith("cannot tell")
        return self.reason if told else f"cannot tell: {self.reason}"


@dataclass(frozen=True, eq=False)
class Analysis:
    """question → Estimate, for one sound of `duration` seconds."""

    duration: float
    estimates: Mapping[str, Estimate[Any]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimates", MappingProxyType(dict(self.estimates)))

    def value(self, question: str) -> Any:
        """The value answered for `question`, or None."""
        estimate = self.estimates.get(question)
        return None if estimate is None else estimate.value

    def is_human(self, question: str) -> bool:
        """Whether a person answered `question`."""
        estimate = self.estimates.get(question)
        return estimate is not None and estimate.is_human


@dataclass(frozen=True)
class FileTags:
    """What the file says about itself; every field may be missing."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    genre: str | None = None
    bpm: float | None = None
    key: str | None = None
    bit_rate: float | None = None
    """kbit/s."""


@dataclass(frozen=True, eq=False)
class Track:
    """A sound we know: `track_id` is the hash of the decoded sound, not of the file."""

    track_id: str
    path: str
    duration: float
    tags: FileTags
    analysis: Analysis
