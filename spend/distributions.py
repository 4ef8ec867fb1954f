r"""Distributions of demand that stock is set against, and what they leave unserved.

Each is a frozen set of arrays, one element an item, that broadcast by numpy's rules with what its
methods are given. ``survival(x)`` is P(D > x), ``quantile(level)`` the least x with P(D ≤ x) at or
above the level, ``loss(x)`` E[(D - x)+] and ``second_loss(x)`` ½ E[((D - x)+)²], the integral of
the loss from x upwards; x may be any real number. ``step`` is the distance between the values that
demand can take: 0 for continuous demand. A mean or spread of zero is legal.
"""

from collections import deque
from dataclasses import dataclass, fields
from typing import Any, Protocol, Self

import numpy as np
from scipy import special

from spend.arguments import Floats, above_zero, finite, inside, positive_share, zero_or_more
from spend.compound import CompoundTail, compound_quantile, compound_tail
from spend.root_finding import Rows, least_whole
from spend.tail import Tail, gamma_tail, negative_binomial_tail, normal_tail, poisson_tail


class Distribution(Protocol):
    """What stock can be set against."""

    @property
    def mean(self) -> Floats: ...
    @property
    def sd(self) -> Floats: ...
    @property
    def step(self) -> Floats: ...
    def survival(self, x: Any) -> Floats: ...
    def quantile(self, level: Any) -> Floats: ...
    def loss(self, x: Any) -> Floats: ...
    def second_loss(self, x: Any) -> Floats: ...
    def losses(self, x: Any) -> tuple[Floats, Floats]: ...
    def at(self, shape: tuple[int, ...], rows: Rows) -> "Distribution": ...


class _Tailed:
    """What every distribution does once its tail is known.

    The last two tails are kept: service and stock on the shelf ask about the same two levels.
    """

    _kept: deque[tuple[Floats, Tail | CompoundTail]]

    def __post_init__(self) -> None:
        self._settle()

    def _tail(self, x: Floats) -> Tail | CompoundTail:
        raise NotImplementedError

    def _beyond(self, x: Any) -> Tail | CompoundTail:
        """The tail from x upwards, kept or new."""
        level = _real(x)
        for known, tail in self._kept:
            if np.array_equal(known, level):
                return tail
        tail = self._tail(level)
        self._kept.append((level, tail))
        return tail

    def survival(self, x: Any) -> Floats:
        """P(D > x)."""
        return np.array(self._beyond(x).survival)

    def loss(self, x: Any) -> Floats:
        """E[(D - x)+]."""
        return np.array(self._beyond(x).loss)

    def second_loss(self, x: Any) -> Floats:
        """½ E[((D - x)+)²]."""
        return np.array(self._beyond(x).second_loss)

    def losses(self, x: Any) -> tuple[Floats, Floats]:
        """Both losses, for the work of one."""
        tail = self._beyond(x)
        return np.array(tail.loss), np.array(tail.second_loss)

    @property
    def step(self) -> Floats:
        """The distance between the values that demand can take; 0: any value."""
        return np.asarray(0.0)

    def at(self, shape: tuple[int, ...], rows: Rows) -> Self:
        """The distributions of some items: broadcast to ``shape``, flattened, and picked."""
        named = (getattr(self, each.name) for each in fields(self))  # type: ignore[arg-type]
        return type(self)(*(np.broadcast_to(array, shape).ravel()[rows] for array in named))

    def _settle(self, *free: str) -> None:
        """Make the fields (numbers or arrays) arrays of one shape; all but the free ones ≥ 0."""
        names = [each.name for each in fields(self)]  # type: ignore[arg-type]
        arrays = finite(**{name: getattr(self, name) for name in names})
        settled = dict(zip(names, arrays, strict=True))
        zero_or_more(**{name: array for name, array in settled.items() if name not in free})
        for name, array in settled.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "_kept", deque(maxlen=2))


@dataclass(frozen=True)
class Normal(_Tailed):
    """Normal demand; sd 0 is demand that is certain.

    >>> Normal(100, 15).quantile(0.975).round(1).tolist()
    129.4
    """

    mean: Any
    sd: Any

    def __post_init__(self) -> None:
        self._settle("mean")

    def _tail(self, x: Floats) -> Tail:
        return normal_tail(x, self.mean, self.sd)

    def quantile(self, level: Any) -> Floats:
        return np.asarray(self.mean + self.sd * special.ndtri(_level(level)))


@dataclass(frozen=True)
class Gamma(_Tailed):
    """Gamma demand, never negative and skewed; mean shape·scale, variance shape·scale².

    >>> Gamma(4, 25).sd.tolist(), Gamma(4, 25).quantile(0.95).round(1).tolist()
    (50.0, 193.8)
    """

    shape: Any
    scale: Any

    @property
    def mean(self) -> Floats:
        return np.asarray(self.shape * self.scale)

    @property
    def sd(self) -> Floats:
        return np.asarray(np.sqrt(self.shape) * self.scale)

    def _tail(self, x: Floats) -> Tail:
        return gamma_tail(x, self.shape, self.scale)

    def quantile(self, level: Any) -> Floats:
        some = np.where(self.shape > 0, self.shape, 1.0)
        units = np.where(self.shape > 0, special.gammaincinv(some, _level(level)), 0.0)
        return np.asarray(units * self.scale)


