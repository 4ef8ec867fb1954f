"""The budget position by the letter of the definitions: one line at a time, in plain Python.

It shares no code with the engine's rules, so that the two can be held against each other. Rows are
mappings with the contract's column names; an absent column is unknown. ``reporting_rate`` is the
rate of the order's (or invoice's) own date; absent, the document is in the reporting currency.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
LineKey = tuple[str, int]

ZERO = Decimal(0)
NO_ACCRUAL = {"cancelled", "rejected", "final_invoiced"}
NOTHING_TO_COME = {"closed", *NO_ACCRUAL}


@dataclass(frozen=True)
class Balances:
    """How one order line stands on one day, in the reporting currency."""

    accrued: Decimal = ZERO
    committed: Decimal = ZERO
    requested: Decimal = ZERO


@dataclass(frozen=True)
class Position:
    """What one order line, or many, add to a selection's position."""

    accrued_spend: Decimal = ZERO
    committed_spend: Decimal = ZERO
    committed_later: Decimal = ZERO
    requested_spend: Decimal = ZERO

    def __add__(self, other: "Position") -> "Position":
        return Position(
            self.accrued_spend + other.accrued_spend,
            self.committed_spend + other.committed_spend,
            self.committed_later + other.committed_later,
            self.requested_spend + other.requested_spend,
        )


def positions(
    lines: Iterable[Row],
    receipts: Iterable[Row],
    invoices: Iterable[Row],
    start: date,
    end: date,
    data_through: date | None = None,
    intercompany: frozenset[str] = frozenset(),
    places: int | None = None,
) -> dict[LineKey, Position]:
    """Each order line's part of the position of the selection from ``start`` to ``end``.

    The position date is the earlier of ``end`` and ``data_through``. ``places`` rounds each line's
    balances, half up, as a store does that keeps cents; without it they are exact.
    """
    position_date = min(end, data_through or end)
    before = start - timedelta(days=1)
    received, invoiced = _by_line(receipts, "line_no"), _by_line(invoices, "po_line_no")
    result: dict[LineKey, Position] = {}
    for line in lines:
        if line["supplier_id"] in intercompany:
            continue
        key = (line["po_id"], line["line_no"])
        documents = received.get(key, []), invoiced.get(key, [])
        now = _rounded(balances(line, *documents, position_date), places)
        then = _rounded(balances(line, *documents, before), places)
        promised = line.get("promised_date")
        in_time = promised is None or promised <= end
        result[key] = Position(
            accrued_spend=now.accrued - then.accrued,
            committed_spend=now.committed if in_time else ZERO,
            committed_later=ZERO if in_time else now.committed,
            requested_spend=now.requested,
        )
    return result


def position(*arguments: Any, **options: Any) -> Position:
    """The sum of ``positions`` over all order lines."""
    return sum(positions(*arguments, **options).values(), Position())


def balances(line: Row, receipts: Iterable[Row], invoices: Iterable[Row], day: date) -> Balances:
    """How an order line stands at the end of a day, from its receipts and invoice lines."""
    requested_on, approved_on = line.get("requested_on"), line.get("approved_on")
    seen_on = min(filter(None, (requested_on, line["order_date"])))
    if day < seen_on:
        return Balances()
    status = _status(line, day)
    ordered, received, invoiced, worth = _progress(line, receipts, invoices, day)
    accrued = ZERO if status in NO_ACCRUAL else max(ZERO, received - invoiced) * worth
    to_come = ZERO
    if status not in NOTHING_TO_COME:
        to_come = max(ZERO, ordered - max(received, invoiced)) * worth
    waiting = requested_on is not None and (approved_on is None or approved_on > day)
    return Balances(accrued, ZERO if waiting else to_come, to_come if waiting else ZERO)


def accounting_date(invoice: Row) -> date:
    """The day an invoice line belongs to."""
    day: date = invoice.get("posted_on") or invoice["invoice_date"]
    return day


def invoiced_quantity(invoice: Row) -> Decimal:
    """The quantity of an invoice line with the sign of a credit; 0 where it moves money only."""
    quantity = invoice.get("quantity")
    if quantity is None:
        return ZERO
    number = Decimal(quantity)
    return -abs(number) if Decimal(invoice["amount"]) < 0 else number


def _progress(
    line: Row, receipts: Iterable[Row], invoices: Iterable[Row], day: date
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Ordered, received and invoiced by the end of a day, and what one of their unit is worth."""
    quantity, price = Decimal(line["quantity"]), Decimal(line["unit_price"])
    rate = _rate(line)
    came = sum((Decimal(r["quantity"]) for r in receipts if r["received_on"] <= day), ZERO)
    billed = [invoice for invoice in invoices if accounting_date(invoice) <= day]
    if line.get("matching") == "value" or quantity == 1:
        money = sum((_at_order_rate(invoice, line) for invoice in billed), ZERO)
        return quantity * price * rate, came * price * rate, money, Decimal(1)
    return quantity, came, sum(map(invoiced_quantity, billed), ZERO), price * rate


def _at_order_rate(invoice: Row, line: Row) -> Decimal:
    """An invoiced amount in the reporting currency, at the order's rate where it can be."""
    same_currency = invoice.get("currency") == line.get("currency")
    return Decimal(invoice["amount"]) * (_rate(line) if same_currency else _rate(invoice))


def _status(line: Row, day: date) -> str:
    """The status as at a day: open before its date, and where nothing is said."""
    since = line.get("status_date")
    if since is not None and day < since:
        return "open"
    return line.get("status") or "open"


def _rate(row: Row) -> Decimal:
    rate = row.get("reporting_rate")
    return Decimal(1) if rate is None else Decimal(rate)


def _by_line(rows: Iterable[Row], number: str) -> dict[LineKey, list[Row]]:
    """Rows by the order line they name; rows without an order belong to none."""
    found: dict[LineKey, list[Row]] = {}
    for row in rows:
        if row.get("po_id") is not None and row.get(number) is not None:
            found.setdefault((row["po_id"], row[number]), []).append(row)
    return found


def _rounded(exact: Balances, places: int | None) -> Balances:
    if places is None:
        return exact
    step = Decimal(1).scaleb(-places)
    parts = (exact.accrued, exact.committed, exact.requested)
    return Balances(*(part.quantize(step, rounding=ROUND_HALF_UP) for part in parts))
