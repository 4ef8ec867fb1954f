"""Bridges: from last year, or from the budget, to actual spend by price, volume and mix."""

import numpy as np
import pandas as pd

from demo.answers_books import Span, Tables, invoices, subtree
from demo.answers_position import budget_cents
from demo.draws import Array

EFFECTS = ("price", "volume", "mix", "new", "lost", "currency", "not_priced")


def _side(frame: pd.DataFrame) -> pd.DataFrame:
    """Quantity, reporting and document amounts by category, unit and item."""
    keys = ["category_id", "unit", "item_id"]
    group = frame.groupby(keys)
    return pd.DataFrame(
        {
            "quantity": group["quantity"].sum(),
            "amount": group["cents"].sum() / 100,
            "document": group["amount"].sum(),
        }
    )


def _effects(both: pd.DataFrame) -> pd.DataFrame:
    """Price and currency by item, volume and mix by group of category and unit."""
    rate0 = both["amount_0"] / both["document_0"]
    rate1 = both["amount_1"] / both["document_1"]
    currency = both["amount_1"] * (1 - rate0 / rate1)
    p0 = both["amount_0"] / both["quantity_0"]
    price = both["amount_1"] - currency - both["quantity_1"] * p0
    keys = [both.index.get_level_values("category_id"), both.index.get_level_values("unit")]
    sums = both.groupby(keys).transform("sum")
    average = sums["amount_0"] / sums["quantity_0"]
    volume = (both["quantity_1"] - both["quantity_0"]) * average
    mix = (both["quantity_1"] - both["quantity_0"]) * (p0 - average)
    return pd.DataFrame({"price": price, "volume": volume, "mix": mix, "currency": currency})


def compare(base: pd.DataFrame, actual: pd.DataFrame) -> tuple[dict[str, float], pd.DataFrame]:
    """The effects in total, and price by item; lines without quantity or item are not priced."""
    priced0 = base["quantity"].notna() & (base["item_id"] != "")
    priced1 = actual["quantity"].notna() & (actual["item_id"] != "")
    loose = (actual.loc[~priced1, "cents"].sum() - base.loc[~priced0, "cents"].sum()) / 100
    left, right = _side(base[priced0]), _side(actual[priced1])
    both = left.add_suffix("_0").join(right.add_suffix("_1"), how="outer")
    here0, here1 = both["amount_0"].notna(), both["amount_1"].notna()
    both = both.fillna(0.0)
    odd = (here0 & (both["quantity_0"] <= 0)) | (here1 & (both["quantity_1"] <= 0))
    items = both.index.get_level_values("item_id")
    odd |= items.duplicated(keep=False)  # bought by more than one unit
    effects = _effects(both[here0 & here1 & ~odd])
    found = {name: float(effects[name].sum()) for name in ("price", "volume", "mix", "currency")}
    found["new"] = float(both.loc[~here0 & ~odd, "amount_1"].sum())
    found["lost"] = -float(both.loc[~here1 & ~odd, "amount_0"].sum())
    found["not_priced"] = float(loose + (both["amount_1"] - both["amount_0"])[odd].sum())
    total = (actual["cents"].sum() - base["cents"].sum()) / 100
    result = {name: round(found[name], 2) for name in EFFECTS}
    assert abs(total - sum(found.values())) < 0.005, "a bridge closes"
    return {"change": round(float(total), 2), **result}, effects


def _narrowed(frame: pd.DataFrame, tables: Tables, category: str, supplier: str) -> pd.DataFrame:
    if category:
        frame = frame[frame["category_id"].isin(subtree(tables, category))]
    if supplier:
        frame = frame[frame["group"] == supplier]
    return frame


def from_last_year(
    tables: Tables, period: Span, category: str = "", supplier: str = ""
) -> tuple[dict[str, float], pd.DataFrame]:
    """Actual spend of the periods against the same periods a year earlier."""
    book = _narrowed(invoices(tables), tables, category, supplier)
    now = book[period.holds(book["accounted"])]
    before = book[period.last_year.holds(book["accounted"])]
    return compare(before, now)


def from_budget(
    tables: Tables, version: str, period: Span, category: str
) -> tuple[dict[str, float], pd.DataFrame]:
    """Actual spend against a budget that has items and quantities."""
    book = _narrowed(invoices(tables), tables, category, "")
    now = book[period.holds(book["accounted"])]
    plan = budget_cents(tables, version, period)
    plan = plan[plan["category_id"].isin(subtree(tables, category))].copy()
    plan["unit"] = plan["item_id"].map(tables["item"].set_index("item_id")["unit"])
    return compare(plan, now)


def largest(effects: pd.DataFrame, count: int) -> dict[str, float]:
    """The items whose price effect is largest."""
    price: pd.Series = effects["price"].groupby("item_id").sum()
    order: Array = np.argsort(-price.to_numpy(), kind="stable")[:count]
    return {str(price.index[n]): round(float(price.iloc[n]), 2) for n in order}
