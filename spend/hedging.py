r"""Hedging a purchase with futures: how much of it, and with how many contracts.

Source: Hull, Options, Futures and Other Derivatives, chapter 3 (cross hedging).
"""

from typing import Any

from spend.arguments import Floats, Numbers, above_zero, finite, unwrapped, zero_or_more


def minimum_variance_hedge_ratio(correlation: Any, spot_sd: Any, futures_sd: Any) -> Numbers:
    r"""The share of an exposure to hedge so that the hedged price varies least.

    .. math:: h = \rho \, \sigma_S / \sigma_F

    Standard deviations of the changes of the price paid and of the futures price over the hedge's
    life, in one unit; numbers or arrays. Minus where the two move against each other: then sell.
    Raises ``ValueError`` for a correlation outside [-1, 1], a spot deviation below zero, and a
    futures deviation that is not above zero.

    >>> round(minimum_variance_hedge_ratio(0.928, 0.0263, 0.0313), 4)
    0.7798
    """
    rho, spot, futures = finite(correlation=correlation, spot_sd=spot_sd, futures_sd=futures_sd)
    _check_correlation(rho)
    zero_or_more(spot_sd=spot)
    above_zero(futures_sd=futures)
    return unwrapped(rho * spot / futures)


def hedge_contracts(hedge_ratio: Any, exposure: Any, contract_size: Any) -> Numbers:
    r"""How many futures contracts cover an exposure; a fraction, to be rounded by who trades.

    .. math:: N = h \, Q_A / Q_F

    ``exposure`` and ``contract_size`` are quantities in one unit (gallons, tonnes). Plus for what
    is to be bought: buy that many; minus for what is to be sold: sell. Raises ``ValueError`` for a
    contract size that is not above zero.

    >>> round(hedge_contracts(0.78, 2_000_000, 42_000), 2)
    37.14
    """
    ratio, quantity, size = finite(
        hedge_ratio=hedge_ratio, exposure=exposure, contract_size=contract_size
    )
    above_zero(contract_size=size)
    return unwrapped(ratio * quantity / size)


def hedged_sd(correlation: Any, spot_sd: Any, futures_sd: Any, hedge_ratio: Any) -> Numbers:
    r"""How much the hedged price still varies, in the unit of ``spot_sd``.

    .. math:: \sqrt{\sigma_S^2 - 2 h \rho \sigma_S \sigma_F + h^2 \sigma_F^2}

    Least at the minimum-variance ratio, where it is ``spot_sd · sqrt(1 - correlation²)``. Numbers
    or arrays; errors as in ``minimum_variance_hedge_ratio``, but a futures deviation may be zero.

    >>> round(hedged_sd(0.8, 0.05, 0.04, 1.0), 4)
    0.03
    """
    rho, spot, futures, ratio = finite(
        correlation=correlation, spot_sd=spot_sd, futures_sd=futures_sd, hedge_ratio=hedge_ratio
    )
    _check_correlation(rho)
    zero_or_more(spot_sd=spot, futures_sd=futures)
    # As a sum of squares, because the difference above may round below zero.
    explained, rest = rho * spot - ratio * futures, (1 - rho**2) * spot**2
    return unwrapped((explained**2 + rest) ** 0.5)


def _check_correlation(correlation: Floats) -> None:
    if (abs(correlation) > 1).any():
        raise ValueError("correlation must be from -1 to 1")
