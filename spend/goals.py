r"""How far next year's spend may run over its budget because prices move: budget-at-risk.

The closed form, for exposures that are small against what prices do: value at risk with the sign
of a buyer (Hull, Risk Management and Financial Institutions; RiskMetrics Technical Document, 1996).
``spend.monte_carlo`` answers the same question for whole plans, with contracts and savings.
"""

from typing import Any

import numpy as np
from scipy.special import ndtri

from spend.arguments import Floats, Numbers, finite, inside, unwrapped

# How far from symmetric, or below zero, rounding may put a covariance, as a share of its largest.
TOLERANCE = 1e-9


def budget_at_risk(exposures: Any, covariance: Any, confidence: Any) -> Numbers:
    r"""How much the cost may exceed what is expected, not exceeded with the stated probability.

    .. math:: z(\text{confidence}) \sqrt{e^\top \Sigma e}

    ``exposures`` is money, plus for what is to be bought (a rise costs) and minus for a sale or a
    hedge: one number with ``covariance`` one variance, or n numbers with an n-by-n covariance of
    *relative* price changes over the whole horizon (ten days of 2 % a day: 10 · 0.02²). The last
    axis of ``exposures`` is the price; axes before it, and any shape of ``confidence``, broadcast.
    Changes are taken as normal with mean zero. The result has the unit of the exposures. At 0.5 it
    is zero; below 0.5 it is minus, an amount *under* what is expected, since spend stays that low
    only with the small probability asked for.

    Raises ``ValueError`` for shapes that do not fit, a covariance that is not symmetric and
    positive semi-definite, and a confidence outside (0, 1).

    >>> round(budget_at_risk(10_000_000, 10 * 0.02**2, 0.99))
    1471312
    >>> hedged = budget_at_risk([100.0, -100.0], [[0.04, 0.03], [0.03, 0.04]], 0.95)
    >>> round(hedged, 2)
    23.26
    """
    money, spread = _checked(exposures, covariance)
    deviation = np.sqrt(np.maximum(_quadratic(money, spread), 0.0))
    return unwrapped(np.asarray(_quantile(confidence) * deviation))


def budget_at_risk_contributions(exposures: Any, covariance: Any, confidence: float) -> Floats:
    r"""What each exposure adds to the budget-at-risk; the parts sum to it.

    .. math:: z \, e_i (\Sigma e)_i / \sqrt{e^\top \Sigma e}

    Euler's rule: the budget-at-risk scales with the exposures, so each exposure times its marginal
    effect sums to the whole (Hull; Tasche, 1999). Minus means that the exposure hedges the others.
    Arguments and errors as in ``budget_at_risk``, with one confidence; the shape is that of the
    exposures (at least one axis). Without any risk all parts are zero.

    >>> budget_at_risk_contributions([300.0, 400.0], [[0.01, 0.0], [0.0, 0.01]], 0.95).round(2)
    array([29.61, 52.64])
    """
    money, spread = _checked(exposures, covariance)
    marginal = np.einsum("...ij,...j->...i", spread, money)
    deviation = np.sqrt(np.maximum(_quadratic(money, spread), 0.0))[..., np.newaxis]
    parts = np.divide(money * marginal, deviation, out=np.zeros_like(marginal), where=deviation > 0)
    return np.asarray(float(_quantile(confidence)) * parts)


def _quadratic(money: Floats, spread: Floats) -> Floats:
    return np.asarray(np.einsum("...i,...ij,...j->...", money, spread, money))


def _quantile(confidence: Any) -> Floats:
    (level,) = finite(confidence=confidence)
    inside(confidence=level)
    return np.asarray(ndtri(level))


def _checked(exposures: Any, covariance: Any) -> tuple[Floats, Floats]:
    """Exposures with a last axis of prices, and a covariance whose last two fit it."""
    (money,), (spread,) = finite(exposures=exposures), finite(covariance=covariance)
    money = money[np.newaxis] if money.ndim == 0 else money
    spread = spread[np.newaxis, np.newaxis] if spread.ndim == 0 else spread
    size = money.shape[-1]
    if spread.ndim < 2 or spread.shape[-2:] != (size, size):
        raise ValueError(
            "covariance must be one variance for one exposure, or n by n for n exposures; "
            f"got exposures {np.shape(exposures)} and covariance {np.shape(covariance)}"
        )
    if size:
        _check_covariance(spread)
    return money, spread


def _check_covariance(spread: Floats) -> None:
    largest = np.abs(spread).max(initial=0.0)
    if (np.abs(spread - np.swapaxes(spread, -1, -2)) > TOLERANCE * largest).any():
        raise ValueError("covariance must be symmetric")
    if (np.linalg.eigvalsh(spread) < -TOLERANCE * largest).any():
        raise ValueError("covariance must be positive semi-definite: no mix may have less than 0")
