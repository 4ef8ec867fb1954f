"""What people saw when they wrote something down, held against what is computed for the same view.

The figures of a pinned view stay as they are. Should a later version of Concord compute one of them
otherwise, both are shown: what stands in the minutes was written on the earlier one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend.exact_values import exact_texts, read_back, same
from spend.money import stated
from spend.registry import all_metrics
from spend.result import Figure, Report, Value


@dataclass(frozen=True)
class Otherwise:
    """A figure that somebody saw as ``saw`` and that is computed as ``now``, both in words."""

    by: str
    at: datetime
    metric: str
    saw: str
    now: str


def seen(report: Report) -> dict[str, str]:
    """The figures of a report that have a value, as exact text by metric: what people look at."""
    known = {figure.metric: figure for figure in report.figures if figure.value is not None}
    return exact_texts(known)


def place(link: str) -> tuple[str, Mapping[str, list[str]]]:
    """The page and the parameters of a link, whatever server it names.

    >>> place("http://localhost:8501/books/terms?days=90&as_of=2.14")
    ('terms', {'days': ['90'], 'as_of': ['2.14']})
    """
    try:
        parts = urlsplit(link)
    except ValueError:  # what stands in the minutes need not be a link
        return "", {}
    return parts.path.rstrip("/").rpartition("/")[2], parse_qs(parts.query)


def view(link: str) -> tuple[str, Mapping[str, list[str]]]:
    """As ``place``, whatever moment the link is pinned to.

    >>> view("http://localhost:8501/terms?days=90&as_of=2.14")
    ('terms', {'days': ['90']})
    """
    page, params = place(link)
    return page, {key: values for key, values in params.items() if key != "as_of"}


def written_on(store: Store, selection: Selection, link: str) -> tuple[Entry, ...]:
    """Everything that was written down up to a moment on the very view that a link opens."""
    here = place(link)
    with store.reader(selection.as_of) as reader:
        return tuple(
            entry for entry in reader.entries() if entry.figures and place(entry.link) == here
        )


def otherwise(entries: Sequence[Entry], report: Report) -> tuple[Otherwise, ...]:
    """The figures that those who wrote on this view saw with another value, each one once.

    ``entries`` were written on the view that the report is of; figures that it has not are left
    out.
    """
    figures = {figure.metric: figure for figure in report.figures}
    found: dict[tuple[str, str], Otherwise] = {}
    for entry in entries:
        for one in _otherwise(entry, figures, report.currency):
            found.setdefault((one.metric, one.saw), one)
    return tuple(found.values())


def _otherwise(entry: Entry, figures: Mapping[str, Figure], currency: str) -> Iterator[Otherwise]:
    values = {metric: figure.value for metric, figure in figures.items()}
    for metric, *both in differing(entry.figures, values, currency):
        yield Otherwise(entry.recorded_by, entry.recorded_at, metric, *both)


def differing(
    texts: Mapping[str, str], values: Mapping[str, Value], currency: str
) -> Iterator[tuple[str, str, str]]:
    """Each metric that was kept as another exact text than its value now: it, then both in words,
    in full digits where the words do not differ.

    What is no figure, or has no value to hold it against, is left out.

    >>> list(differing({"stock_value": "1.00", "nothing": "2"}, {"stock_value": None}, "EUR"))
    [('stock_value', '€1.00', 'n/a')]
    """
    for metric, text in texts.items():
        if metric not in values or same(text, values[metric]):
            continue
        unit = all_metrics()[metric].unit
        try:
            saw = stated(read_back(text, metric), unit, currency)
        except ValueError:  # no figure at all: nobody saw that
            continue
        now = stated(values[metric], unit, currency)
        yield metric, *((saw, now) if saw != now else (text, str(values[metric])))


def said(one: Otherwise) -> str:
    """Both values in one sentence."""
    label = all_metrics()[one.metric].label
    return (
        f"{label}: {one.by} saw {one.saw} on {one.at:%-d %B %Y}; "
        f"this version of Concord computes {one.now}."
    )
