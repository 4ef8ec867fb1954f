"""The scorecard: every figure at once, equal to its subject's; targets, agenda, what moved."""

import json
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from queries.load import load
from queries.selection import Pin, Selection
from queries.store import Store
from spend import changes, kpis
from spend.kpi_book import KpiBook
from spend.outputs import data
from spend.questions import QUESTIONS
from spend.registry import ORDER
from spend.reports import REPORTS, evidence
from spend.result import Report
from tests.conftest import ROOT
from tests.contract_files import NOW, write
from tests.small_company import loaded, tables

STORIES = {
    s["name"]: s for s in tomllib.loads((ROOT / "demo" / "stories.toml").read_text())["story"]
}
YEAR = Selection("2026-01", "2026-10")


@pytest.fixture(scope="module")
def overview(demo: Store) -> Report:
    return kpis.report(demo, YEAR)


def test_every_figure_is_there_in_the_order_of_the_definitions(overview: Report) -> None:
    assert tuple(f.metric for f in overview.figures) == ORDER
    for figure in overview.figures:
        assert (figure.value is None) == bool(figure.reason), figure.metric


@pytest.mark.parametrize("name", ["budget", "savings", "terms", "stock"])
def test_a_figure_is_its_subjects_own(demo: Store, overview: Report, name: str) -> None:
    for figure in REPORTS[name](demo, YEAR).figures:
        mine = overview.figure(figure.metric)
        assert (mine.value, mine.rows, mine.changes) == (figure.value, figure.rows, figure.changes)


def test_the_demos_figures_are_those_of_its_stories(overview: Report) -> None:
    answers = {
        **STORIES["savings"]["answers"],
        "off_contract_share": STORIES["off_contract"]["answers"]["company"]["off_contract_share"],
        "order_cycle_days": STORIES["approvals"]["answers"]["order_cycle_days"],
        "duplicate_candidates": STORIES["duplicates"]["answers"]["duplicate_candidates"],
        "discount_capture": STORIES["discounts"]["answers"]["discount_capture"],
        "paid_early_share": STORIES["early_payments"]["answers"]["company"]["paid_early_share"],
    }
    for name in ORDER:
        if name in answers:
            found = overview.figure(name).value
            assert found is not None
            assert float(found) == pytest.approx(answers[name], abs=1e-6), name


def test_trends_are_the_same_figures_period_by_period(demo: Store, overview: Report) -> None:
    month = kpis.report(demo, Selection("2026-08", "2026-08"))
    for figure in overview.figures:
        if figure.trend:
            assert len(figure.trend) == 12
            found, alone = figure.trend[-3], month.figure(figure.metric).value
            assert (found is None) == (alone is None), figure.metric
            if found is not None and alone is not None:
                assert float(found) == pytest.approx(float(alone), abs=1e-9), figure.metric


def test_most_figures_have_a_trend(overview: Report) -> None:
    bare = {figure.metric for figure in overview.figures if not figure.trend}
    assert not bare & {question.headline for question in QUESTIONS}


def test_the_document_names_every_metric_with_value_unit_and_rows(overview: Report) -> None:
    document = json.loads(data.text(overview))
    assert document["batch"] == overview.batch
    assert document["selection"]["from"] == ["2026-01"]
    assert list(document["metrics"]) == list(ORDER)
    for figure in document["metrics"].values():
        assert {"value", "unit", "rows"} <= set(figure)


# --- Targets, agenda, tensions -------------------------------------------------------------------


def test_the_message_counts_what_the_table_says(overview: Report) -> None:
    states = [
        dict(zip(KEYS, row, strict=True))["status"] for row in overview.table("scorecard").rows
    ]
    met, missed = states.count("✓ met"), states.count("✗ missed")
    assert met + missed > 10
    assert overview.message.startswith(f"{met} of {met + missed} agreed targets are met.")


KEYS = (
    "figure", "value", "status", "trend", "change", "finance", "procurement", "agreed", "gap",
    "owner",
)  # fmt: skip


def test_the_agenda_has_the_stories_with_their_amounts(overview: Report) -> None:
    rows = {str(row[0]): row for row in overview.table("agenda").rows}
    steel = STORIES["steel"]["answers"]["from_last_year"]["price"]
    assert rows["Price effect: Steel"][1] == round(Decimal(str(steel)) * 365 / 304, 2)
    early = STORIES["early_payments"]["answers"]["company"]["cash_given_away"]
    assert float(rows["Paid early"][2]) == pytest.approx(early, abs=1)  # type: ignore[arg-type]
    assert any("Kestrel Freight" in name for name in rows)
    assert rows["Requested"][1] is None  # what waits costs nothing a year
    lost = Decimal(str(STORIES["discounts"]["answers"]["lost"]))
    assert rows["Discount capture"][1] == round(lost * 365 / 304, 2)
    gross = Decimal(str(STORIES["duplicates"]["answers"]["gross_amount"]))
    assert rows["Likely duplicates"][1] == round(gross * 365 / 304, 2)


