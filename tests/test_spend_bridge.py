"""Bridges: the published example, worked cases, and that nothing is ever left unexplained."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.bridge import budget_bridge, price_volume_mix, year_bridge
from spend.closing import Effects, apportioned
from tests.oracles import oracle

Row = dict[str, Any]

EFFECTS = ("price", "volume", "mix", "currency", "new", "lost", "not_priced")


def items(**rows: tuple[float, float]) -> pd.DataFrame:
    """A frame of items, each with its quantity and amount."""
    return pd.DataFrame.from_dict(rows, orient="index", columns=["quantity", "amount"])


# --- The rule -----------------------------------------------------------------------------------


def test_published_example() -> None:
    soda = oracle("pvm_soda_king")
    given_, expected = soda["inputs"], soda["expected"]
    unit, q0, q1 = (np.array(given_[name]) for name in ("unit", "q0", "q1"))
    base = pd.DataFrame({"quantity": q0, "amount": q0 * unit})
    actual = pd.DataFrame({"quantity": q1, "amount": q1 * unit})
    effects = price_volume_mix(base, actual)
    assert effects["price"] == pytest.approx(0, abs=soda["tolerance"])
    assert effects["mix"] == pytest.approx(expected["mix"], abs=soda["tolerance"])
    assert effects["volume"] == pytest.approx(expected["quantity"], abs=soda["tolerance"])
    assert effects["total"] == pytest.approx(expected["volume"], abs=soda["tolerance"])


def test_every_effect_by_hand() -> None:
    # bolt: 10 at 2 become 30 at 3; nut: 10 at 4 stay. Q 20 -> 40 at an average of 3: volume 60.
    base = items(bolt=(10, 20), nut=(10, 40), old=(1, 7), back=(-1, -5))
    actual = items(bolt=(30, 90), nut=(10, 40), newer=(2, 9), back=(1, 5))
    assert price_volume_mix(base, actual) == {
        "price": 30,
        "volume": 60,
        "mix": -20,
        "currency": 0,
        "new": 9,
        "lost": -7,
        "not_priced": 10,
        "total": 82,
        "residual": 0,
    }


def test_currency_is_apart_and_price_is_at_base_rates() -> None:
    base = items(valve=(10, 800)).assign(currency_rate=0.8)
    actual = items(valve=(10, 990)).assign(currency_rate=0.9)
    effects = price_volume_mix(base, actual)  # 1,000 then 1,100 in the document's currency
    assert effects["currency"] == pytest.approx(110)
    assert effects["price"] == pytest.approx(80)
    assert effects["volume"] == pytest.approx(0)


def test_groups_do_not_add_quantities_of_each_other() -> None:
    base = items(bolt=(10, 10), oil=(10, 100)).assign(group=["pieces", "litres"])
    actual = items(bolt=(20, 20), oil=(10, 100)).assign(group=["pieces", "litres"])
    assert price_volume_mix(base, actual)["volume"] == pytest.approx(10)
    assert price_volume_mix(base, actual)["mix"] == pytest.approx(0)
    moved = actual.assign(group=["litres", "litres"])
    assert price_volume_mix(base, moved)["not_priced"] == pytest.approx(10)


def test_without_an_item_in_both_years_the_effects_are_null() -> None:
    effects = price_volume_mix(items(old=(1, 7)), items(newer=(2, 9)))
    assert [effects[name] for name in ("price", "volume", "mix", "currency")] == [None] * 4
    assert (effects["new"], effects["lost"], effects["total"]) == (9, -7, 2)
    empty = price_volume_mix(items(), items())
    assert (empty["price"], empty["total"], empty["residual"]) == (None, 0, 0)


def test_a_missing_quantity_is_not_priced() -> None:
    effects = price_volume_mix(items(work=(math.nan, 5)), items(work=(3, 9)))
    assert (effects["not_priced"], effects["price"]) == (4, None)


BAD = [
    (items(a=(1, 1)).drop(columns="amount"), items(), "columns quantity and amount"),
    (pd.concat([items(a=(1, 1))] * 2), items(), "one row for each item"),
    (items(a=(1, math.nan)), items(), "finite"),
    (items(a=(math.inf, 1)), items(), "finite"),
    (items(a=(1, 1)).assign(amount="dear"), items(), "numbers"),
    (items(a=(1, 1)).assign(group="x"), items(a=(1, 1)), "in both frames, or in neither"),
    (items(a=(1, 1)).assign(currency_rate=0.0),) * 2 + ("above zero",),
    (items(a=(1e-300, 1e300)), items(a=(1e300, 1)), "small enough"),
    ({"quantity": [1]}, items(), "frames indexed by item"),
]


@pytest.mark.parametrize(("base", "actual", "rule"), BAD)
def test_bad_frames_say_the_rule(base: Any, actual: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        price_volume_mix(base, actual)


quantities = st.one_of(
    st.just(0.0),
    st.floats(-100, 1e6).map(lambda q: round(q, 3)),
    st.floats(0.001, 1e3),
)
amounts = st.one_of(st.just(0), st.integers(-(10**6), 10**9)).map(lambda cents: cents / 100)
item_rows = st.tuples(
    quantities, amounts, st.sampled_from(["kg", "pc", None]), st.floats(0.01, 100)
)


@st.composite
def item_frames(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two years of items: zero prices and quantities, credits, new and lost ones, or nothing."""
    columns = ["quantity", "amount", "group", "currency_rate"]
    rows = draw(st.dictionaries(st.integers(0, 12), st.tuples(item_rows, item_rows, st.booleans())))
    sides: list[dict[int, tuple[Any, ...]]] = [{}, {}]
    for item, (before, now, same_group) in rows.items():
        one_year = draw(st.sampled_from([None, None, None, 0, 1]))
        kept = (*now[:2], before[2], now[3]) if same_group else now
        for side, row in enumerate((before, kept)):
            if one_year in (None, side):
                sides[side][item] = row
    base, actual = (pd.DataFrame.from_dict(side, orient="index", columns=columns) for side in sides)
    return base, actual


