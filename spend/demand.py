r"""What kind of demand an item has: its class, its statistics, and the distribution they call for.

Statistics are of periods of one length (the demand's own bucket), with missing periods filled by
zero beforehand. Where something is unknown (the variance of one value, the interval between no
demands) it is NaN, never 0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats, finite, zero_or_more
from spend.demand_forecast import croston, demand_matrix, sba, tsb

__all__ = [
    "CLASSES", "DemandStatistics", "choose_distribution", "classify", "croston",
    "demand_statistics", "forecast_rate", "moments_of_sums", "sba", "seldom", "statistics_of_sums",
    "tsb",
]  # fmt: skip

Words = NDArray[np.str_]

CLASSES = ("smooth", "erratic", "intermittent", "lumpy", "none")
ADI_CUT, CV2_CUT = 1.32, 0.49
SMALL_SPREAD = 0.5  # coefficient of variation below which a normal hardly ever goes below zero
PIECES = 2.0  # mean size below which demand counts as single pieces
NEAR_POISSON = 1.1  # variance ÷ mean up to which demand counts as Poisson
ALPHA_SIZE, ALPHA_CHANCE = 0.1, 0.05
ROUNDING = 1e-12  # share of the squared mean below which a variance from sums means none

REASONS = {
    "none": "no demand: nothing to protect",
    "normal": "smooth, and spread over the interval below half its mean: normal",
    "gamma_smooth": "smooth, but spread over the interval half its mean or more: gamma, never "
    "below zero",
    "gamma": "erratic: demand nearly every period, of uneven size: gamma, skewed to the right",
    "poisson": "seldom, in single pieces, variance near the mean: Poisson",
    "negative_binomial": "seldom, in single pieces, variance above the mean: negative binomial",
    "compound_poisson": "seldom, in lots: compound Poisson, demands that come at random, of gamma "
    "size",
}


@dataclass(frozen=True)
class DemandStatistics:
    """What the demand of each item was like, per period; arrays of one entry an item.

    ``mean``, ``variance``: of demand per period, zeros included (sample variance). ``adi``:
    periods ÷ demands. ``cv2``: squared coefficient of variation of the sizes of demands.
    ``size_mean``, ``size_variance``: of demands that are not zero. ``zero_share``: of periods.
    ``whole``: every demand is a whole number. ``periods``: counted; ``demands``: those with any;
    ``censored``: left out because stock was out, so that true demand was not seen.
    """

    periods: Floats
    demands: Floats
    mean: Floats
    variance: Floats
    size_mean: Floats
    size_variance: Floats
    adi: Floats
    cv2: Floats
    zero_share: Floats
    demand_class: Words
    whole: Flags
    censored: Floats


def classify(series: Any) -> tuple[Any, Any, Any]:
    r"""How seldom and how unevenly an item is wanted: ``(adi, cv2, class)``.

    .. math:: ADI = \frac{\text{periods}}{\text{demands}}, \quad CV^2 = \frac{s^2}{\bar x^2}

    with mean and sample variance of the demands that are not zero. Below 1.32 and 0.49 it is
    smooth; at 0.49 or above in CV² erratic; at 1.32 or above in ADI intermittent; both: lumpy (a
    tie falls to the harder class). No demand: both NaN, class "none". One demand has no variance:
    CV² is NaN and the class goes by ADI alone (as if even). One series gives two floats and a
    word; a matrix of items by periods gives three arrays. Raises ``ValueError`` for negative or
    missing quantities and for no periods. Source: Syntetos, Boylan and Croston (2005), Journal of
    the Operational Research Society 56(5).

    >>> classify([3, 0, 5, 0])
    (2.0, 0.125, 'intermittent')
    >>> classify([[2, 2, 2, 2], [0, 0, 0, 0]])
    (array([ 1., nan]), array([ 0., nan]), array(['smooth', 'none'], dtype='<U12'))
    """
    matrix, _, single = demand_matrix(series)
    found = demand_statistics(matrix)
    if single:
        return float(found.adi[0]), float(found.cv2[0]), str(found.demand_class[0])
    return found.adi, found.cv2, found.demand_class


def demand_statistics(series: Any, stocked_out: Any = None) -> DemandStatistics:
    """The statistics of a series, or of each item of a matrix (items by periods).

    Periods flagged in ``stocked_out`` are left out of every statistic and counted as censored: what
    leaves an empty shelf says nothing of what was wanted. With every period left out, all is NaN
    and the class "none". Raises ``ValueError`` as ``classify`` does.

    >>> found = demand_statistics([0, 4, 0, 2], stocked_out=[True, False, False, False])
    >>> found.periods, found.mean, found.variance, found.censored
    (array([3.]), array([2.]), array([4.]), array([1.]))
    """
    matrix, out, _ = demand_matrix(series, stocked_out)
    occurs = ~out & (matrix > 0)
    return _statistics(
        _moments(matrix, ~out),
        _moments(matrix, occurs),
        whole=((matrix == np.floor(matrix)) | ~occurs).all(axis=1),
        censored=out.sum(axis=1, dtype=np.float64),
    )


def statistics_of_sums(
    periods: Any, demands: Any, quantity: Any, squares: Any, whole: Any
) -> DemandStatistics:
    """The statistics of each item from sums over its periods: as ``demand_statistics``, no matrix.

    ``periods``: how many; ``demands``: how many of them with any; ``quantity``: their demand,
    summed; ``squares``: its squares, summed; ``whole``: whether every demand is a whole number.
    Arrays of one entry an item. A variance too small to tell from rounding is 0; so is what
    rounding leaves of sums over no demands. No period: NaN, and the class "none". Raises
    ``ValueError`` for negative sums, and for more demands than periods.

    >>> found = statistics_of_sums([3.0], [2.0], [6.0], [20.0], [True])  # 0, 4 and 2
    >>> found.mean, found.variance, found.size_variance, found.demand_class
    (array([2.]), array([4.]), array([2.]), array(['intermittent'], dtype='<U12'))
    """
    number, some, total, square = finite(
        periods=periods, demands=demands, quantity=quantity, squares=squares
    )
    total, square = (np.where(some > 0, sums, 0) for sums in (total, square))
    zero_or_more(periods=number, demands=some, quantity=total, squares=square)
    if (some > number).any():
        raise ValueError("demands must not be more than periods")
    return _statistics(
        (number, *moments_of_sums(number, total, square)),
        (some, *moments_of_sums(some, total, square)),
        whole=np.broadcast_to(np.asarray(whole, dtype=bool), number.shape),
        censored=np.zeros_like(number),
    )


def moments_of_sums(number: Floats, total: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Mean and sample variance from a count, a sum and a sum of squares; NaN where unknown.

    >>> moments_of_sums(np.array([3.0, 0.0]), np.array([6.0, 0.0]), np.array([20.0, 0.0]))
    (array([ 2., nan]), array([ 4., nan]))
    """
    mean = _quotient(total, number)
    variance = _quotient(squares - total * mean, number - 1)
    return mean, np.where(variance < ROUNDING * mean**2, 0, variance)


