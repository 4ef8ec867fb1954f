"""What stock is read from: sums and rows on both engines, held against plain Python."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import stock, stock_demand, stock_evidence
from queries.check import check
from queries.engine import EmbeddedFacts
from queries.errors import ConcordError
from queries.evidence import read_lines
from queries.load import LoadOptions
from queries.migration import initialise
from queries.selection import NOT_ASSIGNED, Pin, Selection
from queries.settings import Settings, read_setting
from queries.store import Reader, Store, open_store
from tests.conftest import ALL
from tests.contract_files import NOW, Books, everything, examples, trying
from tests.reference_stock import Row, Stock

START = date(2025, 1, 1)
PLACES = ("item_id", "site")
ITEMS = ("A", "B", "b", "a-1", "C", "gone")


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


def day_of(random: Random) -> date:
    return START + timedelta(days=random.randint(0, 120))


def some_items(random: Random) -> list[Row]:
    costs = [None, Decimal("0.005"), Decimal("3.333333"), Decimal("1234.5")]
    return [
        {"item_id": name, "name": name, "unit": random.choice([None, "kg", "kg", "pcs"]),
         "category_id": random.choice([None, "K1", "K2", "K3", "lost"]),
         "unit_cost": random.choice(costs)}
        for name in ITEMS if name != "gone"
    ]  # fmt: skip


def some_counts(random: Random) -> list[Row]:
    hands = [Decimal(q) for q in ("-3", "-0.333", "0", "0", "5", "12.5", "1000.333333", "77.777")]
    costs = [None, None, Decimal("0.01"), Decimal("1.005"), Decimal("19.999999")]
    keys = {(day_of(random), random.choice(ITEMS), random.choice(["", "M", "a"]))
            for _ in range(70)}  # fmt: skip
    return [
        {"counted_on": day, "item_id": item, "site": site, "on_hand": random.choice(hands),
         "on_order": random.choice([None, Decimal(4)]), "unit_cost": random.choice(costs)}
        for day, item, site in sorted(keys)
    ]  # fmt: skip


def some_demand(random: Random) -> list[Row]:
    """Items with days of their own: firsts of months, Mondays, any."""
    firsts = [date(2025, month, 1) for month in range(1, 6)]
    mondays = [date(2025, 1, 6) + timedelta(weeks=n) for n in range(16)]
    anything = [START + timedelta(days=n) for n in range(120)]
    whole, broken = ("0", "0", "1", "7", "200", "-2"), ("0", "0.5", "1", "33.333333", "-0.25")
    rows = []
    for item in ITEMS:
        for site in ("", "M", "a"):
            days, quantities = (
                random.choice([firsts, mondays, anything]),
                random.choice([whole, broken]),
            )
            for day in random.sample(days, random.randint(0, min(len(days), 12))):
                quantity = Decimal(random.choice(quantities))
                rows.append({"period_start": day, "item_id": item, "site": site,
                             "quantity": quantity})  # fmt: skip
    return rows


def some_orders(random: Random) -> tuple[list[Row], list[Row]]:
    orders: list[Row] = []
    receipts: list[Row] = []
    for number in range(60):
        key = {"po_id": f"P{number // 2}", "line_no": number % 2 + 1}
        line = {**key, "order_date": day_of(random), "supplier_id": random.choice(["S1", "IC"]),
                "quantity": Decimal(random.choice(["1", "10", "7.5", "0", "-2"])), "unit_price": 1,
                "item_id": random.choice([None, *ITEMS]),
                "unit": random.choice([None, "kg", "pcs"]),
                "matching": random.choice([None, "quantity", "value"])}  # fmt: skip
        orders.append(line)
        receipts += [
            {"receipt_id": f"R{number}-{n}", **key, **some_receipt(random, line)}
            for n in range(random.randint(0, 4))
        ]
    return orders, [*receipts, {"receipt_id": "R", "po_id": "gone", "line_no": 1,
                                "received_on": START, "quantity": Decimal(1)}]  # fmt: skip


def some_receipt(random: Random, line: Row) -> Row:
    share = Decimal(random.choice(["0.5", "0.5", "1", "1.2", "-0.5"]))
    day = line["order_date"] + timedelta(days=random.choice([-5, 0, 3, 3, 10, 40]))
    return {"received_on": day, "quantity": line["quantity"] * share}


def some_company(random: Random) -> dict[str, list[Row]]:
    orders, receipts = some_orders(random)
    return {
        "category": [{"category_id": "K1", "name": "1", "parent_category_id": None},
                     {"category_id": "K2", "name": "2", "parent_category_id": "K1"},
                     {"category_id": "K3", "name": "3", "parent_category_id": None}],
        "supplier": [{"supplier_id": "S1", "name": "One", "intercompany": False},
                     {"supplier_id": "IC", "name": "Sister", "intercompany": True}],
        "item": some_items(random),
        "stock_level": some_counts(random),
        "demand": some_demand(random),
        "purchase_order_line": orders,
        "goods_receipt": receipts,
    }  # fmt: skip


# A selection, and which items it keeps.
SELECTIONS: Sequence[tuple[Selection, Callable[[str, str], bool]]] = (
    (Selection(), lambda item, category: True),
    (Selection(item=("A", "b", "gone")), lambda item, category: item in ("A", "b")),
    (Selection(category=("K1",)), lambda item, category: category in ("K1", "K2")),
    (Selection(category=("K3", NOT_ASSIGNED)), lambda item, category: category in ("K3", "")),
    (Selection(supplier=("S1",)), lambda item, category: False),
    (Selection(cost_centre=(NOT_ASSIGNED,)), lambda item, category: False),
)


# --- Every select against the reference ----------------------------------------------------------


def cell(value: Any) -> Any:
    """A value as the reference has it: days as days, nothing as none."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def shown(frame: pd.DataFrame) -> list[Row]:
    return [{str(k): cell(v) for k, v in row.items()} for row in frame.to_dict("records")]