@dataclass(frozen=True)
class Poisson(_Tailed):
    """Poisson demand in pieces, or in packs of ``step`` pieces; ``mean`` counts pieces.

    >>> Poisson(2.5).quantile(0.95).tolist(), Poisson(25, step=10).quantile(0.95).tolist()
    (5.0, 50.0)
    """

    mean: Any
    step: Any = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        above_zero(step=self.step)

    @property
    def sd(self) -> Floats:
        return np.asarray(np.sqrt(self.mean * self.step))

    def _tail(self, x: Floats) -> Tail:
        packs = x / self.step
        # A whole number of packs must stay one after the division.
        near = np.rint(packs)
        packs = np.where(np.abs(packs - near) <= 1e-9 * np.maximum(np.abs(near), 1.0), near, packs)
        return poisson_tail(packs, self.mean / self.step)

    def loss(self, x: Any) -> Floats:
        return self.losses(x)[0]

    def second_loss(self, x: Any) -> Floats:
        return self.losses(x)[1]

    def losses(self, x: Any) -> tuple[Floats, Floats]:
        loss, second = super().losses(x)
        return np.asarray(loss * self.step), np.asarray(second * self.step**2)

    def quantile(self, level: Any) -> Floats:
        return np.asarray(self.step * _whole_quantile(Poisson(self.mean / self.step), level))


@dataclass(frozen=True)
class NegativeBinomial(_Tailed):
    """Whole demand more variable than Poisson: mean r(1 - p)/p, variance mean/p.

    >>> NegativeBinomial(4, 0.2).mean.tolist(), NegativeBinomial(4, 0.2).quantile(0.95).tolist()
    (16.0, 33.0)
    """

    r: Any
    p: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        positive_share(p=self.p)

    @property
    def mean(self) -> Floats:
        return np.asarray(self.r * (1 - self.p) / self.p)

    @property
    def sd(self) -> Floats:
        return np.asarray(np.sqrt(self.mean / self.p))

    @property
    def step(self) -> Floats:
        return np.asarray(1.0)

    def _tail(self, x: Floats) -> Tail:
        return negative_binomial_tail(x, self.r, self.p)

    def quantile(self, level: Any) -> Floats:
        return _whole_quantile(self, level)


@dataclass(frozen=True)
class CompoundPoisson(_Tailed):
    """Intermittent demand: ``rate`` demands on average, each Gamma(shape, scale) in size.

    >>> demand = CompoundPoisson(0.5, 2, 10)
    >>> demand.mean.tolist(), demand.survival(0).round(4).tolist()  # 1 - exp(-0.5)
    (10.0, 0.3935)
    """

    rate: Any
    shape: Any
    scale: Any

    @property
    def mean(self) -> Floats:
        return np.asarray(self.rate * self.shape * self.scale)

    @property
    def sd(self) -> Floats:
        return np.asarray(np.sqrt(self.rate * self.shape * (1 + self.shape)) * self.scale)

    def _tail(self, x: Floats) -> CompoundTail:
        return compound_tail(*np.broadcast_arrays(x, self.rate, self.shape, self.scale))

    def quantile(self, level: Any) -> Floats:
        beyond, rate, shape = np.broadcast_arrays(1 - _level(level), self.rate, self.shape)
        return np.asarray(self.scale * compound_quantile(beyond, rate, shape))


def _real(x: Any) -> Floats:
    (array,) = finite(x=x)
    return array


def _level(level: Any) -> Floats:
    (array,) = finite(level=level)
    inside(level=array)
    return array


def _wanted(demand: Distribution, level: Any) -> tuple[tuple[int, ...], list[Floats]]:
    """One shape, and flattened: the chance allowed beyond the quantile, the mean, and the sd."""
    arrays = np.broadcast_arrays(1 - _level(level), demand.mean, demand.sd)
    return arrays[0].shape, [np.ravel(array) for array in arrays]


def _whole_quantile(demand: Poisson | NegativeBinomial, level: Any) -> Floats:
    """The least whole number that covers the level, found from a gamma's."""
    shape, (beyond, mean, sd) = _wanted(demand, level)
    rows = np.flatnonzero(mean > 0)
    scale = sd[rows] ** 2 / mean[rows]
    guess = np.floor(special.gammaincinv(mean[rows] / scale, 1 - beyond[rows]) * scale)
    least = np.zeros(beyond.size)
    least[rows] = least_whole(
        lambda x, some: demand.at(shape, rows[some]).survival(x) <= beyond[rows[some]], guess
    )
    return least.reshape(shape)
