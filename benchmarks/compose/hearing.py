"""What our own analysis makes of a composed piece: answers and features from one decoding.

Kept beside the piece (`NAME.heard.json`) with the fingerprints of sound and analysis, so
that an unchanged piece is heard once, whichever benchmark asks first.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.compose.pieces import Order, fingerprint, mapped, read_json
from benchmarks.systems import Answered
from mixolydian.core.convert import estimate_from_json, estimate_to_json
from mixolydian.estimators import listen
from mixolydian.estimators.style import style_vector
from mixolydian.workflows.listening import gather

QUESTIONS = (
    "tempo", "beats", "key", "sections", "drops", "energy", "loudness", "rhythm", "timbre",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Heard:
    """Answers of the analysis, and a vector of features (n,) for telling genres apart."""

    answered: Answered
    vector: NDArray[np.float64]


def analysis() -> str:
    """The fingerprint of all code that decides what is heard."""
    return fingerprint("audio", "estimators", "theory", "core")


def hear(orders: list[Order], jobs: int) -> list[Heard]:
    """What is heard in every piece, kept beside it."""
    new = [order for order in orders if not _stands(order)]
    for _ in mapped(_hear, new, jobs, "hearing"):
        pass
    return [_read(order) for order in orders]


def _kept(order: Order) -> Path:
    return order.folder / f"{order.name}.heard.json"


def _made_by(order: Order) -> dict[str, str]:
    return {"composer": read_json(order.health)["composer"], "analysis": analysis()}


def _stands(order: Order) -> bool:
    """Whether the answers kept for a piece still hold."""
    kept = _kept(order)
    return kept.is_file() and bool(read_json(kept)["made_by"] == _made_by(order))


def _hear(order: Order) -> None:
    document = {"made_by": _made_by(order)} | listen_to(order.sound)
    _kept(order).write_text(json.dumps(document), "utf-8")


def _read(order: Order) -> Heard:
    document = read_json(_kept(order))
    estimates = {q: estimate_from_json(q, e) for q, e in document["estimates"].items()}
    answered = Answered(
        values={q: e.value for q, e in estimates.items()},
        confidences={q: e.confidence for q, e in estimates.items() if e.confidence is not None},
        reasons={q: e.reason for q, e in estimates.items() if e.reason},
        cpu_seconds=document["cpu_seconds"],
    )
    return Heard(answered, np.array(document["vector"]))


def listen_to(sound: Path) -> dict[str, Any]:
    """Estimates and feature vector of one file, JSON-able."""
    start = time.process_time()
    features, track_id, _ = gather(str(sound))
    estimates = listen(features, track_id=track_id, questions=QUESTIONS)
    spent = time.process_time() - start
    vector = style_vector(features, estimates)
    return {
        "estimates": {q: estimate_to_json(q, e) for q, e in estimates.items()},
        "vector": [round(float(x), 5) for x in vector],
        "cpu_seconds": round(spent, 3),
    }
