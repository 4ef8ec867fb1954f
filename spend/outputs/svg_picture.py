"""The picture of a report, in SVG: each kind of chart and the bridge by its own hand."""

from collections.abc import Mapping

from spend.outputs import svg_bars, svg_columns, svg_planes
from spend.outputs.spans import told
from spend.outputs.svg import Drawing
from spend.result import Bridge, Chart

WIDE, NARROW = 760.0, 350.0  # pixels: on a screen or on paper, and on a phone


def picture(shown: Chart | Bridge, currency: str, names: Mapping[str, str], width: float) -> str:
    """A chart or a bridge as SVG, so wide; ``names`` are short words for places along time.

    >>> from spend.result import Series
    >>> chart = Chart("parts", "Parts", ("A",), (Series("Safety", "actual", (5,)),), "EUR", "parts")
    >>> picture(chart, "EUR", {}, NARROW).startswith("<svg ")
    True
    """
    name = f"{shown.name}-{width:g}"
    if isinstance(shown, Bridge):
        drawing = svg_bars.bridge(shown, currency, width, name)
        return drawing.svg(shown.title, told(shown, currency))
    return _chart(shown, currency, names, width, name).svg(
        shown.title, shown.description or shown.title
    )


def _chart(
    chart: Chart, currency: str, names: Mapping[str, str], width: float, name: str
) -> Drawing:
    if chart.kind == "time":
        return svg_columns.times(chart, currency, names, width, name)
    if chart.kind == "stack":
        return svg_columns.stacked(chart, currency, names, width, name)
    across = {
        "structure": svg_bars.structure,
        "parts": svg_bars.parts,
        "dots": svg_planes.dots,
        "line": svg_planes.line,
        "curve": svg_planes.curve,
    }
    return across[chart.kind](chart, currency, width, name)
