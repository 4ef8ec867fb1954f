"""Mistakes in the books: invoices booked twice, and references to what does not exist."""

import numpy as np
import pandas as pd

from demo.dates import days, working_day
from demo.draws import Array, generator, money

TWICE = 15  # in 2026, and a few the year before
TWICE_BEFORE = 6
UNDONE = 3  # of those in 2026, credited later
UNKNOWN_CATEGORY = "C-9999"
UNKNOWN_CENTRE = "CC-7777"


def _candidates(frame: pd.DataFrame, ours: list[str]) -> pd.DataFrame:
    """Invoices of one line, worth some money, in euros and without tax on freight."""
    lines = frame.groupby("invoice")["amount"].transform("size")
    usual = (lines == 1) & (frame["amount"].between(900, 9000)) & (frame["currency"] == "EUR")
    usual &= ~frame["supplier_id"].isin(ours) & frame["source"].isin(["order", "direct"])
    return frame[usual & (frame["item_id"].fillna("") == "")]


def _respelt(number: str, place: int) -> str:
    """The same number as another clerk types it."""
    spelt = (number, number.lower(), number.replace("-", " "), number.replace("/", "-"))
    plain = number.lstrip("0") if number[0] == "0" else f"00{number}"
    return plain if number.isdigit() and place % 2 else spelt[place % 4]


def _copies(chosen: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The second booking: some days later, the number spelt otherwise, one amount a trifle off."""
    size = len(chosen)
    later = rng.integers(6, 34, size)
    dated = days(chosen, "invoice_date") + np.where(np.arange(size) % 3 == 0, later // 2, 0)
    posted = working_day(np.maximum(days(chosen, "posted_on"), dated) + later)
    words = [_respelt(n, place) for place, n in enumerate(chosen["invoice_number"])]
    factor = np.where(np.arange(size) == 4, 1.003, 1.0)
    copy = chosen.assign(
        invoice_date=dated, received_on=posted - 2, posted_on=posted, invoice_number=words,
        source="twice", group=np.arange(size),
    )  # fmt: skip
    copy["amount"] = money(copy["amount"].to_numpy() * factor)
    copy["unit_price"] = copy["unit_price"].where(factor == 1.0, np.nan)
    copy["quantity"] = copy["quantity"].where(factor == 1.0, np.nan)
    return copy


def _undoing(copies: pd.DataFrame) -> pd.DataFrame:
    """Credit notes for the copies that somebody noticed."""
    undone = copies.iloc[5 : 5 + UNDONE]
    dated = days(undone, "posted_on") + 15
    return undone.assign(
        amount=-undone["amount"], quantity=-undone["quantity"], credit=True, invoice_date=dated,
        received_on=dated + 1, posted_on=working_day(dated + 3), source="undo",
        invoice_number=[f"CN-9{place:04d}" for place in range(len(undone))],
        description="Booked twice",
    )  # fmt: skip


def booked_twice(frame: pd.DataFrame, ours: list[str]) -> pd.DataFrame:
    """The book with invoices entered a second time, some of them undone later."""
    rng = generator("booked twice")
    found = _candidates(frame, ours)
    posted = days(found, "posted_on")
    now = found[(posted >= np.datetime64("2026-01-12")) & (posted <= np.datetime64("2026-08-28"))]
    then = found[(posted >= np.datetime64("2025-02-01")) & (posted <= np.datetime64("2025-10-15"))]
    parts = [frame]
    for name, rows, count in (("now", now, TWICE), ("then", then, TWICE_BEFORE)):
        place: Array = np.sort(rng.choice(len(rows), count, replace=False))
        copies = _copies(rows.iloc[place], rng).assign(source=f"twice {name}")
        parts.append(copies)
        if name == "now":
            parts.append(_undoing(copies))
    return pd.concat(parts, ignore_index=True)


def misspell(frame: pd.DataFrame) -> pd.DataFrame:
    """Three lines with a category, and one with a cost centre, that nobody has."""
    plain = (frame["source"] == "direct") & (frame["category_id"] == "C-4500")
    plain &= (frame["invoice_date"] >= "2026-03-01") & (frame["invoice_date"] < "2026-07-01")
    rows = frame.index[plain & (frame["cost_centre_id"] != "")]
    frame.loc[rows[[7, 40, 90]], "category_id"] = UNKNOWN_CATEGORY
    frame.loc[rows[60], "cost_centre_id"] = UNKNOWN_CENTRE
    return frame
