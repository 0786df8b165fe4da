"""Clips of 10 s that hold music or not: what the models of music detection are compared on.

The clips come from the sounds and the split of the recipe ``music``
(:mod:`~mixolydian.training.rendered`), and from programmes of music, speech and noise one after
another ("mixture"). Music is there where instruments or singing sound in at least half of the
clip, whatever else sounds. Sounds shorter than a clip are strung together with others of their
group. Some clips are made of two sounds: speech over music (music), and speech over noise
(not), so that being a mixture tells nothing. They are mixed frame by frame as power, at the
levels of :mod:`~mixolydian.training.content`.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.audio.spectrum import MEL_RANGE, N_MELS, SHAPE_STEP, Spectrum, mel_frequencies
from mixolydian.core.files import write_whole
from mixolydian.models import windows
from mixolydian.training.content import SNR
from mixolydian.training.datasets.recordings import recordings
from mixolydian.training.derived import code_version, derived
from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.frames import Heard
from mixolydian.training.rendered import QUICK, SEED, TEST_SEED, heard_all, sounds
from mixolydian.training.sounds import COMPOSED, Sound, frames_of, mel_of
from mixolydian.training.summaries import FRAMES, SECONDS, summaries, summary
from mixolydian.training.workshop import Workshop

LABELS = ("other", "music")
POOLED = FRAMES // windows.POOL
MUSICAL = ("music", "singing")
"""words of the labels of stretches that hold music."""
N_MIXED = {SEED: 1200, TEST_SEED: 300}
"""clips made of two sounds."""
HELD = ("music", "singing", "speech", "noise")
LEAST = 0.5
"""share of a clip that must hold music."""

WIDTHS = np.gradient(mel_frequencies(N_MELS, MEL_RANGE)).astype(np.float32)
"""of the mel bands, Hz."""
SUMMARIES = summaries.__module__

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clip:
    """`row` (the summary), `power` (215, 64), and whether there is music.

    `group` must not be on both sides of a split; `origin` tells where it comes from.
    """

    row: Float32
    power: Float32
    music: bool
    group: str
    name: str
    origin: str


# ------------------------------------------------------------------------------- frames


@dataclass(frozen=True, eq=False)
class Frames:
    """Frames that can be strung together and added: `mel` (64, n), `rms` (n,), `centroid`
    (n / 2,) in Hz, `constant_q` (n_bins, k)."""

    mel: Float32
    rms: Float32
    centroid: Float32
    constant_q: Float32

    @classmethod
    def of(cls, features: Features, start: float = 0.0, n: int = FRAMES) -> Frames:
        """At most `n` mel frames of a sound from `start` seconds on."""
        first = round(start * features.spectral_rate) * SHAPE_STEP
        n = min(n, features.mel.shape[1] - first) // SHAPE_STEP * SHAPE_STEP
        pitch = round(start * features.chroma_rate)
        n_pitch = max(1, round(n / features.mel_rate * features.chroma_rate))
        half = slice(first // SHAPE_STEP, (first + n) // SHAPE_STEP)
        return cls(
            features.mel[:, first : first + n],
            features.rms[first : first + n],
            features.centroid[half],
            features.constant_q[:, pitch : pitch + n_pitch],
        )

    @property
    def loud(self) -> float:
        """Power of the loud frames."""
        return max(float(np.percentile(self.mel.sum(axis=0), 90)), 1e-20) if self.mel.size else 1.0

    def scaled(self, power: float) -> Frames:
        """The same with `power` times the power."""
        gain = np.float32(np.sqrt(power))
        return Frames(
            self.mel * np.float32(power), self.rms * gain, self.centroid, self.constant_q * gain
        )

    def features(self) -> Features:
        """As a sound's features; what cannot be added is zero."""
        none = np.zeros(self.centroid.size, dtype=np.float32)
        given = {"mel": self.mel, "rms": self.rms, "peak": self.rms, "centroid": self.centroid}
        spectrum = Spectrum(**{f.name: given.get(f.name, none) for f in fields(Spectrum)})
        families = {"spectrum": spectrum, "constant_q": self.constant_q}
        return Features.from_families(families, 22050, 1, self.rms.size / Features.mel_rate)


