"""Paths from request to payment: a small company by hand, the map's rules, and the demo."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend import path_lines, path_map, paths
from spend.path_order import DEVIATIONS, deviations, way
from spend.path_reading import PathReading, medians
from spend.paths import PathSection
from spend.purchasing_book import PurchasingBook
from spend.result import Table
from tests.contract_files import Books

Row = dict[str, Any]
YEAR = Selection(from_period="2025-01", to_period="2025-12")


def told(store: Store, selection: Selection = YEAR, **controls: str) -> PathSection:
    with store.reader(selection.as_of) as reader:
        return paths.section(PurchasingBook.read(reader, selection), **controls)


def table(section: PathSection, name: str) -> Table:
    return next(t for t in section.tables if t.name == name)


def by_first(found: Table) -> dict[Any, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in found.rows}


# --- A company by hand ---------------------------------------------------------------------------


def day(number: int) -> date:
    """The first of March 2025, and the days after it."""
    return date(2025, 3, 1) + timedelta(days=number)


def order(po: str, euros: int, on: int = 0, **more: Any) -> Row:
    return {"po_id": po, "line_no": 1, "order_date": day(on), "supplier_id": "S",
            "quantity": 2, "unit_price": Decimal(euros) / 2, **more}  # fmt: skip


def receipt(po: str, on: int, quantity: int = 2) -> Row:
    return {"receipt_id": f"R{po}{on}{quantity}", "po_id": po, "line_no": 1,
            "received_on": day(on), "quantity": quantity}  # fmt: skip


def bill(po: str, on: int, amount: int = 10, dated: int | None = None, n: int = 1) -> Row:
    return {"invoice_id": f"I{po}{n}", "line_no": 1, "po_id": po, "po_line_no": 1,
            "supplier_id": "S", "invoice_date": day(on if dated is None else dated),
            "posted_on": day(on), "amount": amount}  # fmt: skip


def paid(po: str, on: int, n: int = 1) -> Row:
    return {"payment_id": f"Y{po}{on}", "invoice_id": f"I{po}{n}", "paid_on": day(on), "amount": 10}


def step(document: str, number: int, asked: int, decided: int | None, role: str, out: str) -> Row:
    return {"document_id": document, "step": number, "document_type": "order", "role": role,
            "submitted_at": day(asked), "decided_at": None if decided is None else day(decided),
            "outcome": out}  # fmt: skip


COMPANY: dict[str, list[Row]] = {
    "supplier": [
        {"supplier_id": "S", "name": "Smith", "intercompany": False},
        {"supplier_id": "IC", "name": "Sister", "intercompany": True},
    ],
    "purchase_order_line": [
        order("A", 100),  # all in turn: received on 10, invoiced on 12, paid on 42
        order("B", 200),  # the same, and paid after 60 days
        order("C", 400),  # invoiced on 5, received on 9
        order("D", 800, 8),  # its invoice is dated before it, and nothing came
        order("E", 1600, 3, requested_on=day(0), approved_on=day(2), status="cancelled",
              status_date=day(6)),
        order("F", 3200, requested_on=day(0), status="requested"),
        order("G", 6400),  # received, sent back and received again
        order("H", 1, 0) | {"supplier_id": "IC"},
        order("J", 2, -90),  # begun in the year before
    ],
    "goods_receipt": [
        receipt("A", 10), receipt("B", 10), receipt("C", 9), receipt("G", 4),
        receipt("G", 5, -2), receipt("G", 9), receipt("H", 1),
    ],
    "invoice_line": [
        bill("A", 12), bill("B", 12), bill("C", 5), bill("D", 20, dated=1), bill("H", 2),
    ],
    "payment": [paid("A", 42), paid("B", 60), paid("D", 30)],
    "approval_step": [
        step("A", 1, 0, 3, "Lead", "approved"), step("A", 2, 3, 4, "Controller", "rejected"),
        step("A", 3, 4, 9, "Lead", "approved"), step("B", 1, 0, 3, "Lead", "approved"),
        step("B", 2, 3, None, "Controller", ""),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def company(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The company, loaded once on each engine."""
    settings = {"data_through": "2025-12-31"}
    Books(kept_store, tmp_path_factory.mktemp("files")).load(COMPANY, settings=settings)
    return kept_store


