"""Cash: what goes out and when, and how long stock, customers and suppliers hold it.

The subject's one door. The days are in ``spend.cash_conversion``, the projection in
``spend.cash_outlook``.
"""

from spend.cash_conversion import cash_conversion_cycle, days_inventory, days_payable, days_sales
from spend.cash_report import evidence, report

__all__ = [
    "cash_conversion_cycle",
    "days_inventory",
    "days_payable",
    "days_sales",
    "evidence",
    "report",
]
