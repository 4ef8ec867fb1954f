"""One supplier's report: the demo's stories, by hand, and where there is nothing to say."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from demo import stories
from queries.minutes import Draft
from queries.selection import Selection
from queries.store import Store
from spend import budget, savings, supplier_profile, terms
from spend.action_list import ACTION, action_body
from spend.conversation import COMMENT, DECISION
from spend.price_levels import index_levels, levels
from spend.result import Cell, Report
from spend.supplier_profile_contracts import state
from spend.supplier_said import said
from tests import saving_company, small_company

TOLD: dict[str, Any] = tomllib.loads(stories.PATH.read_text(encoding="utf-8"))
STORIES: dict[str, Any] = {story["name"]: story for story in TOLD["story"]}
YEAR = Selection(from_period="2026-01", to_period="2026-10")
CARRIER, DEALER, STEEL = "S-0096", "S-0064", "S-0001"
NOW = datetime(2026, 11, 20, 9, 0)


def money(value: float) -> Decimal:
    return Decimal(str(value))


def column(report: Report, table: str, key: str) -> list[Cell]:
    found = report.table(table)
    place = [c.key for c in found.columns].index(key)
    return [row[place] for row in found.rows]


def cents(values: list[Cell]) -> Decimal:
    return sum((v for v in values if isinstance(v, Decimal)), Decimal(0))


@pytest.fixture(scope="module")
def carrier(demo: Store) -> Report:
    return supplier_profile.report(demo, replace(YEAR, supplier=(CARRIER,)))


# --- The demo's stories --------------------------------------------------------------------------


def test_the_carrier_reads_as_its_story_says(carrier: Report) -> None:
    answers = STORIES["carrier"]["answers"]
    figures = {f.metric: f.value for f in carrier.figures}
    assert figures["agreed_days"] == answers["agreed_days"]
    assert figures["days_to_pay"] == pytest.approx(answers["days_to_pay"], abs=0.005)
    assert figures["price_effect"] == money(answers["from_last_year"]["price"])
    steps = {step.label: step.amount for step in carrier.bridge("year").steps[1:-1]}
    for effect in ("price", "volume", "mix"):
        assert abs(steps[effect.capitalize()] - money(answers["from_last_year"][effect])) <= 1
    change = carrier.figure("actual_spend").changes[0].amount
    assert change == money(answers["from_last_year"]["change"])
    assert carrier.bridge("year").residual == 0
    # The last twelve months, in the only category of its contracts.
    assert set(column(carrier, "contracts", "bought")) == {money(answers["annual_spend"])}
    assert sorted(column(carrier, "contracts", "days"), key=str) == [30, 90]
    assert carrier.message == (
        "Kestrel Freight GmbH invoiced €1.05 M, €0.12 M more than last year; the same goods cost "
        "€46.2 k (4.6 %) more, and agreed days went from 30 to 90 in July 2025."
    )
    rise = f"{answers['price_rise']:.1%}".replace("%", " %")
    assert f"Agreed prices rose by {rise} on 1 October 2025." in carrier.readings["procurement"]
    worth = f"{answers['breakeven_uplift']:.1%}".replace("%", " %")
    assert f"Waiting 60 days longer costs it {worth} of its price" in carrier.readings["finance"]


def test_steel_is_told_item_by_item(demo: Store) -> None:
    """The items' price effects of the story, where one supplier sells them alone."""
    report = supplier_profile.report(demo, replace(YEAR, supplier=(STEEL,)))
    effects = dict(zip(column(report, "items", "name"), column(report, "items", "variance_price"),
                       strict=True))  # fmt: skip
    named = {str(name).split()[0]: value for name, value in effects.items()}
    stated = STORIES["steel"]["answers"]["price_by_item"]
    for item in ("IT-0001", "IT-0002", "IT-0003", "IT-0006"):
        assert named[item] == money(stated[item])
    said, answers = report.readings["procurement"], STORIES["steel"]["answers"]
    assert f"STEEL went from {answers['index_2025_10']} in October 2025" in said
    assert f"to {answers['index_2026_10']} in October 2026." in said
    assert "By the index alone the same goods would be €0.19 M dearer than last year; it " in said
    assert "charged €81.5 k less than the index." in said
    finance = report.readings["finance"]
    assert "€0.34 M is ordered and still to come: €42.7 k in the selection, " in finance
    assert "within 180 days, on 31 December 2026, in 61 days, and none follows: €" in finance
    now, later = (cents(column(report, "orders", key)) for key in ("committed", "later"))
    fact = next(one for one in report.facts if one.label == "Ordered, to come")
    assert (fact.value, cents(column(report, "orders", "coming"))) == (now + later, now + later)
    assert "€42.7 k in the selection" in fact.meaning
    assert column(report, "price_lists", "name")[0] == "2026-10-01"


