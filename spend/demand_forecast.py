r"""Forecasts of demand that comes seldom: Croston, Syntetos-Boylan (SBA), Teunter-Syntetos-Babai.

All give a rate per period, from one series or from a matrix of items (rows) by periods (columns).
Periods in which stock was out can be left out: what was sold then is not what was wanted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from spend.arguments import Flags, Floats, Numbers, finite, positive_share, unwrapped


@dataclass(frozen=True)
class CrostonForecast:
    """Smoothed size of a demand, smoothed periods between two, and their quotient."""

    size: Numbers
    interval: Numbers
    rate: Numbers


def croston(series: Any, alpha: Any, stocked_out: Any = None) -> Numbers:
    r"""Demand per period by Croston's method: smoothed size ÷ smoothed interval.

    .. math:: z \leftarrow z + \alpha (x - z), \quad p \leftarrow p + \alpha (q - p)

    at each demand ``x`` after ``q`` periods; both begin with the first size and first interval
    (counted from the start of the series). ``series`` holds quantities per period, zero or more:
    one item, or a matrix of items by periods, for which an array comes back; ``alpha`` is above 0
    and at most 1, one number or one for each item. No demand at all gives 0. Periods flagged in
    ``stocked_out`` (same shape) are left out. Raises ``ValueError`` for negative or missing
    quantities (a missing period is 0, or flagged) and for a series without periods.
    Source: Croston (1972), Operational Research Quarterly 23(3).

    >>> croston([0, 2, 0, 0, 5, 0], alpha=0.5)
    1.4
    >>> croston([0, 0, 0], alpha=0.1)
    0.0
    """
    return croston_parts(series, alpha, stocked_out).rate


def sba(series: Any, alpha: Any, stocked_out: Any = None) -> Numbers:
    r"""Demand per period by the Syntetos-Boylan approximation: Croston less its bias.

    .. math:: \left(1 - \frac{\alpha}{2}\right) \frac{z}{p}

    A quotient of two averages is too high on average; this takes that off. Arguments, errors and
    shapes as for ``croston``. Source: Syntetos and Boylan (2005), International Journal of
    Forecasting 21(2).

    >>> sba([0, 2, 0, 0, 5, 0], alpha=0.5)
    1.0499999999999998
    """
    rate = np.asarray(croston(series, alpha, stocked_out))
    return unwrapped((1 - np.asarray(alpha, dtype=np.float64) / 2) * rate)


def tsb(series: Any, alpha_demand: Any, alpha_probability: Any, stocked_out: Any = None) -> Numbers:
    r"""Demand per period by Teunter, Syntetos and Babai: chance of a demand × its size.

    The chance is smoothed in every period, with ``alpha_probability``, from the first period's 0
    or 1; the size at demands only, with ``alpha_demand``, from the first size. So the forecast of
    an item that nobody wants any more sinks to zero, which Croston's never does. Arguments, errors
    and shapes as for ``croston``. Source: Teunter, Syntetos and Babai (2011), European Journal of
    Operational Research 214(3).

    >>> tsb([4, 0, 0, 0], alpha_demand=0.1, alpha_probability=0.5)
    0.5
    """
    matrix, out, single = demand_matrix(series, stocked_out)
    by_size = smoothing(matrix, alpha_demand=alpha_demand)
    by_chance = smoothing(matrix, alpha_probability=alpha_probability)
    size, chance = np.zeros(len(matrix)), np.zeros(len(matrix))
    started, demanded = np.zeros(len(matrix), bool), np.zeros(len(matrix), bool)
    for quantity, left_out in zip(matrix.T, out.T, strict=True):
        counts = ~left_out
        occurs = counts & (quantity > 0)
        chance += np.where(counts, np.where(started, by_chance, 1), 0) * (occurs - chance)
        size += np.where(occurs, np.where(demanded, by_size, 1), 0) * (quantity - size)
        started |= counts
        demanded |= occurs
    return _like(single, chance * size)


def croston_parts(series: Any, alpha: Any, stocked_out: Any = None) -> CrostonForecast:
    """Croston's forecast with its two parts; arguments as for ``croston``. No demand: all 0.

    >>> croston_parts([0, 2, 0, 0, 5, 0], alpha=0.5)
    CrostonForecast(size=3.5, interval=2.5, rate=1.4)
    """
    matrix, out, single = demand_matrix(series, stocked_out)
    weight = smoothing(matrix, alpha=alpha)
    size, interval, gap = (np.zeros(len(matrix)) for _ in range(3))
    demanded = np.zeros(len(matrix), bool)
    for quantity, left_out in zip(matrix.T, out.T, strict=True):
        gap += ~left_out
        occurs = ~left_out & (quantity > 0)
        step = np.where(occurs, np.where(demanded, weight, 1), 0)
        size += step * (quantity - size)
        interval += step * (gap - interval)
        gap[occurs] = 0
        demanded |= occurs
    rate = np.divide(size, interval, out=np.zeros_like(size), where=demanded)
    return CrostonForecast(*(_like(single, part) for part in (size, interval, rate)))


def demand_matrix(series: Any, stocked_out: Any = None) -> tuple[Floats, Flags, bool]:
    """A series or matrix of demand, checked, as items by periods; the flags of what to leave out;
    and whether it was a single series.

    >>> demand_matrix([1, 0, 2])
    (array([[1., 0., 2.]]), array([[False, False, False]]), True)
    """
    (matrix,) = finite(series=series)
    if matrix.ndim not in (1, 2):
        raise ValueError("series must be one series, or a matrix of items by periods")
    if matrix.shape[-1] == 0:
        raise ValueError("series must have at least one period")
    if (matrix < 0).any():
        raise ValueError("series must be zero or more: offset returns first")
    out = np.zeros(matrix.shape, bool) if stocked_out is None else np.asarray(stocked_out)
    if out.dtype != np.bool_ or out.shape != matrix.shape:
        raise ValueError("stocked_out must be true or false for each value of series")
    return np.atleast_2d(matrix), np.atleast_2d(out), matrix.ndim == 1


def smoothing(matrix: Floats, **alpha: Any) -> Floats:
    """A smoothing constant, checked, for each row of a matrix.

    >>> smoothing(np.zeros((2, 5)), alpha=0.1)
    array([0.1, 0.1])
    """
    ((name, value),) = alpha.items()
    (weights,) = finite(**{name: value})
    positive_share(**{name: weights})
    if weights.shape not in ((), (len(matrix),)):
        raise ValueError(f"{name} must be one number, or one for each item")
    return np.broadcast_to(weights, len(matrix))


def _like(single: bool, values: Floats) -> Numbers:
    return float(values[0]) if single else values
