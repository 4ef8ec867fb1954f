"""Trees: parents are the sum of their parts, whatever shape the dimension was typed in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.tree import Amounts, Member, Tree

PLANT = [
    Member("plant", "Plant"),
    Member("north", "Hall North", "plant"),
    Member("south", "Hall South", "plant"),
    Member("press", "Press", "south"),
    Member("office", "Office"),
    Member("empty", "Empty"),
]
AMOUNTS: Amounts = {"north": [30, None], "press": [50, 7], "plant": [5, 1], "office": [200, None]}


def test_rows_stand_in_tree_order_largest_first() -> None:
    rows = Tree(PLANT).rows(AMOUNTS)
    assert [(row.name, row.depth, row.sums) for row in rows] == [
        ("Office", 0, (200, None)),
        ("Plant", 0, (85, 8)),
        ("Hall South", 1, (50, 7)),
        ("Press", 2, (50, 7)),
        ("Hall North", 1, (30, None)),
    ]
    assert [row.name for row in rows if row.has_parts] == ["Plant", "Hall South"]


def test_another_column_may_decide_the_order() -> None:
    names = [row.name for row in Tree(PLANT).rows(AMOUNTS, size=1)]
    assert names == ["Plant", "Hall South", "Press", "Hall North", "Office"]


def test_parts_sum_to_their_parent_because_its_own_rows_are_among_them() -> None:
    parts = Tree(PLANT).parts(AMOUNTS, "plant")
    assert [(part.name, part.sums, part.own) for part in parts] == [
        ("Hall South", (50, 7), False),
        ("Hall North", (30, None), False),
        ("Plant itself", (5, 1), True),
    ]
    assert [part.name for part in Tree(PLANT).parts(AMOUNTS, "press")] == ["Press"]
    assert Tree(PLANT).parts(AMOUNTS, "empty") == ()
    assert [part.name for part in Tree(PLANT).parts(AMOUNTS)] == ["Office", "Plant"]


def test_unknown_members_are_not_assigned_and_stand_last() -> None:
    rows = Tree(PLANT).rows({"": [1000], "gone": [1], "office": [5]})
    assert [(row.name, row.sums) for row in rows] == [("Office", (5,)), ("Not assigned", (1001,))]


def test_missing_parents_and_circles() -> None:
    tree = Tree(
        [
            Member("orphan", "Orphan", "nobody"),
            Member("self", "Self", "self"),
            Member("b", "B", "a"),
            Member("a", "A", "b"),
            Member("under", "Under", "b"),
        ]
    )
    assert tree.parents == {"orphan": None, "self": None, "b": "a", "a": None, "under": "b"}
    assert tree.subtree("a") == {"a", "b", "under"}
    assert tree.subtree("nobody") == frozenset()


def test_a_deep_chain_is_no_deeper_than_it_is() -> None:
    chain = [Member(str(n), str(n), str(n - 1)) for n in range(5000)]
    rows = Tree(chain).rows({"4999": [1]})
    assert (len(rows), rows[-1].depth, rows[0].sums) == (5000, 4999, (1,))


def test_no_amounts_no_rows() -> None:
    assert Tree(PLANT).rows({}) == ()
    assert Tree([]).parts({}) == ()


ids = st.sampled_from([*"abcdefgh", ""])
amounts = st.dictionaries(
    st.sampled_from([*"abcdefghxyz", ""]),
    st.tuples(st.none() | st.integers(-(10**15), 10**15), st.integers(-100, 100)),
)


@given(st.lists(st.builds(Member, ids, ids, st.none() | ids)), amounts)
def test_any_breakdown_sums_to_the_total(
    members: list[Member], given_: dict[str, tuple[int | None, int]]
) -> None:
    tree = Tree(members)
    rows = tree.rows(given_)
    for column in (0, 1):
        total = sum(values[column] or 0 for values in given_.values())
        assert sum(row.sums[column] or 0 for row in rows if row.depth == 0) == total
        assert sum(part.sums[column] or 0 for part in tree.parts(given_)) == total
        for row in rows:
            parts = tree.parts(given_, row.id)
            assert sum(part.sums[column] or 0 for part in parts) == (row.sums[column] or 0)


@given(st.lists(st.builds(Member, ids, ids, st.none() | ids)), amounts)
def test_each_member_stands_once_below_its_parent(
    members: list[Member], given_: dict[str, tuple[int | None, int]]
) -> None:
    rows = Tree(members).rows(given_)
    assert len({row.id for row in rows}) == len(rows)
    for above, row in pairwise(rows):
        assert row.depth <= above.depth + 1
        assert (row.depth > above.depth) == above.has_parts


def test_columns_must_be_as_many_everywhere() -> None:
    with pytest.raises(ValueError, match="zip"):
        Tree(PLANT).rows({"north": [1], "south": [1, 2]})