def strung(parts: Sequence[Frames]) -> Frames:
    """One after another, each at the same level, pauses of a tenth of a second between."""
    rows = [p for part in parts for p in (part.scaled(1 / part.loud), _pause(part))]
    return Frames(
        np.concatenate([p.mel for p in rows], axis=1),
        np.concatenate([p.rms for p in rows]),
        np.concatenate([p.centroid for p in rows]),
        np.concatenate([p.constant_q for p in rows], axis=1),
    )


def _pause(like: Frames) -> Frames:
    def none(*shape: int) -> Float32:
        return np.zeros(shape, dtype=np.float32)

    bins = like.constant_q.shape[0]
    return Frames(none(len(like.mel), 8), none(8), none(4), none(bins, 1))


def added(a: Frames, b: Frames, over_db: float) -> Frames:
    """Both at once, `a` by `over_db` over `b`, as long as the shorter.

    Cross terms are left out. The centroids count by magnitude, summed over linear frequency.
    """
    b = b.scaled(a.loud / b.loud * 10 ** (-over_db / 10))
    n, k = min(a.rms.size, b.rms.size), min(a.constant_q.shape[1], b.constant_q.shape[1])
    weights = [WIDTHS @ np.sqrt(f.mel[:, :n:SHAPE_STEP]) + 1e-12 for f in (a, b)]
    m = weights[0].size
    centroid = (a.centroid[:m] * weights[0] + b.centroid[:m] * weights[1]) / sum(weights)
    return Frames(
        a.mel[:, :n] + b.mel[:, :n],
        np.hypot(a.rms[:n], b.rms[:n]),
        np.asarray(centroid, dtype=np.float32),
        np.hypot(a.constant_q[:, :k], b.constant_q[:, :k]),
    )


# -------------------------------------------------------------------------------- clips


