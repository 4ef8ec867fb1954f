r"""What to expect of demand, and how surely: from an item's past to what stock is set against.

Taken at its word, the past gives a mean and a variance. Allowing for how little of it was seen
widens them. Times are in the demand's own periods.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats, finite, zero_or_more
from spend.demand import DemandStatistics, seldom
from spend.demand_forecast import demand_matrix

PRIOR_DEMANDS = 2.0  # how many demands the other items' unevenness counts for


@dataclass(frozen=True)
class ExpectedDemand:
    """What to expect of each item's demand per period, and how surely; arrays of one entry an item.

    ``mean_error``: standard error of the mean, as a share of it. ``persistence``: variance over an
    interval as a multiple of what independent periods would give. 0 and 1: as if known for certain.
    """

    mean: Floats
    variance: Floats
    adi: Floats
    size_mean: Floats
    size_variance: Floats
    mean_error: Floats
    persistence: Floats

    def interval_sd(self, interval: Floats, lead_time_sd: Floats) -> Floats:
        r"""The spread of the interval that gives demand over it the variance it should have.

        .. math:: \sqrt{s_L^2 + T^2 e^2 + (\rho - 1) T \sigma^2 / \mu^2}

        for then :math:`\sigma^2 T + \mu^2 s^2` is the lead time's part, plus that of a mean known
        with relative error e, plus what persistence ρ adds.
        """
        some = np.where(self.mean > 0, self.mean, 1)
        lasting = (self.persistence - 1) * interval * self.variance / some**2
        variance = lead_time_sd**2 + (interval * self.mean_error) ** 2 + lasting
        return np.where(self.mean > 0, np.sqrt(variance), 0)

    def of(self, items: Flags | NDArray[np.int64]) -> "ExpectedDemand":
        """The same of some items, by flags or by their places."""
        return ExpectedDemand(*(getattr(self, field.name)[items] for field in fields(self)))


def expected_demand(statistics: DemandStatistics, rate: Any = None) -> ExpectedDemand:
    """What to expect where the past is taken at its word: the mean, or a forecast ``rate``.

    A rate other than the mean changes how often demands come, not their size (their size, where
    one came every period already), and the variance in proportion. Unknown variances (of one
    demand or one period) count as 0. Raises ``ValueError`` for a negative rate.

    >>> from spend.demand import demand_statistics
    >>> found = expected_demand(demand_statistics([0, 4, 0, 6]), rate=[1.25])
    >>> found.mean, found.adi, found.size_mean
    (array([1.25]), array([4.]), array([5.]))
    """
    past = np.nan_to_num(statistics.mean)
    (mean, past) = finite(rate=past if rate is None else rate, mean=past)
    zero_or_more(rate=mean)
    share = np.divide(mean, past, out=np.zeros_like(past), where=past > 0)
    rarer = np.divide(statistics.adi, share, out=np.full_like(past, np.nan), where=share > 0)
    adi = np.fmax(rarer, np.where(share > 0, 1, np.nan))
    return ExpectedDemand(
        mean=mean * (past > 0),
        variance=np.nan_to_num(statistics.variance) * share,
        adi=adi,
        size_mean=mean * adi,
        size_variance=np.nan_to_num(statistics.size_variance),
        mean_error=np.zeros_like(past),
        persistence=np.ones_like(past),
    )


def with_estimation_error(
    demand: ExpectedDemand, statistics: DemandStatistics, series: Any, interval: Any
) -> ExpectedDemand:
    r"""The same demand, allowing for how little of it was seen.

    Three allowances, all from the past alone. The mean is uncertain: its relative variance is
    :math:`(1 + CV^2) / k` after k demands of intermittent or lumpy items, :math:`\sigma^2 / (n
    \mu^2)` after n periods of the others. The unevenness of sizes seen in few demands is drawn
    towards the median of all items with three or more, which counts for two demands. Periods are
    not independent: variance over ``interval`` periods is measured (``persistence``; of the series
    as recorded, periods of stock-outs included). Source: for the first, Prak, Teunter and Syntetos
    (2017), On the calculation of safety stocks when demand is forecasted, European Journal of
    Operational Research 256(2).

    >>> from spend.demand import demand_statistics
    >>> series = [[0, 4, 0, 6], [0, 0, 7, 0]]
    >>> past = demand_statistics(series)
    >>> with_estimation_error(expected_demand(past), past, series, interval=2).mean_error.round(2)
    array([0.72, 1.  ])
    """
    often = statistics.demands >= 3
    usual = float(np.nanmedian(statistics.cv2[often])) if often.any() else 0.0
    seen = np.maximum(statistics.demands - 1, 0)
    cv2 = (PRIOR_DEMANDS * usual + seen * np.nan_to_num(statistics.cv2)) / (PRIOR_DEMANDS + seen)
    some = np.where(statistics.demands > 0, statistics.demands, 1)
    square = np.where(statistics.mean > 0, statistics.periods * statistics.mean**2, 1)
    steady = np.nan_to_num(statistics.variance) / square
    error = np.sqrt(np.where(seldom(statistics), (1 + cv2) / some, steady))
    uneven = cv2 * np.nan_to_num(demand.size_mean) ** 2
    return ExpectedDemand(
        mean=demand.mean,
        variance=demand.variance,
        adi=demand.adi,
        size_mean=demand.size_mean,
        size_variance=np.where(seldom(statistics), uneven, demand.size_variance),
        mean_error=error,
        persistence=persistence(series, interval),
    )


def persistence(series: Any, interval: Any) -> Floats:
    """How much more demand varies over an interval than independent periods would: 1 or more.

    The sample variance of sums over every run of ``interval`` periods (rounded up), ÷ interval ×
    the sample variance of one period; a measured ratio below 1 counts as 1, and so does what can't
    be measured: no variance, or fewer than two runs that do not overlap.

    >>> persistence([[1, 1, 1, 1, 5, 5, 5, 5], [1, 5, 1, 5, 1, 5, 1, 5]], interval=2)
    array([1.75, 1.  ])
    """
    matrix, _, _ = demand_matrix(series)
    lengths = np.broadcast_to(np.ceil(np.asarray(interval, dtype=np.float64)), len(matrix))
    total = np.cumsum(np.pad(matrix, ((0, 0), (1, 0))), axis=1)
    single = matrix.var(axis=1, ddof=1) if matrix.shape[1] > 1 else np.zeros(len(matrix))
    ratio = np.ones(len(matrix))
    for length in np.unique(lengths[(lengths > 1) & (2 * lengths <= matrix.shape[1])]):
        chosen = (lengths == length) & (single > 0)
        runs = total[chosen, int(length) :] - total[chosen, : -int(length)]
        ratio[chosen] = runs.var(axis=1, ddof=1) / (length * single[chosen])
    return np.maximum(ratio, 1)
