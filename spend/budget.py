"""Budget against spend: what is planned, spent, owed, ordered, asked for, and left; and why.

``report`` is the one function here that touches the store; page, command line, exports and tests
all show what it gives.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from queries.errors import ConcordError
from queries.selection import Selection, sentence
from queries.store import Store
from spend.budget_book import BudgetBook
from spend.budget_evidence import read_evidence
from spend.budget_forecast import Outlook, expected, read_outlook
from spend.budget_table import BY, breakdown
from spend.budget_words import Words
from spend.closing import ItemBridge
from spend.forecast import Forecast
from spend.metric import favourable, relative
from spend.money import decimal
from spend.position import estimate_at_completion, purchase_price_variance
from spend.registry import all_metrics
from spend.result import (
    Bridge,
    Change,
    Chart,
    Evidence,
    Figure,
    Report,
    Scenario,
    Series,
    Step,
    Value,
)

__all__ = ["estimate_at_completion", "evidence", "purchase_price_variance", "report"]

TITLE = "Budget and spend"
QUESTION = "How much of the budget is left, and why is spend what it is?"
BRIDGES = ("year", "budget")


def report(
    store: Store, selection: Selection, *, by: str = "cost_centre", bridge: str = "year"
) -> Report:
    """Budget against spend for one selection, as at its load.

    ``by`` is what the table is broken down by (``BY``); both bridges are always there, ``bridge``
    names the one that is looked at. Raises ``ConcordError`` on another word, or an empty store.
    """
    if by not in BY:
        raise ConcordError(f"by {by!r}: give one of {', '.join(BY)}")
    if bridge not in BRIDGES:
        raise ConcordError(f"bridge {bridge!r}: give one of {', '.join(BRIDGES)}")
    with store.reader(selection.as_of) as reader:
        return _report(BudgetBook.read(reader, selection), by)


def evidence(store: Store, selection: Selection, metric: str, page: int = 0) -> Evidence:
    """What stands behind one figure of the report: its SQL, its rows, and its numbers."""
    with store.reader(selection.as_of) as reader:
        book = BudgetBook.read(reader, selection)
        return read_evidence(book, metric, page)


def _report(book: BudgetBook, by: str) -> Report:
    outlook = read_outlook(book)
    words = Words(book, outlook.forecast)
    return Report(
        name="budget",
        title=TITLE,
        question=QUESTION,
        selection=_resolved(book),
        sentence=_sentence(book),
        currency=book.reader.settings.currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=tuple(_figures(book, outlook.forecast)),
        bridges=_bridges(book),
        charts=(_months(book, outlook, words), _forecast(book, outlook.forecast, words)),
        tables=(breakdown(book, by),),
        notes=words.notes(),
    )


def _resolved(book: BudgetBook) -> Selection:
    """The selection with its defaults written out, for whoever reads the report elsewhere."""
    return replace(
        book.selection,
        from_period=book.window.periods[0].period.period,
        to_period=book.window.periods[-1].period.period,
        budget_version=book.version,
    )


def _sentence(book: BudgetBook) -> str:
    """The selection in words; the load it is as of stands beside it, in ``Report.batch``."""
    return sentence(replace(book.selection, as_of=None), book.choices)


# --- Figures --------------------------------------------------------------------------------------


def _figures(book: BudgetBook, forecast: Forecast) -> Iterable[Figure]:
    position, rows, effects = book.position, book.rows, book.year_bridge.effects
    no_budget = "" if book.version else "no budget stands beside this selection"
    no_orders = "no orders are in this selection"
    yield _figure("budget_amount", position.budget, rows["budget"], no_budget or "no lines")
    yield Figure(
        "actual_spend",
        decimal(position.actual),
        rows["actual"],
        "" if position.actual is not None else "nothing was invoiced in this selection",
        changes=tuple(_actual_changes(book)),
        trend=tuple(decimal(book.spent([p.elapsed])) for p in book.window.periods),
    )
    for name in ("accrued", "committed", "requested"):
        yield _figure(f"{name}_spend", getattr(position, name), rows["order"], no_orders)
    yield _figure("committed_later", position.committed_later, rows["order"], no_orders)
    yield _figure("available_budget", position.available, sum(rows.values()), no_budget)
    both = rows["budget"] + rows["actual"]
    yield _figure("budget_variance", position.variance, both, no_budget)
    reasons = " ".join(forecast.reasons)
    yield _figure("forecast_at_completion", forecast.value, sum(rows.values()), reasons)
    for name in ("price", "volume", "mix"):
        why = "no item was bought in both years"
        yield _figure(f"{name}_effect", getattr(effects, name), rows["actual"], why)


def _figure(metric: str, cents: int | None, rows: int, reason: str) -> Figure:
    """A figure; the reason stands only where there is no value."""
    return Figure(metric, decimal(cents), rows, reason if cents is None else "")


def _actual_changes(book: BudgetBook) -> Iterable[Change]:
    position = book.position
    for label, reference in (("on budget", position.budget), ("on last year", position.last_year)):
        if position.actual is not None and reference is not None:
            yield _change("actual_spend", label, position.actual - reference, reference)


def _change(metric: str, label: str, delta: int, reference: int) -> Change:
    judged = favourable(all_metrics()[metric], delta)
    return Change(label, decimal(delta), judged, relative(delta, reference))


# --- Bridges --------------------------------------------------------------------------------------


def _bridges(book: BudgetBook) -> tuple[Bridge, ...]:
    this, earlier = _year_labels(book)
    year = _bridge("year", "Last year to this year", book.year_bridge, (earlier, this))
    if book.budget_bridge is None:
        reason = "no budget stands beside this selection"
        return year, Bridge("budget", "Budget to actual", (), reason)
    ends = ("Budget", "Actual")
    return year, _bridge("budget", "Budget to actual", book.budget_bridge, ends)


def _year_labels(book: BudgetBook) -> tuple[str, str]:
    years = sorted({p.period.fiscal_year for p in book.window.periods})
    if len(years) > 1:
        return "This selection", "A year earlier"
    return str(years[0]), str(years[0] - 1)


MEANINGS = {
    "price": "The same items at other prices, at the exchange rates of before.",
    "volume": "More or fewer of the same items, at the average price of before.",
    "mix": "A shift between dearer and cheaper items of a category.",
    "new": "Items not bought before.",
    "lost": "Items no longer bought.",
    "currency": "The same prices at other exchange rates.",
    "not_priced": "Money without an item or a quantity, or not comparable: nothing is invented.",
}


def _bridge(name: str, title: str, bridge: ItemBridge, ends: tuple[str, str]) -> Bridge:
    effects = bridge.effects
    steps = [Step(ends[0], Decimal(effects.base).scaleb(-2), "end")]
    for effect, meaning in MEANINGS.items():
        cents = getattr(effects, effect)
        if cents is not None:
            label = effect.replace("_", " ").capitalize()
            judged = None if cents == 0 else cents < 0
            steps.append(Step(label, Decimal(cents).scaleb(-2), "item", judged, meaning))
    steps.append(Step(ends[1], Decimal(effects.actual).scaleb(-2), "end"))
    reason = "" if effects.price is not None else "no item can be compared between the two"
    return Bridge(name, title, tuple(steps), reason)


# --- Charts ---------------------------------------------------------------------------------------


def _months(book: BudgetBook, outlook: Outlook, words: Words) -> Chart:
    """Budget, spend and last year by period, and the forecast of those to come."""
    periods, window = book.shown_periods, book.window
    earlier = [book.choices.calendar.a_year_earlier(p) for p in periods]
    spans = {p.period.period: p for p in window.periods}
    last_year: list[Value] = []
    actual: list[Value] = []
    for period, before in zip(periods, earlier, strict=True):
        shown = spans.get(period.period)
        same = shown.earlier_elapsed if shown and shown.elapsed.days else None
        last_year.append(decimal(book.spent([same]) if same else book.spent_in(before)))
        actual.append(decimal(book.spent([shown.elapsed])) if shown else None)
    series = [
        _series("Last year", "last_year", last_year),
        _series("Actual", "actual", actual),
        _series("Budget", "budget", [decimal(book.budget_periods.get(p.period)) for p in periods]),
        _series("Forecast", "forecast", map(decimal, expected(book, outlook, periods))),
    ]
    unit = book.reader.settings.currency
    title = "Spend by month against the budget"
    description = f"{title}: {words.message()}"
    axis = tuple(p.period for p in periods)
    kept = tuple(s for s in series if any(v is not None for v in s.values))
    return Chart("months", title, axis, kept, unit, "time", description)


def _series(label: str, scenario: Scenario, values: Iterable[Value]) -> Series:
    return Series(label, scenario, tuple(values))


def _forecast(book: BudgetBook, forecast: Forecast, words: Words) -> Chart:
    """The three methods, what they agree on, and the whole year's budget."""
    year = book.window.year
    whole = [book.budget_periods.get(p.period) for p in year]
    budget = sum(amount or 0 for amount in whole) if any(a is not None for a in whole) else None
    names = [m.name.capitalize() for m in forecast.methods]
    values: list[Value] = [decimal(m.value) for m in forecast.methods]
    axis = (*names, "Median", "Budget")
    blank: tuple[Value, ...] = (None,)
    series = (
        Series("Forecast", "forecast", (*values, decimal(forecast.value), None)),
        Series("Budget", "budget", (*(blank * (len(values) + 1)), decimal(budget))),
    )
    title = f"Fiscal year {year[0].fiscal_year} at its end: {words.money(forecast.value)}"
    if forecast.low != forecast.high:
        title += f", between {words.money(forecast.low)} and {words.money(forecast.high)}"
    described = "; ".join(f"{m.name}: {m.meaning}" for m in forecast.methods)
    unit = book.reader.settings.currency
    return Chart("forecast", title, axis, series, unit, "structure", described)
