"""Days, payables, lateness and discounts, invoice by invoice, by the definitions."""

from typing import Any

import numpy as np
import pandas as pd

from tests.reference_books import Books, Frame
from tests.reference_choice import Chosen, Figures, Value, added, ratio
from tests.reference_law import exposure

EARLY_DAYS = 5


def figures(chosen: Chosen) -> Figures:
    """What was agreed, what is paid and owed, and which discounts were to be had."""
    bills = invoices(chosen)
    paid = payments(chosen, bills)
    made = paid[chosen.inside(paid["paid_on"])]
    return {
        "agreed_days": agreed_days(bills[chosen.inside(bills["day"])]),
        "days_to_pay": days_to_pay(made),
        **shares(chosen, bills, made),
        **owed(chosen, bills),
        **discounts(chosen, bills, paid, made),
        "late_interest_exposure": exposure(
            chosen, bills, paid, bills.assign(left=left(chosen, bills))
        ),
    }


def invoices(chosen: Chosen) -> Frame:
    """Invoices of more than nothing, with their terms; ``share`` is what the filters keep."""
    books = chosen.books
    lines = books.invoices.assign(gross=lambda f: f["net"] + f["tax"])
    lines["document"] = np.rint(lines["amount"] * 100) + np.rint(
        lines["tax_amount"].fillna(0) * 100
    )
    heads = lines.sort_values(["invoice_id", "line_no"]).groupby("invoice_id").agg(
        supplier_id=("supplier_id", "first"), invoice_date=("invoice_date", "min"),
        day=("day", "min"), due_date=("due_date", "min"), gross=("gross", "sum"),
        document=("document", "sum"),
        code=("payment_term_code", "max"), contract_id=("contract_id", "max"),
    )  # fmt: skip
    kept = chosen.of(lines).groupby("invoice_id")["gross"].sum()
    heads["share"] = kept.reindex(heads.index).fillna(0) / heads["gross"]
    heads["kept"] = heads.index.isin(kept.index)
    heads = heads[(heads["document"] > 0) & (heads["gross"] > 0) & heads["kept"]]
    return with_terms(books, heads.reset_index())


def with_terms(books: Books, bills: Frame) -> Frame:
    """The invoice's own term, else its contract's, else its supplier's; and when it is due."""
    terms = books["payment_term"].set_index("payment_term_code")
    contracts = books["contract"].set_index("contract_id")["payment_term_code"]
    suppliers = books["supplier"].set_index("supplier_id")["payment_term_code"]
    code = bills["code"]
    for other in (bills["contract_id"].map(contracts), bills["supplier_id"].map(suppliers)):
        code = code.where(code.isin(terms.index), other.astype("str").fillna(""))
    for name in terms.columns:
        bills[name] = code.map(terms[name])
    start = bills["invoice_date"].where(
        ~bills["end_of_month"].eq(True), bills["invoice_date"] + pd.offsets.MonthEnd(0)
    )
    net = start + pd.to_timedelta(bills["net_days"].astype(float), unit="D")
    until = pd.to_timedelta(bills["discount_days"].astype(float), unit="D")
    offered = bills["discount_rate"].astype(float).fillna(0) > 0
    return bills.assign(
        due=bills["due_date"].fillna(net),
        until=(bills["invoice_date"] + until).where(offered),
    )


def payments(chosen: Chosen, bills: Frame) -> Frame:
    """Payments of those invoices, in cents of the reporting currency and of the document."""
    books = chosen.books
    paid = books["payment"].merge(bills, on="invoice_id", suffixes=("", "_of"))
    for name, source in (("paid", "amount"), ("discount", "discount_taken")):
        paid[name] = books.cents(paid[source], paid["currency"], paid["paid_on"]) * paid["share"]
        paid[f"own_{name}"] = np.rint(paid[source].fillna(0) * 100)
    return paid


# --- Figures --------------------------------------------------------------------------------------


def agreed_days(bills: Frame) -> Value:
    """Net days by gross amount; invoices without a known term are left out."""
    known = bills[bills["net_days"].notna()]
    weight = known["gross"] * known["share"]
    return ratio((weight * known["net_days"].astype(float)).sum(), weight.sum())


def days_to_pay(made: Frame) -> Value:
    """Days from invoice to payment, by amount."""
    days = (made["paid_on"] - made["invoice_date"]).dt.days
    whole = made["paid"].sum()
    return float((made["paid"] * days).sum() / whole) if whole > 0 else None


def left(chosen: Chosen, bills: Frame) -> Any:
    """What is open at the position date, in cents at the invoice's own rate."""
    paid = chosen.books["payment"]
    paid = paid[paid["paid_on"] <= chosen.position]
    sums = (paid["amount"].fillna(0) + paid["discount_taken"].fillna(0)).groupby(
        paid["invoice_id"]).sum()  # fmt: skip
    settled = np.rint(bills["invoice_id"].map(sums).fillna(0) * 100)
    rate = bills["gross"] / bills["document"]
    exact = (bills["document"] - settled) * rate
    cents = np.sign(exact) * np.floor(np.abs(exact) + 0.5 + 1e-6) * bills["share"]
    return np.asarray(cents.where(bills["day"] <= chosen.position, 0.0))


def shares(chosen: Chosen, bills: Frame, made: Frame) -> Figures:
    """Late and early by value; null where no day is known to be due."""
    ids = ("paid_late_share", "paid_early_share")
    due = bills["due"].between(chosen.first, chosen.position)
    waiting = bills.assign(left=left(chosen, bills))[due & (bills["day"] <= chosen.position)]
    if not len(chosen.books["payment"]) or not (made["due"].notna().any() or len(waiting)):
        return dict.fromkeys(ids)
    whole = made["paid"].sum() + waiting["left"].sum()
    ahead = (made["due"] - made["paid_on"]).dt.days
    late = made.loc[ahead < 0, "paid"].sum()
    late += waiting.loc[waiting["due"] < chosen.position, "left"].sum()
    early = made.loc[(ahead >= EARLY_DAYS) & (made["own_discount"] == 0), "paid"].sum()
    return dict(zip(ids, (ratio(late, whole), ratio(early, whole)), strict=True))


def owed(chosen: Chosen, bills: Frame) -> Figures:
    """Open and overdue at the position date; null where no payment is loaded."""
    if not len(chosen.books["payment"]):
        return dict.fromkeys(("open_payables", "overdue_payables"))
    seen = bills.assign(left=left(chosen, bills))[bills["day"] <= chosen.position]
    overdue = seen[seen["due"] < chosen.position]
    return {
        "open_payables": added(seen, "left"),
        "overdue_payables": float(overdue["left"].sum()) if seen["due"].notna().any() else None,
    }


def discounts(chosen: Chosen, bills: Frame, paid: Frame, made: Frame) -> Figures:
    """Offered on the earlier of its use and its date; what was taken of it."""
    used = paid[paid["own_discount"] > 0].groupby("invoice_id")["paid_on"].min()
    uses = used.reindex(bills["invoice_id"]).set_axis(bills.index)
    day = pd.concat([bills["until"], uses], axis=1).min(axis=1)
    open_to = bills[bills["until"].notna() & chosen.inside(day)]
    exact = open_to["gross"] * open_to["discount_rate"].astype(float)
    worth = (np.floor(exact + 0.5 + 1e-6) * open_to["share"]).sum()
    taken = made["discount"].sum()
    none = not bills["until"].notna().any()
    return {
        "discount_offered": None if none else float(worth),
        "discount_taken": None if none else float(taken),
        "discount_capture": ratio(taken, worth),
    }
