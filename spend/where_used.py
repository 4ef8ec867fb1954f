"""Which report gives which figure: its question's own, those that repeat some, and the scorecard.

A test holds this to what the reports really give.
"""

from collections.abc import Mapping

from spend.questions import HEADLINES, QUESTIONS

COMING = ("suppliers", "approvals")  # without a page yet: the scorecard has their figures
GIVES: Mapping[str, tuple[str, ...]] = {
    **{q.report: q.metrics for q in QUESTIONS if q.report not in COMING},
    "cash": ("open_payables", "overdue_payables"),
    "kpis": tuple(metric for question in QUESTIONS for metric in question.metrics),
    "review": HEADLINES,
}


def where_used(metric: str) -> tuple[str, ...]:
    """The names of the reports that give a metric's figure, the one that explains it first.

    >>> where_used("open_payables")
    ('terms', 'cash', 'kpis')
    """
    return tuple(report for report, metrics in GIVES.items() if metric in metrics)


def page_words(report: str) -> str:
    """The page of a report, as people say it.

    >>> page_words("terms"), page_words("kpis")
    ('terms', 'the overview')
    """
    return {"kpis": "the overview", "review": "the joint review"}.get(report, report)
