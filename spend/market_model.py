r"""A frozen market: where price indices and currencies are expected to go, and how far they stray.

Each index is a geometric random walk in months. With m months passed since its last known value,

.. math:: I_m / I_0 = \exp\left( (\mu - \sigma^2 / 2) m + \sigma W_m \right), \quad
          E[I_m / I_0] = e^{\mu m}

so ``drift`` 0 means "as today, on average", and no index falls below zero. The W of several indices
are correlated by the covariance of their monthly log changes (Glasserman, Monte Carlo Methods in
Financial Engineering, 3.2). Fat tails are left out on purpose: under Student's t the expected price
would be infinite. The model is plain numbers, to be stored with the plan that it was used on.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from spend.arguments import Floats
from spend.price_index import change_covariance, index_changes
from spend.random_streams import normals

# A conditional variance this small, as a share of the whole, is none: the rest is rounding.
NOTHING = 1e-8


@dataclass(frozen=True)
class MarketModel:
    """Indices and currencies by code: monthly drift, and covariance of monthly log changes.

    ``drift`` is the log of the expected growth for one month. The covariance is symmetric and
    positive semi-definite; ``ValueError`` says what does not fit.
    """

    codes: tuple[str, ...]
    drift: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        size = len(self.codes)
        if len(set(self.codes)) != size:
            raise ValueError("codes must be different from each other")
        rows = {len(row) for row in self.covariance}
        if len(self.drift) != size or len(self.covariance) != size or rows - {size}:
            raise ValueError("drift must have one number for each code, and covariance one for two")
        every = [*self.drift, *(value for row in self.covariance for value in row)]
        if not all(map(math.isfinite, every)):
            raise ValueError("drift and covariance must be finite: no NaN, no infinity")
        semidefinite_factor(self.covariance)

    def variance(self, code: str) -> float:
        """The variance of the code's monthly log change."""
        place = self.place(code)
        return self.covariance[place][place]

    def place(self, code: str) -> int:
        """Where the code stands; ``ValueError`` where the market does not have it."""
        if code not in self.codes:
            raise ValueError(f"the market model has no {code}")
        return self.codes.index(code)


def market_from_history(
    history: pd.DataFrame,
    *,
    months: int = 12,
    drift: Literal["history", "none"] = "history",
    decay: float = 1.0,
) -> MarketModel:
    r"""The market that index history shows, from overlapping windows of ``months``.

    What is measured is what a year's budget meets: the log change from the last price before a
    window to the average of its n months. A random walk's has (n + 1)(2 n + 1) / 6 n times the
    variance of one month, so a month's covariance is the measured one divided by that. Windows of a
    year carry what single months hide: that a rising price tends to go on rising.
    ``drift="history"`` expects each index to grow as it did on average, and measures the spread
    from that; ``"none"`` expects prices as they are, and measures from no change. ``decay`` as in
    ``change_covariance``; the codes are in the order of the columns. Raises ``ValueError`` for an
    index without two windows.

    >>> values = [100.0, 110.0, 100.0, 110.0, 100.0]
    >>> history = pd.DataFrame({"TIN": values}, index=pd.period_range("2025-01", periods=5))
    >>> round(market_from_history(history, months=1, drift="none").variance("TIN"), 6)
    0.009084
    """
    changes = index_changes(history, months, to="average")
    times = (months + 1) * (2 * months + 1) / (6 * months)
    spread = change_covariance(changes, "zero" if drift == "none" else "sample", decay) / times
    growth = np.zeros(len(spread))
    if drift == "history":
        # On average, a window's months lie (n + 1) / 2 months after the price before it.
        mean = np.nanmean(changes.to_numpy(), axis=0) / ((months + 1) / 2)
        growth = mean + spread.diagonal() / 2
    rows = tuple(tuple(row) for row in spread.tolist())
    return MarketModel(tuple(map(str, history.columns)), tuple(growth.tolist()), rows)


