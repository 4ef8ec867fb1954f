"""The report of suppliers: the demo's stories, cases by hand on both engines, totals that tie out,
and what it says of companies that have little."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from queries.selection import Selection
from queries.store import Store
from spend import suppliers
from spend.result import Report, Table
from spend.supplier_book import SupplierBook
from spend.supplier_ends import bought_once, uncovered_once
from tests.contract_files import Books, Tables
from tests.test_stories import STORIES, money, selected

OFF_CONTRACT, STEEL, CARRIER = (STORIES[name] for name in ("off_contract", "steel", "carrier"))
CENT = Decimal("0.01")


def cell(table: Table, row: str, column: str) -> Any:
    """What a table says of one id, in one column."""
    keys = [one.key for one in table.columns]
    return table.rows[table.ids.index(row)][keys.index(column)]


def fact(report: Report, label: str) -> Any:
    return next(one.value for one in report.facts if one.label == label)


def column(table: Table, key: str) -> list[Any]:
    place = [one.key for one in table.columns].index(key)
    return [row[place] for row in table.rows]


# --- The demo's stories --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(demo: Store) -> Report:
    return suppliers.report(demo, Selection("2026-01", "2026-10"))


@pytest.fixture(scope="module")
def bearings(demo: Store) -> Report:
    return suppliers.report(demo, selected(demo, OFF_CONTRACT["selection"]))


def test_what_was_bought_past_contracts_is_the_stated_amount(
    whole: Report, bearings: Report
) -> None:
    answers = OFF_CONTRACT["answers"]
    for report, name in ((whole, "company"), (bearings, "category")):
        stated = money(answers[name]["off_contract_spend"])
        assert fact(report, "Outside contracts") == stated
        share = report.figure("off_contract_share").value
        assert round(float(share or 0), 6) == answers[name]["off_contract_share"]
        for table in ("suppliers", "categories"):
            total_row = report.table(table).total or ()
            place = [c.key for c in report.table(table).columns].index("outside")
            assert total_row[place] == stated
        assert report.bridge("past").steps[-1].amount == stated
    then = money(answers["category_last_year"]["off_contract_spend"])
    assert bearings.bridge("past").steps[0].amount == then
    assert cell(whole.table("categories"), "C-1310", "outside") == fact(
        bearings, "Outside contracts"
    )


def test_the_dealer_beside_the_contract_is_named(whole: Report, bearings: Report) -> None:
    answers = OFF_CONTRACT["answers"]
    dealer = answers["supplier_id"]
    spent = cell(whole.table("suppliers"), dealer, "spend")
    assert spent == money(answers["spend_with_supplier"])
    assert cell(bearings.table("suppliers"), dealer, "share") > 0.25
    name = cell(whole.table("suppliers"), dealer, "name")
    assert f"more with {name}" in bearings.message
    assert bearings.message.startswith("€0.34 M was bought outside contracts in force (40.6 %)")
    assert name in whole.message


def test_steel_is_dearer_by_the_stated_amount(demo: Store, whole: Report) -> None:
    said = (
        "in Steel; its index alone would explain €0.44 M: prices rose €0.19 M less than the market."
    )
    assert said in whole.readings["finance"]
    price = money(STEEL["answers"]["from_last_year"]["price"])
    assert abs(cell(whole.table("category_prices"), "C-1110", "variance_price") - price) <= CENT
    steel = suppliers.report(demo, selected(demo, STEEL["selection"]))
    assert abs(cell(steel.table("category_prices"), "C-1110", "variance_price") - price) <= CENT


def test_the_carrier_waits_and_charges(whole: Report) -> None:
    answers, table = CARRIER["answers"], whole.table("suppliers")
    carrier = answers["supplier_id"]
    assert cell(table, carrier, "agreed") == answers["agreed_days"]
    assert round(cell(table, carrier, "paid"), 2) == answers["days_to_pay"]
    dearer = cell(whole.table("supplier_prices"), carrier, "variance_price")
    assert abs(dearer - money(answers["from_last_year"]["price"])) <= CENT


# --- What ties out -------------------------------------------------------------------------------

NARROWED = (
    Selection("2026-01", "2026-10"),
    Selection("2024-01", "2026-10", cost_centre=("CC-2000",)),
    Selection("2025-03", "2025-03", category=("C-1000",)),
    Selection("2026-01", "2026-10", supplier=("S-0001",)),
)


@pytest.mark.parametrize("selection", NARROWED, ids=str)
def test_parts_sum_to_their_total(demo: Store, selection: Selection) -> None:
    report = suppliers.report(demo, selection)
    for name in ("suppliers", "categories"):
        table = report.table(name)
        roots = [n for n, depth in enumerate(table.depth) if not depth]
        for key in ("spend", "outside"):
            place = [c.key for c in table.columns].index(key)
            assert table.total is not None
            amounts: list[Any] = [table.rows[n][place] for n in roots]
            assert sum(amounts) == table.total[place], (name, key)
    assert (report.table("suppliers").total or ())[1] == fact(report, "Spend")
    assert report.bridge("past").residual == 0
    moved = column(report.table("suppliers"), "variance")
    assert all(value is not None for value in moved) or selection.from_period == "2024-01"


def test_a_price_effect_is_its_index_what_is_beyond_and_what_has_none(whole: Report) -> None:
    for name in ("category_prices", "supplier_prices"):
        table = whole.table(name)
        keys = [one.key for one in table.columns]
        parts = [keys.index(key) for key in ("explained", "beyond", "no_index")]
        for row in (*table.rows, table.total or ()):
            known: list[Any] = [row[place] for place in parts if row[place] is not None]
            assert sum(known) == (row[keys.index("variance_price")] or 0), row[0]


def test_the_share_so_far_ends_at_everything(whole: Report) -> None:
    so_far = column(whole.table("suppliers"), "cumulated")
    assert so_far[-1] == pytest.approx(1)
    drawn = [point.value for point in whole.chart("pareto").points]
    assert drawn == pytest.approx(so_far[: len(drawn)])


# --- Cases by hand -------------------------------------------------------------------------------

# Last year steel was bought from Old (100 a month) under a contract that ended with the year, and
# bolts from Bolt (50), who has none; this year Old sells on, Bolt more, and New is new. Kept's
# contract ends in four months, Renewed's too, and another follows that one.
TREES: Tables = {
    "supplier": [
        {"supplier_id": "GROUP", "name": "Group"},
        {"supplier_id": "OLD", "name": "Old", "parent_supplier_id": "GROUP", "preferred": True},
        {"supplier_id": "NEW", "name": "New", "preferred": False},
        {"supplier_id": "BOLT", "name": "Bolt"},
        {"supplier_id": "KEPT", "name": "Kept"},
        {"supplier_id": "RENEWED", "name": "Renewed"},
        {"supplier_id": "IDLE", "name": "Idle"},
        {"supplier_id": "SISTER", "name": "Sister", "intercompany": True},
    ],
    "category": [
        {"category_id": "METAL", "name": "Metal"},
        {"category_id": "STEEL", "name": "Steel", "parent_category_id": "METAL"},
    ],
    "contract": [
        {"contract_id": "K-OLD", "supplier_id": "GROUP", "category_id": "METAL",
         "start_date": "2024-01-01", "end_date": "2025-12-31"},
        {"contract_id": "K-KEPT", "supplier_id": "KEPT", "category_id": "STEEL",
         "start_date": "2024-01-01", "end_date": "2026-07-31"},
        {"contract_id": "K-RENEWED", "supplier_id": "RENEWED", "category_id": "STEEL",
         "start_date": "2024-01-01", "end_date": "2026-07-31"},
        {"contract_id": "K-NEXT", "supplier_id": "RENEWED", "category_id": None,
         "start_date": "2026-08-01", "end_date": None},
        {"contract_id": "K-UNUSED", "supplier_id": "IDLE", "category_id": "METAL",
         "start_date": "2024-01-01", "end_date": "2025-01-01"},
        {"contract_id": "K-SISTER", "supplier_id": "SISTER", "category_id": "STEEL",
         "start_date": "2024-01-01", "end_date": "2026-07-31"},
    ],
}  # fmt: skip
BOUGHT = (
    ("OLD", 100, 100), ("BOLT", 50, 80), ("NEW", 0, 40), ("KEPT", 200, 200), ("RENEWED", 30, 30),
    ("SISTER", 500, 500), ("", 10, 10),
)  # fmt: skip
SPRING = Selection("2026-01", "2026-03")


def invoices() -> Iterator[dict[str, object]]:
    for supplier, then, now in BOUGHT:
        for year, amount in ((2025, then), (2026, now)):
            for month in range(1, 13 if year == 2025 else 4):
                day = f"{year}-{month:02d}-15"
                yield {"invoice_id": f"{supplier}-{day}", "line_no": 1, "invoice_date": day,
                       "supplier_id": supplier or "gone", "amount": amount,
                       "category_id": "STEEL"}  # fmt: skip


ORDER = {"po_id": "P", "line_no": 1, "order_date": "2026-01-10", "supplier_id": "KEPT",
         "quantity": 10, "unit_price": 1, "promised_date": "2026-02-20"}  # fmt: skip


@pytest.fixture(scope="module")
def company(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The company by hand on each engine; an order was promised anew and came by that day."""
    books = Books(kept_store, tmp_path_factory.mktemp("suppliers"))
    settings = {"data_through": "2026-03-31"}
    lines = [row for row in invoices() if row["amount"]]
    books.load({**TREES, "invoice_line": lines, "purchase_order_line": [ORDER]}, settings=settings)
    books.load({
        "purchase_order_line": [{**ORDER, "promised_date": "2026-03-20"}],
        "goods_receipt": [{"receipt_id": "R", "po_id": "P", "line_no": 1, "quantity": 10,
                           "received_on": "2026-03-01"}],
    }, settings=settings)  # fmt: skip
    return kept_store


