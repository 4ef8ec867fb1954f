"""What is owed, paid, agreed and offered: held against a reference that goes invoice by invoice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import terms
from queries.calendar import Span
from queries.check import check
from queries.engine import EmbeddedFacts
from queries.load import LoadOptions
from queries.migration import initialise
from queries.payables import NO_DATE
from queries.selection import NOT_ASSIGNED, Pin, Selection
from queries.store import Reader, Store, open_store
from tests import reference_payables as reference
from tests.conftest import ALL
from tests.contract_files import NOW, Books, Tables, everything, examples, trying

Row = dict[str, Any]
Key = tuple[Any, ...]
Cents = dict[Key, dict[str, int]]
CENT = Decimal("0.01")
START = date(2025, 1, 1)
ALL_DAYS = Span(date(1990, 1, 1), date(2090, 1, 1))
SUPPLIERS = 40
INVOICES = 100  # a load costs the same for many invoices as for one
PLACES = ("category_id", "cost_centre_id")


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """One store in files for all cases by hand: generated cases try both engines."""
    folder = tmp_path_factory.mktemp("by_hand")
    store = open_store("", folder / "home")
    initialise(store, {}, NOW, "test")
    yield Books(store, folder)
    store.close()


@pytest.fixture
def small(files: Books) -> Books:
    files.empty()
    return files


# --- A generated company -------------------------------------------------------------------------

RATES = [
    {"date": date(2024, 1, 1), "currency": "USD", "rate": Decimal("0.95")},
    {"date": date(2025, 2, 1), "currency": "USD", "rate": Decimal("0.853333333333")},
    {"date": date(2025, 5, 1), "currency": "USD", "rate": Decimal("1.1")},
    {"date": date(2024, 1, 1), "currency": "JPY", "rate": Decimal("0.006123456789")},
]
TERMS = [
    {"payment_term_code": "N0", "net_days": 0},
    {"payment_term_code": "N30", "net_days": 30, "end_of_month": False},
    {"payment_term_code": "E45", "net_days": 45, "end_of_month": True},
    {"payment_term_code": "D10", "net_days": 30, "discount_rate": "0.02", "discount_days": 10},
    {"payment_term_code": "D14", "net_days": 60, "discount_rate": "0.033333", "discount_days": 14,
     "end_of_month": True},
    {"payment_term_code": "D0", "net_days": 14, "discount_rate": "0", "discount_days": 7},
    {"payment_term_code": "DX", "net_days": 21, "discount_rate": "0.05"},
]  # fmt: skip
CODES = [str(term["payment_term_code"]) for term in TERMS]
MAYBE_CODE = [None, None, *CODES, "gone"]


def chance(random: Random, share: float) -> bool:
    return random.random() < share


def some_dimensions(random: Random) -> Tables:
    """Suppliers and contracts that each have a term, none, or one that no list has."""
    suppliers: list[Row] = [
        {"supplier_id": f"S{n}", "name": f"S{n}", "payment_term_code": random.choice(MAYBE_CODE)}
        for n in range(SUPPLIERS)
    ]
    suppliers += [{"supplier_id": "IC", "name": "Sister", "intercompany": True}]
    contracts = [
        {"contract_id": f"K{n}", "supplier_id": "S1", "start_date": START,
         "payment_term_code": random.choice(MAYBE_CODE)}
        for n in range(10)
    ]  # fmt: skip
    return {
        "exchange_rate": RATES,
        "payment_term": TERMS,
        "supplier": suppliers,
        "contract": contracts,
        "category": [{"category_id": c, "name": c} for c in ("C1", "C2", "c1")],
        "cost_centre": [{"cost_centre_id": c, "name": c} for c in ("B", "a", "a-1")],
        "item": [{"item_id": "A", "name": "A", "category_id": "C2"}],
        "purchase_order_line": [some_order(random, n) for n in range(20)],
    }


def some_order(random: Random, number: int) -> Row:
    return {
        "po_id": f"P{number}", "line_no": 1, "order_date": START, "supplier_id": "S1",
        "quantity": 1, "unit_price": 1, "contract_id": random.choice([None, "K1", "K2", "gone"]),
        "category_id": random.choice([None, "C1"]), "item_id": random.choice([None, "A"]),
        "cost_centre_id": random.choice([None, "a", "B"]),
    }  # fmt: skip


def some_invoice(random: Random, number: int) -> list[Row]:
    """The lines of one invoice: a few, some of them negative, now and then a credit note."""
    day = START + timedelta(days=random.randint(0, 180))
    head = {
        "invoice_id": f"I{number}",
        "invoice_date": day,
        "supplier_id": random.choice([*(f"S{n}" for n in range(SUPPLIERS)), "IC", "gone"]),
        "currency": random.choice([None, "EUR", "EUR", "USD", "USD", "JPY"]),
        "posted_on": random.choice([None, day + timedelta(days=random.randint(-5, 40))]),
        "due_date": day + timedelta(days=random.randint(0, 90)) if chance(random, 0.2) else None,
        "payment_term_code": random.choice(MAYBE_CODE),
    }
    size = Decimal(10) ** random.randint(1, 4)
    credit = chance(random, 0.1)
    lines = [
        {**head, "line_no": n, **some_line(random, size, credit)}
        for n in range(1, random.randint(2, 6))
    ]
    random.choice(lines).update(some_reference(random))
    return lines


def some_line(random: Random, size: Decimal, credit: bool) -> Row:
    sign = -1 if credit or chance(random, 0.15) else 1
    amount = (sign * size * Decimal(random.randint(1, 10_000)) / 10_000).quantize(CENT)
    tax = random.choice([None, Decimal(0), Decimal("0.07"), Decimal("0.19")])
    return {
        "amount": amount,
        "tax_amount": None if tax is None else (amount * tax).quantize(CENT),
        "category_id": random.choice([None, "C1", "C2", "c1", "gone"]),
        "cost_centre_id": random.choice([None, "B", "a", "a-1", "gone"]),
        "item_id": random.choice([None, None, "A"]),
        "po_id": None,
        "po_line_no": 1,
    }


def some_reference(random: Random) -> Row:
    """A contract that a line names, or an order that it comes from, or both."""
    order, contract = f"P{random.randint(0, 19)}", random.choice(["K3", "K4", "K5", "gone"])
    return {
        "po_id": order if chance(random, 0.5) else None,
        "contract_id": contract if chance(random, 0.4) else None,
    }


def some_payments(random: Random, lines: Sequence[Row]) -> list[Row]:
    """Nothing, part, all or more of an invoice, at once or in turns, with refunds and discounts."""
    gross = sum((line["amount"] + (line["tax_amount"] or 0) for line in lines), Decimal(0))
    aimed = gross * Decimal(random.choice(["0", "0.3", "0.5", "1", "1", "1", "1.2"]))
    rows: list[Row] = []
    while abs(aimed) > CENT and len(rows) < 4:
        whole = len(rows) == 3 or chance(random, 0.5)
        amount = aimed if whole else aimed * Decimal(random.choice(["0.1", "0.5", "1.3"]))
        rows.append(some_payment(random, lines[0], amount.quantize(CENT)))
        aimed -= rows[-1]["amount"] + (rows[-1]["discount_taken"] or 0)
    return [{**row, "payment_id": f"Z{row['invoice_id']}-{n}"} for n, row in enumerate(rows)]


def some_payment(random: Random, head: Row, amount: Decimal) -> Row:
    """A payment of any day; those of one day are told apart by their id alone."""
    days = random.choice([-10, 0, 5, 9, 10, 11, 14, 30, 31, 60, random.randint(0, 120)])
    share = Decimal(random.choice(["0", "0", "0.01", "0.02", "1"]))
    discount = (amount * share).quantize(CENT)
    return {
        "invoice_id": head["invoice_id"],
        "paid_on": head["invoice_date"] + timedelta(days=days),
        "amount": amount - discount,
        "discount_taken": discount if discount else random.choice([None, Decimal(0)]),
        "currency": head["currency"],
    }


def some_company(random: Random) -> Tables:
    invoices = [some_invoice(random, n) for n in range(INVOICES)]
    astray = {"payment_id": "Z", "invoice_id": "gone", "paid_on": START, "amount": 99,
              "discount_taken": None, "currency": None}  # fmt: skip
    return {
        **some_dimensions(random),
        "invoice_line": [line for lines in invoices for line in lines],
        "payment": [astray, *(p for lines in invoices for p in some_payments(random, lines))],
    }


def some_days(random: Random) -> tuple[Span, date]:
    """The days of a selection, and the day of its positions: their last, or one before it."""
    days = sorted(START + timedelta(days=random.randint(0, 300)) for _ in range(3))
    return random.choice([(Span(days[0], days[2]), days[1]), (Span(days[0], days[1]), days[1])])


# --- Every sum against the reference -------------------------------------------------------------


def cell(value: Any) -> Any:
    """A key as the reference has it: days as days, an unknown day or number as none."""
    if pd.isna(value):
        return None
    if isinstance(value, date):
        plain = date(value.year, value.month, value.day)
        return None if plain == NO_DATE else plain
    return int(value) if isinstance(value, float) else value


def found(frame: pd.DataFrame, by: Sequence[str], names: Iterable[str]) -> Cents:
    """A frame as measures by key; counts of invoices in hundredths, keys of nothing left out."""
    scaled = {n: 100 if frame[n].dtype.kind == "f" and n.endswith("settled") else 1 for n in names}
    rows = frame.to_dict("records")
    sums = {
        tuple(cell(row[name]) for name in by): {n: round(row[n] * k) for n, k in scaled.items()}
        for row in rows
        if row["line_count"]
    }
    assert len(sums) == sum(bool(row["line_count"]) for row in rows), "keys are told apart"
    return nonzero(sums)


def whole(sums: Mapping[Key, Mapping[str, Decimal]], names: Iterable[str]) -> Cents:
    """The reference's sums in cents; they must be whole."""
    cents = {key: {n: row.get(n, Decimal(0)) * 100 for n in names} for key, row in sums.items()}
    assert all(value == int(value) for row in cents.values() for value in row.values())
    return nonzero({key: {n: int(v) for n, v in row.items()} for key, row in cents.items()})


