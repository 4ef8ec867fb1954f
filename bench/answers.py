"""The eight questions as Concord answers them: the functions that its pages call, and no more.

Each takes an open reader and a selection, and gives a frame with the columns of ``QUESTIONS``.
Amounts are whole cents; where the hand-written SQL cannot know what rows are dropped or added, it
gives the same rows.
"""

from typing import Any

import pandas as pd
from sqlalchemy import Select, func, select

from queries import approvals, mart_tables, process, stock_days, supplier_profile
from queries.budget import intercompany, spend_by
from queries.selection import Selection, conditions
from queries.store import Reader
from spend.budget_book import BudgetBook
from spend.purchasing_book import PurchasingBook
from spend.stock_book import StockBook
from spend.terms_book import TermsBook

TOP = 20
PLACES = ("cost_centre_id", "category_id")


def budget_months(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Budget against actual by month: what the Budget page's chart of months is drawn from."""
    book = BudgetBook.read(reader, selection)
    rows = [
        (p.period.start_date, book.budget_periods.get(p.period.period), book.spent([p.elapsed]))
        for p in book.window.periods
    ]
    return pd.DataFrame(rows, columns=["month", "budget", "actual"])


def variance(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Budget and spend by cost centre and category: the sums of the Budget page's table."""
    book = BudgetBook.read(reader, selection)
    planned = book.budget(book.shares, PLACES)[[*PLACES, "budget"]]
    spent = spend_by(reader, selection, [book.actual_span], PLACES)[[*PLACES, "amount"]]
    both = planned.merge(spent.rename(columns={"amount": "actual"}), on=[*PLACES], how="outer")
    return both.fillna({"budget": 0, "actual": 0})


def price_volume_mix(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Each item's part of the bridge from last year: what the Budget page's bridge is made of."""
    rows = BudgetBook.read(reader, selection).year_bridge.rows
    names = ["item_id", "kind", "base", "actual", "price", "volume", "mix", "currency"]
    nothing = (rows["base"] == 0) & (rows["actual"] == 0) & (rows["kind"] == "not priced")
    return rows.loc[~nothing, names]


def top_suppliers(reader: Reader, selection: Selection) -> pd.DataFrame:
    """The supplier groups with most spend, their lines and invoices.

    Spend and lines as the Suppliers page sums them. No page counts invoices by supplier: the mart
    of invoices is asked for them.
    """
    book = PurchasingBook.read(reader, selection)
    bought = spend_by(reader, selection, [book.span], ("supplier_id",))
    billed = _invoices(book)
    amounts: dict[str, tuple[int, int, int]] = {
        str(supplier): (int(amount), int(lines), int(billed.get(str(supplier), 0)))
        for supplier, amount, lines in zip(
            bought["supplier_id"], bought["amount"], bought["line_count"], strict=True
        )
    }
    groups = [branch for branch in book.suppliers.parts(amounts) if branch.id]
    rows = [(group.id, *group.sums) for group in groups[:TOP]]
    return pd.DataFrame(rows, columns=["supplier_id", "amount", "lines", "invoices"])


def _invoices(book: PurchasingBook) -> dict[str, int]:
    mart = mart_tables.invoice
    statement: Select[Any] = (
        select(mart.c.supplier_id, func.count())
        .where(*conditions(_of_suppliers(book.selection), mart, book.reader.batch))
        .where(mart.c.day.between(book.span.first, book.span.last))
        .where(~intercompany(book.reader, mart))
        .group_by(mart.c.supplier_id)
    )
    return dict(tuple(row) for row in book.reader.rows(statement))


def _of_suppliers(selection: Selection) -> Selection:
    return Selection(selection.from_period, selection.to_period, selection.supplier)


def days_to_pay(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Money paid, its days and what of it was late, by supplier: as the Terms page sums them."""
    paid = TermsBook.read(reader, selection).paid
    return paid[["supplier_id", "paid", "paid_days", "late"]]


def unit_prices(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Money and quantity by supplier, item and month: what a supplier's page tells prices from."""
    book = PurchasingBook.read(reader, selection)
    bought = supplier_profile.bought_by_month(reader, selection, [book.span])
    names = ["supplier_id", "item_id", "unit", "currency", "month", "amount", "quantity"]
    return bought[names]


def stock_and_demand(reader: Reader, selection: Selection) -> pd.DataFrame:
    """The last count of each item and site, its value, and the last 12 months' demand."""
    book = StockBook.read(reader, selection)
    counted = book.positions[["item_id", "site", "on_hand", "value"]]
    span = (book.year_start, book.position)
    wanted = stock_days.wanted_by_day(reader, [span]).rename(columns={"day_0": "wanted"})
    both = counted.merge(wanted[["item_id", "site", "wanted"]], on=["item_id", "site"], how="left")
    return both.fillna({"wanted": 0.0})


def order_to_invoice(reader: Reader, selection: Selection) -> pd.DataFrame:
    """By month: how invoices matched, and the days from order to receipt, and on to the invoice.

    As the Approvals page asks, for each month of the selection at once.
    """
    book = PurchasingBook.read(reader, selection)
    spans = [period.elapsed for period in book.window.periods]
    matched = process.matched_by(reader, selection, spans).set_index("span")
    passed = approvals.passed_by(reader, selection, spans)
    passed = passed.assign(days=passed["days"] * passed["order_count"])
    stages = passed.groupby(["stage", "span"])[["order_count", "days"]].sum()
    columns: dict[str, Any] = {
        "lines": matched["line_count"],
        "judged": matched["judged"],
        "matched": matched["matched"],
        "after_the_fact": matched["after_the_fact"],
        "deliveries": _stage(stages, "receipt", "order_count"),
        "delivery_days": _stage(stages, "receipt", "days"),
        "bills": _stage(stages, "invoice", "order_count"),
        "bill_days": _stage(stages, "invoice", "days"),
    }
    frame = pd.DataFrame(columns)
    starts = [book.window.periods[place].period.start_date for place in frame.index]
    return frame.assign(month=starts)


def _stage(stages: pd.DataFrame, stage: str, name: str) -> "pd.Series[int]":
    known = stage in stages.index.get_level_values(0)
    return stages.loc[stage][name] if known else pd.Series(dtype="int64")
