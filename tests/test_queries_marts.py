"""The marts: any position and any flow, held against a reference that goes line by line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.budget import budget_by, intercompany_spend, order_by, spend_by
from queries.calendar import Span
from queries.check import check
from queries.engine import EmbeddedFacts
from queries.load import LoadOptions
from queries.migration import initialise
from queries.selection import Pin, Selection
from queries.store import Reader, Store
from queries.window import read_calendar
from tests.conftest import ALL, Counts
from tests.contract_files import NOW, Books, Rows, Tables, everything, examples, trying
from tests.reference_position import Position, accounting_date, invoiced_quantity, positions

Row = dict[str, Any]
CENT = Decimal("0.01")
START = date(2025, 1, 1)
RATES = [
    (date(2024, 1, 1), Decimal("0.95")),
    (date(2025, 2, 1), Decimal("0.853333333333")),
    (date(2025, 5, 1), Decimal("1.1")),
]
DIMENSIONS: Tables = {
    "exchange_rate": [{"date": day, "currency": "USD", "rate": rate} for day, rate in RATES],
    "supplier": [
        {"supplier_id": "S1", "name": "One", "intercompany": None},
        {"supplier_id": "IC", "name": "Sister", "intercompany": True},
    ],
    "cost_centre": [{"cost_centre_id": c, "name": c} for c in ("C1", "C2")],
    "category": [{"category_id": c, "name": c} for c in ("K1", "K2")],
    "item": [{"item_id": "A", "name": "A", "category_id": "K2"}],
}


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


# --- Generated orders ----------------------------------------------------------------------------

LINES = 120  # a load costs the same for many lines as for one


def maybe(random: Random, day: date, before: int = 0) -> date | None:
    """A day around another one, or none."""
    return random.choice([None, day + timedelta(days=random.randint(-before, 60))])


def some_line(random: Random) -> Row:
    day = START + timedelta(days=random.randint(0, 180))
    statuses = ["requested", "open", "closed", "final_invoiced", "cancelled", "rejected"]
    return {
        "order_date": day,
        "supplier_id": random.choice(["S1", "S1", "S1", "IC"]),
        "quantity": Decimal(random.choice(["1", "2", "10", "0.5", "33.333", "7.125"])),
        "unit_price": Decimal(random.choice(["0.01", "9.99", "100", "3.333", "1234.5"])),
        "currency": random.choice([None, "EUR", "USD", "USD"]),
        "matching": random.choice([None, "quantity", "value"]),
        "requested_on": maybe(random, day, before=60),
        "approved_on": maybe(random, day, before=30),
        "promised_date": maybe(random, day),
        "status": random.choice([None, None, *statuses]),
        "status_date": maybe(random, day),
        "item_id": random.choice([None, "A", "unknown"]),
        "category_id": random.choice([None, "K1", "unknown"]),
    }


def some_receipt(random: Random, line: Row) -> Row:
    quantity = line["quantity"] * Decimal(random.choice(["0.2", "0.5", "1", "1", "1.5", "-0.4"]))
    return {
        "received_on": line["order_date"] + timedelta(days=random.randint(-10, 60)),
        "quantity": quantity.quantize(Decimal("0.001")),
    }


def some_invoice(random: Random, line: Row) -> Row:
    share = Decimal(random.choice(["0.2", "0.5", "1", "1", "1.5", "-0.4"]))
    quantity = (line["quantity"] * share).quantize(Decimal("0.001"))
    day = line["order_date"] + timedelta(days=random.randint(-20, 90))
    return {
        "invoice_date": day,
        "posted_on": maybe(random, day),
        "amount": (quantity * line["unit_price"]).quantize(CENT),
        "quantity": random.choice([None, quantity, quantity, abs(quantity)]),
        "currency": random.choice([line["currency"], line["currency"], None, "USD"]),
    }


@dataclass
class Company:
    """Generated purchases as rows of the contract, each with the rate of its own date."""

    orders: list[Row]
    receipts: list[Row]
    invoices: list[Row]

    @classmethod
    def some(cls, random: Random) -> "Company":
        """Many order lines, each with a cost centre of its own, so that a difference names it."""
        orders, receipts, invoices = list[Row](), list[Row](), list[Row]()
        for number in range(LINES):
            key = {"po_id": f"P{number // 2}", "line_no": number % 2 + 1}
            line = some_line(random)
            orders.append({**key, **line, "cost_centre_id": f"C{number}"})
            receipts += [
                {"receipt_id": f"R{number}-{n}", **key, **some_receipt(random, line)}
                for n in range(random.randint(0, 3))
            ]
            invoices += [
                {"invoice_id": f"I{number}-{n}", "line_no": 1, "po_id": key["po_id"],
                 "po_line_no": key["line_no"], "supplier_id": line["supplier_id"],
                 **some_invoice(random, line)}
                for n in range(random.randint(0, 3))
            ]  # fmt: skip
        return cls(orders, receipts, invoices)

    def tables(self) -> Tables:
        """What there is to load."""
        return {
            **DIMENSIONS,
            "cost_centre": [{"cost_centre_id": f"C{n}", "name": f"C{n}"} for n in range(LINES)],
            "purchase_order_line": self.orders,
            "goods_receipt": self.receipts,
            "invoice_line": self.invoices,
        }

    def positions(self, first: date, last: date, through: date) -> dict[tuple[str, int], Position]:
        """Every order line's position by the reference."""
        lines = [with_rate(line, line["order_date"]) for line in self.orders]
        invoices = [with_rate(line, line["invoice_date"]) for line in self.invoices]
        return positions(
            lines, self.receipts, invoices, first, last, through, frozenset({"IC"}), places=2
        )


