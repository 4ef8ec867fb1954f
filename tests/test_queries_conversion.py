"""Currencies: which rate a document gets, and what a new rate changes."""

from decimal import Decimal
from pathlib import Path

import pytest

from queries.batches import rejects
from queries.errors import ConcordError
from queries.load import LoadResult
from queries.selection import Pin
from queries.store import Store
from tests.contract_files import Books, Rows, counts

LINE = {"line_no": 1, "supplier_id": "S1", "currency": "USD"}
RATES = [
    {"date": "2026-01-01", "currency": "USD", "rate": "0.90"},
    {"date": "2026-02-01", "currency": "USD", "rate": "0.80"},
    {"date": "2026-03-01", "currency": "USD", "rate": "0.70"},
]


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Books:
    return Books(store, tmp_path)


def invoices(*days_and_amounts: tuple[str, object]) -> Rows:
    return [
        {**LINE, "invoice_id": f"I{n}", "invoice_date": day, "amount": amount}
        for n, (day, amount) in enumerate(days_and_amounts, 1)
    ]


def reporting(books: Books, pin: Pin | None = None) -> list[Decimal]:
    """The reporting amounts, by invoice."""
    held = books.rows("invoice_line", "invoice_id", "reporting_amount", pin=pin)
    return [amount for _, amount in held]


def reconverted(result: LoadResult) -> dict[str, int]:
    return {t.table_name: t.reconverted for t in result.tables if t.reconverted}


def test_the_rate_is_the_last_on_or_before_the_documents_own_date(books: Books) -> None:
    lines = invoices(("2026-01-01", 10), ("2026-01-31", 20), ("2026-02-01", 30), ("2027-01-01", 40))
    posted_later = [{**line, "posted_on": "2026-03-15"} for line in lines]
    order = {
        "po_id": "P1", "line_no": 1, "order_date": "2026-02-28", "supplier_id": "S1",
        "quantity": 1, "unit_price": 1, "currency": "usd",
    }  # fmt: skip
    payment = {
        "payment_id": "Y1", "invoice_id": "I1", "paid_on": "2026-03-01", "amount": 10,
        "discount_taken": 1, "currency": "USD",
    }  # fmt: skip
    books.load({
        "exchange_rate": RATES, "invoice_line": posted_later, "purchase_order_line": [order],
        "payment": [payment],
    })  # fmt: skip
    assert reporting(books) == [Decimal(n) for n in (9, 18, 24, 28)]
    assert books.rows("purchase_order_line", "reporting_rate") == [(Decimal("0.8"),)]
    paid = books.rows("payment", "reporting_amount", "reporting_discount_taken")
    assert paid == [(Decimal(7), Decimal("0.7"))]


def test_the_reporting_currency_needs_no_rate(books: Books) -> None:
    lines = invoices(("2020-01-01", "10.01"), ("2020-01-01", "20.02"))
    books.load({"invoice_line": [{**lines[0], "currency": "eur"}, {**lines[1], "currency": None}]})
    assert books.rows("invoice_line", "reporting_rate", "reporting_amount") == [
        (Decimal(1), Decimal("10.01")),
        (Decimal(1), Decimal("20.02")),
    ]


def test_amounts_are_rounded_half_up_once(books: Books) -> None:
    rate = {"date": "2026-01-01", "currency": "USD", "rate": "0.500000000001"}
    half = {"date": "2026-01-01", "currency": "GBP", "rate": "0.5"}
    amounts = [("USD", "0.05"), ("GBP", "0.05"), ("GBP", "-0.05"), ("USD", "900000000000000.00")]
    lines = [
        {**line, "currency": currency}
        for line, (currency, _) in zip(
            invoices(*(("2026-01-01", amount) for _, amount in amounts)), amounts, strict=True
        )
    ]
    books.load({"exchange_rate": [rate, half], "invoice_line": lines})
    assert [str(amount) for amount in reporting(books)] == [
        "0.03", "0.03", "-0.03", "450000000000900.00",
    ]  # fmt: skip


def test_a_missing_rate_rejects_the_row_and_says_why(books: Books) -> None:
    result = books.load(
        {"exchange_rate": RATES, "invoice_line": invoices(("2025-12-31", 10), ("2026-01-01", 10))}
    )
    assert counts(result, "invoice_line") == (2, 1, 0, 0, 1, 0)
    with books.store.reader() as reader:
        (bad,) = rejects(reader, 1).to_dict("records")
    named = tuple(bad[name] for name in ("table_name", "record", "column_name", "value"))
    assert named == ("invoice_line", 1, "currency", "USD")
    assert "no exchange rate" in bad["reason"]


