"""The chart of the overview: what leaving each topic be costs a year."""

from collections.abc import Sequence

from spend.agenda import Topic
from spend.result import Chart, Series

MOST_BARS = 8


def stakes(topics: Sequence[Topic], currency: str) -> Chart:
    """The dearest topics as bars; those without an amount are in the table alone."""
    dear = [topic for topic in topics if topic.cost is not None][:MOST_BARS]
    title = "What needs a decision, by its cost a year"
    series = Series("Cost a year", "actual", tuple(topic.cost for topic in dear))
    axis = tuple(topic.name for topic in dear)
    why = "nothing here costs money to leave as it is"
    return Chart("stakes", title, axis, (series,), currency, "structure", title, why)
