"""What a review says in sentences: how far the two agree, and what is most worth talking about."""

from collections.abc import Iterator, Sequence

from spend.meetings import Meeting
from spend.registry import all_metrics
from spend.result import Note
from spend.review_book import Headline, Review
from spend.seen import differing
from spend.sentences import capital, count, listed

SIDES = ("finance", "procurement")


def title(review: Review) -> str:
    """What the page is called: the review's own title, where there is one."""
    return review.meeting.title if review.meeting else "Joint review"


def sentence(review: Review) -> str:
    """When the review is, and what it is about."""
    about = f"{review.figures.sentence} Load {review.figures.batch}."
    if not review.meeting:
        return about
    state = "Closed" if review.meeting.closed else "Planned for"
    return f"{state} {review.meeting.day:%-d %B %Y}. {about}"


def message(review: Review) -> str:
    """One sentence: what was agreed or decided, and what is most at stake."""
    meeting, agenda = review.meeting, review.agenda
    if meeting is None:
        topics = count(len(agenda), "topic waits", "topics wait")
        said = f"{topics} for a decision" if agenda else "Nothing waits for a decision"
    elif meeting.closed:
        decided = sum(len(point.decisions) for point in review.points)
        made = count(decided, "decision", "decisions")
        promised = count(len(review.actions), "action", "actions")
        return f"{made} and {promised} on {count(len(agenda), 'topic', 'topics')}. {marked(review)}"
    else:
        verb = count(len(agenda), "topic is", "topics are")
        said = f"{marked(review)} {verb} on the agenda"
    said = said.removesuffix(".")
    dear = max((one for one in agenda if one.cost), key=lambda one: one.cost or 0, default=None)
    return f"{said}. Most is at stake here: {dear.said}" if dear else f"{said}."


def marked(review: Review) -> str:
    """How many headline figures both agree on, and which are disputed."""
    heads = review.headlines
    agreed = [one for one in heads if one.agreed]
    said = f"{len(agreed)} of {len(heads)} headline figures are agreed by both"
    disputed = labels([one for one in heads if one.disputed])
    verb = "is" if len(disputed) == 1 else "are"
    return f"{said}; {listed(disputed)} {verb} disputed." if disputed else f"{said}."


def labels(heads: Sequence[Headline]) -> list[str]:
    """The names of headline figures within a sentence."""
    return [all_metrics()[one.metric].label.lower() for one in heads]


def readings(review: Review) -> dict[str, str]:
    """What each team said of the headline figures; no lens changes a number."""
    finance, procurement = (_side(review, team) for team in SIDES)
    return {
        "finance": finance,
        "procurement": procurement,
        "both": f"{finance} {procurement}",
    }


def _side(review: Review, team: str) -> str:
    own = [(one, mark) for one in review.headlines for mark in one.marks if mark.team == team]
    standing = [(one, mark) for one, mark in own if not mark.moved]
    agreed = [one for one, mark in standing if mark.state == "agreed"]
    disputed = [one for one, mark in standing if mark.state == "disputed"]
    open_ones = len(review.headlines) - len(standing)
    parts = [
        f"agrees on {listed(labels(agreed))}" if agreed else "",
        f"disputes {listed(labels(disputed))}" if disputed else "",
        f"has yet to mark {count(open_ones, 'figure', 'figures')}" if open_ones else "",
    ]
    return f"{capital(team)} {listed([part for part in parts if part])}."


def notes(review: Review) -> tuple[Note, ...]:
    """What people should know before they trust what is shown."""
    return tuple(_notes(review))


def _notes(review: Review) -> Iterator[Note]:
    last = review.last
    if last is None:
        yield Note("No review was closed before this one.")
    elif review.comparable is None:
        yield Note(apart(last))
    for line in _otherwise(review):
        yield Note(line, "warning")
    for line in review.minutes.skipped:
        yield Note(line, "warning")


def apart(last: Meeting) -> str:
    """That the last review cannot be compared with."""
    return (
        f"The last review, {last.title}, was about another part of the company: changes since then "
        "are left out."
    )


def _otherwise(review: Review) -> Iterator[str]:
    """The frozen figures that are computed otherwise by now, with both values."""
    frozen = review.meeting.figures if review.meeting else {}
    figures = review.figures
    for name, was, now in differing(frozen, figures.values, figures.currency):
        label = all_metrics()[name].label
        yield f"{label} was frozen as {was}; this version of Concord computes {now}."