def test_a_changed_rate_converts_its_lines_again_in_the_same_load(books: Books) -> None:
    lines = invoices(("2026-01-10", 10), ("2026-02-10", 20), ("2026-03-10", 30))
    books.load({"exchange_rate": RATES, "invoice_line": lines})
    changed = books.load({"exchange_rate": [{**RATES[1], "rate": "0.75"}]})
    assert reconverted(changed) == {"invoice_line": 1}
    assert reporting(books) == [Decimal(9), Decimal(15), Decimal(21)]
    assert reporting(books, Pin(1)) == [Decimal(9), Decimal(16), Decimal(21)]
    assert sum(row[0] for row in books.rows("spend_flow", "amount")) == 45
    between = [{"date": "2026-03-05", "currency": "USD", "rate": "0.60"}]
    assert reconverted(books.load({"exchange_rate": between})) == {"invoice_line": 1}
    both = books.load({"exchange_rate": [{**RATES[0], "rate": "0.5"}], "invoice_line": lines[1:]})
    assert reconverted(both) == {"invoice_line": 1}
    assert counts(both, "invoice_line") == (2, 0, 2, 0, 0, 0)
    assert reporting(books) == [Decimal(n) for n in (5, 15, 18)]


def test_a_held_row_whose_successor_is_rejected_still_gets_the_new_rate(books: Books) -> None:
    (line,) = invoices(("2026-01-10", 10))
    books.load({"exchange_rate": RATES, "invoice_line": [line]})
    result = books.load(
        {
            "exchange_rate": [{**RATES[0], "rate": "0.5"}],
            "invoice_line": [{**line, "currency": "GBP"}],
        }
    )
    assert counts(result, "invoice_line") == (1, 0, 0, 0, 1, 0)
    assert (reconverted(result), reporting(books)) == ({"invoice_line": 1}, [Decimal(5)])


def test_a_rate_that_makes_held_money_too_large_stops_the_load(books: Books) -> None:
    (line,) = invoices(("2026-01-10", "900000000000"))
    books.load({"exchange_rate": RATES, "invoice_line": [line]})
    with pytest.raises(ConcordError, match=r"invoice_line I1 1, amount: too large"):
        books.load({"exchange_rate": [{**RATES[0], "rate": "5000"}]})
    assert reporting(books) == [Decimal("810000000000")]


def budget(books: Books, **settings: object) -> list[Decimal]:
    """The budget of four lines in USD, by day, and of one with its own rate."""
    rates = [
        {"date": day, "currency": "USD", "rate": rate}
        for day, rate in (("2024-01-01", "0.5"), ("2025-01-01", "0.6"), ("2025-02-01", "0.7"),
                          ("2025-04-01", "0.8"), ("2026-01-01", "0.9"))
    ]  # fmt: skip
    days = ("2025-01-01", "2025-03-31", "2025-04-01", "2026-01-01", "2026-01-02")
    lines = [
        {"version": "v1", "period_start": day, "cost_centre_id": "C", "category_id": "K",
         "amount": 100, "currency": "USD", "budget_rate": "0.25" if day.endswith("02") else None}
        for day in days
    ]  # fmt: skip
    books.load({"exchange_rate": rates, "budget_line": lines}, settings=settings)
    return [row[1] for row in books.rows("budget_line", "period_start", "reporting_amount")]


def test_a_budget_has_the_rate_of_the_first_day_of_its_fiscal_year(books: Books) -> None:
    assert budget(books) == [Decimal(n) for n in (60, 60, 60, 90, 25)]
    again = books.load(
        {"exchange_rate": [{"date": "2025-02-15", "currency": "USD", "rate": "0.1"}]}
    )
    assert reconverted(again) == {}, "a later rate of the year leaves the budget alone"


def test_a_budgets_fiscal_year_starts_where_the_setting_says(books: Books) -> None:
    assert budget(books, fiscal_year_start=4) == [Decimal(n) for n in (50, 50, 80, 80, 25)]


def test_a_budgets_fiscal_year_starts_where_its_loaded_periods_do(books: Books) -> None:
    assert budget(books) == [Decimal(n) for n in (60, 60, 60, 90, 25)]
    periods = [
        {"period": "P1", "start_date": "2025-02-03", "end_date": "2025-04-05", "fiscal_year": 2025},
        {"period": "P2", "start_date": "2025-04-06", "end_date": "2026-02-01", "fiscal_year": 2025},
    ]
    result = books.load({"fiscal_period": periods})
    assert reconverted(result) == {"budget_line": 4}
    held = [row[1] for row in books.rows("budget_line", "period_start", "reporting_amount")]
    assert held == [Decimal(n) for n in (50, 70, 70, 70, 25)], "January is of the year before"
