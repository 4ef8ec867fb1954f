"""What is owed and what is paid: invoices under their terms, payments, open amounts, discounts.

Amounts are gross. An invoice is shared out by its lines' gross amounts, over categories and cost
centres; every share is cumulated before it is rounded, so that the parts sum to the whole to the
cent. Credit notes (invoices of zero or less) are outside. Days that are not known are ``NO_DATE``.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
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
    union_all,
)

from queries import rules, schema
from queries.balances import labelled
from queries.contract import AMOUNT, QUANTITY
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows, current

NO_DATE = date(1900, 1, 1)
_UNKNOWN = literal(NO_DATE, Date())
_ONE = literal(1, QUANTITY)  # an invoice, shared out in hundredths


# --- Invoices under their terms ------------------------------------------------------------------


def invoices(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Each invoice's gross amount, days and agreed term: its own, its contract's, its supplier's.

    A term that is not in the list of terms counts as unknown, and the next one holds.
    """
    head = _heads(settings, rows)
    contract, supplier = rows(schema.contract), rows(schema.supplier)
    own, theirs, master = (
        rows(schema.payment_term).alias(name) for name in ("own_term", "contract_term", "master")
    )
    source = (
        head.outerjoin(contract, contract.c.contract_id == head.c.contract_id)
        .outerjoin(supplier, supplier.c.supplier_id == head.c.supplier_id)
        .outerjoin(own, own.c.payment_term_code == head.c.payment_term_code)
        .outerjoin(theirs, theirs.c.payment_term_code == contract.c.payment_term_code)
        .outerjoin(master, master.c.payment_term_code == supplier.c.payment_term_code)
    )

    def agreed(column: str) -> ColumnElement[Any]:
        """A column of the first of the three terms that is known."""
        ladder = [(t.c.payment_term_code.is_not(None), t.c[column]) for t in (own, theirs)]
        return case(*ladder, else_=master.c[column])

    columns = {
        **{name: head.c[name] for name in HEAD},
        "payment_term_code": func.coalesce(agreed("payment_term_code"), ""),
        "contract_term_code": func.coalesce(theirs.c.payment_term_code, ""),
        "master_term_code": func.coalesce(master.c.payment_term_code, ""),
        "due_date": func.coalesce(
            head.c.due_date,
            rules.due_date(head.c.invoice_date, agreed("net_days"), agreed("end_of_month")),
        ),
        "discount_rate": agreed("discount_rate"),
        "discount_date": head.c.invoice_date + agreed("discount_days"),
    }
    return select(*labelled(columns)).select_from(source)


HEAD = ("invoice_id", "supplier_id", "day", "invoice_date", "document_gross", "gross", "line_count")


