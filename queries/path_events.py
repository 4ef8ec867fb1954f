"""What happened to order lines and when: one row an event, from the papers or from the steps.

Rows of ``source, document, line_no, day, place, event``: ``place`` orders the events of one day.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from queries import schema
from queries.approval_documents import documents
from queries.balances import order_lines
from queries.promise_marts import REFUSED
from queries.settings import Settings
from queries.versions import Rows

# Who tells it: the papers of order lines, the steps on orders, the steps on invoices.
PAPERS, ORDERS, INVOICES = "papers", "orders", "invoices"
TOLD = (PAPERS, ORDERS, INVOICES)

PREDATES = "Invoice predates order"  # an invoice that is dated before what it is for was ordered

# What the papers tell of, as it should follow each other; of one day, it does.
EVENTS = (
    "Requested", "Approved", "Ordered", "Received", "Returned", "Invoiced", PREDATES, "Credited",
    "Paid", "Cancelled", "Rejected",
)  # fmt: skip
TAKEN_BACK = ("Returned", "Credited", "Cancelled", "Rejected")
LONGEST_NAME = 60  # signs
VERDICTS = ("approved", "rejected", "")  # outcomes that say nothing without whose they are


def told(settings: Settings, rows: Rows, source: str = "") -> FromClause:
    """All that happened, as one source tells it, or every one."""
    parts = list[Select[Any]]()
    if source in ("", PAPERS):
        parts += _paper_events(rows)
    if source != PAPERS:
        parts += _step_events(settings, rows, (source,) if source else (ORDERS, INVOICES))
    return union_all(*parts).subquery("told")


def _told(
    source: str,
    document: ColumnElement[Any],
    line_no: ColumnElement[Any],
    day: ColumnElement[Any],
    place: ColumnElement[Any],
    event: ColumnElement[Any],
) -> Select[Any]:
    whose: ColumnElement[Any] = literal(source, String())
    return select(
        whose.label("source"),
        document.label("document"),
        line_no.label("line_no"),
        day.label("day"),
        place.label("place"),
        event.label("event"),
    )


# --- The papers ----------------------------------------------------------------------------------


def _paper_events(rows: Rows) -> Iterable[Select[Any]]:
    """What requests, orders, receipts, invoices and payments say of order lines.

    A line that waits for its approval, or was refused without one, is not ordered yet.
    """
    line, receipt = order_lines(rows), rows(schema.goods_receipt)
    bill, payment = rows(schema.invoice_line), rows(schema.payment)

    def event(of: FromClause, key: str, day: ColumnElement[Any], name: str) -> Select[Any]:
        place = literal(EVENTS.index(name), Integer())
        called: ColumnElement[Any] = literal(name, String())
        return _told(PAPERS, of.c.po_id, of.c[key], day, place, called).where(day.is_not(None))

    waits = func.coalesce(line.c.status, "") == "requested"
    asked = case((waits, func.coalesce(line.c.requested_on, line.c.order_date)),
                 else_=line.c.requested_on)  # fmt: skip
    placed = and_(or_(line.c.requested_on.is_(None), line.c.approved_on.is_not(None)), ~waits)
    invoiced = _invoiced(line, bill)
    predates = invoiced.c.predates
    refused = func.coalesce(line.c.status_date, line.c.seen_on)
    cleared = _paid(bill, payment)
    return (
        event(line, "line_no", asked, "Requested"),
        event(line, "line_no", line.c.approved_on, "Approved"),
        event(line, "line_no", line.c.order_date, "Ordered").where(placed),
        event(receipt, "line_no", receipt.c.received_on, "Received").where(receipt.c.quantity > 0),
        event(receipt, "line_no", receipt.c.received_on, "Returned").where(receipt.c.quantity < 0),
        event(invoiced, "po_line_no", invoiced.c.day, "Invoiced").where(~predates),
        event(invoiced, "po_line_no", invoiced.c.day, PREDATES).where(predates),
        event(bill, "po_line_no", _posted(bill), "Credited").where(bill.c.amount < 0),
        event(cleared, "po_line_no", cleared.c.paid_on, "Paid"),
        *(
            event(line, "line_no", refused, status.capitalize()).where(line.c.status == status)
            for status in REFUSED
        ),
    )


def _posted(bill: FromClause) -> ColumnElement[Any]:
    return func.coalesce(bill.c.posted_on, bill.c.invoice_date)


def _invoiced(line: FromClause, bill: FromClause) -> FromClause:
    """Invoice lines, but for credits, on the days they are seen; and whether each is dated before
    its order."""
    ordered = and_(bill.c.po_id == line.c.po_id, bill.c.po_line_no == line.c.line_no)
    columns = (bill.c.po_id, bill.c.po_line_no, _posted(bill).label("day"))
    return (
        select(*columns, (bill.c.invoice_date < line.c.order_date).label("predates"))
        .select_from(bill.join(line, ordered))
        .where(bill.c.amount >= 0)
        .subquery("invoiced")
    )


def _paid(bill: FromClause, payment: FromClause) -> FromClause:
    """The order lines of each invoice, once, with the days it was paid on."""
    keys = (bill.c.invoice_id, bill.c.po_id, bill.c.po_line_no)
    line = select(*keys).where(bill.c.po_id.is_not(None)).distinct().subquery("billed_line")
    return (
        select(line.c.po_id, line.c.po_line_no, payment.c.paid_on)
        .select_from(line.join(payment, payment.c.invoice_id == line.c.invoice_id))
        .where(payment.c.amount > 0)
        .subquery("cleared")
    )


# --- The steps -----------------------------------------------------------------------------------


def _step_events(settings: Settings, rows: Rows, sources: Sequence[str]) -> Iterable[Select[Any]]:
    """What was decided on the orders and the invoices of lines; what is undecided has not been."""
    step, document = rows(schema.approval_step), documents(settings, rows)
    steps = step.join(document, document.c.document_id == step.c.document_id)
    known_by = {ORDERS: document.c.po_id, INVOICES: document.c.invoice_id}
    for source in sources:
        known = known_by[source]
        yield (
            _told(source, known, document.c.line_no, step.c.decided_at, step.c.step, _outcome(step))
            .select_from(steps)
            .where(known.is_not(None), step.c.decided_at.is_not(None))
        )


def _outcome(step: FromClause) -> ColumnElement[Any]:
    """What a step came to; with whose it was, where the outcome alone does not say."""
    outcome = func.trim(func.coalesce(step.c.outcome, ""))
    said = func.coalesce(func.nullif(outcome, ""), "decided")
    role = func.nullif(func.trim(func.coalesce(step.c.role, "")), "")
    whose = func.coalesce(role + ": " + said, said)
    told = case((func.lower(outcome).in_(VERDICTS), whose), else_=outcome)
    # The sign between two events is theirs alone.
    return func.left(func.replace(told, "›", ">"), LONGEST_NAME, type_=String())