def nonzero(sums: Cents) -> Cents:
    return {key: row for key, row in sums.items() if any(row.values())}


class Asked:
    """One question of ``queries.terms``, and the reference's answer."""

    def __init__(self, name: str, measures: str, keys: str = "") -> None:
        self.name, self.measures, self.keys = name, measures.split(), tuple(keys.split())

    def frame(
        self, reader: Reader, selection: Selection, days: Span, position: date, by: Sequence[str]
    ) -> pd.DataFrame:
        match self.name:
            case "invoiced":
                return terms.invoiced_by(reader, selection, days, by)
            case "paid":
                return terms.payments_by(reader, selection, days, 5, by)
            case "owed":
                return terms.owed_by(reader, selection, days.first, position, by)
            case "offered":
                return terms.discounts_by(reader, selection, days, position, by)
            case "late_payments":
                return terms.late_payments(reader, selection, days)
            case "overdue":
                return terms.overdue(reader, selection, position)
        raise AssertionError(self.name)

    def entries(
        self, books: Sequence[reference.Invoice], days: Span, position: date
    ) -> list[reference.Entry]:
        span = (days.first, days.last)
        match self.name:
            case "invoiced":
                return reference.invoiced(books, span)
            case "paid":
                return reference.paid(books, span, 5)
            case "offered":
                return reference.offered(books, span, position)
            case "late_payments":
                return reference.late_payments(books, span)
        return reference.owed(books, days.first, position)


