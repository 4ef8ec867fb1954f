"""Order lines of a real company: what is told of their paths, straight from the events' file.

15,182 lines and 319,233 events (BPI Challenge 2019). The other computation is plain Python over
the two files of the publisher; nothing of the store is in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from queries.load import load
from queries.selection import Selection
from queries.store import Store, open_store
from spend import approvals, path_map, paths
from spend.approvals_book import UNNAMED
from spend.approvals_stages import LABELS
from spend.path_reading import PathReading
from spend.paths import PathSection
from spend.purchasing_book import PurchasingBook
from spend.result import Table
from tests import reference_bpic2019
from tests.conftest import NOW, ROOT
from tests.reference_approvals import Line as StageLine
from tests.reference_bpic2019 import Line
from tests.reference_paths import Line as PathLine
from tests.reference_paths import Paths
from tests.reference_process import Purchasing

LAST = date(2019, 1, 18)  # of the record; four vendors wrote later dates
WHOLE = Selection(from_period="2018-01", to_period="2019-01")
SUMMER = Selection(from_period="2018-06", to_period="2018-06")


@dataclass(frozen=True)
class Record:
    """The loaded store, and the lines of the files with all their events."""

    store: Store
    lines: tuple[Line, ...]
    folder: Path


@pytest.fixture(scope="module")
def record(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    store = open_store("", tmp_path_factory.mktemp("bpic2019"))
    name = "bpic2019_3way_after_gr"
    load(store, ROOT / "demo" / "mappings" / f"{name}.toml", now=NOW, user="test")
    yield Record(store, reference_bpic2019.story(shared_data / name), shared_data / name)
    store.close()


def told(store: Store, selection: Selection, source: str = "orders") -> PathSection:
    with store.reader() as reader:
        return paths.section(PurchasingBook.read(reader, selection), source, "0.5")


def rows_of(section: PathSection, name: str) -> dict[Any, tuple[Any, ...]]:
    found: Table = next(t for t in section.tables if t.name == name)
    return {row[0]: row[1:] for row in found.rows}


# --- The events, one line at a time --------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What happened to one line until a day: its events, and its value."""

    events: tuple[tuple[date, str], ...]
    value: int

    @property
    def path(self) -> list[str]:
        """What happened, one thing after another."""
        return [name for name, _ in groupby(name for _, name in self.events)]


def until(lines: tuple[Line, ...], first: date, last: date) -> list[Told]:
    """The lines begun in some days, as known at their end."""
    found = []
    for line in lines:
        begun = [*line.of("Create Purchase Order Item", *reference_bpic2019.REQUESTED)]
        if first <= min(event.day for event in begun) <= last:
            events = [(e.day, e.activity) for e in line.events if e.day <= last]
            found.append(Told(tuple(events), line.value))
    return [one for one in found if one.events]


@pytest.mark.parametrize(
    ("selection", "first", "last"),
    [(WHOLE, date(2018, 1, 1), LAST), (SUMMER, date(2018, 6, 1), date(2018, 6, 30))],
)
def test_what_happened_and_what_came_back(
    record: Record, selection: Selection, first: date, last: date
) -> None:
    """Receipts and invoices recorded and cancelled, lines cleared, and 35 kinds of event more."""
    lines = until(record.lines, first, last)
    times = Counter(name for line in lines for _, name in line.events)
    once, again, worth = Counter[str](), Counter[str](), Counter[str]()
    for line in lines:
        runs = Counter(line.path)
        once.update(runs.keys())
        for name in (name for name, number in runs.items() if number > 1):
            again[name] += 1
            worth[name] += line.value
    found = rows_of(told(record.store, selection), "rework")
    assert set(found) == set(times)
    for name, row in found.items():
        back = again[name] / once[name]
        assert row == (times[name], once[name], again[name], back, worth[name]), name


def test_the_record_in_numbers(record: Record) -> None:
    """The figures that people quote, so that both computations are of the same thing."""
    found = rows_of(told(record.store, WHOLE), "rework")
    assert sum(row[0] for row in found.values()) == 319_233 - 5  # dated after the record's end
    assert found["Create Purchase Order Item"][1] == 15_182
    assert found["Clear Invoice"][:2] == (13_695, 9_676)
    cancelled = {name: row[:2] for name, row in found.items() if name.startswith("Cancel ")}
    events = Counter(e.activity for line in record.lines for e in line.events)
    assert {name: row[0] for name, row in cancelled.items()} == {
        name: number for name, number in events.items() if name.startswith("Cancel ")
    }


def test_how_long_lines_took_and_waited(record: Record) -> None:
    """Throughput by path, and the median days from each event to the next."""
    lines = until(record.lines, date(2018, 1, 1), LAST)
    taken, waited = defaultdict(list), defaultdict(list)
    for line in lines:
        whole = line.events[-1][0] - line.events[0][0]
        taken[" › ".join(line.path)].append(whole.days)
        for (before, one), (after, other) in pairwise(line.events):
            waited[one, other].append((after - before).days)
    section = told(record.store, WHOLE)
    commonest = sorted(taken.items(), key=lambda one: -len(one[1]))[:15]
    found = rows_of(section, "paths")
    for path, days in commonest:
        assert (found[path][0], found[path][3]) == (len(days), median(days)), path
    assert section.facts[1].value == len({path_of(line) for line in lines})
    table = next(t for t in section.tables if t.name == "passages")
    assert len(table.rows) == 40
    for start, end, *numbers in table.rows:
        between = waited[str(start), str(end)]
        assert numbers == [len(between), median(between)]
    for edge in section.flow.edges:
        if path_map.RARER not in (edge.start, edge.end):
            between = waited[edge.start, edge.end]
            assert (edge.count, edge.days) == (len(between), median(between))


