"""A joint review from end to end, in two browsers: planned, marked, talked through, signed, closed,
packed; then books that were corrected, the next review that says why figures moved, and old links
that still show what was seen."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect
from pptx import Presentation

from queries.load import load
from queries.selection import Pin, Selection
from queries.store import Store, open_store
from spend import moved
from spend.meetings import MEETING, Meeting, last_closed, meetings
from spend.questions import HEADLINES
from tests import small_company
from tests.browser import PATIENCE, Visit, browser, serving, visit
from tests.contract_files import NOW, Tables, write

TARGET = {"metric_id": "days_to_pay", "fiscal_year": 2026, "finance_target": 60,
          "procurement_target": 45, "agreed_target": None}  # fmt: skip


def paid(month: int, days: int) -> dict[str, object]:
    return {"payment_id": f"P{month}", "invoice_id": f"2026-{month:02d}-10-a", "amount": 70,
            "paid_on": f"2026-{month + 1:02d}-{days:02d}"}  # fmt: skip


def company() -> Tables:
    return {
        **small_company.tables(),
        "kpi_target": [TARGET],
        "payment": [paid(month, 9) for month in range(1, 8)],
    }


def corrected() -> Tables:
    """One invoice that was dearer than booked, one that came late, two payments, another month."""
    lines = small_company.tables()["invoice_line"]
    first = next(line for line in lines if line["invoice_id"] == "2026-03-10-a")
    late = {**first, "invoice_id": "2026-11-05-a", "invoice_date": "2026-11-05", "amount": 95}
    return {
        "invoice_line": [{**first, "amount": 130}, late],
        "payment": [{**paid(2, 9), "paid_on": "2026-03-29"}, paid(8, 20)],
    }


@dataclass
class Attendant:
    """Somebody at the review, in a browser of their own."""

    seen: Visit
    address: str
    hat: str
    name: str

    def open(self, link: str) -> None:
        """A page opened anew is a session of its own, that has to be told who is there."""
        self.seen.page.goto(link if link.startswith("http") else f"{self.address}/{link}")
        self.seen.settle()
        self.sign_in()

    def press(self, key: str, button: str = "button") -> None:
        self.seen.click(self.seen.page.locator(f".st-key-{key} {button}").first)
        self.seen.settle()

    def choose(self, key: str, word: str) -> None:
        options = self.seen.page.locator(f".st-key-{key}").get_by_text(word, exact=True)
        self.seen.click(options.first)
        self.seen.settle()

    def write(self, key: str, text: str, box: str = "input") -> None:
        field = self.seen.page.locator(f".st-key-{key} {box}").first
        field.wait_for(timeout=PATIENCE)
        field.fill(text)
        field.press("Enter")
        self.seen.settle()

    def fill(self, start: str, text: str) -> None:
        """Write into the field whose key starts so; a topic's fields end in its own key."""
        field = self.seen.page.locator(f"[class*=st-key-{start}]").locator("input, textarea").first
        field.fill(text)
        field.press("Enter")
        self.seen.settle()

    def sign_in(self) -> None:
        self.write("person_name", self.name)
        if self.hat != "Finance":
            self.choose("hat", self.hat)

    def reads(self, text: str) -> None:
        """Wait until the page says something."""
        self.seen.settle()
        expect(self.seen.page.locator("[data-testid=stMain]")).to_contain_text(
            re.compile(re.escape(text).replace(r"\ ", r"\s")), timeout=PATIENCE
        )

    def tiles(self) -> list[str]:
        self.seen.settle()
        found = self.seen.page.locator("[data-testid=stMetricValue]").all_inner_texts()
        return [text.replace("\u00a0", " ").strip() for text in found]

    def download(self, key: str) -> bytes:
        self.seen.settle()
        with self.seen.page.expect_download(timeout=PATIENCE) as coming:
            self.press(key)
        return Path(coming.value.path()).read_bytes()


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as opened:
        yield opened


@contextmanager
def attending(chrome: Browser, address: str, hat: str, name: str) -> Iterator[Attendant]:
    with visit(chrome, f"{address}/review") as seen:
        one = Attendant(seen, address, hat, name)
        one.sign_in()
        yield one
        assert seen.errors == []
        assert seen.strangers(address) == []


