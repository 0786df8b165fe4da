"""The store of models: bundles on disk, checked against their hashes whenever they are opened.

A bundle is a folder: `model.onnx` (the network), `card.json` (its card, with the network's
sha256) and `card.md` (the card for people). Two shelves hold bundles, each with an `index.json`
of sha256 sums: the shipped one inside the package, and the user's under $MIXOLYDIAN_HOME/models,
which keeps every version and the order in which they were current.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from mixolydian import __version__
from mixolydian.core.errors import ModelError
from mixolydian.core.files import write_whole
from mixolydian.models.card import Card
from mixolydian.models.network import Network

NETWORK, CARD, PAGE = "model.onnx", "card.json", "card.md"
TIMED_RUNS = 20


def write_bundle(folder: Path, card: Card, onnx: bytes) -> Card:
    """Write a network and its card; the card comes back with date, hash, size and time filled in.

    Raises
    ------
    ModelError
        The network cannot be run, or does not fit the card's inputs and labels.
    StorageError
        The folder cannot be written.
    """
    write_whole(folder / NETWORK, lambda name: Path(name).write_bytes(onnx))
    network = Network.read(folder / NETWORK, hashlib.sha256(onnx).hexdigest())
    card = replace(
        card,
        made=card.made or time.strftime("%Y-%m-%d", time.gmtime()),
        code=card.code or __version__,
        weights=network.sha256,
        bytes=network.size,
        milliseconds=_milliseconds(network, card),
    )
    _write_text(folder / CARD, json.dumps(card.to_json(), indent=1, ensure_ascii=False) + "\n")
    _write_text(folder / PAGE, card.markdown())
    return card


def _milliseconds(network: Network, card: Card) -> float:
    """Median time of one example; also shows that the network fits its card."""
    silence = np.zeros((1, *card.input_shape), dtype=np.float32)
    scores = network(silence)
    if scores.shape != (1, len(card.labels)):
        raise ModelError(
            f"{network.path}: expected {len(card.labels)} scores per example, one per label, "
            f"found {scores.shape[1]}; export the network again"
        )
    times = []
    for _ in range(TIMED_RUNS):
        started = time.perf_counter()
        network(silence)
        times.append(time.perf_counter() - started)
    return round(1000.0 * float(np.median(times)), 4)


def _write_text(path: Path, text: str) -> None:
    write_whole(path, lambda name: Path(name).write_text(text, "utf-8", newline="\n"))
