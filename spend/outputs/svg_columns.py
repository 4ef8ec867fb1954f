"""Columns along time, in SVG: scenarios beside each other with their variance, or stacked parts."""

from collections.abc import Mapping, Sequence

from spend import money
from spend.cash_charts import HABITS
from spend.metric import Better
from spend.outputs import svg
from spend.outputs.scales import Scale, chart_scale, chart_unit, scale, tops
from spend.outputs.svg import CLASSES, Axis, Drawing
from spend.result import Chart, Scenario, Series

# Where a scenario's column stands in its slot of width 1: left edge and width, back to front.
PLACES: dict[Scenario, tuple[float, float]] = {
    "last_year": (-0.44, 0.36),
    "budget": (-0.22, 0.60),
    "forecast": (-0.14, 0.44),
    "actual": (-0.14, 0.44),
}
MIDDLE = 0.08  # of a slot's columns
PLOT, DELTAS = 190.0, 64.0  # pixels: how high the columns and their variances may be
FOOT = 34.0  # for the names below
SECOND = 28.0  # from the axis to the second row of names
SHADES = (0.30, 0.62, 1.0, 0.12)  # of ink, bottom to top: parts of one thing
CERTAINTY = (1.0, 0.58, 0.28)  # of ink, the surest first


def times(
    chart: Chart, currency: str, names: Mapping[str, str], width: float, name: str,
    better: Better = "lower",
) -> Drawing:  # fmt: skip
    """Columns of scenarios along time, and above them the variance where the chart has one."""
    shown = sorted((s for s in chart.series if s.scenario in PLACES), key=_depth)
    deltas = [s for s in chart.series if s.scenario == "variance"]
    unit = chart_scale(chart, currency)
    above = DELTAS + 18 if deltas else 0.0
    drawing = Drawing(name, width, 0)
    top = svg.legend(drawing, [(CLASSES[s.scenario], s.label, 1.0) for s in shown], 0)
    values = [unit.of(v) or 0.0 for s in shown for v in s.values]
    axis, left = _upright(drawing, values, unit.title, top + above)
    slot = (width - left) / max(len(chart.axis), 1)
    for series in shown:
        edge, wide = PLACES[series.scenario]
        for place, value in enumerate(series.values):
            if (amount := unit.of(value)) is not None:
                x = left + (place + 0.5 + edge) * slot
                said = money.stated(value, chart_unit(chart), currency)
                told = _told(chart, place, series.label, said)
                _column(drawing, x, wide * slot, axis, (0.0, amount), CLASSES[series.scenario],
                        told)  # fmt: skip
    _tops(drawing, chart, unit, axis, left, slot)
    for series in deltas:
        _variances(drawing, series, chart, unit, currency, (left, slot, top), better)
    _names(drawing, [names.get(a, a) for a in chart.axis], left, slot, axis)
    return drawing


def stacked(
    chart: Chart, currency: str, names: Mapping[str, str], width: float, name: str
) -> Drawing:
    """Columns whose parts stand on each other; what habits make of it as a range beside them."""
    parts = [s for s in chart.series if s.label not in HABITS]
    habits = [s for label in HABITS for s in chart.series if s.label == label]
    unit = scale([v for s in chart.series for v in s.values], currency)
    drawing = Drawing(name, width, 0)
    looks = [_part_look(s, n, bool(habits)) for n, s in enumerate(parts)]
    entries = [(css, s.label, shade) for s, (css, shade) in zip(parts, looks, strict=True)]
    more = [("point", "By habit, 10 % to 90 %", 1.0)] if len(habits) == len(HABITS) else []
    top = svg.legend(drawing, [*entries, *more], 0)
    axis, left = _upright(drawing, _heights(parts, habits, unit), unit.title, top)
    slot = (width - left) / max(len(chart.axis), 1)
    for place in range(len(chart.axis)):
        up = down = 0.0
        for series, (css, shade) in zip(parts, looks, strict=True):
            amount = unit.of(series.values[place])
            if not amount:
                continue
            start = up if amount > 0 else down
            told = _told(chart, place, series.label, money.exact(series.values[place], currency))
            x = left + (place + 0.2) * slot
            _column(drawing, x, 0.56 * slot, axis, (start, start + amount), css, told, shade)
            up, down = (up + amount, down) if amount > 0 else (up, down + amount)
        if more:
            _range(drawing, chart, habits, place, unit, currency, axis, left + (place + 0.9) * slot)
    _names(drawing, [names.get(a, a) for a in chart.axis], left, slot, axis)
    return drawing


# --- Marks ----------------------------------------------------------------------------------------


def _depth(series: Series) -> int:
    return list(PLACES).index(series.scenario)


def _part_look(series: Series, number: int, certain: bool) -> tuple[str, float]:
    """The class and the shade of a part: by certainty, or from light to dark."""
    if certain and series.scenario == "budget":
        return "budget", 1.0
    shades = CERTAINTY if certain else SHADES
    return "actual", shades[min(number, len(shades) - 1)]


