"""A chart on a slide: native, with its data in a workbook of its own that people can edit.

Values keep all their digits; the axis shows them in thousands or millions by its number format.
"""

import io
import math
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from spend.outputs import cells
from spend.outputs.colours import LIGHT
from spend.outputs.scales import Scale
from spend.outputs.sheet_cells import STAMP, options
from spend.outputs.slides_text import Box, Slide, rgb
from spend.result import Scenario, Value

Chart = Any  # python-pptx publishes no types
Fill = Any
LETTERS = 10.0  # points
SMALL = 9.0
CROWD = 12  # names along an axis, beyond which they are smaller
LONGEST_NAME = 34
LITTLE = 0.01  # of the largest: what falls below zero by less is not worth an axis
PERCENT = 0.01
COMMAS = {1.0: "", 1e3: ",", 1e6: ",,", 1e9: ",,,"}  # each divides what is shown by a thousand


def number(value: Value) -> float | None:
    """A value as a chart takes it; what has no size is left out.

    >>> number(float("inf")) is None
    True
    """
    plain = None if value is None else float(value)
    return plain if plain is not None and math.isfinite(plain) else None


def name(text: str) -> str:
    """A name of the books as a chart's label: printable, and no longer than an axis can bear.

    >>> name("Brückner Stahlhandel Gesellschaft mbH & Co. KG")
    'Brückner Stahlhandel Gesellschaft…'
    """
    plain = cells.printable(text).strip()
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1].rstrip() + "…"


def shown(scale: Scale, signed: bool = False) -> str:
    """The number format of a scale.

    >>> shown(Scale(1e6, "€ M", 2))
    '#,##0.00,,;"−"#,##0.00,,'
    """
    sign = "%" if scale.divisor == PERCENT else COMMAS[scale.divisor]
    digits = f"#,##0{'.' if scale.digits else ''}{'0' * scale.digits}{sign}"
    return f'{"+" if signed else ""}{digits};"−"{digits}' + (f";{digits}" if signed else "")


def placed(slide: Slide, box: Box, kind: Any, data: Any, alt: str, title: str) -> Chart:
    """A chart of some data in its place, without legend or title, with words for who can't see."""
    frame = slide.shapes.add_chart(kind, *box.places, data)
    frame.name = cells.printable(title)[:80]
    frame._element.nvGraphicFramePr.cNvPr.set("descr", cells.printable(alt))
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(data))
    chart.has_title = chart.has_legend = False
    chart.font.size, chart.font.color.rgb = Pt(LETTERS), rgb(LIGHT.text)
    return chart


