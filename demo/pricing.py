"""What each item costs in each month, in its supplier's currency."""

import numpy as np
import pandas as pd

from demo.dates import MONTHS, THROUGH
from demo.draws import Array, generator
from demo.initiatives import plans
from demo.markets import INDEX_MONTHS, index_values
from demo.organisation import leaves
from demo.suppliers import CARRIER, numbered

CARRIER_RISE = 0.045
CARRIER_RISES = np.datetime64("2025-10")  # a quarter after it had to wait for its money


def _indexed(code: str, pass_through: float) -> Array:
    """A price factor by month: the index of the quarter before, passed on in part."""
    values = index_values(code)
    start = int((MONTHS[0] - INDEX_MONTHS[0]).astype(int))
    quarters = np.arange(len(MONTHS)) // 3
    lagged = np.array([values[start + 3 * q - 3 : start + 3 * q].mean() for q in quarters])
    factor: Array = 1 + pass_through * (lagged / lagged[0] - 1)
    return factor


def _yearly(rng: np.random.Generator, size: int) -> Array:
    """List increases each January: about two per cent, different by item."""
    step = 1 + rng.normal(0.018, 0.012, (size, 3))
    step[:, 0] = 1.0
    return np.repeat(np.cumprod(step, axis=1), 12, axis=1)


def _factors(catalogue: pd.DataFrame) -> Array:
    """Index or list increase of each item by month."""
    factors = _yearly(generator("list prices"), len(catalogue))
    for leaf in leaves():
        here = (catalogue["category_id"] == leaf.category_id).to_numpy()
        if leaf.index_code and leaf.pass_through >= 0.5:
            factors[here] = 1.0
        if leaf.index_code and leaf.way == "items":
            factors[here] *= _indexed(leaf.index_code, leaf.pass_through)
    return factors


def _apply_initiatives(catalogue: pd.DataFrame, prices: Array) -> None:
    """From its start the item costs what the initiative achieved, and some creep back."""
    for plan in plans():
        if plan.rank is None or not plan.invoiced:
            continue
        here = (catalogue["category_id"] == plan.category_id) & (catalogue["rank"] == plan.rank)
        row = int(np.flatnonzero(here.to_numpy())[0])
        start = int((np.datetime64(plan.start) - MONTHS[0]).astype(int))
        months = np.arange(len(MONTHS) - start)
        creep = 1 + plan.creep * np.maximum(0, months - 3)
        prices[row, start:] = prices[row, start - 1] * (1 - plan.invoiced) * creep


def price_table(catalogue: pd.DataFrame, suppliers: pd.DataFrame) -> Array:
    """Unit prices, a row an item and a column a month from January 2024, four decimals."""
    prices = catalogue["price"].to_numpy(dtype=float)[:, None] * _factors(catalogue)
    carrier = (catalogue["supplier_id"] == numbered(suppliers, CARRIER)).to_numpy()
    prices[carrier] = prices[carrier, :1]  # nothing else moves its prices
    prices[np.ix_(carrier, MONTHS >= CARRIER_RISES)] *= 1 + CARRIER_RISE
    _apply_initiatives(catalogue, prices)
    found: Array = np.round(prices, 4)
    return found


def _by_month(catalogue: pd.DataFrame, prices: Array) -> pd.DataFrame:
    """The price table as rows, of the months that have begun."""
    months = MONTHS[MONTHS <= THROUGH]
    return pd.DataFrame(
        {
            "item_id": np.repeat(catalogue["item_id"].to_numpy(dtype=object), len(months)),
            "supplier_id": np.repeat(catalogue["supplier_id"].to_numpy(dtype=object), len(months)),
            "valid_from": np.tile(months.astype("datetime64[D]"), len(catalogue)),
            "unit_price": prices[:, : len(months)].ravel(),
        }
    )


def contract_prices(
    catalogue: pd.DataFrame, contracts: pd.DataFrame, prices: Array
) -> pd.DataFrame:
    """The agreed price of each item with its main supplier, from each month that it changed."""
    names = ["contract_id", "supplier_id", "start_date", "end_date", "currency"]
    rows = _by_month(catalogue, prices).merge(contracts[names], on="supplier_id")
    held = (rows["valid_from"] >= rows["start_date"]) & ~(rows["valid_from"] > rows["end_date"])
    rows = rows[held].sort_values(["contract_id", "item_id", "valid_from"])
    group = rows.groupby(["contract_id", "item_id"])
    rows = rows[group["unit_price"].shift() != rows["unit_price"]]
    following = rows.groupby(["contract_id", "item_id"])["valid_from"].shift(-1)
    return rows.assign(fixed_until=following - np.timedelta64(1, "D"))
