"""The sums behind one supplier's page: what was bought month by month, its contracts, its prices.

Amounts are whole cents; suppliers of the own group are left out.
"""

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Date, Table, and_, cast, func, select

from queries import schema
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.price_marts import agreed_prices
from queries.selection import Selection
from queries.spans import by_span
from queries.store import Reader
from queries.supplier_prices import AGREED, FLOW
from queries.versions import at, rows_at

PRICES, CONTRACT = schema.contract_tables["contract_price"], schema.contract
TERM = schema.payment_term
BOUGHT = ("supplier_id", "item_id", "category_id", "unit", "currency", "has_quantity")
PRICED = ("supplier_id", "category_id", "item_id")


def bought_by_month(reader: Reader, selection: Selection, spans: Sequence[Span]) -> pd.DataFrame:
    """Invoiced money and quantities by ``span`` and calendar ``month`` and what prices need apart.

    ``span`` is the place of the one among some, which must not overlap.
    """
    sums: dict[str, ColumnElement[Any]] = {
        name: cast(func.sum(FLOW.c[name]), AMOUNT) for name in ("amount", "document_amount")
    }
    sums["quantity"] = func.sum(FLOW.c.quantity)
    sums["line_count"] = cast(func.sum(FLOW.c.line_count), BigInteger)
    return by_span(reader, selection, FLOW.c.day, spans, (_month(FLOW), *BOUGHT), sums)


def agreed_by_month(reader: Reader, selection: Selection, spans: Sequence[Span]) -> pd.DataFrame:
    """Invoiced money that a contract has a price for, and what it comes to at that; as above."""
    sums: dict[str, ColumnElement[Any]] = {
        name: cast(func.sum(AGREED.c[name]), AMOUNT) for name in ("amount", "contract_amount")
    }
    sums["line_count"] = cast(func.sum(AGREED.c.line_count), BigInteger)
    return by_span(reader, selection, AGREED.c.day, spans, (_month(AGREED), *PRICED), sums)


def _month(mart: Table) -> ColumnElement[Any]:
    return cast(func.date_trunc("month", mart.c.day), Date).label("month")


def contracts(reader: Reader, suppliers: Collection[str]) -> pd.DataFrame:
    """The contracts with some suppliers, with their terms' ``net_days``; by their first day."""
    term = and_(TERM.c.payment_term_code == CONTRACT.c.payment_term_code, at(TERM, reader.batch))
    names = ("contract_id", "supplier_id", "category_id", "start_date", "end_date",
             "committed_amount", "currency")  # fmt: skip
    statement = (
        select(*(CONTRACT.c[name] for name in names), TERM.c.net_days.label("net_days"))
        .select_from(CONTRACT.outerjoin(TERM, term))
        .where(at(CONTRACT, reader.batch), CONTRACT.c.supplier_id.in_(sorted(suppliers)))
        .order_by(CONTRACT.c.start_date, CONTRACT.c.contract_id.collate("C"))
    )
    return reader.frame(statement)


def price_list(reader: Reader, suppliers: Collection[str]) -> pd.DataFrame:
    """Every price that contracts with some suppliers agreed, by contract, item and first day."""
    mine = select(CONTRACT.c.contract_id).where(
        at(CONTRACT, reader.batch), CONTRACT.c.supplier_id.in_(sorted(suppliers))
    )
    names = ("contract_id", "item_id", "valid_from", "unit_price", "fixed_until")
    statement = (
        select(*(PRICES.c[name] for name in names))
        .where(at(PRICES, reader.batch), PRICES.c.contract_id.in_(mine))
        .order_by(*(PRICES.c[n].collate("C") for n in names[:2]), PRICES.c.valid_from)
    )
    return reader.frame(statement)


def others_prices(
    reader: Reader, suppliers: Collection[str], items: Collection[str], span: Span
) -> pd.DataFrame:
    """What contracts with anybody but some suppliers ask for some items in some days.

    ``item_id``, ``first`` and ``last`` day, ``unit_price``, and the item's ``unit``, that the price
    is of; in the reporting currency alone.
    """
    price, item = agreed_prices(rows_at(reader.batch)), rows_at(reader.batch)(schema.item)
    home = func.coalesce(price.c.currency, reader.settings.currency) == reader.settings.currency
    names = ("item_id", "first", "last", "unit_price")
    statement = (
        select(*(price.c[n] for n in names), item.c.unit)
        .select_from(price.join(item, item.c.item_id == price.c.item_id))
        .where(
            price.c.item_id.in_(sorted(items)),
            price.c.supplier_id.not_in(sorted(suppliers)),
            price.c.first <= span.last,
            price.c.last >= span.first,
            home,
        )
    )
    return reader.frame(statement)
