"""The networks that learn what comes next: a sequence model and a graph model of sets.

Both take tracks as rows of a number (0: never met) and content (`dj.recommending.learned`), and
give, for every place of a set, what is looked for next, and for every track what it offers: the
score is their product. `forward` is the form that ships (one output, see `learned`); training uses
:meth:`wanted` and :meth:`offered` on all tracks at once.

Sequence, after SASRec (Kang and McAuley, ICDM 2018): causal self-attention over the tracks so far.
An item's vector is one of its own, dropped at times in training, plus a projection of its content,
so that tracks in no set have one too. Beside it stand columns of steps: the key, tempo and energy
looked for follow from those of the last track by one kernel for all keys and all tempi (a fifth up
is a fifth up from anywhere), the sound from three fading means of what was played.

Graph, after LightGCN (He et al., SIGIR 2020): a track's first vector (own plus content) averaged
over the layers of a graph of tracks, sets, artists and tags; a set is the fading mean of its
tracks, so that sets never met need no training.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from mixolydian.dj.recommending.learned import ENERGIES, KEYS, MOST_PLAYED, TEMPI

STEPS = KEYS + len(TEMPI) + len(ENERGIES)
FADES = (0.5, 0.8, 1.0)
"""what a track counts of the one after it, in the three means of sound."""
BIG = 1e4


class Attend(nn.Module):
    """Causal self-attention and a dense layer, both added to what came in."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.after = nn.LayerNorm(size), nn.LayerNorm(size)
        self.look, self.join = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.wide, self.narrow = nn.Linear(size, 2 * size), nn.Linear(2 * size, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """(n, t, size) → the same; `hidden` (t, t) is 1 where a place may not look."""
        q, k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in self.look(self.before(x)).chunk(3, dim=-1)
        )
        match = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5 - BIG * hidden
        seen = (match.softmax(dim=-1) @ v).transpose(1, 2).flatten(2)
        x = x + self.dropout(self.join(seen))
        y: Tensor = x + self.dropout(self.narrow(functional.gelu(self.wide(self.after(x)))))
        return y


class Steps(nn.Module):
    """The key, tempo and energy looked for after those of the last track."""

    def __init__(self) -> None:
        super().__init__()
        self.key = nn.Parameter(torch.zeros(2, 2, 12))
        self.tempo = nn.Parameter(torch.zeros(2 * len(TEMPI) - 1))
        self.energy = nn.Parameter(torch.zeros(2 * len(ENERGIES) - 1))
        wheel = torch.arange(12)
        self.register_buffer("around", (wheel[None] - wheel[:, None]) % 12, persistent=False)
        for name, n in (("faster", len(TEMPI)), ("higher", len(ENERGIES))):
            place = torch.arange(n)
            self.register_buffer(name, place[None] - place[:, None] + n - 1, persistent=False)

    def forward(self, content: Tensor) -> Tensor:
        """Content (…, d) → what is looked for (…, `STEPS`)."""
        keys = self.key[:, :, self.around].permute(0, 2, 1, 3).reshape(KEYS, KEYS)
        a, b = KEYS, KEYS + len(TEMPI)
        parts = (
            content[..., :a] @ keys,
            content[..., a:b] @ self.tempo[self.faster],
            content[..., b:STEPS] @ self.energy[self.higher],
        )
        return torch.cat(parts, dim=-1)


