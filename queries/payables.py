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
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from queries import mart_tables, rules, schema
from queries.balances import labelled
from queries.contract import AMOUNT, QUANTITY
from queries.settings import Settings
from queries.spend_lines import spend_lines
from queries.versions import Rows, current

NO_DATE = date(1900, 1, 1)
UNKNOWN = literal(NO_DATE, Date())
ONE = literal(1, QUANTITY)  # an invoice, shared out in hundredths
LAST_YEARS = literal(date(9980, 1, 1), Date())  # a term of ten years from here leaves the calendar


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
            _on_a_calendar(
                head,
                rules.due_date(head.c.invoice_date, agreed("net_days"), agreed("end_of_month")),
            ),
        ),
        "discount_rate": agreed("discount_rate"),
        "discount_date": _on_a_calendar(head, head.c.invoice_date + agreed("discount_days")),
    }
    return select(*labelled(columns)).select_from(source)


def _on_a_calendar(head: FromClause, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """A day after an invoice; unknown where the invoice is of the last years of the calendar."""
    return case((head.c.invoice_date < LAST_YEARS, day))


HEAD = ("invoice_id", "supplier_id", "day", "invoice_date", "document_gross", "gross", "line_count")


def _heads(settings: Settings, rows: Rows) -> FromClause:
    """Invoice lines summed by invoice; where lines differ in a date or a term, the first holds."""
    line = spend_lines(settings, rows)
    first = (
        "supplier_id", "day", "invoice_date", "due_date", "payment_term_code", "contract_id",
    )  # fmt: skip
    columns: dict[str, ColumnElement[Any]] = {
        name: func.min(_plain(line.c[name])) for name in first
    }
    for name in ("document_gross", "gross"):
        columns[name] = cast(func.sum(line.c[name]), AMOUNT)
    columns["line_count"] = func.count()
    return (
        select(line.c.invoice_id, *labelled(columns)).group_by(line.c.invoice_id).subquery("head")
    )


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Texts in the order of their signs' codes, whatever language a server sorts in."""
    return column.collate("C") if isinstance(column.type, String) else column


def shares(settings: Settings, rows: Rows) -> FromClause:
    """How much of each invoice falls to each category and cost centre, one by one and so far."""
    line, head = spend_lines(settings, rows), rows(mart_tables.invoice)
    keys = (line.c.invoice_id, line.c.category_id, line.c.cost_centre_id)
    part = (
        select(*keys, cast(func.sum(line.c.gross), AMOUNT).label("part"))
        .group_by(*keys)
        .subquery("part")
    )
    so_far = func.sum(part.c.part).over(
        partition_by=part.c.invoice_id,
        order_by=[_plain(part.c[n]) for n in ("category_id", "cost_centre_id")],
    )
    owed = and_(head.c.document_gross > 0, head.c.gross > 0)
    share = (
        select(
            part,
            cast(so_far, AMOUNT).label("so_far"),
            head.c.supplier_id,
            head.c.day,
            head.c.invoice_date,
            func.coalesce(head.c.due_date, UNKNOWN).label("due_date"),
            rules.size_class(head.c.document_gross).label("size_class"),
            head.c.document_gross,
            head.c.gross,
            head.c.batch_from,
            *(head.c[n] for n in (*TERM_CODES, "discount_rate", "discount_date")),
        )
        .select_from(part.join(head, head.c.invoice_id == part.c.invoice_id))
        .where(owed)
        .subquery("share")
    )
    return rows.once(share, "share")


TERM_CODES = ("payment_term_code", "contract_term_code", "master_term_code")


def part_of(share: FromClause, amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """What falls to one share of an amount that belongs to its whole invoice."""
    before = share.c.so_far - share.c.part
    return rules.amount_of(
        rules.share_in_cents(amount, share.c.so_far, share.c.gross)
        - rules.share_in_cents(amount, before, share.c.gross)
    )


def summed(source: FromClause, mart: Any, measures: dict[str, Any]) -> Select[Any]:
    keys = [source.c[name] for name in schema.keys(mart)]
    sums: dict[str, ColumnElement[Any]] = {
        name: cast(func.sum(source.c[name]), kind) for name, kind in measures.items()
    }
    return select(*keys, *labelled(sums), func.count().label("line_count")).group_by(*keys)


# --- What is owed --------------------------------------------------------------------------------


def payable_changes(settings: Settings, rows: Rows) -> FromClause:
    """What each day changed of each invoice's open amount, shared out; in reporting currency.

    A payment before the invoice is seen on the invoice's day. The open amount converts at the
    invoice's rate, so that paying leaves no exchange difference.
    """
    share = shares(settings, rows)
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
            case((left > 0, part_of(share, ONE)), else_=literal(0)).label("unsettled"),
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
            "invoice_date", "batch_from",
        )
    ]  # fmt: skip
    return select(
        *keys, stands.c.event_day.label("day"), change("open"), change("unsettled")
    ).subquery("payable_change")


def _standing(rows: Rows) -> FromClause:
    """What of each invoice was open, in its own currency, at the end of each eventful day."""
    head, payment = rows(mart_tables.invoice), rows(schema.payment)
    paid_on = case((payment.c.paid_on < head.c.day, head.c.day), else_=payment.c.paid_on)
    events = union_all(
        select(head.c.invoice_id, head.c.day, head.c.document_gross.label("change")),
        select(head.c.invoice_id, paid_on.label("day"), (-settled(payment)).label("change"))
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


def settled(payment: FromClause) -> ColumnElement[Any]:
    """What a payment takes off its invoice: what was paid, and the discount taken."""
    return payment.c.amount + func.coalesce(payment.c.discount_taken, 0)


def payable_flow(settings: Settings, rows: Rows = current) -> Select[Any]:
    """Open amounts by the day they changed and the day they are due."""
    changed = payable_changes(settings, rows)
    return summed(changed, mart_tables.payable_flow, {"open": AMOUNT, "unsettled": QUANTITY})
