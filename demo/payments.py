"""Payments: mostly the weekly run after the due date; some early, some late, some with discount."""

import numpy as np
import pandas as pd

from demo.books import discount_suppliers
from demo.dates import THROUGH, days
from demo.draws import Array, generator, money, whole_days
from demo.suppliers import EARLY_PAID, numbered


def _heads(frame: pd.DataFrame) -> pd.DataFrame:
    """Gross amount, dates and term of every invoice."""
    group = frame.assign(gross=frame["amount"] + frame["tax_amount"]).groupby("invoice_id")
    return group.agg(
        supplier_id=("supplier_id", "first"), currency=("currency", "first"),
        gross=("gross", "sum"), invoice_date=("invoice_date", "first"),
        posted=("booked_on", "first"), due=("settles_on", "first"), agreed=("agreed", "first"),
    ).reset_index()  # fmt: skip


def _run_before(dates: Array) -> Array:
    """The last payment run, Tuesday or Thursday, on or before each date."""
    weekday = (dates.astype(int) + 3) % 7
    found: Array = dates - np.array([4, 0, 1, 0, 1, 2, 3])[weekday]
    return found


def _run_after(dates: Array) -> Array:
    """The next payment run on or after each date."""
    weekday = (dates.astype(int) + 3) % 7
    found: Array = dates + np.array([1, 0, 1, 0, 4, 3, 2])[weekday]
    return found


def _usual(heads: pd.DataFrame, rng: np.random.Generator) -> Array:
    """On the last run before it is due; one in seven is late, one in twenty early."""
    size = len(heads)
    due = days(heads, "due")
    draw = rng.random(size)
    late = whole_days(rng, 11, 0.8, size) + 5
    early = -rng.integers(6, 16, size)
    found: Array = due + np.select([draw < 0.14, draw < 0.19], [late, early], 0)
    return found


def _special(heads: pd.DataFrame, suppliers: pd.DataFrame, rng: np.random.Generator) -> Array:
    """Where the master still says thirty days, paid at thirty although sixty are agreed."""
    quiet = heads["supplier_id"].isin([numbered(suppliers, place) for place in EARLY_PAID])
    at_thirty = days(heads, "invoice_date") + 28 + rng.integers(0, 4, len(heads))
    return np.where(quiet, at_thirty, _usual(heads, rng))


def _discounted(heads: pd.DataFrame, paid: Array, suppliers: pd.DataFrame) -> tuple[Array, Array]:
    """Less than half of the offered discounts is taken; some are paid in time and forgotten."""
    rng = generator("discounts")
    offered = heads["supplier_id"].isin(discount_suppliers(suppliers)).to_numpy()
    offered = (
        offered & heads["agreed"].str.startswith("D").to_numpy() & (heads["gross"] > 0).to_numpy()
    )
    long = (heads["agreed"] == "D3N60").to_numpy()
    draw = rng.random(len(heads))
    soon = days(heads, "invoice_date") + np.where(long, 13, 9)
    in_time = offered & (draw < 0.53) & (days(heads, "posted") < soon)
    taken = in_time & (draw < 0.44)
    rate = np.where(long, 0.03, 0.02)
    discount = np.where(taken, money(heads["gross"].to_numpy() * rate), 0.0)
    return np.where(in_time, soon, paid), discount


def _split(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One in fifty is paid in two parts."""
    halves = (rng.random(len(frame)) < 0.02) & (frame["gross"] > 500) & (frame["discount"] == 0)
    first = money(frame["gross"].to_numpy() * 0.6)
    frame["amount"] = np.where(
        halves, first, money((frame["gross"] - frame["discount"]).to_numpy())
    )
    rest = frame[halves].copy()
    rest["amount"] = money((rest["gross"] - rest["amount"]).to_numpy())
    rest["paid_on"] = _run_after(days(rest, "paid_on") + rng.integers(10, 40, len(rest)))
    return pd.concat([frame, rest], ignore_index=True)


def payments(invoices: pd.DataFrame, suppliers: pd.DataFrame) -> pd.DataFrame:
    """Every payment by the last booked day; a few invoices are disputed and stay open."""
    rng = generator("payments")
    heads = _heads(invoices)
    posted = days(heads, "posted")
    paid = _run_before(_special(heads, suppliers, rng))
    paid = np.where(paid <= posted, _run_after(posted + 1), paid)
    heads["paid_on"], heads["discount"] = _discounted(heads, paid, suppliers)
    frame = _split(heads[rng.random(len(heads)) > 0.006].copy(), rng)
    frame = frame[(days(frame, "paid_on") <= THROUGH) & (frame["amount"] != 0)]
    frame = frame.sort_values(["paid_on", "invoice_id", "amount"], ignore_index=True)
    frame["payment_id"] = [f"P-{n:06d}" for n in range(1, len(frame) + 1)]
    frame["discount_taken"] = frame["discount"].where(frame["discount"] > 0)
    return frame
