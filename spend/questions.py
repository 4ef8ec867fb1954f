"""The questions that the figures answer, and which figure answers which: the order of every list.

The scorecard, the dictionary and the registry go by it, so that a figure has one place everywhere.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What people ask, the ids of the metrics that answer, in their order, and the report that
    gives them all; ``headline`` is the one that answers first."""

    text: str
    report: str
    headline: str
    metrics: tuple[str, ...]


QUESTIONS = (
    Question("Is the budget holding?", "budget", "budget_variance", (
        "budget_amount", "actual_spend", "accrued_spend", "committed_spend", "committed_later",
        "requested_spend", "available_budget", "budget_variance", "forecast_at_completion",
        "price_effect", "volume_effect", "mix_effect",
    )),
    Question("Are savings real?", "savings", "savings_recognised", (
        "savings_claimed", "savings_recognised", "savings_realisation",
    )),
    Question("When are suppliers paid?", "terms", "days_to_pay", (
        "agreed_days", "days_to_pay", "paid_late_share", "paid_early_share", "open_payables",
        "overdue_payables", "discount_offered", "discount_taken", "discount_capture",
        "late_interest_exposure",
    )),
    Question("What is stock for?", "stock", "stock_value", (
        "stock_value", "cycle_stock_value", "safety_stock_value", "excess_stock_value",
        "obsolete_stock_value", "required_safety_stock_value", "days_inventory",
    )),
    Question("Can we rely on supply?", "suppliers", "on_time_in_full", (
        "on_time_in_full", "supplier_concentration", "contract_coverage", "off_contract_share",
        "preferred_share",
    )),
    Question("Does the process work?", "approvals", "order_cycle_days", (
        "order_cycle_days", "first_match_share", "after_the_fact_share", "duplicate_candidates",
    )),
)  # fmt: skip
# The figure that stands first for each question, in the order of the questions.
HEADLINES = tuple(question.headline for question in QUESTIONS)


def question_of(metric: str) -> Question:
    """The question that a metric answers; ``KeyError`` for an id that answers none.

    >>> question_of("days_to_pay").text
    'When are suppliers paid?'
    """
    found = next((question for question in QUESTIONS if metric in question.metrics), None)
    if found is None:
        raise KeyError(metric)
    return found
