"""How money reads: short, exact, with a true minus, rounded once."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.money import cents, decimal, direction, exact, reading, share, short

SHORT = [
    (1_234_567, "€1.23 M"),
    (12_400, "€12.4 k"),
    (-410_000, "−€0.41 M"),
    (0, "€0"),
    (0.001, "€0"),
    (-0.001, "€0"),
    (12.4, "€12.40"),
    (99.996, "€100"),
    (950.25, "€950"),
    (999.6, "€1.0 k"),
    (99_949, "€99.9 k"),
    (99_950, "€0.10 M"),
    (99_999, "€0.10 M"),
    (999_999_999, "€1.00 bn"),
    (410_000_000, "€410.00 M"),
    (1e15, "€1,000,000.00 bn"),
    (Decimal("1235000"), "€1.24 M"),
    (Decimal("1225000"), "€1.22 M"),
    (None, "n/a"),
    (float("nan"), "n/a"),
    (float("inf"), "n/a"),
]


@pytest.mark.parametrize(("amount", "words"), SHORT)
def test_short(amount: Any, words: str) -> None:
    assert short(amount, "EUR") == words


def test_signs_and_currencies() -> None:
    assert short(5, "GBP", signed=True) == "+£5.00"
    assert short(-5, "USD", signed=True) == "−$5.00"
    assert short(0, "USD", signed=True) == "$0"
    assert short(1500, "CHF") == "CHF 1.5 k"
    assert exact(1500, "CHF") == "CHF 1,500.00"


def test_exact_is_half_even_and_never_minus_nothing() -> None:
    assert exact(Decimal("0.125"), "EUR") == "€0.12"
    assert exact(Decimal("0.135"), "EUR") == "€0.14"
    assert exact(Decimal("-0.001"), "EUR") == "€0.00"
    assert exact(Decimal("123456789012345678.91"), "EUR") == "€123,456,789,012,345,678.91"
    assert exact(None, "EUR") == "n/a"


def test_shares() -> None:
    assert share(0.1234) == "12.3 %"
    assert share(-0.0001) == "0.0 %"
    assert share(12.5, places=0) == "1,250 %"
    assert share(0.05, signed=True) == "+5.0 %"
    assert share(None) == "n/a"


@pytest.mark.parametrize(
    ("unit", "words"),
    [("money", "€2.6 k"), ("share", "260,040.0 %"), ("days", "2,600.4 days"),
     ("count", "2,600"), ("index", "2,600")],
)  # fmt: skip
def test_readings_by_unit(unit: str, words: str) -> None:
    assert reading(2600.4, unit, "EUR") == words
    assert reading(None, unit, "EUR") == "n/a"


@given(st.integers(-(10**17), 10**17))
def test_cents_come_back(amount: int) -> None:
    assert cents(decimal(amount)) == amount


def test_no_amount_stays_none() -> None:
    assert decimal(None) is None
    assert cents(None) is None


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_float_reads(amount: float) -> None:
    for words in (short(amount, "EUR"), exact(amount, "EUR"), share(amount)):
        assert words
        assert "-" not in words


@pytest.mark.parametrize(
    ("change", "unit", "shape"),
    [(-0.0004, "points", "="), (-0.0006, "points", "▼"), (0.004, "money", "="),
     (0.01, "money", "▲"), (0.0001, "number", "▲"), (None, "days", "=")],
)  # fmt: skip
def test_a_change_that_reads_as_nothing_goes_no_way(change: Any, unit: str, shape: str) -> None:
    assert direction(change, unit) == shape
