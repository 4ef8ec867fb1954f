"""Stock as a report: the demo's story, what is said where data lack, filters, and outputs."""

import csv
import io
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from demo import stories
from queries.errors import ConcordError
from queries.selection import NOT_ASSIGNED, Pin, Selection
from queries.store import Store
from spend import opened, stock
from spend.outputs import data, sheet, text, workbook
from spend.result import Report
from spend.stock_table import BY
from tests import small_company
from tests.command_line import spend
from tests.contract_files import Books

TOLD: dict[str, Any] = tomllib.loads(stories.PATH.read_text(encoding="utf-8"))
STORY: dict[str, Any] = next(s for s in TOLD["story"] if s["name"] == "spare_parts")
YEAR = Selection("2025-11", "2026-10")
SPARES = Selection("2026-01", "2026-10", category=("C-3210",))
MONDAY = date(2024, 9, 2)
EVEN = [5, 7, 6, 5] * 28  # 112 weeks, to 19 October 2026

Rows = list[dict[str, object]]


def value(report: Report, metric: str) -> Decimal | float | None:
    found: Any = report.figure(metric).value
    return found  # type: ignore[no-any-return]


def texts(report: Report) -> list[str]:
    return [note.text for note in report.notes]


# --- The demo's story -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spares(demo: Store) -> Report:
    return stock.report(demo, SPARES)


def test_slow_spare_parts_are_mostly_safety_stock(spares: Report) -> None:
    told = STORY["answers"]
    for metric in ("stock_value", "obsolete_stock_value"):
        assert value(spares, metric) == Decimal(str(told[metric])), metric
    assert spares.figure("obsolete_stock_value").rows == told["obsolete_items"]
    assert len(spares.table("obsolete").rows) == told["obsolete_items"]
    assert value(spares, "days_inventory") == pytest.approx(told["days_inventory"], abs=0.05)
    parts = {part: value(spares, f"{part}_stock_value") for part in
             ("safety", "cycle", "excess", "obsolete")}  # fmt: skip
    whole = value(spares, "stock_value")
    assert sum(Decimal(str(v)) for v in parts.values()) == whole
    safety = Decimal(str(parts["safety"]))
    assert safety > Decimal(str(told["normal_safety_share"])) * Decimal(str(whole))
    assert safety == max(Decimal(str(v)) for v in parts.values())
    assert "63 % protects service" in spares.message


def test_the_bridge_of_the_shelf_names_the_parts(spares: Report) -> None:
    steps = {step.label: step.amount for step in spares.bridge("shelf").steps}
    assert steps["On the shelf"] == value(spares, "stock_value")
    assert steps["Obsolete"] == -Decimal(str(value(spares, "obsolete_stock_value")))
    assert steps["Too much"] == -Decimal(str(value(spares, "excess_stock_value")))
    total = spares.table("too_little").total
    assert total is not None
    assert steps["Missing"] == total[-1]  # nobody lacks a cent that is only rounding


def test_the_change_is_that_of_the_bridge(spares: Report) -> None:
    steps = spares.bridge("count").steps
    (change, _) = spares.figure("stock_value").changes  # on the last count, and on last year
    assert change.amount == steps[-1].amount - steps[0].amount
    assert steps[-1].amount == value(spares, "stock_value")


# --- Items at the edge ----------------------------------------------------------------------------


def item(name: str, **own: object) -> dict[str, object]:
    usual = {"item_id": name, "name": name, "category_id": "K", "unit_cost": 2,
             "lead_time_days": 14, "holding_rate": "0.2", "order_cost": 45,
             "known_since": "2020-01-01"}  # fmt: skip
    return {**usual, **own}


def weekly(name: str, quantities: Sequence[object], first: date = MONDAY) -> Rows:
    return [
        {"period_start": first + timedelta(weeks=n), "item_id": name, "site": "M", "quantity": q}
        for n, q in enumerate(quantities) if q is not None
    ]  # fmt: skip


def count(name: str, on_hand: object, day: str = "2026-10-30") -> dict[str, object]:
    return {"counted_on": day, "item_id": name, "site": "M", "on_hand": on_hand}


INVOICE = {"invoice_id": "X", "line_no": 1, "invoice_date": "2025-01-05", "supplier_id": "S",
           "amount": 1}  # fmt: skip
DIMENSIONS: dict[str, Rows] = {
    "category": [{"category_id": "K", "name": "Parts"}, {"category_id": "L", "name": "Empty"}],
    "supplier": [{"supplier_id": "S", "name": "S"}],
    "cost_centre": [{"cost_centre_id": "A", "name": "A"}],
    "invoice_line": [INVOICE],
}
LATER = MONDAY + timedelta(weeks=85)
WEDNESDAY = MONDAY + timedelta(days=2)


