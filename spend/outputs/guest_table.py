"""The table of a guest's page: a tree, numbers on the right, the total below, as much as fits."""

from collections.abc import Iterator

from spend import money
from spend.metric import favourable
from spend.outputs.cells import NUMERIC, finite, heading, table_scale, whole, words
from spend.outputs.svg import escaped
from spend.registry import all_metrics
from spend.result import PER_ROW, PER_ROW_CHANGE, Cell, Table, TableColumn

MOST_ROWS, ON_PAPER = 20, 10  # the rest is said, not shown
MOST_COLUMNS = 9
DEEPEST = 4  # levels that are indented
LONG = 40  # letters: what is longer wants a wide column


def html(table: Table, currency: str) -> str:
    """A table as HTML, its money in whole thousands where that reads better; exact where somebody
    points."""
    columns = [n for n, column in enumerate(table.columns) if column.unit != "trend"]
    shown = columns[:MOST_COLUMNS]
    divisor, word = table_scale(table, currency)
    head = "".join(_heading(table, n, currency, word) for n in shown)
    rows = "".join(_row(table, n, shown, divisor, currency)
                   for n in range(min(len(table.rows), MOST_ROWS)))  # fmt: skip
    foot = ""
    if table.total:
        foot = f"<tfoot>{_row(table, None, shown, divisor, currency)}</tfoot>"
    left_out = _left_out(len(table.rows), len(columns) - len(shown))
    return (
        f'<h2>{escaped(table.title)}</h2><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody>{foot}</table></div>{left_out}"
    )


def _heading(table: Table, place: int, currency: str, word: str) -> str:
    column = table.columns[place]
    said = escaped(column.label if column.unit == "money" else heading(column, currency))
    if column.unit == "money":
        said += f", {escaped(word).replace(' ', '&#160;')}"
    return f'<th scope="col"{_class(table, place)}>{said}</th>'


def _class(table: Table, place: int, more: str = "") -> str:
    """The classes of a cell: a number, long words, or what it is judged."""
    unit = table.columns[place].unit
    long = any(isinstance(row[place], str) and len(str(row[place])) > LONG
               for row in table.rows[:MOST_ROWS])  # fmt: skip
    found = ["number"] if unit in NUMERIC else ["long"] if long else []
    found += [more] if more else []
    return f' class="{" ".join(found)}"' if found else ""


def _row(table: Table, row: int | None, shown: list[int], divisor: int, currency: str) -> str:
    values = (table.total or ()) if row is None else table.rows[row]
    cells = "".join(
        _cell(table, row, place, values[place], divisor, currency, first=place == shown[0])
        for place in shown
    )
    beyond = ' class="beyond"' if row is not None and row >= ON_PAPER else ""
    return f"<tr{beyond}>{cells}</tr>"


def _cell(
    table: Table, row: int | None, place: int, value: Cell, divisor: int, currency: str,
    first: bool,
) -> str:  # fmt: skip
    unit = table.unit(place, row)
    value = finite(value)
    exact = said = words(value, unit, currency) if value is not None else ""
    column = table.columns[place]
    if value is not None and not isinstance(value, str):
        if column.unit == "money":
            said = whole(float(value) / divisor)
        elif column.unit == "days":
            exact = said = said.removesuffix(" days")
        elif column.unit in (PER_ROW, PER_ROW_CHANGE):
            said = money.reading(value, unit, currency, signed=column.unit == PER_ROW_CHANGE)
    depth = table.depth[row] if first and row is not None and table.depth else 0
    more = f"d{min(depth, DEEPEST)}" if depth else _judged(column, value)
    title = f' title="{escaped(exact)}"' if exact != said else ""
    return f"<td{_class(table, place, more)}{title}>{escaped(said)}</td>"


def _judged(column: TableColumn, value: Cell) -> str:
    """Green and red are for variances alone."""
    if not column.metric or not column.key.startswith("variance") or isinstance(value, str):
        return ""
    good = favourable(all_metrics()[column.metric], value)
    return {True: "good-said", False: "bad-said", None: ""}[good]


def _left_out(rows: int, columns: int) -> str:
    """What the table has more of, on the screen and on paper."""
    return "".join(
        f'<p class="small {where}">{said}.</p>'
        for where, most in (("screen-only", MOST_ROWS), ("paper-only", ON_PAPER))
        if (said := " and ".join(_more(rows - most, columns)))
    )


def _more(rows: int, columns: int) -> Iterator[str]:
    if rows > 0:
        yield f"{rows:,} more row{'s' if rows > 1 else ''}"
    if columns > 0:
        yield f"{columns} more column{'s' if columns > 1 else ''}"
