"""The simulator of payment terms: what a trial would do, and the cheapest way to cash.

``SupplierTerms`` is read once for a selection; trying something is arithmetic on its arrays, fast
enough for a slider.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.arguments import Floats
from spend.position import ratio
from spend.terms_book import TermsBook
from spend.terms_choice import Move, Trial
from spend.terms_frontier import Frontier, frontier
from spend.terms_law import limits
from spend.terms_optimiser import TermsPlan, optimise
from spend.terms_options import STEPS, TermsOptions, terms_options
from spend.terms_scenario import TermsOutcome, TermsScenario, evaluate, financing_rates

Flags = NDArray[np.bool_]
EARLY_PAYMENT_DAYS = 10.0  # what an offer to be paid early means in the optimiser


@dataclass(frozen=True, eq=False)
class SupplierTerms:
    """Suppliers as the simulator sees them, the largest first; amounts in the reporting currency.

    ``current_days`` are the agreed ones, else those that habits show. ``legal_limit`` is infinite
    where there is none.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    currency: str
    cost_of_cash: float
    annual_spend: Floats
    current_days: Floats
    supplier_rate: Floats
    rate_assumed: Flags
    legal_limit: Floats

    def places(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Where suppliers stand in the arrays; those without spend or days are left out."""
        known = {name: place for place, name in enumerate(self.ids)}
        return np.array([known[one] for one in ids if one in known], dtype=np.int64)


def supplier_terms(book: TermsBook) -> SupplierTerms:
    """Every supplier with spend in the last twelve periods and days that are known."""
    days, spend = _days(book), book.annual_spend[book.annual_spend > 0]
    ordered = spend.sort_values(ascending=False, kind="stable").index
    chosen = [s for s in ordered if s in days.index and s in book.suppliers.index]
    data = book.suppliers.loc[chosen]
    settings = book.reader.settings
    rates = financing_rates(
        data["financing_rate"].astype(float),
        data["risk_score"].astype(float),
        data["small_business"].astype(float),
    )
    limit = limits(data["country"].fillna(""), book.window.position, settings.public_body)
    return SupplierTerms(
        ids=tuple(map(str, chosen)),
        names=tuple(data["name"]),
        currency=settings.currency,
        cost_of_cash=settings.cost_of_cash,
        annual_spend=spend.loc[chosen].to_numpy(dtype=float) / 100,
        current_days=days.loc[chosen].to_numpy(dtype=float),
        supplier_rate=rates.rate,
        rate_assumed=rates.assumed,
        legal_limit=limit.fillna(math.inf).to_numpy(dtype=float),
    )


def _days(book: TermsBook) -> "pd.Series[Any]":
    """Agreed days by supplier, else the days it is paid after."""
    known = book.invoiced[book.invoiced["agreed_days"].notna()]
    money_days = known["invoiced"] * known["agreed_days"].astype("int64")
    agreed = known.assign(days=money_days).groupby("supplier_id")[["days", "invoiced"]].sum()
    found = {
        **_ratios(book.paid["supplier_id"], book.paid["paid_days"], book.paid["paid"]),
        **_ratios(agreed.index, agreed["days"], agreed["invoiced"]),
    }
    days = pd.Series(found, dtype=float).dropna()
    return days[days >= 0]


def _ratios(
    ids: "pd.Series[str] | pd.Index[str]", *sums: "pd.Series[int]"
) -> dict[str, float | None]:
    parts, whole = (map(int, one.tolist()) for one in sums)
    return {name: ratio(*two) for name, *two in zip(ids.tolist(), parts, whole, strict=True)}


# --- Trying something ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Simulation:
    """What a trial does: the suppliers that move, where they stand, and the outcome."""

    trial: Trial
    moves: tuple[Move, ...]
    places: NDArray[np.int64]
    new_days: Floats
    outcome: TermsOutcome


def simulate(base: SupplierTerms, trial: Trial) -> Simulation:
    """The outcome of a trial; moves of suppliers without spend or known days do nothing."""
    known = set(base.ids)
    moves = tuple(m for m in trial.named(base.ids).moves if m.supplier in known)
    places = base.places([m.supplier for m in moves])
    new = np.array([float(m.days or 0) for m in moves])
    current = base.current_days[places]
    discount = np.array([m.discount for m in moves])
    scenario = TermsScenario(
        annual_spend=base.annual_spend[places],
        current_days=current,
        new_days=new,
        buyer_rate=base.cost_of_cash if trial.cash_rate is None else trial.cash_rate,
        supplier_rate=base.supplier_rate[places],
        rate_assumed=base.rate_assumed[places],
        discount_rate=np.where(new < current, discount, 0.0),
        pass_through=trial.pass_on,
        legal_limit=base.legal_limit[places],
    )
    return Simulation(trial, moves, places, new, evaluate(scenario))


# --- The cheapest way to cash --------------------------------------------------------------------


@dataclass(frozen=True)
class Goal:
    """How much cash to release at least, with how many changes, up to how many days at most."""

    cash: float
    changes: int = 10
    most_days: int = 90


@dataclass(frozen=True, eq=False)
class Proposal:
    """The plan that reaches a goal at the least joint cost, and the frontier it lies on."""

    goal: Goal
    plan: TermsPlan
    frontier: Frontier


def options(base: SupplierTerms, trial: Trial, most_days: int) -> TermsOptions:
    """What can be done about each supplier: a step up to its cap, or early payment.

    An early payment shares what it gains: its discount lies halfway between what the buyer's cash
    costs and what the supplier's does.
    """
    buyer = base.cost_of_cash if trial.cash_rate is None else trial.cash_rate
    earlier = np.maximum(base.current_days - EARLY_PAYMENT_DAYS, 0.0)
    middle = (buyer + base.supplier_rate) / 2
    return terms_options(
        base.annual_spend,
        base.current_days,
        base.supplier_rate,
        buyer,
        steps=[step for step in (*STEPS, 120) if step <= most_days],
        cap_days=np.minimum(base.legal_limit, most_days),
        early_days=np.where(earlier > 0, EARLY_PAYMENT_DAYS, np.nan),
        early_discount=np.clip(middle * earlier / 365, 0.0, 1.0),
    )


def propose(base: SupplierTerms, trial: Trial, goal: Goal) -> Proposal:
    """Which suppliers to extend and which to pay early, and what other goals would cost."""
    table = options(base, trial, goal.most_days)
    plan = optimise(table, goal.cash, goal.changes)
    return Proposal(goal, plan, frontier(table, max_changes=goal.changes))


def moves_of_plan(base: SupplierTerms, plan: TermsPlan) -> tuple[Move, ...]:
    """The plan's changes as moves of a trial."""
    return tuple(
        Move(base.ids[i], round(plan.new_days[i]), round(float(plan.discount_rate[i]), 4))
        for i in np.flatnonzero(plan.choice)
    )
