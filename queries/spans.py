"""Several spans of days in one select: what a trend reads at once, a figure reads alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, Table, and_, case, false, or_, select

from queries.balances import labelled
from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import in_order, typed_frame
from queries.selection import Selection, conditions
from queries.store import Reader

AsAt = Callable[[Span], ColumnElement[bool]]  # what holds as at the last day of a span


def in_spans(
    day: ColumnElement[Any], spans: Sequence[Span], as_at: AsAt | None = None
) -> ColumnElement[bool]:
    """Days of any of some spans; and what must hold as at the end of the span that it is."""
    found = [(s, day.between(s.first, s.last)) for s in spans if s.days > 0]
    return or_(false(), *(and_(inside, as_at(s)) if as_at else inside for s, inside in found))


def by_span(
    reader: Reader,
    selection: Selection,
    day: ColumnElement[Any],
    spans: Sequence[Span],
    by: Sequence[str | ColumnElement[Any]],
    sums: Mapping[str, ColumnElement[Any]],
    as_at: AsAt | None = None,
) -> pd.DataFrame:
    """As ``span_select``, in order."""
    statement = span_select(reader, selection, day, spans, by, sums, as_at)
    keys = list(statement.selected_columns)[: 1 + len(by)]
    return typed_frame(reader, statement.order_by(*in_order(*keys)))


def span_select(
    reader: Reader,
    selection: Selection,
    day: ColumnElement[Any],
    spans: Sequence[Span],
    by: Sequence[str | ColumnElement[Any]],
    sums: Mapping[str, ColumnElement[Any]],
    as_at: AsAt | None = None,
) -> Select[Any]:
    """Sums of a mart's rows by ``span``, the place of the one among some that its day lies in.

    ``by`` names columns of the mart, or is made of them. Spans must not overlap; one without days
    has no rows. Suppliers of the own group are left out.
    """
    mart: Table = day.table
    # The first case keeps the select whole where there is no span to ask for.
    places = [(day.between(s.first, s.last), n) for n, s in enumerate(spans) if s.days > 0]
    span = case((false(), -1), *places, else_=-1).label("span")
    keys = [span, *(mart.c[key] if isinstance(key, str) else key for key in by)]
    return (
        select(*keys, *labelled(sums))
        .where(*conditions(selection, mart, reader.batch), in_spans(day, spans, as_at))
        .where(~intercompany(reader, mart))
        .group_by(*keys)
    )
