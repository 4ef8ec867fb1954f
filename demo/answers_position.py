"""The budget position: budget, actual, accrued, committed, requested, available."""

import numpy as np
import pandas as pd

from demo.answers_books import Span, Tables, cents, euros, invoices, orders, rates
from demo.draws import Array

ENDED = ("closed", "final_invoiced", "cancelled", "rejected")
NOTHING_ACCRUED = ("cancelled", "rejected", "final_invoiced")


def budget_cents(tables: Tables, version: str, period: Span) -> pd.DataFrame:
    """Budget lines of a version in the periods, in cents at the budget's own rate."""
    frame = tables["budget_line"]
    frame = frame[(frame["version"] == version) & period.holds(frame["period_start"])].copy()
    year = frame["period_start"].dt.year.astype(str) + "-01-01"
    market = rates(tables, frame["currency"], pd.Series(pd.to_datetime(year)))
    rate = np.where(frame["budget_rate"].notna(), frame["budget_rate"], market)
    frame["cents"] = cents(frame["amount"].to_numpy(), rate)
    return frame


def _sums(frame: pd.DataFrame, column: str, lines: pd.DataFrame) -> Array:
    """Sums by order line."""
    total = frame.groupby(["po_id", "line_no"])[column].sum()
    key = pd.MultiIndex.from_arrays([lines["po_id"], lines["line_no"]])
    return total.reindex(key).fillna(0).to_numpy(dtype=float)


def _moved(tables: Tables, lines: pd.DataFrame, day: pd.Timestamp) -> tuple[Array, Array, Array]:
    """Ordered, received and invoiced by a day: quantities, or money on value lines."""
    price = lines["unit_price"].to_numpy(dtype=float)
    value = ((lines["matching"] == "value") | (lines["quantity"] == 1)).to_numpy()
    came = tables["goods_receipt"]
    came = came[came["received_on"] <= day].assign(line_no=came["line_no"].astype(str))
    received = _sums(came, "quantity", lines)
    billed = invoices(tables)
    billed = billed[(billed["accounted"] <= day) & (billed["po_id"] != "")]
    billed = billed.assign(line_no=billed["po_line_no"], quantity=billed["quantity"].fillna(0))
    quantity, amount = _sums(billed, "quantity", lines), _sums(billed, "amount", lines)
    factor = np.where(value, 1.0, price)
    ordered = lines["quantity"].to_numpy(dtype=float)
    return (
        ordered * price,
        received * price,
        np.where(value, amount, quantity) * factor,
    )


def balances(tables: Tables, day: pd.Timestamp) -> pd.DataFrame:
    """Each order line as at a day: what is accrued, and what is still to come, in cents."""
    lines = orders(tables)
    first = lines[["requested_on", "order_date"]].min(axis=1)
    lines = lines[first <= day].reset_index(drop=True)
    known = lines["status_date"].notna() & (lines["status_date"] > day)
    lines["status"] = lines["status"].where(~known, "open")
    ordered, received, invoiced = _moved(tables, lines, day)
    rate = lines["rate"].to_numpy()
    accrued = np.maximum(0, received - invoiced) * rate
    accrued = np.where(lines["status"].isin(NOTHING_ACCRUED), 0, accrued)
    rest = np.maximum(0, ordered - np.maximum(received, invoiced)) * rate
    rest = np.where(lines["status"].isin(ENDED), 0, rest)
    lines["accrued"] = np.floor(accrued * 100 + 0.5 + 1e-6).astype(np.int64)
    lines["rest"] = np.floor(rest * 100 + 0.5 + 1e-6).astype(np.int64)
    approved = lines["requested_on"].isna() | (lines["approved_on"] <= day)
    return lines.assign(approved=approved)


def position(tables: Tables, version: str, period: Span) -> dict[str, float]:
    """The whole company's position, intercompany left out."""
    now = balances(tables, period.position)
    before = balances(tables, period.start - pd.Timedelta(days=1))
    book = invoices(tables)
    actual = book.loc[period.holds(book["accounted"]), "cents"].sum()
    budget = budget_cents(tables, version, period)["cents"].sum()
    accrued = now["accrued"].sum() - before["accrued"].sum()
    later = now["promised_date"] > period.end
    committed = now.loc[now["approved"] & ~later, "rest"].sum()
    requested = now.loc[~now["approved"], "rest"].sum()
    return {
        "budget_amount": euros(budget),
        "actual_spend": euros(actual),
        "accrued_spend": euros(accrued),
        "committed_spend": euros(committed),
        "committed_later": euros(now.loc[now["approved"] & later, "rest"].sum()),
        "requested_spend": euros(requested),
        "available_budget": euros(budget - actual - accrued - committed - requested),
        "budget_variance": euros(actual - budget),
    }


def ledger_difference(tables: Tables, period: Span) -> dict[str, float]:
    """The ledger's spend less the invoice lines, sisters included, by month where it is not nil."""
    book = pd.concat([invoices(tables), invoices(tables, intercompany=True)])
    book = book[period.holds(book["accounted"])]
    table = tables["ledger_balance"]
    table = table[(table["kind"] == "spend") & period.holds(table["period_start"])]
    ours = invoices(tables, intercompany=True)
    ours = ours[period.holds(ours["accounted"])]
    ledger = np.round(table["amount"].to_numpy() * 100).astype(np.int64).sum()
    return {
        "ledger_spend": euros(ledger),
        "invoice_lines": euros(book["cents"].sum()),
        "of_which_intercompany": euros(ours["cents"].sum()),
        "difference": euros(ledger - book["cents"].sum()),
    }
