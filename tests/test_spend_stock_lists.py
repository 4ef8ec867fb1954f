"""Lists that lead to action: too little, too much, and lead times worth shortening."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend import stock_lists
from spend.result import Cell, Table
from spend.stock_plan import StockPlan
from spend.stock_reading import StockReading
from tests.conftest import HEAVY
from tests.made_up_stock import UNKNOWN, made_up, planned, reading, uneven
from tests.stock_by_hand import Place
from tests.test_spend_stock_plan import NAMED, by_hand

THREE = ("normal", "negative_binomial", "compound_poisson")


def cells(table: Table, name: str) -> dict[str, Cell]:
    """One item's row, by its columns."""
    row = next(row for row in table.rows if row[0] == name)
    return {column.key: cell for column, cell in zip(table.columns, row, strict=True)}


def cents(amount: Cell) -> int:
    return int(Decimal(str(amount)) * 100)


def three(**own: Any) -> tuple[StockReading, list[Place]]:
    """Three items by hand, each of its own distribution."""
    series = [[float(q) for q in NAMED[name]] for name in THREE]
    usual = {"spread": 6.0, "order_cost": 45.0, "stockout_cost": 12.5, "minimum_order": 5.0,
             "on_hand": [30.0, 1.0, 4.0], "value": [12_000, 400, 1600],
             "on_order": [10.0, 0.0, UNKNOWN], "year_demand": 900.0}  # fmt: skip
    width = max(map(len, series))
    padded = np.array([row + [0.0] * (width - len(row)) for row in series])
    found = reading(planned(padded, **{**usual, **own}))
    return found, [
        by_hand(row, spread_days=6.0, order_cost=45.0, minimum_order=5.0) for row in padded
    ]


# --- Too little -----------------------------------------------------------------------------------


def test_too_little_says_the_chance_and_the_cost() -> None:
    found, places = three()
    table = stock_lists.too_little(found)
    assert len(table.rows) == 3
    for i, (place, held) in enumerate(zip(places, (40.0, 1.0, 4.0), strict=True)):
        row = cells(table, f"Item {i} (IT-{i:04})")
        assert row["level"] == pytest.approx(place.level)
        assert row["chance"] == pytest.approx(place.expected.survival(held), rel=1e-7)
        cost = place.expected.loss(held) * 1250
        assert cents(row["cost"]) == pytest.approx(cost, abs=1)
        safety, hand = place.safety_stock or 0.0, float(found.items.on_hand[i])
        if hand < safety:
            assert cents(row["missing"]) == pytest.approx((safety - hand) * 400, abs=1.5)
        else:
            assert row["missing"] == 0
    costs = [cents(row[7]) for row in table.rows]
    assert costs == sorted(costs, reverse=True)
    assert table.total is not None
    assert cents(table.total[7]) == sum(costs)


def test_what_nobody_priced_has_no_cost() -> None:
    table = stock_lists.too_little(three(stockout_cost=UNKNOWN)[0])
    assert {row[7] for row in table.rows} == {None}
    assert table.total is not None
    assert table.total[7] is None
    assert {row[6] is None for row in table.rows} == {False}


SHELF = st.tuples(
    st.floats(0, 200), st.floats(0, 50), st.sampled_from([0.0, 3.0, 40.5]),
    st.sampled_from([0.0, 7.0, 200.0]), st.integers(0, 11),
)  # fmt: skip


@HEAVY
@given(st.lists(SHELF, min_size=1, max_size=5))
def test_what_to_order_brings_the_position_to_the_level(rows: list[tuple[Any, ...]]) -> None:
    hand, ordered, minimum, review, which = (np.array(column) for column in zip(*rows, strict=True))
    plan = planned(uneven(12)[which], on_hand=hand, on_order=ordered, minimum_order=minimum,
                   review_days=review)  # fmt: skip
    wanted, due = stock_lists.to_order(plan), stock_lists.due(plan)
    held = hand + ordered
    for i in range(len(rows)):
        if not due[i]:
            assert np.isnan(wanted[i])
            assert held[i] >= plan.level[i] - 1e-9
        elif plan.up_to[i]:
            assert held[i] + wanted[i] >= plan.level[i] - 1e-9
        elif minimum[i] > 0:
            assert held[i] + wanted[i] > plan.level[i] - 1e-9
            assert wanted[i] >= minimum[i]
            assert held[i] + wanted[i] - minimum[i] <= plan.level[i] + 1 + 1e-9
        else:
            assert np.isnan(wanted[i])


def test_nothing_lacks_only_by_the_rounding_of_cents() -> None:
    """Enough in units is enough, though its share of the value may be a cent below."""
    safety = planned(uneven(12)).safety_stock
    value = np.rint(safety * 400).astype(int) - 1
    found = reading(planned(uneven(12), on_hand=safety, value=value))
    assert (found.required - found.parts["safety"]).tolist() == [1.0] * 12
    assert found.missing.tolist() == [0] * 12


# --- Too much -------------------------------------------------------------------------------------


