"""A guest's page of every report: the report's own figures, well formed, and one page of paper."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from queries.selection import Selection
from queries.store import Store
from spend import money
from spend.cash_charts import HABITS
from spend.outputs import figures, guest, guest_table, svg_picture
from spend.outputs.colours import DARK, LIGHT, contrast
from spend.outputs.scales import chart_unit
from spend.outputs.svg import escaped
from spend.registry import all_metrics
from spend.reports import REPORTS
from spend.result import Bridge, Chart, Point, Report, Series, Step, Table, TableColumn
from tests.browser import browser

HOSTILE = "</style><script>alert(1)</script>\x00\x1b[2J]]>&<!--"
NAMES = {f"2026-{month:02}": f"{month}" for month in range(1, 13)}
ISSUE = guest.Issue("Ann", datetime(2026, 12, 6, 9, 30), "http://localhost/budget?as_of=1.2&to=x",
                    datetime(2026, 11, 22, 23, 9), NAMES)  # fmt: skip
WIDTHS = (svg_picture.WIDE, svg_picture.NARROW)


@pytest.fixture(scope="module")
def reports(demo: Store) -> Callable[[str], Report]:
    """Every report of the demo company, each made once."""
    return cache(lambda name: REPORTS[name](demo, Selection()))


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest, reports: Callable[[str], Report]) -> Report:
    return reports(request.param)


# --- Figures and words ----------------------------------------------------------------------------


def test_the_figures_are_the_reports(report: Report) -> None:
    html = guest.page(report, ISSUE)
    tiles = re.findall(r'<li><span>([^<]*)</span><data value="([^"]*)" title="[^"]*">([^<]*)', html)
    shown = guest.headlines(report)
    expected = [(figures.label(f), f.value, figures.unit(f)) for f in shown]
    expected += [(fact.label, fact.value, fact.unit) for fact in report.facts]
    assert [label for label, _, _ in tiles] == [escaped(label) for label, _, _ in expected]
    for (_, exact, said), (_, value, unit) in zip(tiles, expected, strict=True):
        assert said == escaped(money.reading(value, unit, report.currency))
        assert (exact == "") if value is None else (Decimal(exact) == Decimal(str(value)))
    assert guest.prose(report.message) in html
    assert escaped(report.sentence) in html
    assert all(guest.prose(text) in html for lens, text in report.readings.items()
               if lens != "both")  # fmt: skip
    assert all(guest.prose(note.text) in html for note in report.notes)
    assert all(f"<dt>{all_metrics()[f.metric].label}</dt>" in html for f in shown)


def test_the_page_says_who_issued_it_until_when_and_of_what(
    reports: Callable[[str], Report],
) -> None:
    html = guest.page(reports("budget"), ISSUE)
    assert "Issued by Ann for reading until 6 December 2026, 09:30 UTC" in html
    assert "Load 1 of 22 November 2026, 23:09." in html
    assert 'href="http://localhost/budget?as_of=1.2&amp;to=x"' in html
    assert guest.page(fake(), replace(ISSUE, link="javascript:alert(1)")).count("<a ") == 0


def test_every_page_is_well_formed_and_asks_for_nothing(report: Report) -> None:
    html = guest.page(report, ISSUE)
    for tag in (
        "<script",
        "<img",
        "<iframe",
        "<object",
        " style=",
        " onload",
        "@import",
        "url(http",
    ):
        assert tag not in html
    assert re.findall(r'(?:src|href)="(?!http://localhost/|data:,)', html) == []
    body = html.partition("<body>")[2].removesuffix("</body></html>")
    ET.fromstring(body)
    assert "None" not in re.sub(r"<dl>.*</dl>|<table>.*</table>", "", body, flags=re.DOTALL)


def test_the_total_of_a_table_is_below_and_what_is_left_out_is_said(
    reports: Callable[[str], Report],
) -> None:
    table = reports("terms").tables[0]
    html = guest_table.html(table, "EUR")
    assert html.count("<tr") == guest_table.MOST_ROWS + 2
    left = len(table.rows) - guest_table.MOST_ROWS
    assert f"{left} more rows and 2 more columns." in html
    assert "<tfoot>" in html


@pytest.mark.parametrize(
    ("value", "exact", "said"),
    [(Decimal("-1234.56"), "−1,234.56", "(1,235)"), (Decimal("5.00"), "5.00", "5"),
     (None, None, ""), (float("nan"), None, "")],
)  # fmt: skip
def test_an_amount_is_whole_in_a_table_and_exact_where_somebody_points(
    value: Decimal | None, exact: str | None, said: str
) -> None:
    html = guest_table.html(Table("t", "T", (TableColumn("a", "A", "money"),), ((value,),)), "EUR")
    title = f' title="{exact}"' if exact and exact != said else ""
    assert f'<td class="number"{title}>{said}</td>' in html


def fake() -> Report:
    """A report whose every word is hostile."""
    months = Chart(
        "months", HOSTILE, (HOSTILE,), (Series(HOSTILE, "actual", (Decimal(5),)),), "EUR"
    )
    table = Table("t", HOSTILE, (TableColumn("name", HOSTILE, "text"),), ((HOSTILE,),))
    return Report(
        HOSTILE, HOSTILE, HOSTILE, Selection(), HOSTILE, "EUR", 1, HOSTILE,
        readings={"finance": HOSTILE, "procurement": HOSTILE}, charts=(months,), tables=(table,),
    )  # fmt: skip


def test_hostile_words_are_words() -> None:
    html = guest.page(fake(), replace(ISSUE, by=HOSTILE, link=HOSTILE, names={HOSTILE: HOSTILE}))
    assert "<script" not in html
    assert html.count("</style>") == 1
    assert "\x00" not in html
    assert "\x1b" not in html
    assert guest.policy(html) == guest.policy(guest.NOT_FOUND)
    ET.fromstring(html.partition("<body>")[2].removesuffix("</body></html>"))


# --- Pictures -------------------------------------------------------------------------------------


def numbers(*values: float | None) -> tuple[Decimal | None, ...]:
    return tuple(None if value is None else Decimal(str(value)) for value in values)


AXIS = ("2026-01", "2026-02", "2026-03")
PICTURES = [
    Chart("time", "T", AXIS, (
        Series("Last year", "last_year", numbers(1, 2, 3)), Series("Actual", "actual",
        numbers(1, None, -4)), Series("Budget", "budget", numbers(2, 2, 2)),
        Series("Forecast", "forecast", numbers(None, 3, None)),
        Series("Actual − budget", "variance", numbers(-1, None, 2)),
    ), "EUR"),
    Chart("structure", "T", AXIS, (Series("A", "actual", numbers(5, -3, None)),), "EUR",
          "structure"),
    Chart("stack", "T", AXIS, (Series("A", "actual", numbers(5, -3, None)),
          Series("B", "actual", numbers(1, -2, 3))), "EUR", "stack"),
    Chart("parts", "T", AXIS, tuple(Series(f"P{n}", "actual", numbers(n, 0, -1))
          for n in range(7)), "EUR", "parts"),
    Chart("dots", "T", AXIS, tuple(Series(name, "actual", numbers(1, 2, None))
          for name in ("Days", "Price", "Spend")), "days", "dots"),
    Chart("line", "T", AXIS, (Series("Cash", "actual", numbers(1, 2, 3)),
          Series("Cost", "actual", numbers(3, 2, 1))), "EUR", "line"),
    Chart("curve", "T", AXIS, (Series("Carrying cost", "actual", numbers(1, 2, 3)),), "EUR",
          "curve", points=(Point("Today", 1.5, Decimal(2)), Point("Agreed", 2, Decimal(3)))),
    Chart("zero", "T", AXIS, (Series("A", "actual", numbers(0, 0, 0)),), "EUR"),
    Chart("huge", "T", AXIS, (Series("A", "actual", numbers(1e15, -1e15, 1)),), "EUR", "stack"),
    Chart("names", "T", tuple("A very long name of a thing " * 4 + str(n) for n in range(3)),
          (Series("A", "actual", numbers(1, 2, 3)),), "EUR", "structure"),
    Bridge("bridge", "T", (Step("2025", Decimal(10), "end"), Step("Price", Decimal(2), "item",
           True), Step("Volume", Decimal(-15), "item", False), Step("2026", Decimal(-3), "end"))),
    Bridge("teams", "T", (Step("Claimed", Decimal(10), "end"), Step("None", Decimal(0), "item"),
           Step("Recognised", Decimal(10), "end")), ends=("procurement", "finance")),
]  # fmt: skip


@pytest.mark.parametrize("shown", PICTURES, ids=lambda shown: shown.name)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_kind_of_picture_is_drawn_inside_its_frame(
    shown: Chart | Bridge, width: float
) -> None:
    root = ET.fromstring(svg_picture.picture(shown, "EUR", NAMES, width))
    view = [float(part) for part in root.attrib["viewBox"].split()]
    assert view[2] == width
    for mark in root.iter():
        if mark.tag.endswith("}rect") and "x" in mark.attrib:
            left, top = float(mark.attrib["x"]), float(mark.attrib["y"])
            assert -1 <= left <= left + float(mark.attrib["width"]) <= width + 1
            assert -1 <= top <= top + float(mark.attrib["height"]) <= view[3] + 1
        if mark.tag.endswith("}text"):
            assert -1 <= float(mark.attrib["x"]) <= width + 1
            assert 0 <= float(mark.attrib["y"]) <= view[3] + 1
    assert root.attrib["role"] == "img"


def test_a_picture_says_each_amount_exactly_where_somebody_points(report: Report) -> None:
    shown = report.picture
    if shown is None:
        assert not report.charts
        return
    html = svg_picture.picture(shown, report.currency, NAMES, svg_picture.WIDE)
    said = "".join(re.findall(r"<title>([^<]*)</title>", html))
    amounts = [s.amount for s in shown.steps] if isinstance(shown, Bridge) else [
        v for s in shown.series for v in s.values if v and s.label not in HABITS
    ]  # fmt: skip
    unit = chart_unit(shown) if isinstance(shown, Chart) else "money"
    exact = [f"{abs(a):,.2f}" if unit == "money" else money.stated(a, unit, "") for a in amounts]
    missing = [words for words in exact if words not in said]
    assert missing == []


def test_the_words_of_a_page_can_be_read_in_both_themes() -> None:
    for colours in (LIGHT, DARK):
        for ink in (colours.text, colours.quiet, colours.good, colours.bad, colours.finance,
                    colours.procurement):  # fmt: skip
            assert contrast(ink, colours.paper) >= 4.5


# --- On screens and on paper ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize("name", ["kpis", "budget", "savings", "stock"])
def test_a_page_fits_the_screen_and_one_sheet_of_paper(
    name: str, reports: Callable[[str], Report], chrome: Browser, tmp_path: Path
) -> None:
    (tmp_path / "guest.html").write_text(guest.page(reports(name), ISSUE), encoding="utf-8")
    context = chrome.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto((tmp_path / "guest.html").as_uri())
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    context.close()
