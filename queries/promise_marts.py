"""Which order lines came as promised, and how long orders took to be placed.

What was promised first counts: a date moved later saves nobody; the last promise stands beside it.
Lines that are cancelled, rejected or requested as at a day are left out as at that day; so are
those that order nothing.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from queries import mart_tables, schema
from queries.balances import labelled, order_lines, placed
from queries.mart_sums import summed
from queries.settings import Settings
from queries.versions import Rows, current

ALWAYS = literal(date(1900, 1, 1), Date())
FOR_GOOD = literal(date(9999, 12, 31), Date())
NEVER = 10_000_000  # days after a promise, and beyond any setting
LINE = ("po_id", "line_no")
REFUSED = ("cancelled", "rejected")


def dated_orders(rows: Rows) -> FromClause:
    """Order lines with what they are of, what was promised first and last, and the days they count.

    They count from ``counts_from``, when they are seen and approved (null: never), until before
    ``counts_until``, when their status leaves them out, ``refused_on`` where it refuses them.
    """
    line, first, last = order_lines(rows), _earlier_promises(rows), _earlier_promises(rows, True)
    source, places = placed(line, rows)
    for promise in (first, last):
        same = (promise.c[name] == line.c[name] for name in LINE)
        source = source.outerjoin(promise, and_(*same))
    since = func.coalesce(line.c.status_date, ALWAYS)
    status = func.coalesce(line.c.status, "open")
    late_approval = and_(line.c.requested_on.is_not(None), line.c.approved_on > line.c.seen_on)
    unapproved = and_(line.c.requested_on.is_not(None), line.c.approved_on.is_(None))
    columns = {
        **places,
        **{name: line.c[name] for name in ORDER_COLUMNS},
        "promised_on": func.coalesce(first.c.promised_date, line.c.promised_date),
        "promised_last": func.coalesce(line.c.promised_date, last.c.promised_date),
        "counts_from": case(
            (unapproved, None), (late_approval, line.c.approved_on), else_=line.c.seen_on
        ),
        "counts_until": case((status.in_((*REFUSED, "requested")), since), else_=FOR_GOOD),
        "refused_on": case((status.in_(REFUSED), since), else_=FOR_GOOD),
    }
    order = select(*labelled(columns)).select_from(source).subquery("dated_order")
    return rows.once(order, "dated_order")


ORDER_COLUMNS = (
    *LINE, "order_date", "requested_on", "quantity", "description", "batch_from",
)  # fmt: skip


def _earlier_promises(rows: Rows, latest: bool = False) -> FromClause:
    """The first promise of the order lines that were changed since, from the load that made it; or
    the latest of what they were promised before.
    """
    line = rows.ended(schema.purchase_order_line)
    made = line.c.batch_from.desc() if latest else line.c.batch_from
    place = func.row_number().over(partition_by=[line.c[name] for name in LINE], order_by=made)
    promise = (
        select(*(line.c[name] for name in LINE), line.c.promised_date, place.label("place"))
        .where(line.c.promised_date.is_not(None))
        .subquery("promise")
    )
    name = "latest_promise" if latest else "first_promise"
    return select(promise).where(promise.c.place == 1).subquery(name)


# --- What came as promised -----------------------------------------------------------------------


def promised_lines(rows: Rows, promise: str = "promised_on") -> FromClause:
    """Promised order lines that count at some day, once for every time that they were in full.

    ``promise`` is the one that is held against them, the first or the last. ``full_from`` and
    ``full_until`` are days after it: a line that was in full before is so from 0. ``is_first``
    marks one row of each line.
    """
    line, full = dated_orders(rows), _in_full(rows)
    promised = line.c[promise]
    met = and_(full.c.until > promised, *(full.c[name] == line.c[name] for name in LINE))
    after = case((full.c.day > promised, cast(full.c.day - promised, Integer)), else_=0)
    in_full = full.c.day.is_not(None)
    until = case((full.c.until < FOR_GOOD, cast(full.c.until - promised, Integer)), else_=NEVER)
    place = func.row_number().over(
        partition_by=[line.c[name] for name in LINE], order_by=full.c.day
    )
    columns = {
        "full_from": case((in_full, after), else_=NEVER),
        "full_until": case((in_full, until), else_=NEVER),
        "full_on": full.c.day,
        "is_full": case((in_full, 1), else_=0),
        "is_first": case((place == 1, 1), else_=0),
    }
    return (
        select(line, *labelled(columns))
        .select_from(line.outerjoin(full, met))
        .where(promised.is_not(None), line.c.quantity > 0)
        .where(line.c.counts_from.is_not(None), line.c.counts_until > promised)
        .subquery("promised_line")
    )


def _in_full(rows: Rows) -> FromClause:
    """From which day until before which each order line had received all it ordered.

    A day counts by its end; returns are negative, and may end it.
    """
    line, receipt = rows(schema.purchase_order_line), rows(schema.goods_receipt)
    of_line = and_(line.c.po_id == receipt.c.po_id, line.c.line_no == receipt.c.line_no)
    keys = (line.c.po_id, line.c.line_no, line.c.quantity)
    daily = (
        select(*keys, receipt.c.received_on.label("day"),
               func.sum(receipt.c.quantity).label("received"))
        .select_from(receipt.join(line, of_line))
        .group_by(*keys, receipt.c.received_on)
        .subquery("daily")
    )  # fmt: skip
    so_far = _in_turn(func.sum(daily.c.received), daily)
    standing = select(daily, (so_far >= daily.c.quantity).label("full")).subquery("standing")
    before = func.coalesce(_in_turn(func.lag(standing.c.full), standing), literal(False))
    turned = select(standing, before.label("before")).subquery("turned")
    turn = select(turned).where(turned.c.full != turned.c.before).subquery("turn")
    following = func.coalesce(_in_turn(func.lead(turn.c.day), turn), FOR_GOOD)
    whole = select(turn, following.label("until")).subquery("turn_by_turn")
    return rows.once(select(whole).where(whole.c.full).subquery("in_full"), "in_full")


def _in_turn(value: Any, rows: FromClause) -> ColumnElement[Any]:
    found: ColumnElement[Any] = value.over(
        partition_by=[rows.c[name] for name in LINE], order_by=rows.c.day
    )
    return found


def promise_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Order lines by the day first promised, and by when they were in full."""
    return flow_of(rows, "promised_on")


