r"""Intermittent demand: a Poisson number of demands, each of gamma size, and its tail.

Given n demands the total is gamma with n times the shape, so survival and losses are sums over n of
Poisson weights times gamma tails. The sum runs over the counts that can happen (all but about
1e-13 of them). Many counts are a smooth curve: there every k-th count, weighted k-fold, gives the
same sum to 12 digits, and so the work stays bounded however fast an item moves.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from spend.arguments import Floats
from spend.tail import gamma_tail, poisson_mass

REACH = 7.5
EXTRA = 8
SMOOTH_FROM = 150.0
SMOOTH_SHARE = 0.6
PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class CompoundTail:
    """Compound demand seen from one level upwards."""

    survival: Floats
    loss: Floats
    second_loss: Floats


def compound_tail(x: Floats, rate: Floats, shape: Floats, scale: Floats) -> CompoundTail:
    """Poisson(rate) demands of Gamma(shape, scale) size; arrays of one shape, zeros allowed."""
    flat = [np.ravel(array) for array in (x, rate, shape, scale)]
    first, stride, terms = _counts(flat[1], flat[2])
    sums = np.zeros((3, flat[0].size))
    for part in _parts(terms):
        sums[:, part] = _sums([a[part] for a in flat], first[part], stride[part], terms[part])
    survival, loss, second = (row.reshape(np.shape(x)) for row in sums)
    # Rounding may leave a hair less than convexity asks for.
    ahead = np.maximum(rate * shape * scale - x, 0.0)
    return CompoundTail(
        np.minimum(survival, 1.0),
        np.maximum(loss, ahead),
        np.maximum(second, 0.5 * ahead * ahead),
    )


def _counts(rate: Floats, shape: Floats) -> tuple[Floats, Floats, Floats]:
    """For each item the first count that matters, the stride, and how many counts to take."""
    reach = REACH * np.sqrt(rate)
    width = np.sqrt(rate / np.maximum(shape, 1.0))
    stride = np.where(rate < SMOOTH_FROM, 1.0, np.maximum(np.floor(SMOOTH_SHARE * width), 1.0))
    first = np.maximum(np.floor(rate - reach), 0.0)
    return first, stride, np.ceil((rate + reach + EXTRA - first) / stride) + 1


def _parts(terms: Floats) -> list[slice]:
    """Runs of items whose terms fit into memory together."""
    block = (np.cumsum(terms) // PAIRS_AT_ONCE).astype(np.int64)
    edges = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), terms.size]
    return [slice(a, b) for a, b in pairwise(edges) if b > a]


def _sums(arrays: list[Floats], first: Floats, stride: Floats, terms: Floats) -> Floats:
    numbers = terms.astype(np.int64)
    starts = np.cumsum(numbers) - numbers
    place = np.arange(numbers.sum()) - np.repeat(starts, numbers)
    x, rate, shape, scale = (np.repeat(array, numbers) for array in arrays)
    count = np.repeat(first, numbers) + np.repeat(stride, numbers) * place
    weight = np.repeat(stride, numbers) * poisson_mass(count, rate)
    tail = gamma_tail(x, count * shape, scale)
    rows = weight * np.array([tail.survival, tail.loss, tail.second_loss])
    return np.asarray(np.add.reduceat(rows, starts, axis=1))
