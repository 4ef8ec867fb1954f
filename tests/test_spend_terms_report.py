"""Payment terms as a report: the demo's stories, what is said where data lack, and trials."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from demo import stories
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store, open_store
from spend import opened, terms, terms_trial
from spend.outputs import data, sheet, text, workbook
from spend.result import Report
from spend.terms_choice import Move, Trial, known_moves, moves_of
from spend.terms_evidence import ROWS
from spend.terms_simulation import Goal, SupplierTerms, moves_of_plan, propose, simulate
from spend.terms_trial import compared, curve, proposed, said, suggestions
from tests import small_company

TOLD: dict[str, Any] = tomllib.loads(stories.PATH.read_text(encoding="utf-8"))
STORIES: dict[str, Any] = {story["name"]: story for story in TOLD["story"]}
YEAR = Selection("2026-01", "2026-10")


@pytest.fixture(scope="module")
def report(demo: Store) -> Report:
    return terms.report(demo, YEAR)


@pytest.fixture(scope="module")
def base(demo: Store) -> SupplierTerms:
    return terms.suppliers(demo, YEAR)


def days_to_pay(report: Report) -> float:
    value = report.figure("days_to_pay").value
    assert isinstance(value, float)
    return round(value, 2)


# --- The demo's stories --------------------------------------------------------------------------


def test_the_carrier_waits_and_charges_for_it(demo: Store, base: SupplierTerms) -> None:
    told = STORIES["carrier"]["answers"]
    name = told["supplier_id"]
    now = terms.report(demo, Selection("2026-01", "2026-10", supplier=(name,)))
    before = terms.report(demo, Selection("2025-01", "2025-06", supplier=(name,)))
    assert now.figure("agreed_days").value == told["agreed_days"]
    assert before.figure("agreed_days").value == told["agreed_days_before"]
    assert days_to_pay(now) == told["days_to_pay"]
    assert days_to_pay(before) == told["days_to_pay_before"]
    place = base.ids.index(name)
    assert base.annual_spend[place] == pytest.approx(told["annual_spend"], abs=0.005)
    assert base.supplier_rate[place] == told["financing_rate"]
    back = simulate(base, Trial((Move(name, 30),))).outcome
    assert -back.totals.cash_released == pytest.approx(told["cash_released"], abs=0.01)
    assert -back.breakeven_uplift[0] == pytest.approx(told["breakeven_uplift"], abs=1e-6)
    row = next(r for r, i in zip(now.table("suppliers").rows, now.table("suppliers").ids,
                                 strict=True) if i == name)  # fmt: skip
    assert row[8] == pytest.approx(told["price_rise"], abs=0.002)
    assert row[10] == 60.0  # the law's limit, which ninety days are beyond


def test_three_suppliers_are_paid_a_month_early(demo: Store, report: Report) -> None:
    told = STORIES["early_payments"]["answers"]
    three = terms.report(demo, Selection("2026-01", "2026-10", supplier=tuple(told["suppliers"])))
    share = three.figure("paid_early_share").value
    assert share == pytest.approx(told["paid_early_share"], abs=5e-7)
    company = report.figure("paid_early_share").value
    assert company == pytest.approx(told["company"]["paid_early_share"], abs=5e-7)
    table = report.table("disagreements")
    found = dict(zip(table.ids, table.rows, strict=True))
    assert list(table.ids[:3]) == told["suppliers"][:1] + [
        i for i in table.ids[1:3] if i in told["suppliers"]
    ]
    away = sum(float(str(found[i][5])) for i in told["suppliers"])
    assert away == pytest.approx(told["cash_given_away"], abs=0.05)
    assert "€0.48 M of cash was given away" in report.message


def test_discounts_are_offered_and_missed(report: Report) -> None:
    told = STORIES["discounts"]["answers"]
    for metric in ("discount_offered", "discount_taken"):
        assert report.figure(metric).value == Decimal(str(told[metric]))
    capture = report.figure("discount_capture").value
    assert capture == pytest.approx(told["discount_capture"], abs=1e-6)
    steps = {s.label: s.amount for s in report.bridge("discounts").steps}
    assert steps["Paid too late"] == -Decimal(str(told["paid_too_late"]))
    assert steps["In time, not taken"] == -Decimal(str(told["paid_in_time_not_taken"]))
    assert steps["Expired unpaid"] == -Decimal(str(told["unpaid_and_expired"]))
    assert report.bridge("discounts").residual == 0


# --- Totals, evidence, exports -------------------------------------------------------------------


def test_suppliers_sum_to_the_figures(report: Report) -> None:
    table = report.table("suppliers")
    top = [row for row, depth in zip(table.rows, table.depth, strict=True) if depth == 0]
    assert table.total is not None
    for column in (1, 6, 7):
        parts = [Decimal(str(row[column])) for row in top if row[column] is not None]
        assert sum(parts, Decimal(0)) == table.total[column]
    assert table.total[6] == report.figure("open_payables").value
    assert table.total[7] == report.figure("overdue_payables").value
    paid = [sum(map(Decimal, map(str, column))) for column in
            zip(*(s.values for s in report.chart("months").series), strict=True)]  # fmt: skip
    assert len(paid) == 10


def test_the_law_table_sums_to_the_exposure(report: Report) -> None:
    total = report.table("law").total
    assert total is not None
    assert Decimal(str(total[4])) + Decimal(str(total[5])) == report.figure(
        "late_interest_exposure"
    ).value  # fmt: skip
    assert any("no reference rate" in note.text for note in report.notes)


SUMMED = {
    "agreed_days": None, "days_to_pay": None, "paid_late_share": None, "paid_early_share": None,
    "open_payables": "open", "overdue_payables": "open", "discount_offered": "offered",
    "discount_taken": "discount taken", "discount_capture": None, "late_interest_exposure": None,
}  # fmt: skip


@pytest.mark.parametrize("metric", ROWS)
def test_every_figure_opens_its_documents(
    demo: Store, report: Report, metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = SUMMED[metric]
    if column:
        monkeypatch.setattr(opened, "PAGE_SIZE", 10**6)
    found = terms.evidence(demo, YEAR, metric)
    assert found.rows
    assert found.batches == (1,)
    if column:
        place = found.columns.index(column)
        assert len(found.rows) == found.row_count
        assert sum(Decimal(str(row[place])) for row in found.rows) == report.figure(metric).value


def test_a_figure_that_is_not_here_is_one_line(demo: Store) -> None:
    with pytest.raises(ConcordError, match="not a figure of payment terms"):
        terms.evidence(demo, YEAR, "actual_spend")


def test_every_output_takes_the_report(report: Report, base: SupplierTerms) -> None:
    whole = terms.tried(report, base, Trial((Move("S-0096", 30),)))
    assert '"label": "Cash released"' in data.text(whole)
    assert "Kestrel Freight" in text.plain(whole)
    assert workbook.to_xlsx(whole)[:2] == b"PK"
    assert "S-0096" in sheet.to_csv(whole.table("trial")) or "Kestrel" in sheet.to_csv(
        whole.table("trial")
    )


# --- Where data lack -----------------------------------------------------------------------------


def test_without_payments_and_terms_the_page_says_so(tmp_path: Path) -> None:
    small_company.loaded(tmp_path / "home", tmp_path / "files").close()
    store = open_store(home=tmp_path / "home")
    found = terms.report(store, Selection("2026-01", "2026-10"))
    store.close()
    assert found.figure("days_to_pay").value is None
    assert found.figure("days_to_pay").reason == "no payments in this selection"
    assert found.figure("agreed_days").reason == "no invoices here have a term"
    assert found.figure("paid_late_share").value is None
    assert found.figure("discount_capture").value is None
    assert found.figure("open_payables").value is None
    assert "nobody knows what is open" in found.figure("overdue_payables").reason
    assert {row[6] for row in found.table("suppliers").rows} == {None}
    assert found.message.startswith("No payments are loaded")


# --- Trials --------------------------------------------------------------------------------------


def test_a_trial_survives_its_words() -> None:
    trial = Trial((Move("A:1", 10, 0.02), Move("B")), days=75, discount=0.01)
    again = Trial.of(trial.body())
    assert [trial.settled(move) for move in trial.moves] == list(again.moves)
    assert moves_of(["A:60", "A:90"]) == (Move("A", 90),)


BAD_MOVES = (
    "S1:-5", "S1:10000", "S1:ten", "S1:1e2", "S1:30@2", "S1:30@-0.1", "S1:30@x", "S9:30", "",
)  # fmt: skip


@pytest.mark.parametrize("word", BAD_MOVES)
def test_what_a_link_gets_wrong_is_said(word: str) -> None:
    kept, dropped = known_moves([word, "S1:30"], ["S1"])
    assert kept == ["S1:30"]
    assert len(dropped) == 1


def test_everybody_moves_but_who_is_named(base: SupplierTerms) -> None:
    found = simulate(base, Trial(moves_of(["*", "S-0096:30"]), days=45))
    days = {move.supplier: move.days for move in found.moves}
    assert set(days) == set(base.ids)
    assert days.pop("S-0096") == 30
    assert set(days.values()) == {45}


def test_a_move_in_a_report_that_cannot_be_read_is_one_line(demo: Store) -> None:
    with pytest.raises(ConcordError, match="days are whole"):
        terms.report(demo, YEAR, move=("S-0096:-1",))


def test_trials_stand_side_by_side(base: SupplierTerms) -> None:
    table = compared(base, {"now": Trial((Move("S-0096", 30),)), "later": Trial()})
    assert [row[0] for row in table.rows] == ["now", "later"]
    assert table.rows[0][2] == Decimal("-203148.33")
    assert "Together we gain" in said(base, simulate(base, Trial((Move("S-0096", 30),))))


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        (["S-0096:120"], ("releases", "is worth", "costs the supplier", "lose")),
        (["S-0096:30"], ("takes", "costs us", "is worth", "gain")),
        (["S-0021:10@0.03"], ("takes", "is worth", "costs the supplier", "gain")),
        (["S-0096:120", "S-0021:75"], ("releases", "is worth", "costs the suppliers", "lose")),
    ],
)
def test_the_sentence_has_the_signs_of_the_facts(
    base: SupplierTerms, moves: list[str], told: tuple[str, ...]
) -> None:
    found = simulate(base, Trial(moves_of(moves)))
    line = said(base, found)
    assert [word for word in told if word not in line] == [], line
    facts = {f.label: f.value for f in terms_trial.facts(base, found)}
    signs = [facts[name] >= 0 for name in ("Cash released", "Worth to us", "Costs suppliers")]  # type: ignore[operator]
    assert signs == ["releases" in line, "a year to us" in line, "costs the supplier" in line]


def test_a_goal_is_met_within_the_caps(base: SupplierTerms) -> None:
    goal = Goal(400_000, changes=6, most_days=90)
    found = propose(base, Trial(), goal)
    assert found.plan.feasible
    assert found.plan.total_cash >= 400_000
    assert found.plan.changes <= 6
    moves = moves_of_plan(base, found.plan)
    caps = dict(zip(base.ids, np.minimum(base.legal_limit, 90), strict=True))
    current = dict(zip(base.ids, base.current_days, strict=True))
    assert all(m.days is not None and m.days <= max(caps[m.supplier], current[m.supplier])
               for m in moves)  # fmt: skip
    again = simulate(base, Trial(moves)).outcome.totals
    assert again.cash_released == pytest.approx(found.plan.total_cash, abs=1.0)
    assert len(suggestions(base, found).rows) == found.plan.changes
    assert proposed(base, found).startswith(f"{found.plan.changes} changes release")
    assert curve(base, found).axis[-1] == "This plan"


def test_a_goal_beyond_the_caps_says_how_much_there_is(base: SupplierTerms) -> None:
    found = propose(base, Trial(), Goal(1e9, changes=3))
    assert not found.plan.feasible
    assert "can't be had under these caps" in proposed(base, found)


def test_an_independent_sum_of_days_to_pay(demo: Store, report: Report) -> None:
    """Once more from the contract's own rows: what was paid, by its days, credits left out."""
    with demo.reader() as reader:
        query = (
            "SELECT p.reporting_amount AS paid, p.paid_on, i.invoice_date, s.intercompany, i.net "
            "FROM payment p JOIN (SELECT invoice_id, min(invoice_date) AS invoice_date, "
            "min(supplier_id) AS supplier_id, sum(amount + coalesce(tax_amount, 0)) AS net "
            "FROM invoice_line WHERE batch_to = 2147483647 GROUP BY invoice_id) i "
            "ON i.invoice_id = p.invoice_id "
            "LEFT JOIN supplier s ON s.supplier_id = i.supplier_id AND s.batch_to = 2147483647 "
            "WHERE p.batch_to = 2147483647 AND p.paid_on BETWEEN '2026-01-01' AND '2026-10-31'"
        )
        frame = pd.read_sql(query, reader.connection)
    frame = frame[(frame["net"] > 0) & ~frame["intercompany"].eq(True)]
    days = (pd.to_datetime(frame["paid_on"]) - pd.to_datetime(frame["invoice_date"])).dt.days
    paid = frame["paid"].astype(float)
    assert report.figure("days_to_pay").value == pytest.approx((days * paid).sum() / paid.sum())
