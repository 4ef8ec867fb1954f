"""What each kind of document is worth, row by row: all rows of its table under one number.

An invoice is worth net spend, an order what it orders, a receipt that at its order's price, a
payment what was paid, a stock count its value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    and_,
    cast,
    func,
    literal,
    select,
)

from queries import mart_tables, rules, schema
from queries.balances import labelled, order_lines, placed
from queries.payments import payment_shares
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows

Ids = Select[Any]
# What is read of chosen documents alone; everything else is read whole.
NARROWED = ("invoice_line", "invoice", "payment", "purchase_order_line", "goods_receipt")


@dataclass(frozen=True)
class RowsOf(Rows):
    """The rows of some documents, by one column; those of all where no ids are given."""

    column: str = ""
    ids: Ids | None = None

    def __call__(self, table: Table) -> FromClause:
        found = super().__call__(table)
        if self.ids is None or self.column not in table.c or table.name not in NARROWED:
            return found
        chosen = select(found).where(found.c[self.column].in_(self.ids))
        return chosen.subquery(f"chosen_{table.name}_at_{self.batch}")


def _invoices(settings: Settings, rows: RowsOf) -> FromClause:
    line = spend_lines(settings, rows)
    return select(line, line.c.invoice_id.label("document")).subquery("invoiced")


def _orders(_: Settings, rows: RowsOf) -> FromClause:
    line = order_lines(rows)
    source, places = placed(line, rows)
    return _at_order_price(line, source, places, line.c.po_id, line.c.order_date, line.c.quantity)


def _receipts(_: Settings, rows: RowsOf) -> FromClause:
    line, receipt = order_lines(rows), rows(schema.goods_receipt)
    source, places = placed(line, rows)
    same = and_(receipt.c.po_id == line.c.po_id, receipt.c.line_no == line.c.line_no)
    of = (receipt.c.receipt_id, receipt.c.received_on, receipt.c.quantity)
    return _at_order_price(line, source.join(receipt, same), places, *of)


def _at_order_price(
    line: FromClause,
    source: FromClause,
    places: Mapping[str, ColumnElement[Any]],
    document: ColumnElement[Any],
    day: ColumnElement[Any],
    quantity: ColumnElement[Any],
) -> FromClause:
    worth = rules.worth(quantity, line.c.unit_price, line.c.reporting_rate)
    columns = {"document": document, "day": day, "amount": worth, **places}
    return select(*labelled(columns)).select_from(source).subquery("ordered")


def _payments(settings: Settings, rows: RowsOf) -> FromClause:
    paid = payment_shares(settings, rows)
    columns = {"document": paid.c.payment_id, "amount": paid.c.paid}
    return select(paid, *labelled(columns)).subquery("paid")


def _counts(_: Settings, rows: RowsOf) -> FromClause:
    count = rows(mart_tables.stock_position)
    columns = {
        "document": _count_number(count),
        "day": count.c.counted_on,
        "amount": count.c.value,
        "supplier_id": literal(""),
        "category_id": count.c.category_id,
        "item_id": count.c.item_id,
    }
    found = select(*labelled(columns))
    if rows.ids is not None:
        found = found.where(columns["document"].in_(rows.ids))
    return found.subquery("counted")


def _count_number(rows: FromClause) -> ColumnElement[Any]:
    """A stock count has no number of its own: its day, its item and its site."""
    return func.trim(cast(rows.c.counted_on, String) + " " + rows.c.item_id + " " + rows.c.site)


@dataclass(frozen=True)
class Document:
    """A kind of document: its table, the column of its number, its rows (``document, supplier_id,
    day, amount`` and what a selection narrows), and the column that they are chosen by."""

    table: Table
    number: Callable[[FromClause], ColumnElement[Any]]
    rows: Callable[[Settings, RowsOf], FromClause]
    chosen_by: str


def _named(column: str) -> Callable[[FromClause], ColumnElement[Any]]:
    return lambda rows: rows.c[column]


DOCUMENTS: Mapping[str, Document] = {
    "Invoice": Document(schema.invoice_line, _named("invoice_id"), _invoices, "invoice_id"),
    "Order": Document(schema.purchase_order_line, _named("po_id"), _orders, "po_id"),
    "Receipt": Document(schema.goods_receipt, _named("receipt_id"), _receipts, "receipt_id"),
    "Payment": Document(schema.payment, _named("payment_id"), _payments, "invoice_id"),
    "Stock count": Document(schema.stock_level, _count_number, _counts, ""),
}