@pytest.fixture(scope="module")
def by_hand(company: Store) -> Report:
    return suppliers.report(company, SPRING)


def test_a_rise_is_told_by_its_causes(by_hand: Report) -> None:
    """Old 300, Bolt 80 for 50 and New 40 a month; the line without a supplier is 30 both years."""
    steps = {step.label: step.amount for step in by_hand.bridge("past").steps}
    assert steps == {
        "Last year": 180, "Contracts that ended": 300, "Not bought last year": 120,
        "More from others": 90, "Now": 690,
    }  # fmt: skip
    assert by_hand.message == (
        "€690 was bought outside contracts in force (50.0 %), €510 more than last year: €300 more "
        "with Old (its contract ended), €120 more with New and €90.00 more elsewhere."
    )


def test_contracts_that_end_and_ended(by_hand: Report) -> None:
    """The year to March is nine months of 2025 and three of 2026; sisters and unused ones are out.

    Old sold for 300 since its group's contract ended.
    """
    ended, ending = by_hand.table("ended"), by_hand.table("ending")
    assert ended.rows == (
        ("Group", "K-OLD", "Metal", "2025-12-31", 90, Decimal(1200), Decimal(300)),
    )
    assert ending.rows == (
        ("Kept", "K-KEPT", "Steel", "2026-07-31", 122, Decimal(2400), None),
        ("Renewed", "K-RENEWED", "Steel", "2026-07-31", 122, Decimal(360), "K-NEXT"),
    )
    assert ended.total == ("Total", *(None,) * 4, Decimal(1200), Decimal(300))
    assert ending.total == ("Total", *(None,) * 4, Decimal(2760), None)
    assert fact(by_hand, "On contracts that end") == 2400
    said = (
        "1 contract ends within 180 days, on 31 July 2026, in 122 days, and none follows: €2.4 k "
    )
    assert said in by_hand.readings["finance"]


