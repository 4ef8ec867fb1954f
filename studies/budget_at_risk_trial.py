r"""Would budgets-at-risk have held? Every January of forty-five years, by several methods.

Each January a buyer fixes the year's money for a basket at December's prices, and asks how far the
year's average prices may run over it. Every method sees what was known that January and nothing
later; then the year shows how often it was wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta, t

from spend.arguments import Floats
from spend.goals import budget_at_risk
from spend.market_model import MarketModel, market_from_history
from spend.monte_carlo import Simulation, simulate
from spend.plan_lines import PlanLine, SpendPlan
from spend.price_index import change_covariance, index_changes, index_history

FILE = "monthly_prices_long.csv.gz"
CONFIDENCE = 0.95
YEARS = range(1980, 2025)
MONTHS = 12
SEED = 1

Basket = Mapping[str, float]

# Shares of the money of a manufacturer, set before any result was seen.
MANUFACTURER: Basket = MappingProxyType(
    {
        "COPPER": 0.16,
        "ALUMINUM": 0.16,
        "CRUDE_PETRO": 0.15,
        "IRON_ORE": 0.10,
        "RUBBER1_MYSG": 0.08,
        "NGAS_EUR": 0.07,
        "SAWNWD_MYS": 0.06,
        "COAL_AUS": 0.05,
        "NICKEL": 0.04,
        "Zinc": 0.04,
        "COTTON_A_INDX": 0.04,
        "LEAD": 0.03,
        "Tin": 0.02,
    }
)
# And of a food maker, set after the manufacturer's results were seen and before these were.
FOOD_MAKER: Basket = MappingProxyType(
    {
        "COCOA": 0.15,
        "SUGAR_WLD": 0.15,
        "WHEAT_US_HRW": 0.15,
        "COFFEE_ARABIC": 0.10,
        "MAIZE": 0.10,
        "SOYBEAN_OIL": 0.10,
        "PALM_OIL": 0.10,
        "BEEF": 0.05,
        "RICE_05": 0.05,
        "TEA_AVG": 0.05,
    }
)

# From prices up to December, and the basket's shares, to the budget-at-risk of the basket and of
# each commodity alone, as shares of their money.
Method = Callable[[pd.DataFrame, Floats], Floats]


def prices(folder: Path, basket: Basket) -> pd.DataFrame:
    """The basket's prices: a row a month, a column a commodity, in the basket's order."""
    rows = pd.read_csv(folder / FILE)
    rows = rows[rows["series_code"].isin(list(basket))]
    history = index_history(
        rows["series_code"].tolist(), rows["month"].tolist(), rows["price"].to_numpy()
    )
    return history[list(basket)]


def exposures(shares: Floats) -> Floats:
    """What budgets are taken for, a row each: the basket, then all its money in one commodity.

    >>> exposures(np.array([0.6, 0.4])).tolist()
    [[0.6, 0.4], [1.0, 0.0], [0.0, 1.0]]
    """
    return np.vstack([shares, np.eye(len(shares))])


def quantile(values: Floats, level: float) -> float:
    """The least value that at least this share of all does not exceed.

    >>> quantile(np.array([3.0, 1.0, 2.0, 4.0]), 0.5)
    2.0
    """
    return float(np.quantile(values, level, method="inverted_cdf"))


# --- The methods ---------------------------------------------------------------------------------


def normal(known: pd.DataFrame, shares: Floats) -> Floats:
    """The closed form, by what years did to December's prices, measured from no change."""
    changes = index_changes(known, MONTHS, to="average", kind="relative")
    covariance = change_covariance(changes)
    return np.asarray(budget_at_risk(exposures(shares), covariance, CONFIDENCE))


def normal_twenty_years(known: pd.DataFrame, shares: Floats) -> Floats:
    """The same from windows that lie within the last twenty years."""
    return normal(known.iloc[-(20 * MONTHS + 1) :], shares)


def student(known: pd.DataFrame, shares: Floats) -> Floats:
    """The same covariance under a Student distribution with five degrees of freedom."""
    freedom = 5
    quantile_of_one = t.ppf(CONFIDENCE, freedom) * np.sqrt((freedom - 2) / freedom)
    normal_of_one = float(np.asarray(budget_at_risk(1.0, 1.0, CONFIDENCE)))
    return np.asarray(normal(known, shares) * quantile_of_one / normal_of_one)


def exponentially_weighted(known: pd.DataFrame, shares: Floats) -> Floats:
    """RiskMetrics: monthly log changes, weight 0.97 to the power of their age, as a random walk.

    The average of twelve months of a random walk has 650/144 times the variance of one month:
    the change of month k is in 13 - k of the twelve prices.
    """
    monthly = change_covariance(index_changes(known, 1), decay=0.97)
    covariance = monthly * sum(((MONTHS + 1 - k) / MONTHS) ** 2 for k in range(1, MONTHS + 1))
    return np.asarray(budget_at_risk(exposures(shares), covariance, CONFIDENCE))