TERM_DAYS = "agreed_days contract_days master_days"
BY_SHARE = (
    Asked("invoiced", "invoiced", TERM_DAYS),
    Asked("paid", "paid paid_days late early not_due late_money_days early_money_days "
                  "discount_taken"),
    Asked("owed", "open overdue waiting waiting_late not_due"),
    Asked("offered", "offered used in_time too_late unpaid"),
)  # fmt: skip
BY_LAW = (
    Asked("late_payments", "late settled", "supplier_id due_date day size_class"),
    Asked("overdue", "overdue unsettled", "supplier_id due_date size_class"),
)


def test_every_sum_is_that_of_the_invoices_one_by_one(books: Books) -> None:
    for seed in range(examples(books.store, 3, 1)):
        random = Random(seed)
        company = some_company(random)
        books.empty()
        assert books.load(company).rejected == 0
        owed = reference.invoices(company)
        with books.store.reader() as reader:
            for days, position in (some_days(random) for _ in range(3)):
                for asked in BY_SHARE:
                    check_wholes(reader, asked, owed, days, position)
                    check_shares(reader, asked, owed, days, position)
                for asked in BY_LAW:
                    check_law(reader, asked, owed, days, position)


def check_wholes(
    reader: Reader, asked: Asked, owed: Sequence[reference.Invoice], days: Span, position: date
) -> None:
    """What no sharing out touches is the same to the cent."""
    for by in ((), ("supplier_id",)):
        keys = (*by, *asked.keys)
        frame = asked.frame(reader, Selection(), days, position, by)
        expected = reference.total(asked.entries(owed, days, position), *keys)
        assert found(frame, keys, asked.measures) == whole(expected, asked.measures), asked.name


def check_shares(
    reader: Reader, asked: Asked, owed: Sequence[reference.Invoice], days: Span, position: date
) -> None:
    """Shares are right to a cent each, and come to the whole."""
    keys = ("supplier_id", *asked.keys)
    frame = asked.frame(reader, Selection(), days, position, ("supplier_id", *PLACES))
    measured = found(frame, (*keys, *PLACES), asked.measures)
    expected, moves = reference.shared(asked.entries(owed, days, position), *keys)
    assert set(measured) <= set(expected), asked.name
    for key, sums in expected.items():
        for name in asked.measures:
            value = Decimal(measured.get(key, {}).get(name, 0)) / 100
            apart = abs(value - sums.get(name, 0))
            assert apart <= moves[key].get(name, 0), (asked.name, key, name)
    plain = asked.frame(reader, Selection(), days, position, ())
    for name in asked.measures:
        assert frame[name].sum() == plain[name].sum(), (asked.name, name)


