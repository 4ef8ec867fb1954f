"""The map of paths and the lines behind it, as people meet them on the page of approvals."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.flow_places import _meet, _text, numbered, places, ways
from queries.store import Store
from spend.flows import Edge, Flow, Node
from tests.browser import SCREENS, browser, serving, visit
from tests.opened_page import Open, opening, said, table

PAGE = "pages/supply/approvals.py"
YEAR = {"from": "2026-01", "to": "2026-10"}


@pytest.fixture
def page(demo: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("CONCORD_HOME", str(demo.home))
    with opening(PAGE) as open_page:
        yield open_page


# --- Where things stand --------------------------------------------------------------------------

NODES = st.lists(st.tuples(st.integers(1, 99), st.integers(0, 4)), min_size=1, max_size=12)


def nodes_of(rows: list[tuple[int, int]]) -> list[Node]:
    return [Node(f"n{place}", count, level) for place, (count, level) in enumerate(rows)]


@given(NODES)
def test_everything_stands_in_sight_and_nothing_on_anything(rows: list[tuple[int, int]]) -> None:
    found = places(nodes_of(rows))
    assert len(set(found.values())) == len(rows)
    assert all(0 < across < 1 for across, _ in found.values())
    for one, other in combinations(found.values(), 2):
        aside, apart = abs(one[0] - other[0]), abs(one[1] - other[1])
        assert aside >= 0.3 or apart >= 0.4 or aside >= 1.7 / len(rows)


@given(NODES, st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20))
def test_ways_lead_from_one_thing_to_another_and_stay_in_sight(
    rows: list[tuple[int, int]], pairs: set[tuple[int, int]]
) -> None:
    nodes = nodes_of(rows)
    edges = [
        Edge(f"n{a}", f"n{b}", a + b + 1, None)
        for a, b in sorted(pairs) if a != b and max(a, b) < len(rows)
    ]  # fmt: skip
    stand = places(nodes)
    found = ways(Flow("f", "", tuple(nodes), tuple(edges)))
    assert sorted((w.edge for w in found), key=str) == sorted(edges, key=str)
    for way in found:
        start, end = stand[way.edge.start], stand[way.edge.end]
        assert way.at(0) == pytest.approx(start, abs=0.03)
        assert way.at(1) == pytest.approx(end, abs=0.03)
        assert all(0 < way.at(share / 10)[0] < 1 for share in range(11))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 14)), max_size=12))
def test_numbers_stand_on_nothing(rows: list[tuple[int, int, int]]) -> None:
    """Neither on each other nor on a box; one that has all the room stands where it would."""
    nodes = [Node(f"n{place}", 9, place) for place in range(5)]
    pairs = dict.fromkeys((a, b) for a, b, _ in rows if a != b)
    edges = tuple(Edge(f"n{a}", f"n{b}", 1, None) for a, b in pairs)
    found = [(way, 3 + n) for n, way in enumerate(ways(Flow("f", "", tuple(nodes), edges)))]
    boxes = [(*place, 0.1, 0.25) for place in places(nodes).values()]
    spots = numbered(found, boxes, [way for way, _ in found])
    stand = [_text(w, s, signs) for (w, signs), s in zip(found, spots, strict=True) if s]
    assert all(not _meet(one, other) for one, other in combinations(stand, 2))
    assert all(not _meet(one, box) for one in stand for box in boxes)
    assert numbered(found[:1], [], []) == [(way.written, way.side) for way, _ in found[:1]]


def test_numbers_stand_on_no_other_way_where_there_is_room() -> None:
    """A way that turns aside would strike those of the way straight on: they stand left of it."""
    nodes = (Node("a", 9, 0), Node("b", 8, 1), Node("c", 1, 1))
    drawn = ways(Flow("f", "", nodes, (Edge("a", "b", 8, None), Edge("a", "c", 1, None))))
    boxes = [(*place, 0.1, 0.3) for place in places(nodes).values()]
    assert numbered([(drawn[0], 13)], boxes, drawn) == [(0.5, -1)]


# --- The page ------------------------------------------------------------------------------------


def test_the_lines_behind_a_path_open_from_a_link(page: Open) -> None:
    app = page(table="paths", lines="late_order", **YEAR)
    found = table(app, "document")
    assert len(found) == 21
    assert set(found["path"].map(lambda path: "Invoice predates order" in path)) == {True}
    assert "Ordered after its invoice: 21 order lines" in said(app)
    app.segmented_control(key="told").set_value("orders").run()
    assert not app.exception
    assert [one.value for one in app.warning] == []
    assert all("document" not in one.value.columns for one in app.dataframe)


def test_what_no_list_offers_is_said(page: Open) -> None:
    app = page(table="paths", lines="<b>none</b>", told="orders", **YEAR)
    assert "link's lines “<b>none</b>” was left out" in said(app)


BOXES = """() => [...document.querySelectorAll('.annotation')].map(a => [
    a.querySelector('rect.bg').getBoundingClientRect(),
    a.closest('.js-plotly-plot').getBoundingClientRect(), a.textContent])
    .filter(([box]) => box.height > 30)
    .map(([b, p, text]) => [text, b.left - p.left, p.right - b.right, b.top, b.bottom,
        b.left, b.right])"""


def test_the_map_is_whole_on_every_screen(demo: Store, chromium: str) -> None:
    """Every box inside its picture and none over another, on a phone too."""
    with serving(demo.home) as address, browser(chromium) as opened:
        for width, theme in SCREENS:
            link = f"{address}/approvals?from=2026-01&to=2026-10"
            with visit(opened, link, width, theme) as seen:
                seen.page.wait_for_selector(".annotation")
                seen.settle()
                boxes = seen.page.evaluate(BOXES)
                assert seen.errors == []
            assert len(boxes) >= 6
            assert all(left >= 0 and right >= 0 for _, left, right, *_ in boxes)
            for (_, _, _, *one), (_, _, _, *other) in combinations(boxes, 2):
                top, bottom, left, right = one
                beside = right <= other[2] or other[3] <= left
                assert beside or bottom <= other[0] or other[1] <= top
