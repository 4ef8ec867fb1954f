"""Who signed what: both teams, two people, the same words; and everything that stood before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from queries.minutes import Entry
from spend import agreement
from spend.agreement import SECOND_PERSON, SIDES, Standing, standings


def number(name: str, body: Any) -> int:
    """What these entries say: a whole number."""
    if not isinstance(body, int):
        raise ValueError("give a whole number")
    return body


def entry(minute: int, team: str, by: str, body: Any, name: str = "target") -> Entry:
    at = datetime(2026, 11, 2, 9) + timedelta(minutes=minute)
    return Entry(minute, 1, "any", name, cast(Any, body), "?lens=both", team, at, by)


def number_of(one: Entry) -> Any:
    return one.body


def signed(minute: int, body: int, name: str = "target") -> list[Entry]:
    return [
        entry(minute, "finance", "Fay", body, name),
        entry(minute + 1, "procurement", "Pat", body, name),
    ]


def test_what_stood_before_stays_readable() -> None:
    entries = [*signed(1, 10), *signed(3, 20), *signed(5, 10), *signed(7, 3, "another")]
    assert [(one.value, one.entry.minute) for one in agreement.history(entries, number)] == [
        (10, 2), (20, 4), (10, 6), (3, 8),
    ]  # fmt: skip
    assert [(one.name, one.value) for one in agreement.in_force(entries, number)] == [
        ("another", 3), ("target", 10),
    ]  # fmt: skip


def test_signing_again_what_stands_is_no_new_version() -> None:
    entries = [*signed(1, 10), *signed(3, 10)]
    assert [one.entry.minute for one in agreement.history(entries, number)] == [2]


def test_a_minute_that_says_nothing_is_named() -> None:
    entries = [entry(1, "finance", "Fay", "ten"), entry(2, "sales", "Sam", 10)]
    assert agreement.skipped(entries, number, "target") == (
        "The target in minute 1 was left out: give a whole number.",
        "The target in minute 2 was left out: neither finance nor procurement signed it.",
    )
    assert not agreement.in_force(entries, number)
    assert not agreement.proposed(entries, number)


def test_a_name_typed_otherwise_is_no_second_person() -> None:
    entries = [entry(1, "finance", "Fay Orr", 10), entry(2, "procurement", " fay  orr", 10)]
    assert not agreement.in_force(entries, number)
    (asked,) = agreement.proposed(entries, number)
    assert asked.missing == SECOND_PERSON


def test_rows_of_a_page_say_whose_turn_it_is() -> None:
    entries = [*signed(1, 10), entry(3, "procurement", "Pat", 20)]
    agreed, asked = agreement.in_force(entries, number), agreement.proposed(entries, number)
    rows = standings(agreed, asked, lambda value: f"at most {value}", lambda value: {"to": value})
    assert rows == (
        Standing("At most 10", "target", {"to": 10}, "in force", "Fay", "Pat", "",
                 entries[1].recorded_at),
        Standing("At most 20", "target", {"to": 20}, "proposed", "", "Pat", "finance",
                 entries[2].recorded_at),
    )  # fmt: skip


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["finance", "procurement", "sales"]),
        st.sampled_from(["Fay", "Max", "Pat", ""]),
        st.sampled_from([1, 2, "x"]),
    ),
    max_size=12,
)


@given(ENTRIES)
def test_nothing_stands_without_two_people_of_both_teams(
    drawn: Sequence[tuple[str, str, Any]],
) -> None:
    entries = [entry(minute, *words) for minute, words in enumerate(drawn, 1)]
    for one in agreement.history(entries, number):
        said = [e for e in entries if number_of(e) == one.value and e.minute <= one.entry.minute]
        assert one.finance != one.procurement
        assert one.finance in {e.recorded_by for e in said if e.team == "finance"}
        assert one.procurement in {e.recorded_by for e in said if e.team == "procurement"}


@given(ENTRIES)
def test_what_is_missing_completes_what_is_asked_for(drawn: Sequence[tuple[str, str, Any]]) -> None:
    """The signature that a proposal lacks, given by somebody new, brings it into force."""
    entries = [entry(minute, *words) for minute, words in enumerate(drawn, 1)]
    for one in agreement.proposed(entries, number):
        teams = SIDES if one.missing == SECOND_PERSON else (one.missing,)
        for team in teams:
            then = [*entries, entry(99, team, "Zoe", one.value)]
            (now,) = agreement.in_force(then, number)
            assert now.value == one.value