def test_topics_are_ranked_by_cost_and_lead_to_a_page(overview: Report) -> None:
    table = overview.table("agenda")
    costs = [row[1] for row in table.rows if row[1] is not None]
    assert costs == sorted(costs, reverse=True)
    assert len(table.ids) == len(table.rows)
    assert all(link.partition("?")[0] in REPORTS for link in table.ids)


def test_a_part_of_the_company_is_not_held_against_the_companys_money(demo: Store) -> None:
    part = kpis.report(demo, Selection("2026-01", "2026-10", category=("C-1110",)))
    rows = {row[0]: dict(zip(KEYS, row, strict=True)) for row in part.table("scorecard").rows}
    assert rows["Savings recognised"]["agreed"] is None
    assert rows["Days to pay"]["agreed"] == 52.0
    assert any("can't be held against them" in note.text for note in part.notes)


@pytest.mark.parametrize("metric", ORDER)
def test_every_figure_opens(demo: Store, metric: str) -> None:
    found = evidence(demo, YEAR, metric)
    assert found.metric == metric
    assert found.sql


# --- A company that has next to nothing ----------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    store = loaded(tmp_path / "small", tmp_path / "files")
    yield store
    store.close()


def test_what_is_not_loaded_is_null_with_its_reason(small: Store) -> None:
    found = {figure.metric: figure for figure in kpis.report(small, Selection()).figures}
    assert found["paid_late_share"].reason
    assert found["savings_claimed"].reason == "no savings initiatives are loaded"
    assert found["contract_coverage"].reason == "no contracts are loaded"
    assert found["actual_spend"].value is not None
    assert "No targets" in " ".join(note.text for note in kpis.report(small, Selection()).notes)


def test_what_moved_since_the_load_before(small: Store, tmp_path: Path) -> None:
    first = kpis.since(small, Selection())
    assert first.table is None
    assert "first load" in first.said
    corrected = [{**row, "amount": 41} for row in tables()["invoice_line"]
                 if row["invoice_id"] == "2026-01-10-b"]  # fmt: skip
    load(small, write(tmp_path / "more", {"invoice_line": corrected}), now=NOW, user="test")
    found = kpis.since(small, Selection())
    assert found.table is not None
    assert "since load 1" in found.said
    moved = {row[-1]: row[3] for row in found.table.rows}
    assert moved["actual_spend"] == Decimal("1.00")
    assert moved["budget_variance"] == Decimal("1.00")
    assert "days_to_pay" not in moved
    pinned = kpis.since(small, Selection(as_of=Pin(1)))
    assert pinned.table is None
    listed = changes.changes(small, 1, 2).table("figures")
    assert listed.rows == found.table.rows


def test_a_budget_under_a_new_name_moves_nothing(small: Store, tmp_path: Path) -> None:
    renamed = [{**row, "version": "again"} for row in tables()["budget_line"]]
    load(small, write(tmp_path / "again", {"budget_line": renamed}), now=NOW, user="test")
    assert kpis.since(small, Selection()).table is None


def test_periods_that_the_load_before_did_not_know(small: Store, tmp_path: Path) -> None:
    next_year = {"invoice_line": [{**tables()["invoice_line"][0], "invoice_id": "N",
                                   "invoice_date": "2027-01-10"}]}  # fmt: skip
    settings = {"data_through": "2027-01-31"}
    load(small, write(tmp_path / "next", next_year, settings), now=NOW, user="test")
    found = kpis.since(small, Selection("2027-01", "2027-01"))
    assert found.table is None
    assert "did not know these periods" in found.said


@pytest.mark.parametrize("name", REPORTS)
def test_days_to_come_are_no_fault(small: Store, name: str) -> None:
    report = REPORTS[name](small, Selection("2026-11", "2026-12"))
    assert report.message


def test_every_book_is_read_with_one_calendar(small: Store) -> None:
    with small.reader() as reader:
        book = KpiBook.read(reader, Selection())
        assert book.budget.window == book.terms.window == book.purchasing.window == book.window
