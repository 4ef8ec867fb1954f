"""The order lines of BPI Challenge 2019 as rows of the contract, told event by event.

Plain Python straight from the two files: what the mapping says in SQL, a line's story at a time.
"""

import csv
import gzip
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, Any]

REQUESTED = ("Create Purchase Requisition Item", "SRM: Created")
SIGN = {"Record Goods Receipt": 1, "Cancel Goods Receipt": -1}


class Event(NamedTuple):
    """Something that happened to a line; ``worth`` is its value times rows of the ledger."""

    case_id: str
    number: int
    day: date
    activity: str
    worth: int

    @property
    def name(self) -> str:
        """What it is known by."""
        return f"{self.case_id}/{self.number}"


@dataclass
class Invoice:
    """One invoice as it is recorded; ``undone`` is the event that took it back."""

    event: Event
    rows: int
    day: date
    amount: Decimal = Decimal(0)
    undone: Event | None = None


@dataclass
class Line:
    """One order line and what happened to it, in order."""

    case: Row
    events: list[Event]
    invoices: list[Invoice] = field(default_factory=list)
    credits: list[Invoice] = field(default_factory=list)  # cancellations of what nobody recorded

    @property
    def value(self) -> int:
        """What the line was created with, in whole euros."""
        return self.of("Create Purchase Order Item")[0].worth

    def of(self, *activities: str) -> list[Event]:
        """Its events of some kinds."""
        return [event for event in self.events if event.activity in activities]

    def day(self, *activities: str) -> date | None:
        """The first day of some kinds of event."""
        return min((event.day for event in self.of(*activities)), default=None)

    @property
    def receipts(self) -> int:
        """Receipts less those taken back."""
        return sum(SIGN.get(event.activity, 0) for event in self.events)

    def book(self) -> None:
        """Record and take back invoices in the order of the events, then share the value out."""
        dates = [event.day for event in self.of("Vendor creates invoice")]
        standing: list[Invoice] = []
        for event in self.of("Record Invoice Receipt", "Cancel Invoice Receipt"):
            rows = event.worth // self.value if self.value else 1
            if event.activity == "Record Invoice Receipt":
                place = len(self.invoices)
                dated = dates[min(place, len(dates) - 1)] if dates else event.day
                self.invoices.append(Invoice(event, rows, dated))
                standing.append(self.invoices[-1])
            elif standing:
                standing.pop().undone = event
            else:
                self.credits.append(Invoice(event, rows, event.day))
        self.share(standing)

    def share(self, standing: list[Invoice]) -> None:
        """Cents of what stands are cumulated before they are rounded."""
        booked = [*self.invoices, *self.credits]
        count = sum(one.rows for one in standing)
        whole = max([self.receipts, count, *(one.rows for one in booked)])
        for one in booked:
            one.amount = cents(self.value, one.rows, whole)
        so_far = 0
        for one in standing:
            before, so_far = so_far, so_far + one.rows
            one.amount = cents(self.value, so_far, whole) - cents(self.value, before, whole)


def cents(value: int, part: int, whole: int) -> Decimal:
    """A part of a value to the cent, half up.

    >>> cents(100, 1, 3)
    Decimal('33.33')
    """
    return rounded(Decimal(value) * part / whole, "0.01")


def rounded(exact: Decimal, step: str) -> Decimal:
    return exact.quantize(Decimal(step), ROUND_HALF_UP)


@lru_cache(1)
def story(folder: Path) -> tuple[Line, ...]:
    """Every line with its events, booked."""
    events: dict[str, list[Event]] = {}
    for row in records(folder / "events.csv.gz"):
        event = Event(
            sys.intern(row["case_id"]),
            int(row["event_no"]),
            _day(row["timestamp"][:10]),
            sys.intern(row["activity"]),
            int(float(row["cumulative_net_worth_eur"])),
        )
        events.setdefault(event.case_id, []).append(event)
    lines = []
    for case in records(folder / "cases.csv.gz"):
        own = sorted(events[case["case_id"]], key=lambda event: event.number)
        lines.append(Line(case, own))
        lines[-1].book()
    return tuple(lines)


@lru_cache
def _day(written: str) -> date:
    return date.fromisoformat(written)


