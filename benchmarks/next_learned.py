"""Whether a learned sequence or graph model beats what is shipped: small ones, same questions.

Usage: python -m benchmarks.next learned --data DIR

Sequence: a self-attentive model of sets (after SASRec; Kang and McAuley, ICDM 2018), two blocks of
64, a track's embedding the sum of one of its own and a projection of its sound, tempo and energy,
softmax over all tracks. Graph: LightGCN (He et al., SIGIR 2020) over listeners and artists, three
layers of 64, BPR; it sees what is known of the listeners asked while it is trained, which the
others do not. Both stop where they are best on the DJs or listeners settings are chosen on. Needs
torch.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import nn

from benchmarks import next_sets, next_taste
from benchmarks.next_ranking import TOP, Answers, beside, figures, scored, top
from mixolydian.dj.recommending.company import learn

SIZE, BLOCKS, LAYERS = 64, 2, 3


class SetModel(nn.Module):
    """What comes next in a set, from what was played."""

    def __init__(self, n: int, content: torch.Tensor) -> None:
        super().__init__()
        self.content = content
        self.own = nn.Embedding(n + 1, SIZE, padding_idx=n)
        self.place = nn.Embedding(next_sets.LENGTH, SIZE)
        self.project = nn.Linear(content.shape[1], SIZE)
        self.bias = nn.Parameter(torch.zeros(n))
        layer = nn.TransformerEncoderLayer(SIZE, 2, 2 * SIZE, 0.3, batch_first=True)
        self.blocks = nn.TransformerEncoder(layer, BLOCKS)
        nn.init.normal_(self.own.weight, std=0.02)

    def forward(self, played: torch.Tensor) -> torch.Tensor:
        """Logits (batch, length, n) of what follows each place of `played` (batch, length)."""
        items = self.own.weight[:-1] + self.project(self.content)
        length = played.shape[1]
        x = items[played] + self.place.weight[:length]
        mask = nn.Transformer.generate_square_subsequent_mask(length)
        return self.blocks(x, mask=mask, is_causal=True) @ items.T + self.bias


def set_answers(seed: int, epochs: int) -> tuple[Answers, Answers, np.ndarray, np.ndarray]:
    """The model's and our answers in one world, what came next, and the DJs."""
    torch.manual_seed(seed)
    dice = np.random.default_rng(seed)
    made = next_sets.world(dice)
    found = next_sets.sets(dice, made)
    shelf, asked = made.seen, next_sets.questions(found, "asked")
    numbers = np.stack([np.log2(shelf.bpm / 120.0) * 4.0, (shelf.energy - 6.0) / 2.0], axis=1)
    content = np.concatenate([shelf.sounds * 4.0, numbers], axis=1).astype(np.float32)
    model = SetModel(next_sets.TRACKS, torch.from_numpy(content))
    rows = torch.from_numpy(np.stack(found.rows["learnt"]))
    chosen_on = next_sets.questions(found, "fitted")
    wanted = [np.array([t]) for t in chosen_on.next]

    def step() -> torch.Tensor:
        logits = model(rows[:, :-1])
        return nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())

    def gain() -> float:
        return float(scored(_set_top(model, chosen_on), wanted)["ndcg"].mean())

    _trained(model, step, gain, epochs, 3e-3)
    company = learn([r.tolist() for r in found.rows["learnt"]], len(shelf.bpm), sounds=shelf.sounds)
    return _set_top(model, asked), next_sets.ours(shelf, company, asked), asked.next, asked.djs


def _trained(
    model: nn.Module,
    step: Callable[[], torch.Tensor],
    gain: Callable[[], float],
    epochs: int,
    rate: float,
    every: int = 10,
) -> None:
    """Steps of Adam over everything at once; the best state by `gain` is kept."""
    adam = torch.optim.AdamW(model.parameters(), rate, weight_decay=0.01)
    best, kept = -1.0, {}
    for epoch in range(1, epochs + 1):
        model.train()
        adam.zero_grad()
        step().backward()
        adam.step()
        if epoch % every == 0:
            model.eval()
            now = gain()
            if now > best:
                best, kept = now, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    model.eval()


