"""The budget position: published examples, and each settled case by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spend.position import (
    accrued_spend,
    actual_spend,
    available_budget,
    budget_amount,
    budget_variance,
    committed_later,
    committed_spend,
    estimate_at_completion,
    purchase_price_variance,
    ratio,
    requested_spend,
    total,
)
from tests.oracles import oracle
from tests.reference_position import Position, position, positions

# --- What adds up -------------------------------------------------------------------------------


def test_sums_take_cents_decimals_and_arrays() -> None:
    for metric in (
        budget_amount, actual_spend, committed_spend, committed_later, requested_spend
    ):  # fmt: skip
        assert metric([1, 2]) == 3
        assert metric(np.array([1, 2])) == 3
        assert metric([Decimal("1.10"), Decimal("2.20")]) == Decimal("3.30")
        assert metric([]) is None


def test_accrued_is_the_change_of_the_balance() -> None:
    assert accrued_spend([30, 5], [10]) == 25
    assert accrued_spend([30]) == 30
    assert accrued_spend([], [10]) is None
    assert accrued_spend([0], [10]) == -10


def test_available_and_variance_are_null_where_a_part_is() -> None:
    assert available_budget(1000, 200, 30, 20, 10) == 740
    for missing in range(5):
        parts: list[int | None] = [1000, 200, 30, 20, 10]
        parts[missing] = None
        assert available_budget(*parts) is None
    assert budget_variance(1200, 1000) == 200
    assert budget_variance(None, 1000) is None
    assert budget_variance(1200, None) is None


def test_available_and_variance_broadcast() -> None:
    none = np.zeros(2)
    left = available_budget(np.array([10, 20]), np.array([1, 2]), none, none, np.ones(2))
    assert np.array_equal(np.asarray(left), [8, 17])
    over: Any = budget_variance(np.array([10.5, 20]), 10)
    assert np.array_equal(over, [0.5, 10])


cents = st.integers(-(10**15), 10**15)


@given(st.lists(st.lists(cents, min_size=1), min_size=1))
def test_a_metric_on_lines_is_the_metric_on_their_sums(groups: list[list[int]]) -> None:
    lines = [amount for group in groups for amount in group]
    assert total(lines) == total([total(group) or 0 for group in groups]) == sum(lines)


@given(st.lists(st.tuples(cents, cents, cents, cents, cents), min_size=1))
def test_the_parts_of_available_sum_to_it(rows: list[tuple[int, int, int, int, int]]) -> None:
    whole = available_budget(*(sum(column) for column in zip(*rows, strict=True)))
    assert whole == sum(available_budget(*row) or 0 for row in rows)


# --- Price against standard, and what a job will have cost --------------------------------------


def test_published_price_variances() -> None:
    materials = oracle("dm_variance")
    bought = materials["inputs"]
    variance = purchase_price_variance(bought["ap"], bought["sp"], bought["aq"])
    assert variance == pytest.approx(materials["expected"]["price"], abs=materials["tolerance"])
    units = oracle("ppv_purchased_units")
    bought = units["inputs"]
    variance = purchase_price_variance(bought["ap"], bought["sp"], bought["bought"])
    assert variance == pytest.approx(units["expected"]["ppv"], abs=units["tolerance"])


def test_price_variance_broadcasts() -> None:
    result = purchase_price_variance([2, 3], 2, [[10], [100]])
    assert np.asarray(result).tolist() == [[0, 10], [0, 100]]


def test_published_estimates_at_completion() -> None:
    odd = oracle("eac_atypical")
    job = odd["inputs"]
    estimate = estimate_at_completion(job["bac"], job["ev"], job["ac"], method="atypical")
    assert estimate == pytest.approx(odd["expected"]["eac"], abs=odd["tolerance"])
    usual = oracle("eac_quickbooks")
    job = usual["inputs"]
    estimate = estimate_at_completion(job["bac"], job["ev"], job["ac"])
    assert estimate == pytest.approx(usual["expected"]["eac"], abs=usual["tolerance"]["eac"])


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((100, 0, 10), "above zero"),
        ((-100, 10, 10), "zero or more"),
        ((100, -10, 10, "atypical"), "zero or more"),
        ((100, 10, 10, "usual"), 'must be "typical" or "atypical"'),
        ((100, float("nan"), 10), "earned must be finite"),
        ((100, "some", 10), "earned must be a number"),
        ((100, None, 10), "earned must be"),
        (([1, 2], [1, 2, 3], 10), "broadcast together"),
    ],
)
def test_bad_estimates_say_the_rule(arguments: tuple[Any, ...], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        estimate_at_completion(*arguments)


@given(st.floats(1, 1e9), st.floats(0.01, 1e9))
def test_on_plan_both_methods_give_the_budget(budget: float, share: float) -> None:
    earned = budget * min(share, 1)
    for method in ("typical", "atypical"):
        estimate = estimate_at_completion(budget, earned, earned, method=method)
        assert estimate == pytest.approx(budget)


# --- The position of order lines, as the reference reads the definitions ------------------------

JAN, JUN, JUL, DEC = date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 31), date(2026, 12, 31)


def order(quantity: Any = 10, unit_price: Any = 2, **more: Any) -> dict[str, Any]:
    known = {
        "po_id": "P1",
        "line_no": 1,
        "supplier_id": "S",
        "order_date": date(2026, 2, 1),
        "quantity": quantity,
        "unit_price": unit_price,
    }
    return known | more


def receipt(quantity: Any, day: date = date(2026, 3, 1)) -> dict[str, Any]:
    return {"po_id": "P1", "line_no": 1, "received_on": day, "quantity": quantity}


def invoice(amount: Any, quantity: Any = None, day: date = date(2026, 4, 1)) -> dict[str, Any]:
    return {
        "po_id": "P1",
        "po_line_no": 1,
        "invoice_date": day,
        "amount": amount,
        "quantity": quantity,
    }


def at(
    line: dict[str, Any], *documents: dict[str, Any], start: date = JAN, end: date = JUN
) -> tuple[Any, ...]:
    """Accrued, committed, committed later and requested of one order line."""
    receipts = [row for row in documents if "received_on" in row]
    invoices = [row for row in documents if "amount" in row]
    found = position([line], receipts, invoices, start, end)
    return (
        found.accrued_spend,
        found.committed_spend,
        found.committed_later,
        found.requested_spend,
    )


CASES = {
    "ordered": ((order(),), (0, 20, 0, 0)),
    "part received": ((order(), receipt(4)), (8, 12, 0, 0)),
    "part invoiced": ((order(), receipt(4), invoice(8, 4)), (0, 12, 0, 0)),
    "over-received": ((order(), receipt(12), invoice(8, 4)), (16, 0, 0, 0)),
    "invoiced before receipt": ((order(), invoice(8, 4)), (0, 12, 0, 0)),
    "returned": ((order(), receipt(4), receipt(-4), invoice(8, 4)), (0, 12, 0, 0)),
    "credited with a quantity": (
        (order(), receipt(4), invoice(8, 4), invoice(-8, 4)), (8, 12, 0, 0),
    ),
    "credited with a signed quantity": (
        (order(), receipt(4), invoice(8, 4), invoice(-8, -4)), (8, 12, 0, 0),
    ),
    "a credit without quantity moves money only": (
        (order(), receipt(4), invoice(8, 4), invoice(-8)), (0, 12, 0, 0),
    ),
    "promised later": ((order(promised_date=JUL),), (0, 0, 20, 0)),
    "promised by the end": ((order(promised_date=JUN),), (0, 20, 0, 0)),
    "waiting": ((order(requested_on=date(2026, 1, 9)),), (0, 0, 0, 20)),
    "approved": (
        (order(requested_on=date(2026, 1, 9), approved_on=JUN),), (0, 20, 0, 0),
    ),
    "approved after": (
        (order(requested_on=date(2026, 1, 9), approved_on=JUL),), (0, 0, 0, 20),
    ),
    "requested before it is ordered": (
        (order(requested_on=JUN, approved_on=JUL, order_date=JUL),), (0, 0, 0, 20),
    ),
    "ordered after": ((order(order_date=JUL),), (0, 0, 0, 0)),
    "closed": ((order(status="closed"), receipt(4)), (8, 0, 0, 0)),
    "closed later": ((order(status="closed", status_date=JUL), receipt(4)), (8, 12, 0, 0)),
    "cancelled": ((order(status="cancelled"), receipt(4)), (0, 0, 0, 0)),
    "finally invoiced": ((order(status="final_invoiced"), receipt(4)), (0, 0, 0, 0)),
    "rejected": (
        (order(status="rejected", requested_on=date(2026, 1, 9), status_date=JUN),), (0, 0, 0, 0),
    ),
    "one unit is matched by value": (
        (order(1, 500), receipt(Decimal("0.4")), invoice(150)), (50, 300, 0, 0),
    ),
    "matched by value because it says so": (
        (order(100, 5, matching="value"), receipt(40), invoice(150, 1)), (50, 300, 0, 0),
    ),
    "a foreign order": (
        (order(currency="USD", reporting_rate=Decimal("0.5")), receipt(4)), (4, 6, 0, 0),
    ),
    "a foreign blanket order, at the order's rate": (
        (
            order(1, 500, currency="USD", reporting_rate=Decimal("0.5")),
            receipt(1),
            invoice(100) | {"currency": "USD", "reporting_rate": Decimal("0.9")},
        ),
        (200, 0, 0, 0),
    ),
    "posted after": (
        (order(), receipt(4), invoice(8, 4) | {"posted_on": JUL}), (8, 12, 0, 0),
    ),
    "received after": ((order(), receipt(4, JUL)), (0, 20, 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_settled_cases(name: str) -> None:
    documents, expected = CASES[name]
    assert at(*documents) == expected


def test_what_was_accrued_before_is_not_charged_again() -> None:
    line = order(order_date=date(2025, 11, 1))
    documents = (receipt(10, date(2025, 12, 1)), invoice(20, 10))
    assert at(line, *documents) == (-20, 0, 0, 0)
    assert at(line, *documents, start=date(2025, 1, 1), end=date(2025, 12, 31))[0] == 20


def test_position_date_is_the_earlier_of_the_end_and_the_data() -> None:
    found = position([order()], [receipt(10, JUL)], [], JAN, DEC, data_through=JUN)
    assert found == Position(committed_spend=Decimal(20))
    promised = order(promised_date=DEC)  # the end of the selection, not the data's, decides
    assert position([promised], [], [], JAN, DEC, data_through=JUN).committed_spend == 20


def test_intercompany_orders_are_out() -> None:
    assert positions([order()], [], [], JAN, JUN, intercompany=frozenset("S")) == {}


def test_cents_are_rounded_by_line() -> None:
    line = order(1, Decimal("0.005"))
    assert position([line], [], [], JAN, JUN, places=2).committed_spend == Decimal("0.01")


def test_published_chain_of_documents() -> None:
    """A request becomes an order, is invoiced, another is made: each releases the one before."""
    chain = oracle("commitment_chain")
    expected = chain["expected"]
    asked, sent, billed = (date(2026, 1, day) for day in (5, 15, 25))
    request = {"requested_on": asked, "order_date": asked, "supplier_id": "S", "unit_price": 1}
    lines = [
        request | {"po_id": "A", "line_no": 1, "quantity": 200, "approved_on": sent},
        request | {"po_id": "A", "line_no": 2, "quantity": 100},
        request | {"po_id": "B", "line_no": 1, "quantity": 50, "requested_on": billed,
                   "order_date": billed},
    ]  # fmt: skip
    bill = {"po_id": "A", "po_line_no": 1, "invoice_date": billed, "amount": 200, "quantity": 200}
    for step, day in enumerate((asked, sent, billed)):
        found = position(lines, [], [bill], JAN, day)
        actual = 200 if day >= billed else 0
        assert found.requested_spend == expected["pr"][step]
        assert found.committed_spend == expected["po"][step]
        assert actual == expected["inv"][step]
        left = available_budget(
            Decimal(chain["inputs"]["budget"]),
            Decimal(actual),
            found.accrued_spend,
            found.committed_spend,
            found.requested_spend,
        )
        assert left == expected["balance"][step]


# --- A ratio of sums -----------------------------------------------------------------------------


def test_a_ratio_of_sums_by_hand() -> None:
    assert ratio([1, 2], [4, 8]) == ratio(3, 12) == ratio(np.array([3]), [12]) == 0.25
    assert ratio([-5], [10]) == -0.5
    assert ratio([Decimal("0.1"), Decimal("0.2")], [Decimal(1)]) == 0.3
    assert ratio([0], [5]) == 0
    for base in ([], [0], [-5], [5, -5], 0):
        assert ratio([1], base) is ratio([], base, no_part=0.0) is None
    assert ratio([], [5]) is None
    assert ratio([], [5], no_part=0.0) == 0
    assert ratio([1], [5], no_part=0.0) == 0.2


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-(10**12), 10**12), st.integers(0, 10**12)),
        min_size=1,
        max_size=30,
    )
)
def test_a_ratio_is_the_same_on_lines_and_on_sums(rows: list[tuple[int, int, int]]) -> None:
    groups = sorted({row[0] for row in rows})
    parts = [sum(row[1] for row in rows if row[0] == group) for group in groups]
    whole = [sum(row[2] for row in rows if row[0] == group) for group in groups]
    found = ratio([row[1] for row in rows], [row[2] for row in rows])
    assert found == ratio(parts, whole) == ratio(sum(parts), sum(whole))
    assert found == (sum(parts) / sum(whole) if sum(whole) else None)
