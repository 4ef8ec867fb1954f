"""Savings for one selection: the report, from the book of its register and its invoices."""

from dataclasses import replace

from queries.selection import Selection, sentence
from queries.store import Store
from spend import (
    savings_bridges,
    savings_budget,
    savings_charts,
    savings_initiative,
    savings_lists,
    savings_table,
)
from spend.result import Report, Table
from spend.savings_agreed import Recognition
from spend.savings_book import SavingsBook
from spend.savings_figures import facts, figures
from spend.savings_recognition import versions
from spend.savings_words import Words

TITLE = "Savings"
QUESTION = "What does procurement claim, what do the books show, and what lies between?"


def report(store: Store, selection: Selection, *, initiative: str = "") -> Report:
    """Claimed against recognised, item by item, as at the selection's load and minute.

    With ``initiative``, its own bridge, prices and purchases as well; raises ``ConcordError`` for
    one that the register does not have.
    """
    with store.reader(selection.as_of) as reader:
        book = SavingsBook.read(reader, selection)
        found = made(book)
        return savings_initiative.added(found, book, initiative) if initiative else found


def made(book: SavingsBook) -> Report:
    """The report of a book."""
    words, periods = Words(book), book.periods
    return Report(
        name="savings",
        title=TITLE,
        question=QUESTION,
        selection=replace(
            book.selection, from_period=periods[0].period, to_period=periods[-1].period
        ),
        sentence=sentence(replace(book.selection, as_of=None), book.choices),
        currency=book.reader.settings.currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=figures(book),
        bridges=(savings_bridges.total(book),),
        charts=(savings_charts.months(book), savings_charts.pipeline(book)),
        tables=_tables(book),
        notes=words.notes(),
        facts=facts(book),
        lead="savings",
    )


def _tables(book: SavingsBook) -> tuple[Table, ...]:
    return (
        savings_table.register(book),
        savings_table.by_stage(book),
        savings_table.by_type(book),
        savings_lists.leakage(book),
        savings_lists.twice(book),
        savings_budget.not_cut(book),
        savings_budget.not_come(book),
        savings_budget.unexplained(book),
        savings_lists.cash(book),
        versions(Recognition.read(book.reader)),
    )
