"""Recursive selects on a store that is spread over machines, which can ask them of none.

Trees of suppliers and categories, and chains of documents: each is worked out first, from tables
that are whole on every machine or from rows that are fetched; what it gives stands in its place.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import (
    CTE,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Table,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.visitors import HasTraverseInternals, cloned_traverse
from sqlalchemy.types import UserDefinedType

from queries.distribution import spread
from queries.statements import parts_of

_LOOKED_AT = "concord_recursion"


def without_recursion(
    connection: Connection, statement: Any, several: Any, given: Any, options: Any
) -> tuple[Any, Any, Any]:
    """A statement that is about to be executed, with what its recursive parts give in their place.

    It is what SQLAlchemy asks for before it executes anything.
    """
    mine = isinstance(statement, ClauseElement) and _LOOKED_AT not in options
    if mine and next(_recursive(statement), None) is not None:
        # A statement may be kept for the next load: only a copy may be changed.
        statement = cloned_traverse(statement, {}, {})
        for part in list(_recursive(statement)):
            _work_out(connection, part)
    return statement, several, given


def _work_out(connection: Connection, tree: CTE) -> None:
    """Put the rows that a named select gives in its place."""
    if not isinstance(tree.element, CompoundSelect | Select):
        return
    if tree.recursive:
        own = tree._restates
        for part in [p for p in parts_of(tree.element) if isinstance(p, CTE) and p is not own]:
            if part.recursive or _is_spread(part):
                _work_out(connection, part)
    statement = select(*tree.c)
    result = connection.execute(statement, execution_options={_LOOKED_AT: True})
    described: Any = result.cursor.description
    kinds = [psycopg.postgres.types[c.type_code].name for c in described]
    tree.element = _rows([c.name for c in tree.c], kinds, result.all())
    tree.recursive, tree._restates = False, None


class _ServersOwn(UserDefinedType[Any]):
    """A type by its name, which is known for what a select computes, too."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


def _rows(names: Sequence[str], kinds: Sequence[str], found: Sequence[Row[Any]]) -> Select[Any]:
    types = [_ServersOwn(kind) for kind in kinds]
    lists = [cast([row[i] for row in found], ARRAY(kind)) for i, kind in enumerate(types)]
    columns = (column(name, kind) for name, kind in zip(names, types, strict=True))
    return select(*func.unnest(*lists).table_valued(*columns).render_derived().c)


def _recursive(statement: HasTraverseInternals) -> Iterator[CTE]:
    for part in parts_of(statement):
        if isinstance(part, CTE) and part.recursive and isinstance(part.element, CompoundSelect):
            yield part


def _is_spread(part: CTE) -> bool:
    return any(isinstance(p, Table) and spread(p).column for p in parts_of(part))
