"""The savings register: what counts, what is judged how, what overlaps, and what was bought."""

from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.savings_bought import bought
from spend.savings_policy import RecognitionPolicy
from spend.savings_register import BARRED, NEVER, TRACED, UNVERIFIED, in_selection, register
from tests.conftest import HEAVY

Row = dict[str, Any]

YEAR = date(2026, 1, 1), date(2026, 12, 31)
NO_RATES = pd.DataFrame(columns=["currency", "date", "rate"])


def initiative(name: str = "A", **more: Any) -> Row:
    """A price cut from 10 to 9 on 1,200 bolts a year, from January."""
    known = {
        "initiative_id": name,
        "saving_type": "price_reduction",
        "stage": "realised",
        "start_date": date(2026, 1, 1),
        "item_id": "bolt",
        "supplier_group": "S",
        "baseline_unit_price": 10.0,
        "new_unit_price": 9.0,
        "annual_quantity": 1200.0,
        "claimed_amount": None,
        "budgeted": False,
    }
    return known | more


def purchase(**more: Any) -> Row:
    """A hundred bolts at 9 in March."""
    known = {
        "item_id": "bolt",
        "supplier_group": "S",
        "currency": "EUR",
        "month": date(2026, 3, 1),
        "quantity": 100.0,
        "amount": 900_00,
        "document_amount": 900_00,
    }
    return known | more


def registered(*rows: Row, **rules: Any) -> pd.DataFrame:
    return register(pd.DataFrame(rows), RecognitionPolicy(**rules)).set_index("initiative_id")


def purchased(chosen: pd.DataFrame, *rows: Row, rates: pd.DataFrame = NO_RATES) -> Row:
    """The sums of the only initiative."""
    lines = pd.DataFrame(rows, columns=list(purchase()))
    found = bought(chosen, lines, rates)
    return {str(column): found[column].iloc[0] for column in found}


# --- What counts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "counts"),
    [("idea", 0), ("validated", 0), ("contracted", 1), ("implemented", 1), ("realised", 1),
     ("confirmed", 1)],
)  # fmt: skip
def test_stages_from_contracted_on_count(stage: str, counts: int) -> None:
    assert len(registered(initiative(stage=stage))) == counts


def test_without_a_start_there_are_no_twelve_months() -> None:
    assert registered(initiative(start_date=None)).empty
    assert len(registered(initiative(start_date=None), initiative("B"))) == 1


def test_what_each_is_judged_by() -> None:
    found = registered(
        initiative("traced"),
        initiative("barred", saving_type="cost_avoidance"),
        initiative("no price", new_unit_price=None, claimed_amount=500),
        initiative("no quantity", annual_quantity=float("nan"), saving_type="value_added"),
        initiative("cash", saving_type="working_capital"),
    )
    expected = [TRACED, BARRED, UNVERIFIED, UNVERIFIED, BARRED]
    assert found["status"].tolist() == expected
    # Stated, or (10 - 9) × 1,200 in cents; nothing where neither is known.
    assert found["claimed"].tolist() == [120_000, 120_000, 500, 0, 120_000]
    assert found["formula"].isna().tolist() == [False, False, True, True, False]


def test_the_policy_says_which_types_are_recognised() -> None:
    row, cash = initiative(saving_type="cost_avoidance"), initiative(saving_type="working_capital")
    assert registered(row, types=("cost_avoidance",)).loc["A", "status"] == TRACED
    assert registered(initiative(), types=()).loc["A", "status"] == BARRED
    # Cash is no saving, whatever anybody says.
    with pytest.raises(ValueError, match="types are some of"):
        registered(cash, types=("working_capital",))
    assert registered(cash).loc["A", "status"] == BARRED


def test_columns_and_types_are_checked() -> None:
    with pytest.raises(ValueError, match=r"initiatives must have the columns .*; no item_id"):
        register(pd.DataFrame([initiative()]).drop(columns="item_id"))
    with pytest.raises(ValueError, match="one row for each initiative_id"):
        registered(initiative(), initiative())
    with pytest.raises(ValueError, match="new_unit_price must hold numbers"):
        registered(initiative(new_unit_price="nine"))
    with pytest.raises(ValueError, match="annual_quantity must be finite"):
        registered(initiative(annual_quantity=float("inf")))
    chosen = register(pd.DataFrame([initiative()]))
    with pytest.raises(ValueError, match=r"purchases must have the columns .*; no month"):
        bought(chosen, pd.DataFrame([purchase()]).drop(columns="month"), NO_RATES)
    with pytest.raises(ValueError, match="leave other lines out"):
        purchased(chosen, purchase(quantity=None))
    with pytest.raises(ValueError, match="rates must have the columns"):
        purchased(chosen, purchase(), rates=pd.DataFrame())


