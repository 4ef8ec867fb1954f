"""What late payment costs by law: interest and fixed sums, by the rule of the supplier's country.

The rules are in ``spend.late_payment_rules``, the rates in ``spend.late_payment_rates``. What no
rule or no published rate covers is said and counted, never guessed.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.arguments import Flags, Floats, above_zero, finite, zero_or_more
from spend.dates import dates
from spend.late_payment_rates import HalfYear, half_year
from spend.late_payment_rules import RULES, LatePaymentRule, country_code

Days = NDArray[np.int64]
Words = NDArray[np.object_]

NO_COUNTRY = "no country, so no rule"


@dataclass(frozen=True)
class LateInterest:
    """What is due on each invoice; the arrays have the invoices' own order.

    ``interest`` is in the principal's currency, ``fixed_sum`` in ``fixed_currency``; both are NaN
    where ``why_not`` says that no rule, or no rate, is known, and 0 where nothing was late. A
    fixed sum is known wherever a rule is, also without the rate.
    """

    days_late: Days
    interest: Floats
    fixed_sum: Floats
    fixed_currency: Words
    rule: Words
    why_not: Words

    @property
    def not_known(self) -> dict[str, int]:
        """How many late invoices have no interest here, by the reason, most frequent first."""
        return dict(Counter(self.why_not[self.why_not != ""].tolist()).most_common())


def late_interest_due(
    principal: Any,
    country: Any,
    due_date: Any,
    paid_on: Any,
    public_body: Any = False,
    debt: Any = None,
) -> LateInterest:
    """Interest and fixed sums by law on invoices, from the day after they were due to payment.

    Numbers, ISO country codes and dates, single or as arrays that broadcast; ``paid_on`` of what is
    still open is the day to judge it on. The rule is that of ``country`` on the due date;
    ``public_body`` says that the buyer is one. The laws' steps of fixed sums are in their own
    currency: give ``debt``, the principal in it, where the principal is in another (without it the
    principal itself is held against the steps). Invoices that were not late have no interest and no
    fixed sum, whatever their country. Raises ``ValueError`` for a negative principal (credits earn
    no interest), and for what is no number or date.

    >>> due = late_interest_due(1000, ["DE", "GB", "CN"], "2024-06-30", "2024-09-28")
    >>> due.interest.round(2).tolist(), due.fixed_sum.tolist(), due.rule[0]
    ([30.21, 32.67, nan], [40.0, 70.0, nan], 'EU 2011/7')
    >>> due.not_known
    {'no rule for CN': 1}
    """
    owed, size, public = finite(
        principal=principal, debt=principal if debt is None else debt, public_body=public_body
    )
    zero_or_more(principal=owed, debt=size)
    codes, due, paid = _codes(country), _days("due_date", due_date), _days("paid_on", paid_on)
    owed, size, public, codes, due, paid = _together(owed, size, public, codes, due, paid)
    late = np.maximum(paid - due, 0)
    invoices = _Invoices(owed, size, public != 0, due, late, (late > 0) & (owed > 0))
    found = _nothing_due(late)
    place, countries = pd.factorize(codes)
    for number, code in enumerate(countries):
        _charge(found, invoices, np.flatnonzero(place == number), code)
    return found


@dataclass(frozen=True)
class _Invoices:
    """What is known of the invoices; ``charged`` are late debts."""

    owed: Floats
    size: Floats
    public: Flags
    due: Days
    late: Days
    charged: Flags


def _nothing_due(late: Days) -> LateInterest:
    words = (np.full(len(late), "", dtype=object) for _ in range(3))
    return LateInterest(late, np.zeros(len(late)), np.zeros(len(late)), *words)


def _charge(found: LateInterest, invoices: _Invoices, rows: Days, code: str) -> None:
    """Fill in what is due on one country's invoices, given by their places."""
    without_rule = np.ones(len(rows), dtype=np.bool_)
    for rule in (rule for rule in RULES if code in rule.countries):
        bound = invoices.public[rows] | rule.binds_companies
        here = _in_force(rule, invoices.due[rows]) & bound
        without_rule &= ~here
        found.rule[rows[here]] = rule.name
        charged = rows[here & invoices.charged[rows]]
        if charged.size:
            found.interest[charged], found.why_not[charged] = _interest(
                rule, code, invoices.owed[charged], invoices.due[charged], invoices.late[charged]
            )
            found.fixed_sum[charged] = _fixed_sums(rule, invoices.size[charged])
            found.fixed_currency[charged] = rule.fixed_currency
    lost = rows[without_rule & invoices.charged[rows]]
    found.interest[lost] = found.fixed_sum[lost] = np.nan
    found.why_not[lost] = f"no rule for {code}" if code else NO_COUNTRY