def historical(known: pd.DataFrame, shares: Floats) -> Floats:
    """What the worst twentieth of all windows of a year so far began with."""
    changes = index_changes(known, MONTHS, to="average", kind="relative").to_numpy()
    results = []
    for exposure in exposures(shares):
        held = exposure > 0
        past = changes[:, held] @ exposure[held]
        results.append(quantile(past[np.isfinite(past)], CONFIDENCE))
    return np.array(results)


def monte_carlo(known: pd.DataFrame, shares: Floats) -> Floats:
    """The model's simulation: log-normal paths, drift and spread of all history."""
    return _over_december(shares, simulated(known, shares, market_from_history(known)))


def fan(known: pd.DataFrame, shares: Floats) -> list[float]:
    """The basket's P10, P50 and P90 by the model's simulation, against December's prices."""
    result = simulated(known, shares, market_from_history(known))
    return [p / result.planned - 1 for p in (result.p10, result.p50, result.p90)]


def monte_carlo_without_drift(known: pd.DataFrame, shares: Floats) -> Floats:
    """The same, expecting prices to stay as they are."""
    market = market_from_history(known, drift="none")
    return _over_december(shares, simulated(known, shares, market))


def simulated(known: pd.DataFrame, shares: Floats, market: MarketModel) -> Simulation:
    """A year of the basket, priced in December, none of it covered by contract."""
    planned = zip(known.columns, _money(shares).tolist(), strict=True)
    lines = tuple(PlanLine(str(code), int(money), str(code), 1.0) for code, money in planned)
    return _simulated(SpendPlan(date(2000, 1, 1), lines), market, SEED)


@lru_cache(maxsize=2)
def _simulated(plan: SpendPlan, market: MarketModel, seed: int) -> Simulation:
    """A January's simulation, kept while its limit and its range are read from it."""
    return simulate(plan, market, seed)


def _money(shares: Floats) -> Floats:
    return np.asarray(np.rint(shares * 100_000_000))


def _over_december(shares: Floats, result: Simulation) -> Floats:
    """How far the basket, then each commodity, may run over its money at December's prices."""
    worst = np.array([quantile(draws, CONFIDENCE) for draws in result.parts])
    basket = result.quantile(CONFIDENCE) / result.planned
    return np.array([basket, *(worst / _money(shares))]) - 1


DEFAULT = "Monte Carlo"
WITHOUT_DRIFT = "Monte Carlo, no drift"
METHODS: Mapping[str, Method] = MappingProxyType(
    {
        DEFAULT: monte_carlo,
        WITHOUT_DRIFT: monte_carlo_without_drift,
        "normal, all history": normal,
        "normal, twenty years": normal_twenty_years,
        "Student, all history": student,
        "exponentially weighted": exponentially_weighted,
        "historical simulation": historical,
    }
)


# --- The trial -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """What each January said, and what the year did.

    ``outcome`` and each method's ``at_risk`` have a row a year and a column an exposure: the basket
    first, then each commodity alone; shares of the money at December's prices. ``fan`` has the
    basket's P10, P50 and P90 by the default method, a row a year.
    """

    years: tuple[int, ...]
    names: tuple[str, ...]
    outcome: Floats
    at_risk: Mapping[str, Floats]
    fan: Floats

    def exceeded(self, method: str) -> NDArray[np.bool_]:
        """Where the year cost more than its budget-at-risk."""
        return np.asarray(self.outcome > self.at_risk[method])

    def years_exceeded(self, method: str) -> tuple[int, ...]:
        """The years in which the basket cost more than its budget-at-risk."""
        over = self.exceeded(method)[:, 0].tolist()
        return tuple(year for year, above in zip(self.years, over, strict=True) if above)


def trial(folder: Path, basket: Basket) -> Trial:
    """Every method in every January, with the prices up to the December before."""
    history, shares = prices(folder, basket), np.array(list(basket.values()))
    outcomes, said, fans = [], [], []
    for year in YEARS:
        known = history.loc[: pd.Period(f"{year - 1}-12", freq="M")]
        months = history.loc[pd.Period(f"{year}-01", freq="M") : pd.Period(f"{year}-12", freq="M")]
        change = (months.mean() / known.iloc[-1] - 1).to_numpy()
        outcomes.append(exposures(shares) @ change)
        said.append([method(known, shares) for method in METHODS.values()])
        fans.append(fan(known, shares))
    at_risk = np.array(said)
    return Trial(
        years=tuple(YEARS),
        names=("basket", *basket),
        outcome=np.array(outcomes),
        at_risk={name: at_risk[:, i] for i, name in enumerate(METHODS)},
        fan=np.array(fans),
    )


def binomial_interval(count: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of a rate by its count (Clopper and Pearson, 1934).

    >>> tuple(round(bound, 4) for bound in binomial_interval(0, 45))
    (0.0, 0.0787)
    """
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, count, trials - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, trials - count)) if count < trials else 1.0
    return low, high
