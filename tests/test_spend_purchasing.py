"""Suppliers and process: every rule by hand, why a figure is not there, trends, and the demo.

Cases of one rule are loaded together, each a company of its own in a cost centre of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from queries.calendar import Span
from queries.check import check
from queries.errors import ConcordError
from queries.migration import initialise
from queries.selection import Selection
from queries.settings import read_setting
from queries.store import Store, open_store
from queries.window import trailing
from spend import process_figures, sourcing_figures
from spend.purchasing_book import PurchasingBook
from spend.purchasing_evidence import PROCESS, SOURCING, evidence_of
from spend.result import Figure
from tests.contract_files import NOW, Books, Tables
from tests.test_stories import STORIES, selected

Row = dict[str, Any]
SETTINGS = {"data_through": "2026-06-30"}
SPRING = Selection("2026-01", "2026-03")  # its last day is 31 March


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder = tmp_path_factory.mktemp("by_hand")
    store = open_store("", folder / "home")
    initialise(store, {}, NOW, "test")
    yield Books(store, folder)
    store.close()


@pytest.fixture
def small(files: Books) -> Books:
    files.empty()
    return files


def told(store: Store, selection: Selection = SPRING) -> dict[str, Figure]:
    with store.reader(selection.as_of) as reader:
        book = PurchasingBook.read(reader, selection)
        found = (*sourcing_figures.figures(book), *process_figures.figures(book))
    return {figure.metric: figure for figure in found}


def loaded(
    books: Books, tables: Tables, settings: Mapping[str, object] = {}, selection: Selection = SPRING
) -> dict[str, Figure]:
    """The figures of some tables."""
    assert books.load(tables, settings={**SETTINGS, **settings}).rejected == 0
    with books.store.reader() as reader:
        assert [f for f in check(reader) if f.severity == "error"] == []
    return told(books.store, selection)


# --- Contracts -----------------------------------------------------------------------------------

TREES: Tables = {
    "supplier": [
        {"supplier_id": "G", "name": "Group"},
        {"supplier_id": "D", "name": "Daughter", "parent_supplier_id": "G"},
        {"supplier_id": "O", "name": "Other"},
        {"supplier_id": "IC", "name": "Sister", "intercompany": True},
    ],
    "category": [
        {"category_id": "METAL", "name": "Metal"},
        {"category_id": "STEEL", "name": "Steel", "parent_category_id": "METAL"},
        {"category_id": "PAINT", "name": "Paint"},
    ],
}
ORDER: Row = {"po_id": "P", "line_no": 1, "order_date": "2026-01-10", "supplier_id": "D",
              "quantity": 10, "unit_price": 10}  # fmt: skip
LINE: Row = {"invoice_id": "I", "line_no": 1, "invoice_date": "2026-02-10", "supplier_id": "D",
             "amount": 100, "category_id": "STEEL"}  # fmt: skip
CONTRACT: Row = {"contract_id": "K", "supplier_id": "G", "category_id": "METAL",
                 "start_date": "2026-02-01", "end_date": "2026-02-10"}  # fmt: skip
Covered = tuple[Row, Row, bool, bool]

# What a contract covers: its own words, the line's, whether it covers the line, whether there was
# one for its category at all.
COVERED: dict[str, Covered] = {
    "a parent's contract for a parent category, on its last day": ({}, {}, True, True),
    "the day after": ({}, {"invoice_date": "2026-02-11"}, False, False),
    "the day before": ({}, {"invoice_date": "2026-01-31"}, False, False),
    "a daughter's contract is not her mother's": ({"supplier_id": "D"}, {"supplier_id": "G"},
                                                  False, True),
    "somebody else's": ({"supplier_id": "O"}, {}, False, True),
    "another category's": ({"category_id": "PAINT"}, {}, False, False),
    "a part of the category": ({"category_id": "STEEL"}, {"category_id": "METAL"}, False, False),
    "no category, of a contract for one": ({}, {"category_id": None}, False, False),
    "a category that is not known is none": ({"category_id": "gone"}, {}, False, False),
    "no end": ({"end_date": None}, {"invoice_date": "2026-03-31"}, True, True),
    "its own, for another category": ({"supplier_id": "O", "category_id": "PAINT"},
                                      {"contract_id": "K"}, True, False),
    "its own, no longer in force": ({"category_id": "PAINT"},
                                    {"contract_id": "K", "invoice_date": "2026-03-01"},
                                    False, False),
    "its own one is unknown": ({}, {"contract_id": "gone"}, True, True),
    "the day of the order, not of the invoice": ({}, {"po_id": "P", "po_line_no": 1},
                                                 False, False),
    "the order is not known": ({}, {"po_id": "gone", "po_line_no": 1}, True, True),
    "a sister's contract": ({"supplier_id": "IC"}, {}, False, False),
    "a sister's contract, named by the line": ({"supplier_id": "IC"}, {"contract_id": "K"},
                                               False, False),
}  # fmt: skip


FOR_ALL: dict[str, Covered] = {
    "all categories, where it names none": (
        {"category_id": None}, {"category_id": "PAINT"}, True, True),
    "no category, of a contract for all": (
        {"category_id": None}, {"category_id": None}, True, True),
}  # fmt: skip


def covering(case: Covered) -> dict[str, list[Row]]:
    contract, line, _, _ = case
    return {"contract": [{**CONTRACT, **contract}], "purchase_order_line": [ORDER],
            "invoice_line": [{**LINE, **line}]}  # fmt: skip


def is_covered(found: Mapping[str, Figure], case: Covered) -> bool:
    """Whether the figures say what the case does."""
    _, _, covered, contracted = case
    outside = found["off_contract_share"]
    why = "" if contracted else "no contract was in force for what is here"
    return (found["contract_coverage"].value, outside.value, outside.rows, outside.reason) == (
        covered, float(not covered) if contracted else None, contracted, why
    )  # fmt: skip


@pytest.mark.parametrize("name", COVERED)
def test_a_contract_in_force(cases: Books, name: str) -> None:
    assert is_covered(told(cases.store, of_case(name)), COVERED[name])


@pytest.mark.parametrize("name", FOR_ALL)
def test_a_contract_for_all_categories(small: Books, name: str) -> None:
    case = FOR_ALL[name]
    assert is_covered(loaded(small, {**TREES, **covering(case)}), case)


def test_a_lapsed_contract_of_its_own_leaves_those_of_its_supplier(small: Books) -> None:
    old = {**CONTRACT, "contract_id": "OLD", "end_date": "2026-02-02"}
    lines = [{**LINE, "contract_id": "OLD"}]
    found = loaded(small, {**TREES, "contract": [CONTRACT, old], "invoice_line": lines})
    assert found["contract_coverage"].value == 1


def test_the_order_s_contract_is_inherited(small: Books) -> None:
    order = {**ORDER, "contract_id": "K", "order_date": "2026-02-01"}
    contract = {**CONTRACT, "supplier_id": "O", "category_id": "PAINT"}
    line = {**LINE, "po_id": "P", "po_line_no": 1}
    found = loaded(small, {**TREES, "contract": [contract], "purchase_order_line": [order],
                           "invoice_line": [line]})  # fmt: skip
    assert found["contract_coverage"].value == 1


def test_contracts_of_sisters_alone_are_none(small: Books) -> None:
    contract = {**CONTRACT, "supplier_id": "IC"}
    found = loaded(small, {**TREES, "contract": [contract], "invoice_line": [LINE]})
    for metric in ("contract_coverage", "off_contract_share"):
        assert (found[metric].value, found[metric].reason) == (None, "no contracts are loaded")


def test_shares_of_spend_that_can_be_negotiated(small: Books) -> None:
    """100 under contract and preferred, 300 not; 500 of taxes, beyond negotiation; 200 of which
    nobody knows whether they are; and 900 of a sister company, which is in no figure."""
    tables: Tables = {
        "supplier": [{**TREES["supplier"][0], "preferred": True}, *TREES["supplier"][1:2],
                     {**TREES["supplier"][2], "preferred": None}, TREES["supplier"][3]],
        "category": [
            {"category_id": "METAL", "name": "Metal", "addressable": True},
            {"category_id": "TAX", "name": "Tax", "addressable": False},
            {"category_id": "ODD", "name": "Odd", "addressable": None},
        ],
        "contract": [CONTRACT],
        "invoice_line": [
            {**LINE, "line_no": 1, "supplier_id": "G", "category_id": "METAL"},
            {**LINE, "line_no": 2, "supplier_id": "G", "category_id": "METAL", "amount": -20},
            {**LINE, "invoice_id": "I2", "supplier_id": "O", "category_id": "METAL",
             "amount": 320},
            {**LINE, "invoice_id": "I3", "supplier_id": "O", "category_id": "TAX", "amount": 500},
            {**LINE, "invoice_id": "I4", "supplier_id": "O", "category_id": "ODD", "amount": 150},
            {**LINE, "invoice_id": "I5", "supplier_id": "O", "category_id": None, "amount": 50},
            {**LINE, "invoice_id": "I6", "supplier_id": "IC", "category_id": "METAL",
             "amount": 900},
        ],
    }  # fmt: skip
    found = loaded(small, tables)
    assert found["contract_coverage"].value == 80 / 600
    assert found["preferred_share"].value == 80 / 600
    assert found["preferred_share"].rows == 5
    assert found["off_contract_share"].value == 320 / 400


def test_concentration_is_of_groups(small: Books) -> None:
    """600 with a group of two, 400 with another; no share has one below zero or nobody."""
    amounts = (("G", 100), ("D", 500), ("O", 400), ("X", -50), ("IC", 900), ("gone", 70))
    lines = [{**LINE, "invoice_id": s, "supplier_id": s, "amount": a} for s, a in amounts]
    tables = {**TREES, "supplier": [*TREES["supplier"], {"supplier_id": "X", "name": "X"}],
              "invoice_line": lines}  # fmt: skip
    found = loaded(small, tables)["supplier_concentration"]
    assert (found.value, found.rows) == (60**2 + 40**2, 5)


# --- Promises and waits --------------------------------------------------------------------------

PROMISED: Row = {**ORDER, "promised_date": "2026-02-20"}
RECEIPT: Row = {"receipt_id": "R", "po_id": "P", "line_no": 1, "received_on": "2026-02-20",
                "quantity": 10}  # fmt: skip


def received(*days_and_quantities: tuple[str, float]) -> list[Row]:
    return [
        {**RECEIPT, "receipt_id": f"R{n}", "received_on": day, "quantity": quantity}
        for n, (day, quantity) in enumerate(days_and_quantities)
    ]


# Order lines and receipts: how many are due, and the share kept.
KEPT: dict[str, tuple[Row, list[Row], int, float | None]] = {
    "all of it on the day": ({}, received(("2026-02-20", 10)), 1, 1),
    "a day late": ({}, received(("2026-02-21", 10)), 1, 0),
    "in two parts": ({}, received(("2026-01-20", 4), ("2026-02-20", 6)), 1, 1),
    "not all": ({}, received(("2026-02-20", 9.5)), 1, 0),
    "sent back before it was due": (
        {}, received(("2026-01-20", 10), ("2026-02-01", -1)), 1, 0),
    "sent back and replaced": (
        {}, received(("2026-01-20", 10), ("2026-02-01", -10), ("2026-02-20", 10)), 1, 1),
    "sent back later": ({}, received(("2026-01-20", 10), ("2026-02-21", -10)), 1, 1),
    "matched by value": ({"matching": "value"}, received(("2026-02-20", 10)), 1, 1),
    "promised for later": ({"promised_date": "2026-04-01"}, received(("2026-02-20", 10)), 0, None),
    "cancelled": ({"status": "cancelled", "status_date": "2026-03-31"}, received(), 0, None),
    "cancelled later": (
        {"status": "cancelled", "status_date": "2026-04-01"}, received(("2026-05-01", 1)), 1, 0),
    "rejected, nobody knows when": ({"status": "rejected"}, received(), 0, None),
    "requested": ({"status": "requested"}, received(("2026-02-20", 10)), 0, None),
    "not approved": ({"requested_on": "2026-01-05"}, received(("2026-02-20", 10)), 0, None),
    "approved later": (
        {"requested_on": "2026-01-05", "approved_on": "2026-04-01"},
        received(("2026-02-20", 10)), 0, None),
    "approved": (
        {"requested_on": "2026-01-05", "approved_on": "2026-03-31"},
        received(("2026-02-20", 10)), 1, 1),
    "ordered after the end": ({"order_date": "2026-04-01"}, received(("2026-02-20", 10)), 0, None),
    "nothing ordered": ({"quantity": 0}, received(("2026-02-20", 10)), 0, None),
    "of a sister": ({"supplier_id": "IC"}, received(("2026-02-20", 10)), 0, None),
}  # fmt: skip
SOMETHING: Row = {**RECEIPT, "receipt_id": "X", "po_id": "X"}  # so that receipts are loaded


@pytest.mark.parametrize("name", KEPT)
def test_on_time_in_full(cases: Books, name: str) -> None:
    _, _, due, kept = KEPT[name]
    found = told(cases.store, of_case(name))["on_time_in_full"]
    assert (found.value, found.rows) == (kept, due)


def test_days_of_grace(small: Books) -> None:
    """Two days late is on time with two; a line whose days of grace are not over is not judged."""
    lines = [PROMISED, {**PROMISED, "line_no": 2, "promised_date": "2026-03-30"}]
    tables = {**TREES, "purchase_order_line": lines,
              "goods_receipt": received(("2026-02-22", 10))}  # fmt: skip
    for days, kept, due in ((0, 0, 2), (1, 0, 2), (2, 1, 1)):
        found = loaded(small, tables, {"otif_days": days})["on_time_in_full"]
        assert (found.value, found.rows) == (kept, due)


def test_the_first_promise_counts(small: Books) -> None:
    later = {**PROMISED, "promised_date": "2026-03-20"}
    small.load({**TREES, "purchase_order_line": [PROMISED]})
    found = loaded(small, {"purchase_order_line": [later],
                           "goods_receipt": received(("2026-03-01", 10))})  # fmt: skip
    assert found["on_time_in_full"].value == 0
    assert told(small.store, Selection("2026-03", "2026-03"))["on_time_in_full"].rows == 0


def test_waits_of_an_even_number_are_the_mean_of_the_middle(small: Books) -> None:
    """Waits of 2, 3, 10 and 40 days; refused and unrequested lines are left out."""
    days = ("2026-01-08", "2026-01-07", "2025-12-31", "2025-12-01", "2026-01-01", None)
    lines = [{**ORDER, "line_no": n, "requested_on": day} for n, day in enumerate(days, 1)]
    lines[4]["status"] = "rejected"
    found = loaded(small, {**TREES, "purchase_order_line": lines})["order_cycle_days"]
    assert (found.value, found.rows) == ((3 + 10) / 2, 4)


# --- Matching ------------------------------------------------------------------------------------

BILL: Row = {**LINE, "po_id": "P", "po_line_no": 1, "quantity": 5, "amount": 50}


def bills(*words: Row) -> list[Row]:
    return [{**BILL, "invoice_id": f"I{n}", **one} for n, one in enumerate(words)]


# What is ordered and received (10 on 10 February at 10 each), billed, and how many match of them.
MATCHES: dict[str, tuple[list[Row], int, int]] = {
    "two halves": (bills({}, {}), 2, 2),
    "more than had come": (bills({"quantity": 11, "amount": 110}), 0, 1),
    "more than is left": (bills({}, {"quantity": 6, "amount": 60}), 1, 2),
    "posted before it came": (bills({"posted_on": "2026-02-09"}), 0, 1),
    "posted after it came": (bills({"invoice_date": "2026-02-01", "posted_on": "2026-02-10"}), 1,
                             1),
    "earlier by posting date, not by id": (
        bills({"quantity": 6, "amount": 60}, {"posted_on": "2026-02-11", "quantity": 5},
              {"invoice_id": "A", "quantity": 4, "amount": 40}), 2, 3),
    "two lines of one invoice": (bills({"quantity": 6, "amount": 60},
                                       {"invoice_id": "I0", "line_no": 2}), 1, 2),
    "a credit note gives back": (
        bills({"quantity": 10, "amount": 100}, {"quantity": 10, "amount": -100},
              {"quantity": 10, "amount": 100}), 2, 2),
    "2 % dearer": (bills({"amount": 51}), 1, 1),
    "a cent more than that": (bills({"amount": "51.01"}), 0, 1),
    "2 % cheaper": (bills({"amount": 49}), 1, 1),
    "a cent less than that": (bills({"amount": "48.99"}), 0, 1),
    "what it says of its price counts": (bills({"amount": 60, "unit_price": "10.2"}), 1, 1),
    "and a little more": (bills({"amount": 50, "unit_price": "10.200001"}), 0, 1),
    "no quantity": (bills({"quantity": None}, {"quantity": 0}), 0, 0),
    "no such order": (bills({"po_line_no": 2}), 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", MATCHES)
def test_first_match(cases: Books, name: str) -> None:
    _, matched, judged = MATCHES[name]
    found = told(cases.store, of_case(name))["first_match_share"]
    assert (found.value, found.rows) == (matched / judged if judged else None, judged)


@pytest.mark.parametrize("words", [{"quantity": 1}, {"matching": "value"}])
def test_what_is_matched_by_value_is_not_judged(small: Books, words: Row) -> None:
    tables = {**TREES, "purchase_order_line": [{**ORDER, **words}], "invoice_line": bills({}),
              "goods_receipt": received(("2026-02-10", 10))}  # fmt: skip
    found = loaded(small, tables)
    assert found["first_match_share"].value is None
    assert found["first_match_share"].reason.startswith("no line here can match")
    assert found["after_the_fact_share"].value == 0


def test_the_tolerance_is_a_setting_and_exact(small: Books) -> None:
    tables = {**TREES, "purchase_order_line": [{**ORDER, "unit_price": "0.03"}],
              "invoice_line": bills({"unit_price": "0.030027", "amount": "0.15"}),
              "goods_receipt": received(("2026-02-10", 10))}  # fmt: skip
    for tolerance, share in (("0", 0), ("0.001", 1), ("0.02", 1)):
        found = loaded(small, tables, {"match_tolerance": tolerance})["first_match_share"]
        assert found.value == share
    for words in ("0.0205", "1", "-0.01", "nan", "much"):
        with pytest.raises(ConcordError, match="tenths of a per cent"):
            read_setting("match_tolerance", words)


def test_prices_in_two_currencies_meet_in_the_reporting_one(small: Books) -> None:
    rates = [{"date": "2026-01-01", "currency": "USD", "rate": "0.8"}]
    lines = bills({"currency": "USD", "amount": "62.5"}, {"currency": "USD", "amount": 50})
    found = loaded(small, {**TREES, "exchange_rate": rates, "purchase_order_line": [ORDER],
                           "invoice_line": lines,
                           "goods_receipt": received(("2026-02-10", 10))})  # fmt: skip
    assert found["first_match_share"].value == 0.5


def test_ordered_after_the_fact(small: Books) -> None:
    """50 ordered before, 30 on the day, 20 after; what has no order is in neither part."""
    lines = bills({"amount": 50}, {"amount": 30, "invoice_date": "2026-01-10"},
                  {"amount": 20, "invoice_date": "2026-01-09"}, {"po_id": None})  # fmt: skip
    found = loaded(small, {**TREES, "purchase_order_line": [ORDER], "invoice_line": lines})
    assert (found["after_the_fact_share"].value, found["after_the_fact_share"].rows) == (0.2, 3)
    assert found["first_match_share"].reason == "no receipts are loaded"


# --- Twice ---------------------------------------------------------------------------------------

FIRST: Row = {**LINE, "invoice_id": "A", "invoice_number": "INV-0017", "amount": 1000,
              "supplier_id": "D"}  # fmt: skip
AGAIN: Row = {**FIRST, "invoice_id": "B", "invoice_date": "2026-02-20"}
NOTE: Row = {**AGAIN, "invoice_id": "C", "amount": -1000, "invoice_number": "CN1"}

# Invoices beside the first one, and how many look booked twice.
TWICE: dict[str, tuple[list[Row], int]] = {
    "the same again": ([AGAIN], 1),
    "spelt otherwise": ([{**AGAIN, "invoice_number": "00inv 0017/"}], 1),
    "zeros within count": ([{**AGAIN, "invoice_number": "INV-17"}], 0),
    "no number": ([{**AGAIN, "invoice_number": None}], 0),
    "of the group": ([{**AGAIN, "supplier_id": "G"}], 1),
    "of somebody else": ([{**AGAIN, "supplier_id": "O"}], 0),
    "half a per cent less": ([{**AGAIN, "amount": 995}], 1),
    "a cent less than half a per cent less": ([{**AGAIN, "amount": "994.99"}], 0),
    "half a per cent of the larger": ([{**AGAIN, "amount": "1005.02"}], 1),
    "a cent more than half a per cent more": ([{**AGAIN, "amount": "1005.03"}], 0),
    "with tax it is another amount": ([{**AGAIN, "tax_amount": 190}], 0),
    "after 120 days": ([{**AGAIN, "invoice_date": "2025-10-13"}], 1),
    "after 121 days": ([{**AGAIN, "invoice_date": "2025-10-12"}], 0),
    "on one day": ([{**AGAIN, "invoice_date": FIRST["invoice_date"]}], 1),
    "in two lines": ([{**AGAIN, "amount": 400}, {**AGAIN, "amount": 600, "line_no": 2}], 1),
    "its own lines": ([{**FIRST, "line_no": 2}], 0),
    "three times": ([AGAIN, {**AGAIN, "invoice_id": "B2"}], 2),
    "undone": ([AGAIN, NOTE], 0),
    "undone in part": ([AGAIN, {**NOTE, "amount": -999}], 1),
    "undone before": ([AGAIN, {**NOTE, "invoice_date": "2026-02-19"}], 1),
    "undone, by the group": ([AGAIN, {**NOTE, "supplier_id": "G"}], 0),
    "undone after the end": ([AGAIN, {**NOTE, "invoice_date": "2026-04-01"}], 1),
    "undone too late": ([AGAIN, {**NOTE, "invoice_date": "2026-06-21"}], 1),
    "three times, undone once": ([AGAIN, {**AGAIN, "invoice_id": "B2"}, NOTE], 1),
    "three times, undone twice": (
        [AGAIN, {**AGAIN, "invoice_id": "B2"}, NOTE, {**NOTE, "invoice_id": "C2"}], 0),
    "two numbers twice each, undone once": (
        [AGAIN, {**FIRST, "invoice_id": "A2", "invoice_number": "Z"},
         {**AGAIN, "invoice_id": "B2", "invoice_number": "Z"}, NOTE], 1),
    "a credit from before undoes nothing": (
        [AGAIN, {**AGAIN, "invoice_id": "B2"}, NOTE,
         {**NOTE, "invoice_id": "C2", "invoice_date": "2026-02-19"}], 1),
    "a credit too late for one repeat undoes the next": (
        [{**AGAIN, "invoice_id": "B1", "invoice_date": "2025-10-20"},
         {**AGAIN, "invoice_id": "B2", "invoice_date": "2025-10-21", "posted_on": "2026-01-05"},
         {**AGAIN, "invoice_id": "B3", "invoice_date": "2025-10-22", "posted_on": "2026-01-05"},
         {**NOTE, "invoice_date": "2025-10-25"},
         {**NOTE, "invoice_id": "C2", "invoice_date": "2026-02-25"}], 1),
    "undone once after the end": (
        [AGAIN, {**AGAIN, "invoice_id": "B2"}, NOTE,
         {**NOTE, "invoice_id": "C2", "invoice_date": "2026-04-01"}], 1),
    "in another currency": ([{**AGAIN, "currency": "USD"}], 0),
    "the earlier one is posted after the end": (
        [{**AGAIN, "invoice_date": "2026-02-01", "posted_on": "2026-04-01"}], 0),
    "a sister's": (
        [{**AGAIN, "supplier_id": "IC"}, {**AGAIN, "invoice_id": "B2", "supplier_id": "IC"}], 0),
}  # fmt: skip


@pytest.mark.parametrize("name", TWICE)
def test_invoices_that_look_booked_twice(cases: Books, name: str) -> None:
    found = told(cases.store, of_case(name))["duplicate_candidates"]
    assert found.value == TWICE[name][1]


# --- The cases, loaded at once -------------------------------------------------------------------

NAMES = (*COVERED, *KEPT, *MATCHES, *TWICE)
assert len(set(NAMES)) == len(NAMES)
IDS = ("supplier_id", "parent_supplier_id", "category_id", "parent_category_id", "contract_id",
       "po_id", "invoice_id", "receipt_id")  # fmt: skip


def of_case(name: str) -> Selection:
    return replace(SPRING, cost_centre=(f"CC{NAMES.index(name)}",))


def rows_of(name: str) -> dict[str, list[Row]]:
    """What a case loads."""
    if name in COVERED:
        return covering(COVERED[name])
    if name in KEPT:
        words, receipts, _, _ = KEPT[name]
        return {"purchase_order_line": [{**PROMISED, **words}], "goods_receipt": receipts}
    if name in MATCHES:
        return {"purchase_order_line": [ORDER], "invoice_line": MATCHES[name][0],
                "goods_receipt": received(("2026-02-10", 10))}  # fmt: skip
    return {"invoice_line": [FIRST, *TWICE[name][0]]}


def apart(row: Row, number: int) -> Row:
    """A row whose ids no other case has."""
    own = {name: f"{row[name]}{number}" for name in IDS if row.get(name) is not None}
    return {**row, **own, "cost_centre_id": f"CC{number}"}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder = tmp_path_factory.mktemp("cases")
    store = open_store("", folder / "home")
    initialise(store, {}, NOW, "test")
    tables: dict[str, list[Row]] = {
        "exchange_rate": [{"date": "2025-01-01", "currency": "USD", "rate": 1}],
        "cost_centre": [{"cost_centre_id": f"CC{n}", "name": name} for n, name in enumerate(NAMES)],
    }
    for number, name in enumerate(NAMES):
        for table, rows in (*TREES.items(), *rows_of(name).items()):
            tables.setdefault(table, []).extend(apart(dict(row), number) for row in rows)
    books = Books(store, folder)
    assert books.load(tables, settings=SETTINGS).rejected == 0
    with store.reader() as reader:
        assert [f for f in check(reader) if f.severity == "error"] == []
    yield books
    store.close()


def test_an_invoice_of_a_narrower_selection_is_one(small: Books) -> None:
    """Two lines in two categories: the invoice is one in each, and one in both together."""
    lines = [FIRST, {**AGAIN, "amount": 400}, {**AGAIN, "amount": 600, "line_no": 2,
                                               "category_id": "PAINT"}]  # fmt: skip
    loaded(small, {**TREES, "invoice_line": lines})
    for category in (("STEEL",), ("PAINT",), ("STEEL", "PAINT")):
        selection = Selection("2026-01", "2026-03", category=category)
        assert told(small.store, selection)["duplicate_candidates"].value == 1
        rows = evidence_of(small.store, selection, "duplicate_candidates")
        assert (rows.row_count, rows.rows[0][0]) == (1, "B")


def test_many_invoices_of_one_number_are_compared_by_amount(small: Books) -> None:
    lines = [{**FIRST, "invoice_id": f"I{n}", "amount": 100 + 10 * n} for n in range(300)]
    found = loaded(small, {**TREES, "invoice_line": lines})["duplicate_candidates"]
    # From 2,000 on, ten more are half a per cent.
    assert found.value == sum(100 + 10 * n >= 10 * 200 for n in range(300))


# --- What is not there ---------------------------------------------------------------------------


def reasons(found: Mapping[str, Figure]) -> dict[str, str]:
    """Why each figure without a value has none; every other one has rows."""
    assert all((f.value is None) == bool(f.reason) for f in found.values())
    return {name: figure.reason for name, figure in found.items() if figure.value is None}


def test_invoices_alone_have_no_contracts_orders_or_numbers(small: Books) -> None:
    assert reasons(loaded(small, {**TREES, "invoice_line": [LINE]})) == {
        "on_time_in_full": "no orders in this selection",
        "contract_coverage": "no contracts are loaded",
        "off_contract_share": "no contracts are loaded",
        "preferred_share": "no supplier is known to be preferred, or not to be",
        "order_cycle_days": "no orders in this selection",
        "first_match_share": "no invoice here has an order",
        "after_the_fact_share": "no invoice here has an order",
        "duplicate_candidates": "no invoice here has a number",
    }


def test_orders_alone_have_no_invoices(small: Books) -> None:
    found = reasons(loaded(small, {**TREES, "purchase_order_line": [ORDER]}))
    assert found.pop("on_time_in_full") == "no order line here has a promised date"
    assert found.pop("order_cycle_days") == "no order line here says when it was requested"
    assert set(found.values()) == {"no invoices in this selection"}
    assert len(found) == 7


def test_promises_without_receipts_are_not_broken(small: Books) -> None:
    found = loaded(small, {**TREES, "purchase_order_line": [PROMISED]})["on_time_in_full"]
    assert (found.value, found.reason, found.rows) == (None, "no receipts are loaded", 1)
    waiting = {**PROMISED, "promised_date": "2026-03-30"}
    tables = {"purchase_order_line": [waiting], "goods_receipt": [SOMETHING]}
    small.empty()
    found = loaded(small, {**TREES, **tables}, {"otif_days": 5})["on_time_in_full"]
    assert (found.value, found.reason) == (None, "no order line promised here is due yet")


def test_credits_alone_are_no_base(small: Books) -> None:
    line = {**LINE, "amount": -10, "invoice_number": "1", "po_id": "P", "po_line_no": 1}
    preferred = [{**row, "preferred": True} for row in TREES["supplier"]]
    found = reasons(loaded(small, {
        **TREES, "supplier": preferred, "invoice_line": [line], "contract": [CONTRACT],
        "purchase_order_line": [ORDER], "goods_receipt": [RECEIPT],
    }))  # fmt: skip
    assert found["supplier_concentration"] == "no supplier here has net spend above zero"
    assert found["contract_coverage"] == "no addressable spend above zero here"
    assert found["preferred_share"] == "no addressable spend above zero here"
    assert found["after_the_fact_share"] == "spend with an order is not above zero here"
    assert "duplicate_candidates" not in found


# --- Trends, and the demo ------------------------------------------------------------------------

NARROWED = (
    Selection("2026-01", "2026-10"),
    Selection("2026-03", "2026-11", supplier=("S-0074",), category=("C-1000",)),
)


@pytest.mark.parametrize("selection", NARROWED)
def test_a_trend_is_the_figures_period_by_period(demo: Store, selection: Selection) -> None:
    with demo.reader() as reader:
        book = PurchasingBook.read(reader, selection)
        periods = trailing(book.choices.calendar, book.window)
        trends = {**sourcing_figures.trends(book, periods), **process_figures.trends(book, periods)}
    assert set(trends) == {*SOURCING, *PROCESS}
    for place in (0, 5, 10, 11):
        name = periods[place].period.period
        alone = Selection(name, name, supplier=selection.supplier, category=selection.category)
        found = told(demo, alone)
        assert {metric: trend[place] for metric, trend in trends.items()} == {
            metric: figure.value for metric, figure in found.items()
        }


def test_a_period_to_come_has_no_figures(demo: Store) -> None:
    selection = Selection("2026-12", "2026-12")
    assert all(figure.value is None for figure in told(demo, selection).values())
    with demo.reader() as reader:
        book = PurchasingBook.read(reader, selection)
        periods = trailing(book.choices.calendar, book.window, 1)
        assert (sourcing_figures.trends(book, periods), process_figures.trends(book, periods)) == (
            {}, {},
        )  # fmt: skip
        assert len(book.sourced([Span(book.window.first, book.window.position)])) == 0


def test_the_dealer_beside_the_contract_in_shares(demo: Store) -> None:
    story = STORIES["off_contract"]
    selection, answers = selected(demo, story["selection"]), story["answers"]
    figure = told(demo, selection)["off_contract_share"]
    assert round(float(figure.value or 0), 6) == answers["category"]["off_contract_share"]
    (change,) = figure.changes
    before = float(figure.value or 0) - float(change.amount or 0)
    assert round(before, 6) == answers["category_last_year"]["off_contract_share"]
    assert (change.label, change.favourable) == ("on last year", False)
    company = told(demo, Selection("2026-01", "2026-10"))["off_contract_share"]
    assert round(float(company.value or 0), 6) == answers["company"]["off_contract_share"]
    assert (
        f"{answers['category']['off_contract_spend']:,.2f}"
        in evidence_of(demo, selection, "off_contract_share").filled
    )


def test_requests_wait_longer(demo: Store) -> None:
    story = STORIES["approvals"]
    figure = told(demo, selected(demo, story["selection"]))["order_cycle_days"]
    assert figure.value == story["answers"]["order_cycle_days"]
    before = story["answers"]["order_cycle_days_last_year"]
    assert [change.amount for change in figure.changes] == [figure.value - before]


def test_twelve_invoices_look_booked_twice(demo: Store) -> None:
    story = STORIES["duplicates"]
    selection, answers = selected(demo, story["selection"]), story["answers"]
    assert told(demo, selection)["duplicate_candidates"].value == answers["duplicate_candidates"]
    found = evidence_of(demo, selection, "duplicate_candidates")
    gross = found.columns.index("gross")
    assert sorted(str(row[0]) for row in found.rows) == answers["invoices"]
    assert sum(float(str(row[gross])) for row in found.rows) == pytest.approx(
        answers["gross_amount"]
    )


@pytest.mark.parametrize("metric", [*SOURCING, *PROCESS])
def test_every_figure_can_be_opened(demo: Store, metric: str) -> None:
    selection = Selection("2026-06", "2026-07", category=("C-1000",))
    found = evidence_of(demo, selection, metric, page=0)
    assert found.metric == metric
    assert "SELECT" in found.sql
    assert found.row_count >= len(found.rows)
    assert len(found.columns) == (len(found.rows[0]) if found.rows else len(found.columns))


def test_a_figure_of_elsewhere_cannot_be_opened_here(demo: Store) -> None:
    with pytest.raises(ConcordError, match="spend metrics"):
        evidence_of(demo, Selection(), "agreed_days")
