r"""Intermittent demand: a Poisson number of demands, each of gamma size, and its tail.

Given n demands the total is gamma with n times the shape, so survival and losses are sums over n of
Poisson weights times gamma tails. The sum runs over the counts that can happen (all but about
1e-13 of them). Many counts are a smooth curve: there every k-th count, weighted k-fold, gives the
same sum to 12 digits, and so the work stays bounded however fast an item moves.

Quantiles are found by Newton's steps on that survival, all items at once: the weights do not depend
on the level, and are worked out once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import special

from spend.arguments import Floats
from spend.root_finding import Rows, falling_root
from spend.tail import gamma_tail, poisson_mass

REACH = 7.5
EXTRA = 8
SMOOTH_FROM = 150.0
SMOOTH_SHARE = 0.6
PAIRS_AT_ONCE = 50_000  # small enough for the processor's cache: twice as fast as millions
LEAST = 1e-12  # of the mean: how near zero the search for a quantile begins at most


@dataclass(frozen=True)
class CompoundTail:
    """Compound demand seen from one level upwards."""

    survival: Floats
    loss: Floats
    second_loss: Floats


def compound_tail(x: Floats, rate: Floats, shape: Floats, scale: Floats) -> CompoundTail:
    """Poisson(rate) demands of Gamma(shape, scale) size; arrays of one shape, zeros allowed."""
    level, rates, shapes, scales = (np.ravel(array) for array in (x, rate, shape, scale))
    sums = np.zeros((3, level.size))
    for part, counts in _parts(rates, shapes):
        tail = gamma_tail(counts.each(level[part]), counts.shape, counts.each(scales[part]))
        sums[:, part] = counts.sums(tail.survival, tail.loss, tail.second_loss)
    survival, loss, second = (row.reshape(np.shape(x)) for row in sums)
    # Rounding may leave a hair less than convexity asks for.
    ahead = np.maximum(rate * shape * scale - x, 0.0)
    return CompoundTail(
        np.minimum(survival, 1.0),
        np.maximum(loss, ahead),
        np.maximum(second, 0.5 * ahead * ahead),
    )


def compound_quantile(beyond: Floats, rate: Floats, shape: Floats) -> Floats:
    """The least level, in units of the scale, that demand exceeds with a chance of ``beyond``.

    Arrays of one shape. Zero where any demand at all is no more likely than that.

    >>> one = np.ones(1)
    >>> x = compound_quantile(0.05 * one, 2 * one, 3 * one)
    >>> compound_tail(x, 2 * one, 3 * one, one).survival.round(9).tolist()
    [0.05]
    """
    chances, rates, shapes = (np.ravel(array) for array in (beyond, rate, shape))
    found = np.zeros(chances.size)
    for part, counts in _parts(rates, shapes):
        (any_demand,) = counts.sums(np.where(counts.shape > 0, 1.0, 0.0))
        rows = np.flatnonzero(any_demand > chances[part])
        chosen = rows + part.start
        found[chosen] = _quantile(counts.of(rows), chances[chosen], rates[chosen], shapes[chosen])
    return found.reshape(np.shape(beyond))


def _quantile(counts: "_Counts", beyond: Floats, rate: Floats, shape: Floats) -> Floats:
    """By slopes, on the logarithm of the level, where both ends of the curve are nearly straight.

    The slope is there in the tail already: x times a gamma's density is its edge at scale 1.
    """
    one = np.asarray(1.0)

    def tail(log_level: Floats, rows: Rows) -> tuple[Floats, Floats]:
        some = counts.of(rows)
        with np.errstate(over="ignore"):
            found = gamma_tail(some.each(np.exp(log_level)), some.shape, one)
        survival, edge = some.sums(found.survival, found.edge)
        return survival, -edge

    start = np.log(_near(beyond, rate, shape))
    return np.asarray(np.exp(falling_root(tail, beyond, start, 1 / np.sqrt(1 + shape))))


def _near(beyond: Floats, rate: Floats, shape: Floats) -> Floats:
    """The quantile of a gamma with the mean and variance that demand has where there is any."""
    some = -np.expm1(-rate)
    mean = rate * shape / some
    variance = mean * (1 + shape + rate * shape - mean)
    guess = special.gammainccinv(mean**2 / variance, np.minimum(beyond / some, 1.0))
    return np.asarray(np.maximum(guess * variance / mean, LEAST * mean))


@dataclass(frozen=True)
class _Counts:
    """The counts of demands that can happen, item after item: how likely, and in all what shape."""

    numbers: Rows
    weight: Floats
    shape: Floats

    def each(self, values: Floats) -> Floats:
        """A value of each item, for each of its counts."""
        return np.repeat(values, self.numbers)

    def sums(self, *values: Floats) -> Floats:
        """Of each item the expectations, one row for each of the arrays given."""
        starts = np.cumsum(self.numbers) - self.numbers
        return np.array([np.add.reduceat(self.weight * each, starts) for each in values])

    def of(self, rows: Rows) -> "_Counts":
        """The counts of some items, by their places in rising order."""
        if rows.size == self.numbers.size:
            return self
        chosen = np.zeros(self.numbers.size, dtype=bool)
        chosen[rows] = True
        kept = np.repeat(chosen, self.numbers)
        return _Counts(self.numbers[rows], self.weight[kept], self.shape[kept])


def _parts(rate: Floats, shape: Floats) -> Iterator[tuple[slice, _Counts]]:
    """Runs of items that are worked out together, and their counts."""
    first, stride, terms = _span(rate, shape)
    block = (np.cumsum(terms) // PAIRS_AT_ONCE).astype(np.int64)
    edges = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), terms.size]
    for a, b in pairwise(edges):
        if b > a:
            part = slice(a, b)
            numbers = terms[part].astype(np.int64)
            place = np.arange(numbers.sum()) - np.repeat(np.cumsum(numbers) - numbers, numbers)
            steps = np.repeat(stride[part], numbers)
            count = np.repeat(first[part], numbers) + steps * place
            weight = steps * poisson_mass(count, np.repeat(rate[part], numbers))
            yield part, _Counts(numbers, weight, count * np.repeat(shape[part], numbers))


def _span(rate: Floats, shape: Floats) -> tuple[Floats, Floats, Floats]:
    """For each item the first count that matters, the stride, and how many counts to take."""
    reach = REACH * np.sqrt(rate)
    width = np.sqrt(rate / np.maximum(shape, 1.0))
    stride = np.where(rate < SMOOTH_FROM, 1.0, np.maximum(np.floor(SMOOTH_SHARE * width), 1.0))
    first = np.maximum(np.floor(rate - reach), 0.0)
    return first, stride, np.ceil((rate + reach + EXTRA - first) / stride) + 1