def same(frame: pd.DataFrame, expected: Sequence[Row]) -> bool:
    """The frame has these rows in this order; floats may differ in their last digits."""
    found = shown(frame)
    assert len(found) == len(expected), (found, expected)
    for one, other in zip(found, expected, strict=True):
        assert one == {
            name: pytest.approx(float(value), rel=1e-13) if isinstance(value, Decimal) else value
            for name, value in ((name, other[name]) for name in one)
        }
    return True


def test_every_select_is_that_of_the_rows_one_by_one(books: Books) -> None:
    for seed in range(examples(books.store, 2, 1)):
        random = Random(seed)
        company = some_company(random)
        books.empty()
        assert books.load(company).rejected == 0
        with books.store.reader() as reader:
            for position in (START - timedelta(1), *(day_of(random) for _ in range(3))):
                compare_company(reader, company, position)
                for selection, keeps in SELECTIONS:
                    compare(reader, selection, Stock(company, keeps), position)


def compare_company(reader: Reader, company: dict[str, list[Row]], position: date) -> None:
    """What no selection narrows."""
    held = Stock(company)
    starts = (position - timedelta(60), position - timedelta(30))
    assert same(stock_demand.demand_sums(reader, position, *starts),
                held.demand_sums(position, *starts))  # fmt: skip
    late = [row for row in held.demand_rows(position) if row["period_start"] > starts[1]]
    assert same(stock_demand.last_demand(reader, position, starts[1]), late)


def compare(reader: Reader, selection: Selection, held: Stock, position: date) -> None:
    expected = {
        stock.positions: held.positions(position),
        stock.stock_outs: held.stock_outs(position),
        stock.received_between: held.received_between(position),
        stock.lead_times: held.lead_times(position),
        stock_demand.used_between: held.used_between(position),
        stock_demand.demand_rows: held.demand_rows(position),
    }
    for asked, rows in expected.items():
        assert same(asked(reader, selection, position), rows), asked.__name__
    days = [position, START, position + timedelta(20), position]
    assert same(stock.value_by_day(reader, selection, days), held.value_by_day(days))
    known = {row["item_id"] for row in held.tables["item"]}
    chosen = held.chosen({"item_id": name} for name in sorted(known))
    assert stock.items(reader, selection)["item_id"].tolist() == [r["item_id"] for r in chosen]
    compare_evidence(reader, selection, held, position)