def _heads(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines summed by invoice; where lines differ in a date or a term, the first holds."""
    line = spend_lines(settings, rows)
    first = (
        "supplier_id", "day", "invoice_date", "due_date", "payment_term_code", "contract_id",
    )  # fmt: skip
    columns = {name: func.min(line.c[name]) for name in first}
    for name in ("document_gross", "gross"):
        columns[name] = cast(func.sum(line.c[name]), AMOUNT)
    columns["line_count"] = func.count()
    return (
        select(line.c.invoice_id, *labelled(columns)).group_by(line.c.invoice_id).subquery("head")
    )


def _shares(settings: Settings, rows: Rows) -> FromClause:
    """How much of each invoice falls to each category and cost centre, one by one and so far."""
    line, head = spend_lines(settings, rows), rows(schema.invoice)
    keys = (line.c.invoice_id, line.c.category_id, line.c.cost_centre_id)
    part = (
        select(*keys, cast(func.sum(line.c.gross), AMOUNT).label("part"))
        .group_by(*keys)
        .subquery("part")
    )
    so_far = func.sum(part.c.part).over(
        partition_by=part.c.invoice_id, order_by=(part.c.category_id, part.c.cost_centre_id)
    )
    owed = and_(head.c.document_gross > 0, head.c.gross > 0)
    return (
        select(
            part,
            cast(so_far, AMOUNT).label("so_far"),
            head.c.supplier_id,
            head.c.day,
            head.c.invoice_date,
            func.coalesce(head.c.due_date, _UNKNOWN).label("due_date"),
            rules.size_class(head.c.document_gross).label("size_class"),
            head.c.document_gross,
            head.c.gross,
            *(head.c[n] for n in (*TERM_CODES, "discount_rate", "discount_date")),
        )
        .select_from(part.join(head, head.c.invoice_id == part.c.invoice_id))
        .where(owed)
        .subquery("share")
    )


TERM_CODES = ("payment_term_code", "contract_term_code", "master_term_code")


def _part(share: FromClause, amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """What falls to one share of an amount that belongs to its whole invoice."""
    before = share.c.so_far - share.c.part
    return rules.amount_of(
        rules.share_in_cents(amount, share.c.so_far, share.c.gross)
        - rules.share_in_cents(amount, before, share.c.gross)
    )


def _summed(source: FromClause, mart: Any, measures: dict[str, Any]) -> Select[Any]:
    keys = [source.c[name] for name in schema.keys(mart)]
    sums = {name: cast(func.sum(source.c[name]), kind) for name, kind in measures.items()}
    return select(*keys, *labelled(sums), func.count().label("line_count")).group_by(*keys)


# --- What is owed --------------------------------------------------------------------------------


def payable_changes(settings: Settings, rows: Rows) -> FromClause:
    """What each day changed of each invoice's open amount, shared out; in reporting currency.

    A payment before the invoice is seen on the invoice's day. The open amount converts at the
    invoice's rate, so that paying leaves no exchange difference.
    """
    share = _shares(settings, rows)
    standing = _standing(rows)
    source = share.join(standing, standing.c.invoice_id == share.c.invoice_id)
    left = standing.c.left_open

    def open_part(so_far: ColumnElement[Any]) -> ColumnElement[Any]:
        return rules.share_in_cents(so_far, left, share.c.document_gross)

    stands = (
        select(
            share,
            standing.c.day.label("event_day"),
            rules.amount_of(
                open_part(share.c.so_far) - open_part(share.c.so_far - share.c.part)
            ).label("open"),
            case((left > 0, _part(share, _ONE)), else_=literal(0)).label("unsettled"),
        )
        .select_from(source)
        .subquery("stands")
    )

    def change(name: str) -> ColumnElement[Any]:
        before = func.lag(stands.c[name], 1, 0).over(
            partition_by=(stands.c.invoice_id, stands.c.category_id, stands.c.cost_centre_id),
            order_by=stands.c.event_day,
        )
        return (stands.c[name] - before).label(name)

    keys = [
        stands.c[name]
        for name in (
            "invoice_id", "due_date", "supplier_id", "category_id", "cost_centre_id", "size_class",
        )
    ]  # fmt: skip
    return select(
        *keys, stands.c.event_day.label("day"), change("open"), change("unsettled")
    ).subquery("payable_change")


def _standing(rows: Rows) -> FromClause:
    """What of each invoice was open, in its own currency, at the end of each eventful day."""
    head, payment = rows(schema.invoice), rows(schema.payment)
    paid_on = case((payment.c.paid_on < head.c.day, head.c.day), else_=payment.c.paid_on)
    events = union_all(
        select(head.c.invoice_id, head.c.day, head.c.document_gross.label("change")),
        select(head.c.invoice_id, paid_on.label("day"), (-_settled(payment)).label("change"))
        .select_from(payment.join(head, head.c.invoice_id == payment.c.invoice_id)),
    ).subquery("event")  # fmt: skip
    daily = (
        select(events.c.invoice_id, events.c.day, func.sum(events.c.change).label("change"))
        .group_by(events.c.invoice_id, events.c.day)
        .subquery("daily")
    )
    left = func.sum(daily.c.change).over(partition_by=daily.c.invoice_id, order_by=daily.c.day)
    return select(
        daily.c.invoice_id, daily.c.day, cast(left, AMOUNT).label("left_open")
    ).subquery("standing")  # fmt: skip


def _settled(payment: FromClause) -> ColumnElement[Any]:
    """What a payment takes off its invoice: what was paid, and the discount taken."""
    return payment.c.amount + func.coalesce(payment.c.discount_taken, 0)


def payable_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Open amounts by the day they changed and the day they are due."""
    changed = payable_changes(settings, rows)
    return _summed(changed, schema.payable_flow, {"open": AMOUNT, "unsettled": QUANTITY})


# --- What is paid --------------------------------------------------------------------------------


def payment_shares(settings: Settings, rows: Rows) -> FromClause:
    """Every payment, shared out; ``settled`` is its share of an invoice that it paid off."""
    share, payment = _shares(settings, rows), _payments(rows)
    source = payment.join(share, share.c.invoice_id == payment.c.invoice_id)
    paid = _part(share, payment.c.reporting_amount)
    days = cast(payment.c.paid_on - share.c.invoice_date, Integer)
    keys = [share.c[n] for n in ("supplier_id", "category_id", "cost_centre_id", "invoice_id")]
    columns = {
        "payment_id": payment.c.payment_id,
        "day": payment.c.paid_on,
        "due_date": share.c.due_date,
        "size_class": share.c.size_class,
        "discounted": func.coalesce(payment.c.discount_taken, 0) != 0,
        "paid": paid,
        "paid_days": paid * days,
        "discount_taken": _part(share, func.coalesce(payment.c.reporting_discount_taken, 0)),
        "settled": case((payment.c.settles, _part(share, _ONE)), else_=literal(0)),
        "batch_from": payment.c.batch_from,
    }
    return select(*keys, *labelled(columns)).select_from(source).subquery("payment_share")


def _payments(rows: Rows) -> FromClause:
    """Payments, and whether each was the one that paid its invoice off."""
    payment, head = rows(schema.payment), rows(schema.invoice)
    so_far = func.sum(_settled(payment)).over(
        partition_by=payment.c.invoice_id, order_by=(payment.c.paid_on, payment.c.payment_id)
    )
    paid_off = so_far >= head.c.document_gross
    before = so_far - _settled(payment) < head.c.document_gross
    return (
        select(payment, and_(paid_off, before).label("settles"))
        .select_from(payment.join(head, head.c.invoice_id == payment.c.invoice_id))
        .subquery("payment")
    )


def payment_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Payments by their day and the day they were due."""
    paid = payment_shares(settings, rows)
    measures = {
        "paid": AMOUNT, "paid_days": AMOUNT, "discount_taken": AMOUNT, "settled": QUANTITY,
    }  # fmt: skip
    return _summed(paid, schema.payment_flow, measures)


# --- What was agreed, and offered ----------------------------------------------------------------


def term_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Gross invoiced amounts by accounting day and by the terms that speak of them."""
    share = _shares(settings, rows)
    renamed = select(share.c.part.label("invoiced"), *(c for c in share.c if c.name != "gross"))
    return _summed(renamed.subquery("term"), schema.term_flow, {"invoiced": AMOUNT})


def discount_offers(settings: Settings, rows: Rows) -> FromClause:
    """Every discount offered, shared out: when, when it was used, when its invoice was first paid.

    It is offered once, on the earlier of its use and its date.
    """
    share, payment = _shares(settings, rows), rows(schema.payment)
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
        "used_on": func.coalesce(use.c.used_on, _UNKNOWN),
        "first_paid_on": func.coalesce(use.c.first_paid_on, _UNKNOWN),
        "in_time": func.coalesce(use.c.first_paid_on <= share.c.discount_date, literal(False)),
        "offered": _part(share, worth),
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
    return _summed(discount_offers(settings, rows), schema.discount_flow, {"offered": AMOUNT})
