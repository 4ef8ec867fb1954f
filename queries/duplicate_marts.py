"""Invoices that look booked twice: same supplier group, number and amount, not long apart.

An invoice's amount is its gross in its own currency. Credit notes are no candidates; one of the
same group and amount that comes later undoes an invoice, and no more than one. Nothing is compared
with everything: only invoices that share group, number and nearly their amount meet.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)

from queries import mart_tables, rules, schema
from queries.balances import labelled
from queries.contract import AMOUNT
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.trees import heads
from queries.versions import Rows, current

WITHIN_DAYS = 120
PARTS = 200  # one of so many parts of the larger amount is all that two may differ by: 0.5 %
WIDTH = 0.006  # of a class of amounts, as a logarithm: amounts 0.5 % apart are in two next ones
SHARED = ("head", "number", "currency")
CREDITED = ("head", "currency", "gross")  # what a repeated invoice shares with its credit note


def documents(settings: Settings, rows: Rows) -> FromClause:
    """Every invoice with its supplier group and its number as letters and digits.

    A supplier that the master data do not know is a group of its own.
    """
    line, head, top = (
        rows(schema.invoice_line),
        rows(mart_tables.invoice),
        heads(schema.supplier, rows),
    )
    first = (
        select(
            line.c.invoice_id,
            func.min(line.c.supplier_id.collate("C")).label("supplier_id"),
            func.min(line.c.invoice_number.collate("C")).label("number"),
            func.min(func.coalesce(line.c.currency, settings.currency)).label("currency"),
        )
        .group_by(line.c.invoice_id)
        .subquery("first_line")
    )
    columns = {
        "head": func.coalesce(top.c.head, first.c.supplier_id),
        "number": rules.plain_number(first.c.number),
        "currency": first.c.currency,
        **{n: head.c[n] for n in ("invoice_id", "day", "invoice_date", "document_gross")},
    }
    source = first.join(head, head.c.invoice_id == first.c.invoice_id).outerjoin(
        top, top.c.id == first.c.supplier_id
    )
    return select(*labelled(columns)).select_from(source).subquery("document")


def _namesakes(document: FromClause) -> FromClause:
    """Invoices whose number another of their group has too, each in a class of like amounts."""
    shared = [document.c[name] for name in SHARED]
    size = cast(func.ln(cast(document.c.document_gross, Double)) / WIDTH, Integer)
    counted = (
        select(document, size.label("size"), func.count().over(partition_by=shared).label("many"))
        .where(document.c.document_gross > 0, document.c.number != "")
        .subquery("numbered")
    )
    return select(counted).where(counted.c.many > 1).subquery("namesake")


def twins(settings: Settings, rows: Rows) -> FromClause:
    """Each invoice that repeats an earlier one, with the one of them that was seen first.

    ``undone_on`` is the day of the credit note that undid it.
    """
    document = documents(settings, rows)
    found = _repeated(document)
    credited = undone(found, document)
    source = found.outerjoin(credited, credited.c.invoice_id == found.c.invoice_id)
    return select(found, credited.c.undone_on).select_from(source).subquery("twin")


def _repeated(document: FromClause) -> FromClause:
    """Each invoice that repeats an earlier one, with the one of them that was seen first."""
    later, first = _namesakes(document), _namesakes(document).alias("earlier")
    near = union_all(*(select(literal(step).label("step")) for step in (-1, 0, 1))).subquery("near")
    like = (first.c.size + near.c.step).label("like")
    earlier = select(first, like).join(near, true()).subquery("earlier_like")
    same = (earlier.c[name] == later.c[name] for name in SHARED)
    seen = (earlier.c.day, *_by_date(earlier))
    twin = {
        "twin_id": earlier.c.invoice_id,
        "twin_day": earlier.c.day,
        "place": func.row_number().over(partition_by=later.c.invoice_id, order_by=seen),
    }
    pair = (
        select(later, *labelled(twin))
        .join(earlier, and_(*same, earlier.c.like == later.c.size))
        .where(follows(earlier, later), _alike(earlier, later))
        .subquery("pair")
    )
    return select(pair).where(pair.c.place == 1).cte("repeated")


def _by_date(document: FromClause) -> tuple[ColumnElement[Any], ...]:
    return document.c.invoice_date, document.c.invoice_id.collate("C")


def follows(earlier: FromClause, later: FromClause) -> ColumnElement[bool]:
    """By date, then by id; not more than so many days apart."""
    days = later.c.invoice_date - earlier.c.invoice_date
    next_id = later.c.invoice_id.collate("C") > earlier.c.invoice_id.collate("C")
    return and_(days <= WITHIN_DAYS, (days > 0) | ((days == 0) & next_id))


def _alike(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether two amounts differ by 0.5 % of the larger at most."""
    amounts = (one.c.document_gross, other.c.document_gross)
    apart = func.abs(amounts[0] - amounts[1]) * PARTS
    return (apart <= amounts[0]) | (apart <= amounts[1])


