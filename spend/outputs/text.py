"""A report as words and tables for a terminal."""

import io

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from spend import money
from spend.outputs import cells
from spend.result import Bridge, Change, Figure, Report, Table

WIDE = 200  # columns where there is no terminal to ask
NUMERIC = ("money", "share", "days", "count", "index")


def plain(report: Report) -> str:
    """A report as text for a file."""
    stream = io.StringIO()
    show(report, Console(file=stream, width=WIDE))
    return stream.getvalue()


def show(report: Report, console: Console) -> None:
    """Print a report: what it says, its figures, its bridges, its tables, its notes."""
    console.print(Text(report.title, style="bold"))
    console.print(Text(cells.printable(report.sentence), style="dim"))
    console.print()
    console.print(Text(cells.printable(report.message)))
    console.print(_figures(report))
    for bridge in report.bridges:
        console.print(_bridge(bridge, report.currency))
    for table in report.tables:
        console.print(_table(table, report.currency))
    for note in report.notes:
        console.print(Text(cells.printable(note.text), style="dim"))


def _figures(report: Report) -> Grid:
    grid = _grid("")
    grid.add_column("")
    grid.add_column("", justify="right")
    grid.add_column("", style="dim")
    for figure in report.figures:
        unit = cells.unit(figure)
        value = _exact(figure, unit, report.currency)
        grid.add_row(Text(cells.label(figure)), value, _remark(figure, unit, report.currency))
    return grid


def _exact(figure: Figure, unit: str, currency: str) -> str:
    if unit == "money":
        return money.exact(figure.value, currency)
    return money.reading(figure.value, unit, currency)


def _remark(figure: Figure, unit: str, currency: str) -> Text:
    changes = (_change(change, unit, currency) for change in figure.changes)
    return Text("; ".join(filter(None, (figure.reason, *changes))))


def _change(change: Change, unit: str, currency: str) -> str:
    return f"{money.reading(change.amount, unit, currency, signed=True)} {change.label}"


def _bridge(bridge: Bridge, currency: str) -> Grid:
    grid = _grid(bridge.title)
    grid.add_column("Step")
    grid.add_column(currency, justify="right")
    for step in bridge.steps:
        amount = money.exact(step.amount, "", signed=step.kind == "item")
        grid.add_row(Text(cells.printable(step.label)), amount)
    if bridge.reason:
        grid.add_row(Text(bridge.reason), "")
    return grid


def _table(table: Table, currency: str) -> Grid:
    grid = _grid(table.title)
    for column in table.columns:
        side = "right" if column.unit in NUMERIC else "left"
        grid.add_column(Text(cells.heading(column, currency)), justify=side)  # type: ignore[arg-type]
    units = [column.unit for column in table.columns]
    depths = table.depth or (0,) * len(table.rows)
    for row, depth in zip(table.rows, depths, strict=True):
        words = [cells.words(v, unit, currency) for v, unit in zip(row, units, strict=True)]
        grid.add_row(*(Text(("  " * depth if i == 0 else "") + w) for i, w in enumerate(words)))
    if table.total:
        grid.add_section()
        grid.add_row(
            *(Text(cells.words(v, u, currency)) for v, u in zip(table.total, units, strict=True))
        )
    return grid


def _grid(title: str) -> Grid:
    heading = Text(cells.printable(title), style="bold") if title else None
    return Grid(title=heading, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