def test_the_paths_of_a_small_company(company: Store) -> None:
    section = told(company)
    assert section.told == "papers"
    rows = by_first(table(section, "paths"))
    usual = "Ordered › Received › Invoiced › Paid"
    assert rows[usual] == (2, 2 / 7, Decimal(300), 51.0, "In order, paid")
    assert {path: row[-1] for path, row in rows.items() if path != usual} == {
        "Ordered › Invoiced › Received": "Invoiced before anything came",
        "Ordered › Invoice predates order › Paid": "Ordered after its invoice, Paid, nothing came",
        "Requested › Approved › Ordered › Cancelled": "Given up in time",
        "Requested": "In order so far",
        "Ordered › Received › Returned › Received": "Sent back",
    }
    assert table(section, "paths").total == ("Total", 7, 1.0, Decimal(12700), None, "")


def test_which_lines_went_in_order(company: Store) -> None:
    section = told(company)
    found = table(section, "in_order")
    rows = zip(found.depth, found.rows, strict=True)
    assert [(depth, *row[:2], row[3]) for depth, row in rows] == [
        (0, "In order, paid", 2, Decimal(300)),
        (0, "In order so far", 1, Decimal(3200)),
        (0, "Given up in time", 1, Decimal(1600)),
        (0, "Out of order", 3, Decimal(7600)),
        (1, "Sent back", 1, Decimal(6400)),
        (1, "Ordered after its invoice", 1, Decimal(800)),
        (1, "Paid, nothing came", 1, Decimal(800)),
        (1, "Invoiced before anything came", 1, Decimal(400)),
    ]  # fmt: skip
    assert section.message == (
        "43 % of order lines did not go in the usual order, most often: sent back (1 line, €6.4 k)."
    )
    assert [fact.value for fact in section.facts] == [4 / 7, 2 / 7, 6]


def test_what_came_back_and_what_follows_what(company: Store) -> None:
    section = told(company)
    rows = by_first(table(section, "rework"))
    assert rows["Received"] == (5, 4, 1, 0.25, Decimal(6400))
    assert rows["Ordered"] == (6, 6, 0, 0.0, Decimal(0))
    passages = {row[:2]: row[2:] for row in table(section, "passages").rows}
    assert passages["Ordered", "Received"] == (3, 10.0)
    assert passages["Invoiced", "Paid"] == (2, 39.0)
    flow = section.flow
    assert {node.label: node.count for node in flow.nodes}["Invoiced"] == 3
    begun = {node.label: (node.count, node.begun) for node in flow.nodes if node.begun}
    assert begun == {"Ordered": (6, 5)}  # the sixth was asked for before
    assert flow.description.startswith("Map of order lines: Requested 2, Approved 1, Ordered 6,")


def test_steps_tell_of_the_same_lines(company: Store) -> None:
    section = told(company, told="orders")
    rows = by_first(table(section, "paths"))
    assert rows == {
        "Lead: approved": (1, 0.5, Decimal(200), 0.0, ""),
        "Lead: approved › Controller: rejected › Lead: approved": (
            1, 0.5, Decimal(100), 6.0, "yes",
        ),
    }  # fmt: skip
    assert [t.name for t in section.tables] == ["paths", "rework", "passages"]
    assert section.sources == {"papers": "By papers", "orders": "By steps on orders"}


def test_a_day_sees_what_was_known_then(company: Store) -> None:
    """As at the end of March, B is not paid; as at its first days nothing else was either."""
    section = told(company, Selection(from_period="2025-03", to_period="2025-03"))
    rows = by_first(table(section, "paths"))
    assert rows["Ordered › Received › Invoiced"][:3] == (2, 2 / 7, Decimal(300))
    assert rows["Ordered › Invoice predates order › Paid"][0] == 1
    before = told(company, Selection(from_period="2024-12", to_period="2024-12"))
    assert by_first(table(before, "paths")) == {"Ordered": (1, 1.0, Decimal(2), 0.0,
                                                            "In order so far")}  # fmt: skip


def test_without_lines_or_papers_there_are_reasons(company: Store, tmp_path: Path) -> None:
    section = told(company, Selection(from_period="2025-06", to_period="2025-06"))
    assert (section.flow.nodes, section.tables, section.facts) == ((), (), ())
    assert "begun in this selection" in section.flow.reason
    assert section.message == "Nothing is told of order lines begun in this selection."
    with pytest.raises(ConcordError, match="papers, orders"):
        told(company, told="invoices")
    with pytest.raises(ConcordError, match="map_share '7'"):
        told(company, map_share="7")


