"""Invoices that two suppliers seem to have sent: same number and amount, groups apart.

The same company known under two ids, or one invoice booked to two suppliers. Where one group sent
both, it is a repeated invoice: see ``queries.duplicate_marts``, whose numbers and days these are.
"""

from typing import Any

from sqlalchemy import FromClause, Select, and_, cast, func, select

from queries import mart_tables
from queries.balances import labelled
from queries.contract import AMOUNT
from queries.duplicate_marts import documents, follows
from queries.settings import Settings
from queries.versions import Rows, current

SHARED = ("number", "currency", "document_gross")


def shared_invoice(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Invoices whose number and amount another supplier group's has too, with the first of those.

    The later of the two by date, then by id; not more than 120 days apart. Credit notes and
    invoices without a number are none.
    """
    found = _pairs(settings, rows).subquery("pair")
    own, other = rows(mart_tables.invoice), rows(mart_tables.invoice).alias("other_invoice")
    columns = {
        "supplier_id": own.c.supplier_id,
        "invoice_id": own.c.invoice_id,
        "other_supplier_id": other.c.supplier_id,
        "other_invoice_id": other.c.invoice_id,
        "number": found.c.number,
        "day": own.c.day,
        "other_day": other.c.day,
        "gross": cast(own.c.gross, AMOUNT),
    }
    source = found.join(own, own.c.invoice_id == found.c.invoice_id).join(
        other, other.c.invoice_id == found.c.other_id
    )
    return select(*labelled(columns)).select_from(source).where(found.c.place == 1)


def _pairs(settings: Settings, rows: Rows) -> Select[Any]:
    """Each invoice with every earlier one of another group that has its number and amount."""
    document = documents(settings, rows)
    later = _namesakes(document)
    earlier = later.alias("earlier")
    same = (earlier.c[name] == later.c[name] for name in SHARED)
    seen = (earlier.c.invoice_date, earlier.c.invoice_id.collate("C"))
    place = func.row_number().over(partition_by=later.c.invoice_id, order_by=seen)
    columns = (later.c.invoice_id, later.c.number, earlier.c.invoice_id.label("other_id"))
    apart = and_(earlier.c.head != later.c.head, follows(earlier, later))
    return select(*columns, place.label("place")).join(earlier, and_(*same, apart))


def _namesakes(document: FromClause) -> FromClause:
    """Invoices whose number and amount some other one has too."""
    shared = [document.c[name] for name in SHARED]
    counted = (
        select(document, func.count().over(partition_by=shared).label("many"))
        .where(document.c.document_gross > 0, document.c.number != "")
        .subquery("numbered")
    )
    return select(counted).where(counted.c.many > 1).cte("shared_number")
