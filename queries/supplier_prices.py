"""The sums behind prices: what contracts asked, what was spent by month, what the indices did.

Amounts are whole cents; suppliers of the own group are left out.
"""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Date, and_, cast, func, select

from queries import mart_tables, schema
from queries.calendar import Span
from queries.frames import typed_frame
from queries.selection import Selection
from queries.sourcing import amount_of, count_of
from queries.spans import by_span
from queries.store import Reader
from queries.versions import at

AGREED, FLOW = mart_tables.contract_price_flow, mart_tables.spend_flow
INDEX, CATEGORY = schema.contract_tables["price_index"], schema.category


def agreed_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> pd.DataFrame:
    """Invoiced money that a contract has a price for, and what it comes to at that: by ``span``."""
    sums = {
        "amount": amount_of(AGREED.c.amount),
        "contract_amount": amount_of(AGREED.c.contract_amount),
        "line_count": count_of(AGREED.c.line_count),
    }
    return by_span(reader, selection, AGREED.c.day, spans, by, sums)


def monthly_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> pd.DataFrame:
    """Invoiced money of items with a quantity by ``span`` and calendar ``month``, as far as their
    category follows an index."""
    month = cast(func.date_trunc("month", FLOW.c.day), Date).label("month")
    measured = and_(FLOW.c.has_quantity, FLOW.c.item_id != "")
    sums = {"amount": amount_of(FLOW.c.amount, measured)}
    following = FLOW.c.category_id.in_(sorted(followed(reader)["category_id"]))
    return by_span(reader, selection, FLOW.c.day, spans, (month, *by), sums,
                   as_at=lambda span: following)  # fmt: skip


def followed(reader: Reader) -> pd.DataFrame:
    """The categories that follow an index: ``category_id``, ``index_code``, ``pass_through``."""
    return reader.once("followed", _followed)


def _followed(reader: Reader) -> pd.DataFrame:
    columns = (CATEGORY.c.category_id, CATEGORY.c.index_code, CATEGORY.c.pass_through)
    return typed_frame(
        reader,
        select(*columns).where(at(CATEGORY, reader.batch), CATEGORY.c.index_code.is_not(None)),
    )


def index_values(reader: Reader, last: date) -> pd.DataFrame:
    """Every index up to a day: ``index_code``, ``month`` and ``value``, in order."""
    values = reader.once("index_values", _index_values)
    return values[values["month"] <= pd.Timestamp(last)].reset_index(drop=True)


def _index_values(reader: Reader) -> pd.DataFrame:
    statement = (
        select(INDEX.c.index_code, INDEX.c.month, INDEX.c.value)
        .where(at(INDEX, reader.batch))
        .order_by(INDEX.c.index_code.collate("C"), INDEX.c.month)
    )
    return typed_frame(reader, statement)
