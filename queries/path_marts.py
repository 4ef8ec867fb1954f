"""What happened to order lines, one thing after another: the marts of paths.

A path is told by the papers (request, approval, order, receipts, invoices, payments), or by the
steps that people decided on a line's order or invoice. What goes on happening stands in it once.
It is as it was at the end of each day that it changed on, so that any day can be asked for.

A line begins on the day it is first seen, an invoice's on its accounting day.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from queries import mart_tables, rules
from queries.approval_documents import PLACE
from queries.balances import labelled, order_lines, placed
from queries.contract import AMOUNT
from queries.mart_sums import summed
from queries.path_events import (
    INVOICES,
    ORDERS,
    PAPERS,
    TAKEN_BACK,
    told,
)
from queries.promise_marts import FOR_GOOD
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows, current

LONGEST = 40  # events of a path, in all
WIDEST = 600  # signs of a path: a key of a server's table holds no more than 2,700 bytes
ARROW, MORE = " › ", "…"
MANY = 3  # times that an event came back: no more are told apart
LINE = ("source", "document", "line_no")


# --- Events in turn ------------------------------------------------------------------------------


def _in_turn(value: Any, of: FromClause, *also: str, rows: Any = None) -> ColumnElement[Any]:
    """A value over the events of each line, in their order; or over those alike in ``also``."""
    found: ColumnElement[Any] = value.over(
        partition_by=[of.c[name] for name in (*LINE, *also)], order_by=of.c.place, rows=rows
    )
    return found


def _following(event: FromClause) -> FromClause:
    """Events with their ``place`` among those of their line, no two at the same one; and what comes
    before and after. One window says it all, so that it agrees where the same happened twice."""
    order = (event.c.day, event.c.place, event.c.event.collate("C"))
    line = [event.c[name] for name in LINE]
    follows = {
        "place": func.row_number(),
        "before": func.lag(event.c.event),
        "day_before": func.lag(event.c.day),
        "first_day": func.first_value(event.c.day),
        "next_day": func.lead(event.c.day),
    }
    columns = {name: value.over(partition_by=line, order_by=order)
               for name, value in follows.items()}  # fmt: skip
    return select(*line, event.c.day, event.c.event, *labelled(columns)).subquery("following")


SO_FAR = (None, 0)


def _events(settings: Settings, rows: Rows, source: str = "") -> FromClause:
    """Every event with the one before it, the days between, and which return of it this is."""
    following = _following(told(settings, rows, source))
    goes_on = func.coalesce(following.c.event == following.c.before, literal(False))
    size = func.length(following.c.event) + len(ARROW)
    adds = {"begins": case((goes_on, 0), else_=1), "size": case((goes_on, 0), else_=size)}
    begun = select(following, *labelled(adds)).subquery("begun")
    columns = {
        "turn": cast(_in_turn(func.sum(begun.c.begins), begun, "event", rows=SO_FAR), Integer),
        "number": cast(_in_turn(func.sum(begun.c.begins), begun, rows=SO_FAR), Integer),
        "width": cast(_in_turn(func.sum(begun.c.size), begun, rows=SO_FAR), Integer),
    }
    return rows.once(
        select(begun, *labelled(columns)).subquery("told_event"), f"{source or 'all'}_event"
    )


def _lines(settings: Settings, rows: Rows) -> FromClause:
    """Every line that something may be told of: what it is of, its worth, and its first day."""
    order, bill = order_lines(rows), spend_lines(settings, rows)
    source, places = placed(order, rows)
    worth = rules.worth(order.c.quantity, order.c.unit_price, order.c.reporting_rate)
    ordered: dict[str, ColumnElement[Any]] = {
        "document": order.c.po_id,
        "line_no": order.c.line_no,
        "begun_on": order.c.seen_on,
        **places,
        "amount": worth,
    }
    billed: dict[str, ColumnElement[Any]] = {
        "document": bill.c.invoice_id,
        "line_no": bill.c.line_no,
        "begun_on": bill.c.day,
        **{name: bill.c[name] for name in (*PLACE, "amount")},
    }

    def told(name: str, columns: dict[str, ColumnElement[Any]]) -> Select[Any]:
        return select(literal(name, String()).label("source"), *labelled(columns))

    parts = [told(name, ordered).select_from(source) for name in (PAPERS, ORDERS)]
    return rows.once(union_all(*parts, told(INVOICES, billed)).subquery("line"), "told_line")


def _of_lines(event: FromClause, line: FromClause) -> FromClause:
    return event.join(line, and_(*(line.c[name] == event.c[name] for name in LINE)))


# --- Steps ---------------------------------------------------------------------------------------


def path_step_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Events by the one before them, and by the days since; '' stands before a line's first.

    ``amount`` is what the lines are worth that they happened to, so often as they did.
    """
    event, line = _events(settings, rows), _lines(settings, rows)
    columns = {
        "source": event.c.source,
        "begun_on": line.c.begun_on,
        "day": event.c.day,
        "days": func.coalesce(cast(event.c.day - event.c.day_before, Integer), 0),
        "from_event": func.coalesce(event.c.before, ""),
        "to_event": event.c.event,
        "turn": case((event.c.turn > MANY, MANY), else_=event.c.turn),
        **{name: line.c[name] for name in (*PLACE, "amount")},
    }
    step = select(*labelled(columns)).select_from(_of_lines(event, line)).subquery("path_step")
    sums: dict[str, ColumnElement[Any]] = {
        "amount": cast(func.sum(step.c.amount), AMOUNT),
        "step_count": cast(func.count(), BigInteger),
    }
    return summed(step, mart_tables.path_step_flow, sums)


