"""The joint reviews: what was planned, in which order, and what was frozen when one was closed.

A meeting is an entry of the minutes that is written anew, whole, with each change; the request is
its name and revision, so that of two people who change the same one the second is told. Once it is
closed nothing changes it any more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from queries.minutes import Entry
from queries.selection import Pin
from spend.agenda import Topic
from spend.exact_values import read_back
from spend.registry import all_metrics
from spend.unreadable import UNREADABLE, left_out

MEETING = "meeting"
State = Literal["planned", "closed"]
Params = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class AgendaItem:
    """One thing to talk about: a topic as it was proposed, or one of somebody's own.

    ``cost`` is what is at stake a year, ``cash`` what deciding could free once, both in the
    reporting currency and ``None`` where nobody can say. An own topic has no ``metric``.
    """

    key: str
    title: str
    said: str = ""
    metric: str = ""
    page: str = "kpis"
    params: Params = field(default_factory=dict)
    cost: Decimal | None = None
    cash: Decimal | None = None
    basis: str = ""

    @classmethod
    def of(cls, topic: Topic) -> "AgendaItem":
        """A topic of the agenda, frozen; the key is the same whenever the same is proposed."""
        params = {name: tuple(values) for name, values in topic.params.items()}
        about = f"{topic.page} {topic.of} {sorted(params.items())}"
        return cls(
            f"{topic.metric}.{_short(about)}", topic.name, topic.said, topic.metric, topic.page,
            params, topic.cost, topic.cash, topic.basis,
        )  # fmt: skip

    @classmethod
    def own(cls, title: str) -> "AgendaItem":
        """A topic of somebody's own; the same words are the same topic.

        >>> AgendaItem.own("Office move").key == AgendaItem.own("Office move").key
        True
        """
        return cls(f"own.{_short(title)}", title)

    def body(self) -> dict[str, Any]:
        """What the minutes keep of it; money as exact text."""
        amounts = {"cost": self.cost, "cash": self.cash}
        exact = {name: None if one is None else str(one) for name, one in amounts.items()}
        return {**vars(self), **exact, "params": _lists(self.params)}


@dataclass(frozen=True)
class Meeting:
    """One review, as it stands after its latest revision.

    ``params`` is what it is about, as the parameters of a link, its periods named. ``figures`` are
    the values of every metric, by id, as exact text, that were frozen when it was closed; ``pin``
    the moment on which it was; both are empty while it is planned. ``link``, ``by`` and ``at`` are
    those of the latest revision.
    """

    name: str
    title: str
    day: date
    state: State = "planned"
    params: Params = field(default_factory=dict)
    topics: tuple[AgendaItem, ...] = ()
    revision: int = 1
    figures: Mapping[str, str] = field(default_factory=dict)
    pin: Pin | None = None
    link: str = ""
    by: str = ""
    at: datetime = datetime.min

    @property
    def closed(self) -> bool:
        return self.state == "closed"

    @property
    def request(self) -> str:
        """The request that writes this revision, whoever asks: there is one entry of each."""
        return f"{MEETING}:{self.name}:{self.revision}"

    def body(self) -> dict[str, Any]:
        """What the minutes keep of it."""
        return {
            "title": self.title,
            "day": self.day.isoformat(),
            "state": self.state,
            "params": _lists(self.params),
            "topics": [topic.body() for topic in self.topics],
            "revision": self.revision,
            "figures": dict(self.figures),
        }

    def revised(self, **changes: Any) -> "Meeting":
        """The next revision, with something changed; it takes the place of this one.

        >>> Meeting("a", "Q3", date(2026, 11, 22)).revised(title="Third quarter").revision
        2
        """
        return replace(self, revision=self.revision + 1, **changes)

    def topic(self, key: str) -> AgendaItem | None:
        """The topic of a key, where it is on the agenda."""
        return next((one for one in self.topics if one.key == key), None)


def name_for(day: date, taken: Sequence[str]) -> str:
    """The name of a new review: its day, numbered where that day has one already.

    >>> name_for(date(2026, 11, 22), ["2026-11-22"])
    '2026-11-22-2'
    """
    names = (day.isoformat(), *(f"{day.isoformat()}-{n}" for n in range(2, len(taken) + 2)))
    return next(one for one in names if one not in taken)


# --- From the minutes -----------------------------------------------------------------------------


def meetings(entries: Sequence[Entry]) -> tuple[Meeting, ...]:
    """Every review as its latest revision has it, by day; of one that was closed, the closing."""
    found: dict[str, Meeting] = {}
    for meeting, _ in _read(entries):
        if meeting:
            found[meeting.name] = meeting
    return tuple(sorted(found.values(), key=lambda one: (one.day, one.at)))


def skipped(entries: Sequence[Entry]) -> tuple[str, ...]:
    """A sentence for every entry that is no revision of a review."""
    return tuple(fault for _, fault in _read(entries) if fault)


def last_closed(entries: Sequence[Entry], before: str | None = None) -> Meeting | None:
    """The review that was closed last; ``before`` another one, where that one is named.

    What was closed after another was, is not before it; one that is still planned has all of them
    before it.
    """
    closed = [one for one in meetings(entries) if one.closed and one.name != before]
    limit = next((one for one in meetings(entries) if one.name == before and one.closed), None)
    if limit:
        closed = [one for one in closed if _minute(one) < _minute(limit)]
    return max(closed, key=_minute, default=None)


def _minute(meeting: Meeting) -> int:
    return meeting.pin.minute or 0 if meeting.pin else 0


def _read(entries: Sequence[Entry]) -> Iterator[tuple[Meeting | None, str]]:
    """Each entry as the meeting that it makes, or with why it makes none."""
    known: dict[str, Meeting] = {}
    for entry in entries:
        before = known.get(entry.name)
        try:
            meeting = parse(entry)
            if before and (before.closed or meeting.revision <= before.revision):
                raise ValueError("it was closed already" if before.closed else "it is out of date")
        except UNREADABLE as error:
            yield None, left_out("review", entry, error)
        else:
            known[entry.name] = meeting
            yield meeting, ""


def parse(entry: Entry) -> Meeting:
    """An entry as a meeting; raises ``ValueError`` (or what a wrong type raises) for no such."""
    body = entry.body
    if body["state"] not in ("planned", "closed"):
        raise ValueError("its state is planned or closed")
    if type(body["revision"]) is not int or body["revision"] < 1:
        raise ValueError("its revisions are counted from 1")
    closed = body["state"] == "closed"
    return Meeting(
        name=entry.name,
        title=_text(body["title"]),
        day=date.fromisoformat(body["day"]),
        state=body["state"],
        params=_params(body.get("params", {})),
        topics=_topics(body.get("topics", ())),
        revision=body["revision"],
        figures=_figures(body.get("figures", {})) if closed else {},
        pin=Pin(entry.batch, entry.minute) if closed else None,
        link=entry.link,
        by=entry.recorded_by,
        at=entry.recorded_at,
    )


def _topics(rows: Sequence[Mapping[str, Any]]) -> tuple[AgendaItem, ...]:
    """The agenda of an entry, each topic once."""
    found = (_topic(row) for row in rows)
    return tuple({one.key: one for one in found}.values())


def _topic(row: Mapping[str, Any]) -> AgendaItem:
    words = {name: _text(row.get(name, "")) for name in ("said", "metric", "basis")}
    if words["metric"] and words["metric"] not in all_metrics():
        raise ValueError("a topic is of a figure that there is not")
    return AgendaItem(
        key=_text(row["key"]),
        title=_text(row["title"]),
        page=_text(row.get("page") or "kpis"),
        params=_params(row.get("params", {})),
        cost=_amount(row.get("cost")),
        cash=_amount(row.get("cash")),
        **words,
    )


def _figures(given: Mapping[str, Any]) -> dict[str, str]:
    """What was frozen of the figures that there are."""
    found = {name: _text(text) for name, text in given.items() if name in all_metrics()}
    for name, text in found.items():
        read_back(text, name)  # refuses what is no number
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("its words are no text")
    return value


def _amount(value: Any) -> Decimal | None:
    found = None if value is None else Decimal(_text(value))
    if found is not None and not found.is_finite():
        raise ValueError("an amount is a number")
    return found


def _params(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(name): tuple(_text(value) for value in values) for name, values in given.items()}


def _lists(params: Params) -> dict[str, list[str]]:
    return {name: list(values) for name, values in params.items()}


def _short(text: str) -> str:
    """A few letters that stand for a text in a link."""
    return sha256(text.encode()).hexdigest()[:8]
