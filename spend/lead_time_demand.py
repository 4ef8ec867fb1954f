r"""Demand over an interval, from what is known of demand in one period.

Over T periods the mean is m·T; the variance v·T + m²·s² where the interval itself varies with
standard deviation s. Which distribution of ``spend.distributions`` carries them depends on how the
item moves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

import numpy as np

from spend.arguments import Floats, finite, zero_or_more
from spend.distributions import (
    CompoundPoisson,
    Distribution,
    Gamma,
    NegativeBinomial,
    Normal,
    Poisson,
)
from spend.root_finding import Rows

Name = Literal["normal", "gamma", "poisson", "negative_binomial", "compound_poisson"]


class DemandPerPeriod(Protocol):
    """What must be known of demand in one period; the last three for intermittent demand only."""

    @property
    def mean(self) -> Any: ...
    @property
    def variance(self) -> Any: ...
    @property
    def adi(self) -> Any: ...
    @property
    def size_mean(self) -> Any: ...
    @property
    def size_variance(self) -> Any: ...


@dataclass(frozen=True)
class PeriodDemand:
    """Demand of one period; ``adi`` is the number of periods per demand, sizes are of a demand.

    NaN stands for what is not known: no demand has no ADI and no size, one demand no variance.
    """

    mean: Any
    variance: Any
    adi: Any = np.nan
    size_mean: Any = np.nan
    size_variance: Any = np.nan


@dataclass(frozen=True)
class Either:
    """One distribution for the items where ``first_holds``, another for the rest."""

    first_holds: Any
    first: Distribution
    second: Distribution

    def _choose(self, of: Callable[[Distribution], Floats]) -> Floats:
        return np.where(self.first_holds, of(self.first), of(self.second))

    @property
    def mean(self) -> Floats:
        return self._choose(lambda each: each.mean)

    @property
    def sd(self) -> Floats:
        return self._choose(lambda each: each.sd)

    @property
    def step(self) -> Floats:
        return self._choose(lambda each: each.step)

    def survival(self, x: Any) -> Floats:
        return self._choose(lambda each: each.survival(x))

    def quantile(self, level: Any) -> Floats:
        """Each is asked for its own items only: a quantile is a search."""
        holds, wanted, _ = np.broadcast_arrays(self.first_holds, level, self.first.mean)
        found = np.empty(holds.size)
        for each, rows in ((self.first, holds), (self.second, ~holds)):
            own = np.flatnonzero(rows)
            found[own] = each.at(holds.shape, own).quantile(wanted.ravel()[own])
        return found.reshape(holds.shape)

    def loss(self, x: Any) -> Floats:
        return self._choose(lambda each: each.loss(x))

    def second_loss(self, x: Any) -> Floats:
        return self._choose(lambda each: each.second_loss(x))

    def losses(self, x: Any) -> tuple[Floats, Floats]:
        first, second = self.first.losses(x), self.second.losses(x)
        return (
            np.where(self.first_holds, first[0], second[0]),
            np.where(self.first_holds, first[1], second[1]),
        )

    def at(self, shape: tuple[int, ...], rows: Rows) -> "Either":
        holds = np.broadcast_to(self.first_holds, shape).ravel()[rows]
        return Either(holds, self.first.at(shape, rows), self.second.at(shape, rows))


def over(name: Name, demand: DemandPerPeriod, interval: Any, interval_sd: Any = 0) -> Distribution:
    r"""The distribution of demand over ``interval`` periods, which vary by ``interval_sd``.

    ``normal`` and ``gamma`` match mean and variance; ``poisson`` and ``negative_binomial`` both
    give whole demand: negative binomial where the variance is above the mean, else Poisson, whose
    variance is then not less than what was seen. ``compound_poisson`` has interval / ADI demands on
    average; their sizes match the size mean and variance, and what a varying interval adds goes
    into the sizes, so that the chance of no demand stays. Items without demand need nothing: their
    distribution is zero. Items along the first axis; times in periods. Raises ``ValueError`` for
    an unknown name, negative means, variances or times, an ADI below 1, and what is not finite
    (but NaN of ADI and sizes is "none"). Source: Silver, Pyke and Thomas, Inventory and
    Production Management in Supply Chains, chapter 6; Zipkin, section 6.4.

    >>> demand = PeriodDemand(mean=10, variance=30)
    >>> lead_time = over("gamma", demand, interval=4, interval_sd=1)
    >>> lead_time.mean.tolist(), round(lead_time.sd.item() ** 2, 6)  # 4·30 + 10²·1²
    (40.0, 220.0)
    """
    if name not in get_args(Name):
        raise ValueError(f"the distribution must be one of {', '.join(get_args(Name))}")
    mean, variance, time, time_sd = finite(
        mean=demand.mean, variance=demand.variance, interval=interval, interval_sd=interval_sd
    )
    zero_or_more(mean=mean, variance=variance, interval=time, interval_sd=time_sd)
    if name == "compound_poisson":
        return _compound(demand, time, time_sd)
    total, spread = mean * time, variance * time + (mean * time_sd) ** 2
    if name == "normal":
        return Normal(total, np.sqrt(spread))
    return _gamma(total, spread) if name == "gamma" else _whole(total, spread)


def _gamma(mean: Floats, variance: Floats) -> Distribution:
    varied = (variance > 0) & (mean > 0)
    some_mean, some_variance = np.where(varied, mean, 1.0), np.where(varied, variance, 1.0)
    fitted = Gamma(some_mean**2 / some_variance, some_variance / some_mean)
    return fitted if varied.all() else Either(varied, fitted, Normal(mean, 0.0))


def _whole(mean: Floats, variance: Floats) -> Distribution:
    excess = variance - mean
    # A hair above Poisson is Poisson: r = mean² / excess would be beyond what can be computed.
    clumped = (mean > 0) & (excess > 1e-6 * mean)
    if not clumped.any():
        return Poisson(mean)
    some_mean, some = np.where(clumped, mean, 1.0), np.where(clumped, excess, 1.0)
    fitted = NegativeBinomial(some_mean**2 / some, some_mean / (some_mean + some))
    return fitted if clumped.all() else Either(clumped, fitted, Poisson(mean))


def _compound(demand: DemandPerPeriod, time: Floats, time_sd: Floats) -> Distribution:
    adi, size, variance = (
        np.asarray(a, float) for a in (demand.adi, demand.size_mean, demand.size_variance)
    )
    some = np.isfinite(adi) & np.isfinite(size) & (size != 0)
    adi, size, variance, time, time_sd = finite(
        adi=np.where(some, adi, 1.0),
        size_mean=np.where(some, size, 1.0),
        size_variance=np.where(some & ~np.isnan(variance), variance, 0.0),
        interval=time,
        interval_sd=time_sd,
    )
    zero_or_more(size_mean=size, size_variance=variance)
    if (adi < 1).any():
        raise ValueError("adi must be 1 or more: at most one demand a period")
    rate = np.where(some, time / adi, 0.0)
    variance = variance + np.where(
        rate > 0, size**2 * time_sd**2 / (adi * np.where(time > 0, time, 1.0)), 0.0
    )
    varied = variance > 1e-9 * size**2
    spread = np.where(varied, variance, size**2)
    fitted = CompoundPoisson(rate, size**2 / spread, spread / size)
    return fitted if varied.all() else Either(varied, fitted, Poisson(rate * size, size))
