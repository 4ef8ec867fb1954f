"""What moved the headline figures since the last review, and which were restated by it."""

from collections.abc import Iterator, Sequence
from math import isclose

from queries.selection import Pin, Selection
from queries.store import Store
from spend.agenda import Topic
from spend.meetings import Params
from spend.money import difference_unit, reading
from spend.moved import Moved, moved
from spend.questions import question_of
from spend.registry import all_metrics
from spend.result import Value
from spend.review_figures import selection_at

CORRECTED = "corrected documents"


def since(store: Store, selection: Selection, pin: Pin, params: Params) -> tuple[Moved, ...]:
    """What moved each headline figure to a selection, from what a review was about, as it was
    closed; ``pin`` and ``params`` are the review's.

    Raises ``ConcordError`` for a moment that is not there.
    """
    return moved(store, selection, pin, selection_at(store, Selection(as_of=pin), params))


def restated(found: Sequence[Moved], currency: str) -> Iterator[Topic]:
    """The figures whose old documents were corrected since, as topics."""
    for one in found:
        effect = one.effects.get(CORRECTED)
        if not _matters(effect):
            continue
        metric = all_metrics()[one.metric]
        page = question_of(one.metric).report
        said = reading(effect, difference_unit(metric.unit), currency, signed=True)
        yield Topic(
            one.metric,
            f"{metric.label} was restated by {said} since the last review: documents of then were "
            "corrected.",
            page,
            "restated",
        )


def _matters(effect: Value) -> bool:
    """Whether an effect is more than the rounding of floats."""
    return effect is not None and not isclose(float(effect), 0, abs_tol=1e-9)
