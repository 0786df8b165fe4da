"""The contract of a learner: examples in, something that scores and can be shipped out.

A learner is a frozen dataclass whose fields are its settings (`--set lr=0.01`), each with a
default. `fit` normalises on the training part only and keeps what it learnt inside the fitted
model, so that the shipped network takes raw inputs.

Scores are logits (n, n_labels): a softmax over them (labels that exclude each other) or a
sigmoid of each (labels that do not) gives probabilities, which calibration then corrects. A
learner that knows only probabilities gives their logarithm, or their log odds.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.models import network
from mixolydian.training.examples import Examples, Float32

Settings = Mapping[str, Any]
Epoch = Mapping[str, float]
Watch = Callable[[str, int, int, Epoch], None]
"""told (what is done, how far, of how many, figures such as the loss)."""
INPUT, OUTPUT = network.INPUT, network.OUTPUT
"""names of the tensors of a shipped network."""


def unwatched(what: str, done: int, of: int, figures: Epoch) -> None:
    """Nobody follows."""


@dataclass(frozen=True)
class Space:
    """What `mixo tune` may try of one setting: a range, or `choices`."""

    low: float = 0.0
    high: float = 1.0
    log: bool = False
    integer: bool = False
    choices: tuple[Any, ...] = ()


class Fitted(Protocol):
    """A fitted model."""

    @property
    def history(self) -> tuple[Epoch, ...]:
        """Figures per epoch (epoch, train_loss, valid_loss, …); empty for classic learners."""

    @property
    def importances(self) -> NDArray[np.float64] | None:
        """How much each input column counts (n_columns,), sum 1; None where that is not known."""

    def scores(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32:
        """Logits (n, n_labels)."""

    def spread(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32 | None:
        """Standard deviation (n, n_labels) of the probabilities over an ensemble, dropout or a
        posterior; None where the learner has none."""

    def onnx(self) -> bytes:
        """The network, raw inputs ("input") to logits ("scores"), first axis free."""


@dataclass(frozen=True)
class Job:
    """What goes with a fit besides the examples."""

    seed: int = 0
    folder: str = ""
    """where a long fit keeps checkpoints, to go on after a kill; empty: nowhere."""
    watch: Watch = unwatched
    prune: Callable[[int, float], bool] = field(default=lambda step, score: False)
    """told the validation score after a step; True: give this trial up."""


class Pruned(Exception):  # noqa: N818 - not an error: the way out of a trial
    """Raised by a learner whose job said to give up."""


@dataclass(frozen=True)
class Learner(ABC):
    """Base of all learners."""

    name: ClassVar[str]
    neural: ClassVar[bool] = False
    space: ClassVar[Mapping[str, Space]] = {}

    @abstractmethod
    def fit(self, train: Examples, valid: Examples, job: Job) -> Fitted:
        """Learn from `train`, stop or choose by `valid`."""

    def refuse(self, wrong: Sequence[str]) -> None:
        """Raise a RequestError that names the settings in `wrong`, if there are any."""
        if wrong:
            raise RequestError(f"{self.name}: out of range: {', '.join(wrong)}")

    @classmethod
    def made(cls, settings: Settings) -> Learner:
        """The learner with `settings`, as text or values.

        Raises
        ------
        RequestError
            No such setting, or a value it cannot have.
        """
        known = {f.name: f for f in fields(cls)}
        unknown = sorted(set(settings) - set(known))
        if unknown:
            raise RequestError(
                f"{cls.name} has no setting {', '.join(unknown)}; it has {', '.join(sorted(known))}"
            )
        default = cls()
        return cls(**{n: _read(n, v, getattr(default, n)) for n, v in settings.items()})


def _read(name: str, value: Any, default: Any) -> Any:
    """`value` as what the default is."""
    kind = type(default)
    if not isinstance(value, str) or kind is str:
        return kind(value) if kind in (int, float, str, bool) else value
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        if kind is tuple:
            return tuple(int(part) for part in value.split(","))
        return kind(value)
    except (ValueError, KeyError) as error:
        raise RequestError(f"{name}: expected a value like {default!r}, found {value!r}") from error


LEARNERS: Mapping[str, str] = {
    "dummy": "classic:Dummy",
    "logistic-regression": "classic:LogisticRegression",
    "linear-svm": "classic:LinearSVM",
    "svm": "classic:SVM",
    "random-forest": "classic:RandomForest",
    "xgboost": "classic:XGBoost",
    "k-nearest": "classic:KNearest",
    "discriminant": "classic:Discriminant",
    "stacked": "stacked:Stacked",
    "perceptron": "neural:Perceptron",
    "attention": "attention:Attention",
    "convolution": "convolution:Convolution",
    "dual-attention": "dual:DualAttention",
    "self-attention": "nextmodels:SelfAttention",
    "light-graph": "nextmodels:LightGraph",
}
"""name → module and class under `training.learners`; a module is loaded when it is wanted."""

INSTALL = "pip install 'mixolydian[train]'"


def learner(name: str) -> type[Learner]:
    """The learner of that name.

    Raises
    ------
    RequestError
        There is none, or what it is built on is not installed.
    """
    if name not in LEARNERS:
        raise RequestError(f"expected a model of {', '.join(LEARNERS)}; found {name!r}")
    module, _, kind = LEARNERS[name].partition(":")
    try:
        found: type[Learner] = getattr(
            importlib.import_module(f"mixolydian.training.learners.{module}"), kind
        )
    except ModuleNotFoundError as error:
        raise RequestError(f"{name} needs {error.name}, which is not there; {INSTALL}") from error
    return found
