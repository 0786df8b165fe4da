"""Speech: monologues and dialogues, in a room or on the telephone, with music or without.

The truth is what sounds when (``music``: speech, music, "speech over music", silence) and, in
``speech``, who speaks from when to when. Pauses of under a second belong to the speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Segment
from mixolydian.training.datasets import degrade
from mixolydian.training.datasets.backing import random_song
from mixolydian.training.datasets.espeak import Speaker, random_speaker, speak
from mixolydian.training.datasets.item import (
    SAMPLE_RATE,
    Item,
    Request,
    Samples,
    at_peak,
    stereo,
    truth_document,
)
from mixolydian.training.datasets.levels import loud_rms
from mixolydian.training.datasets.scores import item_of as played
from mixolydian.training.datasets.sentences import LANGUAGES, remarks

PAUSE = 1.0
"""seconds of rest from which on a pause is silence and not part of the speech."""
OVER = "speech over music"
AUDIBLE_DB = 35.0
"""signal-to-noise ratio below which a pause is noise and not silence."""
SHORTEST = 0.05
"""seconds; what is shorter belongs to what comes before it."""
Span = tuple[float, float]


@dataclass(frozen=True)
class Turn:
    """Somebody speaks from `start` to `end`."""

    start: float
    end: float
    speaker: Speaker


@dataclass(frozen=True, eq=False)
class Talk:
    """Speech alone: mono (n,) and its turns."""

    samples: NDArray[np.float32]
    turns: tuple[Turn, ...]


def talk(seconds: float, rng: np.random.Generator, start: float | None = None) -> Talk:
    """`seconds` in which one or two people speak; nobody is cut off but by the end."""
    language = str(rng.choice(sorted(LANGUAGES)))
    speakers = [random_speaker(language, rng) for _ in range(int(rng.choice([1, 2])))]
    levels = rng.uniform(0.5, 1.0, len(speakers))
    out = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
    turns = []
    now = float(rng.uniform(0.0, 0.6)) if start is None else start
    while now < seconds - 1.0:
        who = int(rng.integers(len(speakers)))
        voice = speak(remarks(language, int(rng.integers(1, 4)), rng), speakers[who])
        at = round(now * SAMPLE_RATE)
        part = voice[: len(out) - at]
        out[at : at + len(part)] += np.float32(levels[who]) * part
        turns.append(Turn(now, now + len(part) / SAMPLE_RATE, speakers[who]))
        rest = rng.uniform(0.1, 0.8) if rng.random() < 0.9 else rng.uniform(1.2, 3)
        now = turns[-1].end + float(rest)
    return Talk(out, tuple(turns))


def spans(turns: Sequence[Turn]) -> list[Span]:
    """Stretches of speech, pauses of under a second closed."""
    rows: list[Span] = []
    for turn in turns:
        if rows and turn.start - rows[-1][1] < PAUSE:
            rows[-1] = (rows[-1][0], turn.end)
        else:
            rows.append((turn.start, turn.end))
    return rows


def labelled(
    speech: Sequence[Span], music: Sequence[Span], duration: float, rest: str = "silence"
) -> tuple[Segment, ...]:
    """What sounds from 0 to `duration`: speech, music, both, or `rest`; neighbours joined."""
    edges = sorted({0.0, duration, *(t for span in (*speech, *music) for t in span)})
    rows: list[Segment] = []
    for start, end in pairwise(edges):
        middle = (start + end) / 2
        label = _label(_inside(middle, speech), _inside(middle, music), rest)
        if end - start < SHORTEST and rows:
            rows[-1] = Segment(rows[-1].start, end, rows[-1].label)
            continue
        if rows and rows[-1].label == label:
            rows[-1] = Segment(rows[-1].start, end, label)
        else:
            rows.append(Segment(start, end, label))
    return tuple(rows)


def _inside(time: float, rows: Sequence[Span]) -> bool:
    return any(start <= time < end for start, end in rows)


def _label(speech: bool, music: bool, rest: str) -> str:
    if speech:
        return OVER if music else "speech"
    return "music" if music else rest


def heard(talked: Talk, rng: np.random.Generator) -> Samples:
    """The speech (2, n) as it reaches us: dry, in a room, or through a telephone."""
    y = at_peak(stereo(talked.samples), float(rng.uniform(0.3, 0.9)))
    way = str(rng.choice(["dry", "room", "telephone", "band"], p=[0.4, 0.35, 0.15, 0.1]))
    if way == "room":
        return degrade.room(y, SAMPLE_RATE, rng)
    if way == "telephone" and talked.turns:
        return degrade.telephone(y, SAMPLE_RATE)
    if way == "band":
        return degrade.band_limit(y, SAMPLE_RATE, 120, float(rng.uniform(4000, 9000)))
    return y


def with_noise(y: Samples, rng: np.random.Generator) -> tuple[Samples, str]:
    """(a little noise added in two of three recordings, what a pause is then: noise or silence)."""
    if rng.random() < 0.33:
        return y, "silence"
    snr = float(rng.uniform(15, 50))
    return degrade.add_noise(y, snr, rng), "noise" if snr < AUDIBLE_DB else "silence"


def truth_rows(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The turns as rows of a truth document."""
    return [
        {
            "start": round(t.start, 4),
            "end": round(t.end, 4),
            "language": t.speaker.language,
            "voice": t.speaker.variant,
        }
        for t in turns
    ]