def test_other_columns_are_kept_and_the_frame_given_is_not_changed() -> None:
    given_frame = pd.DataFrame([initiative(owner="Lena Brandt")])
    before = given_frame.copy()
    assert register(given_frame)["owner"].tolist() == ["Lena Brandt"]
    pd.testing.assert_frame_equal(given_frame, before)


def test_an_empty_register() -> None:
    found = register(pd.DataFrame(columns=list(initiative())))
    chosen = in_selection(found, *YEAR)
    assert chosen.empty
    assert bought(chosen, pd.DataFrame([purchase()]), NO_RATES).empty


# --- The window ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "first", "last", "months"),
    [
        (date(2026, 1, 1), *YEAR, 12),
        (date(2026, 4, 20), *YEAR, 9),  # the start month counts whole
        (date(2025, 7, 1), *YEAR, 6),
        (date(2025, 2, 1), *YEAR, 1),
        (date(2025, 1, 1), *YEAR, None),  # over before the selection
        (date(2027, 1, 1), *YEAR, None),
        (date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 31), 3),
        (date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 30), 2),  # May has not wholly passed
        (date(2026, 5, 1), date(2026, 3, 1), date(2026, 5, 30), 0),
        (date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 25), 0),  # a period of weeks
        (date(2026, 1, 1), date(2026, 1, 26), date(2026, 2, 22), 1),
        (date(2026, 1, 1), date(2026, 5, 1), date(2026, 4, 30), None),  # no days
    ],
)
def test_months_inside(start: date, first: date, last: date, months: int | None) -> None:
    chosen = in_selection(register(pd.DataFrame([initiative(start_date=start)])), first, last)
    assert chosen["months"].tolist() == ([] if months is None else [months])


@pytest.mark.parametrize(
    ("start", "position", "months"),
    [
        (date(2026, 1, 1), date(2026, 6, 30), 6),
        (date(2026, 9, 1), date(2026, 6, 30), 0),  # signed for the selection, and yet to begin
        (date(2027, 1, 1), date(2026, 6, 30), None),
        (date(2025, 1, 1), date(2026, 6, 30), None),
        (date(2026, 1, 1), date(2025, 12, 31), None),  # the selection has not begun
    ],
)
def test_months_count_up_to_the_position(start: date, position: date, months: int | None) -> None:
    frame = register(pd.DataFrame([initiative(start_date=start)]))
    chosen = in_selection(frame, *YEAR, position)
    assert chosen["months"].tolist() == ([] if months is None else [months])


days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(days, st.lists(days, min_size=2, max_size=8, unique=True))
def test_selections_that_adjoin_share_no_month(start: date, cuts: list[date]) -> None:
    cuts.sort()
    frame = register(pd.DataFrame([initiative(start_date=start)]))
    pieces = [
        in_selection(frame, first, date.fromordinal(after.toordinal() - 1))["months"].sum()
        for first, after in pairwise(cuts)
    ]
    whole = in_selection(frame, cuts[0], date.fromordinal(cuts[-1].toordinal() - 1))
    assert sum(pieces) == whole["months"].sum()


# --- Overlaps -----------------------------------------------------------------------------------


def test_a_later_one_starts_from_the_earlier_ones_new_price() -> None:
    found = registered(
        initiative("late", start_date=date(2026, 7, 15), new_unit_price=8.0),
        initiative("early"),
        initiative("third", start_date=date(2027, 3, 1), new_unit_price=7.5),
    )
    assert found["baseline"].to_dict() == {"early": 10.0, "late": 9.0, "third": 8.0}
    assert found["overlaps"].to_dict() == {
        "early": "late", "late": "early, third", "third": "late"
    }  # fmt: skip
    superseded = (found["superseded"] - found["start"]).to_dict()
    assert (superseded["early"], superseded["late"]) == (6, 8)
    assert found.loc["third", "superseded"] == NEVER
    assert found.loc["late", "claimed"] == 240_000  # the claim is from the stated baseline
    assert found.loc["late", "formula"] == 120_000


@pytest.mark.parametrize(
    "other",
    [
        {"start_date": date(2027, 1, 1)},  # the first one's twelve months are over
        {"item_id": "nut"},
        {"supplier_group": "T"},
        {"supplier_group": ""},
        {"saving_type": "cost_avoidance"},  # not recognised, so nothing is counted twice
        {"annual_quantity": None},
        {"stage": "idea"},
    ],
)
def test_what_does_not_overlap(other: Row) -> None:
    row = initiative("B", **({"start_date": date(2026, 7, 1)} | other))
    found = registered(initiative(), row)
    assert (found.loc["A", "baseline"], found.loc["A", "superseded"]) == (10.0, NEVER)
    assert set(found["overlaps"]) == {""}


def test_initiatives_without_an_item_do_not_meet() -> None:
    found = registered(initiative(item_id=None), initiative("B", item_id=""))
    assert set(found["overlaps"]) == {""}


