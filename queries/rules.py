"""Row rules that must run in the engine: how one order line stands on one day.

Each rule is one SQL expression, documented where it is written; marts and checks use these and
nothing else. Quantities are what ``matching`` says: units, or money of value-matched lines.
"""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Double,
    Integer,
    Interval,
    Numeric,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
)

from queries.contract import AMOUNT, QUANTITY

Number = ColumnElement[Any]
Truth = ColumnElement[bool]

# DuckDB multiplies two 18-digit numbers into 18 digits and overflows; one of 19 or more widens it.
_WIDE_AMOUNT = Numeric(20, 2)
_WIDE_QUANTITY = Numeric(20, 6)
_VALUE = Numeric(19, 6)
_SHARE = Numeric(19, 18)
_SHARE_STEP = Decimal(1).scaleb(-18)
_CENT = literal(Decimal("0.01"), Numeric(3, 2))
STEPS = 1000  # tenths of a per cent, in all
_MONTH = literal_column("INTERVAL '1 month'", Interval())


def to_cents(money: Number) -> Number:
    """Money rounded half up, once, at the end."""
    return cast(func.round(money, 2), AMOUNT)


def reporting_value(quantity: Number, unit_price: Number, rate: Number) -> Number:
    """quantity × unit price × rate, not yet rounded; exact where the rate is one."""
    plain = value(quantity, unit_price)
    return case((rate == 1, plain), else_=cast(plain, _VALUE) * rate)


def worth(quantity: Number, unit_price: Number, rate: Number) -> Number:
    """quantity × unit price × rate, to the cent.

    Doubles say it in a tenth of the time wherever they are sure; elsewhere decimals do. They err
    by less than a thousandth of a cent up to the largest they are asked; the decimal rule rounds
    to six decimals before the rate, which moves it by half of 0.000001 × 100 × 100 at most: both,
    and what a server drops of a double's digits, are within a fiftieth of a cent.
    """
    cents = cast(quantity, Double) * cast(unit_price, Double) * cast(rate, Double) * 100
    exact = to_cents(reporting_value(quantity, unit_price, rate))
    return case(
        (and_(_is_sure(cents), rate < LARGEST_SURE_RATE), cast(cents / 100, AMOUNT)), else_=exact
    )


def reporting_amount(amount: Number, rate: Number) -> Number:
    """An amount in its document's currency × rate, to the cent; by doubles where they are sure."""
    cents = cast(amount, Double) * cast(rate, Double) * 100
    return case(
        (_is_sure(cents), cast(cents / 100, AMOUNT)), else_=to_cents(unrounded(amount, rate))
    )


LARGEST_SURE, LARGEST_SURE_RATE = 1e12, 100  # cents, and what a unit may be worth
FAR_FROM_HALF = 0.48  # of a cent: a fiftieth is left to what doubles err by


def _is_sure(cents: Number) -> Truth:
    """Whether a double is not next to half a cent, nor so large that its last digits count."""
    off = func.abs(cents - func.round(cents))
    return and_(cents.between(-LARGEST_SURE, LARGEST_SURE), off < FAR_FROM_HALF)


def unrounded(amount: Number, rate: Number) -> Number:
    """An amount × rate, with every digit."""
    return cast(amount, _WIDE_AMOUNT) * rate


def value(quantity: Number, unit_price: Number) -> Number:
    """quantity × unit price in the document's currency, with every digit."""
    return cast(quantity, _WIDE_QUANTITY) * unit_price


def is_value_matched(matching: Number, quantity: Number) -> Truth:
    """Blanket and service lines are matched by value: they say so, or one unit was ordered."""
    return or_(func.coalesce(matching, "quantity") == "value", quantity == 1)


def is_approved(requested_on: Number, approved_on: Number, day: Number) -> Truth:
    """Approved as at a day; a line that nobody had to request counts as approved."""
    return or_(requested_on.is_(None), func.coalesce(approved_on <= day, False))


def status_at(status: Number, status_date: Number, day: Number) -> Number:
    """The status as at a day: open before its date, and where nothing is said."""
    in_force = or_(status_date.is_(None), status_date <= day)
    return case((in_force, func.coalesce(status, "open")), else_="open")


