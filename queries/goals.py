"""The sums that next year's goal starts from: what was spent, and what contracts still fix of it.

Amounts are whole cents; suppliers of the own group are left out.
"""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Date, FromClause, and_, cast, func, select

from queries import mart_tables, schema
from queries.balances import labelled
from queries.budget import intercompany
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.selection import Selection, conditions
from queries.sourcing_marts import FOR_GOOD, contracts
from queries.store import Reader
from queries.trees import ancestors
from queries.versions import Rows, rows_at

FLOW, PRICE = mart_tables.spend_flow, schema.contract_tables["contract_price"]
OF = ("category_id", "currency")


def spent_by_month(reader: Reader, selection: Selection, span: Span) -> pd.DataFrame:
    """Invoiced money of some days by category, currency of the document, and calendar ``month``."""
    keys: dict[str, ColumnElement[Any]] = {
        **{name: FLOW.c[name] for name in OF},
        "month": cast(func.date_trunc("month", FLOW.c.day), Date),
    }
    sums = [
        cast(func.sum(FLOW.c[name]), AMOUNT).label(name) for name in ("amount", "document_amount")
    ]
    statement = (
        select(*labelled(keys), *sums)
        .where(
            *conditions(selection, FLOW, reader.batch), FLOW.c.day.between(span.first, span.last)
        )
        .where(~intercompany(reader, FLOW))
        .group_by(*keys.values())
        .order_by(*keys.values())
    )
    return reader.frame(statement)


def covered_by(
    reader: Reader, selection: Selection, span: Span, known: date, after: date
) -> pd.DataFrame:
    """Of the same money, what was paid for items whose price a contract fixes beyond a day.

    By category, currency, and the last day that the price is ``until``: that of the price, or of
    its contract. Prices valid from a day after ``known`` are not seen.
    """
    price = _fixed(reader, known, after)
    same = and_(price.c.supplier_id == FLOW.c.supplier_id, price.c.item_id == FLOW.c.item_id)
    keys = [*(FLOW.c[name] for name in OF), price.c.until]
    statement = (
        select(*keys, cast(func.sum(FLOW.c.amount), AMOUNT).label("amount"))
        .select_from(FLOW.join(price, same))
        .where(
            *conditions(selection, FLOW, reader.batch), FLOW.c.day.between(span.first, span.last)
        )
        .where(~intercompany(reader, FLOW))
        .group_by(*keys)
        .order_by(*keys)
    )
    return reader.frame(statement)


def _fixed(reader: Reader, known: date, after: date) -> FromClause:
    """Until when contracts fix the price of an item, for each supplier that may use them."""
    rows = rows_at(reader.batch)
    price, contract = _in_force(rows, known), contracts(rows)
    supplier = ancestors(schema.supplier, rows)
    ends = func.coalesce(contract.c.end_date, FOR_GOOD)
    until = cast(func.least(price.c.fixed_until, ends), Date)
    return (
        select(
            supplier.c.id.label("supplier_id"),
            price.c.item_id,
            cast(func.max(until), Date).label("until"),
        )
        .select_from(price)
        .join(contract, contract.c.contract_id == price.c.contract_id)
        .join(supplier, supplier.c.ancestor == contract.c.supplier_id)
        .where(price.c.newest == 1, contract.c.start_date <= known)
        .where(price.c.fixed_until > after, until > after)
        .group_by(supplier.c.id, price.c.item_id)
        .subquery("fixed_price")
    )


def _in_force(rows: Rows, known: date) -> FromClause:
    """The prices valid from a day or before, by ``newest``: what a later one replaced promises
    nothing any more."""
    price = rows(PRICE)
    newest = func.row_number().over(
        partition_by=(price.c.contract_id, price.c.item_id), order_by=price.c.valid_from.desc()
    )
    columns = (price.c.contract_id, price.c.item_id, price.c.fixed_until, newest.label("newest"))
    return select(*columns).where(price.c.valid_from <= known).subquery("price_in_force")
