"""Speech over music in real recordings: what the analysis says sounds, second by second.

A programme lasts 52 s: music (10 s), speech over it (14), speech alone (10), music again (8),
speech over it (10). Speech: digits of two held-out speakers strung together, three readings of
books, and synthetic voices that were never learnt from. Music: Emotify, and held-out electronic
pieces. The speech is by −10 … +20 dB over the music (level of the loudest tenth of 0.4 s
windows), clean, through mp3 at 64 kbit/s, or through a telephone band.

Every second is a question: does music sound, does speech? F1 over the seconds, with 95 %
intervals from drawing whole pieces of music, each with its speaker and all its programmes.
Delay: seconds from a boundary until what is said is true (0 where it already is); missed where it
does not become true before the next boundary. A live stream gets the same labels a second later,
because the model listens a second ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.music_material import Mono, files, middle, mono
from mixolydian.audio.features import Features
from mixolydian.core.types import Segment, Signal
from mixolydian.estimators.music import MusicEstimator, model
from mixolydian.estimators.music_rules import MusicRules
from mixolydian.training.datasets.degrade import degrade
from mixolydian.training.datasets.espeak import Speaker, speak
from mixolydian.training.datasets.item import SAMPLE_RATE, stereo
from mixolydian.training.datasets.levels import loud_rms
from mixolydian.training.datasets.sentences import remarks

PLAN = (("music", 10.0), ("both", 14.0), ("speech", 10.0), ("music", 8.0), ("both", 10.0))
SECONDS = sum(length for _, length in PLAN)
LEVELS = (-10.0, -5.0, 0.0, 5.0, 10.0, 20.0)
WAYS = ("clean", "mp3_64", "telephone")
VOICES = (("en-gb", "linda"), ("de", "max"), ("es", "Andrea"), ("fr-fr", "robert"))
"""language and variant of synthetic voices that are not in the training data."""
FADE = 0.02
WORDS: Mapping[str, tuple[str, ...]] = {"music": ("music", "singing"), "speech": ("speech",)}
RESAMPLES = 1000

Present = NDArray[np.bool_]


# ----------------------------------------------------------------------------- material


def spoken(data: Path, evaluate: Path) -> list[tuple[str, Mono]]:
    """(name, at least 52 s of speech (n,) at 44.1 kHz) of every speaker."""
    found = [(f"fsdd {who}", _digits(data / "speech" / "fsdd", who)) for who in ("theo", "lucas")]
    for path in files(evaluate / "librosa_data"):
        if path.name[:3] in ("198", "343", "570"):
            found.append((f"reading {path.stem}", mono(path, SAMPLE_RATE)))
    found += [(f"espeak {'-'.join(voice)}", _synthetic(*voice)) for voice in VOICES]
    return [(name, _long(_unpaused(y))) for name, y in found if len(y)]


def _digits(folder: Path, who: str) -> Mono:
    rng = np.random.default_rng([ord(c) for c in who])
    paths = files(folder) if folder.is_dir() else []
    own = [path for path in paths if f"_{who}_" in path.name]
    rests = [np.zeros(int(rng.uniform(0.05, 0.3) * SAMPLE_RATE), np.float32) for _ in own]
    order = rng.permutation(len(own))
    parts = [part for i in order for part in (_even(mono(own[i], SAMPLE_RATE)), rests[i])]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _even(y: Mono) -> Mono:
    return np.asarray(y / max(float(np.sqrt(np.mean(y**2))), 1e-6) * 0.1, dtype=np.float32)


def _synthetic(language: str, variant: str) -> Mono:
    rng = np.random.default_rng([len(variant), ord(variant[0])])
    speaker = Speaker(language, variant, 50, 165)
    return np.concatenate([speak(remarks(language, 3, rng), speaker) for _ in range(8)])


def _unpaused(y: Mono) -> Mono:
    """Rests of over half a second cut to that: it is speech all the time."""
    step = SAMPLE_RATE // 50
    level = np.sqrt(np.mean(y[: len(y) // step * step].reshape(-1, step) ** 2, axis=1))
    quiet = level < 0.02 * np.percentile(level, 95) if level.size else level > 0
    run, kept = 0, []
    for i, hushed in enumerate(quiet):
        run = run + 1 if hushed else 0
        if run <= 25:
            kept.append(y[i * step : (i + 1) * step])
    return np.concatenate(kept) if kept else y


def _long(y: Mono) -> Mono:
    return np.tile(y, int(np.ceil(SECONDS * SAMPLE_RATE / len(y))))


def played(data: Path, evaluate: Path, n: int) -> list[tuple[str, Mono]]:
    """(name, 52 s of music (n,) at 44.1 kHz): `n` of Emotify, and held-out electronic pieces."""
    folders = [data / "electronic" / name for name in ("torus-trooper", "tumiki-fighters")]
    own = [path for folder in folders for path in files(folder)]
    every = files(evaluate / "emotify")
    chosen = [*every[:: max(1, len(every) // max(n, 1))][:n], *own[:: max(1, len(own) // 4)][:4]]
    found = [(path.stem, mono(path, SAMPLE_RATE)) for path in chosen]
    return [(name, middle(_long(y), SECONDS, SAMPLE_RATE)) for name, y in found]


def gate(kind: str) -> NDArray[np.float32]:
    """1 while `kind` sounds in the plan, else 0, with short fades (n,)."""
    edges, values, now = [], [], 0.0
    for what, length in PLAN:
        edges += [now + FADE / 2, now + length - FADE / 2]
        values += [float(what in (kind, "both"))] * 2
        now += length
    times = np.arange(round(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    return np.interp(times, edges, values).astype(np.float32)


def programme(speech: Mono, music: Mono, over_db: float, way: str) -> Signal:
    """A programme: what sounds when is ``PLAN``."""
    n = round(SECONDS * SAMPLE_RATE)
    parts = [stereo(y[:n] * gate(kind)) for y, kind in ((speech, "speech"), (music, "music"))]
    levels = [max(loud_rms(part, SAMPLE_RATE), 1e-6) for part in parts]
    gain = np.float32(levels[0] / levels[1] * 10 ** (-over_db / 20))
    mix = parts[0] + parts[1] * gain
    mix = (mix * (0.5 / max(float(np.abs(mix).max()), 1e-6))).astype(np.float32)
    return Signal(mix if way == "clean" else degrade(mix, SAMPLE_RATE, way, 5), SAMPLE_RATE)


# ------------------------------------------------------------------------------- judging


def truth(kind: str) -> Present:
    """Whether `kind` sounds, second by second."""
    return np.array([k in (kind, "both") for k, length in PLAN for _ in range(int(length))])


def said(segments: Sequence[Segment], kind: str) -> Present:
    """The same of an answer: most of the second."""
    held = np.zeros(int(SECONDS))
    for s in segments:
        if any(word in s.label for word in WORDS[kind]):
            for second in range(len(held)):
                held[second] += max(0.0, min(s.end, second + 1) - max(s.start, second))
    return held >= 0.5


def boundaries(kind: str) -> list[tuple[float, float, bool]]:
    """(time, time of the next, state from then on) of every change of `kind`."""
    starts = np.cumsum([0.0, *(length for _, length in PLAN)])
    states = [k in (kind, "both") for k, _ in PLAN]
    changes = [i for i in range(1, len(PLAN)) if states[i] != states[i - 1]]
    ends = [float(starts[i]) for i in changes[1:]] + [float(SECONDS)]
    return [(float(starts[i]), end, states[i]) for i, end in zip(changes, ends, strict=True)]


def delays(segments: Sequence[Segment], kind: str) -> list[float]:
    """Seconds from each boundary until what is said is true; infinite where it never is."""

    def state(segment: Segment) -> bool:
        return any(word in segment.label for word in WORDS[kind])

    found = []
    for time, end, wanted in boundaries(kind):
        right = [s for s in segments if state(s) == wanted and s.end > time and s.start < end]
        found.append(max(0.0, right[0].start - time) if right else float("inf"))
    return found


@dataclass(frozen=True, eq=False)
class Judged:
    """One programme: per kind what was said, and the delays of its boundaries."""

    piece: str
    over_db: float
    way: str
    speaker: str
    said: Mapping[str, Present]
    delays: Mapping[str, list[float]]


Ask = Callable[[Features], Sequence[Segment]]


def systems() -> dict[str, Ask]:
    """The answers that are compared: by rules, and by the model where one is in use."""
    found: dict[str, Ask] = {"rules": lambda f: MusicRules().answer(f, {}).value or ()}
    if model() is not None:
        found["model"] = lambda f: MusicEstimator().answer(f, {}).value or ()
    return found


def judged(
    speech: Sequence[tuple[str, Mono]], music: Sequence[tuple[str, Mono]], asked: Mapping[str, Ask]
) -> Iterator[tuple[str, Judged]]:
    """(system, one programme judged) for each piece of music with a speaker, level and way."""
    for i, (piece, y) in enumerate(music):
        speaker, voice = speech[i % len(speech)]
        for over in LEVELS:
            for way in WAYS:
                features = Features(programme(voice, y, over, way))
                for name, ask in asked.items():
                    found = ask(features)
                    heard = {kind: said(found, kind) for kind in WORDS}
                    late = {kind: delays(found, kind) for kind in WORDS}
                    yield name, Judged(piece, over, way, speaker, heard, late)


def counts(rows: Sequence[Judged], kind: str) -> NDArray[np.float64]:
    """(n, 3): right, wrongly said, missed; `kind` may be "both"."""
    kinds = tuple(WORDS) if kind == "both" else (kind,)
    true = np.all([truth(k) for k in kinds], axis=0)
    heard = np.array([np.all([row.said[k] for k in kinds], axis=0) for row in rows])
    pairs = (heard & true, heard & ~true, ~heard & true)
    return np.stack([pair.sum(axis=1) for pair in pairs], axis=1).astype(np.float64)


def f1(rows: Sequence[Judged], kind: str) -> dict[str, float]:
    """F1 over the seconds of all programmes, with its interval."""
    _, piece = np.unique([row.piece for row in rows], return_inverse=True)
    every = np.zeros((piece.max() + 1, 3))
    np.add.at(every, piece, counts(rows, kind))
    drawn = np.random.default_rng(0).integers(0, len(every), (RESAMPLES, len(every)))
    values = _f1(every[drawn].sum(axis=1))
    low, high = np.quantile(values, [0.025, 0.975])
    point = float(_f1(every.sum(axis=0)))
    return {"value": round(point, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _f1(sums: NDArray[np.float64]) -> Any:
    return 2 * sums[..., 0] / np.maximum(2 * sums[..., 0] + sums[..., 1] + sums[..., 2], 1e-9)


def summed_up(rows: Sequence[Judged]) -> dict[str, Any]:
    """Every figure of one system."""
    late = np.array([d for row in rows for kind in WORDS for d in row.delays[kind]])
    reached = late[np.isfinite(late)]
    return {
        "programmes": len(rows),
        "overall": {kind: f1(rows, kind) for kind in (*WORDS, "both")},
        "by_level": {
            f"{level:+.0f} dB": {k: f1(part, k) for k in (*WORDS, "both")}
            for level in LEVELS
            if (part := [row for row in rows if row.over_db == level])
        },
        "by_way": {
            way: {k: f1(part, k) for k in (*WORDS, "both")}
            for way in WAYS
            if (part := [row for row in rows if row.way == way])
        },
        "by_speaker": {
            who: {k: f1(part, k)["value"] for k in (*WORDS, "both")}
            for who in sorted({row.speaker for row in rows})
            if (part := [row for row in rows if row.speaker == who])
        },
        "delay": {
            "median": round(float(np.median(reached)), 2) if reached.size else None,
            "90th percentile": round(float(np.percentile(reached, 90)), 2)
            if reached.size
            else None,
            "within 1 s": round(float((late <= 1.0).mean()), 4),
            "missed": round(float((~np.isfinite(late)).mean()), 4),
        },
    }
