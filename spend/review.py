"""The joint review: what both teams agree on, what they talk about, and what they decide.

``report`` is what the command line and exports show of one. A page has the same assembled from what
it keeps while people write, so that all of them say the same.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from queries.window import data_through
from spend import review_figures, review_minutes, review_moved, review_tables, review_words
from spend.meetings import Meeting
from spend.moved import Moved
from spend.result import Report
from spend.review_book import Review
from spend.review_figures import ReviewFigures
from spend.review_minutes import ReviewMinutes

QUESTION = (
    "Which figures do both teams agree on, what do they decide together, and what became of it?"
)

# How a reading of the store is asked for, by its function, a selection and what else it takes:
# read anew, or kept from before.
Ask = Callable[..., Any]


def report(
    store: Store, selection: Selection, *, meeting: str = "", today: date | None = None
) -> Report:
    """A review by its name, with the moment and the lens of a selection; a closed one as it was.

    Without a name it is about the selection: what would be on the agenda. ``today`` is as in
    ``read``. Raises ``ConcordError`` for a name that no review has, an empty store, or a selection
    that cannot be.
    """
    return made(read(store, selection, meeting, today), selection)


def read(store: Store, selection: Selection, name: str = "", today: date | None = None) -> Review:
    """A review by its name; as ``report``.

    Actions of one that is not closed are late as at ``today``, or without it as at the last day of
    the data.
    """

    def ask(make: Callable[..., Any], about: Selection, *args: Any) -> Any:
        return make(store, about, *args)

    return assembled(ask, selection, name, today or ask(_last_day, selection))


def assembled(ask: Ask, selection: Selection, name: str, today: date) -> Review:
    """A review by its name, at the moment of a selection, from what ``ask`` gives of the store.

    One that is closed is as at its closing, whatever the moment; without a name it is about the
    selection. Raises ``ConcordError`` for a name that no review has.
    """
    moment = Selection(as_of=selection.as_of)
    minutes: ReviewMinutes = ask(review_minutes.read, moment)
    meeting = minutes.meeting(name)
    if name and not meeting:
        names = ", ".join(one.name for one in minutes.meetings) or "none"
        raise ConcordError(f"there is no review {name[:60]!r}; there are: {names}")
    about, day = replace(selection, lens="both"), today
    if meeting and meeting.pin:
        moment, day = Selection(as_of=meeting.pin), meeting.at.date()
        minutes = ask(review_minutes.read, moment)
    if meeting:
        about = ask(review_figures.selection_at, moment, meeting.params)
    figures: ReviewFigures = ask(review_figures.read, about)

    def since(last: Meeting) -> tuple[Moved, ...]:
        found: tuple[Moved, ...] = ask(review_moved.since, about, last.pin, last.params)
        return found

    return Review(meeting, figures, minutes, day, about, since)


def _last_day(store: Store, selection: Selection) -> date:
    with store.reader(selection.as_of) as reader:
        return data_through(reader)


def made(review: Review, selection: Selection) -> Report:
    """The report of a review, in the lens of a selection."""
    figures = review.figures
    return Report(
        name="review",
        title=review_words.title(review),
        question=QUESTION,
        selection=replace(figures.selection, lens=selection.lens),
        sentence=review_words.sentence(review),
        currency=figures.currency,
        batch=figures.batch,
        message=review_words.message(review),
        readings=review_words.readings(review),
        figures=tuple(one.figure for one in review.headlines),
        charts=(review_tables.stake(review),),
        tables=(
            review_tables.headlines(review),
            review_tables.agenda(review),
            review_tables.decisions(review),
            review_tables.actions(review),
            review_tables.meetings(review.minutes),
            review_minutes.trail(review.minutes.all),
        ),
        notes=review_words.notes(review),
    )
