"""The sums behind budget against spend: from the marts, narrowed by a selection.

Every function gives a frame with the asked columns and whole cents. Suppliers of the own group are
left out; ``intercompany_spend`` says how much that is.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from queries import mart_tables, rules, schema
from queries.balances import BALANCES
from queries.calendar import Period, Span
from queries.contract import AMOUNT, QUANTITY
from queries.periods import as_rows, by_stretches, edges
from queries.selection import FILTERS, Selection, conditions, narrowed
from queries.store import Reader
from queries.versions import at
from queries.window import PeriodDays

Day = date | ColumnElement[Any]

FLOW = mart_tables.spend_flow
ORDER = mart_tables.order_flow
BUDGET = schema.budget_line

# What bridges need apart, and what they sum: between years, and from a budget of items, which is
# by cost centre as well; from one of lump sums, nothing has a price.
ITEM_KEYS = ("item_id", "category_id", "unit", "currency", "has_quantity")
BRIDGE_KEYS = (*ITEM_KEYS, "cost_centre_id")
LUMP_KEYS = ("category_id", "cost_centre_id", "currency")
BRIDGE_SUMS = ("amount", "document_amount", "quantity")


def intercompany(reader: Reader, mart: FromClause) -> ColumnElement[bool]:
    """Rows of suppliers that belong to the own group."""
    supplier = schema.supplier
    own = select(supplier.c.supplier_id).where(
        at(supplier, reader.batch), supplier.c.intercompany.is_(True)
    )
    return mart.c.supplier_id.in_(own)


def _within(column: ColumnElement[Any], spans: Sequence[Span]) -> ColumnElement[bool]:
    return or_(*(column.between(s.first, s.last) for s in spans))


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans joined where one follows the other; empty ones dropped."""
    joined: list[Span] = []
    for span in sorted((s for s in spans if s.days), key=lambda s: s.first):
        if joined and (span.first - joined[-1].last).days <= 1:
            joined[-1] = Span(joined[-1].first, max(joined[-1].last, span.last))
        else:
            joined.append(span)
    return tuple(joined)


