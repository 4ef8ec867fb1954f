"""One supplier, with everything that both teams know about it.

``report`` touches the store; page, command line, exports and tests show what it gives. Of what is
not one supplier, or one group of them, it says which to choose.
"""

from collections.abc import Iterator
from dataclasses import replace

from queries.selection import Selection, sentence
from queries.store import Store
from queries.window import read_choices, read_window
from spend import (
    duplicates,
    matching,
    supplier_profile_charts,
    supplier_profile_contracts,
    supplier_profile_tables,
    supplier_records,
)
from spend.comparison import on_last_year
from spend.money import decimal
from spend.price_rows import PriceRow
from spend.purchasing import figure
from spend.result import Fact, Figure, Report, Table, Value
from spend.savings_book import SavingsBook
from spend.sourcing_figures import figures as sourcing_figures
from spend.supplier_profile_book import ProfileBook
from spend.supplier_profile_words import CHOOSE, Words
from spend.terms_figures import NO_DUE, NO_INVOICES, NO_PAYMENTS, NO_TERMS, UNPAID, values

TITLE = "One supplier"
QUESTION = "What do both teams know about this supplier, and what was decided about it?"
FIGURES = (
    "actual_spend", "price_effect", "on_time_in_full", "agreed_days", "days_to_pay",
    "off_contract_share", "contract_coverage", "paid_late_share", "open_payables",
    "overdue_payables",
)  # fmt: skip
TROUBLE = ("match_lines", "duplicates", "look_alikes", "same_name", "shared_invoices")
NOT_BOTH = "no item was bought in both years"
UNCHOSEN = "choose one supplier"


def report(store: Store, selection: Selection) -> Report:
    """Everything about the one supplier, or group, that a selection chooses.

    Raises ``ConcordError`` where the store is empty.
    """
    with store.reader(selection.as_of) as reader:
        choices = read_choices(reader)
        window = read_window(reader, selection, choices)
        book = ProfileBook(reader, selection, choices, window)
        return _report(book) if book.one else _unchosen(book)


def _plain(book: ProfileBook) -> Report:
    """What every report of it says of itself."""
    return Report(
        name="supplier",
        title=book.name or TITLE,
        question=QUESTION,
        selection=book.window.named(book.selection),
        sentence=sentence(replace(book.selection, as_of=None), book.choices),
        currency=book.reader.settings.currency,
        batch=book.reader.batch,
        message=CHOOSE,
    )


def _unchosen(book: ProfileBook) -> Report:
    """Which suppliers there are to choose from."""
    return replace(
        _plain(book),
        figures=tuple(Figure(metric, None, 0, UNCHOSEN) for metric in FIGURES),
        tables=(supplier_profile_tables.choose(book),),
    )


def _report(book: ProfileBook) -> Report:
    found = book.prices.whole
    made, changes = figures(book, found), supplier_profile_contracts.changes(book)
    words, wrong = Words(book, found, made, changes), tuple(_wrong(book))
    levels = supplier_profile_charts.price_levels(book)
    return replace(
        _plain(book),
        message=words.message(),
        readings=words.readings(),
        figures=made,
        facts=tuple(_facts(book, found, words)),
        bridges=(supplier_profile_charts.bridge(book),),
        charts=(
            supplier_profile_charts.months(book),
            supplier_profile_charts.price_chart(book, levels),
        ),
        tables=(
            supplier_profile_tables.items(book),
            supplier_profile_tables.categories(book),
            supplier_profile_contracts.contracts(book),
            supplier_profile_contracts.price_lists(changes),
            supplier_profile_tables.orders(book),
            supplier_profile_tables.savings(SavingsBook.read(book.reader, book.selection)),
            *wrong,
        ),
        notes=words.notes(wrong[1:]),  # few suppliers have no line that does not match
    )


def _wrong(book: ProfileBook) -> Iterator[Table]:
    """What may be wrong with it: lines that do not match, invoices twice, names twice."""
    found = supplier_records.SupplierRecords(book)
    lines = matching.lines(book)
    yield lines if book.has_receipts else replace(lines, rows=(), ids=(), depth=())
    yield from duplicates.tables(book)
    yield supplier_records.same_name(found)
    yield supplier_records.shared_invoices(found)


# --- Figures -------------------------------------------------------------------------------------


def figures(book: ProfileBook, found: PriceRow) -> tuple[Figure, ...]:
    """Every figure of the page, each with its rows or the reason there is none."""
    now = {**dict(_bought(book, found)), **dict(_payment(book))}
    now |= {one.metric: one for one in sourcing_figures(book)}
    earlier = _earlier(book, found)
    plain = (now[metric] for metric in FIGURES)
    return tuple(one if one.changes else next(iter(on_last_year([one], earlier))) for one in plain)


def _bought(book: ProfileBook, found: PriceRow) -> Iterator[tuple[str, Figure]]:
    rows = int(book.prices.lines[1]["line_count"].sum())
    spend = decimal(found.spend) if rows else None
    yield "actual_spend", figure("actual_spend", spend, rows, NO_INVOICES)
    yield "price_effect", figure("price_effect", decimal(found.price), rows, NOT_BOTH)


def _earlier(book: ProfileBook, found: PriceRow) -> dict[str, Value]:
    """What was so in the same days of last year, as far as it is compared here."""
    span = book.earlier_span
    if span is None:
        return {}
    return {
        "actual_spend": decimal(found.earlier),
        "agreed_days": book.agreed_days(span),
        "days_to_pay": book.days_to_pay(span),
    }


def _payment(book: ProfileBook) -> Iterator[tuple[str, Figure]]:
    """How it is paid, and what it is owed."""
    sums = book.payment
    termed, paid, owed = (
        int(frame["line_count"].sum()) for frame in (sums.termed, sums.paid, sums.owed)
    )
    known = values(sums)
    waits = NO_DUE if book.terms.has_payments else UNPAID
    behind = {
        "agreed_days": (termed, NO_TERMS),
        "days_to_pay": (paid, NO_PAYMENTS),
        "paid_late_share": (paid, NO_DUE if paid else NO_PAYMENTS),
        "open_payables": (owed, waits),
        "overdue_payables": (owed, waits),
    }
    for metric, (count, reason) in behind.items():
        yield metric, figure(metric, known[metric], count, reason)


# --- Facts ---------------------------------------------------------------------------------------


def _facts(book: ProfileBook, found: PriceRow, words: Words) -> Iterator[Fact]:
    """What stands beside the figures."""
    yield Fact("Beyond the index", decimal(found.beyond), "money",
               "Of the price effect, what its category's index does not explain.")  # fmt: skip
    yield Fact("Over contract", decimal(found.over_contract), "money",
               "Invoiced above the prices of the contracts in force.")  # fmt: skip
    others = book.elsewhere
    over = decimal(others.paid - others.asked) if others else None
    yield Fact("Over others' contracts", over, "money",
               "Paid above what contracts with others ask for the same goods.")  # fmt: skip
    yield Fact("By last promise", words.last_promise, "share",
               "Order lines in full by the date promised last.")  # fmt: skip
    orders = book.orders
    coming = decimal(sum(book.coming)) if len(orders) else None
    yield Fact("Ordered, to come", coming, "money",
               f"Approved orders neither received nor invoiced{words.coming_parts}.")  # fmt: skip
    received = decimal(int(orders["accrued"].sum())) if len(orders) else None
    yield Fact("Received, not invoiced", received, "money",
               "What came and has no invoice yet, at the position date.")  # fmt: skip