def _statistics(
    over_periods: tuple[Floats, Floats, Floats],
    over_demands: tuple[Floats, Floats, Floats],
    whole: Flags,
    censored: Floats,
) -> DemandStatistics:
    """From count, mean and variance of all periods, and of those with demand."""
    periods, mean, variance = over_periods
    demands, size_mean, size_variance = over_demands
    adi = _quotient(periods, demands)
    cv2 = _quotient(size_variance, size_mean**2)
    return DemandStatistics(
        periods=periods,
        demands=demands,
        mean=mean,
        variance=variance,
        size_mean=size_mean,
        size_variance=size_variance,
        adi=adi,
        cv2=cv2,
        zero_share=1 - _quotient(demands, periods),
        demand_class=_class(adi, cv2),
        whole=whole,
        censored=censored,
    )


def _class(adi: Floats, cv2: Floats) -> Words:
    seldom, uneven = adi >= ADI_CUT, cv2 >= CV2_CUT  # NaN compares false
    cases = [np.isnan(adi), seldom & uneven, seldom, uneven]
    names = ["none", "lumpy", "intermittent", "erratic"]
    return np.select(cases, [np.array(n, dtype="<U12") for n in names], "smooth").astype("<U12")


def _moments(matrix: Floats, counts: Flags) -> tuple[Floats, Floats, Floats]:
    """Count, mean and sample variance of each row's values that count; NaN where unknown."""
    number = counts.sum(axis=1, dtype=np.float64)
    mean = _quotient(np.where(counts, matrix, 0).sum(axis=1), number)
    away = np.where(counts, matrix - np.nan_to_num(mean)[:, None], 0)
    variance = _quotient((away**2).sum(axis=1), number - 1)
    return number, mean, variance


