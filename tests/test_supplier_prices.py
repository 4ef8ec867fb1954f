"""What prices did: against last year, contracts and indices; and trouble in the supplier master."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import mart_tables
from queries.check import check
from queries.selection import Selection
from queries.store import Reader, Store
from spend import supplier_prices, supplier_records
from spend.bridge import year_bridge
from spend.price_rows import PriceRow, added, index_moves, priced_items
from spend.purchasing_book import PurchasingBook
from spend.supplier_names import plain_name
from tests.contract_files import Books, examples
from tests.reference_prices import PriceBooks, shared_invoices

Row = dict[str, Any]
START = date(2025, 1, 1)
HEADS = {"G": "G", "S1": "G", "S2": "G", "S3": "S3", "IC": "IC", "gone": "gone"}


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


# --- A generated company -------------------------------------------------------------------------


def some_day(random: Random, spread: int = 200) -> date:
    return START + timedelta(days=random.randint(0, spread))


def some_company(random: Random) -> dict[str, list[Row]]:
    parents = {"G": None, "S1": "G", "S2": "S1", "S3": None}
    suppliers: list[Row] = [
        {"supplier_id": n, "name": n, "parent_supplier_id": p, "intercompany": None}
        for n, p in parents.items()
    ]
    orders = [some_order(random, n) for n in range(40)]
    return {
        "exchange_rate": [{"date": date(2024, 1, 1), "currency": "USD", "rate": Decimal("0.5")},
                          {"date": date(2025, 4, 1), "currency": "USD", "rate": Decimal("0.8")}],
        "supplier": [*suppliers, {**suppliers[0], "supplier_id": "IC", "intercompany": True}],
        "item": [{"item_id": "I", "name": "I", "unit": "kg"},
                 {"item_id": "J", "name": "J", "unit": None}],
        "contract": [some_contract(random, n) for n in range(10)],
        "contract_price": [
            {"contract_id": f"C{n}", "item_id": item, "valid_from": day,
             "unit_price": Decimal(random.choice(["10", "9.5", "0.125"])),
             "fixed_until": random.choice([None, None, None, day + timedelta(days=40)]),
             "currency": random.choice([None, None, "EUR", "USD"])}
            for n in range(11) for item in ("I", "J", "gone")
            for day in sorted({some_day(random, 60) for _ in range(random.randint(1, 3))})
        ],
        "purchase_order_line": orders,
        "invoice_line": [some_line(random, n, orders) for n in range(300)],
    }  # fmt: skip


def some_contract(random: Random, number: int) -> Row:
    start = START + timedelta(days=random.choice([0, 0, 30, 60]))
    return {
        "contract_id": f"C{number}", "supplier_id": random.choice(["G", "G", "S1", *HEADS]),
        "start_date": start, "end_date": random.choice([None, start + timedelta(days=90)]),
        "currency": random.choice([None, None, "EUR", "USD"]),
    }  # fmt: skip


def some_order(random: Random, number: int) -> Row:
    return {
        "po_id": f"P{number}", "line_no": 1, "order_date": some_day(random),
        "supplier_id": random.choice(list(HEADS)), "quantity": 10, "unit_price": 10,
        "item_id": random.choice([None, "I", "J"]), "unit": random.choice([None, "kg", "kg", "t"]),
        "contract_id": random.choice([None, "C1", "C2", "gone"]),
    }  # fmt: skip


def some_line(random: Random, number: int, orders: list[Row]) -> Row:
    day, sign = some_day(random), random.choice([1, 1, 1, -1])
    return {
        "invoice_id": f"V{number:03}", "line_no": 1, "invoice_date": day,
        "posted_on": random.choice([None, day + timedelta(days=5)]),
        "supplier_id": random.choice(["S1", *HEADS]), "amount": sign * random.choice([100, 95, 7]),
        "quantity": random.choice([None, Decimal(10), Decimal(10), Decimal("2.5"), Decimal(0)]),
        "unit": random.choice([None, None, "kg", "kg", "t"]),
        "po_id": random.choice([None, *(o["po_id"] for o in orders), "gone"]), "po_line_no": 1,
        "item_id": random.choice([None, "I", "I", "J", "gone"]),
        "contract_id": random.choice([None, None, "C1", "C3", "gone"]),
        "currency": random.choice([None, None, "EUR", "USD"]),
        "invoice_number": random.choice([None, "7", "INV 7", "inv-7", "0", "8"]),
    }  # fmt: skip


def test_contract_prices_and_shared_invoices_are_those_of_the_lines_one_by_one(
    books: Books,
) -> None:
    for seed in range(examples(books.store, 2, 1)):
        company = some_company(Random(seed))
        books.empty()
        assert books.load(company).rejected == 0
        flow = books.rows("contract_price_flow", "contract_id", "item_id", "amount",
                          "contract_amount", "line_count")  # fmt: skip
        lines = list(PriceBooks(company).priced())
        assert len(lines) > 10
        for contract in {row["contract_id"] for row in company["contract"]}:
            of = [(line, asked) for line, name, asked in lines if name == contract]
            rows = [row for row in flow if row[0] == contract]
            assert sum(row[3] for row in rows) == sum(asked for _, asked in of)
            assert sum(row[4] for row in rows) == len(of)
        pairs = dict(books.rows("shared_invoice", "invoice_id", "other_invoice_id"))
        numbered = [{**row, "number": plain(row["invoice_number"]),
                     "currency": row["currency"] or "EUR"}
                    for row in company["invoice_line"]]  # fmt: skip
        assert pairs
        assert pairs == shared_invoices(numbered, HEADS)
        with books.store.reader() as reader:
            assert [f for f in check(reader) if f.severity == "error"] == []


def plain(number: str | None) -> str:
    return "".join(c for c in (number or "").upper() if c.isalnum()).lstrip("0")


# --- Worked by hand ------------------------------------------------------------------------------


def line(name: str, day: str, supplier: str, item: str, quantity: int, amount: int) -> Row:
    return {
        "invoice_id": name, "line_no": 1, "invoice_date": day, "supplier_id": supplier,
        "item_id": item, "quantity": quantity, "amount": amount, "invoice_number": f"R-{name}",
    }  # fmt: skip


BY_HAND: dict[str, list[Row]] = {
    "supplier": [
        {"supplier_id": "A", "name": "Alpha Steel Ltd", "country": "DE"},
        {"supplier_id": "A2", "name": "Alpha Bars", "parent_supplier_id": "A"},
        {"supplier_id": "X", "name": "ALPHA STEEL Limited", "parent_supplier_id": "lost"},
        {"supplier_id": "IC", "name": "Alpha Steel", "intercompany": True},
    ],
    "category": [{"category_id": "steel", "name": "Steel", "index_code": "IRON",
                  "pass_through": "0.5"}],
    "item": [{"item_id": i, "name": i, "unit": "kg", "category_id": "steel"} for i in "ab"],
    "price_index": [{"index_code": "IRON", "month": f"{year}-{month:02}-01", "value": value}
                    for year, month, value in [(2024, 12, 100), (2025, 12, 110), (2026, 2, 130)]],
    "contract": [{"contract_id": "C", "supplier_id": "A", "start_date": "2026-01-01"}],
    "contract_price": [{"contract_id": "C", "item_id": "a", "valid_from": "2026-01-01",
                        "unit_price": 11}],
    "invoice_line": [
        line("1", "2025-01-10", "A", "a", 10, 100), line("2", "2025-02-10", "A2", "b", 4, 80),
        # The same goods: 10 kg at 12 in place of 10, 4 kg at 18 in place of 20.
        line("3", "2026-01-10", "A2", "a", 10, 120), line("4", "2026-02-10", "A", "b", 4, 72),
        line("5", "2026-02-10", "X", "b", 1, 72) | {"invoice_number": "r/4"},
        line("6", "2026-02-11", "IC", "b", 1, 500), line("7", "2025-02-11", "IC", "b", 1, 100),
    ],
}  # fmt: skip
TWO_MONTHS = Selection(from_period="2026-01", to_period="2026-02")


@pytest.fixture(scope="module")
def by_hand(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    Books(kept_store, tmp_path_factory.mktemp("by_hand")).load(BY_HAND)
    return kept_store


def book(reader: Reader, selection: Selection = TWO_MONTHS) -> PurchasingBook:
    return PurchasingBook.read(reader, selection)


def test_a_group_by_hand(by_hand: Store) -> None:
    """Price +20 − 8 = 12 of 180. Weighed by money, the index went from 100 to (120·110 +
    72·130) ÷ 192 = 117.5: half of 17.5 % of 180 is 15.75. The contract asked 110 for 120."""
    with by_hand.reader() as reader:
        found = supplier_prices.by_supplier(book(reader))
        of_category = supplier_prices.by_category(book(reader))
    assert found["A"] == PriceRow(
        spend=192_00, earlier=180_00, at_old=180_00, price=12_00, followed=180_00,
        explained=15_75, beyond=-3_75, agreed=120_00, over_contract=10_00,
    )  # fmt: skip
    assert found["X"] == PriceRow(spend=72_00, earlier=0)
    assert set(found) == {"A", "X"}  # the sister is in nothing
    assert of_category["steel"].spend == 264_00
    # Over all suppliers b costs 144 ÷ 5 in place of 20: 5 · 8.80 dearer.
    assert of_category["steel"].price == 20_00 + 44_00
    shares = (found["A"].price_share, found["A"].contract_share, found["A"].beyond_share)
    assert list(shares) == pytest.approx([12 / 180, 10 / 110, -3.75 / 180])


def test_without_a_year_before_there_is_no_price_effect(by_hand: Store) -> None:
    with by_hand.reader() as reader:
        first = Selection(from_period="2025-01", to_period="2025-02")
        found = supplier_prices.by_supplier(book(reader, first))
    assert found["A"].price is None
    assert found["A"].price_share is None
    assert found["A"].spend == 180_00


def test_trouble_in_the_master_by_hand(by_hand: Store) -> None:
    with by_hand.reader() as reader:
        same, shared, gaps = supplier_records.tables(book(reader))
        notes = supplier_records.notes(book(reader))
        of_child = supplier_records.tables(book(reader, replace(TWO_MONTHS, supplier=("A2",))))
    assert [row[:2] for row in same.rows] == [
        ("Alpha Steel Ltd", "2 ids"), ("Alpha Steel Ltd", "A"), ("ALPHA STEEL Limited", "X"),
    ]  # fmt: skip
    assert [row[4] for row in same.rows] == [Decimal(144), Decimal(72), Decimal(72)]
    assert (same.ids, same.depth) == (("", "A", "X"), (0, 1, 1))
    (row,) = shared.rows
    assert row == ("R4", "ALPHA STEEL Limited", "5", "2026-02-10", "Alpha Steel Ltd", "4",
                   "2026-02-10", Decimal(72))  # fmt: skip
    found = {row[0]: row[1:] for row in gaps.rows}
    assert found["Country"][:3] == (2, 2, Decimal(192))
    assert found["Country"][3] == pytest.approx(192 / 264)
    assert found["Parent that exists"][0] == 1
    assert [note.kind for note in notes] == ["warning", "warning"]
    assert [len(table.rows) for table in of_child[:2]] == [0, 0]


def test_an_empty_selection_has_no_rows(by_hand: Store) -> None:
    with by_hand.reader() as reader:
        nothing = book(reader, replace(TWO_MONTHS, supplier=("-",)))
        assert supplier_prices.by_supplier(nothing) == {}
        assert [len(t.rows) for t in supplier_records.tables(nothing)] == [0, 0, 0]


# --- Rules ---------------------------------------------------------------------------------------


def lines_of(prices: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    """Lines of owner, item, quantity and whole amount."""
    return pd.DataFrame([
        {"owner": owner, "item_id": item, "category_id": "c", "unit": "", "currency": "EUR",
         "has_quantity": True, "quantity": float(quantity), "amount": amount,
         "document_amount": amount}
        for owner, item, quantity, amount in prices
    ])  # fmt: skip


SOME = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("xyz"), st.integers(1, 50),
              st.integers(1, 10_000)), min_size=1, max_size=12,
)  # fmt: skip


@given(SOME, SOME)
def test_an_owners_price_effect_is_that_of_its_own_bridge(
    base: list[tuple[str, str, int, int]], actual: list[tuple[str, str, int, int]]
) -> None:
    before, now = lines_of(base), lines_of(actual)
    found = priced_items(before, now).groupby("owner")["price"].sum()
    for owner in "AB":
        own = (side[side["owner"] == owner] for side in (before, now))
        effect = year_bridge(*own).effects.price
        assert (effect is None) == (owner not in found.index)
        assert effect is None or effect == pytest.approx(found[owner], abs=0.51)


def test_an_index_is_weighed_by_months_and_reaches_back_for_its_value() -> None:
    months = pd.DataFrame({
        "owner": "A", "category_id": ["s", "s", "s", "t", "t"], "span": [0, 1, 1, 0, 1],
        "month": pd.to_datetime(["2025-02-01", "2026-01-01", "2026-03-01", "2023-01-01",
                                 "2026-01-01"]),
        "amount": [500, 100, -40, 10, 10],
    })  # fmt: skip
    values = pd.DataFrame({"index_code": "I", "value": [100.0, 120.0],
                           "month": pd.to_datetime(["2025-01-01", "2025-12-01"])})  # fmt: skip
    followed = pd.DataFrame({"category_id": ["s", "t"], "index_code": "I", "pass_through": 0.7})
    moves = index_moves(months, followed, values)
    # The month of credits counts for nothing; what had no value yet is not known.
    assert moves[["category_id", "before", "now"]].values.tolist() == [["s", 100.0, 120.0]]
    for share in (None, -0.5, 1.5):
        assert index_moves(months, followed.assign(pass_through=share), values).empty


def test_rows_are_added_as_far_as_they_are_known() -> None:
    one = PriceRow(10, 8, at_old=9, price=1)
    assert added([one, PriceRow(5), one]) == PriceRow(25, 16, at_old=18, price=2)
    assert added([]) == PriceRow(0)


def test_names_are_compared_without_what_the_law_adds() -> None:
    same = ["Ärzte & Co. KG", "ARZTE", "arzte gmbh", "Arzte, Inc."]
    assert {plain_name(name) for name in same} == {"arzte"}
    assert plain_name("SA Water") != plain_name("Water S.A.")
    assert plain_name("…") == ""


# --- The demo's stories --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(demo: Store) -> Iterator[Reader]:
    with demo.reader() as reader:
        yield reader


def test_steel_is_dearer_by_what_the_story_says(told: Reader) -> None:
    chosen = Selection(from_period="2026-01", to_period="2026-10", category=("C-1110",))
    found = supplier_prices.by_category(book(told, chosen))
    assert set(found) == {"C-1110"}
    assert found["C-1110"].price == 252_754_63
    prices = supplier_prices.PriceBook(book(told, chosen))
    known = prices.index_values.set_index(["index_code", "month"])["value"]
    ends = [known["STEEL", pd.Timestamp(day)] for day in ("2025-10-01", "2026-10-01")]
    assert ends == [104.43, 128.17]


def test_the_carrier_is_dearer_by_what_the_story_says(told: Reader) -> None:
    whole = book(told, Selection(from_period="2026-01", to_period="2026-10"))
    alone = book(told, replace(whole.selection, supplier=("S-0096",)))
    found = supplier_prices.by_supplier(whole)
    assert found["S-0096"].price == 46_236_12
    assert supplier_prices.by_supplier(alone) == {"S-0096": found["S-0096"]}


def test_spend_by_either_is_all_spend(told: Reader) -> None:
    whole = book(told, Selection(from_period="2026-01", to_period="2026-10"))
    by_supplier = added(supplier_prices.by_supplier(whole).values())
    by_category = added(supplier_prices.by_category(whole).values())
    assert by_supplier.spend == by_category.spend == 34_306_533_00
    assert by_supplier.agreed == by_category.agreed
    agreed = told.frame(mart_tables.contract_price_flow.select())
    assert np.abs(agreed["amount"] - agreed["contract_amount"]).sum() > 0
