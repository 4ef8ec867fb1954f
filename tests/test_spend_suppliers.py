"""The supplier base: concentration, coverage and the tail, on sums; and the demo's story."""

import math
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo import stories
from spend.metric import declared
from spend.position import ratio
from spend.suppliers import (
    concentration_band,
    contract_coverage,
    herfindahl,
    off_contract_share,
    preferred_share,
    supplier_concentration,
    tail,
)
from tests import demo_files

SHARES = (contract_coverage, preferred_share, off_contract_share)

amounts = st.integers(1, 10**12)
some_spend = st.lists(amounts, min_size=1, max_size=60)

# --- Concentration ------------------------------------------------------------------------------


def test_index_by_hand() -> None:
    # 50² + 30² + 20² = 2,500 + 900 + 400.
    assert herfindahl([50, 30, 20]) == 3800
    assert herfindahl(100) == herfindahl([100]) == 10_000
    assert herfindahl([0, 100, 0]) == 10_000
    assert herfindahl([0]) == 0
    assert herfindahl(100.05) == 10_000  # a rounded whole is no more than the whole
    table: Any = herfindahl(np.full((3, 4), 25.0))
    assert table.tolist() == [2500] * 3


def test_shares_may_leave_small_suppliers_out() -> None:
    # The unlisted tenth, if it were one more supplier of 10, would add 100 at most.
    assert herfindahl([50, 30, 10]) == 3500


def test_published_shares_are_rounded() -> None:
    assert herfindahl([33.4, 33.3, 33.4]) == pytest.approx(3340.01)  # 100.1 together
    assert herfindahl([33.4] * 3) == pytest.approx(3346.68)  # 100.2
    assert herfindahl([34, 33, 33.2]) == pytest.approx(3347.24)  # 100.2
    assert herfindahl([33.5] * 3) == pytest.approx(3366.75)  # 100.5, where 101.5 would still do
    assert herfindahl([17] * 6) == 1734  # 102: the most for any number of shares
    for too_much in ([60, 60], [51, 50.1], [100.6], [14.6] * 7, [17, 17, 17, 17, 17, 17.1]):
        with pytest.raises(ValueError, match="sum to 100 or less"):
            herfindahl(too_much)
    # A share of zero was listed for nothing: it was not rounded up.
    with pytest.raises(ValueError, match="sum to 100 or less"):
        herfindahl([50.6, 50.6, 0, 0, 0])


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4), st.integers(0, 2))
def test_any_shares_of_a_few_may_be_rounded(spend: list[int], digits: int) -> None:
    exact = [100 * one / sum(spend) for one in spend]
    found = herfindahl([round(share, digits) for share in exact])
    assert found == pytest.approx(sum(share**2 for share in exact), abs=102)


