"""Stock for one selection: the report, from its reading."""

from dataclasses import replace

from queries.selection import Selection, sentence
from queries.store import Reader, Store
from spend import stock_bridges, stock_charts, stock_lists, stock_table
from spend.result import Report
from spend.stock_figures import figures
from spend.stock_reading import StockReading
from spend.stock_words import Words

TITLE = "Stock"
QUESTION = "What is on the shelf for, what does service need, and what could be had back?"


def report(store: Store, selection: Selection, *, by: str = "category") -> Report:
    """Stock by its reasons, what service needs, and what to do, as at the selection's load.

    ``by`` names what the breakdown is by: category, item, class (of demand) or site.
    """
    with store.reader(selection.as_of) as reader:
        return made(read(reader, selection), by)


def read(reader: Reader, selection: Selection) -> StockReading:
    """The reading of a selection."""
    return StockReading.read(reader, selection)


def made(reading: StockReading, by: str = "category") -> Report:
    """The report of a reading."""
    book, words = reading.book, Words(reading)
    table = stock_table.breakdown(reading, by)
    return Report(
        name="stock",
        title=TITLE,
        question=QUESTION,
        selection=reading.book.window.named(reading.book.selection),
        sentence=_sentence(reading),
        currency=reading.currency,
        batch=book.reader.batch,
        message=words.message(),
        readings=words.readings(),
        figures=figures(reading),
        bridges=(stock_bridges.shelf(reading), stock_bridges.since_count(reading)),
        charts=(stock_charts.parts(reading, table),),
        tables=(
            table,
            stock_lists.too_little(reading),
            stock_lists.too_much(reading),
            stock_lists.obsolete(reading),
            stock_lists.lead_times(reading),
        ),
        notes=words.notes(),
        lead="shelf",
    )


def _sentence(reading: StockReading) -> str:
    """The selection in words, and the day that stock is of."""
    book = reading.book
    said = sentence(replace(book.selection, as_of=None), book.choices)
    return f"{said} Stock as at {book.position:%-d %B %Y}."
