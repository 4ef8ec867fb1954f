"""The goals report: by hand on both engines, pinned to the cent, and the demo once more."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend import goal_report
from spend.goal_plan import Assumptions, Cover, GoalPlan
from spend.goal_report import assembled, report
from spend.monte_carlo import simulate
from spend.result import Report
from tests import demo_files
from tests.command_line import spend_apart
from tests.contract_files import Books, Tables

SETTINGS = {"currency": "EUR", "data_through": "2026-10-31"}
ALL = Selection(from_period="2026-01", to_period="2026-10")
STILL = Assumptions(drift="none", draws=50)


def tables() -> Tables:
    """Coils under a group's contract, paint in dollars, a sister's services, and two savings."""
    return {
        "supplier": [
            {"supplier_id": "G", "name": "Group"},
            {"supplier_id": "S1", "name": "Acme", "parent_supplier_id": "G"},
            {"supplier_id": "S2", "name": "Bell"},
            {"supplier_id": "US", "name": "Us", "intercompany": True},
        ],
        "category": [
            {"category_id": "C", "name": "Materials"},
            {"category_id": "C1", "name": "Steel", "parent_category_id": "C",
             "index_code": "STEEL", "pass_through": 0.5},
            {"category_id": "C2", "name": "Paint", "parent_category_id": "C",
             "index_code": "OIL", "pass_through": 0.2},
            {"category_id": "C3", "name": "Rent", "index_code": "MOON", "pass_through": 1},
        ],
        "item": [{"item_id": "coil", "name": "Coil", "category_id": "C1"}],
        "price_index": [
            {"index_code": code, "month": f"{year}-{month:02d}-01",
             "value": _value(code, year, month)}
            for code in ("STEEL", "OIL") for year in range(2022, 2027) for month in range(1, 13)
            if (year, month) < (2026, 11)
        ],
        "exchange_rate": [
            {"date": f"{year}-{month:02d}-01", "currency": "USD", "rate": 0.9 + 0.01 * (month % 4)}
            for year in (2024, 2025, 2026) for month in range(1, 13)
        ],
        "contract": [
            {"contract_id": "K", "supplier_id": "G", "start_date": "2025-01-01",
             "end_date": "2027-12-31"},
        ],
        "contract_price": [
            {"contract_id": "K", "item_id": "coil", "valid_from": day, "unit_price": 7,
             "fixed_until": until}
            for day, until in (("2025-06-01", "2027-12-31"), ("2026-01-01", "2027-06-30"))
        ],
        "savings_initiative": [
            {"initiative_id": "A", "name": "Drill deal", "saving_type": "price_reduction",
             "stage": "contracted", "category_id": "C1", "start_date": "2026-09-01",
             "claimed_amount": 120},
            {"initiative_id": "B", "name": "Averted", "saving_type": "cost_avoidance",
             "stage": "realised", "category_id": "C1", "start_date": "2026-09-01",
             "claimed_amount": 500},
        ],
        "budget_line": [
            {"version": "2026", "period_start": f"2026-{month:02d}-01", "cost_centre_id": "A",
             "category_id": "C1", "amount": 100} for month in range(1, 13)
        ],
        "invoice_line": list(_bought()),
    }  # fmt: skip


def _value(code: str, year: int, month: int) -> float:
    place = 12 * (year - 2022) + month
    return 100 + (place * 7 % 13) if code == "STEEL" else 80 + (place * 5 % 17)


def _bought() -> Iterator[dict[str, Any]]:
    for year, months in ((2025, range(1, 13)), (2026, range(1, 11))):
        for month in months:
            day = f"{year}-{month:02d}-10"
            rows: tuple[tuple[str, str, int, str, dict[str, str]], ...] = (
                ("coil", "S1", 100, "EUR", {"item_id": "coil"}),
                ("more", "S2", 50, "EUR", {"category_id": "C1"}),
                ("paint", "S2", 40, "USD", {"category_id": "C2"}),
                ("rent", "S2", 30, "EUR", {"category_id": "C3"}),
                ("odd", "S2", 5, "EUR", {}),
                ("own", "US", 999, "EUR", {"category_id": "C3"}),
            )
            for name, supplier, amount, currency, more in rows:
                yield {"invoice_id": f"{day}-{name}", "line_no": 1, "invoice_date": day,
                       "supplier_id": supplier, "amount": amount, "currency": currency,
                       "item_id": None, "category_id": None, **more}  # fmt: skip


@pytest.fixture(scope="module")
def company(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    Books(kept_store, tmp_path_factory.mktemp("goals")).load(tables(), settings=SETTINGS)
    return kept_store


def of(plan: GoalPlan, category: str) -> Any:
    return next(line for line in plan.lines if line.category_id == category)


# --- By hand --------------------------------------------------------------------------------------


def test_the_base_is_the_last_twelve_months(company: Store) -> None:
    """November 2025 to October 2026, without the own group; dollars at each invoice's own rate."""
    plan = assembled(company, ALL, STILL)
    assert (plan.fiscal_year, plan.start, plan.months_ahead) == (2027, date(2027, 1, 1), 2)
    months = [11, 12, *range(1, 11)]
    paint = sum(round(40_00 * (0.9 + 0.01 * (month % 4))) for month in months)
    bases = {line.key: line.base for line in plan.lines}
    assert bases == {
        "EUR": 60_00, "C1 EUR": 1800_00, "C2 USD": paint, "C3 EUR": 360_00,
    }  # fmt: skip