def item_of(request: Request, soundfonts: Sequence[Path] = ()) -> Item:
    """Speech of the request's length, in two of five items over or between music."""
    rng = request.rng()
    if rng.random() < 0.4:
        return _over_music(request, rng, soundfonts)
    talked = talk(request.seconds, rng)
    y, rest = with_noise(heard(talked, rng), rng)
    values = {"music": labelled(spans(talked.turns), (), request.seconds, rest)}
    facts = {"speech": truth_rows(talked.turns)}
    truth = truth_document("speech", list(request.seed), request.seconds, values, facts)
    return Item(request.name, y, SAMPLE_RATE, truth)


def _over_music(request: Request, rng: np.random.Generator, soundfonts: Sequence[Path]) -> Item:
    """Music throughout or in part; whoever speaks over it makes it duck."""
    seconds = request.seconds
    song = random_song(seconds + 2, rng)
    music = played(Request("backing", (*request.seed, 1), seconds + 2), song, soundfonts, "backing")
    talked = talk(seconds, rng, start=float(rng.uniform(0, seconds / 3)))
    voice, n = heard(talked, rng), round(seconds * SAMPLE_RATE)
    below = float(rng.uniform(-22, 0))
    level = 10 ** (below / 20) * loud_rms(voice, SAMPLE_RATE) / loud_rms(music.samples, SAMPLE_RATE)
    span = _music_span(music.duration, seconds, rng)
    bed = np.zeros((2, n), dtype=np.float32)
    first, last = (round(t * SAMPLE_RATE) for t in span)
    bed[:, first:last] = (level * music.samples[:, : last - first]).astype(np.float32)
    mix = voice + bed
    peak = np.float32(0.9 / max(float(np.abs(mix).max()), 0.9))
    segments = labelled(spans(talked.turns), [span], seconds)
    facts = {"speech": truth_rows(talked.turns), "music_below_speech_db": round(-below, 1)}
    truth = truth_document("speech", list(request.seed), seconds, {"music": segments}, facts)
    stems = {"speech": voice * peak, "music": bed * peak}
    return Item(request.name, mix * peak, SAMPLE_RATE, truth, stems)


def _music_span(length: float, seconds: float, rng: np.random.Generator) -> tuple[float, float]:
    """From when to when there is music: all the time, or from or up to some moment."""
    start = 0.0 if rng.random() < 0.6 else float(rng.uniform(0, seconds / 2))
    end = seconds if rng.random() < 0.6 else float(rng.uniform(start + seconds / 4, seconds))
    return start, min(end, start + length)
