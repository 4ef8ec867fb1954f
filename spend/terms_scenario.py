"""What new payment terms would do to both sides, supplier by supplier: the simulator's arithmetic.

Amounts are of one currency and for a year, except cash, which moves once. Plus in ``cash_released``
is cash that stays with the buyer. Price rises and discounts only move money between the two sides:
what the pair gains or loses is the cash times the difference of their rates.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from spend.arguments import Flags, Floats, finite, share, zero_or_more
from spend.trade_credit import breakeven_uplift, cash_released, joint_gain


@dataclass(frozen=True)
class FinancingLadder:
    """What a supplier's money is assumed to cost in a year, where nobody has asked the supplier.

    ``rates`` by risk score (0 safe, 1 risky): the first below ``bounds[0]``, the last from
    ``bounds[-1]`` on; ``unknown`` without a score; ``small_business`` comes on top for small
    businesses, which borrow dearer. These are assumptions, to be replaced by what people know.
    """

    bounds: tuple[float, ...] = (0.2, 0.4, 0.6)
    rates: tuple[float, ...] = (0.05, 0.07, 0.09, 0.12)
    unknown: float = 0.08
    small_business: float = 0.02

    def __post_init__(self) -> None:
        if len(self.rates) != len(self.bounds) + 1 or list(self.bounds) != sorted(self.bounds):
            raise ValueError("bounds must ascend, and rates must have one more than bounds")
        if min(*self.rates, self.unknown, self.small_business) < 0:
            raise ValueError("rates, unknown and small_business must be zero or more")


DEFAULT_LADDER = FinancingLadder()


@dataclass(frozen=True)
class FinancingRates:
    """A rate for every supplier, and whether it is an assumption."""

    rate: Floats
    assumed: Flags


def financing_rates(
    known: Any, risk_score: Any, small_business: Any, ladder: FinancingLadder = DEFAULT_LADDER
) -> FinancingRates:
    """Each supplier's financing rate: the known one, else the ladder's, marked as assumed.

    Arrays of one length; NaN or ``None`` is unknown, an unknown size counts as not small. Raises
    ``ValueError`` for a rate below zero.

    >>> found = financing_rates([0.06, None, None], [0.1, 0.5, None], [True, True, False])
    >>> found.rate.round(4).tolist(), found.assumed.tolist()
    ([0.06, 0.11, 0.08], [False, True, True])
    """
    rate, score, small = np.broadcast_arrays(
        *(np.asarray(values, dtype=np.float64) for values in (known, risk_score, small_business))
    )
    if (rate < 0).any() or np.isinf(rate).any():
        raise ValueError("a financing rate must be zero or more, and finite")
    rung = np.asarray(ladder.rates)[np.searchsorted(ladder.bounds, score, side="right")]
    guess = np.where(np.isnan(score), ladder.unknown, rung)
    guess = guess + np.where(np.nan_to_num(small) > 0, ladder.small_business, 0.0)
    assumed = np.isnan(rate)
    return FinancingRates(np.where(assumed, guess, rate), assumed)


@dataclass(frozen=True)
class TermsScenario:
    """New terms for suppliers, one entry each, in arrays that broadcast.

    ``annual_spend``: paid in a year. ``discount_rate``: share of the price for the new days, where
    they are earlier. ``pass_through``: the part of its extra cost that a supplier puts into its
    price, 0 to 1. ``rate_assumed``: the supplier's rate is an assumption. ``legal_limit``: the
    longest term by law, infinite where there is none.
    """

    annual_spend: Any
    current_days: Any
    new_days: Any
    buyer_rate: Any
    supplier_rate: Any
    rate_assumed: Any = False
    discount_rate: Any = 0.0
    pass_through: Any = 1.0
    legal_limit: Any = math.inf
    basis: float = 365


@dataclass(frozen=True)
class TermsTotals:
    """The scenario's sums; ``breakeven_uplift`` and the days are weighted by spend.

    ``buyer_net + supplier_net = joint_gain``; ``None`` where nothing is spent.
    """

    suppliers: int
    assumed_rates: int
    over_limit: int
    annual_spend: float
    cash_released: float
    buyer_value: float
    discount: float
    supplier_cost: float
    price_at_risk: float
    price_rise: float
    buyer_net: float
    supplier_net: float
    joint_gain: float
    breakeven_uplift: float | None
    current_days: float | None
    new_days: float | None


@dataclass(frozen=True)
class TermsOutcome:
    """What a scenario does, per supplier in arrays; amounts a year, plus is more of the thing.

    ``buyer_value``: cash released × the buyer's rate. ``discount``: what early payment earns the
    buyer. ``supplier_cost``: cash released × the supplier's rate. ``breakeven_uplift``: the share
    of the price that makes the supplier whole. ``price_at_risk``: that uplift in money, where it
    is a cost; ``price_rise``: the part passed on. ``buyer_net`` = value + discount − rise;
    ``supplier_net`` = rise − cost − discount; together they are ``joint_gain``.
    """

    days_change: Floats
    cash_released: Floats
    buyer_value: Floats
    discount: Floats
    supplier_cost: Floats
    breakeven_uplift: Floats
    price_at_risk: Floats
    price_rise: Floats
    buyer_net: Floats
    supplier_net: Floats
    joint_gain: Floats
    rate_assumed: Flags
    over_limit: Flags
    totals: TermsTotals


def evaluate(scenario: TermsScenario) -> TermsOutcome:
    """What a scenario does to cash, prices and both sides, supplier by supplier and in total.

    Raises ``ValueError`` for amounts, days or rates below zero, a discount or pass-through outside
    0 to 1, or a discount for days that are not earlier.

    >>> later = evaluate(TermsScenario(10_000_000, 30, 90, buyer_rate=0.05, supplier_rate=0.12))
    >>> [round(float(a[0])) for a in (later.cash_released, later.supplier_cost, later.joint_gain)]
    [1643836, 197260, -115068]
    >>> round(later.totals.buyer_net), round(later.totals.supplier_net)
    (-115068, 0)
    """
    spend, current, new, buyer, supplier, discount, passed, limit, assumed = _arrays(scenario)
    change, basis = new - current, scenario.basis
    cash = np.asarray(cash_released(spend, change, basis))
    value, cost, given = cash * buyer, cash * supplier, spend * discount
    # A supplier that is better off, for all its discount, has no reason to cut its price as well.
    at_risk = np.maximum(cost + given, 0.0)
    rise = passed * at_risk
    parts = {
        "cash_released": cash,
        "buyer_value": value,
        "discount": given,
        "supplier_cost": cost,
        "price_at_risk": at_risk,
        "price_rise": rise,
        "buyer_net": value + given - rise,
        "supplier_net": rise - cost - given,
        "joint_gain": np.asarray(joint_gain(spend, change, buyer, supplier, basis)),
    }
    over = (new > limit) & (new > current)
    flags, sums = (assumed != 0, over), _totals(spend, current, new, assumed != 0, over, parts)
    uplift = np.asarray(breakeven_uplift(supplier, change, basis)) + discount
    return TermsOutcome(change, breakeven_uplift=uplift, **parts, rate_assumed=flags[0],
                        over_limit=flags[1], totals=sums)  # fmt: skip


def _arrays(scenario: TermsScenario) -> tuple[Floats, ...]:
    """The scenario's columns, checked, as flat arrays of one length."""
    limit = np.asarray(scenario.legal_limit, dtype=np.float64)
    given = {
        "annual_spend": scenario.annual_spend, "current_days": scenario.current_days,
        "new_days": scenario.new_days, "buyer_rate": scenario.buyer_rate,
        "supplier_rate": scenario.supplier_rate, "discount_rate": scenario.discount_rate,
        "pass_through": scenario.pass_through,
        "legal_limit": np.where(np.isfinite(limit), limit, np.finfo(np.float64).max),
        "rate_assumed": scenario.rate_assumed,
    }  # fmt: skip
    columns = dict(zip(given, (np.atleast_1d(a) for a in finite(**given)), strict=True))
    shares = {name: columns[name] for name in ("discount_rate", "pass_through")}
    zero_or_more(**{name: column for name, column in columns.items() if name not in shares})
    share(**shares)
    later = columns["new_days"] >= columns["current_days"]
    if (later & (columns["discount_rate"] > 0)).any():
        raise ValueError("discount_rate must be zero where new_days are not earlier")
    return tuple(columns.values())


def _totals(
    spend: Floats, current: Floats, new: Floats, assumed: Flags, over: Flags,
    parts: dict[str, Floats],
) -> TermsTotals:  # fmt: skip
    sums = {name: math.fsum(part) for name, part in parts.items()}
    whole = math.fsum(spend)
    uplift = (sums["supplier_cost"] + sums["discount"]) / whole if whole else None
    return TermsTotals(
        suppliers=len(spend),
        assumed_rates=int(assumed.sum()),
        over_limit=int(over.sum()),
        annual_spend=whole,
        breakeven_uplift=uplift,
        current_days=math.fsum(spend * current) / whole if whole else None,
        new_days=math.fsum(spend * new) / whole if whole else None,
        **sums,
    )