def _workbook(data: Any) -> bytes:
    """A chart's data as the library lays them out; here no text is a formula or a link, and the
    file says nothing of the clock."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options()) as book:
        book.set_properties({"created": STAMP})
        data._workbook_writer._populate_worksheet(book, book.add_worksheet("Sheet1"))
    return stream.getvalue()


def legend(chart: Chart, without: Sequence[int] = ()) -> None:
    """Names of the series above the chart, but for those that only help to draw."""
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.legend.font.size = Pt(LETTERS)
    for place in without:
        hidden = f'<c:idx val="{place}"/><c:delete val="1"/>'
        entry = parse_xml(f"<c:legendEntry {nsdecls('c')}>{hidden}</c:legendEntry>")
        chart.legend._element.legendPos.addnext(entry)


def value_axis(axis: Any, title: str, form: str, lines: bool = True) -> None:
    """An axis of amounts: quiet, with its unit."""
    axis.has_major_gridlines = lines
    if lines:
        axis.major_gridlines.format.line.color.rgb = rgb(LIGHT.rule)
    axis.format.line.fill.background()
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
    _quiet(axis, title)


def from_zero(axis: Any, values: Sequence[Value]) -> None:
    """Bars begin at zero, whatever the program finds handsome."""
    known = [plain for plain in map(number, values) if plain is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low > -LITTLE * high:
        axis.minimum_scale = 0
    elif high < -LITTLE * low:
        axis.maximum_scale = 0


def downwards(chart: Chart) -> None:
    """Bars from top to bottom in the order given, and the amounts below them."""
    chart.category_axis.reverse_order = True
    # The axis of amounts would go to the top along with the first name.
    chart.category_axis.crosses = XL_AXIS_CROSSES.MAXIMUM
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def name_axis(axis: Any, title: str = "", low: bool = True, many: int = 0) -> None:
    """An axis of names; they stand outside, whatever falls below zero."""
    axis.has_major_gridlines = False
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.color.rgb = rgb(LIGHT.ink)
    axis.tick_labels.font.size = Pt(LETTERS if many <= CROWD else LETTERS - 1.5)
    if low:
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if title:
        _quiet(axis, title)


def _quiet(axis: Any, title: str) -> None:
    axis.tick_labels.font.size = Pt(LETTERS)
    axis.tick_labels.font.color.rgb = rgb(LIGHT.quiet)
    axis.has_title = bool(title)
    if title:
        frame = axis.axis_title.text_frame
        frame.text = cells.printable(title)
        font = frame.paragraphs[0].runs[0].font
        font.size, font.bold, font.color.rgb = Pt(LETTERS), False, rgb(LIGHT.quiet)


def solid(format: Fill, colour: str) -> None:
    """One colour, no outline."""
    format.fill.solid()
    format.fill.fore_color.rgb = rgb(colour)
    format.line.fill.background()


def clear(fill: Any, share: float) -> None:
    """A fill through which one sees."""
    colour = fill._xPr.find("{*}solidFill")[0]
    colour.append(parse_xml(f'<a:alpha {nsdecls("a")} val="{round(100_000 * share)}"/>'))


def scenario(format: Fill, kind: Scenario) -> None:
    """The notation: actual solid, last year lighter, budget outlined, forecast hatched."""
    if kind in ("actual", "last_year", "variance"):
        solid(format, LIGHT.earlier if kind == "last_year" else LIGHT.ink)
        return
    if kind == "budget":
        format.fill.background()
    else:
        format.fill.patterned()
        format.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        format.fill.fore_color.rgb, format.fill.back_color.rgb = rgb(LIGHT.ink), rgb(LIGHT.paper)
    format.line.color.rgb, format.line.width = rgb(LIGHT.ink), Pt(1.25)


def unseen(format: Fill) -> None:
    """A part that only holds another one up."""
    format.fill.background()
    format.line.fill.background()


def labelled(
    thing: Any, form: str, position: Any, size: float = SMALL, colour: str = LIGHT.text
) -> None:
    """Each value of a series written beside it."""
    labels = thing.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
    labels.font.size, labels.font.color.rgb = Pt(size), rgb(colour)
    if position is not None:
        labels.position = position


def on_paper(thing: Any) -> None:
    """A series' amounts on white, where its bars are hatched."""
    paper = (
        f'<c:spPr {nsdecls("c", "a")}><a:solidFill><a:srgbClr val="{LIGHT.paper[1:]}"/>'
        "</a:solidFill></c:spPr>"
    )
    thing.data_labels._element.find("{*}numFmt").addnext(parse_xml(paper))


def written(point: Any, text: str, position: Any, colour: str = LIGHT.text) -> None:
    """Words of its own beside one point."""
    label = point.data_label
    frame = label.text_frame
    frame.text = cells.printable(text)
    font = frame.paragraphs[0].runs[0].font
    font.size, font.color.rgb = Pt(SMALL), rgb(colour)
    label.position = position


def inside(chart: Chart, left: float, top: float, width: float, height: float) -> None:
    """Where the plot stands in its chart, in shares of it: charts one above the other line up."""
    numbers = {"x": left, "y": top, "w": width, "h": height}
    parts = "".join(f'<c:{key} val="{value}"/>' for key, value in numbers.items())
    layout = (
        f'<c:layout {nsdecls("c")}><c:manualLayout><c:layoutTarget val="inner"/>'
        f'<c:xMode val="edge"/><c:yMode val="edge"/>{parts}</c:manualLayout></c:layout>'
    )
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall("{*}layout"):
        plot.remove(old)
    plot.insert(0, parse_xml(layout))
