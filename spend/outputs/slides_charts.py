"""A report's charts as native ones, each kind in the notation of the pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION

from spend import money
from spend.cash_charts import HABITS
from spend.outputs import slides_frame as frame
from spend.outputs.colours import LIGHT, mixed
from spend.outputs.scales import Scale, chart_scale, scale
from spend.outputs.slides_lines import as_marks, curve, dots, line
from spend.outputs.slides_text import Box, Slide
from spend.result import Chart, ChartKind, Scenario, Series, Value

ORDER: tuple[Scenario, ...] = ("last_year", "budget", "actual", "forecast")  # back to front
VARIANCE = 0.24  # of the height, for the variance above its chart
PLOT = (0.075, 0.915)  # from the left, and how wide: the two charts line up
SHADES = (0.30, 0.62, 1.0, 0.12)  # of ink, bottom to top: parts of one thing
CERTAIN = (1.0, 0.58, 0.28)  # the surest first, where the parts are of several scenarios
PARTS = (1.0, 0.6, 0.24, 0.0, 0.12)
LOW = 0.12  # of the highest column: one below that has no room for its amount
OUTSIDE = XL_LABEL_POSITION.OUTSIDE_END


def draw(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """A chart that has something to draw, in its place."""
    KINDS[chart.kind](slide, box, chart, currency)


def columns(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """Time: columns, and above them the variance where the chart has one."""
    known = sorted((s for s in chart.series if s.scenario in ORDER), key=_depth)
    variance = [s for s in chart.series if s.scenario == "variance"]
    unit = _unit(chart, currency)
    height = box.height * (1 - VARIANCE if variance else 1)
    lower = replace(box, top=box.top + box.height - height, height=height)
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED
    drawn = frame.placed(slide, lower, kind, _data(chart, known), told(chart), chart.title)
    plot = drawn.plots[0]
    plot.overlap, plot.gap_width = 55, 45
    for series, given in zip(plot.series, known, strict=True):
        series.invert_if_negative = False
        frame.scenario(series.format, given.scenario)
        if given.scenario in ("actual", "forecast") and len(chart.axis) <= 14:
            _inside(series, given, _short(unit))
    frame.value_axis(drawn.value_axis, unit.title, frame.shown(unit))
    frame.from_zero(drawn.value_axis, [v for s in known for v in s.values])
    frame.name_axis(drawn.category_axis, many=len(chart.axis))
    frame.legend(drawn)
    if variance:
        upper = replace(box, height=box.height - height)
        _variance(slide, upper, chart, variance[0], unit)
        frame.inside(drawn, PLOT[0], 0.12, PLOT[1], 0.76)


def _inside(series: Any, given: Series, unit: Scale) -> None:
    """Each column's amount at its foot, where no other column hides it."""
    actual = given.scenario == "actual"
    colour = LIGHT.paper if actual else LIGHT.text
    frame.labelled(series, frame.shown(unit), XL_LABEL_POSITION.INSIDE_BASE, 8, colour)
    if not actual:
        frame.on_paper(series)
    most = max((abs(frame.number(v) or 0.0) for v in given.values), default=0.0)
    for place, value in enumerate(given.values):
        if value is not None and abs(frame.number(value) or 0.0) < LOW * most:
            text = f"{unit.of(value) or 0.0:,.{unit.digits}f}".replace("-", money.MINUS)
            frame.written(series.points[place], text, OUTSIDE)


def _variance(slide: Slide, box: Box, chart: Chart, series: Series, unit: Scale) -> None:
    kind, title = XL_CHART_TYPE.COLUMN_CLUSTERED, f"{chart.title}: {series.label}"
    drawn = frame.placed(slide, box, kind, _data(chart, [series]), title, title)
    plot = drawn.plots[0]
    plot.gap_width = 110
    bars = plot.series[0]
    bars.invert_if_negative = False
    for place, value in enumerate(series.values):
        if value:  # of spend: more of it costs cash
            frame.solid(bars.points[place].format, LIGHT.bad if value > 0 else LIGHT.good)
    frame.labelled(bars, frame.shown(unit, signed=True), OUTSIDE, 8)
    frame.from_zero(drawn.value_axis, series.values)
    frame.value_axis(drawn.value_axis, f"Δ {unit.title}", frame.shown(unit), lines=False)
    frame.name_axis(drawn.category_axis)
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    frame.inside(drawn, PLOT[0], 0.16, PLOT[1], 0.68)


