"""Opening a figure of savings: its formula with its numbers, its SQL, and what stands behind it."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from queries import savings as rows
from queries.calendar import DAY, Span
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend.money import decimal, exact, stated
from spend.opened import opened
from spend.registry import all_metrics
from spend.result import Evidence
from spend.savings_book import SavingsBook
from spend.savings_figures import figures
from spend.savings_register import TRACED

REGISTERED = ("savings_claimed",)
NO_CLAIM_STATED = (
    "The register's rows. Where no amount is claimed, the claim is baseline less new price × "
    "yearly quantity."
)
INVOICED = (
    "The invoice lines of the items in the months of their initiatives, of all suppliers. What "
    "each comes to is worked out initiative by initiative: the register has every item of it."
)


def evidence(store: Store, selection: Selection, metric: str, *, page: int = 0) -> Evidence:
    """What stands behind one figure of the report; a page of its rows.

    Raises ``ConcordError`` for a metric that is not a figure of savings.
    """
    with store.reader(selection.as_of) as reader:
        book = SavingsBook.read(reader, selection)
        by_id = {figure.metric: figure for figure in figures(book)}
        if metric not in by_id:
            raise ConcordError(f"{metric} is no figure of savings: these are {', '.join(by_id)}")
        if metric in REGISTERED:
            lines = rows.register_rows(reader, book.found.rows["initiative_id"].tolist())
        else:
            lines = rows.invoice_lines(reader, windows(book))
        note = NO_CLAIM_STATED if metric in REGISTERED else INVOICED
        currency, unit = reader.settings.currency, all_metrics()[metric].unit
        numbers, result = _numbers(book, metric), stated(by_id[metric].value, unit, currency)
        return opened(reader, lines, page, metric, numbers, result, note)


def windows(book: SavingsBook) -> tuple[rows.Window, ...]:
    """The items of the initiatives that are held against invoices, with the days that count."""
    found = book.found.rows
    traced = found[(found["status"] == TRACED) & (found["item_id"] != "")]
    return tuple(
        (row["item_id"], Span(max(_day(row["start"]), book.window.first),
                              min(_day(row["until"]) - DAY, book.window.position)))
        for row in traced.to_dict("records")
    )  # fmt: skip


def _day(month: int) -> date:
    """The first day of a month, which is counted from January 1970."""
    return pd.Timestamp(np.datetime64(int(month), "M")).date()


def _numbers(book: SavingsBook, metric: str) -> Mapping[str, str]:
    """The figure's own numbers for the terms of its formula, where they are sums."""
    sums, terms = book.found.items, all_metrics()[metric].terms
    if sums is None or metric in REGISTERED:
        return {}
    amounts = (sums.claimed, sums.recognised)
    named = dict(zip(("claimed", "recognised"), amounts, strict=True))
    named |= dict(zip([t for t in terms if t not in named], sums.items, strict=False))
    currency = book.reader.settings.currency
    return {term: exact(decimal(named[term]), currency) for term in terms}
