"""The sums behind the three-way match: what disagrees, how, with whom, and the money that is off.

Money is in whole cents. Suppliers of the own group are left out.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select

from queries import mart_tables
from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import in_order, typed_frame
from queries.process import matches
from queries.rules import STEPS
from queries.selection import Selection, conditions
from queries.sourcing import amount_of, count_of
from queries.spans import by_span
from queries.store import Reader

INVOICED, MATCHED, OFF = (
    mart_tables.sourcing_flow,
    mart_tables.match_flow,
    mart_tables.match_exception,
)
# How a line is off: its quantity, its price, both; or its price, but by no more than is tolerated.
KINDS = ("quantity", "dearer", "cheaper", "quantity_dearer", "quantity_cheaper", "tolerated")


def invoiced(reader: Reader, selection: Selection, span: Span) -> tuple[int, int]:
    """How many invoice lines some days have, and their money, with or without an order."""
    sums = {"lines": count_of(INVOICED.c.line_count), "amount": amount_of(INVOICED.c.amount)}
    frame = by_span(reader, selection, INVOICED.c.day, [span], (), sums)
    return int(frame["lines"].sum()), int(frame["amount"].sum())


def judged_by(reader: Reader, selection: Selection, span: Span, by: Sequence[str]) -> pd.DataFrame:
    """Invoice lines with an order: ``judged`` ones with their ``amount``, those that match, and
    the others, with ``other_amount``."""
    lines, judged = MATCHED.c.line_count, MATCHED.c.judged.is_(True)
    sums = {
        "judged": count_of(lines, judged),
        "amount": amount_of(MATCHED.c.amount, judged),
        "matched": count_of(lines, matches(reader, MATCHED)),
        "other": count_of(lines, ~judged),
        "other_amount": amount_of(MATCHED.c.amount, ~judged),
    }
    return by_span(reader, selection, MATCHED.c.day, [span], by, sums)


def exceptions_by(
    reader: Reader, selection: Selection, span: Span, by: Sequence[str]
) -> pd.DataFrame:
    """Lines that are off by ``kind``: how many, their ``amount``, and what of it is off.

    ``waiting`` of them still lack at the span's end what was billed, with ``waiting_amount``.
    """
    waits = _waits(span)
    keys = [_kind(reader).label("kind"), *(OFF.c[name] for name in by)]
    sums = {
        "lines": count_of(literal(1)),
        "amount": amount_of(OFF.c.amount),
        "unreceived": amount_of(OFF.c.unreceived),
        "dearer": amount_of(OFF.c.dearer),
        "waiting": count_of(literal(1), waits),
        "waiting_amount": amount_of(OFF.c.unreceived, waits),
    }
    columns = [*keys, *(value.label(name) for name, value in sums.items())]
    statement = select(*columns).where(*_within(reader, selection, span))
    return typed_frame(reader, statement.group_by(*keys).order_by(*in_order(*keys)))


def exceptions(reader: Reader, selection: Selection, span: Span, most: int) -> pd.DataFrame:
    """The lines that are off by more than is tolerated, the most money first."""
    names = ("invoice_id", "line_no", "supplier_id", "day", "po_id", "po_line_no", "billed",
             "received", "invoiced", "price", "order_price", "amount", "unreceived",
             "dearer")  # fmt: skip
    kind = _kind(reader)
    statement: Select[Any] = (
        select(kind.label("kind"), *(OFF.c[name] for name in names), _waits(span).label("waits"))
        .where(*_within(reader, selection, span), kind != "tolerated")
        .order_by(func.abs(OFF.c.unreceived + OFF.c.dearer).desc())
        .order_by(*in_order(OFF.c.invoice_id, OFF.c.line_no))
        .limit(most)
    )
    return typed_frame(reader, statement)


def _within(reader: Reader, selection: Selection, span: Span) -> list[ColumnElement[bool]]:
    return [
        *conditions(selection, OFF, reader.batch),
        OFF.c.day.between(span.first, span.last),
        ~intercompany(reader, OFF),
    ]


def _waits(span: Span) -> ColumnElement[bool]:
    """What was billed has not all come by the end of a span."""
    return and_(OFF.c.in_quantity.is_(False), OFF.c.come_on > span.last)


def _kind(reader: Reader) -> ColumnElement[str]:
    """How a line is off, one of ``KINDS``, at the tolerance that is in force."""
    steps = round(reader.settings.match_tolerance * STEPS)
    short, priced = OFF.c.in_quantity.is_(False), OFF.c.price_steps > steps
    above = OFF.c.price > OFF.c.order_price
    return case(
        (and_(short, priced, above), "quantity_dearer"),
        (and_(short, priced), "quantity_cheaper"),
        (short, "quantity"),
        (and_(priced, above), "dearer"),
        (priced, "cheaper"),
        else_="tolerated",
    )
