"""Terms, payables, payments and discounts by the letter of the definitions: invoice by invoice.

Plain Python with exact decimals, straight from rows of the contract; it shares no code with the
engine's rules. Rows are mappings with the contract's column names, an absent column is unknown;
days are ``date``, numbers ``Decimal`` or ``int``. Credit notes and intercompany are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
Days = tuple[date, date]
Sums = dict[str, Decimal]
Key = tuple[Any, ...]

ZERO, CENT = Decimal(0), Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Money to the cent, half up.

    >>> cents(Decimal("0.125"))
    Decimal('0.13')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


# --- Invoices ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Payment:
    """One payment, in its own currency and in the reporting one."""

    paid_on: date
    paid: Decimal
    discount: Decimal
    reporting_paid: Decimal
    reporting_discount: Decimal


@dataclass(frozen=True)
class Invoice:
    """An invoice that is owed, with the terms that speak of it and what was paid for it.

    ``terms`` are rows of the list of terms: the agreed one, its contract's and its supplier's.
    ``parts`` are gross amounts by (category, cost centre), in the reporting currency.
    """

    supplier_id: str
    day: date
    invoice_date: date
    due_date: date | None
    document_gross: Decimal
    parts: Mapping[tuple[str, str], Decimal]
    terms: tuple[Row | None, Row | None, Row | None]
    payments: tuple[Payment, ...]

    @property
    def gross(self) -> Decimal:
        """What the lines come to in the reporting currency."""
        return sum(self.parts.values(), ZERO)

    @property
    def size_class(self) -> int:
        """0 under 1,000 in the invoice's currency, 1 under 10,000, 2 from there."""
        return sum(self.document_gross >= limit for limit in (1000, 10_000))

    @property
    def net_days(self) -> tuple[int | None, ...]:
        """The net days of the agreed term, the contract's and the supplier's."""
        return tuple(None if term is None else term["net_days"] for term in self.terms)

    @property
    def discount_until(self) -> date | None:
        """The last day of the discount that was offered, if one was."""
        agreed = self.terms[0] or {}
        if not agreed.get("discount_rate") or agreed.get("discount_days") is None:
            return None
        return self.invoice_date + timedelta(days=agreed["discount_days"])

    def left(self, day: date) -> Decimal:
        """Open at the end of a day in the invoice's currency; nothing before it is seen."""
        if day < self.day:
            return ZERO
        settled = (p.paid + p.discount for p in self.payments if p.paid_on <= day)
        return self.document_gross - sum(settled, ZERO)


def invoices(tables: Tables, home: str = "EUR") -> list[Invoice]:
    """Every invoice of more than nothing from a supplier outside the own group."""
    lines: dict[str, list[Row]] = {}
    for line in tables.get("invoice_line", ()):
        lines.setdefault(line["invoice_id"], []).append(line)
    payments: dict[str, list[Row]] = {}
    for payment in tables.get("payment", ()):
        payments.setdefault(payment["invoice_id"], []).append(payment)
    company = Company(tables, home)
    found = (company.invoice(own, payments.get(name, ())) for name, own in lines.items())
    ours = {s["supplier_id"] for s in tables.get("supplier", ()) if s.get("intercompany")}
    return [
        one
        for one in found
        if one.document_gross > 0 and one.gross > 0 and one.supplier_id not in ours
    ]


