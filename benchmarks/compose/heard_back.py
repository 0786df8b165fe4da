"""Heard back: does our analysis find what was asked, and do others agree on the tempo?

Usage: python -m benchmarks.compose.heard_back --crate DIR --out FILE.json
       [--peers librosa,essentia_degara] [--peers-python PYTHON] [--seeds 1-8] [--jobs 2]

Random wishes (any of 24 keys, tempi of the genre to 0.01 BPM, two to four minutes) of every
required genre are composed, written as flac and analysed as a user's file would be. A peer
agrees on the tempo when its answer times 1/3, 1/2, 2/3, 1, 3/2, 2 or 3 lies within ±4 % of
what was asked. Every piece on which we are wrong is listed, and whether a peer is right
where we are not. Scores are means with 95 % bootstrap intervals.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.compose import document
from benchmarks.compose.hearing import hear
from benchmarks.compose.pieces import fill
from benchmarks.scoring import score
from benchmarks.systems import Answered, ask_peer, peer_specs
from benchmarks.truth import Piece, data_hash, read_crate
from mixolydian.evaluation.key import relation
from mixolydian.evaluation.significance import bootstrap_interval

FACTORS = (1 / 3, 1 / 2, 2 / 3, 1.0, 3 / 2, 2.0, 3.0)
TOLERANCE = 0.04
QUESTIONS = ("tempo", "beats", "key", "sections", "drops")
SHOWN = (
    ("tempo.within", "tempo within ±0.1 BPM"),
    ("tempo.accuracy1", "tempo Accuracy1"),
    ("tempo.accuracy2", "tempo Accuracy2"),
    ("key.exact", "key exact"),
    ("beats.f_measure", "beats F"),
    ("beats.downbeat_f", "downbeats F"),
    ("sections.hr_05", "sections HR.5F"),
    ("drops.f_05", "drops F 0.5 s"),
    ("drops.f_01", "drops F 0.1 s"),
)
TARGETS = {"tempo.within": 0.97, "key.exact": 0.90, "peers": 0.95}


@dataclass(frozen=True, eq=False)
class Row:
    """One piece: its truth, our answers and their scores, and the peers' answers."""

    piece: Piece
    ours: Answered
    scores: Mapping[str, Any]
    peers: Mapping[str, Answered]


def agrees(asked: float, heard: float | None) -> bool:
    """Whether a tempo is the asked one up to the metrical level."""
    if not heard:
        return False
    return any(abs(heard * f - asked) <= TOLERANCE * asked for f in FACTORS)


def bpm_of(answered: Answered) -> float | None:
    """The tempo a system heard, if any."""
    tempo = answered.values.get("tempo")
    return None if tempo is None else round(float(tempo.bpm), 3)


# ------------------------------------------------------------------------------- rows


def read(folder: Path, jobs: int, genres: Sequence[str], seeds: Sequence[int]) -> list[Row]:
    """Compose, hear and score; peers come later."""
    pieces = fill(folder, genres, seeds, jobs)
    truths = {p.sound.resolve(): p for p in read_crate(folder)}
    rows = []
    for order, heard in zip(pieces, hear(pieces, jobs), strict=True):
        piece = truths[order.sound.resolve()]
        scores = score(piece, heard.answered.values, QUESTIONS)
        rows.append(Row(piece, heard.answered, scores, {}))
    return rows


def with_peers(
    rows: Sequence[Row], specs: Sequence[tuple[str, str]], keep: Path
) -> tuple[list[Row], dict[str, str]]:
    """The same rows with the peers' answers, and each peer's version or why it is missing."""
    said: dict[Path, dict[str, Answered]] = defaultdict(dict)
    notes = {}
    sounds = [row.piece.sound.resolve() for row in rows]
    sums = data_hash([row.piece for row in rows])[:16]
    for name, python in specs:
        print(f"asking {name} about {len(sounds)} pieces", file=sys.stderr)
        notes[name], answers = ask_peer(name, python, sounds, keep / f"{name}-{sums}.jsonl")
        for sound in sounds:
            if str(sound) in answers:
                said[sound][name] = answers[str(sound)]
    full = [Row(r.piece, r.ours, r.scores, said[r.piece.sound.resolve()]) for r in rows]
    return full, notes


