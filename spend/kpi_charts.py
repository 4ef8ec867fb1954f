"""The chart of the overview: what is at stake a year with each topic."""

from collections.abc import Sequence

from spend.result import Chart, Series, Value

MOST_BARS = 8


def stakes(topics: Sequence[tuple[str, Value]], currency: str) -> Chart:
    """The first topics, each a name and what it costs a year, as bars; those without an amount
    are in the table alone."""
    dear = [(name, cost) for name, cost in topics if cost is not None][:MOST_BARS]
    title = "What needs a decision, by what is at stake a year"
    series = Series("At stake a year", "actual", tuple(cost for _, cost in dear))
    axis = tuple(name for name, _ in dear)
    why = "nothing here costs money to leave as it is"
    return Chart("stakes", title, axis, (series,), currency, "structure", title, why)
