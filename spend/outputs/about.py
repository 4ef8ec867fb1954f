"""Where exported figures come from: the view that they are of, its load, and the way back to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from queries import batches
from queries.selection import Pin, Selection, to_params
from queries.store import Store
from spend.result import Report


@dataclass(frozen=True)
class Origin:
    """The pinned view that a report was made of.

    ``link`` is its whole address where a page exports it; the command line has no address, and
    gives the page with its parameters. ``loaded_at`` is the moment of its load, in UTC.
    """

    link: str = ""
    loaded_at: datetime | None = None


def origin(store: Store, page: str, selection: Selection, controls: Mapping[str, object]) -> Origin:
    """A view as at its selection's moment, where there is no browser to give it an address."""
    with store.reader(selection.as_of) as reader:
        pin = Pin(reader.batch, reader.minute)
        known = batches.batches(reader)["loaded_at"]
    params = {**to_params(replace(selection, as_of=pin)), **_texts(controls)}
    at = known.iloc[0].to_pydatetime() if len(known) else None
    return Origin(f"{page}?{urlencode(params, True)}", at)


def _texts(controls: Mapping[str, object]) -> dict[str, list[str]]:
    return {
        name: [str(one) for one in value] if isinstance(value, tuple) else [str(value)]
        for name, value in controls.items()
    }


def load(report: Report, origin: Origin) -> str:
    """The load that figures are of, with its day where that is known."""
    day = f" of {origin.loaded_at:%-d %B %Y, %H:%M} UTC" if origin.loaded_at else ""
    return f"Load {report.batch}{day}"


def described(report: Report, origin: Origin) -> Iterator[tuple[str, str]]:
    """What a report is about, line by line, each with what it is."""
    yield "Question", report.question
    yield "Message", report.message
    yield "Selection", report.sentence
    yield "Load", load(report, origin)
    yield "Currency", report.currency
    if origin.link:
        yield "Pinned link", origin.link
    for lens, text in report.readings.items():
        if lens != "both":
            yield f"{lens.capitalize()} reads", text
    for note in report.notes:
        yield "Note", note.text
