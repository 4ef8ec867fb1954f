"""The tables of a review: figures with their marks, agenda, actions, decisions, and all reviews."""

from collections.abc import Sequence

from queries.minutes import Entry
from spend.action_list import Action
from spend.agreement import SIDES
from spend.conversation import spoken
from spend.kpi_charts import stakes
from spend.marks import Mark
from spend.meetings import Meeting
from spend.registry import all_metrics
from spend.result import PER_ROW, PER_ROW_CHANGE, Chart, Table, TableColumn
from spend.review_book import Point, Review
from spend.review_minutes import ReviewMinutes


def headlines(review: Review) -> Table:
    """The headline figures, what they were at the last review, and what each team says."""
    columns = (
        TableColumn("figure", "Figure", "text"),
        TableColumn("before", "Last review", PER_ROW),
        TableColumn("value", "Now", PER_ROW),
        TableColumn("change", "Change", PER_ROW_CHANGE),
        *(TableColumn(team, f"{team.capitalize()} says", "text") for team in SIDES),
        TableColumn("metric", "Id", "text"),
    )
    rows = tuple(
        (
            all_metrics()[one.metric].label, review.before(one.metric), one.figure.value,
            one.figure.changes[0].amount if one.figure.changes else None,
            *(says(one.marks, team) for team in SIDES), one.metric,
        )
        for one in review.headlines
    )  # fmt: skip
    units = tuple(all_metrics()[one.metric].unit for one in review.headlines)
    title = "Headline figures, and whether the two agree on them"
    return Table("headlines", title, columns, rows, units=units)


def says(marks: Sequence[Mark], team: str) -> str:
    """What a team says of a figure, and why, where a heading names the team already.

    >>> says([Mark("stock_value", "finance", "disputed", "Lyon is missing", "1.00")], "finance")
    'disputed: Lyon is missing'
    >>> says([Mark("stock_value", "finance", "agreed", "", "1.00", moved=True)], "finance")
    'moved since it was agreed'
    """
    mark = next((one for one in marks if one.team == team), None)
    if mark is None:
        return ""
    state = f"moved since it was {mark.state}" if mark.moved else mark.state
    return f"{state}: {mark.reason}" if mark.reason else state


def agenda(review: Review) -> Table:
    """The topics in their order; cash stands beside the cost, never in it."""
    columns = (
        TableColumn("topic", "Topic", "text"),
        TableColumn("cost", "At stake a year", "money"),
        TableColumn("cash", "Cash to be had", "money"),
        TableColumn("said", "Why", "text"),
        TableColumn("decision", "Decided", "text"),
        TableColumn("basis", "How reckoned", "text"),
    )
    rows = tuple(
        (one.item.title, one.item.cost, one.item.cash, one.item.said, decided(one), one.item.basis)
        for one in review.points
    )
    title = "The agenda" if review.meeting else "What waits for a decision"
    return Table("agenda", title, columns, rows)


def decided(point: Point) -> str:
    """What was decided on a topic, in one line."""
    return "; ".join(spoken(one) for one in point.decisions)


def stake(review: Review) -> Chart:
    """What is at stake a year with each topic of the agenda."""
    return stakes([(one.title, one.cost) for one in review.agenda], review.figures.currency)


def actions(review: Review) -> Table:
    """What was promised: before this review and still open, then in it."""
    rows = [_action(one, review) for one in (*review.promised, *review.actions)]
    columns = (
        TableColumn("text", "What", "text"),
        TableColumn("owner", "Who", "text"),
        TableColumn("due", "Due", "date"),
        TableColumn("state", "State", "text"),
        TableColumn("topic", "Topic", "text"),
        TableColumn("link", "Link", "text"),
    )
    return Table("actions", "Actions", columns, tuple(rows))


def _action(one: Action, review: Review) -> tuple[str, ...]:
    meeting = review.minutes.meeting(one.meeting)
    topic = meeting.topic(one.topic) if meeting else None
    about = topic.title if topic else one.page
    return (one.text, one.owner, one.due.isoformat(), one.when(review.day), about, one.link)


def decisions(review: Review) -> Table:
    """What was decided in this review, by whom, on which topic."""
    columns = (
        TableColumn("topic", "Topic", "text"),
        TableColumn("text", "Decision", "text"),
        TableColumn("by", "Who", "text"),
        TableColumn("team", "Team", "text"),
        TableColumn("at", "When", "date"),
        TableColumn("link", "Link", "text"),
    )
    rows = tuple(_decision(point, one) for point in review.points for one in point.decisions)
    return Table("decisions", "Decisions", columns, rows)


def _decision(point: Point, one: Entry) -> tuple[str, ...]:
    when = one.recorded_at.date().isoformat()
    return (point.item.title, spoken(one), one.recorded_by, one.team, when, one.link)


def meetings(minutes: ReviewMinutes) -> Table:
    """Every review, the newest first, with the link that shows it as it was left."""
    columns = (
        TableColumn("title", "Review", "text"),
        TableColumn("day", "Day", "date"),
        TableColumn("state", "State", "text"),
        TableColumn("topics", "Topics", "count"),
        TableColumn("by", "Last written by", "text"),
        TableColumn("name", "Name", "text"),
        TableColumn("link", "Link", "text"),
    )
    rows = tuple(_meeting(one) for one in reversed(minutes.meetings))
    return Table("meetings", "All reviews", columns, rows)


def _meeting(one: Meeting) -> tuple[str | int, ...]:
    day = one.day.isoformat()
    return (one.title, day, one.state, len(one.topics), one.by, one.name, one.link)
