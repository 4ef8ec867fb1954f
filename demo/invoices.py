"""Invoices for what was received: dates, prices that differ, and credit notes for returns."""

import numpy as np
import pandas as pd

from demo.dates import FIRST, NEVER, THROUGH, days, working_day
from demo.draws import Array, generator, money, whole_days
from demo.suppliers import tax_rates

FROM_ORDER = ["order", "supplier_id", "item_id", "category_id", "cost_centre_id", "contract_id",
              "currency", "unit", "unit_price", "kind", "matching", "description", "order_date",
              "late_order"]  # fmt: skip


def _lines(lines: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """A receipt with what its order line says."""
    frame = receipts.join(lines[[*FROM_ORDER, "line_no"]], on="line")
    return frame.rename(columns={"received_on": "delivered_on", "line_no": "po_line_no"})


def _dates(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """By invoice: the supplier's date, the day it came and the day it was posted."""
    groups = frame.groupby("group").agg(
        delivered=("delivered_on", "first"), late=("late_order", "first"), kind=("kind", "first"),
        ordered=("order_date", "first"),
    )  # fmt: skip
    size = len(groups)
    delivered = days(groups, "delivered")
    late = groups["late"].to_numpy(dtype=bool)
    dated = delivered + whole_days(rng, 3.2, 0.95, size)
    before = np.maximum(FIRST, days(groups, "ordered") - rng.integers(3, 26, size))
    dated = np.where(late, before, dated)
    came = np.maximum(dated, np.where(late, delivered, dated)) + rng.integers(0, 5, size)
    posted = working_day(came + whole_days(rng, 5.5, 1.0, size))
    groups = groups.assign(invoice_date=dated, received_on=came, posted_on=posted)
    return groups[["invoice_date", "received_on", "posted_on"]]


def _amounts(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Received quantity at the order's price; some invoices see the price otherwise."""
    size = len(frame)
    wrong = (rng.random(size) < 0.028) & (frame["kind"] != "blanket").to_numpy()
    factor = np.where(wrong, 1 + rng.normal(0.012, 0.03, size), 1.0)
    price = np.maximum(0.01, np.round(frame["unit_price"] * factor, 4))
    more = (rng.random(size) < 0.006) & (frame["quantity"] > 10).to_numpy()
    quantity = frame["quantity"] + np.where(more, np.ceil(frame["quantity"] * 0.05), 0)
    service = (frame["kind"] == "blanket").to_numpy()
    frame["amount"] = money((quantity * price).to_numpy())
    frame["quantity"] = np.where(service, np.nan, quantity)
    frame["unit_price"] = np.where(service, np.nan, price)
    return frame


def ordered_invoices(lines: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """Invoice lines for deliveries; one invoice an order and delivery day."""
    rng = generator("invoices")
    frame = _lines(lines, receipts[~receipts["returned"]])
    frame["group"] = frame.groupby(["order", "delivered_on"], sort=True).ngroup()
    invoiced = rng.random(int(frame["group"].max()) + 1) > 0.004
    frame = frame[invoiced[frame["group"]]].reset_index(drop=True)
    frame = frame.join(_dates(frame, rng), on="group")
    return _amounts(frame, rng)


def credit_notes(lines: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """Most returns are credited, a week or two later, at the order's price."""
    rng = generator("credit notes")
    frame = _lines(lines, receipts[receipts["returned"]]).reset_index(drop=True)
    frame = frame[rng.random(len(frame)) < 0.88].reset_index(drop=True)
    size = len(frame)
    dated = days(frame, "delivered_on") + rng.integers(3, 18, size)
    came = dated + rng.integers(0, 4, size)
    frame["amount"] = money((frame["quantity"] * frame["unit_price"]).to_numpy())
    frame["group"] = np.arange(size)
    return frame.assign(
        invoice_date=dated, received_on=came, posted_on=working_day(came + 2), credit=True
    )


def price_credits(invoices: pd.DataFrame) -> pd.DataFrame:
    """Now and then a supplier gives money back for a wrong price: a line without quantity."""
    rng = generator("price credits")
    frame = invoices[invoices["kind"] == "item"].sample(
        frac=0.0012, random_state=int(rng.integers(1 << 30))
    )
    frame = frame.sort_index().reset_index(drop=True)
    size = len(frame)
    dated = days(frame, "posted_on") + rng.integers(5, 30, size)
    frame["amount"] = -money(frame["amount"].to_numpy() * rng.uniform(0.01, 0.08, size))
    return frame.assign(
        quantity=np.nan, unit_price=np.nan, unit="", group=np.arange(size), credit=True,
        invoice_date=dated, received_on=dated + 1, posted_on=working_day(dated + 4),
        description="Price correction",
    )  # fmt: skip


def untidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Blanks as in real books: no category, no cost centre, no posting date, no received date."""
    rng = generator("blanks")
    size = len(frame)
    blanks = {"category_id": 0.055, "cost_centre_id": 0.03}
    for column, share in blanks.items():
        frame[column] = frame[column].where(rng.random(size) >= share, "")
    drawn = rng.random(int(frame["invoice"].max()) + 1)[frame["invoice"]]
    same = (frame["invoice_date"] <= THROUGH).to_numpy() & (drawn < 0.012)
    frame["posted_on"] = np.where(same, NEVER, days(frame, "posted_on"))
    frame["received_on"] = np.where(drawn > 0.95, NEVER, days(frame, "received_on"))
    return frame


def taxed(frame: pd.DataFrame, countries: "pd.Series[str]") -> pd.DataFrame:
    """Tax by the supplier's country; insurance carries none of it."""
    rate = tax_rates(frame["supplier_id"].map(countries).to_numpy(dtype=object))
    exempt = frame["category_id"].isin(["C-5100"]).to_numpy()
    tax: Array = money(frame["amount"].to_numpy() * np.where(exempt, 0, rate))
    return frame.assign(tax_amount=tax)
