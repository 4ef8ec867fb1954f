"""The chart of the overview: what is at stake a year with each topic."""

from collections.abc import Sequence

from spend.agenda import Topic
from spend.result import Chart, Series

MOST_BARS = 8


def stakes(topics: Sequence[Topic], currency: str) -> Chart:
    """The dearest topics as bars; those without an amount are in the table alone."""
    dear = [topic for topic in topics if topic.cost is not None][:MOST_BARS]
    title = "What needs a decision, by what is at stake a year"
    series = Series("At stake a year", "actual", tuple(topic.cost for topic in dear))
    axis = tuple(topic.name for topic in dear)
    why = "nothing here costs money to leave as it is"
    return Chart("stakes", title, axis, (series,), currency, "structure", title, why)
