"""What looks booked twice: what is, what only looks so, and why, in words."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from queries.selection import Pin, Selection
from queries.store import Store
from spend import duplicates
from spend.process_figures import figures
from spend.purchasing_book import PurchasingBook
from spend.result import Table
from tests.conftest import ROOT
from tests.contract_files import Books, Tables

Row = dict[str, Any]
PLAIN = Selection("2026-01", "2026-03")

# Each with a supplier of its own: the days and amounts of its invoices, and what else they say.
BARE: Mapping[str, list[Row]] = {
    "twice": [{"on": "01-05", "amount": "1234.56"}, {"on": "01-19", "amount": "1234.56"}],
    "credited": [{"on": "01-05", "amount": "1234.56"}, {"on": "01-19", "amount": "1234.56"},
                 {"on": "02-10", "amount": "-1234.56"}],
    "rent": [{"on": f"0{month}-05", "amount": "980.40"} for month in (1, 2, 3)],
    "instalments": [{"on": "01-05", "amount": "700.10"}, {"on": "01-19", "amount": "700.10"},
                    {"on": "02-02", "amount": "700.10"}],
    "a month later": [{"on": "01-05", "amount": "1234.56"}, {"on": "02-02", "amount": "1234.56"}],
    "the same day": [{"on": "01-05", "amount": "1234.56"}, {"on": "01-05", "amount": "1234.56"}],
    "a round sum": [{"on": "01-05", "amount": "1200"}, {"on": "01-19", "amount": "1200"}],
    "said otherwise": [{"on": "01-05", "amount": "1234.56", "description": "June"},
                       {"on": "01-19", "amount": "1234.56", "description": "July"}],
    "another currency": [{"on": "01-05", "amount": "1234.56", "currency": "EUR"},
                         {"on": "01-19", "amount": "1234.56", "currency": "USD"}],
    "the price of a piece": [{"on": day, "amount": "123.45"} for day in ("01-05", "01-19")]
    + [{"on": "02-20", "amount": "370.35"}],
    "its habit": [{"on": f"01-{day:02}", "amount": amount}
                  for day, amount in ((5, "11.11"), (9, "11.11"), (12, "22.33"), (15, "22.33"))],
    "one with a number": [{"on": "01-05", "amount": "1234.56"},
                          {"on": "01-19", "amount": "1234.56", "invoice_number": "7"}],
}  # fmt: skip


def bare(supplier: str, rows: list[Row]) -> list[Row]:
    return [
        {"invoice_id": f"{supplier} {n}", "line_no": 1, "supplier_id": supplier,
         "invoice_date": f"2026-{row['on']}", "description": "Work",
         **{key: value for key, value in row.items() if key != "on"}}
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip


def invoice(name: str, number: str, day: str, amount: str, **more: object) -> Row:
    return {"invoice_id": name, "line_no": 1, "supplier_id": "S", "invoice_date": day,
            "invoice_number": number, "amount": amount, **more}  # fmt: skip


# With numbers: a year that begins anew, instalments, one invoice of two lines, one in the group.
NUMBERED: list[Row] = [
    invoice("last year", "7", "2025-06-01", "50"),
    invoice("this year", "7", "2026-01-20", "50"),
    invoice("first part", "A-1", "2026-01-02", "333"),
    invoice("second part", "A-2", "2026-02-02", "333"),
    invoice("two lines", "B", "2026-01-05", "20"),
    {**invoice("two lines", "B", "2026-01-05", "20"), "line_no": 2},
    invoice("sent", "00-12", "2026-01-05", "200"),
    invoice("sent again", "12", "2026-01-08", "199", supplier_id="daughter"),
]
COMPANY: Tables = {
    "exchange_rate": [{"date": "2025-01-01", "currency": "USD", "rate": 1}],
    "supplier": [
        *({"supplier_id": name, "name": name.capitalize()} for name in ("S", *BARE)),
        {"supplier_id": "daughter", "name": "Daughter", "parent_supplier_id": "S"},
    ],
    "invoice_line": [
        *NUMBERED,
        *(line for name, rows in BARE.items() for line in bare(name, rows)),
    ],
}


@pytest.fixture(scope="module")
def books(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Books:
    found = Books(kept_store, tmp_path_factory.mktemp("files"))
    found.load(COMPANY, settings={"data_through": "2026-03-31"})
    found.load({"supplier": [{"supplier_id": "late", "name": "Late"}]})
    return found


def tables(store: Store, selection: Selection = PLAIN) -> tuple[Table, Table]:
    with store.reader(selection.as_of) as reader:
        numbered, alike = duplicates.tables(PurchasingBook.read(reader, selection))
    return numbered, alike


def cells(table: Table, *keys: str) -> list[tuple[Any, ...]]:
    places = [[c.key for c in table.columns].index(key) for key in keys]
    return [tuple(row[place] for place in places) for row in table.rows]


def test_only_what_repeats_number_and_amount_counts(books: Books) -> None:
    numbered, _ = tables(books.store)
    assert cells(numbered, "invoice", "twin", "gross", "days") == [
        ("sent again", "sent", Decimal("199.00"), 3)
    ]
    assert cells(numbered, "why") == [
        ("Number 12, before it 00-12; €199.00 and €200.00, 0.50 % apart; 3 days later; booked to "
         "S before, of the same group",)
    ]  # fmt: skip


def test_without_a_number_only_what_is_rare_looks_alike(books: Books) -> None:
    _, alike = tables(books.store)
    assert cells(alike, "invoice", "twin", "gross", "undone") == [
        ("twice 2", "twice 1", Decimal("1234.56"), None),
        ("credited 2", "credited 1", None, "2026-02-10"),
    ]
    assert cells(alike, "why")[0] == (
        "Same amount 14 days later; no third one has it; both say “Work”",
    )
    assert alike.total is not None
    assert Decimal("1234.56") in alike.total


def test_what_is_not_yet_known_is_not_shown(books: Books) -> None:
    """Before its credit note an invoice is not undone; before its day it is not there."""
    _, alike = tables(books.store, Selection("2026-01", "2026-01"))
    assert cells(alike, "invoice", "undone") == [("credited 2", None), ("twice 2", None)]
    numbered, alike = tables(books.store, Selection("2025-06", "2025-12"))
    assert (numbered.rows, alike.rows) == ((), ())
    assert numbered.total is None


def test_a_selection_and_an_earlier_load(books: Books) -> None:
    _, alike = tables(books.store, Selection("2026-01", "2026-03", supplier=("credited",)))
    assert cells(alike, "invoice") == [("credited 2",)]
    first = tables(books.store, Selection("2026-01", "2026-03", as_of=Pin(1)))
    assert first == tables(books.store)


def test_notes_and_facts_say_what_does_not_count(books: Books) -> None:
    with books.store.reader() as reader:
        book = PurchasingBook.read(reader, PLAIN)
        said = [note.text for note in duplicates.notes(book)]
        money, alike = duplicates.facts(book)
    bare_lines = sum(len(rows) for rows in BARE.values()) - 1
    first, second = said
    assert first == (
        f"{bare_lines} invoice lines have no invoice number: they cannot be likely duplicates."
    )
    assert second.startswith("1 invoice without a number (€1.2 k) looks like an earlier one")
    assert (money.value, alike.value) == (Decimal("199.00"), 1)


def test_the_story_of_the_demo(demo: Store) -> None:
    stories = tomllib.loads((ROOT / "demo" / "stories.toml").read_text(encoding="utf-8"))["story"]
    (story,) = (one for one in stories if one["name"] == "duplicates")
    chosen = story["selection"]
    numbered, alike = tables(demo, Selection(chosen["from"], chosen["to"]))
    standing = [row for row in cells(numbered, "invoice", "gross") if row[1] is not None]
    assert sorted(name for name, _ in standing) == story["answers"]["invoices"]
    assert len(standing) == story["answers"]["duplicate_candidates"]
    total = sum(gross for _, gross in standing)
    assert float(total) == story["answers"]["gross_amount"]
    assert numbered.total is not None
    assert total in numbered.total
    assert len(numbered.rows) - len(standing) == 3  # noticed, and undone by a credit note
    assert alike.rows == ()


@pytest.mark.parametrize("selection", [
    Selection("2025-01", "2026-10"), Selection("2026-03", "2026-06"),
    Selection("2026-01", "2026-10", cost_centre=("CC-2000",)),
])  # fmt: skip
def test_the_list_is_as_long_as_its_figure(demo: Store, selection: Selection) -> None:
    numbered, _ = tables(demo, selection)
    standing = [row for row in cells(numbered, "undone") if row[0] is None]
    with demo.reader() as reader:
        found = figures(PurchasingBook.read(reader, selection))
    (figure,) = (f for f in found if f.metric == "duplicate_candidates")
    assert figure.value == len(standing)