# --- Paths ---------------------------------------------------------------------------------------


def paths(settings: Settings, rows: Rows, source: str = "") -> FromClause:
    """Every line's path as it was from one day until before another, and what it is worth; as one
    source tells it, or every one.

    ``days`` are those from its first event to its last until then. Where the papers tell it, it is
    ``reworked`` once something was taken back; where the steps do, once one came back.
    """
    event = _shown(_events(settings, rows, source))
    taken_back = and_(event.c.source == PAPERS, event.c.event.in_(TAKEN_BACK))
    came_back = and_(event.c.source != PAPERS, event.c.turn > 1)
    again = case((taken_back, 1), (came_back, 1), else_=0)
    columns = {
        "path": _in_turn(func.string_agg(event.c.part, "", type_=String()), event, rows=SO_FAR),
        "again": _in_turn(func.max(again), event, rows=SO_FAR),
    }
    so_far = select(event, *labelled(columns)).subquery("path_so_far")
    line = _lines(settings, rows)
    until = func.coalesce(so_far.c.next_day, FOR_GOOD)
    early = so_far.c.day < line.c.begun_on
    standing: dict[str, ColumnElement[Any]] = {
        **{name: so_far.c[name] for name in (*LINE, "path")},
        "begun_on": line.c.begun_on,
        "from_day": case((early, line.c.begun_on), else_=so_far.c.day),
        "until_day": until,
        "days": cast(so_far.c.day - so_far.c.first_day, Integer),
        "reworked": so_far.c.again > 0,
        **{name: line.c[name] for name in (*PLACE, "amount")},
    }
    return (
        select(*labelled(standing))
        .select_from(_of_lines(so_far, line))
        .where(until > so_far.c.day, until > line.c.begun_on)
        .subquery("path")
    )


def _shown(event: FromClause) -> FromClause:
    """Events with the ``part`` of the path that each adds: nothing where it goes on, and a sign
    for more where the path is longer than it may be. Those that change nothing are left out."""

    def fits(number: ColumnElement[Any], width: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(number <= LONGEST, width <= WIDEST)

    part = case(
        (event.c.begins == 0, ""),
        (event.c.number == 1, event.c.event),
        (fits(event.c.number, event.c.width), ARROW + event.c.event),
        (fits(event.c.number - 1, event.c.width - event.c.size), ARROW + MORE),
        else_="",
    )
    last = event.c.next_day.is_distinct_from(event.c.day)
    told = select(event, part.label("part")).where(or_(event.c.begins == 1, last))
    return told.subquery("shown")


def path_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Lines by the path that they had taken from one day until before another."""
    path = paths(settings, rows)
    columns: dict[str, ColumnElement[Any]] = {
        "amount": cast(func.sum(path.c.amount), AMOUNT),
        "order_count": cast(func.count(), BigInteger),
    }
    return summed(path, mart_tables.path_flow, columns)
