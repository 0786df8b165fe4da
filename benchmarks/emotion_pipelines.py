"""The pipelines that are tried on the emotion table: families, each with its settings.

Inputs are one of three views of a row, all (n, d):

raw        the table's 50 columns
log        the same, skewed columns as logarithms
portable   the 37 columns of `models.mir`: no pitch classes, no level, roughness relative to it

Whatever is learnt (scales, selection, models) is inside the pipeline, so inside the folds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.ensemble import BaggingClassifier, ExtraTreesClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer, QuantileTransformer, StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from mixolydian.models import mir

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A pipeline: `view` of the rows, and what makes a fresh estimator."""

    family: str
    setting: str
    view: str
    make: Callable[[], Any]


def views(rows: Float64) -> Mapping[str, Float64]:
    """The views of rows (n, 50) in the table's units."""
    logs = rows.copy()
    for i, name in enumerate(mir.NAMES):
        if name in mir.LOGARITHMIC:
            logs[:, i] = np.log(np.maximum(rows[:, i], mir.LEAST))
    return {"raw": rows, "log": logs, "portable": mir.portable(rows)}


VIEWS = ("raw", "log", "portable")


def candidates() -> list[Candidate]:
    """All of them; within a family the inner folds choose."""
    found: list[Candidate] = []

    def add(family: str, setting: str, make: Callable[[], Any], used: Any = VIEWS) -> None:
        found.extend(Candidate(family, setting, view, make) for view in used)

    _linear(add)
    _kernels(add)
    _trees(add)
    return found


def _linear(add: Callable[..., None]) -> None:
    for c in (0.03, 0.1, 0.4):
        add(
            "logistic regression",
            f"C={c}",
            lambda c=c: _scaled(LogisticRegression(C=c, max_iter=3000)),
        )
    add("linear discriminant", "shrinkage", lambda: _scaled(_lda()))
    add("linear discriminant", "power, shrinkage", lambda: _powered(_lda()), ("raw",))
    for r in (0.2, 0.5):
        add(
            "quadratic discriminant",
            f"regularised {r}",
            lambda r=r: _scaled(QuadraticDiscriminantAnalysis(reg_param=r)),
            ("log", "portable"),
        )
    for k in (9, 15):
        add(
            "k nearest",
            f"k={k}",
            lambda k=k: _scaled(KNeighborsClassifier(k, weights="distance")),
            ("log", "portable"),
        )


def _kernels(add: Callable[..., None]) -> None:
    for c, gamma in ((1.0, 0.01), (3.0, 0.01), (3.0, 0.02)):
        add("svm", f"C={c} gamma={gamma}", lambda c=c, g=gamma: _scaled(_svm(c, g)))
    add("svm", "best 24 columns", lambda: _scaled(_svm(2.0, 0.03), SelectKBest(k=24)))
    add("svm", "rank-gauss", lambda: _ranked(_svm(2.0, 0.01)), ("portable",))
    for scale in (6.0, 10.0):
        add(
            "gaussian process",
            f"length {scale:g}",
            lambda s=scale: _scaled(
                GaussianProcessClassifier(ConstantKernel(4.0) * RBF(s), optimizer=None)
            ),
            ("portable",),
        )
    for width in (16, 48):
        add(
            "perceptron",
            f"4 nets of {width}",
            lambda w=width: _scaled(_nets(w)),
            ("portable",),
        )


def _trees(add: Callable[..., None]) -> None:
    for share in ("sqrt", 0.4):
        kw = {"n_estimators": 150, "max_features": share, "random_state": 0}
        add(
            "random forest",
            f"columns {share}",
            lambda kw=kw: RandomForestClassifier(**kw),
            ("raw", "portable"),
        )
        add("extra trees", f"columns {share}", lambda kw=kw: ExtraTreesClassifier(**kw), VIEWS[::2])
    for depth in (2, 4):
        add("xgboost", f"depth {depth}", lambda d=depth: _boosted(d), ("raw", "portable"))


def _boosted(depth: int) -> Any:
    return XGBClassifier(
        n_estimators=150,
        max_depth=depth,
        learning_rate=0.06,
        subsample=0.7,
        colsample_bytree=0.4,
        n_jobs=1,
        random_state=0,
    )


def _lda() -> Any:
    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")


class _Margins(SVC):
    """An SVM whose one-against-one votes, as a softmax, stand for probabilities."""

    def predict_proba(self, x: Any) -> Any:
        values = self.decision_function(x)
        powers = np.exp(2.0 * (values - values.max(axis=1, keepdims=True)))
        return powers / powers.sum(axis=1, keepdims=True)


def _svm(c: float, gamma: float) -> Any:
    return _Margins(C=c, gamma=gamma)


def _nets(width: int) -> Any:
    net = MLPClassifier((width,), alpha=3.0, max_iter=100, early_stopping=False, random_state=0)
    return BaggingClassifier(net, 4, bootstrap=False, random_state=0)


def _scaled(*steps: Any) -> Any:
    return make_pipeline(StandardScaler(), *reversed(steps))


def _powered(model: Any) -> Any:
    return make_pipeline(PowerTransformer(), model)


def _ranked(model: Any) -> Any:
    return make_pipeline(QuantileTransformer(n_quantiles=100, output_distribution="normal"), model)