def _by_item(side: pd.DataFrame) -> dict[Any, dict[str, Any]]:
    rows: Any = side.fillna({"group": ""}).to_dict("index")
    return dict(rows)


def by_the_letter(base: pd.DataFrame, actual: pd.DataFrame) -> dict[str, Fraction]:
    """The definitions, in exact fractions, one item after another."""
    result = dict.fromkeys(EFFECTS, Fraction(0))
    groups: dict[Any, list[tuple[Fraction, ...]]] = {}
    before, now = (_by_item(side) for side in (base, actual))
    for item in {**before, **now}:
        one, two = before.get(item), now.get(item)
        a0, a1 = (Fraction(year["amount"]) if year else Fraction(0) for year in (one, two))
        q0, q1 = (Fraction(year["quantity"]) if year else None for year in (one, two))
        if any(q is not None and q <= 0 for q in (q0, q1)):
            result["not_priced"] += a1 - a0
        elif q0 is None or q1 is None:
            result["new" if q0 is None else "lost"] += a1 - a0
        elif one is None or two is None or one["group"] != two["group"]:
            result["not_priced"] += a1 - a0
        else:
            at_base = a1 * Fraction(one["currency_rate"]) / Fraction(two["currency_rate"])
            groups.setdefault(one["group"], []).append((q0, a0, q1, at_base))
            result["currency"] += a1 - at_base
    for group in groups.values():
        total0, money0, total1, _ = (sum(column) for column in zip(*group, strict=True))
        volume = (total1 - total0) * money0 / total0
        result["volume"] += volume
        result["price"] += sum(q1 * (a1 / q1 - a0 / q0) for q0, a0, q1, a1 in group)
        result["mix"] += sum((q1 - q0) * (a0 / q0) for q0, a0, q1, a1 in group) - volume
    return result


