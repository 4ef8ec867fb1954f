"""The sums behind suppliers: what contracts and preferred suppliers cover, what came as promised.

Every function gives a frame by ``span`` (see ``queries.spans``) and by the asked columns: whole
cents, and rows counted. Suppliers of the own group are left out.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from queries import mart_tables, schema
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.selection import Selection
from queries.sourcing_marts import contracts
from queries.spans import by_span, in_spans
from queries.store import Reader
from queries.versions import at, rows_at

SOURCED, PROMISED, ORDERED = (
    mart_tables.sourcing_flow,
    mart_tables.promise_flow,
    mart_tables.ordering_flow,
)
FINAL = mart_tables.final_promise_flow
NOTHING = literal(0, AMOUNT)


def count_of(
    column: ColumnElement[Any], condition: ColumnElement[bool] | None = None
) -> ColumnElement[Any]:
    """A mart's count, summed; or as far as a condition holds."""
    counted = column if condition is None else case((condition, column), else_=0)
    return cast(func.sum(counted), BigInteger)


def amount_of(
    column: ColumnElement[Any], condition: ColumnElement[bool] | None = None
) -> ColumnElement[Any]:
    """A mart's amount, summed; or as far as a condition holds."""
    counted = column if condition is None else case((condition, column), else_=NOTHING)
    return cast(func.sum(counted), AMOUNT)


# --- Contracts and preferred suppliers -----------------------------------------------------------


def addressable(reader: Reader, rows: FromClause) -> ColumnElement[bool]:
    """Spend that somebody could negotiate: of any category that does not say otherwise.

    What is not known is not false: a category that says nothing counts, and so does none at all.
    """
    category = schema.category
    barred = select(category.c.category_id).where(
        at(category, reader.batch), category.c.addressable.is_(False)
    )
    return rows.c.category_id.not_in(barred)


def preferred(reader: Reader, rows: FromClause) -> ColumnElement[bool]:
    """Spend with suppliers that are marked as preferred."""
    supplier = schema.supplier
    chosen = select(supplier.c.supplier_id).where(
        at(supplier, reader.batch), supplier.c.preferred.is_(True)
    )
    return rows.c.supplier_id.in_(chosen)


def parts(reader: Reader, rows: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """The parts of spend that the figures are shares of, and those shares."""
    negotiable = addressable(reader, rows)
    covered, contracted = rows.c.covered.is_(True), rows.c.contracted.is_(True)
    return {
        "addressable": negotiable,
        "under_contract": and_(negotiable, covered),
        "preferred": and_(negotiable, preferred(reader, rows)),
        "contracted": contracted,
        "outside": and_(contracted, ~covered),
    }


def sourced_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> pd.DataFrame:
    """Invoiced money: in all, and each of its ``parts``; ``…_lines`` count their lines."""
    amount, lines = SOURCED.c.amount, SOURCED.c.line_count
    found = parts(reader, SOURCED)
    sums = {
        "amount": amount_of(amount),
        **{name: amount_of(amount, part) for name, part in found.items()},
        "line_count": count_of(lines),
        **{f"{name}_lines": count_of(lines, part) for name, part in found.items()},
    }
    return by_span(reader, selection, SOURCED.c.day, spans, by, sums)


def has_contracts(reader: Reader) -> bool:
    """Whether any contract is loaded: without, nobody knows what one covers."""
    return _any(reader, select(contracts(rows_at(reader.batch)).c.contract_id))


def has_preferred(reader: Reader) -> bool:
    """Whether any supplier is known to be preferred, or not to be."""
    supplier = schema.supplier
    known = and_(at(supplier, reader.batch), supplier.c.preferred.is_not(None))
    return _any(reader, select(supplier.c.supplier_id).where(known))


def has_receipts(reader: Reader) -> bool:
    """Whether any receipt is loaded: without, nobody knows what arrived."""
    receipt = schema.goods_receipt
    return _any(reader, select(receipt.c.receipt_id).where(at(receipt, reader.batch)))


def _any(reader: Reader, rows: Any) -> bool:
    return bool(reader.rows(rows.limit(1)))


# --- Promises ------------------------------------------------------------------------------------


def promised_by(
    reader: Reader,
    selection: Selection,
    spans: Sequence[Span],
    by: Sequence[str],
    mart: Table = PROMISED,
) -> pd.DataFrame:
    """Order lines promised, as they count at the end of each span: ``due`` by then, and ``kept``.

    A line is due once its promise and the days of grace have passed; ``waiting`` ones are not. The
    promise is the first; the last of each line in the mart ``FINAL``.
    """
    grace, promise = reader.settings.otif_days, mart.c.promised_on
    due = in_spans(promise, [Span(s.first, s.last - timedelta(days=grace)) for s in spans])
    in_full = and_(mart.c.full_from <= grace, mart.c.full_until > grace)
    sums = {
        "due": count_of(mart.c.order_count, due),
        "kept": count_of(mart.c.full_count, and_(due, in_full)),
        "waiting": count_of(mart.c.order_count, ~due),
    }
    return by_span(reader, selection, promise, spans, by, sums, as_at=partial(counts_at, mart=mart))


def counts_at(span: Span, mart: Table = PROMISED) -> ColumnElement[bool]:
    """Promised lines that count as at the last day of a span."""
    return and_(mart.c.counts_from <= span.last, mart.c.counts_until > span.last)


def unpromised(reader: Reader, selection: Selection, spans: Sequence[Span]) -> pd.DataFrame:
    """How many lines were ordered that nobody promised a date for: ``order_count``."""
    without = count_of(ORDERED.c.order_count, ORDERED.c.promised.is_(False))
    return by_span(reader, selection, ORDERED.c.order_date, spans, (), {"order_count": without},
                   as_at=lambda span: ORDERED.c.counts_until > span.last)  # fmt: skip
