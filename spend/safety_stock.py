r"""Safety stock: what is held against demand and lead times that turn out other than expected.

Two questions that are often confused. Cycle service: in what share of the order cycles does nothing
run out? Fill rate: what share of demand is served from the shelf? Both for continuous review (an
order of Q once the inventory position is down to r) and for review every R periods, for normal
demand and, through ``spend.lead_time_demand``, for any other. Times are in demand periods;
unserved demand waits; lead times do not depend on demand and orders do not overtake one another.
"""

from typing import Any

import numpy as np
from scipy import special

from spend.arguments import Floats, Numbers, above_zero, finite, inside, unwrapped, zero_or_more
from spend.distributions import Distribution, Normal
from spend.fill_rate import Policy, stock_at


def safety_stock(
    demand_mean: Any,
    demand_sd: Any,
    lead_time: Any,
    lead_time_sd: Any = 0,
    service_level: Any = 0.95,
    review_period: Any = 0,
) -> Numbers:
    r"""Safety stock for a cycle service level: z·√((L + R)·σ² + μ²·σ_L²), z = Φ⁻¹(service level).

    ``demand_mean`` μ and ``demand_sd`` σ are per period, ``lead_time`` L, its ``lead_time_sd`` σ_L
    and ``review_period`` R (0: continuous review) in periods; the result is in units, negative
    below a service level of one half. Numbers or arrays that broadcast. Raises ``ValueError`` for a
    negative argument, for a service level not above 0 and below 1, and for what is not finite.
    Source: Silver, Pyke and Thomas, Inventory and Production Management, section 6.7.

    >>> round(safety_stock(2500, 500, 2, service_level=0.9), 1)
    906.2
    >>> round(safety_stock(100, 20, 4, lead_time_sd=1), 1)  # 1.645·√(4·20² + 100²·1²)
    177.2
    """
    mean, sd, lead, lead_sd, level, review = finite(
        demand_mean=demand_mean,
        demand_sd=demand_sd,
        lead_time=lead_time,
        lead_time_sd=lead_time_sd,
        service_level=service_level,
        review_period=review_period,
    )
    zero_or_more(
        demand_mean=mean, demand_sd=sd, lead_time=lead, lead_time_sd=lead_sd, review_period=review
    )
    inside(service_level=level)
    spread = np.hypot(np.sqrt(lead + review) * sd, mean * lead_sd)
    return unwrapped(np.asarray(special.ndtri(level) * spread))


def safety_stock_for_fill_rate(
    demand_mean: Any,
    demand_sd: Any,
    lead_time: Any,
    order_quantity: Any,
    fill_rate: Any,
    lead_time_sd: Any = 0,
    review_period: Any = 0,
) -> Numbers:
    r"""Safety stock at which the fill rate is met, where demand over lead time is normal in total.

    Arguments as for ``safety_stock``, with ``order_quantity`` Q (units, above zero) and
    ``fill_rate`` (the share of demand served from stock, above 0 and below 1). Continuous review
    (``review_period`` 0) orders Q at r; with review every R periods, the least multiple of Q that
    brings the position above r, where Q is above μ·R, else up to S. At Q = μ·R the result jumps,
    because r + Q and S are different levels. It is r or S less the mean demand over lead time and
    review period, and not floored at zero: minus means that the order quantity alone gives more
    than was asked. Demand that is certain is the limit (for continuous review minus
    (1 - fill rate)·Q); no demand at all needs 0. Raises ``ValueError`` as ``safety_stock`` does,
    for an order quantity not above zero, and for a spread without a mean.

    Continuous review counts units asked for one by one. **Stock that is looked at once a period
    needs** ``review_period=1``: with mean 100, sd 20, lead time 4 and Q 500, 95 % asked for is
    95.0 % served with it, and 86.1 % without.

    What is left are the assumptions; sizes are from simulation, 95 % asked for. Normal demand that
    varies much is sometimes negative, and what is never negative is not normal: gamma demand with
    sd 0.6 of its mean is served 93 to 95 %. Lead times far from normal can cost 1 to 3 points (2 or
    8 periods, each as often: 93.6 %; 98 % asked for, 2 periods but one time in ten 14: 95.2 %).
    Where lead times vary and orders are placed while others are due, orders that wait for those
    before them cost about 2 points (6 ± 2 periods, an order a period: 92.7 %; far more where lead
    times are skewed); orders that overtake serve more than was asked.

    Source: the equations in ``spend.fill_rate``; the first is that of Chopra and Meindl, Supply
    Chain Management, section 12.2, without its neglect of what one order cannot clear.

    >>> round(safety_stock_for_fill_rate(2500, 500, 2, order_quantity=10_000, fill_rate=0.975), 1)
    66.7
    >>> round(safety_stock_for_fill_rate(100, 0, 2, order_quantity=50, fill_rate=0.98), 6)
    -1.0
    """
    mean, sd, lead, quantity, rate, lead_sd, review = finite(
        demand_mean=demand_mean,
        demand_sd=demand_sd,
        lead_time=lead_time,
        order_quantity=order_quantity,
        fill_rate=fill_rate,
        lead_time_sd=lead_time_sd,
        review_period=review_period,
    )
    zero_or_more(
        demand_mean=mean, demand_sd=sd, lead_time=lead, lead_time_sd=lead_sd, review_period=review
    )
    extra = mean * lead_sd
    during_lead_time = Normal(mean * lead, np.hypot(np.sqrt(lead) * sd, extra))
    protection = lead + review
    during = Normal(mean * protection, np.hypot(np.sqrt(protection) * sd, extra))
    stock = stock_for_fill_rate(during_lead_time, during, quantity, rate, mean, review)
    return unwrapped(np.asarray(stock - during.mean))