def check_law(
    reader: Reader, asked: Asked, owed: Sequence[reference.Invoice], days: Span, position: date
) -> None:
    """What the law needs apart, invoice by invoice."""
    frame = asked.frame(reader, Selection(), days, position, ())
    frame = frame.rename(columns={"late": asked.measures[0]})
    expected = reference.total(asked.entries(owed, days, position), *asked.keys)
    kept = {key: row for key, row in expected.items() if row.get(asked.measures[0])}
    shown = found(frame, asked.keys, asked.measures)
    if asked.name == "late_payments":
        kept = expected
    assert shown == whole(kept, asked.measures), asked.name


def test_a_selection_of_every_place_in_turn_comes_to_the_whole(books: Books) -> None:
    random = Random(7)
    books.load(some_company(random))
    days, position = Span(START, START + timedelta(days=200)), START + timedelta(days=120)
    with books.store.reader() as reader:
        for asked in (*BY_SHARE, *BY_LAW):
            names = ["late" if name == "overdue" else name for name in asked.measures]
            names = asked.measures if asked.name == "owed" else names
            whole = asked.frame(reader, Selection(), days, position, ())[names].sum()
            assert whole.any(), asked.name
            for choices in (
                [Selection(category=(c,)) for c in ("C1", "C2", "c1", NOT_ASSIGNED)],
                [Selection(cost_centre=(c,)) for c in ("B", "a", "a-1", NOT_ASSIGNED)],
            ):
                parts = [
                    asked.frame(reader, one, days, position, ())[names].sum() for one in choices
                ]
                assert sum(parts[1:], parts[0]).round(6).tolist() == whole.tolist(), asked.name


def test_nothing_is_left_open_in_any_part_once_all_is_paid(books: Books) -> None:
    company = some_company(Random(8))
    heads = {line["invoice_id"]: line for line in company["invoice_line"]}
    left = {name: Decimal(0) for name in heads}
    for line in company["invoice_line"]:
        left[str(line["invoice_id"])] += line["amount"] + (line["tax_amount"] or 0)  # type: ignore[operator]
    for payment in company["payment"]:
        if payment["invoice_id"] in left:
            left[str(payment["invoice_id"])] -= payment["amount"] + (payment["discount_taken"] or 0)  # type: ignore[operator]
    last = [
        {"payment_id": f"last-{name}", "invoice_id": name, "amount": amount, "discount_taken": None,
         "paid_on": START + timedelta(days=400), "currency": heads[name]["currency"]}
        for name, amount in left.items()
    ]  # fmt: skip
    books.load({**company, "payment": [*company["payment"], *last]})
    with books.store.reader() as reader:
        before, after = (START + timedelta(days=n) for n in (399, 400))
        keys = ("supplier_id", "due_date", *PLACES)
        assert terms.owed_by(reader, Selection(), START, before, keys)["open"].any()
        assert not terms.owed_by(reader, Selection(), START, after, keys)["open"].any()
        assert terms.overdue(reader, Selection(), after).empty


# --- By hand -------------------------------------------------------------------------------------

HEAD: Row = {"invoice_id": "I", "line_no": 1, "invoice_date": "2025-01-10", "supplier_id": "S1",
             "amount": 100}  # fmt: skip
PAYMENT: Row = {"payment_id": "Z1", "invoice_id": "I", "paid_on": "2025-02-10", "amount": 100}
DIMENSIONS: Tables = {
    "exchange_rate": RATES,
    "payment_term": TERMS,
    "supplier": [
        {"supplier_id": "S1", "name": "One", "payment_term_code": "N30"},
        {"supplier_id": "IC", "name": "Sister", "intercompany": True},
    ],
    "category": [{"category_id": c, "name": c} for c in ("B", "a", "a-1")],
}


def load(books: Books, lines: Sequence[Row], payments: Sequence[Row] = (), **more: Any) -> None:
    """One small company; every row must be taken."""
    given = {"invoice_line": lines, "payment": payments, **more}
    assert books.load({**DIMENSIONS, **{k: v for k, v in given.items() if v}}).rejected == 0


def payments(*rows: tuple[str, object], **more: object) -> list[Row]:
    return [
        {**PAYMENT, "payment_id": f"Z{n}", "paid_on": day, "amount": amount, **more}
        for n, (day, amount) in enumerate(rows)
    ]


def asked(books: Books, name: str, *names: str, first: str = "2025-01-01", last: str) -> list[int]:
    """Measures of the whole company, from one day to another, which is the position's."""
    days = Span(date.fromisoformat(first), date.fromisoformat(last))
    with books.store.reader() as reader:
        frame = Asked(name, "").frame(reader, Selection(), days, days.last, ())
    return [int(frame[n].fillna(0).sum()) for n in names]