def spend_select(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> Select[Any]:
    """Invoiced money of some days, by some columns of the mart, with quantities and lines."""
    keys = [FLOW.c[name] for name in by]
    sums = [func.sum(FLOW.c[name]).label(name) for name in ("amount", "document_amount")]
    sums.append(func.sum(FLOW.c.quantity).label("quantity"))
    sums.append(cast(func.sum(FLOW.c.line_count), BigInteger).label("line_count"))
    return (
        select(*keys, *sums)
        .where(*conditions(selection, FLOW, reader.batch), _within(FLOW.c.day, merged(spans)))
        .where(~intercompany(reader, FLOW))
        .group_by(*keys)
    )


def spend_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> pd.DataFrame:
    """``spend_select`` as a frame; empty where the spans hold no day."""
    if not merged(spans):
        names = [*by, "amount", "document_amount", "quantity", "line_count"]
        return pd.DataFrame({name: [] for name in names})
    return reader.frame(spend_select(reader, selection, spans, by))


def first_spend_day(reader: Reader) -> date | None:
    """The first accounting day of all invoice lines."""
    first = select(func.min(FLOW.c.day)).where(at(FLOW, reader.batch))
    found: date | None = reader.rows(first)[0][0]
    return found


def intercompany_spend(reader: Reader, selection: Selection, span: Span) -> int:
    """What suppliers of the own group invoiced, in cents: outside every figure, shown once."""
    statement = select(func.coalesce(func.sum(FLOW.c.amount), 0)).where(
        *conditions(selection, FLOW, reader.batch),
        FLOW.c.day.between(span.first, span.last),
        intercompany(reader, FLOW),
    )
    return int(reader.rows(statement)[0][0] * 100)


def position_sums(change: FromClause, first: Day, last: Day) -> dict[str, ColumnElement[Any]]:
    """What changes of order balances, up to some day, sum to; the same for marts and for lines.

    Accrued is what changed since ``first``; committed is promised until ``last``, or after it.
    """
    due = change.c.promised_date <= last
    zero = literal(0, AMOUNT)
    return {
        "accrued": func.sum(case((change.c.day >= first, change.c.accrued), else_=zero)),
        "committed": func.sum(case((due, change.c.committed), else_=zero)),
        "committed_later": func.sum(case((due, zero), else_=change.c.committed)),
        "requested": func.sum(change.c.requested),
    }


def order_by(
    reader: Reader, selection: Selection, first: date, last: date, position: date, by: Sequence[str]
) -> pd.DataFrame:
    """Accrued since ``first``; committed until and after ``last``; requested; as at a day."""
    keys = [ORDER.c[name] for name in by]
    balances = position_sums(ORDER, first, last)
    statement = (
        select(
            *keys,
            *(cast(total, AMOUNT).label(name) for name, total in balances.items()),
            cast(func.sum(ORDER.c.line_count), BigInteger).label("line_count"),
        )
        .where(*conditions(selection, ORDER, reader.batch), ORDER.c.day <= position)
        .where(~intercompany(reader, ORDER))
        .group_by(*keys)
    )
    return reader.frame(statement)


def orders_by_period(
    reader: Reader, selection: Selection, periods: Sequence[PeriodDays]
) -> pd.DataFrame:
    """As ``order_by``, of each of some periods by itself, as at its last day that has passed.

    ``place`` counts the periods from 0; one before which nothing was ordered has no row.
    """
    rows = [*conditions(selection, ORDER, reader.batch), ~intercompany(reader, ORDER)]
    ends = {"day": edges(periods), "promised_date": {p.period.end_date for p in periods}}
    change, period = by_stretches(ORDER, rows, ends, BALANCES), as_rows(periods)
    balances = position_sums(change, period.c.first, period.c.last)
    statement = (
        select(period.c.place, *(cast(v, AMOUNT).label(name) for name, v in balances.items()))
        .select_from(period.join(change, change.c.day <= period.c.position))
        .group_by(period.c.place)
    )
    return reader.frame(statement)


def has_budget(reader: Reader, selection: Selection, version: str | None) -> bool:
    """Whether the selection can be held against a budget at all: budgets know no supplier."""
    if version is None or selection.supplier:
        return False
    if not selection.item:
        return True
    line = and_(at(BUDGET, reader.batch), BUDGET.c.version == version)
    return bool(reader.rows(select(exists().where(line, BUDGET.c.item_id.is_not(None))))[0][0])


def budget_rows(reader: Reader, version: str) -> FromClause:
    """The version's lines with '' where a cost centre or category is not known."""
    line = BUDGET
    columns: dict[str, ColumnElement[Any]] = {}
    source: Any = line
    for one in FILTERS:
        if one.key == "supplier":
            continue
        table = one.table
        found = and_(table.c[one.id_column] == line.c[one.id_column], at(table, reader.batch))
        source = source.outerjoin(table, found)
        columns[one.id_column] = func.coalesce(table.c[one.id_column], "")
    columns["unit"] = func.coalesce(schema.item.c.unit, "")
    columns["currency"] = func.coalesce(line.c.currency, reader.settings.currency)
    columns["has_quantity"] = line.c.quantity.is_not(None)
    columns["quantity"] = func.coalesce(line.c.quantity, 0)
    columns["document_amount"] = line.c.amount
    columns["amount"] = line.c.reporting_amount
    labelled = [column.label(name) for name, column in columns.items()]
    return (
        select(*labelled, line.c.period_start, line.c.line_no, line.c.batch_from, line.c.batch_to)
        .select_from(source)
        .where(at(line, reader.batch), line.c.version == version)
        .subquery("budget")
    )


def budget_by(
    reader: Reader,
    selection: Selection,
    version: str,
    shares: Sequence[tuple[Period, int]],
    by: Sequence[str],
) -> pd.DataFrame:
    """The budget of some periods, each for its first so many days, by some columns.

    ``shares`` are (period, days); a period cut short counts its share of each line, to the cent.
    """
    rows = budget_rows(reader, version)
    keys = [rows.c[name] for name in by]
    budget = _shared_sum(rows, rows.c.amount, shares)
    statement = (
        select(*keys, budget.label("budget"), func.count().label("line_count"))
        .where(*narrowed(selection, rows, reader.batch))
        .where(_within(rows.c.period_start, [Span(p.start_date, p.end_date) for p, _ in shares]))
        .group_by(*keys)
    )
    return reader.frame(statement)


def shared(
    rows: FromClause, value: ColumnElement[Any], shares: Sequence[tuple[Period, int]]
) -> ColumnElement[Any]:
    """A column of the budget's lines, each counting as much as its period's days allow."""
    kind = AMOUNT if value.name != "quantity" else QUANTITY
    parts = []
    for period, days in shares:
        within = rows.c.period_start.between(period.start_date, period.end_date)
        part = rules.share_of(value, days, period.days, kind)
        parts.append((within, value if days >= period.days else part))
    return case(*parts, else_=literal(0, kind))


def _shared_sum(
    rows: FromClause, value: ColumnElement[Any], shares: Sequence[tuple[Period, int]]
) -> ColumnElement[Any]:
    part = shared(rows, value, shares)
    return cast(func.sum(part), AMOUNT if value.name != "quantity" else QUANTITY)


def budget_lines(
    reader: Reader, selection: Selection, version: str, shares: Sequence[tuple[Period, int]]
) -> pd.DataFrame:
    """The budget of some periods, summed as far as a bridge needs it apart."""
    rows = budget_rows(reader, version)
    keys = [rows.c[name] for name in BRIDGE_KEYS]
    sums = [_shared_sum(rows, rows.c[name], shares).label(name) for name in BRIDGE_SUMS]
    statement = (
        select(*keys, *sums)
        .where(*narrowed(selection, rows, reader.batch))
        .where(_within(rows.c.period_start, [Span(p.start_date, p.end_date) for p, _ in shares]))
        .group_by(*keys)
    )
    return reader.frame(statement)