def reorder_point(demand_mean: Any, lead_time: Any, safety_stock: Any) -> Numbers:
    r"""The inventory position at which to order: μ·L + safety stock, in units.

    ``demand_mean`` per period and ``lead_time`` in periods, zero or more (under periodic review,
    lead time plus review period give the order-up-to level). ``safety_stock`` may be negative.
    Raises ``ValueError`` otherwise. Source: Heizer and Render, Operations Management, chapter 12.

    >>> reorder_point(60, 6, 153.6)
    513.6
    """
    mean, lead, safety = finite(
        demand_mean=demand_mean, lead_time=lead_time, safety_stock=safety_stock
    )
    zero_or_more(demand_mean=mean, lead_time=lead)
    return unwrapped(np.asarray(mean * lead + safety))


def stock_for_service(distribution: Distribution, service_level: Any) -> Numbers:
    """The lowest stock that covers demand over the protection interval with that probability.

    ``distribution`` is of demand over lead time plus review period. The safety stock is the result
    less its mean. Raises ``ValueError`` for a service level not above 0 and below 1.

    >>> from spend.distributions import NegativeBinomial
    >>> stock_for_service(NegativeBinomial(4, 0.2), 0.95)
    33.0
    """
    (level,) = finite(service_level=service_level)
    inside(service_level=level)
    return unwrapped(distribution.quantile(level))


def stock_for_fill_rate(
    during_lead_time: Distribution,
    during_protection: Distribution,
    order_quantity: Any,
    fill_rate: Any,
    demand_mean: Any,
    review_period: Any = 0,
) -> Numbers:
    """The reorder point r, or order-up-to level S, that meets the fill rate; any distribution.

    Which of the two, and the equations, as in ``safety_stock_for_fill_rate``; ``during_protection``
    is demand over lead time plus review period (for continuous review the lead time's own). Whole
    demand gives a whole stock, the lowest that meets the rate, where the order quantity is whole as
    well. Continuous review counts units as if they were asked for one by one; demand that comes in
    lumps should be given a review period, such as the bucket it is recorded in. Raises
    ``ValueError`` for an order quantity not above zero, a fill rate not above 0 and below 1, a
    negative mean or review period, and a spread without a mean.

    >>> from spend.distributions import Poisson
    >>> stock_for_fill_rate(Poisson(4), Poisson(6), 5, 0.95, demand_mean=2, review_period=1)
    8.0
    """
    policy, rate = _policy(
        during_lead_time,
        during_protection,
        order_quantity=order_quantity,
        demand_mean=demand_mean,
        review_period=review_period,
        fill_rate=fill_rate,
    )
    inside(fill_rate=rate)
    return unwrapped(np.asarray(stock_at(policy, 1 - rate)))


def fill_rate_achieved(
    stock: Any,
    during_lead_time: Distribution,
    during_protection: Distribution,
    order_quantity: Any,
    demand_mean: Any,
    review_period: Any = 0,
) -> Numbers:
    """The share of demand that a reorder point r, or order-up-to level S, serves from stock.

    The inverse of ``stock_for_fill_rate``, with the same arguments and errors. Without demand
    nothing goes short: 1.

    >>> from spend.distributions import Normal
    >>> demand = Normal(5000, 500 * 2**0.5)
    >>> round(fill_rate_achieved(6000, demand, demand, 10_000, 2500), 4)
    0.9975
    """
    policy, level = _policy(
        during_lead_time,
        during_protection,
        order_quantity=order_quantity,
        demand_mean=demand_mean,
        review_period=review_period,
        stock=stock,
    )
    short = policy.short(level, policy.lattice)
    return unwrapped(np.asarray(1 - np.where(policy.demand_mean > 0, short, 0.0)))


def _policy(
    during_lead_time: Distribution, during_protection: Distribution, **arguments: Any
) -> tuple[Policy, Floats]:
    """The policy, and the last of the named arguments, which is what is asked of it."""
    *named, _ = finite(**arguments, lead=during_lead_time.mean, protection=during_protection.mean)
    quantity, mean, review, asked, _ = named
    above_zero(order_quantity=quantity)
    zero_or_more(demand_mean=mean, review_period=review)
    if ((mean == 0) & (during_protection.sd > 0)).any():
        raise ValueError("demand_mean must be above zero where demand varies")
    return Policy(during_lead_time, during_protection, quantity, mean, review), asked
