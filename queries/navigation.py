"""Which rows answer a question with the least reading: a mart's own, or a rollup's in its place.

A select asks a mart. Where a rollup keeps all that it asks (see ``queries.rollup_tables``), the
rollup's rows stand in for the mart's, under its name, as a common table expression: the select
stays as it is. A rollup by month answers for whole months; for those that the select cuts, because
it compares a day with one inside, the mart's own rows do. The answer is the same.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Select, Table, not_, or_, select, union_all
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    Case,
    ColumnClause,
    Grouping,
    Over,
    True_,
    UnaryExpression,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CTE, Alias

from queries import schema
from queries.calendar import DAY
from queries.rollup_tables import MONTH, Rollup
from queries.rollups import PLACEHOLDERS_END, rollups_of

MOST_CUTS = 6  # months to read day by day: with more, the mart itself is as good


@dataclass
class _Asked:
    """What a select asks of one mart."""

    exact: set[str] = field(default_factory=set)  # keys as they are
    own: bool = False  # whether a supplier is one of the own group
    compared: dict[str, set[date]] = field(default_factory=dict)  # days, with the months they cut
    sums: set[str] = field(default_factory=set)
    rows: bool = False  # its single rows matter: nothing may stand in for them


def navigated(statement: Select[Any]) -> Select[Any]:
    """The same select, from the smallest rollups that answer it."""
    walk = _Walk()
    walk.visit(statement, False)
    for mart, asked in walk.asked.items():
        rows = None if walk.counts or asked.rows else _stand_in(mart, asked, walk.recursive)
        statement = statement if rows is None else statement.add_cte(rows)
    return statement


# --- What a select asks --------------------------------------------------------------------------


@dataclass
class _Walk:
    """One pass over a select, which notes how every column of a mart with rollups is used.

    ``summed`` says of a part that it is added up, and by nothing but addition: what a measure must
    be, for sums of it to do.
    """

    asked: dict[Table, _Asked] = field(default_factory=dict)
    counts: bool = False  # rows are counted, or put in order: how many there are matters
    recursive: bool = False  # a name means what it names in the stand-in too
    seen: dict[tuple[int, bool], Any] = field(default_factory=dict)

    def visit(self, part: Any, summed: bool) -> None:
        if (id(part), summed) in self.seen:
            return
        self.seen[id(part), summed] = part  # kept, so that no other part gets its number
        match part:
            case Column(table=Table() as mart):
                self._column(mart, part, summed)
            case ColumnClause():
                pass  # of rows that are put together here: as many as there are keys
            case Alias(element=Table() as mart) if rollups_of(mart):
                self._of(mart).rows = True
            case BinaryExpression():
                self._pair(part, summed)
            case Case():
                self._case(part, summed)
            case FunctionElement():
                self.counts |= summed
                self._function(part)
            case Over():
                self.counts = True
            case Grouping() | UnaryExpression(operator=operators.neg):
                self.visit(part.element, summed)
            case BindParameter():
                self.counts |= summed and part.value != 0  # what is added for every row
            case _:
                self.recursive |= isinstance(part, CTE) and part.recursive and not part.nesting
                self.counts |= summed
                for child in part.get_children():
                    self.visit(child, False)

    def _of(self, mart: Table) -> _Asked:
        return self.asked.setdefault(mart, _Asked())

    def _column(self, mart: Table, column: Column[Any], summed: bool) -> None:
        if not rollups_of(mart):
            return
        asked = self._of(mart)
        is_key, batch = bool(column.info.get("key")), column.name in BATCHES
        if is_key and not summed:
            asked.exact.add(column.name)
        elif summed and not is_key and not batch:
            asked.sums.add(column.name)
        else:
            asked.rows = True

    def _pair(self, pair: BinaryExpression[Any], summed: bool) -> None:
        if self._compares_days(pair) or self._asks_for_own(pair) or _tells_when(pair):
            return
        added = summed and pair.operator in (operators.add, operators.sub)
        self.visit(pair.left, added or (summed and pair.operator is operators.mul))
        self.visit(pair.right, added)

    def _compares_days(self, pair: BinaryExpression[Any]) -> bool:
        """Whether days of a mart are compared with given ones; then the months cut are noted."""
        mart, edges = _mart_of(pair.left), _edges(pair)
        if mart is None or edges is None:
            return False
        cut = {edge.replace(day=1) for edge in edges if edge.day > 1 and edge > PLACEHOLDERS_END}
        self._of(mart).compared.setdefault(pair.left.name, set()).update(cut)
        return True

    def _asks_for_own(self, pair: BinaryExpression[Any]) -> bool:
        """Whether a mart's suppliers are looked up among those of the own group."""
        mart = _mart_of(pair.left)
        if mart is None or pair.operator not in _IN or pair.left.name != "supplier_id":
            return False
        found = any(
            isinstance(part, BinaryExpression) and part.left is _INTERCOMPANY and _is_true(part)
            for part in visitors.iterate(pair.right)
        )
        self._of(mart).own |= found
        return found

    def _case(self, part: Case[Any], summed: bool) -> None:
        for condition, result in part.whens:
            self.visit(condition, False)
            self.visit(result, summed)
        for other in (part.value, part.else_):
            if other is not None:
                self.visit(other, summed and other is part.else_)

    def _function(self, call: FunctionElement[Any]) -> None:
        arguments = list(call.clauses)
        if self._asks_for_months(call.name, arguments):
            return
        distinct = any(
            isinstance(a, UnaryExpression) and a.operator is operators.distinct_op
            for a in arguments
        )
        self.counts |= call.name in COUNTING and not distinct
        for argument in arguments:
            self.visit(argument, call.name == "sum")

    def _asks_for_months(self, name: str, arguments: list[Any]) -> bool:
        """Whether it is the month of a mart's day: the same of its first day as of any."""
        if name != "date_trunc" or getattr(arguments[0], "value", None) != "month":
            return False
        mart = _mart_of(arguments[1])
        if mart is not None:
            self._of(mart).compared.setdefault(arguments[1].name, set())
        return mart is not None


