"""Opening a figure of suppliers or of the process: its formula with its numbers, and its rows."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import Select

from queries import evidence, process_evidence, sourcing_evidence
from queries.calendar import Span
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Reader, Store
from spend import process_figures, sourcing_figures
from spend.money import exact, reading
from spend.opened import opened
from spend.purchasing_book import PurchasingBook
from spend.registry import all_metrics
from spend.result import Evidence

Rows = Callable[[Reader, Selection, Span], Select[Any]]
SOURCING: Mapping[str, Rows] = {
    "on_time_in_full": sourcing_evidence.promised,
    "supplier_concentration": evidence.spend_lines,
    "contract_coverage": partial(sourcing_evidence.sourced, part="addressable"),
    "off_contract_share": partial(sourcing_evidence.sourced, part="outside"),
    "preferred_share": partial(sourcing_evidence.sourced, part="addressable"),
}
PROCESS: Mapping[str, Rows] = {
    "order_cycle_days": process_evidence.ordered,
    "first_match_share": process_evidence.matched,
    "after_the_fact_share": process_evidence.after_the_fact,
    "duplicate_candidates": process_evidence.repeated,
}
NOTES: Mapping[str, str] = {
    "on_time_in_full": "What was promised first counts. Lines that are cancelled, rejected or only "
    "requested are left out.",
    "contract_coverage": "Spend of every category that is not marked as beyond negotiation.",
    "off_contract_share": "What was bought outside a contract; what was bought on one counts too.",
    "preferred_share": "Spend of every category that is not marked as beyond negotiation.",
    "after_the_fact_share": "What was ordered after its invoice; all spend with an order counts.",
}


def evidence_of(store: Store, selection: Selection, metric: str, page: int = 0) -> Evidence:
    """What stands behind one figure; raises ``ConcordError`` for a figure that is not here."""
    if metric not in (*SOURCING, *PROCESS):
        raise ConcordError(f"{metric!r} is not a figure of purchasing: see `spend metrics`")
    found, rows = (
        (sourcing_figures.found, SOURCING)
        if metric in SOURCING
        else (process_figures.found, PROCESS)
    )
    with store.reader(selection.as_of) as reader:
        book = PurchasingBook.read(reader, selection)
        (figures,) = found(book, [book.span])
        figure = next(f for f in figures if f.metric == metric)
        statement = rows[metric](reader, selection, book.span)
        result = reading(figure.value, all_metrics()[metric].unit)
        numbers = _numbers(book, metric)
        return opened(reader, statement, page, metric, numbers, result, NOTES.get(metric, ""))


def _numbers(book: PurchasingBook, metric: str) -> dict[str, str]:
    """The figure's own numbers for the terms of its formula: amounts of money, or lines."""
    if metric in ("contract_coverage", "off_contract_share", "preferred_share"):
        frame = book.sourced([book.span])
        return _written(frame, MONEY[metric], book.reader.settings.currency)
    if metric == "after_the_fact_share":
        frame = book.matched([book.span])
        return _written(frame, MONEY[metric], book.reader.settings.currency)
    if metric in COUNTS:
        frame = (book.promised if metric in SOURCING else book.matched)([book.span])
        return {term: f"{int(frame[name].sum()):,}" for term, name in COUNTS[metric].items()}
    return {}


# The words of each formula, and the sums of its book that they stand for.
MONEY: Mapping[str, Mapping[str, str]] = {
    "contract_coverage": {
        "addressable spend under a contract": "under_contract",
        "addressable spend": "addressable",
    },
    "off_contract_share": {
        "spend without a contract where one was in force": "outside",
        "spend in categories with a contract in force": "contracted",
    },
    "preferred_share": {
        "addressable spend with preferred suppliers": "preferred",
        "addressable spend": "addressable",
    },
    "after_the_fact_share": {
        "spend whose order is dated after its invoice": "after_the_fact",
        "invoiced spend with an order": "amount",
    },
}
COUNTS: Mapping[str, Mapping[str, str]] = {
    "on_time_in_full": {
        "order lines in full by their first promise": "kept",
        "order lines promised and due": "due",
    },
    "first_match_share": {"invoice lines that match": "matched", "invoice lines judged": "judged"},
}


def _written(frame: pd.DataFrame, terms: Mapping[str, str], currency: str) -> dict[str, str]:
    return {
        term: exact(Decimal(int(frame[name].sum())).scaleb(-2), currency)
        for term, name in terms.items()
    }
