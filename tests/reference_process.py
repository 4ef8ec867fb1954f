"""Suppliers and process by the letter of the definitions: line by line, invoice by invoice.

Plain Python with exact numbers, straight from rows of the contract; it shares no code with the
engine's rules. Rows are mappings with the contract's column names, an absent column is unknown;
days are ``date``, numbers ``Decimal`` or ``int``. ``history`` holds the loads of the order lines,
the oldest first. Every figure is as at ``days[1]``, the last day of the selection.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any

from tests.reference_payables import Company

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
Days = tuple[date, date]
Keeps = Callable[[Row], bool]

ZERO = Decimal(0)
LETTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
PARTS = ("amount", "addressable", "under_contract", "preferred", "contracted", "outside")


class Purchasing:
    """A company's purchases, and the figures that are made of them.

    ``keeps`` is the selection: whether it holds a row's ``place`` (supplier, category, cost centre
    and item).
    """

    def __init__(
        self,
        tables: Tables,
        history: Sequence[Sequence[Row]] = (),
        keeps: Keeps = lambda place: True,
    ) -> None:
        self.tables, self.keeps = tables, keeps
        self.history = history or [self.rows("purchase_order_line")]
        self.company = Company(tables, "EUR")

    def rows(self, table: str) -> Sequence[Row]:
        return self.tables.get(table, ())

    # --- What a row is of -----------------------------------------------------------------------

    def place(self, row: Row) -> dict[str, str]:
        """What a selection narrows; '' where nothing known is named."""
        category, centre = self.company.place(row)
        item, supplier = self.company.inherited(row, "item_id"), row["supplier_id"]
        return {
            "supplier_id": supplier if supplier in self.company.supplier else "",
            "category_id": category,
            "cost_centre_id": centre,
            "item_id": item if item is not None and item in self.company.item else "",
        }

    def chosen(self, rows: Iterable[Row]) -> Iterator[tuple[Row, dict[str, str]]]:
        """The rows of the selection outside the own group, with their places."""
        for row in rows:
            own = self.company.supplier.get(row["supplier_id"], {}).get("intercompany")
            place = self.place(row)
            if not own and self.keeps(place):
                yield row, place

    def above(self, table: str, name: str | None) -> list[str]:
        """A member of a tree and all above it."""
        found: list[str] = []
        rows = getattr(self.company, table)
        while name is not None and name in rows and name not in found:
            found.append(name)
            name = rows[name].get(f"parent_{table}_id")
        return found

    def head(self, supplier: str) -> str:
        """The top of a supplier's group; of a circle, the first id; itself, if nobody knows it."""
        group = self.above("supplier", supplier)
        if not group:
            return supplier
        circle = self.above("supplier", group[-1])
        return min(circle)

    def order_of(self, line: Row) -> Row | None:
        return self.company.order.get((line.get("po_id"), line.get("po_line_no")))

    def invoiced(self, days: Days) -> list[tuple[Row, dict[str, str]]]:
        """Invoice lines by accounting day."""
        lines = (r for r in self.rows("invoice_line") if days[0] <= posted(r) <= days[1])
        return list(self.chosen(lines))

    def amount(self, line: Row) -> Decimal:
        return self.company.reporting(line, line["invoice_date"], line["amount"])

    # --- Suppliers ------------------------------------------------------------------------------

    def concentration(self, days: Days) -> float | None:
        spend: dict[str, Decimal] = {}
        for line, place in self.invoiced(days):
            if place["supplier_id"]:
                head = self.head(place["supplier_id"])
                spend[head] = spend.get(head, ZERO) + self.amount(line)
        positive = [s for s in spend.values() if s > 0]
        shares = [100 * s / sum(positive) for s in positive]
        return float(sum(s * s for s in shares)) if positive else None

    @cached_property
    def contracts(self) -> list[Row]:
        """The contracts with anybody but the own group."""
        suppliers = self.company.supplier
        return [
            row
            for row in self.rows("contract")
            if not suppliers.get(row["supplier_id"], {}).get("intercompany")
        ]

    def is_for(self, contract: Row, category: str) -> bool:
        named = contract.get("category_id")
        return named is None or named in self.above("category", category)

    def judged(self, line: Row, place: Mapping[str, str]) -> tuple[bool, bool]:
        """Whether a contract covers a line, and whether its category has one in force."""
        order = self.order_of(line)
        day = order["order_date"] if order else line["invoice_date"]
        live = [c for c in self.contracts if in_force(c, day)]
        fitting = [c for c in live if self.is_for(c, place["category_id"])]
        group = self.above("supplier", place["supplier_id"])
        own = self.company.inherited(line, "contract_id")
        covered = any(c["contract_id"] == own for c in live)
        return covered or any(c["supplier_id"] in group for c in fitting), bool(fitting)

    def sourced(self, days: Days) -> dict[str, Decimal]:
        """Spend by the parts that its shares are made of."""
        sums = dict.fromkeys(PARTS, ZERO)
        for line, place in self.invoiced(days):
            covered, contracted = self.judged(line, place)
            category = self.company.category.get(place["category_id"], {})
            supplier = self.company.supplier.get(place["supplier_id"], {})
            negotiable = category.get("addressable") is not False
            held = (
                True,
                negotiable,
                negotiable and covered,
                negotiable and bool(supplier.get("preferred")),
                contracted,
                contracted and not covered,
            )
            for name in (name for name, holds in zip(PARTS, held, strict=True) if holds):
                sums[name] += self.amount(line)
        return sums

    # --- Promises and waits ---------------------------------------------------------------------

    @cached_property
    def promises(self) -> dict[tuple[str, int], date]:
        """The promise of each order line's earliest load that has one."""
        found: dict[tuple[str, int], date] = {}
        for load in self.history:
            for row in load:
                if row.get("promised_date"):
                    found.setdefault((row["po_id"], row["line_no"]), row["promised_date"])
        return found

    def first_promise(self, line: Row) -> date | None:
        return self.promises.get((line["po_id"], line["line_no"]))

    def last_promise(self, line: Row) -> date | None:
        """The promise of each order line's latest load that has one."""
        key, found = (line["po_id"], line["line_no"]), None
        for row in (row for load in self.history for row in load):
            if (row["po_id"], row["line_no"]) == key:
                found = row.get("promised_date") or found
        return found

    @cached_property
    def receipts(self) -> dict[tuple[str, int], list[Row]]:
        found: dict[tuple[str, int], list[Row]] = {}
        for row in self.rows("goods_receipt"):
            found.setdefault((row["po_id"], row["line_no"]), []).append(row)
        return found

    def received(self, line: Row, day: date) -> Decimal:
        """What had come of an order line by the end of a day; returns are negative."""
        rows = self.receipts.get((line["po_id"], line["line_no"]), ())
        return sum((Decimal(r["quantity"]) for r in rows if r["received_on"] <= day), ZERO)

    def promised(self, days: Days, grace: int, last: bool = False) -> dict[str, int]:
        """Order lines promised in the days: due by their end, kept, and waiting."""
        sums = {"due": 0, "kept": 0, "waiting": 0}
        for line, _ in self.chosen(self.rows("purchase_order_line")):
            promise = self.last_promise(line) if last else self.first_promise(line)
            if promise is None or not days[0] <= promise <= days[1] or line["quantity"] <= 0:
                continue
            if not counts(line, days[1]):
                continue
            deadline = promise + timedelta(days=grace)
            due = deadline <= days[1]
            sums["due"] += due
            sums["waiting"] += not due
            sums["kept"] += due and self.received(line, deadline) >= line["quantity"]
        return sums

    def ordered(self, days: Days) -> list[Row]:
        return [
            line
            for line, _ in self.chosen(self.rows("purchase_order_line"))
            if days[0] <= line["order_date"] <= days[1]
            and status(line, days[1]) not in ("cancelled", "rejected")
        ]

    def cycle_days(self, days: Days) -> float | None:
        waits = [
            (line["order_date"] - line["requested_on"]).days
            for line in self.ordered(days)
            if line.get("requested_on")
        ]
        return float(median(waits)) if waits else None

    # --- Matching -------------------------------------------------------------------------------

    @cached_property
    def billed_before(self) -> dict[tuple[str, int], Decimal]:
        """What was billed of each line's order before it: by posting date, then by id."""
        lines = [r for r in self.rows("invoice_line") if self.order_of(r)]
        so_far: dict[tuple[str, int], Decimal] = {}
        found = {}
        for row in sorted(lines, key=lambda r: (posted(r), r["invoice_id"], r["line_no"])):
            order = (row["po_id"], row["po_line_no"])
            found[row["invoice_id"], row["line_no"]] = so_far.get(order, ZERO)
            so_far[order] = so_far.get(order, ZERO) + billed(row)
        return found

    def matched(self, days: Days, tolerance: str) -> tuple[dict[str, Decimal], dict[str, int]]:
        """Spend with an order, what of it is after the fact; lines, those judged and matched."""
        sums = {"amount": ZERO, "after_the_fact": ZERO}
        lines = {"line_count": 0, "judged": 0, "matched": 0}
        for line, _ in self.invoiced(days):
            order = self.order_of(line)
            if order is None:
                continue
            lines["line_count"] += 1
            sums["amount"] += self.amount(line)
            if order["order_date"] > line["invoice_date"]:
                sums["after_the_fact"] += self.amount(line)
            by_value = order.get("matching") == "value" or order["quantity"] == 1
            if not by_value and line["amount"] >= 0 and line.get("quantity"):
                lines["judged"] += 1
                lines["matched"] += self.agrees(line, order, Fraction(tolerance))
        return sums, lines

    def agrees(self, line: Row, order: Row, tolerance: Fraction) -> bool:
        """Whether no more is billed than had come, at the price of the order or near enough."""
        before = self.billed_before[line["invoice_id"], line["line_no"]]
        had_come = self.received(order, posted(line))
        price, agreed = self.prices(line, order)
        return billed(line) <= had_come - before and abs(price - agreed) <= tolerance * agreed

    def prices(self, line: Row, order: Row) -> tuple[Fraction, Fraction]:
        """What is asked and what was agreed, in one currency."""
        asked = Fraction(line["amount"]) / abs(Fraction(line["quantity"]))
        if line.get("unit_price") is not None:
            asked = Fraction(line["unit_price"])
        agreed = Fraction(order["unit_price"])
        if (line.get("currency") or "EUR") == (order.get("currency") or "EUR"):
            return asked, agreed
        return asked * self.rate(line, "invoice_date"), agreed * self.rate(order, "order_date")

    def rate(self, row: Row, day: str) -> Fraction:
        if (row.get("currency") or "EUR") == "EUR":
            return Fraction(1)
        known = [r for r in self.company.rates if r["currency"] == row["currency"]]
        return Fraction([r["rate"] for r in known if r["date"] <= row[day]][-1])

    # --- Twice ----------------------------------------------------------------------------------

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """Every invoice: group, number, currency, gross and days."""
        lines: dict[str, list[Row]] = {}
        for line in self.rows("invoice_line"):
            lines.setdefault(line["invoice_id"], []).append(line)
        return [self._document(name, rows) for name, rows in lines.items()]

    def _document(self, name: str, rows: Sequence[Row]) -> dict[str, Any]:
        first = rows[0]
        net_and_tax = (Decimal(r.get(n) or 0) for r in rows for n in ("amount", "tax_amount"))
        return {
            "invoice_id": name,
            "group": self.head(min(r["supplier_id"] for r in rows)),
            "number": plain(first.get("invoice_number") or ""),
            "currency": first.get("currency") or "EUR",
            "gross": sum(net_and_tax, ZERO),
            "day": posted(first),
            "dated": first["invoice_date"],
        }

    @cached_property
    def undone_on(self) -> dict[str, date]:
        """When each repeat was undone: it takes the first credit that none before it took."""
        in_turn = sorted(self.documents, key=lambda d: (d["dated"], d["invoice_id"]))
        left = [d for d in in_turn if d["gross"] < 0]
        found: dict[str, date] = {}
        for one in in_turn:
            if any(repeats(one, other) for other in in_turn):
                note = next((n for n in left if undoes(n, one)), None)
                if note is not None:
                    left.remove(note)
                    found[one["invoice_id"]] = note["day"]
        return found

    def repeated(self, days: Days) -> dict[str, Decimal]:
        """Invoices of the days that look booked twice, with their gross in the selection."""
        seen = [d for d in self.documents if d["day"] <= days[1]]
        twice = {
            one["invoice_id"]
            for one in seen
            if one["day"] >= days[0]
            and any(repeats(one, other) for other in seen)
            and self.undone_on.get(one["invoice_id"], date.max) > days[1]
        }
        found: dict[str, Decimal] = {}
        for line, _ in self.chosen(
            r for r in self.rows("invoice_line") if r["invoice_id"] in twice
        ):
            tax = self.company.reporting(line, line["invoice_date"], line.get("tax_amount"))
            name = line["invoice_id"]
            found[name] = found.get(name, ZERO) + self.amount(line) + tax
        return found


