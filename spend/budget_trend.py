"""The budget position period by period."""

from collections.abc import Iterator, Mapping, Sequence

from queries import budget as sums
from queries.calendar import Span
from queries.window import PeriodDays
from spend.budget_book import BudgetBook, position_of
from spend.budget_figures import values
from spend.periods import Trends, begun, of_spans, trended
from spend.position import actual_spend
from spend.result import Value


def trends(book: BudgetBook, periods: Sequence[PeriodDays]) -> Trends:
    """Each figure of the position by period, as if that period alone were selected.

    Bridges and forecasts are left out: they are of a year, not of its parts. Three selects,
    however many periods there are.
    """
    passed = begun(periods)
    return trended(periods, _values(book, passed)) if passed else {}


def _values(book: BudgetBook, periods: Sequence[PeriodDays]) -> Iterator[Mapping[str, Value]]:
    """What the position of each period says, as at its last day that has passed."""
    reader, chosen, days = book.reader, book.selection, [p.elapsed for p in periods]
    whole = [Span(p.period.start_date, p.period.end_date) for p in periods]
    shares = tuple((p.period, p.elapsed.days) for p in periods)
    planned = of_spans(book.budget(shares, ("period_start",)), "period_start", whole)
    spent = of_spans(sums.spend_by(reader, chosen, days, ("day",)), "day", days)
    ordered = sums.orders_by_period(reader, chosen, periods)
    for place, (budget, actual) in enumerate(zip(planned, spent, strict=True)):
        orders = ordered[ordered["place"] == place]
        yield values(position_of(budget, actual_spend(actual["amount"].tolist()), orders))
