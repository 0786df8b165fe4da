"""Exactness: does every sound begin on its sample, every section on its bar, every drop on time?

Usage: python -m benchmarks.compose.exactness --out FILE.json [--seeds 1-2] [--jobs 2]

Arrangements of eight minutes are rendered through the renderer's own stem door. Of every part
and every drum lane the notes are dealt into groups in which no sound begins before the one
before it has died away; each group is rendered alone and dry (no reverb, no delay, no knob in
motion), and the first sample of every sound that is not zero is compared with
`round(onset × 44 100)`. Notes that begin together are never in one group. How long a sound
rings is measured on the part's own shortest, longest, lowest and highest notes; a sound that
rang longer would show as a wrong onset, never as a right one.

Section starts are compared with the bar lines of the asked form, worked out here in exact
fractions. A drop is the first sample of the kick stem, as it is in the whole piece, after
the silence before it; it is compared with the asked bar.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from benchmarks.compose import document
from benchmarks.compose.pieces import mapped, random_wish
from mixolydian.core.types import FloatArray, IntArray, Note
from mixolydian.creation.arrange import arrange
from mixolydian.creation.arrangement import Arrangement, Hit
from mixolydian.creation.ask import ask
from mixolydian.creation.sound.render import render_stems
from mixolydian.creation.sound.units import SAMPLE_RATE, sample_of

SECONDS = 480.0
REST = 0.05
"""seconds of silence asked for between two sounds of one group."""
EDGE = 441
"""samples before an onset in which its sound may be found, should it come early."""
DROP_TOLERANCE = 1e-3
SILENCE = round(0.02 * SAMPLE_RATE)
"""samples of silence that tell the kick before a drop from the drop's own."""
PROBE_GAP = 12.0
STARTING = ("impact", "subdrop", "downlifter")
"""gestures that begin at their `start`."""


@dataclass(frozen=True)
class Sound:
    """Something to be played alone: it is asked to begin at `onset` and is held to `offset`."""

    onset: float
    offset: float
    what: Any


@dataclass(frozen=True)
class Source:
    """One part, one drum lane or one kind of gesture, with all its sounds in time order."""

    name: str
    sounds: tuple[Sound, ...]


# ---------------------------------------------------------------------------- sources


def sources(arrangement: Arrangement) -> Iterator[Source]:
    """Everything that begins at a stated time."""
    for part in arrangement.parts:
        yield Source(part.name, tuple(Sound(n.onset, n.offset, n) for n in part.notes))
    for lane, hits in arrangement.drums.items():
        if hits:
            yield Source(lane, tuple(Sound(h.time, h.time, h) for h in hits))
    for kind in STARTING:
        rows = [g for g in arrangement.gestures if g.kind == kind]
        if rows:
            yield Source(kind, tuple(Sound(g.start, g.end, g) for g in rows))


def alone(arrangement: Arrangement, source: Source, sounds: Sequence[Sound]) -> Arrangement:
    """The arrangement with nothing but `sounds` of `source`, dry."""
    brief = replace(arrangement.brief, mix=replace(arrangement.brief.mix, reverb=0.0, delay=0.0))
    bare = replace(arrangement, brief=brief, parts=(), drums={}, gestures=(), automation=())
    played = tuple(s.what for s in sounds)
    if isinstance(played[0], Note):
        part = next(p for p in arrangement.parts if p.name == source.name)
        return replace(bare, parts=(replace(part, notes=played),))
    if isinstance(played[0], Hit):
        return replace(bare, drums={source.name: played})
    return replace(bare, gestures=played)


def level(arrangement: Arrangement) -> FloatArray:
    """|samples| (n,) of the only stem that plays, the louder channel of each sample."""
    stems = [stem for _, stem in render_stems(arrangement)]
    if len(stems) != 1:
        raise SystemExit(f"expected one stem, found {len(stems)}")
    return np.asarray(np.abs(stems[0]).max(axis=0))


# ----------------------------------------------------------------------------- groups


