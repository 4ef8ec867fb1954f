"""Who signed what: policies of stock from the minutes, and which of them each item falls under."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.minutes import Entry
from spend.agreement import SECOND_PERSON, Agreed
from spend.demand import CLASSES
from spend.stock_items import StockItems
from spend.stock_policies import (
    apply_policies,
    if_signed,
    in_force,
    proposed,
    skipped,
)  # fmt: skip
from spend.stock_target import Policy, percent, scope_words
from tests.made_up_stock import choices, entry, made_up, signed, uneven

TREE = {"C1": None, "C11": "C1", "C111": "C11", "C2": None, "R1": "R2", "R2": "R1", "O": "gone"}
SCOPES = ("all", "category:C1", "category:C11", "category:-", "class:lumpy", "item:IT-0001")
HIGH, LOW = {"service_level": 0.98}, {"service_level": 0.9}


def finance(minute: int, body: Any, scope: str = "all", by: str = "Fay") -> Entry:
    return entry(minute, "finance", by, scope, body)


def procurement(minute: int, body: Any, scope: str = "all", by: str = "Pat") -> Entry:
    return entry(minute, "procurement", by, scope, body)


def agreed_bodies(entries: Sequence[Entry]) -> dict[str, Any]:
    return {one.name: one.value.body() for one in in_force(entries)}


def open_bodies(entries: Sequence[Entry]) -> list[tuple[Any, str]]:
    return [(one.value.body(), one.missing) for one in proposed(entries)]


# --- A policy and its words -----------------------------------------------------------------------


@given(
    st.sampled_from(SCOPES),
    st.sampled_from(["service_level", "fill_rate"]),
    st.floats(0.001, 0.99999),
    st.none() | st.floats(0, 365),
)
def test_a_policy_comes_back_from_its_body(scope: str, kind: Any, level: float, days: Any) -> None:
    policy = Policy(scope, kind, level, days)
    assert Policy.parse(scope, policy.body()) == policy


@pytest.mark.parametrize(
    ("scope", "body", "rule"),
    [
        ("all", {"service_level": 1}, "a cycle service level is above 0 and below 1"),
        ("all", {"service_level": 1e-20}, "a cycle service level is above 0 and below 1"),
        ("all", {"service_level": 0}, "a cycle service level is above 0 and below 1"),
        ("all", {"service_level": True}, "a cycle service level is above 0 and below 1"),
        ("all", {"service_level": "0.9"}, "a cycle service level is above 0 and below 1"),
        ("all", {"service_level": float("nan")}, "a cycle service level is above 0 and below 1"),
        ("all", {"fill_rate": 10**400}, "a fill rate is above 0 and below 1"),
        ("all", {"fill_rate": [0.9]}, "a fill rate is above 0 and below 1"),
        ("all", {**HIGH, "review_days": -1}, "review days are 0 to 365"),
        ("all", {**HIGH, "review_days": 366}, "review days are 0 to 365"),
        ("all", {**HIGH, "review_days": "7"}, "review days are 0 to 365"),
        ("all", {**HIGH, "fill_rate": 0.9}, "one of service_level, fill_rate and clear"),
        ("all", {"review_days": 7}, "one of service_level, fill_rate and clear"),
        ("all", {"level": 0.9}, "one of service_level, fill_rate and clear"),
        ("all", {"clear": False}, "one of service_level, fill_rate and clear"),
        ("all", {"clear": True, "review_days": 7}, "clears a scope sets nothing else"),
        ("all", [], "one of service_level, fill_rate and clear"),
        ("all", None, "one of service_level, fill_rate and clear"),
        ("class:dull", HIGH, "a class is one of smooth, erratic"),
        ("everything", HIGH, "a scope is all, category"),
        ("item:", HIGH, "a scope is all, category"),
        ("", HIGH, "a scope is all, category"),
    ],
)
def test_what_cannot_be_meant_is_said_and_left_out(scope: str, body: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        Policy.parse(scope, body)
    (line,) = skipped([finance(4, body, scope)])
    assert line.startswith("The policy in minute 4 was left out: ")
    assert rule in line
    assert "\n" not in line
    assert in_force([finance(4, body, scope), procurement(5, body, scope)]) == ()


def test_strangers_and_nobody_sign_nothing() -> None:
    entries = [entry(1, "sales", "Sam", "all", HIGH), finance(2, HIGH, by="")]
    assert in_force([*entries, procurement(3, HIGH)]) == ()
    assert len(skipped(entries)) == 2


def test_policies_read_as_people_say_them() -> None:
    known = choices({"C1": None})
    said = Policy("category:C1", "fill_rate", 0.985, 14).said(known)
    assert said == "98.5 % fill rate for category Parts C1, reviewed every 14 days"
    assert Policy("all", "service_level", 0.97, 0).said(known) == (
        "97 % cycle service level for all items, reviewed all the time"
    )
    assert Policy("class:none", "clear").said(known) == (
        "each item's own target again for items without demand"
    )
    assert scope_words("item:A:B", known) == "item A:B"
    assert scope_words("category:-", known) == "items without a category"
    assert [percent(v) for v in (0.57, 0.07, 0.9999)] == ["57 %", "7 %", "99.99 %"]


# --- Signing --------------------------------------------------------------------------------------


def test_two_people_of_both_teams_sign_the_same() -> None:
    (one,) = in_force(signed("all", HIGH))
    assert (one.finance, one.procurement, one.entry.minute) == ("Fay", "Pat", 2)
    assert (one.value.level, one.value.review_days) == (0.98, None)
    assert proposed(signed("all", HIGH)) == ()


def test_one_side_alone_agrees_nothing() -> None:
    assert in_force([finance(1, HIGH), finance(2, HIGH, by="Fritz")]) == ()
    (one,) = proposed([finance(1, HIGH), finance(2, HIGH, by="Fritz")])
    assert (one.missing, one.entry.recorded_by) == ("procurement", "Fritz")


def test_other_contents_are_two_proposals() -> None:
    entries = [finance(1, LOW), procurement(2, HIGH)]
    assert in_force(entries) == ()
    assert open_bodies(entries) == [(LOW, "procurement"), (HIGH, "finance")]
    assert in_force([finance(1, HIGH), procurement(2, {**HIGH, "review_days": 7})]) == ()


def test_one_person_cannot_sign_for_both_sides() -> None:
    twice = [finance(1, HIGH, by="Max"), procurement(2, HIGH, by="Max")]
    assert in_force(twice) == ()
    assert open_bodies(twice) == [(HIGH, SECOND_PERSON)]
    (one,) = in_force([*twice, procurement(3, HIGH)])
    assert (one.finance, one.procurement) == ("Max", "Pat")
    (one,) = in_force([finance(1, HIGH), *twice])
    assert (one.finance, one.procurement) == ("Fay", "Max")


def test_what_is_agreed_stands_until_both_agree_on_another() -> None:
    entries = [*signed("all", HIGH), finance(3, LOW)]
    assert agreed_bodies(entries) == {"all": HIGH}
    assert open_bodies(entries) == [(LOW, "procurement")]
    assert agreed_bodies([*entries, procurement(4, LOW)]) == {"all": LOW}
    assert open_bodies([*entries, finance(4, HIGH)]) == []  # taken back
    assert in_force([*entries, finance(4, HIGH)])[0].entry.minute == 2  # signed then, not again


def test_what_a_side_no_longer_says_cannot_be_signed() -> None:
    entries = [finance(1, HIGH), finance(2, LOW), procurement(3, HIGH)]
    assert in_force(entries) == ()
    assert open_bodies(entries) == [(LOW, "procurement"), (HIGH, "finance")]


def test_clearing_takes_two_as_well() -> None:
    clear = {"clear": True}
    entries = [*signed("all", HIGH), finance(3, clear)]
    assert agreed_bodies(entries) == {"all": HIGH}
    assert open_bodies(entries) == [(clear, "procurement")]
    assert agreed_bodies([*entries, procurement(4, clear)]) == {}
    assert open_bodies([*entries, procurement(4, clear)]) == []
    assert open_bodies([finance(1, HIGH), finance(2, clear)]) == []  # withdrawn before it stood


def test_scopes_are_signed_one_by_one() -> None:
    entries = [finance(1, HIGH), procurement(2, HIGH, "class:lumpy"), *signed("item:A", LOW, 3)]
    assert agreed_bodies(entries) == {"item:A": LOW}
    assert open_bodies(entries) == [(HIGH, "procurement"), (HIGH, "finance")]


# --- Which policy an item falls under -------------------------------------------------------------


def items(count: int = 8, **changed: Any) -> StockItems:
    return made_up(uneven(count), **changed)


def on(found: StockItems, policies: dict[str, Any]) -> StockItems:
    entries = [e for n, (s, b) in enumerate(policies.items()) for e in signed(s, b, 2 * n + 1)]
    return apply_policies(found, in_force(entries), choices(TREE))


def test_nothing_agreed_changes_nothing() -> None:
    own = items()
    assert apply_policies(own, (), choices(TREE)) is own


def test_the_narrowest_policy_goes_first() -> None:
    category = np.array(["C111", "C2", "C1", "", "C11", "C111", "unknown", "C2"])
    own = items(category_id=category, review_days=3.0)
    lumpy = own.statistics.demand_class == "lumpy"
    found = on(own, {
        "all": {"service_level": 0.91, "review_days": 7},
        "category:C1": {"service_level": 0.92},
        "category:C11": {"fill_rate": 0.93},
        "item:IT-0005": {"service_level": 0.99, "review_days": 0},
        "class:lumpy": {"service_level": 0.94},
    })  # fmt: skip
    wanted = np.array([0.93, 0.91, 0.92, 0.91, 0.93, 0.99, 0.91, 0.91])
    wanted = np.where(lumpy & (np.arange(8) != 5), 0.94, wanted)
    assert np.fmax(found.service_level, found.fill_rate).tolist() == wanted.tolist()
    assert np.isnan(found.fill_rate).tolist() == (wanted != 0.93).tolist()
    assert np.isnan(found.service_level).tolist() == (wanted == 0.93).tolist()
    of_all = np.where(wanted == 0.91, 7, 3)
    assert found.review_days.tolist() == np.where(wanted == 0.99, 0, of_all).tolist()
    assert found.target_source[5] == "policy for item IT-0005"
    assert set(found.target_source[lumpy]) <= {"policy for lumpy items", "policy for item IT-0005"}
    assert set(found.target_source[wanted == 0.91]) == {"policy for all items"}
    assert own.service_level.tolist() == [0.95] * 8  # nothing was written over


def test_items_without_a_policy_keep_their_own() -> None:
    own = items(service_level=np.linspace(0.8, 0.95, 8))
    found = on(own, {"item:IT-0002": HIGH, "item:nobody": LOW})
    assert found.service_level.tolist() == [*own.service_level[:2], 0.98, *own.service_level[3:]]
    assert found.target_source.tolist().count("item") == 7


def test_items_of_no_category_and_trees_in_a_circle() -> None:
    found = on(items(3, category_id=np.array(["", "R1", "O"])), {"category:-": HIGH})
    assert found.service_level.tolist() == [0.98, 0.95, 0.95]
    found = on(items(3, category_id=np.array(["", "R1", "O"])), {"category:R2": HIGH})
    assert found.service_level.tolist() == [0.95, 0.98, 0.95]


def test_no_items_at_all() -> None:
    none = made_up(np.zeros((0, 5)))
    assert len(on(none, {"all": HIGH, "category:C1": LOW, "item:A": LOW})) == 0


def by_one(own: StockItems, place: int, policies: dict[str, float]) -> float:
    """The same rule, told item by item."""
    category: str | None = str(own.category_id[place]) or "-"
    scopes = [f"item:{own.item_id[place]}", f"class:{own.statistics.demand_class[place]}"]
    while category and f"category:{category}" not in scopes:
        scopes.append(f"category:{category}")
        category = TREE.get(category)
    own_level = float(own.service_level[place])
    return next((policies[s] for s in [*scopes, "all"] if s in policies), own_level)


ANY_SCOPE = st.one_of(
    st.just("all"),
    st.sampled_from(["category:-", *(f"category:{c}" for c in TREE)]),
    st.sampled_from([f"class:{c}" for c in CLASSES]),
    st.integers(0, 12).map(lambda i: f"item:IT-{i:04}"),
)


@given(
    st.dictionaries(ANY_SCOPE, st.sampled_from([0.5, 0.6, 0.7, 0.8]), max_size=6),
    st.lists(st.sampled_from(["", "?", *TREE]), min_size=10, max_size=10),
)
def test_every_item_is_on_the_policy_that_goes_first(
    policies: dict[str, float], categories: list[str]
) -> None:
    own = items(10, category_id=np.array(categories, dtype="<U8"))
    found = on(own, {scope: {"service_level": level} for scope, level in policies.items()})
    assert found.service_level.tolist() == [by_one(own, i, policies) for i in range(10)]


def test_what_would_be_if_the_other_side_signed() -> None:
    own = items(review_days=2.0)
    entries = [
        *signed("all", {"service_level": 0.9, "review_days": 7}),
        *signed("item:IT-0001", HIGH, 3),
        finance(5, {"fill_rate": 0.97}),
        finance(6, {"clear": True}, "item:IT-0001"),
    ]
    first, second = proposed(entries)
    found = if_signed(own, entries, first, choices(TREE))
    assert found.fill_rate[[0, 1]].tolist()[0] == 0.97
    assert found.service_level[1] == 0.98
    assert found.review_days.tolist() == [2.0] * 8  # the policy that goes first counts as a whole
    found = if_signed(own, entries, second, choices(TREE))
    assert found.service_level.tolist() == [0.9] * 8
    assert found.review_days.tolist() == [7.0] * 8


def test_agreed_policies_tell_who_and_when() -> None:
    (one,) = in_force(signed("all", HIGH, minute=8))
    assert isinstance(one, Agreed)
    assert (one.entry.minute, one.entry.link) == (9, "?lens=both")
