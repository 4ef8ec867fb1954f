"""What both teams recognise as a saving, and how an initiative's terms are signed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.minutes import Entry
from spend.agreement import history, in_force
from spend.savings_agreed import SIGN_OFF, Terms, sign_offs
from spend.savings_policy import (
    DEFAULT,
    POLICY,
    RULES,
    STAGES,
    TYPES,
    RecognitionPolicy,
    headed,
    spoken,
)

Change = Mapping[str, Any]


def entry(minute: int, team: str, by: str, body: Any, name: str = POLICY) -> Entry:
    at = datetime(2026, 11, 2, 9) + timedelta(minutes=minute)
    kind = POLICY if name == POLICY else SIGN_OFF
    return Entry(minute, 1, kind, name, body, "?lens=both", team, at, by)


def body(**changes: Any) -> dict[str, Any]:
    return DEFAULT.body() | changes


# --- A policy and its words -----------------------------------------------------------------------


@given(
    st.sets(st.sampled_from(TYPES)),
    *(st.sampled_from(sorted(words)) for words in RULES.values()),
    st.lists(st.floats(0, 1), min_size=len(STAGES), max_size=len(STAGES)),
)
def test_a_policy_comes_back_from_its_body(
    types: set[str], baseline: Any, months: Any, budgeted: Any, chances: list[float]
) -> None:
    kept = tuple(t for t in TYPES if t in types)
    policy = RecognitionPolicy(kept, baseline, months, budgeted, tuple(sorted(chances)))
    assert RecognitionPolicy.parse(POLICY, policy.body()) == policy


def test_the_definitions_are_the_default() -> None:
    assert DEFAULT.types == ("price_reduction", "demand_reduction", "process")
    assert (DEFAULT.baseline, DEFAULT.months, DEFAULT.budgeted) == (
        "stated", "twelve_months", "recognise"
    )  # fmt: skip
    assert DEFAULT.said() == (
        "price reduction, demand reduction and process are recognised from the price the register "
        "states, for twelve months from the start, budgeted savings included"
    )
    assert RecognitionPolicy(types=()).said().startswith("no type of saving is recognised")
    assert (spoken("value_added"), headed("value_added")) == ("value added", "Value added")


BAD_BODIES: list[Any] = [
    None,
    {},
    body(types=["working_capital"]),
    body(types="price_reduction"),
    body(types=[["price_reduction"]]),
    body(baseline="guess"),
    body(months=12),
    body(budgeted=None),
    body(probabilities={}),
    body(probabilities=[0.1] * 6),
    body(probabilities=dict.fromkeys(STAGES, 1.5)),
    body(probabilities=dict.fromkeys(STAGES, "0.5")),
    body(probabilities=dict.fromkeys(STAGES, True)),
    body(probabilities=dict.fromkeys(STAGES, float("nan"))),
    body(probabilities={**dict.fromkeys(STAGES, 0.5), "confirmed": 0.4}),
    body(more=1),
]


@pytest.mark.parametrize("given_body", BAD_BODIES)
def test_what_is_no_policy_says_the_rule(given_body: Any) -> None:
    with pytest.raises(ValueError, match=r"^\w"):
        RecognitionPolicy.parse(POLICY, given_body)


def test_a_policy_has_one_name() -> None:
    with pytest.raises(ValueError, match="recognition policy"):
        RecognitionPolicy.parse("other", DEFAULT.body())


def test_it_takes_both_teams_and_the_versions_stay() -> None:
    wider = body(types=["price_reduction", "cost_avoidance"])
    entries = [entry(1, "finance", "Fay", wider), entry(2, "finance", "Finn", wider)]
    assert in_force(entries, RecognitionPolicy.parse) == ()
    entries.append(entry(3, "procurement", "Pat", wider))
    entries += [entry(4, "procurement", "Pat", body()), entry(5, "finance", "Fay", body())]
    found = [one.value.types for one in history(entries, RecognitionPolicy.parse)]
    assert found == [("price_reduction", "cost_avoidance"), DEFAULT.types]
    assert in_force(entries, RecognitionPolicy.parse)[0].value == DEFAULT


# --- The terms of an initiative -------------------------------------------------------------------

TERMS = Terms(1200_00, "price_reduction", 10.0, 9.0, 1200.0, date(2026, 1, 1))
BARE = Terms(700_00, "process", None, None, None, date(2026, 7, 9))


@pytest.mark.parametrize("terms", [TERMS, BARE])
def test_terms_come_back_from_their_body(terms: Terms) -> None:
    assert Terms.parse("SI-1", terms.body()) == terms


@pytest.mark.parametrize(
    "change",
    [{"claimed": 1.5}, {"claimed": True}, {"start": "soon"}, {"new_unit_price": "9"}, {"more": 1}],
)
def test_bad_terms_say_the_rule(change: Change) -> None:
    with pytest.raises(ValueError, match=r"^\w"):
        Terms.parse("SI-1", {**TERMS.body(), **change})


def test_an_initiative_is_signed_by_both_for_its_terms() -> None:
    first = entry(1, "finance", "Fay", TERMS.body(), "SI-1")
    second = entry(2, "procurement", "Pat", TERMS.body(), "SI-1")

    def state(*entries: Entry, terms: Terms = TERMS) -> tuple[str, str]:
        found = sign_offs(entries, {"SI-1": terms})["SI-1"]
        return found.words, found.missing

    assert state() == ("Not signed", "both")
    assert state(first) == ("Awaits procurement", "procurement")
    assert state(first, second) == ("Signed by both", "")
    dearer = Terms(1200_00, "price_reduction", 10.0, 9.5, 1200.0, date(2026, 1, 1))
    assert state(first, second, terms=dearer) == ("Signed for other terms", "both")
    again = entry(3, "finance", "Fay", dearer.body(), "SI-1")
    assert state(first, second, again, terms=dearer) == ("Awaits procurement", "procurement")