def ring(arrangement: Arrangement, source: Source) -> float:
    """Seconds that a sound of `source` lasts beyond its offset, at most, and a rest."""
    probes = _probes(source.sounds)
    at = [Sound(PROBE_GAP * i, PROBE_GAP * i + s.offset - s.onset, s) for i, s in enumerate(probes)]
    moved = [replace(s, what=_moved(s.what.what, s.onset - s.what.onset)) for s in at]
    end = PROBE_GAP * len(probes) + max(s.offset - s.onset for s in moved)
    heard = level(alone(replace(arrangement, end=end), source, moved))
    longest = 0.0
    for i, sound in enumerate(moved):
        first = sample_of(sound.onset)
        last = sample_of(moved[i + 1].onset) if i + 1 < len(moved) else len(heard)
        inside = np.flatnonzero(heard[first:last])
        if inside.size:
            longest = max(longest, (first + inside[-1]) / SAMPLE_RATE - sound.offset)
    return longest + REST


def _probes(sounds: Sequence[Sound]) -> list[Sound]:
    """The shortest and the longest, the lowest, the highest, the softest and the loudest."""

    def pitch(s: Sound) -> float:
        return s.what.pitch if isinstance(s.what, Note) else 0.0

    def force(s: Sound) -> float:
        return float(getattr(s.what, "velocity", 1.0))

    def held(s: Sound) -> float:
        return s.offset - s.onset

    ends = [f(sounds, key=k) for k in (held, pitch, force) for f in (min, max)]
    return [s for i, s in enumerate(ends) if s not in ends[:i]]


def _moved(what: Any, seconds: float) -> Any:
    if isinstance(what, Note):
        return replace(what, onset=what.onset + seconds, offset=what.offset + seconds)
    if isinstance(what, Hit):
        return replace(what, time=what.time + seconds)
    return replace(what, start=what.start + seconds, end=what.end + seconds)


def groups(sounds: Sequence[Sound], rest: float) -> list[list[Sound]]:
    """`sounds` dealt into as few groups as can be, so that none begins within `rest` seconds
    of the end of the one before it in its group."""
    dealt: list[list[Sound]] = []
    for sound in sorted(sounds, key=lambda s: s.onset):
        free = (g for g in dealt if g[-1].offset + rest <= sound.onset)
        group = next(free, None)
        if group is None:
            dealt.append([sound])
        else:
            group.append(sound)
    return dealt


# -------------------------------------------------------------------------- measuring


def errors_of(arrangement: Arrangement, source: Source) -> list[tuple[float, int | None]]:
    """(asked onset, samples late or None when nothing is heard) of every sound of `source`."""
    found: list[tuple[float, int | None]] = []
    for group in groups(source.sounds, ring(arrangement, source)):
        heard = np.flatnonzero(level(alone(arrangement, source, group)))
        found += _errors(heard, group)
    return found


def _errors(heard: IntArray, group: Sequence[Sound]) -> list[tuple[float, int | None]]:
    """Each sound's first sample among the sounding ones; it belongs to the asked onset from
    shortly before it up to the next one."""
    asked = np.array([sample_of(s.onset) for s in group])
    first = np.searchsorted(heard, asked - EDGE)
    limits = np.append(asked[1:] - EDGE, np.iinfo(np.int64).max)
    rows: list[tuple[float, int | None]] = []
    for sound, sample, i, limit in zip(group, asked, first, limits, strict=True):
        there = i < len(heard) and heard[i] < limit
        rows.append((sound.onset, int(heard[i] - sample) if there else None))
    return rows


def drop_errors(arrangement: Arrangement, kick: FloatArray | None) -> list[dict[str, Any]]:
    """Per drop: seconds between the asked bar line and the kick's first sample after silence."""
    lines = bar_lines(arrangement)
    rows = []
    for drop in arrangement.drops:
        asked = min(lines, key=lambda t: abs(float(t) - drop.time))
        late = None if kick is None else _first_after_silence(kick, sample_of(float(asked)))
        error = None if late is None else late / SAMPLE_RATE
        rows.append({"bar": lines.index(asked), "asked": float(asked), "error_seconds": error})
    return rows


