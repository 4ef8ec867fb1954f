"""The cash to come: what leaves over 13 weeks and 12 months, and how sure that is.

``report`` and ``evidence`` touch the store; page, command line, exports and tests show what they
give.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from queries import cash
from queries.errors import ConcordError
from queries.selection import Selection, sentence
from queries.store import Store
from spend import cash_charts, cash_cycle, cash_table, payment
from spend.cash_book import CashBook
from spend.cash_outlook import months, weeks
from spend.cash_reading import Reading, read
from spend.cash_words import Words
from spend.money import decimal, exact
from spend.opened import opened
from spend.result import Evidence, Fact, Figure, Report, Table
from spend.terms_figures import UNPAID
from spend.terms_saved import SCENARIO

TITLE = "Cash to come"
QUESTION = "What goes out over the next 13 weeks and 12 months, and how sure is that?"
UNDATED = "no due dates are loaded"
OPENED = {"open_payables": False, "overdue_payables": True}


def report(store: Store, selection: Selection, *, scenario: str = "") -> Report:
    """The cash to come for one selection, as at its position date.

    ``scenario`` names a saved scenario of payment terms: what it changes is one more table. Raises
    ``ConcordError`` where none has that name, or the store is empty.
    """
    with store.reader(selection.as_of) as reader:
        return _report(CashBook.read(reader, selection), scenario)


def scenarios(store: Store, selection: Selection) -> tuple[str, ...]:
    """The names of the saved scenarios of a moment."""
    with store.reader(selection.as_of) as reader:
        return tuple(sorted({entry.name for entry in reader.entries(SCENARIO)}))


def evidence(store: Store, selection: Selection, metric: str, page: int = 0) -> Evidence:
    """The invoices behind what is open, or overdue."""
    if metric not in OPENED:
        raise ConcordError(f"{metric!r} is not a figure of this page: {', '.join(OPENED)}")
    with store.reader(selection.as_of) as reader:
        return _evidence(CashBook.read(reader, selection), metric, page)


def _report(book: CashBook, name: str) -> Report:
    by_week, by_month = read(book.flow, book.habits, (weeks(book.position), months(book.position)))
    words = Words(book, by_week)
    cycles = _cycles(book)
    return Report(
        name="cash",
        title=TITLE,
        question=QUESTION,
        selection=replace(book.window.named(book.selection), budget_version=book.version),
        sentence=f"As at {book.position:%-d %B %Y}. {_sentence(book)}",
        currency=book.reader.settings.currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=tuple(_figures(book, by_week)),
        facts=tuple(_facts(by_week, by_month, words, cycles[0])),
        charts=(cash_charts.weeks(by_week, words), cash_charts.months(by_month, words)),
        tables=tuple(_tables(book, by_week, by_month, cycles, name)),
        notes=words.notes(),
    )


def _sentence(book: CashBook) -> str:
    return sentence(replace(book.selection, as_of=None), book.choices)


def _tables(
    book: CashBook, by_week: Reading, by_month: Reading, cycles: "Cycles", name: str
) -> Iterator[Table]:
    yield cash_table.by_time(by_week, "weeks", "Cash out by week")
    yield cash_table.by_time(by_month, "months", "Cash out by month")
    yield cash_table.by_supplier(book, by_week)
    if by_week.is_dated:
        yield cash_table.calendar(book.flow, by_week)
    if name:
        (tried,) = read(book.flow_under(book.scenario(name)), None, (by_month.buckets,))
        yield cash_table.scenario(name, by_month, tried, book.reader.settings.currency)
    if cycles[0]:
        yield cash_cycle.table(cycles[0], cycles[1])


# --- Figures and facts ---------------------------------------------------------------------------


def _figures(book: CashBook, by_week: Reading) -> Iterator[Figure]:
    """What is open and overdue; none of it where nothing says so."""
    owed, rows = book.owed, int(book.owed["line_count"].sum())
    known = book.has_invoices and book.has_payments and not book.selection.item
    cents = payment.open_payables(owed["open"].tolist() or [0]) if known else None
    why = "invoices know no items" if book.selection.item else UNPAID
    why = why if book.has_invoices else "no invoices in this selection"
    yield _figure("open_payables", cents, rows, why)
    dated = bool(by_week.contract[0, :-1].any()) or not by_week.contract[0].any()
    late = payment.overdue_payables([int(by_week.contract[0, 0])]) if known and dated else None
    yield _figure("overdue_payables", late, rows, why if not known else UNDATED)


def _figure(metric: str, cents: int | None, rows: int, reason: str) -> Figure:
    return Figure(metric, decimal(cents), rows, reason if cents is None else "")


def _facts(
    by_week: Reading, by_month: Reading, words: Words, cycle: cash_cycle.Cycle | None
) -> Iterator[Fact]:
    """What the page says beside its metrics."""
    contract, year = (
        decimal(reading.within(reading.contract)) if reading.is_dated else None
        for reading in (by_week, by_month)
    )
    until = f"due by {words.until}, or overdue"
    yield Fact("13 weeks, contract", contract, "money", UNDATED if contract is None else until)
    habit = None if by_week.habits is None else decimal(by_week.within(by_week.habits))
    meaning = "no payments to tell from"
    if habit is not None:
        meaning = "8 times in 10 {} to {}".format(*words.ends())
    yield Fact("13 weeks, by habit", habit, "money", meaning)
    known = "as far as known or budgeted"
    yield Fact("12 months, contract", year, "money", UNDATED if year is None else known)
    if cycle and cycle.cycle is not None:
        parts = f"stock {cycle.stock:.0f} + sales {cycle.sales:.0f} − payable {cycle.payable:.0f}"
        yield Fact("Cash conversion cycle", cycle.cycle, "days", parts)
    elif cycle and cycle.payable is not None:
        stock = "" if cycle.stock is None else f"stock lasts {cycle.stock:.0f} days; "
        yield Fact("Days payable", cycle.payable, "days", f"{stock}no receivables are loaded")


Cycles = tuple[cash_cycle.Cycle | None, cash_cycle.Cycle | None]


def _cycles(book: CashBook) -> Cycles:
    """The cycle now and a year before; the ledger knows the whole company only."""
    if book.is_narrowed:
        return None, None
    now = cash_cycle.cycle(book.ledger, book.choices.calendar, book.position)
    if now is None:
        return None, None
    before = cash_cycle.cycle(book.ledger, book.choices.calendar, _a_year_before(now.end))
    return now, before if before and before.end.year == now.end.year - 1 else None


def _a_year_before(day: date) -> date:
    """The same day a year before; the last of February stays the last.

    >>> _a_year_before(date(2025, 2, 28)), _a_year_before(date(2028, 2, 29))
    (datetime.date(2024, 2, 29), datetime.date(2027, 2, 28))
    """
    if (day.month, day.day) in ((2, 28), (2, 29)):
        leap = (day.year - 1) % 4 == 0
        return date(day.year - 1, 2, 29 if leap else 28)
    return day.replace(year=day.year - 1)


# --- Evidence ------------------------------------------------------------------------------------


def _evidence(book: CashBook, metric: str, page: int) -> Evidence:
    statement = cash.open_invoices(book.reader, book.selection, book.position, OPENED[metric])
    (by_week,) = read(book.flow, None, (weeks(book.position),))
    figure = next(f for f in _figures(book, by_week) if f.metric == metric)
    note = (
        f"Open as at {book.position:%-d %B %Y}; an invoice over several categories or cost centres "
        "has a row for each."
    )
    result = exact(figure.value, book.reader.settings.currency)
    return opened(book.reader, statement, page, metric, {}, result, note)
