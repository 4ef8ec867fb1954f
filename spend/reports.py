"""The reports by name: what a page shows, the command line prints, and an export holds."""

from collections.abc import Callable, Mapping

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend import (
    budget,
    cash,
    data,
    definitions,
    kpis,
    purchasing_evidence,
    review,
    savings,
    stock,
    terms,
)
from spend.questions import question_of
from spend.registry import all_metrics
from spend.result import Evidence, Report

REPORTS: Mapping[str, Callable[..., Report]] = {
    "kpis": kpis.report,
    "review": review.report,
    "budget": budget.report,
    "savings": savings.report,
    "terms": terms.report,
    "cash": cash.report,
    "stock": stock.report,
    "definitions": definitions.report,
    "data": data.report,
}

# What stands behind a figure of a report.
EVIDENCE: Mapping[str, Callable[..., Evidence]] = {
    "budget": budget.evidence,
    "savings": savings.evidence,
    "terms": terms.evidence,
    "cash": cash.evidence,
    "stock": stock.evidence,
    "suppliers": purchasing_evidence.evidence_of,
    "approvals": purchasing_evidence.evidence_of,
}


def evidence(store: Store, selection: Selection, metric: str, page: int = 0) -> Evidence:
    """What stands behind any figure, from the report that answers its question."""
    if metric not in all_metrics():
        raise ConcordError(f"{metric!r} is no figure: see `spend metrics`")
    return EVIDENCE[question_of(metric).report](store, selection, metric, page=page)