def test_a_store_of_invoices_alone_tells_of_nothing(store: Store, tmp_path: Path) -> None:
    rows = [bill("A", 12) | {"po_id": None, "po_line_no": None}]
    Books(store, tmp_path).load({"invoice_line": rows})
    assert told(store, Selection()).flow.reason
    steps = [step("IA1", 1, 12, 15, "Lead", "approved") | {"document_type": "invoice"}]
    Books(store, tmp_path / "more").load({"approval_step": steps})
    section = told(store, Selection())
    assert (section.told, section.flow.unit) == ("invoices", "invoice lines")
    assert by_first(table(section, "paths"))["Lead: approved"][:3] == (1, 1.0, Decimal(10))


# --- In order, or not ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Ordered Received Invoiced Paid", ()),
        ("Requested Approved Ordered Received Invoiced Received Paid Invoiced Paid", ()),
        ("Ordered Approved Received", ("early_order",)),
        ("Received Ordered", ("early_receipt",)),
        ("Ordered Invoiced", ("no_receipt",)),
        ("Ordered Invoiced Received Paid", ("early_invoice",)),
        ("Ordered Invoiced Paid Received", ("early_invoice", "early_payment")),
        ("Ordered Received Paid Invoiced", ("prepaid",)),
        ("Ordered Received Invoiced Credited", ("credited",)),
        ("Ordered Received Cancelled", ("late_end",)),
        ("Requested Rejected", ()),
    ],
)
def test_what_is_out_of_order(path: str, expected: tuple[str, ...]) -> None:
    assert deviations(path.split()) == expected
    assert (way(path.split(), expected) == "out_of_order") == bool(expected)


NAMES = ("Requested", "Ordered", "Received", "Invoiced", "Paid", "Credited", "Cancelled")


@given(st.lists(st.sampled_from(NAMES)))
def test_a_line_goes_one_way_and_receipts_only_add_to_what_is_wrong(events: list[str]) -> None:
    strict, lenient = set(deviations(events)), set(deviations(events, receipts=False))
    assert lenient <= strict <= set(DEVIATIONS)
    assert (way(events, tuple(strict)) == "out_of_order") == bool(strict)


# --- The map -------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from("abcdefg"), st.integers(1, 3), st.integers(0, 9), st.integers(1, 9)),
    min_size=1, max_size=40,
)  # fmt: skip


def steps_of(rows: Sequence[tuple[str, int, int, int]]) -> pd.DataFrame:
    """Steps that follow each other, one after the next."""
    names = [name for name, *_ in rows]
    return pd.DataFrame(
        [(before, *row) for before, row in zip(["", *names], rows, strict=False)],
        columns=["from_event", "to_event", "turn", "days", "step_count"],
    )


@given(STEPS, st.integers(1, 40))
def test_folding_loses_no_passage_but_those_between_rare_things(
    rows: list[tuple[str, int, int, int]], least: int
) -> None:
    steps = steps_of(rows)
    names = path_map.kept(path_map.lines_with(steps), least)
    folded = path_map.folded(steps, names)
    inside = ~steps["from_event"].isin(["", *names]) & ~steps["to_event"].isin(names)
    same = steps["from_event"] == steps["to_event"]
    lost = steps.loc[inside | same, "step_count"].sum()
    assert folded["step_count"].sum() + lost == steps["step_count"].sum()
    assert set(folded["to_event"]) <= {*names, path_map.RARER}


@given(st.dictionaries(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")),
                       st.integers(1, 99)), st.permutations("abcde"))  # fmt: skip
def test_what_leads_to_a_thing_stands_before_it(
    pairs: dict[tuple[str, str], int], order: list[str]
) -> None:
    levels = path_map.laid_out(order, pairs)
    for start, end in pairs:
        if order.index(start) < order.index(end):
            assert levels[start] < levels[end]
    ranked = dict(sorted(pairs.items(), key=lambda one: -one[1]))
    drawn = path_map.chosen(ranked, 50)
    assert {pair for pair, number in pairs.items() if number >= 50} <= {*drawn}


