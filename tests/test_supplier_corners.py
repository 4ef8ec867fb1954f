"""Suppliers where books are odd: contracts within contracts, circles of parents, credits alone,
one name twice, other units, promises that moved over several loads; on both engines."""

from decimal import Decimal
from typing import Any

import pytest

from queries.selection import Pin, Selection
from queries.store import Store
from spend import supplier_profile, suppliers
from spend.result import Cell, Report
from tests.contract_files import Books, Tables

SPRING = Selection("2026-01", "2026-03")
TREES: Tables = {
    "supplier": [
        {"supplier_id": "TOP", "name": "Top"},
        {"supplier_id": "MID", "name": "Mid", "parent_supplier_id": "TOP"},
        {"supplier_id": "LOW", "name": "Low", "parent_supplier_id": "MID"},
        {"supplier_id": "SIDE", "name": "Side", "parent_supplier_id": "TOP"},
        {"supplier_id": "ROUND", "name": "Round", "parent_supplier_id": "ABOUT"},
        {"supplier_id": "ABOUT", "name": "About", "parent_supplier_id": "ROUND"},
        {"supplier_id": "CREDIT", "name": "=1+1<b>"},
        {"supplier_id": "TWIN1", "name": "Twin"},
        {"supplier_id": "TWIN2", "name": "Twin"},
        {"supplier_id": "OTHER", "name": "Other"},
    ],
    "category": [
        {"category_id": "METAL", "name": "Metal"},
        {"category_id": "STEEL", "name": "Steel", "parent_category_id": "METAL"},
        {"category_id": "PAINT", "name": "Paint"},
    ],
    "item": [{"item_id": "BOLT", "name": "Bolt", "category_id": "STEEL", "unit": "kg"}],
    "contract": [
        # Three that end soon are for the same steel of Low's; its paint goes on.
        {"contract_id": "ALL", "supplier_id": "TOP", "start_date": "2024-01-01",
         "end_date": "2026-06-30"},
        {"contract_id": "METAL", "supplier_id": "MID", "category_id": "METAL",
         "start_date": "2024-01-01", "end_date": "2026-05-31"},
        {"contract_id": "STEEL", "supplier_id": "LOW", "category_id": "STEEL",
         "start_date": "2024-01-01", "end_date": "2026-07-31"},
        {"contract_id": "PAINT", "supplier_id": "LOW", "category_id": "PAINT",
         "start_date": "2024-01-01", "end_date": None},
        # Twin's was followed by one that ended too; the circle's ended before last year began.
        {"contract_id": "FIRST", "supplier_id": "TWIN1", "category_id": "STEEL",
         "start_date": "2023-01-01", "end_date": "2025-01-31"},
        {"contract_id": "SECOND", "supplier_id": "TWIN1", "category_id": "STEEL",
         "start_date": "2025-02-01", "end_date": "2025-12-31"},
        {"contract_id": "OLD", "supplier_id": "ABOUT", "category_id": "STEEL",
         "start_date": "2023-01-01", "end_date": "2024-06-30"},
        {"contract_id": "BOLTS", "supplier_id": "OTHER", "category_id": "STEEL",
         "start_date": "2024-01-01", "end_date": None},
    ],
    "contract_price": [
        {"contract_id": "BOLTS", "item_id": "BOLT", "valid_from": "2024-01-01", "unit_price": 9},
        {"contract_id": "STEEL", "item_id": "BOLT", "valid_from": "2026-02-01", "unit_price": 10},
    ],
}  # fmt: skip


def invoice(name: str, supplier: str, day: str, amount: float, **more: object) -> dict[str, object]:
    return {"invoice_id": name, "line_no": 1, "invoice_date": day, "supplier_id": supplier,
            "amount": amount, "category_id": "STEEL", **more}  # fmt: skip


def bolts(quantity: float, unit: str) -> dict[str, object]:
    return {"item_id": "BOLT", "quantity": quantity, "unit": unit}


