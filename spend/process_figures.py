"""The figures of the path from request to payment, each with its rows or why there is none."""

from collections.abc import Sequence

import pandas as pd

from queries.calendar import Span
from queries.window import PeriodDays
from spend import process
from spend.periods import Trends
from spend.purchasing import Figures, figure, figures_of, trends_of
from spend.purchasing_book import PurchasingBook
from spend.result import Figure
from spend.sourcing_figures import NO_INVOICES, NO_ORDERS, NO_RECEIPTS

NO_ORDER = "no invoice here has an order"


def figures(book: PurchasingBook) -> Figures:
    """Every figure of the subject, as at the selection's position date."""
    return figures_of(book, found)


def trends(book: PurchasingBook, periods: Sequence[PeriodDays]) -> Trends:
    """Each figure by period, as if that period alone were selected."""
    return trends_of(book, periods, found)


def found(book: PurchasingBook, spans: Sequence[Span]) -> list[Figures]:
    """The figures of each of some spans of days, as at its last day."""
    ordered, matched = book.ordered(spans), book.matched(spans)
    numbered, repeated = book.numbered(spans), book.repeated(spans)

    def of(frame: pd.DataFrame, place: int) -> pd.DataFrame:
        return frame[frame["span"] == place]

    return [
        (
            _waits(of(ordered, n)),
            _matches(book, of(matched, n), of(numbered, n)),
            _after_the_fact(of(matched, n), of(numbered, n)),
            _duplicates(of(repeated, n), of(numbered, n)),
        )
        for n in range(len(spans))
    ]


def _waits(ordered: pd.DataFrame) -> Figure:
    known = ordered[ordered["requested"]]
    days = process.order_cycle_days(known["days"], known["order_count"])
    why = "no order line here says when it was requested" if len(ordered) else NO_ORDERS
    return figure("order_cycle_days", days, known["order_count"].sum(), why)


def _matches(book: PurchasingBook, matched: pd.DataFrame, numbered: pd.DataFrame) -> Figure:
    share = process.first_match_share(matched["matched"], matched["judged"])
    if not book.has_receipts:
        share = None
    why = "no line here can match: they are credits, without quantity, or matched by value"
    reason = why if book.has_receipts else NO_RECEIPTS
    return figure(
        "first_match_share", share, matched["judged"].sum(), _no_order(matched, numbered, reason)
    )


def _no_order(matched: pd.DataFrame, numbered: pd.DataFrame, otherwise: str) -> str:
    """Why nothing is known of invoices with an order."""
    if not len(numbered):
        return NO_INVOICES
    return otherwise if len(matched) else NO_ORDER


def _after_the_fact(matched: pd.DataFrame, numbered: pd.DataFrame) -> Figure:
    share = process.after_the_fact_share(matched["after_the_fact"], matched["amount"])
    reason = _no_order(matched, numbered, "spend with an order is not above zero here")
    return figure("after_the_fact_share", share, matched["line_count"].sum(), reason)


def _duplicates(repeated: pd.DataFrame, numbered: pd.DataFrame) -> Figure:
    """Zero where there are numbers to compare and none of them is there twice."""
    known = int(numbered["numbered"].sum())
    count = process.duplicate_candidates([*repeated["invoices"], 0] if known else [])
    reason = "no invoice here has a number" if len(numbered) else NO_INVOICES
    return figure("duplicate_candidates", count, known, reason)