def test_of_one_month_the_earlier_day_and_then_the_id_is_first() -> None:
    same = registered(initiative("B", new_unit_price=8.0), initiative("A"))
    assert same["baseline"].to_dict() == {"A": 10.0, "B": 9.0}
    days_apart = registered(
        initiative("B", new_unit_price=8.0), initiative("A", start_date=date(2026, 1, 9))
    )
    assert days_apart["baseline"].to_dict() == {"B": 10.0, "A": 8.0}


# --- What was bought ----------------------------------------------------------------------------


@pytest.fixture
def chosen() -> pd.DataFrame:
    return in_selection(register(pd.DataFrame([initiative()])), *YEAR)


def test_quantities_of_everybody_and_of_the_contracts_group(chosen: pd.DataFrame) -> None:
    found = purchased(
        chosen,
        purchase(),
        purchase(quantity=-10.0, amount=-90_00, document_amount=-90_00),  # a return
        purchase(supplier_group="T", quantity=40.0, amount=440_00, document_amount=440_00),
        purchase(item_id="nut"),
        purchase(month=date(2025, 12, 31)),
        purchase(month=date(2027, 1, 1)),
    )
    assert found == {
        "quantity": 130, "on_contract": 90, "priced": 90, "paid": 810_00, "at_start_rates": 810_00
    }  # fmt: skip


def test_nothing_bought(chosen: pd.DataFrame) -> None:
    assert set(purchased(chosen).values()) == {0.0}


def test_without_a_supplier_nothing_is_elsewhere() -> None:
    chosen = in_selection(register(pd.DataFrame([initiative(supplier_group=None)])), *YEAR)
    found = purchased(chosen, purchase(), purchase(supplier_group="T"))
    assert (found["quantity"], found["on_contract"]) == (200, 200)


def test_without_an_item_nothing_can_be_traced() -> None:
    chosen = in_selection(register(pd.DataFrame([initiative(item_id="")])), *YEAR)
    assert purchased(chosen, purchase(item_id=""))["quantity"] == 0


def test_the_rate_of_the_start_date_is_the_last_on_or_before_it(chosen: pd.DataFrame) -> None:
    rates = pd.DataFrame(
        [("USD", date(2025, 12, 30), 0.80), ("USD", date(2026, 1, 2), 0.95),
         ("GBP", date(2026, 1, 2), 1.2), ("USD", date(2025, 11, 1), 0.7)],
        columns=["currency", "date", "rate"],
    )  # fmt: skip
    dollars = purchase(currency="USD", amount=900_00, document_amount=1000_00)
    found = purchased(chosen, dollars, purchase(), rates=rates)
    assert (found["paid"], found["at_start_rates"]) == (1800_00, 800_00 + 900_00)
    # Pounds have no rate on or before the start: they keep their own.
    pounds = purchase(currency="GBP", amount=900_00, document_amount=700_00)
    found = purchased(chosen, pounds, rates=rates)
    assert found["paid"] == found["at_start_rates"] == 900_00


def test_the_earlier_ones_price_ends_where_a_later_one_begins() -> None:
    rows = [initiative(), initiative("B", start_date=date(2026, 7, 1), new_unit_price=8.0)]
    chosen = in_selection(register(pd.DataFrame(rows)), *YEAR)
    lines = [purchase(), purchase(month=date(2026, 7, 31), amount=800_00, document_amount=800_00)]
    found = bought(chosen, pd.DataFrame(lines), NO_RATES)
    assert found["on_contract"].tolist() == [200, 100]
    assert found["priced"].tolist() == [100, 100]
    assert found["paid"].tolist() == [900_00, 800_00]


@HEAVY
@given(st.lists(st.tuples(st.sampled_from("ST"), st.integers(1, 12), st.integers(-50, 99)),
                max_size=20))  # fmt: skip
def test_lines_are_as_good_as_their_monthly_sums(lines: list[tuple[str, int, int]]) -> None:
    chosen = in_selection(register(pd.DataFrame([initiative(), initiative("B")])), *YEAR)
    rows = [
        purchase(supplier_group=group, month=date(2026, month, 1 + n), quantity=float(quantity),
                 amount=9_00 * quantity, document_amount=9_00 * quantity)
        for n, (group, month, quantity) in enumerate(lines)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(purchase()))
    frame["day"] = pd.to_datetime(frame["month"])
    monthly = frame.assign(month=frame["day"].dt.to_period("M").dt.start_time)
    keys = ["item_id", "supplier_group", "currency", "month"]
    sums = monthly.groupby(keys, as_index=False)[["quantity", "amount", "document_amount"]].sum()
    pd.testing.assert_frame_equal(
        bought(chosen, frame, NO_RATES), bought(chosen, sums, NO_RATES), check_exact=True
    )
