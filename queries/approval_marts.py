"""Who had to decide what, and where order lines stood between request and payment.

A line stands at one stage at a time: at the one after the furthest thing that has happened to it.
Whatever happens first further on ends the stage, and ``reached`` says that it was the next thing:
a line that is invoiced before anything came has passed over its receipt.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    null,
    or_,
    select,
    true,
    union_all,
)

from queries import mart_tables, rules, schema
from queries.approval_documents import PLACE, documents
from queries.balances import labelled, order_lines, placed
from queries.contract import AMOUNT
from queries.mart_sums import summed
from queries.promise_marts import ALWAYS, FOR_GOOD, LINE, REFUSED
from queries.settings import Settings
from queries.versions import Rows, current

# What happens to a line, in turn; each but the first ends the stage that is named after it.
MILESTONES = ("requested", "approved", "ordered", "received", "invoiced", "paid")
STAGES = ("approval", "order", "receipt", "invoice", "payment")
WHOLE = "whole"  # from the first of them to the payment


# --- Steps ---------------------------------------------------------------------------------------


def approval_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Every step of approval, once for each kind of thing that its document is of.

    ``amount`` is what of the document is of that. Nobody has decided what is decided for good.
    """
    step, document = rows(schema.approval_step), documents(settings, rows)
    keys: list[ColumnElement[Any]] = [document.c[name] for name in PLACE]
    columns: dict[str, ColumnElement[Any]] = {
        "document_id": step.c.document_id,
        "step": step.c.step,
        "document_type": step.c.document_type,
        **{
            name: func.coalesce(step.c[name], literal(""))
            for name in ("role", "approver", "outcome")
        },
        "submitted_on": step.c.submitted_at,
        "decided_on": func.coalesce(step.c.decided_at, FOR_GOOD),
    }
    source = step.join(document, document.c.document_id == step.c.document_id)
    line = select(*keys, *labelled(columns), document.c.amount).select_from(source).subquery("step")
    names = [line.c[name] for name in (*PLACE, *columns)]
    whole = (line.c.document_id, line.c.step)
    turn = [line.c[name].collate("C") for name in PLACE]
    sums: dict[str, ColumnElement[Any]] = {
        "part": cast(func.row_number().over(partition_by=whole, order_by=turn), Integer),
        "amount": cast(func.sum(line.c.amount), AMOUNT),
    }
    return select(*names, *labelled(sums)).group_by(*names)


# --- Stages --------------------------------------------------------------------------------------


