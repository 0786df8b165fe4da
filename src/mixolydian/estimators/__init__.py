"""F3: one file per musical question. :mod:`.registry` lists them and asks them in order."""

from mixolydian.estimators.base import Estimator, unanswered
from mixolydian.estimators.registry import ESTIMATORS, answerable, default, in_order, listen

__all__ = ["ESTIMATORS", "Estimator", "answerable", "default", "in_order", "listen", "unanswered"]
