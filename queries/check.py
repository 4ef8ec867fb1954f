"""Is the store sound? Keys, references, ledgers, and marts against the lines they sum."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, literal, select

from queries import contract, mart_tables, marts, schema
from queries.control import ledger_control
from queries.engine import take_time
from queries.selection import FILTERS
from queries.store import Reader
from queries.versions import at, rows_at

QUICKLY_CHECKED = 500_000  # records

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (``error``), or that people should know (``warning``)."""

    severity: Severity
    table: str
    message: str
    count: int


def check(reader: Reader, whole: bool = True) -> tuple[Finding, ...]:
    """Everything that is wrong or worth knowing in the store as at the reader's load.

    Unless ``whole``, without what reads every row: keys, references, marts against the lines.
    """
    if not reader.batch:
        return ()
    take_time(reader.connection)
    checks = (_keys, _marts, _loops, _references, _dates, _ledger)
    made = checks if whole else (_loops, _dates, _ledger)
    return tuple(finding for each in made for finding in each(reader))


def is_quick(reader: Reader) -> bool:
    """Whether the store is small enough to be checked as a whole while somebody waits."""
    read = select(func.coalesce(func.sum(schema.batch_table.c.loaded), 0))
    return int(reader.rows(read)[0][0]) <= QUICKLY_CHECKED


def _count(reader: Reader, rows: Select[Any]) -> int:
    return int(reader.rows(select(func.count()).select_from(rows.subquery()))[0][0])


def _keys(reader: Reader) -> Iterator[Finding]:
    """No key may hold two rows at once."""
    for name, table in {**schema.contract_tables, **schema.marts}.items():
        columns = [table.c[key] for key in schema.keys(table)]
        held = select(*columns).where(at(table, reader.batch))
        count = _count(reader, held.group_by(*columns).having(func.count() > 1))
        if count:
            yield Finding(
                "error", name, f"{count} keys hold two rows at once: restore a backup", count
            )


def _marts(reader: Reader) -> Iterator[Finding]:
    """A mart must equal its definition over the lines."""
    for name, definition in marts.DEFINITIONS.items():
        table = schema.marts[name]
        columns = [c.name for c in table.columns if not c.name.startswith("batch_")]
        kept = select(*(table.c[c] for c in columns)).where(at(table, reader.batch))
        rows = definition(reader.settings, rows_at(reader.batch)).subquery("defined")
        defined = select(*(rows.c[c] for c in columns))
        count = _difference(reader, kept, defined) + _difference(reader, defined, kept)
        if count:
            yield Finding("error", name, f"{count} rows differ from the lines: load again", count)


def _difference(reader: Reader, one: Select[Any], other: Select[Any]) -> int:
    rows = one.except_(other).subquery("only")
    return int(reader.rows(select(func.count()).select_from(rows))[0][0])


def _loops(reader: Reader) -> Iterator[Finding]:
    """A member of a tree that is under itself: its branch is cut there, and stays whole."""
    for one in FILTERS:
        if one.parent is None:
            continue
        own, parent = one.table.c[one.id_column], one.table.c[one.parent]
        rows = reader.frame(select(own, parent).where(at(one.table, reader.batch)))
        looped = _under_themselves(dict(zip(rows[own.name], rows[parent.name], strict=True)))
        if looped:
            message = f"{one.parent}: {len(looped)} are under themselves, such as {looped[0]!r}"
            yield Finding("warning", one.table.name, message, len(looped))


def _under_themselves(parents: Mapping[str, str | None]) -> list[str]:
    """The ids that one meets again on the way up.

    >>> _under_themselves({"a": "b", "b": "a", "c": "a", "d": None})
    ['a', 'b']
    """
    found = []
    for start in sorted(parents):
        above, seen = parents[start], {start}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == start:
            found.append(start)
    return found


def _references(reader: Reader) -> Iterator[Finding]:
    """Values that point at nothing: their rows count as "not assigned"."""
    for name, table in schema.contract_tables.items():
        for column, target_name in contract.REFERENCES.items():
            target = schema.contract_tables[target_name]
            if (column in table.c and table is not target) or column.startswith("parent_"):
                yield from _dangling(reader, name, table, column, target)


def _dangling(
    reader: Reader, name: str, table: Table, column: str, target: Table
) -> Iterator[Finding]:
    if column not in table.c:
        return
    value: ColumnElement[Any] = table.c[column]
    key = target.alias("target").c[schema.keys(target)[0]]
    found = exists(select(literal(1)).where(key == value, at(key.table, reader.batch)))
    held = and_(at(table, reader.batch), value.is_not(None), value != "")
    rows = select(value).where(held, ~found)
    count = _count(reader, rows)
    if count:
        first = reader.rows(rows.order_by(value).limit(1))[0][0]
        message = f"{column}: {count} rows point at no {target.name}, such as {first!r}"
        yield Finding("warning", name, message, count)


def _dates(reader: Reader) -> Iterator[Finding]:
    """Days after the calendar's end: no selection of periods ever shows them."""
    for table in (mart_tables.spend_flow, mart_tables.order_flow):
        late = select(table.c.day).where(at(table, reader.batch), table.c.day > marts.LATEST)
        count = _count(reader, late)
        if count:
            message = f"{count} sums are dated after {marts.LATEST}: no period holds them"
            yield Finding("warning", table.name, message, count)


def _ledger(reader: Reader) -> Iterator[Finding]:
    """The general ledger's own totals beside the lines."""
    control = ledger_control(reader)
    apart = control[control["ledger"] != control["lines"]]
    difference = apart["lines"] - apart["ledger"]
    for period, cents in zip(apart["period"], difference, strict=True):
        message = f"{period}: invoice lines are {cents / 100:,.2f} away from the ledger's spend"
        yield Finding("warning", "ledger_balance", message, 1)
