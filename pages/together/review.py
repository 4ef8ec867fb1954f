"""Review: what both teams agree on, what they talk about, and what they decide together."""

from pages.parts import (
    controls,
    page,
    places,
    review_close,
    review_moved,
    review_plan,
    review_prepare,
    review_run,
    review_state,
    share,
    store,
)
from spend import reports
from spend.result import Evidence

places.leave()
here = review_state.opened()


def ask(metric: str, number: int) -> Evidence:
    return store.report(reports.evidence, here.at, here.about, metric, page=number)


review_state.bar(here)
page.head(here.report, moment=False)
review_state.filters_apart(here)
if here.stage:
    controls.choose("stage", review_state.STAGES, "Stage of the review")
if here.stage != "run":
    page.message(here.report)

if here.stage == "prepare":
    review_prepare.show(here)
elif here.stage == "run":
    review_run.show(here)
elif here.stage == "close":
    review_prepare.figures(here)
    review_close.show(here)
elif here.meeting:
    review_close.closed(here)
    review_prepare.figures(here)
    review_close.minutes(here)
    review_moved.show(here)
else:
    review_plan.show(here)
    review_prepare.promised(here)

review_prepare.trail(here)
share.all_links()
page.notes(here.report)
page.actions(here.report, ask)