def in_force(contract: Row, day: date) -> bool:
    """Whether a contract holds on a day; its last day counts."""
    end = contract.get("end_date")
    return contract["start_date"] <= day and (end is None or day <= end)


def posted(line: Row) -> date:
    """The accounting day of an invoice line."""
    day: date = line.get("posted_on") or line["invoice_date"]
    return day


def billed(line: Row) -> Decimal:
    """The quantity of an invoice line; a credit note's is negative."""
    quantity = Decimal(line.get("quantity") or 0)
    return -abs(quantity) if line["amount"] < 0 else quantity


def status(line: Row, day: date) -> str:
    """The status as at a day: open before its date."""
    since = line.get("status_date")
    return line.get("status") or "open" if since is None or since <= day else "open"


def counts(line: Row, day: date) -> bool:
    """Whether a promised line counts as at a day: seen, approved, and not refused."""
    requested, approved = line.get("requested_on"), line.get("approved_on")
    seen = min(requested or line["order_date"], line["order_date"]) <= day
    is_approved = requested is None or (approved is not None and approved <= day)
    return seen and is_approved and status(line, day) not in ("cancelled", "rejected", "requested")


def plain(number: str) -> str:
    """Letters and digits in upper case, the zeros before them off.

    >>> plain("00-12/ab 0")
    '12AB0'
    """
    return "".join(c for c in number if c.isascii() and c.upper() in LETTERS).upper().lstrip("0")


def repeats(later: Mapping[str, Any], earlier: Mapping[str, Any]) -> bool:
    """Whether an invoice repeats an earlier one."""
    shared = all(later[n] == earlier[n] for n in ("group", "number", "currency"))
    if not shared or not later["number"] or min(later["gross"], earlier["gross"]) <= 0:
        return False
    turn = [(d["dated"], d["invoice_id"]) for d in (earlier, later)]
    near = abs(later["gross"] - earlier["gross"]) * 200 <= max(later["gross"], earlier["gross"])
    return turn[0] < turn[1] and near and (later["dated"] - earlier["dated"]).days <= 120


def undoes(note: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    """Whether a credit note undoes an invoice."""
    same = all(note[n] == one[n] for n in ("group", "currency"))
    days = (note["dated"] - one["dated"]).days
    return same and note["gross"] == -one["gross"] and 0 <= days <= 120
