"""Interest and fixed sums that the laws on late payment give, by the definitions.

What Directive 2011/7/EU and the United Kingdom's Act of 1998 say, with the published rates: the
European Central Bank's main refinancing rate, from the first day of each half-year, and the Bank
of England's on the last day before it. Simple interest over actual days and 365.
"""

import numpy as np
import pandas as pd

from tests.reference_books import Frame
from tests.reference_choice import DAY, Chosen, Value

MARGIN = 8.0
# Members of the Union that are in any of the sets; the latter two have rates of their own banks,
# which the table of rates does not hold: their fixed sums are known, and their interest is not.
EURO, OTHERS = ("AT", "DE", "FR", "IT", "NL"), ("CZ", "PL")
HALVES = [pd.Timestamp(year, month, 1) for year in range(2023, 2028) for month in (1, 7)]
ECB = (2.50, 4.00, 4.50, 4.25, 3.15, 2.15, 2.15, 2.40)
BANK_OF_ENGLAND = (3.50, 5.00, 5.25, 5.25, 4.75, 4.25, 3.75, 3.75)
SUMS = ((1_000, 40.0), (10_000, 70.0), (float("inf"), 100.0))  # pounds, by the size of the debt


def exposure(chosen: Chosen, bills: Frame, paid: Frame, left: Frame) -> Value:
    """On what was paid late in the selection, or is overdue at its end; in cents.

    ``left`` is what is open of each of the bills. Null where no day is known to be due.
    """
    if not len(chosen.books["payment"]) or not bills["due"].notna().any():
        return None
    paid = paid[paid["paid_on"] <= chosen.position].sort_values(["paid_on", "payment_id"])
    own = (paid["own_paid"] + paid["own_discount"]).groupby(paid["invoice_id"]).cumsum()
    before = own - paid["own_paid"] - paid["own_discount"]
    paid = paid.assign(amount_late=paid["paid"], until=paid["paid_on"],
                       last=(before < paid["document"]) & (own >= paid["document"]))  # fmt: skip
    paid = paid[(paid["paid_on"] > paid["due"]) & chosen.inside(paid["paid_on"])]
    open_to = bills.assign(amount_late=left["left"], until=chosen.position, last=left["left"] > 0)
    open_to = open_to[(open_to["due"] < chosen.position) & (open_to["day"] <= chosen.position)]
    names = ["supplier_id", "due", "until", "amount_late", "last", "document", "share"]
    debts = pd.concat([paid[names], open_to[names]], ignore_index=True)
    countries = chosen.books["supplier"].set_index("supplier_id")["country"]
    country = debts["supplier_id"].map(countries)
    pounds = chosen.books.rate(pd.Series(["GBP"]), pd.Series([chosen.position]))[0] / 100_000
    members = debts[country.isin((*EURO, *OTHERS))]
    fixed = float((members["last"] * members["share"]).sum() * 40_00)
    return fixed + euro(debts[country.isin(EURO)]) + british(debts[country == "GB"], pounds)


def euro(debts: Frame) -> float:
    """Each half-year's own rate for its days."""
    money = 0.0
    for start, end, rate in zip(HALVES, HALVES[1:], ECB, strict=False):
        first = debts["due"].clip(lower=start - DAY)
        days = (debts["until"].clip(upper=end - DAY) - first).dt.days.clip(lower=0)
        money += (debts["amount_late"] * days * (rate + MARGIN) / 36_500).sum()
    return float(money)


def british(debts: Frame, pounds: float) -> float:
    """The rate of the half-year in which the debt became late, and 40, 70 or 100 pounds a debt."""
    place = np.searchsorted(np.array(HALVES, dtype="datetime64[s]"), debts["due"] + DAY, "right")
    rates = np.array(BANK_OF_ENGLAND)[place - 1] + MARGIN
    days = (debts["until"] - debts["due"]).dt.days
    money = float((debts["amount_late"] * days * rates / 36_500).sum())
    limits = [limit for limit, _ in SUMS]
    steps = np.searchsorted(limits, debts["document"] / 100, "right")
    sums = np.array([amount for _, amount in SUMS])[steps]
    return money + float((sums * debts["last"] * debts["share"]).sum() * 100 * pounds)
