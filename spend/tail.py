r"""What lies beyond a stock level: the tail of a demand distribution, and its partial moments.

For the normal, gamma, Poisson and negative binomial distributions the first two partial moments
come down to the survival S = P(D > x) and one more number, the edge: with mean m, variance v,

    E[(D - x)+]       = (m - x)·S + edge
    ½ E[((D - x)+)²]  = ½ ([(m - x)² + v]·S + edge·slack)

Written so, one incomplete function is enough, and far in the tail no more than z² (z⁴ for the
second) units in the last place are lost at z standard deviations. Arguments are arrays of one
shape, taken as they are: ``spend.loss`` and ``spend.lead_time_demand`` check them.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from spend.arguments import Floats

LOG_ROOT_TWO_PI = 0.5 * np.log(2 * np.pi)
SERIES_FROM = 16.0
FAR_BELOW = -0.9


@dataclass(frozen=True)
class Tail:
    """A distribution seen from the level ``x`` upwards."""

    x: Floats
    mean: Floats
    variance: Floats
    survival: Floats
    edge: Floats
    slack: Floats

    @property
    def loss(self) -> Floats:
        """E[(D - x)+]; never below what convexity asks for, mean - x and 0."""
        ahead = self.mean - self.x
        return np.maximum(ahead * self.survival + self.edge, np.maximum(ahead, 0.0))

    @property
    def second_loss(self) -> Floats:
        """½ E[((D - x)+)²], the integral of the loss from x upwards."""
        ahead = self.mean - self.x
        twice = (ahead * ahead + self.variance) * self.survival + self.edge * self.slack
        return 0.5 * np.maximum(twice, np.square(np.maximum(ahead, 0.0)))


def normal_tail(x: Floats, mean: Floats, sd: Floats) -> Tail:
    """Normal demand; without spread it is its mean."""
    certain = sd == 0
    with np.errstate(over="ignore"):
        z = (x - mean) / np.where(certain, 1.0, sd)
        density = np.exp(-0.5 * z * z - LOG_ROOT_TWO_PI)
    # Mills' ratio keeps survival and density in step, so that their difference keeps its digits.
    mills = np.sqrt(np.pi / 2) * special.erfcx(np.maximum(z, 0.0) / np.sqrt(2))
    survival = np.where(z > 0, density * mills, 0.5 * special.erfc(z / np.sqrt(2)))
    survival = np.where(certain, (x < mean).astype(float), survival)
    return Tail(x, mean, sd * sd, survival, sd * density, mean - x)


def gamma_tail(x: Floats, shape: Floats, scale: Floats) -> Tail:
    """Gamma demand; a shape or scale of zero is no demand."""
    mean = shape * scale
    some = mean > 0
    with np.errstate(over="ignore"):
        level = np.maximum(x, 0.0) / np.where(some, scale, 1.0)
    survival = special.gammaincc(np.where(some, shape, 1.0), level)
    survival = np.where(x < 0, 1.0, np.where(some, survival, 0.0))
    edge = np.where((x < 0) | ~some, 0.0, mean * poisson_mass(shape, level))
    return Tail(x, mean, mean * scale, survival, edge, scale + mean - x)


def poisson_tail(x: Floats, mean: Floats) -> Tail:
    """Poisson demand; ``x`` need not be whole."""
    whole = np.floor(x)
    count = np.maximum(whole, 0.0)
    survival = np.where(x < 0, 1.0, special.gammainc(count + 1, mean))
    edge = np.where(x < 0, 0.0, mean * poisson_mass(count, mean))
    return Tail(x, mean, mean, survival, edge, 1 + mean + whole - 2 * x)


def negative_binomial_tail(x: Floats, r: Floats, p: Floats) -> Tail:
    """Failures before the r-th success; ``x`` and ``r`` need not be whole."""
    mean = r * (1 - p) / p
    some = mean > 0
    whole = np.floor(x)
    count = np.maximum(whole, 0.0)
    successes = np.where(some, r, 1.0)
    chance = np.where(some, p, 0.5)
    survival = np.where(some, special.betaincc(successes, count + 1, chance), 0.0)
    edge = mean * binomial_mass(count, successes, chance)
    slack = 1 / p + mean + whole - 2 * x
    below = x < 0
    return Tail(
        x, mean, mean / p, np.where(below, 1.0, survival), np.where(below, 0.0, edge), slack
    )


def poisson_mass(count: Floats, mean: Floats) -> Floats:
    """mean^count · exp(-mean) / Γ(count + 1), for real counts too (Loader's saddle point)."""
    some = np.where(count > 0, count, 1.0)
    with np.errstate(under="ignore"):
        exponent = -stirling_error(some) - deviance(some, mean)
        mass = np.exp(exponent - LOG_ROOT_TWO_PI) / np.sqrt(some)
        return np.where(count > 0, mass, np.exp(-mean))


def binomial_mass(failures: Floats, successes: Floats, p: Floats) -> Floats:
    """Γ(n + 1) / (Γ(f + 1) Γ(s + 1)) · p^s · (1 - p)^f with n = s + f, for real s and f."""
    some = np.where(failures > 0, failures, 1.0)
    trials = successes + some
    with np.errstate(under="ignore"):
        exponent = (
            stirling_error(trials)
            - stirling_error(successes)
            - stirling_error(some)
            - deviance(successes, trials * p)
            - deviance(some, trials * (1 - p))
        )
        # Square roots apart: the product of two small numbers could vanish.
        spread = np.sqrt(trials / np.maximum(successes, some)) / np.sqrt(
            np.minimum(successes, some)
        )
        mass = np.exp(exponent - LOG_ROOT_TWO_PI) * spread
        return np.where(failures > 0, mass, np.exp(successes * np.log(p)))


def deviance(count: Floats, mean: Floats) -> Floats:
    """count·ln(count / mean) + mean - count, without the cancellation where they are close."""
    with np.errstate(divide="ignore", over="ignore"):
        excess = (mean - count) / count
        log = np.asarray(np.log1p(excess))
        np.log(mean / count, out=log, where=excess < FAR_BELOW)  # log1p would lose its digits there
        return np.asarray(count * (excess - log))


def stirling_error(count: Floats) -> Floats:
    """ln Γ(count + 1) less Stirling's approximation of it."""
    large = np.maximum(count, SERIES_FROM)
    square = 1 / (large * large)
    series = (
        1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))
    ) / large
    small = np.minimum(count, SERIES_FROM)
    exact = special.gammaln(small + 1) - (small + 0.5) * np.log(small) + small - LOG_ROOT_TWO_PI
    return np.where(count >= SERIES_FROM, series, exact)
