"""The scorecard: every figure of both teams at once, what it should be, and what to decide.

``report`` is the one function here that touches the store.
"""

from dataclasses import replace

from queries.selection import Selection
from queries.store import Store
from spend import kpi_charts, kpi_table
from spend.agenda import Topic, ranked
from spend.agenda_money import budget_topics, stock_topics, terms_topics
from spend.agenda_supply import purchasing_topics, savings_topics, target_topics
from spend.kpi_book import KpiBook
from spend.kpi_moved import since
from spend.kpi_words import Words
from spend.result import Report
from spend.tensions import pulls

__all__ = ["report", "since"]

TITLE = "Overview"
QUESTION = "How does the company stand by what both teams agreed, and what needs a decision?"


def report(store: Store, selection: Selection) -> Report:
    """Every figure with its trend and targets, what pulls apart, and the agenda.

    Raises ``ConcordError`` for an empty store, or a selection that cannot be.
    """
    with store.reader(selection.as_of) as reader:
        return made(KpiBook.read(reader, selection))


def topics(book: KpiBook) -> tuple[Topic, ...]:
    """What needs a decision, the dearest first; of days to come nothing but targets."""
    wanted = target_topics(book.targets, book.reader.settings.currency)
    if book.window.position < book.window.first:
        return ranked(wanted)
    return ranked(
        (
            *budget_topics(book.budget, book.figures["forecast_at_completion"].value),
            *savings_topics(book.savings),
            *terms_topics(book.terms),
            *stock_topics(book.stock),
            *purchasing_topics(book.purchasing),
            *wanted,
        )
    )


def made(book: KpiBook) -> Report:
    """The report of a book."""
    agenda = topics(book)
    words, currency = Words(book, agenda), book.reader.settings.currency
    figures = (
        replace(figure, trend=book.trends.get(name, ())) for name, figure in book.figures.items()
    )
    return Report(
        name="kpis",
        title=TITLE,
        question=QUESTION,
        selection=book.resolved,
        sentence=book.sentence,
        currency=currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=tuple(figures),
        charts=(kpi_charts.stakes([(one.name, one.cost) for one in agenda], currency),),
        tables=(
            kpi_table.scorecard(book),
            kpi_table.agenda(agenda),
            kpi_table.tensions(pulls(book.figures, currency)),
        ),
        notes=words.notes(),
    )
