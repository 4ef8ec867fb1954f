"""The study of budgets-at-risk: its page is what it computes, and plain Python finds the same."""

import csv
import gzip
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from spend import market_model
from spend.price_index import index_changes
from spend.random_streams import normals
from studies import budget_at_risk, budget_at_risk_trial
from studies.budget_at_risk_trial import (
    DEFAULT,
    FILE,
    FOOD_MAKER,
    MANUFACTURER,
    METHODS,
    WITHOUT_DRIFT,
    YEARS,
    Basket,
    Trial,
    binomial_interval,
    monte_carlo,
    prices,
    trial,
)
from tests.conftest import ALL, ROOT

PAGE = (ROOT / "docs" / "budget-at-risk.md").read_text(encoding="utf-8")

Months = dict[str, dict[str, float]]


@pytest.fixture(scope="module", autouse=True)
def _numbers_drawn_once() -> Iterator[None]:
    """Every January asks for the same random numbers: there is no need to draw them each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(market_model, "normals", lru_cache(maxsize=None)(normals))
        yield


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "worldbank_pink_sheet"


@pytest.fixture(scope="module")
def manufacturer(folder: Path) -> Trial:
    return trial(folder, MANUFACTURER)


@pytest.fixture(scope="module")
def food_maker(folder: Path) -> Trial:
    return trial(folder, FOOD_MAKER)


@pytest.fixture(scope="module")
def months(folder: Path) -> Months:
    """Price by commodity and month, read without the model."""
    found: Months = {}
    with gzip.open(folder / FILE, "rt", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["series_code"], {})[row["month"]] = float(row["price"])
    return found


# --- The page -------------------------------------------------------------------------------------


def test_the_page_is_what_the_study_computes(manufacturer: Trial, food_maker: Trial) -> None:
    assert budget_at_risk.page(manufacturer, food_maker) == PAGE


def test_the_headline(manufacturer: Trial, food_maker: Trial) -> None:
    """The counts that the page opens with, and what it says of its exact intervals."""
    said = re.search(r"in (\d+) of 45 years .*?: ([\d, ]+)\. .* did in (\d+) of 45", PAGE)
    assert said
    years = tuple(map(int, said[2].split(", ")))
    assert manufacturer.years_exceeded(DEFAULT) == years
    assert (len(years), len(food_maker.years_exceeded(DEFAULT))) == (int(said[1]), int(said[3]))


def test_what_the_words_claim(manufacturer: Trial, food_maker: Trial) -> None:
    """Figures that the page's sentences give, which no table shows."""
    rows = dict(zip(manufacturer.years, manufacturer.outcome, strict=True))
    boom = [rows[2006][manufacturer.names.index(c)] for c in ("COPPER", "Zinc", "NICKEL")]
    assert (round(min(boom), 2), round(max(boom), 2)) == (0.47, 0.81)
    assert round(rows[2008][0], 2) == 0.06
    gas, oil = (manufacturer.names.index(code) for code in ("NGAS_EUR", "CRUDE_PETRO"))
    assert round(1 + rows[2021][gas], 2) == 2.75
    points = [rows[2021][i] * MANUFACTURER[manufacturer.names[i]] * 100 for i in (gas, oil)]
    assert [round(points[0]), round(points[1]), round(rows[2021][0] * 100)] == [12, 6, 32]
    assert round(manufacturer.outcome[:, 0].mean(), 3) == 0.047
    alone = dict(zip(manufacturer.names, manufacturer.exceeded(DEFAULT).sum(axis=0), strict=True))
    assert max(alone, key=lambda name: alone[name]) == "IRON_ORE"
    assert alone["IRON_ORE"] == 9
    extra = set(manufacturer.years_exceeded(WITHOUT_DRIFT))
    assert extra - set(manufacturer.years_exceeded(DEFAULT)) == {1994, 2004, 2005}
    limits = {name: at_risk[:, 0].mean() for name, at_risk in manufacturer.at_risk.items()}
    assert max(limits, key=lambda name: limits[name]) == "historical simulation"
    narrow = "exponentially weighted"
    for result in (manufacturer, food_maker):
        assert binomial_interval(len(result.years_exceeded(narrow)), 45)[0] > 0.05
    assert stats.binom.cdf(5, 45, 0.05) > 0.95


def test_december_2008_was_low(folder: Path) -> None:
    history = prices(folder, MANUFACTURER)
    low = history.loc["2008-12"] / history.loc["2004-01":"2008-12"].mean()
    assert (round(low["COPPER"], 2), round(low["NICKEL"], 2)) == (0.56, 0.44)


def test_months_go_on_into_the_next(folder: Path) -> None:
    for basket in (MANUFACTURER, FOOD_MAKER):
        changes = index_changes(prices(folder, basket), 1)
        follow = {code: changes[code].autocorr(1) for code in changes if code != "TEA_AVG"}
        assert round(min(follow.values()), 1) == 0.2
        assert max(follow.values()) < 0.55


def test_baskets_are_whole() -> None:
    assert sum(MANUFACTURER.values()) == pytest.approx(1)
    assert sum(FOOD_MAKER.values()) == pytest.approx(1)