def records(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


# --- As rows of the contract ---------------------------------------------------------------------


def tables(folder: Path) -> dict[str, list[Row]]:
    """Suppliers, categories and all that happened, but for the steps."""
    lines = story(folder)
    return {
        "supplier": [{"supplier_id": name} for name in sorted({_supplier(o) for o in lines})],
        "category": categories(lines),
        "cost_centre": [
            {"cost_centre_id": name} for name in sorted({line.case["company"] for line in lines})
        ],
        "purchase_order_line": [order(line) for line in lines],
        "goods_receipt": [row for line in lines for row in receipts(line)],
        "invoice_line": [row for line in lines for row in invoice_lines(line)],
        "payment": [row for line in lines for row in payments(line)],
    }


def categories(lines: tuple[Line, ...]) -> list[Row]:
    """Three levels; 296 lines have none of them."""
    parents: dict[str, str | None] = {}
    for line in lines:
        names = [line.case[c] for c in ("spend_classification", "spend_area", "sub_spend_area")]
        if all(names):
            top, area, below = names
            parents |= {top: None, area: top, f"{area} / {below}": area}
    return [{"category_id": name, "parent_category_id": parent} for name, parent in parents.items()]


def order(line: Line) -> Row:
    """The line itself."""
    case = line.case
    ordered, requested = line.day("Create Purchase Order Item"), line.day(*REQUESTED)
    deleted = line.of("Delete Purchase Order Item", "Reactivate Purchase Order Item")
    gone = bool(deleted) and deleted[-1].activity == "Delete Purchase Order Item"
    known = case["spend_area"] and case["sub_spend_area"]
    return {
        **_key(line),
        "order_date": ordered,
        "supplier_id": _supplier(line),
        "quantity": Decimal(-1 if line.receipts < 0 else 1),
        "unit_price": Decimal(line.value),
        "category_id": f"{case['spend_area']} / {case['sub_spend_area']}" if known else None,
        "cost_centre_id": case["company"],
        "matching": "value",
        "requested_on": requested,
        "approved_on": requested and (line.day("SRM: Document Completed") or ordered),
        "status": "cancelled" if gone else "open",
        "status_date": deleted[-1].day if gone else None,
    }


def receipts(line: Line) -> Iterator[Row]:
    """Shares of the line, cumulated before they are rounded to a millionth."""
    whole, so_far = max(abs(line.receipts), 1), 0
    for event in line.of(*SIGN):
        before, so_far = so_far, so_far + SIGN[event.activity]
        after, first = (rounded(Decimal(n) / whole, "0.000001") for n in (so_far, before))
        yield {"receipt_id": event.name, **_key(line), "received_on": event.day,
               "quantity": after - first}  # fmt: skip


def invoice_lines(line: Line) -> Iterator[Row]:
    """Each invoice, its cancellation as a second line, and credit notes."""
    number = {"po_id": line.case["purchasing_document"], "po_line_no": int(line.case["item"])}
    for one in (*line.invoices, *line.credits):
        row = {"invoice_id": one.event.name, "line_no": 1, "supplier_id": _supplier(line),
               "invoice_date": one.day, "posted_on": one.event.day,
               "amount": -one.amount if one in line.credits else one.amount,
               **number}  # fmt: skip
        yield row
        if one.undone:
            back = {"line_no": 2, "posted_on": one.undone.day, "amount": -one.amount}
            yield row | back


def payments(line: Line) -> Iterator[Row]:
    """What was cleared, of the invoices in their order; without one there is nothing to pay."""
    for event, one in zip(line.of("Clear Invoice"), line.invoices, strict=False):
        yield {"payment_id": event.name, "invoice_id": one.event.name, "paid_on": event.day,
               "amount": one.amount}  # fmt: skip


def _supplier(line: Line) -> str:
    return str(line.case["vendor_id"])


def _key(line: Line) -> Row:
    return {"po_id": line.case["purchasing_document"], "line_no": int(line.case["item"])}


def steps(folder: Path) -> Iterator[Row]:
    """Every event, since the one before it on its line."""
    for line in story(folder):
        for before, event in zip([line.events[0], *line.events], line.events, strict=False):
            yield {"document_id": event.case_id, "step": event.number,
                   "submitted_at": before.day, "decided_at": event.day,
                   "outcome": event.activity}  # fmt: skip
