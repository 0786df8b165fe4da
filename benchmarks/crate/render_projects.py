"""Render LMMS projects: electronic music by people, at the tempo their projects are set to.

``python -m benchmarks.crate.render_projects --out DIR``

Needs the `lmms` program (Debian: lmms) and a folder of projects as plain XML with a
``projects_summary.json`` (a list of {"project": file name, "bpm": …}) under ``--data``. The truth
is the project's tempo in 4/4, with beats from time 0. The projects carry licences of their own
(see COPYRIGHT beside them): the sound is for measuring and fitting, not for passing on.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.crate.render_performances import clicked
from benchmarks.crate.store import write_piece
from mixolydian.training.datasets.store import write_index

LEFT_OUT = {"editing_note_volumes"}
"""Projects that are exercises, not music."""
TIME_LIMIT = 900
"""Seconds one project may take to render."""
METER = 4


def lmms_program() -> str:
    """Path of the `lmms` program.

    Raises
    ------
    SystemExit
        It is not installed.
    """
    found = shutil.which("lmms")
    if found is None:
        raise SystemExit("expected the program lmms on the PATH, found none: install it (lmms)")
    return found


def projects(data: Path) -> list[tuple[Path, float]]:
    """(project file, BPM) of every project whose XML is there, sorted by name."""
    summary = json.loads((data / "projects_summary.json").read_text("utf-8"))
    tempi = {Path(p["project"]).stem: float(p["bpm"]) for p in summary}
    found = [(data / f"{name}.xml", bpm) for name, bpm in tempi.items() if name not in LEFT_OUT]
    return sorted((path, bpm) for path, bpm in found if path.is_file())


def play(program: str, project: Path, seconds: float) -> tuple[NDArray[np.float32], int] | None:
    """(samples (2, n), sample rate) of the first `seconds`, or None where lmms gives no sound."""
    root = ["--allowroot"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as scratch:
        wav = Path(scratch) / "out.wav"
        command = [program, *root, "render", str(project.resolve()), "-o", str(wav), "-f", "wav"]
        try:
            subprocess.run(
                command,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=TIME_LIMIT,
            )
        except subprocess.TimeoutExpired:
            return None
        if not wav.is_file():
            return None
        with soundfile.SoundFile(wav) as sound:
            rate = sound.samplerate
            y = sound.read(round(seconds * rate), dtype="float32", always_2d=True).T
    return (y, rate) if np.abs(y).max(initial=0.0) > 0 else None


def truth_of(name: str, bpm: float, duration: float) -> dict[str, Any]:
    """What the project says of itself, in the words of a truth document."""
    return {
        "schema": "mixolydian.truth/1",
        "style": "lmms",
        "variant": "clean",
        "seed": name,
        "song": name,
        "duration": round(duration, 4),
        **clicked(bpm, METER, duration),
    }


def render_project(
    folder: Path, program: str, project: Path, bpm: float, seconds: float
) -> str | None:
    """Render one project; the name of its truth file, or None where there is no sound."""
    played = play(program, project, seconds)
    if played is None:
        return None
    samples, rate = played
    truth = truth_of(project.stem, bpm, samples.shape[1] / rate)
    return write_piece(folder, project.stem, samples, rate, truth)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the crate")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/open/lmms_projects"))
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--only", help="names of projects, separated by commas")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Render the crate; returns 1 when projects were left out for want of sound, else 0."""
    options = _arguments(argv)
    program = lmms_program()
    wanted = set(options.only.split(",")) if options.only else None
    names: list[str] = []
    silent: list[str] = []
    for project, bpm in projects(options.data):
        if wanted is not None and project.stem not in wanted:
            continue
        name = render_project(options.out, program, project, bpm, options.seconds)
        if name is None:
            silent.append(project.stem)
            print(f"{project.stem} left out: lmms made no sound of it", file=sys.stderr)
            continue
        names.append(name)
        write_index(options.out, names, {"made_by": "benchmarks.crate.render_projects"})
        print(f"{len(names)} {name}", file=sys.stderr)
    return int(bool(silent))


if __name__ == "__main__":
    raise SystemExit(main())
