"""What of summed lines can be compared: items with a price in both years, and the rest by cell.

Amounts are whole cents; ``document_amount`` is in the line's own currency.
"""

import numpy as np
import pandas as pd

from spend.effects import NO_GROUP, compare

KEY = ["item_id", "category_id"]
CELL = ["cost_centre_id", "category_id"]
TEXTS = ["item_id", "category_id", "unit", "currency"]
CENTS = ["amount", "document_amount"]


def checked_lines(lines: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Lines with their texts known, their cents whole, and whether each can have a price."""
    texts = [*TEXTS, *more]
    columns = [*texts, "has_quantity", "quantity", *CENTS]
    if missing := [column for column in columns if column not in lines]:
        raise ValueError(f"lines must have the columns {', '.join(columns)}; no {missing[0]}")
    result = lines[columns].copy()
    result[texts] = result[texts].astype(object).fillna("")
    for column in CENTS:
        if len(lines) and not pd.api.types.is_integer_dtype(lines[column]):
            raise ValueError(f"{column} must be whole cents")
        result[column] = lines[column].astype("int64")
    result["quantity"] = lines["quantity"].astype(float)
    result["measured"] = lines["has_quantity"].astype(bool) & (result["item_id"] != "")
    return result


def compared_lines(base: pd.DataFrame, actual: pd.DataFrame) -> pd.DataFrame:
    """The rows of a bridge: items that can be compared, and the lines that have no price."""
    before, now = _items(base), _items(actual)
    _settle(before, now)
    loose = pd.DataFrame({"base": before["loose"], "actual": now["loose"]}).fillna(0)
    rows = pd.concat([compare(before, now), loose.assign(kind="not priced")])
    rows[["base", "actual"]] = rows[["base", "actual"]].astype("int64")
    moved = (rows["base"] != 0) | (rows["actual"] != 0) | (rows["kind"] == "priced")
    return rows[moved].reset_index(names=KEY)


def _items(lines: pd.DataFrame) -> pd.DataFrame:
    """Sums by item and category, of what can be priced and, ``loose``, of what can't.

    ``unit`` and ``currency`` are unknown where an item has none or several.
    """
    measured = lines["measured"]
    parts = lines[KEY].assign(
        quantity=lines["quantity"].where(measured),
        amount=lines["amount"].where(measured, 0),
        document=lines["document_amount"].where(measured, 0),
        loose=lines["amount"].where(~measured, 0),
    )
    words = lines.loc[measured, [*KEY, "unit", "currency"]].drop_duplicates()
    words = words.drop_duplicates(KEY, keep=False).set_index(KEY)
    return parts.groupby(KEY).sum(min_count=1).join(words)


def _settle(before: pd.DataFrame, now: pd.DataFrame) -> None:
    """Give the items of both years their rates, and the groups that they can be compared in."""
    rates = [side["amount"] / side["document"] for side in (before, now)]
    for side, own, other in ((before, rates[0], rates[1]), (now, rates[1], rates[0])):
        # What was free has no rate of its own, and so no effect of one.
        side["rate"] = own.fillna(other.reindex(own.index)).fillna(1.0)
    words = pd.concat([side.reset_index()[["category_id", "unit"]] for side in (before, now)])
    codes = words.groupby(["category_id", "unit"]).ngroup().fillna(NO_GROUP).to_numpy()
    for side, part in zip((before, now), np.split(codes, [len(before)]), strict=True):
        usable = np.isfinite(side["rate"]) & (side["rate"] > 0)
        side["group"] = np.where(usable, part, NO_GROUP)
    same_currency = now["currency"] == before["currency"].reindex(now.index)
    now["group"] = now["group"].where(same_currency, NO_GROUP)


def budget_rates(budget: pd.DataFrame) -> "pd.Series[float]":
    """The budget's own rates, by cost centre, category and currency."""
    sums = budget.groupby([*CELL, "currency"])[CENTS].sum()
    rates = sums["amount"] / sums["document_amount"]
    return rates[np.isfinite(rates) & (rates > 0)]


def compared_cells(
    budget: pd.DataFrame, actual: pd.DataFrame, rates: "pd.Series[float]"
) -> pd.DataFrame:
    """Rows of what has no price, by cost centre and category: currency where a rate is known."""
    spent = actual.groupby([*CELL, "currency"])[CENTS].sum()
    at_budget_rates = spent["document_amount"] * rates.reindex(spent.index)
    spent["currency"] = spent["amount"] - at_budget_rates
    rows = pd.DataFrame(
        {
            "base": budget.groupby(CELL)["amount"].sum(),
            "actual": spent.groupby(CELL)["amount"].sum(),
            "currency": spent.groupby(CELL)["currency"].sum(min_count=1),
        }
    ).reset_index(names=CELL)
    rows[["base", "actual"]] = rows[["base", "actual"]].fillna(0).astype("int64")
    return rows.assign(item_id="", kind="not priced")