def test_a_review_from_its_plan_to_the_next_one(chrome: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    small_company.loaded(home, tmp_path / "files", company()).close()
    store = open_store("", home)
    with (
        serving(home) as address,
        attending(chrome, address, "Finance", "Ann") as ann,
        attending(chrome, address, "Procurement", "Ben") as ben,
    ):
        planned_and_marked(ann, ben)
        talked_through(ann, ben)
        signed(ann, ben)
        frozen = closed(ann, ben, store)
        packed(ann, frozen)
        link, tiles = pinned(ann)
        load(store, write(tmp_path / "later", corrected(), {"data_through": "2026-11-30"}),
             now=NOW, user="test")  # fmt: skip
        next_review(ann, store, frozen)
        ben.open(link)
        assert ben.tiles() == tiles
        ben.reads("Pinned to load 1")
        ben.press("unpin")
        assert ben.tiles() != tiles
    store.close()


def planned_and_marked(ann: Attendant, ben: Attendant) -> None:
    """Ann plans; both agree on one figure, and Ben disputes another."""
    ann.write("plan_title", "Autumn review")
    ann.press("plan")
    ann.reads("Autumn review")
    ann.press("mark_budget_variance")
    ann.press("agreed_budget_variance")
    ann.reads("✓ Finance")
    ben.open("review")
    ben.reads("✓ Finance")
    ben.press("mark_budget_variance")
    ben.press("agreed_budget_variance")
    ben.reads("1 of 6 headline figures are agreed by both")
    ben.press("mark_days_to_pay")
    ben.write("reason_procurement_days_to_pay", "Direct debits are missing")
    ben.press("disputed_days_to_pay")
    ben.reads("disputed by procurement: Direct debits are missing")


def talked_through(ann: Attendant, ben: Attendant) -> None:
    """One topic: a decision by Ann, an action by Ben."""
    ann.choose("stage", "Run")
    ann.reads("Topic 1 of")
    ann.fill("topic_text_decision", "Tender the coils")
    ann.press("topic_save_decision")
    ann.reads("Tender the coils")
    ben.open(ann.seen.page.url)
    ben.reads("Tender the coils")
    ben.fill("task_text", "Ask three mills")
    ben.fill("task_owner", "Ben")
    ben.seen.click(ben.seen.page.locator("[class*=st-key-task_save] button").first)
    ben.reads("Ask three mills")


def signed(ann: Attendant, ben: Attendant) -> None:
    """A target: Ann proposes it, may not sign for the other side too, and Ben signs."""
    link = "overview?figure=days_to_pay"
    ann.open(link)
    ann.write("target_days_to_pay_2026", "50")
    ann.press("press_target")
    ann.reads("Signed by Ann")
    ann.choose("hat", "Procurement")
    expect(ann.seen.page.get_by_role("button", name="Sign as procurement")).to_be_disabled()
    ann.choose("hat", "Finance")
    ben.open(link)
    ben.press("press_sign_target_0")
    ben.reads("agreed: 50.0 days")
    ben.reads("Signed by Ann and Ben")


def closed(ann: Attendant, ben: Attendant, store: Store) -> Meeting:
    """Both press the last button; the review is closed once."""
    for one in (ann, ben):
        one.open("review?stage=close")
        one.reads("Autumn review")
        one.reads("Tender the coils")
        one.press("close_review")
    ann.press("press_close")
    ann.reads("Closed by Ann")
    ben.press("press_close")
    ben.reads("Ann was quicker")
    with store.reader() as reader:
        entries = reader.entries(MEETING)
        states = [entry.body["state"] for entry in entries]
        (found,) = meetings(entries)
    assert states.count("closed") == 1
    return found


def packed(ann: Attendant, frozen: Meeting) -> None:
    """The pack opens, and says what the page says."""
    shown = [text for text in ann.tiles() if text != "n/a"]
    deck = Presentation(io.BytesIO(ann.download("pack_pptx")))
    said = "\n".join(
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes
        if shape.has_text_frame
    ).replace("\u00a0", " ")  # fmt: skip
    cells = [
        cell.text.replace("\u00a0", " ")
        for slide in deck.slides for shape in slide.shapes if shape.has_table
        for row in shape.table.rows for cell in row.cells
    ]  # fmt: skip
    for text in ("Autumn review", "Tender the coils", "Ask three mills"):
        assert text in said + "\n".join(cells)
    assert [text for text in shown if text not in said + "\n".join(cells)] == []
    book = openpyxl.load_workbook(io.BytesIO(ann.download("pack_xlsx")))
    values = {value for sheet in book for row in sheet.values for value in row}
    exact = [Decimal(text) for text in frozen.figures.values() if text]
    known = {round(float(value), 2) for value in values if isinstance(value, int | float)}
    headlines = [frozen.figures[name] for name in HEADLINES if frozen.figures.get(name)]
    assert exact
    assert headlines
    assert {round(float(text), 2) for text in headlines} <= known


def pinned(ann: Attendant) -> tuple[str, list[str]]:
    """The link of a pinned budget, with what it shows."""
    ann.open("budget?from=2026-01&to=2026-10")
    ann.press("pin")
    ann.reads("Pinned to load 1")
    return ann.seen.page.url, ann.tiles()


def next_review(ann: Attendant, store: Store, frozen: Meeting) -> None:
    """The next review says what moved each figure, and leaves nothing over."""
    assert frozen.pin is not None
    ann.open("review?meeting=all")
    ann.write("plan_title", "Winter review")
    ann.press("plan")
    ann.reads("Winter review")
    ann.press("what_moved", "summary")
    found = moved_since(store, frozen)
    assert {one.metric for one in found if one.change} >= {"budget_variance", "days_to_pay"}
    for one in found:
        if one.change:
            ann.reads(moved.said(one, "EUR"))
            total = sum(Decimal(str(effect)) for effect in one.effects.values())
            assert float(total) == pytest.approx(float(one.change), abs=1e-9)
    variance = next(one for one in found if one.metric == "budget_variance")
    bridge = moved.bridge(variance)
    assert bridge.residual == 0
    assert variance.effects["corrected documents"] == Decimal("60.00")


def moved_since(store: Store, frozen: Meeting) -> tuple[moved.Moved, ...]:
    """The same, asked of the model: from what was frozen to the review that is planned now."""
    from queries.window import read_choices
    from spend.review_figures import selection_of

    with store.reader() as reader:
        choices = read_choices(reader)
        coming = [one for one in meetings(reader.entries(MEETING)) if not one.closed][-1]
        last = last_closed(reader.entries(MEETING))
    assert last == frozen
    about, _ = selection_of(coming.params, choices)
    then, _ = selection_of(frozen.params, choices)
    assert isinstance(frozen.pin, Pin)
    assert isinstance(about, Selection)
    return moved.moved(store, about, frozen.pin, then)
