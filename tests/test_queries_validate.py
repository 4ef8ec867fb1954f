"""The judge of rows: values, reasons, repeats and the rules between columns."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.contract import CONTRACT_COLUMNS
from queries.reasons import Format
from tests.judging import LINE, Judge, Row, line


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """A judge that keeps its results in a folder."""
    return Judge(tmp_path_factory.mktemp("judge"))


def exact(written: str, scale: int, rounds: bool = False) -> Decimal | None:
    """What a number must load as; None where it must be rejected."""
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    with localcontext() as context:
        context.prec = 400
        rounded = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
    if abs(rounded) >= Decimal(10) ** (18 - scale) or (rounded != number and not rounds):
        return None
    return rounded


# Each case judges a whole list, so that fewer cases try as many values.
FEWER = settings(max_examples=max(settings().max_examples // 8, 20), deadline=None)

PLAIN = st.from_regex(r"[+-]?([0-9]{1,20}(\.[0-9]{0,24})?|\.[0-9]{1,24})", fullmatch=True)
ODD = st.text(st.sampled_from("0123456789+-.eE,_ xinfa'"), min_size=1, max_size=14)


@FEWER
@given(texts=st.lists(st.one_of(PLAIN, ODD), min_size=1, max_size=30))
def test_amounts_load_exactly_or_not_at_all(texts: list[str], judged: Judge) -> None:
    cleaned = [text.strip(" ") for text in texts]
    judged("invoice_line", [line(invoice_id=f"I{n}", amount=t) for n, t in enumerate(cleaned)])
    loaded = {int(str(key)[1:]): value for key, value in judged.valid("invoice_id, amount")}
    for number, text in enumerate(cleaned):
        expected = None if "_" in text else exact(text, 2)
        if "e" in text.lower() and number not in loaded:
            continue  # an exponent may be refused
        assert loaded.get(number) == expected, text


@FEWER
@given(texts=st.lists(PLAIN, min_size=1, max_size=30))
def test_prices_are_exact_and_rates_are_rounded(texts: list[str], judged: Judge) -> None:
    rows = [LINE | {"invoice_id": f"I{n}", "unit_price": text} for n, text in enumerate(texts)]
    judged("invoice_line", rows)
    prices = {int(str(key)[1:]): value for key, value in judged.valid("invoice_id, unit_price")}
    rates = [
        {"date": f"{1900 + n}-01-01", "currency": "USD", "rate": text}
        for n, text in enumerate(texts)
    ]
    judged("exchange_rate", rates)
    loaded = {int(str(key)): value for key, value in judged.valid("year(date) - 1900, rate")}
    for number, text in enumerate(texts):
        assert prices.get(number) == exact(text, 6), text
        rate = exact(text, 12, rounds=True)
        assert loaded.get(number) == (rate if rate is not None and rate > 0 else None), text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1e15", "1000000000000000"),
        ("1.5e3", "1500"),
        ("12345E-2", "123.45"),
        ("1E+2", "100"),
        ("-2.50e1", "-25"),
        ("1.234e1", "12.34"),
    ],
)
def test_exponents_load_exactly(written: str, expected: str, judged: Judge) -> None:
    judged("invoice_line", [LINE | {"amount": written}])
    assert judged.valid("amount") == [(Decimal(expected),)]


@pytest.mark.parametrize(
    ("format", "written", "expected"),
    [
        (Format(decimal=","), "1234,5", "1234.5"),
        (Format(decimal=",", thousands="."), "-1.234.567,89", "-1234567.89"),
        (Format(decimal=",", thousands="."), "1234567,89", "1234567.89"),
        (Format(thousands=","), "1,234.5", "1234.5"),
        (Format(thousands="'"), "1'234.5", "1234.5"),
        (Format(decimal=",", thousands="\u00a0"), "1\u00a0234,5", "1234.5"),
        (Format(decimal=","), "1234.5", None),
        (Format(decimal=",", thousands="."), "1.5", None),
        (Format(decimal=",", thousands="."), "12.34,5", None),
        (Format(thousands=","), "1,5", None),
        (Format(thousands=","), "1,,234", None),
    ],
)
def test_decimal_and_thousands_of_a_mapping(
    format: Format, written: str, expected: str | None, judged: Judge
) -> None:
    judged("invoice_line", [LINE | {"amount": written}], {"amount": format})
    assert judged.valid("amount") == ([(Decimal(expected),)] if expected else [])


@FEWER
@given(days=st.lists(st.dates(date(1900, 1, 1), date(9999, 12, 31)), min_size=1, max_size=20))
def test_iso_days_load_exactly(days: list[date], judged: Judge) -> None:
    judged(
        "invoice_line",
        [
            LINE | {"invoice_id": f"I{n}", "invoice_date": day.isoformat()}
            for n, day in enumerate(days)
        ],
    )
    assert [row[0] for row in judged.valid("invoice_date")] == days


@pytest.mark.parametrize(
    "written",
    ["2024-1-2", "2024/01/02", "20240102", "epoch", "0000-00-00", "2024-05-31T00:00:01", "45000"],
)
def test_other_days_are_rejected(written: str, judged: Judge) -> None:
    assert judged("invoice_line", [LINE | {"invoice_date": written}]).rejected == 1


@pytest.mark.parametrize(
    ("formats", "written", "loads"),
    [
        (("%d/%m/%Y",), "31/05/2024", True),
        (("%d-%b-%y", "%m/%d/%Y"), "5/31/2024", True),
        (("%d-%b-%y",), "31-May-24", True),
        (("%Y-%m-%d %H:%M:%S",), "2024-05-31 17:45:00", True),
        (("%d/%m/%Y",), "2024-05-31", False),
        (("%d/%m/%Y",), "05/31/2024", False),
        (("%d/%m/%Y",), "infinity", False),
    ],
)
def test_date_formats_of_a_mapping(
    formats: tuple[str, ...], written: str, loads: bool, judged: Judge
) -> None:
    own = {"invoice_date": Format(dates=formats)}
    judged("invoice_line", [LINE | {"invoice_date": written}], own)
    assert judged.valid("invoice_date") == ([(date(2024, 5, 31),)] if loads else [])


def test_words_and_currencies_are_told_in_one_case(judged: Judge) -> None:
    order = {
        "po_id": "P1", "line_no": "1", "order_date": "2024-01-01", "supplier_id": "S1",
        "quantity": "1", "unit_price": "1",
    }  # fmt: skip
    rows: list[Row] = [
        order | {"line_no": "1", "status": "Closed", "currency": "eur"},
        order | {"line_no": "2", "status": "done", "currency": "EUR"},
        order | {"line_no": "3", "status": None, "currency": "EURO"},
        order | {"line_no": "4", "status": None, "currency": None},
    ]
    assert judged("purchase_order_line", rows).rejected == 2
    assert judged.valid("status, currency") == [("closed", "EUR"), (None, None)]
    assert "must be one of requested, open, closed" in judged.reasons()


def test_the_first_of_identical_rows_is_kept(judged: Judge) -> None:
    rows = [LINE, LINE | {"amount": "10"}, LINE | {"amount": "10.000"}]
    verdict = judged("invoice_line", rows)
    assert (verdict.repeated, verdict.rejected) == (2, 0)
    assert judged.valid("record") == [(1,)]


def test_differing_rows_of_a_key_are_all_rejected_and_name_each_other(judged: Judge) -> None:
    rows = [LINE, LINE, LINE | {"amount": "11"}, LINE | {"invoice_id": "I2"}]
    verdict = judged("invoice_line", rows)
    assert (verdict.repeated, verdict.rejected) == (0, 3)
    assert [(record, str(reason)[:8]) for record, _, reason in judged.rejects()] == [
        (1, "record 3"),
        (2, "record 3"),
        (3, "record 1"),
    ]


def test_a_row_that_differs_from_a_bad_one_is_rejected_with_it(judged: Judge) -> None:
    assert judged("invoice_line", [LINE, LINE | {"amount": "ten"}]).rejected == 2


PERIODS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 8)), min_size=1, max_size=8, unique=True
)


@FEWER
@given(spans=PERIODS)
def test_fiscal_periods_must_not_overlap(spans: list[tuple[int, int]], judged: Judge) -> None:
    first = date(2024, 1, 1).toordinal()
    days = [(first + start, first + start + length) for start, length in spans]
    rows = [
        {
            "period": f"P{number}",
            "start_date": date.fromordinal(start).isoformat(),
            "end_date": date.fromordinal(end).isoformat(),
            "fiscal_year": "2024",
        }
        for number, (start, end) in enumerate(days)
    ]
    judged("fiscal_period", rows)
    apart = [
        (f"P{n}",)
        for n, (start, end) in enumerate(days)
        if all(m == n or end < s or e < start for m, (s, e) in enumerate(days))
    ]
    assert judged.valid("period") == apart


def test_nothing_ends_before_it_starts(judged: Judge) -> None:
    period = {"period": "P", "start_date": "2024-02-01", "fiscal_year": "2024"}
    judged("fiscal_period", [period | {"end_date": "2024-01-31"}])
    assert "ends before it starts" in judged.reasons()
    contract = {"contract_id": "C", "supplier_id": "S", "start_date": "2024-02-01"}
    judged("contract", [contract | {"end_date": "2024-01-31"}])
    assert "ends before it starts" in judged.reasons()
    assert judged("contract", [contract | {"end_date": None}]).rejected == 0


@pytest.mark.parametrize("written", ["1", "1.5", "-0.01", "2%"])
def test_a_discount_is_a_fraction(written: str, judged: Judge) -> None:
    term = {"payment_term_code": "N", "net_days": "30", "discount_rate": written}
    assert judged("payment_term", [term]).rejected == 1


def test_every_table_can_be_judged_empty_and_full(judged: Judge) -> None:
    samples = {"text": "x", "date": "2024-01-01", "boolean": "TRUE", "integer": "1"}
    for table, columns in CONTRACT_COLUMNS.items():
        row = {c.name: samples.get(c.kind, "0.5") for c in columns}
        if "currency" in row:
            row["currency"] = "EUR"
        row |= {
            key: value
            for key, value in (
                ("matching", "value"), ("status", "open"), ("kind", "spend"),
                ("saving_type", "process"), ("stage", "idea"),
            )
            if key in row
        }  # fmt: skip
        assert judged(table, [row]).rejected == 0, (table, judged.rejects())
        empty = dict.fromkeys(row)
        assert judged(table, [empty]).rejected == 1
        required = [c.name for c in columns if c.required]
        assert [column for _, column, _ in judged.rejects()] == required
