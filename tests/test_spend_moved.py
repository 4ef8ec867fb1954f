"""What moved figures, by cause: each alone moves by its own, and all together leave nothing."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from queries.migration import initialise
from queries.minutes import record_settings
from queries.selection import Pin, Selection
from queries.store import Store, open_store
from spend.kpi_book import KpiBook
from spend.moved import CAUSES, Moved, bridge, moved, said, table
from spend.registry import all_metrics
from spend.result import Value
from tests.contract_files import NOW, REPLACE, Books, Tables, examples
from tests.moving_company import KEPT, SETTINGS, RandomBooks, first_tables, invoice, payment

POLICY, TIME, CORRECTED, NEW = CAUSES
EVERY = tuple(all_metrics())
OPEN = Selection()
TO_FEBRUARY, TO_MARCH = (Selection("2026-01", f"2026-0{month}") for month in (2, 3))
POLICIES = {
    "otif_days": "3",
    "match_tolerance": "0.1",
    "service_level": "0.99",
    "obsolete_after_months": "1",
}
CORRECTIONS: Tables = {
    "invoice_line": [invoice("N1", "2026-01-10", 99)],
    "payment": [payment("Y1", "N1", "2026-02-12", 90)],
    "stock_level": [{"counted_on": "2026-01-31", "item_id": "I1", "site": "M", "on_hand": 41}],
}
ALL_AT_ONCE: Tables = {
    "invoice_line": [
        *CORRECTIONS["invoice_line"],
        invoice("N4", "2026-03-10", 60, supplier_id="S2", tax_amount=12),
    ],
    "payment": [*CORRECTIONS["payment"], payment("Y2", "N4", "2026-03-20", 80)],
    "stock_level": [
        *CORRECTIONS["stock_level"],
        {"counted_on": "2026-03-31", "item_id": "I1", "site": "M", "on_hand": 25},
    ],
}


def until(day: str) -> dict[str, str]:
    return SETTINGS | {"data_through": day}


def figures(store: Store, selection: Selection, pin: Pin | None = None) -> dict[str, Value]:
    with store.reader(pin) as reader:
        return {n: f.value for n, f in KpiBook.read(reader, selection).figures.items()}


def same(one: Value, other: Value) -> bool:
    """To the cent, or but for the rounding of floats."""
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


def differ(one: Mapping[str, Value], other: Mapping[str, Value]) -> dict[str, Any]:
    return {name: (one[name], other[name]) for name in one if not same(one[name], other[name])}


def by_metric(found: Iterable[Moved]) -> dict[str, Moved]:
    return {one.metric: one for one in found}


def causes(found: Mapping[str, Moved]) -> set[str]:
    """The causes that moved any figure."""
    return {cause for one in found.values() for cause in CAUSES if one.effects[cause]}


def assert_closed(found: Mapping[str, Moved]) -> None:
    """Every change is the sum of its effects, to the last figure."""
    for one in found.values():
        steps = bridge(one).steps
        assert bridge(one).residual == 0
        if one.before is None or one.after is None:
            assert one.reason
            assert not steps
        else:
            effects = [Decimal(str(one.effects[cause])) for cause in CAUSES]
            change = Decimal(str(one.after)) - Decimal(str(one.before))
            assert same(float(sum(effects)), float(change))
            assert (steps[0].amount, steps[-1].amount) == tuple(
                Decimal(str(end)) for end in (one.before, one.after)
            )
            assert not isinstance(one.before, Decimal) or sum(effects) == change


# --- A store in which each load moves figures by one cause ---------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Seven loads; policies change after the fifth."""
    folder = tmp_path_factory.mktemp("told")
    opened = open_store("", folder / "home")
    initialise(opened, {}, NOW, "test")
    books = Books(opened, folder)
    books.load(first_tables(), settings=until("2026-02-28"))
    books.load({"invoice_line": [invoice("N3", "2026-02-12", 30, supplier_id="S2")]})
    books.load({"invoice_line": [invoice("N1", "2026-01-10", 95)]})
    other_line = {**invoice("N2", "2026-02-10", 7), "line_no": 2}
    kept = [invoice("N1", "2026-01-10", 95), invoice("N2", "2026-02-10", 80), other_line]
    books.load({"invoice_line": kept}, REPLACE)
    books.load({"supplier": first_tables()["supplier"]}, settings=until("2026-03-31"))
    with books.store.minutes.begin() as book:
        record_settings(book, POLICIES, 5, NOW, "test")
    books.load(ALL_AT_ONCE, settings=until("2026-04-30"))
    budget = {"version": "2027", "period_start": "2027-01-01", "cost_centre_id": "A1",
              "category_id": "C1", "amount": 100}  # fmt: skip
    books.load({"budget_line": [budget]}, settings=until("2027-01-31"))
    yield opened
    opened.close()


