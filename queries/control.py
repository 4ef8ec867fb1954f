"""Control totals: the general ledger's own figures beside those of the lines."""

import pandas as pd
from sqlalchemy import FromClause, Subquery, and_, func, select

from queries import contract, mart_tables, schema
from queries.store import Reader
from queries.versions import at

LEDGER, FLOW, CALENDAR = schema.ledger_balance, mart_tables.spend_flow, mart_tables.fiscal_calendar


def ledger_control(reader: Reader) -> pd.DataFrame:
    """Spend by the ledger and by the invoice lines, by fiscal period, in cents.

    Suppliers of the own group count here: they are in the ledger's total too.
    """
    period = select(CALENDAR).where(at(CALENDAR, reader.batch)).subquery("period")
    booked = select(LEDGER.c.period_start.label("day"), LEDGER.c.amount).where(
        at(LEDGER, reader.batch), LEDGER.c.kind == "spend"
    )
    spent = select(FLOW.c.day, func.sum(FLOW.c.amount).label("amount"))
    spent = spent.where(at(FLOW, reader.batch)).group_by(FLOW.c.day)
    ledger = _by_period(period, booked.subquery("booked"), "ledger")
    lines = _by_period(period, spent.subquery("spent"), "lines")
    return reader.frame(
        select(
            ledger.c.period,
            ledger.c.amount.label("ledger"),
            func.coalesce(lines.c.amount, 0).cast(contract.AMOUNT).label("lines"),
        )
        .select_from(ledger.outerjoin(lines, lines.c.period == ledger.c.period))
        .order_by(ledger.c.period.desc())
    )


def _by_period(period: FromClause, rows: FromClause, name: str) -> Subquery:
    within = and_(rows.c.day >= period.c.start_date, rows.c.day <= period.c.end_date)
    return (
        select(period.c.period, func.sum(rows.c.amount).label("amount"))
        .select_from(period.join(rows, within))
        .group_by(period.c.period)
        .subquery(name)
    )