def _first_after_silence(kick: FloatArray, asked: int) -> int | None:
    """Samples from `asked` to the kick's first sound after at least `SILENCE` of nothing; None
    when the kick plays on through the bar line, or none comes within a beat."""
    start = max(asked - SAMPLE_RATE // 2, 0)
    sounding = np.flatnonzero(np.abs(kick[:, start : asked + SAMPLE_RATE // 2]).max(axis=0)) + start
    after = sounding[sounding > asked - EDGE]
    before = sounding[sounding <= asked - EDGE]
    if not after.size or (before.size and after[0] - before[-1] < SILENCE):
        return None
    return int(after[0]) - asked


def bar_lines(arrangement: Arrangement) -> list[Fraction]:
    """The asked bar lines in exact seconds, for a piece of one tempo."""
    brief = arrangement.brief
    bar = Fraction(60) * brief.meter / Fraction(str(brief.bpm))
    return [Fraction(str(brief.lead_in)) + i * bar for i in range(brief.n_bars + 1)]


def section_errors(arrangement: Arrangement) -> list[float]:
    """Seconds between each section's start and the bar line it was asked on."""
    lines, bar, rows = bar_lines(arrangement), 0, []
    for section, (_, bars) in zip(arrangement.sections, arrangement.brief.form, strict=True):
        rows.append(float(Fraction(section.start) - lines[bar]))
        bar += bars
    return rows


# ----------------------------------------------------------------------------- report


def measure(job: tuple[str, int, float]) -> dict[str, Any]:
    """One piece: the errors of every source, its sections and its drops."""
    genre, seed, seconds = job
    arrangement = arrange(ask(replace(random_wish(genre, seed), seconds=seconds)))
    kick = next((y for name, y in render_stems(arrangement) if name == "kick"), None)
    found = {s.name: errors_of(arrangement, s) for s in sources(arrangement)}
    return {
        "genre": genre,
        "seed": seed,
        "seconds": round(arrangement.end, 2),
        "sources": {name: _counted(rows) for name, rows in found.items()},
        "sections_off_by": max(map(abs, section_errors(arrangement))),
        "drops": drop_errors(arrangement, kick),
    }


def _counted(rows: Sequence[tuple[float, int | None]]) -> dict[str, Any]:
    """Counts of one source's errors; the worst is named."""
    late = [abs(e) for _, e in rows if e is not None]
    missing = [t for t, e in rows if e is None]
    wrong = [(t, e) for t, e in rows if e is None or abs(e) > 1]
    return {
        "onsets": len(rows),
        "exact": sum(e == 0 for e in late),
        "worst_samples": max(late, default=0),
        "wrong": len(wrong),
        "silent": len(missing),
        "examples": [[round(t, 5), e] for t, e in wrong[:3]],
    }


def summary(pieces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All pieces together."""
    rows = [s for p in pieces for s in p["sources"].values()]
    drops = [d["error_seconds"] for p in pieces for d in p["drops"]]
    heard = [abs(d) for d in drops if d is not None]
    return {
        "pieces": len(pieces),
        "onsets": sum(s["onsets"] for s in rows),
        "exact": sum(s["exact"] for s in rows),
        "wrong": sum(s["wrong"] for s in rows),
        "worst_samples": max((s["worst_samples"] for s in rows), default=0),
        "sections_off_by_seconds": max(p["sections_off_by"] for p in pieces),
        "drops": len(drops),
        "drops_after_silence": len(heard),
        "drops_within_1_ms": sum(d <= DROP_TOLERANCE for d in heard),
        "worst_drop_seconds": max(heard, default=0.0),
    }


def show(pieces: Sequence[dict[str, Any]]) -> None:
    """Print what is not exact."""
    for piece in pieces:
        for name, row in piece["sources"].items():
            if row["wrong"]:
                print(f"{piece['genre']} {piece['seed']} {name}: {row}")


def main() -> int:
    """Render, measure, print and write; 1 when anything is not where it was asked."""
    line = document.parser("exactness", "1-2", crate=False)
    line.add_argument("--seconds", type=float, default=SECONDS, help="length of each piece")
    args = line.parse_args()
    jobs = [
        (genre, seed, args.seconds)
        for seed in document.seeds_of(args.seeds)
        for genre in document.genres_of(args.genres)
    ]
    pieces = list(mapped(measure, jobs, args.jobs, "measuring"))
    show(pieces)
    total = summary(pieces)
    print("".join(f"{k}: {v}\n" for k, v in total.items()), end="")
    document.write("exactness", args.out, total | {"by_piece": pieces})
    late = total["drops_after_silence"] - total["drops_within_1_ms"]
    return int(bool(total["wrong"] or late))


if __name__ == "__main__":
    sys.exit(main())