def between(told: Store, first: Pin, last: Pin, selection: Selection) -> dict[str, Moved]:
    """What moved every figure between two moments; it closes."""
    named = Selection(selection.from_period, selection.to_period, as_of=last)
    found = by_metric(moved(told, named, first, metrics=EVERY))
    assert_closed(found)
    return found


def test_a_new_invoice_moves_figures_by_new_documents_alone(told: Store) -> None:
    found = between(told, Pin(1), Pin(2), TO_FEBRUARY)
    assert causes(found) == {NEW}
    assert found["actual_spend"].effects == dict.fromkeys(CAUSES, 0) | {NEW: Decimal(30)}


def test_a_corrected_invoice_moves_figures_by_corrections_alone(told: Store) -> None:
    found = between(told, Pin(2), Pin(3), TO_FEBRUARY)
    assert causes(found) == {CORRECTED}
    assert found["actual_spend"].effects[CORRECTED] == Decimal(5)


def test_what_is_gone_or_has_another_line_was_corrected(told: Store) -> None:
    found = between(told, Pin(3), Pin(4), TO_FEBRUARY)
    assert causes(found) == {CORRECTED}
    assert found["actual_spend"].effects[CORRECTED] == Decimal(7 - 30)


def test_a_month_that_passes_moves_figures_by_time_alone(told: Store) -> None:
    found = between(told, Pin(4), Pin(5, 0), TO_MARCH)
    assert causes(found) == {TIME}
    assert found["budget_amount"].effects[TIME] == Decimal(100)


def test_later_periods_are_the_passage_of_time(told: Store) -> None:
    later = Selection("2026-01", "2026-03", as_of=Pin(5, 0))
    (budget,) = moved(told, later, Pin(5, 0), TO_FEBRUARY, metrics=["budget_amount"])
    assert (budget.before, budget.effects[TIME]) == (Decimal(200), Decimal(100))


def test_a_policy_moves_figures_by_policy_alone(told: Store) -> None:
    found = between(told, Pin(5, 0), Pin(5, len(POLICIES)), TO_MARCH)
    assert causes(found) == {POLICY}
    assert found["required_safety_stock_value"].effects[POLICY]


def test_all_causes_together_leave_nothing(told: Store) -> None:
    first, last = Pin(5, 0), Pin(6)
    found = between(told, first, last, OPEN)
    assert causes(found) == set(CAUSES)
    spend = {POLICY: 0, TIME: 0, CORRECTED: Decimal(4), NEW: Decimal(60)}
    assert found["actual_spend"].effects == spend
    assert found["budget_amount"].effects[TIME] == Decimal(100)
    ends = ({n: one.before for n, one in found.items()}, {n: one.after for n, one in found.items()})
    assert not differ(ends[0], figures(told, OPEN, first))
    assert not differ(ends[1], figures(told, OPEN, last))


def test_periods_that_were_not_known_have_no_effects(told: Store) -> None:
    (spend,) = moved(told, Selection("2027-01", "2027-01"), Pin(1), metrics=["budget_amount"])
    assert (spend.before, spend.after) == (None, Decimal(100))
    assert "no such period" in spend.reason
    assert bridge(spend).steps == ()


def test_a_figure_without_data_says_which_end_has_none(told: Store) -> None:
    bolt = Selection("2026-01", "2026-02", supplier=("S2",), as_of=Pin(2))
    paid, spent = moved(told, bolt, Pin(1), metrics=["days_to_pay", "actual_spend"])
    assert (paid.before, paid.after, paid.reason) == (None, None, "there is no data")
    assert said(paid, "EUR") == "Days to pay: there is no data."
    assert spent.reason == "there was no data before" or spent.effects[NEW] == Decimal(30)