class NextNet(nn.Module):
    """What both networks share: numbers and content in rows, and the form that ships."""

    own: nn.Module

    def offered(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """What tracks (n, 1 + d) offer (n, v), and how much they are played (n,)."""
        raise NotImplementedError

    def wanted(self, rows: Tensor) -> Tensor:
        """What is looked for (n, t, v) after each place of sets (n, t, 1 + d)."""
        raise NotImplementedError

    def forward(self, rows: Tensor) -> Tensor:
        """Sets (n, t, 1 + d) → looked for after the last, offered by it, how much it is played
        (n, 2 v + 1)."""
        offers, played = self.offered(rows[:, -1])
        return torch.cat([self.wanted(rows)[:, -1], offers, played.unsqueeze(-1)], dim=-1)


class SetNet(NextNet):
    """The sequence model; `fame` (n,) are logarithms of how often each track is in sets."""

    def __init__(
        self, fame: Tensor, columns: int, size: int, heads: int, blocks: int, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        sound = columns - STEPS
        self.register_buffer("fame", functional.pad(fame, (1, 0)))
        self.much = nn.Parameter(torch.tensor(0.5))
        self.own = nn.Embedding(len(fame) + 1, size)
        self.leaning = nn.Embedding(len(fame) + 1, 1)
        self.place = nn.Embedding(MOST_PLAYED, size)
        self.project = nn.Linear(columns, size, bias=False)
        self.blocks = nn.ModuleList(Attend(size, heads, dropout) for _ in range(blocks))
        self.norm, self.level = nn.LayerNorm(size), nn.Linear(size, STEPS)
        self.steps = Steps()
        self.near = nn.Parameter(torch.full((len(FADES), 1), 0.3 / max(sound, 1) ** 0.5))
        self.bend = nn.Parameter(torch.ones(sound))
        nn.init.normal_(self.own.weight, std=0.02)
        nn.init.normal_(self.project.weight, std=0.02)
        nn.init.zeros_(self.leaning.weight)
        for part in (self.level.weight, self.level.bias):
            nn.init.zeros_(part)

    def offered(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """See the base."""
        met, content = _met(rows), rows[..., 1:]
        number = rows[..., 0].long()
        vector = torch.cat([self._items(rows), content], dim=-1)
        leaning = self.much * self.fame[number] + met * self.leaning(number).squeeze(-1)
        return vector, leaning

    def wanted(self, rows: Tensor) -> Tensor:
        """See the base."""
        place = _places(rows)
        hidden = (place[None, :] > place[:, None]).to(rows.dtype)
        x = self._items(rows) + self.place(place.long().clamp(max=MOST_PLAYED - 1))
        x = functional.dropout(x, self.dropout, self.training)
        for block in self.blocks:
            x = block(x, hidden)
        x, content = self.norm(x), rows[..., 1:]
        steps = self.steps(content) + self.level(x)
        means = [fading(content[..., STEPS:], place, fade) for fade in FADES]
        sound = (torch.stack(means, dim=-1) @ self.near).squeeze(-1) * self.bend
        return torch.cat([x, steps, sound], dim=-1)

    def _items(self, rows: Tensor) -> Tensor:
        met = _met(rows)
        if self.training:  # at times a track must do without a vector of its own
            met = met * (torch.rand_like(met) >= self.dropout)
        own = self.own(rows[..., 0].long()) * met.unsqueeze(-1)
        vector: Tensor = own + self.project(rows[..., 1:])
        return vector


class GraphNet(NextNet):
    """The graph model; `graph` ((n + others) squared, sparse) is the normalised adjacency of n
    tracks, `named` artists and tags, which have vectors of their own, and sets without any."""

    def __init__(
        self, fame: Tensor, content: Tensor, graph: Tensor, named: int, size: int, layers: int
    ) -> None:
        super().__init__()
        self.n_tracks, self.n_named = len(fame), named
        self.layers, self.size = layers, size
        self.graph, self.content, self.table = graph, content, torch.zeros(0)
        self.register_buffer("fame", functional.pad(fame, (1, 0)))
        self.much = nn.Parameter(torch.tensor(0.5))
        self.own = nn.Embedding(len(fame), size)
        self.named = nn.Embedding(max(named, 1), size)
        self.project = nn.Linear(content.shape[1], size, bias=False)
        self.warm, self.fade = nn.Parameter(torch.tensor(1.5)), nn.Parameter(torch.tensor(1.0))
        for part in (self.own, self.named, self.project):
            nn.init.normal_(part.weight, std=0.1)

    def spread(self, dropout: float = 0.0) -> Tensor:
        """The vectors (n, size) of the tracks, averaged over the layers."""
        first = functional.dropout(self.own.weight, dropout) + self.project(self.content)
        others = torch.zeros(self.graph.shape[0] - self.n_tracks - self.n_named, self.size)
        layers = [torch.cat([first, self.named.weight[: self.n_named], others])]
        for _ in range(self.layers):
            layers.append(torch.sparse.mm(self.graph, layers[-1]))
        mean = torch.stack(layers).mean(dim=0)[: self.n_tracks]
        return functional.normalize(mean, dim=-1)

    def settle(self, dropout: float = 0.0) -> None:
        """Work the vectors out, for :meth:`offered` and :meth:`wanted`."""
        self.table = functional.pad(self.spread(dropout), (0, 0, 1, 0))

    def offered(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """See the base."""
        return self._items(rows), self.much * self.fame[rows[..., 0].long()]

    def wanted(self, rows: Tensor) -> Tensor:
        """See the base."""
        mean = fading(self._items(rows), _places(rows), torch.sigmoid(self.fade))
        return self.warm.exp() * functional.normalize(mean, dim=-1)

    def _items(self, rows: Tensor) -> Tensor:
        met = _met(rows).unsqueeze(-1)
        alike = functional.normalize(self.project(rows[..., 1:]), dim=-1)
        return met * self.table[rows[..., 0].long()] + (1.0 - met) * alike


def fading(x: Tensor, place: Tensor, fade: float | Tensor) -> Tensor:
    """Means (n, t, v) of x up to each place, each one counting `fade` of the one after it."""
    age = place[:, None] - place[None, :]
    weight = torch.where(age >= 0, torch.as_tensor(fade) ** age.clamp(min=0), torch.zeros(()))
    return (weight / weight.sum(dim=1, keepdim=True)) @ x


def _met(rows: Tensor) -> Tensor:
    return (rows[..., 0] > 0).to(rows.dtype)


def _places(rows: Tensor) -> Tensor:
    """0, 1, … for each place of sets (n, t, …), however long they are when it has shipped."""
    return torch.ones_like(rows[0, :, 0]).cumsum(0) - 1.0