@given(item_frames())
def test_effects_are_the_definitions_and_close_to_zero(
    frames: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    effects, expected = price_volume_mix(*frames), by_the_letter(*frames)
    scale = max(1.0, *(abs(float(value)) for value in expected.values()))
    scale = max(scale, float(sum(frame["amount"].abs().sum() for frame in frames)))
    for name in EFFECTS:
        found = dict(effects)[name] or 0
        assert found == pytest.approx(float(expected[name]), abs=1e-9 * scale)
    assert abs(effects["residual"]) <= 1e-9 * scale


# --- From year to year, in cents ----------------------------------------------------------------


def line(item: str = "bolt", amount: int = 0, quantity: float | None = 1, **more: Any) -> Row:
    """One line, or the sum of some: in the reporting currency unless said otherwise."""
    known = {
        "item_id": item,
        "category_id": "steel",
        "cost_centre_id": "plant",
        "unit": "kg",
        "currency": "EUR",
        "has_quantity": quantity is not None,
        "quantity": quantity or 0.0,
        "amount": amount,
        "document_amount": amount,
    }
    return known | more


COLUMNS = list(line())


def lines(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def test_year_in_cents() -> None:
    bridge = year_bridge(
        lines(line("bolt", 20_00, 10), line("nut", 40_00, 10), line("old", 7_00), line("", 50)),
        lines(line("bolt", 90_00, 30), line("nut", 40_00, 10), line("newer", 9_00)),
    )
    assert bridge.effects == Effects(
        base=67_50,
        actual=139_00,
        price=30_00,
        volume=60_00,
        mix=-20_00,
        currency=0,
        new=9_00,
        lost=-7_00,
        not_priced=-50,
    )
    assert bridge.by("item_id")["bolt"].price == 30_00


NOT_PRICED: dict[str, tuple[Row | list[Row], Row | list[Row]]] = {
    "another unit": (line(unit="kg"), line(unit="t")),
    "several units": (line(unit="kg"), [line(unit="kg"), line(unit="t")]),
    "another currency": (line(), line(currency="GBP", document_amount=80)),
    "several currencies": (line(), [line(), line(currency="GBP", document_amount=80)]),
    "no quantity": (line(quantity=None), line(quantity=None)),
    "a quantity in one year only": (line(quantity=None), line()),
    "no item": (line(""), line("")),
    "net returns": (line(), [line(), line(quantity=-2)]),
    "a return of what was bought before": ([], line(quantity=-1)),
    "no rate, because the documents cancel out": (
        line(currency="GBP", document_amount=80),
        [line(currency="GBP", document_amount=80), line(currency="GBP", document_amount=-80)],
    ),
}


@pytest.mark.parametrize("name", NOT_PRICED)
def test_what_is_not_priced(name: str) -> None:
    base, actual = (
        [row | {"amount": 100} for row in (side if isinstance(side, list) else [side])]
        for side in NOT_PRICED[name]
    )
    effects = year_bridge(lines(*base), lines(*actual)).effects
    assert (effects.price, effects.mix, effects.new, effects.lost) == (None, None, 0, 0)
    assert effects.not_priced == effects.change == 100 * (len(actual) - len(base))


def test_a_line_without_quantity_does_not_hide_its_item() -> None:
    effects = year_bridge(
        lines(line(amount=10_00, quantity=10)),
        lines(line(amount=12_00, quantity=10), line(amount=-1_00, quantity=None)),
    ).effects
    assert (effects.price, effects.not_priced) == (2_00, -1_00)


def test_what_was_free_has_a_price_effect_and_no_currency_effect() -> None:
    free = line(amount=0, quantity=5, currency="USD")
    paid = line(amount=90, quantity=5, currency="USD", document_amount=100)
    effects = year_bridge(lines(free), lines(paid)).effects
    assert (effects.price, effects.currency, effects.residual) == (90, 0, 0)


def test_rates_are_those_of_the_items_own_lines() -> None:
    base = line(amount=800, quantity=10, currency="USD", document_amount=1000)
    actual = line(amount=990, quantity=10, currency="USD", document_amount=1100)
    effects = year_bridge(lines(base), lines(actual)).effects
    assert (effects.currency, effects.price, effects.mix) == (110, 80, 0)


def test_empty_years() -> None:
    assert year_bridge(lines(), lines()).effects == Effects(0, 0, None, None, None, None, 0, 0, 0)
    assert year_bridge(lines(), lines(line(amount=5))).effects.new == 5
    assert year_bridge(lines(line(amount=5)), lines()).effects.lost == -5
    assert year_bridge(lines(), lines()).by("category_id") == {}


def test_lines_must_be_whole_cents_with_known_columns() -> None:
    with pytest.raises(ValueError, match="whole cents"):
        year_bridge(lines(line() | {"amount": 0.5}), lines())
    with pytest.raises(ValueError, match="columns"):
        year_bridge(lines().drop(columns="unit"), lines())


@st.composite
def line_frames(draw: st.DrawFn) -> pd.DataFrame:
    """A year's lines: untidy in every column."""
    texts = {
        "item_id": st.sampled_from(["", "a", "b", "c", "d"]),
        "category_id": st.sampled_from(["", "steel", "oil"]),
        "cost_centre_id": st.sampled_from(["", "plant"]),
        "unit": st.sampled_from(["kg", "kg", "kg", ""]),
        "currency": st.sampled_from(["EUR", "EUR", "USD"]),
    }
    rates = {"EUR": 1.0, "USD": draw(st.floats(0.5, 2))}
    rows = []
    for _ in range(draw(st.integers(0, 25))):
        row: dict[str, Any] = {name: draw(words) for name, words in texts.items()}
        row["has_quantity"] = draw(st.sampled_from([True, True, True, False]))
        row["quantity"] = draw(st.integers(-2, 40)) if row["has_quantity"] else 0
        row["document_amount"] = draw(st.integers(-10_00, 10_000_00))
        row["amount"] = round(row["document_amount"] * rates[row["currency"]])
        rows.append(row)
    return lines(*rows)


def summed(frame: pd.DataFrame) -> pd.DataFrame:
    """The lines as a store gives them: summed by every key they have."""
    keys = [c for c in COLUMNS if c not in ("quantity", "amount", "document_amount")]
    return frame.groupby(keys, as_index=False).sum() if len(frame) else frame


def assert_closed(bridge: Any, base: pd.DataFrame, actual: pd.DataFrame) -> None:
    """The ends are the lines' own sums, nothing is left over, and any parts sum to the whole."""
    whole = bridge.effects
    assert (whole.base, whole.actual) == (base["amount"].sum(), actual["amount"].sum())
    assert whole.residual == 0
    for column in ("category_id", "item_id"):
        parts = bridge.by(column).values()
        assert all(part.residual == 0 for part in parts)
        for name in (*EFFECTS, "base", "actual"):
            known = [getattr(p, name) for p in parts if getattr(p, name) is not None]
            assert sum(known) == (getattr(whole, name) or 0)
            assert bool(known) or getattr(whole, name) in (None, 0)


@given(line_frames(), line_frames())
def test_a_year_closes_in_cents_and_lines_are_as_good_as_sums(
    base: pd.DataFrame, actual: pd.DataFrame
) -> None:
    bridge = year_bridge(base, actual)
    assert_closed(bridge, base, actual)
    assert year_bridge(summed(base), summed(actual)).effects == bridge.effects
    priced = bridge.rows[bridge.rows["kind"] == "priced"]
    if bridge.effects.mix is not None:
        assert bridge.effects.mix == pytest.approx(priced["mix"].sum(), abs=2 + 1e-6)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.integers(-3, 3))
def test_parts_are_rounded_to_their_total(parts: list[float], off: int) -> None:
    total = round(math.fsum(parts))
    whole = apportioned(np.array(parts), total)
    assert whole.sum() == total
    assert np.abs(whole - parts).max() < 1 + 1e-6
    assert apportioned(np.array(parts), total + off).sum() == total + off


# --- From the budget ----------------------------------------------------------------------------


def test_lump_sums_have_currency_and_nothing_else() -> None:
    plan = line("", 80_00, None, currency="USD", document_amount=100_00)
    spent = line("bolt", 110_00, 5, currency="USD", document_amount=110_00)
    effects = budget_bridge(lines(plan), lines(spent)).effects
    assert (effects.currency, effects.not_priced) == (22_00, 8_00)
    assert (effects.price, effects.volume, effects.mix, effects.new) == (None, None, None, 0)


def test_a_currency_the_budget_has_no_rate_for_has_no_effect() -> None:
    plan = line("", 80_00, None)
    spent = line("bolt", 110_00, 5, currency="USD", document_amount=100_00)
    effects = budget_bridge(lines(plan), lines(spent)).effects
    assert (effects.currency, effects.not_priced) == (None, 30_00)
    elsewhere = line("", 9_00, None, currency="USD", document_amount=10_00, cost_centre_id="lab")
    effects = budget_bridge(lines(plan, elsewhere), lines(spent)).effects
    assert (effects.currency, effects.not_priced) == (None, 21_00)


def test_budgeted_items_are_compared_by_price_and_volume() -> None:
    plan = line("bolt", 80_00, 10, currency="USD", document_amount=100_00)
    spent = line("bolt", 99_00, 10, currency="USD", document_amount=110_00)
    beside = line("nut", 5_00, 1)
    effects = budget_bridge(lines(plan), lines(spent, beside)).effects
    assert (effects.currency, effects.price, effects.volume, effects.mix) == (11_00, 8_00, 0, 0)
    assert (effects.new, effects.not_priced) == (5_00, 0)


def test_beside_a_lump_sum_an_item_is_not_new() -> None:
    plan = lines(line("bolt", 80_00, 10), line("", 20_00, None))
    effects = budget_bridge(plan, lines(line("bolt", 90_00, 10), line("nut", 5_00, 1))).effects
    assert (effects.price, effects.new, effects.not_priced) == (10_00, 0, -15_00)


def test_without_a_cost_centre_the_budget_is_refused() -> None:
    with pytest.raises(ValueError, match="cost_centre_id"):
        budget_bridge(lines().drop(columns="cost_centre_id"), lines())


@given(line_frames(), line_frames())
def test_a_budget_closes_in_cents(budget: pd.DataFrame, actual: pd.DataFrame) -> None:
    bridge = budget_bridge(budget, actual)
    assert_closed(bridge, budget, actual)
    assert budget_bridge(summed(budget), summed(actual)).effects == bridge.effects


def by_item(frame: pd.DataFrame) -> pd.DataFrame:
    """Tidy lines as the rule takes them: amounts in euros, and the rate they were booked at."""
    sums = frame.groupby("item_id")[["quantity", "amount", "document_amount"]].sum()
    amount = sums["amount"] / 100
    rate = sums["amount"] / sums["document_amount"]
    return pd.DataFrame({"quantity": sums["quantity"], "amount": amount, "currency_rate": rate})


tidy_lines = st.lists(
    st.builds(
        lambda item, quantity, document: line(
            item, document * 9 // 10, quantity, currency="USD", document_amount=document
        ),
        st.sampled_from("abc"),
        st.integers(1, 40),
        st.integers(100, 10**9),
    ),
    min_size=1,
)


@given(tidy_lines, tidy_lines)
def test_where_every_line_has_a_price_a_year_is_the_rule_in_cents(
    base: list[Row], actual: list[Row]
) -> None:
    in_cents = year_bridge(lines(*base), lines(*actual)).effects
    rule: dict[str, Any] = dict(price_volume_mix(by_item(lines(*base)), by_item(lines(*actual))))
    for name in EFFECTS:
        found, expected = getattr(in_cents, name), rule[name]
        assert (found is None) == (expected is None)
        assert (found or 0) == pytest.approx(100 * (expected or 0), abs=2.5, rel=1e-9)
