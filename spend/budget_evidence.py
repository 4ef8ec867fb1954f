"""Opening a figure of budget against spend: its formula with its numbers, its SQL and its rows."""

from typing import Any

from sqlalchemy import Select

from queries import evidence
from queries.errors import ConcordError
from spend.budget_book import BudgetBook
from spend.budget_figures import figures
from spend.budget_forecast import read_outlook
from spend.money import decimal, exact
from spend.opened import opened
from spend.registry import all_metrics
from spend.result import Evidence

WITH_ROWS = (
    "actual_spend", "budget_amount", "accrued_spend", "committed_spend", "committed_later",
    "requested_spend",
)  # fmt: skip
OF_ORDERS = {
    "accrued_spend": "accrued",
    "committed_spend": "committed",
    "committed_later": "committed_later",
    "requested_spend": "requested",
}

# The words that formulas use for other figures of this report; a forecast's are its methods.
TERMS = {
    "budget": "budget_amount",
    "actual": "actual_spend",
    "accrued": "accrued_spend",
    "committed": "committed_spend",
    "requested": "requested_spend",
    "volume effect": "volume_effect",
}


def read_evidence(book: BudgetBook, metric: str, page: int) -> Evidence:
    """What stands behind one figure; raises ``ConcordError`` for a figure that is not here."""
    forecast = read_outlook(book).forecast
    values = {figure.metric: figure.value for figure in figures(book, forecast)}
    if metric not in values:
        raise ConcordError(f"{metric!r} is no figure of budget: these are {', '.join(values)}")
    known = {term: values[name] for term, name in TERMS.items()}
    known |= {method.name: decimal(method.value) for method in forecast.methods}
    currency, terms = book.reader.settings.currency, all_metrics()[metric].terms
    numbers = {t: exact(v, currency) for t in terms if (v := known.get(t)) is not None}
    result = exact(values[metric], currency)
    note = "" if metric in WITH_ROWS else "Made of other figures: these are the rows of its spend."
    return opened(book.reader, _lines(book, metric), page, metric, numbers, result, note)


def _lines(book: BudgetBook, metric: str) -> "Select[Any]":
    """The rows behind a metric; a figure made of others shows the spend in it."""
    if metric in OF_ORDERS:
        return evidence.order_lines(book.reader, book.selection, book.window, OF_ORDERS[metric])
    if metric == "budget_amount" and book.version is not None:
        return evidence.budget_lines(book.reader, book.selection, book.version, book.shares)
    return evidence.spend_lines(book.reader, book.selection, book.actual_span)
