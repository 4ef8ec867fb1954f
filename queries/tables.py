"""What every table of the facts is made of: a key, contents, and the loads between which it holds.

Every fact, dimension and mart row carries ``batch_from`` and ``batch_to``: it was true from the
one load until the other. ``batch_to`` is ``OPEN`` while the row is current, so that one predicate
(``batch_from <= n and batch_to > n``) reads any table as it was after load ``n``.
"""

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.types import TypeEngine

OPEN = 2147483647
SCHEMA_VERSION = 7

facts = MetaData()


def keys(table: Table) -> tuple[str, ...]:
    """The key columns of a versioned table, without the batch it starts in."""
    return tuple(c.name for c in table.columns if c.info.get("key"))


def contents(table: Table) -> tuple[str, ...]:
    """The columns of a versioned table that are neither key nor batch."""
    return tuple(
        c.name
        for c in table.columns
        if not c.info.get("key") and c.name not in ("batch_from", "batch_to")
    )


def versioned(name: str, *columns: Column[Any]) -> Table:
    """A table whose rows say from which load until which load they held."""
    return Table(
        name,
        facts,
        *columns,
        Column("batch_from", Integer, nullable=False),
        Column("batch_to", Integer, nullable=False),
    )


def key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column of a versioned table's key."""
    return Column(name, kind, nullable=False, info={"key": True})
