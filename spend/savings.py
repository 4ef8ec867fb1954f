"""Savings: what procurement claims, what finance recognises, and the items between the two.

The subject's one door. Formulas are in ``spend.savings_formulas``, what is held against the
invoices in ``spend.savings_reconciliation``, what both teams recognise in ``spend.savings_policy``.
"""

from spend.savings_evidence import evidence
from spend.savings_formulas import annualise, cost_avoidance, demand_reduction, price_reduction
from spend.savings_initiative import initiative
from spend.savings_report import report

__all__ = [
    "annualise",
    "cost_avoidance",
    "demand_reduction",
    "evidence",
    "initiative",
    "price_reduction",
    "report",
]
