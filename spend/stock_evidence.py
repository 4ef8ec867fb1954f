"""Opening a figure of stock: its formula with its numbers, its SQL, and its counts or demand."""

from collections.abc import Mapping

from queries import stock_evidence
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend.money import decimal, exact, stated
from spend.opened import opened
from spend.registry import all_metrics
from spend.result import Evidence
from spend.stock_figures import figures
from spend.stock_reading import StockReading

COUNTED = ("stock_value", "days_inventory")
DEMANDED = ("required_safety_stock_value",)
BY_MODEL = (
    "The latest counts. Which part of each is safety, cycle, excess or obsolete is worked out item "
    "by item: the table by item has it, and choosing one item explains it."
)
FROM_DEMAND = (
    "Demand of the last 12 months; required safety stock is worked out from all of it, and from "
    "lead times, item by item: choosing one item explains it."
)


def evidence(store: Store, selection: Selection, metric: str, *, page: int = 0) -> Evidence:
    """What stands behind one figure of the report; a page of its rows.

    Raises ``ConcordError`` for a metric that is not a figure of stock.
    """
    with store.reader(selection.as_of) as reader:
        found = StockReading.read(reader, selection)
        by_id = {figure.metric: figure for figure in figures(found)}
        if metric not in by_id:
            raise ConcordError(f"{metric} is no figure of stock: these are {', '.join(by_id)}")
        book = found.book
        if metric in DEMANDED:
            rows = stock_evidence.demand(reader, selection, book.position, book.year_start)
        else:
            rows = stock_evidence.counts(reader, selection, book.position)
        note = FROM_DEMAND if metric in DEMANDED else "" if metric in COUNTED else BY_MODEL
        declared, value = all_metrics()[metric], by_id[metric].value
        result = stated(value, declared.unit, found.currency)
        return opened(reader, rows, page, metric, _numbers(found, metric), result, note)


def _numbers(found: StockReading, metric: str) -> Mapping[str, str]:
    """The figure's own numbers for the terms of its formula, where they are sums."""
    if metric != "days_inventory":
        return {}
    stock, year = int(found.items.value.sum()), int(found.year_value.sum())
    amounts = {"stock value": stock, "twelve months' demand at unit cost": year}
    numbers = {term: exact(decimal(cents), found.currency) for term, cents in amounts.items()}
    return {**numbers, "days": "365"}
