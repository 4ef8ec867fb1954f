"""Figures of spans of days: one function makes a selection's, last year's and those of a trend."""

from collections.abc import Callable, Mapping, Sequence

from queries.calendar import Span
from queries.window import PeriodDays
from spend.comparison import on_last_year
from spend.periods import Trends, begun, trended
from spend.purchasing_book import PurchasingBook
from spend.result import Figure, Value

Figures = tuple[Figure, ...]
Found = Callable[[PurchasingBook, Sequence[Span]], list[Figures]]  # figures of each of some spans


def figures_of(book: PurchasingBook, found: Found) -> Figures:
    """The figures of the book's selection, each with its change on last year."""
    earlier = book.earlier_span
    if earlier is None:
        return found(book, [book.span])[0]
    if earlier.last < book.span.first:  # one select does for both
        now, then = found(book, [book.span, earlier])
    else:
        (now,), (then,) = found(book, [book.span]), found(book, [earlier])
    return tuple(on_last_year(now, values(then)))


def trends_of(book: PurchasingBook, periods: Sequence[PeriodDays], found: Found) -> Trends:
    """Each figure by period, as if that period alone were selected."""
    passed = begun(periods)
    each = found(book, [p.elapsed for p in passed]) if passed else []
    return trended(periods, map(values, each)) if passed else {}


def values(figures: Figures) -> Mapping[str, Value]:
    """What each figure says, by metric."""
    return {figure.metric: figure.value for figure in figures}


def figure(metric: str, value: Value, rows: float, reason: str) -> Figure:
    """A figure; the reason stands only where there is no value."""
    return Figure(metric, value, int(rows), reason if value is None else "")
