"""A report as tables by name, and one of them as CSV.

Text from the books is only ever text here: a cell that looks like a formula stays a word.
"""

import csv
import io
from dataclasses import replace
from decimal import Decimal

from queries.errors import ConcordError
from spend import table_names
from spend.outputs import cells, figures
from spend.result import Bridge, Cell, Report, Table, TableColumn


def tables(report: Report) -> dict[str, Table]:
    """Every table of a report by name: its own, its bridges and its figures."""
    named = table_names.NAMES.get(report.name, {})
    found = {t.name: replace(t, brief=named.get(t.name, t.brief)) for t in report.tables}
    found |= {b.name: _bridge(b) for b in report.bridges if b.name not in found}
    return found | {"figures": figures.as_table(report)}


def named(report: Report, name: str | None) -> Table:
    """One table of a report: the one named, else the first."""
    found = tables(report)
    if name and name not in found:
        raise ConcordError(f"no table {name!r}; this report has: {', '.join(found)}")
    return found[name or next(iter(found))]


def to_csv(table: Table) -> str:
    """One table with its headings, in full digits, as RFC 4180 has it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([cells.harmless(c.key) for c in table.columns])
    writer.writerows([_plain(v) for v in row] for row in table.rows)
    return stream.getvalue()


def _plain(value: Cell) -> str:
    value = cells.finite(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return cells.harmless(value)
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _bridge(bridge: Bridge) -> Table:
    columns = (TableColumn("label", "Step", "text"), TableColumn("amount", "Amount", bridge.unit))
    return Table(
        bridge.name, bridge.title, columns, tuple((s.label, s.amount) for s in bridge.steps)
    )