def edges() -> dict[str, Rows]:
    """A company of items that each lack something."""
    sold: dict[str, Sequence[object]] = {
        "even": EVEN, "once": [None] * 80 + [4], "zero": [0] * 112, "no lead": EVEN,
        "no cost": EVEN, "free": EVEN, "below": EVEN, "back": [5, -7, 6, -5] * 28,
        "all back": [-5] * 112, "out": EVEN, "never counted": EVEN, "no quantity": EVEN,
        "huge": EVEN, "dear": EVEN, "vast": [10**10] * 112, "vast lot": EVEN,
        "dear and vast": [q * 10**9 for q in EVEN],
    }  # fmt: skip
    own: dict[str, dict[str, object]] = {
        "no lead": {"lead_time_days": None}, "no cost": {"unit_cost": None, "minimum_order": 10},
        "free": {"unit_cost": 0, "minimum_order": 10}, "no quantity": {"order_cost": None},
        "dear": {"unit_cost": 10**9}, "vast lot": {"minimum_order": 999_999_999_999},
        "dear and vast": {"unit_cost": 999_999_999_999},
    }  # fmt: skip
    hands = {"below": -3, "huge": 999_999_999_999, "dear": 9 * 10**9}
    names = [*sold, "no demand"]
    counts = [count(name, hands.get(name, 40)) for name in names if name != "never counted"]
    return {
        **DIMENSIONS,
        "item": [item(name, **own.get(name, {})) for name in names],
        "demand": [
            *(row for name, quantities in sold.items() for row in weekly(name, quantities)),
            *weekly("wednesdays", [4] * 112, WEDNESDAY),
            *weekly("new", [3], date(2026, 10, 26)),
        ],
        "stock_level": [*counts, count("out", 0, "2026-08-31"), count("wednesdays", 7)],
    }


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("edges")
    store = small_company.loaded(folder / "home", folder / "files", edges())
    yield store
    store.close()


def of(store: Store, *names: str) -> Report:
    return stock.report(store, Selection(YEAR.from_period, YEAR.to_period, item=names))


NO_LEAD_TIME = "no lead times are known, so required safety stock is not computed"
PARTS = ("cycle_stock_value", "safety_stock_value", "excess_stock_value", "obsolete_stock_value")
REQUIRED = "required_safety_stock_value"
# The items chosen: what is said of them, and why figures are not there.
EDGES: Mapping[tuple[str, ...], tuple[str, Mapping[str, str]]] = {
    ("no demand",): (
        "1 item: not assessed, because no demand is loaded.",
        dict.fromkeys((*PARTS, REQUIRED), "no demand is loaded for these items"),
    ),
    ("no lead",): (
        "1 item: not assessed, because its lead time is not known.",
        dict.fromkeys((*PARTS, REQUIRED), NO_LEAD_TIME),
    ),
    ("no quantity",): (
        "1 item: not assessed, because neither its order cost and holding cost nor a minimum order "
        "are known.",
        dict.fromkeys(PARTS, "no order quantity is known"),
    ),
    ("no cost",): (
        "1 item: no unit cost: in quantities, not in amounts.",
        dict.fromkeys((*PARTS, REQUIRED, "stock_value"), "no unit costs are loaded"),
    ),
    ("free",): (
        "1 item: a unit cost of zero: nothing in amounts.",
        {"days_inventory": "nothing was wanted in the last 12 months, at a known cost"},
    ),
    ("once",): (
        "1 item: wanted once only, so that nobody can tell how uneven demand is: it counts as "
        "even.",
        {},
    ),
    ("zero",): ("1 item: demand is all zero.", {}),
    ("below",): (
        "1 item: counted below zero, −€6.00 in all: count errors.",
        {"days_inventory": "less than nothing was counted"},
    ),
    ("back",): (
        "1 item: returns in some bucket: where more came back than was wanted, it counts as no "
        "demand.",
        {"days_inventory": "nothing was wanted in the last 12 months, at a known cost"},
    ),
    ("all back", "even"): ("1 item: demand is all zero.", {}),
    ("out",): (
        "1 item: the shelf was empty at some count: true demand may have been higher.", {},
    ),
    ("even", "never counted"): ("1 item: wanted, and never counted.", {}),
    ("never counted",): (
        "",
        dict.fromkeys((*PARTS, "stock_value", "days_inventory"),
                      "nothing was counted in this selection"),
    ),
    ("no demand", "no lead"): (
        "1 item: not assessed, because no demand is loaded.",
        {REQUIRED: "no item has both demand and a lead time"},
    ),
    ("huge",): ("1 item: counted at nine thousand million or more: left out.",
                dict.fromkeys(PARTS, "nothing was counted in this selection")),
    ("dear",): ("", dict.fromkeys(("stock_value", *PARTS), "no unit costs are loaded")),
    ("vast",): ("", {}),
    ("vast lot",): ("", {}),
    ("dear and vast",): ("", {REQUIRED: "no unit costs are loaded"}),
}  # fmt: skip


