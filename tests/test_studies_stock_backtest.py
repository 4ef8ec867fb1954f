"""The page on the back-test says what the data says: every figure again, and some the slow way."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from spend.policy_comparison import past_of
from studies.stock_backtest import MEASURED, page
from studies.stock_backtest_figures import ADVISED, SET_ON, TARGET, Parts, Study, read, study
from tests.conftest import ROOT
from tests.test_spend_backtest import slow


@cache
def parts(folder: Path) -> Parts:
    return read(folder / "spare_parts_man")


@cache
def found(folder: Path) -> Study:
    return study(parts(folder))


def settled(text: str) -> list[str]:
    """The page without the line that tells how long it took."""
    return [line for line in text.splitlines() if not line.startswith(MEASURED)]


def test_the_data_is_what_its_readme_says(shared_data: Path) -> None:
    series = parts(shared_data).series
    assert series.shape == (3451, 150)
    assert (series > 0).sum() == 37_200
    assert series.max() == 49_980
    assert round(float((series == 0).mean()), 3) == 0.928


def test_every_figure_of_the_page(shared_data: Path) -> None:
    written = (ROOT / "docs" / "stock-backtest.md").read_text(encoding="utf-8")
    assert settled(written) == settled(page(found(shared_data), (0, 0)))
    assert MEASURED in written


def test_thirty_items_the_slow_way(shared_data: Path) -> None:
    """Stock, orders and service of items drawn at random, by a plain simulator of one item."""
    whole = parts(shared_data)
    last = found(shared_data).last
    rows = np.flatnonzero(last.known)
    for place in np.random.default_rng(5).choice(len(rows), 30, replace=False).tolist():
        demand = whole.series[rows[place]].tolist()
        for name in (ADVISED, "normal", "naive"):
            result = last.results[name]
            start = float(result.rule.usual_position[place])
            expected = slow(demand, result.rule, place, start, SET_ON, False)
            for field, value in expected.items():
                got = getattr(result.outcome, field)[place]
                assert got == pytest.approx(value, rel=1e-9, abs=1e-6), (name, field)


def test_the_headline_is_sums_over_sums(shared_data: Path) -> None:
    """The best line's fill rate by value, from item to item with plain numbers."""
    whole, last = parts(shared_data), found(shared_data).last
    cost = whole.terms.unit_cost[last.known]
    outcome = last.results[ADVISED].outcome
    demanded = served = 0.0
    for row, price in enumerate(cost.tolist()):
        demanded += price * float(outcome.demand[row])
        served += price * float(outcome.served[row])
    overall = last.results[ADVISED].overall
    assert overall.fill_rate_by_value == pytest.approx(served / demanded, rel=1e-12)
    later = whole.series[last.known, SET_ON:]
    assert demanded == pytest.approx(float((later * cost[:, None]).sum()), rel=1e-12)
    assert last.known_demand_value == pytest.approx(demanded, rel=1e-12)
    every = float((whole.series[:, SET_ON:] * whole.terms.unit_cost[:, None]).sum())
    assert last.known_demand_value + last.new_demand_value == pytest.approx(every, rel=1e-12)


def test_policies_know_nothing_of_the_last_weeks(shared_data: Path) -> None:
    """With other last weeks the policies are the same."""
    whole = parts(shared_data)
    changed = whole.series.copy()
    changed[:, SET_ON:] = changed[:, SET_ON:][::-1] * 3 + 1
    before, _ = past_of(whole.series, SET_ON, whole.terms)
    after, _ = past_of(changed, SET_ON, whole.terms)
    for field in ("series", "order_quantity", "lead_time", "unit_cost"):
        assert np.array_equal(getattr(before, field), getattr(after, field))


def test_the_promise_is_kept_where_nothing_changes(shared_data: Path) -> None:
    """By value, on weeks drawn from the past; the model's own expectation is the target."""
    results = found(shared_data)
    assert results.control["chosen"] == pytest.approx(TARGET, abs=0.02)
    assert results.control["chosen"] > results.control["normal"] + 0.03
    assert results.expected == pytest.approx(TARGET, abs=0.002)
