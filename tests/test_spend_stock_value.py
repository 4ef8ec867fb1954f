"""The declared figures of stock: whole cents, rounded once, and nothing where nothing is known."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend import stock_value as value
from spend.registry import all_metrics
from spend.stock_split import stock_split

IDS = (
    "stock_value", "cycle_stock_value", "safety_stock_value", "excess_stock_value",
    "obsolete_stock_value", "required_safety_stock_value",
)  # fmt: skip


@pytest.mark.parametrize("metric", IDS)
def test_each_is_declared(metric: str) -> None:
    declared = all_metrics()[metric]
    assert declared.unit == "money"
    assert declared.formula
    assert declared.rows


QUANTITY = st.integers(0, 10**10)
SHELF = st.tuples(
    st.integers(-(10**9), 10**10), QUANTITY, QUANTITY, QUANTITY, st.booleans(),
    st.integers(0, 10**12),
)  # fmt: skip


@given(st.lists(SHELF, min_size=1, max_size=5))
def test_the_parts_of_value_add_to_it(rows: list[tuple[int, int, int, int, bool, int]]) -> None:
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    *shelf, cents = columns
    cents = np.where(columns[0] < 0, -cents, cents) * (columns[0] != 0)
    split = stock_split(*shelf)
    parts = [getattr(value, f"{p}_stock_value")(split, cents) for p in
             ("cycle", "safety", "excess", "obsolete")]  # fmt: skip
    errors = int(split.values(cents)["count_error"].sum())
    assert sum(parts) + errors == value.stock_value(cents) == int(cents.sum())
    for part, shares in split.values(cents).items():
        for i, share in enumerate(shares):
            hand = int(split.on_hand[i])
            units = int(getattr(split, part)[i])
            exact = Fraction(units * int(cents[i]), hand) if hand else Fraction(0)
            assert abs(int(share) - exact) <= 1 + Fraction(abs(int(cents[i])), 10**14)


PLACES = st.decimals(0, 10**6, places=6)


@given(st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=6))
def test_required_safety_stock_is_rounded_item_by_item(rows: list[tuple[Decimal, Decimal]]) -> None:
    units, cost = ([float(v) for v in column] for column in zip(*rows, strict=True))
    exact = sum((u * c * 100).quantize(Decimal(1), ROUND_HALF_EVEN) for u, c in rows)
    found = value.required_safety_stock_value(units, cost)
    assert found is not None
    assert abs(found - int(exact)) <= len(rows)  # a product of floats may lie beside a half cent


def test_nothing_counted_is_not_nothing_there() -> None:
    empty = stock_split([], [], [], [], [])
    assert value.stock_value([]) is None
    for part in ("cycle", "safety", "excess", "obsolete"):
        assert getattr(value, f"{part}_stock_value")(empty, []) is None
        assert getattr(value, f"{part}_stock_value")(stock_split(0, 1, 1, 1, False), 0) == 0


def test_what_is_not_known_is_left_out_of_required_stock() -> None:
    unknown = float("nan")
    assert value.required_safety_stock_value([unknown, 2], [3, unknown]) is None
    assert value.required_safety_stock_value([unknown, 2, 1], [3, unknown, 4]) == 400


def test_more_than_can_be_meant_is_not_known() -> None:
    assert np.isnan(value.required_cents(9e9, 1e12))
    assert value.required_safety_stock_value([9e9, 1.0], [1e12, 5.0]) == 500
    assert value.required_cents(1e9, 1e3) == 1e14