@pytest.mark.parametrize("names", EDGES, ids=" and ".join)
def test_items_at_the_edge_are_handled_and_said(company: Store, names: tuple[str, ...]) -> None:
    note, reasons = EDGES[names]
    found = of(company, *names)
    assert not note or note in texts(found), texts(found)
    for metric, reason in reasons.items():
        figure = found.figure(metric)
        assert (figure.value, figure.reason) == (None, reason), metric
    for figure in found.figures:
        assert (figure.value is None) == bool(figure.reason), figure
    for bridge in found.bridges:
        assert bridge.residual == 0
    assert found.message.endswith(".")
    assert all(text_.endswith(".") for text_ in found.readings.values())


def test_all_edges_at_once_stay_apart(company: Store) -> None:
    for by in BY:
        found = stock.report(company, YEAR, by=by)
        assert value(found, "stock_value") is not None
        assert value(found, REQUIRED) is not None
    rows = {row[0]: row for row in found.table("breakdown").rows}
    assert set(rows) == {"M"}
    by_item = {row[0]: row for row in
               stock.report(company, YEAR, by="item").table("breakdown").rows}  # fmt: skip
    assert by_item["never counted"][4] is None  # never counted is not "nothing there"
    assert by_item["no cost"][4:] == (None,) * 10
    assert by_item["no lead"][11] is None
    assert by_item["even"][4] == Decimal("80.00")


def test_demand_of_a_bucket_that_is_not_over_is_no_history(company: Store) -> None:
    category = Selection(YEAR.from_period, YEAR.to_period, category=(NOT_ASSIGNED,))
    found = stock.report(company, category)
    assert "2 items: not assessed, because its lead time is not known." in texts(found)


# --- Data that lack a whole table -----------------------------------------------------------------


def lone(folder: Path, rows: dict[str, Rows], use: Callable[[Store], Report]) -> Report:
    store = small_company.loaded(folder / "home", folder / "files", {**DIMENSIONS, **rows})
    try:
        return use(store)
    finally:
        store.close()


def test_demand_without_any_lead_time_declines_and_says_why(tmp_path: Path) -> None:
    rows = {"item": [item("A", lead_time_days=None), item("B", lead_time_days=None)],
            "demand": [*weekly("A", EVEN), *weekly("B", EVEN)]}  # fmt: skip
    found = lone(tmp_path, rows, lambda store: stock.report(store, YEAR))
    assert found.figure(REQUIRED).value is None
    assert found.figure(REQUIRED).reason == NO_LEAD_TIME
    assert found.readings["procurement"] == (
        f"Nobody can say what the shelf should hold: {NO_LEAD_TIME}."
    )
    assert "2 items: not assessed, because its lead time is not known." in texts(found)


def test_demand_without_counts_still_says_what_is_required(tmp_path: Path) -> None:
    rows = {"item": [item("A")], "demand": weekly("A", EVEN)}
    found = lone(tmp_path, rows, lambda store: stock.report(store, YEAR))
    assert found.message.startswith("No stock counts are loaded, so nobody knows what is on hand. ")
    assert found.message.endswith("for 1 item.")
    assert found.figure(REQUIRED).rows == 1
    assert {f.value for f in found.figures if f.metric != REQUIRED} == {None}
    (row,) = found.table("breakdown").rows
    assert [cell is None for cell in row] == [False, *[True] * 7, False, True, True]


def test_counts_without_demand_are_not_assessed(tmp_path: Path) -> None:
    rows = {"item": [item("A")], "stock_level": [count("A", 100)]}
    found = lone(tmp_path, rows, lambda store: stock.report(store, YEAR))
    assert value(found, "stock_value") == Decimal("200.00")
    steps = [(s.label, s.amount) for s in found.bridge("shelf").steps]
    labels = ("On the shelf", "Not assessed", "Service needs")
    assert steps == list(zip(labels, map(Decimal, (200, -200, 0)), strict=True))
    assert "no demand is loaded for these items" in found.message