def _quotient(part: Floats, whole: Floats) -> Floats:
    """A quotient, NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def seldom(statistics: DemandStatistics) -> Flags:
    """Which items are intermittent or lumpy.

    >>> seldom(demand_statistics([[0, 3, 0, 4], [5, 5, 5, 5]]))
    array([ True, False])
    """
    return np.isin(statistics.demand_class, ["intermittent", "lumpy"])


def choose_distribution(
    statistics: DemandStatistics, interval: Any, interval_sd: Any = 0
) -> tuple[Words, Words]:
    r"""The distribution that each item's demand calls for over an interval, and why, in words.

    By class: smooth is normal where the coefficient of variation over the interval is below 0.5,
    else gamma; erratic is gamma. Intermittent and lumpy demand in whole single pieces (mean size
    below 2) is Poisson where the variance is at most 1.1 × the mean, else negative binomial; in
    lots or fractions it is compound Poisson, because a negative binomial would spread even lots
    out. No demand: "none". ``interval`` (lead time plus review period) and its standard deviation
    are in periods. Sources: Silver, Pyke and Thomas, Inventory and Production Management, chapter
    6 (normal below 0.5, gamma above); Syntetos, Babai and Altay (2012), International Journal of
    Production Research 50(8) (spare parts: negative binomial and compound Poisson); Axsäter,
    Inventory Control, chapter 5 (Poisson where variance is within a tenth of the mean).

    >>> found = demand_statistics([[20, 21, 19, 20], [0, 1, 0, 0], [0, 30, 0, 0]])
    >>> choose_distribution(found, interval=3)[0].tolist()
    ['normal', 'poisson', 'compound_poisson']
    """
    time, time_sd, mean = finite(
        interval=interval, interval_sd=interval_sd, mean=np.nan_to_num(statistics.mean)
    )
    variance = np.nan_to_num(statistics.variance)
    none, rare = statistics.demand_class == "none", seldom(statistics)
    pieces = rare & statistics.whole & (statistics.size_mean < PIECES)
    spread = variance * time + (mean * time_sd) ** 2
    narrow = spread < (SMALL_SPREAD * mean * time) ** 2
    smooth = statistics.demand_class == "smooth"
    cases = {
        "none": none,
        "poisson": pieces & (variance <= NEAR_POISSON * mean),
        "negative_binomial": pieces,
        "compound_poisson": rare,
        "normal": smooth & narrow,
        "gamma_smooth": smooth,
        "gamma": ~smooth,
    }
    place = np.argmax(list(cases.values()), axis=0)  # the first that holds
    reasons = np.array([REASONS[case] for case in cases])
    names = np.array([case.removesuffix("_smooth") for case in cases])
    return names[place], reasons[place]


def forecast_rate(series: Any, statistics: DemandStatistics, stocked_out: Any = None) -> Floats:
    """Demand to expect per period: the mean where it comes steadily, TSB where it comes seldom.

    Of the forecasts for intermittent demand TSB (0.1 for sizes, 0.05 for the chance of a demand)
    is taken rather than SBA, because it alone sinks while nobody asks: what stock is held for an
    item that has died would else be held for ever. No demand, or no period: 0. Source: Teunter,
    Syntetos and Babai (2011); Babai, Syntetos and Teunter (2014), International Journal of
    Production Economics 157.

    >>> series = [[4, 4, 4, 4], [8, 0, 0, 0]]
    >>> forecast_rate(series, demand_statistics(series)).round(3)
    array([4.   , 6.859])
    """
    rate = np.atleast_1d(np.asarray(tsb(series, ALPHA_SIZE, ALPHA_CHANCE, stocked_out)))
    return np.where(seldom(statistics), rate, np.nan_to_num(statistics.mean))
