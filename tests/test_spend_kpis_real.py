"""The scorecard of five companies equals a second computation, straight from their raw files.

What a company's files cannot say is null on both sides, and the scorecard says why.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from queries.load import load
from queries.selection import Selection
from queries.store import Store, open_store
from spend import kpis
from spend.result import Report
from tests import reference_books, reference_kpis
from tests.conftest import NOW, ROOT
from tests.reference_books import Books
from tests.reference_choice import Chosen, Figures

SETS = {
    "scms": ("scms_delivery_history", reference_books.scms),
    "oxford": ("oxford_spend", reference_books.oxford),
    "permits": ("bpic2020_permits", reference_books.permits),
    "bpic2019": ("bpic2019_3way_after_gr", reference_books.bpic2019),
}

# A company, its first and last month ("" as the page opens), a supplier and a category.
CASES = (
    ("demo", "", "", "", ""),
    ("demo", "2025-06", "2025-06", "", ""),
    ("demo", "2026-11", "2026-11", "", ""),  # a month that is not over
    ("demo", "2026-01", "2026-10", "S-0021", ""),
    ("demo", "2026-01", "2026-10", "", "C-1300"),
    ("scms", "", "", "", ""),
    ("scms", "2013-05", "2013-05", "", ""),
    ("scms", "2014-01", "2014-12", "Aurobindo Pharma Limited", ""),
    ("scms", "2014-01", "2014-12", "", "ARV"),
    ("oxford", "", "", "", ""),
    ("oxford", "2016-09", "2016-09", "", ""),
    ("oxford", "2014-07", "2018-03", "", ""),
    ("permits", "", "", "", ""),
    ("permits", "2017-06", "2017-06", "", ""),
    ("bpic2019", "", "", "", ""),
    ("bpic2019", "2018-01", "2018-12", "", ""),
    ("bpic2019", "2018-06", "2018-06", "", ""),
    ("bpic2019", "2018-01", "2018-12", "vendorID_0236", ""),
    ("bpic2019", "2018-01", "2018-12", "", "Packaging"),
)

# Why there is no figure, in the scorecard's words.
NO_BUDGET = "no budget"
NO_ORDER = "no orders?"
NO_STOCK = "no stock counts|stock is not kept by supplier"
NO_TERM = "no term here offers a discount|no invoices here have a term"
NOT_PAID = "no payments"
NOT_DUE = f"{NOT_PAID}|no due dates"
REASONS = {
    **dict.fromkeys(("budget_amount", "available_budget", "budget_variance"), NO_BUDGET),
    **dict.fromkeys(
        ("accrued_spend", "committed_spend", "committed_later", "requested_spend"), NO_ORDER
    ),
    **dict.fromkeys(("price_effect", "volume_effect", "mix_effect"), "no item was bought in both"),
    **dict.fromkeys(
        ("savings_claimed", "savings_recognised", "savings_realisation"), "no savings initiatives"
    ),
    **dict.fromkeys(
        ("agreed_days", "discount_offered", "discount_taken", "discount_capture"), NO_TERM
    ),
    **dict.fromkeys(
        ("paid_late_share", "paid_early_share", "overdue_payables", "late_interest_exposure"),
        NOT_DUE,
    ),
    **dict.fromkeys(("days_to_pay", "open_payables"), NOT_PAID),
    **dict.fromkeys(
        ("stock_value", "cycle_stock_value", "safety_stock_value", "excess_stock_value",
         "obsolete_stock_value", "days_inventory"), NO_STOCK,
    ),
    "required_safety_stock_value": "no demand|stock is not kept by supplier",
    "on_time_in_full": f"{NO_ORDER}|no order line here has a promised date",
    "order_cycle_days": f"{NO_ORDER}|no order line here says when it was requested",
    "first_match_share": "no invoice here has an order|no line here can match: .* matched by value",
    "after_the_fact_share": "no invoice here has an order",
    "duplicate_candidates": "no invoice here has a number",
    "contract_coverage": "no contracts are loaded",
    "off_contract_share": "no contracts are loaded",
    "preferred_share": "no supplier is known to be preferred",
}  # fmt: skip


@dataclass(frozen=True)
class Company:
    """A loaded store, and the same company's raw files read by hand."""

    store: Store
    books: Books