def test_late_and_early_by_the_day(small: Books) -> None:
    # Due 30 days after 10 January: on 9 February. Early is five days before it, or more.
    rows = payments(("2025-02-04", 30), ("2025-02-05", 20), ("2025-02-09", 25), ("2025-02-10", 25))
    load(small, [HEAD], rows)
    found = asked(small, "paid", "paid", "early", "late", "not_due", last="2025-12-31")
    assert found == [10000, 3000, 2500, 0]
    # 30 × 25 + 20 × 26 + 25 × 30 + 25 × 31 = 2,795: 27.95 days; 30 × 5 early and 25 × 1 late.
    names = ("paid_days", "early_money_days", "late_money_days")
    assert asked(small, "paid", *names, last="2025-12-31") == [279500, 15000, 2500]
    owed = reference.invoices({**DIMENSIONS, "invoice_line": [dated(HEAD)],
                               "payment": [dated(row) for row in rows]})  # fmt: skip
    year = (date(2025, 1, 1), date(2025, 12, 31))
    assert reference.days_to_pay(owed, year) == Decimal("27.95")
    assert reference.agreed_days(owed, year) == 30
    assert reference.late_and_early_share(owed, *year) == (Decimal("0.25"), Decimal("0.3"))
    # On 6 February 50 were paid; the rest is open, and not yet due.
    part = reference.late_and_early_share(owed, year[0], date(2025, 2, 6))
    assert part == (Decimal(0), Decimal("0.6"))
    # On 9 February 75 were paid and 25 are open and due: 30 of 100 early, nothing late.
    part = reference.late_and_early_share(owed, year[0], date(2025, 2, 9))
    assert part == (Decimal(0), Decimal("0.3"))


def dated(row: Row) -> Row:
    """A row with days, for the reference."""
    days = ("invoice_date", "posted_on", "due_date", "paid_on")
    return {k: date.fromisoformat(v) if k in days and v else v for k, v in row.items()}


def test_what_was_paid_early_for_a_discount_is_not_early(small: Books) -> None:
    rows = [{**PAYMENT, "paid_on": "2025-01-15", "amount": 98, "discount_taken": 2}]
    load(small, [{**HEAD, "payment_term_code": "D10"}], rows)
    found = asked(small, "paid", "paid", "early", "late", "discount_taken", last="2025-12-31")
    assert found == [9800, 0, 0, 200]
    assert asked(small, "owed", "open", last="2025-01-14") == [10000]
    assert asked(small, "owed", "open", last="2025-01-15") == [0]


def test_paying_leaves_no_exchange_difference(small: Books) -> None:
    # 100 + 19 tax at 0.95 are 95.00 + 18.05 = 113.05. Half of it, 59.50, is open at 56.525: half a
    # cent goes up. In February a dollar is 0.853333333333: 59.50 are paid with 50.77.
    line = {**HEAD, "tax_amount": 19, "currency": "USD"}
    rows = payments(("2025-02-10", "59.5"), ("2025-02-20", "59.5"), currency="USD")
    load(small, [line], rows)
    assert asked(small, "owed", "open", "overdue", last="2025-02-09") == [11305, 0]
    assert asked(small, "owed", "open", "overdue", last="2025-02-10") == [5653, 5653]
    assert asked(small, "owed", "open", "overdue", last="2025-02-20") == [0, 0]
    assert asked(small, "paid", "paid", "late", last="2025-12-31") == [10154, 10154]


def test_half_a_cent_of_an_awkward_sum_goes_up(books: Books) -> None:
    # 10.60 dollars are 10.07; the half that is open is 5.035. 17.10 dollars are 16.245, so 16.25;
    # three tenths are open, 4.875. Neither 5.30 nor 5.13 is a number that a double holds.
    lines = [{**HEAD, "invoice_id": name, "amount": amount, "currency": "USD"}
             for name, amount in (("I", "10.6"), ("J", "17.1"))]  # fmt: skip
    rows = [{**PAYMENT, "payment_id": name, "invoice_id": name, "amount": amount,
             "currency": "USD"} for name, amount in (("I", "5.3"), ("J", "11.97"))]  # fmt: skip
    load(books, lines, rows)
    assert asked(books, "owed", "open", last="2025-02-10") == [504 + 488]


def test_parts_are_cumulated_before_they_are_rounded(books: Books) -> None:
    # Three lines of 1.00, a payment of 1.00: a third is 0.33, two are 0.67, three are 1.00. Parts
    # follow one another in the order of their signs' codes: B, a, a-1.
    lines = [{**HEAD, "line_no": n, "amount": 1, "category_id": c}
             for n, c in enumerate(("a-1", "B", "a"), 1)]  # fmt: skip
    load(books, lines, [{**PAYMENT, "amount": 1}])
    assert books.rows("payment_flow", "category_id", "paid") == [
        ("B", Decimal("0.33")), ("a", Decimal("0.34")), ("a-1", Decimal("0.33")),
    ]  # fmt: skip


