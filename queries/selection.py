"""What somebody is looking at: one frozen value, its URL keys, its words and its SQL.

Each filter is declared once, in ``FILTERS``: its key is the one in the URL and the field of
``Selection``; reading a link, writing one, saying the selection in a sentence and narrowing a
select all follow from the declaration.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, FromClause, Table, false, or_, select

from queries import schema
from queries.calendar import Calendar
from queries.errors import one_line
from queries.versions import at

Lens = Literal["finance", "both", "procurement"]
LENSES: tuple[Lens, ...] = get_args(Lens)
NOT_ASSIGNED = "-"  # in a link: the rows that a dimension does not cover


@dataclass(frozen=True)
class Pin:
    """A moment of the store: the last load, and the last entry of the minutes."""

    batch: int
    minute: int | None = None

    def __str__(self) -> str:
        return str(self.batch) if self.minute is None else f"{self.batch}.{self.minute}"

    @classmethod
    def parse(cls, text: str) -> "Pin":
        """Read ``12`` or ``12.4``; raises ``ValueError`` on anything else.

        >>> Pin.parse("12.4")
        Pin(batch=12, minute=4)
        """
        head, dot, tail = text.partition(".")
        numbers = (head, tail) if dot else (head,)
        if not all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
            raise ValueError("give a load such as 12, or load.minute such as 12.4")
        return cls(int(head), int(tail) if dot else None)


@dataclass(frozen=True)
class Selection:
    """The rows somebody looks at, and how. Periods are fiscal; ``None`` means the default."""

    from_period: str | None = None
    to_period: str | None = None
    supplier: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    cost_centre: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    budget_version: str | None = None
    as_of: Pin | None = None
    lens: Lens = "both"


@dataclass(frozen=True)
class Filter:
    """A dimension people narrow by; choosing a parent takes its whole subtree."""

    key: str
    table: Table
    one: str
    many: str
    parent: str | None = None

    @property
    def id_column(self) -> str:
        """The column that holds the dimension's id, in its own table and in every mart."""
        return f"{self.key}_id"

    def condition(self, column: ColumnElement[Any], chosen: Sequence[str], batch: int) -> Any:
        """Narrow a mart's id column to the chosen ids and what lies under them."""
        named = [c for c in chosen if c != NOT_ASSIGNED]
        parts = [column == ""] if NOT_ASSIGNED in chosen else []
        if named:
            parts.append(column.in_(self._subtree(named, batch)))
        return or_(*parts)

    def _subtree(self, chosen: Sequence[str], batch: int) -> Any:
        """The chosen ids and all below them; a loop in the tree ends where it closes."""
        rows = select(self.table).where(at(self.table, batch)).subquery()
        own = rows.c[self.id_column]
        start = select(own.label("id")).where(own.in_(chosen))
        if not self.parent:
            return start
        tree = start.cte(f"{self.key}_tree", recursive=True, nesting=True)
        return select(tree.union(select(own).where(rows.c[self.parent] == tree.c.id)).c.id)


FILTERS = (
    Filter("cost_centre", schema.cost_centre, "cost centre", "cost centres",
           "parent_cost_centre_id"),
    Filter("category", schema.category, "category", "categories", "parent_category_id"),
    Filter("supplier", schema.supplier, "supplier", "suppliers", "parent_supplier_id"),
    Filter("item", schema.item, "item", "items"),
)  # fmt: skip

URL_KEYS = ("from", "to", *(f.key for f in FILTERS), "budget_version", "as_of", "lens")


def narrowed(selection: Selection, rows: FromClause, batch: int) -> list[ColumnElement[bool]]:
    """What the selection's filters ask of some rows; a dimension they lack matches nothing."""
    found: list[ColumnElement[bool]] = []
    for one in FILTERS:
        if chosen := getattr(selection, one.key):
            known = one.id_column in rows.c
            column = rows.c[one.id_column] if known else None
            found.append(false() if column is None else one.condition(column, chosen, batch))
    return found


def conditions(selection: Selection, mart: FromClause, batch: int) -> list[ColumnElement[bool]]:
    """As ``narrowed``, for a versioned table as it was after a load."""
    return [at(mart, batch), *narrowed(selection, mart, batch)]


class Option(NamedTuple):
    """One value that a filter may take."""

    id: str
    name: str
    parent: str | None = None


@dataclass(frozen=True)
class Choices:
    """What can be chosen in a store as at one load: periods, filter values, budget versions."""

    calendar: Calendar
    options: Mapping[str, Mapping[str, Option]]
    budget_versions: tuple[str, ...]
    latest_batch: int
    default_from: str | None
    default_to: str | None
    default_budget_version: str | None


