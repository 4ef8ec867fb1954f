"""Terms of the demo company: the stories' amounts, and the same sums in SQL written by hand."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from demo import stories
from queries import terms
from queries.calendar import Span
from queries.selection import Selection
from queries.store import Reader, Store

TOLD: dict[str, Any] = tomllib.loads(stories.PATH.read_text(encoding="utf-8"))
STORIES: dict[str, dict[str, Any]] = {story["name"]: story["answers"] for story in TOLD["story"]}
TEN_MONTHS = Span(date(2026, 1, 1), date(2026, 10, 31))
HALF_YEAR = Span(date(2025, 1, 1), date(2025, 6, 30))  # before the carrier's new terms
EARLY_DAYS = 5
CENT = Decimal("0.01")


def sums(frame: pd.DataFrame) -> dict[str, Decimal]:
    """Each measure of a frame, in money."""
    whole = frame.select_dtypes("number").sum()
    return {str(name): Decimal(int(value)) / 100 for name, value in whole.items()}


def near(value: Decimal, stated: float, places: str = "0.01") -> bool:
    """Whether a figure is the stated one, to as many places as are stated."""
    return abs(value - Decimal(str(stated))) <= Decimal(places)


# --- The stories ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "suffix"), [(TEN_MONTHS, ""), (HALF_YEAR, "_before")], ids=["now", "before"]
)
def test_the_carrier_waits_ninety_days(demo: Store, span: Span, suffix: str) -> None:
    told = STORIES["carrier"]
    chosen = Selection(supplier=(told["supplier_id"],))
    with demo.reader() as reader:
        paid = sums(terms.payments_by(reader, chosen, span, EARLY_DAYS, ()))
        agreed = terms.invoiced_by(reader, chosen, span, ())
    assert agreed["agreed_days"].notna().all()
    days = (agreed["invoiced"] * agreed["agreed_days"]).sum() / agreed["invoiced"].sum()
    assert days == told[f"agreed_days{suffix}"]
    # Stated to two places: half a hundredth of a day either way.
    assert near(paid["paid_days"] / paid["paid"], told[f"days_to_pay{suffix}"], "0.005")


@pytest.mark.parametrize("company", [False, True], ids=["three suppliers", "the company"])
def test_what_was_paid_early_gave_cash_away(demo: Store, company: bool) -> None:
    story = STORIES["early_payments"]
    told = story["company"] if company else story
    chosen = Selection(supplier=() if company else tuple(story["suppliers"]))
    with demo.reader() as reader:
        paid = sums(terms.payments_by(reader, chosen, TEN_MONTHS, EARLY_DAYS, ()))
        owed = sums(terms.owed_by(reader, chosen, TEN_MONTHS.first, TEN_MONTHS.last, ()))
    assert near(paid["early"], told["paid_early_amount"], "0")
    share = paid["early"] / (paid["paid"] + owed["waiting"])
    assert near(share, told["paid_early_share"], "0.0000005")
    assert near(paid["early_money_days"] / paid["early"], told["days_early"], "0.005")
    assert near(paid["early_money_days"] / TEN_MONTHS.days, told["cash_given_away"])


def test_discounts_were_offered_and_missed(demo: Store) -> None:
    told = STORIES["discounts"]
    with demo.reader() as reader:
        offered = terms.discounts_by(reader, Selection(), TEN_MONTHS, TEN_MONTHS.last, ())
        paid = terms.payments_by(reader, Selection(), TEN_MONTHS, EARLY_DAYS, ())
    found = {**sums(paid), **sums(offered)}
    stated = {
        "offered": "discount_offered",
        "discount_taken": "discount_taken",
        "in_time": "paid_in_time_not_taken",
        "too_late": "paid_too_late",
        "unpaid": "unpaid_and_expired",
    }
    assert {n: float(found[n]) for n in stated} == {n: told[name] for n, name in stated.items()}
    lost = found["offered"] - found["discount_taken"]
    assert near(lost, told["lost"], "0")
    assert near(found["discount_taken"] / found["offered"], told["discount_capture"], "0.0000005")


# --- By hand -------------------------------------------------------------------------------------

NOW = "batch_to = 2147483647"
# Every invoice with its due day, and every payment, in euros: from the contract's tables alone.
BILLS = f"""
WITH RECURSIVE chosen AS (
    SELECT supplier_id FROM supplier WHERE {NOW} AND supplier_id = $supplier OR $supplier = ''
    UNION
    SELECT s.supplier_id FROM supplier s JOIN chosen c ON s.parent_supplier_id = c.supplier_id
    WHERE s.{NOW}
),
outside AS (
    SELECT supplier_id, payment_term_code AS master FROM supplier
    WHERE {NOW} AND NOT intercompany AND supplier_id IN (FROM chosen)
),
rates AS (SELECT date, currency, rate FROM exchange_rate WHERE {NOW}),
line AS (
    SELECT d.invoice_id, d.supplier_id, d.invoice_date, d.due_date, d.payment_term_code AS own,
        coalesce(d.posted_on, d.invoice_date) AS day,
        coalesce(d.contract_id, o.contract_id) AS contract_id,
        100 * (d.amount + coalesce(d.tax_amount, 0)) AS document,
        100 * round(d.amount::DECIMAL(24, 2) * coalesce(r.rate, 1), 2)
            + 100 * round(coalesce(d.tax_amount, 0)::DECIMAL(24, 2) * coalesce(r.rate, 1), 2)
            AS euros
    FROM (SELECT * FROM invoice_line WHERE {NOW}) d
    ASOF LEFT JOIN rates r ON r.currency = d.currency AND r.date <= d.invoice_date
    LEFT JOIN (SELECT * FROM purchase_order_line WHERE {NOW}) o
        ON o.po_id = d.po_id AND o.line_no = d.po_line_no
),
head AS (
    SELECT invoice_id, any_value(supplier_id) AS supplier_id, min(invoice_date) AS invoice_date,
        min(day) AS day, any_value(due_date) AS given, any_value(own) AS own,
        any_value(contract_id) AS contract_id, sum(document)::HUGEINT AS document,
        sum(euros)::HUGEINT AS euros
    FROM line GROUP BY invoice_id HAVING sum(document) > 0
),
bill AS (
    SELECT h.*, t.net_days, coalesce(h.given, CASE WHEN t.end_of_month
        THEN last_day(h.invoice_date) ELSE h.invoice_date END + t.net_days) AS due
    FROM head h JOIN outside s USING (supplier_id)
    LEFT JOIN (SELECT * FROM contract WHERE {NOW}) c USING (contract_id)
    LEFT JOIN (SELECT * FROM payment_term WHERE {NOW}) t
        ON t.payment_term_code = coalesce(h.own, c.payment_term_code, s.master)
),
pay AS (
    SELECT p.invoice_id, p.paid_on, coalesce(p.discount_taken, 0) AS discount,
        (100 * round(p.amount::DECIMAL(24, 2) * coalesce(r.rate, 1), 2))::HUGEINT AS euros,
        (100 * (p.amount + coalesce(p.discount_taken, 0)))::HUGEINT AS settled
    FROM (SELECT * FROM payment WHERE {NOW}) p
    ASOF LEFT JOIN rates r ON r.currency = p.currency AND r.date <= p.paid_on
)
"""
PAID = f"""{BILLS}
SELECT sum(pay.euros) AS paid, sum(pay.euros * (paid_on - invoice_date)) AS paid_days,
    sum(pay.euros) FILTER (paid_on > due) AS late,
    sum(pay.euros) FILTER (due - paid_on >= 5 AND discount = 0) AS early,
    sum(pay.euros * (paid_on - due)) FILTER (paid_on > due) AS late_money_days