@torch.no_grad()
def _set_top(model: SetModel, asked: next_sets.Questions) -> Answers:
    found = np.empty((len(asked.played), TOP), dtype=np.intp)
    for length in next_sets.PLACES:
        places = [k for k, played in enumerate(asked.played) if len(played) == length]
        played = torch.tensor([asked.played[k] for k in places])
        logits = model(played)[:, -1].scatter(1, played, -torch.inf)
        found[places] = logits.topk(TOP).indices.numpy()
    return found


class Graph(nn.Module):
    """LightGCN: embeddings averaged over the layers of a graph of listeners and artists."""

    def __init__(self, rows: sparse.csr_matrix) -> None:
        super().__init__()
        both = sparse.bmat([[None, rows], [rows.T, None]]).tocoo()
        degree = np.maximum(np.asarray(both.sum(axis=1)).ravel(), 1.0)
        shares = both.data / np.sqrt(degree[both.row] * degree[both.col])
        places = torch.from_numpy(np.stack([both.row, both.col]).astype(np.int64))
        values = torch.from_numpy(shares.astype(np.float32))
        self.graph = torch.sparse_coo_tensor(places, values, both.shape).coalesce()
        self.n_users = rows.shape[0]
        self.own = nn.Parameter(0.1 * torch.randn(sum(rows.shape), SIZE))

    def forward(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Embeddings of listeners and artists."""
        layers = [self.own]
        for _ in range(LAYERS):
            layers.append(torch.sparse.mm(self.graph, layers[-1]))
        mean = torch.stack(layers).mean(dim=0)
        return mean[: self.n_users], mean[self.n_users :]


def graph_answers(data: Path, epochs: int, seed: int = 0) -> tuple[Answers, Answers, Any]:
    """LightGCN's and our answers, and what was hidden."""
    torch.manual_seed(seed)
    train, chosen_on, asked = next_taste.split(next_taste.read(data / next_taste.FILE))
    rows = sparse.vstack([train, chosen_on.known, asked.known]).tocsr()
    rows.eliminate_zeros()
    model, dice = Graph(rows), np.random.default_rng(seed)
    pairs = rows.tocoo()
    users, artists = (torch.from_numpy(side.astype(np.int64)) for side in (pairs.row, pairs.col))

    def step() -> torch.Tensor:
        u, a = model()
        others = torch.from_numpy(dice.integers(0, rows.shape[1], len(users)))
        apart = (u[users] * (a[artists] - a[others])).sum(dim=1)
        return nn.functional.softplus(-apart).mean() + 1e-5 * model.own.square().sum(1).mean()

    def answers(start: int, part: next_taste.Part) -> Answers:
        with torch.no_grad():
            u, a = model()
            scores = u[start : start + part.known.shape[0]] @ a.T
        return top(scores.numpy(), part.known)

    first, second = train.shape[0], train.shape[0] + chosen_on.known.shape[0]
    _trained(
        model,
        step,
        lambda: float(scored(answers(first, chosen_on), chosen_on.hidden)["ndcg"].mean()),
        epochs,
        0.02,
        20,
    )
    return answers(second, asked), next_taste.ours(train, 50.0)(asked.known), asked.hidden


def measure(data: Path, seed: int = 1, epochs: int = 150) -> dict[str, Any]:
    """Both models beside what is shipped."""
    torch.set_num_threads(1)
    model, ours, following, djs = set_answers(seed, epochs)
    hidden, n = [np.array([t]) for t in following], next_sets.TRACKS
    graph, company, artists = graph_answers(data, 2 * epochs)
    return {
        "sets": {
            "world": seed,
            "sequence model": figures(model, hidden, n, djs),
            "ours": figures(ours, hidden, n, djs),
            "ndcg model less ours": beside(model, ours, hidden, djs),
        },
        "taste": {
            "graph model": figures(graph, artists, 17_632),
            "ours": figures(company, artists, 17_632),
            "ndcg model less ours": beside(graph, company, artists),
        },
    }