@dataclass
class _Reading:
    """A link being read: what was taken, and a sentence for each thing that was not."""

    params: Mapping[str, Sequence[str]]
    choices: Choices
    notices: list[str] = field(default_factory=list)

    def drop(self, key: str, value: str, why: str) -> None:
        self.notices.append(one_line(f"The link's {key} “{value[:60]}” was left out: {why}."))

    def one(self, key: str) -> str | None:
        values = self.params.get(key, ())
        for extra in values[1:]:
            self.drop(key, extra, "it can be given once")
        return values[0] if values else None

    def among(self, key: str, known: Iterable[str], why: str) -> str | None:
        value = self.one(key)
        if value is not None and value not in set(known):
            self.drop(key, value, why)
            return None
        return value

    def several(self, one: Filter) -> tuple[str, ...]:
        known = self.choices.options[one.key]
        taken: list[str] = []
        for value in self.params.get(one.key, ()):
            if value not in known and value != NOT_ASSIGNED:
                self.drop(one.key, value, f"there is no such {one.one}")
            elif value not in taken:
                taken.append(value)
        return tuple(taken)

    def pin(self) -> Pin | None:
        value = self.one("as_of")
        try:
            pin = Pin.parse(value) if value is not None else None
        except ValueError as error:
            self.drop("as_of", value or "", str(error))
            return None
        if pin and not 1 <= pin.batch <= self.choices.latest_batch:
            self.drop("as_of", str(pin), f"the last load is {self.choices.latest_batch}")
            return None
        return pin


def parse(
    params: Mapping[str, Sequence[str]], choices: Choices
) -> tuple[Selection, tuple[str, ...]]:
    """Read a link: the selection, and one sentence for every value that had to be dropped."""
    link = _Reading(params, choices)
    periods = [p.period for p in choices.calendar.periods]
    first = link.among("from", periods, "there is no such period")
    last = link.among("to", periods, "there is no such period")
    order = {name: n for n, name in enumerate(periods)}
    start, end = first or choices.default_from, last or choices.default_to
    if start and end and order.get(start, 0) > order.get(end, 0):
        link.drop("to" if last else "from", last or first or "", "it ends before it begins")
        first, last = (first, first) if first and last else (None, None)
    chosen = {one.key: link.several(one) for one in FILTERS}
    version = link.among(
        "budget_version", choices.budget_versions, "there is no such budget version"
    )
    lens = link.among("lens", LENSES, "a lens is finance, both or procurement")
    selection = Selection(
        first, last, budget_version=version, as_of=link.pin(), lens=_lens(lens), **chosen
    )
    return without_defaults(selection, choices), tuple(link.notices)


def _lens(value: str | None) -> Lens:
    return next((lens for lens in LENSES if lens == value), "both")


def without_defaults(selection: Selection, choices: Choices) -> Selection:
    """The same selection, with what equals its default left open, so that links stay short."""
    return replace(
        selection,
        from_period=_unless(selection.from_period, choices.default_from),
        to_period=_unless(selection.to_period, choices.default_to),
        budget_version=_unless(selection.budget_version, choices.default_budget_version),
    )


def _unless(value: str | None, default: str | None) -> str | None:
    return None if value == default else value


def to_params(selection: Selection) -> dict[str, list[str]]:
    """Write a selection as URL parameters; lists are repeated keys, defaults are left out.

    >>> to_params(Selection(from_period="2025-01", supplier=("S1", "S2"), as_of=Pin(3)))
    {'from': ['2025-01'], 'supplier': ['S1', 'S2'], 'as_of': ['3']}
    """
    single: dict[str, object] = {
        "from": selection.from_period,
        "to": selection.to_period,
        "budget_version": selection.budget_version,
        "as_of": selection.as_of,
        "lens": None if selection.lens == "both" else selection.lens,
    }
    several = {one.key: list(getattr(selection, one.key)) for one in FILTERS}
    values = {**several, **{key: [str(v)] for key, v in single.items() if v is not None}}
    return {key: values[key] for key in URL_KEYS if values.get(key)}


def sentence(selection: Selection, choices: Choices) -> str:
    """The selection in one English sentence, for captions and exports."""
    start = selection.from_period or choices.default_from
    end = selection.to_period or choices.default_to
    parts = [when(choices.calendar, start, end)]
    for one in FILTERS:
        chosen: tuple[str, ...] = getattr(selection, one.key)
        if chosen:
            parts.append(_named(one, chosen, choices))
    if not any(getattr(selection, one.key) for one in FILTERS):
        parts.append("the whole company")
    version = selection.budget_version or choices.default_budget_version
    if version:
        parts.append(f"budget “{version}”")
    if selection.as_of:
        parts.append(f"as of load {selection.as_of}")
    return ", ".join(parts) + "."


def when(calendar: Calendar, start: str | None, end: str | None) -> str:
    """Two periods in words: as months where they are months, else by their names."""
    first, last = (calendar.get(name) if name else None for name in (start, end))
    if first is None or last is None:
        return "All periods"
    if not (first.is_month and last.is_month):
        return first.period if first == last else f"{first.period} to {last.period}"
    if first == last:
        return first.words
    year = "" if first.start_date.year == last.start_date.year else " %Y"
    return f"{first.start_date.strftime('%B' + year)} to {last.start_date:%B %Y}"


def _named(one: Filter, chosen: Sequence[str], choices: Choices) -> str:
    known = choices.options[one.key]
    names = [known[c].name if c in known else "not assigned" for c in chosen[:3]]
    more = f" and {len(chosen) - 3} more" if len(chosen) > 3 else ""
    return f"{one.one if len(chosen) == 1 else one.many} {' + '.join(names)}{more}"
