"""Goals that are proposed and signed: two people, one target, a budget that ties to the cent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import ConcordError
from queries.minutes import Draft
from queries.selection import Pin, Selection
from queries.store import Store
from queries.window import read_calendar, read_choices
from spend import budget, goal_agreement, kpis
from spend.agreement import SECOND_PERSON
from spend.budget_table import BY
from spend.goal_agreement import Goals
from spend.goal_budget import agreed_budget, agreed_lines, first_days, load_agreed
from spend.goal_plan import Assumptions
from spend.goal_proposals import GOAL, GoalProposal, made_again, shared_budget, with_budget
from spend.goal_sides import give_table, items, middle_of, said, sides_table
from spend.goal_signing import goal_signing
from spend.plain_data import plain, restored
from spend.target_signing import later_words
from tests import minutes_by_hand
from tests.command_line import spend
from tests.contract_files import Books
from tests.goal_company import (
    AMOUNT,
    ANN,
    AT_END_OF_2027,
    BY_CATEGORY,
    LINK,
    NOW,
    PAT,
    STILL,
    agreed,
    asked,
    later,
    loaded,
    opened,
    say,
)

MORE = replace(STILL, growth=0.1)


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return loaded(store, tmp_path / "files")


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Store]:
    """The same store, embedded alone, for what no engine can do otherwise."""
    found = opened(tmp_path / "home")
    yield found
    found.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoalProposal]:
    """A proposal, for what needs no store."""
    found = opened(tmp_path_factory.mktemp("goal") / "home")
    yield asked(found)
    found.close()


def goals(store: Store) -> Goals:
    with store.reader() as reader:
        return Goals.read(reader, 2027)


# --- What is written down ------------------------------------------------------------------------


def test_a_proposal_is_kept_whole(made: GoalProposal) -> None:
    kept = json.loads(json.dumps(made.body()))
    assert GoalProposal.parse("2027", kept) == made
    assert kept["text"] == "a budget of €1,728.00 for 2027"
    assert dict(made.budget) == BY_CATEGORY
    assert made.amount == made.plan.expected == AMOUNT
    again = made_again(made)
    assert (again.p10, again.p50, again.p90) == (made.plan.p10, made.plan.p50, made.plan.p90)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("load",), 0),
        (("load",), True),
        (("budget",), []),
        (("budget",), [["C1", 1], ["C1", 2]]),
        (("budget",), [["C1", 10**17]]),
        (("plan", "market", "drift"), [1.0, 2.0]),
        (("plan", "p10"), "12"),
        (("plan", "start"), "tomorrow"),
        (("plan", "lines"), {}),
        (("plan", "lines", 0, "phasing"), [float("nan")]),
        (("plan", "assumptions", "drift"), "up"),
        (("plan",), None),
    ],
)
def test_what_is_no_proposal_is_refused(
    made: GoalProposal, path: tuple[str | int, ...], value: object
) -> None:
    body = json.loads(json.dumps(made.body()))
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(ValueError, match=r"\w"):
        GoalProposal.parse("2027", body)
    with pytest.raises(ValueError, match="fiscal year"):
        GoalProposal.parse("2028", made.body())


def test_what_a_later_version_added_is_not_missed(made: GoalProposal) -> None:
    body = plain(made.plan)
    body["of_tomorrow"] = 1
    del body["chance"]
    assert restored(type(made.plan), body) == made.plan


@given(amount=st.integers(-(10**12), 10**12), savings=st.integers(0, 10**6))
def test_a_shared_budget_ties_out(made: GoalProposal, amount: int, savings: int) -> None:
    plan = replace(made.plan, pipeline=made.plan.pipeline[:1])
    loose = [replace(one, amount=savings) for one in plan.savings]
    found = shared_budget(replace(plan, savings=tuple(loose)), amount)
    assert sum(cents for _, cents in found) == amount
    assert shared_budget(replace(plan, lines=()), amount) == (("", amount),)


def test_another_budget_has_its_own_chance(made: GoalProposal) -> None:
    rich = with_budget(made, tuple((name, 2 * cents) for name, cents in made.budget), 0.5)
    assert (rich.amount, rich.plan.chance, rich.plan.assumptions.proposal) == (
        2 * AMOUNT, 0.5, 2 * AMOUNT,
    )  # fmt: skip
    assert replace(rich.plan, assumptions=made.plan.assumptions, chance=None) == made.plan


# --- Who signs -----------------------------------------------------------------------------------


def test_two_people_make_it_the_target(books: Books) -> None:
    store = books.store
    say(store, asked(store), ANN)
    found = goals(store)
    assert (found.agreed, list(found.sides)) == (None, ["finance"])
    assert [one.missing for one in found.standings] == ["procurement"]
    with store.reader() as reader:
        assert [entry.kind for entry in reader.entries()] == [GOAL, "target"]
    assert wanted(store) == {"finance": Decimal("1728.00")}
    say(store, asked(store), PAT)
    found = goals(store)
    assert found.agreed
    assert (found.agreed.finance, found.agreed.procurement) == ("Ann Vogt", "Pat Lee")
    books.load(later(), settings=AT_END_OF_2027)
    spent = next(
        row for row in kpis.report(store, Selection()).table("scorecard").rows if row[0] == "Actual"
    )
    assert Decimal("1728.00") in spent
    assert set(wanted(store)) == {"finance", "procurement", "agreed"}


def wanted(store: Store) -> dict[str, Decimal]:
    """What each side wants of 2027's spend, and what is agreed."""
    with store.reader() as reader:
        return later_words(reader, 2027)["actual_spend"]


