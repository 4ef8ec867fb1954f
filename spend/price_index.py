r"""Price indices: their history, what a price should be by its index, and how they move together.

History is a frame with one row a month and one column an index, without holes in the months and
NaN where a value is not known; series may start, pause and end when they like. Changes are logs
unless asked otherwise: they add up over time, and a price made from them stays above zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from spend.arguments import Floats, Numbers, finite, unwrapped

# Fewer months in common say nothing about how two indices move together: taken as unrelated.
LEAST_COMMON = 12
# Eigenvalues of a correlation this far below zero are rounding.
ROUNDING = 1e-10


def index_history(codes: Sequence[str], months: Sequence[Any], values: Any) -> pd.DataFrame:
    """Rows of index values (code, month, value) as one frame of months and indices.

    Months are dates or texts like 2025-01; the frame has every month from the first to the last,
    NaN where an index has no value. Raises ``ValueError`` for values that are not above zero, and
    where a code has two values for a month.

    >>> index_history(["OIL", "OIL", "TIN"], ["2025-01", "2025-03", "2025-03"], [80, 84, 30])
    code      OIL   TIN
    month
    2025-01  80.0   NaN
    2025-02   NaN   NaN
    2025-03  84.0  30.0
    """
    (value,) = finite(values=values)
    if (value <= 0).any():
        raise ValueError("index values must be above zero")
    if not len(codes) == len(months) == value.size:
        raise ValueError("codes, months and values must be equally long")
    month = pd.PeriodIndex(pd.to_datetime(list(months)), freq="M")
    rows = pd.DataFrame({"code": list(codes), "month": month, "value": value.ravel()})
    if rows.duplicated(["code", "month"]).any():
        raise ValueError("an index must have one value for a month")
    table = rows.pivot(index="month", columns="code", values="value")
    if table.empty:
        return table
    every = pd.period_range(month.min(), month.max(), freq="M", name="month")
    return table.reindex(every)


def expected_price(base_price: Any, index: Any, base_index: Any, pass_through: Any) -> Numbers:
    r"""What a price should be now, by the index it follows.

    .. math:: p_0 \left( 1 + \text{pass-through} \left( I / I_0 - 1 \right) \right)

    ``pass_through`` is the share of the price that follows the index, from 0 to 1; indices are
    above zero and of one base; the result has the unit of ``base_price``. Numbers or arrays that
    broadcast; anything else raises ``ValueError``. This is the usual price adjustment clause.

    >>> expected_price(200.0, 110, 100, 0.5)
    210.0
    """
    price, now, before, share = finite(
        base_price=base_price, index=index, base_index=base_index, pass_through=pass_through
    )
    _check_index(now, before, share)
    return unwrapped(price + price * share * (now / before - 1))


@dataclass(frozen=True)
class PriceChange:
    """The change of a price in two parts that sum to it: plus means dearer."""

    explained: Numbers
    beyond: Numbers


def explained_price_change(
    base_price: Any, price: Any, index: Any, base_index: Any, pass_through: Any
) -> PriceChange:
    """How much of a price change the index explains, and how much lies beyond it.

    ``explained`` is the expected price less the base price; ``beyond`` the price less the expected
    price: what was negotiated, for better (minus) or worse (plus). Arguments and errors as in
    ``expected_price``.

    >>> explained_price_change(200.0, 216.0, 110, 100, 0.5)
    PriceChange(explained=10.0, beyond=6.0)
    """
    paid, base = finite(price=price, base_price=base_price)
    expected = np.asarray(expected_price(base, index, base_index, pass_through))
    return PriceChange(unwrapped(expected - base), unwrapped(paid - expected))


def index_changes(
    history: pd.DataFrame,
    months: int = 12,
    *,
    to: Literal["end", "average"] = "end",
    kind: Literal["log", "relative"] = "log",
    overlapping: bool = True,
) -> pd.DataFrame:
    r"""How each index changed over windows of ``months``, by the window's last month.

    From the month before the window to its last month (``to="end"``) or to the average of its
    months (``to="average"``: what a budget at last year's closing prices meets): ``log`` gives
    ln(I / I0), ``relative`` I / I0 - 1. A window without one of the values it needs has NaN.
    Overlapping windows begin every month: they use all there is, but n of them know no more than
    about n / months independent ones. Others are counted back from the last month.

    >>> history = index_history(["TIN"] * 3, ["2025-01", "2025-02", "2025-03"], [100, 110, 121])
    >>> index_changes(history, 1, kind="relative")["TIN"].round(4).tolist()
    [0.1, 0.1]
    """
    if months < 1:
        raise ValueError("months must be 1 or more")
    levels = history.to_numpy(dtype=np.float64)
    count = max(len(levels) - months, 0)
    end = levels[months:]
    if to == "average":
        end = np.zeros_like(end)
        for month in range(1, months + 1):
            end = end + levels[month : month + count] / months
    ratio = end / levels[:count]
    changes = np.log(ratio) if kind == "log" else ratio - 1
    frame = pd.DataFrame(changes, index=history.index[months:], columns=history.columns)
    return frame if overlapping else frame.iloc[::-1].iloc[::months].iloc[::-1]


def change_covariance(
    changes: pd.DataFrame,
    mean: Literal["zero", "sample"] = "zero",
    decay: float = 1.0,
) -> Floats:
    r"""How changes vary together: a covariance in the order of the columns, per window.

    ``mean="zero"`` measures from no change (RiskMetrics): the right spread where the forecast is
    "as today". ``"sample"`` measures from each mean and corrects for having estimated it. With
    ``decay`` below 1 a window's weight shrinks by that factor with each row of age.

    Each variance uses all windows of its own index; each correlation the windows that both have,
    or zero below 12 of them. Correlations taken from different spans need not fit together: where
    they don't, eigenvalues below zero are set to zero and the diagonal is scaled back to one
    (Rebonato and Jäckel, 1999), so the result is positive semi-definite, close to the nearest such
    matrix, and no variance changes. Raises ``ValueError`` for an index with fewer than two changes.

    >>> changes = pd.DataFrame({"TIN": [0.1, -0.1], "OIL": [0.2, -0.2]})
    >>> change_covariance(changes).diagonal().round(4)
    array([0.01, 0.04])
    """
    if not 0 < decay <= 1:
        raise ValueError("decay must be above 0 and at most 1")
    values = changes.to_numpy(dtype=np.float64)
    known = np.isfinite(values).astype(np.float64)
    if short := [str(c) for c, n in zip(changes, known.sum(axis=0), strict=True) if n < 2]:
        raise ValueError(f"an index must have two changes or more; {short[0]} has not")
    weight: Floats = np.power(decay, np.arange(len(values) - 1, -1, -1, dtype=np.float64))
    joint, variance, other = _pairwise(np.where(known > 0, values, 0.0), known, weight, mean)
    scale = np.sqrt(np.maximum(variance * other, 0.0))
    correlation = np.divide(joint, scale, out=np.zeros_like(joint), where=scale > 0)
    correlation = (correlation + correlation.T) / 2
    correlation[known.T @ known < LEAST_COMMON] = 0.0
    np.fill_diagonal(correlation, 1.0)
    deviation = np.sqrt(np.maximum(variance.diagonal(), 0.0))
    return np.asarray(fitting_correlation(correlation) * np.outer(deviation, deviation))


def fitting_correlation(correlation: Floats) -> Floats:
    """A correlation matrix made positive semi-definite; one that already is comes back unchanged.

    Eigenvalues below zero become zero, and the diagonal is scaled back to one.

    >>> bad = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    >>> fitting_correlation(bad).round(2)
    array([[ 1. ,  0.5, -0.5],
           [ 0.5,  1. ,  0.5],
           [-0.5,  0.5,  1. ]])
    """
    if not correlation.size:
        return correlation
    values, vectors = np.linalg.eigh(correlation)
    if values.min() >= -ROUNDING:
        return correlation
    clipped = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(clipped.diagonal())
    fitting = clipped / np.outer(scale, scale)
    fitting = (fitting + fitting.T) / 2
    np.fill_diagonal(fitting, 1.0)
    return np.asarray(fitting)


def _pairwise(
    values: Floats, known: Floats, weight: Floats, mean: str
) -> tuple[Floats, Floats, Floats]:
    """Covariances over the windows that each two have, and both their variances over the same."""
    weighed, present = values * weight[:, np.newaxis], known * weight[:, np.newaxis]
    total = present.T @ known
    products, squares = weighed.T @ values, (weighed * values).T @ known
    divisor = total
    if mean == "sample":
        sums = weighed.T @ known
        safe = np.where(total > 0, total, 1.0)
        products = products - sums * sums.T / safe
        squares = squares - sums**2 / safe
        divisor = total - (present * weight[:, np.newaxis]).T @ known / safe
    divisor = np.where(divisor > 0, divisor, np.inf)
    return products / divisor, squares / divisor, (squares / divisor).T


def _check_index(index: Floats, base_index: Floats, pass_through: Floats) -> None:
    if (index <= 0).any() or (base_index <= 0).any():
        raise ValueError("index and base_index must be above zero")
    if ((pass_through < 0) | (pass_through > 1)).any():
        raise ValueError("pass_through must be from 0 to 1")
