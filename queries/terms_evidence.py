"""The documents behind a figure of payment terms: invoices, payments and discounts, row by row."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, cast, func, select

from queries.budget import intercompany
from queries.calendar import Span
from queries.contract import AMOUNT
from queries.payables import NO_DATE, payable_changes, shares
from queries.payments import discount_offers, payment_shares
from queries.selection import Selection, narrowed
from queries.store import Reader
from queries.versions import rows_at

PLACE = ("supplier_id", "category_id", "cost_centre_id")
INVOICE = ("invoice_id", *PLACE, "day", "invoice_date", "due_date", "payment_term_code")


def _mine(reader: Reader, selection: Selection, rows: FromClause) -> list[ColumnElement[bool]]:
    return [*narrowed(selection, rows, reader.batch), ~intercompany(reader, rows)]


def _known(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A day, or nothing where it is not known."""
    return func.nullif(column, NO_DATE).label(column.name)


def invoices(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """Invoiced money of some days with its term, each invoice as far as it is in the selection."""
    share = shares(reader.settings, rows_at(reader.batch))
    columns = [_known(share.c[n]) if n == "due_date" else share.c[n] for n in INVOICE]
    return (
        select(*columns, share.c.part.label("invoiced"), share.c.batch_from)
        .where(*_mine(reader, selection, share), share.c.day.between(span.first, span.last))
        .order_by(func.abs(share.c.part).desc(), share.c.invoice_id, *_places(share))
    )


def _places(rows: FromClause) -> tuple[ColumnElement[Any], ...]:
    return rows.c.category_id, rows.c.cost_centre_id


def payments(reader: Reader, selection: Selection, span: Span, *conditions: str) -> Select[Any]:
    """Payments of some days, each as far as it is in the selection."""
    paid = payment_shares(reader.settings, rows_at(reader.batch))
    names = ("payment_id", "invoice_id", *PLACE, "day")
    chosen = (_CONDITIONS[name](paid, reader.settings.early_days) for name in conditions)
    return (
        select(
            *(paid.c[n] for n in names), _known(paid.c.due_date), paid.c.invoice_date,
            (paid.c.day - paid.c.invoice_date).label("days_to_pay"), paid.c.paid,
            paid.c.discount_taken, paid.c.batch_from,
        )
        .where(*_mine(reader, selection, paid), paid.c.day.between(span.first, span.last), *chosen)
        .order_by(func.abs(paid.c.paid).desc(), paid.c.payment_id, *_places(paid))
    )  # fmt: skip


def _late(paid: FromClause, _: int) -> ColumnElement[bool]:
    return and_(paid.c.due_date != NO_DATE, paid.c.day > paid.c.due_date)


def _early(paid: FromClause, early_days: int) -> ColumnElement[bool]:
    ahead = paid.c.day + early_days <= paid.c.due_date
    return and_(paid.c.due_date != NO_DATE, ahead, paid.c.discounted.is_(False))


def _discounted(paid: FromClause, _: int) -> ColumnElement[bool]:
    return paid.c.discounted.is_(True)


_CONDITIONS = {"late": _late, "early": _early, "discounted": _discounted}


def open_invoices(
    reader: Reader, selection: Selection, position: date, overdue: bool = False
) -> Select[Any]:
    """What is open of each invoice as at a day; or only what is past its due date."""
    change = payable_changes(reader.settings, rows_at(reader.batch))
    keys = ("invoice_id", *PLACE, "invoice_date", "due_date", "batch_from")
    amount = cast(func.sum(change.c.open), AMOUNT)
    past = [change.c.due_date != NO_DATE, change.c.due_date < position] if overdue else []
    columns = [_known(change.c[n]) if n == "due_date" else change.c[n] for n in keys[:-1]]
    return (
        select(*columns, amount.label("open"), change.c.batch_from)
        .where(*_mine(reader, selection, change), change.c.day <= position, *past)
        .group_by(*(change.c[name] for name in keys))
        .having(amount != 0)
        .order_by(func.abs(amount).desc(), change.c.invoice_id, *_places(change))
    )


def offers(reader: Reader, selection: Selection, span: Span) -> Select[Any]:
    """Discounts offered in some days, each as far as it is in the selection."""
    offer = discount_offers(reader.settings, rows_at(reader.batch))
    days = [_known(offer.c[n]) for n in ("used_on", "first_paid_on")]
    return (
        select(
            offer.c.invoice_id, *(offer.c[n] for n in PLACE), offer.c.offered_on, *days,
            offer.c.offered, offer.c.batch_from,
        )
        .where(*_mine(reader, selection, offer))
        .where(offer.c.offered_on.between(span.first, span.last))
        .order_by(offer.c.offered.desc(), offer.c.invoice_id, *_places(offer))
    )  # fmt: skip