@pytest.mark.parametrize(
    ("shares", "rule"),
    [
        ([], "not be empty"),
        (np.empty((2, 0)), "not be empty"),
        ([-1, 50], "zero or more"),
        ([60, 50], "sum to 100 or less"),
        ([[50, 50], [60, 50]], "sum to 100 or less"),
        (120, "sum to 100 or less"),
        ([30, float("nan")], "shares must be finite"),
        ([1e300, 1], "sum to 100 or less"),
        ("all", "shares must be a number"),
    ],
)
def test_bad_shares_are_refused(shares: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        herfindahl(shares)


def test_bands_of_both_editions() -> None:
    for index, new, old in (
        (0, "unconcentrated", "unconcentrated"),
        (1000, "unconcentrated", "unconcentrated"),
        (1001, "moderately concentrated", "unconcentrated"),
        (1800, "moderately concentrated", "moderately concentrated"),
        (2000, "highly concentrated", "moderately concentrated"),
        (2501, "highly concentrated", "highly concentrated"),
        (10_000, "highly concentrated", "highly concentrated"),
    ):
        assert (concentration_band(index), concentration_band(index, edition=2010)) == (new, old)
    for outside in (-1.0, 10_001.0, math.nan):
        with pytest.raises(ValueError, match="between 0 and 10,000"):
            concentration_band(outside)
    with pytest.raises(ValueError, match="2023 or 2010"):
        concentration_band(1, edition=1992)  # type: ignore[arg-type]


def test_concentration_takes_net_positive_parents() -> None:
    # 60 and 40 of 100; a parent with credits above its invoices, and one that nets to nothing.
    assert supplier_concentration([60_00, 40_00, -30_00, 0]) == 5200
    assert supplier_concentration([60_00]) == 10_000
    for nothing in ([], [0], [-5, 0]):
        assert supplier_concentration(nothing) is None
    with pytest.raises(ValueError, match="finite"):
        supplier_concentration([1, math.inf])
    with pytest.raises(ValueError, match="one sum for each parent"):
        supplier_concentration([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="small enough"):
        supplier_concentration([1e308, 1e308])


@given(some_spend)
def test_concentration_is_the_definition_within_its_bounds(spend: list[int]) -> None:
    exact = sum(Fraction(100 * one, sum(spend)) ** 2 for one in spend)
    found = supplier_concentration(spend)
    assert found is not None
    assert found == pytest.approx(float(exact), rel=1e-12)
    assert 10_000 / len(spend) * (1 - 1e-12) <= found <= 10_000
    assert herfindahl([100 * one / sum(spend) for one in spend]) == pytest.approx(found)


@given(some_spend, st.randoms(use_true_random=False))
def test_order_is_immaterial_and_merging_concentrates(spend: list[int], chance: Any) -> None:
    found = supplier_concentration(spend)
    assert found is not None
    mixed = [*spend]
    chance.shuffle(mixed)
    assert supplier_concentration(mixed) == pytest.approx(found)
    if len(mixed) > 1:
        merged = supplier_concentration([mixed[0] + mixed[1], *mixed[2:]])
        more = 2 * 100**2 * mixed[0] * mixed[1] / sum(spend) ** 2  # (a + b)² - a² - b²
        assert merged == pytest.approx(found + more)


# --- Shares -------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", SHARES)
def test_shares_by_hand(share: Any) -> None:
    # 30 + 20 - 5 of 30 + 20 - 5 + 45.
    assert share([30, 20, -5], [30, 20, -5, 45]) == 0.5
    assert share(45, 90) == 0.5
    assert share(np.array([45]), np.array([90.0])) == 0.5
    assert share([], [10]) == 0  # lines, none of them covered
    assert share([], []) is None
    assert share([0], [0]) is None
    assert share([5], [-10]) is None
    assert share([-5], [10]) == -0.5


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(-(10**12), 10**12)),
        max_size=40,
    )
)
def test_a_share_of_lines_is_the_share_of_their_sums(lines: list[tuple[str, bool, int]]) -> None:
    sums: dict[str, list[int]] = {}
    for group, covered, amount in lines:
        part = sums.setdefault(group, [0, 0])
        part[0] += amount * covered
        part[1] += amount
    whole = [amount for *_, amount in lines]
    part_of_lines = [amount for _, covered, amount in lines if covered]
    on_lines = ratio(part_of_lines, whole, no_part=0.0)
    parts, wholes = [p for p, _ in sums.values()], [w for _, w in sums.values()]
    assert on_lines == ratio(parts, wholes, no_part=0.0)
    if sum(whole) > 0:
        assert on_lines == float(sum(part_of_lines)) / float(sum(whole))
    else:
        assert on_lines is None


def test_the_declarations() -> None:
    metrics = declared()
    assert metrics["supplier_concentration"].unit == "index"
    for name in ("contract_coverage", "preferred_share", "off_contract_share"):
        assert (metrics[name].unit, metrics[name].additive) == ("share", False)
    assert metrics["off_contract_share"].better == "lower"


# --- Few and many -------------------------------------------------------------------------------


def test_tail_by_hand() -> None:
    # 60 + 20 are four fifths; the other three are the tail.
    found = tail([60, 10, 20, 4, 6, -9])
    assert found is not None
    assert (found.suppliers, found.suppliers_share) == (3, 0.6)
    assert (found.spend, found.spend_share) == (20, 0.2)
    # With 59 it takes a third supplier to reach four fifths of 99.
    short = tail([59, 10, 20, 4, 6])
    assert short is not None
    assert (short.suppliers, short.spend) == (2, 10)
    assert tail([]) is tail([0, -1]) is None


def test_tails_of_everything_and_nothing() -> None:
    whole, none, one = tail([3, 2, 1], share=1), tail([3, 2, 1], share=0), tail([5])
    assert whole is not None
    assert none is not None
    assert one is not None
    assert (whole.suppliers, whole.spend_share) == (3, 1)
    assert (none.suppliers, none.spend, none.spend_share) == (0, 0, 0)
    assert one.suppliers == 0  # the only supplier is the head
    for share in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            tail([1], share=share)


