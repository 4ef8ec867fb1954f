"""What Citus cannot ask its machines each for itself, found in statements before they are executed.

Machines answer for themselves where tables that are spread are joined on what spreads them, or to
tables that are whole on each. The rest is fetched and handed round, or refused.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Delete, FromClause, Join, Select, Table, Update
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause
from sqlalchemy.sql.operators import eq
from sqlalchemy.sql.selectable import Alias, AliasedReturnsRows, Exists, ScalarSelect, Subquery
from sqlalchemy.sql.visitors import HasTraverseInternals

from queries import schema
from queries.distribution import spread, working_spread
from queries.statements import parts_of


def tables(statement: HasTraverseInternals) -> set[str]:
    """The tables that a statement reads."""
    return {part.name for part in parts_of(statement) if isinstance(part, Table)}


def faults(statement: HasTraverseInternals) -> set[str]:
    """What of a statement cannot be pushed down, in words."""
    found: set[str] = set()
    for part in parts_of(statement):
        if isinstance(part, Select):
            found |= _joins(part)
        if isinstance(part, Update | Delete):
            found |= _beside(part)
        if isinstance(part, Exists | ScalarSelect):
            found |= _correlated(part)
        if isinstance(part, CTE) and part.recursive and any(map(_column, tables(part))):
            found.add(f"{part.name} is recursive over spread rows")
    return found


def lines_read(statement: HasTraverseInternals) -> set[str]:
    """Tables of the contract that are spread: a report should ask marts."""
    return {n for n in tables(statement) if n in schema.contract_tables and _column(n)}


def _column(name: str) -> str | None:
    table = schema.facts.tables.get(name)
    if table is not None:
        return spread(table).column
    return None


def _spread_by(source: Any) -> str | None:
    """The column that spreads a table, or the one table that a subquery is of."""
    if isinstance(source, Table):
        known = schema.facts.tables.get(source.name)
        return spread(known).column if known is not None else working_spread(source).column
    if isinstance(source, Alias | Subquery | CTE | AliasedReturnsRows):
        columns = {_spread_by(p) for p in parts_of(source.element) if isinstance(p, Table)} - {None}
        return sorted(columns)[0] if columns else None  # type: ignore[type-var]
    return None


def _single(source: Any) -> list[tuple[Any, bool]]:
    """The sources of a join, each with whether it may be missing."""
    if not isinstance(source, Join):
        return [(source, False)]
    left, right = _single(source.left), _single(source.right)
    return [(s, m or bool(source.full)) for s, m in left] + [
        (s, m or bool(source.isouter or source.full)) for s, m in right
    ]


def _equalities(statement: Any) -> set[frozenset[int]]:
    """Which sources have equal values in the columns that spread them."""
    found = set()
    for part in parts_of(statement):
        if isinstance(part, BinaryExpression) and part.operator is eq:
            sides = [s for s in (part.left, part.right) if isinstance(s, ColumnClause)]
            if len(sides) == 2 and all(s.name == _spread_by(s.table) for s in sides):
                found.add(frozenset(id(s.table) for s in sides))
    return found


def _name(source: Any) -> str:
    return "+".join(sorted(n for n in tables(source) if _column(n))) or str(source.name)


def _joins(statement: Select[Any]) -> set[str]:
    sources = [pair for source in statement.get_final_froms() for pair in _single(source)]
    found = set()
    if sources and _spread_by(sources[0][0]) is None:
        found |= {f"{_name(s)} may be missing beside a whole table"
                  for s, missing in sources[1:] if missing and _spread_by(s)}  # fmt: skip
    return found | _apart([s for s, _ in sources if _spread_by(s)], statement)


def _beside(statement: Any) -> set[str]:
    """An update or a delete, and the tables that it looks at beside its own."""
    condition = statement.whereclause
    own = statement.table
    if condition is None or _spread_by(own) is None:
        return set()
    columns = [p for p in _outside(condition) if isinstance(p, ColumnClause)]
    sources = {id(c.table): c.table for c in columns if isinstance(c.table, FromClause)}
    others = [s for s in sources.values() if s is not own and _spread_by(s)]
    return _apart([own, *others], condition)


def _outside(condition: HasTraverseInternals) -> Iterator[Any]:
    """The parts of a condition that are not within a select of its own."""
    waiting = [condition]
    while waiting:
        part: Any = waiting.pop()
        yield part
        if not isinstance(part, Select | CompoundSelect | FromClause):
            waiting += part.get_children()


def _apart(sources: Iterable[Any], statement: Any) -> set[str]:
    """Sources that are not reached from the first one by what spreads them."""
    first, *others = list(sources) or [None]
    equal, reached = _equalities(statement), {id(first)}
    while more := {i for pair in equal if pair & reached for i in pair} - reached:
        reached |= more
    return {f"{_name(first)} and {_name(o)} are joined otherwise"
            for o in others if id(o) not in reached}  # fmt: skip


def _correlated(part: Any) -> set[str]:
    inner = part.element.element if isinstance(part, Exists) else part.element
    if not isinstance(inner, Select):
        return set()
    own = {id(s) for source in inner.get_final_froms() for s, _ in _single(source)}
    asked = [p for p in parts_of(inner) if isinstance(p, ColumnClause) and p.table is not None]
    within = {id(p) for p in parts_of(inner) if isinstance(p, FromClause)}
    outer = {id(c.table): c.table for c in asked
             if id(c.table) not in own and id(c.table) not in within}  # fmt: skip
    mine = [s for source in inner.get_final_froms() for s, _ in _single(source) if _spread_by(s)]
    equal = _equalities(inner)
    return {
        f"{_name(s)} is asked for each row of {_name(o)}"
        for o in outer.values()
        for s in mine
        if frozenset((id(s), id(o))) not in equal
    }
