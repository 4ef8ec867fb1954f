"""The reports by name: what a page shows, the command line prints, and an export holds."""

from collections.abc import Callable, Mapping

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend import (
    approvals,
    budget,
    cash,
    data,
    definitions,
    goal_signing,
    kpis,
    review,
    savings,
    stock,
    supplier_profile,
    suppliers,
    terms,
)
from spend.questions import question_of
from spend.registry import all_metrics
from spend.result import Evidence, Report

REPORTS: Mapping[str, Callable[..., Report]] = {
    "kpis": kpis.report,
    "review": review.report,
    "goals": goal_signing.report,
    "budget": budget.report,
    "savings": savings.report,
    "terms": terms.report,
    "cash": cash.report,
    "stock": stock.report,
    "suppliers": suppliers.report,
    "supplier": supplier_profile.report,
    "approvals": approvals.report,
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
    "suppliers": suppliers.evidence,
    "approvals": approvals.evidence,
}


def evidence(store: Store, selection: Selection, metric: str, page: int = 0) -> Evidence:
    """What stands behind any figure, from the report that answers its question."""
    if metric not in all_metrics():
        raise ConcordError(f"{metric!r} is no figure: see `spend metrics`")
    return EVIDENCE[question_of(metric).report](store, selection, metric, page=page)
