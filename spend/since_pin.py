"""What has changed since a pinned moment: the figures of a page then and now, and the documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from queries.selection import FILTERS, NOT_ASSIGNED, Choices, Pin, Selection
from queries.store import Store
from spend.kpi_moved import moved_figures
from spend.money import difference_unit, reading
from spend.moved_documents import Counts, counts
from spend.questions import HEADLINES
from spend.registry import all_metrics
from spend.result import Cell, Figure, Report, Table, Value
from spend.sentences import count, listed

# Where a row of the figures that moved says which it is, what it was, and by how much it moved.
METRIC, BEFORE, CHANGE = -1, 1, 3
SPEND = "actual_spend"
NAMED = (SPEND, *HEADLINES)


def named(selection: Selection, choices: Choices) -> Selection:
    """The selection with its periods written out and no moment of its own: to be read at another.

    Its budget stays open where it is: each moment has its own.
    """
    first = selection.from_period or choices.default_from
    last = selection.to_period or choices.default_to
    return replace(selection, from_period=first, to_period=last, as_of=None)


def lost(selection: Selection, choices: Choices) -> str:
    """What a selection names that another moment does not know, in words; "" where it knows all."""
    found = tuple(_lost(selection, choices))
    return f"the newest has no {listed(found)}" if found else ""


def _lost(selection: Selection, choices: Choices) -> Iterator[str]:
    for name in dict.fromkeys((selection.from_period, selection.to_period)):
        if name and not choices.calendar.get(name):
            yield f"period {name}"
    for one in FILTERS:
        chosen: Sequence[str] = getattr(selection, one.key)
        for value in chosen:
            if value != NOT_ASSIGNED and value not in choices.options[one.key]:
                yield f"{one.one} {value}"
    version = selection.budget_version
    if version and version not in choices.budget_versions:
        yield f"budget “{version}”"


def documents_moved(store: Store, selection: Selection, pin: Pin) -> Counts:
    """How many documents of the whole company moved between a pin's load and the selection's."""
    return counts(store, pin, selection.as_of)


def figures_moved(before: Report, after: Report) -> Table:
    """The figures of a page that are otherwise at another moment, with both values."""
    return moved_figures(_by_metric(before), _by_metric(after))


def moves(figures: Table, metric: str) -> bool:
    """Whether a metric is among the figures that moved."""
    return any(row[METRIC] == metric for row in figures.rows)


def _by_metric(report: Report) -> Mapping[str, Figure]:
    return {figure.metric: figure for figure in report.figures}


def said(newer: int, documents: Counts, before: Report, after: Report | None) -> str:
    """What has changed since the moment of ``before``, in one sentence: by amount, by document.

    ``newer`` is how many loads came since; ``after`` is the same view at the newest moment,
    ``None`` where the view has no figures.
    """
    return _sentence(newer, _figures(before, after), _documents(documents))


def _sentence(newer: int, *given: str) -> str:
    parts = "; ".join(part for part in given if part)
    start = f"{count(newer, 'newer load', 'newer loads')} since" if newer else "No newer load"
    return f"{start}: {parts}." if parts else f"{start}."


def _documents(documents: Counts) -> str:
    return f"in all books {documents.said}" if documents != Counts() else ""


def _figures(before: Report, after: Report | None) -> str:
    if after is None or not before.figures:
        return ""
    rows = figures_moved(before, after).rows
    if not rows:
        return "no figure here has moved"
    first = min(rows, key=_place)
    others = f" and {len(rows) - 1} more" if rows[1:] else ""
    figures = count(len(after.figures), "figure", "figures")
    return f"{_by(first, after.currency)}{others} of {figures} here"


def _place(row: Sequence[Cell]) -> int:
    """Which figure is named: spend first, then the headlines, then what its page has first."""
    name = str(row[METRIC])
    return NAMED.index(name) if name in NAMED else len(NAMED)


def _by(row: Sequence[Cell], currency: str) -> str:
    """One figure with what it moved by, or with both values where one of them is no data."""
    metric = all_metrics()[str(row[METRIC])]
    before, after, change = (_value(cell) for cell in row[BEFORE : CHANGE + 1])
    if change is None:
        was, now = (reading(value, metric.unit, currency) for value in (before, after))
        return f"{metric.label} from {was} to {now}"
    return f"{metric.label} {reading(change, difference_unit(metric.unit), currency, signed=True)}"


def _value(cell: Cell) -> Value:
    return None if isinstance(cell, str) else cell


def missing(newer: int, why: str, documents: Counts) -> str:
    """As ``said``, where the newest moment has no such view; ``why`` says what it lacks.

    >>> missing(2, "the newest has no supplier S1", Counts(new=3))
    '2 newer loads since: the newest has no supplier S1; in all books 3 documents are new.'
    """
    return _sentence(newer, why, _documents(documents))
