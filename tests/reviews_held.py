"""Reviews as two people hold them, written into a store: planned, talked about, closed."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from queries.minutes import Draft
from queries.selection import Selection
from queries.store import Store
from spend import marks, review
from spend.action_list import action_body
from spend.exact_values import exact_texts
from spend.meetings import AgendaItem, Meeting

LINK = "https://concord.example/acme/review?meeting=x&as_of=1.1"
FIONA, PABLO = ("finance", "Fiona"), ("procurement", "Pablo")


def held(
    store: Store, day: date, own: Sequence[str] = ("Office move",), proposed: int = 2,
    close: bool = True,
) -> Meeting:  # fmt: skip
    """A review of the newest figures: a mark of each team, a decision and an action a topic."""
    found = review.read(store, Selection())
    items = (*found.proposed[:proposed], *map(AgendaItem.own, own))
    name, figures = day.isoformat(), found.figures
    meeting = Meeting(name, f"Review of {name}", day, params=figures.params, topics=items)
    say(store, day, FIONA, "meeting", name, meeting.body(), meeting.request)
    value = figures.values["days_to_pay"]
    for who, state in ((FIONA, "disputed"), (PABLO, "agreed")):
        body = marks.body(state, "=Why()" * (state == "disputed"), value, figures.params)  # type: ignore[arg-type]
        say(store, day, who, "mark", "days_to_pay", body)
    for item in items:
        about = {"meeting": name, "topic": item.key}
        said = {"text": f"We look at {item.title} again", **about}
        say(store, day, PABLO, "decision", item.page, said)
        task = action_body(f"Ask about {item.title}", "Pablo", day, item.page, name, item.key)
        say(store, day, PABLO, "action", f"{name}.{item.key}", task)
    if close:
        meeting = meeting.revised(state="closed", figures=exact_texts(figures.figures))
        say(store, day, FIONA, "meeting", name, meeting.body(), meeting.request)
    return meeting


def say(
    store: Store, day: date, who: tuple[str, str], kind: str, name: str, body: dict[str, Any],
    request: str = "",
) -> None:  # fmt: skip
    """One entry at nine on a day."""
    with store.reader() as reader:
        batch = reader.batch
    team, by = who
    asked = request or f"{day} {kind} {name} {team} {body.get('topic', '')}"
    draft = Draft(asked, kind, name, body, LINK, team, by)
    store.record(draft, batch, datetime.combine(day, time(9)))