# --- Credit notes --------------------------------------------------------------------------------


def undone(found: FromClause, document: FromClause) -> FromClause:
    """The repeated invoices that a credit note undid, and when.

    Each takes, in turn, the first note of its time that none before it took. What it reaches are
    notes that follow each other, so that the number of the last one taken says which are left.
    """
    note = _numbered(document, -document.c.document_gross)
    reach = _reach(_numbered(found, found.c.document_gross), note)
    names = ("turn", "invoice_id", *CREDITED)
    taken = (
        select(*(reach.c[n] for n in names), reach.c.first.label("used"), true().label("fits"))
        .where(reach.c.turn == 1)
        .cte("taken", recursive=True)
    )
    following = and_(reach.c.turn == taken.c.turn + 1, _shared(reach, taken))
    free = func.greatest(taken.c.used + 1, reach.c.first)
    fits = free <= reach.c.last
    step = select(
        *(reach.c[n] for n in names), case((fits, free), else_=taken.c.used), fits
    ).select_from(taken.join(reach, following))
    taken = taken.union_all(step)
    own = and_(note.c.turn == taken.c.used, _shared(note, taken))
    return (
        select(taken.c.invoice_id, note.c.day.label("undone_on"))
        .select_from(taken.join(note, own))
        .where(taken.c.fits)
        .subquery("undone")
    )


def _numbered(document: FromClause, gross: ColumnElement[Any]) -> FromClause:
    """Documents numbered by date among those of one group and amount, which is above zero."""
    shared = (document.c.head, document.c.currency, gross)
    turn = func.row_number().over(partition_by=shared, order_by=_by_date(document))
    return select(document, gross.label("gross"), turn.label("turn")).where(gross > 0).subquery()


def _shared(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in CREDITED))


def _reach(repeat: FromClause, note: FromClause) -> FromClause:
    """Repeats with the numbers of the first and the last note in their time, numbered anew."""
    days = note.c.invoice_date - repeat.c.invoice_date
    keys = [repeat.c[name] for name in ("invoice_id", *CREDITED)]
    shared = [repeat.c[name] for name in CREDITED]
    turn = func.row_number().over(partition_by=shared, order_by=repeat.c.turn)
    return (
        select(
            *keys,
            func.min(note.c.turn).label("first"),
            func.max(note.c.turn).label("last"),
            turn.label("turn"),
        )
        .join(note, _shared(note, repeat))
        .where(days.between(0, WITHIN_DAYS))
        .group_by(*keys, repeat.c.turn)
        .cte("reach")
    )


def duplicate_invoice(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoices that look booked twice, by what their lines are of."""
    line, twin = spend_lines(settings, rows), twins(settings, rows)
    keys = [line.c[n] for n in schema.keys(mart_tables.duplicate_invoice)]
    of_twin = [twin.c[name] for name in ("day", "twin_id", "twin_day", "undone_on")]
    columns: dict[str, ColumnElement[Any]] = {
        "gross": cast(func.sum(line.c.gross), AMOUNT),
        "line_count": cast(func.count(), BigInteger),
    }
    return (
        select(*keys, *of_twin, *labelled(columns))
        .select_from(line.join(twin, twin.c.invoice_id == line.c.invoice_id))
        .group_by(*keys, *of_twin)
    )