def accrued_balance(received: Number, invoiced: Number, status: Number) -> Number:
    """max(0, received − invoiced); nothing once cancelled, rejected or finally invoiced."""
    over = status.in_(("cancelled", "rejected", "final_invoiced"))
    zero = literal(0)
    return case((over, zero), (received > invoiced, received - invoiced), else_=zero)


def undelivered(ordered: Number, received: Number, invoiced: Number, status: Number) -> Number:
    """max(0, ordered − max(received, invoiced)); nothing once no more is to come."""
    over = status.in_(("closed", "final_invoiced", "cancelled", "rejected"))
    arrived = case((received > invoiced, received), else_=invoiced)
    zero = literal(0)
    return case((over, zero), (ordered > arrived, ordered - arrived), else_=zero)


def invoiced_quantity(quantity: Number, amount: Number) -> Number:
    """The quantity of an invoice line, with the sign of credit notes; nothing said is none."""
    known = func.coalesce(quantity, 0)
    return case((amount < 0, -func.abs(known)), else_=known)


def share_of(value: Number, days: int, whole: int, kind: Numeric[Any]) -> Number:
    """value × days ÷ whole, rounded half up to the scale of its kind.

    The engines divide decimals differently, so that halves of a cent would fall apart: they
    multiply by the share instead, rounded up where no value they hold can notice.
    """
    share = (Decimal(days) / whole).quantize(_SHARE_STEP, ROUND_CEILING)
    wide = cast(value, Numeric(20, kind.scale))
    return cast(func.round(wide * literal(share, _SHARE), kind.scale), kind)


def quantity_of(value: Number) -> Number:
    """A sum of quantities, brought back to the width that a product can carry."""
    return cast(value, QUANTITY)


def share_in_cents(amount: Number, part: Number, whole: Number) -> Number:
    """amount × part ÷ whole in whole cents, rounded half up.

    All three are amounts. Both engines reckon it alike, in doubles of whole cents, so that half a
    cent is half: exact where the part is all or nothing, so that what is cumulated before it is
    shared sums to the whole.
    """
    of, share, all_of = (cast(cast(a, _WIDE_AMOUNT) * 100, Double) for a in (amount, part, whole))
    return cast(func.floor(of * share / all_of + 0.5), BigInteger)


def amount_of(cents: Number) -> Number:
    """Whole cents as an amount."""
    return cast(cents * _CENT, AMOUNT)


def due_date(invoice_date: Number, net_days: Number, end_of_month: Number) -> Number:
    """So many days after the invoice, or after the end of its month where the term says so."""
    month = cast(func.date_trunc("month", invoice_date), Date)
    month_end = cast(month + _MONTH, Date) - 1
    counted = case((end_of_month.is_(True), month_end), else_=invoice_date)
    return counted + net_days


def size_class(gross: Number) -> Number:
    """0 under 1,000; 1 under 10,000; 2 above: the classes that fixed sums for late payment know."""
    return case((gross < 1000, 0), (gross < 10000, 1), else_=2)


def plain_number(number: Number) -> Number:
    """An invoice's number as people compare it: Latin letters in upper case and digits alone, the
    zeros it begins with off; '' where nothing is left of it, null where there is none."""
    plain = func.regexp_replace(number.collate("C"), "[^A-Za-z0-9]", "", "g", type_=String())
    return func.ltrim(func.upper(plain.collate("C")), "0", type_=String())


def price_steps(price: Number, agreed: Number) -> Number:
    """How far a price is from the agreed one, either way: in tenths of a per cent, rounded up.

    Both are doubles. What is a billionth of a step over counts as none of the next: two doubles are
    no nearer. Where it is beyond the largest tolerance, or nothing was agreed, ``STEPS``.
    """
    apart = func.abs(price / func.nullif(agreed, 0) - 1) * STEPS
    return case(
        (apart < STEPS, cast(func.ceil(apart - 1e-9), Integer)), (price == agreed, 0), else_=STEPS
    )
