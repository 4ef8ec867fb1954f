"""Which figures the two teams agree on, and which they dispute: from the minutes.

A mark is of one figure, of one selection, by one team. A team's later mark takes the place of its
earlier one; it stands while the figure has the value that was marked. Which budget is the newest is
no part of the selection: a figure that it moves has another value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from queries.minutes import Entry
from spend.agreement import SIDES
from spend.exact_values import exact_text, same
from spend.registry import all_metrics
from spend.result import Value
from spend.unreadable import UNREADABLE, left_out

MARK = "mark"
State = Literal["agreed", "disputed", "none"]
STATES: tuple[State, ...] = get_args(State)
Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Mark:
    """What one team said of one figure; ``value`` is what the figure was, as exact text.

    ``moved`` says that it has another value now, so that the mark stands no longer.
    """

    metric: str
    team: str
    state: State
    reason: str
    value: str
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str = ""
    at: datetime = datetime.min
    link: str = ""
    moved: bool = False

    def said(self) -> str:
        """The mark in words.

        >>> Mark("stock_value", "finance", "disputed", "Lyon is missing", "1.00").said()
        'disputed by finance: Lyon is missing'
        """
        word = f"moved since {self.team} {self.state} it" if self.moved else (
            f"{self.state} by {self.team}"
        )  # fmt: skip
        return f"{word}: {self.reason}" if self.reason else word


def body(state: State, reason: str, value: Value, params: Params) -> dict[str, Any]:
    """What the minutes keep of a mark."""
    return {
        "state": state,
        "reason": reason,
        "value": exact_text(value),
        "params": {name: list(values) for name, values in params.items()},
    }


def standing(
    entries: Sequence[Entry], values: Mapping[str, Value], params: Params
) -> dict[str, tuple[Mark, ...]]:
    """Each figure's marks in one selection, finance's first; those it has moved away from too.

    ``params`` names the selection, ``values`` are its figures by metric.
    """
    wanted = _about(params)
    latest: dict[tuple[str, str], Mark] = {}
    for mark, _ in _read(entries):
        if mark and _about(mark.params) == wanted and mark.metric in values:
            latest[mark.metric, mark.team] = mark
    found: dict[str, tuple[Mark, ...]] = {}
    for metric, value in values.items():
        kept = [latest[metric, team] for team in SIDES if (metric, team) in latest]
        found[metric] = tuple(_against(one, value) for one in kept if one.state != "none")
    return found


def _about(params: Params) -> dict[str, tuple[str, ...]]:
    """The periods and filters of a selection."""
    return {name: tuple(given) for name, given in params.items() if name != "budget_version"}


def _against(mark: Mark, value: Value) -> Mark:
    moved = not same(mark.value, value)
    return Mark(**{**vars(mark), "moved": moved})


def disputed(marks: Sequence[Mark]) -> bool:
    """Whether a team disputes a figure as it is now."""
    return any(one.state == "disputed" and not one.moved for one in marks)


def agreed(marks: Sequence[Mark]) -> bool:
    """Whether both teams agree on a figure as it is now."""
    return {one.team for one in marks if one.state == "agreed" and not one.moved} == set(SIDES)


def skipped(entries: Sequence[Entry]) -> tuple[str, ...]:
    """A sentence for every entry that marks nothing."""
    return tuple(fault for _, fault in _read(entries) if fault)


def _read(entries: Sequence[Entry]) -> Iterator[tuple[Mark | None, str]]:
    for entry in entries:
        try:
            yield parse(entry), ""
        except UNREADABLE as error:
            yield None, left_out("mark", entry, error)


def parse(entry: Entry) -> Mark:
    """An entry as a mark; raises ``ValueError`` with the rule that it breaks."""
    given = entry.body
    if entry.name not in all_metrics():
        raise ValueError("it is of no figure")
    if entry.team not in SIDES:
        raise ValueError("neither finance nor procurement made it")
    if given["state"] not in STATES:
        raise ValueError(f"a mark is {', '.join(STATES)}")
    words = (given.get("reason", ""), given["value"])
    params = {name: tuple(values) for name, values in given.get("params", {}).items()}
    if not all(isinstance(one, str) for one in (*words, *sum(params.values(), ()))):
        raise ValueError("its words are no text")
    return Mark(
        entry.name, entry.team, given["state"], *words, params,
        entry.recorded_by, entry.recorded_at, entry.link,
    )  # fmt: skip
