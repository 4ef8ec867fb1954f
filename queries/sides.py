"""Rows of a mart on the two sides of a load: what it held before, and what it is to hold."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    MetaData,
    Select,
    Table,
    and_,
    case,
    func,
    not_,
    or_,
    select,
)

from queries.tables import contents, keys

GOES, COMES = 1, 2  # what becomes of a row: it is of before alone, or of now


@cache
def sided(kind: str, mart: Table) -> Table:
    """A temporary table of a mart's rows, each on a ``side`` of a load."""
    columns = [Column(name, mart.c[name].type) for name in (*keys(mart), *contents(mart))]
    side = Column("side", BigInteger, nullable=False)
    return Table(f"{kind}_{mart.name}", MetaData(), *columns, side, prefixes=["TEMPORARY"])


def same_key(one: FromClause, other: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    """Both rows have the same key; keys are never null."""
    return and_(*(one.c[name] == other.c[name] for name in names))


def same_content(one: FromClause, other: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    """Both rows hold the same beside their key."""
    return and_(*(one.c[name].is_not_distinct_from(other.c[name]) for name in names))


def differing(held: FromClause, ready: Table, mart: Table) -> Select[Any]:
    """The rows that a mart is to hold and does not, and the keys that it is to hold no longer."""
    one, other = (source.c[keys(mart)[0]] for source in (held, ready))
    names = [func.coalesce(ready.c[name], held.c[name]) for name in keys(mart)]
    side = case((other.is_(None), GOES), else_=COMES)
    differs = not_(same_content(held, ready, contents(mart)))
    return (
        select(*names, *(ready.c[name] for name in contents(mart)), side)
        .select_from(held.join(ready, same_key(held, ready, keys(mart)), full=True))
        .where(or_(one.is_(None), other.is_(None), differs))
    )
