"""The charts of budget against spend, as plain data: the year by period, and where it will end."""

from collections.abc import Iterable
from typing import NamedTuple

from queries.calendar import Period
from spend.budget_book import BudgetBook
from spend.budget_forecast import Outlook, expected
from spend.budget_words import Words
from spend.forecast import Forecast
from spend.money import decimal
from spend.position import budget_variance
from spend.result import Chart, Scenario, Series


class Column(NamedTuple):
    """One period of the chart, in cents; ``variance`` only where the period has wholly passed."""

    last_year: int | None
    actual: int | None
    budget: int | None
    variance: int | None


def months(book: BudgetBook, outlook: Outlook, words: Words) -> Chart:
    """Budget, spend and last year by period, and the forecast of those to come."""
    periods = book.shown_periods
    columns = [_column(book, period) for period in periods]
    series = (
        _series("Last year", "last_year", (c.last_year for c in columns)),
        _series("Actual", "actual", (c.actual for c in columns)),
        _series("Budget", "budget", (c.budget for c in columns)),
        _series("Forecast", "forecast", expected(book, outlook, periods)),
        _series("Actual − budget", "variance", (c.variance for c in columns)),
    )
    title = "Spend by month against the budget"
    return Chart(
        "months",
        title,
        tuple(p.period for p in periods),
        tuple(s for s in series if any(value is not None for value in s.values)),
        words.currency,
        "time",
        f"{title}: {words.message()}",
    )


def _column(book: BudgetBook, period: Period) -> Column:
    shown = next((p for p in book.window.periods if p.period == period), None)
    budget = book.budget_periods.get(period.period)
    if shown is None or not shown.elapsed.days:
        earlier = book.choices.calendar.a_year_earlier(period)
        return Column(book.spent_in(earlier), None, budget, None)
    actual = book.spent([shown.elapsed])
    whole = shown.elapsed.days == period.days
    return Column(
        book.spent([shown.earlier_elapsed]) if shown.earlier_elapsed else None,
        actual,
        budget,
        budget_variance(actual, budget) if whole else None,
    )


def _series(label: str, scenario: Scenario, cents: Iterable[int | None]) -> Series:
    return Series(label, scenario, tuple(map(decimal, cents)))


def year_end(book: BudgetBook, forecast: Forecast, words: Words) -> Chart:
    """The three methods, their median, and the whole year's budget."""
    known = [c for p in book.window.year if (c := book.budget_periods.get(p.period)) is not None]
    budget = sum(known) if known else None
    methods = [(m.name.capitalize(), m.value) for m in forecast.methods]
    rows = [*methods, ("Median", forecast.value)]
    series = (
        _series("Forecast", "forecast", [*(value for _, value in rows), None]),
        _series("Budget", "budget", [*(None for _ in rows), budget]),
    )
    title = f"Fiscal year {book.window.year[0].fiscal_year} at its end: "
    title += words.money(forecast.value)
    if forecast.low != forecast.high:
        title += f", between {words.money(forecast.low)} and {words.money(forecast.high)}"
    described = "; ".join(f"{m.name}: {m.meaning}" for m in forecast.methods)
    axis = (*(name for name, _ in rows), "Budget")
    return Chart("forecast", title, axis, series, words.currency, "structure", described)
