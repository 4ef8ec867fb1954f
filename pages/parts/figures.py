"""Tiles: up to six figures, equally high, two in a row on a phone, each change in words."""

from collections.abc import Sequence

import streamlit as st

from pages.parts import words
from spend import money, registry
from spend.metric import Metric
from spend.result import Change, Fact, Figure, Report

MOST = 6
MARKS = {"budget_amount": "□", "actual_spend": "■", "forecast_at_completion": "▨"}
LETTERS = 10  # that fit a tile
BEYOND = 10  # times the base: a share of next to nothing says nothing


def tiles(report: Report, metrics: Sequence[str], beside: Sequence[Fact] = ()) -> None:
    """The figures of a page, in the order given, and facts beside them."""
    declared = registry.all_metrics()
    grid = st.grid(MOST, min_column_width=150, gap=10, border=True, key="tiles")
    for name in metrics[:MOST]:
        with grid.cell():
            tile(report.figure(name), declared[name], report.currency)
    for fact in beside:
        with grid.cell():
            _fact(fact, report.currency, signed=False)


def tile(figure: Figure, metric: Metric, currency: str) -> None:
    """One figure, with its changes in words."""
    value = _read(figure, metric, currency)
    mark = MARKS.get(metric.id, "")
    st.metric(
        f"{mark} {metric.short}".strip(),
        value.replace("$", "\\$"),
        help=words.prose(words.first_paragraph(metric.description)),
        chart_data=[float(v) for v in figure.trend if v is not None] or None,
        chart_type="bar",
        delta_color="gray",
    )
    lines = [_change(change, metric, currency) for change in figure.changes]
    if figure.value is None and figure.reason:
        lines.append(words.plain(figure.reason))
    if lines:
        st.markdown("  \n".join(f":small[{line}]" for line in lines))


def _read(figure: Figure, metric: Metric, currency: str) -> str:
    """The value; of days that would be cut off, those that are whole."""
    said = money.reading(figure.value, metric.unit, currency)
    whole = money.reading(figure.value, "count")
    return f"{whole} days" if metric.unit == "days" and len(said) > LETTERS else said


def _change(change: Change, metric: Metric, currency: str) -> str:
    said = words.change(change, metric, currency)
    if change.amount is None or change.share is None or abs(change.share) >= BEYOND:
        return said
    return f"{said}, {words.plain(money.share(change.share, signed=True))}"


def facts(found: Sequence[Fact], currency: str, signed: bool = True, key: str = "facts") -> None:
    """Numbers of one scenario, as small tiles; changes are ``signed``."""
    if not found:
        return
    grid = st.grid(min(len(found), MOST), min_column_width=140, gap=10, border=True, key=key)
    for one in found:
        with grid.cell():
            _fact(one, currency, signed)


def _fact(one: Fact, currency: str, signed: bool) -> None:
    value = money.reading(one.value, one.unit, currency, signed=signed)
    st.metric(one.label, value.replace("$", "\\$"), help=words.plain(one.meaning))