def flow_of(rows: Rows, promise: str) -> Select[Any]:
    """Order lines by the day of a promise, and by when they were in full.

    Days before the promise make no difference to whether it was kept: they are all ``ALWAYS``.
    """
    line = promised_lines(rows, promise)
    promised = line.c[promise]
    seen = case((line.c.counts_from <= promised, ALWAYS), else_=line.c.counts_from)
    columns = {name: line.c[name] for name in schema.keys(mart_tables.promise_flow)}
    keys = {**columns, "promised_on": promised, "counts_from": seen}
    flow = select(*labelled(keys), line.c.is_full, line.c.is_first).subquery("promise")
    sums = {
        "full_count": cast(func.sum(flow.c.is_full), BigInteger),
        "order_count": cast(func.sum(flow.c.is_first), BigInteger),
    }
    return summed(flow, mart_tables.promise_flow, sums)


# --- How long it took to order -------------------------------------------------------------------


def ordering_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Order lines by the day they were ordered, and the days since they were requested."""
    line = dated_orders(rows)
    requested = line.c.requested_on.is_not(None)
    days = cast(line.c.order_date - line.c.requested_on, Integer)
    columns = {
        **{n: line.c[n] for n in ("order_date", "supplier_id", "category_id", "cost_centre_id",
                                  "item_id")},
        "requested": requested,
        "days": case((requested, days), else_=0),
        "promised": line.c.promised_on.is_not(None),
        "counts_until": line.c.refused_on,
    }  # fmt: skip
    counted = line.c.refused_on > line.c.order_date
    flow = select(*labelled(columns)).where(counted).subquery("ordered")
    return summed(flow, mart_tables.ordering_flow, {"order_count": cast(func.count(), BigInteger)})
