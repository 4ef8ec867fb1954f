"""What was stopped: order lines called off, and steps that block, cancel or reject.

Money is in whole cents. Suppliers of the own group are left out.
"""

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, cast, func, or_, select

from queries import mart_tables
from queries.budget import intercompany
from queries.calendar import Span
from queries.frames import in_order, number_of, typed_frame
from queries.path_events import PAPERS
from queries.promise_marts import REFUSED
from queries.selection import Selection, conditions
from queries.sourcing import amount_of, count_of
from queries.spans import by_span
from queries.store import Reader

STEP, PATH = mart_tables.approval_flow, mart_tables.path_step_flow
STOPS = ("block", "cancel", "reject")  # what the outcome of a step that stops something says
FREES = ("remove", "release", "unblock", "lift")  # and of one that takes a block away
PLACE = ("supplier_id", "document_id", "category_id", "cost_centre_id", "item_id")


def called_off(reader: Reader, selection: Selection, span: Span) -> pd.DataFrame:
    """Order lines cancelled or rejected in some days, by ``to_event``: how many, ``amount``."""
    sums = {"lines": count_of(PATH.c.step_count), "amount": amount_of(PATH.c.amount)}
    refused = [name.capitalize() for name in REFUSED]
    return by_span(reader, selection, PATH.c.day, [span], ("to_event",), sums,
                   as_at=lambda _: and_(PATH.c.source == PAPERS, PATH.c.to_event.in_(refused))
                   )  # fmt: skip


def stops(reader: Reader, selection: Selection, span: Span) -> pd.DataFrame:
    """Steps of some days that stop something, by ``outcome``: ``times``, ``documents``, and the
    ``amount`` of those, each counted once."""
    step = _steps(reader, selection, span)
    own = [step.c[name] for name in ("outcome", *PLACE)]
    each = (
        select(*own, func.max(step.c.amount).label("amount"), number_of().label("times"))
        .where(_says(step, *STOPS))
        .group_by(*own)
        .subquery("stop")
    )
    # A document of two categories has a row of each; its steps are those of either.
    document = (
        select(
            each.c.outcome,
            func.max(each.c.times).label("times"),
            func.sum(each.c.amount).label("amount"),
        )
        .group_by(each.c.outcome, each.c.document_id)
        .subquery("stopped_document")
    )
    sums = (
        cast(func.sum(document.c.times), BigInteger).label("times"),
        number_of().label("documents"),
        amount_of(document.c.amount).label("amount"),
    )
    statement = select(document.c.outcome, *sums).group_by(document.c.outcome)
    return typed_frame(reader, statement.order_by(*in_order(document.c.outcome)))


def still_blocked(reader: Reader, selection: Selection, span: Span) -> pd.DataFrame:
    """Documents blocked in some days whose block nobody has taken away by their end: how many."""
    step = _steps(reader, selection, span)
    turn = func.row_number().over(
        partition_by=[step.c[name] for name in PLACE],
        order_by=(step.c.decided_on.desc(), step.c.step.desc()),
    )
    last = select(step, turn.label("turn")).where(_says(step, "block")).subquery("last_block")
    standing = select(
        cast(func.count(last.c.document_id.distinct()), BigInteger).label("documents"),
        amount_of(last.c.amount).label("amount"),
    ).where(last.c.turn == 1, ~_says(last, *FREES))
    return typed_frame(reader, standing)


def _steps(reader: Reader, selection: Selection, span: Span) -> FromClause:
    names = (*PLACE, "step", "outcome", "decided_on", "amount")
    return (
        select(*(STEP.c[name] for name in names))
        .where(*conditions(selection, STEP, reader.batch), ~intercompany(reader, STEP))
        .where(STEP.c.decided_on.between(span.first, span.last))
        .subquery("decided")
    )


def _says(step: FromClause, *words: str) -> ColumnElement[bool]:
    return or_(*(func.lower(step.c.outcome).contains(word) for word in words))
