"""The Nottingham folk tunes: melody, chords, key and meter from ABC, performed at random tempi.

The collection (about a thousand tunes, GPL) writes chord symbols over the melody: `Am`, `D7`,
`D/f+` (bass F sharp), `Cd` (diminished). Tunes whose key contradicts their last chord (modal
tunes under a major signature) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Chord, Note
from mixolydian.theory.chord import chord as make_chord
from mixolydian.theory.chord import format_chord
from mixolydian.theory.key import parse_key, scale, tonic_pitch_class
from mixolydian.theory.pitch import pitch_class
from mixolydian.training.datasets.abc import Tune, read_tune, tunes
from mixolydian.training.datasets.accompany import chord_part
from mixolydian.training.datasets.song import Score, Song, performed

QUALITIES = {
    "": "maj", "m": "min", "7": "7", "m7": "min7", "d": "dim", "a": "aug", "6": "maj6",
    "m6": "min6", "7b9": "7", "maj7": "maj7",
}  # fmt: skip
"""the collection's chord kinds → Harte shorthands."""
_SYMBOL = re.compile(r"([A-G][#b]?)(maj7|m7|m6|7b9|m|7|d|a|6)?(?:/([a-g])([+#b]?))?")
BEATS: dict[tuple[int, int], tuple[tuple[int, float, float, float], ...]] = {
    (4, 4): ((4, 1.0, 75, 200),),
    (2, 2): ((4, 1.0, 120, 220),),
    (2, 4): ((2, 1.0, 70, 150),),
    (3, 4): ((3, 1.0, 80, 190),),
    (5, 4): ((5, 1.0, 90, 180),),
    (3, 2): ((3, 2.0, 60, 120),),
    (6, 8): ((6, 0.5, 120, 220), (2, 1.5, 75, 130), (2, 1.5, 75, 130)),
    (9, 8): ((3, 1.5, 75, 130),),
}
"""meter as written → ways to count it: beats of a bar, quarters of a beat, lowest and highest
BPM. A fast 6/8 is counted in two, a slow one in six."""


def harte(symbol: str) -> str | None:
    """The Harte label of one of the collection's chord symbols, None where it is no chord."""
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        return None
    root, kind, bass, sign = match.groups()
    pc, under = pitch_class(root), 0
    if bass:
        named = bass.upper() + {"+": "#", "#": "#", "b": "b"}.get(sign, "")
        under = (pitch_class(named) - pc) % 12
    return format_chord(make_chord(pc, QUALITIES[kind or ""], under))


@lru_cache(maxsize=4)
def collection(data: Path) -> tuple[str, ...]:
    """The texts of all tunes, in order of file and number; RequestError where there are none."""
    files = sorted((data / "ABC_cleaned").glob("*.abc"))
    found = tuple(t for f in files for t in tunes(f.read_text("utf-8", errors="replace")))
    if not found:
        raise RequestError(f"{data}: expected the Nottingham tunes (ABC_cleaned/*.abc), found none")
    return found


def load_score(text: str) -> Tune | str:
    """A tune whose chords and key can be trusted, or the reason why it is left out."""
    tune = read_tune(text)
    if isinstance(tune, str):
        return tune
    if tune.meter not in BEATS:
        return f"meter {tune.meter[0]}/{tune.meter[1]}"
    names = [name for bar in tune.bars for _, name in bar.chords]
    labels = [harte(name) for name in names]
    if len(labels) < 6 or None in labels:
        return "too few chords, or some that are not known"
    return _key_doubt(tune, names[-1]) or tune


def _key_doubt(tune: Tune, last: str) -> str | None:
    """Why the key cannot be trusted: another last chord, or many notes outside the scale."""
    tonic = tonic_pitch_class(parse_key(f"{tune.tonic} {tune.mode}"))
    match = _SYMBOL.fullmatch(last)
    if match is None or pitch_class(match.group(1)) != tonic:
        return f"ends on {last}, not on {tune.tonic}"
    inside = set(scale(tonic, tune.mode)) | ({(tonic + 11) % 12} if tune.mode == "minor" else set())
    hits = [pitch % 12 in inside for bar in tune.bars for _, _, pitch in bar.notes]
    if np.mean(hits) < 0.9:
        return f"only {np.mean(hits):.2f} of the notes belong to the key"
    return None


def score_of(tune: Tune, way: tuple[int, float, float, float]) -> Score:
    """The tune in quarters, counted in one of the ways of `BEATS`."""
    meter, beat, _, _ = way
    notes, chords, now = list[Note](), list[tuple[float, str]](), 0.0
    for bar in tune.bars:
        for onset, length, pitch in bar.notes:
            accent = 92 if onset < 1e-6 else 78
            notes.append(Note(now + onset, now + onset + length, float(pitch), accent))
        chords += [(now + onset, str(harte(name))) for onset, name in bar.chords]
        now += bar.length
    ends = [*(t for t, _ in chords[1:]), now]
    rows = [Chord(t, e, label) for (t, label), e in zip(chords, ends, strict=True) if e > t]
    if rows[0].start > 0:
        rows.insert(0, Chord(0.0, rows[0].start, "N"))
    tonic = tonic_pitch_class(parse_key(f"{tune.tonic} {tune.mode}"))
    tracks = {"MELODY": tuple(notes)}
    return Score(tune.title, tracks, meter, beat, tune.pickup, tuple(rows), tonic, tune.mode)


def perform(tune: Tune, rng: np.random.Generator, seconds: float = 0.0) -> Song:
    """The tune at a random tempo, as often as fills `seconds`, mostly with chords beside it."""
    ways = BEATS[tune.meter]
    way = ways[int(rng.integers(len(ways)))]
    score, bpm = score_of(tune, way), float(rng.uniform(way[2], way[3]))
    times = int(np.ceil(seconds / (score.length / score.beat * 60 / bpm)))
    score = again(score, max(1, min(times, 8)), tune.full)
    song = performed(score, bpm, float(rng.choice([0.0, 0.01, 0.03])), rng)
    if rng.random() < 0.85:
        song = replace(song, tracks={**song.tracks, "CHORDS": chord_part(song, rng)})
    return song


def again(score: Score, times: int, full: float) -> Score:
    """The score played `times` times, each begun on the bar grid of the first."""
    if times == 1:
        return score
    span = full * float(np.ceil((score.length - score.pickup - 1e-6) / full))

    return replace(
        score,
        tracks={
            role: tuple(n for k in range(times) for n in _round(rows, k, span, k == times - 1))
            for role, rows in score.tracks.items()
        },
        chords=_chained(score, times, span),
    )


def _round(notes: Sequence[Note], k: int, span: float, last: bool) -> list[Note]:
    """The notes of round `k`; all but the last end where the next round begins."""
    end = np.inf if last else span
    return [
        replace(n, onset=n.onset + k * span, offset=min(n.offset, end) + k * span)
        for n in notes
        if n.onset < end - 1e-6
    ]


def _chained(score: Score, times: int, span: float) -> tuple[Chord, ...]:
    """The chords of every round, cut where the next round begins."""
    rows: list[Chord] = []
    for k in range(times):
        last = score.length if k == times - 1 else span
        for c in score.chords:
            if k and c.label == "N" and c.start == 0:  # a pickup: the chord before it goes on
                rows[-1] = replace(rows[-1], end=c.end + k * span)
            elif c.start < last:
                rows.append(Chord(c.start + k * span, min(c.end, last) + k * span, c.label))
    return tuple(rows)
