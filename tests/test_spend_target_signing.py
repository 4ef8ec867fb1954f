"""Targets that the teams propose and sign, beside those that loads bring: the later word holds."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.load import load
from queries.minutes import Draft
from queries.selection import Pin, Selection
from queries.store import Store
from queries.window import read_choices, read_window
from spend.definitions import dictionary
from spend.kpi_targets import Target, read_targets
from spend.registry import all_metrics
from spend.target_history import TargetVersion
from spend.target_proposals import TargetProposals, target_proposals
from spend.target_signing import TARGET, Wanted
from tests.contract_files import NOW, write

DAYS = {"metric_id": "days_to_pay", "fiscal_year": 2026, "finance_target": 60,
        "procurement_target": 45, "agreed_target": 52}  # fmt: skip
PEOPLE = {"finance": "Ada", "procurement": "Ben"}


@pytest.fixture
def company(store: Store, tmp_path: Path) -> Store:
    """One invoice, and one target of 2026 that a load brought."""
    line = {"invoice_id": "I1", "line_no": 1, "invoice_date": "2026-01-15", "supplier_id": "S",
            "amount": "10"}  # fmt: skip
    rows = {"invoice_line": [line], "kpi_target": [DAYS]}
    source = write(tmp_path / "first", rows, {"data_through": "2026-10-31"})
    load(store, source, now=NOW, user="test")
    return store


def propose(store: Store, team: str, wanted: Wanted, batch: int = 1, by: str = "") -> None:
    by = by or PEOPLE[team]
    request = f"{team} {wanted} {batch} {by}"
    draft = Draft(request, TARGET, wanted.name, wanted.body(), "", team, by)
    store.record(draft, batch, NOW)


def later_load(store: Store, folder: Path, changed: Mapping[str, object]) -> None:
    load(store, write(folder, {"kpi_target": [{**DAYS, **changed}]}), now=NOW, user="test")


def days(number: str) -> Wanted:
    return Wanted("days_to_pay", 2026, Decimal(number))


def targets(store: Store) -> dict[str, Target]:
    asked = Selection("2026-01", "2026-03")
    with store.reader() as reader:
        return read_targets(reader, read_window(reader, asked, read_choices(reader)), all_metrics())


def proposals(store: Store, metric: str = "days_to_pay") -> TargetProposals:
    return target_proposals(store, Selection("2026-01", "2026-03"), metric)


def test_a_proposal_is_its_sides_word_and_agreed_once_the_other_signs(company: Store) -> None:
    assert targets(company)["days_to_pay"] == Target(60.0, 45.0, 52.0)
    propose(company, "finance", days("58"))
    assert targets(company)["days_to_pay"] == Target(58.0, 45.0, 52.0)
    assert proposals(company).said == (
        "For 2026: Finance wants 58.0 days and procurement wants 45.0 days; 13.0 days apart; "
        "agreed: 52.0 days."
    )
    propose(company, "procurement", days("58"))
    assert targets(company)["days_to_pay"] == Target(58.0, 58.0, 58.0)
    assert proposals(company).said == (
        "For 2026: Finance wants 58.0 days and procurement wants 58.0 days; agreed: 58.0 days."
    )


def test_one_person_of_both_teams_agrees_on_nothing(company: Store) -> None:
    propose(company, "finance", days("58"), by="Ada")
    propose(company, "procurement", days("58"), by="Ada")
    assert targets(company)["days_to_pay"] == Target(58.0, 58.0, 52.0)
    assert [one.missing for one in proposals(company).standings] == ["a second person"]


def test_what_is_agreed_stands_until_both_agree_on_something_else(company: Store) -> None:
    for team in PEOPLE:
        propose(company, team, days("58"))
    propose(company, "finance", days("61"))
    assert targets(company)["days_to_pay"] == Target(61.0, 58.0, 58.0)


def test_a_figure_that_no_load_has_a_target_for_can_have_one(company: Store) -> None:
    spend = Wanted.typed("actual_spend", 2026, 1200.456)
    assert spend.value == Decimal("1200.46")
    propose(company, "procurement", spend)
    found = targets(company)["actual_spend"]
    assert (found.finance, found.procurement, found.agreed) == (None, Decimal("1200.46"), None)
    assert found.open
    assert 0 < found.part < 1  # a flow: a part of the year is held against a part of the target


def test_a_later_load_takes_the_place_of_what_it_changes_only(
    company: Store, tmp_path: Path
) -> None:
    for team in PEOPLE:
        propose(company, team, days("58"))
    later_load(company, tmp_path / "second", {"finance_target": 62})
    assert targets(company)["days_to_pay"] == Target(62.0, 58.0, 58.0)
    later_load(company, tmp_path / "third", {"finance_target": 62, "agreed_target": 50})
    assert targets(company)["days_to_pay"] == Target(62.0, 58.0, 50.0)
    propose(company, "finance", days("59"), batch=3)
    assert targets(company)["days_to_pay"] == Target(59.0, 58.0, 50.0)


def in_force(store: Store) -> list[TargetVersion]:
    found = dictionary(store, Selection()).definitions["days_to_pay"].targets
    return [one for one in found if not one.ended]


def test_what_a_load_said_otherwise_of_holds_again_once_it_is_signed_again(
    company: Store, tmp_path: Path
) -> None:
    for team in PEOPLE:
        propose(company, team, days("70"))
    said = {"finance_target": 42, "procurement_target": 61, "agreed_target": 47}
    later_load(company, tmp_path / "second", said)
    assert targets(company)["days_to_pay"] == Target(42.0, 61.0, 47.0)
    assert proposals(company).standings == ()
    propose(company, "finance", days("70"), batch=2)
    assert targets(company)["days_to_pay"] == Target(70.0, 61.0, 47.0)
    assert [one.missing for one in proposals(company).standings] == ["procurement"]
    propose(company, "procurement", days("70"), batch=2)
    assert targets(company)["days_to_pay"] == Target(70.0, 70.0, 70.0)
    assert [one.state for one in proposals(company).standings] == ["in force"]
    assert [(one.agreed, one.place[0]) for one in in_force(company)] == [(70.0, 2)]


def test_a_word_that_a_load_took_away_cannot_be_signed(company: Store, tmp_path: Path) -> None:
    propose(company, "finance", days("58"))
    later_load(company, tmp_path / "second", {"finance_target": 62})
    propose(company, "procurement", days("58"), batch=2)
    assert targets(company)["days_to_pay"] == Target(62.0, 58.0, 52.0)
    assert [one.missing for one in proposals(company).standings] == ["finance"]
    propose(company, "finance", days("58"), batch=2)
    assert targets(company)["days_to_pay"] == Target(58.0, 58.0, 58.0)


def test_one_version_is_in_force_and_says_what_holds(company: Store, tmp_path: Path) -> None:
    for team in PEOPLE:
        propose(company, team, days("55"))
    for number, said in enumerate(
        ({"procurement_target": 50}, {"agreed_target": 46, "procurement_target": 50})
    ):
        later_load(company, tmp_path / str(number), said)
        (one,) = in_force(company)
        holds = targets(company)["days_to_pay"]
        assert (one.finance, one.procurement, one.agreed) == (
            holds.finance, holds.procurement, holds.agreed,
        )  # fmt: skip
        agreed = [each.said for each in proposals(company).standings if each.state == "in force"]
        assert agreed == (["55.0 days for 2026"] if holds.agreed == 55.0 else [])


def test_a_pinned_view_keeps_the_target_of_its_moment(company: Store) -> None:
    propose(company, "finance", days("58"))
    with company.reader() as reader:
        pin = Pin(reader.batch, reader.minute)
    propose(company, "procurement", days("58"))
    then = target_proposals(company, Selection(as_of=pin), "days_to_pay")
    assert then.target.agreed == 52.0
    assert proposals(company).target.agreed == 58.0


def test_the_definitions_tell_every_target_that_ever_was(company: Store, tmp_path: Path) -> None:
    for number in ("58", "57"):
        for team in PEOPLE:
            propose(company, team, days(number))
    rows = [(one.agreed, one.state) for one in dictionary(company, Selection()).definitions[
        "days_to_pay"].targets]  # fmt: skip
    signed = "signed by Ada and Ben, 2 November 2026"
    assert rows == [
        (57.0, "in force"),
        (58.0, f"until it was {signed}"),
        (52.0, f"until it was {signed}"),
    ]
    later_load(company, tmp_path / "second", {"agreed_target": 50})
    states = [one.state for one in dictionary(company, Selection()).definitions[
        "days_to_pay"].targets]  # fmt: skip
    assert states[:2] == ["in force", "until load 2"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("days_to_play.2026", {"value": "1"}),
        ("days_to_pay", {"value": "1"}),
        ("days_to_pay.2026", {"value": "NaN"}),
        ("days_to_pay.2026", {"value": "1e400"}),
        ("days_to_pay.2026", {"value": "Infinity"}),
        ("days_to_pay.2026", {"value": 1}),
        ("days_to_pay.2026", {}),
        ("days_to_pay.2026", ["1"]),
        ("days_to_pay.2026", None),
        ("days_to_pay.²", {"value": "1"}),
    ],
)
def test_an_entry_that_says_nothing_is_left_out(name: str, body: object) -> None:
    with pytest.raises(ValueError, match="a target"):
        Wanted.parse(name, body)


@given(
    st.sampled_from(sorted(all_metrics())),
    st.integers(1, 9999),
    st.decimals(-(10**14), 10**14, allow_nan=False, places=6),
)
def test_what_is_written_reads_back(metric: str, year: int, value: Decimal) -> None:
    wanted = Wanted(metric, year, value)
    assert Wanted.parse(wanted.name, wanted.body()) == wanted
