"""How a figure differs from a reference: the one way in which every subject says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from spend.metric import favourable, relative
from spend.registry import all_metrics
from spend.result import Change, Figure, Value

LAST_YEAR = "on last year"


def difference(now: Value, then: Value) -> Value:
    """``now - then`` of two values of one kind; ``None`` where either is not known.

    >>> difference(0.75, 0.5), difference(None, 0.5)
    (0.25, None)
    """
    if now is None or then is None:
        return None
    if isinstance(now, Decimal) or isinstance(then, Decimal):
        return Decimal(now) - Decimal(then)
    return now - then


def against(metric: str, label: str, now: Value, then: Value) -> Iterator[Change]:
    """The change of a figure from a reference: one where both are known, else none.

    Both as figures have them, money in ``Decimal``. What is good follows from the metric's
    declaration. The share is of the reference; a change of a share is in points, and has none.

    >>> from decimal import Decimal
    >>> next(against("actual_spend", "on budget", Decimal("12.50"), Decimal("10.00")))
    Change(label='on budget', amount=Decimal('2.50'), favourable=False, share=0.25)
    >>> list(against("actual_spend", "on budget", Decimal("12.50"), None))
    []
    """
    delta = difference(now, then)
    if delta is None:
        return
    declared = all_metrics()[metric]
    share = None if declared.unit == "share" else relative(delta, then)
    yield Change(label, delta, favourable(declared, delta), share)


def on_last_year(figures: Iterable[Figure], earlier: Mapping[str, Value]) -> Iterator[Figure]:
    """The figures, each with its change on what it was a year earlier, where that is known.

    >>> now = Figure("days_to_pay", 45.0)
    >>> next(on_last_year([now], {"days_to_pay": 40.0})).changes
    (Change(label='on last year', amount=5.0, favourable=True, share=0.125),)
    """
    for figure in figures:
        found = against(figure.metric, LAST_YEAR, figure.value, earlier.get(figure.metric))
        yield replace(figure, changes=(*figure.changes, *found))