def test_the_dealer_is_dearer_than_contracts_with_others(demo: Store) -> None:
    report = supplier_profile.report(demo, replace(YEAR, supplier=(DEALER,)))
    spent = STORIES["off_contract"]["answers"]["spend_with_supplier"]
    assert report.figure("actual_spend").value == money(spent)
    assert report.figure("off_contract_share").value == 1.0
    assert "contracts with others ask" in report.message
    assert "10.5 % dearer" in report.readings["procurement"]
    assert report.table("contracts").rows == ()


def test_its_figures_are_those_of_the_subjects(demo: Store, carrier: Report) -> None:
    chosen = replace(YEAR, supplier=(CARRIER,))
    for other in (terms.report(demo, chosen), budget.report(demo, chosen)):
        for figure in other.figures:
            if figure.metric in supplier_profile.FIGURES:
                mine = carrier.figure(figure.metric)
                assert (mine.value, mine.rows) == (figure.value, figure.rows), figure.metric
    recognised = savings.report(demo, chosen).table("register")
    assert len(carrier.table("savings").rows) >= len(recognised.rows)


@pytest.mark.parametrize("supplier", [CARRIER, DEALER, STEEL, "S-0021"])
def test_every_breakdown_sums_to_the_whole(demo: Store, supplier: str) -> None:
    report = supplier_profile.report(demo, replace(YEAR, supplier=(supplier,)))
    spend, price = (report.figure(m).value for m in ("actual_spend", "price_effect"))
    for table in ("items", "categories"):
        assert cents(column(report, table, "spend")) == spend
        assert cents(column(report, table, "variance_price")) == (price or 0)
        keys = [c.key for c in report.table(table).columns]
        total = report.table(table).total or ()
        for key in ("variance", "beyond", "contract"):
            assert cents(column(report, table, key)) == (total[keys.index(key)] or 0), key


def test_prices_by_month_are_paid_agreed_and_by_index(carrier: Report) -> None:
    chart = carrier.chart("prices")
    lines = {s.label: s.values for s in chart.series}
    assert list(lines) == ["Paid", "Contract", "Index"]
    assert chart.axis[0] == "2025-01"
    assert chart.axis[-1] == "2026-10"
    assert len(chart.axis) == 22  # the months between the two years' days as well
    paid, contract = (float(lines[name][-1] or 0) for name in ("Paid", "Contract"))
    assert paid == pytest.approx(104.4, abs=0.1)
    assert contract == pytest.approx(104.4, abs=0.1)


# --- What is chosen ------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [(), (CARRIER, DEALER), ("-",), (CARRIER, "-")])
def test_without_one_supplier_it_says_which_to_choose(demo: Store, chosen: tuple[str, ...]) -> None:
    report = supplier_profile.report(demo, replace(YEAR, supplier=chosen))
    assert report.message.startswith("Choose one supplier, with the filter “supplier” (--supplier ")
    assert all(f.value is None and f.reason for f in report.figures)
    assert report.charts == ()
    if chosen == ():
        names, ids = column(report, "choose", "name"), report.table("choose").ids
        assert (names[0], ids[0], len(ids)) == ("Nordstahl Service GmbH", STEEL, 25)


def group() -> dict[str, list[dict[str, Any]]]:
    """The small company, its two suppliers under a holding."""
    tables = {name: [dict(row) for row in rows] for name, rows in small_company.tables().items()}
    tables["supplier"] = [{"supplier_id": "H", "name": "Holding"}, *(
        {**row, "parent_supplier_id": "H"} for row in tables["supplier"])]  # fmt: skip
    tables["savings_initiative"] = [{**saving_company.cut("E", "I1"), "supplier_id": "S1"}]
    return tables


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("profile")
    opened = small_company.loaded(folder / "home", folder / "files", group())
    yield opened
    opened.close()


