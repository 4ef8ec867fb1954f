r"""The cash conversion cycle: days that stock, customers and suppliers hold the company's cash.

Balances and flows are of one unit and of ``days`` days. ``None`` where a part is not loaded; for a
flow of zero or less there are no days to speak of, and ``ValueError`` says so.
"""

from typing import Any

from spend.arguments import Numbers, above_zero, finite, unwrapped, zero_or_more
from spend.metric import metric


def days_payable(payables: Any, cost_of_sales: Any, days: Any = 365) -> Numbers | None:
    """How long suppliers wait: payables ÷ cost of sales × days.

    Numbers or arrays that broadcast; payables are gross and zero or more, the cost of sales of the
    same ``days`` is above zero. Source: DEFINITIONS, Days; CFA Institute, Financial Statement
    Analysis, activity ratios.

    >>> round(days_payable(47_021.5, 394_605), 1), days_payable(None, 394_605)
    (43.5, None)
    """
    return _days("payables", payables, "cost_of_sales", cost_of_sales, days)


@metric(
    label="Days of stock",
    unit="days",
    owner="joint",
    better="lower",
    formula=r"\frac{\text{stock value}}{\text{twelve months' demand at unit cost}}"
    r" \times \text{days}",
    finance="Cash on the shelf, in days: the first thing to shorten when cash is short.",
    procurement="How long the shelf lasts if nothing arrives: cover against late deliveries.",
    source="DEFINITIONS, Stock",
    rows=("stock_level", "demand", "item"),
    additive=False,
)
def days_inventory(inventory: Any, cost_of_sales: Any, days: Any = 365) -> Numbers | None:
    """How long stock would last: inventory ÷ cost of sales × days.

    As the metric, the stock's value over the value of the last 12 months' demand at unit cost; from
    the ledger, inventory over cost of sales. Numbers or arrays that broadcast; ``None`` where
    either is missing. Inventory below zero, or a cost of zero or less, raises ``ValueError``.

    >>> round(days_inventory(44_352, 394_605), 1), days_inventory(None, 394_605)
    (41.0, None)
    """
    return _days("inventory", inventory, "cost_of_sales", cost_of_sales, days)


def days_sales(receivables: Any, revenue: Any, days: Any = 365) -> Numbers | None:
    """How long customers take: receivables ÷ revenue × days.

    Numbers or arrays that broadcast; receivables zero or more, revenue above zero.

    >>> round(days_sales(6_283.5, 523_964), 1)
    4.4
    """
    return _days("receivables", receivables, "revenue", revenue, days)


def cash_conversion_cycle(dio: Any, dso: Any, dpo: Any) -> Numbers | None:
    """Days from paying for goods to being paid for them: stock + sales − payable.

    Takes the three figures in days, as numbers or arrays; minus is a business that its suppliers
    finance. ``None`` where any is missing.

    >>> round(cash_conversion_cycle(41.0, 4.4, 43.5), 1), cash_conversion_cycle(41.0, None, 43.5)
    (1.9, None)
    """
    if dio is None or dso is None or dpo is None:
        return None
    stock, sales, payable = finite(dio=dio, dso=dso, dpo=dpo)
    return unwrapped(stock + sales - payable)


def _days(balance_name: str, balance: Any, flow_name: str, flow: Any, days: Any) -> Numbers | None:
    if balance is None or flow is None:
        return None
    held, moved, length = finite(**{balance_name: balance, flow_name: flow, "days": days})
    zero_or_more(**{balance_name: held})
    above_zero(**{flow_name: moved, "days": length})
    return unwrapped(held / moved * length)