class Company:
    """The dimensions, orders and rates that invoices are read with."""

    def __init__(self, tables: Tables, home: str) -> None:
        def index(table: str, *names: str) -> dict[Any, Row]:
            rows = tables.get(table, ())
            return {tuple(r[n] for n in names) if names[1:] else r[names[0]]: r for r in rows}

        self.home = home
        self.supplier = index("supplier", "supplier_id")
        self.category = index("category", "category_id")
        self.centre = index("cost_centre", "cost_centre_id")
        self.item = index("item", "item_id")
        self.contract = index("contract", "contract_id")
        self.term = index("payment_term", "payment_term_code")
        self.order = index("purchase_order_line", "po_id", "line_no")
        self.rates = sorted(tables.get("exchange_rate", ()), key=lambda r: r["date"])

    def reporting(self, row: Row, day: date, amount: object) -> Decimal:
        """An amount at the last rate on or before the document's day."""
        rate = Decimal(1)
        if row.get("currency") not in (None, self.home):
            known = [r for r in self.rates if r["currency"] == row["currency"]]
            rate = [r["rate"] for r in known if r["date"] <= day][-1]
        return cents(Decimal(str(amount or 0)) * rate)

    def inherited(self, line: Row, name: str) -> str | None:
        """A line's own value, else its order line's."""
        order = self.order.get((line.get("po_id"), line.get("po_line_no")), {})
        own = line.get(name)
        value: str | None = own if own is not None else order.get(name)
        return value

    def place(self, line: Row) -> tuple[str, str]:
        """Category (else the item's) and cost centre; '' where nothing known is named."""
        category = self.inherited(line, "category_id")
        if category is None:
            item = self.item.get(self.inherited(line, "item_id"), {})
            category = item.get("category_id")
        centre = self.inherited(line, "cost_centre_id")
        return (
            category if category is not None and category in self.category else "",
            centre if centre is not None and centre in self.centre else "",
        )

    def terms(self, lines: Sequence[Row], supplier: str) -> tuple[Row | None, ...]:
        """The agreed term (own, else contract's, else supplier's), and the latter two."""
        own = _first(line.get("payment_term_code") for line in lines)
        contract = _first(self.inherited(line, "contract_id") for line in lines)
        theirs = self.contract.get(contract, {}).get("payment_term_code")
        master = self.supplier.get(supplier, {}).get("payment_term_code")
        found = [self.term.get(code) for code in (own, theirs, master)]
        return (_first(found), found[1], found[2])

    def invoice(self, lines: Sequence[Row], payments: Iterable[Row]) -> Invoice:
        """One invoice from its lines and payments."""
        head = lines[0]
        day = head["invoice_date"]
        supplier = head["supplier_id"] if head["supplier_id"] in self.supplier else ""
        parts: dict[tuple[str, str], Decimal] = {}
        for line in lines:
            gross = [self.reporting(line, day, line.get(n)) for n in ("amount", "tax_amount")]
            place = self.place(line)
            parts[place] = parts.get(place, ZERO) + sum(gross, ZERO)
        agreed, theirs, master = self.terms(lines, supplier)
        given = _first(line.get("due_date") for line in lines)
        return Invoice(
            supplier_id=supplier,
            day=head.get("posted_on") or day,
            invoice_date=day,
            due_date=given or (None if agreed is None else due(day, agreed)),
            document_gross=sum(
                (Decimal(str(line[n])) for line in lines for n in ("amount", "tax_amount")
                 if line.get(n) is not None), ZERO),
            parts=parts,
            terms=(agreed, theirs, master),
            payments=tuple(map(self.payment, sorted(payments, key=_order))),
        )  # fmt: skip

    def payment(self, row: Row) -> Payment:
        """One payment at the rate of its own day."""
        names = ("amount", "discount_taken")
        own = [Decimal(str(row.get(name) or 0)) for name in names]
        reporting = [self.reporting(row, row["paid_on"], row.get(name)) for name in names]
        return Payment(row["paid_on"], *own, *reporting)


def due(invoice_date: date, term: Row) -> date:
    """Net days after the invoice, or after the end of its month.

    >>> due(date(2024, 2, 10), {"net_days": 30, "end_of_month": True})
    datetime.date(2024, 3, 30)
    """
    start = invoice_date
    if term.get("end_of_month"):
        following = (invoice_date.replace(day=1) + timedelta(days=31)).replace(day=1)
        start = following - timedelta(days=1)
    return start + timedelta(days=term["net_days"])


def _order(payment: Row) -> tuple[date, str]:
    return payment["paid_on"], payment["payment_id"]


def _first(values: Iterable[Any]) -> Any:
    """The first value that is known, or none."""
    return next((value for value in values if value is not None), None)


