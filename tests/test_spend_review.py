"""A review from its plan to the next one after a load with corrections, on both engines."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from queries.errors import ConcordError
from queries.load import load
from queries.selection import Selection
from queries.store import Store
from queries.window import read_choices
from spend import marks, review
from spend.action_list import ACTION, action_body
from spend.conversation import DECISION
from spend.exact_values import exact_texts
from spend.marks import MARK
from spend.meetings import MEETING, AgendaItem, Meeting
from spend.questions import HEADLINES
from spend.review_book import Review
from spend.review_tables import says
from spend.review_topic import narrowed
from tests import small_company
from tests.contract_files import NOW
from tests.contract_files import write as write_files
from tests.minutes_by_hand import write

YEAR = Selection("2026-01", "2026-10")
OWN = AgendaItem.own("Office move")


@dataclass(frozen=True)
class Held:
    """A store in which one review was closed, a load corrected it, and the next is planned."""

    store: Store
    before: Review
    closed: Review
    next: Review


@pytest.fixture(scope="module")
def held(kept_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Held:
    store, folder = kept_store, tmp_path_factory.mktemp("review")
    load(store, write_files(folder / "one", small_company.tables()), now=NOW, user="test")
    before = review.read(store, YEAR)
    first = _planned(store, before, "first")
    _said(store, before)
    end = first.revised(state="closed", figures=exact_texts(before.figures.figures))
    write(store, MEETING, end.name, end.body(), end.request)
    load(store, _corrected(folder / "two"), now=NOW, user="test")
    _planned(store, before, "second")
    return Held(
        store, before, review.read(store, YEAR, "first"), review.read(store, YEAR, "second")
    )


def _planned(store: Store, about: Review, name: str) -> Meeting:
    topics = (*about.proposed[:1], OWN)
    meeting = Meeting(name, name.capitalize(), date(2026, 11, 2), params=about.figures.params,
                      topics=topics)  # fmt: skip
    write(store, MEETING, name, meeting.body(), meeting.request)
    return meeting


def _said(store: Store, about: Review) -> None:
    """Both agree on one figure, one disputes another; a decision and an action on a topic."""
    for team, metric, state in (
        ("finance", "budget_variance", "agreed"), ("procurement", "budget_variance", "agreed"),
        ("finance", "order_cycle_days", "disputed"),
    ):  # fmt: skip
        value = about.values[metric]
        said = marks.body(state, "Why not", value, about.figures.params)  # type: ignore[arg-type]
        write(store, MARK, metric, said, team=team)
    where = {"meeting": "first", "topic": OWN.key}
    write(store, DECISION, "kpis", {"text": "We move", **where})
    write(store, DECISION, "kpis", {"text": "Elsewhere"})
    due = date(2026, 11, 16)
    write(store, ACTION, "a", action_body("Find a van", "Ana", due, "kpis", "first", OWN.key))


def _corrected(folder: Path) -> Path:
    """One invoice of March was dearer than its first extract said."""
    (line,) = [
        row for row in small_company.tables()["invoice_line"]
        if row["invoice_id"] == "2026-03-10-a"
    ]  # fmt: skip
    return write_files(folder, {"invoice_line": [{**line, "amount": 90}]})


def test_without_a_meeting_it_says_what_would_be_on_the_agenda(held: Held) -> None:
    found = review.report(held.store, YEAR)
    assert [figure.metric for figure in found.figures] == list(HEADLINES)
    assert {table.name for table in found.tables} == {
        "headlines", "agenda", "actions", "decisions", "meetings", "minutes",
    }  # fmt: skip
    costs = [one.cost for one in held.before.proposed if one.cost is not None]
    assert costs == sorted(costs, reverse=True)
    assert found.charts[0].name == "stakes"


def test_a_review_that_is_not_there_is_an_error(held: Held) -> None:
    with pytest.raises(ConcordError, match="there is no review 'moon'; there are: first, second"):
        review.report(held.store, YEAR, meeting="moon")


def test_a_closed_review_stays_as_it_was(held: Held) -> None:
    closed, before = held.closed, held.before
    assert closed.meeting is not None
    assert closed.meeting.pin is not None
    assert closed.meeting.pin.batch == 1
    assert closed.values == before.values
    (decision,) = closed.points[1].decisions
    assert decision.body["text"] == "We move"
    assert [one.text for one in closed.points[1].actions] == ["Find a van"]
    assert (
        "1 decision and 1 action on 2 topics"
        in review.report(held.store, YEAR, meeting="first").message
    )


def test_what_was_frozen_is_what_the_pin_shows(held: Held) -> None:
    assert held.closed.meeting is not None
    then = review.read(held.store, replace(YEAR, as_of=held.closed.meeting.pin))
    assert exact_texts(then.figures.figures) == held.closed.meeting.figures


def test_a_figure_that_is_computed_otherwise_by_now_shows_both(held: Held) -> None:
    closed = held.closed
    assert closed.meeting is not None
    assert not [note for note in review.made(closed, YEAR).notes if note.kind == "warning"]
    meeting = replace(closed.meeting, figures={**closed.meeting.figures, "actual_spend": "1.00"})
    found = review.made(replace(closed, meeting=meeting), YEAR)
    (warning,) = [note.text for note in found.notes if note.kind == "warning"]
    assert warning.startswith("Actual was frozen as €1.00; this version of Concord computes €")


def test_marks_stand_until_the_figure_moves(held: Held) -> None:
    heads = {one.metric: one for one in held.closed.headlines}
    assert heads["budget_variance"].agreed
    moved = {one.metric: one for one in held.next.headlines}["budget_variance"]
    assert [mark.moved for mark in moved.marks] == [True, True]
    assert not moved.agreed
    assert "Variance moved since somebody marked it." in held.next.warnings()
    still = {one.metric: one for one in held.next.headlines}["order_cycle_days"]
    assert still.disputed  # nobody corrected an order


def test_the_next_review_starts_from_the_last(held: Held) -> None:
    found = held.next
    assert found.last is not None
    assert found.last.name == "first"
    variance = next(one for one in found.headlines if one.metric == "budget_variance")
    (change,) = variance.figure.changes
    assert (change.amount, change.label) == (Decimal("20.00"), "since 2 Nov")
    assert [one.text for one in found.promised] == ["Find a van"]
    assert not found.points[1].decisions


def test_what_was_restated_disputed_or_is_late_is_proposed(held: Held) -> None:
    titles = [one.title for one in held.next.proposed]
    assert "Variance: restated" in titles
    assert "Request to order: disputed" in titles
    late = replace(held.next, day=date(2026, 12, 1))
    assert late.proposed[-1].title == "1 action is overdue"
    assert "Find a van" in late.proposed[-1].said


def test_a_topic_that_is_proposed_again_shows_its_new_figures(held: Held) -> None:
    item = held.before.proposed[0]
    now = {one.key: one for one in held.next.proposed}[item.key]
    assert held.closed.agenda[0] == item
    assert held.next.agenda[0] == now != item


def test_a_review_of_another_part_of_the_company_is_not_compared(held: Held) -> None:
    found = review.read(held.store, replace(YEAR, category=("C1",)))
    assert found.comparable is None
    assert all(one.figure.changes == () for one in found.headlines)
    assert found.headlines[0].marks == ()
    said = review.made(found, YEAR).notes[0].text
    assert "was about another part of the company" in said


def test_a_topic_is_narrowed_to_what_it_is_about(held: Held) -> None:
    with held.store.reader() as reader:
        choices = read_choices(reader)
    item = replace(OWN, params={"category": ("C1",), "supplier": ("gone",), "table": ("law",)})
    assert narrowed(item, YEAR, choices) == replace(YEAR, category=("C1",))


def test_the_trail_has_every_entry_the_newest_first(held: Held) -> None:
    table = review.report(held.store, YEAR).table("minutes")
    minutes = [row[0] for row in table.rows]
    assert minutes == sorted(minutes, reverse=True)  # type: ignore[type-var]
    words = [[str(cell) for cell in row] for row in table.rows]
    assert any("We move" in row[6] for row in words)
    assert any(row[4] == "mark" and "Why not" in row[6] for row in words)


def test_what_is_closed_on_a_later_day_has_the_actions_of_that_day(held: Held) -> None:
    today = date(2026, 11, 20)
    assert review.read(held.store, YEAR, "second", today).day == today
    closed = review.read(held.store, YEAR, "first", today)
    assert closed.meeting is not None
    assert closed.day == closed.meeting.at.date() != today


def test_a_restated_topic_says_what_it_is_now(held: Held) -> None:
    (restated,) = (one for one in held.next.proposed if one.title == "Variance: restated")
    assert held.next.meeting is not None
    stale = replace(restated, said="Variance was restated by something else.")
    planned = replace(held.next.meeting, topics=(stale,))
    assert replace(held.next, meeting=planned).agenda == (restated,)


def test_what_another_part_of_the_company_did_moved_nothing(held: Held) -> None:
    assert held.next.moved
    found = review.read(held.store, replace(YEAR, category=("C1",)))
    assert found.last is not None
    assert found.moved == ()
    assert not [one for one in found.proposed if one.title.endswith("restated")]


def test_a_reason_is_not_read_as_part_of_the_mark() -> None:
    said = marks.Mark("stock_value", "finance", "disputed", "by finance it: finance says", "1.00")
    assert says([said], "finance") == "disputed: by finance it: finance says"
    assert says([replace(said, moved=True, reason="")], "finance") == "moved since it was disputed"
    assert says([said], "procurement") == ""