def test_the_same_money_under_several_contracts_counts_once(company: Store) -> None:
    """One for the group's metal ended at the year's end; one for Old's steel in it, then or later,
    adds nothing; one that ended before does, and by how much nobody says. Bought is always known.
    """
    with company.reader() as reader:
        book = SupplierBook.read(reader, SPRING)
        rows = [("GROUP", "METAL", "2025-12-31", 300), ("OLD", "STEEL", "2026-01-31", 200),
                ("KEPT", "", "2025-12-31", 7)]  # fmt: skip
        names = ["supplier_id", "category_id", "end_date", "uncovered"]
        frame = pd.DataFrame(rows, columns=names)
        frame["end_date"] = pd.to_datetime(frame["end_date"])
        assert (uncovered_once(book, frame), bought_once(book, frame)) == (307, 3600_00)
        frame.loc[1, "end_date"] = pd.Timestamp("2025-11-30")
        assert (uncovered_once(book, frame), bought_once(book, frame)) == (None, 3600_00)


def test_who_was_bought_from_past_contracts_is_ranked_and_adds_up(by_hand: Report) -> None:
    table = by_hand.table("past_suppliers")
    expected: list[tuple[object, ...]] = [
        ("Group", 300, 0, 300, pytest.approx(300 / 690), "contract ended"),
        ("Bolt", 240, 150, 90, pytest.approx(240 / 690), "more"),
        ("New", 120, 0, 120, pytest.approx(120 / 690), "new"),
        ("Not assigned", 30, 30, 0, pytest.approx(30 / 690), "as last year"),
    ]
    assert list(table.rows[:4]) == expected
    assert table.total == ("Total", 690, 180, 510, 1, None)
    assert table.total[1] == fact(by_hand, "Outside contracts")


