"""The joint review: what both teams agree on, what they talk about, and what they decide.

``report`` is what the command line and exports show of one; a page asks for its parts, so that what
is reckoned is kept while people write.
"""

from dataclasses import replace
from datetime import date

from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from queries.window import data_through
from spend import review_figures, review_minutes, review_moved, review_tables, review_words
from spend.agenda import Topic
from spend.result import Report
from spend.review_book import Review
from spend.review_figures import selection_at
from spend.review_minutes import ReviewMinutes

QUESTION = (
    "Which figures do both teams agree on, what do they decide together, and what became of it?"
)


def report(store: Store, selection: Selection, *, meeting: str = "") -> Report:
    """A review by its name, with the moment and the lens of a selection; a closed one as it was.

    Without a name it is about the selection: what would be on the agenda. Raises ``ConcordError``
    for a name that no review has, an empty store, or a selection that cannot be.
    """
    return made(read(store, selection, meeting), selection)


def read(store: Store, selection: Selection, name: str = "") -> Review:
    """A review by its name; as ``report``."""
    minutes = review_minutes.read(store, selection)
    meeting = minutes.meeting(name)
    if name and not meeting:
        names = ", ".join(one.name for one in minutes.meetings) or "none"
        raise ConcordError(f"there is no review {name[:60]!r}; there are: {names}")
    about, day = selection, _today(store, selection)
    if meeting:
        about = selection_at(store, meeting.params, meeting.pin or selection.as_of)
        day = meeting.day
    if meeting and meeting.pin:
        minutes = review_minutes.read(store, about)
    figures = review_figures.read(store, about)
    return Review(meeting, figures, minutes, day, restated(store, about, minutes, name))


def restated(
    store: Store, about: Selection, minutes: ReviewMinutes, name: str
) -> tuple[Topic, ...]:
    """The headline figures that were restated since the review before, as topics."""
    last = minutes.last(name)
    if last is None or last.pin is None:
        return ()
    with store.reader(about.as_of) as reader:
        currency = reader.settings.currency
    found = review_moved.since(store, about, last.pin, last.params)
    return tuple(review_moved.restated(found, currency))


def _today(store: Store, selection: Selection) -> date:
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
