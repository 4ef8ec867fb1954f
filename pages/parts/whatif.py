"""What if: targets, times and costs to try on the stock page, and what they would move."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from pages.parts import controls, figures, numbers, page, settings, shelf, tables
from pages.parts.numbers import Number
from pages.parts.settings import Setting
from spend.stock_choice import Trial
from spend.stock_tried import Tried

TARGETS = {"service_level": "Cycle service", "fill_rate": "Fill rate"}
TARGET_WORDS = (
    "Cycle service: the share of order cycles that do not run out. "
    "Fill rate: the share of demand that the shelf serves at once."
)
KINDS = {
    "any": "All items", "smooth": "Smooth demand", "erratic": "Erratic demand",
    "intermittent": "Intermittent", "lumpy": "Lumpy demand",
}  # fmt: skip
KIND_WORDS = (
    "Smooth: often and evenly. Erratic: often, unevenly. Intermittent: seldom, evenly. "
    "Lumpy: seldom and unevenly."
)
LEVEL = Setting(
    Number("level", "Service level", 0, 50, 99.99, 0.1, "%",
           "Instead of each item's own, or the one that both teams signed.", percent=True),
    (80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.9),
)  # fmt: skip
LEAD_TIME = Number(
    "lead_time", "Lead time", 100, 0, 300, 5, "% of today's", percent=True,
    help="From the order to the day it is all there.",
)  # fmt: skip
SPREAD = Number(
    "lead_time_spread", "Spread of lead times", 100, 0, 300, 5, "% of today's", percent=True,
    help="How much real orders differ; none where too few have come in to tell.",
)  # fmt: skip
HOLDING = Setting(
    Number("holding_rate", "Holding rate", 0, 0.1, 200, 0.1, "% a year",
           "Capital, space and risk, of the unit cost.", percent=True),
    (5, 10, 15, 20, 25, 30, 40, 50),
)  # fmt: skip
ORDER_COST = Setting(
    Number("order_cost", "Cost of an order", 0, 0, 1_000_000, 0.01, "",
           "What placing and receiving one order costs, in the reporting currency."),
    (0, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500),
)  # fmt: skip
REVIEW = Setting(
    Number("review_days", "Days between reviews", 0, 0, 365, 1, "days",
           "How often stock is looked at and ordered; 0: all the time."),
    (0, 1, 7, 14, 30, 60, 91),
)  # fmt: skip
CHANGES = " changes by"
KEYS = ("target", "level", "lead_time", "lead_time_spread", "holding_rate", "order_cost",
        "review_days", "kind")  # fmt: skip


def chosen() -> Trial:
    """What the controls say, before they are drawn, so that a link's faults are said on top."""
    target = controls.chosen("target", TARGETS)
    level = settings.chosen(LEVEL)
    times = {one.key: numbers.chosen(one) for one in (LEAD_TIME, SPREAD)}
    kind = controls.chosen("kind", KINDS)
    return Trial(
        service_level=level if target == "service_level" else None,
        fill_rate=level if target == "fill_rate" else None,
        lead_time=_moved(times["lead_time"]),
        lead_time_spread=_moved(times["lead_time_spread"]),
        holding_rate=settings.chosen(HOLDING),
        order_cost=settings.chosen(ORDER_COST),
        review_days=settings.chosen(REVIEW),
        demand_class=None if kind == "any" else kind,
    )


def _moved(times: float) -> float | None:
    return None if times == 1 else times


def show(found: Tried, currency: str) -> None:
    """The controls, and at once what they do to stock, cost and service."""
    _controls(found.trial.empty)
    page.caption(found.said)
    if found.trial.empty:
        return
    changes = [fact for fact in found.facts if fact.label.endswith(CHANGES)]
    others = [fact for fact in found.facts if fact not in changes]
    short = [replace(one, label=f"Δ {one.label.removesuffix(CHANGES)}") for one in changes]
    figures.facts(short, currency)
    figures.facts(others, currency, signed=False, key="levels")
    if found.table.rows:
        tables.show(found.table, currency, on_row=shelf.row_opener(found.table), most_rows=12)
        page.caption(f"{found.table.title}. {tables.unit_words(found.table, currency)}")


def _controls(empty: bool) -> None:
    drawn: Mapping[str, Callable[[], None]] = {
        "level": lambda: settings.slider(LEVEL),
        "target": lambda: controls.pick("target", TARGETS, "Measured as", TARGET_WORDS),
        "kind": lambda: controls.pick("kind", KINDS, "For", KIND_WORDS),
        "review_days": lambda: settings.slider(REVIEW),
        "lead_time": lambda: numbers.slider(LEAD_TIME),
        "lead_time_spread": lambda: numbers.slider(SPREAD),
        "holding_rate": lambda: settings.slider(HOLDING),
        "order_cost": lambda: settings.slider(ORDER_COST),
    }
    grid = st.grid(4, min_column_width=160, gap="medium", key="what_if")
    for draw in drawn.values():
        with grid.cell():
            draw()
    st.button("As it is", type="tertiary", key="as_it_is", icon=":material/undo:",
              disabled=empty, on_click=settings.clear, args=KEYS)  # fmt: skip