def test_prices_and_cover_by_hand(company: Store) -> None:
    """Two thirds of the steel is fixed until June, whatever the price before it promised; the rest,
    0.5 of it, follows the index."""
    line = of(assembled(company, ALL, STILL), "C1")
    assert line.covers == (Cover(1200 / 1800, date(2027, 6, 30)),)
    values = [_value("STEEL", 2025, m) for m in (11, 12)]
    values += [_value("STEEL", 2026, m) for m in range(1, 11)]
    rise = sum(values[-1] / value - 1 for value in values) / 12
    open_year, second_half = 600_00, 600_00  # a third all year; the rest from July
    assert line.price_to_date == round((open_year + second_half) * 0.5 * rise)
    dollars = of(assembled(company, ALL, STILL), "C2")
    rate = 0.9 + 0.01 * (10 % 4)
    before = dollars.base + dollars.volume_effect + dollars.price_to_date
    assert dollars.planned == pytest.approx(before * 480_00 * rate / dollars.base, abs=1)


def test_the_saving_counts_once(company: Store) -> None:
    """Two of its twelve months are in the base: ten are taken off, at 80 %."""
    plan = assembled(company, ALL, STILL)
    found = {one.initiative_id: (one.amount, one.expected) for one in plan.pipeline}
    assert found == {"A": (100_00, 80_00), "B": (0, 0)}


def test_everything_sums_to_what_is_expected(company: Store) -> None:
    for assumptions in (STILL, Assumptions(draws=50), Assumptions(growth=0.033, draws=50)):
        plan = assembled(company, ALL, assumptions)
        savings = sum(one.expected for one in plan.pipeline)
        assert sum(line.expected for line in plan.lines) - savings == plan.expected
        assert sum(line.planned for line in plan.lines) == plan.planned
        for line in plan.lines:
            steps = line.volume_effect + line.price_to_date + line.currency_to_date
            assert line.base + steps == line.planned
            assert line.planned + line.price_drift + line.currency_drift == line.expected