def test_a_negative_line_takes_its_share_away(small: Books) -> None:
    # 150 of B and -50 of a are an invoice of 100: a payment of 40 is 60 of B and -20 of a.
    lines = [{**HEAD, "amount": 150, "category_id": "B"},
             {**HEAD, "line_no": 2, "amount": -50, "category_id": "a"}]  # fmt: skip
    load(small, lines, [{**PAYMENT, "amount": 40}])
    paid = small.rows("payment_flow", "category_id", "paid")
    assert paid == [("B", Decimal(60)), ("a", Decimal(-20))]
    assert sorted(small.rows("payable_flow", "category_id", "day", "open")) == [
        ("B", date(2025, 1, 10), Decimal(150)), ("B", date(2025, 2, 10), Decimal(-60)),
        ("a", date(2025, 1, 10), Decimal(-50)), ("a", date(2025, 2, 10), Decimal(20)),
    ]  # fmt: skip


def test_what_was_overpaid_is_open_the_other_way_until_it_comes_back(small: Books) -> None:
    load(small, [HEAD], payments(("2025-02-01", 120), ("2025-03-01", -20)))
    for day, left in (("2025-01-31", 10000), ("2025-02-28", -2000), ("2025-03-01", 0)):
        assert asked(small, "owed", "open", last=day) == [left]
    assert asked(small, "paid", "paid", "early", "late", last="2025-12-31") == [10000, 12000, -2000]


def test_a_payment_before_the_invoice_waits_for_it(small: Books) -> None:
    load(small, [{**HEAD, "posted_on": "2025-02-03"}], payments(("2025-01-05", 100)))
    assert asked(small, "paid", "paid", "paid_days", last="2025-01-31") == [10000, -50000]
    with small.store.reader() as reader:
        for day, rows in ((date(2025, 2, 2), 0), (date(2025, 2, 3), 1)):
            frame = terms.owed_by(reader, Selection(), START, day, ("supplier_id",))
            assert frame["open"].tolist() == [0] * rows


def test_credit_notes_and_the_own_group_are_outside(small: Books) -> None:
    lines = [{**HEAD, "amount": -100}, {**HEAD, "invoice_id": "J", "supplier_id": "IC"},
             {**HEAD, "invoice_id": "L", "amount": 5},
             {**HEAD, "invoice_id": "L", "line_no": 2, "amount": -5}]  # fmt: skip
    rows = [{**PAYMENT, "payment_id": i, "invoice_id": i} for i in ("I", "J", "L", "gone")]
    load(small, [{**line, "payment_term_code": "D10"} for line in lines], rows)
    assert asked(small, "invoiced", "invoiced", last="2025-12-31") == [0]
    assert asked(small, "paid", "paid", "late", last="2025-12-31") == [0, 0]
    assert asked(small, "owed", "open", last="2025-01-31") == [0]
    assert asked(small, "offered", "offered", last="2025-12-31") == [0]
    assert asked(small, "late_payments", "late", "settled", last="2025-12-31") == [0, 0]


# What the invoice, its contract and its supplier say; then the agreed days, and the due day.
LADDER = (
    ("N0", "E45", "N30", 0, "2025-01-10"),
    (None, "E45", "N30", 45, "2025-03-17"),  # 45 days after 31 January
    ("gone", "E45", "N30", 45, "2025-03-17"),
    (None, "gone", "N30", 30, "2025-02-09"),
    (None, None, "N30", 30, "2025-02-09"),
    ("gone", None, "gone", None, None),
    (None, None, None, None, None),
)


