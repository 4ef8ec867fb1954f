"""The charts of the cash to come, as plain data: weeks and months, by certainty, with the range."""

from collections.abc import Iterable

from spend.cash_outlook import BUDGET, SOURCES
from spend.cash_reading import Reading
from spend.cash_words import Words
from spend.money import decimal
from spend.result import Chart, Scenario, Series

OVERDUE = "Overdue"
LABELS = {
    "open": "Open invoices",
    "received": "Received, not invoiced",
    "ordered": "Open orders",
    "budget": "Budget for the rest",
}
SCENARIOS: dict[str, Scenario] = {
    "open": "actual",
    "received": "actual",
    "ordered": "forecast",
    "budget": "budget",
}
# After the four sources: what is expected by habit, and the two ends of its range.
HABITS = ("By habit, expected", "By habit, low", "By habit, high")


def chart(name: str, title: str, reading: Reading, words: Words) -> Chart:
    """What leaves in each bucket: the sources under contract terms, and habits with their range."""
    shown = slice(0, reading.buckets.later)
    series = [
        _series(LABELS[source], SCENARIOS[source], reading.contract[n, shown])
        for n, source in enumerate(SOURCES)
        if reading.contract[n, shown].any()
    ]
    if reading.habits is not None and reading.range is not None:
        lines = (reading.habits.sum(axis=0), reading.range.low, reading.range.high)
        series += [
            _series(label, "forecast", line[shown])
            for label, line in zip(HABITS, lines, strict=True)
        ]
    return Chart(
        name,
        title,
        axis(reading, name),
        tuple(series),
        words.currency,
        "stack",
        f"{title}, stacked by certainty: {words.message()}",
    )


def weeks(reading: Reading, words: Words) -> Chart:
    """The next 13 weeks."""
    return chart("weeks", "Cash out by week, and what is overdue", reading, words)


def months(reading: Reading, words: Words) -> Chart:
    """The next 12 months; the title says where nothing is budgeted any more."""
    title = "Cash out by month, and what is overdue"
    planned = words.book.planned
    if planned and reading.contract[BUDGET].any():
        title += f"; nothing is budgeted after {planned[-1].last:%B %Y}"
    return chart("months", title, reading, words)


def axis(reading: Reading, name: str) -> tuple[str, ...]:
    """Overdue, then the buckets by their first days."""
    form = "%-d %b" if name == "weeks" else "%b %Y"
    return (OVERDUE, *(f"{day:{form}}" for day in reading.buckets.starts))


def _series(label: str, scenario: Scenario, cents: Iterable[float]) -> Series:
    return Series(label, scenario, tuple(decimal(round(float(c))) for c in cents))
