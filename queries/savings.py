"""The savings register and what was bought of its items: what savings are told from.

The register has no cost centre: a selection by one chooses nothing of it. What was bought is of all
suppliers outside the own group, whatever is selected: the saving is in what others charge, too.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from queries import mart_tables, schema
from queries.balances import labelled
from queries.budget import intercompany
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.evidence import SPEND_COLUMNS
from queries.selection import Selection, narrowed
from queries.spend_lines import spend_lines
from queries.store import Reader
from queries.versions import at, rows_at

REGISTER = schema.contract_tables["savings_initiative"]
FLOW = mart_tables.spend_flow
PLAIN = (
    "initiative_id", "name", "saving_type", "stage", "owner", "start_date", "baseline_kind",
    "baseline_unit_price", "new_unit_price", "annual_quantity", "claimed_amount", "budgeted",
)  # fmt: skip
SHOWN = (
    "initiative_id", "name", "saving_type", "stage", "owner", "start_date", "supplier_id",
    "category_id", "item_id", "baseline_unit_price", "new_unit_price", "annual_quantity",
    "claimed_amount", "budgeted", "batch_from",
)  # fmt: skip
Window = tuple[str, Span]  # an item, and the days in which it matters


def register(reader: Reader) -> FromClause:
    """Every initiative with what a selection narrows; '' where a reference finds nothing.

    The category is the initiative's own, else its item's.
    """
    rows = rows_at(reader.batch)
    own, item, supplier, category = (
        rows(table) for table in (REGISTER, schema.item, schema.supplier, schema.category)
    )
    category_id = func.coalesce(own.c.category_id, item.c.category_id)
    source = (
        own.outerjoin(item, item.c.item_id == own.c.item_id)
        .outerjoin(supplier, supplier.c.supplier_id == own.c.supplier_id)
        .outerjoin(category, category.c.category_id == category_id)
    )
    columns = {
        **{name: own.c[name] for name in (*PLAIN, "batch_from")},
        "supplier_id": func.coalesce(supplier.c.supplier_id, ""),
        "category_id": func.coalesce(category.c.category_id, ""),
        "item_id": func.coalesce(item.c.item_id, ""),
    }
    return select(*labelled(columns)).select_from(source).subquery("initiative")


def initiatives(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Every initiative outside the own group, and whether it is ``chosen`` by the selection.

    The others are given as well: who comes first on an item does not depend on who looks.
    """
    rows = register(reader)
    chosen = and_(true(), *narrowed(selection, rows, reader.batch))
    names = (*PLAIN, "supplier_id", "category_id", "item_id")
    statement = select(
        *(rows.c[name] for name in names), case((chosen, True), else_=False).label("chosen")
    ).where(~intercompany(reader, rows))
    frame = reader.frame(statement.order_by(rows.c.initiative_id))
    return frame.astype({"chosen": "bool"})  # without rows, PostgreSQL has no type for it


def is_loaded(reader: Reader) -> bool:
    """Whether any initiative is loaded at all."""
    one = select(REGISTER.c.initiative_id).where(at(REGISTER, reader.batch)).limit(1)
    return bool(reader.rows(one))


def purchases(reader: Reader, starts: Sequence[date], last: date) -> pd.DataFrame:
    """What was bought of the register's items, by item, supplier, currency and calendar month.

    Lines with a quantity, from the first of ``starts`` to ``last``; ``part`` counts from 0 which of
    the starts, in order, a day follows.
    """
    parts = [(FLOW.c.day < start, n) for n, start in enumerate(starts[1:])]
    keys: dict[str, ColumnElement[Any]] = {
        "item_id": FLOW.c.item_id,
        "supplier_id": FLOW.c.supplier_id,
        "currency": FLOW.c.currency,
        "month": cast(func.date_trunc("month", FLOW.c.day), Date),
        "part": cast(case(*parts, else_=len(parts)) if parts else literal(0), Integer),
    }
    sums: dict[str, ColumnElement[Any]] = {
        name: cast(func.sum(FLOW.c[name]), AMOUNT) for name in ("amount", "document_amount")
    }
    mine = select(REGISTER.c.item_id).where(at(REGISTER, reader.batch))
    statement = (
        select(*labelled(keys), *labelled(sums), func.sum(FLOW.c.quantity).label("quantity"))
        .where(at(FLOW, reader.batch), FLOW.c.day.between(starts[0], last))
        .where(FLOW.c.item_id.in_(mine.where(REGISTER.c.item_id.is_not(None))))
        .where(FLOW.c.has_quantity, ~intercompany(reader, FLOW))
        .group_by(*keys.values())
    )
    return reader.frame(statement)


def rates(reader: Reader, last: date) -> pd.DataFrame:
    """Every exchange rate up to a day; the reporting currency has none."""
    table = schema.exchange_rate
    foreign = table.c.currency != reader.settings.currency
    statement = select(table.c.currency, table.c.date, table.c.rate)
    return reader.frame(statement.where(at(table, reader.batch), foreign, table.c.date <= last))


# --- The rows behind a figure ---------------------------------------------------------------------


def register_rows(reader: Reader, ids: Sequence[str]) -> Select[Any]:
    """Some initiatives as the register has them, the largest claim first."""
    rows = register(reader)
    return (
        select(*(rows.c[name] for name in SHOWN))
        .where(rows.c.initiative_id.in_(ids))
        .order_by(rows.c.claimed_amount.desc().nulls_last(), rows.c.initiative_id)
    )


def invoice_lines(reader: Reader, windows: Sequence[Window]) -> Select[Any]:
    """The invoice lines with a quantity of some items, each on the days in which it matters."""
    line = spend_lines(reader.settings, rows_at(reader.batch))
    inside = (
        and_(line.c.item_id == item, line.c.day.between(span.first, span.last))
        for item, span in windows
    )
    return (
        select(*(line.c[name] for name in SPEND_COLUMNS))
        .where(or_(false(), *inside), line.c.has_quantity, ~intercompany(reader, line))
        .order_by(func.abs(line.c.amount).desc(), line.c.invoice_id, line.c.line_no)
    )
