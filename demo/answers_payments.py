"""Terms and payments: agreed days, days to pay, early payments, discounts."""

import numpy as np
import pandas as pd

from demo.answers_books import Span, Tables, cents, euros, invoices, rates
from demo.draws import Array

EARLY_DAYS = 5


def documents(tables: Tables) -> pd.DataFrame:
    """Invoices (no credits, no sisters) with gross amount, agreed term and due date."""
    book = invoices(tables)
    book["net"] = book["amount"] + book["tax_amount"]
    book["gross"] = book["cents"] + book["tax_cents"]
    book["contract_id"] = book["contract_id"].replace("", None)
    group = book.groupby("invoice_id")
    frame = group.agg(
        supplier_id=("supplier_id", "first"), head=("group", "first"), net=("net", "sum"),
        gross=("gross", "sum"), invoice_date=("invoice_date", "first"), rate=("rate", "first"),
        accounted=("accounted", "first"), contract_id=("contract_id", "first"),
        own=("payment_term_code", "first"), due_date=("due_date", "first"),
    ).reset_index()  # fmt: skip
    frame = frame[frame["gross"] > 0].reset_index(drop=True)
    return _termed(frame, tables)


def _termed(frame: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Agreed term: the invoice's, else its contract's, else its supplier's."""
    contract = tables["contract"].set_index("contract_id")["payment_term_code"]
    master = tables["supplier"].set_index("supplier_id")["payment_term_code"]
    theirs = frame["contract_id"].map(contract)
    theirs = theirs.where(theirs.notna(), frame["supplier_id"].map(master))
    term = frame["own"].where(frame["own"] != "", theirs)
    table = tables["payment_term"].set_index("payment_term_code")
    frame["net_days"] = term.map(table["net_days"]).astype(int)
    frame["discount_rate"] = term.map(table["discount_rate"])
    frame["discount_days"] = pd.to_numeric(term.map(table["discount_days"]))
    from_end = term.map(table["end_of_month"]).eq(True)
    counted = frame["invoice_date"].where(~from_end, frame["invoice_date"] + pd.offsets.MonthEnd(0))
    due = counted + pd.to_timedelta(frame["net_days"], unit="D")
    frame["due"] = frame["due_date"].where(frame["due_date"].notna(), due)
    return frame


def paid(tables: Tables) -> pd.DataFrame:
    """Payments of those invoices, in cents at the payment's rate."""
    frame = tables["payment"].merge(
        documents(tables).drop(columns=["rate", "own"]), on="invoice_id"
    )
    rate = rates(tables, frame["currency"], frame["paid_on"])
    frame["cents"] = cents(frame["amount"].to_numpy(), rate)
    discount = frame["discount_taken"].fillna(0.0)
    frame["discount_cents"] = cents(discount.to_numpy(), rate)
    return frame.assign(discount=discount)


def agreed_days(tables: Tables, period: Span, supplier: str) -> float:
    """Agreed days of a supplier's invoices, weighted by gross amount."""
    frame = documents(tables)
    mine = frame[period.holds(frame["accounted"]) & (frame["head"] == supplier)]
    return float((mine["net_days"] * mine["gross"]).sum() / mine["gross"].sum())


def days_to_pay(tables: Tables, period: Span, supplier: str) -> float:
    """Days from invoice to payment, weighted by what was paid."""
    frame = paid(tables)
    mine = frame[period.holds(frame["paid_on"]) & (frame["head"] == supplier)]
    days = (mine["paid_on"] - mine["invoice_date"]).dt.days
    return float((days * mine["cents"]).sum() / mine["cents"].sum())


def _open(tables: Tables, day: pd.Timestamp) -> pd.DataFrame:
    """Invoices open on a day, in cents at the invoice's rate."""
    frame = documents(tables)
    frame = frame[frame["accounted"] <= day].reset_index(drop=True)
    done = paid(tables)
    done = done[done["paid_on"] <= day]
    settled = (done["amount"] + done["discount"]).groupby(done["invoice_id"]).sum()
    left = frame["net"] - frame["invoice_id"].map(settled).fillna(0.0)
    left = left.where(left.abs() > 0.004, 0.0)
    frame["open"] = cents(left.to_numpy(), frame["rate"].to_numpy())
    return frame


def paid_early(tables: Tables, period: Span, suppliers: list[str]) -> dict[str, float]:
    """What was paid five days or more before it was due, for no discount, and what that cost."""
    frame = paid(tables)
    due = _open(tables, period.position)
    if suppliers:
        frame = frame[frame["supplier_id"].isin(suppliers)]
        due = due[due["supplier_id"].isin(suppliers)]
    now = frame[period.holds(frame["paid_on"])]
    waiting = due.loc[(due["due"] >= period.start) & (due["due"] <= period.end), "open"].sum()
    ahead = (now["due"] - now["paid_on"]).dt.days
    early = (ahead >= EARLY_DAYS) & (now["discount"] == 0)
    amount = now.loc[early, "cents"].sum()
    money_days = (now["cents"] * ahead)[early].sum()
    length = (min(period.end, period.position) - period.start).days + 1
    return {
        "paid_early_share": round(float(amount / (now["cents"].sum() + waiting)), 6),
        "paid_early_amount": euros(amount),
        "days_early": round(float(money_days / amount), 2),
        "cash_given_away": euros(np.round(money_days / length)),
    }


def _fate(offered: pd.DataFrame, first_paid: pd.Series, position: pd.Timestamp) -> pd.Series:
    """What became of each discount that was not taken."""
    when = offered["invoice_id"].map(first_paid)
    unpaid = when.isna() | (when > position)
    in_time = when <= offered["ends"]
    words: Array = np.select([unpaid, in_time], ["unpaid_and_expired", "paid_in_time_not_taken"],
                             "paid_too_late")  # fmt: skip
    return pd.Series(words, index=offered.index)


def discounts(tables: Tables, period: Span) -> dict[str, float]:
    """Discounts offered, taken and lost in the periods, and how they were lost."""
    frame = documents(tables)
    frame = frame[frame["discount_rate"].notna()].reset_index(drop=True)
    frame["ends"] = frame["invoice_date"] + pd.to_timedelta(frame["discount_days"], unit="D")
    money = paid(tables)
    money = money[money["paid_on"] <= period.position]
    used_on = money[money["discount"] > 0].groupby("invoice_id")["paid_on"].min()
    used = frame["invoice_id"].map(used_on)
    event = pd.concat([frame["ends"], used], axis=1).min(axis=1)
    offered = frame[period.holds(event)].copy()
    # Half a cent goes up, exactly: rates have six decimals.
    millionths = np.round(offered["discount_rate"] * 1e6).astype("int64")
    offered["worth"] = (offered["gross"].astype("int64") * millionths + 500_000) // 1_000_000
    lost = offered[~offered["invoice_id"].isin(used_on.index)]
    fate = _fate(lost, money.groupby("invoice_id")["paid_on"].min(), period.position)
    taken = money.loc[period.holds(money["paid_on"]), "discount_cents"].sum()
    parts = {str(k): euros(v) for k, v in lost["worth"].groupby(fate).sum().items()}
    total = offered["worth"].sum()
    return {
        "discount_offered": euros(total),
        "discount_taken": euros(taken),
        "discount_capture": round(float(taken / total), 6),
        "lost": euros(total - taken),
        **parts,
    }