def with_rate(row: Row, day: date) -> Row:
    if row["currency"] != "USD":
        return row
    return {**row, "reporting_rate": [rate for since, rate in RATES if since <= day][-1]}


def cents(amount: Decimal) -> int:
    return int(amount.quantize(CENT, ROUND_HALF_UP) * 100)


def known(value: str | None) -> str:
    return "" if value in (None, "unknown") else str(value)


def some_window(random: Random) -> tuple[date, date, date]:
    """A selection's first and last day, and the end of the data: inside it, or after it."""
    days = sorted(START + timedelta(days=random.randint(0, 300)) for _ in range(3))
    return random.choice([(days[0], days[1], days[2]), (days[0], days[2], days[1])])


def test_every_position_is_the_sum_of_its_lines(books: Books) -> None:
    for seed in range(examples(books.store, 4, 2)):
        random = Random(seed)
        company = Company.some(random)
        books.empty()
        assert books.load(company.tables()).rejected == 0
        with books.store.reader() as reader:
            for first, last, through in (some_window(random) for _ in range(6)):
                assert measured_positions(reader, first, last, through) == expected_positions(
                    company, first, last, through
                )
                assert measured_spend(reader, first, last) == expected_spend(company, first, last)


Sums = dict[tuple[str, ...], tuple[int, ...]]


def measured_positions(reader: Reader, first: date, last: date, through: date) -> Sums:
    """Accrued, committed, committed later and requested by cost centre and category."""
    by = ("cost_centre_id", "category_id")
    frame = order_by(reader, Selection(), first, last, min(last, through), by)
    names = ["accrued", "committed", "committed_later", "requested"]
    return nonzero((tuple(row[:2]), tuple(row[2:])) for row in frame[[*by, *names]].to_numpy())


def expected_positions(company: Company, first: date, last: date, through: date) -> Sums:
    found = company.positions(first, last, through)
    rows = []
    for line in company.orders:
        own = found.get((line["po_id"], line["line_no"]), Position())
        category = line["category_id"] or ("K2" if line["item_id"] == "A" else None)
        amounts = (own.accrued_spend, own.committed_spend, own.committed_later, own.requested_spend)
        rows.append(((known(line["cost_centre_id"]), known(category)), tuple(map(cents, amounts))))
    return nonzero(rows)


def measured_spend(reader: Reader, first: date, last: date) -> Sums:
    """Amount in cents and thousandths of quantity, by cost centre and item."""
    by = ("cost_centre_id", "item_id")
    frame = spend_by(reader, Selection(), [Span(first, last)], by)
    rows = frame[[*by, "amount", "quantity"]].to_numpy()
    return nonzero(((a, b), (int(c), round(q * 1000))) for a, b, c, q in rows)


def expected_spend(company: Company, first: date, last: date) -> Sums:
    orders = {(line["po_id"], line["line_no"]): line for line in company.orders}
    rows = []
    for line in company.invoices:
        if first <= accounting_date(line) <= last and line["supplier_id"] != "IC":
            order = orders[line["po_id"], line["po_line_no"]]
            rate = with_rate(line, line["invoice_date"]).get("reporting_rate", Decimal(1))
            thousandths = int(invoiced_quantity(line) * 1000)
            key = (known(order["cost_centre_id"]), known(order["item_id"]))
            rows.append((key, (cents(line["amount"] * rate), thousandths)))
    return nonzero(rows)


def nonzero(rows: Iterable[tuple[tuple[str, ...], tuple[int, ...]]]) -> Sums:
    """Sums by key; keys where all is zero are left out."""
    sums: Sums = {}
    for key, amounts in rows:
        before = sums.get(key, (0,) * len(amounts))
        sums[key] = tuple(int(a + b) for a, b in zip(before, amounts, strict=True))
    return {key: amounts for key, amounts in sums.items() if any(amounts)}


