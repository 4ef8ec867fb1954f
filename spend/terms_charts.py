"""The charts of payment terms, as plain data: paid by month, and days against prices."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from spend.money import decimal
from spend.position import ratio
from spend.result import Bridge, Chart, Series, Step
from spend.terms_book import TermsBook

MOST_DOTS = 60  # suppliers drawn: the largest, so that the picture can be read


def months(book: TermsBook) -> Chart:
    """What was paid by period: early, on time, late."""
    frame = book.paid_days
    starts = np.array([p.start_date for p in book.periods], dtype="datetime64[D]")
    day = frame["day"].to_numpy(dtype="datetime64[D]")
    place = np.searchsorted(starts, day, side="right") - 1
    sums = frame.groupby(place)[["paid", "early", "late", "not_due"]].sum()
    sums = sums.reindex(range(len(starts)), fill_value=0)
    sums["on_time"] = sums["paid"] - sums["early"] - sums["late"] - sums["not_due"]
    parts = {"early": "Early", "on_time": "On time", "late": "Late", "not_due": "No due date"}
    series = tuple(
        Series(label, "actual", tuple(decimal(int(v)) for v in sums[key]))
        for key, label in parts.items()
        if key != "not_due" or sums[key].any()
    )
    title = "Paid by month: early, on time, late"
    axis = tuple(p.period for p in book.periods)
    currency, why = book.reader.settings.currency, "no payments in this selection"
    return Chart("months", title, axis, series, currency, "stack", title, why)


def trade_off(book: TermsBook, prices: "pd.Series[Any]") -> Chart:
    """Suppliers by how long they wait for their money, and how their prices moved."""
    paid = book.paid.set_index("supplier_id")
    spend = book.annual_spend.reindex(prices.index).fillna(0)
    chosen = spend[spend > 0].nlargest(MOST_DOTS).index.intersection(paid.index)
    money = paid.loc[chosen, ["paid_days", "paid"]].astype("int64").to_numpy()
    days = [ratio([int(d)], [int(p)]) for d, p in money]
    options = book.choices.options["supplier"]
    names = tuple(options[s].name if s in options else str(s) for s in chosen)
    series = (
        Series("Days to pay", "actual", tuple(days)),
        Series(
            "Price change on the year before", "actual", tuple(float(prices[s]) for s in chosen)
        ),
        Series("Spend, 12 months", "actual", tuple(decimal(int(spend[s])) for s in chosen)),
    )
    title = "Who waits longer, and whose prices rise (dots by spend)"
    words = f"{title}: the {len(names)} largest suppliers with comparable items."
    currency = book.reader.settings.currency
    why = "no supplier here was paid for items that it sold in both years"
    return Chart("trade_off", title, names, series, currency, "dots", words, why)


def discount_bridge(book: TermsBook) -> Bridge:
    """From discounts offered to discounts taken, by how they were lost."""
    sums = book.offers[["offered", "used", "in_time", "too_late", "unpaid"]].sum()
    taken = int(book.paid["discount_taken"].sum())
    if not len(book.offers):
        return Bridge("discounts", "Discounts offered and taken", (), "no term offers a discount")
    items = (
        ("Paid too late", -int(sums["too_late"]), "First paid after the discount's date."),
        ("In time, not taken", -int(sums["in_time"]), "Paid by then, and not deducted."),
        ("Expired unpaid", -int(sums["unpaid"]), "Not paid at all yet, and past the date."),
        ("Taken in part", taken - int(sums["used"]), "Deducted less, or more, than was offered."),
    )
    steps = (
        Step("Offered", Decimal(int(sums["offered"])).scaleb(-2), "end"),
        *(Step(label, Decimal(c).scaleb(-2), "item", c > 0, why) for label, c, why in items if c),
        Step("Taken", Decimal(taken).scaleb(-2), "end"),
    )
    return Bridge("discounts", "Discounts offered and taken", steps, ends=("budget", "actual"))
