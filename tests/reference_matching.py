"""What does not match, by the letter: line by line with exact fractions, apart from the engine.

Built on the other reference of the process (``tests.reference_process``), which shares no code with
the engine's rules either.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from tests.reference_process import Days, Purchasing, Row, billed, posted

NEVER = date.max


@dataclass(frozen=True)
class Off:
    """One invoice line that is off: how, what it costs in cents, and when the rest came."""

    line: Row
    place: dict[str, str]
    kind: str
    amount: int
    unreceived: int
    dearer: int
    come_on: date


def exceptions(company: Purchasing, days: Days, tolerance: str) -> list[Off]:
    """Every judged line of some days that is off by anything at all."""
    found = (
        _off(company, line, place, Fraction(tolerance)) for line, place in company.invoiced(days)
    )
    return [one for one in found if one]


def _off(company: Purchasing, line: Row, place: Any, tolerance: Fraction) -> Off | None:
    order = company.order_of(line)
    if order is None or order.get("matching") == "value" or order["quantity"] == 1:
        return None
    if line["amount"] < 0 or not line.get("quantity"):
        return None
    before = company.billed_before[line["invoice_id"], line["line_no"]]
    asked = Fraction(billed(line))
    missing = asked + Fraction(before) - Fraction(company.received(order, posted(line)))
    price, agreed = company.prices(line, order)
    if missing <= 0 and abs(price - agreed) <= agreed / 10**12:
        return None
    amount = int(company.amount(line) * 100)
    short = min(missing, asked) / asked if missing > 0 and asked > 0 else Fraction(0)
    unreceived = _rounded(amount * short)
    dearer = _rounded((amount - unreceived) * (1 - agreed / price)) if price else 0
    come = _come(company, order, line, Fraction(before) + asked) if missing > 0 else posted(line)
    kind = _kind(missing > 0, price, agreed, tolerance)
    return Off(line, place, kind, amount, unreceived, dearer, come)


def _kind(short: bool, price: Fraction, agreed: Fraction, tolerance: Fraction) -> str:
    priced = abs(price - agreed) > tolerance * agreed
    way = ("dearer" if price > agreed else "cheaper") if priced else ""
    if short:
        return f"quantity_{way}" if way else "quantity"
    return way or "tolerated"


def _come(company: Purchasing, order: Row, line: Row, enough: Fraction) -> date:
    receipts = company.receipts.get((order["po_id"], order["line_no"]), ())
    later = sorted({r["received_on"] for r in receipts if r["received_on"] > posted(line)})
    return next((day for day in later if company.received(order, day) >= enough), NEVER)


def _rounded(cents: Fraction) -> int:
    """Half up."""
    return floor(cents + Fraction(1, 2))
