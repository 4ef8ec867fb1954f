"""The documents that came, were corrected or went between two moments, and what they are worth.

A document is an invoice, an order, a receipt, a payment or a stock count: all rows of its table
under one number. It is worth what a selection holds of it, at each moment as that moment counts:
its days, its settings, its master data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    case,
    cast,
    func,
    not_,
    null,
    or_,
    select,
    union,
    union_all,
)

from queries import schema
from queries.balances import labelled
from queries.batches import moved_keys
from queries.budget import intercompany
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.documents import DOCUMENTS, Document, Ids, RowsOf
from queries.selection import Selection, narrowed
from queries.store import Reader
from queries.versions import at

COUNTED_OTHERWISE = "counted otherwise"
STATES = ("new", "corrected", "gone")


@dataclass(frozen=True)
class Moment:
    """A moment of the store, and the days that a selection means there."""

    reader: Reader
    span: Span


# --- Which documents moved -----------------------------------------------------------------------


def _moved(kind: Document, first: int, last: int) -> Ids:
    """The numbers of documents of which any row came, changed or went."""
    keys = (part.subquery() for part in moved_keys(kind.table, first, last))
    numbers = union(*(select(kind.number(part).label("document")) for part in keys))
    return select(numbers.subquery("moved").c.document)


def _states(kind: Document, first: int, last: int) -> FromClause:
    """The moved documents, and whether each was known at the two moments."""
    table, number = kind.table, kind.number(kind.table)
    columns = {
        "number": number,
        "was": func.max(case((at(table, first), 1), else_=0)),
        "is": func.max(case((at(table, last), 1), else_=0)),
    }
    known = or_(at(table, first), at(table, last))
    moved = number.in_(_moved(kind, first, last))
    return select(*labelled(columns)).where(known, moved).group_by(number).subquery("state")


def _state(state: FromClause) -> ColumnElement[Any]:
    return case(
        (state.c.number.is_(None), COUNTED_OTHERWISE),
        (state.c.was == 0, "new"),
        (state.c["is"] == 0, "gone"),
        else_="corrected",
    )


def _candidates(kind: Document, before: Moment, after: Moment) -> Ids | None:
    """The documents that can be worth something else than before; ``None`` for any of them."""
    first, last = before.reader.batch, after.reader.batch
    moved = _moved(kind, first, last)
    if kind.table is schema.payment:
        table = schema.payment
        return select(table.c.invoice_id).where(table.c.payment_id.in_(moved))
    if kind.table is not schema.invoice_line:
        return moved
    return None if _all_may_differ(before, after) else _invoices_near(moved, before, after)


def _all_may_differ(before: Moment, after: Moment) -> bool:
    """Whether what every invoice line goes by moved: the settings, or its master data."""
    settings = (before.reader.settings, after.reader.settings)
    if settings[0].irrecoverable_tax != settings[1].irrecoverable_tax:
        return True
    first, last = before.reader.batch, after.reader.batch
    tables = (schema.supplier, schema.category, schema.cost_centre, schema.item)
    parts = (_keys_of_any(part) for t in tables for part in moved_keys(t, first, last))
    return bool(after.reader.rows(union_all(*parts).limit(1)))


def _keys_of_any(part: Select[Any]) -> Select[Any]:
    return select(part.subquery().c[0])


def _invoices_near(moved: Ids, before: Moment, after: Moment) -> Ids:
    """Invoices that moved, whose order lines did, or whose day only one of the moments counts."""
    line, order = schema.invoice_line, schema.purchase_order_line
    first, last = before.reader.batch, after.reader.batch
    keys = (part.subquery() for part in moved_keys(order, first, last))
    orders = union(*(select(part.c.po_id) for part in keys)).subquery("moved_order")
    day = func.coalesce(line.c.posted_on, line.c.invoice_date)
    counted = [day.between(m.span.first, m.span.last) for m in (before, after)]
    near = or_(
        line.c.invoice_id.in_(moved),
        line.c.po_id.in_(select(orders.c.po_id)),
        and_(counted[0], not_(counted[1])),
        and_(counted[1], not_(counted[0])),
    )
    return select(line.c.invoice_id).where(or_(at(line, first), at(line, last)), near)


# --- What is told --------------------------------------------------------------------------------


def _worth(
    kind: Document, moment: Moment, ids: Ids | None, selection: Selection, name: str
) -> Select[Any]:
    """What each document is worth at one moment, under a name; nothing under the other's."""
    reader, span = moment.reader, moment.span
    rows = kind.rows(reader.settings, RowsOf(reader.batch, kind.chosen_by, ids))
    amount = cast(func.sum(rows.c.amount), AMOUNT)
    columns = {
        "document": rows.c.document,
        "supplier_id": func.max(rows.c.supplier_id),
        "before": amount if name == "before" else cast(null(), AMOUNT),
        "after": amount if name == "after" else cast(null(), AMOUNT),
    }
    return (
        select(*labelled(columns))
        .where(*narrowed(selection, rows, reader.batch), ~intercompany(reader, rows))
        .where(rows.c.day.between(span.first, span.last))
        .group_by(rows.c.document)
    )


def _document_select(
    kind: Document, before: Moment, after: Moment, selection: Selection
) -> Select[Any]:
    ids = _candidates(kind, before, after)
    both = union_all(
        _worth(kind, before, ids, selection, "before"),
        _worth(kind, after, ids, selection, "after"),
    ).subquery("worth")
    sums = [func.max(both.c[name]).label(name) for name in ("supplier_id", "before", "after")]
    worth = select(both.c.document, *sums).group_by(both.c.document).subquery("document")
    state = _states(kind, before.reader.batch, after.reader.batch)
    change = func.coalesce(worth.c.after, 0) - func.coalesce(worth.c.before, 0)
    return (
        select(worth, _state(state).label("state"), change.label("change"))
        .select_from(worth.outerjoin(state, state.c.number == worth.c.document))
        .where(or_(state.c.number.is_not(None), change != 0))
    )


def documents(
    name: str, before: Moment, after: Moment, selection: Selection, most: int
) -> Sequence[Row[Any]]:
    """The documents of one kind that moved: those that are not new first, the largest change first.

    Rows of ``document, supplier_id, state, before, after, change``, amounts in ``Decimal``; and of
    all of them, also of those beyond the ``most`` first, ``all_documents, all_before, all_after``.
    """
    moved = _document_select(DOCUMENTS[name], before, after, selection).subquery("moved_document")
    names = ("document", "supplier_id", "state", "before", "after", "change")
    sums = [func.sum(moved.c[n]).over().label(f"all_{n}") for n in ("before", "after")]
    statement = (
        select(*(moved.c[n] for n in names), func.count().over().label("all_documents"), *sums)
        .order_by(case((moved.c.state == "new", 1), else_=0))
        .order_by(func.abs(moved.c.change).desc(), moved.c.document)
        .limit(most)
    )
    return after.reader.rows(statement)


def counted(reader: Reader, first: int) -> Mapping[str, int]:
    """How many documents are new, corrected and gone since a load, whatever they are worth."""
    kinds: Iterable[Document] = DOCUMENTS.values()
    states = (_states(kind, first, reader.batch) for kind in kinds)
    rows = union_all(*(select(_state(state).label("state")) for state in states)).subquery()
    number = func.count().label("number")
    found = reader.rows(select(rows.c.state, number).group_by(rows.c.state))
    counts = {str(row.state): int(row.number) for row in found}
    return {state: counts.get(state, 0) for state in STATES}
