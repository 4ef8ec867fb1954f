"""The lines behind paths, one by one: those that had taken some of them by a day."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import in_order
from queries.path_marts import paths
from queries.selection import Selection, narrowed
from queries.store import Reader
from queries.versions import rows_at

COLUMNS = ("document", "line_no", "supplier_id", "begun_on", "amount", "days", "path")


def lines_of(
    reader: Reader, selection: Selection, span: Span, source: str, asked: Sequence[str], most: int
) -> Sequence[Row[Any]]:
    """The lines begun in some days that took one of the asked paths until their end, those worth
    most first; and how many there are, also beyond the ``most`` first: ``all_lines``."""
    line = paths(reader.settings, rows_at(reader.batch), source)
    statement = (
        select(*(line.c[name] for name in COLUMNS), func.count().over().label("all_lines"))
        .where(*narrowed(selection, line, reader.batch), ~intercompany(reader, line))
        .where(line.c.begun_on.between(span.first, span.last))
        .where(line.c.from_day <= span.last, line.c.until_day > span.last)
        .where(line.c.path.in_(asked))
        .order_by(func.abs(line.c.amount).desc(), *in_order(line.c.document, line.c.line_no))
        .limit(most)
    )
    return reader.rows(statement)
