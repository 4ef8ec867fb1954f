"""The page on the back-test says what the data says: every figure again, and some the slow way."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from spend.policy_comparison import compare, past_of
from studies.stock_backtest import page
from studies.stock_backtest_figures import (
    ADVISED,
    SET_ON,
    TARGET,
    WITH_SBA,
    Parts,
    Study,
    read,
    study,
)
from studies.stock_backtest_words import MEASURED, WAYS
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


def test_the_line_that_leads_is_the_rehearsal_s(shared_data: Path) -> None:
    """What the first weeks alone lead to is what the answer opens with, and is in bold."""
    results = found(shared_data)
    assert results.rehearsed == "chosen_error"
    assert [name for name, words in WAYS.items() if words.startswith("**")] == ["chosen_error"]
    early = {n: r.overall.fill_rate_by_value for n, r in results.rehearsal.results.items()}
    assert sorted(early, key=lambda name: early[name])[-1] == "chosen_error"
    assert results.last.results[ADVISED].overall.fill_rate_by_value > 0.92


def test_items_ordered_up_to_a_level(shared_data: Path) -> None:
    """Found in the rules themselves, and what they change taken out item by item."""
    whole, results = parts(shared_data), found(shared_data)
    skus = [sku for sku, known in zip(whole.sku, results.last.known, strict=True) if known]
    cost = whole.terms.unit_cost[results.last.known].tolist()
    for name, result in results.last.results.items():
        levels = result.rule.order_up_to.tolist()
        up_to = [sku for sku, level in zip(skus, levels, strict=True) if level == level]
        way = WITH_SBA if "sba" in name else ADVISED if "tsb" in name else ""
        assert tuple(up_to) == (results.up_to_level[way].sku if way else ()), name
    apart = results.up_to_level[ADVISED]
    assert apart.sku == ("2665",)
    assert apart.forecast[0] > apart.order_quantity[0]
    place = skus.index("2665")
    for name in ("chosen", "chosen_tsb", "chosen_error", ADVISED):
        outcome = results.last.results[name].outcome
        demand, served = outcome.demand.tolist(), outcome.served.tolist()
        rest = [row for row in range(len(skus)) if row != place]
        own = served[place] / demand[place]
        others = sum(served[row] * cost[row] for row in rest)
        asked = sum(demand[row] * cost[row] for row in rest)
        assert apart.fill_rate[name] == pytest.approx(own)
        assert apart.without[name] == pytest.approx(others / asked)
    share = demand[place] * cost[place] / (asked + demand[place] * cost[place])
    assert apart.of_demand == pytest.approx(share)


FRACTIONS = ("86", "473", "1380", "1444", "2665")


def few(folder: Path) -> list[object]:
    """What every twelfth item gave, and those whose stock of fractions meets its reorder point."""
    whole = parts(folder)
    rows = [row for row, sku in enumerate(whole.sku) if row % 12 == 0 or sku in FRACTIONS]
    costs = ("unit_cost", "order_cost", "holding_cost", "lead_time", "minimum_order")
    terms = replace(whole.terms, **{name: getattr(whole.terms, name)[rows] for name in costs})
    results = compare(whole.series[rows], SET_ON, terms, TARGET).results
    return [
        (name, result.outcome.orders.tolist(), result.outcome.average_stock.round(5).tolist())
        for name, result in results.items()
    ]


def test_a_processor_without_vector_instructions_gives_the_same_figures(shared_data: Path) -> None:
    """NumPy then computes other last digits, as other machines do; no order may turn on them."""
    script = (
        "from pathlib import Path\n"
        "from tests.test_studies_stock_backtest import few\n"
        f"print(few(Path({str(shared_data)!r})))"
    )
    plain = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        env=os.environ | plain,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == str(few(shared_data))


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
