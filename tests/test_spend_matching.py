"""What does not match, as a report says it: tables that tie out, facts, and reasons for none."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from queries.selection import Selection
from queries.store import Store
from spend import matching
from spend.process_figures import figures
from spend.purchasing_book import PurchasingBook
from spend.result import Table
from tests.contract_files import Books, Tables
from tests.test_queries_matching import COMPANY

YEAR = Selection("2026-01", "2026-10")
NAMES = ("matching", "match_supplier", "match_cost_centre", "match_lines", "blocked")
STEP = {"document_id": "P", "document_type": "purchase_order", "submitted_at": "2026-01-02"}
STOPPED: Tables = {
    **COMPANY,
    "purchase_order_line": [
        *COMPANY["purchase_order_line"],
        {"po_id": "Q", "line_no": 1, "order_date": "2026-01-05", "supplier_id": "S",
         "quantity": 3, "unit_price": 50, "status": "cancelled", "status_date": "2026-01-20"},
    ],
    "approval_step": [
        {**STEP, "step": 1, "decided_at": "2026-01-03", "outcome": "Set Payment Block"},
        {**STEP, "step": 2, "decided_at": "2026-01-14", "outcome": "Remove Payment Block"},
        {**STEP, "step": 3, "decided_at": "2026-01-15", "outcome": "approved"},
        {**STEP, "step": 4, "decided_at": "2026-01-28", "outcome": "Set Payment Block"},
        {**STEP, "step": 5, "decided_at": "2026-02-10", "outcome": "Remove Payment Block"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def stopped(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    books = Books(kept_store, tmp_path_factory.mktemp("files"))
    books.load(STOPPED, settings={"data_through": "2026-03-31"})
    return kept_store


def book(store: Store, selection: Selection = YEAR) -> Iterator[PurchasingBook]:
    with store.reader() as reader:
        yield PurchasingBook.read(reader, selection)


def tables(store: Store, selection: Selection) -> dict[str, Table]:
    (found,) = ({t.name: t for t in matching.tables(one)} for one in book(store, selection))
    assert tuple(found) == NAMES
    return found


def summed(table: Table, key: str, rows: slice = slice(None)) -> Decimal:
    place = [c.key for c in table.columns].index(key)
    return sum((Decimal(row[place] or 0) for row in table.rows[rows]), Decimal(0))


def total(table: Table, key: str) -> Decimal:
    assert table.total is not None
    return Decimal(table.total[[c.key for c in table.columns].index(key)] or 0)


@pytest.mark.parametrize(
    "selection",
    [YEAR, Selection("2026-03", "2026-03"), Selection("2026-01", "2026-10", category=("C-1000",))],
)
def test_every_table_of_the_demo_ties_out(demo: Store, selection: Selection) -> None:
    found = tables(demo, selection)
    kinds = found["matching"]
    for key in ("lines", "amount", "unreceived", "dearer", "waiting"):
        assert summed(kinds, key) == total(kinds, key)
    for one in book(demo, selection):
        lines, amount = one.invoiced
        assert total(kinds, "lines") == lines
        assert total(kinds, "amount") * 100 == amount
        (share,) = (f.value for f in figures(one) if f.metric == "first_match_share")
    # What matches is the first two rows; the figure is their share of all that is judged.
    exact, tolerated = (row[2] for row in kinds.rows[:2])
    assert isinstance(exact, float)
    assert isinstance(tolerated, float)
    assert exact + tolerated == pytest.approx(share)
    wrong = slice(2, 7)
    for name in NAMES[1:3]:
        roots = [row for row, d in zip(found[name].rows, found[name].depth, strict=True) if not d]
        own = Table(name, "", found[name].columns, tuple(roots))
        for key in ("lines", "unreceived", "dearer", "waiting"):
            assert summed(own, key) == total(found[name], key) == summed(kinds, key, wrong)
        assert total(found[name], "off") == sum(summed(kinds, k, wrong) for k in
                                                ("unreceived", "dearer"))  # fmt: skip


def test_what_was_stopped(stopped: Store) -> None:
    january = tables(stopped, Selection("2026-01", "2026-01"))["blocked"]
    assert january.rows == (
        ("Order lines cancelled", 1, 1, Decimal("150.00")),
        ("Step: Remove Payment Block", 1, 1, Decimal("200.00")),
        ("Step: Set Payment Block", 2, 1, Decimal("200.00")),
        ("Blocked, and still so", 1, 1, Decimal("200.00")),
    )
    both = tables(stopped, Selection("2026-01", "2026-02"))["blocked"]
    assert "Blocked, and still so" not in [row[0] for row in both.rows]


def test_the_line_behind_says_why(stopped: Store) -> None:
    (row,) = tables(stopped, YEAR)["match_lines"].rows
    why = "More than had come, and dearer; it came later"
    assert row == ("Acme", Decimal("48.00"), why, "I1, line 1", 80, 60, 2.1, 2, "P, line 1",
                   "2026-01-12")  # fmt: skip


def test_facts(stopped: Store) -> None:
    for one in book(stopped):
        found = {fact.label: fact.value for fact in matching.facts(one)}
    assert found == {
        "Lines that do not match": 1,
        "Billed before it came": Decimal("42.00"),
        "Still not come": Decimal("0.00"),
        "Dearer than ordered": Decimal("6.00"),
        "Cheaper than ordered": Decimal("0.00"),
    }


@pytest.mark.parametrize(
    "company",
    [
        {"supplier": COMPANY["supplier"]},
        {"invoice_line": COMPANY["invoice_line"]},
        {name: COMPANY[name] for name in ("supplier", "purchase_order_line", "invoice_line")},
    ],
    ids=["nothing invoiced", "no orders", "no receipts"],
)
def test_without_papers_there_is_nothing_to_compare(
    store: Store, tmp_path: Path, company: Tables
) -> None:
    Books(store, tmp_path).load(company, settings={"data_through": "2026-03-31"})
    with store.reader() as reader:
        one = PurchasingBook.read(reader, Selection("2026-01", "2026-03"))
        assert matching.facts(one) == ()
        said = [note.text for note in matching.notes(one)]
        for table in matching.tables(one)[1:]:
            assert table.rows == ()
    ordered = "purchase_order_line" in company
    assert ("No receipts are loaded, so nobody knows what had come." in said) == ordered
