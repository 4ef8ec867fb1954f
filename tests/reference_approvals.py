"""Stages and steps once more, line by line and day by day, straight from the rows of the contract.

It knows nothing of marts: where a line stands after a day follows from what had happened by then.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
CENT = Decimal("0.01")
STAGES = ("approval", "order", "receipt", "invoice", "payment")
REFUSED = ("cancelled", "rejected", "final_invoiced")
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Line:
    """One order line with all that refers to it."""

    order: Row
    receipts: Sequence[Row]
    bills: Sequence[Row]
    payments: Sequence[Row]

    @property
    def cents(self) -> int:
        worth = self.order["quantity"] * self.order["unit_price"]
        return int(worth.quantize(CENT, ROUND_HALF_UP).scaleb(2))

    @property
    def milestones(self) -> tuple[date | None, ...]:
        """Requested, approved, ordered, received, invoiced, paid: the first day of each."""
        order, requested = self.order, self.order["requested_on"]
        asked = requested is not None or order["status"] == "requested"
        seen = min(requested or order["order_date"], order["order_date"])
        approved = order["approved_on"] if asked else None
        ordered = order["order_date"] if approved is None else max(order["order_date"], approved)
        if order["status"] == "requested" or (asked and approved is None):
            ordered = None
        return (
            seen if asked else None,
            approved,
            ordered,
            first(r["received_on"] for r in self.receipts if r["quantity"] > 0),
            first(booked(b) for b in self.bills if b["amount"] > 0),
            first(p["paid_on"] for p in self.payments if p["amount"] > 0),
        )

    def stop(self, stage: str) -> date:
        """The day from which nothing more of a stage is waited for."""
        status = self.order["status"]
        known = [day for day in self.milestones if day]
        since = self.order["status_date"] or max(known, default=date.min)
        over = {
            "invoice": REFUSED,
            "payment": (),
        }.get(stage, (*REFUSED, "closed"))
        days = [since] if status in over else []
        if stage == "invoice":
            days += undone([(r["received_on"], r["quantity"]) for r in self.receipts])
        if stage == "payment":
            days += undone([(booked(b), b["amount"]) for b in self.bills])
        return min(days, default=NEVER)

    def standing(self, day: date) -> str | None:
        """The stage that the line is at after a day."""
        reached = [n for n, when in enumerate(self.milestones) if when and when <= day]
        if not reached or reached[-1] == len(STAGES):
            return None
        stage = STAGES[reached[-1]]
        return None if self.stop(stage) <= day else stage

    def passed(self) -> Iterator[tuple[str, date, int]]:
        """The stages that were passed in turn: the day each ended, and how long it took."""
        known = self.milestones
        for n, stage in enumerate(STAGES):
            begins, ends = known[n], known[n + 1]
            later = [when for when in known[n + 1 :] if when]
            if begins and ends and begins <= ends == min(later) and ends <= self.stop(stage):
                yield stage, ends, (ends - begins).days
        begins = known[0] or known[2]
        if known[5] and begins:
            ends = max(known[5], begins)
            yield "whole", ends, (ends - begins).days


def first(days: Any) -> date | None:
    return min(days, default=None)


def booked(bill: Row) -> date:
    """The accounting day of an invoice line."""
    found: date = bill["posted_on"] or bill["invoice_date"]
    return found


def undone(moves: Sequence[tuple[date, Decimal]]) -> list[date]:
    """The last day that something went back, where nothing is left of what came."""
    back = [day for day, size in moves if size < 0]
    return [max(back)] if back and sum(size for _, size in moves) <= 0 else []


def waits(steps: Sequence[Row], first_day: date, last: date) -> Counter[tuple[str, str, int]]:
    """Steps decided in some days, by type, role and the days that they had waited."""
    return Counter(
        (s["document_type"], s["role"] or "", max(0, (s["decided_at"] - s["submitted_at"]).days))
        for s in steps
        if s["decided_at"] and first_day <= s["decided_at"] <= last
    )


def waiting(steps: Sequence[Row], day: date) -> list[Row]:
    """Steps that nobody had decided by the end of a day."""
    return [
        s
        for s in steps
        if s["submitted_at"] <= day and (s["decided_at"] is None or s["decided_at"] > day)
    ]