def test_the_plan_can_be_made_again_from_what_it_holds(company: Store) -> None:
    plan = assembled(company, ALL, Assumptions(draws=500, proposal=2_800_00))
    again = simulate(plan.spend_plan, plan.market, plan.seed, plan.draws)
    assert (again.planned, again.expected) == (plan.planned, plan.expected)
    assert (again.p10, again.p50, again.p90) == (plan.p10, plan.p50, plan.p90)
    assert again.budget_at_risk(0.95) == plan.at_risk == plan.p95 - plan.expected
    assert again.chance_of_exceeding(2_800_00) == plan.chance


PINNED = (2640_89, 2563_20, 2507_05, 2552_58, 2643_58, 101_69)


def test_the_figures_are_pinned(company: Store) -> None:
    """The same on both engines, and on every machine."""
    plan = assembled(company, ALL, Assumptions())
    found = (plan.planned, plan.expected, plan.p10, plan.p50, plan.p90, plan.at_risk)
    assert found == PINNED


# --- What people assume ---------------------------------------------------------------------------


def test_volume_of_a_parent_and_of_one_below_it(company: Store) -> None:
    plan = assembled(company, ALL, replace(STILL, volume=(("C", 0.1), ("C2", -0.5)), growth=0.02))
    assert {line.key: line.volume for line in plan.lines} == {
        "EUR": 0.02, "C1 EUR": 0.1, "C2 USD": -0.5, "C3 EUR": 0.02,
    }  # fmt: skip
    assert of(plan, "C1").volume_effect == 180_00


def test_fixing_prices_takes_the_risk_away(company: Store) -> None:
    open_ = assembled(company, ALL, Assumptions(draws=500))
    fixed = assembled(company, ALL, Assumptions(draws=500, fixed=(("C", 1.0),)))
    assert fixed.p90 - fixed.p10 < open_.p90 - open_.p10
    assert not [driver for driver in fixed.drivers if driver.name in ("STEEL", "OIL")]


def test_volumes_that_stray_open_the_range(company: Store) -> None:
    plan = assembled(company, ALL, replace(STILL, draws=500, give_or_take=0.1))
    assert {driver.kind for driver in plan.drivers} >= {"volume"}


def test_a_filter_plans_its_own_part(company: Store) -> None:
    """Of the same market: what is drawn for an index does not depend on what is looked at."""
    whole = assembled(company, ALL, Assumptions(draws=200))
    steel = assembled(company, replace(ALL, category=("C1",)), Assumptions(draws=200))
    assert [line.key for line in steel.lines] == ["C1 EUR"]
    assert of(whole, "C1").expected == pytest.approx(of(steel, "C1").expected, abs=1)
    assert steel.market == whole.market
    nobody = assembled(company, replace(ALL, supplier=("G",), category=("C2",)), STILL)
    assert (nobody.lines, nobody.planned) == ((), 0)


def test_it_is_made_of_what_was_known(company: Store) -> None:
    """As at the end of 2025: neither spend nor index values of 2026."""
    plan = assembled(company, Selection(from_period="2025-01", to_period="2025-12"), STILL)
    assert (plan.fiscal_year, plan.months_ahead) == (2026, 0)
    assert plan.index_values["STEEL"] == _value("STEEL", 2025, 12)
    # The price of January was not agreed yet, the one before it was.
    assert of(plan, "C1").covers == (Cover(1200 / 1800, date(2027, 12, 31)),)


# --- The report -----------------------------------------------------------------------------------


def test_the_bridge_closes_and_the_tables_tie_out(company: Store) -> None:
    found = report(company, ALL)
    plan = assembled(company, ALL, Assumptions())
    assert found.bridge("plan").residual == 0
    ends = found.bridge("plan").steps
    assert (ends[0].amount, ends[-1].amount) == (_euros(plan.base), _euros(plan.expected))
    table = found.table("categories")
    keys = [column.key for column in table.columns]
    assert table.total is not None
    assert table.total[keys.index("expected")] == _euros(plan.expected)
    roots = [row for row, depth in zip(table.rows, table.depth, strict=True) if depth == 0]
    for key in ("base", "expected"):
        total = sum(Decimal(str(row[keys.index(key)])) for row in roots)
        assert total == table.total[keys.index(key)]
    last = found.table("months").rows[-1]
    assert last[1:] == tuple(map(_euros, (plan.planned, plan.expected, plan.p10, plan.p90)))


