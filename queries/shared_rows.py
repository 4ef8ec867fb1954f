"""What several marts are made from, worked out once: kept while any mart to come reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, FromClause, MetaData, Select, Table, select
from sqlalchemy.sql.visitors import HasTraverseInternals

from queries import distribution
from queries.engine import drop_temporary, keep
from queries.statements import parts_of
from queries.versions import Rows, current

MADE_FROM = "made_from"


@dataclass(frozen=True)
class SharedRows(Rows):
    """As ``current``, but that what is read more than once is a temporary table."""

    def once(self, rows: FromClause, name: str) -> FromClause:
        made_from = select(rows)
        columns = [Column(c.name, c.type) for c in made_from.selected_columns]
        table = Table(f"shared_{name}", MetaData(), *columns, info={MADE_FROM: made_from})
        return select(table).subquery(name)


shared = SharedRows()


@dataclass
class Kept:
    """The shared rows that one connection holds at the moment."""

    connection: Connection
    names: set[str] = field(default_factory=set)

    @property
    def rows(self) -> Rows:
        """What definitions are to read: a spread store has no temporary tables on all machines."""
        return current if distribution.is_spread(self.connection) else shared

    def prepare(self, statement: Select[Any], later: Iterable[Select[Any]]) -> None:
        """Work out the shared rows that a statement reads, and drop those that neither it nor any
        later one does."""
        needed = _shared(statement)
        self._drop(self.names.difference(needed, *map(_shared, later)))
        for table in needed.values():
            self._make(table)

    def drop(self) -> None:
        """Let go of all: a session outlives the load, and the next one makes its own."""
        self._drop(set(self.names))

    def _drop(self, over: set[str]) -> None:
        for name in over:
            drop_temporary(self.connection, Table(name, MetaData()))
        self.names -= over

    def _make(self, table: Table) -> None:
        if table.name in self.names:
            return
        made_from = table.info[MADE_FROM]
        for other in _shared(made_from).values():
            self._make(other)
        drop_temporary(self.connection, table)  # of a load that failed in this session
        keep(self.connection, table, made_from)
        self.names.add(table.name)


@cache
def _shared(statement: Select[Any]) -> dict[str, Table]:
    """The tables of shared rows that a statement reads itself, by name."""
    return {table.name: table for table in tables_in(statement) if MADE_FROM in table.info}


def tables_in(statement: HasTraverseInternals) -> Iterator[Table]:
    """The tables that a statement reads, however deep."""
    return (part for part in parts_of(statement) if isinstance(part, Table))
