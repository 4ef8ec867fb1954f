"""The figures of payment terms period by period."""

from collections.abc import Iterator, Sequence

from queries import terms as sums
from queries.calendar import Span
from queries.window import PeriodDays
from spend.periods import Trends, begun, of_spans, trended
from spend.terms_book import TermsBook, TermsSums, termed
from spend.terms_figures import values


def trends(book: TermsBook, periods: Sequence[PeriodDays]) -> Trends:
    """Each figure by period, as if that period alone were selected; but for interest by law.

    Five selects, however many periods there are.
    """
    passed = begun(periods)
    return trended(periods, map(values, _sums(book, passed))) if passed else {}


def _sums(book: TermsBook, periods: Sequence[PeriodDays]) -> Iterator[TermsSums]:
    """What the figures of each period are made of."""
    reader, chosen, days = book.reader, book.selection, [p.elapsed for p in periods]
    whole = Span(days[0].first, days[-1].last)
    invoiced = sums.invoiced_by(reader, chosen, whole, ("day",))
    known = of_spans(termed(invoiced), "day", days)
    paid = of_spans(book.payments(whole, ("day",)), "day", days)
    offers = sums.discounts_by(reader, chosen, whole, whole.last, ("offered_on",))
    offered = of_spans(offers, "offered_on", days)
    owed = sums.owed_by_period(reader, chosen, periods)
    owed = owed if book.has_payments else owed.iloc[:0]
    for place in range(len(periods)):
        open_ = owed[owed["place"] == place]
        yield TermsSums(known[place], paid[place], open_, offered[place])