def test_one_person_in_both_hats_agrees_on_nothing(one: Store) -> None:
    say(one, asked(one), ANN)
    say(one, asked(one), ("procurement", " ann  VOGT"))
    found = goals(one)
    assert found.agreed is None
    assert [one.missing for one in found.standings] == [SECOND_PERSON]
    with pytest.raises(ConcordError, match="no goal is agreed for 2027"):
        agreed_budget(one, 2027)


def test_the_same_press_twice_is_one_entry(one: Store) -> None:
    goal = asked(one)
    assert say(one, goal, ANN, "press") == say(one, goal, ANN, "press")
    with one.reader() as reader:
        assert len(reader.entries()) == 2


def test_a_proposal_that_cannot_be_read_writes_nothing(one: Store) -> None:
    draft = Draft("x", GOAL, "2027", {"plan": {}}, LINK, "finance", "Ann")
    with pytest.raises(ValueError, match="missing"):
        goal_agreement.record(one, draft, 1, NOW)
    with one.reader() as reader:
        assert not reader.entries()
    one.record(draft, 1, NOW)
    assert "minute 1 was left out" in goals(one).skipped[0]


# --- Side by side --------------------------------------------------------------------------------


def test_the_sides_stand_beside_each_other(one: Store) -> None:
    say(one, asked(one), ANN)
    assert middle_of(goals(one)) is None
    say(one, asked(one, MORE), PAT)
    found = goals(one)
    middle = middle_of(found)
    assert middle
    # A tenth more of 1,920.00; the middle is half of that above finance's.
    assert middle.amount == AMOUNT + 96_00
    # Finance's forecast exceeds it where neither saving comes, which is 1 in 25.
    assert middle.chances == {"finance": pytest.approx(0.04, abs=0.01), "procurement": 1.0}
    table = sides_table(found)
    assert table
    parts, whole = table.rows[:7], table.rows[7]
    for place in (1, 2, 3):
        assert sum(row[place] for row in parts) == whole[place]  # type: ignore[misc]
    assert items(found.sides["procurement"])["Volume"] == 192_00
    gives = give_table(found, middle)
    assert gives
    assert gives.total
    assert gives.rows[0][0] == "Steel"
    assert [float(cell) for cell in gives.total[1:]] == [1728, 1920, 1824, 96, -96]  # type: ignore[arg-type]
    told = said(found, middle)
    assert "finance proposes €1.7 k and procurement proposes €1.9 k" in told
    assert "4 % by finance's and 100 % by procurement's own forecast" in told


def test_signing_the_middle_is_agreeing(one: Store) -> None:
    say(one, asked(one), ANN)
    say(one, asked(one, MORE), PAT)
    half = goal_signing(one, Selection(), 2027).middle["procurement"]
    assert half.plan.assumptions.growth == MORE.growth
    say(one, half, PAT)
    say(one, half, ANN)
    found = goal_signing(one, Selection(), 2027)
    assert found.budget
    assert found.budget.amount == half.amount == AMOUNT + 96_00
    assert not found.middle
    assert found.said == "For 2027, €1.8 k is agreed, signed by Ann Vogt and Pat Lee."


def test_a_target_that_was_changed_since_is_said(one: Store) -> None:
    agreed(one, asked(one))
    assert "changed since" not in goal_signing(one, Selection(), 2027).said
    for team in ("finance", "procurement"):
        minutes_by_hand.write(one, "target", "actual_spend.2027", {"value": "1700"}, team=team,
                              by=team)  # fmt: skip
    told = goal_signing(one, Selection(), 2027).said
    assert told.endswith(
        "The target of the year's spend was changed since: €1,700.00 is agreed now."
    )


# --- The budget ----------------------------------------------------------------------------------


