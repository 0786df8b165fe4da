"""Until a model is trained the answer is "cannot tell yet", with the reason."""

from __future__ import annotations

from mixolydian.estimators.genre import GenreEstimator
from tests.estimators import form_sounds as fs


def test_it_says_that_it_cannot_tell_yet():
    estimate = GenreEstimator().estimate(fs.club(), {})
    assert estimate.value is None
    assert estimate.confidence is None
    assert "cannot tell yet" in estimate.reason
