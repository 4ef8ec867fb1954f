"""Opening a figure of budget against spend: its formula with its numbers, its SQL and its rows."""

from typing import Any

from sqlalchemy import Select

from queries import evidence
from queries.errors import ConcordError
from spend.budget_book import BudgetBook
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

# The words that formulas use for other figures of this report.
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
    if metric not in all_metrics():
        raise ConcordError(f"{metric!r} is not a metric: see `spend metrics`")
    note = "" if metric in WITH_ROWS else "Made of other figures: these are the rows of its spend."
    numbers, result = _numbers(book, metric), _result(book, metric)
    return opened(book.reader, _lines(book, metric), page, metric, numbers, result, note)


def _lines(book: BudgetBook, metric: str) -> "Select[Any]":
    """The rows behind a metric; a figure made of others shows the spend in it."""
    if metric in OF_ORDERS:
        return evidence.order_lines(book.reader, book.selection, book.window, OF_ORDERS[metric])
    if metric == "budget_amount" and book.version is not None:
        return evidence.budget_lines(book.reader, book.selection, book.version, book.shares)
    return evidence.spend_lines(book.reader, book.selection, book.actual_span)


def _amounts(book: BudgetBook) -> dict[str, int | None]:
    position, effects = book.position, book.year_bridge.effects
    return {
        "budget_amount": position.budget,
        "actual_spend": position.actual,
        "accrued_spend": position.accrued,
        "committed_spend": position.committed,
        "committed_later": position.committed_later,
        "requested_spend": position.requested,
        "available_budget": position.available,
        "budget_variance": position.variance,
        "price_effect": effects.price,
        "volume_effect": effects.volume,
        "mix_effect": effects.mix,
    }


def _numbers(book: BudgetBook, metric: str) -> dict[str, str]:
    """The figure's own numbers for the terms of its formula."""
    amounts = _amounts(book)
    known = {term: amounts[name] for term, name in TERMS.items()}
    terms = all_metrics()[metric].terms
    currency = book.reader.settings.currency
    return {term: exact(decimal(known[term]), currency) for term in terms if term in known}


def _result(book: BudgetBook, metric: str) -> str:
    cents = _amounts(book).get(metric)
    return exact(decimal(cents), book.reader.settings.currency)