def test_neither_counts_nor_demand(tmp_path: Path) -> None:
    found = lone(tmp_path, {"item": [item("A")]}, lambda store: stock.report(store, YEAR))
    assert {f.value for f in found.figures} == {None}
    assert all(f.reason for f in found.figures)
    assert found.message == "No stock counts are loaded, so nobody knows what is on hand."
    assert found.table("breakdown").rows == ()


# --- Filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize("filters", [{"supplier": ("S",)}, {"cost_centre": ("A",)}])
def test_stock_has_neither_supplier_nor_cost_centre(company: Store, filters: Any) -> None:
    found = stock.report(company, Selection(YEAR.from_period, YEAR.to_period, **filters))
    reasons = {(f.value, f.reason) for f in found.figures}
    assert reasons == {(None, "stock is not kept by supplier or cost centre")}
    assert found.message == "Stock is not kept by supplier or cost centre."


def test_a_selection_without_rows_says_so(company: Store) -> None:
    empty = Selection(YEAR.from_period, YEAR.to_period, category=("L",))
    found = stock.report(company, empty)
    assert {f.value for f in found.figures} == {None}
    assert found.figure("stock_value").reason == "nothing was counted in this selection"
    assert found.table("breakdown").rows == ()
    assert found.table("breakdown").total is None


# --- Totals and evidence --------------------------------------------------------------------------

METRICS = ("stock_value", "cycle_stock_value", "safety_stock_value", "excess_stock_value",
           "obsolete_stock_value", REQUIRED, "days_inventory")  # fmt: skip


@pytest.mark.parametrize("metric", METRICS)
def test_every_figure_opens_its_rows(
    demo: Store, spares: Report, metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "PAGE_SIZE", 10**6)
    found = stock.evidence(demo, SPARES, metric)
    assert found.rows
    assert len(found.rows) == found.row_count
    assert found.batches == (1,)
    if metric == "stock_value":
        place = found.columns.index("value")
        assert sum(Decimal(str(row[place])) for row in found.rows) == value(spares, metric)
    if metric != REQUIRED:
        assert found.row_count == spares.figure("stock_value").rows


def test_a_figure_that_is_not_here_is_one_line(demo: Store) -> None:
    with pytest.raises(ConcordError, match="no figure of stock"):
        stock.evidence(demo, SPARES, "actual_spend")


def many_items() -> dict[str, Rows]:
    """Two hundred and fifty items under a tree of categories."""
    parents = {"R": None, "R1": "R", "R2": "R", "Q": None}
    return {
        **DIMENSIONS,
        "category": [{"category_id": k, "name": k, "parent_category_id": p}
                     for k, p in parents.items()],
        "item": [item(f"N{n:03}", category_id=["R", "R1", "R2", "Q", None][n % 5],
                      unit_cost=f"{1 + n}.{n:03}") for n in range(530)],
        "demand": [row for n in range(530) for row in weekly(f"N{n:03}", [3, 0, n % 7] * 3, LATER)],
        "stock_level": [count(f"N{n:03}", f"{n * 37 % 91 - 2}.5") for n in range(530)],
    }  # fmt: skip


def test_what_nobody_wants_is_never_ordered_again(tmp_path: Path) -> None:
    """Wanted in the first weeks only; zeros and a return are no demand. One shelf is empty."""
    once = [9, 4, 6, *[0] * 108, -1]
    rows = {"item": [item("GONE"), item("LEFT"), item("LIVE")],
            "demand": [*weekly("GONE", once), *weekly("LEFT", once), *weekly("LIVE", EVEN)],
            "stock_level": [count("GONE", 0), count("LEFT", 5), count("LIVE", 1)]}  # fmt: skip
    found = lone(tmp_path, rows, lambda store: stock.report(store, YEAR))
    assert found.table("too_little").ids == ("LIVE",)
    (left,) = found.table("obsolete").rows
    assert left[0] == "LEFT"
    assert left[4] == str(MONDAY + timedelta(weeks=2))
    missing = found.table("too_little").total
    assert missing is not None
    assert (
        next(s.amount for s in found.bridge("shelf").steps if s.label == "Missing") == missing[-1]
    )


def test_no_less_than_the_minimum_is_ordered_up_to_a_level(tmp_path: Path) -> None:
    often = item("A", review_period_days=56, order_cost=0, minimum_order=20)
    rows = {"item": [often], "demand": weekly("A", EVEN)}

    def wanted(store: Store) -> Report:
        return stock.report(store, YEAR)

    level = lone(tmp_path / "a", {**rows, "stock_level": [count("A", 0)]}, wanted)
    (row,) = level.table("too_little").rows
    nearly = int(float(str(row[4])))  # the level that it is ordered up to
    found = lone(tmp_path / "b", {**rows, "stock_level": [count("A", nearly)]}, wanted)
    (row,) = found.table("too_little").rows
    assert row[5] == 20