INVOICES = [
    # Low: 20 kg at 10 in January, before the contract has a price; 10 kg at 11 in March; paint.
    invoice("L1", "LOW", "2026-01-10", 200, **bolts(20, "kg")),
    invoice("L3", "LOW", "2026-03-10", 110, **bolts(10, "kg")),
    invoice("LP", "LOW", "2026-02-10", 1000, category_id="PAINT"),
    invoice("S", "SIDE", "2026-02-10", 50),
    # The circle buys more than last year, outside contracts in both.
    invoice("R0", "ROUND", "2025-02-10", 30),
    invoice("R1", "ROUND", "2026-02-10", 70),
    invoice("A1", "ABOUT", "2026-02-11", 5),
    invoice("C", "CREDIT", "2026-02-10", -40),
    # The twins: the first sells on after two contracts, in kg and, of the second, in boxes.
    invoice("T1", "TWIN1", "2026-03-01", 120, **bolts(10, "kg")),
    invoice("T2", "TWIN2", "2026-03-01", 500, **bolts(2, "box")),
]  # fmt: skip
ORDERS = [
    {"po_id": f"P{n}", "line_no": 1, "order_date": "2026-01-10", "supplier_id": supplier,
     "quantity": 10, "unit_price": 1, "promised_date": "2026-02-01", "category_id": "STEEL"}
    for n, supplier in enumerate(["TWIN1", "TWIN1", "TWIN2", "LOW"])
]  # fmt: skip
LATE = {"receipt_id": "R0", "po_id": "P0", "line_no": 1, "quantity": 10}