# --- What happened to them -----------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An amount that belongs to one invoice, and how often each measure counts it.

    ``amount`` is exact; as a whole it is rounded to the cent.
    """

    invoice: Invoice
    amount: Decimal
    counts: Mapping[str, int]
    keys: Mapping[str, Any]


def total(entries: Iterable[Entry], *names: str) -> dict[Key, Sums]:
    """Measures by some attributes that do not divide an invoice."""
    sums: dict[Key, Sums] = {}
    for entry in entries:
        _add(sums, _key(entry, names), {n: cents(entry.amount) * k for n, k in _counts(entry)})
    return sums


def shared(entries: Iterable[Entry], *names: str) -> tuple[dict[Key, Sums], dict[Key, Sums]]:
    """As ``total``, by category and cost centre too, and how far rounding may move each sum."""
    sums: dict[Key, Sums] = {}
    moves: dict[Key, Sums] = {}
    for entry in entries:
        own = _key(entry, names)
        for place, part in entry.invoice.parts.items():
            share = entry.amount * part / entry.invoice.gross
            _add(sums, own + place, {n: share * k for n, k in _counts(entry)})
            _add(moves, own + place, {n: CENT * abs(k) for n, k in _counts(entry)})
    return sums, moves


def _key(entry: Entry, names: Sequence[str]) -> Key:
    return tuple(
        entry.keys[name] if name in entry.keys else getattr(entry.invoice, name) for name in names
    )


def _counts(entry: Entry) -> Iterator[tuple[str, int]]:
    return ((name, int(count)) for name, count in entry.counts.items())


def _add(sums: dict[Key, Sums], key: Key, more: Mapping[str, Decimal]) -> None:
    own = sums.setdefault(key, {})
    for name, amount in more.items():
        own[name] = own.get(name, ZERO) + amount


def invoiced(books: Iterable[Invoice], days: Days) -> list[Entry]:
    """Gross amounts by accounting day, with the days that were agreed."""
    return [
        Entry(
            one, one.gross, {"invoiced": 1},
            dict(zip(("agreed_days", "contract_days", "master_days"), one.net_days, strict=True)),
        )
        for one in books if days[0] <= one.day <= days[1]
    ]  # fmt: skip


def _payments(books: Iterable[Invoice], days: Days) -> Iterator[tuple[Invoice, Payment]]:
    return (
        (one, payment)
        for one in books
        for payment in one.payments
        if days[0] <= payment.paid_on <= days[1]
    )


def paid(books: Iterable[Invoice], days: Days, early_days: int = 5) -> list[Entry]:
    """Payments made in some days: what was late, early, on time, or of no known due day."""
    entries = []
    for one, payment in _payments(books, days):
        waited = (payment.paid_on - one.invoice_date).days
        late = None if one.due_date is None else (payment.paid_on - one.due_date).days
        is_late = late is not None and late > 0
        is_early = late is not None and late <= -early_days and not payment.discount
        on_time = late is not None and not is_late and not is_early
        counts = {
            "paid": 1,
            "paid_days": waited,
            "late": is_late,
            "early": is_early,
            "on_time": on_time,
            "not_due": late is None,
            "late_money_days": late if late and is_late else 0,
            "early_money_days": -late if late and is_early else 0,
        }
        entries.append(Entry(one, payment.reporting_paid, counts, {}))
        entries.append(Entry(one, payment.reporting_discount, {"discount_taken": 1}, {}))
    return entries


def late_payments(books: Iterable[Invoice], days: Days) -> list[Entry]:
    """What was paid late in some days, and the invoices that it paid off."""
    entries = []
    for one in books:
        left = one.document_gross
        for payment in one.payments:
            before, left = left, left - payment.paid - payment.discount
            inside = days[0] <= payment.paid_on <= days[1]
            if not inside or one.due_date is None or payment.paid_on <= one.due_date:
                continue
            keys = {"day": payment.paid_on}
            entries.append(Entry(one, payment.reporting_paid, {"late": 1}, keys))
            entries.append(Entry(one, Decimal(1), {"settled": before > 0 >= left}, keys))
    return entries


def owed(books: Iterable[Invoice], first: date, position: date) -> list[Entry]:
    """What is open at the end of a day, at the invoice's rate; ``waiting`` fell due since."""
    entries = []
    for one in books:
        due_on = one.due_date
        overdue = due_on is not None and due_on < position
        waiting = due_on is not None and first <= due_on <= position
        counts = {
            "open": 1,
            "overdue": overdue,
            "waiting": waiting,
            "waiting_late": waiting and overdue,
            "not_due": due_on is None,
        }
        left = one.left(position)
        entries.append(Entry(one, left * one.gross / one.document_gross, counts, {}))
        entries.append(Entry(one, Decimal(1), {"unsettled": overdue and left > 0}, {}))
    return entries


def offered(books: Iterable[Invoice], days: Days, position: date) -> list[Entry]:
    """Discounts whose date passed or that were used in some days, and what became of them."""
    entries = []
    for one in books:
        until, agreed = one.discount_until, one.terms[0]
        if until is None or agreed is None:
            continue
        uses = [p.paid_on for p in one.payments if p.discount > 0]
        if not days[0] <= min([until, *uses]) <= days[1]:
            continue
        paid_on = min((p.paid_on for p in one.payments if p.paid_on <= position), default=None)
        used = any(day <= position for day in uses)
        counts = {
            "offered": 1,
            "used": used,
            "in_time": not used and paid_on is not None and paid_on <= until,
            "too_late": not used and paid_on is not None and paid_on > until,
            "unpaid": not used and paid_on is None,
        }
        worth = cents(one.gross * Decimal(str(agreed["discount_rate"])))
        entries.append(Entry(one, worth, counts, {}))
    return entries


# --- The figures -------------------------------------------------------------------------------


def agreed_days(books: Iterable[Invoice], days: Days) -> Decimal | None:
    """Net days agreed, weighted by gross amount; invoices of no known term are left out."""
    known = [(one.gross, one.net_days[0]) for one in books if days[0] <= one.day <= days[1]]
    weighed = [(gross, net) for gross, net in known if net is not None]
    return _ratio(sum((g * n for g, n in weighed), ZERO), sum((g for g, _ in weighed), ZERO))


def days_to_pay(books: Iterable[Invoice], days: Days) -> Decimal | None:
    """Days from invoice to payment, weighted by what was paid."""
    sums = total(paid(books, days)).get((), {})
    return _ratio(sums.get("paid_days", ZERO), sums.get("paid", ZERO))


def late_and_early_share(
    books: Sequence[Invoice], first: date, position: date, early_days: int = 5
) -> tuple[Decimal | None, Decimal | None]:
    """By value, of payments since ``first`` and of what fell due since then and is open."""
    made = total(paid(books, (first, position), early_days)).get((), {})
    sums = {**total(owed(books, first, position)).get((), {}), **made}

    def share(name: str, waiting: str = "") -> Decimal | None:
        part = sums.get(name, ZERO) + sums.get(waiting, ZERO)
        return _ratio(part, sums.get("paid", ZERO) + sums.get("waiting", ZERO))

    return share("late", "waiting_late"), share("early")


def _ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None
