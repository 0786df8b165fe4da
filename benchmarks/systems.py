"""Who is asked: our own analysis in worker processes, and peers in theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.truth import QUESTIONS
from mixolydian.core.convert import value_from_json
from mixolydian.core.errors import MixolydianError
from mixolydian.workflows.listening import analyze_file

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answered:
    """What one system said about one piece."""

    values: dict[str, Any]
    confidences: dict[str, float]
    reasons: dict[str, str]
    cpu_seconds: float


# --------------------------------------------------------------------------- ours


def hear(sound: Path, questions: Sequence[str]) -> Answered:
    """Our answers to `questions` (and what they build on) for one file, as a user gets them."""
    start = time.process_time()
    estimates = analyze_file(str(sound), questions=questions).analysis.estimates
    return Answered(
        values={q: e.value for q, e in estimates.items()},
        confidences={q: e.confidence for q, e in estimates.items() if e.confidence is not None},
        reasons={q: e.reason for q, e in estimates.items() if e.reason},
        cpu_seconds=time.process_time() - start,
    )


def _hear_safely(job: tuple[Path, Sequence[str]]) -> Answered:
    """A file that fails is one without answers; the reason is kept, a crash is called one."""
    try:
        return hear(*job)
    except MixolydianError as error:
        return Answered({}, {}, dict.fromkeys(job[1], str(error)), 0.0)
    except Exception as error:  # one piece's crash must not hide the other pieces' figures
        where = traceback.extract_tb(error.__traceback__)[-1]
        text = f"CRASH {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        return Answered({}, {}, dict.fromkeys(job[1], text), 0.0)


class HasSound(Protocol):
    """A piece or a recording."""

    @property
    def sound(self) -> Path: ...


def hear_all(pieces: Sequence[HasSound], questions: Sequence[str], jobs: int) -> Iterator[Answered]:
    """Our answers, piece by piece, on `jobs` processes."""
    work = [(p.sound, questions) for p in pieces]
    if jobs == 1:
        yield from map(_hear_safely, work)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_hear_safely, work)


# --------------------------------------------------------------------------- peers


def peer_specs(text: str, python: str) -> list[tuple[str, str]]:
    """ "librosa,madmom=/x/python" → [("librosa", python), ("madmom", "/x/python")]."""
    pairs = [item.partition("=") for item in text.split(",") if item]
    return [(name, own or python) for name, _, own in pairs]


def ask_peer(
    name: str, python: str, sounds: Sequence[Path], kept: Path | None = None
) -> tuple[str, dict[str, Answered]]:
    """The peer's version (or why it is missing) and its answers by path.

    With `kept`, answers are read from that file when it is there, else written to it.
    """
    if kept is not None and kept.is_file():
        output = kept.read_text("utf-8")
    else:
        output, errors = _run_peer(name, python, sounds)
        if kept is not None and len(output.splitlines()) == len(sounds) + 1:
            kept.write_text(output, "utf-8")
        output = output or json.dumps({"missing": errors.strip()[-200:]})
    lines = [json.loads(line) for line in output.splitlines()]
    if "missing" in lines[0]:
        return lines[0]["missing"], {}
    return str(lines[0]["version"]), {line["path"]: _peer_answer(line) for line in lines[1:]}


def _run_peer(name: str, python: str, sounds: Sequence[Path]) -> tuple[str, str]:
    """Start the peer's interpreter on all sounds; what it prints, and its complaints."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        [python, "-m", "benchmarks.peers", name],
        input="\n".join(str(s.resolve()) for s in sounds),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    return run.stdout, run.stderr


def _peer_answer(line: dict[str, Any]) -> Answered:
    if "error" in line:
        return Answered({}, {}, dict.fromkeys(QUESTIONS, line["error"]), 0.0)
    values = {q: value_from_json(q, v) for q, v in line["answers"].items()}
    return Answered(values, {}, {}, line["cpu_seconds"])


def progress(answers: Iterable[Answered], pieces: Sequence[Any]) -> Iterator[Answered]:
    """The same answers, counted on stderr."""
    start = time.monotonic()
    for i, answered in enumerate(answers, 1):
        print(f"\r{i}/{len(pieces)} {time.monotonic() - start:.0f} s", end="", file=sys.stderr)
        yield answered
    print(file=sys.stderr)
