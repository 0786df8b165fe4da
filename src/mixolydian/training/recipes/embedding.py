"""The embedding: 128 numbers per window of 3 s, learnt without labels.

See :mod:`mixolydian.training.contrastive` for how. It is judged by what it is for: among all
unseen sounds, is a window nearest to another of its own sound (retrieval), and does its
neighbourhood hold the genre (each composed piece takes the genre of the nearest other piece)?
The baseline is the same network with the random weights it started from.
"""

from __future__ import annotations

import copy
import hashlib
import io
import logging
import shutil
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.significance import Interval, bootstrap_interval
from mixolydian.models import embedding, windows
from mixolydian.models.card import Card
from mixolydian.models.network import Network
from mixolydian.models.store import write_bundle
from mixolydian.training.content import Stream, apart, banded
from mixolydian.training.contrastive import Encoder, Pairs, Twins
from mixolydian.training.datasets.recordings import LICENCES
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import INPUT, OUTPUT, Watch
from mixolydian.training.recipe import NOTHING, Recipe, RunResult
from mixolydian.training.rendered import LICENCES as RENDERED
from mixolydian.training.rendered import streams
from mixolydian.training.workshop import Workshop

PER_EPOCH = 100
"""batches of an epoch."""
Judged = Mapping[str, Interval]


@dataclass(frozen=True)
class EmbeddingRecipe(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "embedding"
    question: ClassVar[str] = "timbre"
    summary: ClassVar[str] = "What makes a sound itself: 128 numbers, learnt without labels."
    inputs: ClassVar[str] = "windows"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"contrastive": {}}
    baseline: ClassVar[str] = "the same network untrained"
    metric: ClassVar[str] = "retrieval"
    target: ClassVar[float] = 0.5
    data: ClassVar[tuple[str, ...]] = (*RENDERED, *LICENCES)
    not_for: ClassVar[tuple[str, ...]] = ("recognising a recording: covers and remixes lie near",)

    epochs: int = 40
    batch: int = 160
    rate: float = 2e-3
    temperature: float = 0.1

    def examples(self, workshop: Workshop) -> Examples:
        """There are no labels to learn from."""
        raise RequestError("the recipe embedding learns without labels: only `mixo train` makes it")

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """See :meth:`examples`."""
        raise RequestError("the recipe embedding is judged by retrieval: only `mixo train` does it")

    def make(
        self, workshop: Workshop, model: str | None = None, settings: Mapping[str, Any] = NOTHING
    ) -> RunResult:
        """Train, judge and write the network; `settings` as the fields of this recipe."""
        started = time.monotonic()
        how = _set(self, settings)
        folder = workshop.folder / "runs" / self.name / time.strftime("%Y%m%d-%H%M%S")
        pool = streams(workshop, held_out=False)
        unseen = apart(streams(workshop, held_out=True), pool)
        torch.manual_seed(workshop.seed)
        epochs = 2 if workshop.quick else how.epochs
        twins = Twins(how.rate, epochs * PER_EPOCH, how.temperature)
        baseline = judged(exported(twins.encoder), unseen, folder)
        best = _fitted(twins, pool, how, epochs, workshop)
        scores = judged(exported(best), unseen, folder)
        if scores["retrieval"].mean <= baseline["retrieval"].mean:
            raise RequestError("embedding: no better than untrained; nothing was written")
        sizes = {"train": len(pool), "held out": len(unseen)}
        rng = np.random.default_rng(workshop.seed)
        harmed = [replace(s, power=banded(s.power, rng)) for s in unseen]
        robust = {"telephone band": judged(exported(best), harmed, folder)["retrieval"].mean}
        card = _card(how, sizes, scores, baseline)
        card = replace(card, facts={**card.facts, "robustness": robust})
        card = write_bundle(folder, card, exported(best))
        return RunResult(folder, card, {}, {}, time.monotonic() - started)


def _set(which: EmbeddingRecipe, settings: Mapping[str, Any]) -> EmbeddingRecipe:
    known = vars(which)
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise RequestError(
            f"embedding has no setting {', '.join(unknown)}; it has {', '.join(known)}"
        )
    try:
        return EmbeddingRecipe(**{n: type(v)(settings.get(n, v)) for n, v in known.items()})
    except ValueError as error:
        raise RequestError(f"embedding: expected settings as numbers, found {error}") from error


# ------------------------------------------------------------------------- fitting


class _Follow(Callback):
    """Tells whoever watches, epoch by epoch."""

    def __init__(self, watch: Watch, epochs: int) -> None:
        self.watch, self.epochs = watch, epochs

    def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
        figures = {name: float(value) for name, value in trainer.callback_metrics.items()}
        self.watch("training the embedding", trainer.current_epoch + 1, self.epochs, figures)


