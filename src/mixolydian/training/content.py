"""Windows whose content is known: music, speech, singing, noise, alone and over one another.

Sounds are mixed as mel power, where what sounds together adds up (cross terms average out over
the bins of a band and the frames of a pool): so one rendered minute of music and one of speech
give any number of mixtures, at any level, for the price of an addition. Colour is changed the
same way (a telephone band, a tilt, a shift of a band or two that stands for another voice).

A window's targets tell what sounds in its ``windows.DECIDED`` stretch, a second before its end: the
network sees 1.5 s before it and 1 s after, so a stream can be labelled a second late. Music
means instruments; a voice that sings is singing, with or without music. Noise is named where
it is at least as loud as the rest, half where it is up to 10 dB under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.models import windows
from mixolydian.training.examples import Examples, joined
from mixolydian.training.sounds import Ear, Sound, mel_of

LABELS = ("music", "speech", "singing", "noise")
QUIET = 10 ** (-4.5)
"""power under that of the loud frames (95th percentile) at which nothing is said to sound."""
POOLS = 6
"""of sounds that are never mixed with one another; one of them validates."""
TELEPHONE = 0.12
"""share of sounds that went through a telephone band."""
DULL = 0.2
"""share of the others that end at 4–10 kHz: low sample rates, old recordings."""
STRING = 12
"""short sounds that are strung together to one."""
SNR = (-10.0, 20.0)
"""dB of the first sound over the second, where two are mixed."""
SCENES: Mapping[tuple[str, ...], float] = {
    ("music",): 0.2, ("speech",): 0.15, ("singing",): 0.08, ("noise",): 0.13,
    ("speech", "music"): 0.2, ("singing", "music"): 0.09, ("music", "noise"): 0.05,
    ("speech", "noise"): 0.06, ("singing", "noise"): 0.04,
}  # fmt: skip
"""what is mixed, and how often."""

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stream:
    """A sound as mel power (n, 64) and what sounds when: `labels` (n, 4)."""

    power: Float32
    labels: NDArray[np.bool_]
    group: str
    name: str
    origin: str
    style: str = ""
    """genre of a composed piece."""

    @property
    def kind(self) -> str:
        """The label that holds most of the time."""
        return LABELS[int(self.labels.sum(axis=0).argmax())]


def stream(sound: Sound, ear: Ear) -> Stream:
    """One sound, heard, with its labels frame by frame."""
    mel, truth = mel_of(sound, ear)
    power = windows.pooled(mel)
    loud = np.percentile(power.sum(axis=1), 95) if len(power) else 0.0
    sounding = power.sum(axis=1) > loud * QUIET
    labels = _labels(sound, truth, len(power)) & sounding[:, np.newaxis]
    group = str(truth.get("group") or f"{truth.get('corpus')}/{truth.get('song')}")
    own = group if "corpus" in truth or "group" in truth else sound.name
    style = str(truth.get("style", ""))
    return Stream(power, labels, own, sound.path or sound.name, sound.source, style)


def _labels(sound: Sound, truth: Mapping[str, Any], n: int) -> NDArray[np.bool_]:
    """What the truth says sounds, (n, 4)."""
    rows = np.zeros((n, len(LABELS)), dtype=bool)
    segments = truth.get("music") or [
        {"start": 0.0, "end": n / windows.RATE, "label": truth.get("content", "noise")}
    ]
    for segment in segments:
        label = str(segment["label"])
        if sound.source == "singing" and label == "music":
            label = "singing"
        first, last = (round(segment[edge] * windows.RATE) for edge in ("start", "end"))
        for part in label.split(" over "):
            if part in LABELS:
                rows[first:last, LABELS.index(part)] = True
    return rows


def strung(streams: Sequence[Stream], seed: int, shortest: float = 4.0) -> list[Stream]:
    """`streams`, those under `shortest` seconds strung together by group, with pauses between.

    A spoken digit alone is all edges; prompts and digits follow one another in life.
    """
    rng = np.random.default_rng([seed, 5])
    short = [s for s in streams if len(s.power) < shortest * windows.RATE]
    out = [s for s in streams if len(s.power) >= shortest * windows.RATE]
    for group in sorted({s.group for s in short}):
        members = [s for s in short if s.group == group]
        for part in range(0, len(members), STRING):
            out.append(_string(members[part : part + STRING], rng))
    return out


def _string(streams: Sequence[Stream], rng: np.random.Generator) -> Stream:
    rows = []
    for s in streams:
        pause = int(rng.integers(1, 16))
        rows.append((s.power / max(float(s.power.max()), 1e-12), s.labels))
        rows.append((np.zeros((pause, windows.N_BANDS)), np.zeros((pause, len(LABELS)), bool)))
    first = streams[0]
    power = np.concatenate([row[0] for row in rows]).astype(np.float32)
    labels = np.concatenate([row[1] for row in rows])
    return Stream(power, labels, first.group, first.name, first.origin)


def apart(tests: Sequence[Stream], pool: Sequence[Stream]) -> list[Stream]:
    """Those of `tests` that share no group (a song of a corpus) with `pool`."""
    known = {s.group for s in pool}
    return [s for s in tests if s.group not in known]


# ---------------------------------------------------------------------------- mixing


@dataclass(frozen=True, eq=False)
class Drawn:
    """A stretch of power (WINDOW, 64), its targets (4,), and where it comes from."""

    power: Float32
    targets: Float32
    source: Stream


class Mixer:
    """Draws windows from streams; the same seed draws the same windows."""

    def __init__(self, streams: Sequence[Stream], seed: int, telephone: float = TELEPHONE) -> None:
        self.rng = np.random.default_rng([seed, 77])
        self.telephone = telephone
        self.of = {kind: [s for s in streams if s.kind == kind] for kind in LABELS}
        # evenly over origins and groups: a corpus of many short files does not drown the rest
        self.by_origin = {kind: _by_origin(found) for kind, found in self.of.items()}

    def window(self, scene: Sequence[str]) -> tuple[Float32, Float32, Stream]:
        """(power (WINDOW, 64), targets (4,), the first sound) of a scene."""
        parts = [self._coloured(self._drawn(kind)) for kind in scene]
        first = parts[0]
        if len(parts) == 1:
            return first.power, first.targets, first.source
        gain = _ratio(first.power, parts[1].power) * 10 ** (-self.rng.uniform(*SNR) / 10)
        second = parts[1].power * np.float32(gain)
        targets = np.maximum(
            _audible(first, second, first.power), _audible(parts[1], first.power, second)
        )
        return first.power + second, targets, first.source

    def _drawn(self, kind: str) -> Drawn:
        """A stretch in which something of the kind sounds, if twenty tries find one."""
        origins = self.by_origin[kind]
        found = origins[self.rng.integers(len(origins))]
        source = found[self.rng.integers(len(found))]
        place = LABELS.index(kind)
        for _ in range(20):
            start = int(self.rng.integers(-windows.DECIDED.start, max(1, len(source.power) - 40)))
            power, labels = _stretch(source, start)
            if labels[place]:
                break
        return Drawn(power, labels.astype(np.float32), source)

    def _coloured(self, drawn: Drawn) -> Drawn:
        """Another voice, another equaliser, at times a telephone."""
        power = drawn.power
        if drawn.source.kind in ("speech", "singing") or self.rng.random() < 0.3:
            power = _shifted(power, int(self.rng.integers(-3, 4)))
        bands = np.linspace(-1.0, 1.0, windows.N_BANDS)
        tilt = self.rng.normal(0.0, 3.0) * bands + self.rng.normal(0.0, 2.0) * bands**2
        gain = (10 ** (tilt / 10)).astype(np.float32)
        if self.rng.random() < self.telephone:
            power = banded(power, self.rng)
        elif self.rng.random() < DULL:
            power = power * (np.arange(windows.N_BANDS) < self.rng.integers(44, 62))
        return Drawn(power * gain, drawn.targets, drawn.source)


def _by_origin(streams: Sequence[Stream]) -> list[list[Stream]]:
    names = sorted({s.origin for s in streams})
    return [[s for s in streams if s.origin == name] for name in names]


def _stretch(source: Stream, start: int) -> tuple[Float32, NDArray[np.bool_]]:
    """Power of a window from frame `start` on (silence outside), and its decided labels."""
    before = max(0, -start)
    power = np.zeros((windows.WINDOW, windows.N_BANDS), dtype=np.float32)
    labels = np.zeros((windows.WINDOW, len(LABELS)), dtype=bool)
    taken = slice(max(0, start), max(0, start) + windows.WINDOW - before)
    n = len(source.power[taken])
    power[before : before + n] = source.power[taken]
    labels[before : before + n] = source.labels[taken]
    return power, labels[windows.DECIDED].mean(axis=0) >= 0.4


def banded(power: Float32, rng: np.random.Generator) -> Float32:
    """`power` through a telephone or a small radio: little below 150–400 Hz, nor above 3–6 kHz."""
    low, high = rng.integers(2, 8), rng.integers(36, 52)
    band = np.arange(power.shape[-1])
    return np.asarray(power * np.where((band < low) | (band > high), 3e-4, 1.0), dtype=np.float32)


def _shifted(power: Float32, bands: int) -> Float32:
    """`power` moved up by `bands` mel bands, the edge repeated."""
    index = np.clip(np.arange(power.shape[1]) - bands, 0, power.shape[1] - 1)
    return np.asarray(power[:, index])


def _ratio(first: Float32, second: Float32) -> float:
    """How many times the power of `second` that of `first` is, over their loud frames."""
    loud = [float(np.percentile(p.sum(axis=1), 90)) for p in (first, second)]
    return loud[0] / max(loud[1], 1e-12)


def _audible(drawn: Drawn, other: Float32, own: Float32) -> Float32:
    """The targets of a sound beside another: noise counts by how loud it is against it."""
    targets = drawn.targets.copy()
    noise = LABELS.index("noise")
    if targets[noise]:
        levels = [max(float(p[windows.DECIDED].sum()), 1e-12) for p in (own, other)]
        over = 10 * np.log10(levels[0] / levels[1])
        targets[noise] = 1.0 if over >= 0 else 0.5 if over >= -10 else 0.0
    return targets


def pooled_windows(streams: Sequence[Stream], n: int, seed: int) -> Examples:
    """About `n` windows mixed within ``POOLS`` pools that share no group.

    A mixture has two sounds, so no split of the windows themselves keeps sounds apart; a split
    of the pools, which are the groups here, does.
    """
    rng = np.random.default_rng([seed, 11])
    dealt: dict[str, int] = {}
    for origin in sorted({s.origin for s in streams}):
        groups = sorted({s.group for s in streams if s.origin == origin} - set(dealt))
        for group in rng.permutation(groups):
            dealt[str(group)] = len(dealt) % POOLS
    n_pools = min(POOLS, len(dealt))
    sizes = [n // n_pools + (k < n % n_pools) for k in range(n_pools)]
    pools = [[s for s in streams if dealt[s.group] == k] for k in range(n_pools)]
    return joined([_pool(its, sizes[k], seed, k) for k, its in enumerate(pools)])


def _pool(streams: Sequence[Stream], n: int, seed: int, number: int) -> Examples:
    """`n` windows of one pool, which is their group."""
    mixed = mixed_windows(streams, n, seed + number)
    ids = tuple(f"{number}/{name}" for name in mixed.ids)
    return replace(mixed, groups=(f"pool {number}",) * n, ids=ids)


def mixed_windows(
    streams: Sequence[Stream], n: int, seed: int, telephone: float = TELEPHONE
) -> Examples:
    """`n` windows in the proportions of ``SCENES``, as the network sees them; of the sounds the
    share `telephone` went through a narrow band."""
    mixer = Mixer(streams, seed, telephone)
    usable = {scene: p for scene, p in SCENES.items() if all(mixer.of[k] for k in scene)}
    chances = np.array(list(usable.values())) / sum(usable.values())
    picks = mixer.rng.choice(len(usable), size=n, p=chances)
    scenes = list(usable)
    drawn = [mixer.window(scenes[i]) for i in picks]
    return _examples(drawn, [scenes[i] for i in picks])


def _examples(
    drawn: Sequence[tuple[Float32, Float32, Stream]], scenes: Sequence[tuple[str, ...]]
) -> Examples:
    return Examples(
        inputs=windows.scaled(np.stack([d[0] for d in drawn])),
        targets=np.stack([d[1] for d in drawn]),
        labels=LABELS,
        groups=tuple(d[2].group for d in drawn),
        ids=tuple(f"{d[2].name}#{i}" for i, d in enumerate(drawn)),
        exclusive=False,
        origins=tuple(" over ".join(scene) for scene in scenes),
    )


def plain_windows(streams: Sequence[Stream], hop: int = windows.WINDOW // 2) -> Examples:
    """Every window of the streams, `hop` frames apart, just as they sound."""
    rows = [
        (*_stretch(s, start), s)
        for s in streams
        for start in range(-16, max(1, len(s.power) - 40), hop)
    ]
    kept = [(power, labels.astype(np.float32), s) for power, labels, s in rows if labels.any()]
    return _examples(kept, [(s.origin,) for _, _, s in kept])