def test_the_agreed_term_is_the_first_that_is_known(small: Books) -> None:
    steps = [(f"X{n}", *step) for n, step in enumerate(LADDER)]
    lines = [{**HEAD, "invoice_id": x, "supplier_id": x, "payment_term_code": own, "po_id": x,
              "po_line_no": 1} for x, own, *_ in steps]  # fmt: skip
    orders = [{"po_id": x, "line_no": 1, "order_date": START, "supplier_id": x, "quantity": 1,
               "unit_price": 1, "contract_id": x} for x, *_ in steps]  # fmt: skip
    contracts = [{"contract_id": x, "supplier_id": x, "start_date": START,
                  "payment_term_code": code} for x, _, code, *_ in steps]  # fmt: skip
    suppliers = [{"supplier_id": x, "name": x, "payment_term_code": code}
                 for x, _, _, code, *_ in steps]  # fmt: skip
    load(small, lines, supplier=suppliers, contract=contracts, purchase_order_line=orders)
    due = {x: date.fromisoformat(day) if day else None for x, *_, day in steps}
    assert dict(small.rows("invoice", "invoice_id", "due_date")) == due
    with small.store.reader() as reader:
        frame = terms.invoiced_by(reader, Selection(), ALL_DAYS, ("supplier_id",))
        owed = terms.owed_by(reader, Selection(), START, ALL_DAYS.last, ("supplier_id",))
    days = frame[["supplier_id", *TERM_DAYS.split()]].to_dict("records")
    numbers = {"E45": 45, "N30": 30}
    assert {row["supplier_id"]: [cell(row[n]) for n in TERM_DAYS.split()] for row in days} == {
        x: [agreed, numbers.get(contract or ""), numbers.get(master or "")]
        for x, _, contract, master, agreed, _ in steps
    }
    assert {row["supplier_id"]: row["not_due"] == 10000 for row in owed.to_dict("records")} == {
        x: day is None for x, day in due.items()
    }


def test_a_given_due_date_moves_the_due_day_and_not_the_agreed_days(small: Books) -> None:
    load(small, [{**HEAD, "due_date": "2025-01-20"}], payments(("2025-01-21", 100)))
    assert small.rows("invoice", "due_date") == [(date(2025, 1, 20),)]
    assert asked(small, "paid", "late", "late_money_days", last="2025-12-31") == [10000, 10000]
    with small.store.reader() as reader:
        assert terms.invoiced_by(reader, Selection(), ALL_DAYS, ())["agreed_days"].tolist() == [30]


def test_what_became_of_discounts(small: Books) -> None:
    # 2 % of 100 within ten days, by 20 January; each invoice met another fate.
    fates = {
        "taken": ("2025-01-15", 98, 2),
        "taken in part": ("2025-01-20", 49, 1),
        "taken late": ("2025-01-25", 98, 2),
        "in time": ("2025-01-20", 100, None),
        "too late": ("2025-01-21", 100, None),
        "never": None,
    }
    lines = [{**HEAD, "invoice_id": name, "payment_term_code": "D10"} for name in fates]
    rows = [{"payment_id": name, "invoice_id": name,
             **dict(zip(("paid_on", "amount", "discount_taken"), fate, strict=True))}
            for name, fate in fates.items() if fate]  # fmt: skip
    load(small, lines, rows)
    names = ("offered", "used", "in_time", "too_late", "unpaid")
    assert asked(small, "offered", *names, last="2025-12-31") == [1200, 600, 200, 200, 200]
    # Offered on the earlier of its use and its date: one of them on 15 January.
    assert asked(small, "offered", *names, last="2025-01-19") == [200, 200, 0, 0, 0]
    later = asked(small, "offered", *names, first="2025-01-16", last="2025-12-31")
    assert later == [1000, 400, 200, 200, 200]
    # On 20 January nobody knows yet who pays too late, or takes it late.
    assert asked(small, "offered", *names, last="2025-01-20") == [1200, 400, 200, 0, 600]
    assert asked(small, "paid", "discount_taken", last="2025-12-31") == [500]


def test_the_law_counts_the_invoices_that_were_paid_late(small: Books) -> None:
    # 999.99 is of the smallest class, 1,000 of the next, 10,000 of the last.
    amounts = {"I": "999.99", "J": "1000", "L": "10000"}
    lines = [{**HEAD, "invoice_id": name, "amount": a} for name, a in amounts.items()]
    half = [{**PAYMENT, "payment_id": f"half-{n}", "invoice_id": n, "amount": Decimal(a) / 2}
            for n, a in (("J", "1000"), ("L", "10000"))]  # fmt: skip
    rest = {**PAYMENT, "payment_id": "rest", "invoice_id": "J", "amount": 500,
            "paid_on": "2025-02-20"}  # fmt: skip
    load(small, lines, [*half, rest])
    with small.store.reader() as reader:
        late = terms.late_payments(reader, Selection(), ALL_DAYS)
        over = terms.overdue(reader, Selection(), date(2025, 2, 15))
    shown = [[c, pd.Timestamp(day).day, *row] for c, day, *row in late[
        ["size_class", "day", "late", "settled"]].to_numpy().tolist()]  # fmt: skip
    assert sorted(shown) == [[1, 10, 50000, 0], [1, 20, 50000, 1], [2, 10, 500000, 0]]
    owed = over[["size_class", "late", "unsettled"]].to_numpy().tolist()
    assert sorted(owed) == [[0, 99999, 1], [1, 50000, 1], [2, 500000, 1]]


