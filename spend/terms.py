"""Payment terms: when suppliers are paid, what was agreed, and what other terms do to both sides.

The subject's one door. Formulas are in ``spend.trade_credit``, the simulator's arithmetic in
``spend.terms_scenario`` and ``spend.terms_optimiser``, the law in ``spend.late_payment``.
"""

from spend.terms_evidence import evidence_of as evidence
from spend.terms_report import report, suppliers, tried
from spend.terms_saved import scenarios
from spend.trade_credit import (
    average_days,
    breakeven_uplift,
    cash_released,
    discount_apr,
    discount_ear,
    joint_gain,
    late_interest,
)

__all__ = [
    "average_days",
    "breakeven_uplift",
    "cash_released",
    "discount_apr",
    "discount_ear",
    "evidence",
    "joint_gain",
    "late_interest",
    "report",
    "scenarios",
    "suppliers",
    "tried",
]