def path_of(line: Told) -> str:
    """As the store keeps it: 40 events and 600 signs at most."""
    kept, width = list[str](), 0
    for name in line.path:
        width += len(name) + 3
        if len(kept) == 40 or width > 600:
            return " › ".join([*kept, "…"])
        kept.append(name)
    return " › ".join(kept)


def test_the_lines_on_which_something_came_back(record: Record) -> None:
    lines = until(record.lines, date(2018, 1, 1), LAST)
    back = sum(len(set(line.path)) < len(line.path) for line in lines)
    section = told(record.store, WHOLE)
    assert section.facts[0].value == back / len(lines)


def test_the_papers_tell_what_the_lines_were(record: Record) -> None:
    """Every line's path by its papers, from the rows that the events come to."""
    tables = {**reference_bpic2019.tables(record.folder), "approval_step": []}
    asked = {"requested_on": None, "approved_on": None, "currency": None, "cost_centre_id": None}
    tables["purchase_order_line"] = [{**asked, **row} for row in tables["purchase_order_line"]]
    by_line = ByLine(tables)
    orders = tables["purchase_order_line"]
    expected = Counter(by_line.told(order).path(LAST) for order in orders)
    with record.store.reader() as reader:
        reading = PathReading.read(PurchasingBook.read(reader, WHOLE), "papers")
    assert reading.lines["lines"].to_dict() == expected
    assert reading.count == 15_182


class ByLine:
    """The reference, given one order line with its own papers at a time."""

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        self.papers: dict[str, dict[Any, list[dict[str, Any]]]] = {}
        numbers = {"goods_receipt": "line_no", "invoice_line": "po_line_no"}
        for name, number in numbers.items():
            own = self.papers.setdefault(name, defaultdict(list))
            for row in tables[name]:
                own[row["po_id"], row[number]].append(row)
        cleared = self.papers.setdefault("payment", defaultdict(list))
        for row in tables["payment"]:
            cleared[row["invoice_id"]].append(row)

    def told(self, order: dict[str, Any]) -> PathLine:
        key = (order["po_id"], order["line_no"])
        bills = self.papers["invoice_line"][key]
        names = {bill["invoice_id"] for bill in bills}
        own = {
            "purchase_order_line": [order],
            "goods_receipt": self.papers["goods_receipt"][key],
            "payment": [row for name in sorted(names) for row in self.papers["payment"][name]],
            "supplier": [{"supplier_id": order["supplier_id"]}],
        }
        return Paths(Purchasing({**own, "invoice_line": bills}), {}).by_papers(order)


# --- Stages, and who did what --------------------------------------------------------------------


def staged(lines: tuple[Line, ...]) -> list[StageLine]:
    """Lines that order something, with their papers as the events tell them."""
    found = []
    for line in lines:
        bills = list(reference_bpic2019.invoice_lines(line))
        charged = {bill["invoice_id"] for bill in bills if bill["amount"] > 0}
        paid = [p for p in reference_bpic2019.payments(line) if p["invoice_id"] in charged]
        received = list(reference_bpic2019.receipts(line))
        order = reference_bpic2019.order(line)
        if order["quantity"] > 0:
            found.append(StageLine(order, received, bills, paid))
    return found


@pytest.mark.parametrize(
    ("selection", "first", "last"),
    [(WHOLE, date(2018, 1, 1), LAST), (SUMMER, date(2018, 6, 1), date(2018, 6, 30))],
)
def test_stages_take_and_hold_what_the_events_say(
    record: Record, selection: Selection, first: date, last: date
) -> None:
    """Throughput from stage to stage, and what waits at each on the last day, with its money."""
    took, stand = defaultdict(list), defaultdict(list)
    for line in staged(record.lines):
        for stage, day, days in line.passed():
            if first <= day <= last:
                took[stage].append(days)
        if at := line.standing(last):
            stand[at].append(line.cents)
    table = approvals.report(record.store, selection).table("stages")
    keys = [column.key for column in table.columns]
    names = ("lines", "median", "most", "standing", "money")
    found = {row[0]: tuple(row[keys.index(name)] for name in names) for row in table.rows}
    assert found == {
        LABELS[stage]: (
            len(days),
            median(days),
            sorted(days)[-(-9 * len(days) // 10) - 1],
            None if stage == "whole" else len(stand[stage]),
            None if stage == "whole" else Decimal(sum(stand[stage])).scaleb(-2),
        )
        for stage, days in took.items()
    }
    assert sum(len(days) for days in took.values()) > 1000


def test_everybody_did_what_the_events_say(record: Record) -> None:
    """Events by the kind of user, and the days since the event before."""
    roles = {
        (row["case_id"], int(row["event_no"])): row["user"].partition("_")[0]
        for row in reference_bpic2019.records(record.folder / "events.csv.gz")
    }
    waits = defaultdict(list)
    for step in reference_bpic2019.steps(record.folder):
        if date(2018, 6, 1) <= step["decided_at"] <= date(2018, 6, 30):
            role = roles[step["document_id"], step["step"]].replace("NONE", "")
            days = (step["decided_at"] - step["submitted_at"]).days
            waits[role or UNNAMED].append(max(0, days))
    table = approvals.report(record.store, SUMMER).table("roles")
    keys = [column.key for column in table.columns]
    assert {
        row[0]: (row[keys.index("steps")], row[keys.index("median")]) for row in table.rows
    } == {role: (len(days), median(days)) for role, days in waits.items()}
    assert len(waits) == 3
