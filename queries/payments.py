"""What is paid, what was agreed about paying, and the discounts offered for paying sooner.

As in ``queries.payables``: gross amounts, shared out by the invoices' lines; no credit notes.
"""

from typing import Any

from sqlalchemy import (
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

from queries import mart_tables, rules, schema
from queries.balances import labelled
from queries.contract import AMOUNT, MONEY_DAYS, QUANTITY
from queries.payables import ONE, UNKNOWN, part_of, settled, shares, summed
from queries.settings import Settings
from queries.versions import Rows, current

# --- What is paid --------------------------------------------------------------------------------


def payment_shares(settings: Settings, rows: Rows) -> FromClause:
    """Every payment, shared out; ``settled`` is its share of an invoice that it paid off."""
    share, payment = shares(settings, rows), _payments(rows)
    source = payment.join(share, share.c.invoice_id == payment.c.invoice_id)
    paid = part_of(share, payment.c.reporting_amount)
    days = cast(payment.c.paid_on - share.c.invoice_date, Integer)
    keys = [share.c[n] for n in ("supplier_id", "category_id", "cost_centre_id", "invoice_id")]
    columns = {
        "payment_id": payment.c.payment_id,
        "day": payment.c.paid_on,
        "due_date": share.c.due_date,
        "invoice_date": share.c.invoice_date,
        "size_class": share.c.size_class,
        "discounted": func.coalesce(payment.c.discount_taken, 0) != 0,
        "paid": paid,
        "paid_days": paid * days,
        "discount_taken": part_of(share, func.coalesce(payment.c.reporting_discount_taken, 0)),
        "settled": case((payment.c.settles, part_of(share, ONE)), else_=literal(0)),
        "batch_from": payment.c.batch_from,
    }
    return select(*keys, *labelled(columns)).select_from(source).subquery("payment_share")


def _payments(rows: Rows) -> FromClause:
    """Payments, and whether each was the one that paid its invoice off."""
    payment, head = rows(schema.payment), rows(mart_tables.invoice)
    so_far = func.sum(settled(payment)).over(
        partition_by=payment.c.invoice_id,
        order_by=(payment.c.paid_on, payment.c.payment_id.collate("C")),
    )
    paid_off = so_far >= head.c.document_gross
    before = so_far - settled(payment) < head.c.document_gross
    return (
        select(payment, and_(paid_off, before).label("settles"))
        .select_from(payment.join(head, head.c.invoice_id == payment.c.invoice_id))
        .subquery("payment")
    )


def payment_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Payments by their day and the day they were due."""
    paid = payment_shares(settings, rows)
    measures = {
        "paid": AMOUNT, "paid_days": MONEY_DAYS, "discount_taken": AMOUNT, "settled": QUANTITY,
    }  # fmt: skip
    return summed(paid, mart_tables.payment_flow, measures)


# --- What was agreed, and offered ----------------------------------------------------------------


def term_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Gross invoiced amounts by accounting day and by the terms that speak of them."""
    share = shares(settings, rows)
    renamed = select(share.c.part.label("invoiced"), *(c for c in share.c if c.name != "gross"))
    return summed(renamed.subquery("term"), mart_tables.term_flow, {"invoiced": AMOUNT})


def discount_offers(settings: Settings, rows: Rows) -> FromClause:
    """Every discount offered, shared out: when, when it was used, when its invoice was first paid.

    It is offered once, on the earlier of its use and its date.
    """
    share, payment = shares(settings, rows), rows(schema.payment)
    used_on = case((func.coalesce(payment.c.discount_taken, 0) > 0, payment.c.paid_on))
    use = (
        select(
            payment.c.invoice_id,
            func.min(used_on).label("used_on"),
            func.min(payment.c.paid_on).label("first_paid_on"),
        )
        .group_by(payment.c.invoice_id)
        .subquery("use")
    )
    offered_on = case((use.c.used_on < share.c.discount_date, use.c.used_on),
                      else_=share.c.discount_date)  # fmt: skip
    worth = rules.to_cents(rules.unrounded(share.c.gross, share.c.discount_rate))
    columns = {
        "offered_on": offered_on,
        "used_on": func.coalesce(use.c.used_on, UNKNOWN),
        "first_paid_on": func.coalesce(use.c.first_paid_on, UNKNOWN),
        "in_time": func.coalesce(use.c.first_paid_on <= share.c.discount_date, literal(False)),
        "offered": part_of(share, worth),
        "batch_from": share.c.batch_from,
    }
    keys = [share.c[n] for n in ("supplier_id", "category_id", "cost_centre_id", "invoice_id")]
    return (
        select(*keys, *labelled(columns))
        .select_from(share.outerjoin(use, use.c.invoice_id == share.c.invoice_id))
        .where(share.c.discount_rate > 0, share.c.discount_date.is_not(None))
        .subquery("discount")
    )


def discount_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Discounts by what became of them, and when."""
    return summed(discount_offers(settings, rows), mart_tables.discount_flow, {"offered": AMOUNT})
