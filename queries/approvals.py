"""The sums behind approvals: what was decided and how long it waited, what waits, who let it pass.

A step counts once, whatever its document is of, where any of that is in the selection. Whoever
decides waits for suppliers of the own group too, so that their steps count; money is without them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    select,
)

from queries import mart_tables
from queries.approval_marts import WHOLE
from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import in_order, number_of, typed_frame
from queries.selection import FILTERS, Selection, conditions
from queries.sourcing import amount_of, count_of
from queries.spans import by_span, in_spans
from queries.store import Reader

STEP, STAGE = mart_tables.approval_flow, mart_tables.stage_flow
REFUSING = ("not approved", "disapproved", "unapproved")
ROLE = ("document_type", "role")
ONE = ("document_id", "step", *ROLE, "approver", "submitted_on")


# --- Steps ---------------------------------------------------------------------------------------


def decided_by(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str] = ROLE
) -> pd.DataFrame:
    """Steps decided in each span: how many (``steps``) by how many ``days`` they had waited.

    Spans must not overlap. What was decided before it was submitted waited no days.
    """
    asked = (*by, "submitted_on", "decided_on")
    step = _once(reader, selection, asked, in_spans(STEP.c.decided_on, spans))
    # Days first: to ask every step which of many spans it is of takes several times as long.
    names = [step.c[name] for name in asked]
    daily = select(*names, number_of().label("steps")).group_by(*names).subquery("daily")
    places = [(daily.c.decided_on.between(s.first, s.last), n) for n, s in enumerate(spans)]
    span = case((false(), -1), *places, else_=-1).label("span")
    keys = [span, *(daily.c[name] for name in by), _days(daily).label("days")]
    statement = select(*keys, count_of(daily.c.steps).label("steps")).group_by(*keys)
    return typed_frame(reader, statement.order_by(*in_order(*keys)))


def _once(
    reader: Reader, selection: Selection, asked: Sequence[str], which: ColumnElement[bool]
) -> FromClause:
    """Each step of the selection once: by its first part, or where one is of other things too, by
    any that the selection holds."""
    found = (*conditions(selection, STEP, reader.batch), which)
    columns = [STEP.c[name] for name in asked]
    if not any(getattr(selection, one.key) for one in FILTERS):
        return select(*columns).where(*found, STEP.c.part == 1).subquery("step")
    whole = (STEP.c.document_id, STEP.c.step)
    return select(*whole, *columns).where(*found).distinct().subquery("step")


def _days(step: FromClause) -> ColumnElement[Any]:
    return func.greatest(cast(step.c.decided_on - step.c.submitted_on, Integer), 0)


def waiting(reader: Reader, selection: Selection, day: date) -> pd.DataFrame:
    """The steps that nobody had decided by the end of a day, with the money that waits for each.

    ``supplier_id`` and ``cost_centre_id`` are the first of those of the document.
    """
    keys = [STEP.c[name] for name in ONE]
    outside = ~intercompany(reader, STEP)
    columns = {
        "amount": amount_of(STEP.c.amount, outside),
        **{n: func.min(STEP.c[n].collate("C")) for n in ("supplier_id", "cost_centre_id")},
    }
    statement = (
        select(*keys, *(column.label(name) for name, column in columns.items()))
        .where(*conditions(selection, STEP, reader.batch), _waits(STEP, day))
        .group_by(*keys)
        .order_by(STEP.c.submitted_on, *in_order(STEP.c.document_id, STEP.c.step))
    )
    return typed_frame(reader, statement)


def _waits(step: FromClause, day: date) -> ColumnElement[bool]:
    return and_(step.c.submitted_on <= day, step.c.decided_on > day)


def waiting_count(reader: Reader, selection: Selection, day: date) -> pd.DataFrame:
    """How many steps nobody had decided by the end of a day: ``steps`` by type and role."""
    step = _once(reader, selection, ROLE, _waits(STEP, day))
    keys = [step.c[name] for name in ROLE]
    statement = select(*keys, number_of().label("steps")).group_by(*keys)
    return typed_frame(reader, statement.order_by(*in_order(*keys)))


def released(reader: Reader, selection: Selection, span: Span) -> pd.DataFrame:
    """What each approver let pass in some days: ``documents`` and their ``amount``.

    A document passes with its last step, if that approves it; so it counts for one approver.
    """
    last = _last_steps(reader, selection, span)
    keys = [last.c[name] for name in (*ROLE, "approver")]
    sums = {
        "documents": cast(func.count(last.c.document_id.distinct()), BigInteger),
        "amount": amount_of(last.c.amount, ~intercompany(reader, last)),
    }
    statement: Select[Any] = (
        select(*keys, *(column.label(name) for name, column in sums.items()))
        .where(last.c.step == last.c.last_step, last.c.decided_on.between(span.first, span.last))
        .where(_approves(last))
        .group_by(*keys)
        .order_by(*in_order(*keys))
    )
    return typed_frame(reader, statement)


def _approves(step: FromClause) -> ColumnElement[bool]:
    """Steps whose outcome says so, in whatever words."""
    said = func.lower(step.c.outcome)
    return and_(said.like("%approved%"), *(said.not_like(f"%{no}%") for no in REFUSING))


def _last_steps(reader: Reader, selection: Selection, span: Span) -> FromClause:
    """The steps seen by the end of a span of documents that were approved in it, each beside the
    number of its document's last."""
    found = conditions(selection, STEP, reader.batch)
    approved = (
        select(STEP.c.document_id)
        .where(*found, STEP.c.decided_on.between(span.first, span.last), _approves(STEP))
        .distinct()
    )
    last = func.max(STEP.c.step).over(partition_by=STEP.c.document_id)
    return (
        select(STEP, last.label("last_step"))
        .where(*found, STEP.c.submitted_on <= span.last, STEP.c.document_id.in_(approved))
        .subquery("seen_step")
    )


# --- Stages --------------------------------------------------------------------------------------


def passed_by(reader: Reader, selection: Selection, spans: Sequence[Span]) -> pd.DataFrame:
    """Order lines that passed a ``stage`` in each span: how many, by the ``days`` it took them."""
    days = cast(STAGE.c.ended_on - STAGE.c.started_on, Integer).label("days")
    return by_span(reader, selection, STAGE.c.ended_on, spans, (STAGE.c.stage, days),
                   {"order_count": count_of(STAGE.c.order_count)},
                   as_at=lambda span: STAGE.c.reached.is_(True))  # fmt: skip


def standing(reader: Reader, selection: Selection, day: date) -> pd.DataFrame:
    """Order lines by the ``stage`` they were at after a day: how many, their value, the oldest."""
    sums = {
        "order_count": count_of(STAGE.c.order_count),
        "amount": amount_of(STAGE.c.amount),
        "oldest": func.min(STAGE.c.started_on),
    }
    statement = (
        select(STAGE.c.stage, *(column.label(name) for name, column in sums.items()))
        .where(*conditions(selection, STAGE, reader.batch), ~intercompany(reader, STAGE))
        .where(STAGE.c.started_on <= day, STAGE.c.ended_on > day, STAGE.c.stage != WHOLE)
        .group_by(STAGE.c.stage)
        .order_by(*in_order(STAGE.c.stage))
    )
    return typed_frame(reader, statement)
