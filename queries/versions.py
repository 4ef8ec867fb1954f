"""The rows of versioned tables: those that hold now, and those that held after an earlier load."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, Table, and_, select

from queries.schema import OPEN


def at(table: FromClause, batch: int) -> ColumnElement[bool]:
    """The rows of a versioned table as they were after a load."""
    return and_(table.c.batch_from <= batch, table.c.batch_to > batch)


@dataclass(frozen=True)
class Rows:
    """The rows of any table as they were after a load, to select from; those that hold now, where
    no load is named."""

    batch: int | None = None

    def __call__(self, table: Table) -> FromClause:
        held = table.c.batch_to == OPEN if self.batch is None else at(table, self.batch)
        return select(table).where(held).subquery(self._named(table.name))

    def ended(self, table: Table) -> FromClause:
        """The rows that had held before, and were superseded or closed by then."""
        over = table.c.batch_to <= (OPEN - 1 if self.batch is None else self.batch)
        return select(table).where(over).subquery(self._named(f"ended_{table.name}"))

    def once(self, rows: FromClause, name: str) -> FromClause:
        """Rows that more than one mart is made from: worked out where they are read, or once for
        all (see ``shared_rows``)."""
        return rows

    def _named(self, name: str) -> str:
        return f"current_{name}" if self.batch is None else f"{name}_at_{self.batch}"


current = Rows()


def rows_at(batch: int) -> Rows:
    """As ``current``, for the rows that held after a load."""
    return Rows(batch)