def _fitted(
    twins: Twins, pool: Sequence[Stream], how: EmbeddingRecipe, epochs: int, workshop: Workshop
) -> Encoder:
    """The encoder of the epoch with the least validation loss; goes on after a kill."""
    long = [s for s in pool if len(s.power) >= windows.WINDOW]
    order = np.random.default_rng(workshop.seed).permutation(len(long))
    n_valid = max(2, len(long) // 10)
    sides = [[long[i] for i in part] for part in (order[n_valid:], order[:n_valid])]
    batch = min(how.batch, n_valid)
    train = Pairs(sides[0], min(how.batch, len(sides[0])), PER_EPOCH, workshop.seed)
    valid = Pairs(sides[1], batch, 10, workshop.seed + 1, fixed=True)
    kind = repr((how, epochs, workshop.seed, [s.name for s in long]))
    mark = hashlib.sha256(kind.encode()).hexdigest()[:8]
    place = workshop.folder / "runs" / "embedding" / f"unfinished-{mark}"
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    keep = ModelCheckpoint(place, "best", monitor="valid_loss", save_last=True, save_top_k=1)
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = lightning.Trainer(
            max_epochs=epochs,
            accelerator="auto",
            logger=False,
            callbacks=[keep, _Follow(workshop.watch, epochs)],
            enable_progress_bar=False,
            enable_model_summary=False,
            gradient_clip_val=1.0,
        )
        last = place / "last.ckpt"
        going_on = str(last) if last.is_file() else None
        trainer.fit(twins, train, valid, ckpt_path=going_on, weights_only=True)
    state = torch.load(keep.best_model_path, weights_only=True)["state_dict"]
    shutil.rmtree(place)
    twins.load_state_dict(state)
    return twins.encoder


def exported(encoder: Encoder) -> bytes:
    """The encoder as ONNX: windows in, embeddings out, any number at a time."""
    buffer = io.BytesIO()
    # a copy: Lightning would go on training one that was put to use, batch norm at a standstill
    encoder = copy.deepcopy(encoder).cpu().eval()
    example = torch.zeros(2, windows.WINDOW, windows.N_BANDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder,
            (example,),
            buffer,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: "n"}, OUTPUT: {0: "n"}},
            opset_version=17,
            dynamo=False,
        )
    return buffer.getvalue()


# ------------------------------------------------------------------------- judging


def judged(network: bytes, unseen: Sequence[Stream], folder: Path) -> Judged:
    """Retrieval and neighbourhood of genre on unseen sounds, in [0, 1]."""
    path = folder / "judged.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(network)
    loaded = Network.read(path)
    long = [s for s in unseen if len(s.power) >= 3 * windows.WINDOW]
    found = [embedding.embed(s.power, loaded, windows.WINDOW) for s in long]
    path.unlink()
    styles = {"composed"}
    named = [(summed, s) for summed, s in zip(found, long, strict=True) if s.origin in styles]
    return {"retrieval": _retrieval(found), "genre_of_neighbour": _neighbours(named)}


def _retrieval(found: Sequence[NDArray[np.float32]]) -> Interval:
    """Share of windows whose nearest other window is of the same sound."""
    rows = np.concatenate(found)
    owner = np.repeat(np.arange(len(found)), [len(f) for f in found])
    units = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    likeness = units @ units.T
    np.fill_diagonal(likeness, -2.0)
    right = owner[likeness.argmax(axis=1)] == owner
    return bootstrap_interval(right, groups=owner)


def _neighbours(named: Sequence[tuple[NDArray[np.float32], Stream]]) -> Interval:
    """Share of composed pieces whose nearest other piece is of the same genre."""
    rows = np.stack([embedding.summed_up(found) for found, _ in named])
    rows = (rows - rows.mean(axis=0)) / np.maximum(rows.std(axis=0), 1e-6)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    likeness = units @ units.T
    np.fill_diagonal(likeness, -2.0)
    styles = np.array([s.style for _, s in named])
    return bootstrap_interval(styles[likeness.argmax(axis=1)] == styles)


def _card(how: EmbeddingRecipe, sizes: Mapping[str, int], scores: Judged, baseline: Judged) -> Card:
    def shown(figures: Judged) -> dict[str, Any]:
        values = {name: found.mean for name, found in figures.items()}
        intervals = {name: [found.low, found.high] for name, found in figures.items()}
        return {"held out": {"values": values, "intervals": intervals}}

    return how.card(
        learner="contrastive",
        settings=vars(how),
        input_shape=(windows.WINDOW, windows.N_BANDS),
        sizes=sizes,
        scores=shown(scores),
        baseline=shown(baseline),
        facts={"metric": how.metric},
    )


RECIPE = EmbeddingRecipe()