def _interest(
    rule: LatePaymentRule, code: str, owed: Floats, due: Days, late: Days
) -> tuple[Floats, Words]:
    """Interest of late invoices under one rule, and why it is not known where it is not."""
    if rule.longest_days is not None:
        late = np.minimum(late, rule.longest_days)
    first = due + 1
    last = due + late if rule.accrual == "each half-year" else first
    days_of_rate, why_not = np.zeros(len(owed)), np.full(len(owed), "", dtype=object)
    rate_at_start = np.zeros(len(owed))
    for half, start, end in _halves(int(first.min()), int(last.max())):
        inside = np.minimum(last, end) - np.maximum(first, start) + 1
        touched = inside > 0
        rate = rule.reference_rate(code, half)
        if rate is None:
            words = f"no rate known for {code}, {half[0]} H{half[1]}"
            why_not[touched & (why_not == "")] = words
            continue
        days_of_rate += np.where(touched, inside, 0) * (rate + rule.margin)
        rate_at_start[(first >= start) & (first <= end)] = rate + rule.margin
    if rule.accrual == "each half-year":
        interest = owed * days_of_rate / rule.basis
    elif rule.accrual == "fixed at start":
        interest = owed * rate_at_start * late / rule.basis
    else:
        interest = compounded_monthly(owed, rate_at_start, late, rule.basis)
    interest[why_not != ""] = np.nan
    return interest, why_not


def compounded_monthly(principal: Any, annual_rate: Any, days: Any, basis: Any = 360) -> Floats:
    """Interest that joins the debt every 30 days: P·(1 + r/12)^n · (1 + r·d/basis) − P.

    n is the whole 30-day periods of ``days``, d the days beyond; up to 30 days it is simple
    interest. Source: 5 CFR 1315.17(c) and (d), 1315.10(a)(3).

    >>> [round(float(compounded_monthly(1500, 0.06, days)), 2) for days in (10, 75)]
    [2.5, 18.83]
    """
    owed, rate, late, year = finite(
        principal=principal, annual_rate=annual_rate, days=days, basis=basis
    )
    zero_or_more(principal=owed, annual_rate=rate, days=late)
    above_zero(basis=year)
    months, rest = np.divmod(late, 30)
    return owed * ((1 + rate / 12) ** months * (1 + rate * rest / year) - 1)


def _fixed_sums(rule: LatePaymentRule, size: Floats) -> Floats:
    """The fixed sum for each debt by its size; nothing where the law knows none."""
    if not rule.fixed_sums:
        return np.zeros(len(size))
    steps, sums = (np.array(column) for column in zip(*rule.fixed_sums, strict=True))
    return np.asarray(sums[np.searchsorted(steps, size, side="right") - 1], dtype=np.float64)


def _in_force(rule: LatePaymentRule, due: Days) -> Flags:
    starts = _number(rule.valid_from)
    ends = _number(rule.valid_to) if rule.valid_to else np.iinfo(np.int64).max
    return (due >= starts) & (due <= ends)


def _halves(first: int, last: int) -> list[tuple[HalfYear, int, int]]:
    """The half-years from one day to another, each with its first and last day."""
    found = []
    half = half_year(_day(first))
    while (start := _number(date(half[0], 1 + 6 * (half[1] - 1), 1))) <= last:
        following = (half[0], 2) if half[1] == 1 else (half[0] + 1, 1)
        end = _number(date(following[0], 1 + 6 * (following[1] - 1), 1)) - 1
        found.append((half, start, end))
        half = following
    return found


def _codes(country: Any) -> Words:
    """Country codes as the rules know them; none is ''."""
    codes = np.asarray(country, dtype=object)
    flat = pd.Series(codes.reshape(-1))
    known = {raw: country_code(raw) for raw in flat.unique() if isinstance(raw, str)}
    return np.asarray(flat.map(known).fillna(""), dtype=object).reshape(codes.shape)


def _days(name: str, values: Any) -> Days:
    """Dates as whole days since 1970."""
    return np.asarray(dates(name, values).astype("datetime64[D]").astype(np.int64))


def _together(*arrays: Any) -> list[Any]:
    """The arrays in one shape, flat; a single number counts as one invoice."""
    try:
        return [np.array(array).reshape(-1) for array in np.broadcast_arrays(*arrays)]
    except ValueError:
        shapes = ", ".join(str(np.shape(array)) for array in arrays)
        raise ValueError(f"arrays must have shapes that broadcast together; got {shapes}") from None


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _day(number: int) -> date:
    return date.fromordinal(number + date(1970, 1, 1).toordinal())
