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
from queries.balances import labelled
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.frames import in_order, typed_frame
from queries.selection import Selection
from queries.sourcing_marts import contracts
from queries.spans import by_span, in_spans, span_select
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
    return _parts(rows.c, addressable(reader, rows), preferred(reader, rows))


def _parts(
    columns: Any, negotiable: ColumnElement[bool], chosen: ColumnElement[bool]
) -> Mapping[str, ColumnElement[bool]]:
    covered, contracted = columns.covered.is_(True), columns.contracted.is_(True)
    return {
        "addressable": negotiable,
        "under_contract": and_(negotiable, covered),
        "preferred": and_(negotiable, chosen),
        "contracted": contracted,
        "outside": and_(contracted, ~covered),
    }


def sourced_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> pd.DataFrame:
    """Invoiced money: in all, and each of its ``parts``; ``…_lines`` count their lines."""
    rows = _judged(reader, selection, spans, by)
    amount, lines = rows.c.amount, rows.c.line_count
    found = _parts(rows.c, rows.c.negotiable, rows.c.chosen)
    keys = [rows.c[name] for name in ("span", *by)]
    sums = {
        "amount": amount_of(amount),
        **{name: amount_of(amount, part) for name, part in found.items()},
        "line_count": count_of(lines),
        **{f"{name}_lines": count_of(lines, part) for name, part in found.items()},
    }
    statement = select(*keys, *labelled(sums)).group_by(*keys)
    return typed_frame(reader, statement.order_by(*in_order(*keys)))


def _judged(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> FromClause:
    """Invoiced money by what its parts are told from: each row is judged once, not in each sum."""
    judged = (
        addressable(reader, SOURCED).label("negotiable"),
        preferred(reader, SOURCED).label("chosen"),
    )
    sums = {"amount": amount_of(SOURCED.c.amount), "line_count": count_of(SOURCED.c.line_count)}
    keys: tuple[str | ColumnElement[Any], ...] = (*by, "covered", "contracted", *judged)
    return span_select(reader, selection, SOURCED.c.day, spans, keys, sums).subquery("judged")


def has_contracts(reader: Reader) -> bool:
    """Whether any contract is loaded: without, nobody knows what one covers."""
    held = select(contracts(rows_at(reader.batch)).c.contract_id)
    return reader.once("has_contracts", partial(_any, rows=held))


def has_preferred(reader: Reader) -> bool:
    """Whether any supplier is known to be preferred, or not to be."""
    supplier = schema.supplier
    known = and_(at(supplier, reader.batch), supplier.c.preferred.is_not(None))
    held = select(supplier.c.supplier_id).where(known)
    return reader.once("has_preferred", partial(_any, rows=held))


def has_receipts(reader: Reader) -> bool:
    """Whether any receipt is loaded: without, nobody knows what arrived."""
    receipt = schema.goods_receipt
    held = select(receipt.c.receipt_id).where(at(receipt, reader.batch))
    return reader.once("has_receipts", partial(_any, rows=held))


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
