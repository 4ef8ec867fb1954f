"""Approvals: what the marts say of any day, held against a reference that goes line by line."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from queries import approvals
from queries.calendar import Span
from queries.check import check
from queries.selection import Selection
from queries.store import Reader, Store
from tests import reference_approvals as reference
from tests.contract_files import Books
from tests.reference_approvals import Line

Row = dict[str, Any]
START = date(2025, 1, 1)
LINES = 160  # a load costs the same for many lines as for one
DAYS = [START + timedelta(days=n) for n in range(-20, 260, 7)]
SPANS = [Span(START + timedelta(days=n), START + timedelta(days=n + 39)) for n in range(0, 240, 40)]
STATUSES = (None, None, None, "open", "cancelled", "rejected", "closed", "final_invoiced",
            "requested")  # fmt: skip

OUTCOMES = (None, "approved", "rejected", "APPROVED by Bo", "Not approved")


def near(random: Random, day: date, before: int = 10, after: int = 40) -> date:
    return day + timedelta(days=random.randint(-before, after))


def some_order(random: Random, number: int) -> Row:
    day = near(random, START, 0, 150)
    return {
        "po_id": f"P-{number // 2}", "line_no": number % 2 + 1, "order_date": day,
        "supplier_id": random.choice(["S", "S", "S", "IC", "gone"]),
        "cost_centre_id": random.choice(["A", "B", None]),
        "quantity": Decimal(random.choice(["1", "10", "7.5", "0", "-3"])),
        "unit_price": Decimal(random.choice(["10", "0.03", "3.333333"])),
        "requested_on": random.choice([None, near(random, day, 30, 5)]),
        "approved_on": random.choice([None, near(random, day, 20, 10)]),
        "status": random.choice(STATUSES),
        "status_date": random.choice([None, near(random, day, 5, 90)]),
    }  # fmt: skip


def some_papers(random: Random, order: Row) -> tuple[list[Row], list[Row], list[Row]]:
    """Receipts, invoices and payments of a line, in any order, some of them back."""
    key, name = {"po_id": order["po_id"]}, f"{order['po_id']}-{order['line_no']}"
    day, currency = order["order_date"], "USD" if order["line_no"] == 2 else None
    receipts = [
        {**key, "receipt_id": f"R{name}-{n}", "line_no": order["line_no"],
         "received_on": near(random, day), "quantity": Decimal(random.choice([3, 2, -3, 0]))}
        for n in range(random.choice([0, 1, 1, 2]))
    ]  # fmt: skip
    bills = [
        {**key, "invoice_id": f"I{name}-{n}", "line_no": 1, "po_line_no": order["line_no"],
         "invoice_date": near(random, day, 5, 60),
         "posted_on": random.choice([None, near(random, day, 0, 70)]),
         "amount": Decimal(random.choice(["9.99", "100", "-9.99", "0"])),
         "supplier_id": order["supplier_id"], "currency": currency}
        for n in range(random.choice([0, 1, 1, 2]))
    ]  # fmt: skip
    payments = [
        {"payment_id": f"Z{bill['invoice_id']}", "invoice_id": bill["invoice_id"],
         "paid_on": near(random, day, 0, 100),
         "amount": Decimal(random.choice(["9.99", "-5", "50"]))}
        for bill in bills if random.random() < 0.7
    ]  # fmt: skip
    return receipts, bills, payments


def some_steps(random: Random, documents: list[str]) -> Iterator[Row]:
    """Steps of orders as a whole, of some lines of orders, and of what is not known."""
    for document in documents:
        day = near(random, START, 0, 150)
        for number in range(random.choice([1, 2, 3])):
            decided = random.choice([None, near(random, day, 2, 30), near(random, day, 0, 30)])
            yield {
                "document_id": document, "step": number, "document_type": random.choice("xy"),
                "submitted_at": day, "decided_at": decided, "role": random.choice([None, "R", "Q"]),
                "approver": random.choice([None, "Ann", "Bo"]),
                "outcome": random.choice(OUTCOMES),
            }  # fmt: skip
            day = decided or day


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    random = Random(8)
    orders = [some_order(random, n) for n in range(LINES)]
    papers = [some_papers(random, order) for order in orders]
    numbers = list(dict.fromkeys(order["po_id"] for order in orders))
    documents = [*numbers[:50], *(f"{n}/0002" for n in numbers[50:70]), "nobody", "knows"]
    return {
        "supplier": [{"supplier_id": "S", "name": "S", "intercompany": False},
                     {"supplier_id": "IC", "name": "IC", "intercompany": True}],
        "cost_centre": [{"cost_centre_id": c, "name": c} for c in "AB"],
        "exchange_rate": [{"date": START + timedelta(days=n), "currency": "USD",
                           "rate": Decimal(100 + n % 30) / 100} for n in range(-60, 300)],
        "purchase_order_line": orders,
        "goods_receipt": [row for rows, _, _ in papers for row in rows],
        "invoice_line": [row for _, rows, _ in papers for row in rows],
        "payment": [row for _, _, rows in papers for row in rows],
        "approval_step": list(some_steps(random, documents)),
    }  # fmt: skip


@pytest.fixture(scope="module")
def reader(
    kept_store: Store, tables: dict[str, list[Row]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    Books(kept_store, tmp_path_factory.mktemp("files")).load(
        tables, settings={"data_through": "2025-12-31"}
    )
    with kept_store.reader() as opened:
        yield opened


def lines(tables: dict[str, list[Row]], centre: str | None = None) -> list[Line]:
    """The lines that a selection holds: those that order something of others."""
    found = []
    for order in tables["purchase_order_line"]:
        key = (order["po_id"], order["line_no"])
        bills = [b for b in tables["invoice_line"] if (b["po_id"], b["po_line_no"]) == key]
        charged = {b["invoice_id"] for b in bills if b["amount"] > 0}
        line = Line(
            order,
            [r for r in tables["goods_receipt"] if (r["po_id"], r["line_no"]) == key],
            bills,
            [p for p in tables["payment"] if p["invoice_id"] in charged],
        )
        inside = centre is None or order["cost_centre_id"] == centre
        if order["quantity"] > 0 and order["supplier_id"] != "IC" and inside:
            found.append(line)
    return found


# --- Stages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("centre", [None, "B"])
def test_where_lines_stand_after_any_day(
    reader: Reader, tables: dict[str, list[Row]], centre: str | None
) -> None:
    chosen, known = Selection(cost_centre=(centre,) if centre else ()), lines(tables, centre)
    seen = set()
    for day in DAYS:
        expected: dict[str, list[int]] = {}
        for line in known:
            if stage := line.standing(day):
                expected.setdefault(stage, []).append(line.cents)
        found = approvals.standing(reader, chosen, day).set_index("stage")
        assert {
            s: (int(row["order_count"]), int(row["amount"])) for s, row in found.iterrows()
        } == {stage: (len(cents), sum(cents)) for stage, cents in expected.items()}, day
        seen |= set(expected)
    assert seen == set(reference.STAGES)


@pytest.mark.parametrize("centre", [None, "B"])
def test_how_long_lines_took_for_each_stage(
    reader: Reader, tables: dict[str, list[Row]], centre: str | None
) -> None:
    chosen = Selection(cost_centre=(centre,) if centre else ())
    expected = Counter[tuple[int, str, int]]()
    for line in lines(tables, centre):
        for stage, day, took in line.passed():
            for n, span in enumerate(SPANS):
                expected[(n, stage, took)] += span.first <= day <= span.last
    found = approvals.passed_by(reader, chosen, SPANS)
    columns = (found[name].tolist() for name in ("span", "stage", "days", "order_count"))
    assert {(n, s, d): c for n, s, d, c in zip(*columns, strict=True)} == dict(+expected)
    assert {stage for _, stage, _ in +expected} == {*reference.STAGES, "whole"}


# --- Steps ---------------------------------------------------------------------------------------


def of(tables: dict[str, list[Row]], centre: str) -> list[Row]:
    """The steps of documents with a line of one cost centre."""
    orders = [o for o in tables["purchase_order_line"] if o["cost_centre_id"] == centre]
    named = {o["po_id"] for o in orders}
    named |= {f"{o['po_id']}/{o['line_no']:04}" for o in orders}
    return [step for step in tables["approval_step"] if step["document_id"] in named]


@pytest.mark.parametrize("centre", [None, "B"])
def test_a_step_counts_once_where_it_is_decided(
    reader: Reader, tables: dict[str, list[Row]], centre: str | None
) -> None:
    chosen = Selection(cost_centre=(centre,) if centre else ())
    steps = of(tables, centre) if centre else tables["approval_step"]
    found = approvals.decided_by(reader, chosen, SPANS)
    for n, span in enumerate(SPANS):
        part = found[found["span"] == n]
        columns = (part[name].tolist() for name in ("document_type", "role", "days", "steps"))
        assert {(t, r, d): c for t, r, d, c in zip(*columns, strict=True)} == dict(
            reference.waits(steps, span.first, span.last)
        )
    assert found["steps"].sum() > (10 if centre else 60)
    by_person = approvals.decided_by(reader, chosen, SPANS, (*approvals.ROLE, "approver"))
    assert by_person["steps"].sum() == found["steps"].sum()


@pytest.mark.parametrize("centre", [None, "B"])
def test_what_waits_and_the_money_with_it(
    reader: Reader, tables: dict[str, list[Row]], centre: str | None
) -> None:
    chosen = Selection(cost_centre=(centre,) if centre else ())
    steps = of(tables, centre) if centre else tables["approval_step"]
    for day in DAYS[::5]:
        expected = reference.waiting(steps, day)
        found = approvals.waiting(reader, chosen, day)
        columns = (found[name].tolist() for name in ("document_id", "step", "amount"))
        assert {(d, s): int(a) for d, s, a in zip(*columns, strict=True)} == {
            (s["document_id"], s["step"]): money(tables, s["document_id"], centre) for s in expected
        }
        count = approvals.waiting_count(reader, chosen, day)
        assert int(count["steps"].sum()) == len(expected)


def money(tables: dict[str, list[Row]], document: str, centre: str | None) -> int:
    """What a document is worth in cents, without what the own group sells."""
    po_id, _, number = document.partition("/")
    return sum(
        Line(o, (), (), ()).cents
        for o in tables["purchase_order_line"]
        if o["po_id"] == po_id
        and (not number or o["line_no"] == int(number))
        and o["supplier_id"] != "IC"
        and (centre is None or o["cost_centre_id"] == centre)
    )


def test_a_document_passes_with_its_last_step_if_that_approves(
    reader: Reader, tables: dict[str, list[Row]]
) -> None:
    span = Span(START, START + timedelta(days=120))
    expected: dict[tuple[str, str, str], list[int]] = {}
    by_document: dict[str, list[Row]] = {}
    for step in tables["approval_step"]:
        if step["submitted_at"] <= span.last:
            by_document.setdefault(step["document_id"], []).append(step)
    for document, steps in by_document.items():
        last = max(steps, key=lambda step: step["step"])
        decided, outcome = last["decided_at"], (last["outcome"] or "").lower()
        approves = "approved" in outcome and "not" not in outcome
        if decided and span.first <= decided <= span.last and approves:
            key = (last["document_type"], last["role"] or "", last["approver"] or "")
            expected.setdefault(key, []).append(money(tables, document, None))
    found = approvals.released(reader, Selection(), span)
    names = ("document_type", "role", "approver", "documents", "amount")
    assert {
        (t, r, a): (n, cents)
        for t, r, a, n, cents in zip(*(found[name].tolist() for name in names), strict=True)
    } == {key: (len(cents), sum(cents)) for key, cents in expected.items()}
    assert len(expected) > 5


def test_the_marts_are_their_definitions(reader: Reader) -> None:
    assert not [finding for finding in check(reader) if finding.severity == "error"]
