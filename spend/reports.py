"""The reports by name: what a page shows, the command line prints, and an export holds."""

from collections.abc import Callable, Mapping

from spend import budget, cash, data, stock, terms
from spend.result import Report

REPORTS: Mapping[str, Callable[..., Report]] = {
    "budget": budget.report,
    "terms": terms.report,
    "cash": cash.report,
    "stock": stock.report,
    "data": data.report,
}
