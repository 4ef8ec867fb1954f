"""How a mart is summed: some rows by every key that its table has."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, select

from queries.balances import labelled
from queries.tables import keys


def summed(
    source: FromClause, mart: Table, measures: Mapping[str, ColumnElement[Any]]
) -> Select[Any]:
    """Sums of some rows, which have the keys of a mart under their names, by those keys."""
    by = [source.c[name] for name in keys(mart)]
    return select(*by, *labelled(measures)).group_by(*by)
