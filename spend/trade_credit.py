"""Payment terms in money: what a discount, a longer wait or a late payment is worth, and to whom.

Interest is simple, days are calendar days, and ``basis`` is the days of a year. ``days_change`` is
the new days less the old: plus is paying later. Everything takes numbers or arrays that broadcast,
and raises ``ValueError`` for what is not a finite number.
"""

from typing import Any

import numpy as np

from spend.arguments import Floats, Numbers, above_zero, finite, unwrapped, zero_or_more


def discount_apr(
    discount_rate: Any, discount_days: Any, net_days: Any, basis: Any = 365
) -> Numbers:
    """What not taking a discount costs as a nominal rate a year: d/(1−d) · basis/(net − discount).

    The discount is a share of the invoice (0.02 is 2 %) for paying after ``discount_days`` rather
    than ``net_days``. Worth taking where the rate is above the buyer's cost of cash. Raises
    ``ValueError`` unless 0 <= discount_rate < 1 and 0 <= discount_days < net_days. Source: Brealey,
    Myers, Allen, Principles of Corporate Finance, credit management.

    >>> round(discount_apr(0.02, 10, 30), 4)
    0.3724
    """
    rate, gap, year = _discount(discount_rate, discount_days, net_days, basis)
    return unwrapped(rate / (1 - rate) * year / gap)


def discount_ear(
    discount_rate: Any, discount_days: Any, net_days: Any, basis: Any = 365
) -> Numbers:
    """The same as an effective rate a year, compounded: (1 − d)^(−basis/(net − discount)) − 1.

    Arguments, errors and source as in ``discount_apr``; a rate too large for a number raises
    ``ValueError`` too.

    >>> round(discount_ear(0.02, 10, 30), 4)
    0.4459
    """
    rate, gap, year = _discount(discount_rate, discount_days, net_days, basis)
    growth = -np.log1p(-rate) * year / gap
    if (growth > np.log(np.finfo(np.float64).max)).any():
        raise ValueError("discount_rate is too large for these days: its yearly rate is no number")
    return unwrapped(np.expm1(growth))


def cash_released(annual_spend: Any, days_change: Any, basis: Any = 365) -> Numbers:
    """Cash that stays with the buyer once and for all: spend · change ÷ basis.

    Plus is released by paying later; a negative ``days_change`` ties cash up. ``annual_spend`` is
    what the supplier is paid in a year, zero or more.

    >>> round(cash_released(10_000_000, 60))
    1643836
    """
    spend, change, year = finite(annual_spend=annual_spend, days_change=days_change, basis=basis)
    zero_or_more(annual_spend=spend)
    above_zero(basis=year)
    return unwrapped(spend * change / year)


def breakeven_uplift(financing_rate: Any, days_change: Any, basis: Any = 365) -> Numbers:
    """The price rise that leaves a supplier who is paid later as it was: rate · change ÷ basis.

    A share of the price; minus is the cut that a supplier paid earlier could give. The rate is what
    the supplier's money costs it in a year, zero or more. Simple interest: the wait is financed
    once in the price, not compounded.

    >>> round(breakeven_uplift(0.12, 60), 6)
    0.019726
    """
    rate, change, year = finite(financing_rate=financing_rate, days_change=days_change, basis=basis)
    zero_or_more(financing_rate=rate)
    above_zero(basis=year)
    return unwrapped(rate * change / year)


def joint_gain(
    annual_spend: Any, days_change: Any, buyer_rate: Any, supplier_rate: Any, basis: Any = 365
) -> Numbers:
    """What both sides together gain in a year: spend · change ÷ basis · (buyer − supplier rate).

    Minus is a loss to the pair: the wait is financed by the one whose money costs more. It is
    exactly zero where the two rates are equal. Price rises and discounts only move money between
    the two, and so are no part of it.

    >>> round(joint_gain(10_000_000, 60, buyer_rate=0.05, supplier_rate=0.12))
    -115068
    """
    spend, change, buyer, supplier, year = finite(
        annual_spend=annual_spend, days_change=days_change, buyer_rate=buyer_rate,
        supplier_rate=supplier_rate, basis=basis,
    )  # fmt: skip
    zero_or_more(annual_spend=spend, buyer_rate=buyer, supplier_rate=supplier)
    above_zero(basis=year)
    # The zero that is added turns a negative zero into a plain one.
    return unwrapped(spend * change / year * (buyer - supplier) + 0.0)


def late_interest(principal: Any, annual_rate: Any, days: Any, basis: Any = 365) -> Numbers:
    """Simple interest on a late payment: principal · rate · days ÷ basis.

    ``days`` counts from the day after the due date through the day of payment. Nothing accrues
    before the due date, so negative days raise ``ValueError``, as do a negative principal or rate.

    >>> round(late_interest(1000, 0.085, 365), 2), round(late_interest(1500, 0.065, 10, 360), 2)
    (85.0, 2.71)
    """
    debt, rate, late, year = finite(
        principal=principal, annual_rate=annual_rate, days=days, basis=basis
    )
    zero_or_more(principal=debt, annual_rate=rate, days=late)
    above_zero(basis=year)
    return unwrapped(debt * rate * late / year)


def average_days(net_days: Any, end_of_month: Any = False, month_days: Any = 30) -> Numbers:
    """The days that a term gives on average: with "end of month", the wait for it on top.

    Invoices that come evenly over a month of ``month_days`` wait (month_days − 1) ÷ 2 days for its
    last day, from where ``net_days`` are counted: "30 EOM" is 44.5 days, not 30. ``end_of_month``
    is true or false, or an array of them.

    >>> average_days(30, end_of_month=True), average_days([30, 60], [False, True])
    (44.5, array([30. , 74.5]))
    """
    net, waits, month = finite(net_days=net_days, end_of_month=end_of_month, month_days=month_days)
    zero_or_more(net_days=net)
    if (month < 1).any():
        raise ValueError("month_days must be 1 or more")
    return unwrapped(net + np.where(waits != 0, (month - 1) / 2, 0.0))


def _discount(rate: Any, early: Any, net: Any, basis: Any) -> tuple[Floats, Floats, Floats]:
    share, first, last, year = finite(
        discount_rate=rate, discount_days=early, net_days=net, basis=basis
    )
    if (share < 0).any() or (share >= 1).any():
        raise ValueError("discount_rate must be 0 or more and below 1")
    zero_or_more(discount_days=first)
    if (last <= first).any():
        raise ValueError("net_days must be above discount_days")
    above_zero(basis=year)
    return share, last - first, year
