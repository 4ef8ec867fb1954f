"""Late payment by law: worked by hand, day by day, and every gap said rather than guessed."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.late_payment import NO_COUNTRY, compounded_monthly, late_interest_due
from spend.late_payment_rates import (
    BANK_OF_ENGLAND,
    ECB_MAIN_REFINANCING,
    US_PROMPT_PAYMENT,
    euro_area_rate,
    half_year,
)
from spend.late_payment_rules import (
    RULES,
    country_code,
    legal_limit_days,
    rule_at,
)

DAY = date(2026, 1, 1)

# --- The tables ----------------------------------------------------------------------------------


def test_rates_at_known_days() -> None:
    """A few that everybody can look up, from the first half-year to the last."""
    assert ECB_MAIN_REFINANCING[2013, 1] == pytest.approx(0.0075)
    assert ECB_MAIN_REFINANCING[2022, 2] == 0
    assert ECB_MAIN_REFINANCING[2024, 2] == pytest.approx(0.0425)
    assert BANK_OF_ENGLAND[2016, 2] == pytest.approx(0.005)
    assert BANK_OF_ENGLAND[2024, 1] == pytest.approx(0.0525)
    assert US_PROMPT_PAYMENT[2013, 1] == pytest.approx(0.01375)
    assert US_PROMPT_PAYMENT[2021, 1] == pytest.approx(0.00875)


def test_tables_are_whole_and_plausible() -> None:
    for table in (ECB_MAIN_REFINANCING, BANK_OF_ENGLAND, US_PROMPT_PAYMENT):
        assert min(table) == (2013, 1)
        assert max(table) == (2026, 2)
        assert all(0 <= rate < 0.06 for rate in table.values())
    assert (2025, 2) not in US_PROMPT_PAYMENT


def test_the_euro_comes_with_its_own_half_year() -> None:
    assert euro_area_rate("HR", (2022, 2)) is None
    assert euro_area_rate("HR", (2023, 1)) == ECB_MAIN_REFINANCING[2023, 1]
    assert euro_area_rate("BG", (2025, 2)) is None
    assert euro_area_rate("BG", (2026, 1)) == ECB_MAIN_REFINANCING[2026, 1]
    assert euro_area_rate("SE", (2024, 1)) is None
    assert euro_area_rate("DE", (2012, 2)) is None


def test_half_years() -> None:
    assert half_year(date(2024, 1, 1)) == half_year(date(2024, 6, 30)) == (2024, 1)
    assert half_year(date(2024, 7, 1)) == half_year(date(2024, 12, 31)) == (2024, 2)


# --- The rules -----------------------------------------------------------------------------------


def test_rules_start_and_end_on_their_days() -> None:
    cases = [
        ("DE", date(2013, 3, 15), None), ("DE", date(2013, 3, 16), "EU 2011/7"),
        ("HR", date(2013, 6, 30), None), ("HR", date(2013, 7, 1), "EU 2011/7"),
        ("GB", date(2002, 8, 6), None), ("GB", date(2013, 3, 15), "UK 1998 Act, as amended 2002"),
        ("GB", date(2013, 3, 16), "UK 1998 Act, as amended 2013"),
        ("CH", DAY, None), ("", DAY, None),
    ]  # fmt: skip
    for country, on, name in cases:
        rule = rule_at(country, on)
        assert (rule.name if rule else None) == name, (country, on)


def test_the_american_rule_binds_federal_agencies_only() -> None:
    assert rule_at("US", DAY) is None
    rule = rule_at("US", DAY, public_body=True)
    assert rule is not None
    assert (rule.default_days, rule.limit_days, rule.basis) == (30, None, 360)
    assert not rule.binds_companies


def test_at_most_one_rule_holds() -> None:
    countries = {country for rule in RULES for country in rule.countries}
    assert len(countries) == 29
    for country in countries:
        for on in (date(2005, 1, 1), date(2013, 3, 15), date(2013, 3, 16), DAY):
            assert sum(rule.holds(country, on, public_body=True) for rule in RULES) <= 1


def test_every_rule_says_where_it_says_so() -> None:
    for rule in RULES:
        assert rule.source
        assert rule.rate_source
        assert rule.binds


def test_limits() -> None:
    assert legal_limit_days("IT", DAY) == 60
    assert legal_limit_days("IT", DAY, expressly_agreed=True) is None
    assert legal_limit_days("IT", DAY, public_body=True) == 30
    assert legal_limit_days("IT", DAY, public_body=True, expressly_agreed=True) == 30
    assert legal_limit_days("IT", DAY, public_body=True, special_case=True) == 60
    assert legal_limit_days("UK", DAY, public_body=True, special_case=True) == 30
    assert legal_limit_days("GB", date(2012, 1, 1)) is None
    assert legal_limit_days("US", DAY, public_body=True) is None
    assert legal_limit_days("JP", DAY) is None


def test_country_codes() -> None:
    assert [country_code(code) for code in ("uk", " el", "Fr ")] == ["GB", "GR", "FR"]


# --- What is due, by hand ------------------------------------------------------------------------


def one(principal: Any, country: str, due: str, paid: str, **more: Any) -> tuple[float, float]:
    """Interest and fixed sum of one invoice."""
    found = late_interest_due(principal, country, due, paid, **more)
    return float(found.interest[0]), float(found.fixed_sum[0])


def test_a_euro_invoice_over_two_half_years() -> None:
    # Due 21 June 2024, paid 10 July: nine days at 12.5 %, ten at 12.25 %, on 36,500.
    interest, fixed = one(36_500, "FR", "2024-06-21", "2024-07-10")
    assert interest == pytest.approx(9 * 12.5 + 10 * 12.25)
    assert fixed == 40


def test_a_british_invoice_keeps_its_first_rate() -> None:
    # Due 30 June 2023: the first day is 1 July, when 5 % of 30 June counts, and stays.
    interest, fixed = one(36_500, "GB", "2023-06-30", "2024-06-29")
    assert interest == pytest.approx(365 * 13)
    assert fixed == 100
    # A day earlier, 3.5 % of 31 December 2022.
    assert one(36_500, "GB", "2023-06-29", "2023-07-09")[0] == pytest.approx(10 * 11.5)


def test_british_fixed_sums_step_with_the_debt() -> None:
    debts = [0.01, 999.99, 1_000, 9_999.99, 10_000]
    found = late_interest_due(debts, "GB", "2024-01-01", "2024-01-02")
    assert found.fixed_sum.tolist() == [40, 40, 70, 70, 100]
    assert set(found.fixed_currency) == {"GBP"}
    # 1,100 euros are less than 1,000 pounds: the law looks at the pounds.
    assert one(1_100, "GB", "2024-01-01", "2024-01-02", debt=950)[1] == 40


def test_a_federal_invoice() -> None:
    # 4.875 %: ten days simple; 75 days are two months and fifteen days; a year is the end of it.
    interest, fixed = one(1_500, "US", "2024-07-01", "2024-07-11", public_body=True)
    assert interest == pytest.approx(1_500 * 0.04875 * 10 / 360)
    assert fixed == 0
    more = one(1_500, "US", "2024-07-01", "2024-09-14", public_body=True)[0]
    month = 1 + 0.04875 / 12
    assert more == pytest.approx(1_500 * (month**2 * (1 + 0.04875 * 15 / 360) - 1))
    year, longer = (
        one(1_500, "US", "2024-07-01", paid, public_body=True)[0]
        for paid in ("2025-07-01", "2026-07-01")
    )
    assert year == longer == pytest.approx(1_500 * (month**12 * (1 + 0.04875 * 5 / 360) - 1))


def test_the_regulations_own_examples() -> None:
    assert compounded_monthly(1_500, 0.065, 10).round(2) == pytest.approx(2.71)
    assert compounded_monthly(1_500, 0.06, 75).round(2) == pytest.approx(18.83)
    assert compounded_monthly(1_500, 0.06, 30) == pytest.approx(1_500 * 0.06 / 12)
    with pytest.raises(ValueError, match="must be zero or more"):
        compounded_monthly(1_500, 0.06, -1)


def test_what_is_in_time_costs_nothing_anywhere() -> None:
    found = late_interest_due(
        100, ["DE", "CN", ""], "2024-03-31", ["2024-03-31", "2024-01-01", "2024-03-30"]
    )
    assert found.interest.tolist() == found.fixed_sum.tolist() == [0, 0, 0]
    assert found.not_known == {}
    assert late_interest_due(0, "DE", "2024-01-01", "2024-02-01").fixed_sum.tolist() == [0]


def test_gaps_are_said_and_counted() -> None:
    countries = ["CN", "CN", "", None, "PL", "US", "DE"]
    found = late_interest_due(100, countries, "2026-11-30", "2027-01-31")
    assert found.not_known == {
        "no rule for CN": 2,
        NO_COUNTRY: 2,
        "no rate known for PL, 2026 H2": 1,
        "no rule for US": 1,
        "no rate known for DE, 2027 H1": 1,
    }
    assert np.isnan(found.interest).all()
    # The fixed sum needs no rate, only a rule.
    assert found.fixed_sum[4] == found.fixed_sum[6] == 40
    assert np.isnan(found.fixed_sum[:4]).all()


def test_before_the_rules_nothing_is_known() -> None:
    assert late_interest_due(1, "DE", "2013-03-15", "2014-01-01").not_known == {"no rule for DE": 1}
    old = late_interest_due(1, "GB", "2012-12-30", "2013-01-31")
    assert old.not_known == {"no rate known for GB, 2012 H2": 1}
    assert late_interest_due(1, "GB", "2012-12-31", "2013-01-31").interest > 0


def test_frames_and_nobody() -> None:
    frame = pd.DataFrame(
        {
            "amount": [100.0, 200.0],
            "country": ["DE", None],
            "due": pd.to_datetime(["2024-01-31", "2024-01-31"]),
            "paid": pd.to_datetime(["2024-02-10", "2024-02-10"]),
        }
    )
    found = late_interest_due(frame["amount"], frame["country"], frame["due"], frame["paid"])
    assert found.days_late.tolist() == [10, 10]
    assert found.interest[0] == pytest.approx(100 * 0.125 * 10 / 365)
    assert late_interest_due([], [], [], []).interest.size == 0


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((-1, "DE", "2024-01-01", "2024-02-01"), "principal must be zero or more"),
        ((float("nan"), "DE", "2024-01-01", "2024-02-01"), "principal must be finite"),
        ((1, "DE", None, "2024-02-01"), "due_date must be known"),
        ((1, "DE", "2024-01-01", "soon"), "paid_on must be a date"),
        ((1, "DE", 20240101, "2024-02-01"), "due_date must be a date"),
        ((1, "DE", "2024-01-01", [19754, 19755]), "paid_on must be a date"),
        (([1, 2], ["DE"] * 3, "2024-01-01", "2024-02-01"), "broadcast"),
    ],
)
def test_bad_arguments_state_the_rule(arguments: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        late_interest_due(*arguments)


# --- Day by day ----------------------------------------------------------------------------------

starts = st.dates(date(2013, 3, 16), date(2026, 6, 30))
lengths = st.integers(-30, 900)
cents = st.integers(1, 10**9)


@given(cents, st.sampled_from(["DE", "HR", "BG", "PL", "LT"]), starts, lengths)
def test_european_interest_day_by_day(owed: int, country: str, due: date, length: int) -> None:
    """Each late day at its own half-year's rate, added up in exact fractions."""
    paid = due + timedelta(days=length)
    found = late_interest_due(owed / 100, country, due, paid)
    if rule_at(country, due) is None:
        assert length <= 0 or np.isnan(found.interest[0])
        return
    total: Fraction | None = Fraction(0)
    for late in range(1, length + 1):
        rate = euro_area_rate(country, half_year(due + timedelta(days=late)))
        if rate is None or total is None:
            total = None
            break
        total += Fraction(owed, 100) * (Fraction(Decimal(str(rate))) + Fraction(8, 100)) / 365
    if total is None:
        assert np.isnan(found.interest[0])
        assert found.why_not[0].startswith(f"no rate known for {country}")
    else:
        assert found.interest[0] == pytest.approx(float(total), rel=1e-9)
        assert found.fixed_sum[0] == (40 if length > 0 else 0)


