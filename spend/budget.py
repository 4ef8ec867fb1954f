"""Budget against spend: what is planned, spent, owed, ordered, asked for, and left; and why.

``report`` is the one function here that touches the store; page, command line, exports and tests
all show what it gives.
"""

from dataclasses import replace
from decimal import Decimal

from queries.errors import ConcordError
from queries.selection import Selection, sentence
from queries.store import Store
from spend.budget_book import BudgetBook
from spend.budget_charts import months, year_end
from spend.budget_evidence import read_evidence
from spend.budget_figures import NO_BUDGET, figures
from spend.budget_forecast import read_outlook
from spend.budget_table import BY, breakdown
from spend.budget_words import Words
from spend.closing import ItemBridge
from spend.position import estimate_at_completion, purchase_price_variance
from spend.result import Bridge, Evidence, Report, Step

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
        figures=figures(book, outlook.forecast),
        bridges=_bridges(book, words),
        charts=(months(book, outlook, words), year_end(book, outlook.forecast, words)),
        tables=(breakdown(book, by),),
        notes=words.notes(),
    )


def _resolved(book: BudgetBook) -> Selection:
    """The selection with its defaults written out, for whoever reads the report elsewhere."""
    return replace(book.window.named(book.selection), budget_version=book.version)


def _sentence(book: BudgetBook) -> str:
    """The selection in words; the load it is as of stands beside it, in ``Report.batch``."""
    return sentence(replace(book.selection, as_of=None), book.choices)


# --- Bridges --------------------------------------------------------------------------------------


def _bridges(book: BudgetBook, words: Words) -> tuple[Bridge, ...]:
    titles = {"year": "Last year to this year", "budget": "Budget to actual"}
    if not book.window.has_begun:
        reason = f"{words.of_when()} has not begun"
        return tuple(Bridge(name, title, (), reason) for name, title in titles.items())
    this, earlier = _year_labels(book)
    year = _bridge("year", titles["year"], book.year_bridge, (earlier, this))
    if book.budget_bridge is None:
        return year, Bridge("budget", titles["budget"], (), NO_BUDGET)
    ends = ("Budget", "Actual")
    planned = _bridge("budget", titles["budget"], book.budget_bridge, ends)
    return year, replace(planned, ends=("budget", "actual"))


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
