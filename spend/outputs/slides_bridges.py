"""A bridge as a native chart: bars that stand on parts nobody sees, whichever side of zero."""

import math
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION

from spend import money
from spend.outputs import slides_frame as frame
from spend.outputs.colours import LIGHT
from spend.outputs.scales import Scale, telling
from spend.outputs.slides_text import Box, Slide
from spend.outputs.spans import Span, axis_start, spans, told, unit_of
from spend.result import Bridge, Step

BASE, ABOVE, BELOW, ROOM = "Base", "Amount", "Amount below zero", "Label"
STEPS = 6  # of an axis, at most
WIDE = 0.16  # of the axis, for what stands at a bar's end
JUDGED = {True: LIGHT.good, False: LIGHT.bad, None: LIGHT.quiet}
TEAMS = {"finance": LIGHT.finance, "procurement": LIGHT.procurement}
WHOLE = Scale(1.0, "")  # as amounts are: the chart keeps all their digits


def draw(slide: Slide, box: Box, data: Bridge, currency: str) -> None:
    """A bridge that has steps, in its place, from top to bottom."""
    unit = unit_of(data, currency)
    start = axis_start(spans(data.steps, unit))
    reached = spans(data.steps, WHOLE)
    low, high, step_wide = _ends(reached, start * unit.divisor)
    chart_data = _data(data, reached, WIDE * (high - low))
    kind = XL_CHART_TYPE.BAR_STACKED
    drawn = frame.placed(slide, box, kind, chart_data, told(data, currency), data.title)
    drawn.plots[0].overlap, drawn.plots[0].gap_width = 100, 40
    _filled(drawn, data)
    for place, step in enumerate(data.steps):
        room = drawn.plots[0].series[3].points[place]
        frame.written(room, _at_end(step, unit), XL_LABEL_POSITION.INSIDE_BASE)
    title = f"{unit.title}, axis from {start:,.{unit.digits}f}" if start else unit.title
    frame.value_axis(drawn.value_axis, title, frame.shown(unit))
    drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = low, high
    drawn.value_axis.major_unit = step_wide
    frame.name_axis(drawn.category_axis)
    frame.downwards(drawn)


def _at_end(step: Step, unit: Scale) -> str:
    """What stands at a bar's end."""
    value = unit.of(step.amount) or 0.0
    sign = "+" if step.kind == "item" else ""
    return f"{value:{sign},.{telling(value, unit.digits)}f}".replace("-", money.MINUS)


def _ends(reached: list[Span], start: float) -> tuple[float, float, float]:
    """From where to where the axis goes, with room for what stands at the bars' ends, and its
    step: all round numbers, but for a start that is beyond zero.

    >>> _ends([(0.0, -486.0), (-486.0, -361.0)], 0.0)
    (-600.0, 0.0, 100.0)
    """
    levels = [start, *(level for span in reached for level in span if level or not start)]
    low, high = min(levels), max(levels)
    room = 1.3 * WIDE * ((high - low) or 1.0)
    below = any(_room(span, 1.0) < 0 for span in reached)
    low -= room if below else 0
    high += room if any(_room(span, 1.0) > 0 and any(span) for span in reached) else 0
    step = _round((high - low) / STEPS)
    first = start or step * math.floor(low / step)
    return first, first + step * math.ceil((high - first) / step), step


def _round(width: float) -> float:
    """A round number at or above a width: 1, 2 or 5 of some power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(n * power for n in (1.0, 2.0, 5.0, 10.0) if n * power >= width * 0.999)


def _room(span: Span, width: float) -> float:
    """What the words at a bar's end stand on: beyond it, away from zero."""
    return -width if max(span) <= 0 and min(span) < 0 else width


def _data(data: Bridge, reached: list[Span], room: float) -> Any:
    """Of each bar what holds it up, what is above zero, and what is below."""
    found = CategoryChartData(number_format="#,##0.00")
    found.categories = [frame.name(step.label) for step in data.steps]
    found.add_series(BASE, [base(span) for span in reached])
    found.add_series(ABOVE, [part(span)[0] for span in reached])
    found.add_series(BELOW, [part(span)[1] for span in reached])
    found.add_series(ROOM, [_room(span, room) for span in reached])
    return found


def base(span: Span) -> float:
    """How far from zero a bar begins: nothing where it crosses.

    >>> base((10.0, 8.0)), base((-3.0, -5.0)), base((4.0, -1.0))
    (8.0, -3.0, 0.0)
    """
    low, high = sorted(span)
    return low if low > 0 else min(high, 0.0)


def part(span: Span) -> Span:
    """How much of a bar stands above zero and how much below.

    >>> part((10.0, 8.0)), part((-3.0, -5.0)), part((4.0, -1.0))
    ((2.0, 0.0), (0.0, -2.0), (4.0, -1.0))
    """
    low, high = sorted(span)
    return max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)


def _filled(drawn: Any, data: Bridge) -> None:
    held, above, below, room = drawn.plots[0].series
    for series in (held, above, below, room):
        series.invert_if_negative = False
    for series in (held, room):
        frame.unseen(series.format)
    for series in (above, below):
        for place in range(len(data.steps)):
            _fill(series.points[place].format, data, place)


def _fill(format: Any, data: Bridge, place: int) -> None:
    """Ends as their scenario or team; items by their judgement, or, between two teams' readings,
    as what the two can agree on."""
    step, end = data.steps[place], data.ends[0 if place == 0 else 1]
    if step.kind == "item":
        teams = all(one in TEAMS for one in data.ends)
        frame.solid(format, LIGHT.agreed if teams else JUDGED[step.favourable])
    elif end == "finance" or end == "procurement":
        frame.solid(format, TEAMS[end])
    else:
        frame.scenario(format, end)
