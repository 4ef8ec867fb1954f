"""The split of stock on hand: settled cases by hand, and a plain reading of the definition."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.stock_split import (
    MICRO,
    PARTS,
    is_obsolete,
    micro_units,
    order_quantity,
    stock_split,
    whole,
)

NAN = float("nan")
micro = st.integers(0, 10**15)
unknown = st.one_of(st.just(NAN), micro.map(float))


def parts(*arguments: Any) -> dict[str, int]:
    split = stock_split(*arguments)
    return {part: int(getattr(split, part)) for part in PARTS if int(getattr(split, part))}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((100, 30, 50, 600, False), {"safety": 30, "cycle": 50, "excess": 20}),
        ((100, 30, 50, 40, False), {"safety": 30, "cycle": 40, "excess": 30}),
        ((100, 130, 50, 600, False), {"safety": 100}),
        ((60, 30, 50, 600, False), {"safety": 30, "cycle": 30}),
        ((100, 0, 50, 0, False), {"excess": 100}),
        ((100, 30, 50, NAN, False), {"safety": 30, "excess": 70}),
        ((100, 30, 50, -5, False), {"safety": 30, "excess": 70}),
        ((100, 30, 50, 600, True), {"obsolete": 100}),
        ((-100, 30, 50, 600, True), {"count_error": -100}),
        ((100, NAN, 50, 600, True), {"not_assessed": 100}),
        ((100, 30, NAN, 600, True), {"not_assessed": 100}),
        ((-100, NAN, NAN, 600, True), {"not_assessed": -100}),
        ((0, 30, 50, 600, False), {}),
    ],
)
def test_settled_cases(arguments: tuple[Any, ...], expected: dict[str, int]) -> None:
    assert parts(*arguments) == expected


def slow_split(
    on_hand: Decimal, required: Decimal | None, order: Decimal | None, year: Decimal, obsolete: bool
) -> dict[str, Decimal]:
    """The definition, read aloud for one item."""
    if required is None or order is None:
        return {"not_assessed": on_hand}
    if on_hand < 0:
        return {"count_error": on_hand}
    if obsolete:
        return {"obsolete": on_hand}
    safety = min(on_hand, required)
    cycle = min(on_hand - safety, order, year)
    return {"safety": safety, "cycle": cycle, "excess": on_hand - safety - cycle}


@given(
    st.lists(
        st.tuples(st.integers(-(10**15), 10**15), unknown, unknown, micro, st.booleans()),
        min_size=1,
        max_size=20,
    )
)
def test_parts_add_up_and_follow_the_definition(rows: list[tuple[Any, ...]]) -> None:
    split = stock_split(*(np.array(column) for column in zip(*rows, strict=True)))
    total = sum(getattr(split, part) for part in PARTS)
    assert np.array_equal(total, [row[0] for row in rows])
    for part in ("obsolete", "safety", "cycle", "excess"):
        assert (getattr(split, part) >= 0).all()
    assert (split.count_error <= 0).all()
    for number, (stock, *levels, year, flag) in enumerate(rows):
        known = [None if np.isnan(level) else Decimal(level) / MICRO for level in levels]
        slow = slow_split(Decimal(stock) / MICRO, known[0], known[1], Decimal(year) / MICRO, flag)
        for part in PARTS:
            assert Decimal(int(getattr(split, part)[number])) / MICRO == slow.get(part, 0)


def test_items_by_sites() -> None:
    split = stock_split([[10, 20], [30, 40]], [[5], [15]], 10, 100, [False, True])
    assert split.safety.tolist() == [[5, 0], [15, 0]]
    assert split.cycle.tolist() == [[5, 0], [10, 0]]
    assert split.excess.tolist() == [[0, 0], [5, 0]]
    assert split.obsolete.tolist() == [[0, 20], [0, 40]]
    assert stock_split([], [], [], [], []).on_hand.shape == (0,)


@given(st.integers(-(10**12), 10**12), unknown, unknown, micro, st.integers(0, 10**11))
def test_values_add_up_to_the_cent(
    stock: int, required: float, order: float, year: int, cents: int
) -> None:
    split = stock_split(stock, required, order, year, False)
    signed = cents if stock > 0 else -cents if stock < 0 else 0
    values = {part: int(value) for part, value in split.values(signed).items()}
    assert sum(values.values()) == signed
    for part, value in values.items():
        exact = Decimal(signed) * int(getattr(split, part)) / stock if stock else Decimal(0)
        assert abs(value - exact) <= Decimal("1.001")


def test_bad_arguments_say_the_rule() -> None:
    with pytest.raises(ValueError, match="on_hand must be whole numbers"):
        stock_split(0.5, 1, 1, 1, False)
    with pytest.raises(ValueError, match="on_hand must be finite"):
        stock_split(NAN, 1, 1, 1, False)
    with pytest.raises(ValueError, match="required_safety_stock must be zero or more"):
        stock_split(1, -1, 1, 1, False)
    with pytest.raises(ValueError, match="order_quantity must be zero or more"):
        stock_split(1, 1, -1, 1, False)
    with pytest.raises(ValueError, match="value must be whole"):
        stock_split(1, 1, 1, 1, False).values(0.5)
    with pytest.raises(ValueError, match="must be zero or more"):
        order_quantity(-1, 5)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_six_decimals_are_carried_exactly(quantity: Decimal) -> None:
    assert Decimal(int(micro_units(float(quantity)))) == quantity * MICRO
    assert whole(quantity=micro_units([float(quantity)])).tolist() == [int(quantity * MICRO)]


def test_quantities_that_cannot_be_carried() -> None:
    with pytest.raises(ValueError, match="nine thousand million"):
        micro_units(1e10)
    with pytest.raises(ValueError, match="nine thousand million"):
        micro_units(float("inf"))
    assert np.isnan(micro_units(NAN))


def test_what_is_ordered_at_once() -> None:
    found = np.asarray(order_quantity([120, 20, 0, NAN, 70, NAN], [50, 50, 50, 50, NAN, NAN]))
    assert np.array_equal(found, [120, 50, 50, 50, 70, NAN], equal_nan=True)
    assert order_quantity(3, 4) == 4.0


@given(st.booleans(), st.booleans(), st.sampled_from([0.0, 1.0, NAN]), st.booleans())
def test_obsolete_needs_every_condition(
    loaded: bool, known: bool, recent: float, critical: bool
) -> None:
    expected = loaded and known and recent == 0 and not critical
    assert bool(is_obsolete(loaded, known, recent, critical)) is expected
