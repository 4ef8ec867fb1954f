r"""Loss functions: how much demand a stock level leaves unserved, on average.

E[(D - x)+] for demand D and stock x, in the units of demand. It falls in x with slope -P(D > x), is
convex, and never less than mean - x or zero. Stock x may be any real number, also negative, and
need not be whole where demand is. Every argument is a number or an array; they broadcast.
"""

from typing import Any

from spend.arguments import Numbers, finite, positive_share, unwrapped, zero_or_more
from spend.tail import gamma_tail, negative_binomial_tail, normal_tail, poisson_tail


def normal_loss(x: Any, mean: Any, sd: Any) -> Numbers:
    r"""Expected shortage against normal demand: sd·(φ(z) - z·(1 - Φ(z))), z = (x - mean) / sd.

    ``mean`` and ``sd`` (zero or more; zero means demand is certain) are those of the demand, ``x``
    the stock, all in units. Raises ``ValueError`` for a negative ``sd`` and for what is not finite.
    Source: Snyder and Shen, Fundamentals of Supply Chain Theory, appendix C.

    >>> round(normal_loss(18.6, 15, 3), 10)
    0.1683073522
    >>> normal_loss([10, 12], 11, 0)
    array([1., 0.])
    """
    level, centre, spread = finite(x=x, mean=mean, sd=sd)
    zero_or_more(sd=spread)
    return unwrapped(normal_tail(level, centre, spread).loss)


def gamma_loss(x: Any, shape: Any, scale: Any) -> Numbers:
    r"""Expected shortage against gamma demand: shape·scale·Q(shape + 1, u) - x·Q(shape, u).

    u = x / scale, and Q is the upper regularised incomplete gamma function. ``shape`` (no unit) and
    ``scale`` (units of demand) are zero or more; either at zero means no demand. Raises
    ``ValueError`` otherwise. Source: Burgin, The gamma distribution and inventory control, 1975.

    >>> round(gamma_loss(2, 1, 3), 10)  # exponential demand: 3·exp(-2 / 3)
    1.5402513571
    """
    level, form, size = finite(x=x, shape=shape, scale=scale)
    zero_or_more(shape=form, scale=size)
    return unwrapped(gamma_tail(level, form, size).loss)


def poisson_loss(x: Any, mean: Any) -> Numbers:
    r"""Expected shortage against Poisson demand: (mean - x)·P(D > x) + mean·P(D = ⌊x⌋).

    ``mean`` is zero or more; between whole numbers the loss is linear. Raises ``ValueError``
    otherwise. Source: Zipkin, Foundations of Inventory Management, appendix C.

    >>> round(poisson_loss(1, 2), 10)  # 2 - 1 + P(D = 0)
    1.1353352832
    """
    level, centre = finite(x=x, mean=mean)
    zero_or_more(mean=centre)
    return unwrapped(poisson_tail(level, centre).loss)


def negative_binomial_loss(x: Any, r: Any, p: Any) -> Numbers:
    r"""Expected shortage against negative binomial demand, (mean - x)·P(D > x) + mean·b(⌊x⌋).

    Demand counts the failures before the r-th success, each try succeeding with probability ``p``:
    mean r(1 - p)/p, variance mean/p; b(k) is the chance of r successes in r + k tries. ``r`` is
    zero or more and need not be whole; ``p`` is above 0 and at most 1. Raises ``ValueError``
    otherwise. Source: Zipkin, Foundations of Inventory Management, appendix C.

    >>> round(negative_binomial_loss(14, 4, 0.2), 10)
    4.447304632
    >>> negative_binomial_loss(0, 4, 0.2)  # nothing in stock: the mean
    16.0
    """
    level, successes, chance = finite(x=x, r=r, p=p)
    zero_or_more(r=successes)
    positive_share(p=chance)
    return unwrapped(negative_binomial_tail(level, successes, chance).loss)