def test_a_group_is_looked_at_as_a_whole_and_a_part_by_itself(small: Store) -> None:
    whole = supplier_profile.report(small, Selection(supplier=("H",)))
    both = supplier_profile.report(small, Selection(supplier=("S1", "S2")))
    part = supplier_profile.report(small, Selection(supplier=("S1",)))
    assert (whole.title, both.title) == ("Holding", "Holding, in part")
    assert whole.figures == both.figures
    assert part.title != "Holding"
    assert any("It belongs to Holding" in note.text for note in part.notes)
    assert any("With all of its group" in note.text for note in whole.notes)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(supplier=("S1",), category=("-",), item=("-",)),
        Selection(supplier=("S1",), cost_centre=("-",)),
        Selection("2026-11", "2026-12", supplier=("S1",)),
        Selection("2025-01", "2026-12", supplier=("S1",)),
        Selection("2025-01", "2025-01", supplier=("H",)),
    ],
)
def test_nothing_here_is_said_and_is_no_fault(small: Store, selection: Selection) -> None:
    report = supplier_profile.report(small, selection)
    assert report.message
    for figure in report.figures:
        assert (figure.value is None) == bool(figure.reason), figure.metric
    for chart in report.charts:
        assert chart.drawable or chart.reason or chart.name == "months"


# --- What was said -------------------------------------------------------------------------------


def test_what_was_said_about_it_on_any_page_is_told(small: Store) -> None:
    lines = [
        (DECISION, "Wait 60 days", "http://h/terms?move=S1%3A60"),
        (COMMENT, "Too dear", "http://h/books/budget?supplier=S1&supplier=S2"),
        (COMMENT, "Of another", "http://h/budget?supplier=S2"),
        (DECISION, "Signed", "http://h/savings?initiative=E"),
        (COMMENT, "Unreadable", "http://h/terms?move=S1%3Ax"),
    ]
    for n, (kind, text, link) in enumerate(lines):
        draft = Draft(f"r{n}", kind, "terms", {"text": text}, link, "finance", "Ann")
        small.record(draft, 1, NOW)
    task = action_body("Ask for a price list", "Bo", date(2026, 12, 1), "suppliers")
    small.record(Draft("a", ACTION, "a1", task, "http://h/supplier?supplier=H", "finance", "Ann"),
                 1, NOW)  # fmt: skip
    found = said(small, Selection(supplier=("S1",)))
    assert [(one.text, one.task) for one in found] == [
        ("Signed", "on the savings page"),
        ("Too dear", "on the budget page"),
        ("Wait 60 days", "on the terms page"),
    ]
    of_group = said(small, Selection(supplier=("H",)))
    assert of_group[0].text == "Ask for a price list"
    assert of_group[0].task == "Bo, due 1 December 2026, on the supplier page"
    assert "Of another" in [one.text for one in of_group]
    assert said(small, Selection()) == ()


# --- Rules ---------------------------------------------------------------------------------------


def test_levels_by_hand() -> None:
    """Two items last year at 10 and 20; this May 4 of them at 11 and 1 at 18: 62 for 60."""
    bought = pd.DataFrame({
        "span": [0, 0, 1, 1], "item_id": ["a", "b", "a", "b"], "category_id": "c",
        "month": pd.to_datetime(["2025-05-01"] * 2 + ["2026-05-01"] * 2),
        "quantity": [2.0, 1.0, 4.0, 1.0], "amount": [20_00, 20_00, 44_00, 18_00],
    })  # fmt: skip
    items = bought[["item_id", "category_id"]].drop_duplicates()
    agreed = bought[2:3].assign(contract_amount=40_00)  # of a alone: more than half
    moves = pd.DataFrame({"category_id": ["c"], "index_code": "I", "pass_through": 0.5,
                          "before": 100.0, "now": 120.0})  # fmt: skip
    values = pd.DataFrame({"index_code": "I", "value": [100.0, 120.0],
                           "month": pd.to_datetime(["2025-01-01", "2026-01-01"])})  # fmt: skip
    followed = index_levels(moves, values, sorted(bought["month"].unique()))
    found = levels(bought, items, agreed, followed)
    assert list(found.paid) == pytest.approx([100.0, 100 * 62 / 60])
    assert found.contract[0] is None
    assert found.contract[1] == pytest.approx(100 * 62 / 60 * 40 / 44)
    assert list(found.index) == pytest.approx([100.0, 110.0])


def test_a_contracts_state() -> None:
    first, on = date(2026, 1, 1), date(2026, 6, 1)
    assert state(first, None, on) == "in force"
    assert state(first, pd.NaT, on) == "in force"
    assert state(first, date(2026, 5, 31), on) == "ended"
    assert state(date(2026, 7, 1), None, on) == "not begun"