def test_an_agreed_goal_is_a_budget_to_the_cent(books: Books) -> None:
    store = books.store
    goal = agreed(store, asked(store, replace(STILL, proposal=1_000_01)))
    lines = agreed_lines(store, goal)
    for category, cents in goal.budget:
        assert sum(x for key, x in lines.items() if key[2] == category) == cents
    centres = {(key[2], key[1]) for key in lines}
    assert centres == {("C1", "A"), ("C2", "A"), ("C2", "B"), ("C3", "")}
    assert {key[0].isoformat() for key in lines} == {f"2027-{m:02d}-01" for m in range(1, 13)}
    result = load_agreed(store, 2027, now=NOW, user="Ann")
    assert result
    assert result.tables[0].loaded == len(lines)
    assert load_agreed(store, 2027, now=NOW, user="Ann") is None
    assert agreed_budget(store, 2027).is_loaded
    with store.reader() as reader:
        choices = read_choices(reader)
    assert choices.budget_versions == ("2026", "2027 agreed")
    assert choices.default_budget_version == "2026"  # 2027 has not begun


def test_the_budget_page_shows_what_was_agreed(books: Books) -> None:
    store = books.store
    goal = agreed(store, asked(store, replace(STILL, proposal=1_000_01)))
    load_agreed(store, 2027, now=NOW, user="Ann")
    year = Selection("2027-01", "2027-12", budget_version="2027 agreed")
    months = budget.report(store, year).chart("months")
    (planned,) = (s.values for s in months.series if s.scenario == "budget")
    assert sum(v for v in planned if isinstance(v, Decimal)) == Decimal("1000.01")
    for by in BY:
        report = budget.report(store, year, by=by)
        assert report.message == "2027 has not begun: €1.0 k is budgeted for it."
        assert report.figure("budget_amount").value == Decimal("1000.01")
        rows = report.table("breakdown")
        roots = [row[1] for row, depth in zip(rows.rows, rows.depth, strict=True) if not depth]
        whole = 0 if by == "supplier" else Decimal("1000.01")
        assert sum(cell for cell in roots if isinstance(cell, Decimal)) == whole
        assert not any(" is open" in note.text for note in report.notes)
        assert not any(bridge.steps for bridge in report.bridges)
    partly = budget.report(store, Selection("2026-12", "2027-12", budget_version="2027 agreed"))
    assert partly.figure("budget_amount").value == 0  # a part of it has begun: days that passed
    books.load(later(), settings=AT_END_OF_2027)
    report = budget.report(store, year)
    assert report.figure("budget_amount").value == Decimal(goal.amount).scaleb(-2)
    assert budget.report(store, Selection()).selection.budget_version == "2027 agreed"


def test_another_agreement_takes_the_place_of_the_first(books: Books) -> None:
    store = books.store
    first = agreed(store, asked(store))
    load_agreed(store, 2027, now=NOW, user="Ann")
    second = replace(first, budget=(("C1", 500_00),))
    agreed(store, second)
    assert not agreed_budget(store, 2027).is_loaded
    assert load_agreed(store, 2027, now=NOW, user="Pat")
    found = agreed_budget(store, 2027)
    assert found.is_loaded
    assert sum(found.stored.values()) == 500_00
    assert agreed_budget(store, 2027, Pin(2, 4)).lines == agreed_lines(store, first)


def test_the_lines_come_from_what_the_goal_knew(books: Books) -> None:
    goal = agreed(books.store, asked(books.store))
    before = agreed_budget(books.store, 2027).lines
    books.load({"invoice_line": [{"invoice_id": "new", "line_no": 1, "invoice_date": "2026-11-20",
                                  "supplier_id": "S2", "category_id": "C2", "amount": 9999,
                                  "cost_centre_id": "B"}]})  # fmt: skip
    assert agreed_budget(books.store, 2027).lines == before
    with books.store.reader() as reader:
        assert len(first_days(goal.plan, read_calendar(reader))) == 12


def test_the_command_loads_it_once(tmp_path: Path) -> None:
    home = tmp_path / "home"  # where the environment of a test has its store
    found = opened(home)
    agreed(found, asked(found))
    found.close()
    first, second, none = (spend("goal", year) for year in ("2027", "2027", "2030"))
    assert first.out == "Load 2: the budget 2027 agreed, 48 lines.\n"
    assert second.out == "2027 agreed is loaded already; nothing changed.\n"
    assert (first.code, second.code, none.code) == (0, 0, 1)
    assert "no goal is agreed for 2030" in none.complaint
    assert len(spend("batches", "--json").json) == 2
    assert spend("batches", "--json").json[0]["source"] == "goal 2027"


def test_assumptions_of_the_page_are_kept(one: Store) -> None:
    goal = asked(one, Assumptions(volume=(("C1", 0.5),), drift="none", draws=50))
    assert GoalProposal.parse("2027", json.loads(json.dumps(goal.body()))) == goal
