"""What is to be paid, from where: open invoices, receipts, orders, and the budget of what is left.

What is not invoiced yet is taken as invoiced when it comes, or on the position date where that has
passed, and due after the supplier's agreed days. Net amounts take on the supplier's own tax.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from queries.payables import NO_DATE
from spend.cash_outlook import BUDGET, SOURCES, UNDATED, Floats, Flow, Whole
from spend.closing import apportioned

LEAST_TAX, MOST_TAX = 0.95, 1.6  # gross ÷ net beyond these is no tax, but credit notes
FEWEST_PAYMENTS = 5  # invoices paid: below it a supplier has no habit of its own
RECEIVED, ORDERED = SOURCES.index("received"), SOURCES.index("ordered")


@dataclass(frozen=True, eq=False)
class Terms:
    """What suppliers have agreed to, one entry each: days (NaN unknown), money, discount."""

    days: Floats
    invoiced: Whole
    discount: Floats

    @property
    def average(self) -> float | None:
        """The company's agreed days, weighted by what was invoiced; ``None`` without any."""
        known = ~np.isnan(self.days) & (self.invoiced > 0)
        whole = int(self.invoiced[known].sum())
        return float((self.days[known] * self.invoiced[known]).sum()) / whole if whole else None

    @property
    def average_discount(self) -> float:
        """What a scenario's discounts come to, over all that was invoiced."""
        whole = int(self.invoiced.sum())
        return float((self.discount * self.invoiced).sum()) / whole if whole else 0.0

    def whole_days(self) -> Whole:
        """Each supplier's days, the company's where it has none; ``UNDATED`` without either."""
        average = self.average
        days = np.where(np.isnan(self.days), np.nan if average is None else average, self.days)
        known = np.rint(np.nan_to_num(days)).astype(np.int64)
        return np.where(np.isnan(days), UNDATED, known)

    def changed(self, new: Mapping[int, tuple[int, float]]) -> "Terms":
        """The same, with other days and discounts for some suppliers, by their places."""
        days, discount = self.days.copy(), self.discount.copy()
        for place, (agreed, rate) in new.items():
            days[place], discount[place] = agreed, rate
        return replace(self, days=days, discount=discount)


def terms(invoiced: pd.DataFrame, suppliers: Sequence[str]) -> Terms:
    """Each supplier's agreed days, weighted by what was invoiced under a term."""
    known = invoiced[invoiced["agreed_days"].notna()]
    days = known["agreed_days"].astype("int64")
    frame = pd.DataFrame({
        "supplier_id": known["supplier_id"],
        "invoiced": known["invoiced"],
        "money_days": known["invoiced"] * days,
    }).groupby("supplier_id").sum()  # fmt: skip
    frame = frame.reindex(list(suppliers))
    money = frame["invoiced"].fillna(0).to_numpy(dtype=np.int64)
    money_days = frame["money_days"].to_numpy(dtype=np.float64)
    usable = np.where(money > 0, money, 1)
    return Terms(np.where(money > 0, money_days / usable, np.nan), money, np.zeros(len(money)))


@dataclass(frozen=True, eq=False)
class Tax:
    """By what net amounts are multiplied: each supplier's own gross ÷ net, and the company's."""

    ratio: Floats
    company: float
    known: bool


def tax(sums: pd.DataFrame, suppliers: Sequence[str]) -> Tax:
    """Each supplier's ratio of gross to net; the company's where its own says nothing."""
    gross, net = int(sums["gross"].sum()), int(sums["net"].sum())
    company = gross / net if net > 0 else 1.0
    known = net > 0 and LEAST_TAX <= company <= MOST_TAX
    company = company if known else 1.0
    frame = sums.set_index("supplier_id").reindex(list(suppliers))
    above = frame["gross"].to_numpy(dtype=np.float64)
    below = frame["net"].to_numpy(dtype=np.float64)
    ratio = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    usable = (ratio >= LEAST_TAX) & (ratio <= MOST_TAX)
    return Tax(np.where(usable, ratio, company), company, known)


# --- Flows ---------------------------------------------------------------------------------------


def owed_flow(owed: pd.DataFrame, places: Mapping[str, int], position: date) -> Flow:
    """Open invoices, due on their due dates."""
    due = days_after(owed["due_date"], position)
    undated = owed["due_date"] == pd.Timestamp(NO_DATE)
    return Flow(
        np.zeros(len(owed), dtype=np.int64),
        placed(owed["supplier_id"], places),
        np.where(undated, UNDATED, due),
        owed["open"].to_numpy(dtype=np.int64),
    )


def ordered_flow(
    orders: pd.DataFrame, places: Mapping[str, int], position: date, terms: Terms, tax: Tax
) -> Flow:
    """What is received, then what is ordered: gross, due after the agreed days."""
    supplier = placed(orders["supplier_id"], places)
    comes = np.maximum(days_after(orders["promised_date"], position), 0)
    days = terms.whole_days()[supplier]
    keep = tax.ratio[supplier] * (1.0 - terms.discount[supplier])
    parts = []
    for source, name, invoiced in (
        (RECEIVED, "accrued", np.zeros_like(comes)),
        (ORDERED, "committed", comes),
    ):
        cents = np.rint(orders[name].to_numpy(dtype=np.int64) * keep).astype(np.int64)
        due = np.where(days == UNDATED, UNDATED, invoiced + days)
        parts.append((np.full(len(cents), source), supplier, due, cents))
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    whole = Flow(*columns)
    return whole.rows(whole.cents != 0)


@dataclass(frozen=True)
class Planned:
    """The budget of some days to come, net, and what open orders promise in them."""

    first: date
    last: date
    budget: int
    ordered: int

    @property
    def rest(self) -> int:
        """What is budgeted and not ordered yet; never below zero.

        >>> Planned(date(2026, 11, 1), date(2026, 11, 30), 100_00, 130_00).rest
        0
        """
        return max(0, self.budget - self.ordered)


def budget_flow(planned: Sequence[Planned], position: date, terms: Terms, tax: Tax) -> Flow:
    """What is budgeted and not ordered, evenly over the working days of its period."""
    average = terms.average
    days, cents = [], []
    for part in planned:
        invoiced = working_days(part.first, part.last)
        gross = round(part.rest * tax.company * (1.0 - terms.average_discount))
        each = apportioned(np.full(len(invoiced), gross / len(invoiced)), gross)
        late = UNDATED if average is None else round(average)
        days += [late if average is None else (day - position).days + late for day in invoiced]
        cents += each.tolist()
    size = len(cents)
    amounts = np.array(cents, dtype=np.int64)
    flow = Flow(np.full(size, BUDGET), np.full(size, -1), np.array(days, dtype=np.int64), amounts)
    return flow.rows(amounts != 0)


def working_days(first: date, last: date) -> list[date]:
    """Monday to Friday of some days; all of them where there is none.

    >>> len(working_days(date(2026, 11, 1), date(2026, 11, 8)))
    5
    """
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in every if day.weekday() < 5] or every


def placed(ids: "pd.Series[str]", places: Mapping[str, int]) -> Whole:
    """The places of some suppliers in the list of them all."""
    return np.asarray(ids.map(places), dtype=np.int64)


def days_after(days: "pd.Series[pd.Timestamp]", position: date) -> Whole:
    """Days from the position date to some days."""
    return np.asarray((days - pd.Timestamp(position)).dt.days, dtype=np.int64)
