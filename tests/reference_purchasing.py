"""Suppliers and process, line by line, by the definitions."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from tests.reference_books import Books, Frame
from tests.reference_choice import DAY, Chosen, Figures, Value, ratio

OTIF_DAYS = 0
TOLERANCE = 0.02
WITHIN_DAYS = 120
NEARLY = 0.005


def figures(chosen: Chosen) -> Figures:
    """Concentration, contracts, deliveries, waits, matches and duplicates."""
    books = chosen.books
    lines = chosen.of(books.invoices)
    lines = lines[chosen.inside(lines["day"])]
    return {
        "on_time_in_full": on_time_in_full(chosen),
        "supplier_concentration": concentration(books, lines),
        **contracts(chosen, lines),
        "order_cycle_days": order_cycle_days(chosen),
        "first_match_share": first_match_share(chosen),
        "after_the_fact_share": after_the_fact_share(lines),
        "duplicate_candidates": duplicate_candidates(chosen),
    }


def concentration(books: Books, lines: Frame) -> Value:
    """Squares of the groups' shares of spend, in per cent; groups of net credits left out."""
    groups = lines["net"].groupby(lines["supplier_id"].map(books.heads)).sum()
    groups = groups[groups > 0]
    return float(((groups / groups.sum() * 100) ** 2).sum()) if len(groups) else None


# --- Contracts ------------------------------------------------------------------------------------


def contracts(chosen: Chosen, lines: Frame) -> Figures:
    """Shares of addressable spend with preferred suppliers, under contract, and beside one.

    Addressable is what no category says is not.
    """
    books = chosen.books
    suppliers, categories = books["supplier"], books["category"]
    barred = set(categories.loc[categories["not_addressable"], "category_id"])
    base = lines[~lines["category_id"].isin(barred)]
    preferred = set(suppliers.loc[suppliers["preferred"], "supplier_id"])
    with_them = base[base["supplier_id"].isin(preferred)]
    covered, market = in_force(books, lines)
    under = base[covered[base.index]]
    known = len(theirs_of(books)) > 0
    where = lines[market]
    return {
        "preferred_share": ratio(with_them["net"].sum(), base["net"].sum()) if preferred else None,
        "contract_coverage": ratio(under["net"].sum(), base["net"].sum()) if known else None,
        "off_contract_share": ratio(where.loc[~covered[market], "net"].sum(), where["net"].sum()),
    }


def theirs_of(books: Books) -> Frame:
    """The contracts with anybody but the own group."""
    contracts = books["contract"]
    return contracts[~contracts["supplier_id"].isin(books.ours)]


def in_force(books: Books, lines: Frame) -> tuple[Any, Any]:
    """Whether a contract covers each line, and whether its category had one of any supplier."""
    day = lines["ordered_on"].fillna(lines["invoice_date"])
    covered = pd.Series(False, index=lines.index)
    market = covered.copy()
    contracts = theirs_of(books)
    for one in contracts.itertuples():
        valid = (day >= one.start_date) & ~(day > one.end_date)
        if one.category_id:
            there = lines["category_id"].isin(books.under("category", str(one.category_id)))
            market |= valid & there
        else:
            there = pd.Series(True, index=lines.index)
            market |= valid
        theirs = lines["supplier_id"].isin(books.under("supplier", str(one.supplier_id)))
        no_own = ~lines["contract_id"].isin(contracts["contract_id"])
        covered |= valid & ((lines["contract_id"] == one.contract_id) | (there & theirs & no_own))
    return covered, market


# --- Orders ---------------------------------------------------------------------------------------


def on_time_in_full(chosen: Chosen) -> Value:
    """Lines promised and due in the selection that were wholly there by their promise."""
    lines = chosen.of(chosen.books.orders)
    limit = lines["promised_date"] + OTIF_DAYS * DAY
    status = lines["status"].where(~(lines["status_date"] > chosen.position), "open")
    requested = lines["requested_on"].notna() & ~(lines["approved_on"] <= chosen.position)
    out = status.isin(["cancelled", "rejected", "requested"]) | requested
    lines = lines.assign(limit=limit)[
        lines["promised_date"].between(chosen.first, chosen.last)
        & (limit <= chosen.position) & ~out
    ]  # fmt: skip
    came = chosen.books["goods_receipt"].merge(lines, on=["po_id", "line_no"], suffixes=("", "_of"))
    came = came[came["received_on"] <= came["limit"]]
    sums = came.groupby(["po_id", "line_no"])["quantity"].sum()
    key = pd.MultiIndex.from_frame(lines[["po_id", "line_no"]])
    full = sums.reindex(key).fillna(0).to_numpy() >= lines["quantity"].to_numpy() - 1e-9
    return ratio(full.sum(), len(lines))


def order_cycle_days(chosen: Chosen) -> Value:
    """The median of order date less request, of lines ordered in the selection."""
    lines = chosen.of(chosen.books.orders)
    lines = lines[chosen.inside(lines["order_date"]) & lines["requested_on"].notna()]
    status = lines["status"].where(~(lines["status_date"] > chosen.position), "open")
    lines = lines[~status.isin(["cancelled", "rejected"])]
    days = (lines["order_date"] - lines["requested_on"]).dt.days
    return float(days.median()) if len(days) else None


