"""One review: its figures with their marks, its agenda, and what was said about each topic."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from queries.minutes import Entry
from queries.selection import Selection
from spend import marks, review_moved
from spend.action_list import Action
from spend.agenda import Topic, ranked
from spend.comparison import against
from spend.conversation import COMMENT, DECISION
from spend.exact_values import read_back
from spend.marks import Mark
from spend.meetings import AgendaItem, Meeting, Params
from spend.moved import Moved
from spend.questions import HEADLINES, question_of
from spend.registry import all_metrics
from spend.result import Figure, Value
from spend.review_figures import ReviewFigures
from spend.review_minutes import ReviewMinutes
from spend.sentences import capital, count, listed

OVERDUE = "overdue"  # the key of the topic of actions that are late
PERIODS = ("from", "to", "budget_version")  # what may differ between reviews that can be compared


@dataclass(frozen=True)
class Headline:
    """One headline figure, changed since the last review, and what each team said of it."""

    figure: Figure
    marks: tuple[Mark, ...]

    @property
    def metric(self) -> str:
        return self.figure.metric

    @property
    def agreed(self) -> bool:
        return marks.agreed(self.marks)

    @property
    def disputed(self) -> bool:
        return marks.disputed(self.marks)


@dataclass(frozen=True)
class Point:
    """One topic of the agenda, and what was recorded on it."""

    item: AgendaItem
    decisions: tuple[Entry, ...]
    comments: tuple[Entry, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, eq=False)
class Review:
    """A review as it stands: planned, closed, or none yet, only what one would be about.

    ``day`` is the day as at which actions are late: that of the closing, else today. ``about`` is
    what it selects, at its moment; ``since`` tells what moved the headline figures from another
    review to it.
    """

    meeting: Meeting | None
    figures: ReviewFigures
    minutes: ReviewMinutes
    day: date
    about: Selection
    since: Callable[[Meeting], tuple[Moved, ...]]

    @property
    def name(self) -> str:
        return self.meeting.name if self.meeting else ""

    # --- The figures ------------------------------------------------------------------------------

    @cached_property
    def last(self) -> Meeting | None:
        """The review that was closed last before this one."""
        return self.minutes.last(self.name)

    @cached_property
    def comparable(self) -> Meeting | None:
        """The last review, where it was about the same part of the company."""
        last = self.last
        return last if last and _part(last.params) == _part(self.figures.params) else None

    @cached_property
    def moved(self) -> tuple[Moved, ...]:
        """What moved the headline figures since the last review, where the two compare.

        It is worked out when it is asked for; raises ``ConcordError`` where it cannot be told.
        """
        return self.since(self.comparable) if self.comparable else ()

    @cached_property
    def values(self) -> dict[str, Value]:
        """The value of every metric; of a closed review those that were frozen."""
        values = self.figures.values
        frozen = self.meeting.figures if self.meeting else {}
        return {
            name: read_back(frozen[name], name) if name in frozen else value
            for name, value in values.items()
        }

    @cached_property
    def headlines(self) -> tuple[Headline, ...]:
        """The headline figures in their order."""
        values = {name: self.values[name] for name in HEADLINES}
        said = marks.standing(self.minutes.marks, values, self.figures.params)
        return tuple(Headline(self._figure(name), said[name]) for name in HEADLINES)

    def before(self, metric: str) -> Value:
        """What a figure was frozen as in the last review, where the two compare."""
        frozen = self.comparable.figures if self.comparable else {}
        return read_back(frozen[metric], metric) if metric in frozen else None

    def _figure(self, metric: str) -> Figure:
        """A figure, with its change since the last review in the place of every other change."""
        value, last = self.values[metric], self.comparable
        label = f"since {last.day:%-d %b}" if last else ""
        found = against(metric, label, value, self.before(metric))
        changes = (replace(one, share=None) for one in found)
        return replace(self.figures.figures[metric], value=value, changes=tuple(changes))

    # --- The agenda -------------------------------------------------------------------------------

    @cached_property
    def proposed(self) -> tuple[AgendaItem, ...]:
        """Everything that needs a decision: the dearest first, then what has no amount."""
        restated = review_moved.restated(self.moved, self.figures.currency)
        decided = self.minutes.decided_scenarios
        waiting = (one for one in self.figures.scenarios if one.of not in decided)
        topics = (*self.figures.topics, *waiting, *restated, *self._disputes())
        items = [AgendaItem.of(topic) for topic in ranked(topics)]
        return (*items, *self._late())

    def _disputes(self) -> Iterator[Topic]:
        for one in self.headlines:
            if one.disputed:
                said = [mark.said() for mark in one.marks if mark.state == "disputed"]
                page = question_of(one.metric).report
                yield Topic(one.metric, f"{capital(listed(said))}.", page, "disputed")

    def _late(self) -> Iterator[AgendaItem]:
        late = [one for one in self.minutes.actions if one.overdue(self.day)]
        if late:
            said = f"{late[0].owner} was to do this first: {late[0].text}"
            title = capital(count(len(late), "action is overdue", "actions are overdue"))
            yield AgendaItem(OVERDUE, title, said)

    @cached_property
    def agenda(self) -> tuple[AgendaItem, ...]:
        """The topics in their order, as their figures are now; once closed, as they were then.

        Without a meeting, what would be on the agenda.
        """
        if not self.meeting:
            return self.proposed
        if self.meeting.closed:
            return self.meeting.topics
        now = {one.key: one for one in self.proposed}
        return tuple(now.get(one.key, one) for one in self.meeting.topics)

    @property
    def waiting(self) -> tuple[AgendaItem, ...]:
        """What needs a decision and is not on the agenda."""
        chosen = {one.key for one in self.agenda}
        return tuple(one for one in self.proposed if one.key not in chosen)

    # --- What was said ----------------------------------------------------------------------------

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Each topic of the agenda with what was recorded on it."""
        return tuple(self._point(one) for one in self.agenda)

    def _point(self, item: AgendaItem) -> Point:
        about, key = self.minutes.about, item.key
        return Point(
            item,
            about(DECISION, self.name, key) if self.meeting else (),
            about(COMMENT, self.name, key) if self.meeting else (),
            tuple(one for one in self.actions if one.topic == key),
        )

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """What was promised in this review."""
        found = self.minutes.actions if self.meeting else ()
        return tuple(one for one in found if one.meeting == self.name)

    @cached_property
    def promised(self) -> tuple[Action, ...]:
        """What was promised before, and is to be done yet."""
        return tuple(
            one for one in self.minutes.actions
            if one.state == "open" and (not self.meeting or one.meeting != self.name)
        )  # fmt: skip

    # --- Closing ----------------------------------------------------------------------------------

    def warnings(self) -> tuple[str, ...]:
        """What the two should know before they close the review."""
        return tuple(self._warnings())

    def _warnings(self) -> Iterator[str]:
        labels = {one.metric: all_metrics()[one.metric].label for one in self.headlines}
        disputed = [labels[one.metric].lower() for one in self.headlines if one.disputed]
        if disputed:
            verb = "is" if len(disputed) == 1 else "are"
            yield f"{capital(listed(disputed))} {verb} disputed."
        moved = [labels[h.metric].lower() for h in self.headlines if any(m.moved for m in h.marks)]
        if moved:
            yield f"{capital(listed(moved))} moved since somebody marked it."
        if not self.agenda:
            yield "Nothing is on the agenda."
        silent = [one for one in self.points if not one.decisions and not one.actions]
        if silent:
            number = count(len(silent), "topic has", "topics have")
            yield f"{number} neither a decision nor an action."


def _part(params: Params) -> dict[str, tuple[str, ...]]:
    """What of the company a selection is about, whatever the time."""
    return {name: values for name, values in params.items() if name not in PERIODS}