def stage_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Order lines by the stages they went through, from when until when.

    A stage that nothing has ended yet ends for good. What comes before its turn ends none.
    """
    stage = _stages(_ends(_milestones(rows)))
    sums: dict[str, ColumnElement[Any]] = {
        "amount": cast(func.sum(stage.c.amount), AMOUNT),
        "order_count": cast(func.count(), BigInteger),
    }
    return summed(stage, mart_tables.stage_flow, sums)


def _milestones(rows: Rows) -> FromClause:
    """Order lines with the day of each thing that happened to them, and what stops them when.

    Lines that order nothing, or send something back, are left out. What was ordered before it was
    approved counts as ordered once it is, as its money does.
    """
    line = order_lines(rows)
    received, invoiced, paid = _received(rows), _invoiced(rows), _paid(rows)
    source, places = placed(line, rows)
    for event in (received, invoiced, paid):
        same = and_(*(event.c[name] == line.c[name] for name in LINE))
        source = source.outerjoin(event, same)
    status = line.c.status
    asked = or_(line.c.requested_on.is_not(None), func.coalesce(status, "") == "requested")
    unordered = or_(status == "requested", and_(asked, line.c.approved_on.is_(None)))
    late = and_(asked, line.c.approved_on > line.c.order_date)
    nothing = cast(null(), Date())
    worth = rules.worth(line.c.quantity, line.c.unit_price, line.c.reporting_rate)
    happened = {
        "requested": case((asked, line.c.seen_on), else_=nothing),
        "approved": case((asked, line.c.approved_on), else_=nothing),
        "ordered": case(
            (unordered, nothing), (late, line.c.approved_on), else_=line.c.order_date
        ),
        "received": received.c.day,
        "invoiced": invoiced.c.day,
        "paid": paid.c.day,
    }  # fmt: skip
    # Who does not say when a line was closed knows of nothing after what happened to it last.
    last = func.greatest(*(func.coalesce(day, ALWAYS) for day in happened.values()))
    since = func.coalesce(line.c.status_date, last)
    columns = {
        **places,
        **happened,
        "refused": _since(status.in_((*REFUSED, "final_invoiced")), since),
        "closed": _since(status.in_((*REFUSED, "final_invoiced", "closed")), since),
        "returned": func.coalesce(received.c.undone_on, FOR_GOOD),
        "credited": func.coalesce(invoiced.c.undone_on, FOR_GOOD),
        "amount": worth,
    }
    found = select(*labelled(columns)).select_from(source).where(line.c.quantity > 0)
    return found.subquery("milestone")


def _since(condition: ColumnElement[bool], day: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, day), else_=FOR_GOOD)


def _received(rows: Rows) -> FromClause:
    """The first receipt of each order line, and the last return of what went back wholly."""
    receipt = rows(schema.goods_receipt)
    line = [receipt.c[name] for name in LINE]
    size = receipt.c.quantity
    first = _first(receipt, line, receipt.c.received_on, size, func.sum(size))
    return first.subquery("received")


def _invoiced(rows: Rows) -> FromClause:
    """The first invoice of each order line, and the last credit of what was credited wholly.

    In the invoices' own currency where they have one: a credit takes back what was asked for,
    whatever its day's rate makes of it.
    """
    line = rows(schema.invoice_line)
    currency = func.coalesce(line.c.currency, "").collate("C")
    left = case(
        (func.min(currency) == func.max(currency), func.sum(line.c.amount)),
        else_=func.sum(line.c.reporting_amount),
    )
    day = func.coalesce(line.c.posted_on, line.c.invoice_date)
    of = [line.c.po_id, line.c.po_line_no.label("line_no")]
    first = _first(line, of, day, line.c.amount, left)
    return first.where(line.c.po_id.is_not(None)).subquery("invoiced")


def _first(
    rows: FromClause,
    line: Sequence[Any],
    day: ColumnElement[Any],
    size: ColumnElement[Any],
    left: ColumnElement[Any],
) -> Select[Any]:
    """The first day that something came, and the last that some was undone if nothing is left."""
    came = func.min(case((size > 0, day)))
    undone = case((left <= 0, func.max(case((size < 0, day)))))
    found = select(*line, came.label("day"), undone.label("undone_on")).select_from(rows)
    return found.group_by(*(getattr(c, "element", c) for c in line))


def _paid(rows: Rows) -> FromClause:
    """The first payment for each order line."""
    line, payment = rows(schema.invoice_line), rows(schema.payment)
    of = and_(payment.c.invoice_id == line.c.invoice_id, payment.c.amount > 0)
    keys = (line.c.po_id, line.c.po_line_no)
    return (
        select(keys[0], keys[1].label("line_no"), func.min(payment.c.paid_on).label("day"))
        .select_from(line.join(payment, of))
        .where(line.c.po_id.is_not(None), line.c.amount > 0)
        .group_by(*keys)
        .subquery("paid")
    )


def _ends(line: FromClause) -> FromClause:
    """Beside each thing that happened: the first that came after it in turn, and on which day."""
    days = [func.coalesce(line.c[name], FOR_GOOD) for name in MILESTONES]
    columns = {
        f"after_{stage}": func.least(*days[place:], FOR_GOOD)
        for place, stage in enumerate(STAGES, 1)
    }
    return select(line, *labelled(columns)).subquery("ending")


def _stages(line: FromClause) -> FromClause:
    """A row for each stage that a line was at; and the whole of those that are paid."""
    number = union_all(*(select(literal(n).label("n")) for n in range(len(STAGES) + 1)))
    which = number.subquery("number")
    parts = [*_parts(line), _whole(line)]
    columns = {
        name: case(*((which.c.n == n, part[name]) for n, part in enumerate(parts)))
        for name in ("stage", "begins", "next", "due", "stops")
    }
    row = (
        select(*(line.c[name] for name in (*PLACE, "amount")), *labelled(columns))
        .select_from(line.join(which, true()))
        .subquery("part")
    )
    reached = and_(row.c.next <= row.c.stops, row.c.due == row.c.next, row.c.next < FOR_GOOD)
    ended = {
        "started_on": row.c.begins,
        "ended_on": func.greatest(row.c.begins, func.least(row.c.next, row.c.stops)),
        "reached": cast(reached, Boolean),
    }
    return (
        select(row, *labelled(ended))
        .where(row.c.begins <= row.c.next, row.c.begins <= row.c.stops)
        .subquery("stage")
    )


Part = Mapping[str, ColumnElement[Any]]


def _parts(line: FromClause) -> list[Part]:
    """When each stage begins, what may end it, what should, and when the line is given up."""
    least = func.least
    stops = {
        "invoice": least(line.c.refused, line.c.returned),
        "payment": line.c.credited,
    }
    return [
        {
            "stage": literal(stage),
            "begins": line.c[MILESTONES[place]],
            "next": line.c[f"after_{stage}"],
            "due": func.coalesce(line.c[MILESTONES[place + 1]], FOR_GOOD),
            "stops": stops.get(stage, line.c.closed),
        }
        for place, stage in enumerate(STAGES)
    ]


def _whole(line: FromClause) -> Part:
    """From request, or order, to the first payment: of lines that are paid."""
    begins = func.coalesce(line.c.requested, line.c.ordered)
    paid = case((line.c.paid.is_not(None), func.greatest(line.c.paid, begins)))
    return {"stage": literal(WHOLE), "begins": begins, "next": paid, "due": paid, "stops": FOR_GOOD}