def compare_evidence(reader: Reader, selection: Selection, held: Stock, position: date) -> None:
    """The rows behind: as many, the largest first, and the same money in all."""
    found = read_lines(reader, stock_evidence.counts(reader, selection, position), 0, 1000)
    values = [row[found.columns.index("value")] for row in found.rows]
    expected = [row["value"] for row in held.positions(position)]
    sizes = [-1 if value is None else abs(value) for value in values]
    assert sizes == sorted(sizes, reverse=True)
    assert sorted(int(v * 100) for v in values if v is not None) == sorted(
        v for v in expected if v is not None
    )
    assert found.row_count == len(expected)
    start = position - timedelta(30)
    rows = read_lines(reader, stock_evidence.demand(reader, selection, position, start), 0, 1000)
    within = [r["quantity"] for r in held.demand_rows(position) if r["period_start"] > start]
    assert sorted(row[rows.columns.index("quantity")] for row in rows.rows) == sorted(within)


def test_one_item_is_its_rows(books: Books) -> None:
    random = Random(5)
    company = some_company(random)
    books.load(company)
    position = START + timedelta(days=90)
    with books.store.reader() as reader:
        for item in (*ITEMS, "nobody knows"):
            held = Stock(company, lambda one, _, item=item: one == item)  # type: ignore[misc]
            counts = [r for r in held.chosen(held.counts()) if r["counted_on"] <= position]
            assert same(stock.item_counts(reader, item, position), counts)
            assert same(stock_demand.item_demand(reader, item, position),
                        held.demand_rows(position))  # fmt: skip
            times = stock.item_lead_times(reader, item, position)
            took = [row["days"] for row in held.taken(position)]
            counted = zip(times["days"], times["orders"], strict=True)
            assert [days for days, orders in counted for _ in range(orders)] == sorted(took)


def test_frames_have_the_same_types_with_and_without_rows(books: Books) -> None:
    books.load(some_company(Random(3)))
    everything_, nothing = Selection(), Selection(supplier=("S1",))
    late, early = START + timedelta(days=300), START - timedelta(days=300)
    with books.store.reader() as reader:
        for asked in (
            stock.positions, stock.stock_outs, stock.received_between, stock.lead_times,
            stock_demand.used_between, stock_demand.demand_rows,
        ):  # fmt: skip
            full, empty = asked(reader, everything_, late), asked(reader, nothing, early)
            assert alike(full, empty), asked.__name__
        full, empty = (stock_demand.demand_sums(reader, day, START, START) for day in (late, early))
        assert alike(full, empty)
        full, empty = (stock.value_by_day(reader, everything_, days) for days in ([late], []))
        assert alike(full, empty)


def alike(full: pd.DataFrame, empty: pd.DataFrame) -> bool:
    """Whether a frame with rows and one without have the same columns of the same types."""
    assert (len(full) > 0, len(empty)) == (True, 0)
    return kinds(full) == kinds(empty)


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    """What each column holds; how fine its days are may differ."""
    return {str(n): "day" if k.kind == "M" else str(k) for n, k in frame.dtypes.items()}


# --- By hand -------------------------------------------------------------------------------------

ITEM: Row = {"item_id": "A", "name": "Bolt", "category_id": "K", "unit": "kg", "unit_cost": "2.5"}
COUNT: Row = {"item_id": "A", "site": "M", "counted_on": "2025-01-31", "on_hand": 10}
ORDER: Row = {"po_id": "P", "line_no": 1, "order_date": "2025-01-05", "supplier_id": "S",
              "quantity": 10, "unit_price": 3, "item_id": "A", "unit": "kg"}  # fmt: skip
RECEIPT: Row = {"po_id": "P", "line_no": 1, "received_on": "2025-01-20", "quantity": 10}


def test_what_the_master_data_say_of_an_item(small: Books) -> None:
    full = {
        **ITEM, "lead_time_days": 12, "review_period_days": 7, "service_level": "0.98",
        "holding_rate": "0.2", "stockout_cost": "6.95", "order_cost": 60, "minimum_order": "54.5",
        "critical": True, "known_since": "2020-02-29",
    }  # fmt: skip
    category = [{"category_id": "K", "name": "K"}]
    small.load({"category": category, "item": [full, {"item_id": "B", "name": "Nut"}]})
    with small.store.reader() as reader:
        first, second = shown(stock.items(reader, Selection()))
        assert (stock.has_counts(reader), stock.has_demand(reader)) == (False, False)
    assert first == {**full, "unit_cost": 2.5, "service_level": 0.98, "holding_rate": 0.2,
                     "stockout_cost": 6.95, "minimum_order": 54.5,
                     "known_since": date(2020, 2, 29)}  # fmt: skip
    known = {"item_id": "B", "name": "Nut", "category_id": "", "unit": "", "critical": False}
    assert second == {**dict.fromkeys(full), **known}


