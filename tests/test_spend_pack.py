"""A review's pack: everything that was shown and decided, its figures those of the closing, for
ever; where LibreOffice is installed, that of the demo company is drawn once."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from queries.errors import ConcordError
from queries.load import load
from queries.store import Store, open_store
from spend.outputs import cells, figures, slides_page
from spend.outputs import pack as outputs
from spend.pack import Pack, pack
from spend.review_topic import picture_of
from tests import slides_read, small_company
from tests.contract_files import NOW, write
from tests.reviews_held import held

FIRST, SECOND = "2026-11-22", "2026-12-22"
HOSTILE = "=cmd()|'/c calc'!A1 <b>" + "and a title that is long beyond all bounds " * 8


@dataclass(frozen=True)
class Made:
    """A company with a closed review, corrections and new documents after it, and a second one."""

    store: Store
    before: tuple[bytes, bytes]  # the first pack, made before the corrections
    first: Pack
    second: Pack


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("pack")
    store = small_company.loaded(folder / "home", folder / "files")
    held(store, date(2026, 11, 22), own=("Office move", HOSTILE))
    before = both(pack(store, FIRST))
    rows = small_company.tables()
    lines = [dict(row) for row in rows["invoice_line"]]
    lines[-1]["amount"] = 99
    new = {**lines[0], "invoice_id": "new", "invoice_date": "2026-10-20", "amount": 5}
    later = write(folder / "later", {"invoice_line": [lines[-1], new]})
    load(store, later, now=NOW, user="test")
    held(store, date(2026, 12, 22), close=False)
    yield Made(store, before, pack(store, FIRST), pack(store, SECOND))
    store.close()


def both(found: Pack) -> tuple[bytes, bytes]:
    return outputs.to_pptx(found), outputs.to_xlsx(found)


@cache
def deck(found: Pack) -> Any:
    return slides_read.opened(outputs.to_pptx(found))


@cache
def book(found: Pack) -> Any:
    return openpyxl.load_workbook(io.BytesIO(outputs.to_xlsx(found)))


def titles(slides: Any) -> list[str]:
    return [s.shapes.title.text_frame.text.replace("\u00a0", " ") for s in slides]


def test_a_closed_reviews_pack_is_the_same_whatever_is_loaded_later(made: Made) -> None:
    assert both(made.first) == made.before
    assert made.first.pin == made.first.meeting.pin
    assert made.second.pin.batch == 2


def test_nothing_meets_or_runs_out_on_any_slide(made: Made) -> None:
    for found in (made.first, made.second):
        assert not slides_read.faults(deck(found))


def test_each_topic_has_a_slide_with_its_sentence_and_what_was_recorded(made: Made) -> None:
    found = made.first
    said = [slides_read.words(slide) for slide in deck(found).slides]
    for number, topic in enumerate(found.topics, 1):
        (own,) = (text for text in said if f"Topic {number}: " in text and "ontinued)" not in text)
        item = topic.point.item
        title = " ".join((item.said or item.title).split())[:30]
        assert " ".join(own.split()).startswith(title)
        assert bool(topic.report) == bool(item.metric)  # nothing shows a topic of one's own
        for tile in slides_page.tiles(topic.report) if topic.report else ():
            assert tile.value in own
    every = " ".join(" ".join(said).split())
    assert every.count("We look at") >= len(found.topics)
    assert "Pablo, due today: Ask about Office move" in every


def test_charts_are_native_and_equal_to_the_topics_pictures(made: Made) -> None:
    every = [slides_read.series(frame) for frame in slides_read.charts(deck(made.second))]
    for topic in made.second.topics:
        picture = picture_of(topic.point.item, topic.report) if topic.report else None
        for series in getattr(picture, "series", ()):
            values = tuple(None if v is None else float(v) for v in series.values)
            assert any(found.get(series.label) == values for found in every), series.label


def test_headlines_stand_beside_those_of_the_review_before(made: Made) -> None:
    rows = {row[6]: row for row in book(made.second)["Headlines"].iter_rows(values_only=True)}
    frozen = made.second.review.last
    assert frozen
    for one in made.second.review.headlines:
        _, before, now, change, *_ = rows[one.metric]
        assert now == (None if one.figure.value is None else pytest.approx(float(one.figure.value)))
        text = frozen.figures[one.metric]
        assert before == (pytest.approx(float(text)) if text else None)
        if one.figure.value is not None and text:
            assert Decimal(str(change)) == pytest.approx(Decimal(str(now)) - Decimal(str(before)))
    assert rows["days_to_pay"][4] in (None, "disputed: =Why()")


def test_what_moved_closes_to_nothing(made: Made) -> None:
    assert not made.first.review.moved
    rows = list(book(made.second)["What moved"].iter_rows(min_row=2, values_only=True))
    spend = next(row for row in rows if row[-1] == "budget_variance")
    assert spend[1] + sum(spend[2:6]) == pytest.approx(spend[6], abs=1e-9)
    assert spend[4] != 0  # corrected documents
    assert spend[5] != 0  # new documents
    assert any(title.startswith("What moved since") for title in titles(deck(made.second).slides))


def test_links_are_pinned_and_of_the_place_where_the_review_was_held(made: Made) -> None:
    for found in (made.first, made.second):
        links = slides_read.links(deck(found)) - {found.meeting.link}
        assert links >= {found.link, *(one.link for one in found.topics)}
        assert all(one.startswith("https://concord.example/acme/") for one in links)
        assert all(f"as_of={found.pin}" in one for one in (found.link, found.topics[0].link))


def test_the_workbook_has_its_sheets_and_obeys_no_text(made: Made) -> None:
    found = book(made.first)
    assert found.sheetnames[:6] == [
        "About", "Headlines", "What moved", "Agenda", "Decisions", "Actions",
    ]  # fmt: skip
    assert found.sheetnames[-1] == "Definitions"
    with_report = [topic for topic in made.first.topics if topic.report]
    assert 0 < len(with_report) < len(made.first.topics)
    assert len(found.sheetnames) == 7 + len(with_report)
    cells = [cell for page in found for row in page for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("=cmd()") for cell in cells)


def test_the_main_table_of_a_topic_is_its_reports(made: Made) -> None:
    found = book(made.second)
    for number, topic in enumerate(made.second.topics, 1):
        names = [one for one in found.sheetnames if one.startswith(f"{number} ")]
        assert len(names) == bool(topic.report)
        if not topic.report:
            continue
        (name,) = names
        table = topic.report.tables[0]
        if table.total:
            last = [c.value for c in found[name][found[name].max_row]]
            wanted = [float(v) for v in table.total if isinstance(v, Decimal)]
            assert [v for v in last if isinstance(v, int | float)][: len(wanted)] == wanted


def test_a_name_that_no_review_has_lists_those_there_are(made: Made) -> None:
    with pytest.raises(ConcordError, match=f"there are: {FIRST}, {SECOND}"):
        pack(made.store, "nope")
    with pytest.raises(ConcordError, match="give its name"):
        pack(made.store, "")


def test_signs_that_no_file_can_hold_become_blanks(made: Made) -> None:
    report = replace(made.first.report, title="Third\x07 quarter", sentence="Ac\x0bme\ufffe")
    found = replace(made.first, report=report)
    core = slides_read.opened(outputs.to_pptx(found))
    assert core.slides
    assert openpyxl.load_workbook(io.BytesIO(outputs.to_xlsx(found))).properties.title == (
        "Third  quarter"
    )


def test_the_pack_says_of_a_planned_review_what_is_late_today(made: Made) -> None:
    late = pack(made.store, SECOND, date(2026, 12, 25))
    states = {row[3] for row in late.report.table("actions").rows}
    assert "3 days overdue" in states
    assert pack(made.store, FIRST, date(2026, 12, 25)).report.table("actions") == (
        made.first.report.table("actions")
    )


# --- The demo company, drawn ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_pack(demo: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    """A closed review of the demo company, in a copy of its store."""
    home = tmp_path_factory.mktemp("demo_pack") / "home"
    shutil.copytree(demo.home, home)
    store = open_store("", home)
    held(store, date(2026, 11, 22), proposed=7)
    yield pack(store, FIRST)
    store.close()


def test_the_pack_of_the_demo_has_no_fault_and_its_figures(demo_pack: Pack) -> None:
    made = deck(demo_pack)
    assert not slides_read.faults(made)
    said = " ".join(slides_read.words(slide) for slide in made.slides)
    for one in demo_pack.review.headlines:
        assert cells.words(one.figure.value, figures.unit(one.figure), "EUR") in said


def test_the_pack_opens_in_an_office_program(demo_pack: Pack, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("NO OFFICE PROGRAM: soffice is not on PATH, so the pack goes undrawn")
    (tmp_path / "pack.pptx").write_bytes(outputs.to_pptx(demo_pack))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run(
        [*words, str(tmp_path / "pack.pptx")], check=True, capture_output=True, timeout=240
    )
    drawn = (tmp_path / "pack.pdf").read_bytes()
    pages = re.findall(rb"/Type\s*/Pages[^>]*?/Count (\d+)", drawn)
    assert max(map(int, pages)) == len(deck(demo_pack).slides)
