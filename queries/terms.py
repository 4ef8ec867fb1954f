"""The sums behind payment terms: from the marts, narrowed by a selection.

Every function gives a frame with the asked columns, whole cents and rows counted. Suppliers of the
own group are left out; so are credit notes, which the marts do not hold.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    select,
)

from queries import mart_tables, schema
from queries.budget import Day, intercompany
from queries.calendar import DAY, Span
from queries.contract import AMOUNT, MONEY_DAYS, QUANTITY
from queries.payables import NO_DATE
from queries.periods import as_rows, by_stretches, edges
from queries.selection import Selection, conditions
from queries.store import Reader
from queries.versions import at
from queries.window import PeriodDays

INVOICED, PAID = mart_tables.term_flow, mart_tables.payment_flow
OWED, OFFERED = mart_tables.payable_flow, mart_tables.discount_flow
_NOTHING = literal(0, AMOUNT)
KINDS = {  # of sums that are not plain amounts
    "settled": QUANTITY,
    "unsettled": QUANTITY,
    "paid_days": MONEY_DAYS,
    "late_money_days": MONEY_DAYS,
    "early_money_days": MONEY_DAYS,
}


def _summed(
    reader: Reader,
    selection: Selection,
    mart: Table,
    by: Sequence[ColumnElement[Any]],
    sums: Mapping[str, ColumnElement[Any]],
) -> Select[Any]:
    """Sums of a mart's rows, each brought back to the width of what it sums."""
    measures = [cast(func.sum(v), KINDS.get(name, AMOUNT)).label(name) for name, v in sums.items()]
    count = cast(func.coalesce(func.sum(mart.c.line_count), 0), BigInteger).label("line_count")
    return (
        select(*by, *measures, count)
        .where(*conditions(selection, mart, reader.batch))
        .where(~intercompany(reader, mart))
        .group_by(*by)
    )


def _when(condition: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, value), else_=_NOTHING)


# --- What was agreed -----------------------------------------------------------------------------


def invoiced_by(
    reader: Reader, selection: Selection, span: Span, by: Sequence[str]
) -> pd.DataFrame:
    """Gross invoiced money of some days by its terms' net days: agreed, contract's, supplier's.

    ``*_days`` are null where no term is known.
    """
    terms = {name: schema.payment_term.alias(name) for name in ("agreed", "contract", "master")}
    codes = ("payment_term_code", "contract_term_code", "master_term_code")
    source: Any = INVOICED
    for term, code in zip(terms.values(), codes, strict=True):
        known = and_(term.c.payment_term_code == INVOICED.c[code], at(term, reader.batch))
        source = source.outerjoin(term, known)
    days = [term.c.net_days.label(f"{name}_days") for name, term in terms.items()]
    keys = [INVOICED.c[name] for name in by]
    statement = _summed(reader, selection, INVOICED, [*keys, *days],
                        {"invoiced": INVOICED.c.invoiced})  # fmt: skip
    statement = statement.select_from(source).where(INVOICED.c.day.between(span.first, span.last))
    return reader.frame(statement)


# --- What was paid, and when ---------------------------------------------------------------------


def days_late(flow: Table) -> ColumnElement[Any]:
    """Days from due to paid: minus is early."""
    return cast(flow.c.day - flow.c.due_date, Integer)


def payments_by(
    reader: Reader, selection: Selection, span: Span, early_days: int, by: Sequence[str]
) -> pd.DataFrame:
    """Payments of some days: in all, late, early (for no discount), of no known due day.

    ``early_money_days`` and ``late_money_days`` are amounts × days.
    """
    late, paid = days_late(PAID), PAID.c.paid
    known = PAID.c.due_date != NO_DATE
    is_late = and_(known, late > 0)
    is_early = and_(known, late <= -early_days, PAID.c.discounted.is_(False))
    sums = {
        "paid": paid,
        "paid_days": PAID.c.paid_days,
        "late": _when(is_late, paid),
        "early": _when(is_early, paid),
        "not_due": _when(~known, paid),
        "late_money_days": _when(is_late, paid * late),
        "early_money_days": _when(is_early, -paid * late),
        "discount_taken": PAID.c.discount_taken,
    }
    statement = _summed(reader, selection, PAID, [PAID.c[name] for name in by], sums)
    return reader.frame(statement.where(PAID.c.day.between(span.first, span.last)))


def late_payments(reader: Reader, selection: Selection, span: Span) -> pd.DataFrame:
    """What was paid late in some days, as far as the law needs it apart; ``settled`` invoices."""
    keys = [PAID.c[n] for n in ("supplier_id", "due_date", "day", "size_class")]
    sums = {"late": PAID.c.paid, "settled": PAID.c.settled}
    statement = _summed(reader, selection, PAID, keys, sums)
    within = PAID.c.day.between(span.first, span.last)
    return reader.frame(statement.where(within, PAID.c.due_date != NO_DATE, days_late(PAID) > 0))


# --- What is owed --------------------------------------------------------------------------------


def owed_by(
    reader: Reader, selection: Selection, first: date, position: date, by: Sequence[str]
) -> pd.DataFrame:
    """What is open as at a day: in all, overdue, and what of it fell due since ``first``.

    ``waiting`` fell due since then, ``waiting_late`` before the day itself.
    """
    keys = [OWED.c[name] for name in by]
    statement = _summed(reader, selection, OWED, keys, _owed(OWED, first, position))
    return reader.frame(statement.where(OWED.c.day <= position))


def _owed(flow: FromClause, first: Day, position: Day) -> dict[str, ColumnElement[Any]]:
    """What changes of open amounts, up to a day, sum to."""
    open_, due = flow.c.open, flow.c.due_date
    known = due != NO_DATE
    return {
        "open": open_,
        "overdue": _when(and_(known, due < position), open_),
        "waiting": _when(and_(known, due.between(first, position)), open_),
        "waiting_late": _when(and_(known, due >= first, due < position), open_),
        "not_due": _when(~known, open_),
    }