def _euros(cents: int) -> Decimal:
    return Decimal(cents) / 100


def test_the_message_and_the_notes_say_what_there_is(company: Store) -> None:
    found = report(company, ALL, proposed=2800.0)
    assert found.message.startswith("2027 is expected to cost €2.6 k, €96.00 less")
    said = " ".join(note.text for note in found.notes)
    assert "Nothing is loaded of MOON" in said
    assert "USD/EUR" not in said  # 34 months are enough
    assert "docs/budget-at-risk.md" in said
    assert "Cost avoidance lowers no spend: claims of €500 are not taken off." in said
    assert any(fact.label == "Chance of exceeding" for fact in found.facts)
    assert (
        "1 saving is not certain, and €20.00 of it is not counted on" in found.readings["finance"]
    )
    half = report(company, ALL, growth=-0.5, draws=50).message
    assert "less than the last 12 months: volume takes off €1.3 k" in half


def test_the_running_budget_against_the_market_by_hand(company: Store) -> None:
    """100 a month at the index of July 2025; half of it passes through."""
    found = report(company, ALL, priced="2025-07")
    then, now = _value("STEEL", 2025, 7), _value("STEEL", 2026, 10)
    so_far = sum(50 * (_value("STEEL", 2026, m) / then - 1) for m in range(1, 11))
    to_come = 2 * 50 * (now / then - 1)
    (row,) = found.table("running").rows
    assert row[3:6] == (Decimal(1200), then, now)
    assert [float(str(cell)) for cell in row[7:9]] == pytest.approx([so_far, to_come], abs=0.006)


