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
from mixolydian.audio.features import Features
from mixolydian.core.convert import estimate_from_json, estimate_to_json
from mixolydian.core.types import Analysis, Beats
from mixolydian.estimators import listen
from mixolydian.estimators.rhythm import bar_pattern
from mixolydian.estimators.timbre import onset_rate, timbre_vector
from mixolydian.workflows.listening import gather

QUESTIONS = (
    "tempo", "beats", "key", "sections", "drops", "energy", "loudness", "rhythm", "timbre",
)  # fmt: skip
MEL_ROWS = 16
"""coarse bands of the mel spectrum."""
SLOTS = 16
"""sixteenths of a bar of four."""


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
    vector = feature_vector(features, Analysis(features.duration, estimates))
    return {
        "estimates": {q: estimate_to_json(q, e) for q, e in estimates.items()},
        "vector": [round(float(x), 5) for x in vector],
        "cpu_seconds": round(spent, 3),
    }


# --------------------------------------------------------------------------- features


def feature_vector(features: Features, heard: Analysis) -> NDArray[np.float64]:
    """Tempo, groove, timbre, spectral balance and dynamics (n,) as our analysis hears them."""
    rows = (
        _tempo(heard),
        _groove(features, heard.value("beats")),
        timbre_vector(features),
        _balance(features),
        _dynamics(features, heard),
    )
    return np.concatenate([np.asarray(row, dtype=np.float64).reshape(-1) for row in rows])


def _tempo(heard: Analysis) -> list[float]:
    """Octaves above 60 BPM, and the swing; both 0 when nothing is heard."""
    tempo, rhythm = heard.value("tempo"), heard.value("rhythm")
    swing = 0.5 if rhythm is None else float(rhythm.facts["swing"])
    return [0.0 if tempo is None else 4 * float(np.log2(tempo.bpm / 60)), 8 * (swing - 0.5)]


def _groove(features: Features, beats: Beats | None) -> NDArray[np.float64]:
    """Onset strength of an average bar of four (3 × 16), kick, snare and hats."""
    if beats is None or len(beats.times) < 8:
        return np.zeros(3 * SLOTS)
    rows = [np.resize(row, SLOTS) for row in bar_pattern(features, beats).values()]
    return np.concatenate(rows)


def _balance(features: Features) -> NDArray[np.float64]:
    """Level of 16 coarse bands in decades against all of them, and how much each varies."""
    power = features.mel.reshape(MEL_ROWS, -1, features.mel.shape[1]).mean(axis=1)
    mean = np.log10(power.mean(axis=1) + 1e-12)
    spread = np.log10(power + 1e-8).std(axis=1)
    return np.concatenate([mean - np.log10(power.mean(axis=1).sum() + 1e-12), spread])


def _dynamics(features: Features, heard: Analysis) -> list[float]:
    """Onsets per second, loudness range, and the share of the piece without a beat."""
    loud = features.rms > 0.5 * np.percentile(features.rms, 95)
    low = features.mel[:6].mean(axis=0)
    with_bass = low > 0.1 * np.percentile(low, 90)
    range_lu = heard.value("loudness").range_lu if heard.value("loudness") is not None else 0.0
    return [onset_rate(features) / 2, range_lu / 5, 2 * loud.mean(), 2 * with_bass.mean()]
