"""The charts of savings, as plain data: the pipeline, month by month, and what invoices show."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from queries.calendar import Span
from spend.money import decimal
from spend.money import share as percent
from spend.result import Chart, Point, Series, Value
from spend.savings_book import SavingsBook
from spend.savings_budget import phased
from spend.savings_formulas import WINDOW, month_numbers
from spend.savings_policy import CASH_TYPE, STAGES, headed
from spend.savings_register import claims

MONTHS_BEFORE = 12  # of prices that are drawn before the deal


def pipeline(book: SavingsBook) -> Chart:
    """Claims by stage that are not over when the selection begins: weighted, and the rest."""
    frame = in_pipeline(book)
    sums = frame.groupby("stage")["claimed"].sum().reindex(list(STAGES)).fillna(0)
    shown = [stage for stage in STAGES if sums[stage]]
    full = [round(float(sums[stage])) for stage in shown]
    chances = [book.policy.probability(stage) for stage in shown]
    likely = [round(cents * chance) for cents, chance in zip(full, chances, strict=True)]
    series = (
        Series("Weighted by its chance", "actual", _amounts(likely)),
        Series("The rest of the claim", "forecast",
               _amounts([a - b for a, b in zip(full, likely, strict=True)])),
    )  # fmt: skip
    whole, weighted = (decimal(sum(cents)) for cents in (full, likely))
    title = "The pipeline: yearly claims by stage, and how much of them is likely"
    return Chart(
        "pipeline", title,
        tuple(f"{headed(s)} · {percent(c)}" for s, c in zip(shown, chances, strict=True)),
        series, book.reader.settings.currency, "parts",
        f"{title}: {weighted:,.2f} of {whole:,.2f}.",
        "no initiative here is running or to come",
    )  # fmt: skip


def in_pipeline(book: SavingsBook) -> pd.DataFrame:
    """The chosen initiatives of every stage that still run or are to come, cash apart.

    ``claimed`` is in cents, unrounded; zero where nobody can know it.
    """
    frame = book.initiatives
    frame = frame[frame["chosen"] & (frame["saving_type"] != CASH_TYPE)]
    dated = frame["start_date"].notna().to_numpy()
    over = np.zeros(len(frame), dtype=bool)
    start = month_numbers(frame.loc[dated, "start_date"])
    over[dated] = start + WINDOW <= month_numbers(book.window.first)
    kept = ~over & frame["stage"].isin(STAGES).to_numpy()
    return frame.assign(claimed=np.nan_to_num(claims(frame)))[kept]


def months(book: SavingsBook) -> Chart:
    """What is claimed for each period and what is recognised in it; each sums to the whole."""
    claimed, recognised = [0], [0]
    for one in book.window.periods:
        if not one.elapsed.days:
            break
        span = Span(book.window.first, one.elapsed.last)
        found = book.between(span, span.last).rows
        claimed.append(int(phased(book.found.rows, span).sum()))
        recognised.append(int(found["recognised"].sum()))
    axis = tuple(p.period for p in book.periods)
    series = (
        Series("Claimed", "budget", _padded(np.diff(claimed).tolist(), len(axis))),
        Series("Recognised", "actual", _padded(np.diff(recognised).tolist(), len(axis))),
    )
    title = "Month by month: the yearly claim in twelfths, and what is recognised of it"
    some = len(book.found.rows) > 0
    why = "no initiative here has months in these days"
    currency = book.reader.settings.currency
    return Chart("months", title, axis, series if some else (), currency, "time", title, why)


def prices(book: SavingsBook, initiative: str) -> Chart:
    """What was paid for one initiative's item by month, from a year before the deal on.

    Its supplier's group alone; the agreed prices are points that hold along the axis.
    """
    row = book.initiative(initiative)
    title = "What the invoices show: price paid a unit, by month"
    lines = book.purchases[book.purchases["item_id"] == row["item_id"]]
    if row["supplier_group"]:
        lines = lines[lines["supplier_group"] == row["supplier_group"]]
    currency, dated = book.reader.settings.currency, row["start_date"] == row["start_date"]
    if not row["item_id"] or lines.empty or not dated:
        why = "no item is named" if not row["item_id"] else "nothing was bought of its item"
        return Chart("prices", title, (), (), currency, "curve", title, why)
    start = int(month_numbers(row["start_date"]))
    last = min(start + WINDOW, int(month_numbers(book.window.position)) + 1)
    places = range(start - MONTHS_BEFORE, max(last, start))
    sums = lines.assign(place=month_numbers(lines["month"])).groupby("place")
    paid = sums[["amount", "quantity"]].sum().reindex(list(places))
    price = [_price(amount, quantity) for amount, quantity in paid.to_numpy(float)]
    axis = tuple(f"{pd.Timestamp(np.datetime64(place, 'M')):%b %Y}" for place in places)
    points = [Point(label, float(MONTHS_BEFORE), value, meaning)
              for label, value, meaning in _agreed(row)]  # fmt: skip
    return Chart(
        "prices", title, axis, (Series("Paid", "actual", tuple(price)),),
        currency, "curve", title, points=tuple(points),
    )  # fmt: skip


def _agreed(row: Mapping[str, Any]) -> Sequence[tuple[str, float, str]]:
    ends = {
        "Baseline": ("baseline_unit_price", "The price before, as the register states it."),
        "New price": ("new_unit_price", "The price of the deal, from its start month on."),
    }
    return [
        (label, row[key], meaning) for label, (key, meaning) in ends.items() if row[key] == row[key]
    ]


def _price(amount: float, quantity: float) -> float | None:
    """Cents over units as a price; none where nothing was bought on balance."""
    return amount / 100 / quantity if quantity > 0 else None


def _amounts(cents: Sequence[int]) -> tuple[Value, ...]:
    return tuple(decimal(one) for one in cents)


def _padded(cents: Sequence[int], length: int) -> tuple[Decimal | None, ...]:
    """Amounts, and nothing for periods that have not begun."""
    return (*(decimal(one) for one in cents), *(None,) * (length - len(cents)))
