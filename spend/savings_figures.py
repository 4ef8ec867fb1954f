"""The figures of savings, each with its rows or the reason there is none."""

from collections.abc import Iterator, Mapping

from queries.calendar import Span
from queries.window import Window
from spend.comparison import on_last_year
from spend.money import decimal
from spend.result import Fact, Figure, Value
from spend.savings_book import SavingsBook
from spend.savings_formulas import savings_claimed, savings_realisation, savings_recognised
from spend.savings_reconciliation import ITEMS, SavingsReconciliation

NOT_LOADED = "no savings initiatives are loaded"
NO_CENTRE = "savings initiatives have no cost centre"
NONE_HERE = "no initiative here is contracted and has months in these days"
NOT_BEGUN = "none of these days has passed yet"
NO_CLAIM = "nothing is claimed"


def figures(book: SavingsBook) -> tuple[Figure, ...]:
    """Every figure of the subject, with its change on the same days a year earlier."""
    found, earlier = values(book.found), book.window.earlier()
    before = _before(book, earlier) if earlier else {}
    rows, why = len(book.found.rows), why_none(book)
    plain = (
        Figure(name, value, rows, (why or NO_CLAIM) if value is None else "")
        for name, value in found.items()
    )
    return tuple(on_last_year(plain, before))


def _before(book: SavingsBook, earlier: Window) -> dict[str, Value]:
    """The values of the same periods a year earlier, up to the same day."""
    return values(book.between(Span(earlier.first, earlier.position), earlier.last))


def values(found: SavingsReconciliation) -> dict[str, Value]:
    """The value of every figure of a reconciliation, as figures have them."""
    claimed: int | None = savings_claimed(found.rows["claimed"].to_numpy())
    items = [int(found.rows[name].sum()) for name in ITEMS]
    recognised = savings_recognised(claimed, items)
    return {
        "savings_claimed": decimal(claimed),
        "savings_recognised": decimal(recognised),
        "savings_realisation": savings_realisation(recognised, claimed),
    }


def why_none(book: SavingsBook) -> str:
    """Why there are no figures; "" where there are."""
    if len(book.found.rows):
        return ""
    if not book.is_loaded:
        return NOT_LOADED
    if book.selection.cost_centre:
        return NO_CENTRE
    return NONE_HERE if book.span.days else NOT_BEGUN


def facts(book: SavingsBook) -> tuple[Fact, ...]:
    """The second reading, and what stands beside savings: never added to them."""
    return tuple(_facts(book.found))


def _facts(found: SavingsReconciliation) -> Iterator[Fact]:
    readings: Mapping[str, tuple[int | None, str]] = {
        "In the budget": (
            _booked(found, budgeted=True),
            "In the books, of initiatives that the budget counts on already.",
        ),
        "Beyond the budget": (
            _booked(found, budgeted=False),
            "In the books, of initiatives that no budget has yet: the second reading.",
        ),
        "Cash freed": (
            found.cash_freed,
            "Claimed by working-capital initiatives: cash, no lower expense, so it is in no sum.",
        ),
    }
    for label, (cents, meaning) in readings.items():
        yield Fact(label, decimal(cents), "money", meaning)


def _booked(found: SavingsReconciliation, budgeted: bool) -> int | None:
    """What the books show of either reading; zero where the other has it all."""
    part = found.in_the_budget if budgeted else found.beyond_budget
    if found.items is None:
        return None
    return part.booked if part else 0