@given(cents, starts, st.integers(0, 900))
def test_federal_interest_period_by_period(owed: int, due: date, length: int) -> None:
    """Every 30 days the interest joins the debt; after a year nothing more accrues."""
    found = late_interest_due(owed / 100, "US", due, due + timedelta(days=length), public_body=True)
    rate = US_PROMPT_PAYMENT.get(half_year(due + timedelta(days=1)))
    if rate is None:
        assert length == 0 or np.isnan(found.interest[0])
        return
    debt, left = Fraction(owed, 100), min(length, 365)
    yearly = Fraction(Decimal(str(rate)))
    while left > 0:
        period = min(left, 30)
        debt += debt * yearly * period / 360
        left -= period
    assert found.interest[0] == pytest.approx(float(debt - Fraction(owed, 100)), rel=1e-6, abs=1e-9)


invoices = st.tuples(
    cents, st.sampled_from(["DE", "GB", "US", "PL", "CN", "uk", ""]), starts, lengths, st.booleans()
)


@given(st.lists(invoices, min_size=1, max_size=12))
def test_many_at_once_are_each_alone(rows: list[tuple[int, str, date, int, bool]]) -> None:
    paid = [row[2] + timedelta(days=row[3]) for row in rows]
    together = late_interest_due(
        [row[0] / 100 for row in rows], [row[1] for row in rows], [row[2] for row in rows], paid,
        [row[4] for row in rows],
    )  # fmt: skip
    for place, (owed, country, due, _, public) in enumerate(rows):
        alone = late_interest_due(owed / 100, country, due, paid[place], public)
        for name in ("interest", "fixed_sum"):
            np.testing.assert_equal(getattr(together, name)[place], getattr(alone, name)[0])
        assert (together.rule[place], together.why_not[place]) == (alone.rule[0], alone.why_not[0])
        rule = rule_at(country, due, public)
        assert together.rule[place] == (rule.name if rule else "")
