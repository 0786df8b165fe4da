import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.dj.curve import Curve


def test_straight_between_knots_and_constant_beyond() -> None:
    curve = Curve(((4.0, 1.0), (8.0, 0.0)))
    np.testing.assert_allclose(curve.at([0, 4, 5, 8, 99]), [1, 1, 0.75, 0, 0])
    assert not curve.is_constant
    assert Curve.constant(0.5).at(1234.5) == 0.5


def test_of_a_jump_the_later_value_holds() -> None:
    curve = Curve(((0.0, 1.0), (4.0, 1.0), (4.0, 0.0), (8.0, 0.5)))
    np.testing.assert_allclose(curve.at([3.999999, 4.0, 6.0]), [1.0, 0.0, 0.25], atol=1e-5)


@pytest.mark.parametrize("knots", [(), ((1.0, 0.0), (0.0, 1.0)), ((0.0, float("nan")),)])
def test_curves_that_are_none_are_refused(knots: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(RequestError, match="curve"):
        Curve(knots)


def test_json_and_back() -> None:
    curve = Curve(((0.1, 1 / 3), (4.0, 2.0)))
    assert Curve.from_json(curve.to_json()) == curve
    with pytest.raises(RequestError, match="pairs"):
        Curve.from_json([1, 2])