# ------------------------------------------------------------------------------ report


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Score → mean and interval over pieces."""
    result = {}
    for name, _ in SHOWN:
        values = [float(row.scores[name]) for row in rows if name in row.scores]
        if values:
            found = asdict(bootstrap_interval(values))
            result[name] = {k: round(float(v), 4) for k, v in found.items()}
    return result


def peer_figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Peer → share of pieces on whose tempo it agrees up to the octave, and its misses."""
    result = {}
    for name in sorted({name for row in rows for name in row.peers}):
        asked = [row for row in rows if name in row.peers]
        missed = [r for r in asked if not agrees(r.piece.truth["tempo"].bpm, bpm_of(r.peers[name]))]
        result[name] = {
            "agrees": round(1 - len(missed) / len(asked), 4),
            "n": len(asked),
            "misses": [
                f"{r.piece.name}: asked {r.piece.truth['tempo'].bpm}, heard {bpm_of(r.peers[name])}"
                for r in missed
            ],
        }
    return result


def failures(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Every piece whose tempo or key we miss; `peers_right` where that is our bug."""
    return [
        found for row in rows for found in (_tempo_failure(row), _key_failure(row)) if found
    ]  # fmt: skip


def _tempo_failure(row: Row) -> dict[str, Any] | None:
    if row.scores["tempo.within"]:
        return None
    asked, heard = row.piece.truth["tempo"].bpm, bpm_of(row.ours)
    peers = {name: bpm_of(answered) for name, answered in row.peers.items()}
    near = [n for n, bpm in peers.items() if bpm and abs(bpm - asked) <= TOLERANCE * asked]
    return {
        "question": "tempo",
        "piece": row.piece.name,
        "asked": asked,
        "heard": heard,
        "ratio": round(heard / asked, 4) if heard else None,
        "reason": row.ours.reasons.get("tempo"),
        "confidence": row.ours.confidences.get("tempo"),
        "peers": peers,
        "peers_right": near,
    }


def _key_failure(row: Row) -> dict[str, Any] | None:
    if row.scores["key.exact"]:
        return None
    asked, heard = row.piece.truth["key"], row.ours.values.get("key")
    peers = {n: a.values["key"] for n, a in row.peers.items() if a.values.get("key")}
    return {
        "question": "key",
        "piece": row.piece.name,
        "asked": str(asked),
        "heard": None if heard is None else str(heard),
        "relation": None if heard is None else relation(asked, heard),
        "reason": row.ours.reasons.get("key"),
        "confidence": row.ours.confidences.get("key"),
        "peers": {n: str(k) for n, k in peers.items()},
        "peers_right": [n for n, k in peers.items() if relation(asked, k) == "exact"],
    }


def by_genre(rows: Sequence[Row]) -> dict[str, Any]:
    """Genre → its means."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.piece.style].append(row)
    return {
        genre: {name: found["mean"] for name, found in figures(members).items()}
        for genre, members in groups.items()
    }


def show(report: Mapping[str, Any]) -> None:
    """Print the figures, the genres and the failures."""
    for name, words in SHOWN:
        if name in report["ours"]:
            f = report["ours"][name]
            print(f"{words:24} {f['mean']:.3f} [{f['low']:.3f}, {f['high']:.3f}] n={f['n']:.0f}")
    for name, found in report["peers"].items():
        print(f"{name} agrees up to the octave: {found['agrees']:.3f} of {found['n']}")
        print("".join(f"    {miss}\n" for miss in found["misses"]), end="")
    print(f"\n{'genre':14} " + " ".join(name.split(".")[-1][:9].rjust(9) for name, _ in SHOWN))
    for genre, means in report["genres"].items():
        cells = (f"{means[n]:9.2f}" if n in means else " " * 9 for n, _ in SHOWN)
        print(f"{genre:14} " + " ".join(cells))
    for failure in report["failures"]:
        print(json.dumps({k: v for k, v in failure.items() if v}, ensure_ascii=False))


def main() -> int:
    """Compose, hear, ask the peers, print and write; 1 when a target is missed."""
    line = document.parser("heard_back", "1-8")
    line.add_argument("--peers", default="", help="peers, comma-separated, name or name=python")
    line.add_argument("--peers-python", default=sys.executable, help="interpreter of the peers")
    args = line.parse_args()
    seeds = document.seeds_of(args.seeds)
    rows = read(args.crate, args.jobs, document.genres_of(args.genres), seeds)
    specs = peer_specs(args.peers, args.peers_python)
    rows, notes = with_peers(rows, specs, args.crate)
    report = {
        "pieces": len(rows),
        "minutes": round(sum(r.piece.duration for r in rows) / 60, 1),
        "targets": TARGETS,
        "ours": figures(rows),
        "peers": peer_figures(rows),
        "peer_versions": notes,
        "genres": by_genre(rows),
        "failures": failures(rows),
    }
    show(report)
    document.write("heard_back", args.out, report)
    reached = all(report["ours"][n]["mean"] >= t for n, t in TARGETS.items() if n != "peers")
    return int(not reached)


if __name__ == "__main__":
    sys.exit(main())