def test_a_count_holds_until_the_next_one_at_its_site(small: Books) -> None:
    counts = [
        {**COUNT, "unit_cost": 3},
        {**COUNT, "counted_on": "2025-02-28", "on_hand": "4.5"},
        {**COUNT, "site": "", "counted_on": "2025-02-10", "item_id": "unknown"},
    ]
    small.load({"item": [ITEM], "stock_level": counts})
    with small.store.reader() as reader:

        def values(day: date) -> list[Any]:
            frame = stock.positions(reader, Selection(), day)
            return [tuple(row.values()) for row in shown(frame[["on_hand", "value",
                    "previous_value"]])]  # fmt: skip

        assert values(date(2025, 1, 30)) == []
        assert values(date(2025, 1, 31)) == [(10, 3000, None)]
        assert values(date(2025, 2, 27)) == [(10, 3000, None), (10, None, None)]
        assert values(date(2025, 2, 28)) == [(4.5, 1125, 3000), (10, None, None)]
        assert (stock.has_counts(reader), stock.has_demand(reader)) == (True, False)
        sums = stock.value_by_day(reader, Selection(), [date(2025, 2, 28), START])
    assert [tuple(row.values())[1:] for row in shown(sums)] == [(None, 0, 0), (1125, 2, 1)]


def test_demand_counts_from_the_day_after_a_count_to_the_day_of_the_next(small: Books) -> None:
    days = ("2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01")
    demand = [{"period_start": day, "item_id": "A", "site": "M", "quantity": 10**n}
              for n, day in enumerate(days)]  # fmt: skip
    counts = [COUNT, {**COUNT, "counted_on": "2025-02-28"}]
    small.load({"stock_level": counts, "demand": demand})
    last = date(2025, 2, 28)
    with small.store.reader() as reader:
        used = stock_demand.used_between(reader, Selection(), last)
        rows = stock_demand.demand_rows(reader, Selection(), last)
        assert stock_demand.used_between(reader, Selection(), date(2025, 2, 27)).empty
    assert used["used"].tolist() == [110]
    assert rows["quantity"].tolist() == [1, 10, 100]


@pytest.mark.parametrize(
    ("receipts", "expected"),
    [
        ([("2025-01-20", 10)], [(date(2025, 1, 20), 15)]),
        ([("2025-01-20", 9)], []),
        ([("2025-01-10", 9), ("2025-01-22", 2)], [(date(2025, 1, 22), 17)]),
        # It had come once: what went back later does not undo that.
        ([("2025-01-20", 10), ("2025-01-25", -4)], [(date(2025, 1, 20), 15)]),
        # On one day what came and went back is one change.
        ([("2025-01-20", 10), ("2025-01-20", -4), ("2025-02-01", 4)], [(date(2025, 2, 1), 27)]),
        # There before it was ordered: its dates say nothing.
        ([("2025-01-04", 10)], []),
        ([("2025-01-05", 10)], [(date(2025, 1, 5), 0)]),
    ],
)
def test_a_line_took_until_all_was_there(
    small: Books, receipts: Sequence[tuple[str, int]], expected: Sequence[tuple[date, int]]
) -> None:
    rows = [{**RECEIPT, "receipt_id": f"R{n}", "received_on": day, "quantity": quantity}
            for n, (day, quantity) in enumerate(receipts)]  # fmt: skip
    small.load({"purchase_order_line": [ORDER], "goods_receipt": rows})
    assert small.rows("lead_time_flow", "day", "days") == expected


