"""Savings: what procurement claims, what finance recognises, and the items between the two."""

import numpy as np
import pandas as pd

from demo.answers_books import Span, Tables, groups, invoices, rates

COUNTED = ("contracted", "implemented", "realised", "confirmed")
RECOGNISED = ("price_reduction", "demand_reduction", "process")
ITEMS = ("unsupported", "not_recognised_type", "timing", "volume", "off_contract", "price",
         "currency")  # fmt: skip


def _chosen(tables: Tables, period: Span) -> pd.DataFrame:
    """Initiatives contracted or later whose twelve months overlap the periods."""
    frame = tables["savings_initiative"]
    frame = frame[frame["stage"].isin(COUNTED) & (frame["saving_type"] != "working_capital")]
    start = frame["start_date"].dt.to_period("M").dt.to_timestamp()
    end = start + pd.DateOffset(months=12)
    overlap = (start <= period.end) & (end > period.start)
    found: pd.DataFrame = frame.assign(start=start, end=end)[overlap].reset_index(drop=True)
    return found


def _months(row: pd.Series, period: Span) -> int:
    """Whole months of the twelve inside the elapsed periods."""
    first = max(row["start"], period.start)
    after = min(row["end"], min(period.end, period.position) + pd.Timedelta(days=1))
    return max(0, int((after.year - first.year) * 12 + after.month - first.month))


def _bought(tables: Tables, book: pd.DataFrame, row: pd.Series, period: Span) -> dict[str, float]:
    """Quantity of the item in the window, of it elsewhere, and the prices paid on contract."""
    inside = period.holds(book["accounted"]) & (book["accounted"] >= row["start"])
    inside &= (book["accounted"] < row["end"]) & (book["item_id"] == row["item_id"])
    lines = book[inside & book["quantity"].notna()]
    head = groups(tables).get(row["supplier_id"], "")
    here = lines[lines["group"] == head] if head else lines
    start = pd.Series(np.full(len(here), row["start_date"]), index=here.index)
    frozen = here["amount"] * rates(tables, here["currency"], start)
    return {
        "all": float(lines["quantity"].sum()),
        "here": float(here["quantity"].sum()),
        "paid": float(here["cents"].sum() / 100),
        "frozen": float(frozen.sum()),
    }


def _one(tables: Tables, book: pd.DataFrame, row: pd.Series, period: Span) -> dict[str, float]:
    """One initiative: claimed, each item, recognised."""
    unit = row["baseline_unit_price"] - row["new_unit_price"]
    formula = unit * row["annual_quantity"]
    claimed = row["claimed_amount"] if pd.notna(row["claimed_amount"]) else formula
    found = dict.fromkeys(ITEMS, 0.0)
    left = claimed
    if pd.isna(formula):
        found["unsupported"] = -claimed
    else:
        found["unsupported"] = formula - claimed
        left = formula
        if row["saving_type"] not in RECOGNISED:
            found["not_recognised_type"] = -left
        else:
            found |= _traced(tables, book, row, period, left)
    recognised = claimed + sum(found.values())
    return {"claimed": claimed, **found, "recognised": recognised}


def _traced(
    tables: Tables, book: pd.DataFrame, row: pd.Series, period: Span, left: float
) -> dict[str, float]:
    """Timing, volume, off-contract buying, price and currency, from the invoices."""
    unit = row["baseline_unit_price"] - row["new_unit_price"]
    share = _months(row, period) / 12
    bought = _bought(tables, book, row, period)
    return {
        "timing": -left * (1 - share),
        "volume": (bought["all"] - row["annual_quantity"] * share) * unit,
        "off_contract": -(bought["all"] - bought["here"]) * unit,
        "price": -(bought["frozen"] - row["new_unit_price"] * bought["here"]),
        "currency": -(bought["paid"] - bought["frozen"]),
    }


def savings(tables: Tables, period: Span) -> pd.DataFrame:
    """A row an initiative, in euros and cents."""
    frame = _chosen(tables, period)
    book = invoices(tables)
    rows = [_one(tables, book, row, period) for _, row in frame.iterrows()]
    found = pd.DataFrame(rows, index=frame["initiative_id"])
    return found.assign(budgeted=frame["budgeted"].to_numpy())