# --- By hand -------------------------------------------------------------------------------------


def test_a_receipt_of_last_year_invoiced_this_year_is_charged_once(books: Books) -> None:
    order = {"po_id": "P1", "line_no": 1, "order_date": "2024-11-01", "supplier_id": "S1",
             "quantity": 10, "unit_price": 5}  # fmt: skip
    receipt = {"receipt_id": "R1", "po_id": "P1", "line_no": 1, "received_on": "2024-12-20",
               "quantity": 4}  # fmt: skip
    invoice = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2025-01-10", "amount": 20,
               "quantity": 4, "supplier_id": "S1", "po_id": "P1", "po_line_no": 1}  # fmt: skip
    books.load({**DIMENSIONS, "purchase_order_line": [order], "goods_receipt": [receipt],
                "invoice_line": [invoice]})  # fmt: skip
    with books.store.reader() as reader:
        last_year = order_by(reader, Selection(), date(2024, 1, 1), date(2024, 12, 31),
                             date(2024, 12, 31), ["supplier_id"])  # fmt: skip
        this_year = order_by(reader, Selection(), date(2025, 1, 1), date(2025, 12, 31),
                             date(2025, 12, 31), ["supplier_id"])  # fmt: skip
    assert last_year[["accrued", "committed"]].to_numpy().tolist() == [[2000, 3000]]
    assert this_year[["accrued", "committed"]].to_numpy().tolist() == [[-2000, 3000]]


def test_own_companies_are_outside_every_figure_and_shown_once(books: Books) -> None:
    line = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2025-01-10", "amount": 20}
    books.load({**DIMENSIONS, "invoice_line": [
        {**line, "supplier_id": "IC"}, {**line, "line_no": 2, "amount": 7, "supplier_id": "S1"},
    ]})  # fmt: skip
    span = Span(date(2025, 1, 1), date(2025, 1, 31))
    with books.store.reader() as reader:
        assert spend_by(reader, Selection(), [span], ["item_id"])["amount"].tolist() == [700]
        assert intercompany_spend(reader, Selection(), span) == 2000


@pytest.mark.parametrize(("given", "expected"), [(False, 100), (True, 119)])
def test_irrecoverable_tax_counts_where_the_setting_says_so(
    books: Books, given: bool, expected: int
) -> None:
    initialise(books.store, {"irrecoverable_tax": str(given).lower()}, NOW, "test")
    line = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2025-01-10", "supplier_id": "S1",
            "amount": 100, "tax_amount": 19}  # fmt: skip
    books.load({**DIMENSIONS, "invoice_line": [line]})
    assert books.rows("spend_flow", "amount") == [(Decimal(expected),)]


def test_lines_inherit_from_their_order_and_item(books: Books) -> None:
    order = {"po_id": "P1", "line_no": 1, "order_date": "2025-01-01", "supplier_id": "S1",
             "quantity": 10, "unit_price": 5, "item_id": "A", "cost_centre_id": "C1"}  # fmt: skip
    own = {"category_id": "K1", "cost_centre_id": "C2", "item_id": None}
    bare = dict.fromkeys(own)
    line = {"line_no": 1, "invoice_date": "2025-01-10", "supplier_id": "S1", "amount": 1}
    ordered = {**line, "po_id": "P1", "po_line_no": 1}
    books.load({**DIMENSIONS, "purchase_order_line": [order], "invoice_line": [
        {**ordered, "invoice_id": "I1", **own}, {**ordered, "invoice_id": "I2", **bare},
        {**line, "invoice_id": "I3", **bare, "item_id": "A"}, {**line, "invoice_id": "I4", **bare},
    ]})  # fmt: skip
    found = books.rows("spend_flow", "category_id", "cost_centre_id", "item_id")
    assert found == [("", "", ""), ("K1", "C2", "A"), ("K2", "", "A"), ("K2", "C1", "A")]


@given(
    amounts=st.lists(st.integers(-(10**5), 10**5), min_size=1, max_size=20), days=st.integers(1, 31)
)
@trying(3)
def _check_shares(books: Books, amounts: Sequence[int], days: int) -> None:
    books.empty()
    lines = [{"version": "v", "period_start": "2026-03-01", "cost_centre_id": "C1",
              "category_id": "K1", "line_no": n, "amount": Decimal(a) / 100}
             for n, a in enumerate(amounts, 1)]  # fmt: skip
    books.load({**DIMENSIONS, "budget_line": lines})
    with books.store.reader() as reader:
        period = read_calendar(reader).get("2026-03")
        assert period is not None
        found = budget_by(reader, Selection(), "v", [(period, days)], ["cost_centre_id"])
    part = [cents(Decimal(a * days) / 3100) for a in amounts]
    assert found["budget"].tolist() == [sum(part)]