@given(st.lists(st.tuples(st.sampled_from("xy"), st.integers(0, 30), st.integers(0, 5))))
def test_medians_are_those_of_the_days_one_by_one(rows: list[tuple[str, int, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["k", "days", "n"]).astype({"days": int, "n": int})
    found = medians(frame, ["k"], "n")
    whole = frame.loc[frame.index.repeat(frame["n"])]
    assert found.to_dict() == whole.groupby("k")["days"].median().to_dict()


# --- The demo ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["papers", "orders", "invoices"])
@pytest.mark.parametrize("share", ["5", "0.5"])
def test_the_demo_adds_up(demo: Store, source: str, share: str) -> None:
    selection = Selection(from_period="2026-01", to_period="2026-10")
    section = told(demo, selection, told=source, map_share=share)
    found = table(section, "paths")
    lines = list(zip(*found.rows, strict=True))
    assert found.total is not None
    assert (sum(lines[1]), sum(lines[3])) == (found.total[1], found.total[3])
    if source == "papers":
        ways = table(section, "in_order")
        tops = [row for row, depth in zip(ways.rows, ways.depth, strict=True) if not depth]
        assert sum(row[1] for row in tops) == found.total[1]  # type: ignore[misc]
    labels = {node.label for node in section.flow.nodes}
    assert {end for e in section.flow.edges for end in (e.start, e.end)} <= labels
    assert len(labels) <= path_map.MOST_NODES + 1


def test_the_demo_lines_ordered_after_their_invoice_are_those_of_the_books(demo: Store) -> None:
    """Held against the files: order lines begun in 2026, outside the own group, that an invoice of
    a date before their order had been posted for by the end of October."""
    files = demo.home.parent / "files"
    read = {
        name: pd.read_csv(files / f"{name}.csv", low_memory=False)
        for name in ("purchase_order_line", "invoice_line", "supplier")
    }
    own = read["supplier"].loc[read["supplier"]["intercompany"].astype(bool), "supplier_id"]
    orders, bills = read["purchase_order_line"], read["invoice_line"]
    begun = orders[["requested_on", "order_date"]].min(axis=1)
    orders = orders[begun.between("2026-01-01", "2026-10-31") & ~orders["supplier_id"].isin(own)]
    keys = ["po_id", "po_line_no"]
    pairs = bills.merge(orders.rename(columns={"line_no": "po_line_no"}), on=keys)
    known = pairs["posted_on"].fillna(pairs["invoice_date"]) <= "2026-10-31"
    late = pairs[(pairs["invoice_date"] < pairs["order_date"]) & known & (pairs["amount"] >= 0)]
    section = told(demo, Selection(from_period="2026-01", to_period="2026-10"))
    rows = by_first(table(section, "in_order"))
    assert rows["Ordered after its invoice"][0] == len(late.drop_duplicates(keys))
    assert table(section, "paths").total[1] == len(orders)  # type: ignore[index]


def test_a_reading_counts_lines_once(demo: Store) -> None:
    with demo.reader() as reader:
        book = PurchasingBook.read(reader, Selection())
        reading = PathReading.read(book, "papers")
    assert reading.count == int(
        reading.steps[reading.steps["from_event"] == ""]["step_count"].sum()
    )


# --- The lines themselves ------------------------------------------------------------------------


def opened(store: Store, asked: str, source: str = "papers") -> list[tuple[Any, ...]]:
    return list(path_lines.opened(store, YEAR, source, asked).rows)


def test_the_lines_behind_are_those_that_were_counted(company: Store) -> None:
    section = told(company)
    assert list(section.lines.values())[:8] == [
        "Sent back (1)", "Ordered after its invoice (1)", "Paid, nothing came (1)",
        "Invoiced before anything came (1)", "In order, paid (2)", "In order so far (1)",
        "Given up in time (1)", "Out of order (3)",
    ]  # fmt: skip
    for asked, words in section.lines.items():
        assert words.endswith(f"({len(opened(company, asked))})")
    *place, path = opened(company, "out_of_order")[1]
    assert place == ["D", 1, "Smith", "9 March 2025", Decimal(800), 22]
    assert path == "Ordered › Invoice predates order › Paid"
    found = path_lines.opened(company, YEAR, "papers", "paid")
    assert found.title == "In order, paid: 2 order lines"
    assert [row[0] for row in found.rows] == ["B", "A"]


def test_lines_are_told_by_steps_too(company: Store) -> None:
    assert [row[0] for row in opened(company, "Lead: approved", "orders")] == ["B"]
    assert opened(company, "no such path") == []
    with pytest.raises(ConcordError, match="papers, orders"):
        path_lines.opened(company, YEAR, "invoices", "paid")
