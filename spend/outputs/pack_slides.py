"""A review's pack as a deck: the headline figures, what moved them, one slide a topic with its
picture, its readings and what was decided, the actions, and how to read it all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from queries.minutes import Entry
from spend import moved, sentences
from spend.action_list import Action
from spend.conversation import spoken
from spend.money import short
from spend.outputs import meanings, slides, slides_file, slides_page, slides_table
from spend.outputs.about import Origin
from spend.outputs.colours import LIGHT
from spend.outputs.slides_page import Page
from spend.outputs.slides_text import Words
from spend.pack import Pack, PackTopic
from spend.questions import HEADLINES
from spend.result import Table
from spend.review_topic import picture_of

OPENS = "(open)"  # the word that a link is on
ROWS = 10  # of a table whose words take two lines
READ = (
    "Actual is solid, last year lighter, budget outlined, forecast hatched. Green is favourable to "
    "the buyer's cash, red is not, whichever way a figure moved.",
    "Blue is how finance reads it, amber how procurement does, violet what both agree on or what "
    "lies between the two readings.",
    "Each link opens the view exactly as it was at this review. Charts are native: their data are "
    "in them, in full digits.",
)


def to_pptx(pack: Pack) -> bytes:
    """The whole pack as a deck; that of a closed review is the same for ever."""
    report = pack.report
    deck = slides_file.opened(report.title, report.sentence, pack.meeting.at)
    for page in _pages(pack):
        slides_page.add(deck, page)
    return slides_file.saved(deck)


def _pages(pack: Pack) -> Iterator[Page]:
    yield _cover(pack)
    yield from _tables(pack, pack.report.message, pack.report.table("headlines"), ("metric",))
    yield from _moved(pack)
    for number, topic in enumerate(pack.topics, 1):
        yield _topic(pack, number, topic)
    actions = replace(pack.report.table("actions"), title="Actions")
    title = _actions_title(pack)
    yield from _tables(pack, title, actions, ("link",), "Nothing was promised.")
    yield _last(pack)


def _cover(pack: Pack) -> Page:
    """The review, its day, who was there, and its agenda."""
    report = pack.report
    words = [Words(report.message, 14)]
    if pack.who:
        words.append(Words(f"Written down by {sentences.listed(pack.who)}.", 12, gap=10))
    words.append(Words("Agenda", 12, True, gap=16))
    for number, topic in enumerate(pack.topics, 1):
        item = topic.point.item
        cost = f", {short(item.cost, report.currency)} a year at stake" if item.cost else ""
        line = f"{number}. {item.title}{cost}"
        words.append(Words(line, 12, gap=4, link=topic.link, opens=OPENS))
    words += [Words(note.text, 11, colour=LIGHT.quiet, gap=10) for note in report.notes]
    title = f"{report.title}, {pack.meeting.day:%-d %B %Y}"
    loaded = f"Loaded {pack.loaded_at:%-d %B %Y, %H:%M} UTC."
    return Page(title, f"{_subtitle(pack)} {loaded}", words=tuple(words), link=pack.link)


def _tables(
    pack: Pack, title: str, table: Table, without: Sequence[str], empty: str = ""
) -> Iterator[Page]:
    """A table of the review, on as many slides as its rows need."""
    subtitle = _subtitle(pack)
    if not table.rows:
        yield Page(title, subtitle, words=(Words(empty, 14),), link=pack.link)
    shown = [n for n, column in enumerate(table.columns) if column.key not in without]
    for start in range(0, len(table.rows), ROWS):
        part = slice(start, start + ROWS)
        some = replace(
            table,
            columns=tuple(table.columns[n] for n in shown),
            rows=tuple(tuple(row[n] for n in shown) for row in table.rows[part]),
            units=table.units[part],
        )
        grid = replace(slides_table.gridded(some, pack.report.currency, ROWS), lines=2)
        said = title if not start else f"{title} (continued)"
        yield Page(said, subtitle, grid=grid, link=pack.link, notes=slides.spoken(pack.report))


def _moved(pack: Pack) -> Iterator[Page]:
    """What moved each headline figure since the last review: all in a table, then as bridges."""
    found, last = pack.review.moved, pack.review.comparable
    if not found or last is None:
        return
    currency = pack.report.currency
    title = f"What moved since {last.title}, {last.day:%-d %B %Y}"
    subtitle = _subtitle(pack)
    grid = slides_table.gridded(_without_ids(moved.table(found)), currency)
    words = tuple(Words(moved.said(one, currency), 12, gap=5) for one in found)
    yield Page(title, subtitle, grid=grid, words=words, link=pack.link)
    for one in found:
        bridge = moved.bridge(one)
        if bridge.steps and one.has_moved:
            said = moved.said(one, currency)
            notes = slides_page.closing(bridge, currency)
            yield Page(
                said, subtitle, picture=bridge, currency=currency, link=pack.link, notes=notes
            )


def _without_ids(table: Table) -> Table:
    return replace(table, columns=table.columns[:-1], rows=tuple(row[:-1] for row in table.rows))


def _topic(pack: Pack, number: int, topic: PackTopic) -> Page:
    """A topic: its sentence, its report's picture, both readings, and what was written down."""
    item, report = topic.point.item, topic.report
    title = item.said or item.title
    recorded = tuple(_recorded(pack, topic))
    about = f"Topic {number}: {item.title}. "
    if report is None:
        words = (*([Words(topic.reason, 12)] if topic.reason else ()), *recorded)
        return Page(title, about, words=words, link=topic.link)
    page = slides.main(report, Origin(topic.link, pack.loaded_at), recorded)
    picture = picture_of(item, report)
    return replace(page, title=title, subtitle=about + page.subtitle, picture=picture)


