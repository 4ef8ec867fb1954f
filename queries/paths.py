"""The sums behind paths: what happened to the lines begun in some days, as known at their end.

Every function gives a frame by ``span`` (see ``queries.spans``): whole cents, and rows counted.
Suppliers of the own group are left out.
"""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import ColumnElement, and_, select

from queries import mart_tables
from queries.calendar import Span
from queries.path_events import TOLD
from queries.selection import Selection
from queries.sourcing import amount_of, count_of
from queries.spans import by_span
from queries.store import Reader
from queries.versions import at

PATHS, STEPS = mart_tables.path_flow, mart_tables.path_step_flow


def told(reader: Reader) -> tuple[str, ...]:
    """Who tells of anything in the store: papers, steps on orders, steps on invoices."""
    statement = select(PATHS.c.source).where(at(PATHS, reader.batch)).distinct()
    known = {str(row.source) for row in reader.rows(statement)}
    return tuple(source for source in TOLD if source in known)


def paths_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], source: str
) -> pd.DataFrame:
    """Lines by ``path``, ``reworked`` and the ``days`` it took: ``order_count``, ``amount``."""
    by = ("path", "reworked", "days")
    sums = {"order_count": count_of(PATHS.c.order_count), "amount": amount_of(PATHS.c.amount)}

    def standing(span: Span) -> ColumnElement[bool]:
        known = and_(PATHS.c.from_day <= span.last, PATHS.c.until_day > span.last)
        return and_(PATHS.c.source == source, known)

    return by_span(reader, selection, PATHS.c.begun_on, spans, by, sums, as_at=standing)


def steps_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], source: str
) -> pd.DataFrame:
    """Events by the one before (``from_event``, '' for none), ``to_event``, ``turn`` and the
    ``days`` between: ``step_count``, and the ``amount`` of the lines."""
    by = ("from_event", "to_event", "turn", "days")
    sums = {"step_count": count_of(STEPS.c.step_count), "amount": amount_of(STEPS.c.amount)}

    def seen(span: Span) -> ColumnElement[bool]:
        return and_(STEPS.c.source == source, STEPS.c.day <= span.last)

    return by_span(reader, selection, STEPS.c.begun_on, spans, by, sums, as_at=seen)
