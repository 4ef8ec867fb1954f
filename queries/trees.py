"""Trees of suppliers and categories in the engine: who is above whom, and who is the head."""

from typing import Any

from sqlalchemy import FromClause, Table, func, select

from queries.schema import keys
from queries.versions import Rows


def ancestors(table: Table, rows: Rows) -> FromClause:
    """Every member with each one above it, itself included: ``id`` and ``ancestor``.

    A loop ends where it closes; a parent that does not exist is no ancestor.
    """
    (name,) = keys(table)
    member = rows(table)
    own, parent = member.c[name], member.c[f"parent_{name}"]
    tree = select(own.label("id"), own.label("ancestor")).cte(recursive=True)
    above = rows(table).alias(f"{table.name}_parent")
    step = (
        select(tree.c.id, above.c[name])
        .join(member, own == tree.c.ancestor)
        .join(above, above.c[name] == parent)
    )
    return tree.union(step)


def heads(table: Table, rows: Rows) -> FromClause:
    """Every member with the head of its tree: ``id`` and ``head``; of a loop, its first id."""
    above = ancestors(table, rows)
    height = (
        select(above.c.id, func.count().label("height")).group_by(above.c.id).subquery("height")
    )
    order: list[Any] = [height.c.height, above.c.ancestor.collate("C")]
    place = func.row_number().over(partition_by=above.c.id, order_by=order)
    ranked = (
        select(above.c.id, above.c.ancestor.label("head"), place.label("place"))
        .join(height, height.c.id == above.c.ancestor)
        .subquery("ranked")
    )
    return select(ranked.c.id, ranked.c.head).where(ranked.c.place == 1).subquery("head")