@pytest.fixture(scope="module")
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Company]]:
    """Each company, loaded when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def one(name: str) -> Company:
            if name == "demo":
                store: Store = request.getfixturevalue("demo")
                return Company(store, reference_books.demo(store.home.parent / "files"))
            folder, read = SETS[name]
            data: Path = request.getfixturevalue("shared_data")
            store = open_store("", tmp_path_factory.mktemp(name))
            stack.callback(store.close)
            mapping = ROOT / "demo" / "mappings" / f"{folder}.toml"
            result = load(store, mapping, now=NOW, user="test")
            for count in result.tables:
                known = (count.loaded, count.unchanged, count.superseded, count.rejected)
                assert count.read == sum(known), count
            return Company(store, read(data / folder))

        yield one


@pytest.mark.parametrize(("name", "start", "end", "supplier", "category"), CASES)
def test_every_figure_is_what_the_raw_files_say(
    name: str, start: str, end: str, supplier: str, category: str,
    company: Callable[[str], Company],
) -> None:  # fmt: skip
    one = company(name)
    report = kpis.report(one.store, chosen_selection(start, end, supplier, category))
    first, last = report.selection.from_period, report.selection.to_period
    chosen = Chosen(one.books, str(first), str(last), supplier, category)
    expected = reference_kpis.figures(chosen)
    assert {figure.metric for figure in report.figures} == set(expected)
    differing = {
        figure.metric: (figure.value, expected[figure.metric], figure.reason)
        for figure in report.figures
        if not agrees(chosen, figure.metric, in_cents(figure.value), expected)
    }
    assert not differing
    assert not unexplained(report)


def chosen_selection(start: str, end: str, supplier: str, category: str) -> Selection:
    """The filters of a case as a page's."""
    return Selection(
        start or None, end or None,
        supplier=(supplier,) if supplier else (), category=(category,) if category else (),
    )  # fmt: skip


def in_cents(value: object) -> float | None:
    """Money in cents, everything else as it is."""
    if value is None:
        return None
    return float(value * 100 if isinstance(value, Decimal) else value)  # type: ignore[arg-type]


def agrees(chosen: Chosen, metric: str, found: float | None, expected: Figures) -> bool:
    """The same figure, to the cent or a thousand-millionth; or none on both sides."""
    other = expected[metric]
    if found is None or other is None:
        return found is None and other is None
    return abs(found - other) <= tolerance(chosen, metric, other, expected)


def tolerance(chosen: Chosen, metric: str, value: float, expected: Figures) -> float:
    """How far apart two right answers may be: in cents, where parts are rounded to close a sum."""
    divided = chosen.category and chosen.books.tables["payment"].size
    if metric == "savings_realisation":  # of recognised cents
        return 1 / (expected["savings_claimed"] or 1)
    if metric == "late_interest_exposure" or (divided and metric.startswith(("discount", "paid"))):
        return 2e-5 * abs(value)  # each day's debts, and each part of an invoice, in whole cents
    if "_stock_value" in metric:  # each item's part in whole cents, of a quantile that is searched
        return max(0.51, 2e-7 * abs(value))
    if metric in ("budget_amount", "available_budget", "budget_variance"):
        return 3 if chosen.position < chosen.last else 0.51  # days of a month, line by line
    if metric.endswith(("_effect", "_completion")):
        return 1  # what closes the bridge, and what lies in the middle of two
    return 0.51 if metric.endswith(MONEY) else 1e-9 * max(1.0, abs(value))


MONEY = ("_spend", "_later", "_payables", "_claimed", "_recognised", "_offered", "_taken")


def unexplained(report: Report) -> dict[str, str]:
    """Figures without a value and without the reason that one expects."""
    return {
        figure.metric: figure.reason
        for figure in report.figures
        if figure.value is None and not re.search(REASONS[figure.metric], figure.reason)
    }