def clips(workshop: Workshop, held_out: bool) -> list[Clip]:
    """Every clip of one side of the split."""
    seed = TEST_SEED if held_out else SEED
    asked = [*sounds(workshop, seed), *recordings(workshop.stock, held_out)]
    every = [(sound, known(sound, workshop)) for sound in heard_all(asked, workshop)]
    long = [(sound, know) for sound, know in every if know.n]
    short = [sound for sound, know in every if not know.n]
    n = N_MIXED[seed] // (QUICK if workshop.quick else 1)
    return [*_plain(long, workshop), *_made(short, long, n, workshop, seed)]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a sound of `n` whole clips: its group, its stretches (start, end, what
    sounds), and the power (215, 64) of those of its clips that are used, by number."""

    n: int
    group: str
    stretches: tuple[tuple[float, float, str], ...]
    power: Mapping[int, Float32]

    def share(self, number: int, words: Sequence[str]) -> float:
        """Share of a clip in which one of `words` sounds."""
        start, end = number * SECONDS, (number + 1) * SECONDS
        held = [
            max(0.0, min(b, end) - max(a, start))
            for a, b, label in self.stretches
            if any(word in label for word in words)
        ]
        return sum(held) / SECONDS


def known(sound: Sound, workshop: Workshop) -> Known:
    """What is known of a sound; of a composed piece one clip is used, of others all."""
    mel, truth = mel_of(sound, workshop.ear)
    power = windows.pooled(mel)
    n = len(power) // POOLED
    used = [sound.number % n] if sound.source == COMPOSED and n else range(n)
    group = str(truth.get("group") or f"{truth.get('corpus')}/{truth.get('song')}")
    own = group if "corpus" in truth or "group" in truth else sound.name
    label = truth.get("content", "noise")
    whole = [{"start": 0.0, "end": len(power) / windows.RATE, "label": label}]
    rows = truth.get("music") or whole
    stretches = tuple((float(r["start"]), float(r["end"]), str(r["label"])) for r in rows)
    return Known(n, own, stretches, {k: power[k * POOLED : (k + 1) * POOLED].copy() for k in used})


def _plain(every: Sequence[tuple[Sound, Known]], workshop: Workshop) -> list[Clip]:
    """The clips of long sounds, as they are."""
    rows = derived([sound for sound, _ in every], summaries, workshop)
    found = []
    for (sound, know), summed_up in zip(every, rows, strict=True):
        for k, power in know.power.items():
            music = know.share(k, MUSICAL) >= LEAST
            name = f"{sound.name}#{k}"
            found.append(Clip(summed_up[k], power, music, know.group, name, sound.source))
    return found


def _made(
    short: Sequence[Sound],
    long: Sequence[tuple[Sound, Known]],
    n: int,
    workshop: Workshop,
    seed: int,
) -> list[Clip]:
    """Strings of short sounds and mixtures of long ones; kept, since they take a while."""
    names = [s.name for s in (*short, *(s for s, _ in long))]
    said = json.dumps([code_version(__name__), code_version(SUMMARIES), n, workshop.seed, names])
    key = hashlib.sha256(said.encode()).hexdigest()[:20]
    place = workshop.folder / "clips" / f"{key}.npz"
    if place.is_file():
        return read_clips(place)
    rng = np.random.default_rng([workshop.seed, seed, 11])
    made = [*_strings(short, workshop, rng), *_mixtures(long, n, workshop, rng)]
    write_clips(place, made)
    return made


def _strings(short: Sequence[Sound], workshop: Workshop, rng: np.random.Generator) -> list[Clip]:
    """Short sounds strung to clips, by group; what does not fill a clip is left out."""
    heard = [(s, frames_of(s, workshop.ear)) for s in short]
    groups = sorted({str(h.truth.get("group")) for _, h in heard})
    return [
        clip
        for group in groups
        for clip in string_clips([h for _, h in heard if h.truth.get("group") == group], group, rng)
    ]


def string_clips(heard: Sequence[Heard], group: str, rng: np.random.Generator) -> list[Clip]:
    """Clips of the short sounds of one group, in any order."""
    parts = [Frames.of(heard[i].features) for i in rng.permutation(len(heard))]
    parts = [part for part in parts if part.rms.size]
    if not parts:
        return []
    words, whole = [str(h.truth.get("content", "")) for h in heard], strung(parts).features()
    music, name = any(w in MUSICAL for w in words), f"{group} strung"
    return clips_of(whole, music, group, name, f"open/{group.split('/')[0]}")


def clips_of(features: Features, music: bool, group: str, name: str, origin: str) -> list[Clip]:
    """The whole clips of a sound that holds music throughout, or none."""
    rows, power = summary(features).astype(np.float32), windows.pooled(features.mel)
    n = min(len(rows), len(power) // POOLED)
    parts = [power[k * POOLED : (k + 1) * POOLED] for k in range(n)]
    return [Clip(rows[k], parts[k], music, group, f"{name}#{k}", origin) for k in range(n)]


Place = tuple[Sound, Known, int]
"""a sound, what is known of it, and the number of a clip in it."""


def _mixtures(
    long: Sequence[tuple[Sound, Known]], n: int, workshop: Workshop, rng: np.random.Generator
) -> list[Clip]:
    """Speech over music and speech over noise, half and half."""
    speech, music, noise = (_holding(long, word) for word in ("speech", "music", "noise"))
    made: list[Clip] = []
    for i in range(n if speech else 0):
        under = music if i % 2 == 0 else noise
        if under:
            made += _mixture(_one(speech, rng), _one(under, rng), workshop, rng)
        workshop.watch("mixing clips", i + 1, n, {})
    return made


def _holding(every: Sequence[tuple[Sound, Known]], word: str) -> list[list[Place]]:
    """Clips that hold `word` and nearly nothing else, by source."""
    found: dict[str, list[Place]] = {}
    for sound, know in every:
        for k in range(know.n):
            rest = tuple(w for w in HELD if w != word)
            if know.share(k, (word,)) > 0.9 and know.share(k, rest) < 0.1:
                found.setdefault(sound.source, []).append((sound, know, k))
    return [found[name] for name in sorted(found)]


def _one(by_source: Sequence[Sequence[Place]], rng: np.random.Generator) -> Place:
    places = by_source[int(rng.integers(len(by_source)))]
    return places[int(rng.integers(len(places)))]


def _mixture(
    first: Place, second: Place, workshop: Workshop, rng: np.random.Generator
) -> list[Clip]:
    a, b = (
        Frames.of(frames_of(sound, workshop.ear).features, k * SECONDS)
        for sound, _, k in (first, second)
    )
    music = second[1].share(second[2], MUSICAL) >= LEAST
    kind = "speech over music" if music else "speech over noise"
    name = f"{first[0].name}#{first[2]} over {second[0].name}#{second[2]}"
    mixture = added(a, b, float(rng.uniform(*SNR))).features()
    return clips_of(mixture, music, second[1].group, name, kind)


# ------------------------------------------------------------------------------ keeping


def write_clips(path: Path, made: Sequence[Clip]) -> None:
    """Keep clips; the power as its logarithm in half precision (0.04 dB)."""
    words = [[c.group, c.name, c.origin] for c in made]
    buffer = io.BytesIO()
    np.savez(
        buffer,
        rows=np.array([c.row for c in made], dtype=np.float32).reshape(len(made), -1),
        power=np.log10(np.array([c.power for c in made]) + 1e-10).astype(np.float16),
        music=np.array([c.music for c in made], dtype=bool),
        words=np.frombuffer(json.dumps(words).encode(), dtype=np.uint8),
    )
    write_whole(path, lambda name: Path(name).write_bytes(buffer.getvalue()), durable=False)


def read_clips(path: Path) -> list[Clip]:
    """What :func:`write_clips` wrote."""
    with np.load(path, allow_pickle=False) as kept:
        rows, music = kept["rows"], kept["music"]
        power = 10.0 ** kept["power"].astype(np.float32)
        words = json.loads(kept["words"].tobytes())
    return [Clip(rows[i], power[i], bool(music[i]), *words[i]) for i in range(len(rows))]


# ----------------------------------------------------------------------------- examples


def examples_of(made: Sequence[Clip], inputs: Float32, names: tuple[str, ...] = ()) -> Examples:
    """`inputs` (n, …), one for each clip, with the clips' truth."""
    return Examples(
        inputs=inputs,
        targets=one_hot([LABELS[c.music] for c in made], LABELS),
        labels=LABELS,
        groups=tuple(c.group for c in made),
        ids=tuple(f"{c.group} {c.name} {i}" for i, c in enumerate(made)),
        names=names,
        origins=tuple(c.origin for c in made),
    )


def unseen(workshop: Workshop) -> Mapping[str, list[Clip]]:
    """Test set → clips that share no group with what is learnt from: rendered ones, and real
    recordings."""
    pool = {clip.group for clip in clips(workshop, held_out=False)}
    found = [clip for clip in clips(workshop, held_out=True) if clip.group not in pool]
    real = [clip for clip in found if clip.origin.startswith("open/")]
    rendered = [clip for clip in found if not clip.origin.startswith("open/")]
    return {"rendered": rendered} | ({"recordings": real} if real else {})


def summary_table(made: Sequence[Clip]) -> Float32:
    """The rows (n, len(NAMES)) of clips."""
    return np.stack([c.row for c in made])