def semidefinite_factor(covariance: Sequence[Sequence[float]]) -> Floats:
    r"""The lower triangle L with :math:`L L^\top` = covariance, also where some risks are copies.

    Cholesky's algorithm on the correlations, in plain loops with exactly rounded sums, so that it
    gives the same numbers on every machine, which libraries of linear algebra do not. Where what
    the earlier rows leave of a variance is below 1e-8 of it, it counts as none. Row k depends on
    rows up to k only. Raises ``ValueError`` for a matrix that is not symmetric and positive
    semi-definite.

    >>> semidefinite_factor([[4.0, 4.0], [4.0, 4.0]])
    array([[2., 0.],
           [2., 0.]])
    """
    size = len(covariance)
    if any(covariance[i][i] < 0 for i in range(size)):
        raise ValueError("covariance must be positive semi-definite: no variance below zero")
    deviation = [math.sqrt(covariance[i][i]) for i in range(size)]
    factor = [[0.0] * size for _ in range(size)]
    for j in range(size):
        left = 0.0
        for i in range(j, size):
            rest = _correlation(covariance, deviation, i, j) - math.fsum(
                factor[i][k] * factor[j][k] for k in range(j)
            )
            if i == j:
                left = rest
            factor[i][j] = _entry(rest, left)
    scale = np.array(deviation, dtype=np.float64).reshape(size, 1)
    return np.array(factor, dtype=np.float64).reshape(size, size) * scale


def _entry(rest: float, left: float) -> float:
    """One number of the factor, from what earlier columns leave of it and of its diagonal."""
    if left > NOTHING:
        return rest / math.sqrt(left)
    # Nothing left to vary, so nothing may be left to vary with.
    if left < -NOTHING or rest * rest > 4 * NOTHING:
        raise ValueError("covariance must be positive semi-definite: no mix may have less than 0")
    return 0.0


def _correlation(
    covariance: Sequence[Sequence[float]], deviation: Sequence[float], i: int, j: int
) -> float:
    both, scale = covariance[i][j], deviation[i] * deviation[j]
    if abs(both - covariance[j][i]) > 1e-9 * max(scale, abs(both)):
        raise ValueError("covariance must be symmetric")
    if scale == 0 and both != 0:
        raise ValueError("covariance must be positive semi-definite: no mix may have less than 0")
    if i == j:
        return 1.0 if scale else 0.0
    return both / scale if scale else 0.0


def index_paths(
    market: MarketModel, codes: Iterable[str], steps: Sequence[int], seed: int, draws: int
) -> dict[str, Floats]:
    """Simulated index values as multiples of the last known one: per code, steps by draws.

    ``steps`` are the months from one point of the path to the next, such as (3, 1, 1): the first
    counts from the last known value. Codes in the market's order; the numbers of a code depend on
    those before it in the market, so that one added at the end leaves the others as they were.

    >>> market = MarketModel(("TIN",), (0.01,), ((0.0,),))
    >>> index_paths(market, ["TIN"], (2, 1), seed=1, draws=1)["TIN"].ravel().round(4).tolist()
    [1.0202, 1.0305]
    """
    return dict(_paths(market, tuple(dict.fromkeys(codes)), tuple(steps), seed, draws))


@lru_cache(maxsize=2)  # a plan, its drivers and its months ask for the same, one after the other
def _paths(
    market: MarketModel, codes: tuple[str, ...], steps: tuple[int, ...], seed: int, draws: int
) -> Mapping[str, Floats]:
    factor = semidefinite_factor(market.covariance)
    length = np.asarray(steps, dtype=np.float64)[:, np.newaxis]
    shocks: dict[int, Floats] = {}
    paths = {}
    for code in codes:
        place = market.place(code)
        log_change = np.zeros((len(steps), draws)) + (
            (market.drift[place] - market.covariance[place][place] / 2) * length
        )
        for source in np.flatnonzero(factor[place]).tolist():
            if source not in shocks:
                shocks[source] = _shocks(market.codes[source], length, seed, draws)
            log_change += factor[place, source] * shocks[source]
        paths[code] = np.exp(np.cumsum(log_change, axis=0))
        paths[code].setflags(write=False)
    return paths


def _shocks(code: str, length: Floats, seed: int, draws: int) -> Floats:
    """Independent normal shocks, steps by draws, drawn one whole path after the other."""
    numbers = normals(seed, f"index {code}", draws * len(length)).reshape(draws, len(length))
    return np.ascontiguousarray(numbers.T) * np.sqrt(length)