@given(some_spend, st.integers(0, 100))
def test_the_tail_is_the_most_that_fits(spend: list[int], percent: int) -> None:
    """Counted in whole numbers, from the smallest supplier up."""
    many = small = 0
    for one in sorted(spend):
        if 100 * (small + one) > percent * sum(spend):
            break
        many, small = many + 1, small + one
    found = tail(spend, percent / 100)
    assert found is not None
    assert (found.suppliers, found.spend) == (many, small)


# --- The demo's story ---------------------------------------------------------------------------

TOLD: dict[str, Any] = next(
    story
    for story in tomllib.loads(stories.PATH.read_text(encoding="utf-8"))["story"]
    if story["name"] == "off_contract"
)["answers"]

# Each line's contract: its own, or one of its supplier or the supplier's parent for the category's
# subtree, valid on the order (else invoice) date; and whether anybody had one for that category.
JUDGED = """
CREATE TABLE judged AS
WITH RECURSIVE under(root, id) AS (
    SELECT category_id, category_id FROM category
    UNION ALL
    SELECT root, child.category_id FROM under JOIN category child
        ON child.parent_category_id = under.id
), held AS (
    SELECT l.rowid AS line, bool_or(l.contract_id = k.contract_id OR (u.id IS NOT NULL
        AND k.supplier_id IN (l.supplier_id, s.parent_supplier_id))) AS covered,
        bool_or(u.id IS NOT NULL) AS market
    FROM lines l JOIN supplier s ON s.supplier_id = l.supplier_id
    JOIN contract k ON l.ordered_on >= k.start_date
        AND (k.end_date IS NULL OR l.ordered_on <= k.end_date)
    LEFT JOIN under u ON u.root = k.category_id AND u.id = l.category_id
    GROUP BY l.rowid
)
SELECT l.*, coalesce(h.covered, false) AS covered, coalesce(h.market, false) AS market,
    EXISTS (FROM under WHERE root = 'C-1310' AND id = l.category_id) AS bearings
FROM lines l LEFT JOIN held h ON h.line = l.rowid
"""
SPANS = {
    "category": ("2026-01-01", "2026-10-31", "bearings"),
    "category_last_year": ("2025-01-01", "2025-10-31", "bearings"),
    "company": ("2026-01-01", "2026-10-31", "true"),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's lines, each judged for its contract."""
    files = demo_files.opened(tmp_path_factory.mktemp("demo"))
    files.execute("CREATE TABLE lines AS FROM line")
    files.execute(JUDGED)
    yield files
    files.close()


@pytest.mark.parametrize("name", SPANS)
def test_the_demos_spend_beside_its_contracts(demo: duckdb.DuckDBPyConnection, name: str) -> None:
    first, last, wanted = SPANS[name]
    sums = demo.sql(
        "SELECT month(day) AS month, sum(amount) FILTER (NOT covered)::BIGINT AS outside,"
        f" sum(amount)::BIGINT AS whole FROM judged WHERE market AND {wanted}"
        f" AND day BETWEEN DATE '{first}' AND DATE '{last}' GROUP BY ALL"
    ).df()
    assert len(sums) == 10
    assert sums["outside"].sum() == round(100 * TOLD[name]["off_contract_spend"])
    found = off_contract_share(sums["outside"], sums["whole"])
    assert found == pytest.approx(TOLD[name]["off_contract_share"], abs=5e-7)


def test_the_demos_concentration_rolls_up_to_parents(demo: duckdb.DuckDBPyConnection) -> None:
    """Parents concentrate: the index of groups is above that of the suppliers they own."""
    groups, apart = (
        demo.sql(f"SELECT sum(amount)::BIGINT AS spend FROM lines GROUP BY {key}").df()["spend"]
        for key in ("supplier_group", "supplier_id")
    )
    rolled_up, single = supplier_concentration(groups), supplier_concentration(apart)
    assert rolled_up is not None
    assert single is not None
    assert len(groups) < len(apart)
    assert 10_000 / len(groups) < single < rolled_up < 1000
    exact = sum(Fraction(100 * int(one), int(groups.sum())) ** 2 for one in groups)
    assert rolled_up == pytest.approx(float(exact))
    small = tail(groups)
    assert small is not None
    assert small.suppliers_share > 0.5 > small.spend_share