def test_another_seed_breaks_the_same_years(
    folder: Path, manufacturer: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The years nearest to their limits, on either side; in the long run all of them."""
    monkeypatch.setattr(budget_at_risk_trial, "SEED", 2)
    history, shares = prices(folder, MANUFACTURER), np.array(list(MANUFACTURER.values()))
    outcome, before = manufacturer.outcome[:, 0], manufacturer.at_risk[DEFAULT][:, 0]
    nearest = np.argsort(np.abs(outcome - before))[: len(YEARS) if ALL else 12]
    years = np.array(YEARS)[nearest]
    limits = [monte_carlo(history.loc[: f"{year - 1}-12"], shares)[0] for year in years.tolist()]
    assert limits != before[nearest].tolist()
    over = set(years[outcome[nearest] > limits].tolist())
    assert over == set(manufacturer.years_exceeded(DEFAULT))


def test_nothing_later_is_known(folder: Path, manufacturer: Trial) -> None:
    """What was said in January 2007 is what each method says of prices that end in 2006."""
    known = prices(folder, MANUFACTURER).loc[:"2006-12"]
    assert str(known.index[-1]) == "2006-12"
    shares, row = np.array(list(MANUFACTURER.values())), manufacturer.years.index(2007)
    for name, method in METHODS.items():
        assert method(known, shares).tolist() == manufacturer.at_risk[name][row].tolist()


# --- A second computation, in plain Python --------------------------------------------------------


def plus(month: str, count: int) -> str:
    year, place = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + count, 12)
    return f"{year}-{place + 1:02d}"


def change(series: dict[str, float], month: str) -> float:
    """From a month's price to the average of the twelve after it."""
    return math.fsum(series[plus(month, k)] for k in range(1, 13)) / 12 / series[month] - 1


@pytest.fixture(scope="module")
def changes(months: Months) -> Months:
    """All such changes, by commodity and month."""
    return {
        code: {month: change(series, month) for month in series if plus(month, 12) in series}
        for code, series in months.items()
        if code in MANUFACTURER or code in FOOD_MAKER
    }


def windows(of_one: dict[str, float], december: str) -> dict[str, float]:
    """Those whose twelve months have passed by December."""
    last = plus(december, -12)
    return {month: found for month, found in of_one.items() if month <= last}


@pytest.mark.parametrize("year", [1980, 1994, 2009, 2021, 2024])
@pytest.mark.parametrize("basket", [MANUFACTURER, FOOD_MAKER], ids=["manufacturer", "food"])
def test_years_and_limits_again(
    year: int, basket: Basket, changes: Months, request: pytest.FixtureRequest
) -> None:
    name = "manufacturer" if basket is MANUFACTURER else "food_maker"
    result: Trial = request.getfixturevalue(name)
    row, december = result.years.index(year), f"{year - 1}-12"
    outcome = math.fsum(share * changes[code][december] for code, share in basket.items())
    assert result.outcome[row, 0] == pytest.approx(outcome, rel=1e-9)

    past = {code: windows(changes[code], december) for code in basket}
    common = set.intersection(*(set(series) for series in past.values()))
    joint = sorted(math.fsum(s * past[c][m] for c, s in basket.items()) for m in common)
    worst = joint[math.ceil(0.95 * len(joint)) - 1]
    assert result.at_risk["historical simulation"][row, 0] == pytest.approx(worst, rel=1e-9)

    variance = 0.0
    for one, share in basket.items():
        for other, weight in basket.items():
            variance += share * weight * covariance(past[one], past[other])
    limit = 1.6448536269514722 * math.sqrt(variance)
    assert result.at_risk["normal, all history"][row, 0] == pytest.approx(limit, rel=1e-6)


def covariance(one: dict[str, float], other: dict[str, float]) -> float:
    """Around no change: correlation over common windows, each deviation over all its own."""
    both = sorted(one.keys() & other.keys())
    product = math.fsum(one[m] * other[m] for m in both)
    scale = math.sqrt(math.fsum(one[m] ** 2 for m in both) * math.fsum(other[m] ** 2 for m in both))
    own = [math.fsum(x * x for x in series.values()) / len(series) for series in (one, other)]
    return product / scale * math.sqrt(own[0] * own[1])


@pytest.mark.parametrize("year", [1985, 2006, 2022])
def test_simulated_limits_again(year: int, changes: Months, food_maker: Trial) -> None:
    """Another generator, linear algebra's factor, and the windows by hand; food has no gaps.

    Four standard errors: of ten thousand draws, the 95 % quantile has one of some 0.025 deviations.
    """
    december = f"{year - 1}-12"
    past = np.array(
        [[math.log1p(x) for x in windows(changes[code], december).values()] for code in FOOD_MAKER]
    )
    spread = np.cov(past) / sum((k / 12) ** 2 for k in range(1, 13))
    step = past.mean(axis=1) / 6.5
    random = np.random.default_rng(year)
    logs = random.multivariate_normal(step, spread, (40_000, 12), method="cholesky").cumsum(axis=1)
    cost = np.exp(logs).mean(axis=1) @ np.array(list(FOOD_MAKER.values())) - 1
    found = food_maker.at_risk[DEFAULT][food_maker.years.index(year), 0]
    assert found == pytest.approx(float(np.quantile(cost, 0.95)), abs=0.1 * cost.std())


# --- Parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 3, 22, 45])
def test_the_binomial_interval_is_scipy_s(count: int) -> None:
    expected = stats.binomtest(count, 45).proportion_ci(0.95, method="exact")
    assert binomial_interval(count, 45) == pytest.approx((expected.low, expected.high))


def test_the_command_prints_the_page(
    manufacturer: Trial,
    food_maker: Trial,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert budget_at_risk.main([]) == 2
    assert "FOLDER" in capsys.readouterr().err
    results = {id(MANUFACTURER): manufacturer, id(FOOD_MAKER): food_maker}
    monkeypatch.setattr(budget_at_risk, "trial", lambda _, basket: results[id(basket)])
    assert budget_at_risk.main(["prices"]) == 0
    assert capsys.readouterr().out == PAGE
