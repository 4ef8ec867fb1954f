"""Money of documents into the reporting currency, inside a load.

The rate of a document is the last one on or before its own date; a budget line's is its own
``budget_rate``, else the last on or before the first day of its fiscal year. A row whose rate is
missing is rejected; a rate that changed converts the lines it touches again, in the same load.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Double,
    FromClause,
    MetaData,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
)

from queries import calendar, contract, fiscal, rules, schema
from queries.contract import CONVERSIONS
from queries.engine import create_temporary
from queries.schema import OPEN
from queries.settings import Settings

LARGEST = 10**15  # money beyond this does not fit the store's columns

# The rate of each currency on each day that some document has.
rate_on = Table(
    "rate_on",
    MetaData(),
    Column("currency", String(), nullable=False),
    Column("day", Date, nullable=False),
    Column("rate_day", Date, nullable=False),
    Column("rate", contract.RATE),
    prefixes=["TEMPORARY"],
)


def _intervals() -> FromClause:
    """Each rate with the first day of the next one."""
    rate = schema.exchange_rate
    following = func.lead(rate.c.date).over(partition_by=rate.c.currency, order_by=rate.c.date)
    return (
        select(rate.c.currency, rate.c.date, rate.c.rate, following.label("until"))
        .where(rate.c.batch_to == OPEN)
        .subquery("rate_interval")
    )


def document_day(table: str, source: FromClause) -> ColumnElement[Any]:
    """The day that dates a row's rate; a budget's is the first of that day's fiscal year."""
    return source.c[CONVERSIONS[table].date]


def look_up_rates(
    connection: Connection, table: str, sources: list[FromClause], settings: Settings
) -> None:
    """Fill ``rate_on`` with every currency and day that the rows of some sources need."""
    create_temporary(connection, rate_on)
    needed: set[tuple[str, date]] = set()
    for source in sources:
        day = document_day(table, source)
        foreign = source.c.currency != settings.currency
        needed |= {
            (currency, on)
            for currency, on in connection.execute(
                select(source.c.currency, day).where(foreign).distinct()
            )
        }
    if not needed:
        return
    rate_days = _rate_days(connection, table, {day for _, day in needed}, settings)
    rows = [
        {"currency": currency, "day": day, "rate_day": rate_days[day]}
        for currency, day in sorted(needed)
    ]
    connection.execute(insert(rate_on), rows)
    interval = _intervals()
    found = (
        select(interval.c.rate)
        .where(
            interval.c.currency == rate_on.c.currency,
            interval.c.date <= rate_on.c.rate_day,
            or_(interval.c.until.is_(None), interval.c.until > rate_on.c.rate_day),
        )
        .scalar_subquery()
    )
    connection.execute(rate_on.update().values(rate=found))


def _rate_days(
    connection: Connection, table: str, days: set[date], settings: Settings
) -> dict[date, date]:
    """The day whose rate each day takes: its own or, for budgets, its fiscal year's first."""
    if table != "budget_line":
        return {day: day for day in days}
    # A loaded year may push the months before it into the year before: that one is needed too.
    first = calendar.month_start(min(days), -12)
    built = fiscal.whole_years(connection, first, max(days), settings, max(days))
    periods = calendar.Calendar(tuple(built))
    homes = {day: periods.of(day) for day in days}
    return {
        day: periods.year(home.fiscal_year)[0].start_date if home else day
        for day, home in homes.items()
    }


def converted(table: str, source: FromClause, settings: Settings) -> Select[Any]:
    """Every column of some rows, with the reporting columns computed from ``rate_on``."""
    conversion = CONVERSIONS[table]
    home = or_(source.c.currency.is_(None), source.c.currency == settings.currency)
    rate: ColumnElement[Any] = case((home, literal(1, contract.RATE)), else_=rate_on.c.rate)
    if conversion.fixed:
        fixed = source.c[conversion.fixed]
        rate = case((home, literal(1, contract.RATE)), else_=func.coalesce(fixed, rate_on.c.rate))
    computed = {"reporting_rate": rate}
    for document, reporting in conversion.amounts:
        fits = func.abs(cast(source.c[document], Double) * cast(rate, Double)) <= LARGEST
        computed[reporting] = case((fits, rules.reporting_amount(source.c[document], rate)))
    columns = [computed[c.name].label(c.name) if c.name in computed else c for c in source.c]
    day = document_day(table, source)
    match = and_(rate_on.c.currency == source.c.currency, rate_on.c.day == day)
    return select(*columns).select_from(source.outerjoin(rate_on, match))
