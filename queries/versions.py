"""The rows of versioned tables: those that hold now, and those that held after an earlier load."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, FromClause, Table, and_, select

from queries.schema import OPEN

Rows = Callable[[Table], FromClause]  # the rows of a table at some moment, to select from


def at(table: FromClause, batch: int) -> ColumnElement[bool]:
    """The rows of a versioned table as they were after a load."""
    return and_(table.c.batch_from <= batch, table.c.batch_to > batch)


def current(table: Table) -> FromClause:
    """The rows of a table that hold now, as a source for a select."""
    return select(table).where(table.c.batch_to == OPEN).subquery(f"current_{table.name}")


def rows_at(batch: int) -> Rows:
    """As ``current``, for the rows that held after a load."""

    def rows(table: Table) -> FromClause:
        return select(table).where(at(table, batch)).subquery(f"{table.name}_at_{batch}")

    return rows
