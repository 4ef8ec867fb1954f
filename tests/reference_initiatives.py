"""Savings, initiative by initiative, by the definitions."""

from typing import Any

import numpy as np
import pandas as pd

from tests.reference_books import Frame
from tests.reference_choice import DAY, Chosen, Figures

IDS = ("savings_claimed", "savings_recognised", "savings_realisation")
COUNTED = ("contracted", "implemented", "realised", "confirmed")
RECOGNISED = ("price_reduction", "demand_reduction", "process")
Row = dict[str, Any]

YEAR = pd.DateOffset(months=12)


def figures(chosen: Chosen) -> Figures:
    """Claimed, recognised and their ratio, of initiatives whose year overlaps the selection."""
    rows = initiatives(chosen)
    if not len(rows):
        return dict.fromkeys(IDS)
    every = rows.to_dict("records")
    both = [judged(chosen, row, every) for row in every]
    claimed, recognised = (float(sum(column)) for column in zip(*both, strict=True))
    share = recognised / claimed if claimed > 0 else None
    return dict(zip(IDS, (claimed, recognised, share), strict=True))


def initiatives(chosen: Chosen) -> Frame:
    """Contracted or later, their year beginning on the first of their month."""
    rows = chosen.of(chosen.books["savings_initiative"])
    rows = rows[rows["stage"].isin(COUNTED) & (rows["saving_type"] != "working_capital")]
    start = rows["start_date"].dt.to_period("M").dt.to_timestamp()
    rows = rows.assign(start=start, end=start + YEAR)
    rows = rows[(rows["start"] <= chosen.last) & (rows["end"] > chosen.first)]
    return rows if chosen.first <= chosen.position else rows[:0]


def judged(chosen: Chosen, row: Row, every: list[Row]) -> tuple[float, float]:
    """Claimed and recognised, in cents.

    From the day that a later initiative on the same item and supplier starts, what is paid is
    that one's: this one's price stays where it brought it.
    """
    saved = row["baseline_unit_price"] - row["new_unit_price"]
    formula = 100 * saved * row["annual_quantity"]
    stated = 100 * row["claimed_amount"]
    claimed = formula if np.isnan(stated) else stated
    if np.isnan(formula) or row["saving_type"] not in RECOGNISED:
        return claimed, 0.0
    share = months(chosen, row) / 12
    lines = bought(chosen, row)
    heads = chosen.books.heads
    supplier = heads.get(row["supplier_id"])
    here = lines[lines["supplier_id"].map(heads) == supplier] if supplier else lines
    everywhere, mine = lines["quantity"].sum(), here["quantity"].sum()
    volume = 100 * (everywhere - row["annual_quantity"] * share) * saved
    elsewhere = -100 * (everywhere - mine) * saved
    later = [
        one["start"] for one in every
        if (one["item_id"], one["supplier_id"]) == (row["item_id"], row["supplier_id"])
        and one["start"] > row["start"]
    ]  # fmt: skip
    own = here[here["day"] < min(later)] if later else here
    price_and_currency = 100 * row["new_unit_price"] * own["quantity"].sum() - own["net"].sum()
    return claimed, formula * share + volume + elsewhere + price_and_currency


def months(chosen: Chosen, row: Row) -> int:
    """Whole months of the twelve inside the elapsed selection."""
    first: pd.Timestamp = max(row["start"], chosen.first)
    after: pd.Timestamp = min(row["end"], chosen.position + DAY)
    return max(0, (after.year - first.year) * 12 + after.month - first.month)


def bought(chosen: Chosen, row: Row) -> Frame:
    """What was invoiced of the item in its year and the selection, from all suppliers."""
    lines = chosen.books.invoices
    inside = chosen.inside(lines["day"]) & (lines["day"] >= row["start"])
    inside &= (lines["day"] < row["end"]) & (lines["item_id"] == row["item_id"])
    lines = lines[inside & lines["quantity"].notna()]
    sign = np.where(lines["amount"] < 0, -1, 1)
    return lines.assign(quantity=lines["quantity"].abs() * sign)