FROM pay JOIN bill USING (invoice_id) WHERE paid_on BETWEEN $first AND $last
"""
OPEN = f"""{BILLS},
left_over AS (
    SELECT due, bill.euros, document, document - coalesce((SELECT sum(settled) FROM pay
        WHERE pay.invoice_id = bill.invoice_id AND paid_on <= $last), 0) AS still
    FROM bill WHERE day <= $last
),
standing AS (
    SELECT due, sign(still) * ((2 * abs(still) * euros + document) // (2 * document)) AS open
    FROM left_over
)
SELECT sum(open) AS open, sum(open) FILTER (due < $last) AS overdue,
    sum(open) FILTER (due BETWEEN $first AND $last) AS waiting,
    sum(open) FILTER (due >= $first AND due < $last) AS waiting_late
FROM standing
"""
AGREED = f"""{BILLS}
SELECT sum(euros) AS invoiced, sum(euros * net_days) AS weighed FROM bill
WHERE day BETWEEN $first AND $last
"""
CHOSEN = {
    "the whole company": "",
    "the carrier": "S-0096",
    "a supplier and its daughters": "S-0074",
}
SPANS = [TEN_MONTHS, Span(date(2025, 4, 1), date(2026, 3, 15))]


def by_hand(reader: Reader, query: str, supplier: str, span: Span) -> Mapping[str, int]:
    """One row of a query, in cents; nothing found is nothing."""
    known = {"supplier": supplier, "first": span.first, "last": span.last}
    used = {name: value for name, value in known.items() if f"${name}" in query}
    row = reader.connection.exec_driver_sql(query, used).one()
    return {name: int(value or 0) for name, value in row._mapping.items()}


def asked(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, int]:
    return {name: int(frame[name].sum()) for name in names}


@pytest.mark.parametrize("supplier", CHOSEN.values(), ids=CHOSEN)
@pytest.mark.parametrize("span", SPANS, ids=["ten months", "some days"])
def test_every_sum_is_what_sql_by_hand_makes_of_the_lines(
    demo: Store, supplier: str, span: Span
) -> None:
    chosen = Selection(supplier=(supplier,) if supplier else ())
    with demo.reader() as reader:
        paid = by_hand(reader, PAID, supplier, span)
        owed = by_hand(reader, OPEN, supplier, span)
        agreed = by_hand(reader, AGREED, supplier, span)
        assert paid["paid"], "a selection of nothing proves nothing"
        assert owed["open"], "a selection of nothing proves nothing"
        frame = terms.payments_by(reader, chosen, span, EARLY_DAYS, ())
        assert asked(frame, list(paid)) == paid
        frame = terms.owed_by(reader, chosen, span.first, span.last, ())
        assert asked(frame, list(owed)) == owed
        frame = terms.invoiced_by(reader, chosen, span, ())
        assert int(frame["invoiced"].sum()) == agreed["invoiced"]
        assert int((frame["invoiced"] * frame["agreed_days"]).sum()) == agreed["weighed"]


def test_categories_and_cost_centres_come_to_the_whole(demo: Store) -> None:
    """Every part of the demo, summed, is the figure of the whole company."""
    span = TEN_MONTHS
    with demo.reader() as reader:
        for by in (("category_id",), ("cost_centre_id",), ("category_id", "cost_centre_id")):
            parts = terms.payments_by(reader, Selection(), span, EARLY_DAYS, by)
            whole = terms.payments_by(reader, Selection(), span, EARLY_DAYS, ())
            assert len(parts) > 10
            assert asked(parts, ["paid", "late", "early"]) == asked(
                whole, ["paid", "late", "early"]
            )
            parts = terms.owed_by(reader, Selection(), span.first, span.last, by)
            whole = terms.owed_by(reader, Selection(), span.first, span.last, ())
            assert asked(parts, ["open", "overdue"]) == asked(whole, ["open", "overdue"])