def test_groups_are_one_row_and_open_to_their_parts(company: Store, by_hand: Report) -> None:
    table = by_hand.table("suppliers")
    assert dict(zip(table.ids, column(table, "spend"), strict=True)) == {
        "KEPT": 600, "GROUP": 300, "BOLT": 240, "NEW": 120, "RENEWED": 90, "": 30,
    }  # fmt: skip
    assert cell(table, "GROUP", "outside") == 300
    assert cell(table, "GROUP", "preferred") == 1
    assert cell(table, "KEPT", "covered") == 1
    parts = suppliers.report(company, Selection("2026-01", "2026-03", supplier=("GROUP",)))
    assert parts.table("suppliers").ids == ("OLD",)
    assert cell(parts.table("suppliers"), "OLD", "spend") == 300


def test_the_last_promise_stands_beside_the_first(by_hand: Report) -> None:
    table = by_hand.table("delivery")
    assert (cell(table, "KEPT", "first"), cell(table, "KEPT", "last")) == (0, 1)
    assert (cell(table, "KEPT", "due"), cell(table, "KEPT", "missed")) == (1, 1)
    assert by_hand.figure("on_time_in_full").value == 0


def test_concentration_and_tail_by_hand(by_hand: Report) -> None:
    """600, 300, 240, 120 and 90 of 1,350: the last two are 16 %, the last three a third."""
    shares = [100 * amount / 1350 for amount in (600, 300, 240, 120, 90)]
    index = by_hand.figure("supplier_concentration").value
    assert index == pytest.approx(sum(share**2 for share in shares))
    assert (fact(by_hand, "In the tail"), fact(by_hand, "Spend in the tail")) == (2, 210)
    assert by_hand.chart("pareto").title.endswith("3 make up 80 %, the tail of 2 shares the rest")


# --- Little, or nothing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "narrow",
    [{"item": ("-",)}, {"supplier": ("-",)}, {"category": ("-",)}, {"cost_centre": ("-",)}],
    ids=str,
)
def test_an_empty_or_unassigned_selection_says_so(company: Store, narrow: dict[str, Any]) -> None:
    report = suppliers.report(company, Selection("2026-01", "2026-03", **narrow))
    assert report.message
    spent = fact(report, "Spend")
    assert spent in (0, 30, 1380)
    for figure in report.figures:
        assert figure.value is not None or figure.reason, figure.metric


def test_a_store_of_orders_alone_has_reasons(store: Store, tmp_path: Any) -> None:
    books = Books(store, tmp_path)
    books.load({"supplier": TREES["supplier"], "purchase_order_line": [ORDER]},
               settings={"data_through": "2026-03-31"})  # fmt: skip
    report = suppliers.report(store, SPRING)
    assert report.message == "Nothing was invoiced here, so there are no suppliers to look at."
    assert report.bridge("past").reason == "no contracts are loaded"
    assert not report.chart("pareto").drawable
    assert report.chart("pareto").reason
