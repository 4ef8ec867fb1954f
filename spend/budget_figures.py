"""The figures of budget against spend, each with its rows or the reason there is none."""

from collections.abc import Iterator
from dataclasses import replace

from spend.budget_book import BudgetBook, Position
from spend.budget_forecast import read_outlook
from spend.comparison import against, on_last_year
from spend.forecast import Forecast
from spend.metric import Number
from spend.money import decimal
from spend.result import Figure, Value

NO_BUDGET = "no budget stands beside this selection"
NO_LINES = "the budget has no lines in this selection"
NO_ORDERS = "no orders are in this selection"
NO_SPEND = "nothing was invoiced in this selection"
NOT_BOTH = "no item was bought in both years"


def figures(book: BudgetBook, forecast: Forecast | None = None) -> tuple[Figure, ...]:
    """Every figure of the subject; ``forecast`` is the book's, where it was read before."""
    earlier = book.earlier_position
    return (
        *on_last_year(_position(book), values(earlier) if earlier else {}),
        _forecast(book, forecast or read_outlook(book).forecast),
        *_effects(book),
    )


def values(position: Position) -> dict[str, Value]:
    """What a position says, by metric."""
    cents = {
        "budget_amount": position.budget,
        "actual_spend": position.actual,
        "accrued_spend": position.accrued,
        "committed_spend": position.committed,
        "committed_later": position.committed_later,
        "requested_spend": position.requested,
        "available_budget": position.available,
        "budget_variance": position.variance,
    }
    return {metric: decimal(amount) for metric, amount in cents.items()}


def _position(book: BudgetBook) -> Iterator[Figure]:
    budget, actual, order = (book.rows[name] for name in ("budget", "actual", "order"))
    no_budget = NO_LINES if book.version else NO_BUDGET
    not_both = no_budget if book.position.budget is None else NO_SPEND
    behind = {  # each figure: its rows, and why it may not be there
        "budget_amount": (budget, no_budget),
        "actual_spend": (actual, NO_SPEND),
        "available_budget": (budget + actual + order, no_budget),
        "budget_variance": (budget + actual, not_both),
    }
    for metric, value in values(book.position).items():
        rows, reason = behind.get(metric, (order, NO_ORDERS))
        figure = _figure(metric, value, rows, reason)
        yield _spent(book, figure) if metric == "actual_spend" else figure


def _spent(book: BudgetBook, figure: Figure) -> Figure:
    """What was spent: by period, and beside the budget."""
    months = tuple(decimal(book.spent([p.elapsed])) for p in book.window.periods)
    over = against(figure.metric, "on budget", figure.value, decimal(book.position.budget))
    return replace(figure, changes=tuple(over), trend=months)


def _forecast(book: BudgetBook, forecast: Forecast) -> Figure:
    reasons, rows = " ".join(forecast.reasons), sum(book.rows.values())
    return _figure("forecast_at_completion", decimal(forecast.value), rows, reasons)


def _effects(book: BudgetBook) -> Iterator[Figure]:
    effects, rows = book.year_bridge.effects, book.rows["actual"]
    for name in ("price", "volume", "mix"):
        yield _figure(f"{name}_effect", decimal(getattr(effects, name)), rows, NOT_BOTH)


def _figure(metric: str, value: Number, rows: int, reason: str) -> Figure:
    """A figure; the reason stands only where there is no value."""
    return Figure(metric, value, rows, reason if value is None else "")