def test_a_due_day_that_no_calendar_has_is_not_known(books: Books) -> None:
    near = {"payment_term_code": "near", "net_days": 30, "discount_rate": "0.02",
            "discount_days": 30}  # fmt: skip
    last = {"invoice_date": "9999-12-31", "posted_on": "2025-01-10", "payment_term_code": "near"}
    load(books, [{**HEAD, **last}], payment_term=[near])
    assert books.rows("invoice", "due_date", "discount_date") == [(None, None)]
    assert asked(books, "owed", "open", "not_due", last="2025-12-31") == [10000, 10000]


# --- Load after load -----------------------------------------------------------------------------


def versions(row: Row, *changes: Row) -> list[Row]:
    return [row, *({**row, **change} for change in changes)]


ORDER: Row = {"po_id": "P1", "line_no": 1, "order_date": "2025-01-05", "supplier_id": "S1",
              "quantity": 1, "unit_price": 1, "contract_id": "K", "category_id": "B",
              "cost_centre_id": "M"}  # fmt: skip
LINE: Row = {**HEAD, "tax_amount": None, "currency": "USD", "po_id": "P1", "po_line_no": 1,
             "category_id": None, "payment_term_code": None, "due_date": None}  # fmt: skip
PAID: Row = {**PAYMENT, "amount": 60, "discount_taken": None, "currency": "USD"}
VERSIONS: dict[str, Sequence[Sequence[Row]]] = {
    "exchange_rate": [
        versions({"date": day, "currency": "USD", "rate": "0.9"}, {"rate": "0.8"})
        for day in ("2024-01-01", "2025-01-10", "2025-02-10")
    ],
    "payment_term": [
        versions({"payment_term_code": "N30", "net_days": 30, "discount_rate": None,
                  "discount_days": None, "end_of_month": None}, {"end_of_month": True},
                 {"discount_rate": "0.02", "discount_days": 10}),
        versions({"payment_term_code": "N60", "net_days": 60}, {"net_days": 45}),
    ],
    "supplier": [versions({"supplier_id": "S1", "name": "One", "payment_term_code": "N30",
                           "intercompany": False}, {"payment_term_code": "gone"},
                          {"intercompany": True})],
    "contract": [versions({"contract_id": "K", "supplier_id": "S1", "start_date": "2025-01-01",
                           "payment_term_code": "N60"}, {"payment_term_code": None})],
    "category": [[{"category_id": c, "name": c}] for c in ("B", "a")],
    "cost_centre": [[{"cost_centre_id": "M", "name": "M"}]],
    "purchase_order_line": [versions(ORDER, {"contract_id": None}, {"category_id": "a"})],
    "invoice_line": [
        versions(LINE, {"amount": "33.35"}, {"due_date": "2025-01-31"}, {"currency": "XXX"}),
        versions({**LINE, "line_no": 2, "category_id": "a", "amount": 50}, {"amount": -70},
                 {"amount": -200}, {"po_id": None}),
        versions({**LINE, "invoice_id": "J", "payment_term_code": "N30"}, {"tax_amount": 19}),
    ],
    "payment": [
        versions(PAID, {"amount": 100}, {"paid_on": "2025-01-08"}, {"invoice_id": "J"}),
        versions({**PAID, "payment_id": "Z2", "amount": 49, "discount_taken": 1},
                 {"paid_on": "2025-01-20"}, {"amount": -20}, {"invoice_id": "gone"}),
    ],
}  # fmt: skip


def some(rows: Sequence[Sequence[Row]]) -> st.SearchStrategy[list[Row]]:
    """A version each of some keys."""
    each = [st.sampled_from([None, *choices]) for choices in rows]
    return st.tuples(*each).map(lambda chosen: [row for row in chosen if row is not None])


LOADS = st.lists(
    st.tuples(st.fixed_dictionaries({n: some(rows) for n, rows in VERSIONS.items()}),
              st.booleans()), min_size=2, max_size=2 + ALL,
)  # fmt: skip


def test_marts_equal_their_definitions_after_every_load(books: Books) -> None:
    embedded = isinstance(books.store.facts, EmbeddedFacts)

    @trying((5 if embedded else 3) * (10 if ALL else 1))
    @given(LOADS)
    def check_sequence(loads: list[tuple[dict[str, list[Row]], bool]]) -> None:
        books.empty()
        read = []
        for tables, replace in loads:
            if brought := {name: rows for name, rows in tables.items() if rows}:
                books.load(brought, LoadOptions(replace=replace))
                with books.store.reader() as reader:
                    read.append(everything(reader))
        for number, then in enumerate(read, 1):
            with books.store.reader(Pin(number)) as reader:
                assert everything(reader) == then
                assert number < len(read) or errors(reader) == []

    check_sequence()


def errors(reader: Reader) -> list[str]:
    """What `spend check` finds wrong: a mart that is not its definition is such a thing."""
    return [f"{f.table}: {f.message}" for f in check(reader) if f.severity == "error"]
