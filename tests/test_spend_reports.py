"""Whatever figure is opened, its formula comes to what the figure says."""

import re

import pytest

from queries.selection import Selection
from queries.store import Store
from spend.kpi_book import KpiBook
from spend.money import exact, reading
from spend.registry import all_metrics
from spend.reports import evidence
from spend.result import Figure

NARROWED = Selection("2026-03", "2026-08", category=("C-1000",))


@pytest.fixture(scope="module")
def figures(demo: Store) -> dict[str, Figure]:
    with demo.reader() as reader:
        return dict(KpiBook.read(reader, NARROWED).figures)


@pytest.mark.parametrize("metric", all_metrics())
def test_an_opened_figure_says_what_the_figure_says(
    demo: Store, figures: dict[str, Figure], metric: str
) -> None:
    unit, value = all_metrics()[metric].unit, figures[metric].value
    words = exact(value, "EUR") if unit == "money" else reading(value, unit, "EUR")
    filled = re.sub(r"\\([%$&#_{}])", r"\1", evidence(demo, NARROWED, metric).filled)
    assert filled.endswith(rf"= \text{{{words}}}")