def test_one_unit_of_an_item_is_a_quantity_and_a_value_is_not(small: Books) -> None:
    lines = [{**ORDER, "line_no": 1, "quantity": 1},
             {**ORDER, "line_no": 2, "matching": "value"},
             {**ORDER, "line_no": 3, "item_id": None}]  # fmt: skip
    rows = [{**RECEIPT, "receipt_id": f"R{n}", "line_no": n} for n in (1, 2, 3)]
    small.load({"purchase_order_line": lines, "goods_receipt": rows})
    assert small.rows("receipt_flow", "item_id", "quantity") == [("A", 10)]
    assert small.rows("lead_time_flow", "item_id", "order_count") == [("A", 1)]


def test_receipts_in_another_unit_are_counted_and_not_added(small: Books) -> None:
    lines = [{**ORDER, "line_no": n, "unit": unit} for n, unit in enumerate(("kg", "box", None))]
    rows = [{**RECEIPT, "receipt_id": f"R{n}", "line_no": n, "quantity": 10**n,
             "received_on": "2025-02-10"} for n in range(3)]  # fmt: skip
    late = {**RECEIPT, "receipt_id": "late", "line_no": 0, "received_on": "2025-03-01"}
    counts = [COUNT, {**COUNT, "counted_on": "2025-02-28"}]
    small.load({"item": [ITEM], "stock_level": counts, "purchase_order_line": lines,
                "goods_receipt": [*rows, late]})  # fmt: skip
    with small.store.reader() as reader:
        assert stock.received_between(reader, Selection(), date(2025, 2, 27)).empty
        found = stock.received_between(reader, Selection(), date(2025, 3, 31))
    assert shown(found) == [{"item_id": "A", "received": 101, "other_unit_lines": 1}]


def test_half_a_cent_goes_up(books: Books) -> None:
    counts = [{**COUNT, "site": str(n), "on_hand": hand, "unit_cost": "0.005"}
              for n, hand in enumerate((1, 3, -1))]  # fmt: skip
    books.load({"stock_level": counts})
    found = books.rows("stock_position", "value")
    assert sorted(value for (value,) in found) == [Decimal("-0.01"), Decimal("0.01"),
                                                   Decimal("0.02")]  # fmt: skip


LARGEST = "999999999999.999999"


def test_hostile_sizes_load_and_are_read(books: Books) -> None:
    """A value that no column can hold is unknown; nothing else is lost."""
    counts: list[Row] = [
        {**COUNT, "site": str(n), "on_hand": sign + LARGEST, "unit_cost": cost}
        for n, (sign, cost) in enumerate([("", LARGEST), ("-", LARGEST), ("-", "9"), ("", "10.1")])
    ]
    counts.append({**COUNT, "site": "last", "counted_on": "9999-12-31"})
    demand = [{"period_start": day, "item_id": "A", "site": "", "quantity": LARGEST}
              for day in ("1900-01-01", "2025-01-06", "2025-01-13")]  # fmt: skip
    orders = [{**ORDER, "order_date": "1900-01-01", "quantity": 1, "unit_price": 1}]
    receipts = [{**RECEIPT, "receipt_id": "R", "received_on": "9999-12-31", "quantity": LARGEST}]
    assert books.load({"stock_level": counts, "demand": demand, "purchase_order_line": orders,
                       "goods_receipt": receipts}).rejected == 0  # fmt: skip
    last = date(2199, 12, 31)
    with books.store.reader() as reader:
        frame = stock.positions(reader, Selection(), last)
        assert [cell(v) for v in frame["value"]] == [None, None, -9 * 10**14, None]
        row = shown(stock_demand.demand_sums(reader, last, START, START))[0]
        assert (row["quantity"], row["squares"]) == pytest.approx((3e12, 3e24))
        times = shown(stock.lead_times(reader, Selection(), date(9999, 12, 31)))[0]
        assert times["squares"] == times["days"] ** 2 == (date.max - date(1900, 1, 1)).days ** 2
        assert [f.message for f in check(reader) if f.severity == "error"] == []


def test_a_sum_that_no_column_can_hold_is_one_line_and_no_load(small: Books) -> None:
    rows = [{**RECEIPT, "receipt_id": f"R{n}", "quantity": LARGEST} for n in range(2)]
    order = {**ORDER, "matching": "quantity", "unit_price": 0}
    with pytest.raises(ConcordError, match="too large for the store"):
        small.load({"purchase_order_line": [order], "goods_receipt": rows})
    with small.store.reader() as reader:
        assert reader.batch == 0


