"""Marks on figures: per team the latest, while the figure has the value that was marked."""

from decimal import Decimal
from typing import Any

import pytest

from queries.minutes import Entry
from spend.exact_values import exact_text, read_back, same
from spend.marks import MARK, State, agreed, body, disputed, skipped, standing
from spend.result import Value
from tests.minutes_by_hand import entry

NOW: dict[str, Value] = {"stock_value": Decimal("12.50"), "days_to_pay": 44.1}
HERE = {"from": ["2026-01"], "to": ["2026-10"]}


def mark(
    minute: int, state: State, team: str = "finance", metric: str = "stock_value",
    value: Value = Decimal("12.50"), reason: str = "", params: dict[str, list[str]] = HERE,
) -> Entry:  # fmt: skip
    return entry(minute, MARK, metric, body(state, reason, value, params), team)


def test_both_teams_agree_once_both_said_so() -> None:
    one = standing([mark(1, "agreed")], NOW, HERE)["stock_value"]
    assert not agreed(one)
    both = standing([mark(1, "agreed"), mark(2, "agreed", "procurement")], NOW, HERE)
    assert agreed(both["stock_value"])
    assert both["days_to_pay"] == ()


def test_the_latest_mark_of_a_team_counts() -> None:
    said = [mark(1, "agreed"), mark(2, "agreed", "procurement"),
            mark(3, "disputed", reason="Lyon is missing")]  # fmt: skip
    found = standing(said, NOW, HERE)["stock_value"]
    assert disputed(found)
    assert not agreed(found)
    assert found[0].said() == "disputed by finance: Lyon is missing"
    taken_back = standing([*said, mark(4, "none")], NOW, HERE)["stock_value"]
    assert [one.team for one in taken_back] == ["procurement"]


def test_a_mark_stands_while_the_figure_has_the_value_that_was_marked() -> None:
    said = [mark(1, "disputed", reason="?"), mark(2, "agreed", "procurement")]
    moved = standing(said, {**NOW, "stock_value": Decimal("12.51")}, HERE)["stock_value"]
    assert [one.moved for one in moved] == [True, True]
    assert not disputed(moved)
    assert not agreed(moved)
    assert moved[0].said() == "moved since finance disputed it: ?"
    assert disputed(standing(said, NOW, HERE)["stock_value"])  # and back again


def test_floats_that_an_engine_summed_otherwise_have_not_moved() -> None:
    said = [mark(1, "agreed", metric="days_to_pay", value=44.1)]
    near = standing(said, {**NOW, "days_to_pay": 44.1 + 1e-12}, HERE)["days_to_pay"]
    far = standing(said, {**NOW, "days_to_pay": 44.2}, HERE)["days_to_pay"]
    assert [one.moved for one in (*near, *far)] == [False, True]


def test_a_mark_is_of_one_selection() -> None:
    elsewhere = {**HERE, "category": ["C1"]}
    said = [mark(1, "agreed", params=elsewhere)]
    assert standing(said, NOW, HERE)["stock_value"] == ()
    assert standing(said, NOW, elsewhere)["stock_value"] != ()


def test_a_newer_budget_takes_no_mark_off_a_figure_that_it_does_not_move() -> None:
    said = [mark(1, "agreed", params={**HERE, "budget_version": ["2026"]})]
    (one,) = standing(said, NOW, {**HERE, "budget_version": ["2026b"]})["stock_value"]
    assert not one.moved
    moved = {**NOW, "stock_value": Decimal(13)}
    (one,) = standing(said, moved, {**HERE, "budget_version": ["2026b"]})["stock_value"]
    assert one.moved


@pytest.mark.parametrize(
    ("name", "team", "given"),
    [
        ("moon", "finance", {}), ("stock_value", "guest", {}),
        ("stock_value", "finance", {"state": "fine"}), ("stock_value", "finance", {"value": 5}),
        ("stock_value", "finance", {"reason": ["x"]}), ("stock_value", "finance", {"params": []}),
        ("stock_value", "finance", {"params": {"to": [1]}}),
    ],
)  # fmt: skip
def test_what_marks_nothing_is_skipped_and_said(
    name: str, team: str, given: dict[str, Any]
) -> None:
    bad = entry(3, MARK, name, {**body("agreed", "", Decimal(1), HERE), **given}, team)
    good = mark(4, "agreed")
    assert len(standing([bad, good], NOW, HERE)["stock_value"]) == 1
    (line,) = skipped([bad, good])
    assert line.startswith("The mark in minute 3 was left out: ")


# --- Exact text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("stock_value", Decimal("-1234567.80")), ("days_to_pay", 0.1 + 0.2),
        ("on_time_in_full", 1 / 3), ("duplicate_candidates", 12), ("stock_value", None),
    ],
)  # fmt: skip
def test_a_figure_reads_back_exactly(metric: str, value: Value) -> None:
    text = exact_text(value)
    assert read_back(text, metric) == value
    assert same(text, value)


@pytest.mark.parametrize("text", ["much", "NaN", "inf", "1 000"])
def test_what_is_no_number_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_back(text, "stock_value")
    assert not same(text, Decimal(1))
    assert not same(text, 1.5)
