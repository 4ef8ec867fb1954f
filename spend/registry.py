"""Every metric, by importing every subject; in the order of the definitions.

A subject that declares its first metric adds its import here; the ids are all known beforehand.
"""

from collections.abc import Mapping
from types import MappingProxyType

from spend import (
    bridge,
    cash_conversion,
    discounts,
    forecast,
    payment,
    position,
    savings,
    stock_value,
    suppliers,
)
from spend.metric import Metric, declared

SUBJECTS = (
    position, forecast, bridge, savings, payment, discounts, cash_conversion, stock_value,
    suppliers,
)  # fmt: skip

ORDER = (
    "budget_amount", "actual_spend", "accrued_spend", "committed_spend", "committed_later",
    "requested_spend", "available_budget", "budget_variance", "forecast_at_completion",
    "price_effect", "volume_effect", "mix_effect",
    "savings_claimed", "savings_recognised", "savings_realisation",
    "agreed_days", "days_to_pay", "paid_late_share", "paid_early_share", "open_payables",
    "overdue_payables", "discount_offered", "discount_taken", "discount_capture",
    "late_interest_exposure",
    "stock_value", "cycle_stock_value", "safety_stock_value", "excess_stock_value",
    "obsolete_stock_value", "required_safety_stock_value", "days_inventory",
    "on_time_in_full", "supplier_concentration", "contract_coverage", "off_contract_share",
    "preferred_share", "order_cycle_days", "first_match_share", "after_the_fact_share",
    "duplicate_candidates",
)  # fmt: skip


def all_metrics() -> Mapping[str, Metric]:
    """Every declared metric by id, in the order of the definitions.

    >>> next(iter(all_metrics()))
    'budget_amount'
    """
    metrics = declared()
    return MappingProxyType({name: metrics[name] for name in ORDER if name in metrics})