def test_an_open_period_counts_its_share_of_each_budget_line(books: Books) -> None:
    _check_shares(books)


# --- Load after load -----------------------------------------------------------------------------


def some(rows: Mapping[str, Sequence[Row]]) -> st.SearchStrategy[list[Row]]:
    """A version each of some keys."""
    return st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in rows.items()}).map(
        lambda chosen: list(chosen.values())
    )


def versions(row: Row, *changes: Row) -> list[Row]:
    return [row, *({**row, **change} for change in changes)]


ORDER = {"order_date": "2025-02-10", "supplier_id": "S1", "quantity": 10, "unit_price": 3,
         "currency": "USD", "item_id": "A", "cost_centre_id": "C1", "promised_date": None,
         "requested_on": None, "approved_on": None, "status": None}  # fmt: skip
INVOICE = {"line_no": 1, "invoice_date": "2025-03-01", "supplier_id": "S1", "amount": 12,
           "quantity": 4, "currency": "USD", "po_id": "P1", "po_line_no": 1}  # fmt: skip
VERSIONS: dict[str, Mapping[str, Sequence[Row]]] = {
    "exchange_rate": {
        day: versions({"date": day, "currency": "USD", "rate": "0.9"}, {"rate": "0.8"})
        for day in ("2024-01-01", "2025-02-15", "2025-03-01")
    },
    "supplier": {
        "S1": versions({"supplier_id": "S1", "name": "One", "intercompany": False},
                       {"intercompany": True})
    },
    "category": {"K2": versions({"category_id": "K2", "name": "Two"}, {"name": "Zwei"})},
    "item": {"A": versions({"item_id": "A", "name": "A", "category_id": "K2"},
                           {"category_id": None})},
    "cost_centre": {"C1": [{"cost_centre_id": "C1", "name": "C1"}]},
    "fiscal_period": {
        "P1": versions({"period": "P1", "start_date": "2025-01-06", "end_date": "2025-02-20",
                        "fiscal_year": 2025}, {"end_date": "2025-02-10"})
    },
    "budget_line": {
        "1": versions({"version": "v", "period_start": "2025-02-10", "cost_centre_id": "C1",
                       "category_id": "K2", "amount": 50, "currency": "USD"}, {"amount": 60})
    },
    "purchase_order_line": {
        "1": versions({"po_id": "P1", "line_no": 1, **ORDER}, {"status": "cancelled"},
                      {"requested_on": "2025-02-01"}, {"currency": "XXX"}),
        "2": versions({"po_id": "P1", "line_no": 2, **ORDER}, {"quantity": 1}, {"quantity": "x"}),
    },
    "goods_receipt": {
        "R1": versions({"receipt_id": "R1", "po_id": "P1", "line_no": 1,
                        "received_on": "2025-02-20", "quantity": 6}, {"line_no": 2})
    },
    "invoice_line": {
        "I1": versions({"invoice_id": "I1", **INVOICE}, {"amount": 13}, {"po_id": None}),
        "I2": versions({"invoice_id": "I2", **INVOICE}, {"currency": None}, {"supplier_id": ""}),
    },
}  # fmt: skip
LOADS = st.tuples(
    st.fixed_dictionaries({}, optional={name: some(rows) for name, rows in VERSIONS.items()}),
    st.booleans(),
)


def test_marts_equal_their_lines_and_every_load_reads_as_it_was(
    books: Books, counts: Counts
) -> None:
    tried = counts.load_sequences if ALL else counts.load_sequences // 3
    embedded = isinstance(books.store.facts, EmbeddedFacts)

    @trying(tried if embedded else tried // 3)
    @given(st.lists(LOADS, min_size=2, max_size=4))
    def check_sequence(loads: list[tuple[dict[str, Rows], bool]]) -> None:
        books.empty()
        read: list[dict[str, list[tuple[Any, ...]]]] = []
        for tables, replace in loads:
            if brought := {name: rows for name, rows in tables.items() if rows}:
                books.load(brought, LoadOptions(replace=replace))
                with books.store.reader() as reader:
                    read.append(everything(reader))
        for number, then in enumerate(read, 1):
            with books.store.reader(Pin(number)) as reader:
                assert everything(reader) == then
                assert errors(reader) == []

    check_sequence()


def errors(reader: Reader) -> list[str]:
    """What `spend check` finds wrong."""
    return [f"{f.table}: {f.message}" for f in check(reader) if f.severity == "error"]
