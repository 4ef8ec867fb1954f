"""The demo's stories, asked of the reports; and the headline once more, in SQL written by hand."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from demo import stories
from queries.selection import Selection, parse
from queries.store import Store
from queries.window import read_choices
from spend import budget, data
from spend.result import Bridge, Report
from tests.lines_by_hand import Chosen, position

TOLD: dict[str, Any] = tomllib.loads(stories.PATH.read_text(encoding="utf-8"))
STORIES: dict[str, Any] = {story["name"]: story for story in TOLD["story"]}
CENT = Decimal("0.01")
NAMED = {"new", "lost", "currency", "price", "volume", "mix", "not_priced"}


def selected(store: Store, link: Mapping[str, str]) -> Selection:
    """What a story's link selects; nothing of it may be dropped."""
    with store.reader() as reader:
        selection, notices = parse({k: [v] for k, v in link.items()}, read_choices(reader))
    assert notices == ()
    return selection


def money(value: float) -> Decimal:
    return Decimal(str(value))


def close(value: object, stated: float, tolerance: Decimal = CENT) -> bool:
    """Whether an amount is the stated one, as far as the story says it is exact."""
    return isinstance(value, Decimal) and abs(value - money(stated)) <= tolerance


# --- The whole company ---------------------------------------------------------------------------


def headlined(report: Report) -> None:
    """The figures are the stated ones; only order balances have a tolerance."""
    tolerance = money(TOLD["headline"]["tolerance"])
    exact = ("budget_amount", "actual_spend", "budget_variance")
    for metric, stated in TOLD["headline"]["answers"].items():
        allowed = Decimal(0) if metric in exact else tolerance
        assert close(report.figure(metric).value, stated, allowed), metric


def test_the_headline_is_the_stated_one(demo: Store) -> None:
    headlined(budget.report(demo, selected(demo, TOLD["headline"]["selection"])))


def test_the_budget_page_opens_on_the_headline(demo: Store) -> None:
    report = budget.report(demo, Selection())
    headlined(report)
    story = selected(demo, TOLD["headline"]["selection"])
    assert report == budget.report(demo, story)


@pytest.mark.parametrize("year", TOLD["spend_by_year"])
def test_spend_by_year(demo: Store, year: str) -> None:
    report = budget.report(demo, Selection(f"{year}-01", f"{year}-12"))
    assert report.figure("actual_spend").value == money(TOLD["spend_by_year"][year])


@pytest.fixture(scope="module")
def books(demo: Store) -> Report:
    """The data page's report."""
    return data.report(demo, Selection())


def test_the_ledger_is_above_the_lines_by_one_accrual(books: Report) -> None:
    table = books.table("control")
    link, answers = TOLD["ledger"]["selection"], TOLD["ledger"]["answers"]
    rows = {str(row[0]): row[1:] for row in table.rows if link["from"] <= str(row[0]) <= link["to"]}
    sums = [sum(Decimal(str(row[n])) for row in rows.values()) for n in range(3)]
    assert sums == [
        money(answers["ledger_spend"]),
        money(answers["invoice_lines"]),
        -money(answers["difference"]),
    ]
    apart = {period: row[2] for period, row in rows.items() if row[2]}
    assert apart == {"2026-03": -money(answers["difference"])}


def test_references_that_find_nothing_are_told(books: Report) -> None:
    findings = books.table("findings").rows
    for told in TOLD["unknown_reference"]:
        assert any(
            row[1] == told["table"]
            and row[2] == told["rows"]
            and told["column"] in str(row[3])
            and told["value"] in str(row[3])
            for row in findings
        ), told


# --- Steel and the carrier ----------------------------------------------------------------------


def bridged(bridge: Bridge, stated: Mapping[str, float]) -> None:
    """The bridge has the stated change and effects, and closes."""
    assert bridge.residual == 0
    assert bridge.steps[-1].amount - bridge.steps[0].amount == money(stated["change"])
    steps = {step.label.lower().replace(" ", "_"): step.amount for step in bridge.steps[1:-1]}
    assert set(steps) == NAMED
    for name in NAMED:
        assert close(steps[name], stated[name]), name


def test_steel_is_dearer_than_last_year_and_than_planned(demo: Store) -> None:
    story = STORIES["steel"]
    report = budget.report(demo, selected(demo, story["selection"]))
    bridged(report.bridge("year"), story["answers"]["from_last_year"])
    bridged(report.bridge("budget"), story["answers"]["from_budget"])
    for name in ("price", "volume", "mix"):
        stated = story["answers"]["from_last_year"][name]
        assert close(report.figure(f"{name}_effect").value, stated)


def test_price_is_the_largest_bar_of_steel(demo: Store) -> None:
    report = budget.report(demo, selected(demo, STORIES["steel"]["selection"]))
    for bridge in report.bridges:
        items = bridge.steps[1:-1]
        assert max(items, key=lambda step: abs(step.amount)).label == "Price"
        assert [step.favourable for step in items if step.label == "Price"] == [False]


def test_the_message_names_steel(demo: Store) -> None:
    report = budget.report(demo, selected(demo, STORIES["steel"]["selection"]))
    assert "over the phased budget; dearer steel explains" in report.message


def test_the_carrier_is_dearer(demo: Store) -> None:
    story = STORIES["carrier"]
    supplier = story["answers"]["supplier_id"]
    selection = replace(selected(demo, story["selection"]), supplier=(supplier,))
    bridged(budget.report(demo, selection).bridge("year"), story["answers"]["from_last_year"])
    year = replace(selection, from_period="2025-11", to_period="2026-10")
    spent = budget.report(demo, year).figure("actual_spend").value
    assert spent == money(story["answers"]["annual_spend"])


def test_the_dealer_beside_the_contract(demo: Store) -> None:
    story = STORIES["off_contract"]
    supplier = story["answers"]["supplier_id"]
    selection = replace(selected(demo, story["selection"]), category=(), supplier=(supplier,))
    spent = budget.report(demo, selection).figure("actual_spend").value
    assert spent == money(story["answers"]["spend_with_supplier"])


# --- The headline by hand -----------------------------------------------------------------------

BY_HAND = {
    "the whole company": Chosen(),
    "a category and what is under it": Chosen(category="C-1000"),
    "a cost centre and what is under it": Chosen(cost_centre="CC-2000"),
    "a supplier and its daughters": Chosen(supplier="S-0074"),
    "a category of a cost centre": Chosen(category="C-3200", cost_centre="CC-2400"),
}


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("months", [("2026-01", "2026-10"), ("2026-03", "2026-11")])
def test_the_position_is_what_sql_by_hand_makes_of_the_lines(
    demo: Store, name: str, months: tuple[str, str]
) -> None:
    chosen = BY_HAND[name]
    filters: dict[str, Any] = {key: (value,) for key, value in vars(chosen).items() if value}
    report = budget.report(demo, Selection(*months, **filters))
    with demo.reader() as reader:
        by_hand = position(reader.connection, chosen, *months)
    assert by_hand["actual_spend"], "a selection of nothing proves nothing"
    tolerance = money(TOLD["headline"]["tolerance"])
    for metric, expected in by_hand.items():
        value = report.figure(metric).value
        if expected is None:
            assert value is None, metric
        elif metric in ("budget_amount", "actual_spend"):
            assert value == expected, metric
        else:
            assert close(value, float(expected), tolerance), metric
