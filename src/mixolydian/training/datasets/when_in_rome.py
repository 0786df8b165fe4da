"""When in Rome: scores with Roman-numeral analyses, played as they stand on the page.

Gotham et al. (DLfM 2019), CC BY-SA 4.0; scores vary. Pieces whose analysis or score says that
it is for non-commercial use are left out, and so are those with several meters, unreadable
numerals, bar numbers that do not match, or notes that contradict the chords.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from mixolydian.core.errors import DecodeError, RequestError
from mixolydian.core.types import Chord, KeyChange, Note
from mixolydian.theory.chord import parse_chord
from mixolydian.theory.key import make_key
from mixolydian.training.datasets.musicxml import Sheet, measures_by_number, read_sheet
from mixolydian.training.datasets.romantext import Entry, read_roman
from mixolydian.training.datasets.song import Score, Song, performed

NON_COMMERCIAL = re.compile(r"\bNC\b|non-?\s?commercial", re.IGNORECASE)
UNITS: dict[tuple[int, int], tuple[int, float, float]] = {
    (4, 4): (4, 1.0, 1.0),
    (2, 2): (2, 2.0, 2.0),
    (2, 4): (2, 1.0, 1.0),
    (3, 4): (3, 1.0, 1.0),
    (3, 2): (3, 2.0, 2.0),
    (6, 8): (6, 0.5, 1.5),
    (9, 8): (3, 1.5, 1.5),
}
"""meter as written → beats of a bar, quarters of a beat, quarters of a beat as analysts count."""
TEMPI = {0.5: (90, 210), 1.0: (50, 150), 1.5: (40, 110), 2.0: (40, 100)}
"""quarters of a beat → lowest and highest BPM."""
READABLE = 0.9
EXPLAINED = 0.65


@lru_cache(maxsize=4)
def pieces(data: Path) -> tuple[Path, ...]:
    """The folders with both score and analysis; RequestError where there are none."""
    found = sorted(p.parent for p in (data / "Corpus").rglob("score.mxl"))
    found = [p for p in found if (p / "analysis.txt").is_file()]
    if not found:
        raise RequestError(f"{data}: expected When in Rome (Corpus/…/score.mxl), found none")
    return tuple(found)


@lru_cache(maxsize=16)
def load_score(folder: Path) -> Score | str:
    """A piece with its chords and local keys, or the reason why it is left out."""
    roman = read_roman((folder / "analysis.txt").read_text("utf-8", errors="replace"))
    if NON_COMMERCIAL.search(roman.head):
        return "the analysis is for non-commercial use"
    try:
        sheet = read_sheet(folder / "score.mxl")
    except DecodeError as error:
        return str(error)
    if NON_COMMERCIAL.search(sheet.rights):
        return "the score is for non-commercial use"
    if len(sheet.meters) != 1 or sheet.meters[0] not in UNITS or len(roman.meters) > 1:
        return f"meters {', '.join(f'{a}/{b}' for a, b in sheet.meters)}"
    return _score(folder, sheet, roman.entries)


def _score(folder: Path, sheet: Sheet, entries: Sequence[Entry]) -> Score | str:
    read = [e for e in entries if e.label is not None]
    if len(read) < 8 or len(read) < READABLE * len(entries):
        return f"only {len(read)} of {len(entries)} numerals can be read"
    timed = _timed(sheet, entries)
    if timed is None:
        return "bar numbers of score and analysis do not match"
    chords, keys = _rows(timed, _end(sheet))
    meter, beat, _ = UNITS[sheet.meters[0]]
    home = entries[0].key
    score = Score(
        "/".join(folder.parts[-3:]),
        _tracks(sheet),
        meter,
        beat,
        _pickup(sheet),
        chords,
        home.tonic,
        home.mode,
        keys,
    )  # fmt: skip
    share = explained(score)
    return score if share >= EXPLAINED else f"only {share:.2f} of the notes belong to their chord"


def _full(sheet: Sheet) -> float:
    above, below = sheet.meters[0]
    return 4.0 * above / below


def _end(sheet: Sheet) -> float:
    return sheet.measures[-1].start + sheet.measures[-1].length


def _pickup(sheet: Sheet) -> float:
    first = sheet.measures[0].length
    return first if first < _full(sheet) - 1e-6 else 0.0


def _timed(sheet: Sheet, entries: Sequence[Entry]) -> list[tuple[float, Entry]] | None:
    """(quarter, entry) in order, or None where bars are missing or off the grid of bars."""
    bars = dict(measures_by_number(sheet))
    full, pickup = _full(sheet), _pickup(sheet)
    numbers = [n for n, _ in measures_by_number(sheet)]
    if len(set(numbers)) != len(numbers) or not {e.measure for e in entries} <= set(bars):
        return None
    grid = [(m.start - pickup) % full for n, m in bars.items() if m.start > 0]
    if any(min(g, full - g) > 1e-3 for g in grid):
        return None
    unit, rows = UNITS[sheet.meters[0]][2], []
    for entry in entries:
        bar = bars[entry.measure]
        missing = full - bar.length if bar.start == 0 and pickup else 0.0
        rows.append((bar.start + (entry.beat - 1) * unit - missing, entry))
    times = [t for t, _ in rows]
    return rows if times == sorted(times) and times[0] > -1e-6 else None


def _rows(
    timed: Sequence[tuple[float, Entry]], end: float
) -> tuple[tuple[Chord, ...], tuple[KeyChange, ...]]:
    """Chords and local keys, each up to the next; before the first chord there is none."""
    chords = [Chord(0.0, timed[0][0], "N")] if timed[0][0] > 1e-6 else []
    keys: list[KeyChange] = []
    for (start, entry), stop in zip(timed, [*(t for t, _ in timed[1:]), end], strict=True):
        if stop <= start:
            continue
        chords.append(Chord(start, stop, entry.label or "X"))
        tonic = make_key(entry.key.tonic, entry.key.mode).tonic
        if keys and (keys[-1].tonic, keys[-1].mode) == (tonic, entry.key.mode):
            keys[-1] = KeyChange(keys[-1].start, stop, tonic, entry.key.mode)
        else:
            keys.append(KeyChange(start, stop, tonic, entry.key.mode))
    return tuple(chords), tuple(keys)


def _tracks(sheet: Sheet) -> dict[str, tuple[Note, ...]]:
    """Roles by place in the score: a single part is a piano, the first of many leads."""
    sounding = [notes for _, notes in sheet.parts if notes]
    if len(sounding) == 1:
        return {"PIANO": sounding[0]}
    names = ["MELODY", *(f"CHORDS {k}" for k in range(2, len(sounding) + 1))]
    return dict(zip(names, sounding, strict=True))


def explained(score: Score) -> float:
    """Share of note time whose pitch class is in the chord that is annotated there."""
    starts = np.array([c.start for c in score.chords])
    tones = [set(parse_chord(c.label).pitch_classes) for c in score.chords]
    inside = total = 0.0
    for note in (n for notes in score.tracks.values() for n in notes):
        first = max(int(np.searchsorted(starts, note.onset + 1e-6)) - 1, 0)
        for k in range(first, len(score.chords)):
            c = score.chords[k]
            if c.start >= note.offset:
                break
            shared = min(note.offset, c.end) - max(note.onset, c.start)
            if shared > 0 and tones[k]:
                total += shared
                inside += shared * (int(note.pitch) % 12 in tones[k])
    return inside / total if total else 0.0


def perform(score: Score, rng: np.random.Generator) -> Song:
    """The score at a random tempo, mostly with a player's freedom."""
    low, high = TEMPI[score.beat]
    restless = float(rng.choice([0.0, 0.01, 0.025, 0.05]))
    return performed(score, float(rng.uniform(low, high)), restless, rng)
