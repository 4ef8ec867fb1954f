"""The market that a goal freezes: written down in few digits, it is still a market."""

import numpy as np
import pandas as pd
import pytest

from spend.goal_market import market
from spend.market_model import semidefinite_factor


@pytest.mark.parametrize("months", range(26, 40))
def test_more_codes_than_windows_can_tell_apart_are_still_a_market(months: int) -> None:
    """Windows that overlap tell little: the covariance is singular, and rounding may not break
    it."""
    walk = np.exp(np.random.default_rng(months).normal(0, 0.05, (30, months)).cumsum(axis=1))
    days = pd.period_range("2024-01", periods=months, freq="M")
    rows = pd.DataFrame(
        {
            "code": np.repeat([f"C{n:02}" for n in range(30)], months),
            "month": np.tile(days.to_numpy(), 30),
            "value": walk.ravel(),
        }
    )
    found = market(rows, "history").model
    covariance = np.array(found.covariance)
    factor = semidefinite_factor(found.covariance)
    assert len(found.codes) == 30 > months - 12
    assert np.abs(factor @ factor.T - covariance).max() < 1e-6 * covariance.max()
