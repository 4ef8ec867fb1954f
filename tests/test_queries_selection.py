"""Selections: links in and out, hostile links, subtrees, and a sentence for people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from queries import mart_tables, schema
from queries.calendar import Calendar, build
from queries.selection import (
    FILTERS,
    LENSES,
    NOT_ASSIGNED,
    URL_KEYS,
    Choices,
    Option,
    Pin,
    Selection,
    conditions,
    parse,
    sentence,
    to_params,
    without_defaults,
)
from queries.store import Store
from queries.window import read_choices
from tests.contract_files import Books

PERIODS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)]


def choices_of(
    ids: Sequence[str], versions: Sequence[str], batches: int, first: str, last: str
) -> Choices:
    calendar = Calendar(
        tuple(build([], date(2024, 1, 1), date(2026, 12, 1), 1, date(2026, 10, 31)))
    )
    options = {one.key: {i: Option(i, f"{one.one} {i}") for i in ids} for one in FILTERS}
    version = versions[-1] if versions else None
    return Choices(calendar, options, tuple(versions), batches, first, last, version)


CHOICES = choices_of(["A", "B", "C"], ["v1", "v2"], 9, "2026-01", "2026-10")

# --- There and back ------------------------------------------------------------------------------

IDS = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=5, unique=True)


@st.composite
def choices_and_selections(draw: st.DrawFn) -> tuple[Choices, Selection]:
    """Anything that can be chosen in anything that could be loaded."""
    ids, versions = draw(IDS), draw(IDS | st.just(list[str]()))
    bounds = sorted(draw(st.tuples(st.sampled_from(PERIODS), st.sampled_from(PERIODS))))
    choices = choices_of(ids, versions, draw(st.integers(1, 30)), *bounds)
    start, end = sorted(draw(st.tuples(st.sampled_from(PERIODS), st.sampled_from(PERIODS))))
    several = st.lists(st.sampled_from([*ids, NOT_ASSIGNED]), max_size=4, unique=True).map(tuple)
    pins = st.builds(
        Pin, st.integers(1, choices.latest_batch), st.none() | st.integers(0, 10**9 - 1)
    )
    selection = Selection(
        start,
        end,
        **{one.key: draw(several) for one in FILTERS},
        budget_version=draw(st.sampled_from([None, *versions])),
        as_of=draw(st.none() | pins),
        lens=draw(st.sampled_from(LENSES)),
    )
    return choices, without_defaults(selection, choices)


@given(choices_and_selections())
def test_a_link_says_exactly_what_was_chosen(case: tuple[Choices, Selection]) -> None:
    choices, selection = case
    link = to_params(selection)
    assert parse(link, choices) == (selection, ())
    assert set(link) <= set(URL_KEYS)
    assert all(link.values())


@given(choices_and_selections())
def test_a_sentence_can_always_be_said(case: tuple[Choices, Selection]) -> None:
    choices, selection = case
    said = sentence(selection, choices)
    assert said.endswith(".")
    assert selection.as_of is None or f"as of load {selection.as_of}" in said


def test_the_default_is_an_empty_link() -> None:
    assert parse({}, CHOICES) == (Selection(), ())
    assert to_params(Selection()) == {}
    spelt_out = {"from": ["2026-01"], "to": ["2026-10"], "budget_version": ["v2"], "lens": ["both"]}
    assert parse(spelt_out, CHOICES) == (Selection(), ())


def test_other_parameters_of_a_link_are_left_alone() -> None:
    assert parse({"tab": ["bridge"], "person": ["finance"]}, CHOICES) == (Selection(), ())


# --- Hostile links -------------------------------------------------------------------------------

HUGE = "9" * 100_000
HOSTILE = [
    *[("as_of", value) for value in (
        "abc", "0", "10", "999999999999", "1.2.3", "-1", "1.", ".1", "+1", "1e0", " 1", "١", "",
        HUGE,
    )],
    *[("lens", value) for value in ("evil", "", "BOTH", "finance ", HUGE)],
    *[(key, value) for key in ("from", "to") for value in (
        "2026-13", "2026", "", "'; DROP TABLE supplier; --", "2026-01\n", HUGE,
    )],
    *[(one.key, value) for one in FILTERS for value in (
        "Z", "", "a", "A\0", "<script>alert(1)</script>", "\u202eA", "*", "A,B", HUGE,
    )],
    *[("budget_version", value) for value in ("v3", "", "V1", "\x1b[31mv1", HUGE)],
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), HOSTILE, ids=lambda value: repr(value)[:24])
def test_a_hostile_value_is_dropped_with_one_notice(key: str, value: str) -> None:
    selection, notices = parse({key: [value], "item": ["B"]} | {key: [value]}, CHOICES)
    kept = () if key == "item" else ("B",)
    assert selection == Selection(item=kept)
    (notice,) = notices
    assert notice.startswith(f"The link's {key} “")
    assert len(notice) < 250
    assert notice.isprintable()


def test_each_dropped_value_has_a_notice_and_the_others_stay() -> None:
    params = {"supplier": ["A", "X", "B", "Y", "A"], "lens": ["finance", "procurement"]}
    selection, notices = parse(params, CHOICES)
    assert selection == Selection(supplier=("A", "B"), lens="finance")
    assert len(notices) == 3


@pytest.mark.parametrize(
    ("params", "expected", "dropped"),
    [
        ({"from": ["2026-05"], "to": ["2026-02"]}, Selection("2026-05", "2026-05"), "to"),
        ({"to": ["2025-12"]}, Selection(), "to"),
        ({"from": ["2026-11"]}, Selection(), "from"),
        ({"from": ["2026-05", "2026-04"]}, Selection("2026-05"), "from"),
    ],
)
def test_periods_that_cannot_be_are_dropped(
    params: dict[str, list[str]], expected: Selection, dropped: str
) -> None:
    selection, notices = parse(params, CHOICES)
    assert selection == expected
    (notice,) = notices
    assert notice.startswith(f"The link's {dropped} “")


@given(
    st.dictionaries(
        st.sampled_from([*URL_KEYS, "other"]),
        st.lists(
            st.text() | st.sampled_from([*PERIODS, "A", "v1", "3", "3.1", "-", "finance"]),
            max_size=4,
        ),
    )
)
def test_whatever_a_link_holds_becomes_a_selection(params: dict[str, list[str]]) -> None:
    selection, notices = parse(params, CHOICES)
    given_values = sum(len(values) for key, values in params.items() if key in URL_KEYS)
    assert len(notices) <= given_values
    assert parse(to_params(selection), CHOICES) == (selection, ())


def test_a_pin_says_itself() -> None:
    assert [str(Pin.parse(text)) for text in ("12", "12.4", "007.01")] == ["12", "12.4", "7.1"]


# --- In words ------------------------------------------------------------------------------------


def test_a_selection_says_itself_in_one_sentence() -> None:
    assert sentence(Selection(), CHOICES) == (
        "January to October 2026, the whole company, budget “v2”."
    )
    chosen = Selection(
        "2025-12", "2025-12", supplier=("A",), category=("A", "B", "C", NOT_ASSIGNED),
        budget_version="v1", as_of=Pin(3, 1),
    )  # fmt: skip
    assert sentence(chosen, CHOICES) == (
        "December 2025, categories category A + category B + category C and 1 more, "
        "supplier supplier A, budget “v1”, as of load 3.1."
    )
    bare = replace(CHOICES, budget_versions=(), default_budget_version=None)
    nothing = Selection("2025-11", "2026-02", item=(NOT_ASSIGNED,))
    assert sentence(nothing, bare) == "November 2025 to February 2026, item not assigned."


# --- In a store ----------------------------------------------------------------------------------

CENTRES = {"TOP": None, "A": "TOP", "A1": "A", "A2": "A", "B": "TOP", "X": "Y", "Y": "X", "Z": "Z",
           "ORPHAN": "GONE"}  # fmt: skip


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    """One invoice line of 1, 2, 4, … for each cost centre, and one for none."""
    books = Books(store, tmp_path)
    line = {"line_no": 1, "invoice_date": "2026-01-05", "supplier_id": "S1"}
    lines = [
        {**line, "invoice_id": f"I{n}", "amount": 2**n, "cost_centre_id": centre}
        for n, centre in enumerate([*CENTRES, None])
    ]
    books.load({
        "supplier": [{"supplier_id": "S1", "name": "One"}],
        "cost_centre": [{"cost_centre_id": c, "name": c, "parent_cost_centre_id": parent}
                        for c, parent in CENTRES.items()],
        "budget_line": [{"version": version, "period_start": "2026-01-01", "amount": 1}
                        for version in ("b", "a")],
        "invoice_line": lines,
    })  # fmt: skip
    return books


def centres(books: Books, *chosen: str, pin: Pin | None = None) -> set[str]:
    """The cost centres that a filter takes."""
    flow = mart_tables.spend_flow
    selection = Selection(cost_centre=chosen)
    with books.store.reader(pin) as reader:
        rows = reader.rows(
            select(flow.c.cost_centre_id).where(*conditions(selection, flow, reader.batch))
        )
        return {row[0] for row in rows}


def test_a_parent_takes_its_subtree(books: Books) -> None:
    assert centres(books, "A1") == {"A1"}
    assert centres(books, "A") == {"A", "A1", "A2"}
    assert centres(books, "TOP") == {"TOP", "A", "A1", "A2", "B"}
    assert centres(books, "A1", "B") == {"A1", "B"}
    assert centres(books, "ORPHAN") == {"ORPHAN"}


def test_a_loop_in_the_tree_ends_where_it_closes(books: Books) -> None:
    assert centres(books, "X") == centres(books, "Y") == {"X", "Y"}
    assert centres(books, "Z") == {"Z"}


def test_what_is_not_assigned_can_be_chosen(books: Books) -> None:
    assert centres(books, NOT_ASSIGNED) == {""}
    assert centres(books, NOT_ASSIGNED, "A1") == {"", "A1"}
    assert centres(books) == {*CENTRES, ""}


def test_a_pinned_selection_keeps_the_tree_of_its_load(books: Books) -> None:
    moved = {"cost_centre_id": "A2", "name": "A2", "parent_cost_centre_id": "B"}
    books.load({"cost_centre": [moved]})
    assert centres(books, "A") == {"A", "A1"}
    assert centres(books, "B") == {"B", "A2"}
    assert centres(books, "A", pin=Pin(1)) == {"A", "A1", "A2"}


def test_a_filter_that_rows_do_not_have_takes_none_of_them(books: Books) -> None:
    with books.store.reader() as reader:
        budget = schema.budget_line
        for chosen in (Selection(supplier=("S1",)), Selection(category=("S1",))):
            found = reader.rows(
                select(budget.c.version).where(*conditions(chosen, budget, reader.batch))
            )
            assert found == []


def test_choices_are_what_the_load_holds(books: Books) -> None:
    with books.store.reader() as reader:
        choices = read_choices(reader)
    assert list(choices.options["cost_centre"]) == sorted(CENTRES)
    assert choices.options["cost_centre"]["A1"] == Option("A1", "A1", "A")
    assert choices.options["supplier"]["S1"] == Option("S1", "One")
    assert (choices.budget_versions, choices.default_budget_version) == (("a", "b"), "b")
    assert (choices.default_from, choices.default_to) == ("2026-01", "2026-01")
    assert choices.latest_batch == 1


def test_the_last_loaded_budget_is_the_default_unless_a_setting_says_otherwise(
    books: Books,
) -> None:
    books.load({"budget_line": [{"version": "0", "period_start": "2026-01-01", "amount": 1}]})
    with books.store.reader() as reader:
        assert read_choices(reader).budget_versions == ("a", "b", "0")
        assert read_choices(reader).default_budget_version == "0"
    with books.store.reader(Pin(1)) as reader:
        assert read_choices(reader).budget_versions == ("a", "b")
