"""A bundle: one model on disk, its network and its card.

A bundle is a folder: `model.onnx` (the network), `card.json` (its card, with the network's
sha256) and `card.md` (the card for people). Both hashes are checked whenever it is opened.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixolydian import __version__
from mixolydian.core.errors import ModelError
from mixolydian.core.files import write_bytes, write_text
from mixolydian.models.calibration import Float64
from mixolydian.models.card import Card
from mixolydian.models.network import REMEDY, Network

NETWORK, CARD, PAGE = "model.onnx", "card.json", "card.md"
LARGEST_CARD = 8 * 2**20
TIMED_RUNS = 20


@dataclass(frozen=True, eq=False)
class Model:
    """A network with the card it was shipped with."""

    card: Card
    network: Network

    def probabilities(
        self, inputs: NDArray[np.float32], mask: NDArray[np.bool_] | None = None
    ) -> Float64:
        """Calibrated probabilities (n, n_labels) for raw `inputs` (n, …)."""
        logits = self.network(inputs, mask)
        return self.card.calibration.apply(logits, self.card.exclusive)

    @cached_property
    def weights(self) -> str:
        """sha256 of everything learnt that decides an answer: network, calibration, thresholds."""
        return learnt(self.card)

    @property
    def version(self) -> str:
        """See :func:`version_of`."""
        return version_of(self.card)


def learnt(card: Card) -> str:
    """sha256 of everything learnt that decides an answer."""
    said = [card.weights, card.labels, card.exclusive, card.calibration.to_json(), card.thresholds]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def version_of(card: Card) -> str:
    """The recipe's version and the first figures of the hash of what was learnt."""
    return f"{card.recipe_version}-{learnt(card)[:8]}"


def write_bundle(folder: Path, card: Card, onnx: bytes) -> Card:
    """Write a network and its card; the card comes back with date, hash, size and time filled in.

    Raises
    ------
    ModelError
        The network cannot be run, or does not fit the card's inputs and labels.
    StorageError
        The folder cannot be written.
    """
    write_bytes(folder / NETWORK, onnx)
    network = Network.read(folder / NETWORK, hashlib.sha256(onnx).hexdigest())
    card = replace(
        card,
        made=card.made or time.strftime("%Y-%m-%d", time.gmtime()),
        code=card.code or __version__,
        weights=network.sha256,
        bytes=network.size,
        milliseconds=_milliseconds(network, card),
    )
    write_text(folder / CARD, json.dumps(card.to_json(), indent=1, ensure_ascii=False) + "\n")
    write_text(folder / PAGE, card.markdown())
    return card


def read_card(folder: Path, sha256: str | None = None) -> Card:
    """The card of a bundle, which must have the hash `sha256` if that is given.

    Raises
    ------
    ModelError
        It is missing, changed, or no card.
    """
    path = folder / CARD
    try:
        if path.stat().st_size > LARGEST_CARD:
            raise ModelError(f"{path}: too large for a model card; {REMEDY}")
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error}); {REMEDY}") from error
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"{path}: was changed or damaged since it was installed; {REMEDY}")
    try:
        return Card.from_json(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: is not JSON ({error}); {REMEDY}") from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def read_model(folder: Path, card_sha256: str | None = None) -> Model:
    """The model of a bundle.

    Raises
    ------
    ModelError
        Card or network are missing, changed or unusable, or do not belong together.
    """
    card = read_card(folder, card_sha256)
    return Model(card, Network.read(folder / NETWORK, card.weights))


@cache
def kept_model(folder: Path, card_sha256: str) -> Model:
    """The same, read once per process: a process that analyses opens it for every track."""
    return read_model(folder, card_sha256)


def _milliseconds(network: Network, card: Card) -> float:
    """Median time of one example; also shows that the network fits its card."""
    silence = np.zeros((1, *card.input_shape), dtype=np.float32)
    scores = network(silence)
    if card.labels and scores.shape != (1, len(card.labels)):
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
