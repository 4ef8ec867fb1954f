"""Native charts in a plane: dots by size, points along a line, lines with named points among them.

``as_marks`` turns series of a column chart into marks above the columns, with the same axes.
"""

import math
from collections.abc import Sequence
from typing import Any

from pptx.chart.data import BubbleChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from spend.outputs import slides_frame as frame
from spend.outputs.colours import LIGHT
from spend.outputs.scales import Scale, chart_unit, scale, scale_in
from spend.outputs.slides_text import Box, Slide, rgb
from spend.result import Chart, Value

NAMED_DOTS = 6  # the largest dots carry their names
NEAR = (0.45, 0.09)  # of the plane: names closer than that would meet
BUBBLES = 35  # per cent of the size that the program would draw
TEAMS = {"Carrying cost": LIGHT.finance, "Stock-out cost": LIGHT.procurement}
RIGHT, ABOVE, BELOW = XL_LABEL_POSITION.RIGHT, XL_LABEL_POSITION.ABOVE, XL_LABEL_POSITION.BELOW
MARKS = ("diamond", "dash", "dash")
STROKES = (MSO_LINE.ROUND_DOT, MSO_LINE.SOLID, MSO_LINE.LONG_DASH)  # of lines side by side
TICKS = 6


def dots(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """Things in a plane: days across, a change in per cent up, dots by size."""
    across, up, size = chart.series
    known = [i for i in range(len(chart.axis)) if _known(across, i) and _known(up, i)]
    data = BubbleChartData(number_format="General")
    series = data.add_series(frame.name(size.label))
    for i in known:
        series.add_data_point(
            frame.number(across.values[i]), frame.number(up.values[i]),
            max(frame.number(size.values[i]) or 0.0, 0.0),
        )  # fmt: skip
    drawn = frame.placed(
        slide, box, XL_CHART_TYPE.BUBBLE, data, chart.description or chart.title, chart.title
    )
    plot = drawn.plots[0]
    plot.bubble_scale = BUBBLES
    one = plot.series[0]
    one.format.fill.solid()
    one.format.fill.fore_color.rgb = rgb(LIGHT.earlier)
    frame.clear(one.format.fill, 0.6)
    one.format.line.color.rgb, one.format.line.width = rgb(LIGHT.ink), Pt(0.75)
    for place in _named(chart, known):
        frame.written(one.points[place], frame.name(chart.axis[known[place]]), RIGHT)
    frame.value_axis(drawn.value_axis, f"{up.label}, %", "0%")
    frame.value_axis(drawn.category_axis, across.label, "#,##0", lines=False)
    frame.name_axis(drawn.category_axis, across.label)


def line(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """Points along a line; the last two stand out: where one is, and where one would be."""
    across, up = chart.series
    units = [scale(s.values, currency) for s in (across, up)]
    data = XyChartData(number_format="#,##0.00")
    places = range(len(chart.axis))
    for label, chosen in ((up.label, places[:-2]), *((chart.axis[i], [i]) for i in places[-2:])):
        series = data.add_series(frame.name(label))
        for i in chosen:
            if _known(across, i) and _known(up, i):
                series.add_data_point(frame.number(across.values[i]), frame.number(up.values[i]))
    drawn = _plane(slide, box, chart, data)
    _line(drawn.plots[0].series[0], LIGHT.quiet, 1.5)
    for number, colour in ((1, LIGHT.ink), (2, LIGHT.agreed)):
        if number < len(chart.axis) and len(drawn.plots[0].series) > number:
            _alone(drawn.plots[0].series[number], colour, chart.axis[number - 3])
    frame.value_axis(drawn.value_axis, f"{up.label}, {units[1].title}", frame.shown(units[1]))
    title = f"{across.label}, {units[0].title}"
    frame.value_axis(drawn.category_axis, title, frame.shown(units[0]), lines=False)
    frame.name_axis(drawn.category_axis, title)


def curve(slide: Slide, box: Box, chart: Chart, currency: str) -> None:
    """Lines over one axis of names, and named points among them."""
    values = [v for s in chart.series for v in s.values]
    values += [p.value for p in chart.points]
    unit = scale_in(values, chart_unit(chart), currency)
    data = XyChartData(number_format="#,##0.00")
    for one in chart.series:
        series = data.add_series(frame.name(one.label))
        for place, value in enumerate(one.values):
            if frame.number(value) is not None:
                series.add_data_point(place, frame.number(value))
    for point in chart.points:
        data.add_series(frame.name(point.label)).add_data_point(
            point.place, frame.number(point.value) or 0.0
        )
    axis = data.add_series("Axis")  # holds the names of the places, as a plane counts them only
    for place in range(len(chart.axis)):
        axis.add_data_point(place, _lowest(chart))
    drawn = _plane(slide, box, chart, data)
    _drawn(drawn, chart, unit)


def _drawn(drawn: Any, chart: Chart, unit: Scale) -> None:
    series, lines = list(drawn.plots[0].series), len(chart.series)
    for number, (one, given) in enumerate(zip(series, chart.series, strict=False)):
        _line(one, TEAMS.get(given.label, LIGHT.ink), 2.25)
        if given.scenario == "forecast" and given.label not in TEAMS:
            one.format.line.dash_style = STROKES[number % len(STROKES)]
    for one, point in zip(series[lines:], chart.points, strict=False):
        colour = LIGHT.agreed if "greed" in point.label else LIGHT.ink
        _alone(one, colour, point.label)
    _hidden(series[-1])
    for place, name in enumerate(chart.axis):
        frame.written(series[-1].points[place], name, BELOW, LIGHT.quiet)
    levels = all(name.endswith("%") for name in chart.axis)  # of service, not months
    title = f"{'A year, ' if levels else ''}{unit.title}" or chart.unit.capitalize()
    frame.value_axis(drawn.value_axis, title, frame.shown(unit))
    _ticked(drawn.value_axis, chart)
    across = drawn.category_axis
    across.minimum_scale, across.maximum_scale = -0.6, len(chart.axis) - 0.4
    frame.value_axis(across, "Cycle service level" if levels else "", "0", lines=False)
    across.tick_labels.font.color.rgb = rgb(LIGHT.paper)  # the names stand there
    frame.legend(drawn, without=range(lines, len(series)))


def _lowest(chart: Chart) -> float:
    """Where the axis of values begins: at zero, or below what is less."""
    lowest = min((frame.number(v) or 0.0 for s in chart.series for v in s.values), default=0.0)
    if lowest >= 0:
        return 0.0
    step = _step(chart)
    return step * math.floor(lowest / step)


def _step(chart: Chart) -> float:
    """From tick to tick: 1, 2 or 5 times a power of ten, about six of them on the axis."""
    known = [0.0, *(frame.number(v) or 0.0 for s in chart.series for v in s.values)]
    known += [frame.number(point.value) or 0.0 for point in chart.points]
    wanted = (max(known) - min(known)) / TICKS or 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    return power * next(ten for ten in (1, 2, 5, 10) if ten * power >= wanted)


def _ticked(axis: Any, chart: Chart) -> None:
    """An axis that begins and goes on at round amounts; where nothing is below zero, the program
    finds them."""
    axis.minimum_scale = _lowest(chart)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # not where the first place stands
    if axis.minimum_scale < 0:
        axis.major_unit = _step(chart)


def as_marks(drawn: Any, labels: Sequence[str]) -> None:
    """Series of a column chart as marks on lines of their own, which is not to be seen.

    The library knows one kind a chart; the format knows several on the same axes.
    """
    bars = drawn._chartSpace.chart.plotArea.find("{*}barChart")
    axes = [axis.get("val") for axis in bars.findall("{*}axId")]
    space = nsdecls("c", "a")
    marks = parse_xml(
        f'<c:lineChart {space}><c:grouping val="standard"/><c:varyColors val="0"/>'
        f'<c:marker val="1"/><c:axId val="{axes[0]}"/><c:axId val="{axes[1]}"/></c:lineChart>'
    )
    found = [s for s in bars.findall("{*}ser") if _label(s) in labels]
    for number, series in enumerate(found):
        for inverted in series.findall("{*}invertIfNegative"):
            series.remove(inverted)
        series.find("{*}tx").addnext(parse_xml(_no_line(space)))
        series.find("{*}spPr").addnext(parse_xml(_mark(space, MARKS[number % len(MARKS)])))
        marks.insert(2 + number, series)
    bars.addnext(marks)


def _label(series: Any) -> str:
    return str(series.find("{*}tx").findtext(".//{*}v"))


def _no_line(space: str) -> str:
    return f"<c:spPr {space}><a:ln><a:noFill/></a:ln></c:spPr>"


def _mark(space: str, symbol: str) -> str:
    inside, line = (
        f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'
        for colour in (LIGHT.earlier, LIGHT.ink)
    )
    return (
        f'<c:marker {space}><c:symbol val="{symbol}"/><c:size val="8"/>'
        f'<c:spPr>{inside}<a:ln w="15875">{line}</a:ln></c:spPr></c:marker>'
    )


def _plane(slide: Slide, box: Box, chart: Chart, data: Any) -> Any:
    kind = XL_CHART_TYPE.XY_SCATTER_LINES
    drawn = frame.placed(slide, box, kind, data, chart.description or chart.title, chart.title)
    drawn.plots[0].vary_by_categories = False
    return drawn


def _line(series: Any, colour: str, width: float) -> None:
    series.smooth = False
    series.format.line.color.rgb, series.format.line.width = rgb(colour), Pt(width)
    series.marker.style = XL_MARKER_STYLE.NONE


def _alone(series: Any, colour: str, text: str) -> None:
    """One point with its name above it."""
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = rgb(colour)
    series.marker.format.line.color.rgb = rgb(LIGHT.paper)
    frame.written(series.points[0], text, ABOVE, colour)


def _hidden(series: Any) -> None:
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE


def _known(series: Any, place: int) -> bool:
    value: Value = series.values[place]
    return frame.number(value) is not None


def _named(chart: Chart, known: Sequence[int]) -> list[int]:
    """The largest dots whose names find room beside each other, by their place among the known."""
    x, y, size = ([frame.number(s.values[i]) or 0.0 for i in known] for s in chart.series)
    wide, high = (max(v, default=0.0) - min(v, default=0.0) or 1.0 for v in (x, y))
    found: list[int] = []
    for i in sorted(range(len(known)), key=lambda i: -size[i]):
        crowded = any(
            abs(x[i] - x[j]) < NEAR[0] * wide and abs(y[i] - y[j]) < NEAR[1] * high for j in found
        )
        if not crowded and len(found) < NAMED_DOTS:
            found.append(i)
    return found