def test_a_sentence_and_a_table_say_it_in_the_figures_units(told: Store) -> None:
    to = Selection("2026-01", "2026-02", as_of=Pin(3))
    found = moved(told, to, Pin(1), metrics=["actual_spend", "days_to_pay"])
    spent = "Actual went from €170 to €205: +€30.00 by new documents and +€5.00 by corrected "
    assert said(found[0], "EUR") == f"{spent}documents."
    assert said(found[1], "EUR") == "Days to pay stayed at 40.0 days."
    told_all = table(found)
    assert told_all.units == ("money", "days")
    assert [column.key for column in told_all.columns] == [
        "label", "before", "changed_policy", "passage_of_time", "corrected_documents",
        "new_documents", "after", "metric",
    ]  # fmt: skip
    assert told_all.rows[0][1:7] == (Decimal(170), 0, 0, Decimal(5), Decimal(30), Decimal(205))
    assert bridge(found[1]).unit == "days"


# --- Against stores that have no new documents ---------------------------------------------------


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


def without_new(found: Mapping[str, Moved]) -> dict[str, Value]:
    """The figures once all but the new documents had their effect."""
    rest: dict[str, Value] = {}
    for name, one in found.items():
        if isinstance(one.after, Decimal) and not one.reason:
            rest[name] = one.after - Decimal(one.effects[NEW] or 0)
        elif not one.reason:
            rest[name] = float(one.after or 0) - float(one.effects[NEW] or 0)
    return rest


def test_corrections_alone_are_what_a_store_without_the_new_documents_says(books: Books) -> None:
    books.load(first_tables(), settings=until("2026-02-28"))
    books.load(ALL_AT_ONCE, settings=until("2026-03-31"))
    found = by_metric(moved(books.store, TO_MARCH, Pin(1), metrics=EVERY))
    books.empty()
    books.load(first_tables(), settings=until("2026-02-28"))
    books.load(CORRECTIONS, settings=until("2026-03-31"))
    alone = figures(books.store, TO_MARCH)
    assert not differ(without_new(found), alone)


def test_a_setting_that_shapes_the_marts_is_policy(books: Books) -> None:
    taxed = {**first_tables(), "invoice_line": [invoice("N1", "2026-01-10", 90, tax_amount=9)]}
    books.load(taxed, settings=until("2026-02-28"))
    new = invoice("N3", "2026-02-12", 30, tax_amount=3)
    books.load({"invoice_line": [new]}, settings={"irrecoverable_tax": "true"})
    found = by_metric(moved(books.store, TO_FEBRUARY, Pin(1), metrics=EVERY))
    assert found["actual_spend"].effects == {POLICY: 9, TIME: 0, CORRECTED: 0, NEW: 33}
    assert causes(found) == {POLICY, NEW}
    assert_closed(found)


def test_any_books_close_and_nothing_stays_behind(books: Books) -> None:
    whole = Selection("2026-01", "2026-12")
    for seed in range(examples(books.store, 2, 1)):
        books.empty()
        company = RandomBooks(seed + 7)
        loads = [company.next() for _ in range(3)]
        for tables, settings in loads:
            books.load(tables, REPLACE, settings)
        before = [figures(books.store, whole, pin) for pin in (Pin(2), Pin(3))]
        found = by_metric(moved(books.store, whole, Pin(2), metrics=EVERY))
        assert_closed(found)
        assert {CORRECTED, NEW} <= causes(found)
        after = [figures(books.store, whole, pin) for pin in (Pin(2), Pin(3))]
        assert before == after
        books.empty()
        books.load(loads[1][0], REPLACE, loads[1][1])
        books.load(only_known(loads[1][0], loads[2][0]), REPLACE, loads[2][1])
        alone = {n: v for n, v in figures(books.store, whole).items() if v is not None}
        rest = without_new(found)
        assert len(alone) > 10
        assert not differ({name: rest[name] for name in alone if name in rest}, alone)


def only_known(then: Tables, now: Tables) -> Tables:
    """The later tables with the documents that the earlier have."""
    found = dict(now)
    for name in KEPT:
        own = ("counted_on", "item_id") if name == "stock_level" else (next(iter(now[name][0])),)
        there = {tuple(row[key] for key in own) for row in then[name]}
        found[name] = [row for row in now[name] if tuple(row[key] for key in own) in there]
    return found
