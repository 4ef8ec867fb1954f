"""The budget position and the forecast, order line by order line, by the definitions."""

from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from tests.reference_books import Books, Frame
from tests.reference_choice import DAY, Chosen, Figures, Value, added

YEAR = pd.DateOffset(years=1)
ENDED = ("closed", "final_invoiced", "cancelled", "rejected")
NOT_ACCRUED = ("cancelled", "rejected", "final_invoiced")


def figures(chosen: Chosen) -> Figures:
    """Budget, actual, accrued, committed, requested, and what follows from them."""
    books = chosen.books
    lines = chosen.of(books.invoices)
    actual = added(lines[chosen.inside(lines["day"])], "net")
    budget = None if chosen.supplier else budgeted(chosen, chosen.first, chosen.position)
    found = {"budget_amount": budget, "actual_spend": actual, **position(chosen)}
    spent = [found[n] or 0 for n in ("accrued_spend", "committed_spend", "requested_spend")]
    known = budget is not None
    return {
        **found,
        "available_budget": (budget or 0) - (actual or 0) - sum(spent) if known else None,
        "budget_variance": (actual or 0) - (budget or 0) if known else None,
        "forecast_at_completion": forecast(chosen),
    }


def budgeted(chosen: Chosen, first: pd.Timestamp, last: pd.Timestamp) -> Value:
    """Budget lines of some days; of a month that is not over, the part that its days are."""
    books = chosen.books
    lines = chosen.of(books["budget_line"])
    lines = lines[lines["version"] == (books.budget_version or lines["version"].max())]
    month = lines["period_start"]
    lines = lines[(month >= first) & (month <= last)]
    if not len(lines):
        return None
    starts = pd.to_datetime(lines["period_start"].dt.year.astype(str) + "-01-01")
    market = books.rate(lines["currency"], starts)
    own = np.rint(lines["budget_rate"].to_numpy() * 100_000)
    rate = np.where(np.isnan(own), market, own).astype(np.int64)
    money = np.rint(lines["amount"].to_numpy() * 100).astype(np.int64) * rate
    cents = np.sign(money) * ((2 * np.abs(money) + 100_000) // 200_000)
    by_month = pd.Series(cents).groupby(lines["period_start"].to_numpy()).sum()
    passed = [min(last, m + pd.offsets.MonthEnd(0)) - m + DAY for m in by_month.index]
    parts = [p.days / m.days_in_month for p, m in zip(passed, by_month.index, strict=True)]
    return float((by_month.to_numpy() * parts).sum())


# --- Order lines ----------------------------------------------------------------------------------


def moved(books: Books, day: pd.Timestamp) -> Frame:
    """Every order line seen by a day: accrued and to come in cents, and whether it is approved."""
    lines = books.orders
    lines = lines[lines[["requested_on", "order_date"]].min(axis=1) <= day].copy()
    by_value = (lines["matching"] == "value") | (lines["quantity"] == 1)
    came = books["goods_receipt"]
    received = of_lines(came[came["received_on"] <= day], "line_no", "quantity", lines)
    billed = books.invoices
    billed = billed[(billed["day"] <= day) & (billed["po_id"] != "")]
    credit = np.sign(billed["amount"]).replace(0, 1)
    billed = billed.assign(quantity=np.where(
        credit < 0, -billed["quantity"].abs(), billed["quantity"]))  # fmt: skip
    quantity = of_lines(billed.fillna({"quantity": 0}), "po_line_no", "quantity", lines)
    amount = of_lines(billed, "po_line_no", "amount", lines)
    price = lines["unit_price"].to_numpy()
    ordered, received = lines["quantity"].to_numpy() * price, received * price
    invoiced = np.where(by_value, amount, quantity * price)
    later = lines["status_date"] > day
    status = lines["status"].where(~later, "open")
    rate = lines["rate"].to_numpy()
    accrued = np.where(status.isin(NOT_ACCRUED), 0, np.maximum(0, received - invoiced)) * rate
    rest = np.maximum(0, ordered - np.maximum(received, invoiced)) * rate
    rest = np.where(status.isin(ENDED), 0, rest)
    approved = lines["requested_on"].isna() | (lines["approved_on"] <= day)
    return lines.assign(accrued=whole(accrued), rest=whole(rest), approved=approved)


def of_lines(rows: Frame, number: str, column: str, lines: Frame) -> Any:
    """A column summed for each order line."""
    sums = rows.groupby(["po_id", number])[column].sum()
    key = pd.MultiIndex.from_frame(lines[["po_id", "line_no"]])
    return sums.reindex(key).fillna(0).to_numpy(dtype=float)


def whole(money: Any) -> Any:
    """Whole cents of each line, half up."""
    return np.floor(np.asarray(money, dtype=float) * 100 + 0.5 + 1e-6)


def position(chosen: Chosen) -> Figures:
    """Accrued, committed and requested of what the filters keep."""
    ids = ("accrued_spend", "committed_spend", "committed_later", "requested_spend")
    now = chosen.of(moved(chosen.books, chosen.position))
    if not len(now):
        return dict.fromkeys(ids)
    before = chosen.of(moved(chosen.books, chosen.first - DAY))
    accrued = now["accrued"].sum() - before["accrued"].sum()
    later = now["promised_date"] > chosen.last
    parts = (now["approved"] & ~later, now["approved"] & later, ~now["approved"])
    sums = [float(now.loc[part, "rest"].sum()) for part in parts]
    return dict(zip(ids, [float(accrued), *sums], strict=True))


# --- Forecast ------------------------------------------------------------------------------------


def forecast(chosen: Chosen) -> Value:
    """The median of run rate, seasonal and order book, for the year of the position date."""
    day = chosen.position
    first, last = chosen.year
    spent = spent_by(chosen, first, day)
    if spent is None:
        return None
    if day == last:
        return spent
    run = spent / ((day - first + DAY) / (last - first + DAY))
    return float(median([run, *seasonal(chosen, spent), *order_book(chosen, spent)]))


def spent_by(chosen: Chosen, first: pd.Timestamp, day: pd.Timestamp) -> Value:
    """Actual and accrued spend of the year by a day."""
    lines = chosen.of(chosen.books.invoices)
    actual = added(lines[lines["day"].between(first, day)], "net")
    now = chosen.of(moved(chosen.books, day))["accrued"].sum()
    before = chosen.of(moved(chosen.books, first - DAY))["accrued"].sum()
    return None if actual is None else actual + float(now - before)


def seasonal(chosen: Chosen, spent: float) -> list[float]:
    """Spent so far, by the share of the last two years that lay behind on the same day of each.

    A year whose first month is not in the books is not known as a whole.
    """
    first, books = chosen.year[0], chosen.books.invoices
    lines = chosen.of(books)
    reached = ended = 0.0
    for years in (1, 2):
        back = pd.DateOffset(years=years)
        begin, same, end = first - back, chosen.position - back, first - back + YEAR - DAY
        if not books["day"].between(begin, begin + pd.offsets.MonthEnd(0)).any():
            continue
        year = lines[lines["day"].between(begin, end)]
        reached += year.loc[year["day"] <= same, "net"].sum()
        ended += year["net"].sum()
    return [spent * ended / reached] if reached > 0 else []


def order_book(chosen: Chosen, spent: float) -> list[float]:
    """Spent so far, and the larger of what is promised in the year and the budget that is left."""
    day, last = chosen.position, chosen.year[1]
    now = chosen.of(moved(chosen.books, day))
    in_year = now["approved"] & ~(now["promised_date"] > last)
    promised = float(now.loc[in_year, "rest"].sum()) if len(now) else None
    whole, past = (
        None if chosen.supplier else budgeted(chosen, chosen.year[0], end) for end in (last, day)
    )
    rest = None if whole is None else whole - (past or 0)
    known = [one for one in (promised, rest) if one is not None]
    return [spent + max(known)] if known else []