def bars(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """Structure: one bar a thing, top to bottom, its value at its end."""
    unit = _unit(chart, currency)
    kind = XL_CHART_TYPE.BAR_CLUSTERED
    drawn = frame.placed(slide, box, kind, _data(chart, chart.series), told(chart), chart.title)
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 45, 30 if _overlapping(chart) else 100
    for series, given in zip(plot.series, chart.series, strict=True):
        series.invert_if_negative = False
        frame.scenario(series.format, given.scenario)
        frame.labelled(series, frame.shown(unit), OUTSIDE)
    _downwards(drawn, unit, _values(chart))
    if _overlapping(chart):
        frame.legend(drawn)


def stack(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """Columns whose parts stand on each other, and beside them what habits make of it."""
    unit = _unit(chart, currency)
    beside = [s for s in chart.series if s.label in HABITS]
    parts = [s for s in chart.series if s not in beside]
    kind = XL_CHART_TYPE.COLUMN_STACKED
    data = _data(chart, [*parts, *beside])
    drawn = frame.placed(slide, box, kind, data, told(chart), chart.title)
    drawn.plots[0].overlap, drawn.plots[0].gap_width = 100, 60
    shades = SHADES if len({s.scenario for s in parts}) == 1 else CERTAIN
    for number, given in enumerate(parts):
        _shaded(drawn.plots[0].series[number], given, shades[number % len(shades)])
    if beside:
        as_marks(drawn, [s.label for s in beside])
    frame.value_axis(drawn.value_axis, unit.title, frame.shown(unit))
    frame.from_zero(drawn.value_axis, _values(chart))
    frame.name_axis(drawn.category_axis, many=len(chart.axis))
    frame.legend(drawn)


def parts(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """Bars whose parts follow each other; each name says what the whole comes to."""
    wholes = [sum((_plain(s.values[i]) for s in chart.series), Decimal(0))
              for i in range(len(chart.axis))]  # fmt: skip
    unit = scale(wholes, currency)
    names = [f"{frame.name(n)}: {money.short(w, currency)}"
             for n, w in zip(chart.axis, wholes, strict=True)]  # fmt: skip
    kind = XL_CHART_TYPE.BAR_STACKED
    data = _data(chart, chart.series, names)
    drawn = frame.placed(slide, box, kind, data, told(chart), chart.title)
    drawn.plots[0].overlap, drawn.plots[0].gap_width = 100, 45
    for number, (series, given) in enumerate(zip(drawn.plots[0].series, chart.series, strict=True)):
        _shaded(series, given, PARTS[number % len(PARTS)])
    _downwards(drawn, unit, _values(chart))
    frame.legend(drawn)


KINDS: Mapping[ChartKind, Callable[[Slide, Box, Chart, str], None]] = {
    "time": columns,
    "structure": bars,
    "stack": stack,
    "parts": parts,
    "dots": dots,
    "line": line,
    "curve": curve,
}


def told(chart: Chart) -> str:
    """What stands for the chart where nobody sees it."""
    return chart.description or chart.title


def _shaded(series: Any, given: Series, shade: float) -> None:
    """A part in its shade of ink; one that is a budget, or has no shade, is outlined."""
    series.invert_if_negative = False
    if given.scenario == "budget" or not shade:
        frame.scenario(series.format, "budget")
    else:
        frame.solid(series.format, mixed(LIGHT.ink, LIGHT.paper, shade))


def _downwards(drawn: Any, unit: Scale, values: Sequence[Value]) -> None:
    """Bars from top to bottom in the order given, and the amounts below them."""
    frame.value_axis(drawn.value_axis, unit.title, frame.shown(unit))
    frame.name_axis(drawn.category_axis)
    frame.from_zero(drawn.value_axis, values)
    frame.downwards(drawn)


def _data(chart: Chart, series: Sequence[Series], names: Sequence[str] = ()) -> Any:
    data = CategoryChartData(number_format="#,##0.00")
    data.categories = list(names) or [frame.name(a) for a in chart.axis]
    for one in series:
        data.add_series(frame.name(one.label), [frame.number(v) for v in one.values])
    return data


def _unit(chart: Chart, currency: str) -> Scale:
    return chart_scale(chart, currency)


def _values(chart: Chart) -> list[Value]:
    return [v for s in chart.series for v in s.values]


def _short(unit: Scale) -> Scale:
    """With a place less, where labels stand close together."""
    return replace(unit, digits=max(unit.digits - 1, 0) if unit.digits > 1 else unit.digits)


def _depth(series: Series) -> int:
    return ORDER.index(series.scenario)


def _overlapping(chart: Chart) -> bool:
    places = range(len(chart.axis))
    return any(sum(s.values[i] is not None for s in chart.series) > 1 for i in places)


def _plain(value: Value) -> Decimal:
    return Decimal(0) if value is None else Decimal(value)