@pytest.mark.parametrize(
    "wrong",
    [
        {"volume": ("X:5",)}, {"volume": ("C1",)}, {"fixed": ("C1:120",)}, {"drift": "up"},
        {"seed": -1}, {"draws": 0}, {"priced": "1999-01"}, {"growth": 99.0}, {"spread": -0.1},
        {"proposed": math.inf}, {"proposed": math.nan}, {"proposed": -1.0}, {"draws": 10_000_000},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(company: Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConcordError):
        report(company, ALL, **wrong)


@pytest.mark.parametrize(
    "missing",
    [
        ("price_index",), ("exchange_rate",), ("invoice_line",), ("contract",), ("contract_price",),
        ("savings_initiative",), ("budget_line",), ("category",),
        ("price_index", "exchange_rate", "invoice_line", "contract", "contract_price",
         "savings_initiative", "budget_line", "category", "item"),
    ],
)  # fmt: skip
def test_a_store_without_some_tables_has_a_page(
    tmp_path: Path, missing: tuple[str, ...], one_engine: Store
) -> None:
    parts = {name: rows for name, rows in tables().items() if name not in missing}
    Books(one_engine, tmp_path / "files").load(parts, settings=SETTINGS)
    found = report(one_engine, Selection(), draws=50)
    assert found.message
    if "invoice_line" in missing:
        assert found.message.startswith("Nothing was spent here")
        assert not found.bridge("plan").steps
        assert [fact.value for fact in found.facts[:6]] == [None] * 6
        assert found.readings["both"] == found.message  # said once


def test_what_is_fixed_is_told_of_all_currencies(tmp_path: Path, one_engine: Store) -> None:
    """Dollars are spent on steel too, with nobody's promise."""
    dollars = {
        "invoice_id": "dollars", "line_no": 1, "invoice_date": "2026-10-10", "supplier_id": "S2",
        "category_id": "C1", "amount": 3000, "currency": "USD",
    }  # fmt: skip
    parts = tables()
    parts = {**parts, "invoice_line": [*parts["invoice_line"], dollars]}
    Books(one_engine, tmp_path / "files").load(parts, settings=SETTINGS)
    assert _told(report(one_engine, ALL, draws=50), "Steel") == (
        pytest.approx(1200 / (1800 + 3000 * (0.9 + 0.01 * (10 % 4)))), "30 June 2027",
    )  # fmt: skip
    assumed = report(one_engine, ALL, draws=50, fixed=("C:40",))
    assert _told(assumed, "Steel") == _told(assumed, "Paint") == (pytest.approx(0.4), None)


def _told(found: Report, name: str) -> tuple[Any, Any]:
    """What the table of categories says is fixed of one, and until when."""
    table = found.table("categories")
    (row,) = (row for row in table.rows if row[0] == name)
    cells = dict(zip([column.key for column in table.columns], row, strict=True))
    return cells["covered"], cells.get("until")


def test_a_year_of_weeks_is_planned_by_its_months(tmp_path: Path, one_engine: Store) -> None:
    """Quarters of 4, 4 and 5 weeks: 2027 begins on 28 December, and is January's to December's."""
    periods, day = [], date(2024, 12, 30)
    for number in range(24):
        end = day + timedelta(weeks=5 if number % 3 == 2 else 4) - timedelta(days=1)
        periods.append({"period": f"P{number:02d}", "start_date": day, "end_date": end,
                        "fiscal_year": 2025 + number // 12})  # fmt: skip
        day = end + timedelta(days=1)
    weeks = {**tables(), "fiscal_period": periods}
    Books(one_engine, tmp_path / "files").load(weeks, settings=SETTINGS)
    plan = assembled(one_engine, Selection(), STILL)
    assert (plan.fiscal_year, plan.start, plan.months_ahead) == (2027, date(2026, 12, 28), 2)
    found = report(one_engine, Selection(), draws=50)
    assert (found.chart("fan").axis[0], found.chart("fan").axis[-1]) == ("Jan 2027", "Dec 2027")
    assert "Index, December 2025" in [column.label for column in found.table("running").columns]


@pytest.fixture
def one_engine(tmp_path: Path) -> Iterator[Store]:
    from queries.migration import initialise
    from queries.store import open_store
    from tests.conftest import NOW

    opened = open_store("", tmp_path / "home")
    initialise(opened, {}, NOW, "test")
    yield opened
    opened.close()


# --- The demo -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_report(demo: Store) -> Report:
    return report(demo, Selection())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    opened = demo_files.opened(tmp_path_factory.mktemp("demo"))
    yield opened
    opened.close()


DEMO = {
    "Last 12 months": "40832609.02", "2027 expected": "41336082.02", "P10": "40828526.38",
    "P50": "41328770.87", "P90": "41867909.78", "At risk, 95 %": "686614.40",
    "At risk, 90 %": "531827.76", "At today's prices": "41493375.25",
}  # fmt: skip


def test_the_demos_figures_are_pinned(demo_report: Report) -> None:
    found = {fact.label: fact.value for fact in demo_report.facts}
    assert {name: str(found[name]) for name in DEMO} == DEMO


def test_a_plainer_machine_finds_the_same_cents(demo: Store) -> None:
    """Without the processor's vector instructions, and with another linear algebra."""
    plain = {
        "CONCORD_HOME": str(demo.home), "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR AVX2 FMA3",
    }  # fmt: skip
    ended = spend_apart("report", "goals", "--format", "json", **plain)
    if ended.code and "NPY_DISABLE_CPU_FEATURES" in ended.err:
        del plain["NPY_DISABLE_CPU_FEATURES"]
        ended = spend_apart("report", "goals", "--format", "json", **plain)
    assert ended.code == 0, ended.err
    text = json.dumps(json.loads(ended.out))
    assert [value for value in DEMO.values() if value.rstrip("0") not in text] == []


def test_the_demos_steel_is_found(demo: Store, demo_report: Report) -> None:
    """The story: the budget was made at last July's prices, and did not know."""
    assert "STEEL alone" in demo_report.message
    told = report(demo, Selection(category=("C-1110",)), priced="2025-07").table("running")
    (row,) = told.rows
    assert row[:2] == ("Steel", "STEEL")
    assert row[4:6] == (103.88, 128.17)
    # The bridge of the budget page finds 208,949.76 of the first ten months in steel's prices.
    assert 200_000 < float(str(row[7])) < 400_000


def test_the_demos_plan_computed_once_more(demo: Store, files: duckdb.DuckDBPyConnection) -> None:
    """Straight from the written files: the base, prices until now and the drift of steel."""
    plan = assembled(demo, Selection(), STILL)
    rows = files.execute(
        "SELECT coalesce(category_id, ''), currency, sum(amount), sum(document_amount) FROM line "
        "WHERE day BETWEEN '2025-11-01' AND '2026-10-31' GROUP BY 1, 2"
    ).fetchall()
    known = {c for (c,) in files.execute("SELECT category_id FROM category").fetchall()}
    base: dict[tuple[str, str], int] = {}
    for category, currency, amount, _ in rows:
        key = (category if category in known else "", currency)
        base[key] = base.get(key, 0) + int(amount)
    assert {(line.category_id, line.currency): line.base for line in plan.lines} == base
    steel = next(line for line in plan.lines if line.key == "C-1110 EUR")
    months = files.execute(
        "SELECT strftime(day, '%Y-%m'), sum(amount) FROM line WHERE category_id = 'C-1110' AND "
        "currency = 'EUR' AND day BETWEEN '2025-11-01' AND '2026-10-31' GROUP BY 1"
    ).fetchall()
    index = _index(demo, "STEEL")
    caught_up = sum(
        int(amount) * 0.7 * (index["2026-10"] / index[month] - 1) for month, amount in months
    )
    assert steel.price_to_date == pytest.approx(caught_up, abs=1)


def test_the_demos_drift_computed_once_more(demo: Store) -> None:
    """The log change to the average of the next twelve months, as its mean and its variance."""
    plan = assembled(demo, Selection(), Assumptions(draws=10))
    index = list(_index(demo, "STEEL").values())
    changes = np.array([
        math.log(sum(index[n + 1 : n + 13]) / 12 / index[n]) for n in range(len(index) - 12)
    ])  # fmt: skip
    variance = changes.var(ddof=1) / (13 * 25 / 72)
    drift = changes.mean() / 6.5 + variance / 2
    assert plan.market.variance("STEEL") == pytest.approx(variance, rel=1e-9)
    assert plan.market.drift[plan.market.place("STEEL")] == pytest.approx(drift, rel=1e-9)
    steel = next(line for line in plan.lines if line.key == "C-1110 EUR")
    (part,) = steel.plan_lines
    grown = sum(
        cents * share * (math.exp(drift * (3 + month)) - 1)
        for month, (cents, share) in enumerate(
            zip(part.by_month(), part.open_share(plan.start), strict=True)
        )
    )
    assert steel.price_drift == pytest.approx(grown, abs=1)


def _index(demo: Store, code: str) -> dict[str, float]:
    with duckdb.connect() as connection:
        path = (demo.home.parent / "files" / "price_index.csv").as_posix()
        rows = connection.execute(
            f"SELECT strftime(month, '%Y-%m'), value FROM read_csv('{path}') WHERE index_code = ? "
            "AND month <= '2026-10-31' ORDER BY month", [code],
        ).fetchall()  # fmt: skip
    return {month: float(value) for month, value in rows}


def test_the_plan_alone_is_the_plan_of_the_report(demo: Store, demo_report: Report) -> None:
    plan = assembled(demo, Selection(), goal_report.assumed())
    facts = {fact.label: fact.value for fact in demo_report.facts}
    assert facts["P90"] == _euros(plan.p90)
