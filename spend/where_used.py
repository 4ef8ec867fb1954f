"""Which report gives which figure: its question's own, those that repeat some, and the scorecard.

A test holds this to what the reports really give.
"""

from collections.abc import Mapping

from spend.questions import HEADLINES, QUESTIONS

GIVES: Mapping[str, tuple[str, ...]] = {
    **{q.report: q.metrics for q in QUESTIONS},
    "cash": ("open_payables", "overdue_payables"),
    "supplier": (
        "actual_spend", "price_effect", "on_time_in_full", "agreed_days", "days_to_pay",
        "off_contract_share", "contract_coverage", "paid_late_share", "open_payables",
        "overdue_payables",
    ),
    "kpis": tuple(metric for question in QUESTIONS for metric in question.metrics),
    "review": HEADLINES,
}  # fmt: skip


def where_used(metric: str) -> tuple[str, ...]:
    """The names of the reports that give a metric's figure, the one that explains it first.

    >>> where_used("open_payables")
    ('terms', 'cash', 'supplier', 'kpis')
    """
    return tuple(report for report, metrics in GIVES.items() if metric in metrics)


def page_words(report: str) -> str:
    """The page of a report, as people say it.

    >>> page_words("terms"), page_words("kpis")
    ('terms', 'the overview')
    """
    said = {"kpis": "the overview", "review": "the joint review", "supplier": "one supplier's page"}
    return said.get(report, report)
