"""Accuracy of every question on sound of known truth, peers beside.

Usage: python -m benchmarks.accuracy --crate DIR [--peers librosa,essentia] [--out FILE.json]

Every piece of the crate goes the way a user's file goes: decode, features, estimators. Scores
are means over pieces with 95 % bootstrap intervals; copies of one piece are drawn together.
The JSON holds the command, the date, the data's hash, the versions and every piece's scores.
Peers are started with `--peers-python` (their own environment, if need be); one that is not
installed is named as such. `name=python` after a peer gives it its own interpreter.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from benchmarks import tables
from benchmarks.scoring import TARGETS, score
from benchmarks.systems import Answered, ask_peer, hear_all, peer_specs, progress
from benchmarks.truth import QUESTIONS, Piece, data_hash, read_crate

# --------------------------------------------------------------------------- rows


def _brief(question: str, value: Any) -> str:
    """A value in a few characters."""
    if value is None:
        return "cannot tell"
    if question == "tempo":
        return f"{value.bpm:.3f}"
    if question == "beats":
        first = ", ".join(f"{t:.3f}" for t in value.downbeats[:2])
        return f"{len(value.times)} beats in {value.meter}, bars at {first}"
    if question == "key":
        return str(value)
    if question == "drops":
        return " ".join(f"{d.time:.2f}" for d in value) or "none"
    if question == "sections":
        return " ".join(f"{s.start:.1f}{s.label[:5]}" for s in value)
    return " ".join(f"{c.label}" for c in value[:8])


def row(piece: Piece, answered: Answered, questions: Iterable[str]) -> tables.Row:
    """One piece's scores. A question the system never answers is not scored."""
    asked = [q for q in questions if q in answered.values or q in answered.reasons]
    shown = {
        q: f"{_brief(q, piece.truth[q])} → {answered.reasons.get(q) or _brief(q, value)}"
        for q in asked
        if q in piece.truth
        for value in [answered.values.get(q)]
    }
    scores = score(piece, answered.values, asked)
    return tables.Row(piece, scores, answered.confidences, shown)


# --------------------------------------------------------------------------- report


def summary(rows: Sequence[tables.Row], answers: Sequence[Answered]) -> dict[str, Any]:
    """Figures per split, calibration, speed, and every piece."""
    minutes = sum(r.piece.duration for r in rows) / 60
    return {
        "splits": {name: tables.figures(members) for name, members in tables.splits(rows).items()},
        "calibration": tables.calibration(rows),
        "cpu_seconds_per_minute": round(sum(a.cpu_seconds for a in answers) / minutes, 3),
        "pieces": {r.piece.name: dict(r.scores) | {"confidence": r.confidences} for r in rows},
    }


def report(
    pieces: Sequence[Piece], systems: dict[str, Any], missing: dict[str, str]
) -> dict[str, Any]:
    """The document that is committed."""
    return {
        "command": shlex.join(["python", "-m", "benchmarks.accuracy", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "data": {
            "sha256": data_hash(pieces),
            "pieces": len(pieces),
            "minutes": round(sum(p.duration for p in pieces) / 60, 1),
        },
        "versions": {
            "mixolydian": mixolydian.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "targets": TARGETS,
        "missing_peers": missing,
        "systems": systems,
    }


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    parser.add_argument("--crate", type=Path, required=True, help="folder of sounds with truth")
    parser.add_argument("--only", default=",".join(QUESTIONS), help="questions, comma-separated")
    parser.add_argument("--match", default="", help="only pieces whose name holds this text")
    parser.add_argument("--variant", default="", help="only this variant, such as clean")
    parser.add_argument("--peers", default="", help="peers, comma-separated, name or name=python")
    parser.add_argument("--peers-python", default=sys.executable, help="interpreter of the peers")
    parser.add_argument("--peer-limit", type=int, default=0, help="ask peers about N pieces only")
    parser.add_argument("--keep-peers", type=Path, help="folder that keeps peers' answers")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--worst", type=int, default=0, help="print the N worst per question")
    parser.add_argument("--out", type=Path, help="write the JSON report here")
    return parser


def _selected(args: argparse.Namespace) -> tuple[list[Piece], list[str]]:
    questions = [q for q in QUESTIONS if q in args.only.split(",")]
    pieces = [
        p
        for p in read_crate(args.crate)
        if args.match in p.name and args.variant in ("", p.variant)
    ]
    if not pieces or not questions:
        raise SystemExit("nothing to measure: check --match, --variant and --only")
    return pieces, questions


def ask_all(
    specs: Sequence[tuple[str, str]], pieces: Sequence[Piece], limit: int, keep: Path | None
) -> tuple[dict[str, list[tuple[Piece, Answered]]], dict[str, str]]:
    """Each peer's answers by piece, and per peer its version or why it is missing."""
    step = max(1, -(-len(pieces) // limit)) if limit else 1
    chosen = list(pieces)[::step]
    answers, notes = {}, {}
    for name, python in specs:
        print(f"asking {name} about {len(chosen)} pieces", file=sys.stderr)
        kept = keep / f"{name}-{data_hash(chosen)[:16]}.jsonl" if keep else None
        notes[name], found = ask_peer(name, python, [p.sound for p in chosen], kept)
        paths = {p: str(p.sound.resolve()) for p in chosen}
        told = [(p, found[path]) for p, path in paths.items() if path in found]
        if told:
            answers[name] = told
    return answers, notes


def show(rows: dict[str, list[tables.Row]], worst: int, questions: Sequence[str]) -> None:
    """Print everything a reader wants to see at once."""
    ours = rows["mixolydian"]
    for split in ("clean", "degraded"):
        systems = {name: tables.splits(r).get(split, []) for name, r in rows.items()}
        if systems["mixolydian"]:
            tables.print_table(split, systems, print)
    tables.print_styles(ours, print)
    tables.print_calibration(ours, print)
    if worst:
        tables.print_worst(ours, worst, questions, print)


def main() -> int:
    """Measure, print, write; 1 when a piece crashed our analysis."""
    args = parser().parse_args()
    pieces, questions = _selected(args)
    heard = list(progress(hear_all(pieces, questions, args.jobs), pieces))
    answers = {"mixolydian": list(zip(pieces, heard, strict=True))}
    specs = peer_specs(args.peers, args.peers_python)
    asked, notes = ask_all(specs, pieces, args.peer_limit, args.keep_peers)
    answers |= asked
    rows = {name: [row(p, a, questions) for p, a in said] for name, said in answers.items()}
    show(rows, args.worst, questions)
    systems = {name: summary(rows[name], [a for _, a in answers[name]]) for name in rows}
    for name, system in systems.items():
        if name in notes:
            system["version"] = notes[name]
            system["ours_minus_theirs"] = tables.clean_differences(rows["mixolydian"], rows[name])
        print(f"{name}: {system['cpu_seconds_per_minute']:.2f} CPU s per minute of sound")
    missing = {name: why for name, why in notes.items() if name not in systems}
    print("".join(f"{name}: {why}\n" for name, why in missing.items()), end="")
    if args.out:
        document = report(pieces, systems, missing)
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    crashes = {r for a in heard for r in a.reasons.values() if r.startswith("CRASH")}
    print("".join(f"{c}\n" for c in sorted(crashes)), end="", file=sys.stderr)
    return int(bool(crashes))


if __name__ == "__main__":
    sys.exit(main())