@pytest.fixture(scope="module")
def company(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Three loads: the first order is promised for 1 February, then 1 March, then 20 March, and
    comes on the 10th; the fourth comes in time, in December's books already without an invoice."""
    books = Books(kept_store, tmp_path_factory.mktemp("corners"))
    settings = {"data_through": "2026-03-31"}
    early = {"po_id": "P9", "line_no": 1, "order_date": "2025-11-01", "supplier_id": "SIDE",
             "quantity": 7, "unit_price": 1, "category_id": "STEEL"}  # fmt: skip
    came = [
        {"receipt_id": "R3", "po_id": "P3", "line_no": 1, "quantity": 10,
         "received_on": "2026-01-20"},
        {"receipt_id": "R9", "po_id": "P9", "line_no": 1, "quantity": 7,
         "received_on": "2025-12-01"},
    ]  # fmt: skip
    books.load({**TREES, "invoice_line": INVOICES, "purchase_order_line": [*ORDERS, early],
                "goods_receipt": came}, settings=settings)  # fmt: skip
    for day in ("2026-03-01", "2026-03-20"):
        moved: dict[str, Any] = {"purchase_order_line": [{**ORDERS[0], "promised_date": day}]}
        if day == "2026-03-20":
            moved["goods_receipt"] = [{**LATE, "received_on": "2026-03-10"}]
        books.load(moved, settings=settings)
    return kept_store


@pytest.fixture(scope="module")
def whole(company: Store) -> Report:
    return suppliers.report(company, SPRING)


def cell(report: Report, table: str, row: str, column: str) -> Cell:
    found = report.table(table)
    return found.rows[found.ids.index(row)][[c.key for c in found.columns].index(column)]


def fact(report: Report, label: str) -> Any:
    return next(one.value for one in report.facts if one.label == label)


def test_money_on_contracts_that_end_counts_once(whole: Report) -> None:
    """Low's bolts, 310, are on three contracts that end; its paint is on one that goes on."""
    assert {row[1] for row in whole.table("ending").rows} == {"ALL", "METAL", "STEEL"}
    assert fact(whole, "On contracts that end") == 310 + 50
    assert (
        "€360 of the last 12 months' spend will be without a contract"
        in (whole.readings["finance"])
    )


def test_a_contract_that_was_followed_is_not_listed_again(whole: Report) -> None:
    ended = {row[1]: row[6] for row in whole.table("ended").rows}
    assert ended == {"SECOND": Decimal(120), "OLD": Decimal(105)}


def test_what_ended_before_last_year_is_no_cause(whole: Report) -> None:
    """The circle's contract ended in June 2024: both years were bought without one."""
    steps = {step.label: step.amount for step in whole.bridge("past").steps}
    assert steps == {
        "Last year": 30, "Contracts that ended": 120, "Not bought last year": 505,
        "More from others": 40, "Less from others": -40, "Now": 655,
    }  # fmt: skip


def test_a_circle_and_a_chain_are_one_group_each(company: Store, whole: Report) -> None:
    table = whole.table("suppliers")
    spent = dict(zip(table.ids, (row[1] for row in table.rows), strict=True))
    assert spent == {"TOP": 1360, "TWIN2": 500, "TWIN1": 120, "ABOUT": 75, "CREDIT": -40}
    for chosen in ("ROUND", "ABOUT", "TOP", "MID"):
        one = supplier_profile.report(
            company, Selection(*("2026-01", "2026-03"), supplier=(chosen,))
        )
        assert one.figure("actual_spend").value is not None, chosen


def test_namesakes_are_told_apart(whole: Report) -> None:
    """Each twin missed its own lines, though they are called the same."""
    assert "Twin missed most, 2 lines." in whole.readings["procurement"]


def test_promises_that_moved_twice(company: Store, whole: Report) -> None:
    assert cell(whole, "delivery", "TWIN1", "first") == 0
    assert cell(whole, "delivery", "TWIN1", "last") == 0.5
    second = suppliers.report(company, Selection("2026-01", "2026-03", as_of=Pin(2)))
    assert cell(second, "delivery", "TWIN1", "last") == 0


def test_credits_alone_have_no_share(company: Store) -> None:
    report = suppliers.report(company, Selection("2026-01", "2026-03", supplier=("CREDIT",)))
    assert report.message == "No known supplier has net spend above zero here."
    assert report.figure("supplier_concentration").value is None
    page = supplier_profile.report(company, Selection("2026-01", "2026-03", supplier=("CREDIT",)))
    assert page.figure("actual_spend").value == -40


def low(company: Store, *chosen: str) -> Report:
    return supplier_profile.report(company, Selection("2026-01", "2026-03", supplier=chosen))


def test_a_contracts_price_is_of_everything_or_unknown(company: Store) -> None:
    """20 kg came before the contract had a price: 10.33 on average is no price of its."""
    assert cell(low(company, "LOW"), "items", "BOLT", "agreed") is None
    march = supplier_profile.report(company, Selection("2026-03", "2026-03", supplier=("LOW",)))
    assert cell(march, "items", "BOLT", "agreed") == 10
    assert fact(march, "Over contract") == 10


def test_what_others_ask_is_in_the_items_unit(company: Store) -> None:
    """The first twin's 10 kg cost 120, and at 9 would 90; boxes compare with nothing."""
    assert fact(low(company, "TWIN1"), "Over others' contracts") == 20 + 10
    assert fact(low(company, "TWIN2"), "Over others' contracts") is None


def test_a_groups_contracts_count_their_own_suppliers(company: Store) -> None:
    bought = {row[0]: row[6] for row in low(company, "TOP").table("contracts").rows}
    assert bought == {"ALL": 1360, "METAL": 310, "STEEL": 310, "PAINT": 1000}


def test_what_came_without_an_invoice_is_the_balance(company: Store) -> None:
    """It came in December: none of it in the selection, all of it at its end."""
    report = low(company, "SIDE")
    assert fact(report, "Received, not invoiced") == 7
    assert cell(report, "orders", "STEEL", "accrued") == 7


def test_a_part_of_a_group_says_so(company: Store) -> None:
    assert low(company, "LOW", "SIDE").title == "Top, in part"
    assert low(company, "TOP", "SIDE").title == "Top"
    assert low(company, "LOW", "TWIN1").message.startswith("Choose one supplier")