def _heights(parts: Sequence[Series], habits: Sequence[Series], unit: Scale) -> list[float]:
    """How high and how low each column reaches."""
    found = [unit.of(v) or 0.0 for s in habits for v in s.values]
    for values in zip(*(s.values for s in parts), strict=True):
        amounts = [unit.of(v) or 0.0 for v in values]
        found += [sum(a for a in amounts if a > 0), sum(a for a in amounts if a < 0)]
    return found


def _upright(
    drawing: Drawing, values: Sequence[float], title: str, top: float
) -> tuple[Axis, float]:
    """The axis of amounts beside the columns, drawn; and where the columns begin."""
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.08 * (high - low) or 1.0
    axis = Axis(low - (room if low < 0 else 0), high + room, top + 20 + PLOT, top + 20)
    drawing.height = axis.start + FOOT
    ticks = axis.ticks()
    said = svg.tick_words(ticks)
    left = max(svg.wide(words) for words in said) + 8
    drawing.text(0, top + 10, title, "quiet")
    for tick, words in zip(ticks, said, strict=True):
        drawing.line(left, axis.at(tick), drawing.width, axis.at(tick), "zero" if not tick
                     else "rule")  # fmt: skip
        drawing.text(left - 6, axis.at(tick) + 4, words, "quiet", "end")
    return axis, left


def _column(
    drawing: Drawing, x: float, width: float, axis: Axis, span: tuple[float, float], css: str,
    told: str, shade: float = 1.0, rounded: bool = False,
) -> None:  # fmt: skip
    top, bottom = sorted(axis.at(v) for v in span)
    drawing.rect(x, top, width, bottom - top, css, told, shade, rounded)


def _told(chart: Chart, place: int, label: str, amount: str) -> str:
    return f"{chart.axis[place]} · {label}: {amount}"


def _names(drawing: Drawing, names: Sequence[str], left: float, slot: float, axis: Axis) -> None:
    """The names below the columns, as many as find room beside each other."""
    rows = [name.replace(" ", "\n", 1).split("\n")[:2] for name in names]
    widest = max((svg.wide(word) for row in rows for word in row), default=0.0)
    every = max(1, -int(-(widest + 4) // slot)) if slot else 1
    before = ""
    for place, row in enumerate(rows):
        if place % every:
            continue
        x = left + (place + 0.5) * slot
        drawing.text(x, axis.start + 15, row[0], "said", "middle")
        second = row[1] if len(row) > 1 else ""
        if second != before:
            drawing.text(x, axis.start + SECOND, second, "quiet", "middle")
        before = second or before


def _tops(
    drawing: Drawing, chart: Chart, unit: Scale, axis: Axis, left: float, slot: float
) -> None:
    """Each column's amount above its slot (what is forecast, else what was spent), where there is
    room for all of them."""
    found = tops(chart, unit)
    words = ["" if v is None else svg.number(v, found.digits) for v in found.said]
    if max(map(svg.wide, words), default=0.0) + 3 > slot:
        return
    for place, word in enumerate(words):
        x = left + (place + 0.5 + MIDDLE) * slot
        drawing.text(x, axis.at(found.heights[place]) - 4, word, "said", "middle")


def _variances(
    drawing: Drawing, series: Series, chart: Chart, unit: Scale, currency: str,
    place_of: tuple[float, float, float], better: Better,
) -> None:  # fmt: skip
    """The variance as small columns of their own: rounded and green where it is favourable, square
    and red where it is not."""
    left, slot, top = place_of
    amounts = [unit.of(v) for v in series.values]
    most = max((abs(a) for a in amounts if a is not None), default=0.0) or 1.0
    axis = Axis(-most, most, top + DELTAS, top + 20)
    drawing.text(0, top + 10, f"{series.label}, {unit.title}", "quiet")
    drawing.line(left, axis.at(0), drawing.width, axis.at(0), "zero")
    words = ["" if a is None else svg.number(a, unit.digits, signed=True) for a in amounts]
    fits = max(map(svg.wide, words), default=0.0) + 3 <= slot
    for place, amount in enumerate(amounts):
        if amount is None:
            continue
        x = left + (place + 0.5 + MIDDLE) * slot
        good = better != "neither" and (amount > 0) == (better == "higher")
        css = "quiet-mark" if better == "neither" else "good" if good else "bad"
        told = _told(chart, place, series.label,
                     money.exact(series.values[place], currency, signed=True))  # fmt: skip
        _column(drawing, x - 0.17 * slot, 0.34 * slot, axis, (0.0, amount), css, told,
                rounded=good)  # fmt: skip
        if fits:
            below = axis.at(amount) + (11 if amount < 0 else -4)
            drawing.text(x, below, words[place], "said", "middle")


def _range(
    drawing: Drawing, chart: Chart, habits: Sequence[Series], place: int, unit: Scale,
    currency: str, axis: Axis, x: float,
) -> None:  # fmt: skip
    """What is expected by habit as a diamond, with a line from the low to the high end."""
    values = [s.values[place] for s in habits]
    if any(value is None for value in values):
        return
    middle, low, high = (unit.of(v) or 0.0 for v in values)
    drawing.line(x, axis.at(low), x, axis.at(high), "whisker")
    told = _told(chart, place, habits[0].label, money.exact(values[0], currency))
    drawing.diamond(x, axis.at(middle), 3.5, "point", told)
