"""What all distributions share: the last tails are kept, and keeping them changes nothing."""

from unittest import mock

import numpy as np
import pytest

from spend.compound import compound_tail
from spend.distributions import (
    CompoundPoisson,
    Distribution,
    Gamma,
    NegativeBinomial,
    Normal,
    Poisson,
)

EACH: list[Distribution] = [
    Normal(np.array([5.0, 8]), 2),
    Gamma(np.array([2.0, 3]), 4),
    Poisson(np.array([3.0, 6]), 3),
    NegativeBinomial(np.array([2.0, 5]), 0.4),
    CompoundPoisson(np.array([0.5, 4]), 2, 3),
]


@pytest.mark.parametrize("demand", EACH, ids=lambda each: type(each).__name__)
def test_answers_do_not_depend_on_what_was_asked_before(demand: Distribution) -> None:
    places = np.array([0, 1])
    for x in ([4.0, 9.0], 4.0, [4.0, 9.0], [1.0, 9.0], [6.0, 6.0], 6.0, [4.0, 9.0]):
        alone = demand.at((2,), places)
        assert demand.loss(x).tolist() == alone.loss(x).tolist()
        alone = demand.at((2,), places)
        assert [v.tolist() for v in demand.losses(x)] == [v.tolist() for v in alone.losses(x)]
        assert demand.survival(x).tolist() == demand.at((2,), places).survival(x).tolist()


@pytest.mark.parametrize("demand", EACH, ids=lambda each: type(each).__name__)
def test_what_comes_back_is_the_callers_own(demand: Distribution) -> None:
    x = np.array([4.0, 9.0])
    before = demand.loss(x).tolist()
    for found in (demand.loss(x), demand.second_loss(x), demand.survival(x), *demand.losses(x)):
        found *= 0
    assert demand.loss(x).tolist() == before
    x += 1
    assert demand.loss(x).tolist() != before


def test_two_levels_are_worked_out_once() -> None:
    demand = CompoundPoisson(np.array([0.5, 4]), 2, 3)
    low, high = np.array([4.0, 9.0]), np.array([8.0, 13.0])
    with mock.patch("spend.distributions.compound_tail", wraps=compound_tail) as asked:
        for x in (low, high, low, high):
            demand.losses(x)
            demand.loss(x)
    assert asked.call_count == 2