# What tells how many rows there are.
COUNTING = ("count", "avg", "median", "array_agg", "string_agg")
BATCHES = ("batch_from", "batch_to")
_INTERCOMPANY = schema.supplier.c.intercompany
_IN = (operators.in_op, operators.not_in_op)


def _tells_when(pair: BinaryExpression[Any]) -> bool:
    """Whether rows of a load are asked for: a rollup has them by load as well."""
    return getattr(pair.left, "name", "") in BATCHES and isinstance(pair.right, BindParameter)


def _is_true(pair: BinaryExpression[Any]) -> bool:
    return pair.operator is operators.is_ and isinstance(pair.right, True_)


def _mart_of(column: Any) -> Table | None:
    """The mart with rollups that a column is a key of."""
    table = getattr(column, "table", None)
    known = isinstance(column, Column) and isinstance(table, Table) and rollups_of(table)
    return table if known and column.info.get("key") else None


def _edges(pair: BinaryExpression[Any]) -> list[date] | None:
    """The first day of every stretch of days that a comparison tells apart; none for others."""
    given = list(pair.right) if pair.operator in _BETWEEN else [pair.right]
    days = [day for bound in given if isinstance(day := getattr(bound, "value", None), date)]
    if len(days) < len(given):
        return None
    match pair.operator:
        case operators.lt | operators.ge:
            return days
        case operators.le | operators.gt:
            return _after(days)
        case operators.eq | operators.ne:
            return days + _after(days)
        case operators.between_op | operators.not_between_op:
            return days[:1] + _after(days[1:])
    return None


_BETWEEN = (operators.between_op, operators.not_between_op)


def _after(days: Iterable[date]) -> list[date]:
    return [day + DAY for day in days if day < date.max]


# --- What answers it -----------------------------------------------------------------------------


def _stand_in(mart: Table, asked: _Asked, recursive: bool = False) -> CTE | None:
    """The rows of the first rollup that keeps what is asked; of cut months, the mart's own."""
    for rollup in rollups_of(mart):
        if _answers(rollup, asked):
            cuts = {name: frozenset(cut) for name, cut in asked.compared.items() if cut
                    and rollup.kept[name] == MONTH}  # fmt: skip
            # Under WITH RECURSIVE, the mart's name would mean the stand-in that reads it.
            if sum(map(len, cuts.values())) <= (0 if recursive else MOST_CUTS):
                own = {"supplier_id"} if asked.own else set()
                names = asked.exact | asked.compared.keys() | asked.sums | own
                return _rows(rollup, tuple(sorted(names)), tuple(sorted(cuts.items())))
    return None


def _answers(rollup: Rollup, asked: _Asked) -> bool:
    kept = rollup.kept
    return (
        all(kept.get(name) == "" for name in asked.exact)
        and all(kept.get(name) in ("", MONTH) for name in asked.compared)
        and (not asked.own or "supplier_id" in kept)
        and all(name in rollup.table.c for name in asked.sums)
    )


@lru_cache(maxsize=1000)
def _rows(
    rollup: Rollup, names: tuple[str, ...], cuts: tuple[tuple[str, frozenset[date]], ...]
) -> CTE:
    """A rollup's rows under the name of its base, but for months that are cut."""
    columns = (*names, "batch_from", "batch_to")
    table, base = rollup.table, rollup.base
    whole = select(*(table.c[name] for name in columns))
    if not cuts:
        return whole.cte(base.name)
    months = [table.c[name].in_(sorted(cut)) for name, cut in cuts]
    days = [
        base.c[name].between(month, _last_day(month)) for name, cut in cuts for month in sorted(cut)
    ]
    parts = select(*(base.c[name] for name in columns)).where(or_(*days))
    return union_all(whole.where(not_(or_(*months))), parts).cte(base.name)


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