def owed_by_period(
    reader: Reader, selection: Selection, periods: Sequence[PeriodDays]
) -> pd.DataFrame:
    """As ``owed_by``, of each of some periods by itself, as at its last day that has passed.

    ``place`` counts the periods from 0; one before which nothing was invoiced has no row.
    """
    rows = [*conditions(selection, OWED, reader.batch), ~intercompany(reader, OWED)]
    before = {p.elapsed.last - DAY for p in periods}
    ends = {"day": edges(periods), "due_date": edges(periods) | before | {NO_DATE, NO_DATE - DAY}}
    flow, period = by_stretches(OWED, rows, ends, ("open",)), as_rows(periods)
    sums = _owed(flow, period.c.first, period.c.position)
    statement = (
        select(period.c.place, *(cast(func.sum(v), AMOUNT).label(name) for name, v in sums.items()))
        .select_from(period.join(flow, flow.c.day <= period.c.position))
        .group_by(period.c.place)
    )
    return reader.frame(statement)


def overdue(reader: Reader, selection: Selection, position: date) -> pd.DataFrame:
    """What is overdue as at a day, as far as the law needs it apart; ``unsettled`` invoices."""
    keys = [OWED.c[n] for n in ("supplier_id", "due_date", "size_class")]
    sums = {"late": OWED.c.open, "unsettled": OWED.c.unsettled}
    statement = _summed(reader, selection, OWED, keys, sums)
    past = and_(OWED.c.due_date != NO_DATE, OWED.c.due_date < position)
    whole = statement.where(OWED.c.day <= position, past).subquery("overdue")
    return reader.frame(select(whole).where(whole.c.late != 0))


# --- Discounts -----------------------------------------------------------------------------------


def discounts_by(
    reader: Reader, selection: Selection, span: Span, position: date, by: Sequence[str]
) -> pd.DataFrame:
    """Discounts offered in some days, and what had become of them by the position day.

    ``used`` were taken, in part or whole; ``in_time`` and ``too_late`` were paid without;
    ``unpaid`` had expired before any payment.
    """
    offered = OFFERED.c.offered

    def happened(day: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(day != NO_DATE, day <= position)

    used, paid = happened(OFFERED.c.used_on), happened(OFFERED.c.first_paid_on)
    sums = {
        "offered": offered,
        "used": _when(used, offered),
        "in_time": _when(and_(~used, paid, OFFERED.c.in_time.is_(True)), offered),
        "too_late": _when(and_(~used, paid, OFFERED.c.in_time.is_(False)), offered),
        "unpaid": _when(and_(~used, ~paid), offered),
    }
    statement = _summed(reader, selection, OFFERED, [OFFERED.c[name] for name in by], sums)
    return reader.frame(statement.where(OFFERED.c.offered_on.between(span.first, span.last)))


# --- Suppliers, and what law and money need beside ---------------------------------------------


def suppliers(reader: Reader) -> pd.DataFrame:
    """What the master data say of each supplier outside the own group."""
    return reader.once("terms_suppliers", _suppliers)


def _suppliers(reader: Reader) -> pd.DataFrame:
    table = schema.supplier
    columns = ("supplier_id", "name", "country", "small_business", "financing_rate", "risk_score")
    own = table.c.intercompany.is_(True)
    statement = select(*(table.c[name] for name in columns)).where(at(table, reader.batch), ~own)
    return reader.frame(statement.order_by(table.c.supplier_id))


def discount_terms(reader: Reader) -> pd.DataFrame:
    """The terms that offer a discount for paying sooner."""
    table = schema.payment_term
    columns = ("payment_term_code", "discount_rate", "discount_days", "net_days")
    offered = and_(table.c.discount_rate > 0, table.c.discount_days.is_not(None))
    statement = select(*(table.c[name] for name in columns)).where(at(table, reader.batch), offered)
    return reader.frame(statement.order_by(table.c.payment_term_code))


def rates(reader: Reader, day: date) -> dict[str, float]:
    """The last exchange rate of every currency on or before a day."""
    table = schema.exchange_rate
    last = (
        select(table.c.currency, func.max(table.c.date).label("date"))
        .where(at(table, reader.batch), table.c.date <= day)
        .group_by(table.c.currency)
        .subquery("last")
    )
    found = select(table.c.currency, table.c.rate).select_from(
        table.join(last, and_(table.c.currency == last.c.currency, table.c.date == last.c.date))
    )
    rows = reader.frame(found.where(at(table, reader.batch)))
    known = dict(zip(rows["currency"], rows["rate"], strict=True))
    return {reader.settings.currency: 1.0} | known


def has_payments(reader: Reader) -> bool:
    """Whether any payment is loaded: without, nobody knows what is still open."""
    return reader.once("has_payments", _has_payments)


def _has_payments(reader: Reader) -> bool:
    payment = schema.payment
    return bool(reader.rows(select(payment.c.payment_id).where(at(payment, reader.batch)).limit(1)))


def orphans(reader: Reader) -> int:
    """Payments that point at no invoice: they are in no figure."""
    return reader.once_for_all("orphans", _orphans)


def _orphans(reader: Reader) -> int:
    payment, head = schema.payment, mart_tables.invoice
    known = exists(select(literal(1)).where(
        head.c.invoice_id == payment.c.invoice_id, at(head, reader.batch)
    ))  # fmt: skip
    lost = select(func.count()).select_from(payment).where(at(payment, reader.batch), ~known)
    return int(reader.rows(lost)[0][0])
