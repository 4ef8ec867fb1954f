"""Budget against spend on the demo company: it ties out, closes, and can be opened to the rows."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.errors import ConcordError
from queries.load import load
from queries.selection import FILTERS, Pin, Selection
from queries.store import Store
from queries.window import read_choices
from spend import budget
from spend.budget_table import BY, COLUMNS
from spend.money import exact
from spend.outputs import data
from spend.result import Report
from tests.conftest import Counts
from tests.contract_files import write

NOW = datetime(2026, 11, 20, 9)
ADDITIVE = [c.key for c in COLUMNS]


def selections(store: Store) -> st.SearchStrategy[Selection]:
    """Any selection that the demo can be asked for."""
    with store.reader() as reader:
        choices = read_choices(reader)
    periods = [p.period for p in choices.calendar.periods]
    ends = st.tuples(st.sampled_from(periods), st.sampled_from(periods)).map(sorted)
    chosen: dict[str, Any] = {
        one.key: st.lists(
            st.sampled_from([*choices.options[one.key], "-"]), max_size=2, unique=True
        ).map(tuple)
        for one in FILTERS
    }
    return st.builds(
        lambda ends, chosen: replace(Selection(*ends), **chosen),
        ends,
        st.fixed_dictionaries(chosen),
    )


def roots(report: Report) -> list[tuple[Any, ...]]:
    """The top rows of the breakdown: together they are everything."""
    table = report.table("breakdown")
    return [row for row, depth in zip(table.rows, table.depth, strict=True) if depth == 0]


def tied(report: Report) -> None:
    """Every column of the breakdown sums to its total; None is no row."""
    table = report.table("breakdown")
    assert table.total is not None
    for place, column in enumerate(table.columns):
        if column.key not in ADDITIVE:
            continue
        values = [row[place] for row in roots(report)]
        total = table.total[place]
        known = [value for value in values if value is not None]
        assert (sum(known, Decimal(0)) if known else None) == total, column.key


def closed(report: Report) -> None:
    """Both bridges close, and end at the figures."""
    for bridge in report.bridges:
        assert bridge.residual == 0
        if bridge.steps:
            assert bridge.steps[-1].amount == (report.figure("actual_spend").value or 0)


@pytest.mark.parametrize("by", BY)
def test_the_breakdown_ties_out(demo: Store, by: str) -> None:
    tied(budget.report(demo, Selection(), by=by))


def test_any_selection_ties_out_and_closes(demo: Store, counts: Counts) -> None:
    @settings(max_examples=counts.reports)
    @given(selection=selections(demo), by=st.sampled_from(BY))
    def holds(selection: Selection, by: str) -> None:
        report = budget.report(demo, selection, by=by)
        tied(report)
        closed(report)

    holds()


def test_the_position_adds_up(demo: Store) -> None:
    report = budget.report(demo, Selection())
    value: dict[str, Any] = {f.metric: f.value for f in report.figures}
    assert value["available_budget"] == (
        value["budget_amount"]
        - value["actual_spend"]
        - value["accrued_spend"]
        - value["committed_spend"]
        - value["requested_spend"]
    )
    assert value["budget_variance"] == value["actual_spend"] - value["budget_amount"]


@pytest.mark.parametrize(
    ("metric", "column"),
    [
        ("actual_spend", "amount"),
        ("budget_amount", "counted"),
        ("accrued_spend", "accrued"),
        ("committed_spend", "committed"),
        ("committed_later", "committed later"),
        ("requested_spend", "requested"),
    ],
)
def test_a_figure_opens_to_the_rows_that_make_it(demo: Store, metric: str, column: str) -> None:
    """The SQL that is shown is the SQL of the figure: run as it stands, it sums to it."""
    selection = Selection(category=("C-1200",))
    figure = budget.report(demo, selection).figure(metric)
    evidence = budget.evidence(demo, selection, metric)
    place = evidence.columns.index(column)
    with demo.reader() as reader:
        rows = reader.connection.exec_driver_sql(evidence.sql).all()
    assert len(rows) == evidence.row_count
    assert sum((row[place] for row in rows), Decimal(0)) == (figure.value or 0)
    assert [str(row[0]) for row in evidence.rows] == [str(row[0]) for row in rows[:50]]


def test_a_forecast_opens_to_its_methods(demo: Store) -> None:
    found = budget.evidence(demo, Selection(), "forecast_at_completion")
    report = budget.report(demo, Selection())
    for word in ("run rate", "season", "order book"):
        assert word not in found.filled
    assert exact(report.figure("forecast_at_completion").value, "EUR") in found.filled


def test_a_figure_that_is_not_here_is_one_line(demo: Store) -> None:
    with pytest.raises(ConcordError, match="no figure of budget"):
        budget.evidence(demo, Selection(), "agreed_days")


def test_filters_by_supplier_leave_the_budget_out(demo: Store) -> None:
    with demo.reader() as reader:
        supplier = next(iter(read_choices(reader).options["supplier"]))
    report = budget.report(demo, Selection(supplier=(supplier,)))
    for metric in ("budget_amount", "available_budget", "budget_variance"):
        assert report.figure(metric).value is None
        assert report.figure(metric).reason


def test_the_lens_changes_no_number(demo: Store) -> None:
    reports = [budget.report(demo, Selection(lens=lens)) for lens in ("finance", "procurement")]
    assert reports[0].figures == reports[1].figures
    assert reports[0].tables == reports[1].tables


def test_children_of_a_filter_are_the_rows_under_it(demo: Store) -> None:
    """A chosen parent gives the subtree's total of the whole company's table."""
    whole = budget.report(demo, Selection(), by="category")
    table = whole.table("breakdown")
    actual = [c.key for c in table.columns].index("actual")
    deep = Counter(table.depth)
    assert len(deep) > 1, "the demo's categories are a tree"
    for identity, row, depth in zip(table.ids, table.rows, table.depth, strict=True):
        if depth == 0 and identity:
            chosen = budget.report(demo, Selection(category=(identity,)))
            assert chosen.figure("actual_spend").value == row[actual]


@pytest.mark.parametrize("bad", [{"by": "colour"}, {"bridge": "london"}])
def test_unknown_controls_are_one_clear_line(demo: Store, bad: dict[str, str]) -> None:
    with pytest.raises(ConcordError, match="give one of"):
        budget.report(demo, Selection(), **bad)


def test_a_pinned_report_never_changes(store: Store, tmp_path: Path) -> None:
    """Ten later loads that supersede rows leave the JSON of an earlier load as it was."""
    centres = [{"cost_centre_id": "K", "name": "Plant"}]
    lines = [
        {
            "invoice_id": f"I{n}",
            "line_no": 1,
            "invoice_date": f"2026-{n % 10 + 1:02d}-05",
            "supplier_id": "S",
            "amount": f"{n * 10}.10",
            "cost_centre_id": "K",
        }
        for n in range(40)
    ]
    folder = write(tmp_path / "first", {"cost_centre": centres, "invoice_line": lines})
    first = load(store, folder, now=NOW, user="test").batch
    with store.reader() as reader:
        pinned = Selection("2026-01", "2026-10", as_of=Pin(reader.batch))
    before = data.text(budget.report(store, pinned, by="month"))
    for turn in range(10):
        changed = [line | {"amount": f"{turn}.{n:02d}"} for n, line in enumerate(lines)]
        folder = write(tmp_path / f"turn {turn}", {"invoice_line": changed[turn:]})
        load(store, folder, now=NOW, user="test")
        assert data.text(budget.report(store, pinned, by="month")) == before
    latest = budget.report(store, replace(pinned, as_of=None), by="month")
    assert latest.batch == first + 10
    assert data.text(latest) != before
