"""The paths of order lines and invoice lines, told one line at a time.

Plain Python straight from rows of the contract; it shares no code with the marts. Events are
``(day, place, name)``; a day of the position is judged by its end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from tests.reference_process import Purchasing

Row = Mapping[str, Any]
Event = tuple[date, int, str]

ARROW = " › "
BACK = ("Returned", "Credited", "Cancelled", "Rejected")


@dataclass(frozen=True)
class Line:
    """One line, what it is worth in cents, the day it begins, and all that ever happens to it."""

    source: str
    begun_on: date
    cents: int
    events: tuple[Event, ...]

    def seen(self, day: date) -> list[Event]:
        return [event for event in self.events if event[0] <= day]

    def path(self, day: date) -> str:
        """Its path at the end of a day: at most 40 events, and 600 signs."""
        names: list[str] = []
        for _, _, name in self.seen(day):
            if not names or names[-1] != name:
                names.append(name)
        kept, width = list[str](), 0
        for name in names:
            width += len(name) + len(ARROW)
            if len(kept) == 40 or width > 600:
                return ARROW.join([*kept, "…"])
            kept.append(name)
        return ARROW.join(kept)

    def days(self, day: date) -> int:
        seen = self.seen(day)
        return (seen[-1][0] - seen[0][0]).days

    def reworked(self, day: date) -> bool:
        steps = self.steps(day)
        if self.source == "papers":
            return any(name in BACK for _, _, name in self.seen(day))
        return any(turn > 1 for _, _, turn, _ in steps)

    def steps(self, day: date) -> list[tuple[str, str, int, int]]:
        """Every event with the one before it, which return of it this is, and the days between."""
        found, before, runs = list[tuple[str, str, int, int]](), "", dict[str, int]()
        last = None
        for when, _, name in self.seen(day):
            runs[name] = runs.get(name, 0) + (name != before)
            found.append((before, name, min(runs[name], 3), (when - last).days if last else 0))
            before, last = name, when
        return found


class Paths:
    """The lines of a company that are in a selection, told by each source."""

    def __init__(self, company: Purchasing, rates: Mapping[str, Sequence[tuple[date, Decimal]]]):
        self.company, self.rates = company, rates
        self.orders = {(o["po_id"], o["line_no"]): o for o in company.rows("purchase_order_line")}

    def lines(self) -> Iterator[Line]:
        for order, _ in self.company.chosen(self.company.rows("purchase_order_line")):
            yield self.by_papers(order)
            yield replace(
                self.by_papers(order),
                source="orders",
                events=tuple(self.decided(self.names(order))),
            )
        for line, _ in self.company.chosen(self.company.rows("invoice_line")):
            day = line["posted_on"] or line["invoice_date"]
            rate = self.rate(line["currency"], line["invoice_date"])
            names = {line["invoice_id"]} & self.bills()
            yield Line("invoices", day, cents_of(line["amount"] * rate), tuple(self.decided(names)))

    def by_papers(self, order: Row) -> Line:
        day = min(filter(None, (order["requested_on"], order["order_date"])))
        return Line("papers", day, self.worth(order), tuple(sorted(self.papers(order))))

    # --- What is what -----------------------------------------------------------------------------

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Whether each document that has steps is an order, an invoice, or a line of an order."""
        orders = {o["po_id"] for o in self.company.rows("purchase_order_line")}
        bills = {i["invoice_id"] for i in self.company.rows("invoice_line")}
        types: dict[str, str] = {}
        for step in self.company.rows("approval_step"):
            name, kind = step["document_id"], step["document_type"].lower()
            types[name] = min(types.get(name, kind), kind)
        found = {}
        for name, kind in types.items():
            first = (bills, orders) if "invoice" in kind else (orders, bills)
            known = next((group for group in first if name in group), None)
            found[name] = "invoice" if known is bills else "order" if known is orders else "line"
        return found

    def bills(self) -> set[str]:
        return {name for name, kind in self.kinds.items() if kind == "invoice"}

    def names(self, order: Row) -> set[str]:
        """The documents whose steps are of an order line."""
        kinds, found = self.kinds, set()
        for name, kind in kinds.items():
            if kind == "order" and name == order["po_id"]:
                found.add(name)
            if kind == "line":
                sign = max((n for n, c in enumerate(name) if not c.isalnum()), default=-1)
                number = name[sign + 1 :]
                if name[:sign] == order["po_id"] and sign >= 0 and number.isdigit():
                    found |= {name} if int(number) == order["line_no"] else set()
        return found

    # --- What happened ----------------------------------------------------------------------------

    def papers(self, order: Row) -> Iterator[Event]:
        key = (order["po_id"], order["line_no"])
        waits = order["status"] == "requested"
        asked = order["requested_on"] or (order["order_date"] if waits else None)
        if asked:
            yield asked, 0, "Requested"
        if order["approved_on"]:
            yield order["approved_on"], 1, "Approved"
        if not waits and (order["approved_on"] or not order["requested_on"]):
            yield order["order_date"], 2, "Ordered"
        for row in self.company.rows("goods_receipt"):
            if (row["po_id"], row["line_no"]) == key and row["quantity"]:
                back = row["quantity"] < 0
                yield row["received_on"], 4 if back else 3, "Returned" if back else "Received"
        bills = set()
        for row in self.company.rows("invoice_line"):
            if (row["po_id"], row["po_line_no"]) == key:
                bills.add(row["invoice_id"])
                early = row["invoice_date"] < order["order_date"]
                name = "Invoice predates order" if early else "Invoiced"
                told = (7, "Credited") if row["amount"] < 0 else (6 if early else 5, name)
                yield (row["posted_on"] or row["invoice_date"], *told)
        for row in self.company.rows("payment"):
            if row["invoice_id"] in bills and row["amount"] > 0:
                yield row["paid_on"], 8, "Paid"
        if order["status"] in ("cancelled", "rejected"):
            first = min(filter(None, (order["requested_on"], order["order_date"])))
            name = order["status"].capitalize()
            yield order["status_date"] or first, 9 if name == "Cancelled" else 10, name

    def decided(self, names: set[str]) -> list[Event]:
        """The steps on some documents that somebody decided."""
        found: list[Event] = []
        for step in self.company.rows("approval_step"):
            if step["document_id"] in names and step["decided_at"]:
                outcome = (step["outcome"] or "").strip()
                role = (step["role"] or "").strip()
                name = outcome
                if outcome.lower() in ("approved", "rejected", ""):
                    name = ": ".join(filter(None, (role, outcome or "decided")))
                found.append((step["decided_at"], step["step"], name.replace("›", ">")[:60]))
        return sorted(found)

    # --- Money ------------------------------------------------------------------------------------

    def rate(self, currency: str | None, day: date) -> Decimal:
        known = [rate for since, rate in self.rates.get(currency or "", ()) if since <= day]
        return known[-1] if known else Decimal(1)

    def worth(self, order: Row) -> int:
        plain = order["quantity"] * order["unit_price"]
        rate = self.rate(order["currency"], order["order_date"])
        return cents_of(plain if rate == 1 else rounded(plain, "0.000001") * rate)


def rounded(exact: Decimal, step: str) -> Decimal:
    return exact.quantize(Decimal(step), ROUND_HALF_UP)


def cents_of(exact: Decimal) -> int:
    return int(rounded(exact, "0.01") * 100)
