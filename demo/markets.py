"""Exchange rates and price indices: seeded random walks with the spread that real ones show."""

import numpy as np
import pandas as pd

from demo.dates import THROUGH, working_day
from demo.draws import Array, generator

RATES_FROM = np.datetime64("2023-12-01")
INDEX_MONTHS = np.arange("2022-01", "2026-11", dtype="datetime64[M]")

# Euros for one unit: start, level it returns to, daily spread (as the ECB's since 2022).
CURRENCIES = {"GBP": (1.158, 1.17, 0.00325), "USD": (0.924, 0.895, 0.00485)}

# Monthly spread, and the level at the turn of each year from 2022 to 2027 (2024 = 100).
INDICES = {
    "STEEL": (0.016, (118, 108, 101, 97, 108, 133)),
    "ALUMINIUM": (0.025, (120, 104, 98, 103, 106, 111)),
    "COPPER": (0.026, (104, 97, 98, 104, 109, 116)),
    "OIL": (0.045, (112, 104, 100, 96, 92, 97)),
    "POWER": (0.055, (190, 130, 98, 96, 92, 90)),
    "GAS": (0.07, (230, 125, 99, 102, 95, 92)),
    "RUBBER": (0.035, (101, 94, 99, 106, 104, 108)),
    "WAGES": (0.002, (92, 96, 99, 102.5, 106, 109.2)),
}


def _walk(rng: np.random.Generator, currency: str, steps: int) -> Array:
    """Daily rates that wander and are slowly drawn back."""
    start, level, spread = CURRENCIES[currency]
    shocks = rng.normal(0, spread, steps)
    value = np.empty(steps)
    current = np.log(start)
    for step in range(steps):
        current += shocks[step] + 0.006 * (np.log(level) - current)
        value[step] = current
    return np.round(np.exp(value), 5)


def exchange_rates() -> pd.DataFrame:
    """One row a working day and currency, from December 2023 so that January has a rate."""
    dates = np.arange(RATES_FROM, THROUGH + 1)
    dates = dates[working_day(dates) == dates]
    parts = [
        pd.DataFrame(
            {"date": dates, "currency": c, "rate": _walk(generator("rate " + c), c, len(dates))}
        )
        for c in CURRENCIES
    ]
    return pd.concat(parts, ignore_index=True)


def rates_on(rates: pd.DataFrame, currencies: Array, dates: Array) -> Array:
    """Euros for one unit on each date: the last rate on or before it; 1 for the euro."""
    found = np.ones(len(dates))
    for currency in CURRENCIES:
        rows = rates[rates["currency"] == currency]
        known = rows["date"].to_numpy(dtype="datetime64[D]")
        here = currencies == currency
        place = np.searchsorted(known, dates[here], side="right") - 1
        found[here] = rows["rate"].to_numpy(dtype=float)[np.maximum(place, 0)]
    return found


def index_values(code: str) -> Array:
    """An index by month from January 2022, moving between its yearly turning points."""
    spread, turns = INDICES[code]
    place = np.arange(len(INDEX_MONTHS))
    path = np.interp(place, np.arange(len(turns)) * 12, turns)
    noise = np.zeros(len(place))
    shocks = generator("index " + code).normal(0, spread, len(place))
    for step in range(1, len(place)):
        noise[step] = 0.75 * noise[step - 1] + shocks[step]
    return np.round(path * np.exp(noise), 2)


def price_indices() -> pd.DataFrame:
    """All indices, a row a month."""
    parts = [
        pd.DataFrame(
            {
                "index_code": code,
                "month": INDEX_MONTHS.astype("datetime64[D]"),
                "value": index_values(code),
            }
        )
        for code in INDICES
    ]
    return pd.concat(parts, ignore_index=True)