def means(plan: StockPlan, place: int) -> str:
    return stock_lists.means(plan, place, float(stock_lists.months_of_cover(plan.items)[place]))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"on_order": 1200.0}, "Postpone or cancel the 1,200 on order"),
        ({"year_demand": 0.0}, "Nothing was wanted for a year: sell or return"),
        ({"year_demand": -3.0}, "Nothing was wanted for a year: sell or return"),
        ({"year_demand": UNKNOWN}, "Nothing was wanted for a year: sell or return"),
        ({"minimum_order": 5000.0}, "Ask for less than the minimum order of 5,000"),
        ({"on_hand": 5200.0}, "Sell or return: 5.0 years of demand"),
        # A year's stock; an order of 50 and no safety stock are a little over half a month of it.
        ({"on_hand": 1040.0}, "Order nothing for 11 months"),
        ({"on_hand": 60.0}, "Order nothing for 1 month"),
    ],
)
def test_the_cash_comes_back_by_the_quickest_means(own: dict[str, float], said: str) -> None:
    usual = {"on_hand": 1040.0, "year_demand": 1040.0}
    assert means(planned([[20.0] * 12], **{**usual, **own}), 0) == said


def test_too_much_is_the_excess_and_its_cash() -> None:
    hands = np.array([5.0, 4000.0, 9000.0])
    found = reading(planned([[20.0] * 12] * 3, on_hand=hands, value=(hands * 400).astype(int)))
    table = stock_lists.too_much(found)
    assert [row[0] for row in table.rows] == ["Item 2 (IT-0002)", "Item 1 (IT-0001)"]
    # Even demand needs no safety stock, and an order is 50.
    assert [row[3] for row in table.rows] == [8950.0, 3950.0]
    assert [row[4] for row in table.rows] == [Decimal("35800.00"), Decimal("15800.00")]
    assert table.total is not None
    assert table.total[4] == Decimal("51600.00")


def test_too_much_of_what_has_no_cost_is_not_nothing() -> None:
    known = np.array([True, False])
    items = planned([[20.0] * 12] * 2, on_hand=900.0, value=[360_000, 0], value_known=known)
    table = stock_lists.too_much(reading(items))
    assert [row[4] is None for row in table.rows] == [False, True]


def test_months_of_cover() -> None:
    items = made_up([[20.0] * 4] * 4, on_hand=[120.0, -5.0, UNKNOWN, 9.0],
                    year_demand=[240.0, 240.0, 240.0, 0.0])  # fmt: skip
    cover = stock_lists.months_of_cover(items)
    assert cover.tolist() == pytest.approx([6.0, 0.0, UNKNOWN, UNKNOWN], nan_ok=True)


# --- Lead times -----------------------------------------------------------------------------------


def freed(place: Place, shorter: Place) -> int:
    """What is required now less what would be, in cents, and not less than nothing."""
    now, then = (round(Fraction(p.safety_stock or 0) * 400) for p in (place, shorter))
    return max(now - then, 0)


@pytest.mark.parametrize("kind", ["week", "month"])
def test_a_day_less_frees_what_a_second_reckoning_says(kind: str) -> None:
    series = uneven(20)
    found = reading(planned(series, kind=kind, lead=35.0, spread=9.0))
    table = stock_lists.lead_times(found)
    assert len(table.rows) == 20
    for i, row in enumerate(series):
        place = by_hand(row, kind, lead_days=35.0, spread_days=9.0)
        day = by_hand(row, kind, lead_days=34.0, spread_days=9.0)
        half = by_hand(row, kind, lead_days=35.0, spread_days=4.5)
        said = cells(table, f"Item {i} (IT-{i:04})")
        assert cents(said["required"]) == pytest.approx((place.safety_stock or 0) * 400, abs=1)
        assert cents(said["day"]) == pytest.approx(freed(place, day), abs=2)
        assert cents(said["half"]) == pytest.approx(freed(place, half), abs=2)
    by_day = [cents(row[6]) for row in table.rows]
    assert by_day == sorted(by_day, reverse=True)


def test_lead_times_that_cannot_be_shortened_are_left_out() -> None:
    series = np.vstack([uneven(4)[3:]] * 4)
    unwanted = [False, False, False, True]
    found = reading(planned(series, lead=[0.0, UNKNOWN, 28.0, 28.0], unwanted=unwanted))
    assert [row[0] for row in stock_lists.lead_times(found).rows] == ["Item 2 (IT-0002)"]


def test_long_lists_end_in_what_the_others_come_to() -> None:
    hands = np.arange(530) + 100.0
    found = reading(planned([[2.0] * 12] * 530, on_hand=hands, value=(hands * 400).astype(int)))
    table = stock_lists.too_much(found)
    assert len(table.rows) == len(table.ids) == len(table.depth) == 501
    assert table.rows[-1][0] == "All others (30)"
    assert table.total is not None
    assert sum(Decimal(str(row[4])) for row in table.rows) == table.total[4]
