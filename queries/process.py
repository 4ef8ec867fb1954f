"""The sums behind the path from request to payment: waiting, matching, after the fact, twice.

Every function gives a frame by ``span`` (see ``queries.spans``): whole cents, and rows counted.
Suppliers of the own group are left out.
"""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, cast, func, or_

from queries import mart_tables
from queries.calendar import Span
from queries.rules import STEPS
from queries.selection import Selection
from queries.sourcing import amount_of, count_of
from queries.spans import by_span
from queries.store import Reader

INVOICED, ORDERED = mart_tables.sourcing_flow, mart_tables.ordering_flow
MATCHED, REPEATED = mart_tables.match_flow, mart_tables.duplicate_invoice


def ordered_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str] = ()
) -> pd.DataFrame:
    """Order lines by ``requested`` and the ``days`` from request to order: ``order_count``.

    Those cancelled or rejected by the end of a span are left out.
    """
    keys = (*by, "requested", "days")
    return by_span(reader, selection, ORDERED.c.order_date, spans, keys,
                   {"order_count": count_of(ORDERED.c.order_count)},
                   as_at=lambda span: ORDERED.c.counts_until > span.last)  # fmt: skip


def matches(reader: Reader, rows: FromClause) -> ColumnElement[bool]:
    """Judged lines whose quantity had come, at the price of their order or near enough."""
    steps = round(reader.settings.match_tolerance * STEPS)
    return and_(rows.c.judged.is_(True), rows.c.in_quantity.is_(True), rows.c.price_steps <= steps)


def matched_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str] = ()
) -> pd.DataFrame:
    """Invoiced money with an order and what of it is ``after_the_fact``; lines that match."""
    amount, lines = MATCHED.c.amount, MATCHED.c.line_count
    sums = {
        "amount": amount_of(amount),
        "after_the_fact": amount_of(amount, MATCHED.c.after_the_fact.is_(True)),
        "judged": count_of(lines, MATCHED.c.judged.is_(True)),
        "matched": count_of(lines, matches(reader, MATCHED)),
        "line_count": count_of(lines),
    }
    return by_span(reader, selection, MATCHED.c.day, spans, by, sums)


def numbered(reader: Reader, selection: Selection, spans: Sequence[Span]) -> pd.DataFrame:
    """Invoice lines, and those whose invoice has a number to compare."""
    sums = {
        "numbered": count_of(INVOICED.c.numbered_count),
        "line_count": count_of(INVOICED.c.line_count),
    }
    return by_span(reader, selection, INVOICED.c.day, spans, (), sums)


def repeated_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str] = ()
) -> pd.DataFrame:
    """Invoices that look booked twice, as known at the end of each span: ``invoices``, ``gross``.

    ``gross`` is what of them is in the selection.
    """
    invoices = cast(func.count(REPEATED.c.invoice_id.distinct()), BigInteger)
    sums = {"invoices": invoices, "gross": amount_of(REPEATED.c.gross)}
    return by_span(reader, selection, REPEATED.c.day, spans, by, sums, as_at=repeats_at)


def repeats_at(span: Span, rows: FromClause = REPEATED) -> ColumnElement[bool]:
    """Invoices whose earlier one is seen and that no credit note has undone by a span's end."""
    standing = or_(rows.c.undone_on.is_(None), rows.c.undone_on > span.last)
    return and_(rows.c.twin_day <= span.last, standing)
