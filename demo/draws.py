"""Seeded random draws: one generator per subject, so that a change in one leaves the others."""

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SEED = 20261113


def generator(subject: str) -> np.random.Generator:
    """The generator of one subject; the same subject always draws the same numbers."""
    return np.random.default_rng([SEED, zlib.crc32(subject.encode())])


def whole_days(rng: np.random.Generator, median: float, sigma: float, size: int) -> Array:
    """Waits as whole days, lognormal: most are short, a few are very long."""
    return np.floor(rng.lognormal(np.log(median), sigma, size)).astype(int)


def pick(rng: np.random.Generator, values: list[str], weights: list[float], size: int) -> Array:
    """Values drawn with these weights, which need not sum to one."""
    share = np.asarray(weights, dtype=float)
    return np.asarray(values, dtype=object)[rng.choice(len(values), size, p=share / share.sum())]


def money(amounts: Array) -> Array:
    """Amounts in whole cents."""
    return np.round(amounts, 2) + 0.0
