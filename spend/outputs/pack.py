"""A review's pack as a workbook: what it is of, its tables, and one main table a topic."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from spend import moved
from spend.outputs import cells, meanings, workbook
from spend.outputs.pack_slides import to_pptx as to_pptx
from spend.pack import Pack
from spend.result import Table
from spend.sentences import listed


def to_xlsx(pack: Pack) -> bytes:
    """The whole pack as a workbook; that of a closed review is the same for ever."""
    report = pack.report
    tables = (*own(pack), *chain.from_iterable(_topics(pack)), definitions(pack))
    return workbook.made(report.title, _about(pack), tables, report.currency, pack.meeting.at)


def own(pack: Pack) -> Iterator[Table]:
    """The tables of the review itself, by short names."""
    yield replace(pack.report.table("headlines"), title="Headlines")
    yield replace(moved.table(pack.review.moved), title="What moved")
    for name in ("agenda", "decisions", "actions"):
        yield replace(pack.report.table(name), title=name.capitalize())


def definitions(pack: Pack) -> Table:
    """What every figure of the pack means."""
    reports = [one.report for one in pack.topics if one.report]
    shown = (metric for report in (pack.report, *reports) for metric in meanings.shown(report))
    return meanings.table(dict.fromkeys(shown), pack.report.currency)


def _topics(pack: Pack) -> Iterator[tuple[Table, ...]]:
    """The main table of each topic, numbered as on the agenda."""
    for number, topic in enumerate(pack.topics, 1):
        if topic.report and topic.report.tables:
            title = f"{number} {cells.printable(topic.point.item.title)}"
            yield (replace(topic.report.tables[0], title=title),)


def _about(pack: Pack) -> Iterator[tuple[str, str]]:
    report = pack.report
    yield "Review", f"{report.title}, {pack.meeting.day:%-d %B %Y}, {pack.meeting.state}"
    yield "Message", report.message
    yield "Selection", report.sentence
    yield "Load", f"Load {report.batch} of {pack.loaded_at:%-d %B %Y, %H:%M} UTC"
    yield "Moment", f"Load and minute {pack.pin}"
    yield "Who", listed(pack.who)
    yield "Currency", report.currency
    yield "Pinned link", pack.link
    for number, topic in enumerate(pack.topics, 1):
        yield f"Topic {number}", topic.link
    for note in report.notes:
        yield "Note", note.text