def test_values_whose_sum_no_column_can_hold_are_unknown_together(small: Books) -> None:
    counts = [{**COUNT, "site": str(n), "on_hand": "999999999999", "unit_cost": 9}
              for n in range(1200)]  # fmt: skip
    small.load({"stock_level": counts})
    with small.store.reader() as reader:
        found = stock.value_by_day(reader, Selection(), [date(2025, 1, 31)])
    assert shown(found)[0] == {"day": date(2025, 1, 31), "value": None, "item_sites": 1200,
                               "unknown_values": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("service_level", {"0.95": 0.95, "0.5": 0.5}, ("0", "1", "1.5", "-0.1", "nan", "x", "")),
        ("obsolete_after_months", {"12": 12, "1": 1, "120": 120}, ("0", "121", "1.5", "-1", "")),
    ],
)
def test_settings_of_stock(name: str, good: Mapping[str, object], bad: Sequence[str]) -> None:
    assert {text: read_setting(name, text) for text in good} == good
    assert (Settings().service_level, Settings().obsolete_after_months) == (0.95, 12)
    for text in bad:
        with pytest.raises(ConcordError, match=name):
            read_setting(name, text)


# --- Load after load -----------------------------------------------------------------------------


def versions(row: Row, *changes: Row) -> list[Row]:
    return [row, *({**row, **change} for change in changes)]


VERSIONS: dict[str, Sequence[Sequence[Row]]] = {
    "category": [versions({"category_id": "K", "name": "K", "parent_category_id": None})],
    "item": [versions({**ITEM, "category_id": None}, {"category_id": "K"}, {"unit_cost": None})],
    "stock_level": [
        versions({**COUNT, "unit_cost": None, "on_order": None}, {"on_hand": 7}, {"unit_cost": 3}),
        versions({**COUNT, "counted_on": "2025-02-28", "unit_cost": None, "on_order": 2},
                 {"on_order": 3}),
        versions({**COUNT, "counted_on": "2025-03-31", "unit_cost": 1, "on_order": None},
                 {"site": "N"}),
    ],
    "demand": [
        versions({"period_start": "2025-02-01", "item_id": "A", "site": "M", "quantity": 3},
                 {"quantity": 4}, {"site": "N"}),
    ],
    "purchase_order_line": [
        versions({**ORDER, "matching": None}, {"matching": "value"}, {"item_id": None},
                 {"unit": None}, {"quantity": 12}, {"order_date": "2025-02-15"}),
    ],
    "goods_receipt": [
        versions({**RECEIPT, "receipt_id": "R1"}, {"quantity": 4}, {"line_no": 2}),
        versions({**RECEIPT, "receipt_id": "R2", "received_on": "2025-02-10"}, {"quantity": -4}),
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


def test_marts_equal_their_definitions_and_every_load_reads_as_it_was(books: Books) -> None:
    embedded = isinstance(books.store.facts, EmbeddedFacts)

    @trying((4 if embedded else 2) * (10 if ALL else 1))
    @given(LOADS)
    def check_sequence(loads: list[tuple[dict[str, list[Row]], bool]]) -> None:
        books.empty()
        read = []
        for tables, replace in loads:
            if brought := {name: rows for name, rows in tables.items() if rows}:
                books.load(brought, LoadOptions(replace=replace))
                with books.store.reader() as reader:
                    read.append((everything(reader), asked(reader)))
        for number, then in enumerate(read, 1):
            with books.store.reader(Pin(number)) as reader:
                assert (everything(reader), asked(reader)) == then
                assert [f.message for f in check(reader) if f.severity == "error"] == []

    check_sequence()


def asked(reader: Reader) -> list[list[Row]]:
    """What the selects say of the end of a year."""
    day, whole = date(2025, 12, 31), Selection()
    frames = [
        stock.items(reader, whole), stock.positions(reader, whole, day),
        stock.received_between(reader, whole, day), stock.lead_times(reader, whole, day),
        stock_demand.used_between(reader, whole, day),
        stock_demand.demand_sums(reader, day, START, START),
        stock.value_by_day(reader, whole, [day]),
    ]  # fmt: skip
    return [shown(frame) for frame in frames]
