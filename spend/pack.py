"""The pack of a review: its figures, what moved them, each topic with its view, what was decided.

That of a closed review is made of the moment on which it was closed, so it is the same for ever;
that of a planned one is of the latest moment. What it looks like is made by ``spend.outputs.pack``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from queries import batches
from queries.errors import ConcordError
from queries.selection import Choices, Pin, Selection
from queries.store import Store
from queries.window import read_choices
from spend import review
from spend.meetings import AgendaItem, Meeting
from spend.reports import REPORTS
from spend.result import Report
from spend.review_book import Point, Review
from spend.review_topic import link_of, narrowed, report_of


@dataclass(frozen=True)
class PackTopic:
    """A topic with what was recorded on it, its report at the review's moment (or why there is
    none), and the pinned link to its view."""

    point: Point
    report: Report | None
    reason: str
    link: str


@dataclass(frozen=True, eq=False)
class Pack:
    """All that a review's pack holds."""

    meeting: Meeting
    review: Review
    report: Report
    topics: tuple[PackTopic, ...]
    pin: Pin
    loaded_at: datetime
    link: str

    @property
    def who(self) -> tuple[str, ...]:
        """Everybody who wrote something down in this review, who planned or closed it first."""
        said = (one for p in self.review.points for one in (*p.decisions, *p.comments))
        marks = (mark.by for head in self.review.headlines for mark in head.marks)
        people = (
            self.meeting.by, *marks, *(one.recorded_by for one in said),
            *(one.by for one in self.review.actions),
        )  # fmt: skip
        return tuple(dict.fromkeys(who for who in people if who))


def pack(store: Store, name: str, today: date | None = None) -> Pack:
    """The pack of a review; ``today`` is as in ``review.read``.

    Raises ``ConcordError`` for a name that no review has; the message lists those there are.
    """
    if not name:
        raise ConcordError("a pack is of a review: give its name")
    with store.reader() as newest:
        moment = Selection(as_of=Pin(newest.batch, newest.minute))
    found = review.read(store, moment, name, today)
    meeting, pin = found.meeting, found.about.as_of
    assert meeting  # a name that no review has was refused
    assert pin  # it was read at a moment that was named
    with store.reader(pin) as reader:
        choices = read_choices(reader)
        loaded_at = batches.batches(reader)["loaded_at"].iloc[0].to_pydatetime()
    return Pack(
        meeting,
        found,
        review.made(found, Selection()),
        tuple(_topics(store, found, choices)),
        pin,
        loaded_at,
        address(meeting.link, f"review?{urlencode({'meeting': name, 'as_of': str(pin)})}"),
    )


def stem(name: str) -> str:
    """The name of a review's files.

    >>> stem("2026-11-22"), stem("../a b")
    ('concord-review-2026-11-22', 'concord-review-a-b')
    """
    return f"concord-review-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}"


def address(recorded: str, view: str) -> str:
    """The whole address of a view, beside the one at which something was recorded; of what was
    recorded elsewhere than on a page, the end of an address alone.

    >>> address("https://concord.example/acme/review?meeting=a", "budget?as_of=3.7")
    'https://concord.example/acme/budget?as_of=3.7'
    >>> address("", "budget?as_of=3.7")
    'budget?as_of=3.7'
    """
    here = urlsplit(recorded)
    if here.scheme not in ("http", "https"):
        return view
    page, _, query = view.partition("?")
    path = f"{here.path.rpartition('/')[0]}/{page}"
    return urlunsplit((here.scheme, here.netloc, path, query, ""))


def _topics(store: Store, found: Review, choices: Choices) -> Iterator[PackTopic]:
    made: dict[tuple[str, Selection], tuple[Report | None, str]] = {}
    for point in found.points:
        if not point.item.metric:  # a topic of somebody's own: no report shows it
            yield PackTopic(point, None, "", _link(found, point.item))
            continue
        asked = report_of(point.item), narrowed(point.item, found.about, choices)
        if asked not in made:
            made[asked] = _report(store, *asked)
        yield PackTopic(point, *made[asked], _link(found, point.item))


def _report(store: Store, name: str, about: Selection) -> tuple[Report | None, str]:
    try:
        return REPORTS[name](store, about), ""
    except ConcordError as error:
        return None, str(error)


def _link(found: Review, item: AgendaItem) -> str:
    params = {**found.figures.params, "as_of": (str(found.about.as_of),)}
    return address(found.meeting.link if found.meeting else "", link_of(item, params))