def after_the_fact_share(lines: Frame) -> Value:
    """By value, of spend with an order, what was ordered after its invoice's date."""
    ordered = lines[lines["ordered_on"].notna()]
    late = ordered[ordered["ordered_on"] > ordered["invoice_date"]]
    return ratio(late["net"].sum(), ordered["net"].sum())


def first_match_share(chosen: Chosen) -> Value:
    """Lines that at posting asked for no more than was received, at the order's price."""
    books = chosen.books
    orders = books.orders[books.orders["matching"] != "value"]
    orders = orders[orders["quantity"] != 1].rename(columns={"line_no": "po_line_no"})
    names = ["po_id", "po_line_no", "unit_price", "currency", "quantity"]
    lines = books.invoices.merge(
        orders[names], on=["po_id", "po_line_no"], suffixes=("", "_ordered")
    )
    signed = lines["quantity"].abs() * np.where(lines["amount"] < 0, -1, 1)
    lines = lines.assign(signed=signed.fillna(0))
    lines = lines.sort_values(["day", "invoice_id", "line_no"])
    key = ["po_id", "po_line_no"]
    lines["before"] = lines.groupby(key)["signed"].cumsum() - lines["signed"]
    lines = chosen.of(lines[chosen.inside(lines["day"])])
    lines = lines[(lines["amount"] >= 0) & lines["quantity"].notna()]
    received = came_by(books, lines)
    price = lines["unit_price"].fillna(lines["amount"] / lines["quantity"])
    gap = (price - lines["unit_price_ordered"]).abs()
    near = gap <= TOLERANCE * lines["unit_price_ordered"].abs() + 1e-9
    enough = lines["quantity"].to_numpy() <= received - lines["before"].to_numpy() + 1e-9
    return ratio((near.to_numpy() & enough).sum(), len(lines))


def came_by(books: Books, lines: Frame) -> Any:
    """What each line's order had received by the end of the day of posting."""
    asked = lines.reset_index(drop=True)[["po_id", "po_line_no", "day"]].reset_index(names="n")
    came = books["goods_receipt"].rename(columns={"line_no": "po_line_no"})
    both = asked.merge(came, on=["po_id", "po_line_no"])
    both = both[both["received_on"] <= both["day"]]
    return both.groupby("n")["quantity"].sum().reindex(asked["n"]).fillna(0).to_numpy()


# --- Duplicates -----------------------------------------------------------------------------------


def duplicate_candidates(chosen: Chosen) -> Value:
    """Invoices of the selection beyond the first of their group, number and amount."""
    books = chosen.books
    lines = books.invoices.assign(gross=lambda f: f["net"] + f["tax"])
    bills = lines.groupby("invoice_id").agg(
        supplier_id=("supplier_id", "first"), number=("invoice_number", "max"),
        gross=("gross", "sum"), dated=("invoice_date", "min"), day=("day", "min"),
    ).reset_index()  # fmt: skip
    bills["head"] = bills["supplier_id"].map(books.heads)
    bills["plain"] = [re.sub("[^A-Z0-9]", "", n.upper()).lstrip("0") for n in bills["number"]]
    notes = bills[bills["gross"] < 0].sort_values(["dated", "invoice_id"])
    bills = bills[(bills["plain"] != "") & (bills["gross"] > 0)]
    kept = set(chosen.of(lines)["invoice_id"])
    shown = bills[chosen.inside(bills["day"]) & bills["invoice_id"].isin(kept)]
    if not len(shown):
        return None
    key, ids = ["head", "plain"], set(shown["invoice_id"])
    often = bills[bills.duplicated(key, keep=False)].sort_values(["dated", "invoice_id"])
    again = sorted((row for _, same in often.groupby(key) for row in repeats(same)), key=in_turn)
    undone = undone_by(again, notes, chosen)
    return float(sum(row.invoice_id in ids - undone for row in again))


def in_turn(row: Any) -> tuple[Any, str]:
    return row.dated, row.invoice_id


def repeats(same: Frame) -> Iterator[Any]:
    """Of invoices with one number, in order: those that repeat an earlier one."""
    rows = list(same.itertuples())
    for place, row in enumerate(rows):
        earlier = any(
            (row.dated - one.dated).days <= WITHIN_DAYS
            and abs(row.gross - one.gross) <= NEARLY * max(row.gross, one.gross)
            for one in rows[:place]
        )
        if earlier:
            yield row


def undone_by(again: list[Any], notes: Frame, chosen: Chosen) -> set[str]:
    """The repeats that a credit undid: each, in turn, by the first that none before it took."""
    left: dict[Any, list[Any]] = {}
    for note in notes.itertuples():
        left.setdefault((note.head, -note.gross), []).append(note)
    found = set()
    for row in again:
        own = left.get((row.head, row.gross), [])
        fits = [n for n in own if 0 <= (n.dated - row.dated).days <= WITHIN_DAYS]
        if fits:
            own.remove(fits[0])
            found |= {row.invoice_id} if fits[0].day <= chosen.position else set()
    return found
