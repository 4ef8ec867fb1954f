"""A report as words and tables for a terminal."""

import io

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from spend import money
from spend.outputs import cells, figures
from spend.outputs.spans import in_full
from spend.result import Bridge, Change, Figure, Report, Table

WIDE = 200  # columns where there is no terminal to ask


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
        _titled(bridge.title, _bridge(bridge, report.currency), console)
    for table in report.tables:
        _titled(table.title, _table(table, report.currency), console)
    console.print()
    for note in report.notes:
        console.print(Text(cells.printable(note.text), style="dim"))


def _titled(title: str, grid: Grid, console: Console) -> None:
    console.print()
    console.print(Text(cells.printable(title), style="bold"))
    console.print(grid)


def _figures(report: Report) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    grid.add_column("")
    grid.add_column("", justify="right")
    grid.add_column("", style="dim")
    for figure in report.figures:
        unit = figures.unit(figure)
        value = money.stated(figure.value, unit, report.currency)
        grid.add_row(Text(figures.label(figure)), value, _remark(figure, unit, report.currency))
    for fact in report.facts:
        value = money.stated(fact.value, fact.unit, report.currency)
        grid.add_row(Text(fact.label), value, Text(fact.meaning, style="dim"))
    return grid


def _remark(figure: Figure, unit: str, currency: str) -> Text:
    changes = (_change(change, unit, currency) for change in figure.changes)
    return Text("; ".join(filter(None, (figure.reason, *changes))))


def _change(change: Change, unit: str, currency: str) -> str:
    moved = money.reading(change.amount, money.difference_unit(unit), currency, signed=True)
    return f"{moved} {change.label}"


def _bridge(bridge: Bridge, currency: str) -> Grid:
    grid = _grid()
    grid.add_column("Step")
    grid.add_column(currency if bridge.unit == "money" else "", justify="right")
    for step in bridge.steps:
        grid.add_row(Text(cells.printable(step.label)), in_full(step, bridge.unit, ""))
    if bridge.reason:
        grid.add_row(Text(bridge.reason), "")
    return grid


def _table(table: Table, currency: str) -> Grid:
    grid = _grid()
    # A trend is a little picture; a terminal has none.
    shown = [n for n, column in enumerate(table.columns) if column.unit != "trend"]
    for column in (table.columns[n] for n in shown):
        heading = Text(cells.heading(column, currency))
        grid.add_column(heading, justify="right" if column.unit in cells.NUMERIC else "left")
    depths = table.depth or (0,) * len(table.rows)
    for place, depth in enumerate(depths):
        first, *rest = _words(table, place, shown, currency)
        grid.add_row(Text("  " * depth) + first, *rest)
    if table.total:
        grid.add_section()
        grid.add_row(*_words(table, None, shown, currency))
    return grid


def _words(table: Table, row: int | None, shown: list[int], currency: str) -> list[Text]:
    """The cells of a row, or of the total."""
    values = (table.total or ()) if row is None else table.rows[row]
    return [Text(cells.words(values[n], table.unit(n, row), currency)) for n in shown]


def _grid() -> Grid:
    return Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
