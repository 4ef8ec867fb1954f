"""Figures against targets: phased by the year's days, judged by the declaration."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.load import load
from queries.selection import Selection
from queries.store import Store
from queries.window import read_choices, read_window
from spend import kpis
from spend.comparison import difference
from spend.kpi_targets import Target, comparable, read_targets, status
from spend.registry import all_metrics
from tests.contract_files import NOW, write

YEAR = {
    "invoice_line": [
        {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-01-15", "supplier_id": "S",
         "amount": "10"},
    ],
    "kpi_target": [
        {"metric_id": "days_to_pay", "fiscal_year": 2026, "finance_target": "60",
         "procurement_target": "45", "agreed_target": "52"},
        {"metric_id": "savings_recognised", "fiscal_year": 2026, "finance_target": "365",
         "procurement_target": "73", "agreed_target": ""},
        {"metric_id": "days_to_pay", "fiscal_year": 2025, "finance_target": "1",
         "procurement_target": "2", "agreed_target": "3"},
        {"metric_id": "no_such_figure", "fiscal_year": 2026, "finance_target": "1",
         "procurement_target": "2", "agreed_target": "3"},
    ],
}  # fmt: skip


@pytest.fixture
def targets(store: Store, tmp_path: Path) -> dict[str, Target]:
    settings = {"data_through": "2026-10-31"}
    load(store, write(tmp_path / "files", YEAR, settings), now=NOW, user="test")
    with store.reader() as reader:
        asked = Selection("2026-01", "2026-03")
        window = read_window(reader, asked, read_choices(reader))
        return read_targets(reader, window, all_metrics())


def test_targets_are_of_the_year_and_phased_where_the_figure_accumulates(
    targets: dict[str, Target],
) -> None:
    assert list(targets) == ["days_to_pay", "savings_recognised"]
    assert targets["days_to_pay"] == Target(60.0, 45.0, 52.0, 1.0)
    assert not targets["days_to_pay"].open
    savings = targets["savings_recognised"]  # 90 of 365 days
    assert (savings.finance, savings.procurement) == (Decimal("365.00"), Decimal("73.00"))
    to_date = savings.to_date
    assert (to_date.finance, to_date.procurement) == (Decimal("90.00"), Decimal("18.00"))
    assert savings.agreed is None is to_date.agreed
    assert savings.open


@pytest.mark.parametrize(
    ("metric", "value", "agreed", "expected"),
    [
        ("days_to_pay", 52.0, 52.0, "met"),
        ("days_to_pay", 51.9, 52.0, "missed"),
        ("paid_late_share", 0.05, 0.08, "met"),
        ("paid_late_share", 0.09, 0.08, "missed"),
        ("savings_recognised", Decimal("500.00"), Decimal("500.01"), "missed"),
        ("supplier_concentration", 400.0, 450.0, "no judgement"),
        ("paid_late_share", None, 0.08, "no data"),
        ("paid_late_share", 0.05, None, "no target"),
    ],
)
def test_a_figure_is_judged_by_its_declaration(
    metric: str, value: object, agreed: object, expected: str
) -> None:
    found = status(all_metrics()[metric], value, Target(agreed=agreed))  # type: ignore[arg-type]
    assert found == expected


@given(st.floats(0, 1), st.floats(0, 1))
def test_better_is_never_missed(value: float, agreed: float) -> None:
    """Of two values against one target, the better one is met wherever the worse one is."""
    late = all_metrics()["paid_late_share"]
    better, worse = sorted((value, agreed))
    assert status(late, better, Target(agreed=worse)) == "met"
    assert difference(better, worse) == better - worse


def test_what_a_years_target_of_the_company_can_be_held_against(
    store: Store, tmp_path: Path
) -> None:
    load(store, write(tmp_path / "files", YEAR, {"data_through": "2026-10-31"}), now=NOW, user="t")
    part, metrics = Selection("2026-01", "2026-03", category=("C1",)), all_metrics()
    with store.reader() as reader:
        choices = read_choices(reader)

        def held(metric: str, asked: Selection) -> bool:
            return comparable(metrics[metric], asked, read_window(reader, asked, choices))

        assert held("savings_recognised", Selection("2026-01", "2026-03"))
        assert not held("savings_recognised", part)
        assert held("days_to_pay", part)
        assert held("paid_late_share", part)


def test_two_years_are_not_held_against_the_target_of_one(demo: Store) -> None:
    rows = kpis.report(demo, Selection("2025-01", "2026-10")).table("scorecard").rows
    agreed = {row[0]: row[7] for row in rows}
    assert agreed["Variance"] is agreed["Savings recognised"] is None
    assert agreed["Days to pay"] == 52.0
