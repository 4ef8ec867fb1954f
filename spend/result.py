"""What a report gives: figures, a message, charts as plain data, and tables.

Nothing here knows how it will be drawn: the same result serves the page, the command line, the
exports and the tests. Money is a ``Decimal`` in the reporting currency; ``None`` means "no data".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from queries.selection import Selection
from spend.flows import Flow
from spend.money import difference_unit

Value = Decimal | float | int | None
Cell = Decimal | float | int | str | bool | None
Scenario = Literal["actual", "last_year", "budget", "forecast", "variance"]
End = (
    Scenario | Literal["finance", "procurement"]
)  # of a bridge: a scenario, or whose reading it is


def known(value: float) -> float | None:
    """A number of the model as a cell: what is not known (NaN) is no data.

    >>> known(2), known(float("nan"))
    (2.0, None)
    """
    return None if value != value else float(value)


@dataclass(frozen=True)
class Change:
    """How a figure differs from a reference: ``actual - reference``, and whether that is good."""

    label: str
    amount: Value
    favourable: bool | None
    share: float | None = None  # of the reference; None where the base is zero or negative


@dataclass(frozen=True)
class Figure:
    """One metric's value in this selection, the rows behind it, or the reason there is none."""

    metric: str
    value: Value
    rows: int = 0
    reason: str = ""
    changes: tuple[Change, ...] = ()
    trend: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Step:
    """One bar of a bridge: an end, or a named item between the two ends."""

    label: str
    amount: Decimal
    kind: Literal["end", "item"]
    favourable: bool | None = None
    meaning: str = ""


@dataclass(frozen=True)
class Bridge:
    """From one total to another through named items; ``residual`` is zero to the cent.

    ``unit`` is that of the ends; the items are differences in it.
    """

    name: str
    title: str
    steps: tuple[Step, ...]
    reason: str = ""  # why there are no effects, if so
    ends: tuple[End, End] = ("last_year", "actual")  # what its two ends are drawn as
    unit: str = "money"

    @property
    def residual(self) -> Decimal:
        """What the items leave unexplained.

        >>> steps = (Step("2025", Decimal(10), "end"), Step("price", Decimal(2), "item"),
        ...          Step("2026", Decimal(12), "end"))
        >>> Bridge("year", "", steps).residual
        Decimal('0')
        """
        if not self.steps:
            return Decimal(0)
        items = sum((s.amount for s in self.steps[1:-1]), Decimal(0))
        return self.steps[-1].amount - self.steps[0].amount - items


# Beside columns of time and bars of structure: columns whose series stand on each other; things as
# dots, whose series are across, up and size; points along a line, whose series are across and up;
# lines over one axis, with named points among them; bars whose parts follow each other.
ChartKind = Literal["time", "structure", "stack", "dots", "line", "curve", "parts"]


@dataclass(frozen=True)
class Fact:
    """A number of one scenario, in words: not a metric, so that it has no declaration."""

    label: str
    value: Value
    unit: str  # as in ``TableColumn``
    meaning: str = ""


@dataclass(frozen=True)
class Series:
    """One row of bars of a chart: what it shows, and its values along the chart's axis."""

    label: str
    scenario: Scenario
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Point:
    """A named point among the lines of a chart; ``place`` counts along its axis from 0, and may lie
    between two of its places, or half a step beyond the ends."""

    label: str
    place: float
    value: Value
    meaning: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars along one axis, as plain data; time runs as columns, structure as bars."""

    name: str
    title: str
    axis: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    kind: ChartKind = "time"
    description: str = ""  # the alternative text
    reason: str = ""  # why it is empty, if so
    points: tuple[Point, ...] = ()

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw; where there is not, ``reason`` says why.

        >>> Chart("months", "", ("May",), (Series("Actual", "actual", (None,)),), "EUR").drawable
        False
        """
        return bool(self.axis) and any(v for s in self.series for v in s.values)


# Units of columns whose values each have the unit of their row, or are differences in that unit.
PER_ROW, PER_ROW_CHANGE = "row", "row change"


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its key, heading, and how its values read."""

    key: str
    label: str
    unit: str = ""  # "money", "share", "change" (a signed share), "days", "count", …
    metric: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows behind a chart. ``depth`` and ``ids`` run along the rows where they form a tree, and
    ``units`` where each row has a unit of its own.
    """

    name: str
    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ids: tuple[str, ...] = ()
    depth: tuple[int, ...] = ()
    total: tuple[Cell, ...] | None = None
    units: tuple[str, ...] = ()
    brief: str = ""  # what it is called where there is no room for its title

    @property
    def called(self) -> str:
        """Its name in a menu, or on a sheet."""
        return self.brief or self.title or self.name

    def unit(self, column: int, row: int | None) -> str:
        """The unit of a cell; of the total where ``row`` is ``None``.

        >>> value = TableColumn("value", "Value", PER_ROW)
        >>> Table("kpis", "", (value,), ((0.5,), (12,)), units=("share", "days")).unit(0, 1)
        'days'
        """
        unit = self.columns[column].unit
        if unit not in (PER_ROW, PER_ROW_CHANGE):
            return unit
        own = "" if row is None else self.units[row]
        return own if unit == PER_ROW else difference_unit(own)


@dataclass(frozen=True)
class Note:
    """One sentence people should know before they trust a figure."""

    text: str
    kind: Literal["info", "warning"] = "info"


@dataclass(frozen=True)
class Report:
    """Everything one page says about one selection, as at one load."""

    name: str
    title: str
    question: str
    selection: Selection
    sentence: str
    currency: str
    batch: int
    message: str
    readings: Mapping[str, str] = field(default_factory=dict)  # lens -> what it means for them
    figures: tuple[Figure, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: tuple[Fact, ...] = ()
    flows: tuple[Flow, ...] = ()
    lead: str = ""  # the bridge that its page shows first, where that is no chart

    @property
    def picture(self) -> Chart | Bridge | None:
        """What its page shows first: the bridge that leads, else the first chart that has anything
        to draw, else the first bridge that has; ``None`` where there is nothing to draw."""
        bridges = [bridge for bridge in self.bridges if bridge.steps]
        led = [bridge for bridge in bridges if bridge.name == self.lead]
        charts = [chart for chart in self.charts if chart.drawable]
        found: list[Chart | Bridge] = [*led, *charts, *bridges]
        return found[0] if found else None

    def figure(self, metric: str) -> Figure:
        """The figure of one metric."""
        return next(f for f in self.figures if f.metric == metric)

    def bridge(self, name: str) -> Bridge:
        """The bridge of one name."""
        return next(b for b in self.bridges if b.name == name)

    def chart(self, name: str) -> Chart:
        """The chart of one name."""
        return next(c for c in self.charts if c.name == name)

    def flow(self, name: str) -> Flow:
        """The flow of one name."""
        return next(f for f in self.flows if f.name == name)

    def table(self, name: str) -> Table:
        """The table of one name."""
        return next(t for t in self.tables if t.name == name)


@dataclass(frozen=True)
class Evidence:
    """What stands behind one figure: how it was made, from how many rows, and the rows."""

    metric: str
    filled: str  # the formula with this figure's own numbers put in
    sql: str
    row_count: int
    batches: tuple[int, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    page: int
    page_size: int
    note: str = ""  # what people should know of these rows
