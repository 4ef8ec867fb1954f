"""Bars of structure, in SVG: things from top to bottom, what they are made of, and bridges."""

from collections.abc import Sequence

from spend import money
from spend.outputs import svg
from spend.outputs.scales import Scale, chart_scale, chart_unit, scale
from spend.outputs.spans import axis_start, drawn, in_full, spans, unit_of
from spend.outputs.svg import CLASSES, Axis, Drawing
from spend.result import Bridge, Chart, Step, Value

ROW, BAR = 23.0, 14.0  # pixels from bar to bar, and of a bar
BEHIND = 0.22  # of a row: how far last year's bar stands above this year's
NAMES = 0.34  # of the width, at most, for the names
# What parts are filled with, what is needed first: shades of ink, then patterns.
PARTS = (("actual", 1.0), ("actual", 0.6), ("actual", 0.24), ("crossed", 1.0), ("dotted", 1.0))


def structure(chart: Chart, currency: str, width: float, name: str) -> Drawing:
    """One bar a thing, its amount at its end; scenarios of one thing over each other."""
    unit = chart_scale(chart, currency)
    drawing = Drawing(name, width, 0)
    series = chart.series
    entries = [(CLASSES[s.scenario], s.label, 1.0) for s in series] if len(series) > 1 else []
    top = svg.legend(drawing, entries, 0)
    ends = [unit.of(v) or 0.0 for s in series for v in s.values]
    axis = _across(drawing, chart.axis, ends, unit, top)
    back_to_front = sorted(series, key=lambda s: s.scenario != "last_year")
    for place, thing in enumerate(chart.axis):
        known = [(s, v) for s in back_to_front if (v := unit.of(s.values[place])) is not None]
        for each, amount in known:
            said = money.stated(each.values[place], chart_unit(chart), currency)
            told = f"{thing} · {each.label}: {said}"
            behind = each.scenario == "last_year" and len(known) > 1
            row = place - BEHIND if behind else place
            _bar(drawing, axis, top, row, (0.0, amount), CLASSES[each.scenario], told)
            if not behind:  # its amount stands clear of last year's bar
                end = max(v for _, v in known) if known[0][0].scenario == "last_year" else amount
                _end(drawing, axis, top, place, end, svg.number(amount, unit.digits))
    return drawing


def parts(chart: Chart, currency: str, width: float, name: str) -> Drawing:
    """Bars whose parts follow each other, the whole at each bar's end."""
    drawing = Drawing(name, width, 0)
    looks = [PARTS[min(n, len(PARTS) - 1)] for n in range(len(chart.series))]
    shown = zip(looks, chart.series, strict=True)
    top = svg.legend(drawing, [(css, s.label, shade) for (css, shade), s in shown], 0)
    rows = [[s.values[place] for s in chart.series] for place in range(len(chart.axis))]
    unit = scale([sum(map(_plain, row)) for row in rows], currency)
    reach = [
        sum(sign * max(sign * _plain(v), 0.0) for v in row) / unit.divisor
        for row in rows for sign in (1, -1)
    ]  # fmt: skip
    axis = _across(drawing, chart.axis, reach, unit, top)
    for place, row in enumerate(rows):
        after = before = 0.0
        for series, (css, shade), value in zip(chart.series, looks, row, strict=True):
            amount = unit.of(value) or 0.0
            start = after if amount > 0 else before
            told = f"{chart.axis[place]} · {series.label}: {money.exact(value, currency)}"
            if amount:
                span = (start, start + amount)
                _bar(drawing, axis, top, place, span, css, told, shade)
            after, before = max(after, start + amount), min(before, start + amount)
        whole = sum(map(_plain, row)) / unit.divisor
        _end(drawing, axis, top, place, after, svg.number(whole, unit.digits))
    return drawing


