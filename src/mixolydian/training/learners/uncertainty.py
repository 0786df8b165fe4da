"""How sure a network is: over an ensemble, over dropout, or over a Bayesian last layer.

Conventions
-----------
Everything is a standard deviation of probabilities, float32 (n, n_labels). Dice are fixed, so
that a model gives the same answer twice.

- Deep ensemble: networks from several seeds (Lakshminarayanan et al., NeurIPS 2017).
- Monte Carlo dropout: dropout stays on while answering (Gal and Ghahramani, ICML 2016).
- Bayesian last layer: Laplace approximation of its weights, with the curvature (generalised
  Gauss–Newton) block by block for each label, and the prior's precision by the evidence
  (MacKay, 1992; Daxberger et al., NeurIPS 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mixolydian.training.examples import Float32
from mixolydian.training.learners.losses import batches, ready
from mixolydian.training.learners.networks import Backbone
from mixolydian.training.learners.trainer import own_dice, seed_of

PRIORS = np.logspace(-3, 4, 29)
"""precisions of the prior that are compared by their evidence."""
DRAWS = 64
Mask = NDArray[np.bool_] | None


def probabilities(logits: Tensor, exclusive: bool) -> Tensor:
    """Softmax over the last axis, or a sigmoid of each."""
    return logits.softmax(dim=-1) if exclusive else logits.sigmoid()


def logits_of(network: nn.Module, inputs: Float32, mask: Mask = None) -> Tensor:
    """Logits (n, n_labels) batch by batch; dropout as the network's mode says."""
    with torch.no_grad():
        return torch.cat([network(_batch(inputs, mask, rows)) for rows in batches(inputs)])


def embedded(network: Backbone, inputs: Float32, mask: Mask = None) -> Tensor:
    """What the last layer looks at and a column of ones, float64 (n, h + 1)."""
    with torch.no_grad():
        found = torch.cat([network.embed(_batch(inputs, mask, r)) for r in batches(inputs)])
    return torch.cat([found, torch.ones(len(found), 1)], dim=1).double()


def _batch(inputs: Float32, mask: Mask, rows: NDArray[np.int64]) -> Tensor:
    return ready(inputs[rows], None if mask is None else mask[rows])


def ensemble_spread(
    members: Sequence[nn.Module], exclusive: bool, inputs: Float32, mask: Mask
) -> Float32:
    """Deviation over the members."""
    return _deviation([probabilities(logits_of(m, inputs, mask), exclusive) for m in members])


def dropout_spread(
    network: nn.Module, exclusive: bool, n_samples: int, inputs: Float32, mask: Mask
) -> Float32:
    """Deviation over `n_samples` answers with dropout on."""
    layers = [m for m in network.modules() if isinstance(m, nn.Dropout)]
    with own_dice():
        torch.manual_seed(seed_of(n_samples))
        for layer in layers:
            layer.train()
        found = [logits_of(network, inputs, mask) for _ in range(n_samples)]
    network.eval()
    return _deviation([probabilities(logits, exclusive) for logits in found])


def _deviation(answers: Sequence[Tensor]) -> Float32:
    return np.asarray(torch.stack(list(answers)).std(dim=0, correction=0).numpy(), np.float32)


@dataclass(frozen=True, eq=False)
class LastLayer:
    """The posterior of a last layer: `covariance` float64 (n_labels, h + 1, h + 1)."""

    covariance: Tensor
    prior: float
    exclusive: bool

    @classmethod
    def around(
        cls, network: Backbone, exclusive: bool, inputs: Float32, mask: Mask = None
    ) -> LastLayer:
        """The posterior around the trained weights, given the training inputs."""
        seen = embedded(network, inputs, mask)
        p = probabilities(logits_of(network, inputs, mask), exclusive).double()
        curvature = torch.einsum("nk,nh,ni->khi", p * (1.0 - p), seen, seen)
        values, vectors = torch.linalg.eigh(curvature)
        values = values.clamp(min=0.0)
        weights = torch.cat([network.head.weight, network.head.bias[:, None]], dim=1)
        prior = _best_prior(values, float((weights.detach().double() ** 2).sum()))
        covariance = (vectors / (values + prior)[:, None, :]) @ vectors.transpose(1, 2)
        return cls(covariance, prior, exclusive)

    def spread(self, network: Backbone, inputs: Float32, mask: Mask) -> Float32:
        """Deviation of the probabilities over the posterior, by fixed draws of the logits."""
        seen = embedded(network, inputs, mask)
        logits = logits_of(network, inputs, mask).double()
        variance = torch.einsum("nh,khi,ni->nk", seen, self.covariance, seen).clamp(min=0.0)
        rng = np.random.default_rng(0)
        draws = torch.from_numpy(rng.standard_normal((DRAWS, 1, logits.shape[1])))
        return _deviation(
            [probabilities(logits + d * variance.sqrt(), self.exclusive) for d in draws]
        )


def _best_prior(curvature: Tensor, norm: float) -> float:
    """The precision with the greatest evidence; `norm` is the weights' sum of squares."""
    evidence = [
        0.5 * (curvature.numel() * np.log(t) - t * norm - float((curvature + t).log().sum()))
        for t in PRIORS
    ]
    return float(PRIORS[int(np.argmax(evidence))])