def _recorded(pack: Pack, topic: PackTopic) -> Iterator[Words]:
    """Decisions, then actions, then comments, each with who wrote it."""
    point = topic.point
    if not (point.decisions or point.actions or point.comments):
        yield Words("Nothing was recorded.", 11, colour=LIGHT.quiet, gap=10)
    yield from _said("Decided", point.decisions)
    if point.actions:
        yield Words("To do", 11, True, LIGHT.agreed, gap=10)
    for one in point.actions:
        yield Words(_promised(pack, one), 12, gap=2, link=one.link, opens=OPENS)
    yield from _said("Said", point.comments)


def _said(title: str, entries: Sequence[Entry]) -> Iterator[Words]:
    if entries:
        yield Words(title, 11, True, LIGHT.agreed, gap=10)
    for one in entries:
        text = f"{spoken(one)} ({one.recorded_by}, {one.team})"
        yield Words(text, 12, gap=2, link=one.link, opens=OPENS)


def _promised(pack: Pack, one: Action) -> str:
    return f"{one.owner}, {one.when(pack.review.day)}: {one.text}"


def _actions_title(pack: Pack) -> str:
    review = pack.review
    made = sentences.count(len(review.actions), "action", "actions")
    older = sentences.count(len(review.promised), "older one", "older ones")
    return f"{made} promised in this review; {older} to be done yet"


def _last(pack: Pack) -> Page:
    """What the headline figures mean, and how to read the pictures."""
    words = [Words("How to read it", 12, True)]
    words += [Words(line, 11, gap=3) for line in READ]
    words.append(Words("What the figures mean", 12, True, gap=12))
    words += [Words(line, 11, gap=3) for line in meanings.lines(HEADLINES)]
    subtitle = _subtitle(pack)
    return Page("Definitions, and how to read it", subtitle, words=tuple(words), link=pack.link)


def _subtitle(pack: Pack) -> str:
    """When it was and what it is about: its sentence says the load."""
    return f"{pack.report.title}. {pack.report.sentence} {pack.report.currency}."