def test_long_lists_and_trees_tie_out(tmp_path: Path) -> None:
    def use(store: Store) -> Report:
        for by in BY:
            made = stock.report(store, YEAR, by=by)
            ties_out(made, by)
        return stock.report(store, YEAR, by="item")

    found = lone(tmp_path, many_items(), use)
    table = found.table("breakdown")
    assert len(table.rows) == 501
    assert table.rows[-1][0] == "All others (30)"
    for name in ("too_little", "too_much"):
        listed = found.table(name)
        if len(listed.rows) > 500:
            assert str(listed.rows[-1][0]).startswith("All others (")
        assert listed.total is not None
        for place, column in enumerate(listed.columns):
            if column.unit == "money" and listed.total[place] is not None:
                cells = [Decimal(str(row[place])) for row in listed.rows if row[place] is not None]
                assert sum(cells, Decimal(0)) == listed.total[place]


def ties_out(made: Report, by: str) -> None:
    table = made.table("breakdown")
    assert table.total is not None
    place_of = {column.key: place for place, column in enumerate(table.columns)}
    assert table.total[place_of["value"]] == value(made, "stock_value")
    assert table.total[place_of["required"]] == value(made, REQUIRED)
    for metric in ("safety", "cycle", "excess", "obsolete"):
        assert table.total[place_of[metric]] == value(made, f"{metric}_stock_value")
    for depth in {0, *(table.depth if by == "category" else ())}:
        for place in range(place_of["value"], place_of["cover"]):
            rows = [r for r, d in zip(table.rows, table.depth, strict=True) if d == depth]
            whole = sum((Decimal(str(r[place])) for r in rows), Decimal(0))
            if depth == 0:
                assert whole == table.total[place]
    for row in table.rows:
        parts = row[place_of["safety"] : place_of["on_order"]]
        assert sum((Decimal(str(cell)) for cell in parts), Decimal(0)) == row[place_of["value"]]


# --- Old loads, and outputs -----------------------------------------------------------------------


def test_a_pinned_load_gives_its_own_figures(tmp_path: Path) -> None:
    rows = {**DIMENSIONS, "item": [item("A")], "demand": weekly("A", EVEN),
            "stock_level": [count("A", 100)]}  # fmt: skip
    opened_ = small_company.loaded(tmp_path / "home", tmp_path / "files", rows)
    first = stock.report(opened_, YEAR)
    changed = {"item": [item("A", unit_cost=3, lead_time_days=40)],
               "stock_level": [count("A", 90)], "demand": weekly("A", [70] * 112)}  # fmt: skip
    Books(opened_, tmp_path).load(changed)
    second = stock.report(opened_, YEAR)
    pinned = stock.report(opened_, Selection("2025-11", "2026-10", as_of=Pin(1)))
    opened_.close()
    assert value(second, "stock_value") == Decimal("270.00")
    assert (pinned.figures, pinned.tables, pinned.bridges) == (
        first.figures, first.tables, first.bridges,
    )  # fmt: skip
    assert (pinned.batch, second.batch) == (1, 2)


def test_every_output_takes_the_report(spares: Report) -> None:
    assert '"stock_value"' in data.text(spares)
    assert "Slow" not in text.plain(spares)
    assert "Spare parts" in text.plain(spares)
    assert workbook.to_xlsx(spares)[:2] == b"PK"
    assert "Spare parts,700453.21" in sheet.to_csv(spares.table("breakdown"))


def test_the_command_line_prints_stock(tmp_path: Path) -> None:
    home = tmp_path / "home"
    rows = {**DIMENSIONS, "item": [item("A")], "demand": weekly("A", EVEN),
            "stock_level": [count("A", 100)]}  # fmt: skip
    small_company.loaded(home, tmp_path / "files", rows).close()
    words = ("report", "stock", "--from", "2025-11", "--to", "2026-10")
    document = spend(*words, "--format", "json", CONCORD_HOME=str(home)).json
    assert document["metrics"]["stock_value"]["value"] == 200.0
    listed = spend(*words, "--set", "by=item", "--format", "csv", "--table", "breakdown",
                   CONCORD_HOME=str(home)).out  # fmt: skip
    assert [row[4] for row in csv.reader(io.StringIO(listed))][1:] == ["200.00"]
    file = tmp_path / "stock.xlsx"
    made = spend(*words, "--format", "xlsx", "--output", file, CONCORD_HOME=str(home))
    assert made.code == 0
    assert len(openpyxl.load_workbook(file).sheetnames) > 3
