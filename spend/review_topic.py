"""The live view of one topic: the report that it is about, narrowed to what it is about."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from queries.selection import FILTERS, Choices, Selection
from spend.meetings import AgendaItem, Params
from spend.questions import question_of
from spend.result import Bridge, Chart, Report
from spend.review_figures import selection_of

# Reports with pictures of their own; the definitions only say what a figure is.
SHOWN = ("budget", "savings", "terms", "cash", "stock", "suppliers", "approvals", "goals")

# Figures that a bridge of their report explains better than its first picture.
BRIDGES = {
    "budget": ("budget_variance",),
    "year": ("price_effect", "volume_effect", "mix_effect"),
    "past": ("off_contract_share",),
    "discounts": ("discount_capture", "discount_offered"),
}


def report_of(item: AgendaItem) -> str:
    """The name of the report that shows a topic: its page, else the one that its figure is of.

    >>> report_of(AgendaItem("a", "", metric="stock_value", page="definitions"))
    'stock'
    >>> report_of(AgendaItem.own("Office move"))
    'kpis'
    """
    if item.page in SHOWN:
        return item.page
    return question_of(item.metric).report if item.metric else "kpis"


def picture_of(item: AgendaItem, report: Report) -> Chart | Bridge | None:
    """What shows a topic best: the bridge that its figure is an item of, else the report's own."""
    named = [one for one in report.bridges if item.metric in BRIDGES.get(one.name, ())]
    return named[0] if named and named[0].steps else report.picture


def narrowed(item: AgendaItem, about: Selection, choices: Choices) -> Selection:
    """What the review is about, narrowed by the filters of a topic that still exist."""
    filters = {one.key for one in FILTERS}
    asked: Params = {key: values for key, values in item.params.items() if key in filters}
    topic, _ = selection_of(asked, choices)
    chosen = {key: getattr(topic, key) for key in asked if getattr(topic, key)}
    return replace(about, **chosen)


def link_of(item: AgendaItem, params: Params) -> str:
    """The page of a topic with the view that shows it, as the end of an address.

    >>> link_of(AgendaItem("a", "", page="terms", params={"table": ("law",)}), {"to": ("2026-10",)})
    'terms?to=2026-10&table=law'
    """
    both: Mapping[str, tuple[str, ...]] = {**params, **item.params}
    return f"{item.page}?{urlencode(both, True)}" if both else item.page
