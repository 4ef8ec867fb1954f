"""Why figures moved between two moments: each change told by four causes that sum to it exactly.

The figure is worked out in states that lead from the one moment to the other, and what each step
changes is the effect of its cause (``spend.moved_states``). So nothing is ever left to explain.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from queries.errors import ConcordError
from queries.selection import Pin, Selection
from queries.store import Store
from spend.comparison import difference
from spend.metric import favourable
from spend.money import difference_unit, reading
from spend.moved_states import CAUSES, View, states
from spend.questions import HEADLINES
from spend.registry import all_metrics
from spend.result import PER_ROW, PER_ROW_CHANGE, Bridge, Cell, Step, Table, TableColumn, Value
from spend.sentences import capital, listed

__all__ = ["CAUSES", "Moved", "bridge", "effects_of", "moved", "said", "table"]

MEANINGS: Mapping[str, str] = {
    "changed policy": "policies that both teams signed, and settings, but those of the calendar",
    "passage of time": "later days, and another calendar whatever changed it, over known documents",
    "corrected documents": "documents and master data that were known, and now say otherwise",
    "new documents": "documents and master data that came since",
}


@dataclass(frozen=True)
class Moved:
    """A figure at two moments, and what each cause changed of it.

    The effects sum to ``after - before``: money to the cent, other figures but for the rounding of
    floats. Where either end has no data they are ``None``, and ``reason`` says which.
    """

    metric: str
    before: Value
    after: Value
    effects: Mapping[str, Value]
    reason: str = ""

    @property
    def change(self) -> Value:
        """``after - before``; ``None`` where either is not known."""
        return difference(self.after, self.before)

    @property
    def has_moved(self) -> bool:
        """Whether any cause moved it, even where they undo each other."""
        return any(self.effects.values())


def moved(
    store: Store,
    selection: Selection,
    pin: Pin,
    then: Selection | None = None,
    metrics: Iterable[str] = HEADLINES,
) -> tuple[Moved, ...]:
    """What moved each metric from ``then`` as at a pin to the selection as at its own moment.

    Without ``then`` it is the same selection; periods that one leaves open are those of its own
    moment. The causes in this order: policies and settings; the calendar, the selection and the
    last day of the data; documents and master data that were known then, as they now are, or gone;
    all that came since. Raises ``ConcordError`` for a moment that is not there, or for periods that
    the later one does not know.
    """
    named = tuple(metrics)
    with (
        store.comparing(), store.reader(pin) as before, store.reader(selection.as_of) as after
    ):  # fmt: skip
        end = View.read(after, selection)
        try:
            start = View.read(before, then or selection)
        except ConcordError as error:  # it did not have these periods yet
            now = end.values(named)
            return tuple(_unknown(name, None, now[name], str(error)) for name in named)
        found = tuple(states(store, start, end, named))
    return tuple(effects_of(name, [state[name] for state in found]) for name in named)


def effects_of(metric: str, values: Sequence[Value]) -> Moved:
    """What moved a figure, from its value at the start and after the step of each cause.

    A step that leads to no value has no effect: the next that leads to one has both.

    >>> effects_of("days_to_pay", [40.0, 40.0, 43.0, None, 42.0]).effects["new documents"]
    -1.0
    >>> effects_of("days_to_pay", [None, 40.0, 43.0, 42.0, 42.0]).reason
    'there was no data before'
    """
    before, after = values[0], values[-1]
    if after is None:
        return _unknown(metric, before, after, "there is no data")
    if before is None:
        return _unknown(metric, before, after, "there was no data before")
    effects: dict[str, Value] = {}
    level: Value = before
    for cause, value in zip(CAUSES, values[1:], strict=True):
        reached = level if value is None else value
        effects[cause] = difference(reached, level)
        level = reached
    return Moved(metric, before, after, effects)


def _unknown(metric: str, before: Value, after: Value, reason: str) -> Moved:
    return Moved(metric, before, after, dict.fromkeys(CAUSES), reason)


# --- In words and pictures -----------------------------------------------------------------------


def table(found: Sequence[Moved], name: str = "moved") -> Table:
    """Figures with what they were, what each cause changed, and what they are, in their units."""
    rows: list[tuple[Cell, ...]] = [
        (_label(one.metric), one.before, *(one.effects[c] for c in CAUSES), one.after, one.metric)
        for one in found
    ]
    causes = (TableColumn(c.replace(" ", "_"), capital(c), PER_ROW_CHANGE) for c in CAUSES)
    return Table(
        name,
        "What moved the headline figures",
        (
            TableColumn("label", "Figure", "text"),
            TableColumn("before", "Before", PER_ROW),
            *causes,
            TableColumn("after", "After", PER_ROW),
            TableColumn("metric", "Id", "text"),
        ),
        tuple(rows),
        units=tuple(_unit(one.metric) for one in found),
    )


def bridge(one: Moved) -> Bridge:
    """From what a figure was to what it is, cause by cause, in its own unit.

    Causes without an effect stay in it: that nothing was corrected is worth knowing.
    """
    name, title = f"moved_{one.metric}", f"{_label(one.metric)}: what moved it"
    unit = _unit(one.metric)
    if one.reason:
        return Bridge(name, title, (), one.reason, unit=unit)
    before, after = _exactly(one.before), _exactly(one.after)
    declared = all_metrics()[one.metric]
    items = (
        Step(capital(cause), amount, "item", favourable(declared, amount), MEANINGS[cause])
        for cause, amount in _closing(one, after - before)
    )
    steps = (Step("Before", before, "end"), *items, Step("Now", after, "end"))
    return Bridge(name, title, steps, unit=unit)


def _closing(one: Moved, change: Decimal) -> list[tuple[str, Decimal]]:
    """The effects, the rounding of floats in the largest of them."""
    amounts = {cause: _exactly(one.effects[cause]) for cause in CAUSES}
    largest = max(CAUSES, key=lambda cause: abs(amounts[cause]))
    amounts[largest] += change - sum(amounts.values(), Decimal(0))
    return list(amounts.items())


def _exactly(value: Value) -> Decimal:
    return Decimal(str(value or 0))


def said(one: Moved, currency: str) -> str:
    """One sentence about a figure: from what it went to what, and by which causes, largest first.

    >>> found = effects_of("days_to_pay", [48.7, 48.7, 49.1, 49.1, 50.1])
    >>> said(found, "EUR").partition(": ")[2]
    '+1.0 days by new documents and +0.4 days by the passage of time.'
    >>> said(effects_of("days_to_pay", [None, None, None, None, 50.1]), "EUR")
    'Days to pay is 50.1 days; there was no data before.'
    """
    unit, label = _unit(one.metric), _label(one.metric)
    before, after = (reading(value, unit, currency) for value in (one.before, one.after))
    if one.after is None:
        return f"{label}: {one.reason}."
    if one.reason:
        return f"{label} is {after}; {one.reason}."
    went = f"went from {before} to {after}" if before != after else _hardly(one, unit, currency)
    causes = listed(_by_size(one, difference_unit(unit), currency))
    return f"{label} {went}: {causes}." if causes else f"{label} {went}."


def _hardly(one: Moved, unit: str, currency: str) -> str:
    """What became of a figure that reads as it did before: it moved by less than that shows."""
    change = one.change or 0
    size = reading(max(change, -change), difference_unit(unit), currency)
    after = reading(one.after, unit, currency)
    if size == reading(0, difference_unit(unit), currency):
        return f"stayed at {after}"
    return f"{'rose' if change > 0 else 'fell'} by {size} to {after}"


def _by_size(one: Moved, unit: str, currency: str) -> list[str]:
    """The effects that can be read in a unit, the largest first."""
    nothing = reading(0, unit, currency, signed=True)
    largest = sorted(CAUSES, key=lambda cause: -abs(_exactly(one.effects[cause])))
    words = ((cause, reading(one.effects[cause], unit, currency, signed=True)) for cause in largest)
    the = {"passage of time": "the passage of time"}
    return [f"{word} by {the.get(cause, cause)}" for cause, word in words if word != nothing]


def _label(metric: str) -> str:
    return all_metrics()[metric].label


def _unit(metric: str) -> str:
    return all_metrics()[metric].unit