def bridge(data: Bridge, currency: str, width: float, name: str) -> Drawing:
    """From one total to another through named items, in the order of the steps."""
    unit = unit_of(data, currency)
    reached = spans(data.steps, unit)
    start = axis_start(reached)
    drawing = Drawing(name, width, 0)
    labels = [step.label for step in data.steps]
    axis = _across(drawing, labels, [to for _, to in reached], unit, 4.0, start)
    for place, (step, span) in enumerate(zip(data.steps, reached, strict=True)):
        css = _look(data, place)
        inside = drawn(span, start)
        said = f"{step.label}: {in_full(step, data.unit, currency)}"
        _bar(drawing, axis, 4.0, place, inside, css, f"{said}. {step.meaning}".strip(". "),
             rounded=step.kind == "item" and step.favourable is True)  # fmt: skip
        if place + 1 < len(data.steps):
            at, y = axis.at(span[1]), 4.0 + place * ROW + (ROW + BAR) / 2
            drawing.line(at, y, at, y + ROW - BAR, "link")
        if start and step.kind == "end":
            _break(drawing, axis, 4.0 + place * ROW)
        _end(drawing, axis, 4.0, place, max(span), _amount(step, span, unit))
    return drawing


# --- Marks ----------------------------------------------------------------------------------------


def _plain(value: Value) -> float:
    return 0.0 if value is None else float(value)


def _amount(step: Step, span: tuple[float, float], unit: Scale) -> str:
    if step.kind == "end":
        return svg.number(span[1], unit.digits)
    return svg.number(span[1] - span[0], unit.digits, signed=True)


def _look(data: Bridge, place: int) -> str:
    """Ends by what they are; items by their judgement or, between teams, as the two can agree."""
    step, ends = data.steps[place], data.ends
    if step.kind == "end":
        end = ends[0] if place == 0 else ends[1]
        return end if end == "finance" or end == "procurement" else CLASSES[end]
    if set(ends) <= {"finance", "procurement"}:
        return "agreed"
    return {True: "good", False: "bad", None: "quiet-mark"}[step.favourable]


def _across(
    drawing: Drawing, names: Sequence[str], ends: Sequence[float], unit: Scale, top: float,
    start: float = 0.0,
) -> Axis:  # fmt: skip
    """The names on the left and the axis of amounts below, drawn."""
    longest = max(map(svg.wide, names), default=0.0)
    left = min(1.05 * longest + 8, NAMES * drawing.width)
    low, high = min([start, *ends]), max([start, *ends])
    # Room for the longest amount at a bar's end.
    room = max(svg.wide(svg.number(end, unit.digits, signed=True)) for end in [start, *ends]) + 8
    axis = Axis(low, high, left + (room if low < 0 else 2), drawing.width - room)
    bottom = top + len(names) * ROW + 4
    ticks = axis.ticks(4 if drawing.width < 500 else 5)
    for tick, words in zip(ticks, svg.tick_words(ticks), strict=True):
        drawing.line(axis.at(tick), top, axis.at(tick), bottom, "rule")
        drawing.text(axis.at(tick), bottom + 13, words, "quiet", "middle")
    drawing.line(axis.at(start), top, axis.at(start), bottom, "zero")
    title = f"{unit.title}, axis from {svg.number(start, unit.digits)}" if start else unit.title
    drawing.text(drawing.width, bottom + 27, title, "quiet", "end")
    drawing.height = bottom + 33
    for place, name in enumerate(names):
        drawing.text(left - 6, top + place * ROW + ROW / 2 + 4, svg.short(name, left - 6), "said",
                     "end")  # fmt: skip
    return axis


def _bar(
    drawing: Drawing, axis: Axis, top: float, place: float, span: tuple[float, float], css: str,
    told: str, shade: float = 1.0, rounded: bool = False,
) -> None:  # fmt: skip
    left, right = sorted(axis.at(v) for v in span)
    y = top + place * ROW + (ROW - BAR) / 2
    drawing.rect(left, y, max(right - left, 0.5), BAR, css, told, shade, rounded)


def _end(
    drawing: Drawing, axis: Axis, top: float, place: int, end: float, words: str
) -> None:  # fmt: skip
    """An amount outside the bar that ends there."""
    y = top + place * ROW + ROW / 2 + 4
    if end < 0:
        drawing.text(axis.at(end) - 4, y, words, "said", "end")
    else:
        drawing.text(axis.at(end) + 4, y, words, "said")


def _break(drawing: Drawing, axis: Axis, y: float) -> None:
    """Two slanted strokes across an end that does not start at zero."""
    for shift in (8.0, 13.0):
        x = axis.start + shift
        drawing.line(x - 3, y + ROW - 1, x + 3, y + 1, "break")
