"""Opening a figure of payment terms: its formula with its numbers, its SQL and its documents."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from queries import terms_evidence
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend.money import exact, stated
from spend.opened import opened
from spend.registry import all_metrics
from spend.result import Evidence
from spend.terms_book import TermsBook
from spend.terms_figures import figures, judged

BY_LAW = (
    "What was paid late; what is overdue counts too. Interest and fixed sums follow from country "
    "and days: the table “Late payment by law” has them."
)
PAID_LATE = "What was paid late; what is overdue counts too."
Rows = Callable[[TermsBook], Select[Any]]


def _payments(*conditions: str) -> Rows:
    return lambda b: terms_evidence.payments(b.reader, b.selection, b.span, *conditions)


def _open(overdue: bool) -> Rows:
    return lambda b: terms_evidence.open_invoices(b.reader, b.selection, b.window.position, overdue)


ROWS: Mapping[str, tuple[Rows, str]] = {
    "agreed_days": (lambda b: terms_evidence.invoices(b.reader, b.selection, b.span), ""),
    "days_to_pay": (_payments(), ""),
    "paid_late_share": (_payments("late"), PAID_LATE),
    "paid_early_share": (_payments("early"), ""),
    "open_payables": (_open(overdue=False), ""),
    "overdue_payables": (_open(overdue=True), ""),
    "discount_offered": (lambda b: terms_evidence.offers(b.reader, b.selection, b.span), ""),
    "discount_taken": (_payments("discounted"), ""),
    "discount_capture": (lambda b: terms_evidence.offers(b.reader, b.selection, b.span), ""),
    "late_interest_exposure": (_payments("late"), BY_LAW),
}


def evidence_of(store: Store, selection: Selection, metric: str, page: int = 0) -> Evidence:
    """What stands behind one figure; raises ``ConcordError`` for a figure that is not here."""
    if metric not in ROWS:
        raise ConcordError(f"{metric!r} is not a figure of payment terms: see `spend metrics`")
    with store.reader(selection.as_of) as reader:
        book = TermsBook.read(reader, selection)
        rows, note = ROWS[metric]
        figure = next(f for f in figures(book) if f.metric == metric)
        unit, currency = all_metrics()[metric].unit, reader.settings.currency
        numbers, result = _numbers(book, metric), stated(figure.value, unit, currency)
        return opened(reader, rows(book), page, metric, numbers, result, note)


def _numbers(book: TermsBook, metric: str) -> dict[str, str]:
    """The figure's own numbers for the terms of its formula, where they are sums of its days."""
    if metric in ("open_payables", "days_to_pay"):
        return {}  # the words of these formulas are of other days, or stand for each row
    sums = judged(book.paid, book.owed)
    known = {
        "paid or open after its due date": sums["late"],
        "paid early without a discount": sums["early"],
        "paid, or fell due and open": sums["judged"],
        "paid": int(book.paid["paid"].sum()),
        "discount taken": int(book.paid["discount_taken"].sum()),
        "discount offered": int(book.offers["offered"].sum()),
    }
    currency = book.reader.settings.currency
    terms = all_metrics()[metric].terms
    return {t: exact(Decimal(known[t]).scaleb(-2), currency) for t in terms if t in known}
