"""The store's fiscal calendar, made from the periods it has loaded: whole years, without gaps."""

from datetime import date

from sqlalchemy import Connection, select

from queries import calendar, schema
from queries.schema import OPEN
from queries.settings import Settings

COLUMNS = ("period", "start_date", "end_date", "fiscal_year", "quarter", "closed")


def whole_years(
    connection: Connection, first: date, last: date, settings: Settings, data_through: date
) -> list[calendar.Period]:
    """Every period of the fiscal years from one day's to another's."""
    table = schema.fiscal_period
    columns = [table.c[name] for name in COLUMNS]
    rows = connection.execute(select(*columns).where(table.c.batch_to == OPEN))
    loaded = [tuple(row) for row in rows]
    month = settings.fiscal_year_start
    start = calendar.fiscal_year_start(first, month)
    end = calendar.month_start(calendar.fiscal_year_start(last, month), 11)
    return calendar.build(loaded, start, end, month, data_through)
